// Code tables with periods of validity, as a batch is checked against them (docs/formats/code-table.md).
//
// A table is CSV (UTF-8, comma) with the column `code` and, where codes come and go, `valid_from` and `valid_to` (days, both included, empty:
// unbounded); further columns are not looked at. A code may stand on several rows. Codes compare without regard to the case of ASCII letters.
// A table has versions, each in force from a day on (space/collection/code_table.h); on a day the one that began last counts, of two that began on
// one day the one with the higher number, and none where it ended before.
// Errors: "reference.malformed" (detail: the line), "reference.no_code", "reference.too_large", errors of csv.h.
// Thread rule: filled by one thread, then read by many.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace sluice::collect {

// The codes of one version.
class CodeList {
 public:
  static Result<CodeList> parse(std::string_view csv);
  enum class Found { valid, unknown, not_then };
  Found look(std::string_view code, int64_t day) const;
  int64_t rows() const { return rows_; }

 private:
  struct Span {
    int64_t from = INT64_MIN, to = INT64_MAX;
  };
  std::unordered_map<std::string, std::vector<Span>> codes_;  // upper case
  int64_t rows_ = 0;
};

class CodeTables {
 public:
  void add(const std::string& table, int64_t number, int64_t from_day, std::optional<int64_t> to_day, CodeList list);
  bool has(const std::string& table) const { return tables_.contains(table); }
  // Empty where the code is valid on that day, else "reference.no_version_then", "reference.unknown_code" or "reference.not_valid_then".
  std::string_view judge(const std::string& table, std::string_view code, int64_t day) const;

 private:
  struct Version {
    int64_t number = 0, from = 0, to = INT64_MAX;
    CodeList list;
  };
  std::map<std::string, std::vector<Version>> tables_;
};

}  // namespace sluice::collect
