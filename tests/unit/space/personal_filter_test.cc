// Laws of filters on personal identifiers: no value in the ledger, a masked text to sign, destruction that fails closed.
#include "ledger/verifier.h"
#include "space/application/personal_filter.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

RowCondition secret_condition() { return {"fee", "in", {}, "sf_test", test_digest(5), std::vector<std::string>{"****34", "****"}}; }

// A walk whose application has one secret condition, as far as an active contract; and an officer for personal information.
struct SecretWalk {
  SecretWalk() : walk(house) {
    walk.until_product();
    officer = walk.enrol(walk.insurer, {Duty::pi_officer});
    ApplicationForm form = walk.application_form();
    form.row_filter = {{"age", "ge", {"18"}, ""}, secret_condition()};
    walk.application = walk.made<ApplicationSubmitted>(as(walk.user), SubmitApplication{walk.product, form}).application;
    walk.approve();
    walk.draft_contract();
    walk.sign_contract();
  }
  House house;
  Walk walk;
  PersonId officer;
};

TEST(PersonalFilter, AMaskedValueShowsTwoCharactersOfLongOnesAndNothingOfShortOnes) {
  EXPECT_EQ(masked_value("110101199003070134"), "****34");
  EXPECT_EQ(masked_value("12345"), "****");
  EXPECT_EQ(masked_value(""), "****");
  EXPECT_EQ(masked_value("医保编号甲乙丙丁"), "****丙丁") << "characters, not bytes";
  EXPECT_EQ(masked_value("\xff\xfe\xfd\xfc"), "****") << "not UTF-8 either";
}

TEST(PersonalFilter, IdentifyingAndUnknownColumnsAndValuesOfPersonalFormArePersonal) {
  DeskWalk w(&Walk::until_product);
  const State& s = w.desk.state_;
  auto personal = [&](RowCondition c) { return is_personal(s, w->dataset, w->masked, c); };
  EXPECT_TRUE(personal({"person_name", "eq", {"x"}, ""})) << "identifying after the confirmed grading";
  EXPECT_TRUE(personal({"no_such_column", "eq", {"x"}, ""})) << "what nobody graded fails closed";
  EXPECT_FALSE(personal({"age", "ge", {"18"}, ""}));
  EXPECT_TRUE(personal({"fee", "eq", {"13912345678"}, ""}));
  EXPECT_FALSE(personal({"fee", "eq", {"12912345678"}, ""})) << "no mobile number begins with 12";
  EXPECT_FALSE(personal({"fee", "in", {"1", "2"}, ""}));
  EXPECT_TRUE(personal({"fee", "in", {"1", "99010119900307013" + std::string(1, id_check_character("99010119900307013")), "13912345678"}, ""}));
  EXPECT_FALSE(personal({"person_name", "eq", {}, "sf_x"})) << "a reference carries no value";
}

TEST(PersonalFilter, TheContractCarriesReferenceCommitmentAndMaskedFormAndNoValue) {
  SecretWalk w;
  State state = w.house.state();
  const Contract& contract = state.contracts.at(w.walk.contract.str());
  EXPECT_NE(contract.text_zh.find("****34、****"), std::string::npos) << contract.text_zh;
  EXPECT_NE(contract.text_zh.find("编号 sf_test，SM3承诺 " + hex(test_digest(5))), std::string::npos);
  std::string odrl = canonical(contract.odrl);
  EXPECT_NE(odrl.find("urn:sluice:registry:sf_test"), std::string::npos);
  EXPECT_NE(odrl.find(hex(test_digest(5))), std::string::npos);
}

TEST(PersonalFilter, AnErasedFilterFailsClosedAndTheLedgerStaysProvable) {
  SecretWalk w;
  Walk& walk = w.walk;
  walk.prepare();
  walk.deliver();
  EraseFilter erase{walk.application, "sf_test", "个人要求删除"};
  EXPECT_EQ(walk.why(as(walk.manager), erase), "duty.missing");
  EXPECT_EQ(walk.why(without_second_factor(w.officer), erase), "auth.second_factor_needed");
  EXPECT_EQ(walk.why(as(w.officer), EraseFilter{walk.application, "sf_other", "x"}), "filter.not_found");
  EXPECT_EQ(walk.why(as(w.officer), EraseFilter{walk.application, "sf_test", ""}), "form.text_missing");
  walk.must(as(w.officer), erase);
  EXPECT_EQ(walk.why(as(w.officer), erase), "filter.erased") << "once is for good";
  EXPECT_EQ(walk.why(as(walk.manager), PrepareRelease{walk.contract, {}, walk.purpose}), "filter.erased");
  ASSERT_TRUE(w.house.sign());
  EXPECT_TRUE(ledger::verify_store(*w.house.store)->ok());
  w.house.reopen();
  EXPECT_EQ(walk.why(as(walk.manager), PrepareRelease{walk.contract, {}, walk.purpose}), "filter.erased") << "after a restart too";
}

TEST(PersonalFilter, AnotherOrganisationsOfficerErasesNothing) {
  SecretWalk w;
  PersonId rival = w.walk.enrol(w.walk.rival, {Duty::pi_officer});
  EXPECT_EQ(w.walk.why(as(rival), EraseFilter{w.walk.application, "sf_test", "x"}), "application.not_found");
}

TEST(PersonalFilter, ConditionsWithoutSecretsKeepTheBytesTheyAlwaysHad) {
  EXPECT_EQ(canonical(encode(RowCondition{"age", "ge", {"18"}, ""})), R"({"column":"age","op":"ge","secret_ref":"","values":["18"]})");
}

}  // namespace
}  // namespace sluice::space
