#include "recheck/hierarchy_lines.h"

#include <fcntl.h>

#include <cerrno>
#include <vector>

#include "base/file.h"
#include "base/owned_fd.h"
#include "codec/csv.h"

namespace sluice::recheck {

Status read_hierarchy_lines(const std::string& path, const TakeLine& line) {
  auto told = [](const Error& error) { return error.reason == "csv.ragged" ? fail(Errc::invalid, "recheck.bad_hierarchy") : tl::unexpected(error); };
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  auto bytes = bytes_of_fd(fd.get());
  CsvDialect dialect;
  dialect.delimiter = TRY(find_hierarchy_delimiter_of_file(path));
  dialect.header = false;
  auto reader = CsvReader::open(*bytes, dialect);
  if (!reader) return told(reader.error());
  std::vector<std::string_view> cells(reader->columns());
  while (true) {
    auto block = reader->next();
    if (!block) return told(block.error());
    if (!*block) return {};
    for (size_t r = 0; r < (*block)->rows; r++) {
      for (size_t c = 0; c < cells.size(); c++) cells[c] = (*block)->cell(r, c);
      TRY(line(cells));
    }
  }
}

}  // namespace sluice::recheck
