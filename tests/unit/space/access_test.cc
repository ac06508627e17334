// Access and approval inside an agency: rights, operations with their windows, exceptions, deputies, outside staff.
#include "space/access/question.h"
#include "space/guard.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

struct AccessWalk : DeskWalk {
  AccessWalk() : DeskWalk(&Walk::until_graded) {
    pi_officer = walk.enrol(walk.agency, {Duty::pi_officer});
    second = walk.enrol(walk.agency, {Duty::data_manager});
    // A dataset whose versions have rows enough to be bulk.
    ReportBatch batch = walk.batch_form(31);
    batch.rows = batch.accepted = 100000;
    batch.warned = batch.held = 0;
    batch.held_version = {};
    large = walk.made<BatchSealed>(node_for(walk.manager), batch).version;
  }
  GrantAccess right(const PersonId& person, int level_max = 4) {
    return {person, {}, {{"list_values", "download", "copy", "modify", "download_held"}, {}, {}, {}, level_max}, desk.now_ + 30 * kDayMs, "岗位需要"};
  }
  RightId grant(const PersonId& person, int level_max = 4) { return walk.made<AccessGranted>(as(walk.security_admin), right(person, level_max)).right; }
  RequestOperation view(int64_t first, int64_t rows, std::vector<std::string> columns = {"fee"}) {
    return {.what = "list_values", .dataset = walk.dataset, .version = large, .batch = {}, .columns = std::move(columns), .first_row = first, .rows = rows,
            .flow = OperationFlow::standing, .purpose = "fund_supervision", .reason = "核对费用"};
  }
  RequestOperation download(std::vector<std::string> columns = {"fee"}) {
    auto out = view(0, 0, std::move(columns));
    out.what = "download";
    out.flow = OperationFlow::person;
    return out;
  }
  std::string refused(const Principal& who, const Command& command, std::string* detail = nullptr) {
    auto done = desk.ask(who, command);
    if (!done && detail) *detail = done.error().detail;
    return done ? "ok" : std::string(done.error().reason);
  }
  const Operation& of(const OperationId& id) { return desk.state_.operations.at(id.str()); }

  PersonId pi_officer, second;
  VersionId large;
};

TEST(Access, IsDeniedUntilARightReachesTheField) {
  AccessWalk w;
  auto manager = as(w->manager);
  EXPECT_EQ(w.refused(manager, w.view(0, 10)), "access.no_right");
  RightId right = w.grant(w->manager, 3);
  EXPECT_EQ(w.refused(manager, w.view(0, 10)), "ok");
  EXPECT_EQ(w.refused(manager, w.view(0, 10, {"person_name"})), "access.no_right");  // level 4, the right goes to 3
  EXPECT_EQ(w.refused(as(w.second), w.view(0, 10)), "access.no_right");
  w->must(as(w->security_admin), RevokeAccess{right, "转岗"});
  EXPECT_EQ(w.refused(manager, w.view(0, 10)), "access.no_right");
  w.grant(w->manager);
  w.desk.now_ += 31 * kDayMs;
  EXPECT_EQ(w.refused(manager, w.view(0, 10)), "access.no_right");
}

TEST(Access, RightsAreGuarded) {
  AccessWalk w;
  auto security = as(w->security_admin);
  auto good = w.right(w->manager);
  auto with = [&](auto change) {
    auto c = good;
    change(c);
    return c;
  };
  EXPECT_EQ(w.refused(as(w->manager), good), "duty.missing");
  EXPECT_EQ(w.refused(security, with([&](auto& c) { c.person = w->security_admin; })), "duty.not_to_oneself");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.person = {}; })), "access.one_holder");
  EXPECT_EQ(w.refused(security, with([&](auto& c) { c.person = PersonId::make(w.desk.random); })), "person.not_found");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.scope.level_max = 6; })), "level.out_of_range");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.scope.actions = {"steal"}; })), "operation.unknown_kind");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.scope.categories = {"secret"}; })), "access.unknown_category");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.scope.purposes = {"fun"}; })), "operation.purpose_unknown");
  EXPECT_EQ(w.refused(security, with([&](auto& c) { c.person = w->rival_manager, c.scope.datasets = {w->dataset.str()}; })), "dataset.not_found");
  EXPECT_EQ(w.refused(security, with([&](auto& c) { c.expires_ms = w.desk.now_; })), "duty.expiry_in_past");
  EXPECT_EQ(w.refused(security, with([&](auto& c) { c.expires_ms = w.desk.now_ + 400 * kDayMs; })), "access.expiry_too_far");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.reason.clear(); })), "form.text_missing");
  EXPECT_EQ(w.refused(security, good), "ok");
  EXPECT_EQ(w.refused(security, RevokeAccess{RightId::make(w.desk.random), "r"}), "access.right_not_found");
}

TEST(Access, ARuleThatForbidsWinsOverARightAndIsNamed) {
  AccessWalk w;
  w.grant(w->manager);
  policy::AccessRule rule;
  rule.id = "no-payment-after-hours";
  rule.effect = policy::AccessEffect::forbid;
  rule.categories = {"payment"};
  rule.zh = rule.en = "x";
  EXPECT_EQ(w.refused(as(w->manager), AdoptAccessRules{{rule}, "收紧"}), "duty.missing");
  EXPECT_EQ(w.refused(without_second_factor(w->officer), AdoptAccessRules{{rule}, "收紧"}), "auth.second_factor_needed");
  EXPECT_EQ(w.refused(as(w->officer), AdoptAccessRules{{rule, rule}, "收紧"}), "access.rule_twice");
  EXPECT_EQ(w.refused(as(w->officer), AdoptAccessRules{{rule}, "收紧"}), "ok");
  std::string detail;
  EXPECT_EQ(w.refused(as(w->manager), w.view(0, 10), &detail), "access.forbidden_by_rule");
  EXPECT_EQ(detail, rule.id);
  rule.effect = policy::AccessEffect::permit;
  rule.duties = {"security_officer"};
  EXPECT_EQ(w.refused(as(w->officer), AdoptAccessRules{{rule}, "按岗位"}), "access.rule_for_oneself");
  w.desk.state_.access_rules.clear();
  rule.duties = {"data_manager"};
  w->must(as(w->officer), AdoptAccessRules{{rule}, "按岗位"});
  EXPECT_EQ(w.refused(as(w.second), w.view(0, 10)), "ok");  // by the rule, without a right
}

TEST(Operation, BulkIsAlwaysAPersonsAndTheSecondPersons) {
  AccessWalk w;
  w.grant(w->manager);
  auto manager = as(w->manager);
  auto standing = w.download();
  standing.flow = OperationFlow::standing;
  std::string detail;
  EXPECT_EQ(w.refused(manager, standing, &detail), "operation.needs_person");
  EXPECT_EQ(detail, "download");
  EXPECT_EQ(w.refused(manager, w.view(0, 201), &detail), "operation.bulk");
  EXPECT_EQ(detail.substr(0, detail.find(':')), "single");
  auto id = w->made<OperationRequested>(manager, w.download()).operation;
  EXPECT_EQ(w.of(id).status, OperationStatus::requested);
  EXPECT_EQ(w.refused(node_for(w->manager), StartOperation{id}), "operation.awaits_decision");
  EXPECT_EQ(w.refused(as(w.second), DecideOperation{id, true, "x"}), "duty.missing");
  EXPECT_EQ(w.refused(without_second_factor(w->officer), DecideOperation{id, true, "x"}), "auth.second_factor_needed");
  EXPECT_EQ(w.refused(as(w->rival_officer), DecideOperation{id, true, "x"}), "operation.not_found");
  EXPECT_EQ(w.refused(as(w->officer), DecideOperation{id, true, ""}), "form.text_missing");
  EXPECT_EQ(w.refused(as(w->officer), DecideOperation{id, true, "稽核需要"}), "ok");
  EXPECT_EQ(w.refused(as(w->officer), DecideOperation{id, false, "反悔"}), "operation.decided_already");
  EXPECT_EQ(w.refused(node_for(w.second), StartOperation{id}), "operation.not_yours");
  EXPECT_EQ(w.refused(manager, StartOperation{id}), "duty.node_only");
  auto started = w->must(node_for(w->manager), StartOperation{id});
  ASSERT_EQ(started.size(), 2u);
  EXPECT_EQ(started[1].get_if<KeysGranted>()->columns, (std::vector<std::string>{"fee"}));
  EXPECT_EQ(w.refused(node_for(w->manager), StartOperation{id}), "operation.over");
  w->must(node_for(w->manager), ReportOperation{id, 100000, 1, {}, {}});
  EXPECT_TRUE(w.desk.state_.grants.empty());
  // Nobody approves the own request, whatever duties a state may hold.
  w.desk.fold({DutyGranted{w->manager, Duty::pi_officer, 0}}, {});
  auto mine = w->made<OperationRequested>(manager, w.download()).operation;
  EXPECT_EQ(w.refused(manager, DecideOperation{mine, true, "x"}), "duty.second_person_needed");
}

TEST(Operation, AnApprovalEndsAndRightsAreAskedAgainAtTheStart) {
  AccessWalk w;
  RightId right = w.grant(w->manager);
  auto id = w->made<OperationRequested>(as(w->manager), w.download()).operation;
  w->must(as(w->officer), DecideOperation{id, true, "x"});
  w->must(as(w->security_admin), RevokeAccess{right, "停用"});
  EXPECT_EQ(w.refused(node_for(w->manager), StartOperation{id}), "access.no_right");
  w.grant(w->manager);
  w.desk.now_ += 24 * kHourMs;
  EXPECT_EQ(w.refused(node_for(w->manager), StartOperation{id}), "operation.approval_expired");
}

TEST(Operation, SplittingInTimeByAccountOrByRangeIsOneOperation) {
  std::string detail;
  {
    AccessWalk w;  // one account, again and again: 500 rows a day
    w.grant(w->manager);
    for (int i = 0; i < 5; i++) EXPECT_EQ(w.refused(as(w->manager), w.view(i * 1000, 100)), "ok") << i;
    EXPECT_EQ(w.refused(as(w->manager), w.view(9000, 1), &detail), "operation.split_in_time");
    EXPECT_EQ(detail.substr(0, detail.find(':')), "split_in_time");
    w.desk.now_ += 25 * kHourMs;
    EXPECT_EQ(w.refused(as(w->manager), w.view(9000, 100)), "ok");
    // A refused or withdrawn one takes nothing; an approved one was decided as what it is.
    auto id = w->made<OperationRequested>(as(w->manager), w.download()).operation;
    w->must(as(w->officer), DecideOperation{id, true, "x"});
    EXPECT_EQ(w.refused(as(w->manager), w.view(20000, 100)), "ok");
    // And days on end: 1500 rows a week.
    int64_t row = 30000;
    std::string answer;
    for (int day = 0; day < 6 && answer != "operation.split_in_time"; day++) {
      w.desk.now_ += 25 * kHourMs;
      for (int i = 0; i < 4; i++) answer = w.refused(as(w->manager), w.view(row += 1000, 100), &detail);
    }
    EXPECT_EQ(answer, "operation.split_in_time");
    EXPECT_EQ(detail.substr(0, detail.find(':')), "split_in_time_week");
  }
  {
    AccessWalk w;  // two accounts of one organisation: 800 rows together
    w.grant(w->manager);
    w.grant(w.second);
    for (int i = 0; i < 4; i++) {
      EXPECT_EQ(w.refused(as(w->manager), w.view(i * 2000, 100)), "ok");
      EXPECT_EQ(w.refused(as(w.second), w.view(i * 2000 + 1000, 100)), "ok");
    }
    EXPECT_EQ(w.refused(as(w.second), w.view(50000, 10), &detail), "operation.split_by_account");
    EXPECT_EQ(detail.substr(0, detail.find(':')), "split_by_account");
  }
  {
    AccessWalk w;  // the same day after day: neither account takes too much, the organisation does
    w.grant(w->manager);
    w.grant(w.second);
    std::string answer;
    int64_t row = 0;
    for (int day = 0; day < 7 && (answer.empty() || answer == "ok"); day++) {
      w.desk.now_ += 25 * kHourMs;
      for (int i = 0; i < 4 && (answer.empty() || answer == "ok"); i++) answer = w.refused(as(i % 2 ? w.second : w->manager), w.view(row += 1000, 100), &detail);
    }
    EXPECT_EQ(answer, "operation.split_by_account");
    EXPECT_EQ(detail.substr(0, detail.find(':')), "split_by_account_week");
  }
  {
    AccessWalk w;  // leaving out some rows after each helping does not part them
    w.grant(w->manager);
    std::string answer;
    for (int i = 0; i < 8 && (answer.empty() || answer == "ok"); i++) {
      answer = w.refused(as(w->manager), w.view(i * 390, 200), &detail);
      w.desk.now_ += 3 * kDayMs;
    }
    EXPECT_EQ(answer, "operation.split_by_range");
    EXPECT_EQ(w.refused(as(w->manager), w.view(90000, 100)), "ok");
  }
  {
    AccessWalk w;  // neighbouring ranges over weeks, with small gaps
    w.grant(w->manager);
    std::string answer;
    for (int i = 0; i < 8 && (answer.empty() || answer == "ok"); i++) {
      answer = w.refused(as(w->manager), w.view(i * 210, 200), &detail);
      w.desk.now_ += 3 * kDayMs;
    }
    EXPECT_EQ(answer, "operation.split_by_range");
    EXPECT_EQ(detail.substr(0, detail.find(':')), "split_by_range");
    // The same account elsewhere in the version is no continuation.
    EXPECT_EQ(w.refused(as(w->manager), w.view(90000, 100)), "ok");
    // What was split is asked for as one, and the approver sees the sum.
    auto whole = w.view(5 * 210, 200);
    whole.flow = OperationFlow::person;
    auto asked = w->made<OperationRequested>(as(w->manager), whole);
    ASSERT_FALSE(asked.windows.empty());
    EXPECT_EQ(asked.windows.back().window, "split_by_range");
    EXPECT_GT(asked.windows.back().rows, 1000);
  }
  {
    AccessWalk w;  // modification in small jobs
    w.grant(w->manager, 5);
    auto modify = w.view(0, 50);
    modify.what = "modify";
    for (int i = 0; i < 4; i++) {
      modify.first_row = i * 5000;
      EXPECT_EQ(w.refused(as(w->manager), modify), "ok");
    }
    modify.first_row = 60000;
    EXPECT_EQ(w.refused(as(w->manager), modify, &detail), "operation.split_in_time");
    EXPECT_EQ(detail.substr(0, detail.find(':')), "split_write_in_time");
  }
}

TEST(Operation, CorrectionsOfHeldRowsInSmallJobsAreOneModification) {
  AccessWalk w;
  ReportBatch form = w.walk.batch_form(41);
  form.rows = 2000, form.accepted = form.held = 1000, form.warned = 0;
  BatchId batch = w->made<BatchSealed>(node_for(w->manager), form).batch;
  auto settle = [&](int64_t first, int64_t rows) {
    SettleHeld out;
    out.batch = batch;
    out.version = VersionId::make(w.desk.random);
    out.accepted = rows;
    out.accepted_rows = {{first, first + rows - 1}};
    out.columns = kTestColumns;
    return out;
  };
  auto node = node_for(w->manager);
  std::string detail;
  EXPECT_EQ(w.refused(node, settle(1, 101), &detail), "operation.bulk");
  EXPECT_EQ(detail.substr(0, detail.find(':')), "single_write");
  EXPECT_EQ(w.refused(node, settle(1, 100)), "ok");
  EXPECT_EQ(w.refused(node, settle(201, 100)), "ok");
  EXPECT_EQ(w.refused(node, settle(401, 10), &detail), "operation.split_in_time");
  EXPECT_EQ(detail.substr(0, detail.find(':')), "split_write_in_time");
  // As the one operation that it is, a second person may allow it, once.
  w.grant(w->manager, 5);
  RequestOperation ask{.what = "modify", .dataset = w->dataset, .version = {}, .batch = batch, .columns = {}, .first_row = 400, .rows = 300,
                       .flow = OperationFlow::person, .purpose = "fund_supervision", .reason = "整批更正"};
  auto operation = w->made<OperationRequested>(as(w->manager), ask).operation;
  EXPECT_EQ(w.refused(node, settle(401, 300)), "operation.bulk");
  w->must(as(w->officer), DecideOperation{operation, true, "同意更正"});
  EXPECT_EQ(w.refused(node, settle(501, 250)), "operation.bulk") << "rows that it does not name";
  EXPECT_EQ(w.refused(node, settle(401, 300)), "ok");
  EXPECT_EQ(w.of(operation).status, OperationStatus::done);
  EXPECT_EQ(w.refused(node, settle(801, 101)), "operation.bulk");
}

TEST(Operation, LevelsDecideWhatIsShownWithTwoFactorsOrNever) {
  AccessWalk w;
  w.grant(w->manager, 5);
  EXPECT_EQ(w.refused(without_second_factor(w->manager), w.view(0, 5, {"person_name"})), "auth.second_factor_needed");
  EXPECT_EQ(w.refused(without_second_factor(w->manager), w.view(0, 5, {"fee"})), "ok");
  EXPECT_EQ(w.refused(as(w->manager), w.view(0, 5, {"person_name"})), "ok");
  w->must(as(w->manager), ConfirmFields{w->dataset, {{"person_name", "person_name", Category::personal, 5, true, false, "艾滋病专病库"}}});
  std::string detail;
  EXPECT_EQ(w.refused(as(w->manager), w.view(0, 5, {"person_name"}), &detail), "operation.level_never_shown");
  EXPECT_EQ(detail, "person_name");
  // A field that nobody graded counts as level 5.
  AccessWalk fresh;
  fresh.grant(fresh->manager, 5);
  for (auto& column : fresh.desk.state_.datasets.at(fresh->dataset.str()).columns) column.confirmed = false, column.proposal.reset();
  EXPECT_EQ(fresh.refused(as(fresh->manager), fresh.view(0, 5)), "operation.level_never_shown");
}

TEST(Exception, LetsPastTheLevelForATimeAndIsReviewedAfterwards) {
  AccessWalk w;
  w.grant(w->manager);
  auto manager = as(w->manager), officer = as(w.pi_officer);
  std::string detail;
  EXPECT_EQ(w.refused(manager, w.download({"person_name", "fee"}), &detail), "operation.exception_needed");
  EXPECT_EQ(detail, "person_name");
  RequestException ask{"download", w->dataset, {"person_name"}, 3, "法院调取前核对", "专机，用后即毁"};
  auto with = [&](auto change) {
    auto c = ask;
    change(c);
    return c;
  };
  EXPECT_EQ(w.refused(manager, with([](auto& c) { c.columns = {"fee"}; })), "exception.not_needed");
  EXPECT_EQ(w.refused(manager, with([](auto& c) { c.days = 31; })), "exception.bad_days");
  EXPECT_EQ(w.refused(manager, with([](auto& c) { c.measures.clear(); })), "form.text_missing");
  EXPECT_EQ(w.refused(as(w->user), ask), "duty.missing");
  EXPECT_EQ(w.refused(as(w->rival_manager), ask), "dataset.not_found");
  auto id = w->made<ExceptionRequested>(manager, ask).exception;
  EXPECT_EQ(w.refused(as(w->officer), DecideException{id, true, 0, "x"}), "duty.missing");
  EXPECT_EQ(w.refused(without_second_factor(w.pi_officer), DecideException{id, true, 0, "x"}), "auth.second_factor_needed");
  EXPECT_EQ(w.refused(officer, DecideException{id, true, 4, "x"}), "exception.bad_days");
  EXPECT_EQ(w.refused(officer, DecideException{id, true, 2, "限两天"}), "ok");
  auto operation = w->made<OperationRequested>(manager, w.download({"person_name", "fee"})).operation;
  EXPECT_EQ(w.of(operation).exception, id);
  w->must(as(w->officer), DecideOperation{operation, true, "x"});
  w->must(Principal{.person = w->manager, .system = true, .stepped_up = true}, StartOperation{operation});
  EXPECT_EQ(w.refused(officer, ReviewException{id, ReviewVerdict::as_approved, "x"}), "exception.still_in_force");
  w.desk.now_ += 2 * kDayMs;
  EXPECT_EQ(w.refused(manager, w.download({"person_name"})), "operation.exception_needed");
  const auto& e = w.desk.state_.exceptions.at(id.str());
  EXPECT_TRUE(e.awaits_review(w.desk.now_));
  EXPECT_EQ(e.review_due_ms, e.until_ms + 10 * kDayMs);
  EXPECT_EQ(w.refused(manager, ReviewException{id, ReviewVerdict::as_approved, "x"}), "duty.missing");
  EXPECT_EQ(w.refused(officer, ReviewException{id, ReviewVerdict::as_approved, "x"}), "duty.second_person_needed");
  EXPECT_EQ(w.refused(as(w->auditor), ReviewException{id, ReviewVerdict::not_used, "x"}), "exception.was_used");
  EXPECT_EQ(w->made<ExceptionReviewed>(as(w->auditor), ReviewException{id, ReviewVerdict::as_approved, "与批准一致"}).uses, 1);
  EXPECT_EQ(w.refused(as(w->auditor), ReviewException{id, ReviewVerdict::as_approved, "x"}), "exception.not_awaiting_review");
}

TEST(Exception, NeverReachesLevelFiveAndEndsEarly) {
  AccessWalk w;
  w.grant(w->manager, 5);
  RequestException ask{"download", w->dataset, {"person_name"}, 3, "r", "m"};
  auto id = w->made<ExceptionRequested>(as(w->manager), ask).exception;
  w->must(as(w.pi_officer), DecideException{id, true, 0, "x"});
  w->must(as(w->manager), EndException{id, "已完成"});
  EXPECT_EQ(w.refused(as(w->manager), w.download({"person_name"})), "operation.exception_needed");
  EXPECT_EQ(w.refused(as(w->manager), EndException{id, "x"}), "exception.not_in_force");
  EXPECT_EQ(w.refused(as(w.pi_officer), ReviewException{id, ReviewVerdict::not_used, "未使用"}), "duty.second_person_needed") << "who granted it";
  EXPECT_EQ(w.refused(as(w->auditor), ReviewException{id, ReviewVerdict::not_used, "未使用"}), "ok");
  w->must(as(w->manager), ConfirmFields{w->dataset, {{"person_name", "person_name", Category::personal, 5, true, false, "更敏感"}}});
  EXPECT_EQ(w.refused(as(w->manager), ask), "exception.level_out_of_reach");
}

TEST(Deputy, ActsWithTheOwnNameForTheAbsentWithinThePeriodOnly) {
  AccessWalk w;
  w.grant(w->manager);
  PersonId b = w->enrol(w->agency, {});
  AppointDeputy ask{w->officer, b, {Duty::security_officer}, w.desk.now_ + kDayMs, w.desk.now_ + 8 * kDayMs, "出差"};
  auto with = [&](auto change) {
    auto c = ask;
    change(c);
    return c;
  };
  auto security = as(w->security_admin);
  EXPECT_EQ(w.refused(as(w->officer), ask), "duty.missing");
  EXPECT_EQ(w.refused(security, with([&](auto& c) { c.deputy = w->officer; })), "deputy.same_person");
  EXPECT_EQ(w.refused(security, with([&](auto& c) { c.deputy = w->rival_officer; })), "person.not_found");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.duties = {Duty::data_manager}; })), "duty.not_held");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.duties.clear(); })), "deputy.no_duties");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.until_ms = c.from_ms; })), "deputy.bad_period");
  EXPECT_EQ(w.refused(security, with([](auto& c) { c.until_ms += 200 * kDayMs; })), "deputy.too_long");
  EXPECT_EQ(w.refused(security, with([&](auto& c) { c.deputy = w.second; })), "duty.excluded_by_other");  // manager and officer stay apart
  EXPECT_EQ(w.refused(security, ask), "ok");
  auto id = w->made<OperationRequested>(as(w->manager), w.download()).operation;
  EXPECT_EQ(w.refused(as(b), DecideOperation{id, true, "代行"}), "duty.missing");
  w.desk.now_ += kDayMs;
  auto events = w->must(as(b), DecideOperation{id, true, "代行"});
  const auto& acted = *events.back().get_if<DeputyActed>();
  EXPECT_EQ(acted.absent, w->officer);
  EXPECT_EQ(acted.duty, Duty::security_officer);
  EXPECT_EQ(w.of(id).decided_by, b);
  w->must(security, RevokeDuty{w->officer, Duty::security_officer, "调离"});
  auto other = w->made<OperationRequested>(as(w->manager), w.download()).operation;
  EXPECT_EQ(w.refused(as(b), DecideOperation{other, true, "x"}), "duty.missing");  // nobody deputises for a duty that is gone
  w->must(security, GrantDuty{w->officer, Duty::security_officer, 0});
  w.desk.now_ += 8 * kDayMs;
  EXPECT_EQ(w.refused(as(b), DecideOperation{other, true, "x"}), "duty.missing");
}

TEST(Deputy, WhoIsBackEndsIt) {
  AccessWalk w;
  PersonId b = w->enrol(w->agency, {});
  auto id = w->made<DeputyAppointed>(as(w->security_admin), AppointDeputy{w.pi_officer, b, {Duty::pi_officer}, 0, w.desk.now_ + kDayMs, "病假"}).deputyship;
  EXPECT_NE(deputyship_for(w.desk.state_, w.desk.state_.persons.at(b.str()), Duty::pi_officer, w.desk.now_), nullptr);
  EXPECT_EQ(w.refused(as(b), EndDeputyship{id, "x"}), "duty.missing");
  EXPECT_EQ(w.refused(as(w.pi_officer), EndDeputyship{id, "已返岗"}), "ok");
  EXPECT_EQ(deputyship_for(w.desk.state_, w.desk.state_.persons.at(b.str()), Duty::pi_officer, w.desk.now_), nullptr);
}

TEST(Outsider, DoesNothingAfterTheEngagementOrWithoutTheSponsor) {
  AccessWalk w;
  w.grant(w.second);
  auto system = as(w->system_admin);
  EngageOutsider ask{w.second, w->officer, "某软件公司", w.desk.now_ + 10 * kDayMs};
  EXPECT_EQ(w.refused(as(w->manager), ask), "duty.missing");
  EXPECT_EQ(w.refused(system, EngageOutsider{w->auditor, w->officer, "x", ask.until_ms}), "duty.not_for_outsiders");
  EXPECT_EQ(w.refused(system, EngageOutsider{w.second, w.second, "x", ask.until_ms}), "outsider.bad_sponsor");
  EXPECT_EQ(w.refused(system, EngageOutsider{w.second, w->rival_officer, "x", ask.until_ms}), "person.not_found");
  EXPECT_EQ(w.refused(system, ask), "ok");
  EXPECT_EQ(w.refused(as(w.second), w.view(0, 5)), "ok");
  EXPECT_EQ(w.refused(as(w->security_admin), GrantDuty{w.second, Duty::audit_admin, 0}), "duty.excluded_by_other");
  PersonId bare = w->enrol(w->agency, {});
  w->must(system, EngageOutsider{bare, w->officer, "x", ask.until_ms});
  EXPECT_EQ(w.refused(as(w->security_admin), GrantDuty{bare, Duty::audit_admin, 0}), "duty.not_for_outsiders");
  State before = w.desk.state_;
  w->must(as(w->security_admin), SuspendPerson{w->officer, "停职"});
  EXPECT_EQ(w.refused(as(w.second), w.view(0, 5)), "person.sponsor_suspended");
  w.desk.state_ = before;
  w.desk.now_ += 10 * kDayMs;
  EXPECT_EQ(w.refused(as(w.second), w.view(0, 5)), "person.engagement_over");
}

TEST(Organisation, ChartHasNoCirclesAndUnitsCarryRights) {
  AccessWalk w;
  auto system = as(w->system_admin);
  auto top = w->unit("数据安全领导小组", UnitKind::decision_body, {}, w->officer);
  auto unit = w->unit("稽核处", UnitKind::implementing_department, top, {}, "330100");
  EXPECT_EQ(w.refused(system, DefineUnit{top, "x", UnitKind::decision_body, unit, {}, ""}), "unit.circle");
  EXPECT_EQ(w.refused(system, DefineUnit{top, "x", UnitKind::decision_body, top, {}, ""}), "unit.circle");
  EXPECT_EQ(w.refused(system, DefineUnit{{}, "x", UnitKind::data_owner, {}, {}, "33x"}), "unit.bad_region");
  EXPECT_EQ(w.refused(system, DefineUnit{{}, "x", UnitKind::data_owner, {}, w->officer, ""}), "unit.head_named_apart");
  EXPECT_EQ(w.refused(as(w->security_admin), NameHead{top, w->user, "x"}), "person.not_found");
  EXPECT_EQ(w.refused(system, PlaceInUnit{w->user, unit}), "person.not_found");
  w->must(system, PlaceInUnit{w->manager, unit});
  EXPECT_EQ(w.refused(as(w->manager), w.view(0, 5)), "access.no_right");
  GrantAccess right = w.right({});
  right.unit = unit;
  w->must(as(w->security_admin), right);
  EXPECT_EQ(w.refused(as(w->manager), w.view(0, 5)), "ok");
  w->must(system, PlaceInUnit{w->manager, {}});
  EXPECT_EQ(w.refused(as(w->manager), w.view(0, 5)), "access.no_right");
}

TEST(Protection, MeasuresFollowTheGradeAndFailuresAreFound) {
  DeskWalk w(&Walk::until_delivered);
  const rules::RuleSet& rules = rules::RuleSet::built_in();
  auto state_of = [&](std::string_view column, std::string_view measure) -> std::string {
    const Dataset& d = w.desk.state_.datasets.at(w->dataset.str());
    for (const auto& found : measures_of(w.desk.state_, d, *d.column(column), rules))
      if (found.measure->id == measure) return std::string(name_of(found.state));
    return "absent";
  };
  EXPECT_EQ(state_of("person_name", "does_not_flow"), "enforced");
  EXPECT_EQ(state_of("person_name", "need_to_know_list"), "organisation");
  EXPECT_EQ(state_of("person_name", "never_shown"), "absent");
  EXPECT_EQ(state_of("city", "does_not_flow"), "absent");
  EXPECT_EQ(state_of("fee", "deidentified"), "enforced");
  // The fee left rounded; kept as it was and graded up afterwards, it would be a finding.
  w->must(as(w->manager), ConfirmFields{w->dataset, {{"fee", "amount", Category::payment, 4, false, false, "涉及商业秘密"}}});
  EXPECT_EQ(state_of("fee", "does_not_flow"), "enforced");
  w.desk.state_.maskings.begin()->second.columns[2].technique = "keep";
  EXPECT_EQ(state_of("fee", "does_not_flow"), "failing");
  w.desk.state_.datasets.at(w->dataset.str()).column("city")->confirmed = false;
  EXPECT_EQ(state_of("city", "graded_by_person"), "failing");
}

}  // namespace
}  // namespace sluice::space
