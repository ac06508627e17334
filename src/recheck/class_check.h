// The receipt's risk and targets, and the caller's demands, against the classes of the written rows. Findings k, risk, model, population, k_map, presence, l, t.
#pragma once

#include <optional>
#include <span>

#include "recheck/check.h"
#include "recheck/class_count.h"
#include "recheck/people.h"
#include "recheck/receipt_view.h"

namespace sluice::recheck {

class ClassCheck {
 public:
  // "recheck.no_such_column" (detail: the column) for a demand's.
  static Result<ClassCheck> create(const ReceiptView& receipt, const Demands& demands, const Ladders& ladders, const std::vector<std::string>& header);
  void row(std::span<const std::string_view> cells);
  void judge(Report& report) const;

 private:
  ClassCheck(const ReceiptView& receipt, const Demands& demands) : receipt_(&receipt), demands_(&demands) {}
  void judge_k(Report& report) const;
  void judge_risk(Report& report) const;
  void judge_model(const ClaimedModel& model, Report& report) const;
  void judge_sensitive(const ClaimedModel& model, Report& report) const;
  void judge_people_model(const ClaimedModel& model, Report& report) const;
  void judge_demands(Report& report) const;
  void judge_people(Report& report) const;
  // The fewest people of a class, and the least and greatest share of a class's people that are in the file.
  struct OfPeople {
    uint64_t least = 0;
    double lowest = 1, highest = 0;
  };
  std::optional<OfPeople> of_people() const;

  const ReceiptView* receipt_;
  const Demands* demands_;
  std::vector<std::string> missing_;         // quasi-identifiers of the receipt that are neither in the file nor suppressed
  std::vector<std::string> model_columns_;   // sensitive columns of the receipt's targets that are in the file
  bool named_ = false;                       // the receipt names quasi-identifiers
  std::optional<ClassCount> of_receipt_, demanded_;
  std::vector<std::optional<ValueTree>> trees_;  // of each demand on closeness
  struct NamedTree {
    ValueTree tree;
    std::string sm3;
  };
  std::map<std::string, NamedTree> model_trees_;  // of sensitive columns, for the receipt's hierarchical t
  std::optional<People> people_;                  // where a population was handed over
};

}  // namespace sluice::recheck
