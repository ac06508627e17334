// The space decides by the index of a party's rules and by rights one by one; the reference looks at all of them in turn.
#include <gtest/gtest.h>

#include "base/random.h"
#include "space/access/question.h"

namespace sluice::space {
namespace {

const std::vector<std::string> kAnswerActions{"list_values", "download", "copy"};
const std::vector<std::string> kAnswerPurposes{"fund_supervision", "statistics"};

class AnyHouse {
 public:
  explicit AnyHouse(uint64_t seed) : random(seed) {
    party = PartyId::make(random);
    for (int i = 0; i < 3; i++) {
      units.push_back(UnitId::make(random));
      Unit& unit = state.units[units.back().str()];
      unit.id = units.back();
      unit.region = i == 0 ? "330106" : i == 1 ? "3301" : "";
      datasets.push_back(DatasetId::make(random));
      state.datasets[datasets.back().str()].id = datasets.back();
    }
    for (int i = 0; i < 6; i++) {
      PersonId id = PersonId::make(random);
      Person& person = state.persons[id.str()];
      person.id = id;
      person.party = party;
      if (random.below(2)) person.duties.push_back(HeldDuty{Duty::data_manager, 1000});
      if (random.below(4) != 0) state.unit_of[id.str()] = units[random.below(units.size())];
      people.push_back(id);
    }
    AccessRules rules;
    rules.party = party;
    for (uint64_t n = random.below(30); n > 0; n--) rules.rules.push_back(rule(n));
    state.access_rules[party.str()] = rules;
    for (uint64_t n = random.below(30); n > 0; n--) grant();
  }

  std::vector<std::string> some(const std::vector<std::string>& from) {
    if (random.below(2)) return {};
    return {from[random.below(from.size())]};
  }
  std::vector<std::string> some_dataset() {
    if (random.below(2)) return {};
    return {datasets[random.below(datasets.size())].str()};
  }
  policy::AccessRule rule(uint64_t number) {
    policy::AccessRule r;
    r.id = "r" + std::to_string(number);
    r.effect = random.below(5) == 0 ? policy::AccessEffect::forbid : policy::AccessEffect::permit;
    r.actions = some(kAnswerActions), r.purposes = some(kAnswerPurposes), r.datasets = some_dataset();
    if (random.below(3) == 0) r.units = {units[random.below(units.size())].str()};
    if (random.below(4) == 0) r.regions = {"33"};
    if (random.below(3) == 0) r.duties = {"data_manager"};
    r.level_min = 1 + static_cast<int>(random.below(3));
    r.level_max = r.level_min + static_cast<int>(random.below(3));
    return r;
  }
  void grant() {
    Right right;
    right.id = RightId::make(random);
    if (random.below(3)) right.person = people[random.below(people.size())];
    else right.unit = units[random.below(units.size())];
    right.scope = {some(kAnswerActions), some_dataset(), {}, some(kAnswerPurposes), 1 + static_cast<int>(random.below(5))};
    right.expires_ms = static_cast<TimeMs>(random.below(200));
    right.revoked = random.below(6) == 0;
    state.rights[right.id.str()] = right;
    state.rights_of[right.person.empty() ? right.unit.str() : right.person.str()].push_back(right.id);
  }

  SeededRandom random;
  State state;
  PartyId party;
  std::vector<UnitId> units;
  std::vector<DatasetId> datasets;
  std::vector<PersonId> people;
};

// What the reference says of the same question: a person's own rights before those of the unit, each in the order of their granting.
policy::AccessAnswer by_reference(const State& s, const FieldUse& use, TimeMs now) {
  std::vector<policy::AccessRight> rights;
  auto of_holder = [&](const std::string& holder) {
    if (auto of = s.rights_of.find(holder); of != s.rights_of.end())
      for (const RightId& id : of->second) {
        const Right& r = s.rights.at(id.str());
        rights.push_back({id.str(), holder, r.scope, r.revoked ? 0 : r.expires_ms});
      }
  };
  of_holder(use.person.id.str());
  policy::AccessQuestion q{.person = use.person.id.str(), .unit = {}, .region = {}, .duties = {}, .action = use.action, .dataset = use.dataset.id.str(),
                           .category = name_of(use.grade.category), .purpose = use.purpose, .level = use.grade.level, .now = now};
  for (Duty duty : duties_now(s, use.person, now)) q.duties.push_back(name_of(duty));
  if (auto placed = s.unit_of.find(use.person.id.str()); placed != s.unit_of.end()) {
    q.unit = placed->second.str();
    q.region = s.units.at(placed->second.str()).region;
    of_holder(placed->second.str());
  }
  return policy::decide_access(s.access_rules.at(use.person.party.str()).rules, rights, q);
}

TEST(AccessAnswer, OfTheSpaceIsThatOfTheReferenceWithWhatDecided) {
  std::map<std::string, int> reasons;
  for (uint64_t seed = 1; seed <= 60; seed++) {
    AnyHouse house(seed);
    for (int i = 0; i < 200; i++) {
      const Person& person = house.state.persons.at(house.people[house.random.below(house.people.size())].str());
      const Dataset& dataset = house.state.datasets.at(house.datasets[house.random.below(house.datasets.size())].str());
      FieldUse use{person, dataset, kAnswerActions[house.random.below(3)], kAnswerPurposes[house.random.below(2)], {}};
      use.grade.level = 1 + static_cast<int>(house.random.below(5));
      TimeMs now = 1 + static_cast<TimeMs>(house.random.below(199));
      auto fast = access_answer(house.state, use, now), reference = by_reference(house.state, use, now);
      ASSERT_EQ(fast.allowed, reference.allowed) << "seed " << seed;
      ASSERT_EQ(fast.reason, reference.reason) << "seed " << seed;
      ASSERT_EQ(fast.by, reference.by) << "seed " << seed;
      reasons[std::string(fast.reason)]++;
    }
  }
  EXPECT_EQ(reasons.size(), 4u) << "each of the four answers came";
}

TEST(AccessAnswer, OfAStateThatWasReadBackIsTheSame) {
  AnyHouse house(3);
  auto read_back = decode<State>(encode(house.state));
  ASSERT_TRUE(read_back);
  for (const PersonId& id : house.people)
    for (const DatasetId& dataset : house.datasets) {
      auto of = [&](const State& s) { return access_answer(s, {s.persons.at(id.str()), s.datasets.at(dataset.str()), "copy", "statistics", {Category::none, 2, false}}, 5).by; };
      EXPECT_EQ(of(house.state), of(*read_back));
    }
}

}  // namespace
}  // namespace sluice::space
