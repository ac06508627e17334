// What every ledger store must do. An adapter's test names a case that makes a fresh store and reopens it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "ledger/store.h"

namespace sluice::ledger {

struct StoreCase {
  std::string name;
  // A store over the same durable content each time it is called; `fresh` begins with an empty one.
  std::function<void()> fresh;
  std::function<std::unique_ptr<Store>()> open;
};

class LedgerStoreSuite : public testing::TestWithParam<StoreCase> {
 protected:
  void SetUp() override {
    GetParam().fresh();
    store_ = GetParam().open();
    ASSERT_TRUE(store_);
  }
  void reopen() {
    store_.reset();
    store_ = GetParam().open();
    ASSERT_TRUE(store_);
  }
  Status put_entries(uint64_t from, uint64_t to) {
    std::vector<EntryRow> rows;
    Bytes entry = to_bytes("entry"), salts(16, 7);
    for (uint64_t i = from; i < to; i++) rows.push_back({i, entry, "{\"a\":1}", salts});
    return store_->commit({.head = HeadRow{to, {}, {}}, .entries = rows});
  }
  std::vector<uint64_t> sequences(uint64_t from, uint64_t count) {
    std::vector<uint64_t> out;
    EXPECT_TRUE(store_->entries(from, count, [&](const EntryRow& row) -> Status {
      out.push_back(row.seq);
      return {};
    }));
    return out;
  }
  std::unique_ptr<Store> store_;
};

TEST_P(LedgerStoreSuite, IsEmptyAtFirst) {
  EXPECT_EQ(*store_->size(), 0u);
  EXPECT_FALSE(store_->head()->has_value());
  EXPECT_FALSE(store_->last_checkpoint(UINT64_MAX)->has_value());
  EXPECT_FALSE(store_->last_segment()->has_value());
  EXPECT_EQ(store_->tile(TreeHash::sm3, 0, 0).error().reason, "store.missing");
  EXPECT_EQ(store_->blob(Digest{}).error().reason, "store.missing");
}

TEST_P(LedgerStoreSuite, EntriesSurviveReopeningAndReadInOrder) {
  ASSERT_TRUE(put_entries(0, 9000));
  reopen();
  EXPECT_EQ(*store_->size(), 9000u);
  EXPECT_EQ((*store_->head())->size, 9000u);
  auto all = sequences(0, UINT64_MAX);
  ASSERT_EQ(all.size(), 9000u);
  for (uint64_t i = 0; i < all.size(); i++) ASSERT_EQ(all[i], i);
  EXPECT_EQ(sequences(8998, 10), (std::vector<uint64_t>{8998, 8999}));
  EXPECT_EQ(sequences(5, 2), (std::vector<uint64_t>{5, 6}));
}

TEST_P(LedgerStoreSuite, TheVisitorsErrorEndsReading) {
  ASSERT_TRUE(put_entries(0, 10));
  int seen = 0;
  auto status = store_->entries(0, 10, [&](const EntryRow&) -> Status {
    seen++;
    return fail(Errc::refused, "test.stop");
  });
  EXPECT_EQ(status.error().reason, "test.stop");
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(sequences(0, 10).size(), 10u);
}

TEST_P(LedgerStoreSuite, ARewriteReplacesBodyAndSaltsOnly) {
  ASSERT_TRUE(put_entries(0, 3));
  Bytes salts(16, 0);
  EntryRow rewrite{1, {}, "{}", salts};
  ASSERT_TRUE(store_->commit({.rewrites = {&rewrite, 1}}));
  reopen();
  ASSERT_TRUE(store_->entries(1, 1, [&](const EntryRow& row) -> Status {
    EXPECT_EQ(text(row.entry), "entry");
    EXPECT_EQ(row.body, "{}");
    EXPECT_TRUE(std::equal(row.salts.begin(), row.salts.end(), salts.begin(), salts.end()));
    return {};
  }));
}

TEST_P(LedgerStoreSuite, TilesCheckpointsSegmentsAndBlobsSurvive) {
  Tile tiles[] = {{TreeHash::sm3, 0, 3, Bytes(kTileBytes, 1)}, {TreeHash::sha256, 0, 3, Bytes(kTileBytes, 2)}};
  SegmentRow segments[] = {{0, 2, Digest{1}, 7}, {1, 1, Digest{2}, {}}};
  SegmentRecordRow records[] = {{0, 0, "{}"}, {0, 1, "{\"x\":1}"}, {1, 0, "{}"}};
  CheckpointRow notes[] = {{5, "five"}, {9, "nine"}};
  uint64_t keys[] = {0, 4};
  Bytes content = to_bytes("content");
  BlobRow blobs[] = {{Digest{9}, content}, {Digest{8}, {}}};
  ASSERT_TRUE(store_->commit({.tiles = tiles, .segments = segments, .records = records, .checkpoints = notes, .key_entries = keys, .blobs = blobs}));
  reopen();
  EXPECT_EQ((*store_->tile(TreeHash::sha256, 0, 3))[0], 2);
  EXPECT_EQ(*store_->tile_count(), 2u);
  EXPECT_EQ(**store_->last_checkpoint(UINT64_MAX), "nine");
  EXPECT_EQ(**store_->last_checkpoint(8), "five");
  EXPECT_FALSE(store_->last_checkpoint(4)->has_value());
  EXPECT_EQ(*store_->key_entries(), (std::vector<uint64_t>{0, 4}));
  EXPECT_EQ((*store_->segment(0))->entry, 7u);
  EXPECT_FALSE((*store_->last_segment())->entry.has_value());
  EXPECT_EQ(*store_->record_count(), 3u);
  std::string joined;
  ASSERT_TRUE(store_->records(0, 0, 10, [&](const SegmentRecordRow& row) -> Status {
    joined += std::to_string(row.n) + std::string(row.record);
    return {};
  }));
  EXPECT_EQ(joined, "0{}1{\"x\":1}");
  EXPECT_EQ(text(*store_->blob(Digest{9})), "content");
  EXPECT_TRUE(store_->blob(Digest{8})->empty());
  Digest gone{9};
  uint64_t dropped = 9;
  ASSERT_TRUE(store_->commit({.dropped_checkpoints = {&dropped, 1}, .dropped_blobs = {&gone, 1}}));
  reopen();
  EXPECT_EQ(**store_->last_checkpoint(UINT64_MAX), "five");
  EXPECT_FALSE(store_->blob(Digest{9}).has_value());
}

}  // namespace sluice::ledger
