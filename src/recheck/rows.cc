#include "recheck/rows.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/owned_fd.h"
#include "codec/csv.h"
#include "table/cell_text.h"
#include "table/parquet.h"

namespace sluice::recheck {

namespace {

Status read_csv_cells(const std::string& path, int fd, const BeginRows& begin, const TakeCells& row) {
  auto bytes = bytes_of_fd(fd);
  CsvDialect dialect;
  dialect.delimiter = TRY(find_delimiter_of_file(path));
  CsvReader reader = TRY(CsvReader::open(*bytes, dialect));
  TRY(begin(reader.header()));
  std::vector<std::string_view> cells(reader.header().size());
  while (const CsvBlock* block = TRY(reader.next()))
    for (size_t r = 0; r < block->rows; r++) {
      for (size_t c = 0; c < cells.size(); c++) cells[c] = block->cell(r, c);
      row(cells);
    }
  return {};
}

Status read_parquet_cells(const std::string& path, const BeginRows& begin, const TakeCells& row) {
  auto stream = TRY(table::open_parquet(path));
  std::vector<std::string> header;
  for (const auto& spec : stream->specs()) header.push_back(spec.name);
  TRY(begin(header));
  std::vector<std::string> texts(header.size());
  std::vector<std::string_view> cells(header.size());
  while (auto batch = TRY(stream->next()))
    for (size_t r = 0; r < batch->rows; r++) {
      for (size_t c = 0; c < cells.size(); c++) {
        texts[c].clear();
        table::cell_text_to(texts[c], batch->columns[c], r);
        cells[c] = texts[c];
      }
      row(cells);
    }
  return {};
}

}  // namespace

Status read_written_rows(const std::string& path, const BeginRows& begin, const TakeCells& row) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  char magic[4] = {};
  if (::pread(fd.get(), magic, sizeof magic, 0) == 4 && std::string_view(magic, 4) == "PAR1") return read_parquet_cells(path, begin, row);
  return read_csv_cells(path, fd.get(), begin, row);
}

}  // namespace sluice::recheck
