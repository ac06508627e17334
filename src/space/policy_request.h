// The bridge to the one decision function: what the state knows about a product, told as a policy::Request.
#pragma once

#include "policy/decide.h"
#include "space/catalog/flow_level.h"
#include "space/state.h"

namespace sluice::space {

// The highest level among the columns after masking (就高不就低).
// Whether what flows to this party leaves the country: the party is established elsewhere, or the application says so.
bool crosses_border(const State& state, const PartyId& recipient, bool said);
int level_of_columns(const MaskingResult& masking, const std::vector<std::string>& columns);

struct FlowQuestion {
  const Product& product;
  const std::vector<std::string>& columns;
  OpenForm form = OpenForm::file;
  Scenario scenario = Scenario::controller_to_user;
  PartyRole recipient = PartyRole::data_user;
  std::string purpose, legal_basis;
  bool cross_border = false;
  PartyId recipient_party{};  // empty: nobody yet; then no assessment that concerns one is asked for
  TimeMs now = 0;
};
// A reason id that is data (of a rule pack) as one that lasts.
std::string_view interned_reason(const std::string& id);

// The scenarios that a flow is in: of its kind, of its purpose, and abroad (rules/grading.yaml).
std::vector<std::string> flow_scenarios(const rules::RuleSet& rules, const FlowQuestion& question);
// The level that these columns have in this flow, before it happens. "level.unknown_scenario" where the rules do not know the flow.
Result<FlowGrade> flow_grade(const State& state, const rules::RuleSet& rules, const FlowQuestion& question);

struct Permission {
  std::vector<PolicyReason> reasons;  // and obligations
  FlowGrade grade;
};
// Decides on the level of the flow; a denial is the error of its first objection ("policy.…", refused). Where the columns one by
// one could go and only their combination, number or scenario cannot: "policy.level_raised_in_flow", the detail names the rule
// and the combination.
Result<Permission> ask_policy(const State& state, const rules::RuleSet& rules, const FlowQuestion& question);
// Whether the product, as it is described, could go to the party that it suits best: the first of its forms that could, else the
// refusal of the last.
Result<Permission> ask_policy_at_best(const State& state, const rules::RuleSet& rules, const Product& product, TimeMs now);
// The question behind it, for one form.
FlowQuestion best_question(const rules::RuleSet& rules, const Product& product, OpenForm form, TimeMs now);
// The whole decision, for explaining it to a person; `grade` absent: the flow has no level, and nothing is allowed.
struct PolicyAnswer {
  policy::Decision decision;
  std::optional<FlowGrade> grade;
};
PolicyAnswer policy_decision(const State& state, const rules::RuleSet& rules, const FlowQuestion& question);

}  // namespace sluice::space
