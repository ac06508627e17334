// Backups and operations on keys under dual control: every guard by its reason, and what destruction does to grants.
#include "space/collection/held_columns.h"
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
  form.digest = test_digest(77);
  form.expires_ms = s.versions.begin()->second.at_ms + 3000 * kDayMs;
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

TEST(GuardKeyWork, WithoutAPaperAHeadOrTheCommitteeDecidesBeforeAnybodyWitnesses) {
  DeskWalk w(&Walk::until_drafted);
  ProposeKeyWork over{KeyWork::destroy_version, w->masked, {}, {}, "委托期满"};
  EXPECT_EQ(w->why(as(w->manager), over), "ok");
  w->sign_contract();
  EXPECT_EQ(w->why(as(w->manager), over), "keys.contract_delivers");
  over.contracts = std::vector{w->contract};
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), over).key_work;
  WitnessKeyWork agree{id, WitnessWord::agree, ""};
  DecideKeyWork decide{id, true, "不再需要"};
  EXPECT_EQ(w->why(as(w->security_admin), agree), "keys.awaits_decision");
  EXPECT_EQ(w->why(as(w->user), decide), "keys.no_such_work");
  EXPECT_EQ(w->why(as(w->system_admin), decide), "duty.missing");
  EXPECT_EQ(w->why(as(w->manager), decide), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->members[0]), decide), "auth.second_factor_needed");
  w->must(as(w->members[0]), decide);
  EXPECT_EQ(w->why(as(w->members[1]), decide), "keys.work_not_open");
  EXPECT_EQ(w->why(as(w->members[0]), agree), "duty.second_person_needed") << "who decides does not witness";
  w->must(as(w->security_admin), agree);
  w->must(as(w->system_admin), agree);
  EXPECT_EQ(w->why(the_node(), DestroyKeys{id}), "ok");
  // A head of the department that owns the data decides too; a no ends it.
  UnitId unit = UnitId::make(w.desk.random);
  Unit department;
  department.id = unit;
  department.head = w->officer;
  w.desk.state_.units[unit.str()] = department;
  w.desk.state_.datasets.at(w->dataset.str()).facts.emplace().department = unit;
  w.desk.now_ += 6000 * kDayMs;
  KeyWorkId old = w->made<KeyWorkProposed>(as(w->manager), ProposeKeyWork{KeyWork::destroy_columns, w->version, {kTestColumns[0]}, {}, "到期"}).key_work;
  w->must(as(w->officer), DecideKeyWork{old, false, "诉讼未结"});
  EXPECT_EQ(w.desk.state_.key_works.at(old.str()).status, KeyWorkStatus::refused);
  EXPECT_EQ(w.desk.state_.key_works.at(old.str()).decision->as, kHeadDecides);
}

TEST(GuardKeyWork, HeldRowsAreDestroyedByThemselvesAsAVersionIs) {
  DeskWalk w(&Walk::until_graded);
  const Batch batch = w.desk.state_.batches.begin()->second;
  ProposeKeyWork wish{KeyWork::destroy_version, batch.held_version, {}, {}, "来源确认整批作废"};
  EXPECT_EQ(w->why(as(w->rival_manager), wish), "version.not_found");
  EXPECT_EQ(w->why(as(w->manager), wish), "keys.retention_not_over") << "held rows are kept as long as the columns that they are of";
  EXPECT_EQ(retention_end(w.desk.state_, rules::RuleSet::built_in().law, batch.held_version).at_ms, retention_end(w.desk.state_, rules::RuleSet::built_in().law, batch.version).at_ms);
  EXPECT_EQ(w->why(as(w->manager), but([](auto& c) { c.work = KeyWork::rotate_columns; }, wish)), "version.not_found");
  EXPECT_EQ(open_held_rows(w.desk.state_, batch), batch.held);
  // What holds the batch's rows back holds those too.
  TimeMs held_until = retention_end(w.desk.state_, rules::RuleSet::built_in().law, batch.version).at_ms + 20 * kDayMs;
  w->must(as(w->officer), KeepLonger{batch.version, held_until, "诉讼未结"});
  EXPECT_EQ(retention_end(w.desk.state_, rules::RuleSet::built_in().law, batch.held_version).at_ms, held_until);
  wish.approval = approved_destruction(w.walk, w.desk.state_);
  auto proposed = w->made<KeyWorkProposed>(as(w->manager), wish);
  EXPECT_EQ(proposed.columns.size(), kTestColumns.size() + 2);
  for (const PersonId& who : {w->security_admin, w->system_admin}) w->must(as(who), WitnessKeyWork{proposed.key_work, WitnessWord::agree, ""});
  w->must(the_node(), DestroyKeys{proposed.key_work});
  EXPECT_TRUE(w.desk.state_.destroyed.at(batch.held_version.str()).whole);
  EXPECT_EQ(open_held_rows(w.desk.state_, batch), 0) << "nobody is asked for what is gone";
  EXPECT_FALSE(w.desk.state_.destroyed.contains(batch.version.str())) << "what was accepted stays";
  EXPECT_EQ(w->why(node_for(w->manager), GrantKeys{w->dataset, batch.held_version, {"row_number", "held_reasons"}, Work::correct, kMinuteMs}), "keys.version_destroyed");
  wish.approval.reset();
  EXPECT_EQ(w->why(as(w->manager), wish), "keys.version_destroyed");
}

TEST(BackupEpochs, WithBackupsOfBeforeADestructionAreToBeClosed) {
  DeskWalk w(&Walk::until_contract);
  EpochId epoch = EpochId::make(w.desk.random);
  w->must(node_for(w->manager), OpenBackupEpoch{epoch});
  w->must(node_for(w->manager), ReportBackup{BackupId::make(w.desk.random), epoch, test_digest(1), 5, 1, 100});
  EXPECT_TRUE(epochs_to_close(w.desk.state_).empty());
  w.desk.now_ += kHourMs;
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), ProposeKeyWork{KeyWork::destroy_version, w->version, {}, {}, "over", approved_destruction(w.walk, w.desk.state_)}).key_work;
  for (const PersonId& witness : {w->security_admin, w->system_admin}) w->must(as(witness), WitnessKeyWork{id, WitnessWord::agree, ""});
  w->must(the_node(), DestroyKeys{id});
  w->must(the_node(), CloseKeyWork{id, test_digest(3), ""});
  ASSERT_TRUE(epochs_to_close(w.desk.state_).contains(epoch.str()));
  KeyWorkId close = w->made<KeyWorkProposed>(as(w->security_admin), ProposeKeyWork{KeyWork::destroy_epoch, {}, {}, epoch, "销毁后关闭"}).key_work;
  EXPECT_TRUE(epochs_to_close(w.desk.state_).empty()) << "it is under way";
  for (const PersonId& witness : {w->officer, w->system_admin}) w->must(as(witness), WitnessKeyWork{close, WitnessWord::agree, ""});
  w->must(the_node(), ReportEpochDestroyed{close});
  EXPECT_TRUE(w.desk.state_.epochs.at(epoch.str()).destroyed);
  EXPECT_EQ(w->why(the_node(), ReportTombstones{2, {}}), "backup.tombstone_damaged");
  EXPECT_EQ(w->why(as(w->manager), ReportTombstones{2, test_digest(1)}), "duty.node_only");
  w->must(the_node(), ReportTombstones{2, test_digest(1)});
}

TEST(BackupEpochs, AreClosedByTheNodeOnceABackupOfAFreshOneStandsAndEveryCopyOfTheirSecretIsAccountedFor) {
  DeskWalk w(&Walk::until_contract);
  auto epoch_with_backup = [&] {
    EpochId id = EpochId::make(w.desk.random);
    w->must(node_for(w->manager), OpenBackupEpoch{id});
    w->must(node_for(w->manager), ReportBackup{BackupId::make(w.desk.random), id, test_digest(1), 5, 1, 100});
    return id;
  };
  EpochId old = epoch_with_backup();
  EXPECT_EQ(w->why(as(w->manager), KeepEpochFile{old, "/escrow"}), "duty.node_only");
  w->must(the_node(), KeepEpochFile{old, "/escrow"});
  w->must(the_node(), KeepEpochFile{old, "/safe"});
  EXPECT_EQ(w->why(the_node(), KeepEpochFile{old, "/safe"}), "backup.copy_known");
  EXPECT_EQ(w->why(the_node(), CloseEpoch{old}), "backup.nothing_to_close");
  EXPECT_EQ(w->why(the_node(), ReportEpochCopyGone{old, "/safe"}), "backup.epoch_lives");
  w.desk.now_ += kHourMs;
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), ProposeKeyWork{KeyWork::destroy_version, w->version, {}, {}, "over", approved_destruction(w.walk, w.desk.state_)}).key_work;
  for (const PersonId& witness : {w->security_admin, w->system_admin}) w->must(as(witness), WitnessKeyWork{id, WitnessWord::agree, ""});
  w->must(the_node(), DestroyKeys{id});
  w->must(the_node(), CloseKeyWork{id, test_digest(3), ""});
  EXPECT_EQ(w->why(the_node(), CloseEpoch{old}), "backup.no_fresh_epoch") << "it would leave no backup";
  w.desk.now_ += kHourMs;
  EpochId fresh = epoch_with_backup();
  EXPECT_EQ(w->why(the_node(), CloseEpoch{fresh}), "backup.nothing_to_close") << "it holds nothing of it";
  EXPECT_EQ(w->why(as(w->security_admin), CloseEpoch{old}), "duty.node_only");
  w->must(the_node(), CloseEpoch{old});
  const BackupEpoch& closed = w.desk.state_.epochs.at(old.str());
  EXPECT_TRUE(closed.destroyed);
  EXPECT_EQ(w->why(the_node(), ReportEpochCopyGone{old, "/elsewhere"}), "backup.no_such_copy");
  w->must(the_node(), ReportEpochCopyGone{old, "/escrow"});
  EXPECT_EQ(w->why(the_node(), ReportEpochCopyGone{old, "/escrow"}), "backup.copy_gone_already");
  ConfirmEpochCopyGone said{old, "/safe", "与保管人一同销毁"};
  EXPECT_EQ(w->why(as(w->user), said), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->security_admin), said), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->security_admin), ConfirmEpochCopyGone{old, "/safe", ""}), "form.text_missing");
  w->must(as(w->security_admin), said);
  EXPECT_EQ(closed.copy_in("/escrow")->note, std::nullopt) << "the node removed it itself";
  EXPECT_EQ(closed.copy_in("/safe")->said_by, w->security_admin);
}

TEST(GuardKeyWork, TwoAccountsOfOnePersonAreOneWitnessAndNoSecondPerson) {
  DeskWalk w(&Walk::until_graded);
  PersonId twin = w->enrol(w->agency, {Duty::committee_member}), own_twin = w->enrol(w->agency, {Duty::committee_member});
  w.desk.same_person_ = [&](const PersonId& a, const PersonId& b) {
    auto pair = [&](const PersonId& x, const PersonId& y) { return (a == x && b == y) || (a == y && b == x); };
    return pair(twin, w->officer) || pair(own_twin, w->manager);
  };
  VersionId version = w.desk.state_.versions.begin()->second.id;
  ProposeKeyWork all{KeyWork::destroy_version, version, {}, {}, "over", approved_destruction(w.walk, w.desk.state_)};
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), all).key_work;
  WitnessKeyWork agree{id, WitnessWord::agree, ""};
  EXPECT_EQ(w->why(as(own_twin), agree), "duty.second_person_needed");
  EXPECT_EQ(w->why(as(w->officer), agree), "ok");
  EXPECT_EQ(w->why(as(twin), agree), "keys.witnessed_already");
  EXPECT_EQ(w->why(as(w->security_admin), agree), "ok");
  EXPECT_EQ(w.desk.state_.key_works.at(id.str()).status, KeyWorkStatus::approved);
  PaperForm paper;
  paper.kind = "destruction_approval";
  paper.title = paper.number = paper.authority = "再次";
  paper.dataset = w->dataset;
  paper.digest = test_digest(78);
  paper.expires_ms = w.desk.now_ + kDayMs;
  PaperId entered = w->made<PaperEntered>(as(w->officer), EnterPaper{paper}).paper;
  EXPECT_EQ(w->why(as(twin), CheckPaper{entered, true, "一致"}), "duty.second_person_needed");
  EXPECT_EQ(w->why(as(w->pi), CheckPaper{entered, true, "一致"}), "ok");
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
  KeyWorkId refused = w->made<KeyWorkProposed>(as(w->manager), all).key_work;
  EXPECT_EQ(w->why(as(w->manager), all), "keys.approval_used");
  EXPECT_EQ(w->why(as(w->security_admin), WitnessKeyWork{refused, WitnessWord::refuse, ""}), "form.text_missing");
  EXPECT_EQ(w->why(as(w->security_admin), WitnessKeyWork{refused, WitnessWord::refuse, "a court wants them"}), "ok");
  EXPECT_EQ(w->why(as(w->system_admin), WitnessKeyWork{refused, WitnessWord::agree, ""}), "keys.work_not_open");
  KeyWorkId late = w->made<KeyWorkProposed>(as(w->manager), all).key_work;  // what was refused has not used its approval up
  w.desk.now_ += 8 * 24 * kHourMs;
  EXPECT_EQ(w->why(as(w->system_admin), WitnessKeyWork{late, WitnessWord::agree, ""}), "keys.work_lapsed");
}

TEST(GuardRoot, AChangedRootIsReportedByTheNodeAloneAndWithAThresholdThatNoOnePersonMeets) {
  DeskWalk w(&Walk::people);
  ReportRootChanged officers{RootKeeper::officers, 2, 3, test_digest(5)};
  EXPECT_EQ(w->why(as(w->system_admin), officers), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->manager), officers), "keys.root_needs_proposal");
  officers.needed = 1;
  EXPECT_EQ(w->why(node_for(w->manager), officers), "shares.bad_threshold");
  officers.needed = 4;
  EXPECT_EQ(w->why(node_for(w->manager), officers), "shares.bad_threshold");
  EXPECT_EQ(w->why(node_for(w->manager), ReportRootChanged{RootKeeper::device, 2, 3, test_digest(5)}), "shares.bad_threshold");
}

TEST(GuardRoot, BeforePeopleActWhoeverMakesTheSpaceSaysWhoKeepsItAndTheEntrySaysSo) {
  Desk desk;
  PartyId self = PartyId::make(desk.random);
  Events begin{PartyRegistered{self, "经办机构", test_uscc(1), PartyRole::agency, "x"}, PartyVerified{self, "x"}};
  for (size_t i = 0; i < kFirstAccounts; i++) begin.push_back(PersonEnrolled{PersonId::make(desk.random), self});
  desk.begin(begin);
  ReportRootChanged change{RootKeeper::device, 1, 1, test_digest(6)};
  auto first = desk.ask(the_node(), change);
  ASSERT_TRUE(first) << first.error().reason;
  EXPECT_EQ(first->front().get_if<RootChanged>()->before_people, std::optional(true));
  desk.begin({PersonEnrolled{PersonId::make(desk.random), self}});
  EXPECT_EQ(desk.ask(the_node(), change).error().reason, "keys.root_needs_proposal");
}

TEST(GuardRoot, OncePeopleActItIsAWitnessedWorkDoneByTwoOfThem) {
  DeskWalk w(&Walk::people);
  ReportRootChanged change{RootKeeper::passphrase, 1, 1, test_digest(5)};
  change.key_work = w->made<KeyWorkProposed>(as(w->security_admin), ProposeKeyWork{.work = KeyWork::rotate_root, .version = {}, .columns = {}, .epoch = {}, .reason = "yearly"}).key_work;
  change.present = {w->security_admin, w->system_admin};
  EXPECT_EQ(w->why(node_for(w->security_admin), change), "keys.work_not_approved");
  w->must(as(w->system_admin), WitnessKeyWork{*change.key_work, WitnessWord::agree, ""});
  auto with = [&](std::optional<std::vector<PersonId>> present) {
    ReportRootChanged other = change;
    other.present = std::move(present);
    return w->why(node_for(w->security_admin), other);
  };
  EXPECT_EQ(with(std::nullopt), "keys.root_needs_two");
  EXPECT_EQ(with(std::vector{w->security_admin}), "keys.root_needs_two");
  EXPECT_EQ(with(std::vector{w->security_admin, w->security_admin}), "keys.root_needs_two");
  EXPECT_EQ(with(std::vector{w->security_admin, w->rival_manager}), "person.not_found");
  w.desk.same_person_ = [](const PersonId&, const PersonId&) { return true; };
  EXPECT_EQ(with(change.present), "keys.root_needs_two") << "two accounts of one person";
  w.desk.same_person_ = nullptr;
  auto done = w->made<RootChanged>(node_for(w->security_admin), change);
  EXPECT_EQ(done.present, change.present);
  EXPECT_FALSE(done.before_people);
  w->must(node_for(w->security_admin), ReportKeysRotated{*change.key_work, 1});
  EXPECT_EQ(with(change.present), "keys.work_done");
}

}  // namespace
}  // namespace sluice::space
