// Guards that several decisions share: who acts, with which duty, and whether the object may be seen at all.
#pragma once

#include "space/command.h"
#include "space/state.h"

namespace sluice::space {

// Whether a person may do anything at all now: not suspended, of a party that is not suspended, and of outside staff within the
// engagement and with a sponsor who is not suspended. "person.suspended", "party.suspended", "person.engagement_over",
// "person.sponsor_suspended".
Status active(const State& state, const Person& person, TimeMs now);
// The acting person, present and active. "person.unknown", and as above.
Result<const Person*> acting(const State& state, const Context& context);
// The same with a duty, the own or as a deputy: "duty.missing" (detail: the duty's name).
Result<const Person*> acting_as(const State& state, const Context& context, Duty duty);
// The same with any of the duties of these names.
Result<const Person*> acting_as_any(const State& state, const Context& context, const std::vector<std::string>& duties);
// The deputyship through which a person has a duty now, or null.
const Deputyship* deputyship_for(const State& state, const Person& person, Duty duty, TimeMs now);
// Whether both are one human being: the same account, or two accounts of one person (SamePerson in command.h).
bool one_human(const Context& context, const PersonId& a, const PersonId& b);
// Whether what `person` is given would be the acting person's own: the same human being, or one of two who stand in for each other,
// now or in a deputyship that is still to begin.
bool gains(const State& state, const Context& context, const PersonId& person);
// "duty.not_to_oneself" where the acting person gains.
Status not_to_oneself(const State& state, const Context& context, const PersonId& person);
// "duty.not_for_outsiders" for a duty that administers or approves others.
Status fit_for_duty(const State& state, const PersonId& person, Duty duty);
// Whether both count as one where two are asked for: one human being, or two of whom one stands in for the other now.
bool count_once(const State& state, const Context& context, const PersonId& a, const PersonId& b);
// A rule of two persons: "duty.second_person_needed" where the acting person, or the one stood in for, counts as one with who did the first part.
Status second_person(const State& state, const Context& context, const PersonId& first);
// Who confirms what `first` proposed for a party: an administrator, or a signer of that party where an administrator proposed it. What a signer of
// the party proposed waits for an administrator. "duty.missing" (with both duties).
Status answers_for_party(const State& state, const Context& context, const Party& party, const PersonId& first);
// Reports of finished work come from the node itself: "duty.node_only".
Status from_node(const Context& context);
// "auth.second_factor_needed" unless the principal gave one within the last minutes.
Status stepped_up(const Context& context);
// Text that people type: "form.text_missing" when empty, "form.text_too_long", "form.text_not_utf8"; the detail names the field.
Status need_text(std::string_view field_name, std::string_view text, size_t bytes_max);
// A party that may take part: "party.not_verified".
Result<const Party*> verified_party(const State& state, const PartyId& party);

// The keys of these columns of the version were not destroyed: "keys.version_destroyed", "keys.column_destroyed" (detail: which).
Status keys_are_there(const State& state, const VersionId& version, const std::vector<std::string>& columns);

// The dataset is still worked with: "catalog.dataset_destroyed" where all of it was destroyed.
Status takes_data(const State& state, const DatasetId& dataset);

// The columns of a version whose keys were not destroyed.
std::vector<std::string> columns_with_keys(const State& state, const DatasetVersion& version);

// Duties that look at every party's objects without changing any.
bool sees_all(const Person& person, TimeMs now);

bool may_see(const State& state, const Person& person, const Product& product, TimeMs now);
bool may_see(const State& state, const Person& person, const Application& application, TimeMs now);
bool may_see(const State& state, const Person& person, const Contract& contract, TimeMs now);
bool may_see(const State& state, const Person& person, const Release& release, TimeMs now);
bool may_see(const State& state, const Person& person, const Dataset& dataset, TimeMs now);

// The object if it exists and the person may see it, else "NAME.not_found".
Result<const Product*> seen_product(const State& state, const Person& person, const ProductId& id, TimeMs now);
Result<const Application*> seen_application(const State& state, const Person& person, const ApplicationId& id, TimeMs now);
Result<const Contract*> seen_contract(const State& state, const Person& person, const ContractId& id, TimeMs now);
Result<const Release*> seen_release(const State& state, const Person& person, const ReleaseId& id, TimeMs now);
Result<const Dataset*> seen_dataset(const State& state, const Person& person, const DatasetId& id, TimeMs now);

}  // namespace sluice::space
