// The key agent's word on what a grant is for: only what the ledger shows, open, in time, of that dataset and that work.
#include "node/process/ledger_grants.h"

#include "tests/unit/space/walk.h"

namespace sluice::node {
namespace {

using namespace space;

struct GrantBench {
  GrantBench() : walk(house) {
    walk.until_graded();
    grants = std::make_unique<LedgerGrants>(std::make_unique<ledger::MemoryLedgerStore>(house.durable));
  }
  std::string granted(Work work, const PersonId& who) {
    GrantKeys ask{walk.dataset, walk.version, {"age"}, work, kHourMs};
    return walk.made<KeysGranted>(node_for(who), ask).grant.str();
  }
  std::string why(const std::string& grant, std::span<const std::string_view> works, TimeMs later = 0) {
    Status answer = grants->allows_work(grant, walk.dataset.str(), works, house.now() + later);
    return answer ? "ok" : std::string(answer.error().reason);
  }
  House house;
  Walk walk;
  std::unique_ptr<LedgerGrants> grants;
};

constexpr std::string_view kForMasking[] = {"mask", "reverse"}, kForMarks[] = {"release", "trace", "check", "mask"}, kForReversal[] = {"reverse"};

TEST(LedgerGrants, WorkIsAllowedOnlyOfTheKindThatWasGranted) {
  GrantBench b;
  std::string mask = b.granted(Work::mask, b.walk.officer), check = b.granted(Work::check, b.walk.manager), classify = b.granted(Work::classify, b.walk.manager);
  EXPECT_EQ(b.why(mask, kForMasking), "ok");
  EXPECT_EQ(b.why(mask, kForReversal), "key_agent.other_work") << "a grant to mask does not reverse";
  EXPECT_EQ(b.why(check, kForMarks), "ok");
  EXPECT_EQ(b.why(check, kForMasking), "key_agent.other_work");
  EXPECT_EQ(b.why(classify, kForMarks), "key_agent.other_work");
  EXPECT_EQ(b.why("gr_01hzzzzzzzzzzzzzzzzzzzzzzz", kForMasking), "key_agent.no_grant") << "what the ledger does not show";
}

TEST(LedgerGrants, WorkEndsWithTheGrantWithItsTimeAndAtTheDatasetsBorder) {
  GrantBench b;
  std::string mask = b.granted(Work::mask, b.walk.officer);
  EXPECT_EQ(b.why(mask, kForMasking, kHourMs - 1), "ok");
  EXPECT_EQ(b.why(mask, kForMasking, kHourMs), "key_agent.grant_expired");
  Status elsewhere = b.grants->allows_work(mask, "ds_01hzzzzzzzzzzzzzzzzzzzzzzz", kForMasking, b.house.now());
  EXPECT_EQ(elsewhere.error().reason, "key_agent.no_grant");
  b.walk.must(the_node(), EndGrant{*GrantId::parse(mask), "done"});
  EXPECT_EQ(b.why(mask, kForMasking), "key_agent.grant_ended") << "the entry that ended it was read";
}

TEST(LedgerGrants, AReversalsGrantReversesAndDoesNothingElse) {
  GrantBench b;
  b.walk.strategy = b.walk.made<StrategyAdopted>(as(b.walk.officer), b.walk.strategy_form()).strategy;
  ReportMasking form = b.walk.masking_form();
  form.columns.push_back({"person_name", "pseudonym", 3, false});
  VersionId masked = b.walk.made<VersionMasked>(node_for(b.walk.officer), form).version;
  RequestReversal ask{.version = masked, .column = "person_name", .count = 1, .commitment = test_digest(40), .reason = "稽核", .case_ref = {}};
  ReversalId id = b.walk.made<ReversalRequested>(as(b.walk.officer), ask).reversal;
  b.walk.must(as(b.walk.pi), DecideReversal{id, true, "属实"});
  Principal asker{.person = b.walk.officer, .system = true, .stepped_up = true};
  std::string grant = b.walk.made<KeysGranted>(asker, StartReversal{id}).grant.str();
  EXPECT_EQ(b.why(grant, kForReversal), "ok");
  EXPECT_EQ(b.why(grant, kForMasking), "ok");
  EXPECT_EQ(b.why(grant, kForMarks), "key_agent.other_work") << "no marks by a reversal's grant";
  b.walk.must(the_node(), ReportReversal{id, 1, 0});
  EXPECT_EQ(b.why(grant, kForReversal), "key_agent.grant_ended");
}

}  // namespace
}  // namespace sluice::node
