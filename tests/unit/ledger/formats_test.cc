#include <fstream>
#include <gtest/gtest.h>

#include "base/file.h"
#include "ledger/commitment.h"
#include "ledger/evidence.h"
#include "ledger/trust.h"
#include "tests/unit/ledger/fixture.h"

namespace sluice::ledger {
namespace {

std::string golden(const std::string& name) { return std::string(SLUICE_ROOT) + "/tests/golden/ledger/" + name; }
Json golden_json(const std::string& name) { return *parse_json(*read_text_file(golden(name), 1 << 20)); }

Entry random_entry(SeededRandom& random) {
  Entry e{random.next(), static_cast<TimeMs>(random.below(253402300799999)), "kind." + std::to_string(random.below(99)), static_cast<uint16_t>(random.next()), "", {}, {}};
  for (uint64_t n = random.below(6); n > 0; n--) e.objects.push_back(random_name(random, "ob"));
  std::vector<std::string> names;
  for (uint64_t n = random.below(9); n > 0; n--) names.push_back(random_name(random, "f"));
  std::sort(names.begin(), names.end(), canonical_key_less);
  for (auto& name : names) e.fields.push_back({name, Digest{static_cast<uint8_t>(random.next())}});
  return e;
}

TEST(Entry, DecodingIsTheInverseOfEncoding) {
  SeededRandom random(5);
  for (int i = 0; i < 300; i++) {
    Entry e = random_entry(random);
    Bytes bytes = encode_entry(e);
    auto back = decode_entry(bytes);
    ASSERT_TRUE(back) << back.error().detail;
    ASSERT_EQ(*back, e);
    ASSERT_EQ(encode_entry(*back), bytes);
  }
}

TEST(Entry, EveryTruncationAndEveryTrailingByteIsRefused) {
  SeededRandom random(6);
  Bytes bytes = encode_entry(random_entry(random));
  for (size_t n = 0; n < bytes.size(); n++) ASSERT_FALSE(decode_entry(ByteView(bytes).first(n))) << n;
  bytes.push_back(0);
  EXPECT_EQ(decode_entry(bytes).error().reason, "entry.malformed");
}

TEST(Entry, UnorderedOrRepeatedFieldsAreRefused) {
  Entry e{1, 2, "a", 1, "", {}, {{"b", {}}, {"a", {}}}};
  EXPECT_FALSE(decode_entry(encode_entry(e)));
  e.fields = {{"a", {}}, {"a", {}}};
  EXPECT_FALSE(decode_entry(encode_entry(e)));
  e.fields = {{"\xee\x80\x80", {}}, {"\xf0\x9f\x98\x80", {}}};  // U+E000 sorts after U+1F600 in UTF-16
  EXPECT_FALSE(decode_entry(encode_entry(e)));
  std::swap(e.fields[0], e.fields[1]);
  EXPECT_TRUE(decode_entry(encode_entry(e)));
}

TEST(Entry, WhatItCannotCarryIsRefusedByName) {
  auto reason = [](NewEntry e) { return check_new_entry(e).error().reason; };
  EXPECT_EQ(reason({"Bad Kind", 1, "", {}, Json::object()}), "entry.bad_kind");
  EXPECT_EQ(reason({"a", 1, std::string(256, 'x'), {}, Json::object()}), "entry.bad_actor");
  EXPECT_EQ(reason({"a", 1, "", {"\xff"}, Json::object()}), "entry.bad_object");
  EXPECT_EQ(reason({"a", 1, "", {}, Json::array()}), "entry.body_not_object");
  EXPECT_EQ(reason({"a", 1, "", {}, Json::object({{"x", Json::array({1.5})}})}), "entry.floating_point");
  EXPECT_EQ(reason({"a", 1, "", {}, Json::object({{std::string(256, 'n'), 1}})}), "entry.field_name_too_long");
}

TEST(Golden, EntriesHaveTheirPublishedBytes) {
  Json golden_entry = golden_json("entry.json");
  for (const Json& one : golden_entry.as_array()) {
    Bytes bytes = *from_hex(*one.get_string("hex"));
    auto entry = decode_entry(bytes);
    ASSERT_TRUE(entry);
    EXPECT_EQ(static_cast<int64_t>(entry->seq), *one.get_int("seq"));
    EXPECT_EQ(entry->time, *one.get_int("time_ms"));
    EXPECT_EQ(entry->kind, *one.get_string("kind"));
    EXPECT_EQ(entry->actor, *one.get_string("actor"));
    EXPECT_EQ(entry->objects.size(), one.find("objects")->as_array().size());
    EXPECT_EQ(hex(leaf_hash(TreeHash::sm3, bytes)), *one.get_string("sm3_leaf"));
    EXPECT_EQ(hex(leaf_hash(TreeHash::sha256, bytes)), *one.get_string("sha256_leaf"));
  }
}

TEST(Golden, CommitmentsHaveTheirPublishedDigests) {
  Json golden_commitment = golden_json("commitment.json");
  for (const Json& one : golden_commitment.as_array()) {
    Salt salt;
    Bytes bytes = *from_hex(*one.get_string("salt"));
    std::copy(bytes.begin(), bytes.end(), salt.begin());
    EXPECT_EQ(hex(commitment(salt, *one.get_string("name"), canonical(*one.find("value")))), *one.get_string("commitment"));
  }
}

TEST(Golden, SegmentHasItsPublishedChainAndRoot) {
  Json one = golden_json("segment.json");
  Digest head = segment_opening(static_cast<uint64_t>(*one.get_int("segment")), *digest_from_hex(*one.get_string("previous_head")));
  std::vector<Digest> leaves;
  for (const Json& record : one.find("records")->as_array()) {
    head = segment_next(head, record.as_string());
    leaves.push_back(leaf_hash(TreeHash::sm3, view(record.as_string())));
  }
  EXPECT_EQ(hex(head), *one.get_string("head"));
  EXPECT_EQ(hex(root_of(TreeHash::sm3, leaves)), *one.get_string("root"));
}

TEST(Golden, TheEvidenceVerifiesAndIsPinnedAndTheTamperedDoesNot) {
  auto trust = Trust::parse(*read_text_file(golden("trust.txt"), 1 << 20));
  ASSERT_TRUE(trust);
  auto good = verify_evidence(golden_json("evidence.json"), &*trust);
  ASSERT_TRUE(good) << good.error().detail;
  EXPECT_TRUE(good->ok()) << good->problems.front();
  EXPECT_EQ(good->pinning, Pinning::pinned);
  EXPECT_EQ(good->entries.size(), 2u);
  auto bad = verify_evidence(golden_json("evidence_tampered.json"), &*trust);
  ASSERT_TRUE(bad);
  EXPECT_FALSE(bad->ok());
}

TEST(Checkpoint, NoteRoundTripsAndEachChangedByteIsRefusedOrUnsigned) {
  LogKeys keys = *test_signer().keys();
  Checkpoint c{"space.example/test", 7, Digest{1}, Digest{2}};
  std::string note = make_note(c, keys, *test_signer().sign(checkpoint_text(c)));
  auto parsed = SignedCheckpoint::parse(note);
  ASSERT_TRUE(parsed) << parsed.error().detail;
  EXPECT_EQ(parsed->checkpoint, c);
  EXPECT_TRUE(check_signatures(*parsed, keys).both());
  for (size_t i = 0; i < note.size(); i++) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    auto read = SignedCheckpoint::parse(changed);
    ASSERT_FALSE(read && check_signatures(*read, keys).both()) << i;
  }
}

TEST(Trust, VerifierKeysRoundTripAndPinOnlyTheirOwn) {
  LogKeys keys = *test_signer().keys();
  std::string file = "# kept since the opening\n";
  for (const auto& key : verifier_keys("space.example/test", keys)) file += key.line() + "\n";
  auto trust = Trust::parse(file);
  ASSERT_TRUE(trust);
  EXPECT_TRUE(trust->pins("space.example/test", keys));
  EXPECT_FALSE(trust->pins("space.example/other", keys));
  auto stranger = LocalLogSigner::generate();
  EXPECT_FALSE(trust->pins("space.example/test", *stranger.keys()));
  LogKeys half{keys.ed25519, stranger.keys()->sm2};
  EXPECT_FALSE(trust->pins("space.example/test", half));
  file[file.size() - 4] ^= 1;
  EXPECT_FALSE(Trust::parse(file));
  EXPECT_EQ(Trust::parse("").error().reason, "trust.malformed");
}

}  // namespace
}  // namespace sluice::ledger
