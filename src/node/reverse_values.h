// Use case: masked values back to what they stand for, under dual control (space/reversal/reversal.h). The values that were asked about lie
// sealed in the registry ("reversal_values") until the reversal is over; what they stand for leaves once, in the answer of run_reversal.
//
// Errors: those of the decisions; "reversal.values_missing", "reversal.values_changed" (corrupt: not what was committed to), "reversal.bad_value".
#pragma once

#include "codec/record.h"
#include "node/node.h"

namespace sluice::node {

struct ReversalAsk {
  space::VersionId version;
  std::string column, reason, case_ref;
  std::vector<std::string> values;
  static constexpr auto fields = field_list(field("version", &ReversalAsk::version), field("column", &ReversalAsk::column), field("reason", &ReversalAsk::reason),
                                            field("case_ref", &ReversalAsk::case_ref), field("values", &ReversalAsk::values));
};
Result<space::ReversalId> request_reversal(Node& node, const space::Principal& by, const ReversalAsk& ask);
Status decide_reversal(Node& node, const space::Principal& by, const space::DecideReversal& command);
Status withdraw_reversal(Node& node, const space::Principal& by, const space::ReversalId& id);

struct ReversedValue {
  std::string value;
  std::optional<std::string> original;  // absent: no output of this strategy
};
// In the order in which they were asked for. Their number is on record before the first of them leaves.
Result<std::vector<ReversedValue>> run_reversal(Node& node, const space::Principal& by, const space::ReversalId& id, const ProgressFn& progress = {});

}  // namespace sluice::node
