#include "recheck/people.h"

#include <algorithm>
#include <filesystem>

#include "recheck/file_digest.h"
#include "recheck/rows.h"

namespace sluice::recheck {

namespace {

Finding cannot(const std::string& column, std::string detail) { return {"population", column, Outcome::not_checkable, 0, std::move(detail)}; }
Finding is_not(const std::string& column, std::string detail) { return {"population", column, Outcome::broken, 0, std::move(detail)}; }

}  // namespace

Result<People> People::count(const std::string& population, const std::vector<std::string>& quasi, const ReceiptView& receipt, const Ladders& ladders) {
  People out;
  if (!receipt.population_digest) {
    out.why_ = cannot("", "not counted: the receipt names no population");
    return out;
  }
  std::error_code gone;
  if (std::filesystem::exists(population, gone) && !std::filesystem::is_regular_file(population, gone)) return fail(Errc::invalid, "file.unreadable");  // a device has no end
  if (hex(TRY(digest_of_file(receipt.digest_kind, population))) != *receipt.population_digest) {
    out.why_ = is_not("", "another population than the receipt names");
    return out;
  }
  std::vector<Redo> redos(quasi.size());
  std::vector<size_t> places(quasi.size());  // in the population's table
  for (size_t q = 0; q < quasi.size(); q++)
    if ((out.why_ = redos[q].read(quasi[q], receipt, ladders))) return out;
  auto begin = [&](const std::vector<std::string>& header) -> Status {
    for (size_t q = 0; q < quasi.size(); q++) {
      auto at = std::find(header.begin(), header.end(), quasi[q]);
      if (at == header.end()) return fail(Errc::invalid, "recheck.no_such_column", quasi[q].substr(0, 80));
      places[q] = static_cast<size_t>(at - header.begin());
    }
    return {};
  };
  uint64_t outside = 0, unread = 0;
  std::vector<std::string_view> labels(quasi.size());
  std::vector<std::string> made(quasi.size());
  TRY(read_written_rows(population, begin, [&](std::span<const std::string_view> cells) {
    bool listed = true, read = true;
    for (size_t q = 0; q < quasi.size(); q++) {
      auto label = redos[q].of(cells[places[q]], made[q]);
      (redos[q].by_ladder() ? listed : read) &= label.has_value();
      labels[q] = label.value_or(std::string_view());
    }
    outside += !listed;
    unread += listed && !read;
    if (listed && read) out.of_[class_key(labels)]++;
  }));
  if (unread > 0) out.why_ = Finding{"population", "", Outcome::not_checkable, unread, "not counted: rows of the population with cells that the check does not read as the technique would"};
  if (outside > 0) out.why_ = Finding{"population", "", Outcome::broken, outside, "rows of the population with values that the hierarchies do not have"};
  return out;
}

uint64_t People::of_class(const std::string& key, uint64_t rows) const {
  auto at = of_.find(key);
  return std::max(rows, at == of_.end() ? 0 : at->second);
}

}  // namespace sluice::recheck
