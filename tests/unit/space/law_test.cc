// The legal station: what the case of a release demands, and the registers behind it.
#include "ledger/verifier.h"
#include "space/law/legal_case.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

TimeMs days_from(const Desk& desk, int64_t days) { return desk.now_ + days * kDayMs; }

SubjectId subject_no(int n) { return *SubjectId::parse("sb_" + std::to_string(1000 + n)); }

// What a person asks at the node after their second factor, and the node has looked up.
Principal desk_and_node(const PersonId& person) { return {.person = person, .system = true, .stepped_up = true}; }

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

PaperForm agency_form() {
  PaperForm out = paper_form("agency");
  out.title = "某人民法院";
  out.uscc = test_uscc(31);
  out.public_key = test_key(21).public_key().bytes();
  out.digest = test_digest(9);
  return out;
}

// The court that the provisions of these tests name by its name and key.
PaperId enter_agency(Walk& w) {
  PaperForm form = agency_form();
  PaperId id = w.made<PaperEntered>(as(w.manager), EnterPaper{form}).paper;
  w.must(as(w.pi), CheckPaper{id, true, "公函与电话核对", key_id_of(*form.public_key)});
  return id;
}

// One person, whose number lies in the registry.
RowCondition named_person() { return {"person_name", "eq", {}, "ref", test_digest(8), std::vector<std::string>{"****"}}; }

ProvisionForm as_range(ProvisionForm form) {
  form.range_reason = "公文所列月份的全部记录";
  form.rows_max = 50;
  return form;
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

TEST(LegalStation, AnAssessmentIsDueAgainWhenWhatItWasAboutChangesAndAfterItsTerm) {
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
  assess_as([](AssessmentForm& f) { f.legal_basis = "statutory_duty"; });
  auto contract = [&]() -> const Contract& { return w.desk.state_.contracts.at(w->contract.str()); };
  Assessment other{};
  other.form = w->assessment_form();
  other.form.legal_basis = "statutory_duty";
  other.form.form = OpenForm::api;
  other.cross_border = false;
  other.level = 1;
  const auto& law = rules::RuleSet::built_in().law;
  EXPECT_EQ(changed_since(w.desk.state_, law, other, contract().terms, true, w.desk.now_), "legal_basis, form, cross_border, level");
  other.rows = 60;  // of 100: more than half as many again
  EXPECT_EQ(changed_since(w.desk.state_, law, other, contract().terms, true, w.desk.now_), "legal_basis, form, cross_border, volume, level");
  other.rows = 90;
  EXPECT_EQ(changed_since(w.desk.state_, law, other, contract().terms, true, w.desk.now_), "legal_basis, form, cross_border, level");
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
  EXPECT_EQ(form.columns, (std::vector<std::string>{"age", "fee"}));
  abroad.abroad = "某再保险公司（境外）";
  abroad.mechanism = "security_assessment";
  abroad.expires_ms = days_from(w.desk, 90);
  PaperId entered = w->made<PaperEntered>(as(w->manager), EnterPaper{abroad}).paper;
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, form}), "policy.cross_border_not_assessed") << "entered, not checked";
  w->must(as(w->pi), CheckPaper{entered, true, "与批文一致"});
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, form}), "policy.cross_border_not_assessed") << "it names one of two columns";
  abroad.columns = form.columns;
  enter_and_check(w.walk, abroad);
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, form}), "ok");
  PaperForm catalog = paper_form("important_data");
  catalog.dataset = w->dataset;
  catalog.columns = {"fee"};
  enter_and_check(w.walk, catalog);
  form.cross_border = false;
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, form}), "policy.important_data_not_assessed");
}

TEST(Papers, WhatFlowsToAPartyAbroadCrossesTheBorderWhateverItSays) {
  DeskWalk w(&Walk::until_product);
  RegisterParty form{"某再保险公司（境外）", "BM-EC-12345", PartyRole::data_user, "注册证书", "BM"};
  EXPECT_EQ(w->why(as(w->system_admin), RegisterParty{"某公司", "BM-EC-12345", PartyRole::data_user, "注册证书"}), "party.bad_uscc") << "without a country it is of this one";
  EXPECT_EQ(w->why(as(w->system_admin), RegisterParty{"某公司", "BM-EC-12345", PartyRole::data_user, "注册证书", "bm"}), "party.bad_country");
  PartyId abroad = w->made<PartyRegistered>(as(w->system_admin), form).party;
  EXPECT_EQ(w->why(as(w->system_admin), form), "party.uscc_known");
  w->must(as(w->security_admin), VerifyParty{abroad, "境外登记册"});
  PersonId user = w->enrol(abroad, {Duty::data_user});
  ApplicationForm asked = w->application_form();
  ASSERT_FALSE(asked.cross_border);
  EXPECT_EQ(w->why(as(user), SubmitApplication{w->product, asked}), "policy.cross_border_not_assessed");
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
    ConsentId near = w->made<ConsentRecorded>(node_for(w->manager), RecordConsent{other, test_digest(1)}).consent;
    w->must(desk_and_node(w->pi), CheckConsent{near, true, "一致", 2});
    EXPECT_EQ(asked(subject_no(1)), reason);
  }
  ConsentId id = w->made<ConsentRecorded>(node_for(w->manager), RecordConsent{form, test_digest(1)}).consent;
  EXPECT_EQ(asked(subject_no(1)), "law.consent_not_checked");
  EXPECT_EQ(w->why(desk_and_node(w->manager), CheckConsent{id, true, "一致", 2}), "duty.second_person_needed");
  EXPECT_EQ(w->why(as(w->pi), CheckConsent{id, true, "一致", 2}), "duty.node_only") << "who says in how many rows is the node";
  EXPECT_EQ(w->why(desk_and_node(w->pi), CheckConsent{id, true, "一致", 0}), "law.consent_nobody");
  w->must(desk_and_node(w->pi), CheckConsent{id, true, "一致", 2});
  EXPECT_EQ(w->why(desk_and_node(w->pi), CheckConsent{id, false, "x", {}}), "law.consent_checked_already");
  EXPECT_EQ(asked(subject_no(1)), "ok");
  EXPECT_EQ(asked(subject_no(2)), "law.consent_missing");
  w->must(the_node(), WithdrawConsent{id, "本人撤回"});
  EXPECT_EQ(asked(subject_no(1)), "law.consent_withdrawn");
  EXPECT_EQ(w->why(the_node(), WithdrawConsent{id, "x"}), "law.consent_withdrawn");
}

TEST(Consent, AcceptedWithoutASearchCarriesNothingUntilThePersonIsFoundOrAnotherSaysWhyNobodyCanBe) {
  DeskWalk w(&Walk::until_contract);
  ContractTerms terms = w.desk.state_.contracts.at(w->contract.str()).terms;
  auto asked = [&](const SubjectId& who) {
    auto found = consent_for(w.desk.state_, terms, who, w.desk.now_);
    return found ? std::string("ok") : std::string(found.error().reason);
  };
  auto accepted_unsearched = [&](int64_t person) {
    ConsentForm form{.subject = subject_no(static_cast<int>(person)), .product = w->product, .recipient = w->insurer, .purpose = w->purpose, .columns = {"age", "fee"},
                     .expires_ms = days_from(w.desk, 30), .evidence = "授权书", .digest = {}};
    ConsentId id = w->made<ConsentRecorded>(node_for(w->manager), RecordConsent{form, test_digest(1)}).consent;
    EXPECT_EQ(w->why(desk_and_node(w->pi), ReportConsentSearch{id, 2}), "law.consent_searched_already") << "it was not accepted yet";
    w->must(desk_and_node(w->pi), CheckConsent{id, true, "一致", {}});
    return id;
  };
  for (auto& field : w.desk.state_.datasets.at(w->dataset.str()).columns) field.identifying = false;
  ConsentId searched = accepted_unsearched(1), confirmed = accepted_unsearched(2);
  EXPECT_EQ(asked(subject_no(1)), "law.consent_not_searched");
  EXPECT_EQ(w->why(desk_and_node(w->manager), StartConsentCheck{searched}), "law.search_no_identifier");
  EXPECT_EQ(w->why(as(w->manager), ReportConsentSearch{searched, 1}), "duty.node_only");
  w->must(desk_and_node(w->manager), ReportConsentSearch{searched, 0});
  EXPECT_EQ(asked(subject_no(1)), "law.consent_not_searched") << "nobody was found";
  w->must(desk_and_node(w->manager), ReportConsentSearch{searched, 1});
  EXPECT_EQ(asked(subject_no(1)), "ok");
  EXPECT_EQ(w->why(desk_and_node(w->manager), ReportConsentSearch{searched, 1}), "law.consent_searched_already");
  ConfirmUnsearchable why{confirmed, "源表只有就诊号，无人员标识"};
  EXPECT_EQ(w->why(as(w->pi), why), "duty.second_person_needed") << "who accepted it";
  EXPECT_EQ(w->why(as(w->manager), ConfirmUnsearchable{confirmed, ""}), "form.text_missing");
  EXPECT_EQ(w->why(without_second_factor(w->manager), why), "auth.second_factor_needed");
  auto& first = w.desk.state_.datasets.at(w->dataset.str()).columns.front();
  first.identifying = true;
  EXPECT_EQ(w->why(as(w->manager), why), "law.consent_can_be_searched");
  first.identifying = false;
  EXPECT_EQ(asked(subject_no(2)), "law.consent_not_searched");
  w->must(as(w->manager), why);
  EXPECT_EQ(asked(subject_no(2)), "ok");
  EXPECT_EQ(w.desk.state_.consents.at(confirmed.str()).unsearchable_why, why.why) << "with the reason on record";
}

TEST(Assessment, IsDueAgainWhenTheRowsAreFilteredOtherwise) {
  DeskWalk w(&Walk::until_product);
  ContractTerms terms;
  terms.recipient = w->insurer;
  Assessment of{};
  of.form = w->assessment_form();
  terms.purpose = of.form.purpose, terms.legal_basis = of.form.legal_basis, terms.scenario = of.form.scenario, terms.columns = of.form.columns, terms.product = w->product;
  auto changed = [&](std::vector<RowCondition> filter) {
    terms.row_filter = std::move(filter);
    return changed_since(w.desk.state_, rules::RuleSet::built_in().law, of, terms, false, w.desk.now_);
  };
  auto condition = [](std::string column, std::string op, std::vector<std::string> values) { return RowCondition{std::move(column), std::move(op), std::move(values), {}, {}, {}}; };
  EXPECT_EQ(changed({}), "") << "an older assessment does not say";
  of.row_filter.emplace();
  EXPECT_EQ(changed({condition("city", "eq", {"甲"})}), "") << "all rows were assessed";
  using Assessed = std::vector<AssessedCondition>;
  of.row_filter = Assessed{{"city", "in", {"甲", "乙"}}, {"age", "ge", {"18"}}};
  EXPECT_EQ(changed({}), "row_filter");
  EXPECT_EQ(changed({condition("city", "eq", {"甲"})}), "row_filter") << "a condition is gone";
  EXPECT_EQ(changed({condition("city", "eq", {"甲"}), condition("age", "ge", {"18"})}), "");
  EXPECT_EQ(changed({condition("city", "in", {"甲", "丙"}), condition("age", "ge", {"18"})}), "row_filter");
  EXPECT_EQ(changed({condition("city", "in", {"甲", "乙"}), condition("age", "ge", {"16"})}), "row_filter");
  of.row_filter = Assessed{{"certno", "eq", {}}};
  EXPECT_EQ(changed({condition("certno", "eq", {})}), "") << "one person, whoever it is";
  EXPECT_EQ(changed({}), "row_filter");

  // A draft takes it from what the recipient asks for, or says it itself.
  ApplicationForm asked = w->application_form();
  asked.row_filter = {condition("age", "ge", {"18"})};
  w->must(as(w->user), SubmitApplication{w->product, asked});
  auto drafted = w->made<AssessmentDrafted>(as(w->manager), DraftAssessment{w->assessment_form()});
  ASSERT_TRUE(drafted.row_filter && drafted.row_filter->size() == 1);
  EXPECT_EQ(drafted.row_filter->front().column, "age");
  AssessmentForm said = w->assessment_form();
  said.row_filter = Assessed{{"age", "near", {"18"}}};
  EXPECT_EQ(w->why(as(w->manager), DraftAssessment{said}), "filter.unknown_operator");
  said.row_filter = Assessed{{"age", "eq", {"13800000001"}}};
  EXPECT_EQ(w->why(as(w->manager), DraftAssessment{said}), "filter.value_identifies");
  said.row_filter.emplace();
  EXPECT_TRUE(w->made<AssessmentDrafted>(as(w->manager), DraftAssessment{said}).row_filter->empty());
}

TEST(SubjectRequest, AGrantedDeletionIsAnsweredWhenNothingThatWasFoundIsLeft) {
  DeskWalk w(&Walk::until_graded);
  auto request = w->made<SubjectRequestTaken>(node_for(w->pi), TakeSubjectRequest{subject_no(1), test_digest(1), "delete", "窗口", {}, {}}).request;
  StartSubjectSearch start{request};
  EXPECT_EQ(w->why(as(w->manager), start), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->manager), start), "law.request_not_verified");
  w->must(node_for(w->manager), VerifySubject{request, VerifiedBy::in_person, "身份证", test_digest(2)});
  EXPECT_EQ(w->why(node_for(w->officer), start), "duty.missing");
  auto events = w->must(node_for(w->manager), start);
  const auto* granted = events.at(1).get_if<KeysGranted>();
  ASSERT_TRUE(granted);
  EXPECT_EQ(granted->work, Work::find_person);
  const Dataset& dataset = w.desk.state_.datasets.at(granted->dataset.str());
  for (const std::string& column : granted->columns) EXPECT_TRUE(dataset.column(column)->identifying) << column;
  w->must(as(w->pi), DecideSubjectRequest{request, true, "同意"});
  w->must(node_for(w->manager), ReportSubjectSearch{request, 1, {{granted->dataset, granted->version, granted->columns.at(0), 2}}, 0, 0, {}});
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{request, {}, "已删", {}}), "law.request_rows_left");
  w->must(node_for(w->manager), ReportSubjectSearch{request, 1, {}, 0, 0, {}});
  // Nothing was found: nothing is to be destroyed.
  w->must(node_for(w->manager), AnswerSubjectRequest{request, test_digest(5), "未持有", {}});
  EXPECT_EQ(w->why(node_for(w->manager), start), "law.request_over");
}

// A person has several numbers: what stands beside the one that was named is decided by a person and searched for before anything is complete.
TEST(SubjectRequest, IsNotAnsweredAsCompleteWhileALinkedNumberIsOpenOrUnsearched) {
  for (const char* what : {"delete", "held"}) {
    DeskWalk w(&Walk::until_graded);
    TakeSubjectRequest take{subject_no(1), test_digest(1), what, "窗口", {}, {}, "shoe_size"};
    EXPECT_EQ(w->why(node_for(w->pi), take), "law.unknown_identifier_kind");
    take.identifier_kind.reset();
    auto request = w->made<SubjectRequestTaken>(node_for(w->pi), take).request;
    w->must(node_for(w->manager), VerifySubject{request, VerifiedBy::in_person, "身份证", test_digest(2)});
    w->must(as(w->pi), DecideSubjectRequest{request, true, "同意"});
    auto started = w->must(node_for(w->manager), StartSubjectSearch{request});
    const auto* granted = started.at(1).get_if<KeysGranted>();
    ASSERT_TRUE(granted);
    FoundLink one{subject_no(2), "person_no", granted->dataset, granted->version, granted->columns.at(0), 1}, other = one;
    other.subject = subject_no(3);
    ReportSubjectSearch report{request, 1, {}, 0, 0, {}};
    report.links = {one, other};
    w->must(node_for(w->manager), report);
    AnswerSubjectRequest answer{request, test_digest(5), "未持有", {}};
    EXPECT_EQ(w->why(node_for(w->manager), answer), "law.links_not_decided");
    EXPECT_EQ(w->why(as(w->officer), DecideSubjectLinks{request, {one.subject}, {}, "一致"}), "duty.missing");
    EXPECT_EQ(w->why(as(w->rival_manager), DecideSubjectLinks{request, {one.subject}, {}, "一致"}), "law.request_not_found");
    EXPECT_EQ(w->why(as(w->manager), DecideSubjectLinks{request, {subject_no(9)}, {}, "一致"}), "law.link_not_found");
    EXPECT_EQ(w->why(as(w->manager), DecideSubjectLinks{request, {one.subject}, {one.subject}, "一致"}), "law.link_not_found") << "not both";
    EXPECT_EQ(w->why(as(w->manager), DecideSubjectLinks{request, {}, {}, "一致"}), "law.no_link_named");
    ProposeKeyWork work{.work = KeyWork::destroy_rows, .version = granted->version, .columns = {granted->columns.at(0)}, .epoch = {}, .reason = "删除", .approval = {}, .request = request, .linked = one.subject};
    EXPECT_EQ(w->why(as(w->manager), work), "law.link_not_confirmed");
    w->must(as(w->manager), DecideSubjectLinks{request, {one.subject}, {other.subject}, "与登记一致"});
    EXPECT_EQ(w->why(as(w->manager), DecideSubjectLinks{request, {}, {one.subject}, "一致"}), "law.link_decided_already");
    EXPECT_EQ(w->why(node_for(w->manager), answer), "law.link_not_searched");
    EXPECT_EQ(references_of(w.desk.state_, subject_no(1)), (std::vector<SubjectId>{subject_no(1), subject_no(2)})) << "those that were rejected are others'";
    ReportSubjectSearch again{request, 1, {}, 0, 0, {}};
    again.by = {one.subject};
    again.links = {one};
    w->must(node_for(w->manager), again);
    EXPECT_EQ(w.desk.state_.subject_requests.at(request.str()).links.size(), 2u) << "known ones are not found again";
    w->must(node_for(w->manager), answer);
  }
}

TEST(SubjectRequest, IsVerifiedDecidedByTheOfficerAndAnsweredInTime) {
  DeskWalk w(&Walk::until_contract);
  ConsentForm form{.subject = subject_no(1), .product = w->product, .recipient = w->insurer, .purpose = w->purpose, .columns = {"age", "fee"},
                   .expires_ms = days_from(w.desk, 30), .evidence = "授权书", .digest = {}};
  ConsentId consent = w->made<ConsentRecorded>(node_for(w->manager), RecordConsent{form, test_digest(1)}).consent;
  TakeSubjectRequest take{subject_no(1), test_digest(1), "withdraw", "窗口", {}, {}};
  EXPECT_EQ(w->why(node_for(w->manager), TakeSubjectRequest{subject_no(1), test_digest(1), "sing", "窗口", {}, {}}), "law.unknown_request");
  EXPECT_EQ(w->why(node_for(w->manager), TakeSubjectRequest{subject_no(2), test_digest(1), "withdraw", "窗口", {}, consent}), "law.consent_not_found");
  auto taken = w->made<SubjectRequestTaken>(node_for(w->pi), take);
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
  auto deletion = w->made<SubjectRequestTaken>(node_for(w->pi), TakeSubjectRequest{subject_no(1), test_digest(1), "delete", "窗口", {}, {}}).request;
  w->must(node_for(w->manager), VerifySubject{deletion, VerifiedBy::video, "视频核验", test_digest(3)});
  w->must(as(w->pi), DecideSubjectRequest{deletion, true, "同意"});
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{deletion, {}, "已删", {}}), "law.not_searched");
}

TEST(Provision, NeedsDocumentBasisFilterAndTwoApprovalsAndIsNotedBySupervision) {
  DeskWalk w(&Walk::until_product);
  PaperForm basis = paper_form("legal_basis");
  basis.basis = "statutory_duty";
  PaperId checked = enter_and_check(w.walk, basis);
  ProvisionForm form{.kind = "court", .requester = "某人民法院", .document = "（2026）调字1号", .reason = "仅案件当事人", .digest = test_digest(3), .basis = checked,
                     .dataset = w->dataset, .version = w->version, .columns = {"fee"}, .row_filter = {{"city", "eq", {"3301"}, "", {}, {}}},
                     .recipient_key = test_key(21).public_key().bytes()};
  form = as_range(form);
  enter_agency(w.walk);
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
  EXPECT_EQ(with([](ProvisionForm& f) { f.recipient_key = {1, 2}; }), "law.requester_not_checked");
  EXPECT_EQ(with([](ProvisionForm& f) { f.requester = "随便一家公司"; }), "law.requester_not_checked");
  ProvisionId id = w->made<ProvisionRequested>(as(w->manager), RequestProvision{form}).provision;
  EXPECT_EQ(w->why(node_for(w->manager), StartProvision{id}), "law.provision_not_approved");
  EXPECT_EQ(w->why(as(w->manager), ApproveProvision{id, true, "x"}), "duty.missing");
  w->must(as(w->pi), ApproveProvision{id, true, "依法"});
  EXPECT_EQ(w->why(as(w->pi), ApproveProvision{id, true, "x"}), "duty.missing") << "two people";
  EXPECT_EQ(w->why(node_for(w->manager), StartProvision{id}), "law.provision_not_approved") << "one word is not two";
  w->must(as(w->members[0]), ApproveProvision{id, true, "必要"});
  EXPECT_EQ(w->why(node_for(w->manager), StartProvision{id}), "law.provision_not_approved") << "a range has a third word";
  w->must(as(w->officer), ApproveProvision{id, true, "范围与公文一致"});
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
  form = as_range(form);
  enter_agency(w.walk);
  ProvisionId id = w->made<ProvisionRequested>(as(w->manager), RequestProvision{form}).provision;
  w->must(as(w->pi), ApproveProvision{id, false, "超出范围"});
  EXPECT_EQ(w->why(as(w->members[0]), ApproveProvision{id, true, "x"}), "law.provision_decided_already");
  w.desk.state_.datasets.at(w->dataset.str()).column("fee")->level = 5;
  EXPECT_EQ(w->why(as(w->manager), RequestProvision{form}), "law.provision_column_level");
}

TEST(Provision, StandsAtTheLevelOfItsFlowAndOfTheRowsItMayHold) {
  DeskWalk w(&Walk::until_product);
  PaperForm basis = paper_form("legal_basis");
  basis.basis = "statutory_duty";
  ProvisionForm form{.kind = "court", .requester = "某人民法院", .document = "2号", .reason = "案件", .digest = test_digest(3), .basis = enter_and_check(w.walk, basis),
                     .dataset = w->dataset, .version = w->version, .columns = {"age", "city", "fee"}, .row_filter = {named_person()},
                     .recipient_key = test_key(21).public_key().bytes()};
  enter_agency(w.walk);
  EXPECT_EQ(w->made<ProvisionRequested>(as(w->manager), RequestProvision{form}).level, 3) << "the highest column";
  w->must(the_node(), ReportAssociation{w->dataset, MeasuredAssociation{w->version, {"age", "city"}, 1000, 300, 1, {{{"age", "city"}, 300, 1}}, 0}});
  auto raised = w->made<ProvisionRequested>(as(w->manager), RequestProvision{form});
  EXPECT_EQ(raised.level, 4);
  ASSERT_TRUE(raised.grade);
  EXPECT_EQ(raised.grade->scenario, "statutory");
  EXPECT_EQ(raised.grade->reasons.back().columns, (std::vector<std::string>{"age", "city"})) << "the combination is named";
  DatasetVersion& version = w.desk.state_.versions.at(w->version.str());
  version.rows = 20'000'000;
  EXPECT_EQ(w->why(as(w->manager), RequestProvision{form}), "law.provision_level") << "twenty million rows of level 4";
  form.rows_max = 100;
  ProvisionId id = w->made<ProvisionRequested>(as(w->manager), RequestProvision{form}).provision;
  form.rows_max = 0;
  EXPECT_EQ(w->why(as(w->manager), RequestProvision{form}), "law.provision_rows");
  w->must(as(w->pi), ApproveProvision{id, true, "依法"});
  w->must(as(w->members[0]), ApproveProvision{id, true, "必要"});
  w->must(node_for(w->manager), StartProvision{id});
  EXPECT_EQ(w->why(node_for(w->manager), ReportProvision{id, 101, 100, test_digest(5), test_digest(6)}), "law.provision_too_many_rows");
  w->must(node_for(w->manager), ReportProvision{id, 100, 100, test_digest(5), test_digest(6)});
}

// What a provision of one person's rows for the court looks like.
ProvisionForm court_form(Walk& w, const PaperId& basis) {
  return {.kind = "court", .requester = {}, .document = "3号", .reason = "案件", .digest = test_digest(3), .basis = basis, .dataset = w.dataset, .version = w.version,
          .columns = {"fee"}, .row_filter = {named_person()}, .recipient_key = {}};
}

PaperId statutory_basis(Walk& w) {
  PaperForm basis = paper_form("legal_basis");
  basis.basis = "statutory_duty";
  return enter_and_check(w, basis);
}

TEST(Provision, ARequesterIsEnteredByOneAndItsKeyConfirmedByAnother) {
  DeskWalk w(&Walk::until_product);
  PaperForm agency = agency_form();
  auto with = [&](const std::function<void(PaperForm&)>& change) {
    PaperForm other = agency;
    change(other);
    return w->why(as(w->manager), EnterPaper{other});
  };
  EXPECT_EQ(with([](PaperForm& f) { f.uscc = "91110000000000000X"; }), "party.bad_uscc");
  EXPECT_EQ(with([](PaperForm& f) { f.public_key = Bytes{1, 2}; }), "party.bad_key");
  EXPECT_EQ(with([](PaperForm& f) { f.digest = {}; }), "law.paper_incomplete") << "no document";
  EXPECT_EQ(with([](PaperForm& f) { f.kind = "legal_basis", f.basis = "statutory_duty"; }), "law.agency_members");
  PaperId id = w->made<PaperEntered>(as(w->manager), EnterPaper{agency}).paper;
  EXPECT_EQ(with([](PaperForm&) {}), "law.agency_known");
  ProvisionForm form = court_form(w.walk, statutory_basis(w.walk));
  form.agency = id;
  EXPECT_EQ(w->why(as(w->manager), RequestProvision{form}), "law.requester_not_checked") << "entered, not checked";
  EXPECT_EQ(w->why(as(w->pi), CheckPaper{id, true, "一致", {}}), "law.agency_key_not_confirmed");
  EXPECT_EQ(w->why(as(w->pi), CheckPaper{id, true, "一致", "00000000000000000000000000000000"}), "law.agency_key_not_confirmed");
  w->must(as(w->pi), CheckPaper{id, true, "一致", key_id_of(*agency.public_key)});
  auto asked = w->made<ProvisionRequested>(as(w->manager), RequestProvision{form});
  EXPECT_EQ(asked.form.requester, "某人民法院") << "name and key are the register's";
  EXPECT_EQ(asked.form.recipient_key, *agency.public_key);
  EXPECT_EQ(asked.approvers.size(), 2u);
  form.recipient_key = test_key(22).public_key().bytes();
  EXPECT_EQ(w->why(as(w->manager), RequestProvision{form}), "law.requester_differs");
  form.recipient_key = {};
  w->must(as(w->pi), ApproveProvision{asked.provision, true, "依法"});
  w->must(as(w->members[0]), ApproveProvision{asked.provision, true, "必要"});
  w->must(as(w->manager), EndPaper{id, "更换密钥"});
  EXPECT_EQ(w->why(node_for(w->manager), StartProvision{asked.provision}), "law.requester_not_checked") << "its entry ended meanwhile";
  form.agency = {};
  form.party = w->agency;
  EXPECT_EQ(w->why(as(w->manager), RequestProvision{form}), "law.requester_not_checked") << "the agency itself";
  PaperForm of_another = paper_form("legal_basis");
  of_another.basis = "statutory_duty";
  of_another.counterpart = w->rival;
  form.party = w->insurer;
  EXPECT_EQ(w->why(as(w->manager), RequestProvision{form}), "law.requester_no_agency") << "a company is no agency because a document says so";
  form.party = {};
  form.agency = enter_agency(w.walk);
  form.basis = enter_and_check(w.walk, of_another);
  EXPECT_EQ(w->why(as(w->manager), RequestProvision{form}), "law.legal_basis_of_another");
}

TEST(Provision, NamesPersonsOrHasARangeWithReasonBoundAndAThirdWord) {
  DeskWalk w(&Walk::until_product);
  ProvisionForm form = court_form(w.walk, statutory_basis(w.walk));
  form.agency = enter_agency(w.walk);
  auto with = [&](const std::function<void(ProvisionForm&)>& change) {
    ProvisionForm other = form;
    change(other);
    return w->why(as(w->manager), RequestProvision{other});
  };
  RowCondition city{"city", "in", {"3301", "3302"}, "", {}, {}};
  EXPECT_EQ(with([&](ProvisionForm& f) { f.row_filter = {city}; }), "law.provision_range_reason");
  EXPECT_EQ(with([&](ProvisionForm& f) { f.row_filter = {city}, f.range_reason = "全部"; }), "law.provision_range_rows");
  EXPECT_EQ(with([&](ProvisionForm& f) { f.row_filter = {city}, f.kind = "medical_aid", f = as_range(f); }), "law.provision_needs_persons");
  EXPECT_EQ(with([](ProvisionForm& f) { f.row_filter[0].op = "ne"; }), "law.provision_range_reason") << "all but one is not one";
  EXPECT_EQ(with([](ProvisionForm& f) { f.row_filter[0].op = "in", f.row_filter[0].masked = std::vector<std::string>(101, "****"); }), "law.provision_too_many_persons");
  EXPECT_EQ(with([](ProvisionForm& f) { f.range_reason = "x"; }), "law.provision_no_range");
  EXPECT_EQ(with([&](ProvisionForm& f) { f.row_filter.push_back(city); }), "ok");
  ProvisionForm range = as_range(form);
  range.row_filter = {city};
  EXPECT_EQ(w->made<ProvisionRequested>(as(w->manager), RequestProvision{range}).approvers, (std::vector<std::string>{"pi_officer", "committee_member", "security_officer"}));
}

TEST(Provision, AsksWhatItsKindMayAndAllColumnsOnlyWithAReasonForEach) {
  DeskWalk w(&Walk::until_product);
  ProvisionForm form = court_form(w.walk, statutory_basis(w.walk));
  form.agency = enter_agency(w.walk);
  auto ask = [&] { return w->why(as(w->manager), RequestProvision{form}); };
  form.columns = kTestColumns;
  EXPECT_EQ(ask(), "law.provision_column_reason");
  form.column_reasons = std::vector<ProvisionColumn>{{"person_name", "第一项"}, {"age", "第二项"}, {"city", "第三项"}};
  EXPECT_EQ(ask(), "law.provision_column_reason") << "one has none";
  form.column_reasons->push_back({"fee", "第四项"});
  EXPECT_EQ(ask(), "ok");
  form.columns = {"fee"};
  EXPECT_EQ(ask(), "law.provision_column_reason") << "a reason for what is not asked";
  form.column_reasons.reset();
  w.desk.state_.datasets.at(w->dataset.str()).column("fee")->category = Category::public_health;
  EXPECT_EQ(ask(), "law.provision_category") << "a court does not ask for that";
  w.desk.state_.datasets.at(w->dataset.str()).column("fee")->category = Category::resource;
  w.desk.state_.datasets.at(w->dataset.str()).column("fee")->level = 4;
  EXPECT_EQ(ask(), "law.provision_column_level");
}

TEST(Provision, ImportantDataNeedsItsPaperAndMayNotBeKeptForever) {
  DeskWalk w(&Walk::until_product);
  PaperId agency = enter_agency(w.walk);
  ProvisionForm form = court_form(w.walk, statutory_basis(w.walk));
  form.agency = agency;
  auto ask = [&] { return w->why(as(w->manager), RequestProvision{form}); };
  PaperForm catalog = paper_form("important_data");
  catalog.dataset = w->dataset;
  catalog.columns = {"fee"};
  enter_and_check(w.walk, catalog);
  EXPECT_EQ(ask(), "law.important_data_missing");
  PaperForm approval = paper_form("important_data_assessment");
  approval.expires_ms = days_from(w.desk, 100);
  EXPECT_EQ(w->why(as(w->manager), EnterPaper{approval}), "law.paper_incomplete");
  approval.agency = agency;
  approval.dataset = w->dataset;
  approval.columns = {"age"};
  enter_and_check(w.walk, approval);
  EXPECT_EQ(ask(), "law.paper_other_fields");
  approval.columns = {"age", "fee"};
  enter_and_check(w.walk, approval);
  EXPECT_EQ(ask(), "ok");
  form.destroy_by_ms = days_from(w.desk, 366);
  EXPECT_EQ(ask(), "law.provision_keep_days");
}

TEST(Papers, NobodyTakesADemandOfACatalogueAwayAlone) {
  DeskWalk w(&Walk::until_product);
  PaperForm catalog = paper_form("important_data");
  catalog.dataset = w->dataset;
  catalog.columns = {"fee"};
  PaperId id = enter_and_check(w.walk, catalog);
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, w->application_form()}), "policy.important_data_not_assessed");
  EXPECT_EQ(w->why(as(w->manager), EndPaper{id, "不需要"}), "duty.missing") << "who entered it, and wants to release";
  EXPECT_EQ(w->why(without_second_factor(w->pi), EndPaper{id, "不需要"}), "auth.second_factor_needed");
  PaperId own = w->made<PaperEntered>(as(w->officer), EnterPaper{catalog}).paper;
  w->must(as(w->pi), CheckPaper{own, true, "与目录一致"});
  EXPECT_EQ(w->why(as(w->officer), EndPaper{own, "不需要"}), "duty.second_person_needed");
  PaperId unchecked = w->made<PaperEntered>(as(w->manager), EnterPaper{catalog}).paper;
  w->must(as(w->manager), EndPaper{unchecked, "填错"});
  w->must(as(w->pi), EndPaper{id, "目录已更新"});
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, w->application_form()}), "policy.important_data_not_assessed") << "the other entry stands";
  w->must(as(w->pi), EndPaper{own, "目录已更新"});
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, w->application_form()}), "ok");
}

// To be destroyed within thirty days.
ProvisionId approved_provision(DeskWalk& w) {
  ProvisionForm form = court_form(w.walk, statutory_basis(w.walk));
  form.agency = enter_agency(w.walk);
  form.destroy_by_ms = days_from(w.desk, 30);
  ProvisionId id = w->made<ProvisionRequested>(as(w->manager), RequestProvision{form}).provision;
  w->must(as(w->pi), ApproveProvision{id, true, "依法"});
  w->must(as(w->members[0]), ApproveProvision{id, true, "必要"});
  return id;
}

TEST(Provision, IsNotDeliveredAfterTheDayByWhichItWasToBeDestroyed) {
  DeskWalk w(&Walk::until_product);
  ProvisionId id = approved_provision(w);
  w.desk.now_ += 30 * kDayMs;
  EXPECT_EQ(w->why(node_for(w->manager), StartProvision{id}), "law.provision_lapsed");
}

TEST(Provision, ItsRequesterCertifiesDestructionWithItsKeyOrIsChased) {
  DeskWalk w(&Walk::until_product);
  ProvisionId id = approved_provision(w);
  w->must(node_for(w->manager), StartProvision{id});
  auto certificate = [&](int key, const Digest& file) {
    TimeMs at = w.desk.now_;
    std::string statement = canonical(provision_destruction_statement(id, file, "粉碎", at));
    return CertifyProvision{id, file, "粉碎", at, test_key(key).sign(view(statement))};
  };
  EXPECT_EQ(w->why(as(w->manager), certificate(21, test_digest(5))), "destruction.nothing_delivered");
  w->must(node_for(w->manager), ReportProvision{id, 3, 100, test_digest(5), test_digest(6)});
  EXPECT_EQ(w->why(as(w->manager), ChaseProvision{id, "请销毁"}), "law.not_overdue");
  w.desk.now_ += 30 * kDayMs;
  EXPECT_TRUE(w.desk.state_.provisions.at(id.str()).overdue(w.desk.now_));
  w->must(as(w->manager), ChaseProvision{id, "请销毁"});
  EXPECT_EQ(w->why(as(w->manager), ChaseProvision{id, "请销毁"}), "law.chased_today");
  EXPECT_EQ(w->why(as(w->manager), certificate(22, test_digest(5))), "destruction.bad_signature");
  EXPECT_EQ(w->why(as(w->manager), certificate(21, test_digest(7))), "destruction.of_something_else");
  w->must(as(w->manager), certificate(21, test_digest(5)));
  EXPECT_EQ(w->why(as(w->manager), certificate(21, test_digest(5))), "destruction.certified_already");
  EXPECT_FALSE(w.desk.state_.provisions.at(id.str()).overdue(w.desk.now_));
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
  EXPECT_EQ(w->why(as(w->officer), KeepLonger{w->version, w.desk.now_, "诉讼"}), "law.retention_bad_term");
  EXPECT_EQ(w->why(as(w->officer), KeepLonger{w->version, end.at_ms + kDayMs, ""}), "form.text_missing");
  w->must(as(w->officer), KeepLonger{w->version, end.at_ms + kDayMs, "诉讼未结"});
  EXPECT_TRUE(retention_end(w.desk.state_, law, w->version).extended);
  EXPECT_EQ(w->why(as(w->officer), KeepLonger{w->version, end.at_ms, "诉讼"}), "law.retention_bad_term") << "a term that was set is not made shorter";
}

TEST(Retention, AHoldBeforeTheEndOfTheRulesHoldsAPersonsRowsAndMovesNoEnd) {
  DeskWalk w(&Walk::until_product);
  const auto& law = rules::RuleSet::built_in().law;
  RetentionEnd end = retention_end(w.desk.state_, law, w->version);
  w->must(as(w->officer), KeepLonger{w->version, w.desk.now_ + 30 * kDayMs, "诉讼未结"});
  EXPECT_TRUE(w.desk.state_.retention_terms.at(w->version.str()).holds(w.desk.now_));
  EXPECT_EQ(retention_end(w.desk.state_, law, w->version).at_ms, end.at_ms);
}

TEST(Retention, AHoldIsEndedEarlyByAnotherPersonWithTheReasonAndWhatWasReachedStays) {
  DeskWalk w(&Walk::until_product);
  const auto& law = rules::RuleSet::built_in().law;
  RetentionEnd end = retention_end(w.desk.state_, law, w->version);
  EndHold wish{w->version, "案件已结"};
  EXPECT_EQ(w->why(as(w->pi), wish), "law.not_held");
  w->must(as(w->officer), KeepLonger{w->version, end.at_ms + 30 * kDayMs, "诉讼未结"});
  // Grading anew meanwhile: the hold goes on, and what was reached stays beside it.
  w.desk.fold({RetentionExtended{.version = w->version, .until_ms = end.at_ms + kDayMs, .reason = "改分类", .regraded = true}}, w->manager);
  EXPECT_TRUE(w.desk.state_.retention_terms.at(w->version.str()).holds(w.desk.now_));
  EXPECT_EQ(w->why(as(w->manager), wish), "duty.missing");
  EXPECT_EQ(w->why(as(w->rival_officer), wish), "version.not_found");
  EXPECT_EQ(w->why(as(w->officer), wish), "duty.second_person_needed") << "not by who set it";
  EXPECT_EQ(w->why(without_second_factor(w->pi), wish), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->pi), EndHold{w->version, ""}), "form.text_missing");
  auto ended = w->made<HoldEnded>(as(w->pi), wish);
  EXPECT_EQ(ended.set_by, w->officer);
  EXPECT_EQ(ended.until_ms, end.at_ms + 30 * kDayMs);
  EXPECT_EQ(retention_end(w.desk.state_, law, w->version).at_ms, end.at_ms + kDayMs);
  EXPECT_FALSE(w.desk.state_.retention_terms.at(w->version.str()).holds(w.desk.now_));
  EXPECT_EQ(w->why(as(w->pi), wish), "law.not_held");
  // It stays behind a second hold too.
  w->must(as(w->officer), KeepLonger{w->version, end.at_ms + 90 * kDayMs, "审计"});
  w->must(as(w->pi), wish);
  EXPECT_EQ(retention_end(w.desk.state_, law, w->version).at_ms, end.at_ms + kDayMs);
}

TEST(Retention, WhereNothingWasReachedNothingOfAnEndedHoldStays) {
  DeskWalk w(&Walk::until_product);
  const auto& law = rules::RuleSet::built_in().law;
  RetentionEnd end = retention_end(w.desk.state_, law, w->version);
  w->must(as(w->officer), KeepLonger{w->version, end.at_ms + 90 * kDayMs, "审计"});
  EXPECT_EQ(retention_end(w.desk.state_, law, w->version).at_ms, end.at_ms + 90 * kDayMs);
  w->must(as(w->pi), EndHold{w->version, "审计已毕"});
  EXPECT_EQ(retention_end(w.desk.state_, law, w->version).at_ms, end.at_ms);
  EXPECT_FALSE(w.desk.state_.retention_terms.contains(w->version.str()));
}

TEST(SubjectRequest, ACorrectionIsProposedConfirmedByAnotherAndCarriedOutBeforeTheAnswer) {
  DeskWalk w(&Walk::until_graded);
  Desk& desk = w.desk;
  auto request = w->made<SubjectRequestTaken>(node_for(w->pi), TakeSubjectRequest{subject_no(1), test_digest(1), "correct", "窗口", {}, {}}).request;
  w->must(node_for(w->manager), VerifySubject{request, VerifiedBy::in_person, "身份证", test_digest(2)});
  RowCorrectionId id = RowCorrectionId::make(desk.random);
  ProposeRowCorrection wish{.correction = id, .request = request, .way = CorrectionWay::office, .version = w->version, .person_column = "person_name", .column = "city",
                            .value = test_digest(7), .evidence = "户口簿 3301"};
  EXPECT_EQ(w->why(node_for(w->manager), wish), "law.request_not_decided");
  w->must(as(w->pi), DecideSubjectRequest{request, true, "同意"});
  AnswerSubjectRequest answer{request, test_digest(5), "已更正", {}};
  EXPECT_EQ(w->why(node_for(w->manager), answer), "law.not_searched") << "a note alone is no correction";
  EXPECT_EQ(w->why(node_for(w->manager), wish), "law.not_searched");
  auto found = [&](std::vector<FoundRows> rows) { w->must(node_for(w->manager), ReportSubjectSearch{request, 1, std::move(rows), 0, 0, {}}); };
  found({});
  EXPECT_EQ(w->why(node_for(w->manager), wish), "law.correction_no_rows");
  found({{w->dataset, w->version, "person_name", 1}});
  EXPECT_EQ(w->why(node_for(w->manager), answer), "law.request_needs_correction");
  auto with = [&](auto change) { ProposeRowCorrection out = wish; change(out); return out; };
  EXPECT_EQ(w->why(as(w->manager), wish), "duty.node_only");
  EXPECT_EQ(w->why(node_for(w->officer), wish), "duty.missing");
  EXPECT_EQ(w->why(node_for(w->rival_manager), wish), "law.request_not_found");
  EXPECT_EQ(w->why(node_for(w->manager), with([](auto& c) { c.column = "nobody"; })), "catalog.no_such_column");
  EXPECT_EQ(w->why(node_for(w->manager), with([](auto& c) { c.person_column = "fee"; })), "keys.column_names_no_person");
  EXPECT_EQ(w->why(node_for(w->manager), with([](auto& c) { c.value = Digest{}; })), "law.correction_bad_value");
  EXPECT_EQ(w->why(node_for(w->manager), with([](auto& c) { c.way = CorrectionWay::source; })), "law.correction_not_arrived");
  EXPECT_EQ(w->why(node_for(w->manager), with([](auto& c) { c.evidence = ""; })), "form.text_missing");
  w->must(node_for(w->manager), wish);
  EXPECT_EQ(w->why(node_for(w->manager), with([&](auto& c) { c.correction = RowCorrectionId::make(desk.random); })), "law.correction_open");
  EXPECT_EQ(w->why(node_for(w->manager), answer), "law.correction_open");
  ReportRowCorrection done{.correction = id, .new_version = VersionId::make(desk.random), .manifest = test_digest(9), .rows = desk.state_.versions.at(w->version.str()).rows, .corrected = 1};
  EXPECT_EQ(w->why(node_for(w->manager), done), "law.correction_not_approved");
  DecideRowCorrection decide{id, true, "与户口簿一致"};
  EXPECT_EQ(w->why(as(w->manager), decide), "duty.second_person_needed");
  EXPECT_EQ(w->why(without_second_factor(w->officer), decide), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->rival_officer), decide), "law.correction_not_found");
  w->must(as(w->officer), decide);
  EXPECT_EQ(w->why(as(w->officer), decide), "law.correction_decided_already");
  EXPECT_EQ(w->why(node_for(w->pi), done), "duty.missing") << "a data manager carries it out";
  ReportRowCorrection none = done;
  none.corrected = 0;
  EXPECT_EQ(w->why(node_for(w->manager), none), "law.correction_no_such_cell");
  TimeMs sealed = desk.state_.versions.at(w->version.str()).at_ms;
  w->must(as(w->officer), KeepLonger{w->version, retention_end(desk.state_, rules::RuleSet::built_in().law, w->version).at_ms + kDayMs, "审计"});
  desk.now_ += kDayMs;
  w->must(node_for(w->manager), done);
  const DatasetVersion& made = desk.state_.versions.at(done.new_version.str());
  EXPECT_EQ(made.parts, std::vector<VersionId>{w->version}) << "the two are never merged";
  EXPECT_EQ(made.at_ms, sealed) << "retention does not begin anew";
  EXPECT_TRUE(desk.state_.retention_terms.at(done.new_version.str()).holds(desk.now_)) << "what is on hold stays on hold";
  EXPECT_EQ(desk.state_.retention_terms.at(done.new_version.str()).by, w->officer);
  ASSERT_TRUE(made.change && made.change->correction);
  EXPECT_EQ(*made.change->correction, id);
  auto later = w->made<BatchSealed>(node_for(w->manager), w->batch_form(81));
  ReportMerge merge{.dataset = w->dataset, .parts = {w->version, later.version}, .version = VersionId::make(desk.random), .rows = 2 * done.rows, .version_manifest = test_digest(33)};
  EXPECT_EQ(w->why(node_for(w->manager), merge), "merge.superseded") << "the wrong cell is not carried on";
  EXPECT_EQ(w->why(node_for(w->manager), with([&](auto& c) { c.correction = RowCorrectionId::make(desk.random); })), "law.correction_superseded");
  // Another field on the version that came of it; what cannot be carried out is refused with the reason.
  RowCorrectionId second = RowCorrectionId::make(desk.random);
  w->must(node_for(w->manager), with([&](auto& c) { c.correction = second, c.version = done.new_version, c.column = "age"; }));
  w->must(as(w->officer), DecideRowCorrection{second, true, "属实"});
  EXPECT_EQ(w->why(node_for(w->manager), answer), "law.correction_open");
  w->must(as(w->officer), DecideRowCorrection{second, false, "新值不合采集方案"});
  EXPECT_EQ(desk.state_.row_corrections.at(second.str()).status, RowCorrectionStatus::refused);
  w->must(node_for(w->manager), answer);
}

TEST(SubjectRequest, ACorrectionThatTheSourceSentIsConfirmedByAnotherPerson) {
  DeskWalk w(&Walk::until_graded);
  auto request = w->made<SubjectRequestTaken>(node_for(w->pi), TakeSubjectRequest{subject_no(1), test_digest(1), "correct", "窗口", {}, {}}).request;
  w->must(node_for(w->manager), VerifySubject{request, VerifiedBy::in_person, "身份证", test_digest(2)});
  w->must(as(w->pi), DecideSubjectRequest{request, true, "同意"});
  w.desk.now_ += kDayMs;
  ReportBatch again = w->batch_form(3);
  VersionId arrived = w->made<BatchSealed>(node_for(w->manager), again).version;
  RowCorrectionId id = RowCorrectionId::make(w.desk.random);
  ProposeRowCorrection wish{.correction = id, .request = request, .way = CorrectionWay::source, .version = arrived, .person_column = {}, .column = "city", .value = {}, .evidence = "来源重报函"};
  EXPECT_EQ(w->why(node_for(w->manager), wish), "law.not_searched") << "whether the person is in it";
  auto found = [&](std::vector<FoundRows> rows) { w->must(node_for(w->manager), ReportSubjectSearch{request, 1, std::move(rows), 0, 0, {}}); };
  found({{w->dataset, w->version, "person_name", 1}});
  EXPECT_EQ(w->why(node_for(w->manager), wish), "law.correction_no_rows") << "only in what lay there before";
  found({{w->dataset, arrived, "person_name", 1}});
  w->must(node_for(w->manager), wish);
  w->must(as(w->officer), DecideRowCorrection{id, true, "已核对"});
  EXPECT_EQ(w.desk.state_.row_corrections.at(id.str()).status, RowCorrectionStatus::done);
  EXPECT_EQ(w.desk.state_.row_corrections.at(id.str()).new_version, arrived);
  w->must(node_for(w->manager), AnswerSubjectRequest{request, test_digest(5), "来源已更正", {}});
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
  ConsentId consent = w.made<ConsentRecorded>(node_for(w.manager), RecordConsent{form, test_digest(1)}).consent;
  w.must(desk_and_node(w.pi), CheckConsent{consent, true, "一致", 2});
  auto request = w.made<SubjectRequestTaken>(node_for(w.pi), TakeSubjectRequest{subject_no(1), test_digest(1), "withdraw", "窗口", {}, {}}).request;
  w.must(node_for(w.manager), VerifySubject{request, VerifiedBy::certificate, "证书", test_digest(2)});
  w.must(as(w.pi), DecideSubjectRequest{request, true, "同意"});
  w.must(node_for(w.manager), AnswerSubjectRequest{request, test_digest(3), "已办", {}});
  ProvisionForm provision{.kind = "court", .requester = "某人民法院", .document = "1号", .reason = "案件", .digest = test_digest(3), .basis = checked,
                          .dataset = w.dataset, .version = w.version, .columns = {"fee"}, .row_filter = {{"city", "eq", {"3301"}, "", {}, {}}},
                          .recipient_key = test_key(21).public_key().bytes()};
  enter_agency(w);
  ProvisionId id = w.made<ProvisionRequested>(as(w.manager), RequestProvision{as_range(provision)}).provision;
  w.must(as(w.pi), ApproveProvision{id, true, "依法"});
  w.must(as(w.members[0]), ApproveProvision{id, true, "必要"});
  w.must(as(w.officer), ApproveProvision{id, true, "范围一致"});
  w.must(node_for(w.manager), StartProvision{id});
  w.must(node_for(w.manager), ReportProvisionFailure{id, "worker.died"});
  w.must(node_for(w.manager), StartProvision{id});
  w.must(node_for(w.manager), ReportProvision{id, 3, 100, test_digest(5), test_digest(6)});
  w.must(as(w.supervisor), NoteProvision{id, "已阅"});
  w.must(as(w.officer), KeepLonger{w.version, house.now() + 7000 * kDayMs, "诉讼"});
  house.clock.advance(41 * kDayMs);
  w.must(as(w.manager), ChaseRecipient{w.release, "请提交"});
  house.clock.advance(365 * kDayMs);
  w.must(as(w.manager), ChaseProvision{id, "请销毁"});
  std::string statement = canonical(provision_destruction_statement(id, test_digest(5), "粉碎", house.now()));
  w.must(as(w.manager), CertifyProvision{id, test_digest(5), "粉碎", house.now(), test_key(21).sign(view(statement))});
  std::string live = canonical(encode(house.state()));
  house.reopen();
  EXPECT_EQ(canonical(encode(house.state())), live);
  EXPECT_EQ(house.state().consents_of.at(subject_no(1).str()).size(), 2u);
  EXPECT_TRUE(ledger::verify_store(*house.store)->ok());
}

}  // namespace
}  // namespace sluice::space
