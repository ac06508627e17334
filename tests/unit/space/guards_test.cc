// Every guard of every decision, by the reason it gives. A Desk holds state and decides; nothing else takes part.
#include "space/policy_request.h"
#include "space/operation/windows.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

template <class F>
auto with(F change, auto command) {
  change(command);
  return command;
}

TEST(GuardParty, IsRegisteredByOneAndVerifiedByAnother) {
  DeskWalk w(&Walk::people);
  RegisterParty good{"甲", test_uscc(50), PartyRole::data_user, "证"};
  auto who = as(w->system_admin);
  EXPECT_EQ(w->why(as(w->manager), good), "duty.missing");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.name.clear(); }, good)), "form.text_missing");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.name.assign(513, 'x'); }, good)), "form.text_too_long");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.name = "\xff"; }, good)), "form.text_not_utf8");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.evidence.clear(); }, good)), "form.text_missing");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.uscc.back() = c.uscc.back() == '0' ? '1' : '0'; }, good)), "party.bad_uscc");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.uscc = test_uscc(2); }, good)), "party.uscc_known");
  PartyId party = w->made<PartyRegistered>(who, good).party;
  auto security = as(w->security_admin);
  EXPECT_EQ(w->why(who, VerifyParty{party, "证"}), "duty.missing");
  EXPECT_EQ(w->why(security, VerifyParty{PartyId::make(w.desk.random), "证"}), "party.not_found");
  EXPECT_EQ(w->why(security, VerifyParty{party, ""}), "form.text_missing");
  EXPECT_EQ(w->why(security, VerifyParty{party, "证"}), "ok");
  EXPECT_EQ(w->why(security, VerifyParty{party, "证"}), "party.not_awaiting_verification");
  // The two duties exclude each other; where a state holds both all the same, one person still does not do both steps.
  PartyId mine = w->made<PartyRegistered>(who, with([](auto& c) { c.uscc = test_uscc(51); }, good)).party;
  w.desk.fold({DutyGranted{w->system_admin, Duty::security_admin, 0}}, {});
  EXPECT_EQ(w->why(who, VerifyParty{mine, "证"}), "duty.second_person_needed");
}

TEST(GuardParty, KeysProvePossessionAndNeedASecondFactor) {
  DeskWalk w(&Walk::people);
  Bytes point = test_key(20).public_key().bytes();
  RegisterPartyKey good{w->insurer, point, test_key(20).sign(view(key_proof_text(w->insurer, point)))};
  auto who = as(w->security_admin);
  EXPECT_EQ(w->why(as(w->system_admin), good), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->security_admin), good), "auth.second_factor_needed");
  EXPECT_EQ(w->why(who, with([&](auto& c) { c.party = PartyId::make(w.desk.random); }, good)), "party.not_found");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.public_key[1] ^= 1; }, good)), "party.bad_key");
  EXPECT_EQ(w->why(who, with([&](auto& c) { c.proof = test_key(21).sign(view(key_proof_text(w->insurer, point))); }, good)), "party.key_not_proven");
  EXPECT_EQ(w->why(who, with([&](auto& c) { c.proof = test_key(20).sign(view(key_proof_text(w->rival, point))); }, good)), "party.key_not_proven");
  EXPECT_EQ(w->why(who, good), "ok");
}

TEST(GuardParty, SuspensionStopsEverybodyOfThePartyAtOnce) {
  DeskWalk w(&Walk::until_contract);
  auto who = as(w->security_admin);
  EXPECT_EQ(w->why(as(w->manager), SuspendParty{w->insurer, "r"}), "duty.missing");
  EXPECT_EQ(w->why(who, SuspendParty{PartyId::make(w.desk.random), "r"}), "party.not_found");
  EXPECT_EQ(w->why(who, SuspendParty{w->insurer, ""}), "form.text_missing");
  EXPECT_EQ(w->why(who, SuspendParty{w->insurer, "r"}), "ok");
  EXPECT_EQ(w->why(who, SuspendParty{w->insurer, "r"}), "party.suspended_already");
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, w->application_form()}), "party.suspended");
  EXPECT_EQ(w->why(as(w->manager), PrepareRelease{w->contract, {}, w->purpose}), "party.not_verified");
  EXPECT_EQ(w->why(as(w->system_admin), EnrolPerson{PersonId::make(w.desk.random), w->insurer}), "party.not_verified");
}

TEST(GuardPerson, EnrolmentDutiesAndSuspension) {
  DeskWalk w(&Walk::people);
  auto system = as(w->system_admin), security = as(w->security_admin);
  PersonId nobody = PersonId::make(w.desk.random);
  EXPECT_EQ(w->why(security, EnrolPerson{nobody, w->agency}), "duty.missing");
  EXPECT_EQ(w->why(as(nobody), EnrolPerson{nobody, w->agency}), "person.unknown");
  EXPECT_EQ(w->why(system, EnrolPerson{{}, w->agency}), "person.id_missing");
  EXPECT_EQ(w->why(system, EnrolPerson{w->user, w->agency}), "person.enrolled_already");
  EXPECT_EQ(w->why(system, EnrolPerson{nobody, PartyId::make(w.desk.random)}), "party.not_found");
  EXPECT_EQ(w->why(system, GrantDuty{w->user, Duty::broker, 0}), "duty.missing");
  EXPECT_EQ(w->why(security, GrantDuty{nobody, Duty::data_user, 0}), "person.not_found");
  EXPECT_EQ(w->why(security, GrantDuty{w->security_admin, Duty::data_user, 0}), "duty.not_to_oneself");
  EXPECT_EQ(w->why(security, GrantDuty{w->user, Duty::contract_signer, w.desk.now_}), "duty.expiry_in_past");
  EXPECT_EQ(w->why(security, GrantDuty{w->user, Duty::supervisor, 0}), "duty.excluded_by_other");
  EXPECT_EQ(w->why(security, GrantDuty{w->insurer_signer, Duty::broker, 0}), "duty.not_for_this_party");
  EXPECT_EQ(w->why(security, RevokeDuty{nobody, Duty::data_user, "r"}), "person.not_found");
  EXPECT_EQ(w->why(security, RevokeDuty{w->user, Duty::broker, "r"}), "duty.not_held");
  EXPECT_EQ(w->why(security, RevokeDuty{w->user, Duty::data_user, ""}), "form.text_missing");
  EXPECT_EQ(w->why(security, SuspendPerson{nobody, "r"}), "person.not_found");
  EXPECT_EQ(w->why(security, SuspendPerson{w->security_admin, "r"}), "duty.not_to_oneself");
  EXPECT_EQ(w->why(security, SuspendPerson{w->user, ""}), "form.text_missing");
  EXPECT_EQ(w->why(security, SuspendPerson{w->user, "r"}), "ok");
  EXPECT_EQ(w->why(security, SuspendPerson{w->user, "r"}), "person.suspended");
  EXPECT_EQ(w->why(as(w->system_admin), ResumePerson{w->user, "r"}), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->security_admin), ResumePerson{w->user, "r"}), "auth.second_factor_needed");
  EXPECT_EQ(w->why(security, ResumePerson{w->user, ""}), "form.text_missing");
  EXPECT_EQ(w->why(system, DecidePersonResume{w->user, true, "r"}), "person.no_resume_asked");
  EXPECT_EQ(w->why(security, ResumePerson{w->user, "r"}), "ok");
  EXPECT_EQ(w->why(security, ResumePerson{w->user, "r"}), "person.resume_asked_already");
  EXPECT_EQ(w->why(system, DecidePersonResume{w->user, true, "r"}), "ok");
  EXPECT_EQ(w->why(security, ResumePerson{w->user, "r"}), "person.not_suspended");
  EXPECT_TRUE(w.desk.state_.persons.at(w->user.str()).has(Duty::data_user, w.desk.now_)) << "with the duties it has";
  EXPECT_EQ(w->why(security, SuspendPerson{w->user, "r"}), "ok");
  EXPECT_EQ(w->why(security, GrantDuty{w->user, Duty::contract_signer, 0}), "person.suspended");
  EXPECT_EQ(w->why(as(w->user), NoteCredentialChange{w->user, "password"}), "person.suspended");
  EXPECT_EQ(w->why(as(w->manager), NoteCredentialChange{w->manager, "face"}), "person.unknown_credential");
  EXPECT_EQ(w->why(as(w->manager), NoteCredentialChange{w->user, "totp"}), "duty.missing");
  EXPECT_EQ(w->why(system, NoteCredentialChange{w->manager, "totp"}), "ok");
  EXPECT_EQ(w->why(system, NoteCredentialChange{nobody, "totp"}), "person.not_found");
}

// 三员分立 and the pairs, as a table: what somebody holds, then every duty that is refused beside it.
TEST(GuardPerson, DutiesThatExcludeEachOther) {
  struct Row {
    Duty held;
    std::string refused;
  };
  const Row table[] = {
      {Duty::system_admin, "security_admin audit_admin data_manager security_officer registrar pi_officer committee_member contract_signer data_user supervisor broker"},
      {Duty::audit_admin, "system_admin security_admin data_manager security_officer registrar pi_officer committee_member contract_signer data_user supervisor broker"},
      {Duty::data_manager, "system_admin security_admin audit_admin security_officer registrar pi_officer committee_member supervisor"},
      {Duty::committee_member, "system_admin security_admin audit_admin data_manager supervisor"},
      {Duty::registrar, "system_admin security_admin audit_admin data_manager security_officer supervisor"},
      {Duty::contract_signer, "system_admin security_admin audit_admin supervisor"},
  };
  DeskWalk w(&Walk::people);
  for (const Row& row : table) {
    std::string refused;
    for (size_t d = 0; d < enum_names(Duty{}).size(); d++) {
      PersonId person = w->enrol(w->agency, {row.held});
      std::string why = w->why(as(w->security_admin), GrantDuty{person, static_cast<Duty>(d), 0});
      if (why == "duty.excluded_by_other") refused += (refused.empty() ? "" : " ") + std::string(name_of(static_cast<Duty>(d)));
    }
    EXPECT_EQ(refused, row.refused) << name_of(row.held);
  }
}

TEST(GuardPerson, ADutyEndsWhenItExpiresOrIsRevoked) {
  DeskWalk w(&Walk::until_graded);
  PersonId guest = w->enrol(w->agency, {});
  w->must(as(w->security_admin), GrantDuty{guest, Duty::security_officer, w.desk.now_ + 1000});
  EXPECT_EQ(w->why(as(guest), w->strategy_form()), "ok");
  w.desk.now_ += 1000;
  EXPECT_EQ(w->why(as(guest), w->strategy_form()), "duty.missing");
  EXPECT_EQ(w->why(as(w->officer), w->strategy_form()), "ok");
  w->must(as(w->security_admin), RevokeDuty{w->officer, Duty::security_officer, "调岗"});
  EXPECT_EQ(w->why(as(w->officer), w->strategy_form()), "duty.missing");
}

TEST(GuardCollection, PlansAndBatches) {
  DeskWalk w(&Walk::people);
  auto who = as(w->manager);
  AdoptPlan plan = w->plan_form();
  EXPECT_EQ(w->why(as(w->officer), plan), "duty.missing");
  PersonId outsider = w->enrol(w->insurer, {Duty::data_manager});
  EXPECT_EQ(w->why(as(outsider), plan), "plan.agency_only");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.purpose.clear(); }, plan)), "form.text_missing");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.source_uscc = "x"; }, plan)), "plan.bad_source_uscc");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.plan_fields.clear(); }, plan)), "plan.no_fields");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.plan_fields.push_back(c.plan_fields[0]); }, plan)), "plan.field_twice");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.plan_fields[0].necessity.clear(); }, plan)), "plan.necessity_missing");
  w->collect();
  EXPECT_EQ(w->why(who, plan), "plan.name_known");
  ReportBatch batch = w->batch_form(60);
  EXPECT_EQ(w->why(who, batch), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->officer), batch), "duty.missing");
  EXPECT_EQ(w->why(node_for(w->manager), with([&](auto& c) { c.plan = PlanId::make(w.desk.random); }, batch)), "plan.not_found");
  EXPECT_EQ(w->why(node_for(w->rival_manager), batch), "plan.not_found");
  EXPECT_EQ(w->why(node_for(w->manager), with([&](auto& c) { c.version = w->version; }, batch)), "version.known");
  EXPECT_EQ(w->why(node_for(w->manager), batch), "ok");
  EXPECT_EQ(w->why(node_for(w->manager), w->batch_form(60)), "collection.batch_known");
}

TEST(GuardCollection, AForgedOrMissingManifestHoldsTheWholeBatch) {
  for (ManifestCheck check : {ManifestCheck::missing, ManifestCheck::forged, ManifestCheck::differs, ManifestCheck::receipt}) {
    DeskWalk w(&Walk::until_graded);
    ReportBatch batch = w->batch_form(61);
    batch.manifest = check;
    batch.manifest_problem = "manifest.bad";
    size_t versions = w.desk.state_.versions.size();
    auto held = w->made<BatchHeld>(node_for(w->manager), batch);
    EXPECT_EQ(held.reason, "manifest.bad");
    EXPECT_EQ(w.desk.state_.versions.size(), versions);
    ReceiptBatch receipt{w->plan, batch.file_digest, 100, "收据 7", "逐项核对"};
    EXPECT_EQ(w->why(as(w->officer), receipt), check == ManifestCheck::missing ? "ok" : "batch.manifest_not_missing");
  }
}

TEST(GuardCollection, AReceiptIsByASecondPersonAndOpensTheWay) {
  DeskWalk w(&Walk::until_graded);
  ReportBatch batch = w->batch_form(62);
  batch.manifest = ManifestCheck::missing;
  w->made<BatchHeld>(node_for(w->manager), batch);
  ReceiptBatch receipt{w->plan, batch.file_digest, 100, "收据 7", "逐项核对"};
  auto who = as(w->officer);
  EXPECT_EQ(w->why(as(w->manager), receipt), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_officer), receipt), "batch.not_found");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.file_digest = test_digest(99); }, receipt)), "batch.not_found");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.receipt.clear(); }, receipt)), "form.text_missing");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.rows = 99; }, receipt)), "batch.receipt_differs");
  DeskWalk both(&Walk::until_graded);
  both->made<BatchHeld>(node_for(both->manager), with([&](auto& c) { c.plan = both->plan; }, batch));
  both.desk.fold({DutyGranted{both->manager, Duty::security_officer, 0}}, {});
  EXPECT_EQ(both->why(as(both->manager), with([&](auto& c) { c.plan = both->plan; }, receipt)), "duty.second_person_needed");
  EXPECT_EQ(w->why(who, receipt), "ok");
  EXPECT_EQ(w->why(who, receipt), "batch.not_held");
  batch.manifest = ManifestCheck::receipt;
  EXPECT_EQ(w->made<BatchSealed>(node_for(w->manager), batch).manifest, ManifestCheck::receipt);
  EXPECT_EQ(w->why(who, receipt), "batch.not_held");
}

TEST(GuardCollection, AFileThatCannotBeReadHoldsTheBatchAndItsCorrectedFileReplacesIt) {
  DeskWalk w(&Walk::until_graded);
  ReportBatch broken = w->batch_form(70);
  broken.number = "2026-11";
  broken.version = broken.held_version = {};
  broken.file_problem = "csv.ragged";
  auto held = w->made<BatchHeld>(node_for(w->manager), broken);
  EXPECT_EQ(held.reason, "csv.ragged");
  ReportBatch corrected = w->batch_form(71);
  corrected.number = "2026-11";
  auto sealed = w->made<BatchSealed>(node_for(w->manager), corrected);
  EXPECT_EQ(w.desk.state_.batches.at(held.batch.str()).status, BatchStatus::replaced);
  EXPECT_EQ(w.desk.state_.batches.at(held.batch.str()).replaced_by, sealed.batch);
  size_t versions = w.desk.state_.versions.size();
  ReportBatch once_more = w->batch_form(72);
  once_more.number = "2026-11";
  EXPECT_EQ(w->made<BatchHeld>(node_for(w->manager), once_more).reason, "collection.number_known");
  EXPECT_EQ(w.desk.state_.versions.size(), versions);
  once_more.number = "2026-12";
  EXPECT_EQ(w->why(node_for(w->manager), once_more), "ok");
}

// What State::held_under must hold, counted by a walk.
std::map<std::string, std::vector<BatchId>> held_by_walk(const State& s) {
  std::map<std::string, std::vector<BatchId>> out;
  for (const auto& [id, b] : s.batches)
    if (b.status == BatchStatus::held && b.number) out[b.plan.str() + ":" + *b.number].push_back(b.id);
  return out;
}

TEST(GuardCollection, TheHeldBatchesOfANumberAreKnownWithoutAWalk) {
  DeskWalk w(&Walk::until_graded);
  auto node = node_for(w->manager);
  auto report = [&](uint8_t file, const char* number, const char* problem) {
    ReportBatch batch = w->batch_form(file);
    batch.number = number;
    if (problem) batch.file_problem = problem, batch.version = batch.held_version = {};
    return batch;
  };
  auto first = w->made<BatchHeld>(node, report(80, "2026-11", "csv.ragged")).batch;
  EXPECT_EQ(w.desk.state_.held_under, held_by_walk(w.desk.state_));
  w->made<BatchHeld>(node, report(81, "2026-12", "csv.ragged"));
  EXPECT_EQ(w.desk.state_.held_under, held_by_walk(w.desk.state_));
  EXPECT_EQ(w.desk.state_.held_under.size(), 2u);
  w->made<BatchSealed>(node, report(82, "2026-11", nullptr));
  EXPECT_EQ(w.desk.state_.batches.at(first.str()).status, BatchStatus::replaced);
  EXPECT_EQ(w.desk.state_.held_under, held_by_walk(w.desk.state_));
  EXPECT_EQ(w.desk.state_.held_under.size(), 1u) << "the other number's batch is held still";
  // Held again under the number that was sealed, then held once more with nothing changed.
  w->made<BatchHeld>(node, report(83, "2026-11", nullptr));
  EXPECT_EQ(w.desk.state_.held_under, held_by_walk(w.desk.state_));
  // A receipt takes its batch out before it is sealed.
  ReportBatch paper = report(84, "2027-01", nullptr);
  paper.manifest = ManifestCheck::missing;
  w->made<BatchHeld>(node, paper);
  w->must(as(w->officer), ReceiptBatch{w->plan, paper.file_digest, 100, "收据 7", "逐项核对"});
  EXPECT_EQ(w.desk.state_.held_under, held_by_walk(w.desk.state_));
}

TEST(GuardCollection, ARefusedFileIsOnRecordOnceForEachReasonAndItsSource) {
  DeskWalk w(&Walk::until_graded);
  auto node = node_for(w->manager);
  SourceId source = w->made<SourceRegistered>(as(w->manager), RegisterSource{.plan = w->plan, .name = "门诊", .source_kind = SourceKind::folder, .place = "{}", .every_s = 60, .at = {}, .late_after_s = 0}).source;
  ReportRefusedFile refused{.plan = w->plan, .file_digest = test_digest(90), .bytes = 12, .reason = "manifest.missing", .file_problem = {}, .source = source};
  EXPECT_EQ(w->why(as(w->manager), refused), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->rival_manager), refused), "plan.not_found");
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.source = SourceId::make(w.desk.random); }, refused)), "source.not_found");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.file_digest = Digest{}; }, refused)), "collection.bad_refusal");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.file_digest = test_digest(2); }, refused)), "collection.batch_known") << "what is a batch is no refused file";
  w->must(node, refused);
  EXPECT_EQ(w->why(node, refused), "collection.refusal_known");
  w->must(node, with([](auto& c) { c.file_problem = "csv.ragged"; }, refused));
  EXPECT_EQ(w.desk.state_.refused_files.size(), 1u);
  EXPECT_EQ(w->why(node, refused), "collection.refusal_known") << "what was found in it stays";
  EXPECT_EQ(w->why(node, with([](auto& c) { c.source.reset(); }, refused)), "collection.refusal_known") << "handed in by hand it is its source's still";
  // It may come right, and counts no more.
  ReportBatch batch = w->batch_form(90);
  batch.source = source;
  auto sealed = w->made<BatchSealed>(node, batch);
  EXPECT_EQ(sealed.source, source);
  EXPECT_EQ(w.desk.state_.batches.at(sealed.batch.str()).source, source);
  for (size_t i = 0; i < kRefusedFilesMax; i++) {
    refused.file_digest = test_digest(static_cast<uint8_t>(i));
    refused.file_digest[1] = static_cast<uint8_t>(i >> 8);
    refused.file_digest[2] = 1;
    w->must(node, refused);
  }
  refused.file_digest[2] = 2;
  EXPECT_EQ(w->why(node, refused), "collection.too_many_refused");
}

TEST(GuardCollection, RowsThatTheNodeFoundInAnotherDatasetAreOneDatasetToTheWindows) {
  DeskWalk w(&Walk::until_graded);
  AdoptPlan other = w->plan_form();
  other.name = "elsewhere";
  other.source_uscc = test_uscc(9);
  auto adopted = w->made<PlanAdopted>(as(w->manager), other);
  ReportBatch form = w->batch_form(91);
  form.plan = adopted.plan;
  auto copy = w->made<BatchSealed>(node_for(w->manager), form);
  w->must(as(w->security_admin), GrantAccess{w->manager, {}, {{"list_values"}, {}, {}, {}, 4}, w.desk.now_ + 30 * kDayMs, "岗位需要"});
  auto window = [&](const DatasetId& dataset, const VersionId& version, int64_t first) {
    PlannedOperation planned{"read", w->manager, w->agency, dataset, version, first, 200};
    auto found = exceeded_windows(w.desk.state_, rules::RuleSet::built_in().operations, planned, w.desk.now_);
    return found.empty() ? std::string() : found.front().window;
  };
  for (int i = 0; i < 2; i++)
    w.desk.fold({OperationRequested{.operation = OperationId::make(w.desk.random), .what = "list_values", .dataset = w->dataset, .version = w->version, .batch = {}, .columns = {}, .first_row = 200 * i,
                                       .rows = 200, .flow = OperationFlow::standing, .purpose = {}, .reason = {}, .level = 1, .access = {}, .right = {}, .exception = {}, .windows = {},
                                       .expires_ms = w.desk.now_ + kDayMs}}, w->manager);
  EXPECT_NE(window(w->dataset, w->version, 400), "");
  EXPECT_EQ(window(copy.dataset, copy.version, 0), "") << "another source's rows, as far as anybody knows";
  ReportSameRows same{copy.dataset, w->dataset, 930};
  EXPECT_EQ(w->why(as(w->manager), same), "duty.node_only");
  EXPECT_EQ(w->why(the_node(), ReportSameRows{copy.dataset, copy.dataset, 930}), "dataset.not_found");
  for (int64_t permille : {0, -1, 1001}) EXPECT_EQ(w->why(the_node(), ReportSameRows{copy.dataset, w->dataset, permille}), "collection.same_rows_bad_share");
  w->must(the_node(), same);
  EXPECT_EQ(w->why(the_node(), ReportSameRows{w->dataset, copy.dataset, 930}), "collection.same_rows_known");
  // What was found is confirmed by a person, once; it held before.
  DecideSameRows yes{copy.dataset, w->dataset, true, "已核对"};
  w->must(as(w->officer), yes);
  EXPECT_EQ(w->why(as(w->officer), yes), "collection.same_rows_known");
  EXPECT_EQ(window(copy.dataset, copy.version, 0), "split_in_time");

  // A person says otherwise: two tables are told apart, and nothing that the node finds later joins them.
  DecideSameRows apart{w->dataset, copy.dataset, false, "两表仅引用同一编号"};
  EXPECT_EQ(w->why(as(w->manager), apart), "duty.missing");
  EXPECT_EQ(w->why(as(w->officer), with([&](auto& c) { c.other = DatasetId::make(w.desk.random); }, apart)), "dataset.not_found");
  EXPECT_EQ(w->why(as(w->officer), with([](auto& c) { c.reason.clear(); }, apart)), "form.text_missing");
  EXPECT_EQ(w->why(without_second_factor(w->officer), apart), "auth.second_factor_needed");
  w->must(as(w->officer), apart);
  EXPECT_EQ(window(copy.dataset, copy.version, 0), "");
  EXPECT_EQ(w->why(as(w->officer), apart), "collection.same_rows_unknown");
  EXPECT_EQ(w->why(the_node(), same), "collection.same_rows_known");
  // And takes it back.
  w->must(as(w->officer), with([](auto& c) { c.same = true, c.reason = "复核后确认为同一数据"; }, apart));
  EXPECT_EQ(window(copy.dataset, copy.version, 0), "split_in_time");
  ASSERT_EQ(w.desk.state_.same_rows.size(), 1u);
  const SameRows& pair = w.desk.state_.same_rows.begin()->second;
  EXPECT_TRUE(pair.same && pair.permille == 930 && pair.decided_by == w->officer);
}

TEST(GuardCollection, CopiesOfHalvesAreOneTableWithEachOtherToTheWindows) {
  DeskWalk w(&Walk::until_graded);
  w->must(as(w->security_admin), GrantAccess{w->manager, {}, {{"list_values"}, {}, {}, {}, 4}, w.desk.now_ + 30 * kDayMs, "岗位需要"});
  std::vector<BatchSealed> copies;
  for (uint8_t i = 0; i < 3; i++) {
    AdoptPlan other = w->plan_form();
    other.name = "half" + std::to_string(i);
    other.source_uscc = test_uscc(9 + i);
    ReportBatch form = w->batch_form(static_cast<uint8_t>(91 + i));
    form.plan = w->made<PlanAdopted>(as(w->manager), other).plan;
    copies.push_back(w->made<BatchSealed>(node_for(w->manager), form));
  }
  auto window = [&](const BatchSealed& of) {
    PlannedOperation planned{"read", w->manager, w->agency, of.dataset, of.version, 0, 200};
    auto found = exceeded_windows(w.desk.state_, rules::RuleSet::built_in().operations, planned, w.desk.now_);
    return found.empty() ? std::string() : found.front().window;
  };
  for (int i = 0; i < 2; i++)
    w.desk.fold({OperationRequested{.operation = OperationId::make(w.desk.random), .what = "list_values", .dataset = copies[0].dataset, .version = copies[0].version, .batch = {}, .columns = {}, .first_row = 200 * i,
                                       .rows = 200, .flow = OperationFlow::standing, .purpose = {}, .reason = {}, .level = 1, .access = {}, .right = {}, .exception = {}, .windows = {},
                                       .expires_ms = w.desk.now_ + kDayMs}}, w->manager);
  EXPECT_EQ(window(copies[2]), "");
  // Each is a copy of a part of the table; nothing was found between the first and the last themselves.
  w->must(the_node(), ReportSameRows{copies[0].dataset, w->dataset, 1000});
  w->must(the_node(), ReportSameRows{copies[1].dataset, w->dataset, 1000});
  w->must(the_node(), ReportSameRows{copies[2].dataset, copies[1].dataset, 700});
  for (const auto& copy : copies) EXPECT_EQ(window(copy), "split_in_time");
  w->must(as(w->officer), DecideSameRows{copies[1].dataset, copies[2].dataset, false, "另一时期的数据"});
  EXPECT_EQ(window(copies[2]), "") << "what leads there was taken back";
  EXPECT_EQ(window(copies[1]), "split_in_time");
}

TEST(GuardCollection, AHeldRowIsSettledOnceByTheOwnersManager) {
  DeskWalk w(&Walk::until_graded);
  BatchId batch;
  for (const auto& [id, b] : w.desk.state_.batches) batch = b.id;
  SettleHeld settle{.batch = batch, .version = VersionId::make(w.desk.random), .version_manifest = test_digest(31), .quality_digest = test_digest(32),
                    .accepted = 1, .warned = 0, .accepted_rows = {{7, 7}}, .rejected_rows = {{50, 50}}, .columns = kTestColumns,
                    .corrected_columns = {"fee"}, .reason = "来源确认作废"};
  auto node = node_for(w->manager);
  EXPECT_EQ(w->why(as(w->manager), settle), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->officer), settle), "duty.missing");
  EXPECT_EQ(w->why(node_for(w->rival_manager), settle), "batch.not_found");
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.batch = BatchId::make(w.desk.random); }, settle)), "batch.not_found");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.accepted_rows.clear(), c.rejected_rows.clear(); }, settle)), "correction.no_rows");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.rejected_rows = {{7, 7}}; }, settle)), "correction.bad_rows");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.accepted_rows = {{101, 101}}; }, settle)), "correction.bad_rows");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.accepted_rows = {{0, 0}}; }, settle)), "correction.bad_rows");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.accepted_rows = {{7, 9}}, c.accepted = 3; }, settle)), "correction.bad_rows");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.version = {}; }, settle)), "correction.bad_rows");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.reason.clear(); }, settle)), "form.text_missing");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.accepted_rows.assign(kRowSpansMax + 1, {1, 1}); }, settle)), "correction.too_many_rows");
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.version = w->version; }, settle)), "version.known");
  auto settled = w->made<HeldSettled>(node, settle);
  EXPECT_EQ(settled.rejected, 1);
  const Batch& after = w.desk.state_.batches.at(batch.str());
  EXPECT_EQ(rows_in(after.settled), 2);
  EXPECT_EQ(after.corrected, 1);
  EXPECT_EQ(w.desk.state_.versions.at(settle.version.str()).rows, 1);
  settle.version = VersionId::make(w.desk.random);
  EXPECT_EQ(w->why(node, settle), "correction.row_settled");
  settle.accepted_rows = {{8, 8}};
  settle.rejected_rows.clear();
  EXPECT_EQ(w->why(node, settle), "correction.bad_rows");  // only two rows were held
}

TEST(GuardCollection, HeldValuesAreForTheManagerAndReasonsForTheOfficerToo) {
  DeskWalk w(&Walk::until_graded);
  VersionId held = w.desk.state_.batches.begin()->second.held_version;
  GrantKeys reasons{w->dataset, held, {"row_number", "held_reasons"}, Work::correct, kMinuteMs};
  GrantKeys values{w->dataset, held, {"row_number", "cell_fee"}, Work::correct, kMinuteMs};
  EXPECT_EQ(w->why(node_for(w->officer), reasons), "ok");
  EXPECT_EQ(w->why(node_for(w->officer), values), "duty.missing");
  EXPECT_EQ(w->why(node_for(w->manager), values), "ok");
  EXPECT_EQ(w->why(as(w->manager), values), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->signer), reasons), "duty.missing");
  EXPECT_EQ(w->why(node_for(w->rival_manager), values), "version.not_found");
  EXPECT_EQ(w->why(node_for(w->manager), with([&](auto& c) { c.version = w->version; }, values)), "version.not_found");
  EXPECT_EQ(w->why(node_for(w->manager), with([](auto& c) { c.columns = {"fee"}; }, values)), "catalog.no_such_column");
  EXPECT_EQ(w->why(node_for(w->manager), with([](auto& c) { c.columns.clear(); }, values)), "keys.no_columns");
}

TEST(GuardCollection, HeldValuesThatPeopleSeeCountAsReading) {
  DeskWalk w(&Walk::until_graded);
  VersionId held = w.desk.state_.batches.begin()->second.held_version;
  GrantKeys page{w->dataset, held, {"row_number", "cell_fee"}, Work::correct, kMinuteMs, 0, 200};
  auto node = node_for(w->manager);
  EXPECT_EQ(w->why(node, page), "access.no_right") << "nobody sees more of a row because it is held";
  w->must(as(w->security_admin), GrantAccess{w->manager, {}, {{"list_values"}, {}, {}, {}, 4}, w.desk.now_ + 30 * kDayMs, "岗位需要"});
  EXPECT_EQ(w->why(node, with([](auto& c) { c.download = true; }, page)), "operation.needs_person") << "a file of them is approved";
  EXPECT_EQ(w->why(node, with([](auto& c) { c.rows = 201; }, page)), "operation.bulk");
  EXPECT_EQ(w->why(node, page), "ok");
  GrantKeys names = with([](auto& c) { c.columns = {"row_number", "cell_person_name"}; }, page);
  EXPECT_EQ(w->why(node, names), "auth.second_factor_needed") << "level 4 asks for it, as showing values of the dataset does";
  EXPECT_EQ(w->why(node, page), "ok") << "the same rows again count once";
  EXPECT_EQ(w.desk.state_.operations.size(), 1u);
  EXPECT_EQ(w->why(node, with([](auto& c) { c.first_row = 200; }, page)), "ok");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.first_row = 400; }, page)), "operation.split_in_time");
}

TEST(GuardCollection, AMergeHoldsEachRowOnce) {
  DeskWalk w(&Walk::until_graded);
  auto second = w->made<BatchSealed>(node_for(w->manager), w->batch_form(80));
  ReportMerge merge{.dataset = w->dataset, .parts = {w->version, second.version}, .version = VersionId::make(w.desk.random), .rows = 196,
                    .version_manifest = test_digest(33)};
  auto node = node_for(w->manager);
  EXPECT_EQ(w->why(as(w->manager), merge), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->rival_manager), merge), "dataset.not_found");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.parts.pop_back(); }, merge)), "merge.too_few");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.parts[1] = c.parts[0]; }, merge)), "merge.rows_twice");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.rows = 195; }, merge)), "merge.rows_differ");
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.parts[1] = VersionId::make(w.desk.random); }, merge)), "version.not_found");
  auto merged = w->made<VersionsMerged>(node, merge);
  EXPECT_EQ(w.desk.state_.versions.at(merged.version.str()).parts, merge.parts);
  ReportMerge again = merge;
  again.parts = {merged.version, second.version};
  again.version = VersionId::make(w.desk.random);
  again.rows = 294;
  EXPECT_EQ(w->why(node, again), "merge.rows_twice");
  w->mask();
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.parts = {merged.version, w->masked}; }, again)), "merge.masked_version");
}

TEST(GuardCollection, ASourceKeyIsChangedByTheSecurityOfficerWithASecondFactor) {
  DeskWalk w(&Walk::until_graded);
  ChangeSourceKey change{w->plan, test_key(40).public_key().bytes(), "来源换用新密钥"};
  EXPECT_EQ(w->why(as(w->manager), change), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_officer), change), "plan.not_found");
  EXPECT_EQ(w->why(as(w->officer), with([](auto& c) { c.source_key = Bytes(65, 1); }, change)), "party.bad_key");
  EXPECT_EQ(w->why(as(w->officer), with([](auto& c) { c.reason.clear(); }, change)), "form.text_missing");
  EXPECT_EQ(w->why(without_second_factor(w->officer), change), "auth.second_factor_needed");
  auto changed = w->made<SourceKeyChanged>(as(w->officer), change);
  EXPECT_EQ(changed.version, 2);
  EXPECT_EQ(w.desk.state_.plans.at(w->plan.str()).source_key, change.source_key);
  EXPECT_EQ(w->why(as(w->officer), change), "plan.same_key");
}

TEST(GuardCatalog, OnlyTheOwnersManagerConfirmsAndLoweringNeedsAReason) {
  DeskWalk w(&Walk::people);
  w->collect();
  EXPECT_EQ(w->why(as(w->manager), w->proposals()), "duty.node_only");
  EXPECT_EQ(w->why(the_node(), with([&](auto& c) { c.dataset = DatasetId::make(w.desk.random); }, w->proposals())), "dataset.not_found");
  EXPECT_EQ(w->why(the_node(), with([&](auto& c) { c.version = VersionId::make(w.desk.random); }, w->proposals())), "version.not_found");
  EXPECT_EQ(w->why(the_node(), with([](auto& c) { c.proposals[0].column = "x"; }, w->proposals())), "catalog.no_such_column");
  EXPECT_EQ(w->why(the_node(), with([](auto& c) { c.proposals[0].level = 6; }, w->proposals())), "level.out_of_range");
  w->must(the_node(), w->proposals());
  ConfirmFields good{w->dataset, w->verdicts()};
  EXPECT_EQ(w->why(as(w->officer), good), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_manager), good), "dataset.not_found");
  EXPECT_EQ(w->why(as(w->rival_manager), with([&](auto& c) { c.dataset = DatasetId::make(w.desk.random); }, good)), "dataset.not_found");
  auto who = as(w->manager);
  EXPECT_EQ(w->why(who, with([](auto& c) { c.verdicts.clear(); }, good)), "catalog.nothing_to_confirm");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.verdicts[0].column = "x"; }, good)), "catalog.no_such_column");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.verdicts[0].level = 0; }, good)), "level.out_of_range");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.verdicts[0].type.clear(); }, good)), "form.text_missing");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.verdicts[0].level = 3; }, good)), "catalog.reason_needed");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.verdicts[0].level = 3, c.verdicts[0].reason = "委员会意见"; }, good)), "catalog.below_floor");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.verdicts[0].level = 5, c.verdicts[0].reason = "委员会意见"; }, good)), "ok");
  EXPECT_TRUE(w.desk.state_.datasets.begin()->second.column("person_name")->corrected);
  EXPECT_EQ(w->why(who, good), "catalog.reason_needed") << "changing a confirmed grade";
  w->must(the_node(), w->proposals());
  EXPECT_EQ(w.desk.state_.datasets.begin()->second.column("person_name")->level, 5) << "a proposal never overwrites";
}

TEST(GuardMasking, StrategiesAndReports) {
  DeskWalk w(&Walk::until_graded);
  EXPECT_EQ(w->why(as(w->manager), w->strategy_form()), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_officer), w->strategy_form()), "dataset.not_found");
  EXPECT_EQ(w->why(as(w->officer), with([](auto& c) { c.name.clear(); }, w->strategy_form())), "form.text_missing");
  EXPECT_EQ(w->why(as(w->officer), with([](auto& c) { c.techniques[0].column = "x"; }, w->strategy_form())), "catalog.no_such_column");
  w->mask();
  ReportMasking good = w->masking_form();
  auto node = node_for(w->officer);
  EXPECT_EQ(w->why(as(w->officer), good), "duty.node_only");
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.strategy = StrategyId::make(w.desk.random); }, good)), "strategy.not_found");
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.from_version = VersionId::make(w.desk.random); }, good)), "version.not_found");
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.from_version = w->masked; }, good)), "masking.masked_already");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.version = {}; }, good)), "masking.nothing_sealed");
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.version = w->masked; }, good)), "version.known");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.residual_identifiers = 1; }, good)), "masking.residual_identifiers");
}

TEST(GuardProduct, TheFormIsWhole) {
  DeskWalk w(&Walk::until_graded);
  w->mask();
  auto ask = [&](auto change) { return w->why(as(w->manager), DraftProduct{w->dataset, w->masked, with(change, w->product_form())}); };
  EXPECT_EQ(ask([](auto& f) { f.summary.clear(); }), "form.text_missing");
  EXPECT_EQ(ask([](auto& f) { f.keywords.clear(); }), "form.text_missing");
  EXPECT_EQ(ask([](auto& f) { f.forms.clear(); }), "product.no_forms");
  EXPECT_EQ(ask([](auto& f) { f.forms = {OpenForm::website}; }), "product.form_not_for_share_type");
  EXPECT_EQ(ask([](auto& f) { f.flow = FlowType::trade; }), "product.price_missing");
  EXPECT_EQ(ask([](auto& f) { f.price_fen = 1; }), "product.price_only_for_trade");
  EXPECT_EQ(ask([](auto& f) { f.columns.clear(); }), "product.no_columns");
  EXPECT_EQ(ask([](auto& f) { f.columns.push_back("person_name"); }), "product.no_such_column");
  EXPECT_EQ(ask([](auto& f) { f.columns.push_back("age"); }), "product.column_twice");
  DraftProduct good{w->dataset, w->masked, w->product_form()};
  EXPECT_EQ(w->why(as(w->officer), good), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_manager), good), "dataset.not_found");
  EXPECT_EQ(w->why(as(w->manager), with([&](auto& c) { c.version = VersionId::make(w.desk.random); }, good)), "version.not_found");
  EXPECT_EQ(w->why(as(w->manager), with([&](auto& c) { c.version = w->version; }, good)), "product.raw_data_stay");
}

TEST(GuardProduct, ThreePeopleAndTheNodeInThisOrder) {
  DeskWalk w(&Walk::until_graded);
  w->mask();
  w->draft_product();
  ReportProductCheck check{w->product, {{"grading", "是", "yes", true}}, 10};
  ReviewProduct review{w->product, true, "同意"};
  RegisterProduct enter{w->product, true, "符合"};
  EXPECT_EQ(w->why(as(w->manager), check), "duty.node_only");
  EXPECT_EQ(w->why(as(w->officer), review), "product.not_awaiting_review");
  EXPECT_EQ(w->why(as(w->registrar), enter), "product.not_awaiting_registration");
  w->must(the_node(), check);
  EXPECT_EQ(w->why(the_node(), check), "product.not_awaiting_check");
  EXPECT_EQ(w->why(as(w->manager), review), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_officer), review), "product.not_found");
  EXPECT_EQ(w->why(without_second_factor(w->officer), review), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->officer), with([](auto& c) { c.reason.clear(); }, review)), "form.text_missing");
  Desk copy = w.desk;
  copy.fold({DutyGranted{w->manager, Duty::security_officer, 0}}, {});
  EXPECT_EQ(copy.ask(as(w->manager), review).error().reason, "duty.second_person_needed");
  w->must(as(w->officer), review);
  EXPECT_EQ(w->why(without_second_factor(w->registrar), enter), "auth.second_factor_needed");
  for (const PersonId& person : {w->manager, w->officer}) {
    Desk two = w.desk;
    two.fold({DutyGranted{person, Duty::registrar, 0}}, {});
    EXPECT_EQ(two.ask(as(person), enter).error().reason, "duty.second_person_needed");
  }
  EXPECT_EQ(w->made<ProductRegistered>(as(w->registrar), enter).number, "YBSJ-2026-000001");
  EXPECT_EQ(w->why(as(w->rival_manager), WithdrawProduct{w->product, "r"}), "product.not_yours");
  EXPECT_EQ(w->why(as(w->manager), WithdrawProduct{w->product, "r"}), "ok");
  EXPECT_EQ(w->why(as(w->manager), WithdrawProduct{w->product, "r"}), "product.ended_already");
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, w->application_form()}), "product.not_found");
}

TEST(GuardProduct, AFailedCheckOrANoEndsIt) {
  DeskWalk w(&Walk::until_graded);
  w->mask();
  w->draft_product();
  w->must(the_node(), ReportProductCheck{w->product, {{"a", "", "", true}, {"b", "", "", false}}, 0});
  EXPECT_EQ(w->why(as(w->officer), ReviewProduct{w->product, true, "r"}), "product.not_awaiting_review");
  w->draft_product();
  EXPECT_FALSE(w->made<ProductChecked>(the_node(), ReportProductCheck{w->product, {}, 0}).passed) << "no check is no passed check";
  w->draft_product();
  w->check_product();
  w->must(as(w->officer), ReviewProduct{w->product, false, "不合适"});
  EXPECT_EQ(w->why(as(w->registrar), RegisterProduct{w->product, true, "r"}), "product.not_awaiting_registration");
}

TEST(GuardApplication, FormPolicyAndClause) {
  DeskWalk w(&Walk::until_product);
  auto ask = [&](auto change) { return w->why(as(w->user), SubmitApplication{w->product, with(change, w->application_form())}); };
  EXPECT_EQ(w->why(as(w->manager), SubmitApplication{w->product, w->application_form()}), "duty.missing");
  EXPECT_EQ(ask([](auto& f) { f.safety_measures.clear(); }), "form.text_missing");
  EXPECT_EQ(ask([](auto& f) { f.form = OpenForm::platform; }), "application.form_not_offered");
  EXPECT_EQ(ask([](auto& f) { f.columns.clear(); }), "application.no_columns");
  EXPECT_EQ(ask([](auto& f) { f.columns = {"person_name"}; }), "application.column_not_offered");
  EXPECT_EQ(ask([](auto& f) { f.columns = {"age", "age"}; }), "product.column_twice");
  EXPECT_EQ(ask([](auto& f) { f.deliveries_max = 0; }), "application.bad_count");
  EXPECT_EQ(ask([](auto& f) { f.form = OpenForm::api; }), "application.bad_rate");
  EXPECT_EQ(ask([](auto& f) { f.valid_days = 367; }), "application.bad_validity");
  EXPECT_EQ(ask([](auto& f) { f.row_filter = {{"city", "eq", {"x"}, ""}}; }), "filter.column_not_asked_for");
  EXPECT_EQ(ask([](auto& f) { f.row_filter = {{"age", "like", {"x"}, ""}}; }), "filter.unknown_operator");
  EXPECT_EQ(ask([](auto& f) { f.row_filter = {{"age", "eq", {}, ""}}; }), "filter.values_missing");
  EXPECT_EQ(ask([](auto& f) { f.row_filter.assign(21, {"age", "eq", {"x"}, ""}); }), "filter.too_long");
  EXPECT_EQ(ask([](auto& f) { f.row_filter = {{"age", "in", std::vector<std::string>(101, "x"), ""}}; }), "filter.too_long");
  EXPECT_EQ(ask([](auto& f) { f.row_filter = {{"age", "eq", {"13812345678"}, ""}}; }), "filter.value_identifies") << "a mobile number, on whatever column";
  EXPECT_EQ(ask([](auto& f) { f.row_filter = {{"age", "eq", {}, "sf_x"}}; }), "filter.commitment_missing");
  EXPECT_EQ(ask([](auto& f) { f.row_filter = {{"age", "eq", {}, "sf_x", test_digest(1), std::vector<std::string>{std::string(41, '*')}}}; }), "filter.too_long");
  EXPECT_EQ(ask([](auto& f) { f.row_filter = {{"age", "eq", {"x"}, "", test_digest(1), {}}}; }), "filter.commitment_missing");
  EXPECT_EQ(ask([](auto& f) { f.purpose = "marketing"; }), "policy.purpose_unknown");
  EXPECT_EQ(ask([](auto& f) { f.legal_basis = "whim"; }), "policy.legal_basis_unknown");
  EXPECT_EQ(ask([](auto& f) { f.cross_border = true; }), "policy.cross_border_not_assessed");
  auto denied = w.desk.ask(as(w->user), SubmitApplication{w->product, with([](auto& f) { f.cross_border = true; }, w->application_form())});
  EXPECT_EQ(denied.error().detail, "policy.cross_border_not_assessed [G4.6a]");
  EXPECT_EQ(denied.error().code, Errc::refused);
  for (const PersonId& member : {w->members[0], w->members[1], w->members[2]})
    w->must(as(w->security_admin), RevokeDuty{member, Duty::committee_member, "换届"});
  EXPECT_EQ(ask([](auto&) {}), "application.committee_too_small");
}

TEST(GuardVote, IsCastOnceByTheRosterWithSecondFactorAndReasonInTime) {
  DeskWalk w(&Walk::until_vote);
  auto member = [&](size_t i) { return as(w->members[i]); };
  PersonId late = w->enrol(w->agency, {Duty::committee_member});
  EXPECT_EQ(w->why(as(late), w->vote(true)), "application.not_on_roster");
  EXPECT_EQ(w->why(as(w->manager), w->vote(true)), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->members[0]), w->vote(true)), "auth.second_factor_needed");
  EXPECT_EQ(w->why(member(0), CastVote{w->application, true, ""}), "form.text_missing");
  EXPECT_EQ(w->why(member(0), RecuseMember{w->application, ""}), "form.text_missing");
  EXPECT_EQ(w->why(member(0), w->vote(true)), "ok");
  EXPECT_EQ(w->why(member(0), w->vote(false)), "application.voted_already");
  EXPECT_EQ(w->why(member(0), RecuseMember{w->application, "r"}), "application.voted_already");
  EXPECT_EQ(w->why(member(1), RecuseMember{w->application, "亲属"}), "ok");
  EXPECT_EQ(w->why(member(1), w->vote(true)), "application.voted_already");
  w->must(as(w->security_admin), RevokeDuty{w->members[2], Duty::committee_member, "换届"});
  EXPECT_EQ(w->why(member(2), w->vote(true)), "duty.missing") << "the roster is fixed, the duty is read now";
  EXPECT_EQ(w->why(the_node(), CloseVote{w->application}), "application.vote_still_open");
  w.desk.now_ += 7 * kDayMs;
  EXPECT_EQ(w->why(member(3), w->vote(true)), "application.vote_deadline_passed");
  auto closed = w->made<ApplicationDecided>(the_node(), CloseVote{w->application});
  EXPECT_FALSE(closed.approved);
  EXPECT_EQ(closed.reason, "application.quorum_not_reached");
  EXPECT_EQ(w->why(the_node(), CloseVote{w->application}), "application.vote_closed");
  EXPECT_EQ(w->why(the_node(), CloseVote{ApplicationId::make(w.desk.random)}), "application.not_found");
}

// + for, - against, r recused, in the order of the roster of five (quorum 3, 60 percent); when it is decided and how.
TEST(GuardVote, IsDecidedAsSoonAsNothingCanChangeIt) {
  struct Row {
    const char* votes;
    const char* outcome;
  };
  const Row table[] = {
      {"+", "open"},
      {"++", "open"},
      {"+++", "application.approved_by_vote"},
      {"---", "application.rejected_by_vote"},
      {"--", "open"},
      {"-+", "open"},
      {"-+-", "open"},
      {"-+--", "application.rejected_by_vote"},
      {"-++", "open"},
      {"-++-", "open"},
      {"-++-+", "application.approved_by_vote"},
      {"-++--", "application.rejected_by_vote"},
      {"rr", "open"},
      {"rrr", "application.quorum_out_of_reach"},
      {"rr+", "open"},
      {"rr++", "open"},
      {"rr++-", "application.approved_by_vote"},
      {"rr-", "open"},
      {"rr--", "application.rejected_by_vote"},
      {"r+++", "application.approved_by_vote"},
      {"r--", "application.rejected_by_vote"},
  };
  for (const Row& row : table) {
    DeskWalk w(&Walk::until_vote);
    std::string outcome = "open";
    for (size_t i = 0; row.votes[i]; i++) {
      ASSERT_EQ(outcome, "open") << row.votes << " was decided before its end";
      Command command = row.votes[i] == 'r' ? Command(RecuseMember{w->application, "r"}) : Command(w->vote(row.votes[i] == '+'));
      for (const Event& event : w->must(as(w->members[i]), command))
        if (auto decided = event.get_if<ApplicationDecided>()) outcome = decided->reason;
    }
    EXPECT_EQ(outcome, row.outcome) << row.votes;
  }
}

TEST(GuardApplication, IsWithdrawnByItsOwnersOnly) {
  DeskWalk w(&Walk::until_vote);
  EXPECT_EQ(w->why(as(w->rival_user), WithdrawApplication{w->application, "r"}), "application.not_found");
  EXPECT_EQ(w->why(as(w->rival_user), WithdrawApplication{ApplicationId::make(w.desk.random), "r"}), "application.not_found");
  PersonId own_user = w->enrol(w->agency, {Duty::data_user});
  EXPECT_EQ(w->why(as(own_user), WithdrawApplication{w->application, "r"}), "application.not_yours");
  EXPECT_EQ(w->why(as(w->user), WithdrawApplication{w->application, ""}), "form.text_missing");
  EXPECT_EQ(w->why(as(w->user), WithdrawApplication{w->application, "r"}), "ok");
  EXPECT_EQ(w->why(as(w->user), WithdrawApplication{w->application, "r"}), "application.vote_closed");
  EXPECT_EQ(w->why(as(w->members[0]), w->vote(true)), "application.vote_closed");
}

TEST(GuardContract, IsDraftedOnceAndSignedByBothSidesWithTheirKeys) {
  DeskWalk w(&Walk::until_vote);
  DraftContract draft{w->application, "责任", "违约"};
  EXPECT_EQ(w->why(as(w->manager), draft), "application.not_approved");
  w->approve();
  EXPECT_EQ(w->why(as(w->officer), draft), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_manager), draft), "application.not_found");
  EXPECT_EQ(w->why(as(w->manager), with([](auto& c) { c.duties.clear(); }, draft)), "form.text_missing");
  w->draft_contract();
  EXPECT_EQ(w->why(as(w->manager), draft), "contract.drafted_already");
  PersonId rival_signer = w->enrol(w->rival, {Duty::contract_signer});
  EXPECT_EQ(w->why(as(w->manager), w->signature(11)), "duty.missing");
  EXPECT_EQ(w->why(as(rival_signer), w->signature(13)), "contract.not_found");
  EXPECT_EQ(w->why(without_second_factor(w->signer), w->signature(11)), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->signer), w->signature(12)), "contract.bad_signature");
  EXPECT_EQ(w->why(as(w->signer), SignContract{w->contract, {}}), "contract.bad_signature");
  EXPECT_EQ(w->why(as(w->signer), w->signature(11)), "ok");
  EXPECT_EQ(w->why(as(w->signer), w->signature(11)), "contract.signed_already");
  EXPECT_EQ(w->why(as(w->manager), PrepareRelease{w->contract, {}, w->purpose}), "contract.not_signed");
  Desk later = w.desk;
  later.now_ += 30 * kDayMs;
  EXPECT_EQ(later.ask(as(w->insurer_signer), w->signature(12)).error().reason, "contract.expired");
  EXPECT_TRUE(w->made<ContractSigned>(as(w->insurer_signer), w->signature(12)).completes);
  EXPECT_EQ(w->why(as(w->signer), w->signature(11)), "contract.not_awaiting_signature");
}

TEST(GuardContract, IsStoppedByEitherSideAndResumedByTheProvider) {
  DeskWalk w(&Walk::until_contract);
  SuspendContract stop{w->contract, "核查"};
  ResumeContract resume{w->contract, "核查完毕"};
  EXPECT_EQ(w->why(as(w->user), stop), "duty.missing");
  EXPECT_EQ(w->why(as(w->supervisor), stop), "duty.missing") << "a supervisor sees and does not change";
  EXPECT_EQ(w->why(as(w->rival_manager), stop), "contract.not_found");
  EXPECT_EQ(w->why(as(w->manager), resume), "contract.not_suspended");
  EXPECT_EQ(w->why(as(w->insurer_signer), with([](auto& c) { c.reason.clear(); }, stop)), "form.text_missing");
  EXPECT_EQ(w->why(as(w->insurer_signer), stop), "ok");
  EXPECT_EQ(w->why(as(w->insurer_signer), stop), "contract.not_active");
  EXPECT_EQ(w->why(as(w->manager), PrepareRelease{w->contract, {}, w->purpose}), "contract.suspended");
  EXPECT_EQ(w->why(as(w->insurer_signer), resume), "duty.missing");
  EXPECT_EQ(w->why(as(w->manager), resume), "ok");
  EXPECT_EQ(w->why(as(w->manager), PrepareRelease{w->contract, {}, w->purpose}), "ok");
  EXPECT_EQ(w->why(as(w->manager), TerminateContract{w->contract, "违约"}), "ok");
  EXPECT_EQ(w->why(as(w->manager), TerminateContract{w->contract, "违约"}), "contract.terminated");
  EXPECT_EQ(w->why(as(w->manager), PrepareRelease{w->contract, {}, w->purpose}), "contract.terminated");
}

TEST(GuardRelease, IsRefusedByTheTermThatForbidsIt) {
  DeskWalk w(&Walk::until_contract);
  PrepareRelease good{w->contract, {}, w->purpose};
  auto who = as(w->manager);
  EXPECT_EQ(w->why(as(w->officer), good), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_manager), good), "contract.not_found");
  EXPECT_EQ(w->why(as(w->rival_manager), with([&](auto& c) { c.contract = ContractId::make(w.desk.random); }, good)), "contract.not_found");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.purpose = "statistics"; }, good)), "contract.purpose_not_agreed");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.columns = {"city"}; }, good)), "contract.column_not_agreed");
  EXPECT_EQ(w->why(who, with([](auto& c) { c.columns = {"age", "age"}; }, good)), "product.column_twice");
  EXPECT_EQ(w->why(as(w->user), OpenApi{w->contract, test_digest(1), w->purpose}), "contract.form_not_agreed");
  Desk early = w.desk, late = w.desk, withdrawn = w.desk;
  early.now_ -= 1;
  EXPECT_EQ(early.ask(who, good).error().reason, "contract.not_begun");
  late.now_ += 30 * kDayMs - 1;
  EXPECT_TRUE(late.ask(who, good));
  late.now_ += 1;
  EXPECT_EQ(late.ask(who, good).error().reason, "contract.expired");
  withdrawn.fold({ProductWithdrawn{w->product, "r"}}, {});
  EXPECT_EQ(withdrawn.ask(who, good).error().reason, "product.not_registered");
  EXPECT_EQ(w->why(who, good), "ok");
  EXPECT_EQ(w->why(who, good), "ok");
  EXPECT_EQ(w->why(who, good), "contract.count_used_up");
}

TEST(GuardRelease, AFailureGivesTheCountBackAndEndsTheKeys) {
  DeskWalk w(&Walk::until_contract);
  w->prepare();
  EXPECT_EQ(w.desk.state_.grants.size(), 1u);
  EXPECT_EQ(w->why(as(w->manager), ReportReleaseFailure{w->release, "worker.died"}), "duty.node_only");
  w->must(the_node(), ReportReleaseFailure{w->release, "worker.died"});
  EXPECT_EQ(w.desk.state_.grants.size(), 0u);
  EXPECT_EQ(w.desk.state_.contracts.begin()->second.delivered, 0);
  EXPECT_EQ(w->why(the_node(), w->delivery_form()), "release.not_prepared");
  EXPECT_EQ(w->why(the_node(), ReportReleaseFailure{w->release, "r"}), "release.not_prepared");
  EXPECT_EQ(w->why(the_node(), ReportReleaseFailure{ReleaseId::make(w.desk.random), "r"}), "release.not_found");
}

TEST(GuardRelease, AnApiHasQuotasThatNeverExceedTheContract) {
  DeskWalk w(&Walk::until_contract, OpenForm::api);
  OpenApi good{w->contract, test_digest(9), w->purpose};
  EXPECT_EQ(w->why(as(w->manager), good), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_user), good), "contract.not_found");
  EXPECT_EQ(w->why(as(w->manager), PrepareRelease{w->contract, {}, w->purpose}), "contract.form_not_agreed");
  EXPECT_EQ(w->why(as(w->user), with([](auto& c) { c.purpose = "statistics"; }, good)), "contract.purpose_not_agreed");
  w->open_api();
  EXPECT_EQ(w->why(as(w->user), good), "release.api_open_already");
  EXPECT_EQ(w->why(as(w->user), LeaseQuota{w->release, 4}), "duty.node_only");
  EXPECT_EQ(w->why(the_node(), LeaseQuota{ReleaseId::make(w.desk.random), 4}), "release.not_found");
  auto first = w->made<QuotaLeased>(the_node(), LeaseQuota{w->release, 7});
  auto rest = w->made<QuotaLeased>(the_node(), LeaseQuota{w->release, 7});
  EXPECT_EQ(first.calls, 7);
  EXPECT_EQ(rest.calls, 3) << "ten calls were agreed";
  EXPECT_EQ(w->why(the_node(), LeaseQuota{w->release, 1}), "contract.count_used_up");
  EXPECT_EQ(w->why(the_node(), SettleLease{first.lease, 8, 0}), "release.lease_overdrawn");
  EXPECT_EQ(w->why(the_node(), SettleLease{first.lease, -1, 0}), "release.lease_overdrawn");
  w->must(the_node(), SettleLease{first.lease, 2, 200});
  EXPECT_EQ(w->why(the_node(), SettleLease{first.lease, 2, 200}), "release.lease_settled_already");
  EXPECT_EQ(w->made<QuotaLeased>(the_node(), LeaseQuota{w->release, 100}).calls, 5);
  w->must(as(w->manager), RevokeRelease{w->release, "r"});
  EXPECT_EQ(w->why(the_node(), LeaseQuota{w->release, 1}), "release.revoked");
}

TEST(GuardRelease, IsRevokedByTheProvider) {
  DeskWalk w(&Walk::until_delivered);
  RevokeRelease revoke{w->release, "误发"};
  EXPECT_EQ(w->why(as(w->user), revoke), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_manager), revoke), "release.not_found");
  EXPECT_EQ(w->why(as(w->rival_manager), with([&](auto& c) { c.release = ReleaseId::make(w.desk.random); }, revoke)), "release.not_found");
  EXPECT_EQ(w->why(as(w->manager), with([](auto& c) { c.reason.clear(); }, revoke)), "form.text_missing");
  EXPECT_EQ(w->why(as(w->officer), revoke), "ok");
  EXPECT_EQ(w->why(as(w->officer), revoke), "release.revoked");
}

TEST(GuardKeys, AreGrantedForNamedColumnsOfOnesOwnVersionsOnly) {
  DeskWalk w(&Walk::until_graded);
  GrantKeys good{w->dataset, w->version, {"age"}, Work::classify, kHourMs};
  EXPECT_EQ(w->why(as(w->manager), good), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->officer), good), "duty.missing");
  EXPECT_EQ(w->why(node_for(w->rival_manager), good), "version.not_found");
  auto node = node_for(w->manager);
  EXPECT_EQ(w->why(node, with([](auto& c) { c.work = Work::release; }, good)), "keys.release_needs_contract");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.work = Work::mask; }, good)), "duty.missing");
  EXPECT_EQ(w->why(node, with([&](auto& c) { c.version = VersionId::make(w.desk.random); }, good)), "version.not_found");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.columns.clear(); }, good)), "keys.no_columns");
  EXPECT_EQ(w->why(node, with([](auto& c) { c.columns = {"other"}; }, good)), "catalog.no_such_column");
  auto granted = w->made<KeysGranted>(node, with([](auto& c) { c.valid_ms = 900 * kDayMs; }, good));
  EXPECT_EQ(granted.expires_ms, w.desk.now_ + 24 * kHourMs) << "never longer than a day";
  EXPECT_EQ(w->why(as(w->manager), EndGrant{granted.grant, "done"}), "duty.node_only");
  w->must(node, EndGrant{granted.grant, "done"});
  EXPECT_EQ(w->why(node, EndGrant{granted.grant, "done"}), "keys.grant_ended_already");
}

// What a person may not see is refused word for word as if it did not exist.
TEST(GuardIsolation, AnotherOrganisationsObjectsAreAbsent) {
  DeskWalk w(&Walk::until_delivered);
  auto same = [&](const PersonId& who, const Command& real, const Command& absent) {
    auto a = w.desk.ask(as(who), real), b = w.desk.ask(as(who), absent);
    ASSERT_FALSE(a) << kind_of(real);
    ASSERT_FALSE(b) << kind_of(real);
    EXPECT_EQ(a.error().code, Errc::not_found) << kind_of(real);
    EXPECT_EQ(a.error().reason, b.error().reason) << kind_of(real);
    EXPECT_EQ(a.error().detail, b.error().detail) << kind_of(real);
  };
  auto& r = w.desk.random;
  PersonId signer = w->enrol(w->rival, {Duty::contract_signer});
  same(w->rival_manager, ConfirmFields{w->dataset, w->verdicts()}, ConfirmFields{DatasetId::make(r), w->verdicts()});
  same(w->rival_officer, w->strategy_form(), with([&](auto& c) { c.dataset = DatasetId::make(r); }, w->strategy_form()));
  same(w->rival_manager, DraftProduct{w->dataset, w->masked, w->product_form()}, DraftProduct{DatasetId::make(r), w->masked, w->product_form()});
  same(w->rival_user, WithdrawApplication{w->application, "r"}, WithdrawApplication{ApplicationId::make(r), "r"});
  same(w->rival_user, CloseVote{w->application}, CloseVote{ApplicationId::make(r)});
  same(w->rival_manager, DraftContract{w->application, "a", "b"}, DraftContract{ApplicationId::make(r), "a", "b"});
  same(signer, w->signature(13), SignContract{ContractId::make(r), {}});
  same(w->rival_manager, SuspendContract{w->contract, "r"}, SuspendContract{ContractId::make(r), "r"});
  same(w->rival_manager, ResumeContract{w->contract, "r"}, ResumeContract{ContractId::make(r), "r"});
  same(w->rival_manager, TerminateContract{w->contract, "r"}, TerminateContract{ContractId::make(r), "r"});
  same(w->rival_manager, PrepareRelease{w->contract, {}, w->purpose}, PrepareRelease{ContractId::make(r), {}, w->purpose});
  same(w->rival_user, OpenApi{w->contract, test_digest(1), w->purpose}, OpenApi{ContractId::make(r), test_digest(1), w->purpose});
  same(w->rival_manager, RevokeRelease{w->release, "r"}, RevokeRelease{ReleaseId::make(r), "r"});
  same(w->rival_officer, ReceiptBatch{w->plan, test_digest(2), 100, "a", "b"}, ReceiptBatch{PlanId::make(r), test_digest(2), 100, "a", "b"});
}

}  // namespace
}  // namespace sluice::space
