#include "space/decide.h"

#include "space/decisions.h"
#include "space/mandate/broker.h"

namespace sluice::space {

std::string_view kind_of(const Command& command) {
  return command.visit([](const auto& c) { return std::remove_cvref_t<decltype(c)>::kind; });
}

Result<std::shared_ptr<const rules::RuleSet>> grading_rules(const State& s, const Context& c, const PartyId& party) {
  auto own = s.rules_in_force.find(party.str());
  if (own == s.rules_in_force.end() || !c.own_rules || !*c.own_rules) return std::shared_ptr<const rules::RuleSet>(std::shared_ptr<void>(), &c.rules);
  return (*c.own_rules)(own->second.content);
}

Result<Events> decide(const State& state, const Context& context, const Command& command) {
  context.deputyship = nullptr;
  TRY(broker_may_send(state, context.principal.person, kind_of(command)));
  auto events = command.visit([&](const auto& c) { return decide_on(state, context, c); });
  if (events && context.deputyship)
    events->push_back(DeputyActed{context.deputyship->id, context.deputyship->absent, context.deputised, std::string(kind_of(command))});
  return events;
}

}  // namespace sluice::space
