// What the law demands of a case, and what passes for one consenting person at a time.
#include "policy/legal_case.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy/decide.h"

namespace sluice::policy {
namespace {

std::string demanded(const CaseFacts& facts) {
  std::string out;
  for (const auto* d : demands_of(rules::RuleSet::built_in().law, facts)) out += (out.empty() ? "" : " ") + d->id;
  return out;
}

TEST(LegalDemands, FollowLevelBasisScenarioAndFlagsAndEachCitesItsClause) {
  EXPECT_EQ(demanded({.level = Level::l2(), .legal_basis = "consent"}), "");
  EXPECT_EQ(demanded({.level = Level::l3(), .legal_basis = "consent"}), "impact_assessment");
  EXPECT_EQ(demanded({.level = Level::l2(), .legal_basis = "statutory_duty"}), "legal_basis_paper");
  EXPECT_EQ(demanded({.level = Level::l2(), .scenario = Scenario::controller_to_processor, .legal_basis = "consent"}), "processing_agreement");
  EXPECT_EQ(demanded({.level = Level::l2(), .scenario = Scenario::between_controllers, .legal_basis = "consent"}), "joint_controllers");
  EXPECT_EQ(demanded({.level = Level::l4(), .legal_basis = "separate_consent", .one_person = true}), "impact_assessment separate_consent");
  EXPECT_EQ(demanded({.level = Level::l1(), .legal_basis = "consent", .cross_border = true, .important_data = true, .human_genetic = true}),
            "cross_border important_data_assessment human_genetic_approval");
  for (const auto& d : rules::RuleSet::built_in().law.demands) EXPECT_FALSE(d.clause.empty() || d.zh.empty() || d.en.empty()) << d.id;
}

TEST(LegalDemands, MoreFactsNeverDemandLess) {
  for (int level = 1; level <= 4; level++)
    for (const char* basis : {"consent", "separate_consent", "statutory_duty", "public_interest"})
      for (auto scenario : {Scenario::controller_to_user, Scenario::controller_to_processor, Scenario::between_controllers}) {
        CaseFacts plain{.level = *Level::of(level), .scenario = scenario, .legal_basis = basis};
        CaseFacts more = plain;
        more.cross_border = more.important_data = more.human_genetic = true;
        auto few = demands_of(rules::RuleSet::built_in().law, plain), many = demands_of(rules::RuleSet::built_in().law, more);
        for (const auto* d : few) EXPECT_NE(std::find(many.begin(), many.end(), d), many.end()) << d->id;
      }
}

Request for_one() {
  Request r;
  r.fields = {{.category = Category::payment, .level = Level::l4()}};
  r.form = OpenForm::api;
  r.purpose = "insurance_claims_service";
  r.legal_basis = "separate_consent";
  r.one_person = true;
  r.deidentified = true;
  return r;
}

std::string why_not(const Request& r) {
  auto d = decide(rules::RuleSet::built_in(), r);
  return d.allowed ? "allowed" : d.reasons.front().id;
}

TEST(OnePerson, LevelFourPassesWithSeparateConsentAsAnApiAndNotOtherwise) {
  EXPECT_EQ(why_not(for_one()), "allowed");
  auto decision = decide(rules::RuleSet::built_in(), for_one());
  EXPECT_EQ(decision.k_min, 0) << "k protects a crowd";
  EXPECT_TRUE(std::any_of(decision.obligations.begin(), decision.obligations.end(), [](const Reason& o) { return o.id == "separate_consent"; }));
  Request r = for_one();
  r.one_person = false;
  EXPECT_EQ(why_not(r), "policy.level4_statutory_only");
  r = for_one();
  r.legal_basis = "public_interest";
  EXPECT_EQ(why_not(r), "policy.one_person_needs_consent");
  r = for_one();
  r.form = OpenForm::website;
  EXPECT_EQ(why_not(r), "policy.one_person_form");
  r = for_one();
  r.recipient = PartyRole::broker;
  EXPECT_EQ(why_not(r), "policy.broker_sees_no_data");
  r = for_one();
  r.fields[0].level = Level::l5();
  EXPECT_EQ(why_not(r), "policy.level5_never_leaves");
  r = for_one();
  r.fields[0].direct_identifier = true;
  EXPECT_EQ(why_not(r), "policy.direct_identifier_left");
  r.form = OpenForm::file;
  EXPECT_EQ(why_not(r), "allowed") << "a file of those who consented may name them";
  r.fields[0].level = Level::l5();
  EXPECT_EQ(why_not(r), "policy.level5_never_leaves");
  r = for_one();
  r.purpose = "insurance_underwriting";
  EXPECT_EQ(why_not(r), "policy.purpose_unknown");
  r = for_one();
  r.cross_border = Assessment::missing;
  EXPECT_EQ(why_not(r), "policy.cross_border_not_assessed");
}

}  // namespace
}  // namespace sluice::policy
