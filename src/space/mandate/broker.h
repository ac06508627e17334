// What people of a broker organisation may do and see at all (C5.5), whatever duties they were given: acts under a mandate of their party,
// what mandates in force cover, and their own account. Nothing here gives a value of a record.
#pragma once

#include "space/command.h"
#include "space/state.h"

namespace sluice::space {

bool is_broker(const State& state, const Person& person);
// Whether people of brokers may send this command; every other one is "broker.mandate_only" (detail: the command). A new command is closed.
bool open_to_brokers(std::string_view command);
Status broker_may_send(const State& state, const PersonId& person, std::string_view command);

// Whom a person acts for: the own party with the duty, or the principal of a mandate that allows the act now.
struct ActsFor {
  const Person* person = nullptr;
  const Party* party = nullptr;
  const Mandate* mandate = nullptr;
};
// "mandate.needed", "mandate.not_yours" (people of other organisations name none), and as mandate_for().
Result<ActsFor> acts_for(const State& state, const Context& context, Duty duty, const std::optional<MandateId>& mandate, MandateAct act);
// The mandate of the acting person's party: "mandate.not_found", "mandate.not_accepted", "mandate.ended", "mandate.not_begun", "mandate.over",
// "mandate.act_not_covered" (detail: the act), "mandate.too_many_acts".
Result<ActsFor> mandate_for(const State& state, const Context& context, const MandateId& mandate, MandateAct act);
// "mandate.product_not_covered", "mandate.purpose_not_covered", "mandate.dataset_not_covered"; nothing is asked without a mandate.
Status covered(const ActsFor& acts, const Product& product, const std::string& purpose);
Status covered(const ActsFor& acts, const DatasetId& dataset);
// What stands beside the events of an act; empty without a mandate.
void note_act(Events& events, const ActsFor& acts, MandateActed about);

// Whether a mandate in force covers it.
bool broker_sees(const State& state, const PartyId& broker, const Product& product, TimeMs now);
bool broker_sees(const State& state, const PartyId& broker, const Application& application, TimeMs now);
bool broker_sees(const State& state, const PartyId& broker, const Contract& contract, TimeMs now);

}  // namespace sluice::space
