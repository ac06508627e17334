// Laws of reversal and of tracing: two people, a reason, a clock, and a ledger that folds to the same state.
#include "ledger/verifier.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

std::string reversal_fold(House& house) {
  SeededRandom random(1);
  auto space = Space::open(*house.ledger, house.clock, random, rules::RuleSet::built_in(), {});
  if (!space) return std::string(space.error().reason);
  return (*space)->read([](const State& s) { return canonical(encode(s)); });
}

// A masked version of which a column is a pseudonym.
struct ReversalWalk {
  ReversalWalk() : walk(house) {
    walk.until_graded();
    walk.strategy = walk.made<StrategyAdopted>(as(walk.officer), walk.strategy_form()).strategy;
    ReportMasking form = walk.masking_form();
    form.columns.push_back({"person_name", "pseudonym", 3, false});
    walk.masked = walk.made<VersionMasked>(node_for(walk.officer), form).version;
    second = walk.enrol(walk.agency, {Duty::pi_officer});
  }
  RequestReversal ask(std::string column = "person_name", int64_t count = 2) const {
    return {.version = walk.masked, .column = std::move(column), .count = count, .commitment = test_digest(40), .reason = "稽核立案", .case_ref = "案 7"};
  }
  ReversalId requested() { return walk.made<ReversalRequested>(as(walk.officer), ask()).reversal; }
  ReversalId allowed() {
    ReversalId id = requested();
    walk.must(as(second), DecideReversal{id, true, "属实"});
    return id;
  }
  Principal asker_through_node() const { return {.person = walk.officer, .system = true, .stepped_up = true}; }
  House house;
  Walk walk;
  PersonId second;
};

TEST(Reversal, IsAskedByAnOfficerWithAReasonOfAColumnThatCanBeReversed) {
  ReversalWalk w;
  EXPECT_EQ(w.walk.why(as(w.walk.manager), w.ask()), "duty.missing");
  EXPECT_EQ(w.walk.why(as(w.walk.rival_officer), w.ask()), "version.not_found") << "another organisation's version is not there";
  EXPECT_EQ(w.walk.why(as(w.walk.officer), w.ask("fee")), "reversal.not_reversible");
  EXPECT_EQ(w.walk.why(as(w.walk.officer), w.ask("nothing")), "catalog.no_such_column");
  EXPECT_EQ(w.walk.why(as(w.walk.officer), w.ask("person_name", 0)), "reversal.bad_count");
  EXPECT_EQ(w.walk.why(as(w.walk.officer), w.ask("person_name", kReversalValuesMax + 1)), "reversal.bad_count");
  RequestReversal mute = w.ask();
  mute.reason.clear();
  EXPECT_EQ(w.walk.why(as(w.walk.officer), mute), "form.text_missing");
  RequestReversal raw = w.ask();
  raw.version = w.walk.version;
  EXPECT_EQ(w.walk.why(as(w.walk.officer), raw), "reversal.not_masked");
}

TEST(Reversal, TheSamePersonTwiceIsRefusedAndASecondFactorIsNeeded) {
  ReversalWalk w;
  ReversalId id = w.requested();
  EXPECT_EQ(w.walk.why(as(w.walk.officer), DecideReversal{id, true, "自批"}), "duty.second_person_needed");
  EXPECT_EQ(w.walk.why(as(w.walk.manager), DecideReversal{id, true, "x"}), "duty.missing");
  EXPECT_EQ(w.walk.why(as(w.walk.rival_officer), DecideReversal{id, true, "x"}), "reversal.not_found");
  EXPECT_EQ(w.walk.why(without_second_factor(w.second), DecideReversal{id, true, "属实"}), "auth.second_factor_needed");
  EXPECT_EQ(w.walk.why(w.asker_through_node(), StartReversal{id}), "reversal.awaits_decision");
  w.walk.must(as(w.second), DecideReversal{id, true, "属实"});
  EXPECT_EQ(w.walk.why(as(w.walk.members[0]), DecideReversal{id, false, "x"}), "reversal.decided_already");
}

TEST(Reversal, RunsOnceForWhoAskedUnderAGrantOfTheSourceColumnAlone) {
  ReversalWalk w;
  ReversalId id = w.allowed();
  EXPECT_EQ(w.walk.why(as(w.walk.officer), StartReversal{id}), "duty.node_only");
  EXPECT_EQ(w.walk.why({.person = w.second, .system = true, .stepped_up = true}, StartReversal{id}), "reversal.not_yours");
  EXPECT_EQ(w.walk.why(node_for(w.walk.officer), StartReversal{id}), "auth.second_factor_needed");
  auto grant = w.walk.made<KeysGranted>(w.asker_through_node(), StartReversal{id});
  EXPECT_EQ(grant.work, Work::reverse);
  EXPECT_EQ(grant.version, w.walk.version) << "pseudonyms are compared with the source";
  EXPECT_EQ(grant.columns, std::vector<std::string>{"person_name"});
  EXPECT_EQ(w.walk.why(w.asker_through_node(), StartReversal{id}), "reversal.over");
  auto ended = w.walk.made<KeysGrantEnded>(w.asker_through_node(), ReportReversal{id, 1, 1});
  EXPECT_EQ(ended.grant, grant.grant);
  EXPECT_EQ(w.walk.why(w.asker_through_node(), ReportReversal{id, 1, 1}), "reversal.over");
  State s = w.house.state();
  const Reversal& r = s.reversals.at(id.str());
  EXPECT_EQ(r.status, ReversalStatus::done);
  EXPECT_EQ(r.restored, 1);
  EXPECT_EQ(r.missing, 1);
  EXPECT_EQ(reversal_fold(w.house), canonical(encode(s))) << "replay equals live";
  ASSERT_TRUE(w.house.sign());
  EXPECT_TRUE(ledger::verify_store(*w.house.store)->ok());
}

TEST(Reversal, ExpiresUndecidedAfterSevenDaysAndAllowedAfterOne) {
  ReversalWalk w;
  ReversalId slow = w.requested(), late = w.allowed();
  w.house.clock.advance(kDayMs);
  EXPECT_EQ(w.walk.why(w.asker_through_node(), StartReversal{late}), "reversal.permission_expired");
  w.house.clock.advance(6 * kDayMs);
  EXPECT_EQ(w.walk.why(as(w.second), DecideReversal{slow, true, "属实"}), "reversal.lapsed");
  EXPECT_TRUE(w.house.state().reversals.at(slow.str()).expired(w.house.now()));
}

TEST(Reversal, RefusedOrWithdrawnItNeverRuns) {
  ReversalWalk w;
  ReversalId refused = w.requested(), taken_back = w.allowed();
  w.walk.must(as(w.second), DecideReversal{refused, false, "理由不足"});
  EXPECT_EQ(w.walk.why(w.asker_through_node(), StartReversal{refused}), "reversal.over");
  EXPECT_EQ(w.walk.why(as(w.second), WithdrawReversal{taken_back}), "reversal.not_yours");
  w.walk.must(as(w.walk.officer), WithdrawReversal{taken_back});
  EXPECT_EQ(w.walk.why(w.asker_through_node(), StartReversal{taken_back}), "reversal.over");
}

TEST(Reversal, NobodyGetsAReversalsKeysByAskingForThem) {
  ReversalWalk w;
  for (Work work : {Work::reverse, Work::trace})
    EXPECT_EQ(w.walk.why(node_for(w.walk.officer), GrantKeys{w.walk.dataset, w.walk.version, {"person_name"}, work, kMinuteMs}), "keys.operation_needs_request");
}

struct MarkedWalk {
  MarkedWalk() : walk(house) {
    walk.until_contract();
    walk.prepare();
  }
  ReportMarks marks() const {
    return {walk.release, {.commitment = test_digest(50), .strategy = test_digest(8), .carriers = {"fee"}, .cells_marked = 98, .cells_changed = 47, .k_before = 7, .k_min = 7}};
  }
  House house;
  Walk walk;
};

TEST(Tracing, MarksAreReportedOnceBeforeTheDelivery) {
  MarkedWalk w;
  EXPECT_EQ(w.walk.why(as(w.walk.manager), w.marks()), "duty.node_only");
  ReportMarks none = w.marks();
  none.marks.carriers.clear();
  EXPECT_EQ(w.walk.why(node_for(w.walk.manager), none), "mark.no_carrier");
  EXPECT_EQ(w.walk.made<ReleaseMarked>(node_for(w.walk.manager), w.marks()).party, w.walk.insurer);
  EXPECT_EQ(w.walk.why(node_for(w.walk.manager), w.marks()), "release.marked_already");
  w.walk.deliver();
  EXPECT_TRUE(w.house.state().releases.at(w.walk.release.str()).marks);
  MarkedWalk late;
  late.walk.deliver();
  EXPECT_EQ(late.walk.why(node_for(late.walk.manager), late.marks()), "release.not_prepared") << "what was delivered bears what it bears";
}

TEST(Tracing, IsTheSecurityOfficersAndStandsInTheLedgerWithWhoWasNamed) {
  MarkedWalk w;
  StartTrace start{w.walk.dataset, test_digest(60), "网上发现"};
  EXPECT_EQ(w.walk.why(as(w.walk.officer), start), "trace.nothing_marked");
  w.walk.must(node_for(w.walk.manager), w.marks());
  EXPECT_EQ(w.walk.why(as(w.walk.manager), start), "duty.missing");
  EXPECT_EQ(w.walk.why(as(w.walk.rival_officer), start), "dataset.not_found");
  auto started = w.walk.made<TraceStarted>(as(w.walk.officer), start);
  EXPECT_EQ(started.candidates, 1);
  State running = w.house.state();
  EXPECT_EQ(running.grants.at(started.grant.str()).work, Work::trace);
  EXPECT_TRUE(running.grants.at(started.grant.str()).columns.empty()) << "a trace reads no column of the space";
  ReportTrace report{started.trace, 49, 24, {"fee"}, "1.0e-06", {{w.walk.insurer, true, 9000, "2.1e-12"}}};
  EXPECT_EQ(w.walk.why(as(w.walk.officer), report), "duty.node_only");
  w.walk.must(node_for(w.walk.officer), report);
  EXPECT_EQ(w.walk.why(node_for(w.walk.officer), report), "trace.over");
  State s = w.house.state();
  EXPECT_EQ(s.traces.at(started.trace.str()).named.at(0).party, w.walk.insurer);
  EXPECT_FALSE(s.grants.contains(started.grant.str()));
  EXPECT_EQ(reversal_fold(w.house), canonical(encode(s))) << "replay equals live";
}

}  // namespace
}  // namespace sluice::space
