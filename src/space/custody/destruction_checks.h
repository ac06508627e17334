// What holds for every destruction of data, one version or a whole dataset (custody.h). Internal to the room.
#pragma once

#include "space/decisions.h"

namespace sluice::space {

// When the retention of what is to be destroyed ends, if it lies ahead; 0 otherwise.
TimeMs retention_ahead(const State& s, const Context& c, KeyWork work, const VersionId& id);
// A checked paper that approves this destruction, by others than the proposer, entered when the version was there to be decided about.
bool approved_on_paper(const State& s, const Context& c, const VersionId& id, const std::optional<PaperId>& approval);
// "keys.retention_not_over" (detail: the day), "keys.no_destruction_approval".
Status retention_over_or_approved(const State& s, const Context& c, KeyWork work, const VersionId& id, const std::optional<PaperId>& approval);
// Contracts in force that hand over what would go.
std::vector<ContractId> contracts_served(const State& s, KeyWork work, const VersionId& version, const std::vector<std::string>& columns, TimeMs now);
// "keys.contract_delivers" (detail: which) of one that the proposal does not name.
Status contracts_named(const State& s, KeyWork work, const VersionId& version, const std::vector<std::string>& columns,
                       const std::optional<std::vector<ContractId>>& named, TimeMs now);
// Whoever works with these columns now loses them in the same commit.
void end_grants(const State& s, const VersionId& version, const std::vector<std::string>& columns, Events& events);

// Of a whole dataset (whole_dataset.h): what was proposed may go, and is still what there is.
Result<WholeDataset> whole_fits(const State& s, const Context& c, const Person& person, const ProposeKeyWork& proposal);
Status whole_unchanged(const State& s, const KeyWorkItem& item);
Result<Events> destroy_whole(const State& s, const Context& c, const KeyWorkItem& item);
TimeMs whole_retention_ahead(const State& s, const Context& c, const DatasetId& dataset);

// Of one person's rows (one_person.h).
Result<PersonRows> person_fits(const State& s, const Context& c, const Person& person, const ProposeKeyWork& proposal);
// Nobody made a version since the search of one in which the person was found (merged, corrected, without rows that a source took back): it was not looked
// into. Asked at the proposal, of witnesses, and before the request is answered. "law.search_outdated" (detail: which).
Status search_is_current(const State& s, const SubjectRequest& request);
Status person_unchanged(const State& s, const KeyWorkItem& item);
// This version has rows of the person and nothing keeps it: asked before it is written again.
Status person_lets_go(const State& s, const Context& c, const KeyWorkItem& item, const VersionId& version);
// `left`: how many the node could not write again.
Result<Events> person_destroyed(const State& s, const Context& c, const KeyWorkItem& item, int64_t left);

}  // namespace sluice::space
