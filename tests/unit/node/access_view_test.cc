// What a person sees of access and approval: who has a task, and to whom it goes when it waits too long.
#include "node/duty_use.h"
#include "node/views/view.h"
#include "tests/unit/space/walk.h"

namespace sluice::node {
namespace {

using namespace space;

std::vector<std::string> kinds_in_inbox(const State& s, const PersonId& person, TimeMs now) {
  std::vector<std::string> out;
  Json inbox = View(s, s.persons.at(person.str()), now, rules::RuleSet::built_in()).inbox({});
  for (const Json& item : inbox.find("items")->as_array()) out.push_back(*item.get_string("kind"));
  return out;
}
bool holds(const std::vector<std::string>& list, std::string_view kind) { return std::find(list.begin(), list.end(), kind) != list.end(); }

TEST(AccessTasks, GoToWhoMayDecideThenToTheHeadsAboveAndToTheirDeputies) {
  DeskWalk w(&Walk::until_graded);
  PersonId head = w->enrol(w->agency, {}), chief = w->enrol(w->agency, {}), deputy = w->enrol(w->agency, {});
  auto system = as(w->system_admin);
  auto top = w->unit("领导小组", UnitKind::decision_body, {}, chief);
  auto unit = w->unit("稽核处", UnitKind::implementing_department, top, head);
  w->must(system, PlaceInUnit{w->manager, unit});
  w->must(as(w->security_admin), GrantDuty{chief, Duty::data_user, 0});
  w->must(as(w->security_admin), GrantAccess{w->manager, {}, {{}, {}, {}, {}, 3}, w.desk.now_ + 60 * kDayMs, "岗位"});
  RequestOperation ask{.what = "download", .dataset = w->dataset, .version = w->version, .batch = {}, .columns = {"fee"}, .first_row = 0, .rows = 0,
                       .flow = OperationFlow::person, .purpose = "fund_supervision", .reason = "稽核"};
  w->must(as(w->manager), ask);
  auto inbox = [&](const PersonId& person) { return kinds_in_inbox(w.desk.state_, person, w.desk.now_); };
  EXPECT_TRUE(holds(inbox(w->officer), "decide_operation"));
  EXPECT_FALSE(holds(inbox(w->manager), "decide_operation"));
  EXPECT_FALSE(holds(inbox(head), "escalated"));
  w.desk.now_ += 73 * kHourMs;  // a day until it is late, two more until it rises
  EXPECT_TRUE(holds(inbox(head), "escalated"));
  EXPECT_FALSE(holds(inbox(chief), "escalated"));
  w->must(as(w->security_admin), AppointDeputy{chief, deputy, {Duty::data_user}, 0, w.desk.now_ + 20 * kDayMs, "出访"});
  w.desk.now_ += 49 * kHourMs;
  EXPECT_TRUE(holds(inbox(chief), "escalated"));
  EXPECT_TRUE(holds(inbox(deputy), "escalated"));
  // Whoever stands in for the absent officer decides, so that nothing waits for one person.
  PersonId stand_in = w->enrol(w->agency, {});
  EXPECT_FALSE(holds(inbox(stand_in), "decide_operation"));
  w->must(as(w->security_admin), AppointDeputy{w->officer, stand_in, {Duty::security_officer}, 0, w.desk.now_ + kDayMs, "病假"});
  EXPECT_TRUE(holds(inbox(stand_in), "decide_operation"));
  EXPECT_FALSE(holds(inbox(w->rival_officer), "decide_operation"));
}

TEST(AccessTasks, WhatWaitsInTheRegistersAndAtTheDoorClimbsAlsoWhereNobodyIsPlaced) {
  DeskWalk w(&Walk::until_graded);
  PersonId lead = w->enrol(w->agency, {}), chief = w->enrol(w->agency, {});
  w->unit("领导小组", UnitKind::decision_body, {}, chief);
  w->unit("信息处", UnitKind::lead_department, {}, lead);
  PaperForm paper;
  paper.kind = "legal_basis";
  paper.title = paper.number = paper.authority = "条例";
  paper.basis = "statutory_duty";
  w->must(as(w->manager), EnterPaper{paper});
  auto climbed = [&](const PersonId& person) {
    std::vector<std::string> out;
    Json inbox = View(w.desk.state_, w.desk.state_.persons.at(person.str()), w.desk.now_, rules::RuleSet::built_in()).inbox({});
    for (const Json& item : inbox.find("items")->as_array())
      if (*item.get_string("kind") == "escalated") out.push_back(*item.get_string("task"));
    return out;
  };
  EXPECT_TRUE(climbed(lead).empty());
  w.desk.now_ += 73 * kHourMs;
  EXPECT_TRUE(holds(climbed(lead), "check_paper")) << "the manager is placed nowhere: who leads is told";
  EXPECT_TRUE(holds(climbed(lead), "correct_held"));
  EXPECT_TRUE(climbed(chief).empty());
  w.desk.now_ += 48 * kHourMs;
  EXPECT_TRUE(holds(climbed(chief), "check_paper"));
}

TEST(AccessTasks, AProductThatNobodyReviewsAndALoweringThatNobodyDecidesClimbToo) {
  DeskWalk w(&Walk::until_graded);
  PersonId lead = w->enrol(w->agency, {});
  w->unit("信息处", UnitKind::lead_department, {}, lead);
  w->mask();
  w->draft_product();
  w->must(as(w->manager), RequestLowering{.dataset = w->dataset, .column = "person_name", .level = 3, .days = 30, .reason = "核查", .measures = "专机"});
  auto climbed = [&] {
    std::vector<std::string> out;
    Json inbox = View(w.desk.state_, w.desk.state_.persons.at(lead.str()), w.desk.now_, rules::RuleSet::built_in()).inbox({});
    for (const Json& item : inbox.find("items")->as_array())
      if (*item.get_string("kind") == "escalated") out.push_back(*item.get_string("task"));
    return out;
  };
  w.desk.now_ += 73 * kHourMs;
  EXPECT_TRUE(holds(climbed(), "decide_lowering"));
  EXPECT_FALSE(holds(climbed(), "check_product")) << "five days are given for it";
  w.desk.now_ += 4 * kDayMs + 1;
  EXPECT_TRUE(holds(climbed(), "check_product"));
}

TEST(AccessTasks, AReviewIsDueWhenAnExceptionIsOverAndOverdueAfterItsTime) {
  DeskWalk w(&Walk::until_graded);
  PersonId officer = w->enrol(w->agency, {Duty::pi_officer}), other = w->enrol(w->agency, {Duty::pi_officer});
  auto id = w->made<ExceptionRequested>(as(w->manager), RequestException{"download", w->dataset, {"person_name"}, 2, "核查", "专机"}).exception;
  w->must(as(officer), DecideException{id, true, 0, "同意"});
  auto view = [&] { return *View(w.desk.state_, w.desk.state_.persons.at(officer.str()), w.desk.now_, rules::RuleSet::built_in()).exception(id.str()); };
  EXPECT_FALSE(holds(kinds_in_inbox(w.desk.state_, other, w.desk.now_), "review_exception"));
  w.desk.now_ += 3 * kDayMs;
  EXPECT_TRUE(holds(kinds_in_inbox(w.desk.state_, other, w.desk.now_), "review_exception"));
  EXPECT_FALSE(holds(kinds_in_inbox(w.desk.state_, officer, w.desk.now_), "review_exception")) << "who granted it does not review it";
  EXPECT_FALSE(view().find("review_overdue")->as_bool());
  w.desk.now_ += 10 * kDayMs;
  EXPECT_TRUE(view().find("review_overdue")->as_bool());
}

TEST(WhoCould, SaysOfEachPersonWhatDecides) {
  DeskWalk w(&Walk::until_contract);
  w->must(as(w->security_admin), GrantAccess{w->manager, {}, {{"list_values"}, {}, {}, {}, 3}, w.desk.now_ + kDayMs, "岗位"});
  View view(w.desk.state_, w.desk.state_.persons.at(w->manager.str()), w.desk.now_, rules::RuleSet::built_in());
  auto reason_of = [&](std::string column, const PersonId& person) {
    Json who = *view.who_could({w->dataset.str(), "", std::move(column), "list_values", "fund_supervision"});
    for (const Json& p : who.find("people")->as_array())
      if (*p.get_string("person") == person.str()) return *p.get_string("reason");
    return std::string("absent");
  };
  EXPECT_EQ(reason_of("fee", w->manager), "access.right");
  EXPECT_EQ(reason_of("person_name", w->manager), "access.no_right");
  EXPECT_EQ(reason_of("fee", w->officer), "access.no_right");
  EXPECT_EQ(reason_of("fee", w->signer), "duty.missing");
  EXPECT_EQ(reason_of("fee", w->user), "absent");  // another party's people are not listed
  Json who = *view.who_could({w->dataset.str(), "", "fee", "list_values", "fund_supervision"});
  ASSERT_EQ(who.find("recipients")->as_array().size(), 1u);
  EXPECT_EQ(*who.find("recipients")->as_array()[0].get_string("technique"), "round");
  View rival(w.desk.state_, w.desk.state_.persons.at(w->rival_manager.str()), w.desk.now_, rules::RuleSet::built_in());
  EXPECT_EQ(rival.who_could({w->dataset.str(), "", "fee", "list_values", "fund_supervision"}).error().reason, "dataset.not_found");
}

TEST(DutyUse, EachKindOfEventShowsTheDutyThatItNeeds) {
  EXPECT_EQ(duties_shown_by("application.vote_cast"), std::vector<Duty>{Duty::committee_member});
  EXPECT_EQ(duties_shown_by("person.enrolled"), std::vector<Duty>{Duty::system_admin});
  EXPECT_TRUE(duties_shown_by("person.credential_changed").empty());
  EXPECT_TRUE(duties_shown_by("ledger.genesis").empty());
}

TEST(ReversalTasks, WaitForTheSecondPersonThenForWhoAskedAndLapse) {
  DeskWalk w(&Walk::until_graded);
  w->strategy = w->made<StrategyAdopted>(as(w->officer), w->strategy_form()).strategy;
  ReportMasking form = w->masking_form();
  form.columns.push_back({"person_name", "pseudonym", 3, false});
  VersionId masked = w->made<VersionMasked>(node_for(w->officer), form).version;
  RequestReversal ask{.version = masked, .column = "person_name", .count = 1, .commitment = test_digest(40), .reason = "稽核", .case_ref = {}};
  ReversalId id = w->made<ReversalRequested>(as(w->officer), ask).reversal;
  auto of = [&](const PersonId& person) { return kinds_in_inbox(w.desk.state_, person, w.desk.now_); };
  EXPECT_TRUE(holds(of(w->pi), "decide_reversal"));
  EXPECT_FALSE(holds(of(w->officer), "decide_reversal")) << "never one's own";
  EXPECT_FALSE(holds(of(w->manager), "decide_reversal"));
  w.desk.now_ += 8 * kDayMs;
  EXPECT_FALSE(holds(of(w->pi), "decide_reversal")) << "lapsed";
  w.desk.now_ -= 8 * kDayMs;
  w->must(as(w->pi), DecideReversal{id, true, "属实"});
  EXPECT_TRUE(holds(of(w->officer), "run_reversal"));
  EXPECT_FALSE(holds(of(w->pi), "run_reversal"));
}

}  // namespace
}  // namespace sluice::node
