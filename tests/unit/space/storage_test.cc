// Storage: the policy's guards, the tier that follows the grade, what is due when; destruction before retention ends; code tables.
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

template <class C, class F>
C altered(C command, F change) {
  change(command);
  return command;
}

int64_t tier_now(const Desk& desk, const VersionId& version) { return tier_of(desk.state_, rules::RuleSet::built_in(), version, desk.now_); }

StoragePolicy daily() {
  StoragePolicy p;
  p.backup_to = "/backups";
  p.backup_every_s = 86400;
  p.inventory_every_s = 7 * 86400;
  p.rehearse_every_s = 30 * 86400;
  return p;
}

TEST(GuardStorage, ThePolicyIsTheOperatorsAndWhole) {
  DeskWalk w(&Walk::until_graded);
  AdoptStoragePolicy good{daily()};
  EXPECT_EQ(w->why(as(w->officer), good), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_manager), good), "storage.operator_only");
  for (auto change : std::vector<std::function<void(AdoptStoragePolicy&)>>{
           [](auto& c) { c.policy.space_bytes_max = -1; }, [](auto& c) { c.policy.keep_free_bytes = -1; }, [](auto& c) { c.policy.backup_every_s = 59; },
           [](auto& c) { c.policy.backup_to = ""; }, [](auto& c) { c.policy.backup_to = "relative"; }, [](auto& c) { c.policy.inventory_every_s = -5; }})
    EXPECT_EQ(w->why(as(w->system_admin), altered(good, change)), "storage.bad_policy");
  EXPECT_EQ(w->why(as(w->manager), altered(good, [&](auto& c) { c.policy.datasets = {{DatasetId::make(w.desk.random), 5}}; })), "dataset.not_found");
  EXPECT_EQ(w->why(as(w->manager), altered(good, [&](auto& c) { c.policy.datasets = {{w->dataset, 5}, {w->dataset, 6}}; })), "storage.bad_policy");
  EXPECT_EQ(w->why(as(w->manager), altered(good, [&](auto& c) { c.policy.datasets = {{w->dataset, 5}}; })), "ok");
  EXPECT_EQ(w->why(as(w->system_admin), good), "ok") << "the newest policy replaces the one before";
  EXPECT_TRUE(w.desk.state_.storage.policy->datasets.empty());
}

TEST(Tiers, FollowTheGradeAndAnUngradedVersionStaysInTheIntake) {
  DeskWalk w(&Walk::people);
  w->collect();
  EXPECT_EQ(tier_now(w.desk, w->version), 0);
  DeskWalk graded(&Walk::until_graded);
  int highest = 0;
  for (const CatalogField& column : graded.desk.state_.datasets.at(graded->dataset.str()).columns) highest = std::max(highest, column.level);
  EXPECT_EQ(tier_now(graded.desk, graded->version), highest);
  graded->mask();
  EXPECT_LE(tier_now(graded.desk, graded->masked), highest) << "what a technique left stands no higher than its source";

  ReportTier move{graded->version, highest, 1000};
  EXPECT_EQ(graded->why(as(graded->manager), move), "duty.node_only");
  EXPECT_EQ(graded->why(the_node(), ReportTier{VersionId::make(graded.desk.random), 1, 0}), "version.not_found");
  EXPECT_EQ(graded->why(the_node(), ReportTier{graded->version, 6, 0}), "storage.bad_tier");
  EXPECT_EQ(graded->made<VersionTiered>(the_node(), move).from, 0);
  EXPECT_EQ(graded->why(the_node(), move), "storage.same_tier");
}

TEST(StorageSchedules, AreDueAtOnceThenAfterTheirPeriodAndLaterAfterAFailure) {
  DeskWalk w(&Walk::people);
  const State& s = w.desk.state_;
  EXPECT_FALSE(storage_due(s, StorageWork::backup)) << "nothing is scheduled without a policy";
  w->must(as(w->system_admin), AdoptStoragePolicy{daily()});
  EXPECT_EQ(storage_due(s, StorageWork::backup), w.desk.now_);
  EXPECT_FALSE(storage_due(s, StorageWork::rehearsal)) << "there is no backup to rehearse yet";
  EpochId epoch = EpochId::make(w.desk.random);
  BackupId backup = BackupId::make(w.desk.random);
  w->must(node_for(w->manager), OpenBackupEpoch{epoch});
  w->must(node_for(w->manager), ReportBackup{backup, epoch, test_digest(1), 5, 1, 100});
  EXPECT_EQ(storage_due(s, StorageWork::backup), w.desk.now_ + kDayMs);
  EXPECT_EQ(storage_due(s, StorageWork::rehearsal), w.desk.now_);
  w.desk.now_ += kDayMs;
  w->must(the_node(), ReportStorageFailure{StorageWork::backup, "file.disk_full"});
  EXPECT_EQ(storage_due(s, StorageWork::backup), w.desk.now_ + kHourMs);
  w->must(the_node(), ReportStorageFailure{StorageWork::backup, "file.disk_full"});
  EXPECT_EQ(s.storage.failures.at("backup").times, 2);
  EXPECT_EQ(w->why(the_node(), ReportRehearsal{BackupId::make(w.desk.random), "", 1, 1, 1, 1}), "backup.no_such_backup");
  w->must(the_node(), ReportRehearsal{backup, "backup.object_damaged", 0, 0, 0, 5});
  EXPECT_EQ(storage_due(s, StorageWork::rehearsal), w.desk.now_ + 30 * kDayMs) << "a rehearsal that failed was one";
  ReportInventory found{w.desk.now_, 1, 2, 3, 1, {{VersionId::make(w.desk.random), "c", "vault.chunk_tampered", 0}}};
  EXPECT_EQ(w->why(the_node(), altered(found, [](auto& c) { c.found = 0; })), "storage.bad_report");
  w->must(the_node(), found);
  EXPECT_EQ(s.storage.inventories.back().found, 1);
}

TEST(Retention, DestructionBeforeItsEndNeedsACheckedApprovalForTheDataset) {
  DeskWalk w(&Walk::until_graded);
  ProposeKeyWork all{KeyWork::destroy_version, w->version, {}, {}, "误采集"};
  EXPECT_EQ(w->why(as(w->manager), all), "keys.retention_not_over");
  EXPECT_EQ(w->why(as(w->manager), altered(all, [](auto& c) { c.work = KeyWork::destroy_columns, c.columns = {kTestColumns[0]}; })), "keys.retention_not_over");
  PaperForm form;
  form.kind = "destruction_approval";
  form.title = "提前销毁审批";
  form.number = "〔2026〕9号";
  form.authority = "某医保局";
  form.dataset = w->dataset;
  EXPECT_EQ(w->why(as(w->manager), EnterPaper{form}), "law.paper_incomplete") << "no document, no end";
  form.digest = test_digest(77);
  form.expires_ms = w.desk.now_ + 90 * kDayMs;
  PaperId paper = w->made<PaperEntered>(as(w->manager), EnterPaper{form}).paper;
  all.approval = paper;
  EXPECT_EQ(w->why(as(w->manager), all), "keys.no_destruction_approval") << "entered is not checked";
  w->must(as(w->pi), CheckPaper{paper, true, "与原件一致"});
  auto proposed = w->made<KeyWorkProposed>(as(w->manager), all);
  EXPECT_EQ(proposed.approval, paper);
  EXPECT_EQ(w->why(as(w->manager), all), "keys.approval_used") << "one paper approves one destruction";
  EXPECT_GT(proposed.retention_ends_ms.value_or(0), w.desk.now_);
  for (const PersonId& witness : {w->security_admin, w->system_admin}) w->must(as(witness), WitnessKeyWork{proposed.key_work, WitnessWord::agree, ""});
  w->must(as(w->manager), EndPaper{paper, "撤回"});
  EXPECT_EQ(w->why(the_node(), DestroyKeys{proposed.key_work}), "keys.no_destruction_approval") << "asked again before it is carried out";
}

TEST(Retention, WhenItIsOverNobodyAsksAndMaskedVersionsAreFree) {
  DeskWalk w(&Walk::until_graded);
  w->mask();
  EXPECT_EQ(w->why(as(w->manager), ProposeKeyWork{KeyWork::destroy_version, w->masked, {}, {}, "委托期满"}), "ok");
  w.desk.now_ = retention_end(w.desk.state_, rules::RuleSet::built_in().law, w->version).at_ms;
  EXPECT_EQ(w->why(as(w->manager), ProposeKeyWork{KeyWork::destroy_version, w->version, {}, {}, "到期"}), "ok");
}

TEST(Retention, OnePersonsRowsGoBeforeItsEndOnlyUnderThatPersonsGrantedRequest) {
  DeskWalk w(&Walk::until_graded);
  ProposeKeyWork rows{KeyWork::destroy_rows, w->version, {"person_name"}, {}, "本人要求删除"};
  EXPECT_EQ(w->why(as(w->manager), altered(rows, [](auto& c) { c.columns = {"fee"}; })), "keys.column_names_no_person") << "a code names nobody: that would be a bulk deletion";
  EXPECT_EQ(w->why(as(w->manager), rows), "keys.retention_not_over");
  auto take = [&](std::string what) {
    auto id = w->made<SubjectRequestTaken>(node_for(w->pi), TakeSubjectRequest{*SubjectId::parse("sb_1001"), test_digest(1), std::move(what), "窗口", {}, {}}).request;
    EXPECT_EQ(w->why(node_for(w->pi), VerifySubject{id, VerifiedBy::in_person, "身份证原件", test_digest(2)}), "duty.second_person_needed");
    w->must(node_for(w->manager), VerifySubject{id, VerifiedBy::in_person, "身份证原件", test_digest(2)});
    return id;
  };
  SubjectRequestId held = take("held"), deletion = take("delete");
  w->must(as(w->pi), DecideSubjectRequest{held, true, "同意"});
  rows.request = held;
  EXPECT_EQ(w->why(as(w->manager), rows), "keys.no_granted_request") << "asked what is held, not to delete";
  rows.request = deletion;
  EXPECT_EQ(w->why(as(w->manager), rows), "keys.no_granted_request") << "not decided";
  w->must(as(w->pi), DecideSubjectRequest{deletion, true, "同意"});
  auto proposed = w->made<KeyWorkProposed>(as(w->manager), rows);
  EXPECT_EQ(proposed.request, deletion);
  EXPECT_EQ(w->why(as(w->manager), altered(rows, [](auto& c) { c.columns = {"fee"}; })), "keys.column_names_no_person") << "nor with a request";
  SubjectRequestId withdrawal = take("withdraw");
  w->must(as(w->pi), DecideSubjectRequest{withdrawal, true, "同意"});
  EXPECT_EQ(w->why(as(w->manager), altered(rows, [&](auto& c) { c.request = withdrawal; })), "keys.retention_not_over") << "a withdrawn consent ends the use";
  // A term that somebody set holds for every row, and for those that stay.
  TimeMs until = retention_end(w.desk.state_, rules::RuleSet::built_in().law, w->version).at_ms + kDayMs;
  w->must(as(w->officer), KeepLonger{w->version, until, "诉讼未结"});
  EXPECT_EQ(w->why(as(w->manager), rows), "keys.kept_longer");
  for (const PersonId& witness : {w->security_admin, w->system_admin}) w->must(as(witness), WitnessKeyWork{proposed.key_work, WitnessWord::agree, ""});
  ReportRowsDestroyed rewritten{proposed.key_work, VersionId::make(w.desk.random), test_digest(9), 97, 1};
  EXPECT_EQ(w->why(the_node(), rewritten), "keys.kept_longer") << "asked again before it is carried out";
  w.desk.state_.retention_terms.at(w->version.str()).until_ms = w.desk.now_;
  w->must(the_node(), rewritten);
  EXPECT_EQ(w.desk.state_.versions.at(rewritten.new_version.str()).at_ms, w.desk.state_.versions.at(w->version.str()).at_ms) << "what stays is as old as it was";
  EXPECT_EQ(w.desk.state_.retention_terms.at(rewritten.new_version.str()).reason, "诉讼未结");
  w->version = rewritten.new_version;
  rows.version = w->version;
  rows.request.reset();
  w.desk.now_ = retention_end(w.desk.state_, rules::RuleSet::built_in().law, w->version).at_ms;
  EXPECT_EQ(w->why(as(w->manager), rows), "ok") << "after its end nobody asks";
}

TEST(Retention, GradingAnewNeverBringsItsEndNearerAndNoCategoryIsNoWayOut) {
  DeskWalk w(&Walk::until_graded);
  const auto& law = rules::RuleSet::built_in().law;
  TimeMs before = retention_end(w.desk.state_, law, w->version).at_ms;
  std::vector<FieldVerdict> none;
  for (const CatalogField& f : w.desk.state_.datasets.at(w->dataset.str()).columns)
    none.push_back({f.column, f.type, Category::none, f.level, f.identifying, f.quasi, "误判"});
  w->must(as(w->manager), ConfirmFields{w->dataset, none});
  EXPECT_GE(retention_end(w.desk.state_, law, w->version).at_ms, before);
  for (FieldVerdict& v : none) v.category = Category::personal;
  TimeMs longest = retention_end(w.desk.state_, law, w->version).at_ms;
  w->must(as(w->manager), ConfirmFields{w->dataset, none});
  EXPECT_EQ(retention_end(w.desk.state_, law, w->version).at_ms, longest) << "what was reached stays";
  EXPECT_EQ(w->why(as(w->manager), ProposeKeyWork{KeyWork::destroy_version, w->version, {}, {}, "误采集"}), "keys.retention_not_over");
}

TEST(CodeTables, HaveVersionsOfTheirOwnerWithPeriods) {
  DeskWalk w(&Walk::people);
  AdoptCodeTable drugs{"drugs", "药品目录", 20000, {}, test_digest(1), 10};
  EXPECT_EQ(w->why(as(w->officer), drugs), "duty.missing");
  EXPECT_EQ(w->why(as(w->manager), altered(drugs, [](auto& c) { c.name = "Drugs!"; })), "reference.bad_name");
  EXPECT_EQ(w->why(as(w->manager), altered(drugs, [](auto& c) { c.to_day = 19999; })), "reference.bad_period");
  EXPECT_EQ(w->why(as(w->manager), altered(drugs, [](auto& c) { c.rows = 0; })), "reference.too_large");
  EXPECT_EQ(w->made<CodeTableAdopted>(as(w->manager), drugs).number, 1);
  EXPECT_EQ(w->why(as(w->manager), drugs), "reference.known");
  EXPECT_EQ(w->made<CodeTableAdopted>(as(w->manager), altered(drugs, [](auto& c) { c.from_day = 20100; })).number, 2);
  EXPECT_EQ(w->made<CodeTableAdopted>(as(w->rival_manager), drugs).number, 1) << "another organisation has its own";
}

}  // namespace
}  // namespace sluice::space
