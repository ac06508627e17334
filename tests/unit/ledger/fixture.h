// A ledger over a store in memory, seeded, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include "ledger/ledger.h"
#include "ledger/verifier.h"
#include "tests/conformance/memory_ledger_store.h"

namespace sluice::ledger {

inline const Genesis kTestGenesis{"space.example/test", "测试空间", "12000000000000000X"};

inline LocalLogSigner& test_signer() {
  static LocalLogSigner signer(*Ed25519PrivateKey::from_seed(Bytes(32, 1)), *Sm2PrivateKey::from_bytes(Bytes(32, 2)));
  return signer;
}

inline NewEntry test_entry(uint64_t i) {
  return {"test.happened", 1, "u_tester", {"ds_1", "pt_" + std::to_string(i % 7)},
          Json::object({{"count", i}, {"name", "第" + std::to_string(i) + "项"}, {"list", Json::array({1, "a,}\"", Json::object({{"k", nullptr}})})}})};
}

struct TestLedger {
  std::shared_ptr<MemoryLedgerState> state = std::make_shared<MemoryLedgerState>();
  std::unique_ptr<MemoryLedgerStore> store = std::make_unique<MemoryLedgerStore>(state);
  SeededRandom random{42};
  std::unique_ptr<Ledger> ledger;

  TestLedger() { ledger = *Ledger::create(*store, kTestGenesis, test_signer(), 1000, random); }

  void append(uint64_t n, uint64_t batch = 1) {
    for (uint64_t done = 0; done < n;) {
      std::vector<NewEntry> entries;
      while (entries.size() < batch && done < n) entries.push_back(test_entry(done++));
      ASSERT_TRUE(ledger->append(entries, 2000));
    }
  }
  void reopen() {
    ledger.reset();
    store = std::make_unique<MemoryLedgerStore>(state);
    auto opened = Ledger::open(*store, random);
    ASSERT_TRUE(opened) << opened.error().reason;
    ledger = *std::move(opened);
  }
  VerifyReport verify(const Trust* trust = nullptr) { return *verify_store(*store, {.trust = trust, .threads = 0, .progress = {}}); }
};

inline std::string said(const VerifyReport& r) {
  return r.first_bad ? r.first_bad->reason + ": " + r.first_bad->what + (r.first_bad->seq ? " seq " + std::to_string(*r.first_bad->seq) : "") : "ok";
}

}  // namespace sluice::ledger
