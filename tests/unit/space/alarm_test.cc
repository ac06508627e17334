// Alarms: who sets them, what stands once, who clears what, what is owed to whom.
#include "space/alarm/alarm.h"

#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

AlarmChannel mail_channel(std::string name = "mail") {
  return {.name = std::move(name), .channel_kind = AlarmChannelKind::smtp, .host = "mail.example.gov", .port = 587, .security = AlarmSecurity::starttls,
          .least = rules::AlarmSeverity::medium, .sender = "sluice@example.gov", .to = {"duty@example.gov"}, .path = {}, .udp = false};
}
SetAlarms all_on() { return {AlarmSettings{.enabled = true, .rules = {}, .retry_s = {}}, "启用"}; }
RaiseAlarm refused_of(const PersonId& person, TimeMs since) { return {"refused_requests", person.str(), "duty.missing", 15, since}; }
RaiseAlarm damaged(TimeMs since) { return {"chunk_damaged", "", "storage.inventory_findings", 2, since}; }

struct AlarmWalk : DeskWalk {
  AlarmWalk() : DeskWalk(&Walk::until_graded) { (*this)->must(as((*this)->security_admin), all_on()); }
  const Alarms& alarms() const { return desk.state_.alarms; }
  AlarmId raise(const RaiseAlarm& cmd) { return walk.made<AlarmRaised>(the_node(), cmd).alarm; }
};

TEST(GuardAlarm, RulesAreTheSecurityAdministratorsAndKnownAndWithinBounds) {
  DeskWalk w(&Walk::until_graded);
  EXPECT_EQ(w->why(as(w->system_admin), all_on()), "duty.missing");
  EXPECT_EQ(w->why(as(w->officer), all_on()), "duty.missing");
  EXPECT_EQ(w->why(Principal{.person = w->security_admin, .system = false, .stepped_up = false}, all_on()), "auth.second_factor_needed");
  auto with = [](AlarmChoice choice) { return SetAlarms{AlarmSettings{.enabled = true, .rules = {std::move(choice)}, .retry_s = {}}, "调整"}; };
  EXPECT_EQ(w->why(as(w->security_admin), with({.rule = "no_such_rule"})), "alarm.no_such_rule");
  EXPECT_EQ(w->why(as(w->security_admin), with({.rule = "refused_requests", .disabled = false, .count = 0})), "alarm.bad_settings");
  EXPECT_EQ(w->why(as(w->security_admin), with({.rule = "refused_requests", .disabled = false, .count = {}, .window_s = {}, .after_s = 5})), "alarm.bad_settings");
  EXPECT_EQ(w->why(as(w->security_admin), with({.rule = "chunk_damaged", .disabled = false, .count = 3})), "alarm.bad_settings");
  EXPECT_EQ(w->why(as(w->security_admin), SetAlarms{AlarmSettings{.enabled = true, .rules = {{.rule = "disk_low"}, {.rule = "disk_low"}}, .retry_s = {}}, "x"}), "alarm.bad_settings");
  EXPECT_EQ(w->why(as(w->security_admin), SetAlarms{AlarmSettings{.enabled = true, .rules = {}, .retry_s = std::vector<int64_t>{}}, "x"}), "alarm.bad_settings");
  EXPECT_EQ(w->why(the_node(), refused_of(w->manager, 1)), "alarm.not_watched") << "off until somebody switches them on";
  w->must(as(w->security_admin), with({.rule = "refused_requests", .disabled = false, .count = 3, .window_s = 60}));
  auto rule = alarm_rule(w.desk.state_, "refused_requests");
  ASSERT_TRUE(rule);
  EXPECT_EQ(*rule->count, 3);
  EXPECT_EQ(*rule->window_s, 60);
  w->must(as(w->security_admin), with({.rule = "refused_requests", .disabled = true}));
  EXPECT_FALSE(alarm_rule(w.desk.state_, "refused_requests"));
  EXPECT_EQ(*alarm_rule(w.desk.state_, "bulk_download")->count, 10) << "what is not chosen is the pack's";
}

TEST(GuardAlarm, AChannelIsWholeAndCarriesNothingThatEndsALine) {
  AlarmWalk w;
  auto why = [&](auto change) {
    AlarmChannel c = mail_channel();
    change(c);
    return w->why(as(w->system_admin), SetAlarmChannel{c, "ac_1"});
  };
  EXPECT_EQ(w->why(as(w->security_admin), SetAlarmChannel{mail_channel(), "ac_1"}), "duty.missing");
  for (const char* name : {"", "Mail", "a b", "../x"}) EXPECT_EQ(why([&](auto& c) { c.name = name; }), "alarm.bad_channel") << name;
  for (const char* host : {"", "mail example", "mail\r\nX", "user@host", "host/path"}) EXPECT_EQ(why([&](auto& c) { c.host = host; }), "alarm.bad_channel") << host;
  for (const char* to : {"", "nobody", "a@b\r\nRCPT TO:<c@d>", "a@b>", "a b@c", "@b", "a@", "a@b@c", "甲@b"}) EXPECT_EQ(why([&](auto& c) { c.to = {to}; }), "alarm.bad_channel") << to;
  EXPECT_EQ(why([](auto& c) { c.to = {}; }), "alarm.bad_channel");
  EXPECT_EQ(why([](auto& c) { c.port = 0; }), "alarm.bad_channel");
  EXPECT_EQ(why([](auto& c) { c.path = "/x"; }), "alarm.bad_channel") << "a mail server has no path";
  EXPECT_EQ(why([](auto& c) { c.channel_kind = AlarmChannelKind::webhook, c.sender = "", c.to = {}, c.path = "/a b", c.security = AlarmSecurity::tls; }), "alarm.bad_channel");
  EXPECT_EQ(why([](auto& c) { c.channel_kind = AlarmChannelKind::webhook, c.sender = "", c.to = {}, c.path = "/a", c.security = AlarmSecurity::starttls; }), "alarm.bad_channel");
  EXPECT_EQ(why([](auto& c) { c.channel_kind = AlarmChannelKind::syslog, c.sender = "", c.to = {}, c.udp = true, c.security = AlarmSecurity::tls; }), "alarm.bad_channel");
  EXPECT_EQ(why([](auto&) {}), "ok");
  for (size_t i = 1; i < kAlarmChannelsMax; i++) EXPECT_EQ(why([&](auto& c) { c.name = "mail-" + std::to_string(i); }), "ok");
  EXPECT_EQ(why([](auto& c) { c.name = "one-more"; }), "alarm.too_many_channels");
  EXPECT_EQ(why([](auto& c) { c.port = 25; }), "ok") << "an old one may be changed";
}

TEST(GuardAlarm, OneStandsForOneSubjectAndWhatSomebodyDidIsClearedByAnother) {
  AlarmWalk w;
  EXPECT_EQ(w->why(as(w->manager), refused_of(w->manager, 1)), "duty.node_only");
  AlarmId id = w.raise(refused_of(w->manager, 1));
  EXPECT_EQ(w->why(the_node(), refused_of(w->manager, 1)), "alarm.stands_already");
  EXPECT_EQ(w->why(the_node(), refused_of(w->officer, 1)), "ok") << "of somebody else";
  EXPECT_EQ(w.alarms().all.at(id.str()).party, w->agency);
  EXPECT_EQ(w->why(the_node(), ReportAlarmOver{id}), "alarm.person_clears");
  EXPECT_EQ(w->why(as(w->rival_manager), AcknowledgeAlarm{id, "看过"}), "alarm.not_found");
  EXPECT_EQ(w->why(as(w->manager), ClearAlarm{id, "没事"}), "duty.second_person_needed") << "whom it is about";
  EXPECT_EQ(w->why(as(w->officer), AcknowledgeAlarm{id, ""}), "form.text_missing");
  EXPECT_EQ(w->why(as(w->officer), AcknowledgeAlarm{id, "在核查"}), "ok");
  EXPECT_EQ(w->why(as(w->officer), AcknowledgeAlarm{id, "再次"}), "alarm.acknowledged_already");
  EXPECT_EQ(w.alarms().all.at(id.str()).status, AlarmStatus::acknowledged);
  EXPECT_EQ(w->why(as(w->officer), ClearAlarm{id, "误操作，已培训"}), "ok");
  EXPECT_EQ(w->why(as(w->officer), ClearAlarm{id, "再次"}), "alarm.cleared_already");
  EXPECT_EQ(w->why(the_node(), refused_of(w->manager, 2)), "ok") << "it happened again";
}

TEST(GuardAlarm, AStateClearsItselfAndIsNotRaisedAgainAtOnce) {
  AlarmWalk w;
  AlarmId id = w.raise(damaged(w.desk.now_));
  EXPECT_EQ(w->why(as(w->officer), AcknowledgeAlarm{id, "x"}), "alarm.not_found") << "the node is the administrators' matter";
  EXPECT_EQ(w->why(as(w->system_admin), ClearAlarm{id, "没事"}), "alarm.state_clears");
  EXPECT_EQ(w->why(the_node(), ReportAlarmOver{id}), "ok");
  EXPECT_EQ(w->why(the_node(), damaged(w.desk.now_)), "alarm.just_cleared");
  w.desk.now_ += kAlarmAgainMs;
  EXPECT_EQ(w->why(the_node(), damaged(w.desk.now_)), "ok");
  EXPECT_EQ(w->why(the_node(), damaged(w.desk.now_ + kHourMs)), "alarm.bad_report") << "it cannot have begun later";
}

TEST(AlarmsDue, AreOwedToChannelsThatStoodBeforeAndAskForTheSeverityUntilReported) {
  AlarmWalk w;
  w->must(as(w->system_admin), SetAlarmChannel{mail_channel(), "ac_1"});
  AlarmChannel high = mail_channel("high");
  high.least = rules::AlarmSeverity::high;
  w->must(as(w->system_admin), SetAlarmChannel{high, "ac_2"});
  AlarmId id = w.raise(refused_of(w->manager, 1));
  w->must(as(w->system_admin), SetAlarmChannel{mail_channel("late"), "ac_3"});
  auto due = alarms_due(w.desk.state_);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].channel, "mail");
  EXPECT_EQ(w->why(as(w->manager), ReportAlarmDelivery{id, "mail", AlarmStage::raised, true, 1, ""}), "duty.node_only");
  EXPECT_EQ(w->why(the_node(), ReportAlarmDelivery{id, "mail", AlarmStage::cleared, true, 1, ""}), "alarm.bad_report");
  EXPECT_EQ(w->why(the_node(), ReportAlarmDelivery{id, "mail", AlarmStage::raised, true, 2, ""}), "ok");
  EXPECT_EQ(w->why(the_node(), ReportAlarmDelivery{id, "mail", AlarmStage::raised, true, 2, ""}), "alarm.reported_already");
  EXPECT_TRUE(alarms_due(w.desk.state_).empty());
  w->must(as(w->officer), ClearAlarm{id, "已核查"});
  due = alarms_due(w.desk.state_);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].stage, AlarmStage::cleared);
  w->must(the_node(), ReportAlarmDelivery{id, "mail", AlarmStage::cleared, false, 3, "fetch.unreachable"});
  EXPECT_TRUE(alarms_due(w.desk.state_).empty()) << "given up is given up";
  EXPECT_FALSE(w.alarms().all.at(id.str()).delivery("mail", AlarmStage::cleared)->delivered);
  w->must(as(w->system_admin), RemoveAlarmChannel{"mail", "停用"});
  EXPECT_EQ(w->why(the_node(), ReportChannelTest{"mail", true, ""}), "alarm.no_such_channel");
}

}  // namespace
}  // namespace sluice::space
