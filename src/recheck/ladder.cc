#include "recheck/ladder.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "base/owned_fd.h"
#include "codec/csv.h"
#include "recheck/file_digest.h"

namespace sluice::recheck {

Result<Ladder> Ladder::read(const std::string& path) {
  auto bad = [] { return fail(Errc::invalid, "recheck.bad_hierarchy"); };
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  auto bytes = bytes_of_fd(fd.get());
  CsvDialect dialect;
  dialect.delimiter = TRY(find_delimiter_of_file(path));
  dialect.header = false;
  auto opened = CsvReader::open(*bytes, dialect);
  if (!opened && opened.error().reason == "csv.ragged") return bad();
  CsvReader reader = TRY(std::move(opened));
  Ladder out;
  out.labels_.resize(reader.columns());
  while (true) {
    auto next = reader.next();
    if (!next && next.error().reason == "csv.ragged") return bad();
    const CsvBlock* block = TRY(std::move(next));
    if (!block) break;
    for (size_t r = 0; r < block->rows; r++) {
      std::vector<std::string> ladder;
      for (size_t h = 0; h < out.labels_.size(); h++) out.labels_[h].insert(ladder.emplace_back(block->cell(r, h)));
      auto [at, fresh] = out.ladder_of_.emplace(ladder[0], ladder);
      if (!fresh && at->second != ladder) return bad();
    }
  }
  if (out.ladder_of_.empty()) return bad();
  out.sm3_ = hex(TRY(digest_of_file("sm3", path)));
  return out;
}

std::optional<std::string_view> Ladder::label(std::string_view value, size_t height) const {
  if (height > top()) return std::nullopt;
  auto at = ladder_of_.find(std::string(value));
  if (at != ladder_of_.end()) return at->second[height];
  if (!value.empty()) return std::nullopt;
  if (height < top() || top() == 0) return std::string_view();
  return labels_.back().size() == 1 ? std::string_view(*labels_.back().begin()) : std::string_view("*");
}

bool Ladder::has(std::string_view label, size_t lowest, size_t height) const {
  const std::string text(label);
  for (size_t h = lowest; h <= std::min(height, top()); h++)
    if (labels_[h].contains(text)) return true;
  return false;
}

}  // namespace sluice::recheck
