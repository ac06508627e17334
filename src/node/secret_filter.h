// Filter values that are personal identifiers: kept in the registry, where they can be erased; the ledger, the contract and the
// access records carry a reference, a salted commitment and a masked form (docs/formats/secret-filter.md).
//
// The registry is written before the ledger: a crash between leaves an item that nothing refers to, removed when the
// node opens. Erasing is the other way round: the ledger says so first, what a crash left is erased when the node opens
// (of a release's queries: when they are erased again).
// Whatever cannot be resolved is refused: "filter.erased", "filter.differs" (the item is not what was agreed). Thread-safe.
#pragma once

#include "node/node.h"

namespace sluice::node {

// An application whose plain row filter may hold personal identifiers. "filter.reference_given" when the applicant brings
// references of their own: only the node makes them.
Result<space::ApplicationId> submit_application(Node& node, const space::Principal& by, space::SubmitApplication command);

// The values behind the references, checked against their commitments, for the worker alone.
Result<std::vector<space::RowCondition>> resolve_filter(Node& node, const std::vector<space::RowCondition>& filter);

// The conditions in full, with salts, for those who sign, vote or answer for them on either side; the reading itself is
// recorded. "auth.second_factor_needed", "filter.reveal_forbidden".
bool may_reveal(const space::State& state, const space::Person& person, const space::Application& application, TimeMs now);
Result<Json> reveal_filter(Node& node, const space::Principal& by, const space::ApplicationId& application);

Status erase_filter(Node& node, const space::Principal& by, const space::EraseFilter& command);
Status erase_queries(Node& node, const space::Principal& by, const space::EraseQueries& command);

// Keeps the values of a call's condition and gives what its access record says instead.
Result<space::RowCondition> keep_query(Node& node, const space::ReleaseId& release, const space::RowCondition& plain);

// The conditions of a recorded call with their values: "filter.erased".
Result<std::vector<space::RowCondition>> resolve_queries(Node& node, const space::ReleaseId& release, const std::vector<space::RowCondition>& kept);

// The same for conditions of other objects, under a registry kind of their own.
Result<space::RowCondition> keep_condition(Node& node, std::string_view kind, const space::RowCondition& plain);
Result<std::vector<space::RowCondition>> resolve_kept(Node& node, std::string_view kind, const std::vector<space::RowCondition>& filter);

// When a node opens: removes what no application refers to, and what the ledger says is erased.
Status sweep_filters(Node& node);

}  // namespace sluice::node
