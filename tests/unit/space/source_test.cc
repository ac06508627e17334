// Registered sources: schedules, back-off and lateness; the mark of incremental runs; rows that the source takes back.
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

}  // namespace
}  // namespace sluice::space
