// The legal station: what the case of a release demands, and the registers behind it.
#include "ledger/verifier.h"
#include "space/law/legal_case.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

TimeMs days_from(const Desk& desk, int64_t days) { return desk.now_ + days * kDayMs; }

SubjectId subject_no(int n) { return *SubjectId::parse("sb_" + std::to_string(1000 + n)); }

PaperForm paper_form(std::string kind) {
  PaperForm out;
  out.kind = std::move(kind);
  out.title = "文件";
  out.number = "〔2026〕1号";
  out.authority = "某医保局";
  return out;
}

PaperId enter_and_check(Walk& w, const PaperForm& form) {
  PaperId id = w.made<PaperEntered>(as(w.manager), EnterPaper{form}).paper;
  w.must(as(w.pi), CheckPaper{id, true, "与原件一致"});
  return id;
}

TEST(LegalStation, NoReleaseWithoutAnApprovedImpactAssessment) {
  DeskWalk w(&Walk::until_graded);
  w->mask();
  w->draft_product();
  w->check_product();
  w->review_product();
  w->register_product();
  w->submit();
  w->approve();
  w->draft_contract();
  w->sign_contract();
  PrepareRelease release{w->contract, {}, w->purpose};
  EXPECT_EQ(w->why(as(w->manager), release), "law.assessment_missing");
  w->assessment = w->made<AssessmentDrafted>(as(w->manager), DraftAssessment{w->assessment_form()}).assessment;
  EXPECT_EQ(w->why(as(w->manager), release), "law.assessment_not_approved");
  w->must(as(w->pi), DecideAssessment{w->assessment, true, "同意"});
  auto found = legal_case(w.desk.state_, rules::RuleSet::built_in(), w.desk.state_.contracts.at(w->contract.str()), w.desk.now_);
  ASSERT_EQ(found.demands.size(), 1u);
  EXPECT_EQ(found.demands[0].by, w->assessment.str());
  EXPECT_FALSE(found.demands[0].clause.empty());
  EXPECT_EQ(w->why(as(w->manager), release), "ok");
}

TEST(LegalStation, AnAssessmentIsDueAgainWhenPurposeFieldsOrRecipientChangeAndAfterItsTerm) {
  DeskWalk w(&Walk::until_graded);
  w->mask();
  w->draft_product();
  w->check_product();
  w->review_product();
  w->register_product();
  auto assess_as = [&](const std::function<void(AssessmentForm&)>& change) {
    AssessmentForm form = w->assessment_form();
    change(form);
    AssessmentId id = w->made<AssessmentDrafted>(as(w->manager), DraftAssessment{form}).assessment;
    w->must(as(w->pi), DecideAssessment{id, true, "同意"});
  };
  assess_as([](AssessmentForm& f) { f.purpose = "statistics"; });
  w->submit();
  w->approve();
  w->draft_contract();
  w->sign_contract();
  PrepareRelease release{w->contract, {}, w->purpose};
  auto detail = [&] {
    auto events = w.desk.ask(as(w->manager), release);
    return events ? std::string("ok") : std::string(events.error().reason) + " " + events.error().detail;
  };
  EXPECT_NE(detail().find("law.assessment_due_again law.assessment_due_again (purpose)"), std::string::npos) << detail();
  assess_as([](AssessmentForm& f) { f.columns = {"age"}; });
  EXPECT_NE(detail().find("law.assessment_due_again"), std::string::npos);
  assess_as([&](AssessmentForm& f) { f.recipient = w->rival; });
  EXPECT_NE(detail().find("law.assessment_due_again"), std::string::npos);
  assess_as([](AssessmentForm&) {});
  EXPECT_EQ(w->why(as(w->manager), release), "ok");
  // The contract of this walk ends before the assessment does; the demand itself knows the term.
  auto later = legal_case(w.desk.state_, rules::RuleSet::built_in(), w.desk.state_.contracts.at(w->contract.str()), days_from(w.desk, 366));
  EXPECT_EQ(later.demands.at(0).reason, "law.assessment_expired");
}

TEST(Assessment, IsWholeReckonedAndApprovedByTheOfficerAlone) {
  DeskWalk w(&Walk::until_product);
  AssessmentForm form = w->assessment_form();
  AssessmentForm less = form;
  less.answers.pop_back();
  EXPECT_EQ(w->why(as(w->manager), DraftAssessment{less}), "law.question_unanswered");
  less = form;
  less.risks.clear();
  EXPECT_EQ(w->why(as(w->manager), DraftAssessment{less}), "law.no_risks");
  less = form;
  less.risks[0].severity = "terrible";
  EXPECT_EQ(w->why(as(w->manager), DraftAssessment{less}), "law.unknown_risk_term");
  less = form;
  less.columns = {"person_name"};
  EXPECT_EQ(w->why(as(w->manager), DraftAssessment{less}), "application.column_not_offered");
  EXPECT_EQ(w->why(as(w->rival_manager), DraftAssessment{form}), "product.not_yours");
  form.risks.push_back({"越权使用", "high", "severe", "尚无", "high", "moderate"});
  auto drafted = w->made<AssessmentDrafted>(as(w->manager), DraftAssessment{form});
  EXPECT_EQ(drafted.risk, "very_high");
  EXPECT_EQ(drafted.residual, "high");
  EXPECT_EQ(w->why(as(w->officer), DecideAssessment{drafted.assessment, true, "x"}), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->pi), DecideAssessment{drafted.assessment, true, "x"}), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->pi), DecideAssessment{drafted.assessment, true, "x"}), "law.residual_risk_too_high");
  w->must(as(w->pi), DecideAssessment{drafted.assessment, false, "风险过高"});
  EXPECT_EQ(w->why(as(w->pi), DecideAssessment{drafted.assessment, true, "x"}), "law.assessment_decided_already");
  const Assessment& kept = w.desk.state_.assessments.at(w->assessment.str());
  EXPECT_GE(kept.keep_until_ms, days_from(w.desk, 3 * 365 + 1)) << "kept three years at least";
}

TEST(Papers, AreEnteredByOneAndCheckedByAnother) {
  DeskWalk w(&Walk::until_product);
  PaperForm form = paper_form("legal_basis");
  EXPECT_EQ(w->why(as(w->manager), EnterPaper{paper_form("nonsense")}), "law.unknown_paper");
  EXPECT_EQ(w->why(as(w->manager), EnterPaper{form}), "law.paper_incomplete");
  form.basis = "because";
  EXPECT_EQ(w->why(as(w->manager), EnterPaper{form}), "policy.legal_basis_unknown");
  form.basis = "statutory_duty";
  EXPECT_EQ(w->why(as(w->user), EnterPaper{form}), "duty.missing");
  form.dated_ms = w.desk.now_ + 1;
  EXPECT_EQ(w->why(as(w->manager), EnterPaper{form}), "law.paper_bad_date");
  form.dated_ms = 0;
  PaperId id = w->made<PaperEntered>(as(w->manager), EnterPaper{form}).paper;
  EXPECT_EQ(w->why(as(w->manager), CheckPaper{id, true, "x"}), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->pi), CheckPaper{id, true, "x"}), "auth.second_factor_needed");
  EXPECT_FALSE(w.desk.state_.papers.at(id.str()).in_force(w.desk.now_));
  w->must(as(w->pi), CheckPaper{id, true, "与原件一致"});
  EXPECT_TRUE(w.desk.state_.papers.at(id.str()).in_force(w.desk.now_));
  EXPECT_EQ(w->why(as(w->pi), CheckPaper{id, true, "x"}), "law.paper_checked_already");
  w->must(as(w->manager), EndPaper{id, "已废止"});
  EXPECT_FALSE(w.desk.state_.papers.at(id.str()).in_force(w.desk.now_));
  EXPECT_EQ(w->why(as(w->manager), EndPaper{id, "x"}), "law.paper_over");
}

TEST(Papers, WhatTheCaseDemandsFollowsItsBasisAndScenario) {
  DeskWalk w(&Walk::until_contract);
  Contract contract = w.desk.state_.contracts.at(w->contract.str());
  auto missing = [&](const Contract& c) {
    std::string out;
    for (const DemandState& d : legal_case(w.desk.state_, rules::RuleSet::built_in(), c, w.desk.now_).demands)
      if (!d.met && d.reason != "law.assessment_due_again") out += d.reason + " ";
    return out;
  };
  EXPECT_EQ(missing(contract), "");
  contract.terms.legal_basis = "statutory_duty";
  EXPECT_EQ(missing(contract), "law.legal_basis_missing ");
  contract.terms.legal_basis = "separate_consent";
  EXPECT_EQ(missing(contract), "law.consent_needs_one_person ");
  contract.terms.legal_basis = "consent";
  contract.terms.scenario = Scenario::controller_to_processor;
  EXPECT_EQ(missing(contract), "law.agreement_missing ");
  PaperForm agreement = paper_form("processing_agreement");
  agreement.counterpart = w->insurer;
  agreement.purpose = w->purpose;
  agreement.duties = "按指示处理，不得转委托，期满销毁";
  agreement.expires_ms = days_from(w.desk, 90);
  enter_and_check(w.walk, agreement);
  EXPECT_EQ(missing(contract), "");
  contract.terms.scenario = Scenario::between_controllers;
  EXPECT_EQ(missing(contract), "law.joint_controllers_missing ");
}

TEST(Papers, AProcessorMayNotPassItsWorkOn) {
  DeskWalk w(&Walk::until_product);
  PaperForm agreement = paper_form("processing_agreement");
  agreement.counterpart = w->insurer;
  agreement.purpose = w->purpose;
  agreement.duties = "不得转委托";
  agreement.expires_ms = days_from(w.desk, 90);
  PaperId above = enter_and_check(w.walk, agreement);
  PaperForm below = agreement;
  below.counterpart = w->rival;
  EXPECT_EQ(w->why(as(w->user), EnterPaper{below}), "law.subcontracting_forbidden") << "unsaid";
  below.upstream = above;
  EXPECT_EQ(w->why(as(w->user), EnterPaper{below}), "law.subcontracting_forbidden") << "said";
  EXPECT_EQ(w->why(as(w->rival_user), EnterPaper{below}), "law.paper_not_found") << "another's agreement";
}

TEST(Papers, FlowsAbroadAndImportantDataNeedTheirAssessment) {
  DeskWalk w(&Walk::until_product);
  ApplicationForm form = w->application_form();
  form.cross_border = true;
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, form}), "policy.cross_border_not_assessed");
  PaperForm abroad = paper_form("cross_border");
  abroad.counterpart = w->insurer;
  abroad.product = w->product;
  abroad.purpose = w->purpose;
  abroad.columns = {"age"};
  abroad.abroad = "某再保险公司（境外）";
  abroad.mechanism = "security_assessment";
  abroad.expires_ms = days_from(w.desk, 90);
  PaperId entered = w->made<PaperEntered>(as(w->manager), EnterPaper{abroad}).paper;
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, form}), "policy.cross_border_not_assessed") << "entered, not checked";
  w->must(as(w->pi), CheckPaper{entered, true, "与批文一致"});
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, form}), "ok");
  PaperForm catalog = paper_form("important_data");
  catalog.dataset = w->dataset;
  catalog.columns = {"fee"};
  enter_and_check(w.walk, catalog);
  form.cross_border = false;
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, form}), "policy.important_data_not_assessed");
}

TEST(Papers, MinutesDecideAVoteThatNobodyBegan) {
  DeskWalk w(&Walk::until_vote);
  PaperForm minutes = paper_form("minutes");
  minutes.application = w->application;
  minutes.digest = test_digest(9);
  minutes.members = {w->members[0], w->members[1]};
  minutes.approve = true;
  EXPECT_EQ(w->why(as(w->manager), EnterPaper{minutes}), "law.minutes_no_quorum");
  minutes.members = {w->members[0], w->members[1], w->user};
  EXPECT_EQ(w->why(as(w->manager), EnterPaper{minutes}), "law.minutes_not_on_roster");
  minutes.members = {w->members[0], w->members[1], w->members[2]};
  PaperForm unproven = minutes;
  unproven.digest = {};
  EXPECT_EQ(w->why(as(w->manager), EnterPaper{unproven}), "law.paper_incomplete");
  PaperId id = w->made<PaperEntered>(as(w->manager), EnterPaper{minutes}).paper;
  EXPECT_EQ(w.desk.state_.applications.at(w->application.str()).status, ApplicationStatus::voting) << "a second person checks first";
  w->must(as(w->members[4]), CheckPaper{id, true, "与纪要一致"});
  EXPECT_EQ(w.desk.state_.applications.at(w->application.str()).status, ApplicationStatus::approved);
  EXPECT_EQ(w.desk.state_.applications.at(w->application.str()).reason, "application.decided_in_meeting");
}

TEST(Consent, NamesProductRecipientPurposeAndFieldsAndEndsOnTheNextQuestion) {
  DeskWalk w(&Walk::until_contract);
  ContractTerms terms = w.desk.state_.contracts.at(w->contract.str()).terms;
  ConsentForm form{.subject = subject_no(1), .product = w->product, .recipient = w->insurer, .purpose = w->purpose, .columns = {"age", "fee"},
                   .expires_ms = days_from(w.desk, 30), .evidence = "授权书 2026-1", .digest = {}};
  auto asked = [&](const SubjectId& who) {
    auto found = consent_for(w.desk.state_, terms, who, w.desk.now_);
    return found ? std::string("ok") : std::string(found.error().reason);
  };
  EXPECT_EQ(w->why(as(w->manager), RecordConsent{form, test_digest(1)}), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->user), RecordConsent{form, test_digest(1)}), "duty.missing");
  ConsentForm bad = form;
  bad.expires_ms = w.desk.now_;
  EXPECT_EQ(w->why(node_for(w->manager), RecordConsent{bad, test_digest(1)}), "law.consent_bad_term");
  EXPECT_EQ(asked(subject_no(1)), "law.consent_missing");
  for (auto [change, reason] : {std::pair<std::function<void(ConsentForm&)>, const char*>{[&](ConsentForm& f) { f.recipient = w->rival; }, "law.consent_other_recipient"},
                                {[](ConsentForm& f) { f.purpose = "statistics"; }, "law.consent_other_purpose"},
                                {[](ConsentForm& f) { f.columns = {"age"}; }, "law.consent_other_fields"}}) {
    ConsentForm other = form;
    change(other);
    w->must(node_for(w->manager), RecordConsent{other, test_digest(1)});
    EXPECT_EQ(asked(subject_no(1)), reason);
  }
  ConsentId id = w->made<ConsentRecorded>(node_for(w->manager), RecordConsent{form, test_digest(1)}).consent;
  EXPECT_EQ(asked(subject_no(1)), "ok");
  EXPECT_EQ(asked(subject_no(2)), "law.consent_missing");
  w->must(the_node(), WithdrawConsent{id, "本人撤回"});
  EXPECT_EQ(asked(subject_no(1)), "law.consent_withdrawn");
  EXPECT_EQ(w->why(the_node(), WithdrawConsent{id, "x"}), "law.consent_withdrawn");
}

TEST(SubjectRequest, IsVerifiedDecidedByTheOfficerAndAnsweredInTime) {
  DeskWalk w(&Walk::until_contract);
  ConsentForm form{.subject = subject_no(1), .product = w->product, .recipient = w->insurer, .purpose = w->purpose, .columns = {"age", "fee"},
                   .expires_ms = days_from(w.desk, 30), .evidence = "授权书", .digest = {}};
  ConsentId consent = w->made<ConsentRecorded>(node_for(w->manager), RecordConsent{form, test_digest(1)}).consent;
  TakeSubjectRequest take{subject_no(1), test_digest(1), "withdraw", "窗口", {}, {}};
  EXPECT_EQ(w->why(node_for(w->manager), TakeSubjectRequest{subject_no(1), test_digest(1), "sing", "窗口", {}, {}}), "law.unknown_request");
  EXPECT_EQ(w->why(node_for(w->manager), TakeSubjectRequest{subject_no(2), test_digest(1), "withdraw", "窗口", {}, consent}), "law.consent_not_found");
  auto taken = w->made<SubjectRequestTaken>(node_for(w->manager), take);
  EXPECT_EQ(taken.due_ms, days_from(w.desk, 3)) << "the rule's days";
  DecideSubjectRequest decide{taken.request, true, "本人申请"};
  EXPECT_EQ(w->why(as(w->pi), decide), "law.request_not_verified");
  EXPECT_EQ(w->why(node_for(w->rival_manager), VerifySubject{taken.request, VerifiedBy::in_person, "身份证原件", test_digest(2)}), "law.request_not_found");
  w->must(node_for(w->manager), VerifySubject{taken.request, VerifiedBy::in_person, "身份证原件", test_digest(2)});
  EXPECT_EQ(w->why(as(w->manager), decide), "duty.missing");
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{taken.request, {}, "已办", {}}), "law.request_not_decided");
  EXPECT_TRUE(w.desk.state_.subject_requests.at(taken.request.str()).overdue(days_from(w.desk, 3)));
  w->must(as(w->pi), decide);
  EXPECT_TRUE(w.desk.state_.consents.at(consent.str()).withdrawn) << "granting a withdrawal withdraws";
  w->must(node_for(w->manager), AnswerSubjectRequest{taken.request, test_digest(4), "已办", {}});
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{taken.request, {}, "x", {}}), "law.request_over");
  auto deletion = w->made<SubjectRequestTaken>(node_for(w->manager), TakeSubjectRequest{subject_no(1), test_digest(1), "delete", "窗口", {}, {}}).request;
  w->must(node_for(w->manager), VerifySubject{deletion, VerifiedBy::video, "视频核验", test_digest(3)});
  w->must(as(w->pi), DecideSubjectRequest{deletion, true, "同意"});
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{deletion, {}, "已删", {}}), "law.request_needs_destruction");
}

TEST(Provision, NeedsDocumentBasisFilterAndTwoApprovalsAndIsNotedBySupervision) {
  DeskWalk w(&Walk::until_product);
  PaperForm basis = paper_form("legal_basis");
  basis.basis = "statutory_duty";
  PaperId checked = enter_and_check(w.walk, basis);
  ProvisionForm form{.kind = "court", .requester = "某人民法院", .document = "（2026）调字1号", .reason = "仅案件当事人", .digest = test_digest(3), .basis = checked,
                     .dataset = w->dataset, .version = w->version, .columns = {"fee"}, .row_filter = {{"city", "eq", {"3301"}, "", {}, {}}},
                     .recipient_key = test_key(21).public_key().bytes()};
  auto with = [&](const std::function<void(ProvisionForm&)>& change) {
    ProvisionForm other = form;
    change(other);
    return w->why(as(w->manager), RequestProvision{other});
  };
  EXPECT_EQ(with([](ProvisionForm& f) { f.digest = {}; }), "law.provision_needs_document");
  EXPECT_EQ(with([](ProvisionForm& f) { f.row_filter.clear(); }), "law.provision_needs_filter");
  EXPECT_EQ(with([](ProvisionForm& f) { f.basis = {}; }), "law.legal_basis_missing");
  EXPECT_EQ(with([](ProvisionForm& f) { f.kind = "agency"; }), "law.provision_masked_only");
  EXPECT_EQ(with([](ProvisionForm& f) { f.kind = "friend"; }), "law.unknown_provision");
  EXPECT_EQ(with([](ProvisionForm& f) { f.row_filter = {{"person_name", "eq", {"某人"}, "", {}, {}}}; }), "filter.value_identifies");
  EXPECT_EQ(with([](ProvisionForm& f) { f.recipient_key = {1, 2}; }), "party.bad_key");
  ProvisionId id = w->made<ProvisionRequested>(as(w->manager), RequestProvision{form}).provision;
  EXPECT_EQ(w->why(node_for(w->manager), StartProvision{id}), "law.provision_not_approved");
  EXPECT_EQ(w->why(as(w->manager), ApproveProvision{id, true, "x"}), "duty.missing");
  w->must(as(w->pi), ApproveProvision{id, true, "依法"});
  EXPECT_EQ(w->why(as(w->pi), ApproveProvision{id, true, "x"}), "duty.missing") << "two people";
  EXPECT_EQ(w->why(node_for(w->manager), StartProvision{id}), "law.provision_not_approved") << "one word is not two";
  w->must(as(w->members[0]), ApproveProvision{id, true, "必要"});
  auto granted = w->made<KeysGranted>(node_for(w->manager), StartProvision{id});
  EXPECT_EQ(granted.columns, (std::vector<std::string>{"fee", "city"}));
  EXPECT_EQ(w->why(as(w->supervisor), NoteProvision{id, "x"}), "law.provision_not_delivered");
  w->must(node_for(w->manager), ReportProvision{id, 3, 100, test_digest(5), test_digest(6)});
  EXPECT_TRUE(w.desk.state_.grants.empty());
  EXPECT_EQ(w->why(as(w->manager), NoteProvision{id, "x"}), "duty.missing");
  w->must(as(w->supervisor), NoteProvision{id, "已阅"});
}

TEST(Provision, ANoEndsItAndLevelFiveNeverLeaves) {
  DeskWalk w(&Walk::until_product);
  PaperForm basis = paper_form("legal_basis");
  basis.basis = "statutory_duty";
  PaperId checked = enter_and_check(w.walk, basis);
  ProvisionForm form{.kind = "court", .requester = "某人民法院", .document = "1号", .reason = "案件", .digest = test_digest(3), .basis = checked,
                     .dataset = w->dataset, .version = w->version, .columns = {"fee"}, .row_filter = {{"city", "eq", {"3301"}, "", {}, {}}},
                     .recipient_key = test_key(21).public_key().bytes()};
  ProvisionId id = w->made<ProvisionRequested>(as(w->manager), RequestProvision{form}).provision;
  w->must(as(w->pi), ApproveProvision{id, false, "超出范围"});
  EXPECT_EQ(w->why(as(w->members[0]), ApproveProvision{id, true, "x"}), "law.provision_decided_already");
  w.desk.state_.datasets.at(w->dataset.str()).column("fee")->level = 5;
  EXPECT_EQ(w->why(as(w->manager), RequestProvision{form}), "law.provision_level");
}

TEST(Retention, TheLongestPeriodOfTheColumnsCountsAndAnExtensionNeedsAReason) {
  DeskWalk w(&Walk::until_product);
  const auto& law = rules::RuleSet::built_in().law;
  TimeMs sealed = w.desk.state_.versions.at(w->version.str()).at_ms;
  RetentionEnd end = retention_end(w.desk.state_, law, w->version);
  EXPECT_EQ(end.category, "payment") << "fifteen years beat ten";
  EXPECT_EQ(end.at_ms, sealed + 5475 * kDayMs);
  EXPECT_EQ(retention_end(w.desk.state_, law, w->masked).at_ms, end.at_ms) << "a masked version is as old as its source";
  EXPECT_EQ(w->why(as(w->manager), KeepLonger{w->version, end.at_ms + kDayMs, "诉讼"}), "duty.missing");
  EXPECT_EQ(w->why(as(w->officer), KeepLonger{w->version, end.at_ms - kDayMs, "诉讼"}), "law.retention_bad_term");
  EXPECT_EQ(w->why(as(w->officer), KeepLonger{w->version, end.at_ms + kDayMs, ""}), "form.text_missing");
  w->must(as(w->officer), KeepLonger{w->version, end.at_ms + kDayMs, "诉讼未结"});
  EXPECT_TRUE(retention_end(w.desk.state_, law, w->version).extended);
}

TEST(Retention, ARecipientIsChasedWhenOverdueAndOnceADay) {
  DeskWalk w(&Walk::until_delivered);
  ChaseRecipient chase{w->release, "请尽快提交销毁证明"};
  EXPECT_EQ(w->why(as(w->manager), chase), "law.not_overdue");
  w.desk.now_ += 41 * kDayMs;
  EXPECT_EQ(w->why(as(w->rival_manager), chase), "release.not_found");
  w->must(as(w->manager), chase);
  EXPECT_EQ(w->why(as(w->manager), chase), "law.chased_today");
  w.desk.now_ += kDayMs;
  w->must(the_node(), chase);
  EXPECT_EQ(w.desk.state_.chased.at(w->release.str()).times, 2);
}

// Every register with something in it, over a ledger: what is folded anew is what stood there.
TEST(LawReplay, RegistersFoldedFromTheLedgerEqualTheLiveOnes) {
  House house;
  Walk w(house);
  w.until_delivered();
  PaperForm basis = paper_form("legal_basis");
  basis.basis = "statutory_duty";
  PaperId checked = enter_and_check(w, basis);
  PaperId ended = enter_and_check(w, basis);
  w.must(as(w.manager), EndPaper{ended, "废止"});
  ConsentForm form{.subject = subject_no(1), .product = w.product, .recipient = w.insurer, .purpose = w.purpose, .columns = {"age"},
                   .expires_ms = house.now() + 30 * kDayMs, .evidence = "授权书", .digest = {}};
  w.must(node_for(w.manager), RecordConsent{form, test_digest(1)});
  w.must(node_for(w.manager), RecordConsent{form, test_digest(1)});
  auto request = w.made<SubjectRequestTaken>(node_for(w.manager), TakeSubjectRequest{subject_no(1), test_digest(1), "withdraw", "窗口", {}, {}}).request;
  w.must(node_for(w.manager), VerifySubject{request, VerifiedBy::certificate, "证书", test_digest(2)});
  w.must(as(w.pi), DecideSubjectRequest{request, true, "同意"});
  w.must(node_for(w.manager), AnswerSubjectRequest{request, test_digest(3), "已办", {}});
  ProvisionForm provision{.kind = "court", .requester = "某人民法院", .document = "1号", .reason = "案件", .digest = test_digest(3), .basis = checked,
                          .dataset = w.dataset, .version = w.version, .columns = {"fee"}, .row_filter = {{"city", "eq", {"3301"}, "", {}, {}}},
                          .recipient_key = test_key(21).public_key().bytes()};
  ProvisionId id = w.made<ProvisionRequested>(as(w.manager), RequestProvision{provision}).provision;
  w.must(as(w.pi), ApproveProvision{id, true, "依法"});
  w.must(as(w.members[0]), ApproveProvision{id, true, "必要"});
  w.must(node_for(w.manager), StartProvision{id});
  w.must(node_for(w.manager), ReportProvisionFailure{id, "worker.died"});
  w.must(node_for(w.manager), StartProvision{id});
  w.must(node_for(w.manager), ReportProvision{id, 3, 100, test_digest(5), test_digest(6)});
  w.must(as(w.supervisor), NoteProvision{id, "已阅"});
  w.must(as(w.officer), KeepLonger{w.version, house.now() + 7000 * kDayMs, "诉讼"});
  house.clock.advance(41 * kDayMs);
  w.must(as(w.manager), ChaseRecipient{w.release, "请提交"});
  std::string live = canonical(encode(house.state()));
  house.reopen();
  EXPECT_EQ(canonical(encode(house.state())), live);
  EXPECT_EQ(house.state().consents_of.at(subject_no(1).str()).size(), 2u);
  EXPECT_TRUE(ledger::verify_store(*house.store)->ok());
}

}  // namespace
}  // namespace sluice::space
