// Registered sources: schedules, back-off and lateness; the mark of incremental runs; rows that the source takes back.
#include "space/catalog/taken_back.h"
#include "space/source/source.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

RegisterSource watched(const PlanId& plan) {
  return {.plan = plan, .name = "门诊日清单", .source_kind = SourceKind::folder, .place = R"({"folder":"/drop"})", .every_s = 600, .at = {}, .late_after_s = 86400, .retries = 2};
}

template <class C, class F>
C changed(C command, F change) {
  change(command);
  return command;
}

TEST(GuardSource, IsRegisteredByTheOwnersManagerWithOneSchedule) {
  DeskWalk w(&Walk::people);
  w->collect();
  auto who = as(w->manager);
  RegisterSource form = watched(w->plan);
  EXPECT_EQ(w->why(as(w->officer), form), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_manager), form), "plan.not_found");
  EXPECT_EQ(w->why(who, changed(form, [](auto& c) { c.name.clear(); })), "form.text_missing");
  EXPECT_EQ(w->why(who, changed(form, [](auto& c) { c.at = {"08:00"}; })), "source.one_schedule");
  EXPECT_EQ(w->why(who, changed(form, [](auto& c) { c.every_s = 0; })), "source.one_schedule");
  EXPECT_EQ(w->why(who, changed(form, [](auto& c) { c.every_s = 1; })), "source.bad_schedule");
  for (const char* time : {"8:00", "24:00", "08:60", "08:0x", ""})
    EXPECT_EQ(w->why(who, changed(form, [&](auto& c) { c.every_s = 0, c.at = {time}; })), "source.bad_schedule") << time;
  EXPECT_EQ(w->why(who, changed(form, [](auto& c) { c.retries = 21; })), "source.bad_schedule");
  EXPECT_EQ(w->why(who, form), "ok");
  EXPECT_EQ(w->why(who, form), "source.name_known");
}

TEST(SourceHosts, AreKeptByTheSystemAdministratorWithASecondFactor) {
  DeskWalk w(&Walk::people);
  AllowSourceHost allow{"his.example.cn:5432", "医院前置库"};
  EXPECT_EQ(w->why(as(w->manager), allow), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->system_admin), allow), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->system_admin), AllowSourceHost{allow.host, ""}), "form.text_missing");
  for (const char* host : {"HIS.example.cn", "his.example.cn:", "his.example.cn:0", "his.example.cn:65536", "a b", "/var/run", "[fd00::7", "[fd00::7]x", "h:1:2]", "host;x", ""})
    EXPECT_FALSE(is_source_host(host)) << host;
  for (const char* host : {"his.example.cn", "10.1.2.3", "10.1.2.3:22", "fd00::7", "[fd00::7]:5432", "[fd00::7]", "db_1"}) EXPECT_TRUE(is_source_host(host)) << host;
  EXPECT_EQ(w->why(as(w->system_admin), allow), "ok");
  EXPECT_EQ(w->why(as(w->system_admin), allow), "source.host_known");
  EXPECT_EQ(w->why(as(w->manager), ForbidSourceHost{allow.host, "停用"}), "duty.missing");
  EXPECT_EQ(w->why(as(w->system_admin), ForbidSourceHost{"other", "停用"}), "source.host_unknown");
  EXPECT_EQ(w->why(as(w->system_admin), ForbidSourceHost{allow.host, "停用"}), "ok");
  EXPECT_TRUE(w.desk.state_.source_hosts.empty());
}

TEST(GuardSource, IsPausedResumedAndRemovedForGood) {
  DeskWalk w(&Walk::people);
  w->collect();
  auto who = as(w->manager);
  SourceId id = w->made<SourceRegistered>(who, watched(w->plan)).source;
  EXPECT_EQ(w->why(as(w->rival_manager), ChangeSource{id, SourceStatus::paused, "停机"}), "source.not_found");
  EXPECT_EQ(w->why(who, ChangeSource{id, SourceStatus::active, "停机"}), "source.unchanged");
  EXPECT_EQ(w->why(who, ChangeSource{id, SourceStatus::paused, ""}), "form.text_missing");
  EXPECT_EQ(w->why(who, ChangeSource{id, SourceStatus::paused, "停机"}), "ok");
  EXPECT_EQ(w->why(who, ChangeSource{id, SourceStatus::removed, "不再提供"}), "ok");
  EXPECT_EQ(w->why(who, ChangeSource{id, SourceStatus::active, "恢复"}), "source.removed");
  EXPECT_EQ(w->why(node_for(w->manager), ReportRun{id, RunOutcome::failed, "source.no_folder", {}}), "source.not_found");
  EXPECT_EQ(w->why(who, watched(w->plan)), "ok") << "the name is free again";
}

TEST(GuardSource, OfAManagerWhoNoLongerActsIsTakenOverByAnother) {
  DeskWalk w(&Walk::people);
  w->collect();
  SourceId id = w->made<SourceRegistered>(as(w->manager), watched(w->plan)).source;
  PersonId other = w->enrol(w->agency, {Duty::data_manager});
  TakeOverSource take{id, "原管理员离任"};
  EXPECT_EQ(w->why(as(other), take), "source.manager_active");
  w->must(as(w->security_admin), SuspendPerson{w->manager, "离任"});
  EXPECT_EQ(w->why(as(w->officer), take), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_manager), take), "source.not_found");
  EXPECT_EQ(w->why(as(other), changed(take, [](auto& c) { c.reason.clear(); })), "form.text_missing");
  auto taken = w->made<SourceTakenOver>(as(other), take);
  EXPECT_EQ(taken.from, w->manager);
  EXPECT_EQ(w.desk.state_.sources.at(id.str()).registered_by, other);
  EXPECT_EQ(w->why(as(other), take), "source.manager_active");
}

TEST(GuardSource, AmendedKeepsWhatIsNotNamedAndASchedulePutsOutTheOther) {
  DeskWalk w(&Walk::people);
  w->collect();
  SourceId id = w->made<SourceRegistered>(as(w->manager), watched(w->plan)).source;
  AmendSource times{.source = id, .reason = "来源改为夜间上传", .at = std::vector<std::string>{"02:30"}};
  EXPECT_EQ(w->why(as(w->rival_manager), times), "source.not_found");
  EXPECT_EQ(w->why(as(w->officer), times), "duty.missing");
  EXPECT_EQ(w->why(as(w->manager), changed(times, [](auto& c) { c.reason.clear(); })), "form.text_missing");
  EXPECT_EQ(w->why(as(w->manager), changed(times, [](auto& c) { c.at = std::vector<std::string>{"2:30"}; })), "source.bad_schedule");
  EXPECT_EQ(w->why(as(w->manager), changed(times, [](auto& c) { c.every_s = 60; })), "source.one_schedule");
  auto amended = w->made<SourceAmended>(as(w->manager), times);
  EXPECT_EQ(amended.every_s, 0);
  EXPECT_EQ(amended.name, "门诊日清单");
  EXPECT_EQ(amended.late_after_s, 86400);
  EXPECT_EQ(w.desk.state_.sources.at(id.str()).at, *times.at);
  EXPECT_EQ(w->why(as(w->manager), times), "source.unchanged");
  amended = w->made<SourceAmended>(as(w->manager), AmendSource{.source = id, .reason = "改回", .every_s = 900});
  EXPECT_TRUE(amended.at.empty());
  EXPECT_EQ(w->why(as(w->manager), ChangeSourceSecret{id, "换口令"}), "source.no_password") << "a folder has none";
}

TEST(GuardSource, IsHandedOverToAManagerWhoActs) {
  DeskWalk w(&Walk::people);
  w->collect();
  SourceId id = w->made<SourceRegistered>(as(w->manager), watched(w->plan)).source;
  PersonId other = w->enrol(w->agency, {Duty::data_manager});
  HandOverSource over{id, other, "调岗"};
  EXPECT_EQ(w->why(as(w->manager), changed(over, [&](auto& c) { c.to = w->officer; })), "source.no_manager");
  EXPECT_EQ(w->why(as(w->manager), changed(over, [&](auto& c) { c.to = w->rival_manager; })), "person.not_found");
  EXPECT_EQ(w->why(as(w->manager), changed(over, [&](auto& c) { c.to = w->manager; })), "source.unchanged");
  auto event = w->made<SourceHandedOver>(as(w->manager), over);
  EXPECT_EQ(event.from, w->manager);
  EXPECT_EQ(w.desk.state_.sources.at(id.str()).registered_by, other);
}

TEST(GuardSource, RunsAreTheNodesWordAndFailuresBackOff) {
  DeskWalk w(&Walk::people);
  w->collect();
  SourceId id = w->made<SourceRegistered>(as(w->manager), watched(w->plan)).source;
  ReportRun failed{id, RunOutcome::failed, "source.unreachable", {}};
  EXPECT_EQ(w->why(as(w->manager), failed), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->manager), ReportRun{id, RunOutcome::taken, "", {BatchId::make(w.desk.random)}}), "batch.not_found");
  auto source = [&]() -> const Source& { return w.desk.state_.sources.at(id.str()); };
  std::vector<TimeMs> waits;
  for (int i = 0; i < 4; i++) {
    w->must(node_for(w->manager), failed);
    waits.push_back(next_due(source(), w.desk.now_) - w.desk.now_);
  }
  EXPECT_EQ(waits, (std::vector<TimeMs>{kMinuteMs, 2 * kMinuteMs, 10 * kMinuteMs, 10 * kMinuteMs})) << "two retries, then the next regular run";
  w->must(node_for(w->manager), ReportRun{id, RunOutcome::taken, "", {}});
  EXPECT_EQ(source().failures, 0);
  EXPECT_EQ(source().runs, 5);
}

TEST(GuardSource, IsLateWhenNothingWasTakenForSoLongAndNeverWhilePaused) {
  DeskWalk w(&Walk::people);
  w->collect();
  SourceId id = w->made<SourceRegistered>(as(w->manager), watched(w->plan)).source;
  auto late = [&] { return late_since(w.desk.state_.sources.at(id.str()), w.desk.now_).has_value(); };
  w.desk.now_ += kDayMs;
  EXPECT_FALSE(late());
  w.desk.now_ += 1;
  EXPECT_TRUE(late());
  w->must(node_for(w->manager), ReportRun{id, RunOutcome::held, "manifest.forged", {}});
  EXPECT_TRUE(late()) << "what is held was not taken";
  w->must(as(w->manager), ChangeSource{id, SourceStatus::paused, "停机"});
  EXPECT_FALSE(late());
  w->must(as(w->manager), ChangeSource{id, SourceStatus::active, "恢复"});
  w->must(node_for(w->manager), ReportRun{id, RunOutcome::taken, "", {}});
  EXPECT_FALSE(late());
}

TEST(SourceSchedule, TimesOfDayAreChinas) {
  Source source;
  source.at = {"02:30", "14:00"};
  TimeMs midnight_utc = 20000 * kDayMs;  // 08:00 in China
  EXPECT_EQ(next_due(source, midnight_utc), midnight_utc + 6 * kHourMs);                   // 14:00
  EXPECT_EQ(next_due(source, midnight_utc + 6 * kHourMs), midnight_utc + 18 * kHourMs + 30 * kMinuteMs);  // 02:30 of the next day
}

TEST(GuardCollection, OfTwoIncrementalRunsFromOneMarkTheSecondIsRefused) {
  DeskWalk w(&Walk::people);
  w->collect();
  auto run = [&](int n, std::optional<std::string> before, std::string after) {
    ReportBatch batch = w->batch_form(static_cast<uint8_t>(n));
    batch.manifest = ManifestCheck::measured;
    batch.mark_before = std::move(before);
    batch.mark_after = std::move(after);
    return batch;
  };
  EXPECT_EQ(w->why(node_for(w->manager), run(70, std::nullopt, "2026-01-01 10:00:00")), "ok");
  EXPECT_EQ(w->why(node_for(w->manager), run(71, std::nullopt, "2026-01-01 11:00:00")), "collection.mark_moved");
  EXPECT_EQ(w->why(node_for(w->manager), run(72, "2026-01-01 10:00:00", "2026-01-01 11:00:00")), "ok");
  EXPECT_EQ(w.desk.state_.plans.at(w->plan.str()).mark, "2026-01-01 11:00:00");
}

TEST(GuardDeletion, OfManyRowsNeedsASecondPersonsDecision) {
  DeskWalk w(&Walk::until_graded);
  ReportBatch large = w->batch_form(31);
  large.rows = 1000, large.accepted = 998, large.warned = 0;
  auto sealed = w->made<BatchSealed>(node_for(w->manager), large);
  ReportDeletion report{.dataset = w->dataset, .from = sealed.version, .version = VersionId::make(w.desk.random), .rows = 98, .removed = 900, .unmatched = 0,
                        .list_digest = test_digest(9), .number = "撤回-2", .version_manifest = test_digest(10)};
  EXPECT_EQ(w->why(node_for(w->manager), report), "operation.bulk");
  RequestOperation modify{.what = "modify", .dataset = w->dataset, .version = sealed.version, .batch = {}, .columns = {}, .first_row = 0, .rows = 0,
                          .flow = OperationFlow::person, .purpose = rules::RuleSet::built_in().policy.purposes.front(), .reason = "来源撤回"};
  w->must(as(w->security_admin), GrantAccess{w->manager, {}, {{"modify"}, {}, {}, {}, 5}, w.desk.now_ + 30 * kDayMs, "岗位需要"});
  auto asked = w->made<OperationRequested>(as(w->manager), modify).operation;
  EXPECT_EQ(w->why(node_for(w->manager), report), "operation.bulk") << "asked is not allowed";
  w->must(as(w->officer), DecideOperation{asked, true, "来源文号相符"});
  EXPECT_EQ(w->why(node_for(w->manager), report), "ok");
}

TEST(GuardDeletion, MakesAVersionWithoutTheRowsAndKeepsTheOlderOne) {
  DeskWalk w(&Walk::people);
  w->collect();
  int64_t rows = w.desk.state_.versions.at(w->version.str()).rows;
  ReportDeletion report{.dataset = w->dataset, .from = w->version, .version = VersionId::make(w.desk.random), .rows = rows - 1, .removed = 1, .unmatched = 0,
                        .list_digest = test_digest(9), .number = "撤回-1", .version_manifest = test_digest(10)};
  auto node = node_for(w->manager);
  EXPECT_EQ(w->why(as(w->manager), report), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->rival_manager), report), "dataset.not_found");
  EXPECT_EQ(w->why(node, changed(report, [](auto& c) { c.removed = 0; })), "deletion.nothing_matched");
  EXPECT_EQ(w->why(node, changed(report, [&](auto& c) { c.rows = 0, c.removed = rows; })), "deletion.nothing_left");
  EXPECT_EQ(w->why(node, changed(report, [](auto& c) { c.removed = 2; })), "merge.rows_differ");
  EXPECT_EQ(w->why(node, report), "ok");
  EXPECT_TRUE(w.desk.state_.versions.contains(w->version.str()));
  EXPECT_EQ(w.desk.state_.versions.at(report.version.str()).rows, rows - 1);
  ReportMerge both{.dataset = w->dataset, .parts = {w->version, report.version}, .version = VersionId::make(w.desk.random), .rows = 2 * rows - 1, .version_manifest = test_digest(11)};
  EXPECT_EQ(w->why(node, both), "merge.rows_twice") << "what was taken back does not come back by a merge";
}

TEST(GuardDeletion, StopsWhatIsDeliveredOfTheOlderVersionAndOfAPartOfIt) {
  DeskWalk w(&Walk::until_contract);
  PrepareRelease release{w->contract, {}, w->purpose};
  const State& s = w.desk.state_;
  int64_t rows = s.versions.at(w->version.str()).rows;
  EXPECT_TRUE(changed_since(s, w->masked).empty());
  auto other = w->made<BatchSealed>(node_for(w->manager), w->batch_form(32)).version;
  EXPECT_EQ(w->why(as(w->manager), release), "ok");
  int64_t of_other = s.versions.at(other.str()).rows;
  ReportDeletion elsewhere{.dataset = w->dataset, .from = other, .version = VersionId::make(w.desk.random), .rows = of_other - 1, .removed = 1, .unmatched = 0,
                           .list_digest = test_digest(9), .number = "撤回-3", .version_manifest = test_digest(10)};
  w->must(node_for(w->manager), elsewhere);
  EXPECT_TRUE(changed_since(s, w->masked).empty()) << "rows of another batch";
  EXPECT_EQ(w->why(as(w->manager), release), "ok");
  ReportMerge merge{.dataset = w->dataset, .parts = {w->version, elsewhere.version}, .version = VersionId::make(w.desk.random), .rows = rows + of_other - 1,
                    .version_manifest = test_digest(11)};
  w->must(node_for(w->manager), merge);
  EXPECT_TRUE(changed_since(s, merge.version).empty()) << "made of the version without the rows";
  ReportDeletion of_merge{.dataset = w->dataset, .from = merge.version, .version = VersionId::make(w.desk.random), .rows = merge.rows - 1, .removed = 1, .unmatched = 0,
                          .list_digest = test_digest(12), .number = "撤回-4", .version_manifest = test_digest(13)};
  w->must(node_for(w->manager), of_merge);
  auto found = changed_since(s, w->masked);
  ASSERT_EQ(found.size(), 1u) << "a part of a merge may have held them";
  EXPECT_EQ(found[0].kind, RowsChange::deletion);
  EXPECT_EQ(found[0].from, w->version);
  EXPECT_EQ(found[0].version, of_merge.version);
  EXPECT_EQ(w->why(as(w->manager), release), "contract.rows_taken_back");
  EXPECT_TRUE(changed_since(s, of_merge.version).empty());
}

}  // namespace
}  // namespace sluice::space
