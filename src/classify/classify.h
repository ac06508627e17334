// What is this field, and how sensitive: type, category, level 1–5, with the evidence that a person can argue with.
//
// Evidence from the name (tokens, never substrings), the comment, the table, and a sample of values is added as log-odds
// for each candidate type; the sum becomes a confidence. Works with names only, values only, or both. A column about
// which nothing is known gets the category that its table suggests, low confidence and `review`. Values are looked at and
// forgotten: no verdict, reason or error holds one.
//
// Thread rule: a Classifier is immutable; classify() may run in many threads. Deterministic.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/json.h"
#include "rules/rule_set.h"
#include "standard/taxonomy.h"

namespace sluice::classify {

struct ValueFindings;
class ValueScanner;

// One column as the classifier sees it. `values` is a sample of the non-null values (2,000 to 10,000 serve well), empty
// for names-only.
struct FieldInput {
  std::string table, table_comment, column, type, comment;
  std::vector<std::string> values;
  uint64_t rows = 0, nulls = 0;  // of the scanned part
  std::string remembered{};      // the type that people gave fields of this name before, without contradiction
  std::shared_ptr<const ValueFindings> findings{};  // of all rows (value_tally.h), in place of a look at `values`
};

// One piece of evidence. `weight` is its contribution in hundredths of a natural log-odds unit.
struct Evidence {
  std::string id;  // "name.zh", "name.national", "comment", "value.id_number", "table.subject", "veto.two_values" …
  int64_t weight = 0;
  std::string zh, en;  // one sentence each; names tokens of the schema, never a value
  std::string type{};  // the candidate that it speaks for; empty: for none alone
};

struct Candidate {
  std::string type;
  int64_t confidence_permille = 0;
};

// What kind of evidence decided: the features from which the confidence is calibrated.
struct Traits {
  int log_odds = 0;  // of the winner against all others, hundredths
  bool known = false, whole = false, head_known = false, comment = false, name = false, contested = false, generic = false;
  bool table = false, pinyin = false, initials = false, coded = false, chinese = false, values = false;
};
constexpr std::array<std::string_view, 15> kFeatureNames = {
    "bias",    "log_odds", "whole_phrase", "head_known", "comment", "name",    "agree", "contested",
    "generic", "table",    "pinyin",       "initials",   "coded",   "chinese", "values"};
std::array<double, kFeatureNames.size()> features_of(const Traits& traits);

struct Verdict {
  std::string table, column;
  Traits traits;
  std::string type;  // a type id of the rule pack, "unknown" when abstaining
  std::string class_id;
  Category category = Category::none;
  Level level;
  int64_t confidence_permille = 0;
  bool review = false;
  bool contains_level5 = false;  // level-5 content inside a column of a lower type, found in the values
  uint64_t level5_rows = 0;      // rows of the sample with such content
  bool enterprise = false;
  bool direct_identifier = false, quasi_identifier = false;
  std::vector<Evidence> reasons;
  std::vector<Candidate> others;  // the next best, at most two
};

// Whether level-5 codes and terms found in a column of this kind count: a phone number that begins like a code does not.
bool may_hold_level5(Category category, std::string_view type);

// {table, column, category, level, type, confidence, review, reasons, …}: the form that `sluice classify --json` prints.
Json to_json(const Verdict& verdict);

class Classifier {
 public:
  // "rules.bad_pattern" when a detector of the set does not compile.
  static Result<Classifier> create(std::shared_ptr<const rules::RuleSet> rules);
  static Classifier built_in();
  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;
  ~Classifier();

  // Columns of one or many tables, in any order; the columns of a table are each other's context.
  std::vector<Verdict> classify(std::span<const FieldInput> fields) const;

  const rules::RuleSet& rules() const;
  const ValueScanner& values() const;

  struct Compiled;

 private:
  explicit Classifier(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace sluice::classify
