#include "recheck/people.h"

#include <algorithm>
#include <filesystem>

#include "recheck/file_digest.h"
#include "recheck/rows.h"

namespace sluice::recheck {

namespace {

// How one quasi-identifier's cell is brought to what stands in the file.
struct Redo {
  const Ladder* ladder = nullptr;      // null: as it is, or the constant
  size_t height = 0;
  std::optional<std::string> constant{};
  size_t place = 0;                    // in the population's table

  std::optional<std::string_view> of(std::string_view cell) const {
    if (constant) return cell.empty() && *constant != "*" ? cell : std::string_view(*constant);
    return ladder ? ladder->label(cell, height) : std::optional(cell);
  }
};

Finding cannot(const std::string& column, std::string detail) { return {"population", column, Outcome::not_checkable, 0, std::move(detail)}; }
Finding is_not(const std::string& column, std::string detail) { return {"population", column, Outcome::broken, 0, std::move(detail)}; }

std::optional<Finding> read_redo(const std::string& name, const ReceiptView& receipt, const Ladders& ladders, Redo& out) {
  const ClaimedField* field = receipt.field(name);
  const std::string technique = field ? field->technique : "keep";
  if (technique == "keep") return std::nullopt;
  if (!field->parameters.fault().empty()) return is_not(name, "a parameter cannot be: " + field->parameters.fault());
  if (technique == "redact" && !field->parameters.conditional()) {
    out.constant = field->parameters.text("value");
    return std::nullopt;
  }
  const bool given = technique == "hierarchy" && field->parameters.has("hierarchy_sm3") && !field->parameters.has("lowest") && !field->parameters.conditional();
  if (!given) return cannot(name, "not counted: the check does not do " + technique + " to a population by itself");
  auto at = ladders.find(name);
  if (at == ladders.end()) return cannot(name, "not counted: wants --hierarchy " + name + "=FILE");
  if (at->second.sm3() != field->parameters.text("hierarchy_sm3")) return is_not(name, "another hierarchy than the receipt names");
  out.ladder = &at->second;
  out.height = static_cast<size_t>(field->parameters.number("height"));
  if (out.height > out.ladder->top()) return is_not(name, "the hierarchy does not reach the receipt's height");
  return std::nullopt;
}

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
  for (size_t q = 0; q < quasi.size(); q++)
    if ((out.why_ = read_redo(quasi[q], receipt, ladders, redos[q]))) return out;
  auto begin = [&](const std::vector<std::string>& header) -> Status {
    for (size_t q = 0; q < quasi.size(); q++) {
      auto at = std::find(header.begin(), header.end(), quasi[q]);
      if (at == header.end()) return fail(Errc::invalid, "recheck.no_such_column", quasi[q].substr(0, 80));
      redos[q].place = static_cast<size_t>(at - header.begin());
    }
    return {};
  };
  uint64_t outside = 0;
  std::vector<std::string_view> labels(quasi.size());
  TRY(read_written_rows(population, begin, [&](std::span<const std::string_view> cells) {
    bool known = true;
    for (size_t q = 0; q < quasi.size(); q++) {
      auto label = redos[q].of(cells[redos[q].place]);
      known = known && label.has_value();
      labels[q] = label.value_or(std::string_view());
    }
    outside += !known;
    if (known) out.of_[class_key(labels)]++;
  }));
  if (outside > 0) out.why_ = Finding{"population", "", Outcome::broken, outside, "rows of the population with values that the hierarchies do not have"};
  return out;
}

uint64_t People::of_class(const std::string& key, uint64_t rows) const {
  auto at = of_.find(key);
  return std::max(rows, at == of_.end() ? 0 : at->second);
}

}  // namespace sluice::recheck
