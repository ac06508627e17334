#include "policy/access.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace sluice::policy {
namespace {

const std::vector<std::string> kDuties{"data_manager", "security_officer", "pi_officer"};
const std::vector<std::string> kActions{"list_values", "download", "copy", "modify"};
const std::vector<std::string> kCategories{"personal", "health", "payment"};
const std::vector<std::string> kPurposes{"fund_supervision", "statistics"};
const std::vector<std::string> kRegions{"33", "3301", "330106", "11", "44"};

std::vector<std::string> numbered(std::string_view stem, int n) {
  std::vector<std::string> out;
  for (int i = 0; i < n; i++) out.push_back(std::string(stem) + std::to_string(i));
  return out;
}

class AnyAccess {
 public:
  explicit AnyAccess(uint64_t seed) : random(seed) {}
  std::vector<std::string> some(const std::vector<std::string>& from, uint64_t empty_in) {
    std::vector<std::string> out;
    if (random.below(empty_in) == 0) return out;
    for (uint64_t n = 1 + random.below(3); n > 0; n--) out.push_back(from[random.below(from.size())]);
    return out;
  }
  std::string one(const std::vector<std::string>& from) { return random.below(10) == 0 ? "unheard" : from[random.below(from.size())]; }
  AccessRule rule(int n) {
    AccessRule r;
    r.id = "r" + std::to_string(n);
    r.effect = random.below(6) == 0 ? AccessEffect::forbid : AccessEffect::permit;
    r.duties = some(kDuties, 2), r.units = some(units, 2), r.regions = some(kRegions, 2), r.actions = some(kActions, 3);
    r.datasets = some(datasets, 3), r.categories = some(kCategories, 2), r.purposes = some(kPurposes, 2);
    r.level_min = 1 + static_cast<int>(random.below(5));
    r.level_max = r.level_min + static_cast<int>(random.below(static_cast<uint64_t>(6 - r.level_min)));
    return r;
  }
  AccessRight right(int n) {
    AccessScope scope{some(kActions, 2), some(datasets, 2), some(kCategories, 2), some(kPurposes, 2), 1 + static_cast<int>(random.below(5))};
    return {"g" + std::to_string(n), random.below(4) ? one(people) : one(units), scope, static_cast<TimeMs>(random.below(200))};
  }

  SeededRandom random;
  std::vector<std::string> datasets = numbered("ds", 20), people = numbered("ps", 30), units = numbered("un", 6);
};

TEST(AccessDecision, TheIndexAnswersLikeTheReference) {
  for (uint64_t seed = 1; seed <= 40; seed++) {
    AnyAccess any(seed);
    std::vector<AccessRule> rules;
    std::vector<AccessRight> rights;
    for (int i = 0, n = static_cast<int>(any.random.below(200)); i < n; i++) rules.push_back(any.rule(i));
    for (int i = 0, n = static_cast<int>(any.random.below(300)); i < n; i++) rights.push_back(any.right(i));
    AccessIndex index(rules, rights);
    int allowed = 0;
    for (int i = 0; i < 2000; i++) {
      std::string person = any.one(any.people), unit = any.random.below(3) ? any.one(any.units) : "", action = any.one(kActions);
      std::string dataset = any.one(any.datasets), category = any.one(kCategories), purpose = any.one(kPurposes);
      std::string region = any.random.below(3) ? any.one(kRegions) + (any.random.below(2) ? "01" : "") : "";
      AccessQuestion q{.person = person, .unit = unit, .region = region, .duties = {}, .action = action, .dataset = dataset,
                       .category = category, .purpose = purpose, .level = 1 + static_cast<int>(any.random.below(5)),
                       .now = static_cast<TimeMs>(any.random.below(200))};
      for (const auto& duty : kDuties)
        if (any.random.below(3) == 0) q.duties.push_back(duty);
      AccessAnswer answer = decide_access(rules, rights, q);
      allowed += answer.allowed;
      ASSERT_EQ(index.allows(q), answer.allowed) << "seed " << seed << " " << answer.reason << " " << answer.by;
      ASSERT_EQ(answer.by.empty(), answer.reason == "access.no_right");
      // What the rules say without any right, and which of them.
      AccessAnswer by_rules = decide_access(rules, {}, q);
      auto said = index.rules_say(q);
      ASSERT_EQ(said.has_value(), by_rules.reason != "access.no_right") << "seed " << seed;
      if (said) {
        ASSERT_EQ(rules[said->rule].id, by_rules.by) << "seed " << seed;
        ASSERT_EQ(said->effect == AccessEffect::permit, by_rules.allowed) << "seed " << seed;
      }
    }
    if (rules.size() > 50) {
      EXPECT_GT(allowed, 0);
    }
  }
}

// More rules than one word of blocks holds, most of them of one dataset: whole stretches are passed over.
TEST(AccessDecision, TheIndexOfManyRulesAnswersLikeTheReference) {
  AnyAccess any(7);
  any.datasets = numbered("ds", 400);
  std::vector<AccessRule> rules;
  for (int i = 0; i < 40000; i++) {
    rules.push_back(any.rule(i));
    if (i % 50 != 0) rules.back().datasets = {any.datasets[any.random.below(400)]};
    if (rules.back().effect == AccessEffect::forbid || i % 50 == 0) rules.back().purposes = {"statistics"}, rules.back().level_max = rules.back().level_min;
  }
  AccessIndex index(rules, {});
  int spoken = 0, silent = 0;
  for (int i = 0; i < 400; i++) {
    std::string dataset = any.one(any.datasets), action = any.one(kActions), category = any.one(kCategories), purpose = any.one(kPurposes), duty = any.one(kDuties);
    AccessQuestion q{.person = "p", .unit = {}, .region = {}, .duties = {duty}, .action = action, .dataset = dataset, .category = category,
                     .purpose = purpose, .level = 1 + static_cast<int>(any.random.below(5)), .now = 1};
    AccessAnswer answer = decide_access(rules, {}, q);
    auto said = index.rules_say(q);
    ASSERT_EQ(index.allows(q), answer.allowed);
    ASSERT_EQ(said ? rules[said->rule].id : "", answer.by);
    (said ? spoken : silent)++;
  }
  EXPECT_GT(spoken, 20);
  EXPECT_GT(silent, 20);
}

TEST(AccessDecision, CopiesOfIndexedRulesShareOneIndex) {
  std::vector<AccessRule> rules(1);
  rules[0].id = "r";
  IndexedRules first, copy = first;
  EXPECT_EQ(&first.of(rules), &copy.of(rules));
  EXPECT_NE(&first.of(rules), &IndexedRules().of(rules));
}

TEST(AccessNames, KeepTheirNumbersWhileTheTableGrowsAndOthersHaveNone) {
  NameTable table;
  std::vector<std::string> names{""};
  for (int i = 0; i < 5000; i++) names.push_back(std::string(static_cast<size_t>(i % 23), 'x') + std::to_string(i));
  for (size_t i = 0; i < names.size(); i++) ASSERT_EQ(table.add(names[i]), i + 1);
  for (size_t i = 0; i < names.size(); i++) {
    ASSERT_EQ(table.add(names[i]), i + 1) << "again";
    ASSERT_EQ(table.number(names[i]), i + 1);
    ASSERT_EQ(table.number(names[i] + "!"), 0u);
  }
  EXPECT_EQ(table.size(), names.size());
}

TEST(AccessDecision, APersonWithMoreDutiesThanMostIsAnsweredLikeTheReference) {
  std::vector<AccessRule> rules(1);
  rules[0].id = "r";
  rules[0].duties = {"d9"};
  for (int i = 0; i < 9; i++) rules.push_back(rules[0]), rules.back().duties = {"d" + std::to_string(i)}, rules.back().actions = {"other"};
  std::vector<std::string> held = numbered("d", 10);
  AccessQuestion q{.person = "p", .unit = {}, .region = {}, .duties = {}, .action = "copy", .dataset = "d", .category = "c", .purpose = "x", .level = 5, .now = 1};
  for (const std::string& duty : held) q.duties.push_back(duty);
  AccessIndex index(rules, {});
  EXPECT_TRUE(index.allows(q));
  EXPECT_EQ(decide_access(rules, {}, q).by, "r");
  q.duties.pop_back();
  EXPECT_FALSE(index.allows(q));
}

TEST(AccessDecision, NothingIsAllowedWithoutRuleOrRight) {
  AccessQuestion q{.person = "p", .unit = {}, .region = {}, .duties = {"data_manager"}, .action = "list_values", .dataset = "d", .category = "personal",
                   .purpose = "statistics", .level = 1, .now = 0};
  EXPECT_EQ(decide_access({}, {}, q).reason, "access.no_right");
  EXPECT_FALSE(AccessIndex({}, {}).allows(q));
}

TEST(AccessDecision, ForbidWinsWhateverTheOrder) {
  AccessRule permit, forbid;
  permit.id = "yes", forbid.id = "no";
  forbid.effect = AccessEffect::forbid;
  AccessRight right{"g", "p", {{}, {}, {}, {}, 5}, 100};
  AccessQuestion q{.person = "p", .unit = {}, .region = {}, .duties = {}, .action = "copy", .dataset = "d", .category = "c", .purpose = "x", .level = 5, .now = 1};
  for (auto& rules : {std::vector{permit, forbid}, std::vector{forbid, permit}}) {
    auto answer = decide_access(rules, {&right, 1}, q);
    EXPECT_FALSE(answer.allowed);
    EXPECT_EQ(answer.by, "no");
  }
  EXPECT_EQ(decide_access({&permit, 1}, {&right, 1}, q).by, "g");
  q.now = 100;
  EXPECT_EQ(decide_access({&permit, 1}, {&right, 1}, q).by, "yes");
}

}  // namespace
}  // namespace sluice::policy
