// The desk's way to the state: a view for a person, and the rules of the person's party. Internal to node/.
#pragma once

#include "node/grading_desk.h"
#include "node/rules_in_force.h"

namespace sluice::node {

template <class F>
auto GradingDesk::viewed(const space::Principal& by, F&& f) -> typename grading_detail::Flat<decltype(f(std::declval<const View&>()))>::type {
  using R = typename grading_detail::Flat<decltype(f(std::declval<const View&>()))>::type;
  return node_.space().read([&](const space::State& s) -> R {
    const space::Person* person = space::find(s.persons, by.person);
    if (!person) return fail(Errc::forbidden, "person.unknown");
    return f(View(s, *person, node_.clock().now(), node_.rules()));
  });
}

// Objects of the state with the names of the people and units inside.
Json with_names(Node& node, Json object);

}  // namespace sluice::node
