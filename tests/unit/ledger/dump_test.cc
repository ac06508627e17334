#include "ledger/dump.h"

#include "tests/unit/ledger/fixture.h"

namespace sluice::ledger {
namespace {

std::vector<Bytes> dump_of(Store& store) {
  std::vector<Bytes> blocks;
  auto done = dump_store(store, [&](ByteView block) -> Status {
    blocks.emplace_back(block.begin(), block.end());
    return {};
  });
  EXPECT_TRUE(done) << done.error().reason;
  return blocks;
}

TEST(LedgerDump, LoadsIntoAStoreThatVerifiesWithTheSameRoots) {
  TestLedger t;
  t.append(2500, 100);
  std::vector<Json> records{Json::object({{"a", 1}}), Json::object({{"a", 2}})};
  ASSERT_TRUE(t.ledger->append({}, records, 3000));
  ASSERT_TRUE(t.ledger->close_segment(3000));
  ASSERT_TRUE(t.ledger->append({}, records, 3000));
  ASSERT_TRUE(t.ledger->put_blob(view("a report")));
  std::string name = "name";
  ASSERT_TRUE(t.ledger->erase(7, {&name, 1}, "u_tester", 4000));
  ASSERT_TRUE(t.ledger->sign_now(test_signer()));
  MemoryLedgerStore copy;
  StoreLoader loader(copy);
  EXPECT_EQ(loader.finish().error().reason, "ledger.bad_dump");
  for (const Bytes& block : dump_of(*t.store)) {
    auto taken = loader.take(block);
    ASSERT_TRUE(taken) << taken.error().reason << " " << taken.error().detail;
  }
  ASSERT_TRUE(loader.finish());
  auto before = t.verify(), after = *verify_store(copy, {});
  EXPECT_EQ(said(after), "ok");
  EXPECT_EQ(after.sm3_root, before.sm3_root);
  EXPECT_EQ(after.sha256_root, before.sha256_root);
  EXPECT_EQ(after.entries, before.entries);
  EXPECT_EQ(after.records, before.records);
  EXPECT_EQ(after.blobs, before.blobs);
  EXPECT_EQ(after.erased_fields, before.erased_fields);
  EXPECT_TRUE(Ledger::open(copy, t.random));
}

TEST(LedgerDump, WhatDidNotChangeGivesTheSameBlocks) {
  TestLedger t;
  t.append(2100, 100);
  auto first = dump_of(*t.store);
  t.append(10, 10);
  auto second = dump_of(*t.store);
  size_t same = 0;
  for (const Bytes& block : first) same += static_cast<size_t>(std::count(second.begin(), second.end(), block));
  EXPECT_GE(same, first.size() - 4) << "only the last entries, the head and the last note change";
}

TEST(LedgerDump, CutOrUnknownBlocksAreRefused) {
  TestLedger t;
  t.append(40, 10);
  for (const Bytes& block : dump_of(*t.store)) {
    if (block[0] == 'B') continue;
    MemoryLedgerStore copy;
    StoreLoader loader(copy);
    EXPECT_EQ(loader.take(ByteView(block).first(block.size() - 1)).error().reason, "ledger.bad_dump") << block[0];
  }
  MemoryLedgerStore copy;
  StoreLoader loader(copy);
  for (const char* bad : {"", "x", "?row"}) EXPECT_EQ(loader.take(view(bad)).error().reason, "ledger.bad_dump");
}

}  // namespace
}  // namespace sluice::ledger
