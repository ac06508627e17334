// Backups and operations on keys under dual control: every guard by its reason, and what destruction does to grants.
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

template <class F>
auto but(F change, auto command) {
  change(command);
  return command;
}

// Destruction before its time rests on a checked paper.
PaperId approved_destruction(Walk& w, const State& s) {
  PaperForm form;
  form.kind = "destruction_approval";
  form.title = "提前销毁审批";
  form.number = "〔2026〕9号";
  form.authority = "某医保局";
  form.dataset = s.versions.begin()->second.dataset;
  PaperId id = w.made<PaperEntered>(as(w.manager), EnterPaper{form}).paper;
  w.must(as(w.pi), CheckPaper{id, true, "与原件一致"});
  return id;
}

TEST(GuardBackup, IsReportedByTheNodeIntoAnEpochThatLives) {
  DeskWalk w(&Walk::people);
  EpochId epoch = EpochId::make(w.desk.random);
  BackupId backup = BackupId::make(w.desk.random);
  ReportBackup report{backup, epoch, test_digest(1), 5, 1, 100};
  EXPECT_EQ(w->why(as(w->system_admin), OpenBackupEpoch{epoch}), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->manager), report), "backup.no_such_epoch");
  EXPECT_EQ(w->why(node_for(w->manager), OpenBackupEpoch{epoch}), "ok");
  EXPECT_EQ(w->why(node_for(w->manager), OpenBackupEpoch{epoch}), "backup.epoch_known");
  EXPECT_EQ(w->why(as(w->manager), report), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->manager), report), "ok");
  EXPECT_EQ(w->why(node_for(w->manager), report), "backup.known");
  EXPECT_EQ(w.desk.state_.backups.at(backup.str()).entries, 5);
}

TEST(GuardKeyWork, DestructionWantsTwoWitnessesWhoAreNeitherTheProposerNorOnePerson) {
  DeskWalk w(&Walk::until_contract);
  VersionId version = w.desk.state_.versions.begin()->second.id;
  std::string column = w.desk.state_.versions.begin()->second.columns.at(0);
  ProposeKeyWork good{KeyWork::destroy_columns, version, {column}, {}, "collected by mistake", approved_destruction(w.walk, w.desk.state_)};
  auto manager = as(w->manager);
  EXPECT_EQ(w->why(as(w->user), good), "duty.missing");
  EXPECT_EQ(w->why(manager, but([](auto& c) { c.reason.clear(); }, good)), "form.text_missing");
  EXPECT_EQ(w->why(manager, but([&](auto& c) { c.version = VersionId::make(w.desk.random); }, good)), "version.not_found");
  EXPECT_EQ(w->why(manager, but([](auto& c) { c.columns.clear(); }, good)), "keys.no_columns");
  EXPECT_EQ(w->why(manager, but([](auto& c) { c.columns = {"no such"}; }, good)), "catalog.no_such_column");
  EXPECT_EQ(w->why(manager, but([](auto& c) { c.work = KeyWork::rotate_datasets; }, good)), "duty.missing");
  KeyWorkId id = w->made<KeyWorkProposed>(manager, good).key_work;

  WitnessKeyWork agree{id, WitnessWord::agree, ""};
  EXPECT_EQ(w->why(the_node(), DestroyKeys{id}), "keys.work_not_approved");
  EXPECT_EQ(w->why(as(w->user), agree), "keys.no_such_work") << "another organisation does not see it";
  EXPECT_EQ(w->why(without_second_factor(w->security_admin), agree), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->security_admin), agree), "ok");
  EXPECT_EQ(w->why(as(w->security_admin), agree), "keys.witnessed_already");
  EXPECT_EQ(w->why(the_node(), DestroyKeys{id}), "keys.work_not_approved");
  EXPECT_EQ(w->why(as(w->system_admin), agree), "ok");
  EXPECT_EQ(w->why(as(w->system_admin), agree), "keys.work_not_open");
  EXPECT_EQ(w->why(manager, DestroyKeys{id}), "duty.node_only");
  EXPECT_EQ(w->why(the_node(), CloseKeyWork{id, {}, ""}), "keys.work_not_done");
  EXPECT_EQ(w->why(the_node(), DestroyKeys{id}), "ok");
  EXPECT_EQ(w->why(the_node(), DestroyKeys{id}), "keys.work_done");
  EXPECT_EQ(w->why(the_node(), CloseKeyWork{id, {}, "failed"}), "keys.work_done") << "what cannot be undone has not failed";
  EXPECT_EQ(w->why(the_node(), CloseKeyWork{id, test_digest(3), ""}), "ok");
  EXPECT_EQ(w->why(manager, good), "keys.column_destroyed");
}

TEST(GuardKeyWork, WhatIsDestroyedEndsItsGrantsAndIsGrantedNoMore) {
  DeskWalk w(&Walk::until_contract);
  const DatasetVersion version = w.desk.state_.versions.begin()->second;
  std::string gone = version.columns.at(0), left = version.columns.at(1);
  GrantKeys both{version.dataset, version.id, {gone, left}, Work::classify, kHourMs};
  GrantId open = w->made<KeysGranted>(node_for(w->manager), both).grant;
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), ProposeKeyWork{KeyWork::destroy_columns, version.id, {gone}, {}, "over", approved_destruction(w.walk, w.desk.state_)}).key_work;
  for (const PersonId& witness : {w->security_admin, w->system_admin}) ASSERT_EQ(w->why(as(witness), WitnessKeyWork{id, WitnessWord::agree, ""}), "ok");
  ASSERT_EQ(w->why(the_node(), DestroyKeys{id}), "ok");
  EXPECT_FALSE(w.desk.state_.grants.contains(open.str()));
  EXPECT_EQ(w->why(node_for(w->manager), both), "keys.column_destroyed");
  EXPECT_EQ(w->why(node_for(w->manager), GrantKeys{version.dataset, version.id, {left}, Work::classify, kHourMs}), "ok");
  EXPECT_TRUE(w.desk.state_.destroyed.at(version.id.str()).has(gone));
}

TEST(GuardKeyWork, ARefusalOrTheWeekEndsIt) {
  DeskWalk w(&Walk::until_contract);
  VersionId version = w.desk.state_.versions.begin()->second.id;
  ProposeKeyWork all{KeyWork::destroy_version, version, {}, {}, "over", approved_destruction(w.walk, w.desk.state_)};
  KeyWorkId refused = w->made<KeyWorkProposed>(as(w->manager), all).key_work, late = w->made<KeyWorkProposed>(as(w->manager), all).key_work;
  EXPECT_EQ(w->why(as(w->security_admin), WitnessKeyWork{refused, WitnessWord::refuse, ""}), "form.text_missing");
  EXPECT_EQ(w->why(as(w->security_admin), WitnessKeyWork{refused, WitnessWord::refuse, "a court wants them"}), "ok");
  EXPECT_EQ(w->why(as(w->system_admin), WitnessKeyWork{refused, WitnessWord::agree, ""}), "keys.work_not_open");
  w.desk.now_ += 8 * 24 * kHourMs;
  EXPECT_EQ(w->why(as(w->system_admin), WitnessKeyWork{late, WitnessWord::agree, ""}), "keys.work_lapsed");
}

TEST(GuardRoot, AChangedRootIsReportedByTheNodeAloneAndWithAThresholdThatNoOnePersonMeets) {
  DeskWalk w(&Walk::people);
  ReportRootChanged officers{RootKeeper::officers, 2, 3, test_digest(5)};
  EXPECT_EQ(w->why(as(w->system_admin), officers), "duty.node_only");
  EXPECT_EQ(w->made<RootChanged>(node_for(w->manager), officers).total, 3);
  officers.needed = 1;
  EXPECT_EQ(w->why(node_for(w->manager), officers), "shares.bad_threshold");
  officers.needed = 4;
  EXPECT_EQ(w->why(node_for(w->manager), officers), "shares.bad_threshold");
  EXPECT_EQ(w->why(node_for(w->manager), ReportRootChanged{RootKeeper::device, 2, 3, test_digest(5)}), "shares.bad_threshold");
  EXPECT_EQ(w->why(node_for(w->manager), ReportRootChanged{RootKeeper::device, 1, 1, test_digest(6)}), "ok");
}

}  // namespace
}  // namespace sluice::space
