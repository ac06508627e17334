// Columns that appear while a file is read (JSON, HL7): each gets an evenly spread sample of its values.
//
// Bounds: kColumnsMax columns over all tables; names longer than 512 bytes are cut; values at 4096 bytes. Values of columns
// beyond the bound are dropped, and `truncated()` says so.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "classify/classify.h"

namespace sluice::classify {

// Keeps an evenly spread sample of unknown length: when it is full, every second value goes and the stride doubles.
class SpreadSample {
 public:
  explicit SpreadSample(size_t max) : max_(max) {}
  void add(std::string_view value);
  std::vector<std::string> take() { return std::move(kept_); }

 private:
  size_t max_, seen_ = 0, stride_ = 1;
  std::vector<std::string> kept_;
};

class FieldCollector {
 public:
  static constexpr size_t kColumnsMax = 20'000;
  explicit FieldCollector(size_t values_max) : values_max_(values_max) {}

  void row(const std::string& table) { rows_[table]++; }
  void add(const std::string& table, std::string_view column, std::string_view value, std::string_view comment = {});
  bool truncated() const { return truncated_; }
  std::vector<FieldInput> finish();

 private:
  size_t values_max_;
  bool truncated_ = false;
  std::map<std::pair<std::string, std::string>, size_t> index_;
  std::map<std::string, uint64_t> rows_;
  std::vector<FieldInput> fields_;
  std::vector<SpreadSample> samples_;
};

}  // namespace sluice::classify
