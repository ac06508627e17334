// A whole dataset as one work on keys: what it covers, what holds it back, and that nothing comes into it afterwards.
#include "space/catalog/in_force.h"
#include "space/custody/whole_dataset.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

struct WholeWalk : DeskWalk {
  explicit WholeWalk(void (Walk::*until)()) : DeskWalk(until) {}
  const State& state() { return desk.state_; }

  PaperId paper(const DatasetId& dataset) {
    PaperForm form;
    form.kind = "destruction_approval";
    form.title = "整体销毁审批";
    form.number = "〔2026〕" + std::to_string(++papers_) + "号";
    form.authority = "某医保局";
    form.dataset = dataset;
    form.digest = test_digest(static_cast<uint8_t>(80 + papers_));
    form.expires_ms = desk.now_ + 3000 * kDayMs;
    PaperId id = walk.made<PaperEntered>(as(walk.manager), EnterPaper{form}).paper;
    walk.must(as(walk.pi), CheckPaper{id, true, "与原件一致"});
    return id;
  }
  ProposeKeyWork wish() {
    ProposeKeyWork out{KeyWork::destroy_dataset, {}, {}, {}, "不再需要"};
    out.dataset = walk.dataset;
    return out;
  }
  void witness(const KeyWorkId& id) {
    for (const PersonId& who : {walk.security_admin, walk.system_admin}) walk.must(as(who), WitnessKeyWork{id, WitnessWord::agree, ""});
  }
  int papers_ = 0;
};

TEST(WholeDataset, GoesWithAllThatIsSealedOfItUnderOneWorkAndTakesNothingAfterwards) {
  WholeWalk w(&Walk::until_drafted);
  const auto all = sealed_of(w.state(), w->dataset);
  ASSERT_GE(all.size(), 3u) << "collected, masked, and held rows";
  ProposeKeyWork wish = w.wish();
  wish.approval = w.paper(w->dataset);
  auto proposed = w->made<KeyWorkProposed>(as(w->manager), wish);
  ASSERT_TRUE(proposed.whole);
  EXPECT_EQ(proposed.whole->versions, static_cast<int64_t>(all.size()));
  EXPECT_EQ(proposed.whole->list, digest_of_whole(all));
  EXPECT_EQ(proposed.dataset, w->dataset);
  EXPECT_GT(proposed.retention_ends_ms.value_or(0), w.desk.now_);
  EXPECT_EQ(w->why(the_node(), DestroyKeys{proposed.key_work}), "keys.work_not_approved");
  w.witness(proposed.key_work);
  GrantId grant = w->made<KeysGranted>(node_for(w->manager), GrantKeys{w->dataset, w->version, {std::string(kTestColumns[0])}, Work::classify, kHourMs}).grant;
  w->must(the_node(), DestroyKeys{proposed.key_work});
  for (const VersionId& id : all) {
    EXPECT_TRUE(w.state().destroyed.at(id.str()).whole) << id.str();
    EXPECT_FALSE(w.state().destroyed.at(id.str()).columns.empty());
  }
  EXPECT_FALSE(w.state().grants.contains(grant.str()));
  EXPECT_TRUE(sealed_of(w.state(), w->dataset).empty());
  EXPECT_EQ(w.state().datasets.at(w->dataset.str()).destroyed_by, proposed.key_work);
  EXPECT_TRUE(version_in_force(w.state(), w->dataset).version.empty());
  w->must(the_node(), CloseKeyWork{proposed.key_work, test_digest(3), ""});
  // Nothing comes back into it, by whichever door.
  EXPECT_EQ(w->why(node_for(w->manager), w->batch_form(99)), "catalog.dataset_destroyed");
  EXPECT_EQ(w->why(node_for(w->officer), w->masking_form()), "catalog.dataset_destroyed");
  ReportMerge merge{.dataset = w->dataset, .parts = {w->version, w->version}, .version = VersionId::make(w.desk.random), .rows = 1, .version_manifest = {}};
  EXPECT_EQ(w->why(node_for(w->manager), merge), "catalog.dataset_destroyed");
  ReportDeletion deletion;
  deletion.dataset = w->dataset;
  deletion.from = w->version;
  EXPECT_EQ(w->why(node_for(w->manager), deletion), "catalog.dataset_destroyed");
  EXPECT_EQ(w->why(as(w->manager), w.wish()), "catalog.dataset_destroyed");
  // And nobody works on as if it were there.
  EXPECT_EQ(w->why(as(w->manager), ConfirmFields{w->dataset, w->verdicts()}), "catalog.dataset_destroyed");
  EXPECT_EQ(w->why(as(w->officer), AdoptStrategy{w->dataset, "s", {}, {}}), "catalog.dataset_destroyed");
  EXPECT_EQ(w->why(as(w->manager), DraftProduct{w->dataset, w->version, w->product_form()}), "catalog.dataset_destroyed");
  EXPECT_EQ(w->why(the_node(), DestroyKeys{proposed.key_work}), "keys.work_not_approved");
}

TEST(WholeDataset, WaitsForItsRetentionAndForADecisionWhereNoPaperSaysIt) {
  WholeWalk w(&Walk::until_drafted);
  EXPECT_EQ(w->why(as(w->user), w.wish()), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_manager), w.wish()), "dataset.not_found");
  EXPECT_EQ(w->why(as(w->manager), w.wish()), "keys.retention_not_over");
  ProposeKeyWork odd = w.wish();
  odd.version = w->version;
  EXPECT_EQ(w->why(as(w->manager), odd), "keys.whole_dataset_alone");
  odd = w.wish();
  odd.dataset.reset();
  EXPECT_EQ(w->why(as(w->manager), odd), "dataset.not_found");
  odd = w.wish();
  odd.work = KeyWork::destroy_version;
  EXPECT_EQ(w->why(as(w->manager), odd), "keys.other_work");
  w.desk.now_ += 40000 * kDayMs;
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), w.wish()).key_work;
  WitnessKeyWork agree{id, WitnessWord::agree, ""};
  EXPECT_EQ(w->why(as(w->security_admin), agree), "keys.awaits_decision");
  w->must(as(w->members[0]), DecideKeyWork{id, true, "保存期满"});
  w.witness(id);
  EXPECT_EQ(w->why(the_node(), DestroyKeys{id}), "ok");
}

TEST(WholeDataset, IsHeldByAVersionThatIsKeptLongerUnlessThePaperCameAfter) {
  WholeWalk w(&Walk::until_drafted);
  ProposeKeyWork wish = w.wish();
  wish.approval = w.paper(w->dataset);
  w.desk.now_ += kDayMs;
  w->must(as(w->officer), KeepLonger{w->version, w.desk.now_ + 9000 * kDayMs, "诉讼未结"});
  EXPECT_EQ(w->why(as(w->manager), wish), "keys.kept_longer") << "the approval knew nothing of the lawsuit";
  EXPECT_EQ(w->why(as(w->manager), w.wish()), "keys.kept_longer");
  w.desk.now_ += kDayMs;
  wish.approval = w.paper(w->dataset);
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), wish).key_work;
  w.witness(id);
  // A hold of after the witnesses holds it back all the same.
  w.desk.now_ += kDayMs;
  w->must(as(w->officer), KeepLonger{w->masked, w.desk.now_ + 9000 * kDayMs, "另案"});
  EXPECT_EQ(w->why(the_node(), DestroyKeys{id}), "keys.kept_longer");
  EXPECT_FALSE(w.state().datasets.at(w->dataset.str()).destroyed_ms);
  EXPECT_TRUE(w.state().destroyed.empty());
}

TEST(WholeDataset, NamesTheContractsThatDeliverFromAnyOfItsVersions) {
  WholeWalk w(&Walk::until_contract);
  ProposeKeyWork wish = w.wish();
  wish.approval = w.paper(w->dataset);
  EXPECT_EQ(w->why(as(w->manager), wish), "keys.contract_delivers");
  wish.contracts = std::vector{w->contract};
  EXPECT_EQ(w->why(as(w->manager), wish), "ok");
}

TEST(WholeDataset, IsProposedAnewWhereAVersionCameOrWentSince) {
  WholeWalk w(&Walk::until_graded);
  ProposeKeyWork wish = w.wish();
  wish.approval = w.paper(w->dataset);
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), wish).key_work;
  w->must(as(w->security_admin), WitnessKeyWork{id, WitnessWord::agree, ""});
  w->must(node_for(w->manager), w->batch_form(99));
  EXPECT_EQ(w->why(as(w->system_admin), WitnessKeyWork{id, WitnessWord::agree, ""}), "keys.dataset_changed") << "nobody witnesses what was not proposed";
  EXPECT_EQ(w->why(as(w->system_admin), WitnessKeyWork{id, WitnessWord::refuse, "有新批次"}), "ok");
  wish.approval = w.paper(w->dataset);
  id = w->made<KeyWorkProposed>(as(w->manager), wish).key_work;
  w.witness(id);
  w.desk.now_ += kHourMs;
  w->must(node_for(w->manager), w->batch_form(98));
  EXPECT_EQ(w->why(the_node(), DestroyKeys{id}), "keys.dataset_changed");
  EXPECT_TRUE(w.state().destroyed.empty());
  w->must(the_node(), CloseKeyWork{id, {}, "keys.dataset_changed"});
  // What failed has not used its paper up, but that paper is older than the newest version.
  EXPECT_EQ(w->why(as(w->manager), wish), "keys.no_destruction_approval");
}

TEST(WholeDataset, IsWhatAWitnessSigns) {
  WholeWalk w(&Walk::until_graded);
  ProposeKeyWork wish = w.wish();
  wish.approval = w.paper(w->dataset);
  KeyWorkId id = w->made<KeyWorkProposed>(as(w->manager), wish).key_work;
  KeyWorkItem item = w.state().key_works.at(id.str());
  std::string text = witness_text(item, w->security_admin, WitnessWord::agree, "");
  EXPECT_NE(text.find(w->dataset.str()), std::string::npos);
  KeyWorkItem other = item;
  other.whole->versions++;
  EXPECT_NE(text, witness_text(other, w->security_admin, WitnessWord::agree, ""));
  other = item;
  other.dataset = DatasetId::make(w.desk.random);
  EXPECT_NE(text, witness_text(other, w->security_admin, WitnessWord::agree, ""));
}

TEST(WholeDataset, StandsAsDestroyedInASpaceRestoredFromBeforeIt) {
  WholeWalk w(&Walk::until_graded);
  w->must(the_node(), ReportRestore{BackupId::make(w.desk.random), test_digest(1), std::vector{w->dataset, DatasetId::make(w.desk.random)}});
  EXPECT_TRUE(w.state().datasets.at(w->dataset.str()).destroyed_ms);
  EXPECT_EQ(w.state().datasets.size(), 1u) << "one that this ledger does not know is not made";
  EXPECT_TRUE(sealed_of(w.state(), w->dataset).empty());
  EXPECT_EQ(w->why(node_for(w->manager), w->batch_form(99)), "catalog.dataset_destroyed");
  EXPECT_EQ(w->why(as(w->manager), ReportRestore{BackupId::make(w.desk.random), test_digest(1)}), "duty.node_only");
}

TEST(VersionInForce, IsTheWholeOneAndNotTheFewRowsThatWereCorrectedSince) {
  WholeWalk w(&Walk::until_graded);
  const Batch batch = w.state().batches.begin()->second;
  EXPECT_EQ(version_in_force(w.state(), w->dataset).version, w->version);
  SettleHeld settled{.batch = batch.id, .version = VersionId::make(w.desk.random), .version_manifest = test_digest(6), .quality_digest = test_digest(7),
                     .accepted = 1, .warned = 0, .accepted_rows = {{3, 3}}, .rejected_rows = {}, .columns = w.state().versions.at(w->version.str()).columns,
                     .corrected_columns = {}, .reason = {}};
  w->must(node_for(w->manager), settled);
  auto in_force = version_in_force(w.state(), w->dataset);
  EXPECT_EQ(in_force.version, w->version) << "one corrected row is not the dataset";
  EXPECT_EQ(in_force.beside, 1);
  // Merged, both stand in one.
  ReportMerge merge{.dataset = w->dataset, .parts = {w->version, settled.version}, .version = VersionId::make(w.desk.random), .rows = 99, .version_manifest = test_digest(8)};
  w->must(node_for(w->manager), merge);
  in_force = version_in_force(w.state(), w->dataset);
  EXPECT_EQ(in_force.version, merge.version);
  EXPECT_EQ(in_force.rows, 99);
  EXPECT_EQ(in_force.beside, 0);
  // A later batch is in force until it is merged; a correction of the merged version stands where that stood.
  ReportBatch later = w->batch_form(99);
  w->must(node_for(w->manager), later);
  EXPECT_EQ(version_in_force(w.state(), w->dataset).version, later.version);
  DatasetVersion corrected = w.state().versions.at(merge.version.str());
  corrected.id = VersionId::make(w.desk.random);
  corrected.parts = {merge.version};
  corrected.seq = 100000;
  w.desk.state_.versions[corrected.id.str()] = corrected;
  w.desk.state_.datasets.at(w->dataset.str()).versions.push_back(corrected.id);
  in_force = version_in_force(w.state(), w->dataset);
  EXPECT_EQ(in_force.version, later.version) << "what was corrected did not come last";
  EXPECT_EQ(in_force.beside, 1);
  // What is destroyed is not in force; where only corrected rows are left, they are.
  for (const VersionId& gone : {later.version, corrected.id, merge.version, w->version}) w.desk.state_.destroyed[gone.str()] = DestroyedKeys{gone, {}, true};
  EXPECT_EQ(version_in_force(w.state(), w->dataset).version, settled.version);
  w.desk.state_.destroyed[settled.version.str()] = DestroyedKeys{settled.version, {}, true};
  EXPECT_TRUE(version_in_force(w.state(), w->dataset).version.empty());
}

TEST(BackupEpochs, SecretOfAFailedBackupIsTakenBackAndMayBeKeptThereAgain) {
  WholeWalk w(&Walk::people);
  EpochId epoch = EpochId::make(w.desk.random);
  w->must(the_node(), OpenBackupEpoch{epoch});
  w->must(the_node(), KeepEpochFile{epoch, "/escrow"});
  EXPECT_EQ(w->why(as(w->security_admin), ReportEpochCopyGone{epoch, "/escrow"}), "duty.node_only");
  EXPECT_EQ(w->why(as(w->security_admin), ConfirmEpochCopyGone{epoch, "/escrow", "没了"}), "backup.epoch_lives") << "a person's word is for what the node cannot reach";
  EXPECT_EQ(w->why(the_node(), ReportEpochCopyGone{epoch, "/elsewhere"}), "backup.epoch_lives");
  w->must(the_node(), ReportEpochCopyGone{epoch, "/escrow"});
  EXPECT_EQ(w->why(the_node(), ReportEpochCopyGone{epoch, "/escrow"}), "backup.copy_gone_already");
  w.desk.now_ += kHourMs;
  w->must(the_node(), KeepEpochFile{epoch, "/escrow"});
  const BackupEpoch& kept = w.state().epochs.at(epoch.str());
  ASSERT_EQ(kept.copies.size(), 2u);
  EXPECT_TRUE(kept.copies[0].gone_ms && !kept.copies[1].gone_ms);
  EXPECT_TRUE(kept.lies_in("/escrow"));
  // Once a backup rests on it, it stays on record until its epoch is closed; one that was kept after that backup may be taken back.
  w->must(node_for(w->manager), ReportBackup{BackupId::make(w.desk.random), epoch, test_digest(1), 5, 1, 100});
  EXPECT_EQ(w->why(the_node(), ReportEpochCopyGone{epoch, "/escrow"}), "backup.epoch_lives");
  w.desk.now_ += kHourMs;
  w->must(the_node(), KeepEpochFile{epoch, "/second"});
  w->must(the_node(), ReportEpochCopyGone{epoch, "/second"});
  EXPECT_TRUE(kept.lies_in("/escrow"));
  EXPECT_FALSE(kept.lies_in("/second"));
  const TimeMs first_gone = *kept.copies[0].gone_ms;
  w.desk.state_.epochs.at(epoch.str()).destroyed = true;
  w.desk.now_ += kHourMs;
  w->must(the_node(), ReportEpochCopyGone{epoch, "/escrow"});
  EXPECT_EQ(*kept.copies[0].gone_ms, first_gone) << "the first file went when it went";
  EXPECT_EQ(*kept.copies[1].gone_ms, w.desk.now_);
}

}  // namespace
}  // namespace sluice::space
