// Products, applications, contracts and releases rest on the level of the flow, and say which combination raised it.
#include <gtest/gtest.h>

#include "space/catalog/level.h"
#include "space/policy_request.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

// Singles out every third person beside payments, in the masked version itself.
void measure_singling(Walk& w) {
  MeasuredAssociation m{w.masked, {"age", "city"}, 98, 33, 1, {{{"age", "city"}, 33, 1}}, 0};
  w.must(the_node(), ReportAssociation{w.dataset, m});
}

std::string detail_of(Walk& w, const Principal& who, const Command& command) {
  auto events = w.ground.ask(who, command);
  return events ? std::string() : events.error().detail;
}

TEST(FlowGrade, EveryStepKeepsTheLevelOfItsFlowWithTheRuleBehindIt) {
  DeskWalk d(&Walk::until_delivered);
  const State& s = d.desk.state_;
  const Product& product = s.products.at(d->product.str());
  ASSERT_TRUE(product.grade);
  EXPECT_EQ(product.level, product.grade->level);
  EXPECT_EQ(product.grade->scenario, "sharing");
  EXPECT_EQ(product.grade->reasons.front().rule, "highest");
  ASSERT_TRUE(s.applications.at(d->application.str()).grade);
  const Contract& contract = s.contracts.at(d->contract.str());
  ASSERT_TRUE(contract.terms.grade);
  EXPECT_NE(contract.text_zh.find("数据级别：第3级（fee："), std::string::npos) << contract.text_zh;
  // People sign words, not ids.
  for (const auto& scenario : rules::RuleSet::built_in().grading.scenarios)
    if (scenario.id == contract.terms.grade->scenario) {
      EXPECT_NE(contract.text_zh.find("流转场景：" + scenario.zh + "（" + scenario.en + "）"), std::string::npos) << contract.text_zh;
    }
  EXPECT_EQ(contract.text_zh.find("流转场景：" + contract.terms.grade->scenario), std::string::npos) << contract.text_zh;
  const Release& release = s.releases.at(d->release.str());
  ASSERT_TRUE(release.grade);
  EXPECT_EQ(release.level, 3);
  EXPECT_EQ(release.grade->columns_level, 3);
  EXPECT_FALSE(release.grade->raised());
}

TEST(FlowGrade, ACombinationThatSinglesPeopleOutStopsTheRegistrationAndIsNamed) {
  DeskWalk d(&Walk::until_graded);
  d->mask();
  measure_singling(d.walk);
  d->draft_product();
  EXPECT_EQ(d.desk.state_.products.at(d->product.str()).level, 4) << "known before anybody asks for it";
  d->check_product();
  d->review_product();
  RegisterProduct command{d->product, true, "符合"};
  EXPECT_EQ(d->why(as(d->registrar), command), "policy.level_raised_in_flow");
  std::string detail = detail_of(d.walk, as(d->registrar), command);
  EXPECT_NE(detail.find("age+city"), std::string::npos) << detail;
  EXPECT_NE(detail.find("33/98"), std::string::npos) << detail;
  EXPECT_EQ(d->why(as(d->registrar), RegisterProduct{d->product, false, "退回"}), "ok") << "sent back it may be";
}

TEST(FlowGrade, ARaiseAfterTheVoteStopsTheContractAndTheRelease) {
  DeskWalk voted(&Walk::until_vote);
  voted->approve();
  ApplicationForm form = voted->application_form();
  measure_singling(voted.walk);
  EXPECT_EQ(voted->why(as(voted->manager), DraftContract{voted->application, "专人专机", "违约赔偿"}), "ok") << "age and fee alone: the combination is not whole";
  DeskWalk signed_one(&Walk::until_contract);
  MeasuredAssociation m{signed_one->masked, {"age"}, 98, 50, 1, {{{"age"}, 50, 1}}, 0};
  signed_one->must(the_node(), ReportAssociation{signed_one->dataset, m});
  EXPECT_EQ(signed_one->why(as(signed_one->manager), PrepareRelease{signed_one->contract, {}, signed_one->purpose}), "policy.level_raised_in_flow");
  EXPECT_EQ(signed_one->why(as(signed_one->manager), PrepareRelease{signed_one->contract, {"fee"}, signed_one->purpose}), "ok") << "without the trigger it goes";
}

TEST(FlowGrade, VolumeOfDeidentifiedRowsHasItsOwnThreshold) {
  DeskWalk d(&Walk::until_graded);
  d->mask();
  const rules::RuleSet& rules = rules::RuleSet::built_in();
  const rules::VolumeRule& rule = rules.grading.volumes.front();
  ASSERT_TRUE(rule.deidentified_rows_min);
  auto level = [&](const VersionId& version, int64_t rows) {
    return level_of_flow(d.desk.state_, rules, {.parts = {{d->dataset, version, {"fee"}}}, .rows = rows, .scenario = "sharing", .fine_grained = false}, d.desk.now_)->level;
  };
  EXPECT_EQ(level(d->version, rule.rows_min), 4);
  EXPECT_EQ(level(d->masked, rule.rows_min), 3);
  EXPECT_EQ(level(d->masked, *rule.deidentified_rows_min), 4);
  d.desk.state_.maskings.at(d->masked.str()).k = 1;
  EXPECT_EQ(level(d->masked, rule.rows_min), 4) << "without k it is no crowd";
}

TEST(FlowGrade, PurposeAndBorderPutAFlowIntoTheirScenarios) {
  DeskWalk d(&Walk::until_graded);
  d->mask();
  d->draft_product();
  const Product& product = d.desk.state_.products.at(d->product.str());
  const rules::RuleSet& rules = rules::RuleSet::built_in();
  auto scenarios = [&](std::string purpose, bool abroad) {
    return flow_scenarios(rules, {.product = product, .columns = product.form.columns, .purpose = std::move(purpose), .legal_basis = {}, .cross_border = abroad});
  };
  EXPECT_EQ(scenarios("insurance_product_design", false), std::vector<std::string>{"sharing"});
  EXPECT_EQ(scenarios("medical_research", true), (std::vector<std::string>{"sharing", "cross_border", "research"}));
}

TEST(FlowGrade, WhatTellsOfACrowdIsNobodysPersonalDataAbroadAndWithoutKItIs) {
  DeskWalk d(&Walk::until_graded);
  d->mask();
  auto abroad = [&](const VersionId& version) {
    return level_of_flow(d.desk.state_, rules::RuleSet::built_in(), {.parts = {{d->dataset, version, {"age"}}}, .rows = 0, .scenario = "cross_border", .fine_grained = false},
                         d.desk.now_)->level;
  };
  EXPECT_EQ(abroad(d->version), 4);
  EXPECT_EQ(abroad(d->masked), 2);
  d.desk.state_.maskings.at(d->masked.str()).k = 2;
  EXPECT_EQ(abroad(d->masked), 4);
}

// The masked version as counts over age and city, with `hidden` of 40 cells.
MaskingResult& as_aggregate(Walk& w, State& s, int64_t contributors, int64_t hidden) {
  MaskingResult& masking = s.maskings.at(w.masked.str());
  masking.k = contributors;
  masking.run.emplace();
  masking.run->cells = 40;
  masking.run->cells_hidden = hidden;
  for (MaskedColumn& column : masking.columns) column.level = 2;
  return masking;
}

TEST(FlowGrade, AnAggregateStandsByWhatWasMeasuredOnItsCells) {
  DeskWalk d(&Walk::until_graded);
  d->mask();
  State& s = d.desk.state_;
  const rules::RuleSet& rules = rules::RuleSet::built_in();
  auto level = [&] {
    auto flow = level_of_flow(s, rules, {.parts = {{d->dataset, d->masked, {"fee"}}}, .rows = 0, .scenario = "internal", .fine_grained = false}, d.desk.now_);
    return std::pair(flow->level, flow->reasons.front());
  };
  as_aggregate(d.walk, s, 5, 4);
  auto [low, why] = level();
  EXPECT_EQ(low, 2);
  EXPECT_EQ(why.rule, "aggregate");
  EXPECT_NE(why.zh.find("40格中隐藏4格"), std::string::npos) << why.zh;
  EXPECT_NE(why.en.find("4 of 40 cells hidden"), std::string::npos) << why.en;
  as_aggregate(d.walk, s, 5, 30);
  EXPECT_EQ(level().first, 3) << "so many cells had to be hidden that its groups are small";
  as_aggregate(d.walk, s, 4, 0);
  EXPECT_EQ(level().first, 3) << "too few contributors: fee stands as its source";
  auto lineage = lineage_of(s, rules, d->masked, d.desk.now_);
  EXPECT_EQ(lineage->kind, "aggregated");
  EXPECT_EQ(lineage->cells, 40);
  EXPECT_EQ(lineage->inputs, std::vector<VersionId>{d->version});
}

TEST(FlowGrade, WhatACrowdIsComesFromTheRules) {
  DeskWalk d(&Walk::until_graded);
  d->mask();
  rules::RuleSet rules = rules::RuleSet::built_in();
  auto abroad = [&] {
    return level_of_flow(d.desk.state_, rules, {.parts = {{d->dataset, d->masked, {"age"}}}, .rows = 0, .scenario = "cross_border", .fine_grained = false}, d.desk.now_)->level;
  };
  EXPECT_EQ(abroad(), 2);
  rules.grading.crowd->k_min = 8;
  EXPECT_EQ(abroad(), 4) << "seven are no crowd of eight";
  rules.grading.crowd = rules::CrowdRule{3, {}};
  EXPECT_EQ(abroad(), 4) << "no rule is lifted for a crowd";
  rules.grading.crowd.reset();
  EXPECT_EQ(abroad(), 2) << "packs of old mean k_min of derived data, and rules about categories";
}

TEST(FlowGrade, ThePartysOwnRulesGradeItsFlows) {
  DeskWalk d(&Walk::until_contract);
  State& s = d.desk.state_;
  s.rules_in_force[d->agency.str()] = RulesInForce{{}, test_digest(77), test_digest(78), {}};
  int asked = 0;
  rules::RuleSet strict = rules::RuleSet::built_in();
  strict.grading.scenario_rules.push_back({"local", "sharing", "本地从严", "stricter here", "type:amount", 4});
  OwnRules own = [&](const Digest& content) -> Result<std::shared_ptr<const rules::RuleSet>> {
    asked += content == test_digest(77);
    return std::make_shared<const rules::RuleSet>(strict);
  };
  Context context{.now = d.desk.now_, .random = d.desk.random, .rules = rules::RuleSet::built_in(), .principal = as(d->manager), .own_rules = &own};
  auto refused = decide(s, context, PrepareRelease{d->contract, {}, d->purpose});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "policy.level_raised_in_flow");
  EXPECT_NE(refused.error().detail.find("本地从严"), std::string::npos) << refused.error().detail;
  EXPECT_EQ(asked, 1);
  own = [](const Digest&) -> Result<std::shared_ptr<const rules::RuleSet>> { return fail(Errc::corrupt, "blob.damaged"); };
  EXPECT_EQ(decide(s, context, PrepareRelease{d->contract, {}, d->purpose}).error().reason, "blob.damaged") << "never silently the built-in ones";
}

}  // namespace
}  // namespace sluice::space
