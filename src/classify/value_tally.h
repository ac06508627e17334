// What values say, counted over all rows in bounded memory: the full scan beside ValueScanner's look at a sample.
//
// Every detector is asked about every value, by one automaton over all patterns; a small memory of values seen just before
// answers repeated ones. Counts of matches, of level-5 rows and of values are exact; `distinct` is estimated (standard error
// about 1.6 %). Values longer than 4096 bytes are passed over, detectors look at up to 200 bytes, as in a sample.
// Thread rule: ValuePatterns is immutable and shared; a ValueTally belongs to one thread, merge() joins those of several.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "classify/values.h"

namespace sluice::classify {

class ValuePatterns {
 public:
  static constexpr size_t kDetectorsMax = 128;
  struct Answer {
    std::array<uint64_t, kDetectorsMax / 64> shaped{}, passed{};  // one bit a detector
    uint32_t sensitive = 0;                                       // one bit a rule
  };

  // "rules.bad_pattern" when the patterns do not compile together or are too many. The scanner must outlive it.
  static Result<ValuePatterns> create(const ValueScanner& scanner);
  ValuePatterns(ValuePatterns&&) noexcept;
  ~ValuePatterns();

  Answer of(std::string_view trimmed) const;
  const ValueScanner& scanner() const { return *scanner_; }

 private:
  struct Compiled;
  ValuePatterns(const ValueScanner& scanner, std::unique_ptr<Compiled> compiled);
  const ValueScanner* scanner_;
  std::unique_ptr<Compiled> compiled_;
};

class ValueTally {
 public:
  // `remembered`: how many values seen just before are kept to answer repeated ones, about 100 bytes each.
  explicit ValueTally(const ValuePatterns& patterns, size_t remembered = 1024);
  ValueTally(ValueTally&&) noexcept;
  ~ValueTally();
  void add(std::string_view value, uint64_t times = 1);  // not for nulls and empty values
  void merge(const ValueTally& other);
  uint64_t values() const;
  ValueFindings finish() const;

 private:
  struct Counts;
  const ValuePatterns* patterns_;
  std::unique_ptr<Counts> counts_;
};

}  // namespace sluice::classify
