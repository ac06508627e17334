// Figures of departments, and the rules and procedures that they work by.
#include <gtest/gtest.h>

#include "space/organisation/figures.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

const rules::RuleSet& figure_packs() { return rules::RuleSet::built_in(); }

struct Departments {
  Desk desk;
  Walk w{desk};
  PersonId pi, head, clerk;
  UnitId lead, office;

  Departments() {
    w.people();
    w.collect();
    pi = w.enrol(w.agency, {Duty::pi_officer});
    head = w.enrol(w.agency, {Duty::security_officer});
    clerk = w.enrol(w.agency, {Duty::data_user});
    lead = w.unit("数据管理处", UnitKind::lead_department, {}, head);
    office = w.unit("经办中心", UnitKind::implementing_department, lead, {});
  }
  void place(const PersonId& person, const UnitId& unit) { w.must(as(w.system_admin), PlaceInUnit{person, unit}); }
  std::map<std::string, DepartmentFigures> figures(TimeMs from = 0) {
    std::map<std::string, DepartmentFigures> out;
    for (DepartmentFigures& f : department_figures(desk.state_, figure_packs(), w.agency, {from, desk.now_ + 1}, desk.now_)) {
      EXPECT_FALSE(out.contains(f.unit.str())) << "each once";
      out[f.unit.str()] = f;
    }
    return out;
  }
  PaperForm procedure(const UnitId& unit, int64_t days) {
    PaperForm out;
    out.kind = "procedure";
    out.title = "数据导出操作规程";
    out.number = "〔2026〕12号";
    out.authority = "数据管理处";
    out.digest = test_digest(3);
    out.expires_ms = desk.now_ + days * kDayMs;
    out.unit = unit;
    return out;
  }
  PaperId entered(const UnitId& unit, int64_t days) { return w.made<PaperEntered>(as(w.manager), EnterPaper{procedure(unit, days)}).paper; }
  const Paper& paper(const PaperId& id) { return desk.state_.papers.at(id.str()); }
};

TEST(DepartmentFigures, EveryDatasetPersonAndDecisionCountsInOneDepartmentOrInNone) {
  Departments d;
  auto before = d.figures();
  int64_t everybody = 0, datasets = 0;
  for (const auto& [unit, f] : before) everybody += f.people, datasets += f.datasets;
  EXPECT_EQ(before.at("").datasets, 1) << "nobody said whose it is";
  EXPECT_GT(before.at("").unanswered, 0);
  d.place(d.pi, d.lead);
  DescribeDataset said{d.w.dataset, {}};
  said.facts.department = d.office;
  said.facts.retention = "三十年";
  d.w.must(as(d.w.manager), said);
  auto after = d.figures();
  int64_t people = 0;
  for (const auto& [unit, f] : after) people += f.people;
  EXPECT_EQ(people, everybody) << "placing somebody makes nobody";
  EXPECT_EQ(after.at(d.office.str()).datasets, datasets);
  EXPECT_EQ(after.at(d.office.str()).columns, before.at("").columns);
  EXPECT_EQ(after.at(d.office.str()).unanswered, before.at("").unanswered - 2) << "department and retention are said now";
  EXPECT_EQ(after.at("").datasets, 0);
  EXPECT_EQ(after.at(d.lead.str()).people, before.at(d.lead.str()).people + 1);
}

TEST(DepartmentFigures, ADecisionIsThatOfWhoDecidedInTheirDepartmentAndLateOnesAreNotInTime) {
  Departments d;
  d.place(d.pi, d.lead);
  PaperId soon = d.entered(d.office, 300), late = d.entered(d.lead, 300);
  d.desk.now_ += kHourMs;
  d.w.must(as(d.pi), CheckPaper{soon, true, "与原件一致"});
  d.desk.now_ += figure_packs().operations.tasks.remind_after_hours * kHourMs;
  TimeMs moment = d.desk.now_;
  d.w.must(as(d.pi), CheckPaper{late, true, "与原件一致"});
  DepartmentFigures f = d.figures().at(d.lead.str());
  EXPECT_EQ(f.decided.at("paper"), 2);
  EXPECT_EQ(f.decisions, 2);
  EXPECT_EQ(f.in_time, 1);
  EXPECT_EQ(d.figures(moment).at(d.lead.str()).decisions, 1) << "before the period is not in it";
  EXPECT_EQ(d.figures(moment).at(d.lead.str()).in_time, 0);
  EXPECT_EQ(*d.figures(moment).at(d.lead.str()).median_minutes, 60 + figure_packs().operations.tasks.remind_after_hours * 60);
  EXPECT_FALSE(d.figures().at(d.office.str()).median_minutes) << "who decided nothing took no time";
}

TEST(DepartmentProcedure, IsOfADepartmentOfTheOwnPartyWithItsDocumentAndASecondPerson) {
  Departments d;
  PaperForm form = d.procedure(d.lead, 300);
  form.unit.reset();
  EXPECT_EQ(d.w.why(as(d.w.manager), EnterPaper{form}), "law.paper_incomplete");
  form.unit = UnitId::parse("un_0000000000000000").value_or(UnitId{});
  EXPECT_NE(d.w.why(as(d.w.manager), EnterPaper{form}), "");
  form = d.procedure(d.lead, 300);
  form.digest = {};
  EXPECT_EQ(d.w.why(as(d.w.manager), EnterPaper{form}), "law.paper_incomplete");
  PaperId id = d.entered(d.lead, 300);
  EXPECT_EQ(d.figures().at(d.lead.str()).procedures, 0) << "entered is not checked";
  EXPECT_NE(d.w.why(as(d.w.manager), CheckPaper{id, true, "与原件一致"}), "");
  d.w.must(as(d.pi), CheckPaper{id, true, "与原件一致"});
  EXPECT_EQ(d.figures().at(d.lead.str()).procedures, 1);
  EXPECT_EQ(d.figures().at(d.office.str()).procedures, 0);
}

TEST(DepartmentProcedure, WantsRenewalInTimeUntilANewerOneIsThere) {
  Departments d;
  int64_t remind = figure_packs().grading.review.remind_days;
  PaperId id = d.entered(d.lead, remind + 2);
  d.w.must(as(d.pi), CheckPaper{id, true, "与原件一致"});
  EXPECT_FALSE(procedure_due(d.desk.state_, figure_packs(), d.paper(id), d.desk.now_));
  d.desk.now_ += 3 * kDayMs;
  EXPECT_TRUE(procedure_due(d.desk.state_, figure_packs(), d.paper(id), d.desk.now_)) << "before it ends";
  d.desk.now_ += (remind + 10) * kDayMs;
  EXPECT_TRUE(procedure_due(d.desk.state_, figure_packs(), d.paper(id), d.desk.now_)) << "and after";
  EXPECT_EQ(d.figures().at(d.lead.str()).procedures_due, 1);
  EXPECT_EQ(d.figures().at(d.lead.str()).procedures, 0);
  d.entered(d.office, 300);
  EXPECT_TRUE(procedure_due(d.desk.state_, figure_packs(), d.paper(id), d.desk.now_)) << "another department's is another one";
  d.entered(d.lead, 300);
  EXPECT_FALSE(procedure_due(d.desk.state_, figure_packs(), d.paper(id), d.desk.now_));
}

}  // namespace
}  // namespace sluice::space
