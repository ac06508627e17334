// Every write point fails in every way the port allows, and the process dies there. What must hold: no acknowledged
// entry is lost, never are two roots signed for one size, reads go on, and the reopened ledger verifies.
#include <map>

#include "tests/unit/ledger/fixture.h"

namespace sluice::ledger {
namespace {

// Remembers every text it signed.
class WatchingSigner final : public LogSigner {
 public:
  Result<LogKeys> keys() override { return test_signer().keys(); }
  Result<SignaturePair> sign(std::string_view message) override {
    signed_texts.emplace_back(message);
    return test_signer().sign(message);
  }
  std::vector<std::string> signed_texts;
};

class CrashRun {
 public:
  CrashRun(uint64_t seed, uint64_t fail_at, Fault fault) : random_(seed), fail_at_(fail_at), fault_(fault) {}

  // Returns whether the fault was reached.
  bool run() {
    boot();
    bool reached = false;
    for (int step = 0; step < 40; step++) {
      if (act()) continue;
      reached = true;
      after_failure();
      boot();
    }
    check();
    return reached;
  }

 private:
  void boot() {
    ledger_.reset();
    uint64_t done = store_ ? commits_ + store_->commits : 0;
    store_ = std::make_unique<MemoryLedgerStore>(state_);
    commits_ = done;
    if (fail_at_ >= done) store_->faults[fail_at_ - done] = fault_;
    if (state_->entries.empty()) {
      auto made = Ledger::create(*store_, kTestGenesis, signer_, 1, random_);
      if (!made) {
        EXPECT_EQ(made.error().reason.substr(0, 6), "store.") << made.error().reason;
        return boot();
      }
      ledger_ = *std::move(made);
    } else {
      auto opened = Ledger::open(*store_, random_);
      ASSERT_TRUE(opened) << opened.error().reason;
      ledger_ = *std::move(opened);
    }
    for (const auto& [seq, bytes] : acknowledged_) ASSERT_EQ(*ledger_->entry_bytes(seq), bytes) << "an acknowledged entry was lost";
  }

  // One step of a random workload; false when a write failed.
  bool act() {
    switch (random_.below(6)) {
      case 0: return ledger_->sign_now(signer_).has_value();
      case 1: return ledger_->close_segment(5).has_value();
      default: break;
    }
    std::vector<NewEntry> entries;
    std::vector<Json> records;
    for (uint64_t n = random_.below(40); n > 0; n--) entries.push_back(test_entry(random_.below(1000)));
    for (uint64_t n = random_.below(5); n > 0; n--) records.push_back(Json::object({{"r", n}}));
    auto done = ledger_->append(entries, records, 7);
    if (!done) return false;
    for (uint64_t seq = done->first_seq; seq < ledger_->size(); seq++) acknowledged_[seq] = *ledger_->entry_bytes(seq);
    return true;
  }

  void after_failure() {
    EXPECT_TRUE(ledger_->read_only());
    uint64_t visible = ledger_->size();
    EXPECT_EQ(ledger_->append(test_entry(1), 9).error().reason, "ledger.read_only");
    EXPECT_EQ(ledger_->sign_now(signer_).error().reason, "ledger.read_only");
    EXPECT_EQ(ledger_->size(), visible);
    EXPECT_TRUE(ledger_->entry(visible - 1)) << "reads go on";
    EXPECT_TRUE(ledger_->inclusion_proof(visible - 1, visible));
    EXPECT_EQ(ledger_->entry(visible).error().reason, "ledger.no_such_entry");
  }

  void check() {
    auto report = verify_store(*store_);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->ok()) << said(*report);
    std::map<std::string, std::string> by_size;
    for (const std::string& text : signer_.signed_texts) {
      if (text.starts_with("sluice/")) continue;
      auto line = text.find('\n') + 1;
      auto [it, fresh] = by_size.emplace(text.substr(line, text.find('\n', line) - line), text);
      EXPECT_EQ(it->second, text) << "two roots for one size";
    }
  }

  SeededRandom random_;
  uint64_t fail_at_;
  Fault fault_;
  uint64_t commits_ = 0;
  WatchingSigner signer_;
  std::shared_ptr<MemoryLedgerState> state_ = std::make_shared<MemoryLedgerState>();
  std::unique_ptr<MemoryLedgerStore> store_;
  std::unique_ptr<Ledger> ledger_;
  std::map<uint64_t, Bytes> acknowledged_;
};

TEST(CrashSimulation, NoWritePointLosesAnAcknowledgedEntryOrSignsTwoRootsForOneSize) {
  for (Fault fault : {Fault::lost, Fault::reported_lost, Fault::io_error, Fault::disk_full}) {
    for (uint64_t seed = 1; seed <= 3; seed++) {
      // Commit 0 is the creation; a genesis that was reported lost is found at the next boot.
      for (uint64_t at = 0; at < 30; at++) {
        SCOPED_TRACE("seed " + std::to_string(seed) + " commit " + std::to_string(at) + " fault " + std::to_string(static_cast<int>(fault)));
        bool reached = CrashRun(seed, at, fault).run();
        EXPECT_TRUE(reached || at < 2);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(CrashSimulation, AStoreThatWasRolledBackBehindItsCheckpointIsRefused) {
  TestLedger t;
  t.append(10);
  MemoryLedgerState early = *t.state;
  t.append(10);
  auto seen = *t.ledger->sign_now(test_signer());
  MemoryLedgerStore rolled_back(std::make_shared<MemoryLedgerState>(early));
  EXPECT_TRUE(Ledger::open(rolled_back, t.random));
  EXPECT_EQ(Ledger::open(rolled_back, t.random, seen.note).error().reason, "ledger.shorter_than_signed");
  early.checkpoints = t.state->checkpoints;
  MemoryLedgerStore cut(std::make_shared<MemoryLedgerState>(early));
  EXPECT_EQ(Ledger::open(cut, t.random).error().reason, "ledger.shorter_than_signed");
  Trust trust = Trust::of_checkpoint(seen);
  MemoryLedgerStore again(std::make_shared<MemoryLedgerState>(early));
  EXPECT_FALSE(verify_store(again, {.trust = &trust, .threads = 1, .progress = {}})->ok());
}

TEST(CrashSimulation, AnotherHistoryOfTheSameLengthIsRefused) {
  TestLedger t;
  t.append(10);
  MemoryLedgerStore fork_store(std::make_shared<MemoryLedgerState>(*t.state));
  auto fork = *Ledger::open(fork_store, t.random);
  ASSERT_TRUE(fork->append(test_entry(77), 9999));
  ASSERT_TRUE(t.ledger->append(test_entry(78), 9999));
  auto seen = *t.ledger->sign_now(test_signer());
  EXPECT_EQ(Ledger::open(fork_store, t.random, seen.note).error().reason, "ledger.differs_from_signed");
}

}  // namespace
}  // namespace sluice::ledger
