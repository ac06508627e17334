#include "rules/alarm_pack.h"

#include <gtest/gtest.h>

namespace sluice::rules {
namespace {

TEST(AlarmPack, TheBuiltInRulesAreWholeAndOfAllThreeKinds) {
  const AlarmPack& pack = AlarmPack::built_in();
  EXPECT_GE(pack.rules.size(), 15u);
  for (AlarmWatched watched : {AlarmWatched::record, AlarmWatched::entry, AlarmWatched::state})
    EXPECT_TRUE(std::any_of(pack.rules.begin(), pack.rules.end(), [&](const AlarmRule& r) { return r.watch == watched; }));
  EXPECT_EQ(pack.rule("no_such_rule"), nullptr);
}

TEST(AlarmPack, ARuleThatIsNotWholeIsRefused) {
  std::string head = "pack: alarms\nversion: \"1\"\neffective_from: \"2026-01-01\"\nretry_s: [1]\nrules:\n";
  std::string good = "  - {id: a, zh: a, en: a, severity: low, watch: entry, kinds: [x], per: node, count: 1, window_s: 1, next_zh: n, next_en: n}\n";
  EXPECT_TRUE(read_alarms(head + good));
  auto reason = [&](std::string rules) {
    auto read = read_alarms(head + rules);
    return read ? std::string("ok") : std::string(read.error().reason);
  };
  EXPECT_EQ(reason(good + good), "rules.duplicate");
  EXPECT_EQ(reason("  - {id: a, zh: a, en: a, severity: low, watch: entry, per: node, count: 1, window_s: 1, next_zh: n, next_en: n}\n"), "rules.incomplete") << "counts nothing";
  EXPECT_EQ(reason("  - {id: a, zh: a, en: a, severity: low, watch: state, per: node, count: 1, window_s: 1, after_s: 0, next_zh: n, next_en: n}\n"), "rules.incomplete") << "a state has no window";
  EXPECT_EQ(reason("  - {id: a, zh: a, en: a, severity: low, watch: state, per: node, next_zh: n, next_en: n}\n"), "rules.incomplete");
  EXPECT_NE(reason("  - {id: a, zh: a, en: a, severity: grave, watch: state, per: node, after_s: 0, next_zh: n, next_en: n}\n"), "ok");
  EXPECT_NE(reason("  - {id: a, more: 1}\n"), "ok");
}

}  // namespace
}  // namespace sluice::rules
