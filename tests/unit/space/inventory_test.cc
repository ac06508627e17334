// The inventory around the fields: verdicts for many, drift, lowerings, list, rule changes, levels in a flow.
#include <gtest/gtest.h>

#include "space/catalog/level.h"
#include "space/catalog/protection.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

const rules::RuleSet& packs() { return rules::RuleSet::built_in(); }

// A graded dataset; people of the inventory beside those of the walk.
struct Inventory {
  Desk desk;
  Walk w{desk};
  PersonId pi, head;
  UnitId lead;

  Inventory() {
    w.people();
    w.collect();
    pi = w.enrol(w.agency, {Duty::pi_officer});
    head = w.enrol(w.agency, {Duty::security_officer});
    w.must(the_node(), w.proposals());
  }
  void grade() { w.must(as(w.manager), ConfirmFields{w.dataset, w.verdicts()}); }
  void make_lead_department() {
    lead = w.unit("数据管理处", UnitKind::lead_department, {}, head);
  }
  const Dataset& dataset() { return desk.state_.datasets.at(w.dataset.str()); }
  const CatalogField& field(std::string_view column) { return *dataset().column(column); }
  ApplyVerdict same_for(std::vector<std::string> columns, FieldVerdict verdict) {
    ApplyVerdict out{verdict, {}};
    for (auto& c : columns) out.targets.push_back({w.dataset, c});
    return out;
  }
  FlowLevel level(std::vector<std::string> columns, std::string scenario = "internal", int64_t rows = 0, bool fine = false) {
    FlowAsk ask{{{w.dataset, w.version, std::move(columns)}}, rows, std::move(scenario), fine};
    auto out = level_of_flow(desk.state_, packs(), ask, desk.now_);
    EXPECT_TRUE(out) << (out ? "" : out.error().reason);
    return out ? *out : FlowLevel{};
  }
  bool weighed(const FlowLevel& l, std::string_view rule) {
    return std::any_of(l.reasons.begin(), l.reasons.end(), [&](const FlowReason& r) { return r.rule == rule; });
  }
};

FieldVerdict as_amount(std::string reason = "同类字段") { return {"", "amount", Category::payment, 3, false, false, std::move(reason)}; }

TEST(ApplyVerdict, GoesToAllFieldsOrToNone) {
  Inventory i;
  EXPECT_EQ(i.w.why(as(i.w.officer), i.same_for({"fee"}, as_amount())), "duty.missing");
  EXPECT_EQ(i.w.why(as(i.w.rival_manager), i.same_for({"fee"}, as_amount())), "dataset.not_found");
  EXPECT_EQ(i.w.why(as(i.w.manager), i.same_for({}, as_amount())), "catalog.nothing_to_confirm");
  EXPECT_EQ(i.w.why(as(i.w.manager), i.same_for({"fee", "nothing"}, as_amount())), "catalog.no_such_column");
  EXPECT_FALSE(i.field("fee").confirmed) << "none, when one is refused";
  EXPECT_EQ(i.w.why(as(i.w.manager), i.same_for({"fee", "city"}, as_amount(""))), "catalog.reason_needed") << "city was proposed as something else";
  i.w.must(as(i.w.manager), i.same_for({"fee", "city"}, as_amount()));
  EXPECT_TRUE(i.field("fee").confirmed);
  EXPECT_EQ(i.field("city").type, "amount");
}

TEST(Remembered, OnlyCorrectionsAreAndContradictionsAreMarked) {
  Inventory i;
  i.w.must(as(i.w.manager), i.same_for({"fee"}, as_amount()));
  EXPECT_TRUE(i.desk.state_.remembered.empty()) << "agreeing teaches nothing";
  i.w.must(as(i.w.manager), i.same_for({"city"}, as_amount()));
  const RememberedVerdict& said = i.desk.state_.remembered.at(i.w.agency.str() + ":city");
  EXPECT_EQ(said.type, "amount");
  EXPECT_FALSE(said.contradicted);
  i.w.must(as(i.w.manager), i.same_for({"city"}, {"", "age", Category::personal, 3, false, true, "更正"}));
  EXPECT_TRUE(i.desk.state_.remembered.at(i.w.agency.str() + ":city").contradicted);
  EXPECT_EQ(name_key("Patient_Name-1"), "patientname1");
}

TEST(Drift, ReopensExactlyTheVerdictsThatItTouches) {
  Inventory i;
  i.grade();
  ReportProposals next = i.w.proposals();
  next.drift = {{"age", "form_changed", "形态变化", "another form"}, {"age", "nulls_changed", "空值变化", "more nulls"}};
  auto events = i.w.must(the_node(), next);
  EXPECT_EQ(std::count_if(events.begin(), events.end(), [](const Event& e) { return e.holds<FieldReopened>(); }), 1);
  for (const std::string& column : kTestColumns) EXPECT_EQ(i.field(column).reopened(), column == "age") << column;
  EXPECT_EQ(i.field("age").drift.size(), 2u);
  EXPECT_TRUE(i.field("age").confirmed) << "the verdict stands until a person looks again";
  EXPECT_TRUE(grade_of(i.field("age")).provisional);
  i.w.must(as(i.w.manager), ConfirmFields{i.w.dataset, {i.w.verdicts()[1]}});
  EXPECT_FALSE(i.field("age").reopened());
  EXPECT_EQ(i.w.why(the_node(), [&] { auto c = i.w.proposals(); c.drift = {{"age", "whim", "", ""}}; return c; }()), "catalog.unknown_drift");
}

TEST(Drift, AReopenedFieldStandsAtTheHigherOfVerdictAndProposal) {
  Inventory i;
  i.grade();
  ReportProposals next = i.w.proposals();
  next.proposals[2].level = 4;
  next.drift = {{"city", "proposal_raised", "升级", "raised"}};
  i.w.must(the_node(), next);
  EXPECT_EQ(grade_of(i.field("city")).level, 4);
  EXPECT_EQ(grade_of(i.field("fee")).level, 3) << "others keep what a person said";
}

TEST(Verdict, HoldsForTheDaysOfItsLevel) {
  Inventory i;
  i.grade();
  EXPECT_EQ(*i.field("person_name").valid_until_ms, i.desk.now_ + packs().grading.validity_days(4) * kDayMs);
  EXPECT_FALSE(i.field("person_name").expired(i.desk.now_));
  EXPECT_TRUE(i.field("person_name").expired(*i.field("person_name").valid_until_ms));
}

TEST(Lowering, BelowTheFloorNeedsTheOfficerStaysMarkedAndEnds) {
  Inventory i;
  i.grade();
  FieldVerdict low{"person_name", "person_name", Category::personal, 3, true, false, "脱敏展示"};
  EXPECT_EQ(i.w.why(as(i.w.manager), ConfirmFields{i.w.dataset, {low}}), "catalog.below_floor");
  RequestLowering ask{i.w.dataset, "person_name", 3, 30, "脱敏展示", "仅显示姓氏"};
  EXPECT_EQ(i.w.why(as(i.w.officer), ask), "duty.missing");
  auto changed = [&](auto change) { auto c = ask; change(c); return c; };
  EXPECT_EQ(i.w.why(as(i.w.manager), changed([](auto& c) { c.level = 4; })), "lowering.not_needed");
  EXPECT_EQ(i.w.why(as(i.w.manager), changed([](auto& c) { c.days = 0; })), "lowering.bad_days");
  EXPECT_EQ(i.w.why(as(i.w.manager), changed([](auto& c) { c.measures.clear(); })), "form.text_missing");
  LoweringId id = i.w.made<LoweringRequested>(as(i.w.manager), ask).lowering;
  EXPECT_EQ(i.w.why(as(i.w.manager), ask), "lowering.requested_already");
  EXPECT_EQ(i.w.why(as(i.w.officer), DecideLowering{id, true, "同意"}), "duty.missing");
  EXPECT_EQ(i.w.why(without_second_factor(i.pi), DecideLowering{id, true, "同意"}), "auth.second_factor_needed");
  TimeMs until = i.w.made<LoweringDecided>(as(i.pi), DecideLowering{id, true, "同意"}).until_ms;
  EXPECT_EQ(i.w.why(as(i.pi), DecideLowering{id, true, "同意"}), "lowering.decided_already");
  EXPECT_EQ(grade_of(i.field("person_name")).level, 4) << "the grant alone changes no verdict";
  i.w.must(as(i.w.manager), ConfirmFields{i.w.dataset, {low}});
  EXPECT_EQ(grade_of(i.field("person_name"), i.desk.now_).level, 3);
  EXPECT_EQ(*i.field("person_name").valid_until_ms, until);
  EXPECT_EQ(i.field("person_name").lowered->lowering, id);
  EXPECT_EQ(grade_of(i.field("person_name"), until).level, 4) << "over: the floor counts again";
}

// Who asks is a data manager, who decides the personal-information officer: nobody holds both.
TEST(Lowering, IsNeverDecidedByWhoAsked) {
  Inventory i;
  EXPECT_EQ(i.w.why(as(i.w.security_admin), GrantDuty{i.pi, Duty::data_manager, 0}), "duty.excluded_by_other");
  EXPECT_EQ(i.w.why(as(i.pi), RequestLowering{i.w.dataset, "person_name", 3, 30, "理由", "措施"}), "duty.missing");
  LoweringId id = i.w.made<LoweringRequested>(as(i.w.manager), RequestLowering{i.w.dataset, "person_name", 3, 30, "理由", "措施"}).lowering;
  EXPECT_EQ(i.w.why(as(i.w.manager), DecideLowering{id, true, "同意"}), "duty.missing");
}

TEST(GradedList, IsIssuedSignedByTheLeadDepartmentAndReviewedInTime) {
  Inventory i;
  IssueList issue{test_digest(9), 4, 0, 400, "第一版"};
  EXPECT_EQ(i.w.why(as(i.w.officer), issue), "duty.missing");
  GradedListId list = i.w.made<ListIssued>(as(i.w.manager), issue).list;
  EXPECT_EQ(i.w.why(as(i.w.manager), issue), "list.unchanged");
  EXPECT_EQ(i.w.why(as(i.head), SignList{list, "同意"}), "list.lead_department_only");
  i.make_lead_department();
  EXPECT_EQ(i.w.why(without_second_factor(i.head), SignList{list, "同意"}), "auth.second_factor_needed");
  EXPECT_EQ(i.w.why(as(i.w.rival_manager), SignList{list, "同意"}), "list.not_found");
  auto sealed = i.w.made<ListSigned>(as(i.head), SignList{list, "同意"});
  EXPECT_EQ(sealed.unit, i.lead);
  EXPECT_EQ(sealed.review_due_ms, i.desk.now_ + packs().grading.review.list_days * kDayMs);
  EXPECT_EQ(i.w.why(as(i.head), SignList{list, "同意"}), "list.signed_already");
  EXPECT_EQ(i.w.made<ListIssued>(as(i.w.manager), IssueList{test_digest(10), 4, 4, 900, ""}).number, 2);
}

TEST(Proposals, OfAWideTableTakeSeveralEntriesAndAreAllThere) {
  Inventory i;
  i.grade();
  ReportProposals report = i.w.proposals();
  for (FieldProposal& p : report.proposals) p.reasons_zh = {std::string(300u << 10, 'x')};
  auto events = i.w.ground.ask(the_node(), report);
  ASSERT_TRUE(events);
  size_t entries = 0;
  for (const Event& event : *events)
    if (const auto* part = event.get_if<FieldsProposed>()) {
      entries++;
      EXPECT_LE(canonical(encode(*part)).size(), kBodyBytesMax);
    }
  EXPECT_EQ(entries, report.proposals.size());
  i.w.must(the_node(), report);
  for (const FieldProposal& p : report.proposals) EXPECT_EQ(i.field(p.column).proposal->reasons_zh, p.reasons_zh);
}

TEST(RuleChange, IsAssessedBeforeItIsDecidedByASecondPersonAndKeepsVerdicts) {
  Inventory i;
  i.grade();
  ProposeRules ask{"提高年龄级别", "省级要求", {"types"}, test_digest(20), test_digest(21)};
  for (const char* pack : {"policy", "law", "operations", "protection", "masking"})
    EXPECT_EQ(i.w.why(as(i.w.manager), [&] { auto c = ask; c.packs = {pack}; return c; }()), "rules.pack_not_changeable") << pack;
  EXPECT_EQ(i.w.why(as(i.w.manager), [&] { auto c = ask; c.packs = {"resemblance"}; return c; }()), "ok");
  RuleChangeId change = i.w.made<RulesProposed>(as(i.w.manager), ask).change;
  EXPECT_EQ(i.w.why(as(i.w.officer), DecideRules{change, true, "同意"}), "rules.not_assessed");
  RuleImpact impact;
  impact.floors = {{"age", 4}, {"person_name", 4}, {"region", 2}, {"amount", 2}};
  EXPECT_EQ(i.w.why(as(i.w.manager), ReportAssessment{change, impact}), "duty.node_only");
  i.w.must(the_node(), ReportAssessment{change, impact});
  EXPECT_EQ(i.w.why(as(i.w.manager), DecideRules{change, true, "同意"}), "duty.missing");
  EXPECT_EQ(i.w.why(without_second_factor(i.w.officer), DecideRules{change, true, "同意"}), "auth.second_factor_needed");
  i.w.must(as(i.w.officer), DecideRules{change, true, "同意"});
  EXPECT_EQ(i.w.why(as(i.w.officer), DecideRules{change, false, "反悔"}), "rules.decided_already");
  for (const std::string& column : kTestColumns) EXPECT_EQ(i.field(column).reopened(), column == "age") << column;
  EXPECT_EQ(i.field("age").level, 3) << "a person's word survives the change";
  EXPECT_EQ(floor_of(i.desk.state_, packs(), i.w.agency, "age"), 4);
  EXPECT_EQ(floor_of(i.desk.state_, packs(), i.w.rival_agency, "age"), packs().type("age")->level) << "another party keeps its rules";
  EXPECT_EQ(i.w.why(as(i.w.manager), ConfirmFields{i.w.dataset, {i.w.verdicts()[1]}}), "catalog.below_floor");
}

TEST(FlowLevel, HandledTogetherTheHighestCountsAndApartEachKeepsItsOwn) {
  Inventory i;
  i.grade();
  FlowLevel together = i.level({"age", "person_name"});
  EXPECT_EQ(together.level, 4);
  EXPECT_TRUE(i.weighed(together, "highest"));
  FlowLevel apart = i.level({"age", "person_name"}, "internal", 0, true);
  EXPECT_EQ(apart.columns[0].level, 3);
  EXPECT_EQ(apart.columns[1].level, 4);
  EXPECT_EQ(i.level({"age"}).level, 3);
}

TEST(FlowLevel, TheSameFieldStandsHigherInAnotherScenarioAndSaysWhy) {
  Inventory i;
  i.grade();
  EXPECT_EQ(i.level({"city"}).columns[0].level, 2);
  FlowLevel open = i.level({"city"}, "open");
  EXPECT_EQ(open.columns[0].level, 3);
  EXPECT_EQ(open.columns[0].base, 2);
  EXPECT_TRUE(i.weighed(open, "open_quasi"));
  EXPECT_FALSE(open.columns[0].zh.empty());
  EXPECT_EQ(i.level({"person_name"}, "open").level, 5);
  FlowAsk unheard{{{i.w.dataset, i.w.version, {}}}, 0, "unheard", false};
  EXPECT_EQ(level_of_flow(i.desk.state_, packs(), unheard, i.desk.now_).error().reason, "level.unknown_scenario");
}

TEST(FlowLevel, VolumeRaisesFromTheThresholdOfTheRulesOn) {
  Inventory i;
  i.grade();
  int64_t threshold = packs().grading.volumes.front().rows_min;
  EXPECT_EQ(i.level({"fee"}, "internal", threshold - 1).level, 3);
  EXPECT_EQ(i.level({"fee"}, "internal", threshold).level, 4);
  EXPECT_EQ(i.level({"fee"}, "internal", threshold, true).level, 3) << "not where columns are controlled one by one";
}

TEST(FlowLevel, AMeasuredCombinationBesidePaymentsRaisesAndIsNamed) {
  Inventory i;
  i.grade();
  EXPECT_EQ(i.level({"age", "city", "fee"}).level, 3);
  MeasuredAssociation m{i.w.version, {"age", "city"}, 1000, 300, 1, {{{"age", "city"}, 300, 1}}, 0};
  EXPECT_EQ(i.w.why(as(i.w.manager), ReportAssociation{i.w.dataset, m}), "duty.node_only");
  i.w.must(the_node(), ReportAssociation{i.w.dataset, m});
  FlowLevel raised = i.level({"age", "city", "fee"});
  EXPECT_EQ(raised.level, 4);
  EXPECT_EQ(raised.reasons.back().rule, "measured");
  EXPECT_EQ(raised.reasons.back().columns, (std::vector<std::string>{"age", "city"}));
  EXPECT_EQ(i.level({"age", "fee"}).level, 3) << "the combination is not whole";
  EXPECT_EQ(i.level({"age", "city"}).level, 3) << "nothing sensitive stands beside it";
  m.combinations[0].unique_rows = 10;
  i.w.must(the_node(), ReportAssociation{i.w.dataset, m});
  EXPECT_EQ(i.level({"age", "city", "fee"}).level, 3) << "too few rows";
}

TEST(FlowLevel, IdentifiersBesidePaymentsAreAssociated) {
  Inventory i;
  i.grade();
  i.w.must(as(i.w.manager), i.same_for({"age"}, {"", "phone", Category::personal, 4, true, false, "实为电话"}));
  FlowLevel flow = i.level({"age", "fee"});
  EXPECT_EQ(flow.level, 4);
}

TEST(Lineage, AMaskedVersionInheritsWhatTheTechniqueLeftUnlessKIsTooSmall) {
  Inventory i;
  i.grade();
  i.w.mask();
  auto lineage = lineage_of(i.desk.state_, packs(), i.w.masked, i.desk.now_);
  ASSERT_TRUE(lineage);
  EXPECT_EQ(lineage->kind, "masked");
  EXPECT_EQ(lineage->inputs, std::vector<VersionId>{i.w.version});
  ASSERT_FALSE(lineage->columns.empty());
  i.desk.state_.maskings.at(i.w.masked.str()).k = 1;
  i.desk.state_.maskings.at(i.w.masked.str()).quasi_identifiers = {"age"};
  auto weak = lineage_of(i.desk.state_, packs(), i.w.masked, i.desk.now_);
  for (const auto& c : weak->columns) {
    if (c.column == "age") {
      EXPECT_EQ(c.level, c.source_level);
    }
  }
  EXPECT_EQ(lineage_of(i.desk.state_, packs(), i.w.version, i.desk.now_)->kind, "collected");
  EXPECT_EQ(lineage_of(i.desk.state_, packs(), VersionId::make(i.desk.random), i.desk.now_).error().reason, "version.not_found");
}

}  // namespace
}  // namespace sluice::space
