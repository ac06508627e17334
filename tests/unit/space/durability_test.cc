// What readers see and what survives: one writer, many askers, a store that fails.
#include <atomic>
#include <thread>

#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

TEST(SpaceDurability, ReadersSeeWholeDurableCommandsOnlyWhileManyAsk) {
  House house;
  Walk walk(house);
  walk.people();
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; i++)
    threads.emplace_back([&] {
      while (!done) {
        // The state is read before the ledger's size, so that all it knows must be there.
        auto newest = house.space->read([](const State& s) {
          uint64_t seq = 0;
          for (const auto& [id, party] : s.parties) seq = std::max(seq, party.registered_seq);
          return seq;
        });
        ASSERT_LT(newest, house.ledger->size());
        reads++;
      }
    });
  std::atomic<int> accepted = 0;
  std::vector<std::thread> askers;
  for (int t = 0; t < 4; t++)
    askers.emplace_back([&, t] {
      for (int i = 0; i < 60; i++) {
        // Every code is asked for twice, by two threads: exactly one may win.
        auto outcome = house.space->execute(as(walk.system_admin), RegisterParty{"甲", test_uscc(1000 + (t / 2) * 100 + i), PartyRole::data_user, "证"});
        if (outcome) {
          accepted++;
          auto id = outcome->get<PartyRegistered>().party;
          ASSERT_TRUE(house.space->read([&](const State& s) { return find(s.parties, id) != nullptr; })) << "one reads one's own writes";
          ASSERT_EQ(house.ledger->entry(outcome->first_seq)->entry.kind, PartyRegistered::kind);
        } else {
          ASSERT_EQ(outcome.error().reason, "party.uscc_known");
        }
      }
    });
  for (auto& asker : askers) asker.join();
  done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(accepted, 120);
  EXPECT_GT(reads, 0);
  std::string live = canonical(encode(house.state()));
  house.reopen();
  EXPECT_EQ(canonical(encode(house.state())), live);
}

// Each write failure twice: lost, and persisted but reported lost.
TEST(SpaceDurability, AFailedCommitIsNotSeenAndStopsWritingForGood) {
  using ledger::Fault;
  for (Fault fault : {Fault::lost, Fault::reported_lost, Fault::io_error, Fault::disk_full}) {
    House house;
    Walk walk(house);
    walk.people();
    std::string before = canonical(encode(house.state()));
    house.store->faults[house.store->commits] = fault;
    RegisterParty command{"甲", test_uscc(77), PartyRole::data_user, "证"};
    EXPECT_EQ(walk.why(as(walk.system_admin), command), fault == Fault::disk_full ? "store.disk_full" : "store.io");
    EXPECT_EQ(canonical(encode(house.state())), before);
    EXPECT_TRUE(house.space->read_only());
    EXPECT_EQ(walk.why(as(walk.system_admin), command), "ledger.read_only");
    EXPECT_EQ(walk.why(as(walk.user), command), "ledger.read_only") << "a refusal cannot be recorded either";
    EXPECT_FALSE(house.space->record(Json::object({{"call", 1}})));
    EXPECT_EQ(canonical(encode(house.state())), before) << "reads go on";
    house.reopen();
    EXPECT_EQ(walk.why(as(walk.system_admin), command), fault == Fault::reported_lost ? "party.uscc_known" : "ok");
  }
}

TEST(SpaceDurability, EveryCommandOfAFailedRoundIsToldSo) {
  House house;
  Walk walk(house);
  walk.people();
  uint64_t size = house.ledger->size();
  for (uint64_t n = 0; n < 200; n++) house.store->faults[house.store->commits + n] = ledger::Fault::lost;
  std::vector<std::thread> askers;
  std::atomic<int> told = 0;
  for (int t = 0; t < 8; t++)
    askers.emplace_back([&, t] {
      auto outcome = house.space->execute(as(walk.system_admin), RegisterParty{"甲", test_uscc(300 + t), PartyRole::data_user, "证"});
      if (!outcome && (outcome.error().reason == "store.io" || outcome.error().reason == "ledger.read_only")) told++;
    });
  for (auto& asker : askers) asker.join();
  EXPECT_EQ(told, 8);
  EXPECT_EQ(house.ledger->size(), size);
}

TEST(SpaceDurability, ACommandTooLargeForTheLedgerFailsAlone) {
  House house;
  Walk walk(house);
  walk.until_graded();
  // Holds the writer until all have queued, so that they share a round.
  std::promise<void> go;
  auto gate = go.get_future();
  std::thread holder([&] {
    (void)house.space->on_writer([&](ledger::Ledger&) -> Status {
      gate.wait();
      return {};
    });
  });
  AdoptStrategy large = walk.strategy_form();
  large.techniques.assign(30000, {"age", "bracket", std::string(40, 'x')});
  std::vector<std::thread> askers;
  std::atomic<int> fine = 0, large_refused = 0;
  for (int t = 0; t < 6; t++)
    askers.emplace_back([&, t] {
      if (t == 3) {
        large_refused += walk.why(as(walk.officer), large) == "entry.body_too_large";
      } else {
        auto outcome = house.space->execute(as(walk.officer), walk.strategy_form());
        if (outcome && house.ledger->entry(outcome->first_seq)->body.find("strategy")->as_string() == outcome->get<StrategyAdopted>().strategy.str()) fine++;
      }
    });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  go.set_value();
  for (auto& asker : askers) asker.join();
  holder.join();
  EXPECT_EQ(fine, 5);
  EXPECT_EQ(large_refused, 1);
  EXPECT_FALSE(house.space->read_only());
  std::string live = canonical(encode(house.state()));
  house.reopen();
  EXPECT_EQ(canonical(encode(house.state())), live);
}

TEST(SpaceDurability, ASpaceIsFoundedOnce) {
  House house;
  Walk walk(house);
  walk.found();
  auto again = house.space->bootstrap({PersonEnrolled{PersonId::make(house.random), walk.agency}});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "space.bootstrapped_already");
}

}  // namespace
}  // namespace sluice::space
