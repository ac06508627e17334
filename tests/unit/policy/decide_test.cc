#include "policy/decide.h"

#include <gtest/gtest.h>

namespace sluice::policy {
namespace {

Request good(int level) {
  Request r;
  r.fields = {{.category = Category::payment, .level = *Level::of(level)}};
  r.purpose = "medical_research";
  r.legal_basis = "public_interest";
  r.deidentified = true;
  r.measured = MeasuredRisk{.k_min = 5, .risk_permille = 200};
  if (level == 1) {
    r.flow = FlowType::open;
    r.share = ShareType::full;
    r.form = OpenForm::website;
  }
  return r;
}

std::vector<std::string> ids(const Decision& d) {
  std::vector<std::string> out;
  for (const auto& r : d.reasons) out.push_back(r.id);
  return out;
}

Decision ask(const Request& r) { return decide(rules::RuleSet::built_in(), r); }

// Written from the clauses, not from the pack: what the pack and decide() must agree with.
bool oracle(const Request& r) {
  int level = 0;
  for (const auto& f : r.fields) level = std::max(level, f.level.value());
  int least = 9;
  for (const auto& f : r.fields) least = std::min(least, f.level.value());
  if (r.fields.empty() || level >= 4) return false;
  bool table2 = (r.form == OpenForm::website && r.share == ShareType::full) || (r.form == OpenForm::file && r.share == ShareType::controlled) ||
                (r.form == OpenForm::api && r.share == ShareType::controlled) || (r.form == OpenForm::query && r.share != ShareType::enclave) ||
                (r.form == OpenForm::platform && r.share == ShareType::enclave);
  if (!table2) return false;
  if ((r.flow == FlowType::open) != (r.share == ShareType::full)) return false;
  if (level >= 2 && r.share == ShareType::full) return false;
  if (level >= 2 && r.recipient == PartyRole::broker) return false;
  if (level == 3 && (!r.deidentified || !r.measured)) return false;
  if (level == 3) {
    uint64_t k = r.share == ShareType::controlled ? 5 : 3;
    uint32_t risk = r.share == ShareType::controlled ? 200 : 334;
    if (r.measured->k_min < k || r.measured->risk_permille > risk) return false;
  }
  for (const auto& f : r.fields) {
    if (f.direct_identifier && f.level.value() > 1) return false;
    if (f.enterprise && r.share == ShareType::full) return false;
  }
  if (r.purpose != "medical_research") return false;
  if (r.legal_basis != "public_interest" && r.legal_basis != "consent" && (r.legal_basis != "not_personal_information" || level >= 3)) return false;
  bool scenario = (r.scenario == Scenario::between_controllers && r.recipient_role == DataRole::controller) ||
                  (r.scenario == Scenario::controller_to_processor && r.recipient_role == DataRole::processor) ||
                  (r.scenario == Scenario::controller_to_user && r.recipient_role == DataRole::user);
  if (!scenario || r.provider_role != DataRole::controller) return false;
  return r.cross_border != Assessment::missing && r.important_data != Assessment::missing;
}

TEST(Policy, AgreesWithANaiveOracleOverTheProductOfInputs) {
  size_t allowed = 0, asked = 0;
  for (int level = 1; level <= 5; level++)
    for (int other = 1; other <= level; other += 2)
      for (auto flow : {FlowType::open, FlowType::share, FlowType::trade})
        for (int form = 0; form < 5; form++)
          for (int share = 0; share < 3; share++)
            for (int party = 0; party < 5; party++)
              for (int scenario = 0; scenario < 6; scenario++)
                for (int measured = 0; measured < 4; measured++)
                  for (int odd = 0; odd < 8; odd++) {
                    Request r = good(2);
                    r.fields = {{.category = Category::medical, .level = *Level::of(level)}, {.category = Category::payment, .level = *Level::of(other)}};
                    r.flow = flow;
                    r.form = static_cast<OpenForm>(form);
                    r.share = static_cast<ShareType>(share);
                    r.recipient = static_cast<PartyRole>(party);
                    r.scenario = static_cast<Scenario>(scenario);
                    r.provider_role = roles_of(r.scenario).from;
                    r.recipient_role = odd == 1 ? DataRole::subject : roles_of(r.scenario).to;
                    r.deidentified = measured != 1;
                    if (measured == 2) r.measured.reset();
                    if (measured == 3) r.measured = MeasuredRisk{.k_min = 3, .risk_permille = 334};
                    if (odd == 2) r.fields[0].enterprise = true;
                    if (odd == 3) r.fields[1].direct_identifier = true;
                    if (odd == 4) r.cross_border = Assessment::missing;
                    if (odd == 5) r.purpose = "curiosity";
                    if (odd == 6) r.legal_basis = "not_personal_information";
                    if (odd == 7) r.important_data = Assessment::missing;
                    Decision d = ask(r);
                    asked++;
                    allowed += d.allowed;
                    ASSERT_EQ(d.allowed, oracle(r)) << level << other << form << share << party << scenario << measured << odd << "\n" << explain(d, Language::en);
                    ASSERT_FALSE(d.reasons.empty());
                    for (const auto& reason : d.reasons) ASSERT_FALSE(reason.clause.empty()) << reason.id;
                  }
  EXPECT_GT(allowed, 100u);
  EXPECT_LT(allowed, asked / 4);
}

TEST(Policy, DeniesForEveryReasonAtOnce) {
  Request r = good(3);
  r.measured = MeasuredRisk{.k_min = 2, .risk_permille = 500};
  r.deidentified = false;
  EXPECT_EQ(ids(ask(r)), (std::vector<std::string>{"policy.not_deidentified", "policy.k_too_small", "policy.risk_too_high"}));
  EXPECT_TRUE(ask(r).obligations.empty());
}

TEST(Policy, LevelsFourAndFiveDoNotLeave) {
  EXPECT_EQ(ids(ask(good(5))), std::vector<std::string>{"policy.level5_never_leaves"});
  EXPECT_EQ(ids(ask(good(4))), std::vector<std::string>{"policy.level4_statutory_only"});
  EXPECT_EQ(ask(good(4)).reasons[0].clause, "C5.2");
}

TEST(Policy, AnAllowedReleaseSaysWhatIsStillDue) {
  Decision d = ask(good(3));
  ASSERT_TRUE(d.allowed);
  EXPECT_EQ(d.k_min, 5);
  std::string said = explain(d, Language::zh);
  for (const char* due : {"数据安全委员会", "多因素", "完整性"}) EXPECT_NE(said.find(due), std::string::npos) << due;
}

TEST(Policy, NoFieldsNoRelease) {
  Request r = good(1);
  r.fields.clear();
  EXPECT_FALSE(ask(r).allowed);
}

}  // namespace
}  // namespace sluice::policy
