// What a meeting decided is entered with its document, and stands once another person, who may decide it, has checked the minutes.
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

PaperForm minutes_of(const Walk& w, std::string decides, bool approve) {
  PaperForm out;
  out.kind = std::string(kMeetingApproval);
  out.title = "第三次办公会纪要";
  out.number = "办〔2026〕12号";
  out.authority = "某医保局";
  out.digest = test_digest(9);
  out.members = {w.pi, w.officer};
  out.decides = std::move(decides);
  out.approve = approve;
  return out;
}

AssessmentId drafted(Walk& w) { return w.made<AssessmentDrafted>(as(w.manager), DraftAssessment{w.assessment_form()}).assessment; }

TEST(Meeting, DecidesWhatItsMinutesNameOnceAnotherWhoMayDecideItHasCheckedThem) {
  DeskWalk w(&Walk::until_vote);
  AssessmentId assessment = drafted(w.walk);
  PaperId id = w->made<PaperEntered>(as(w->manager), EnterPaper{minutes_of(w.walk, assessment.str(), true)}).paper;
  auto now = [&]() -> const Assessment& { return w.desk.state_.assessments.at(assessment.str()); };
  EXPECT_EQ(now().status, AssessmentStatus::drafted) << "a second person checks first";
  CheckPaper check{id, true, "与纪要原件一致"};
  EXPECT_EQ(w->why(as(w->manager), check), "duty.second_person_needed") << "who entered them";
  EXPECT_EQ(w->why(as(w->officer), check), "duty.missing") << "a meeting gives nobody a duty";
  EXPECT_EQ(w->why(without_second_factor(w->pi), check), "auth.second_factor_needed");
  w->must(as(w->pi), check);
  EXPECT_EQ(now().status, AssessmentStatus::approved);
  EXPECT_EQ(now().decided_by, w->pi);
  EXPECT_NE(now().reason.find("办〔2026〕12号"), std::string::npos) << now().reason;
}

TEST(Meeting, RefusesToo) {
  DeskWalk w(&Walk::until_delivered);
  auto asked = w->made<ExceptionRequested>(as(w->manager), RequestException{"download", w->dataset, {"person_name"}, 3, "核对", "专机"}).exception;
  PaperId id = w->made<PaperEntered>(as(w->officer), EnterPaper{minutes_of(w.walk, asked.str(), false)}).paper;
  w->must(as(w->pi), CheckPaper{id, true, "一致"});
  EXPECT_EQ(w.desk.state_.exceptions.at(asked.str()).status, ExceptionStatus::rejected);
  auto again = w->made<ExceptionRequested>(as(w->manager), RequestException{"download", w->dataset, {"person_name"}, 3, "核对", "专机"}).exception;
  PaperId wrong = w->made<PaperEntered>(as(w->officer), EnterPaper{minutes_of(w.walk, again.str(), true)}).paper;
  w->must(as(w->pi), CheckPaper{wrong, false, "与原件不符"});
  EXPECT_EQ(w.desk.state_.exceptions.at(again.str()).status, ExceptionStatus::requested) << "minutes that are rejected decide nothing";
}

TEST(Meeting, IsOfPeopleOfTheOwnPartyAndAboutWhatStillWaits) {
  DeskWalk w(&Walk::until_vote);
  AssessmentId assessment = drafted(w.walk);
  auto why = [&](auto change) {
    PaperForm form = minutes_of(w.walk, assessment.str(), true);
    change(form);
    return w->why(as(w->manager), EnterPaper{form});
  };
  EXPECT_EQ(why([](PaperForm&) {}), "ok");
  EXPECT_EQ(why([](PaperForm& f) { f.decides = "ia_nothing"; }), "law.meeting_decides_nothing");
  EXPECT_EQ(why([&](PaperForm& f) { f.decides = w->application.str(); }), "law.meeting_decides_nothing") << "a vote has minutes of its own";
  EXPECT_EQ(why([](PaperForm& f) { f.decides.reset(); }), "law.paper_incomplete");
  EXPECT_EQ(why([](PaperForm& f) { f.digest = {}; }), "law.paper_incomplete");
  EXPECT_EQ(why([](PaperForm& f) { f.number = ""; }), "form.text_missing");
  EXPECT_EQ(why([](PaperForm& f) { f.members.resize(1); }), "law.meeting_members");
  EXPECT_EQ(why([&](PaperForm& f) { f.members = {w->pi, w->pi}; }), "law.meeting_members");
  EXPECT_EQ(why([&](PaperForm& f) { f.members = {w->pi, w->rival_manager}; }), "law.meeting_members");
  EXPECT_EQ(why([&](PaperForm& f) { f.kind = "legal_basis", f.basis = "statutory_duty"; }), "law.meeting_decides_nothing") << "another paper decides nothing";
  EXPECT_EQ(w->why(as(w->rival_manager), EnterPaper{minutes_of(w.walk, assessment.str(), true)}), "law.meeting_decides_nothing") << "another party's";
  PaperId id = w->made<PaperEntered>(as(w->manager), EnterPaper{minutes_of(w.walk, assessment.str(), true)}).paper;
  w->must(as(w->pi), DecideAssessment{assessment, false, "风险未说明"});
  EXPECT_EQ(w->why(as(w->pi), CheckPaper{id, true, "一致"}), "law.meeting_decides_nothing") << "decided at the screen meanwhile";
}

TEST(RowCorrections, SeveralWaitInOneVersionAndEachIsMadeOfTheOneBefore) {
  DeskWalk w(&Walk::until_graded);
  Desk& desk = w.desk;
  auto granted = [&](int person) {
    SubjectId subject = *SubjectId::parse("sb_" + std::to_string(1000 + person));
    auto request = w->made<SubjectRequestTaken>(node_for(w->pi), TakeSubjectRequest{subject, test_digest(1), "correct", "窗口", {}, {}}).request;
    w->must(node_for(w->manager), VerifySubject{request, VerifiedBy::in_person, "身份证", test_digest(2)});
    w->must(as(w->pi), DecideSubjectRequest{request, true, "同意"});
    w->must(node_for(w->manager), ReportSubjectSearch{request, 1, {{w->dataset, w->version, "person_name", 1}}, 0, 0, {}});
    return request;
  };
  auto propose = [&](const SubjectRequestId& request, const char* column) {
    RowCorrectionId id = RowCorrectionId::make(desk.random);
    w->must(node_for(w->manager), ProposeRowCorrection{.correction = id, .request = request, .way = CorrectionWay::office, .version = w->version, .person_column = "person_name",
                                                       .column = column, .value = test_digest(7), .evidence = "户口簿"});
    return id;
  };
  SubjectRequestId one = granted(1), other = granted(2);
  RowCorrectionId first = propose(one, "city"), second = propose(one, "age"), third = propose(other, "city");
  for (const RowCorrectionId& id : {first, second, third}) w->must(as(w->officer), DecideRowCorrection{id, true, "属实"});
  int64_t rows = desk.state_.versions.at(w->version.str()).rows;
  auto report = [&](const RowCorrectionId& id, const VersionId& of) {
    return ReportRowCorrection{.correction = id, .new_version = VersionId::make(desk.random), .manifest = test_digest(9), .rows = rows, .corrected = 1, .of = of};
  };
  ReportRowCorrection done = report(first, w->version);
  w->must(node_for(w->manager), done);
  EXPECT_EQ(desk.state_.row_corrections.at(first.str()).version, w->version) << "what was corrected stays named";
  EXPECT_EQ(desk.state_.row_corrections.at(second.str()).version, done.new_version);
  EXPECT_EQ(w->why(node_for(w->manager), report(second, w->version)), "law.correction_superseded") << "made of the older rows it would undo the first";
  ReportRowCorrection next = report(second, done.new_version);
  w->must(node_for(w->manager), next);
  w->must(node_for(w->manager), report(third, next.new_version));
  EXPECT_EQ(desk.state_.row_corrections.at(third.str()).status, RowCorrectionStatus::done);
  EXPECT_EQ(desk.state_.row_corrections.at(third.str()).version, next.new_version);
}

}  // namespace
}  // namespace sluice::space
