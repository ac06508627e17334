// What the rules of alarms count, and what they let pass.
#include "node/alarm_watch.h"

#include <gtest/gtest.h>

namespace sluice::node {
namespace {

using rules::AlarmPack;
using rules::AlarmRule;

const AlarmRule& rule_of(std::string_view id) { return *AlarmPack::built_in().rule(id); }
ledger::LedgerEntry refusal(std::string actor, std::string reason, TimeMs at) {
  ledger::LedgerEntry out;
  out.entry.kind = "command.refused";
  out.entry.actor = std::move(actor);
  out.entry.time = at;
  out.body = Json::object({{"command", "x"}, {"reason", std::move(reason)}});
  return out;
}

TEST(AlarmCounts, EnoughWithinTheWindowAboutOneSubjectIsOneAlarm) {
  AlarmCounts counts;
  const AlarmRule& rule = rule_of("refused_requests");
  int raised = 0;
  for (int i = 0; i < 14; i++) {
    for (const char* who : {"ps_a", "ps_b"}) {
      auto hit = AlarmCounts::hit_of_entry(rule, refusal(who, "duty.missing", 1000 * i));
      ASSERT_TRUE(hit);
      EXPECT_EQ(hit->subject, who);
      raised += counts.count(rule, *hit).has_value();
    }
  }
  EXPECT_EQ(raised, 0) << "two people's refusals are not added up";
  auto alarm = counts.count(rule, *AlarmCounts::hit_of_entry(rule, refusal("ps_a", "duty.missing", 14'000)));
  ASSERT_TRUE(alarm);
  EXPECT_EQ(alarm->count, 15);
  EXPECT_EQ(alarm->since_ms, 0);
  EXPECT_EQ(alarm->subject, "ps_a");
  EXPECT_FALSE(counts.count(rule, *AlarmCounts::hit_of_entry(rule, refusal("ps_a", "duty.missing", 15'000)))) << "counting begins anew";
}

TEST(AlarmCounts, WhatIsSpreadOverMoreThanTheWindowIsNone) {
  AlarmCounts counts;
  const AlarmRule& rule = rule_of("refused_requests");
  for (int i = 0; i < 100; i++) EXPECT_FALSE(counts.count(rule, *AlarmCounts::hit_of_entry(rule, refusal("ps_a", "x", i * 60 * kSecondMs)))) << i;
}

TEST(AlarmCounts, ReasonsAndKindsDecideAndNoTextOfPeopleIsTakenOver) {
  EXPECT_TRUE(AlarmCounts::hit_of_entry(rule_of("split_operations"), refusal("ps_a", "operation.split_in_time", 1)));
  EXPECT_FALSE(AlarmCounts::hit_of_entry(rule_of("split_operations"), refusal("ps_a", "duty.missing", 1)));
  ledger::LedgerEntry done = refusal("ps_a", "张三的身份证号", 1);
  done.entry.kind = "operation.done";
  done.body = Json::object({{"operation", "op_1"}, {"reason", "张三的身份证号"}, {"rows", int64_t{100'000}}});
  auto hit = AlarmCounts::hit_of_entry(rule_of("bulk_rows"), done);
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->reason, "");
  EXPECT_EQ(hit->weight, 100'000);
  AlarmCounts counts;
  EXPECT_TRUE(counts.count(rule_of("bulk_rows"), *hit));
  Json page = Json::object({{"at_ms", 5}, {"kind", "api.page"}, {"refused", "api.enumeration"}, {"release", "rl_1"}});
  auto enumeration = AlarmCounts::hit_of_record(rule_of("enumeration"), page);
  ASSERT_TRUE(enumeration);
  EXPECT_EQ(enumeration->subject, "rl_1");
  page.erase("refused");
  EXPECT_FALSE(AlarmCounts::hit_of_record(rule_of("enumeration"), page)) << "an answered call is none";
  EXPECT_FALSE(AlarmCounts::hit_of_record(rule_of("refused_calls"), page));
}

TEST(AlarmCounts, RecordsThatAreBentAreLetPass) {
  for (const char* text : {"{}", "{\"kind\":5}", "{\"kind\":\"api.page\",\"refused\":7}", "{\"kind\":\"stranger.refused\"}", "{\"kind\":\"release.file_fetched\",\"person\":[],\"at_ms\":\"x\"}"}) {
    auto json = parse_json(text);
    ASSERT_TRUE(json);
    for (const AlarmRule& rule : AlarmPack::built_in().rules) {
      AlarmCounts counts;
      if (auto hit = AlarmCounts::hit_of_record(rule, *json)) (void)counts.count(rule, *hit);
    }
  }
}

}  // namespace
}  // namespace sluice::node
