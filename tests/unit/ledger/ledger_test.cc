#include "ledger/ledger.h"

#include <thread>

#include "ledger/evidence.h"
#include "tests/conformance/ledger_store_suite.h"
#include "tests/unit/ledger/fixture.h"

namespace sluice::ledger {
namespace {

std::shared_ptr<MemoryLedgerState>& suite_state() {
  static std::shared_ptr<MemoryLedgerState> state;
  return state;
}
INSTANTIATE_TEST_SUITE_P(Memory, LedgerStoreSuite,
                         testing::Values(StoreCase{"memory", [] { suite_state() = std::make_shared<MemoryLedgerState>(); },
                                                   [] { return std::make_unique<MemoryLedgerStore>(suite_state()); }}));

TEST(Ledger, AppendedEntriesReadBackAndSurviveReopening) {
  TestLedger t;
  t.append(1000, 7);
  Head before = t.ledger->head();
  t.reopen();
  EXPECT_EQ(t.ledger->size(), 1001u);
  EXPECT_EQ(t.ledger->head().sm3_root, before.sm3_root);
  EXPECT_EQ(t.ledger->head().sha256_root, before.sha256_root);
  auto entry = *t.ledger->entry(500);
  EXPECT_EQ(entry.entry.kind, "test.happened");
  EXPECT_EQ(entry.body, test_entry(499).body);
  EXPECT_EQ(t.ledger->entry(1001).error().reason, "ledger.no_such_entry");
  EXPECT_TRUE(t.verify().ok()) << said(t.verify());
}

TEST(Ledger, ProofsHoldForEverySizeAndGrowth) {
  TestLedger t;
  t.append(299, 13);
  std::vector<Head> heads;
  for (uint64_t n = 0; n <= 300; n++) heads.push_back(*t.ledger->head_at(n));
  EXPECT_EQ(heads[300].sm3_root, t.ledger->head().sm3_root);
  for (uint64_t n = 1; n <= 300; n += 7) {
    for (uint64_t i = 0; i < n; i += 5) {
      auto proof = *t.ledger->inclusion_proof(i, n);
      Bytes bytes = *t.ledger->entry_bytes(i);
      ASSERT_TRUE(verify_inclusion(TreeHash::sm3, i, n, leaf_hash(TreeHash::sm3, bytes), proof.sm3, heads[n].sm3_root));
      ASSERT_TRUE(verify_inclusion(TreeHash::sha256, i, n, leaf_hash(TreeHash::sha256, bytes), proof.sha256, heads[n].sha256_root));
    }
    auto grown = *t.ledger->consistency_proof(n, 300);
    ASSERT_TRUE(verify_consistency(TreeHash::sm3, n, 300, grown.sm3, heads[n].sm3_root, heads[300].sm3_root));
    ASSERT_TRUE(verify_consistency(TreeHash::sha256, n, 300, grown.sha256, heads[n].sha256_root, heads[300].sha256_root));
  }
}

TEST(Ledger, ErasingFieldsLeavesEveryProofValidAndTheVerifierContent) {
  TestLedger t;
  t.append(300);
  ASSERT_TRUE(t.ledger->sign_now(test_signer()));
  Head before = t.ledger->head();
  std::string fields[] = {"name", "list"};
  EXPECT_EQ(*t.ledger->erase(10, fields, "u_officer", 3000), 301u);
  EXPECT_EQ(t.ledger->entry(10)->body, Json::object({{"count", 9}}));
  EXPECT_EQ(t.ledger->head_at(301)->sm3_root, before.sm3_root);
  auto report = t.verify();
  EXPECT_TRUE(report.ok()) << said(report);
  EXPECT_EQ(report.erased_fields, 2u);
  ASSERT_TRUE(t.ledger->sign_now(test_signer()));
  Reveal kept{10, {"count"}}, gone{10, {"name"}};
  auto bundle = t.ledger->evidence({&kept, 1});
  ASSERT_TRUE(bundle);
  EXPECT_TRUE(verify_evidence(*bundle, nullptr)->ok());
  EXPECT_EQ(t.ledger->evidence({&gone, 1}).error().reason, "ledger.no_such_field");
  EXPECT_EQ(t.ledger->erase(10, fields, "u_officer", 3000).error().reason, "ledger.no_such_field");
  std::string genesis[] = {"name"};
  EXPECT_EQ(t.ledger->erase(0, genesis, "u_officer", 3000).error().reason, "ledger.not_erasable");
  t.state->entries[20].body = "{\"count\":19}";
  std::fill(t.state->entries[20].salts.begin() + 16, t.state->entries[20].salts.end(), 0);
  EXPECT_EQ(t.verify().first_bad->reason, "verify.erased");
  EXPECT_EQ(t.verify().first_bad->seq, 20u);
}

TEST(Ledger, WhatWasChangedIsNotBelievedOnReplay) {
  TestLedger t;
  t.append(700, 50);
  auto replayed = [&](uint64_t from) {
    uint64_t next = from;
    Status done = t.ledger->replay_checked(from, [&](LedgerEntry&& e) -> Status {
      EXPECT_EQ(e.entry.seq, next++);
      return {};
    });
    return done ? std::to_string(next) : std::string(done.error().reason) + " " + done.error().detail;
  };
  for (uint64_t from : {uint64_t{0}, uint64_t{1}, uint64_t{255}, uint64_t{256}, uint64_t{600}, uint64_t{700}, uint64_t{701}}) EXPECT_EQ(replayed(from), "701") << from;
  auto good = t.state->entries;
  std::string& body = t.state->entries.at(300).body;
  size_t at = body.find("项");
  ASSERT_NE(at, std::string::npos);
  body.replace(at, std::string("项").size(), "页");
  EXPECT_EQ(replayed(0), "ledger.entry_changed seq=300 verify.commitment");
  EXPECT_EQ(replayed(301), "701") << "what is not read is not judged";
  // Body, salts and commitments of another entry, whole: each fits, the tree does not.
  t.state->entries = good;
  TestLedger other;
  other.random = SeededRandom(43);  // other salts
  other.append(700, 1);
  t.state->entries.at(300) = other.state->entries.at(300);
  EXPECT_EQ(replayed(0).substr(0, 19), "ledger.head_differs");
  t.state->entries = good;
  t.state->entries.erase(300);
  EXPECT_EQ(replayed(0).substr(0, 20), "ledger.entry_changed");
}

TEST(Ledger, ReservedKindsAreTheLedgersOwn) {
  TestLedger t;
  EXPECT_EQ(t.ledger->append(NewEntry{"ledger.genesis", 1, "", {}, Json::object()}, 1).error().reason, "entry.reserved_kind");
  EXPECT_FALSE(t.ledger->read_only());
  NewEntry large{"a", 1, "", {}, Json::object({{"x", std::string(kBodyBytesMax, 'x')}})};
  EXPECT_EQ(t.ledger->append(large, 1).error().reason, "entry.body_too_large");
  EXPECT_EQ(t.ledger->size(), 1u);
}

TEST(Ledger, TimeNeverRunsBackwards) {
  TestLedger t;
  ASSERT_TRUE(t.ledger->append(test_entry(1), 5000));
  ASSERT_TRUE(t.ledger->append(test_entry(2), 4000));
  EXPECT_EQ(t.ledger->entry(2)->entry.time, 5000);
  EXPECT_TRUE(t.verify().ok());
}

TEST(Ledger, SegmentsChainCloseAndProveTheirRecords) {
  TestLedger t;
  std::vector<Json> records;
  for (int i = 0; i < 10; i++) records.push_back(Json::object({{"call", i}}));
  ASSERT_TRUE(t.ledger->append({}, records, 1));
  t.reopen();
  auto more = t.ledger->append({}, records, 1);
  EXPECT_EQ(more->first_record, 10u);
  EXPECT_FALSE(t.ledger->record_proof(0, 3)->entry.has_value());
  EXPECT_EQ(**t.ledger->close_segment(2), 0u);
  EXPECT_FALSE(t.ledger->close_segment(2)->has_value());
  ASSERT_TRUE(t.ledger->append({}, records, 3));
  t.reopen();
  for (uint64_t n = 0; n < 20; n++) {
    auto proof = *t.ledger->record_proof(0, n);
    ASSERT_TRUE(proof.entry);
    auto closed = *SegmentClosed::from_body(t.ledger->entry(*proof.entry)->body);
    ASSERT_EQ(closed.count, 20u);
    ASSERT_TRUE(verify_inclusion(TreeHash::sm3, n, 20, leaf_hash(TreeHash::sm3, view(proof.record)), proof.path, closed.root));
  }
  auto report = t.verify();
  EXPECT_TRUE(report.ok()) << said(report);
  EXPECT_EQ(report.records, 30u);
}

TEST(Ledger, AFullSegmentClosesItself) {
  TestLedger t;
  std::vector<Json> records(kSegmentRecordsMax + 5, Json::object({{"a", 1}}));
  ASSERT_TRUE(t.ledger->append({}, records, 1));
  EXPECT_EQ(t.ledger->entry(1)->entry.kind, kSegmentClosedKind);
  EXPECT_EQ(t.ledger->record_proof(1, 4)->segment, 1u);
  EXPECT_TRUE(t.verify().ok()) << said(t.verify());
}

TEST(Ledger, KeysAreHandedOverAndEachCheckpointIsSignedByThoseInForce) {
  TestLedger t;
  t.append(10);
  auto first = *t.ledger->sign_now(test_signer());
  auto next = LocalLogSigner::generate();
  ASSERT_TRUE(t.ledger->rotate_keys(test_signer(), next, 5000));
  EXPECT_EQ(t.ledger->sign_now(test_signer()).error().reason, "ledger.wrong_signer");
  ASSERT_TRUE(t.ledger->sign_now(next));
  t.append(3);
  ASSERT_TRUE(t.ledger->sign_now(next));
  t.reopen();
  Reveal shown{12, {"count"}};
  auto bundle = *t.ledger->evidence({&shown, 1}, first.checkpoint.size);
  Trust old_keys = Trust::of_keys(verifier_keys(kTestGenesis.origin, *test_signer().keys()));
  Trust new_keys = Trust::of_keys(verifier_keys(kTestGenesis.origin, *next.keys()));
  Trust seen = Trust::of_checkpoint(first);
  for (const Trust* trust : {&old_keys, &new_keys, &seen}) {
    auto verdict = *verify_evidence(bundle, trust);
    EXPECT_TRUE(verdict.ok());
    EXPECT_EQ(verdict.pinning, Pinning::pinned);
    EXPECT_TRUE(t.verify(trust).ok()) << said(t.verify(trust));
    EXPECT_EQ(t.verify(trust).pinned, true);
  }
  EXPECT_EQ(verify_evidence(bundle, &seen)->consistency, Consistency::proven);
  auto stranger = LocalLogSigner::generate();
  Trust strangers = Trust::of_keys(verifier_keys(kTestGenesis.origin, *stranger.keys()));
  EXPECT_EQ(verify_evidence(bundle, &strangers)->pinning, Pinning::not_pinned);
  EXPECT_EQ(t.verify(&strangers).first_bad->reason, "verify.trust");
}

TEST(Ledger, AHandoverThatTheOldKeysDidNotSignIsRefused) {
  TestLedger t;
  auto thief = LocalLogSigner::generate();
  EXPECT_EQ(t.ledger->rotate_keys(thief, thief, 5000).error().reason, "keys.bad_handover");
  EXPECT_EQ(t.ledger->size(), 1u);
}

TEST(Evidence, EveryChangedDigitOfABundleIsNoticed) {
  TestLedger t;
  t.append(20);
  ASSERT_TRUE(t.ledger->sign_now(test_signer()));
  Reveal shown{7, {"count", "name"}};
  std::string bundle = canonical(*t.ledger->evidence({&shown, 1}));
  Trust trust = Trust::of_keys(verifier_keys(kTestGenesis.origin, *test_signer().keys()));
  ASSERT_TRUE(verify_evidence(*parse_json(bundle), &trust)->ok());
  for (size_t i = 0; i < bundle.size(); i += 3) {
    std::string changed = bundle;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    auto json = parse_json(changed);
    if (!json || canonical(*json) == bundle) continue;
    auto verdict = verify_evidence(*json, &trust);
    ASSERT_FALSE(verdict && verdict->ok() && verdict->pinning == Pinning::pinned) << i << " " << changed.substr(i > 20 ? i - 20 : 0, 40);
  }
}

TEST(Evidence, TwoHistoriesOfOneOriginContradictEachOther) {
  TestLedger a, b;
  a.append(5);
  b.append(6);
  auto shown_to_a = *a.ledger->sign_now(test_signer());
  ASSERT_TRUE(b.ledger->sign_now(test_signer()));
  Trust seen = Trust::of_checkpoint(shown_to_a);
  Reveal shown{3, {"count"}};
  auto verdict = *verify_evidence(*b.ledger->evidence({&shown, 1}, 6), &seen);
  EXPECT_EQ(verdict.consistency, Consistency::contradicted);
  EXPECT_FALSE(verdict.ok());
  EXPECT_EQ(b.verify(&seen).first_bad->reason, "verify.trust");
}

TEST(Ledger, ReadersSeeWholeDurableBatchesWhileTheWriterAppends) {
  TestLedger t;
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> checked = 0;
  std::thread reader([&] {
    while (!stop) {
      Head head = t.ledger->head();
      if ((head.size - 1) % 10 != 0) ADD_FAILURE() << head.size;
      auto last = t.ledger->entry(head.size - 1);
      if (!last || last->entry.seq != head.size - 1) ADD_FAILURE();
      auto proof = t.ledger->inclusion_proof(head.size - 1, head.size);
      Bytes bytes = *t.ledger->entry_bytes(head.size - 1);
      if (!verify_inclusion(TreeHash::sm3, head.size - 1, head.size, leaf_hash(TreeHash::sm3, bytes), proof->sm3, head.sm3_root)) ADD_FAILURE();
      checked++;
    }
  });
  std::thread signer([&] {
    while (!stop) EXPECT_TRUE(t.ledger->sign_now(test_signer()));
  });
  t.append(3000, 10);
  stop = true;
  reader.join();
  signer.join();
  EXPECT_GT(checked, 0u);
  EXPECT_TRUE(t.verify().ok()) << said(t.verify());
}

TEST(Ledger, BlobsAreNamedByTheirDigest) {
  TestLedger t;
  Digest name = *t.ledger->put_blob(view("large content"));
  EXPECT_EQ(*t.ledger->put_blob(view("large content")), name);
  EXPECT_EQ(text(*t.ledger->blob(name)), "large content");
  t.state->blobs[name][0] ^= 1;
  EXPECT_EQ(t.ledger->blob(name).error().reason, "ledger.blob_corrupt");
  EXPECT_EQ(t.verify().first_bad->reason, "verify.blob");
  ASSERT_TRUE(t.ledger->erase_blob(name));
  EXPECT_EQ(t.ledger->blob(name).error().reason, "ledger.no_such_blob");
}

}  // namespace
}  // namespace sluice::ledger
