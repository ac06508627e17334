// The detectors pack compiled, and what a sample of values says: match rates with a Wilson bound, check-digit rates,
// level-5 content. Values are looked at and forgotten.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/rule_set.h"

namespace sluice::classify {

struct ValueMatch {
  std::string detector, type;
  int64_t weight = 0;
  bool shape_only = false;       // the shape fits, the check digits do not
  int64_t rate_permille = 0;     // share of values that match
};

struct ValueFindings {
  std::vector<ValueMatch> matches;
  size_t values = 0, distinct = 0;
  size_t length_max = 0;
  double length_mean = 0;
  bool all_two_values = false;  // at most two distinct short values: a flag, whatever its name
  std::vector<std::string> sensitive;  // ids of sensitive rules that match, in rule order
  uint64_t sensitive_rows = 0;
};

class ValueScanner {
 public:
  static Result<ValueScanner> create(const rules::DetectorsPack& pack);
  ValueScanner(ValueScanner&&) noexcept;
  ValueScanner& operator=(ValueScanner&&) noexcept;
  ~ValueScanner();
  ValueFindings scan(std::span<const std::string> values) const;

  // The parts, for counting over all rows (value_tally.h).
  size_t detectors() const;
  const rules::DetectorRule& detector(size_t i) const;
  bool passes(size_t detector, std::string_view value) const;  // the check function; true where there is none
  std::span<const rules::SensitiveRule> sensitive_rules() const;

 private:
  struct Compiled;
  explicit ValueScanner(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

// The lower end of the 95 % Wilson interval of `hits` in `n`, in thousandths.
int64_t wilson_lower_permille(uint64_t hits, uint64_t n);

}  // namespace sluice::classify
