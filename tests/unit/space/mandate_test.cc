// Mandates: what a broker's people may do for whom, and that they never see data, whatever duties they hold (C5.5).
#include <algorithm>
#include <set>

#include "space/guard.h"
#include "space/mandate/broker.h"
#include "tests/unit/space/fill.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

// The walk until a product is registered, with a broker, its person and another broker.
struct Brokered {
  explicit Brokered(void (Walk::*until)() = &Walk::until_product) : w(until) {
    broker = w->party("某数据经纪公司", PartyRole::broker, 21);
    agent = w->enrol(broker, {Duty::broker});
    other = w->enrol(w->party("另一经纪公司", PartyRole::broker, 22), {Duty::broker});
    manager_of_user = w->enrol(w->insurer, {Duty::data_user});
  }
  MandateForm of_user() const {
    return {.broker = broker, .acts = {MandateAct::draft_application, MandateAct::chase}, .products = {w.walk.product}, .datasets = {}, .purposes = {w.walk.purpose},
            .from_ms = 0, .until_ms = kTestStart + 60 * kDayMs, .number = "委字〔2026〕1号", .note = {}, .digest = test_digest(31)};
  }
  MandateForm of_agency() const {
    return {.broker = broker, .acts = {MandateAct::draft_product, MandateAct::draft_contract, MandateAct::chase}, .products = {w.walk.product}, .datasets = {w.walk.dataset},
            .purposes = {w.walk.purpose}, .from_ms = 0, .until_ms = kTestStart + 300 * kDayMs, .number = "委字〔2026〕2号", .note = {}, .digest = test_digest(32)};
  }
  MandateId accepted(const PersonId& proposer, const PersonId& signer, const MandateForm& form) {
    MandateId id = w->made<MandateProposed>(as(proposer), ProposeMandate{form}).mandate;
    w->must(as(signer), ConfirmMandate{id, true, ""});
    w->must(as(agent), AcceptMandate{id, true, ""});
    return id;
  }
  MandateId user_mandate() { return accepted(w->user, w->insurer_signer, of_user()); }
  MandateId agency_mandate() { return accepted(w->manager, w->signer, of_agency()); }
  const Mandate& mandate(const MandateId& id) { return w.desk.state_.mandates.at(id.str()); }
  const Person& person(const PersonId& id) { return w.desk.state_.persons.at(id.str()); }

  DeskWalk w;
  PartyId broker;
  PersonId agent, other, manager_of_user;
};

TEST(Mandate, IsProposedConfirmedByAnotherPersonAndAcceptedByTheBroker) {
  Brokered b;
  auto& w = b.w;
  EXPECT_EQ(w->why(as(w->officer), ProposeMandate{b.of_agency()}), "duty.missing");
  MandateId id = w->made<MandateProposed>(as(w->user), ProposeMandate{b.of_user()}).mandate;
  EXPECT_EQ(w->why(as(b.agent), AcceptMandate{id, true, ""}), "mandate.not_found") << "nothing was offered yet";
  EXPECT_EQ(w->why(as(w->user), ConfirmMandate{id, true, ""}), "duty.missing");
  EXPECT_EQ(w->why(as(w->signer), ConfirmMandate{id, true, ""}), "mandate.not_found") << "another party's signer";
  EXPECT_EQ(w->why(without_second_factor(w->insurer_signer), ConfirmMandate{id, true, ""}), "auth.second_factor_needed");
  w->must(as(w->insurer_signer), ConfirmMandate{id, true, ""});
  EXPECT_EQ(w->why(as(b.other), AcceptMandate{id, true, ""}), "mandate.not_found");
  EXPECT_EQ(w->why(without_second_factor(b.agent), AcceptMandate{id, true, ""}), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(b.agent), DraftApplication{id, w->product, w->application_form()}), "mandate.not_accepted");
  w->must(as(b.agent), AcceptMandate{id, true, ""});
  EXPECT_TRUE(b.mandate(id).in_force(w.desk.now()));
  // One human being with two accounts counts once.
  PersonId both = w->enrol(w->insurer, {Duty::data_user, Duty::contract_signer});
  MandateId own = w->made<MandateProposed>(as(both), ProposeMandate{b.of_user()}).mandate;
  EXPECT_EQ(w->why(as(both), ConfirmMandate{own, true, ""}), "duty.second_person_needed");
  w->must(as(w->insurer_signer), ConfirmMandate{own, true, ""});
  w.desk.same_person_ = [&](const PersonId& x, const PersonId& y) { return (x == both && y == b.agent) || (y == both && x == b.agent); };
  EXPECT_EQ(w->why(as(b.agent), AcceptMandate{own, true, ""}), "duty.second_person_needed");
  w.desk.same_person_ = nullptr;
  w->must(as(b.agent), AcceptMandate{own, false, "人手不足"});
  EXPECT_EQ(b.mandate(own).status, MandateStatus::refused);
}

TEST(Mandate, SaysWhatMayBeDoneAboutWhatForHowLongAndOnWhichPaper) {
  Brokered b;
  auto& w = b.w;
  auto why = [&](const PersonId& who, MandateForm form, auto change) {
    change(form);
    return w->why(as(who), ProposeMandate{form});
  };
  auto user = [&](auto change) { return why(w->user, b.of_user(), change); };
  auto agency = [&](auto change) { return why(w->manager, b.of_agency(), change); };
  EXPECT_EQ(user([&](auto& f) { f.broker = w->agency; }), "mandate.not_a_broker");
  EXPECT_EQ(user([&](auto& f) { f.acts.clear(); }), "mandate.no_acts");
  EXPECT_EQ(user([&](auto& f) { f.acts = {MandateAct::chase, MandateAct::chase}; }), "mandate.named_twice");
  EXPECT_EQ(user([&](auto& f) { f.acts.push_back(MandateAct::draft_contract); }), "mandate.act_of_agencies");
  EXPECT_EQ(user([&](auto& f) { f.datasets = {w->dataset}; }), "mandate.datasets_of_products");
  EXPECT_EQ(user([&](auto& f) { f.purposes.clear(); }), "mandate.no_purposes");
  EXPECT_EQ(user([&](auto& f) { f.purposes = {"anything"}; }), "policy.purpose_unknown");
  EXPECT_EQ(user([&](auto& f) { f.products = {ProductId::make(w.desk.random)}; }), "product.not_found");
  EXPECT_EQ(user([&](auto& f) { f.number.clear(); }), "form.text_missing");
  EXPECT_EQ(user([&](auto& f) { f.digest = {}; }), "mandate.no_scan");
  EXPECT_EQ(user([&](auto& f) { f.until_ms = w.desk.now(); }), "mandate.bad_period");
  EXPECT_EQ(user([&](auto& f) { f.until_ms = w.desk.now() + 367 * kDayMs; }), "mandate.bad_period");
  EXPECT_EQ(user([&](auto& f) { f.from_ms = f.until_ms; }), "mandate.bad_period");
  EXPECT_EQ(agency([&](auto& f) { f.datasets.clear(); }), "mandate.datasets_of_products");
  EXPECT_EQ(agency([&](auto& f) { f.datasets = {DatasetId::make(w.desk.random)}; }), "dataset.not_found");
  PersonId guide = w->enrol(w->party("某评估机构", PartyRole::service_provider, 23), {Duty::data_user});
  EXPECT_EQ(w->why(as(guide), ProposeMandate{b.of_user()}), "mandate.not_a_principal");
  EXPECT_EQ(user([](auto&) {}), "ok");
  EXPECT_EQ(agency([](auto&) {}), "ok");
}

TEST(Mandate, ADraftedApplicationIsSubmittedByThePrincipalsOwnPerson) {
  Brokered b;
  auto& w = b.w;
  MandateId id = b.user_mandate();
  EXPECT_EQ(w->why(as(b.agent), SubmitApplication{w->product, w->application_form()}), "broker.mandate_only");
  Events drafted = w->must(as(b.agent), DraftApplication{id, w->product, w->application_form()});
  ASSERT_EQ(drafted.size(), 2u);
  auto draft = drafted[0].get_if<ApplicationDrafted>()->draft;
  const MandateActed* acted = drafted[1].get_if<MandateActed>();
  ASSERT_TRUE(acted);
  EXPECT_EQ(acted->mandate, id);
  EXPECT_EQ(acted->principal, w->insurer);
  EXPECT_EQ(objects_of(drafted[1]).front(), id.str()) << "the entry is about the mandate";
  EXPECT_TRUE(w.desk.state_.applications.empty()) << "nothing was submitted";
  EXPECT_EQ(w->why(as(b.agent), DecideDraftedApplication{id, draft, true, ""}), "broker.mandate_only");
  EXPECT_EQ(w->why(as(w->rival_user), DecideDraftedApplication{id, draft, true, ""}), "mandate.not_found");
  auto submitted = w->made<ApplicationSubmitted>(as(w->user), DecideDraftedApplication{id, draft, true, ""});
  EXPECT_EQ(submitted.applicant, w->insurer);
  EXPECT_EQ(w.desk.state_.applications.at(submitted.application.str()).submitted_by, w->user);
  EXPECT_EQ(b.mandate(id).drafts[0].application, submitted.application);
  EXPECT_EQ(w->why(as(w->user), DecideDraftedApplication{id, draft, true, ""}), "mandate.draft_decided_already");
  // Refused, and taken back.
  auto next = [&] { return w->made<ApplicationDrafted>(as(b.agent), DraftApplication{id, w->product, w->application_form()}).draft; };
  w->must(as(w->user), DecideDraftedApplication{id, next(), false, "不需要"});
  DraftedApplicationId back = next();
  EXPECT_EQ(w->why(as(b.other), WithdrawDraftedApplication{id, back, "x"}), "mandate.not_found");
  w->must(as(b.agent), WithdrawDraftedApplication{id, back, "填错"});
  EXPECT_EQ(w->why(as(w->user), DecideDraftedApplication{id, back, true, ""}), "mandate.draft_decided_already");
  EXPECT_EQ(b.mandate(id).deeds.size(), 3u);
}

TEST(Mandate, ADrafterUnderAnotherAccountNeitherSubmitsNorSitsOnTheCommittee) {
  Brokered b;
  auto& w = b.w;
  MandateId id = b.user_mandate();
  auto draft = w->made<ApplicationDrafted>(as(b.agent), DraftApplication{id, w->product, w->application_form()}).draft;
  w.desk.same_person_ = [&](const PersonId& x, const PersonId& y) { return (x == w->user && y == b.agent) || (y == w->user && x == b.agent); };
  EXPECT_EQ(w->why(as(w->user), DecideDraftedApplication{id, draft, true, ""}), "duty.second_person_needed");
  PersonId member = w->members[2];
  w.desk.same_person_ = [&](const PersonId& x, const PersonId& y) { return (x == member && y == b.agent) || (y == member && x == b.agent); };
  auto submitted = w->made<ApplicationSubmitted>(as(w->user), DecideDraftedApplication{id, draft, true, ""});
  EXPECT_EQ(std::count(submitted.roster.begin(), submitted.roster.end(), member), 0);
  EXPECT_EQ(submitted.roster.size(), w->members.size() - 1);
}

TEST(Mandate, AProductAndAContractAreDraftedForTheAgencyWhichDecidesAndSignsItself) {
  Brokered b(&Walk::until_vote);
  auto& w = b.w;
  w->approve();
  MandateId id = b.agency_mandate();
  DraftProduct product{w->dataset, w->masked, w->product_form(), id};
  EXPECT_EQ(w->why(as(b.agent), DraftProduct{w->dataset, w->masked, w->product_form()}), "mandate.needed");
  EXPECT_EQ(w->why(as(w->manager), product), "mandate.not_yours");
  EXPECT_EQ(w->why(as(b.other), product), "mandate.not_found");
  auto drafted = w->made<ProductDrafted>(as(b.agent), product);
  EXPECT_EQ(drafted.owner, w->agency);
  w->must(the_node(), ReportProductCheck{drafted.product, {{"grading", "已确认", "confirmed", true}}, 10});
  EXPECT_EQ(w->why(as(b.agent), ReviewProduct{drafted.product, true, "x"}), "broker.mandate_only");
  EXPECT_EQ(w->why(as(w->officer), ReviewProduct{drafted.product, true, "同意"}), "ok");
  DraftContract contract{w->application, "专人专机", "违约赔偿", std::nullopt, std::nullopt, id};
  EXPECT_EQ(w->why(as(b.other), contract), "mandate.not_found");
  w->contract = w->made<ContractDrafted>(as(b.agent), contract).contract;
  EXPECT_EQ(w->why(as(b.agent), w->signature(11)), "broker.mandate_only");
  w->sign_contract();
  EXPECT_EQ(w.desk.state_.contracts.at(w->contract.str()).status, ContractStatus::active);
  const auto& deeds = b.mandate(id).deeds;
  ASSERT_EQ(deeds.size(), 2u);
  EXPECT_EQ(deeds[0].product, drafted.product);
  EXPECT_EQ(deeds[1].contract, w->contract);
  // Chasing: a recipient's certificate, once it is overdue.
  w->prepare();
  w->deliver();
  ChaseRecipient chase{w->release, "请提交销毁证明", id};
  EXPECT_EQ(w->why(as(b.agent), chase), "law.not_overdue");
  w.desk.now_ = w.desk.state_.releases.at(w->release.str()).expires_ms + kDestructionDays * kDayMs;
  EXPECT_EQ(w->why(as(b.agent), chase), "ok");
  EXPECT_EQ(b.mandate(id).deeds.back().release, w->release);
}

TEST(Mandate, ADeliveryIsChasedOnceADayUnderAContractOfThePrincipal) {
  Brokered b(&Walk::until_contract);
  auto& w = b.w;
  MandateId id = b.user_mandate();
  EXPECT_EQ(w->why(as(b.agent), ChaseDelivery{id, ContractId::make(w.desk.random), "请交付"}), "contract.not_found");
  w->must(as(b.agent), ChaseDelivery{id, w->contract, "请交付首批数据"});
  EXPECT_EQ(b.mandate(id).deeds.back().note, "请交付首批数据");
  EXPECT_EQ(w->why(as(b.agent), ChaseDelivery{id, w->contract, "请交付"}), "mandate.chased_today");
  w.desk.now_ += kDayMs;
  EXPECT_EQ(w->why(as(b.agent), ChaseDelivery{id, w->contract, "请交付"}), "ok");
}

TEST(Mandate, NothingIsDoneOutsideItBeforeItOrAfterIt) {
  Brokered b;
  auto& w = b.w;
  auto ask = [&](const MandateId& id, auto change) {
    DraftApplication command{id, w->product, w->application_form()};
    change(command);
    return w->why(as(b.agent), command);
  };
  auto same = [](auto&) {};
  MandateId chase_only = [&] {
    MandateForm form = b.of_user();
    form.acts = {MandateAct::chase};
    return b.accepted(w->user, w->insurer_signer, form);
  }();
  EXPECT_EQ(ask(chase_only, same), "mandate.act_not_covered");
  MandateForm form = b.of_user();
  form.purposes = {"statistics"};
  EXPECT_EQ(ask(b.accepted(w->user, w->insurer_signer, form), same), "mandate.purpose_not_covered");
  ProductId first = w->product;
  w->draft_product(), w->check_product(), w->review_product(), w->register_product();
  ProductId fresh = std::exchange(w->product, first);
  MandateId id = b.user_mandate();
  EXPECT_EQ(ask(id, [&](auto& c) { c.product = fresh; }), "product.not_found") << "not among its products: not even seen";
  EXPECT_EQ(ask(id, [&](auto& c) { c.form.row_filter = {{.column = "age", .op = "eq", .values = {}, .secret_ref = "sf_x", .commitment = test_digest(1), .masked = std::vector<std::string>{"****"}}}; }),
            "mandate.secret_condition");
  EXPECT_EQ(ask(id, same), "ok");
  form = b.of_user();
  form.from_ms = w.desk.now() + 3 * kDayMs;
  MandateId later = b.accepted(w->user, w->insurer_signer, form);
  w->must(as(w->user), EndMandate{id, "改由本单位办理"});
  w->must(as(w->user), EndMandate{chase_only, "改由本单位办理"});
  EXPECT_EQ(ask(id, same), "mandate.ended");
  EXPECT_EQ(w->why(as(w->user), EndMandate{id, "x"}), "mandate.ended_already");
  EXPECT_EQ(ask(later, same), "mandate.not_begun");
  w.desk.now_ += 3 * kDayMs;
  EXPECT_EQ(ask(later, same), "ok");
  EXPECT_EQ(w->why(as(b.other), EndMandate{later, "x"}), "duty.missing") << "another broker ends nothing";
  EXPECT_EQ(w->why(as(w->supervisor), EndMandate{later, "x"}), "duty.missing");
  w.desk.now_ = form.until_ms;
  EXPECT_EQ(ask(later, same), "mandate.over");
  // A suspended principal or broker stops at once.
  Brokered c;
  MandateId held = c.user_mandate();
  c.w->must(as(c.w->security_admin), SuspendParty{c.w->insurer, "调查"});
  EXPECT_EQ(c.w->why(as(c.agent), DraftApplication{held, c.w->product, c.w->application_form()}), "party.not_verified");
}

TEST(Mandate, OneBrokerDoesNotActForBothSidesOfOneApplication) {
  Brokered b;
  auto& w = b.w;
  MandateId user = b.user_mandate(), agency = b.agency_mandate();
  auto draft = w->made<ApplicationDrafted>(as(b.agent), DraftApplication{user, w->product, w->application_form()}).draft;
  w->application = w->made<ApplicationSubmitted>(as(w->user), DecideDraftedApplication{user, draft, true, ""}).application;
  w->approve();
  EXPECT_EQ(w->why(as(b.agent), DraftContract{w->application, "a", "b", std::nullopt, std::nullopt, agency}), "mandate.both_sides");
  EXPECT_EQ(w->why(as(w->manager), DraftContract{w->application, "a", "b"}), "ok");
}

// Every duty that there is, put straight into the record, as an older ledger might have it.
void give_every_duty(Brokered& b, const PersonId& person) {
  for (std::string_view name : enum_names(Duty{})) b.w.desk.fold({DutyGranted{person, *enum_of<Duty>(name), 0}}, b.w->security_admin);
}

TEST(Broker, SendsNothingButItsOwnCommandsWhateverDutiesItsPeopleHold) {
  Brokered b(&Walk::until_delivered);
  auto& w = b.w;
  for (bool duties : {false, true}) {
    if (duties) give_every_duty(b, b.agent);
    SeededRandom random(9);
    Command::each_kind([&](auto command) {
      using C = decltype(command);
      for (int round = 0; round < 20; round++) {
        arbitrary(random).fill(command);
        for (bool system : {false, true}) {
          Principal who{.person = b.agent, .system = system, .stepped_up = true};
          auto done = w.desk.ask(who, command);
          if (open_to_brokers(C::kind)) continue;
          ASSERT_FALSE(done) << C::kind;
          EXPECT_EQ(done.error().reason, "broker.mandate_only") << C::kind;
        }
      }
    });
  }
  // Of what is open, nothing reads data, votes, signs for a party or gives keys.
  std::set<std::string_view> open;
  Command::each_kind([&](auto command) {
    if (open_to_brokers(decltype(command)::kind)) open.insert(decltype(command)::kind);
  });
  EXPECT_EQ(open, (std::set<std::string_view>{"contract.draft", "credential.register_certificate", "credential.revoke_certificate", "law.chase_recipient", "mandate.accept", "mandate.chase_delivery",
                                              "mandate.draft_application", "mandate.end", "mandate.withdraw_draft", "person.note_credential_change", "product.draft"}));
}

TEST(Broker, SeesWhatAMandateInForceCoversAndNothingElse) {
  Brokered b(&Walk::until_delivered);
  auto& w = b.w;
  const State& s = w.desk.state_;
  auto sees = [&](const PersonId& who) {
    const Person& p = b.person(who);
    TimeMs now = w.desk.now();
    std::string out;
    for (bool one : {may_see(s, p, s.products.at(w->product.str()), now), may_see(s, p, s.applications.at(w->application.str()), now), may_see(s, p, s.contracts.at(w->contract.str()), now),
                     may_see(s, p, s.datasets.at(w->dataset.str()), now), may_see(s, p, s.releases.at(w->release.str()), now)})
      out += one ? 'x' : '-';
    return out;
  };
  for (bool duties : {false, true}) {
    if (duties) give_every_duty(b, b.agent);
    EXPECT_EQ(sees(b.agent), "-----");
    MandateId user = b.user_mandate();
    EXPECT_EQ(sees(b.agent), "xxx--") << "no dataset and no release, ever";
    EXPECT_EQ(sees(b.other), "-----");
    w->must(as(w->insurer_signer), EndMandate{user, "终止"});
    EXPECT_EQ(sees(b.agent), "-----");
    MandateId agency = b.agency_mandate();
    EXPECT_EQ(sees(b.agent), "xxx--");
    w->must(as(b.agent), EndMandate{agency, "辞任"});
    EXPECT_TRUE(b.mandate(agency).ended_by == b.agent);
    EXPECT_EQ(sees(b.agent), "-----");
  }
}

TEST(PartyRoles, EachHoldsTheDutiesOfItsRoleAndNoOthers) {
  DeskWalk w(&Walk::people);
  auto holds = [&](PartyRole role) {
    PartyId party = w->party("机构", role, 60 + static_cast<int>(role));
    std::string out;
    for (std::string_view name : enum_names(Duty{})) {
      Duty duty = *enum_of<Duty>(name);
      if (is_administration(duty)) continue;
      std::string why = w->why(as(w->security_admin), GrantDuty{w->enrol(party, {}), duty, 0});
      EXPECT_EQ(why, duty_fits(role, duty) ? "ok" : "duty.not_for_this_party") << name;
      if (why == "ok") out += (out.empty() ? "" : " ") + std::string(name);
    }
    return out;
  };
  EXPECT_EQ(holds(PartyRole::agency), "data_manager security_officer registrar pi_officer committee_member contract_signer data_user");
  EXPECT_EQ(holds(PartyRole::data_user), "data_manager security_officer pi_officer contract_signer data_user");
  EXPECT_EQ(holds(PartyRole::supervisor), "pi_officer contract_signer data_user supervisor");
  EXPECT_EQ(holds(PartyRole::broker), "broker");
  EXPECT_EQ(holds(PartyRole::service_provider), "pi_officer contract_signer data_user");
}

TEST(PartyRoles, AnEcosystemServiceProviderAppliesAsAProcessorAndCollectsNothing) {
  DeskWalk w(&Walk::until_product);
  PartyId provider = w->party("某评估机构", PartyRole::service_provider, 71);
  PersonId user = w->enrol(provider, {Duty::data_user});
  ApplicationForm form = w->application_form();
  EXPECT_EQ(w->why(as(user), SubmitApplication{w->product, form}), "application.service_provider_processes");
  form.scenario = Scenario::between_controllers;
  EXPECT_EQ(w->why(as(user), SubmitApplication{w->product, form}), "application.service_provider_processes");
  form.scenario = Scenario::controller_to_processor;
  EXPECT_EQ(w->why(as(user), SubmitApplication{w->product, form}), "ok");
  EXPECT_EQ(w->why(as(user), w->plan_form()), "duty.missing");
  // It sees what is registered and its own; nothing of others.
  const State& s = w.desk.state_;
  const Person& person = s.persons.at(user.str());
  EXPECT_TRUE(may_see(s, person, s.products.at(w->product.str()), w.desk.now()));
  EXPECT_FALSE(may_see(s, person, s.datasets.at(w->dataset.str()), w.desk.now()));
}

}  // namespace
}  // namespace sluice::space
