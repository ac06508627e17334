// The bridge to the one decision function: what the state knows about a product, told as a policy::Request.
#pragma once

#include "policy/decide.h"
#include "space/state.h"

namespace sluice::space {

// The highest level among the columns after masking (就高不就低).
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

// Decides; a denial is the error of its first objection ("policy.…", refused), a permission its reasons and obligations.
Result<std::vector<PolicyReason>> ask_policy(const State& state, const rules::RuleSet& rules, const FlowQuestion& question);
// The whole decision, for explaining it to a person.
policy::Decision policy_decision(const State& state, const rules::RuleSet& rules, const FlowQuestion& question);

}  // namespace sluice::space
