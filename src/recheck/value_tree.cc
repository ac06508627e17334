#include "recheck/value_tree.h"

#include <fcntl.h>

#include <cerrno>
#include <map>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/owned_fd.h"
#include "codec/csv.h"

namespace sluice::recheck {

Result<ValueTree> ValueTree::read(const std::string& path) {
  auto bad = [] { return fail(Errc::invalid, "recheck.bad_hierarchy"); };
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  auto bytes = bytes_of_fd(fd.get());
  CsvDialect dialect;
  dialect.delimiter = TRY(find_hierarchy_delimiter_of_file(path));
  dialect.header = false;
  auto opened = CsvReader::open(*bytes, dialect);
  if (!opened && opened.error().reason == "csv.ragged") return bad();
  CsvReader reader = TRY(std::move(opened));
  if (reader.columns() < 2) return bad();
  ValueTree out;
  out.height_ = reader.columns() - 1;
  std::map<std::pair<size_t, std::string>, uint32_t> number;  // level and label
  std::set<std::string> tops;
  while (true) {
    auto next = reader.next();
    if (!next && next.error().reason == "csv.ragged") return bad();
    const CsvBlock* block = TRY(std::move(next));
    if (!block) break;
    for (size_t r = 0; r < block->rows; r++) {
      std::vector<uint32_t> groups;
      for (size_t level = 0; level < out.height_; level++) {
        auto at = number.emplace(std::pair(level, std::string(block->cell(r, level))), static_cast<uint32_t>(number.size())).first;
        groups.push_back(at->second);
      }
      tops.emplace(block->cell(r, out.height_));
      if (!out.groups_of_.emplace(std::string(block->cell(r, 0)), std::move(groups)).second) return bad();
    }
  }
  out.groups_ = number.size();
  if (tops.size() != 1) return bad();
  return out;
}

const std::vector<uint32_t>* ValueTree::groups_of(std::string_view value) const {
  auto at = groups_of_.find(std::string(value));
  return at == groups_of_.end() ? nullptr : &at->second;
}

}  // namespace sluice::recheck
