// Duties apart: what one person, two accounts of one person, a deputy, or somebody from outside must not be able to do alone. Each test first
// tries the loophole, then walks the lawful way.
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

// Makes two accounts one human being's, as the registry would say it (node/people.h).
void twins(Desk& desk, const PersonId& a, const PersonId& b) {
  auto before = desk.same_person_;
  desk.same_person_ = [=](const PersonId& x, const PersonId& y) { return (x == a && y == b) || (x == b && y == a) || (before && before(x, y)); };
}

RegisterPartyKey key_of(const PartyId& party, uint8_t n) {
  Bytes point = test_key(n).public_key().bytes();
  return {party, point, test_key(n).sign(view(key_proof_text(party, point)))};
}

TEST(DutiesApart, AKeyOfAPartyCountsOnceAnotherPersonConfirmedExactlyIt) {
  DeskWalk w(&Walk::people);
  auto party = [&]() -> const Party& { return w.desk.state_.parties.at(w->insurer.str()); };
  std::string before = party().key_id;
  auto key = w->made<PartyKeyProposed>(as(w->security_admin), key_of(w->insurer, 20)).key_id;
  EXPECT_EQ(party().key_id, before) << "the one before holds";
  DecidePartyKey yes{w->insurer, key, true, ""};
  EXPECT_EQ(w->why(as(w->security_admin), yes), "duty.second_person_needed");
  EXPECT_EQ(w->why(as(w->manager), yes), "duty.missing");
  EXPECT_EQ(w->why(as(w->signer), yes), "duty.missing") << "a signer of another party";
  EXPECT_EQ(w->why(without_second_factor(w->system_admin), yes), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->system_admin), DecidePartyKey{w->insurer, before, true, ""}), "party.no_key_proposed") << "another key than was looked at";
  twins(w.desk, w->security_admin, w->system_admin);
  EXPECT_EQ(w->why(as(w->system_admin), yes), "duty.second_person_needed") << "two accounts of one person";
  EXPECT_EQ(w->why(as(w->insurer_signer), yes), "ok") << "whose key it is says so";
  EXPECT_EQ(party().key_id, key);
  EXPECT_FALSE(party().proposed_key);
  auto other = w->made<PartyKeyProposed>(as(w->security_admin), key_of(w->insurer, 21)).key_id;
  EXPECT_EQ(w->why(as(w->system_admin), DecidePartyKey{w->insurer, other, false, ""}), "form.text_missing");
  EXPECT_EQ(w->why(as(w->insurer_signer), DecidePartyKey{w->insurer, other, false, "不是我们的"}), "ok");
  EXPECT_EQ(party().key_id, key);
  auto mine = w->made<PartyKeyProposed>(as(w->security_admin), key_of(w->insurer, 22)).key_id;
  EXPECT_EQ(w->why(as(w->security_admin), DecidePartyKey{w->insurer, mine, false, "撤回"}), "ok") << "whoever proposed takes it back";
}

TEST(DutiesApart, ASuspendedPartyIsResumedByTwoAndItsRunningWorkEndsAtOnce) {
  DeskWalk w(&Walk::until_contract);
  w->prepare();
  auto grant = w.desk.state_.releases.at(w->release.str()).grant;
  ASSERT_TRUE(w.desk.state_.grants.contains(grant.str()));
  auto security = as(w->security_admin);
  EXPECT_EQ(w->why(security, SuspendParty{w->agency, "r"}), "party.own_organisation");
  EXPECT_EQ(w->why(security, ResumeParty{w->insurer, "r"}), "party.not_suspended");
  w->must(security, SuspendParty{w->insurer, "r"});
  EXPECT_EQ(w.desk.state_.releases.at(w->release.str()).status, ReleaseStatus::failed);
  EXPECT_FALSE(w.desk.state_.grants.contains(grant.str()));
  EXPECT_EQ(w->why(node_for(w->manager), w->delivery_form()), "release.not_prepared") << "what was being made is not delivered";
  EXPECT_EQ(w->why(as(w->system_admin), DecideResume{w->insurer, true, "r"}), "party.no_resume_asked");
  EXPECT_EQ(w->why(as(w->system_admin), ResumeParty{w->insurer, "r"}), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->security_admin), ResumeParty{w->insurer, "r"}), "auth.second_factor_needed");
  EXPECT_EQ(w->why(security, ResumeParty{w->insurer, "整改完成"}), "ok");
  EXPECT_EQ(w->why(security, ResumeParty{w->insurer, "r"}), "party.resume_asked_already");
  EXPECT_EQ(w->why(security, DecideResume{w->insurer, true, "r"}), "duty.second_person_needed");
  EXPECT_EQ(w->why(as(w->manager), DecideResume{w->insurer, true, "r"}), "duty.missing");
  EXPECT_EQ(w->why(as(w->system_admin), DecideResume{w->insurer, false, "尚未核实"}), "ok");
  EXPECT_EQ(w->why(as(w->user), SubmitApplication{w->product, w->application_form()}), "party.suspended");
  w->must(security, ResumeParty{w->insurer, "整改完成"});
  EXPECT_EQ(w->why(as(w->system_admin), DecideResume{w->insurer, true, "已核实"}), "ok");
  EXPECT_EQ(w.desk.state_.parties.at(w->insurer.str()).status, PartyStatus::verified);
  w->submit();
}

TEST(DutiesApart, AKeyThatASignerOfThePartyProposedIsConfirmedByAnAdministrator) {
  DeskWalk w(&Walk::people);
  PersonId colleague = w->enrol(w->insurer, {Duty::contract_signer});
  EXPECT_EQ(w->why(as(w->signer), key_of(w->insurer, 20)), "duty.missing") << "a signer of another party";
  EXPECT_EQ(w->why(as(w->user), key_of(w->insurer, 20)), "duty.missing") << "somebody of the party who signs nothing";
  EXPECT_EQ(w->why(without_second_factor(w->insurer_signer), key_of(w->insurer, 20)), "auth.second_factor_needed");
  auto key = w->made<PartyKeyProposed>(as(w->insurer_signer), key_of(w->insurer, 20)).key_id;
  DecidePartyKey yes{w->insurer, key, true, ""};
  EXPECT_EQ(w->why(as(w->insurer_signer), yes), "duty.missing");
  EXPECT_EQ(w->why(as(colleague), yes), "duty.missing") << "two of the party are not the space's word";
  EXPECT_EQ(w->why(as(colleague), DecidePartyKey{w->insurer, key, false, "误选密钥"}), "ok") << "but may take it back";
  key = w->made<PartyKeyProposed>(as(w->insurer_signer), key_of(w->insurer, 21)).key_id;
  EXPECT_EQ(w->why(as(w->security_admin), DecidePartyKey{w->insurer, key, true, ""}), "ok");
  EXPECT_EQ(w.desk.state_.parties.at(w->insurer.str()).key_id, key);
  // Who administers proposes for the own organisation as for any other: there its signer confirms.
  auto ours = w->made<PartyKeyProposed>(as(w->security_admin), key_of(w->agency, 22)).key_id;
  EXPECT_EQ(w->why(as(w->signer), DecidePartyKey{w->agency, ours, true, ""}), "ok");
}

TEST(DutiesApart, ASuspendedAccountIsResumedByTwoNeitherOfThemItsOwner) {
  DeskWalk w(&Walk::people);
  auto security = as(w->security_admin);
  auto user = [&]() -> const Person& { return w.desk.state_.persons.at(w->user.str()); };
  w->must(security, SuspendPerson{w->user, "r"});
  w->must(security, ResumePerson{w->user, "核查完毕"});
  EXPECT_TRUE(user().suspended && user().resume);
  DecidePersonResume yes{w->user, true, "已核实"};
  EXPECT_EQ(w->why(security, yes), "duty.second_person_needed");
  EXPECT_EQ(w->why(as(w->manager), yes), "duty.missing");
  PersonId auditor = w->enrol(w->agency, {Duty::audit_admin});
  EXPECT_EQ(w->why(as(auditor), yes), "duty.missing") << "no administrator is concerned";
  EXPECT_EQ(w->why(without_second_factor(w->system_admin), yes), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->system_admin), DecidePersonResume{w->user, true, ""}), "form.text_missing");
  EXPECT_EQ(w->why(as(w->user), yes), "person.suspended");
  EXPECT_EQ(w->why(security, DecidePersonResume{w->user, false, "撤回"}), "ok") << "whoever asked takes it back";
  EXPECT_TRUE(user().suspended && !user().resume);
  w->must(security, ResumePerson{w->user, "核查完毕"});
  twins(w.desk, w->security_admin, w->system_admin);
  EXPECT_EQ(w->why(as(w->system_admin), yes), "duty.second_person_needed") << "two accounts of one person";
  w.desk.same_person_ = {};
  twins(w.desk, w->user, w->system_admin);
  EXPECT_EQ(w->why(as(w->system_admin), yes), "duty.not_to_oneself");
  w.desk.same_person_ = {};
  EXPECT_EQ(w->why(as(w->system_admin), yes), "ok");
  EXPECT_FALSE(user().suspended || user().resume);
  // Of an administrator the audit administrator decides too; a suspension ends what was asked for before.
  w->must(security, SuspendPerson{w->system_admin, "r"});
  w->must(security, ResumePerson{w->system_admin, "r"});
  EXPECT_EQ(w->why(as(auditor), DecidePersonResume{w->system_admin, true, "已核实"}), "ok");
  EXPECT_FALSE(w.desk.state_.persons.at(w->system_admin.str()).suspended);
}

TEST(DutiesApart, AResumptionOfBeforeTwoDecidedStillCounts) {
  DeskWalk w(&Walk::people);
  w->must(as(w->security_admin), SuspendPerson{w->user, "r"});
  auto old = event_from("person.resumed", 1, Json::object({{"person", w->user.str()}, {"reason", "r"}}));
  ASSERT_TRUE(old);
  w.desk.fold({*old}, w->security_admin);
  EXPECT_FALSE(w.desk.state_.persons.at(w->user.str()).suspended);
}

TEST(DutiesApart, AdministratorsAreOfTheOperatingOrganisation) {
  DeskWalk w(&Walk::people);
  PersonId theirs = w->enrol(w->insurer, {}), ours = w->enrol(w->agency, {});
  for (Duty duty : {Duty::system_admin, Duty::security_admin, Duty::audit_admin}) {
    EXPECT_EQ(w->why(as(w->security_admin), GrantDuty{theirs, duty, 0}), "duty.own_organisation_only");
  }
  EXPECT_EQ(w->why(without_second_factor(w->security_admin), GrantDuty{ours, Duty::audit_admin, 0}), "auth.second_factor_needed");
  EXPECT_EQ(w->why(as(w->security_admin), GrantDuty{ours, Duty::audit_admin, 0}), "ok");
}

TEST(DutiesApart, OutsideStaffHoldNoDutyThatDecidesOverOthers) {
  DeskWalk w(&Walk::people);
  PersonId outside = w->enrol(w->agency, {}), head = w->enrol(w->agency, {});
  w->must(as(w->system_admin), EngageOutsider{outside, w->officer, "某软件公司", w.desk.now_ + 30 * kDayMs});
  for (Duty duty : {Duty::security_officer, Duty::registrar, Duty::pi_officer, Duty::committee_member, Duty::contract_signer, Duty::audit_admin})
    EXPECT_EQ(w->why(as(w->security_admin), GrantDuty{outside, duty, 0}), "duty.not_for_outsiders") << name_of(duty);
  EXPECT_EQ(w->why(as(w->security_admin), AppointDeputy{w->officer, outside, {Duty::security_officer}, 0, w.desk.now_ + kDayMs, "出差"}), "duty.not_for_outsiders");
  UnitId unit = w->unit("稽核处", UnitKind::implementing_department, {}, head);
  EXPECT_EQ(w->why(as(w->security_admin), NameHead{unit, outside, "x"}), "duty.not_for_outsiders");
  // Nor by the other order: whoever has such a duty is not engaged.
  EngageOutsider late{w->members[0], w->officer, "某软件公司", w.desk.now_ + 30 * kDayMs};
  EXPECT_EQ(w->why(as(w->system_admin), late), "duty.not_for_outsiders");
  late.person = head;
  EXPECT_EQ(w->why(as(w->system_admin), late), "duty.not_for_outsiders");
  w->must(as(w->security_admin), AppointDeputy{w->officer, late.person = w->enrol(w->agency, {}), {Duty::security_officer}, 0, w.desk.now_ + kDayMs, "出差"});
  EXPECT_EQ(w->why(as(w->system_admin), late), "duty.not_for_outsiders");
  EXPECT_EQ(w->why(as(w->security_admin), GrantDuty{outside, Duty::data_user, 0}), "ok") << "work goes";
}

TEST(DutiesApart, NobodyGivesOneselfUnderAnotherAccountNorADeputy) {
  DeskWalk w(&Walk::people);
  PersonId twin = w->enrol(w->agency, {}), deputy = w->enrol(w->agency, {}), other = w->enrol(w->agency, {});
  twins(w.desk, w->security_admin, twin);
  auto security = as(w->security_admin);
  GrantAccess right{twin, {}, {{}, {}, {}, {}, 3}, w.desk.now_ + kDayMs, "岗位"};
  EXPECT_EQ(w->why(security, GrantDuty{twin, Duty::data_manager, 0}), "duty.not_to_oneself");
  EXPECT_EQ(w->why(security, right), "duty.not_to_oneself");
  EXPECT_EQ(w->why(security, AppointDeputy{w->officer, twin, {Duty::security_officer}, 0, w.desk.now_ + kDayMs, "x"}), "duty.not_to_oneself");
  UnitId unit = w->unit("稽核处", UnitKind::implementing_department, {}, {});
  EXPECT_EQ(w->why(security, NameHead{unit, twin, "x"}), "duty.not_to_oneself");
  w->must(as(w->system_admin), PlaceInUnit{twin, unit});
  right.person = {};
  right.unit = unit;
  EXPECT_EQ(w->why(security, right), "duty.not_to_oneself") << "a right of a unit where the other account sits";
  w->must(security, AppointDeputy{w->security_admin, deputy, {Duty::security_admin}, 0, w.desk.now_ + 10 * kDayMs, "休假"});
  right.unit = {};
  right.person = deputy;
  EXPECT_EQ(w->why(security, right), "duty.not_to_oneself") << "to who stands in for the granter";
  right.person = w->security_admin;
  EXPECT_EQ(w->why(as(deputy), right), "duty.not_to_oneself") << "nor the deputy to whom it stands in for";
  right.person = other;
  EXPECT_EQ(w->why(security, right), "ok");
  EXPECT_EQ(w->why(as(w->system_admin), PlaceInUnit{w->system_admin, unit}), "duty.not_to_oneself");
}

TEST(DutiesApart, NobodyAdoptsRulesThatWidenTheOwnReach) {
  DeskWalk w(&Walk::until_graded);
  auto rule = [](std::string id, policy::AccessEffect effect, std::vector<std::string> duties, int level_max = 3) {
    return policy::AccessRule{.id = std::move(id), .effect = effect, .duties = std::move(duties), .units = {}, .regions = {}, .actions = {"list_values"},
                              .datasets = {}, .categories = {}, .purposes = {}, .level_min = 1, .level_max = level_max, .zh = "x", .en = "x"};
  };
  using enum policy::AccessEffect;
  auto officer = as(w->officer);
  EXPECT_EQ(w->why(officer, AdoptAccessRules{{rule("a", permit, {"security_officer"})}, "r"}), "access.rule_for_oneself");
  EXPECT_EQ(w->why(officer, AdoptAccessRules{{rule("a", permit, {})}, "r"}), "access.rule_for_oneself") << "for everybody is for oneself too";
  UnitId unit = w->unit("稽核处", UnitKind::implementing_department, {}, {}, "330100");
  w->must(as(w->system_admin), PlaceInUnit{w->officer, unit});
  auto by_region = rule("a", permit, {});
  by_region.regions = {"33"};
  EXPECT_EQ(w->why(officer, AdoptAccessRules{{by_region}, "r"}), "access.rule_for_oneself");
  EXPECT_EQ(w->why(officer, AdoptAccessRules{{rule("a", permit, {"data_manager"}), rule("stop", forbid, {"security_officer"})}, "r"}), "ok") << "for others, and against oneself";
  EXPECT_EQ(w->why(officer, AdoptAccessRules{{rule("a", permit, {"data_manager"})}, "r"}), "access.rule_for_oneself") << "taking away what forbids is widening";
  EXPECT_EQ(w->why(officer, AdoptAccessRules{{rule("b", permit, {"data_manager"}, 2), rule("stop", forbid, {"security_officer"}, 5)}, "r"}), "ok") << "narrower goes";
  // Nor for whom one stands in, nor for who stands in.
  PersonId second = w->enrol(w->agency, {Duty::pi_officer});
  EXPECT_EQ(w->why(officer, AdoptAccessRules{{rule("p", permit, {"pi_officer"}), rule("stop", forbid, {"security_officer"}, 5)}, "r"}), "ok");
  w->must(officer, AdoptAccessRules{{rule("stop", forbid, {"security_officer"}, 5)}, "r"});
  w->must(as(w->security_admin), AppointDeputy{second, w->officer, {Duty::pi_officer}, w.desk.now_ + kDayMs, w.desk.now_ + 2 * kDayMs, "出差"});
  EXPECT_EQ(w->why(officer, AdoptAccessRules{{rule("p", permit, {"pi_officer"}), rule("stop", forbid, {"security_officer"}, 5)}, "r"}), "access.rule_for_oneself");
}

TEST(DutiesApart, TwoAccountsOfOnePersonHaveOneSeatAndOneVote) {
  DeskWalk w(&Walk::until_product);
  twins(w.desk, w->members[0], w->members[1]);
  w->submit();
  auto& a = w.desk.state_.applications.at(w->application.str());
  EXPECT_EQ(a.roster.size(), 4u) << "five accounts, four people";
  // An old roster holds both: the second account is refused.
  auto& open = w.desk.state_.applications.at(w->application.str());
  open.roster = w->members;
  w->must(as(w->members[0]), w->vote(true));
  EXPECT_EQ(w->why(as(w->members[1]), w->vote(true)), "application.voted_already");
  EXPECT_EQ(w->why(as(w->members[2]), w->vote(true)), "ok");
  EXPECT_EQ(a.votes.size(), 2u);
}

TEST(DutiesApart, WhoAppliesUnderAnotherAccountDoesNotVote) {
  DeskWalk w(&Walk::until_product);
  twins(w.desk, w->members[0], w->user);
  w->submit();
  const auto& roster = w.desk.state_.applications.at(w->application.str()).roster;
  EXPECT_EQ(std::count(roster.begin(), roster.end(), w->members[0]), 0);
}

TEST(DutiesApart, ADeputyAndThePrincipalCountOnceWhileTheDeputyshipLasts) {
  DeskWalk w(&Walk::until_product);
  PersonId deputy = w->enrol(w->agency, {Duty::pi_officer}), third = w->enrol(w->agency, {Duty::pi_officer});
  AppointDeputy standing{w->officer, deputy, {Duty::security_officer}, 0, w.desk.now_ + kDayMs, "出差"};
  w->must(as(w->security_admin), standing);
  // Recorded as whose act, for whom.
  auto events = w->must(as(deputy), AdoptStrategy{w->dataset, "代行", test_digest(60), {{"person_name", "suppress", ""}}});
  const DeputyActed* acted = events.back().get_if<DeputyActed>();
  ASSERT_NE(acted, nullptr);
  EXPECT_EQ(acted->absent, w->officer);
  auto ask = [&](const PersonId& who) {
    return w->made<StrategyDraftSubmitted>(as(who), SubmitStrategyDraft{w->dataset, "草案", test_digest(static_cast<uint8_t>(70 + w.desk.seq_ % 100)), ""}).draft;
  };
  auto theirs = ask(w->officer);
  DecideStrategyDraft no{theirs, "不同意", std::nullopt};
  EXPECT_EQ(w->why(as(deputy), no), "duty.second_person_needed") << "by the own duty, about what is asked by whom one stands in for";
  EXPECT_EQ(w->why(as(third), no), "ok");
  auto mine = ask(deputy);
  EXPECT_EQ(w->why(as(deputy), DecideStrategyDraft{mine, "x", std::nullopt}), "duty.second_person_needed");
  EXPECT_EQ(w->why(as(w->officer), DecideStrategyDraft{mine, "x", std::nullopt}), "duty.second_person_needed") << "nor the other way round";
  w.desk.now_ += 2 * kDayMs;
  EXPECT_EQ(w->why(as(w->officer), DecideStrategyDraft{mine, "x", std::nullopt}), "ok") << "it is over: two people again";
}

TEST(DutiesApart, HeadsAreNamedByTheSecurityAdministratorAlone) {
  DeskWalk w(&Walk::people);
  auto system = as(w->system_admin), security = as(w->security_admin);
  EXPECT_EQ(w->why(system, DefineUnit{{}, "信息处", UnitKind::lead_department, {}, w->officer, ""}), "unit.head_named_apart");
  UnitId unit = w->unit("信息处", UnitKind::lead_department, {}, {});
  EXPECT_EQ(w->why(system, NameHead{unit, w->officer, "任命"}), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->security_admin), NameHead{unit, w->officer, "任命"}), "auth.second_factor_needed");
  EXPECT_EQ(w->why(security, NameHead{unit, w->officer, ""}), "form.text_missing");
  EXPECT_EQ(w->why(security, NameHead{unit, w->security_admin, "任命"}), "duty.not_to_oneself");
  EXPECT_EQ(w->why(security, NameHead{unit, w->user, "任命"}), "person.not_found");
  EXPECT_EQ(w->why(security, NameHead{UnitId::make(w.desk.random), w->officer, "任命"}), "unit.not_found");
  EXPECT_EQ(w->why(security, NameHead{unit, w->officer, "任命"}), "ok");
  EXPECT_EQ(w->why(security, NameHead{unit, w->officer, "任命"}), "unit.head_already");
  // Renamed by the system administrator, with the head it has.
  EXPECT_EQ(w->why(system, DefineUnit{unit, "信息中心", UnitKind::lead_department, {}, {}, ""}), "ok");
  EXPECT_EQ(w.desk.state_.units.at(unit.str()).head, w->officer);
  EXPECT_EQ(w->why(system, DefineUnit{unit, "信息中心", UnitKind::lead_department, {}, w->manager, ""}), "unit.head_named_apart");
  EXPECT_EQ(w->why(security, NameHead{unit, {}, "撤下"}), "ok");
}

TEST(DutiesApart, AnOutsideIdentityIsLinkedByTwo) {
  DeskWalk w(&Walk::people);
  auto system = as(w->system_admin), security = as(w->security_admin);
  w->must(system, SetSignInProvider{"city", "市", "https://id.example", "c"});
  auto ask = [&](const PersonId& person) { return AskIdentity{IdentityId::make(w.desk.random), person, "city"}; };
  EXPECT_EQ(w->why(security, ask(w->manager)), "duty.missing");
  EXPECT_EQ(w->why(system, ask(w->system_admin)), "duty.not_to_oneself");
  EXPECT_EQ(w->why(without_second_factor(w->system_admin), ask(w->manager)), "auth.second_factor_needed");
  EXPECT_EQ(w->why(system, AskIdentity{IdentityId::make(w.desk.random), w->manager, "other"}), "oidc.no_such_provider");
  auto account = [&]() -> const Person& { return w.desk.state_.persons.at(w->manager.str()); };
  auto id = w->made<IdentityAsked>(system, ask(w->manager)).identity;
  EXPECT_FALSE(account().identity) << "asked for is not linked";
  DecideIdentity yes{w->manager, id, true, ""};
  EXPECT_EQ(w->why(system, yes), "duty.missing") << "whoever asked";
  EXPECT_EQ(w->why(as(w->officer), yes), "duty.missing");
  EXPECT_EQ(w->why(without_second_factor(w->manager), yes), "auth.second_factor_needed") << "a sign-in by the provider shows no second factor";
  EXPECT_EQ(w->why(as(w->manager), DecideIdentity{w->manager, IdentityId::make(w.desk.random), true, ""}), "oidc.no_link_asked");
  twins(w.desk, w->system_admin, w->security_admin);
  EXPECT_EQ(w->why(security, yes), "duty.second_person_needed");
  w.desk.same_person_ = {};
  State before = w.desk.state_;
  EXPECT_EQ(w->why(security, yes), "ok") << "an administrator of another duty";
  w.desk.state_ = before;
  w.desk.now_ += 8 * kDayMs;
  EXPECT_EQ(w->why(as(w->manager), yes), "oidc.link_lapsed");
  w.desk.now_ -= 8 * kDayMs;
  EXPECT_EQ(w->why(as(w->manager), DecideIdentity{w->manager, id, false, ""}), "form.text_missing");
  EXPECT_EQ(w->why(as(w->manager), yes), "ok");
  EXPECT_EQ(account().identity->id, id);
  EXPECT_EQ(w->why(as(w->manager), yes), "oidc.no_link_asked");
  auto next = w->made<IdentityAsked>(system, ask(w->manager)).identity;
  EXPECT_EQ(w->why(as(w->manager), DecideIdentity{w->manager, next, false, "不是我"}), "ok");
  EXPECT_EQ(account().identity->id, id) << "the one before stays";
  w->must(system, NoteCredentialChange{w->manager, "oidc"});
  EXPECT_FALSE(account().identity);
}

}  // namespace
}  // namespace sluice::space
