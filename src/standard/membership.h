// Lists of codes that exist: divisions, drugs, diagnoses … loaded from files, so that "well-formed" and "exists" stay apart.
//
// A list file is CSV with the header `type,code` (further columns are ignored), type being a name of CodeType. A
// file of divisions (type region) may hold province (2 digits), city (4) and county (6) codes: shorter ones are padded
// with zeros. Immutable after loading; safe to share between threads.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"

namespace sluice {

enum class CodeType {
  id_number,
  uscc,
  date,
  datetime,
  institution,
  pharmacy,
  insurance_unit,
  drug,
  consumable,
  service,
  icd10,
  icd9cm3,
  region,
  physician,
};
constexpr std::array<std::string_view, 14> enum_names(CodeType) {
  return {"id-number", "uscc",       "date",    "datetime", "institution", "pharmacy", "insurance-unit",
          "drug",      "consumable", "service", "icd10",    "icd9cm3",     "region",   "physician"};
}
std::string_view label_zh(CodeType e);

class Membership {
 public:
  Membership() = default;
  // "membership.malformed" (detail: line number), "membership.unknown_type".
  static Result<Membership> parse(std::string_view csv);
  static Result<Membership> load(const std::string& path);

  bool has_list(CodeType type) const { return !lists_[static_cast<size_t>(type)].empty(); }
  // Codes compare upper-case. False when no list of that type is loaded.
  bool contains(CodeType type, std::string_view code) const;
  size_t size(CodeType type) const { return lists_[static_cast<size_t>(type)].size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };
  std::array<std::unordered_set<std::string, Hash, std::equal_to<>>, 14> lists_;
};

// The first two digits of GB/T 2260 that name a province-level division (with Taiwan 71, Hong Kong 81, Macau 82).
bool is_province(std::string_view two_digits);
// The name, for the 34 of them; empty otherwise.
std::string_view province_name(std::string_view two_digits);

}  // namespace sluice
