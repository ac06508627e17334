// Generalisation of one value: its ancestors in a hierarchy. Height 0 is the value itself, the top is `*`.
//
// Built in (they need no list; a value that is not of the kind has no ancestors):
//   date      day → month → quarter → year → decade → *       (2024-03-17 → 2024-03 → 2024Q1 → 2024 → 2020s → *)
//   age       year → 5 years → 10 → 20 → 40 → *               (37 → 35-39 → 30-39 → 20-39 → 0-39; 90 and more are 90+)
//   division  GB/T 2260: county → city → province → *         (419901 → 419900 → 410000)
//   icd10     code → three characters → chapter of ICD-10 → *  (I10.x00 → I10 → IX)
//   drug      NHSA drug code → 5th, 4th, 2nd, 1st ATC level or group → X or Z → *
//   amount    number → two leading digits → one → power of ten → *   (1234.56 → 1200-1299 → 1000-1999 → 1000-9999; -3 → -3 → -3 → -9..-1)
//
// Given: a file of ARX's form (anonymity/hierarchy.h, which names its errors). Its top is its last level.
// Thread rule: immutable after parsing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "anonymity/hierarchy.h"
#include "base/result.h"

namespace sluice::deident {

class ValueHierarchy {
 public:
  static std::optional<ValueHierarchy> built_in(std::string_view name);
  static Result<ValueHierarchy> parse(std::string_view csv);

  int height() const { return height_; }  // of the top
  // Appends the ancestor; false when the value is not in the hierarchy.
  bool generalise(std::string_view value, int height, std::string& out) const;

 private:
  using Rule = bool (*)(std::string_view value, int height, std::string& out);
  int height_ = 0;
  Rule rule_ = nullptr;
  std::shared_ptr<const anonymity::Hierarchy> given_;
};

}  // namespace sluice::deident
