#include "node/process/key_agent.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "crypto/hash.h"
#include "node/process/worker.h"

namespace sluice::node {
namespace {

OwnedFd passphrase_pipe(std::string_view words) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  OwnedFd write_end(ends[1]);
  EXPECT_EQ(::write(write_end.get(), words.data(), words.size()), static_cast<ssize_t>(words.size()));
  return OwnedFd(ends[0]);
}

class KeyAgentTest : public testing::Test {
 protected:
  void SetUp() override {
    char made[] = "/tmp/sluice_agent_XXXXXX";
    ASSERT_TRUE(::mkdtemp(made));
    dir_ = made;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  Result<std::unique_ptr<KeyAgent>> agent(KeyAgent::Keys keys, std::string_view words = "agent passphrase\n") {
    KeyAgent::Start start;
    start.space_dir = dir_;
    start.keys = keys;
    start.passphrase = passphrase_pipe(words);
    return KeyAgent::start(std::move(start));
  }

  std::string dir_;
};

ledger::Checkpoint checkpoint_of(uint64_t size, uint8_t root) {
  ledger::Checkpoint out{"example.org/space", size, {}, {}};
  out.sha256_root.fill(root);
  out.sm3_root.fill(root);
  return out;
}

TEST_F(KeyAgentTest, FreshKeysOpenAgainOnlyWithTheirPassphrase) {
  Bytes first;
  {
    auto fresh = agent(KeyAgent::Keys::fresh);
    ASSERT_TRUE(fresh) << fresh.error().reason << fresh.error().detail;
    first = (*fresh)->keys()->sm2.bytes();
    EXPECT_TRUE((*fresh)->shutdown());
    EXPECT_FALSE((*fresh)->running());
  }
  EXPECT_EQ(agent(KeyAgent::Keys::fresh).error().reason, "key_agent.keys_exist");
  EXPECT_EQ(agent(KeyAgent::Keys::existing, "wrong passphrase\n").error().reason, "custody.wrong_passphrase");
  EXPECT_EQ(agent(KeyAgent::Keys::existing, "").error().reason, "key_agent.no_passphrase");
  auto again = agent(KeyAgent::Keys::existing);
  ASSERT_TRUE(again) << again.error().reason;
  EXPECT_EQ((*again)->keys()->sm2.bytes(), first);
  EXPECT_EQ((*again)->registry_key()->reveal("test").size(), 16u);
}

TEST_F(KeyAgentTest, NeverSignsTwoRootsForOneSizeEvenAfterRestart) {
  {
    auto fresh = agent(KeyAgent::Keys::fresh);
    ASSERT_TRUE(fresh);
    auto pair = (*fresh)->sign(ledger::checkpoint_text(checkpoint_of(5, 1)));
    ASSERT_TRUE(pair);
    auto keys = (*fresh)->keys();
    EXPECT_TRUE(keys->ed25519.verify(view(ledger::checkpoint_text(checkpoint_of(5, 1))), pair->ed25519));
    EXPECT_TRUE(keys->sm2.verify(view(ledger::checkpoint_text(checkpoint_of(5, 1))), pair->sm2));
    EXPECT_TRUE((*fresh)->sign(ledger::checkpoint_text(checkpoint_of(5, 1))));
    EXPECT_EQ((*fresh)->sign(ledger::checkpoint_text(checkpoint_of(5, 2))).error().reason, "key_agent.would_fork");
  }
  auto again = agent(KeyAgent::Keys::existing);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->sign(ledger::checkpoint_text(checkpoint_of(5, 2))).error().reason, "key_agent.would_fork");
  EXPECT_EQ((*again)->sign(ledger::checkpoint_text(checkpoint_of(4, 1))).error().reason, "key_agent.would_fork");
  ledger::Checkpoint other_origin = checkpoint_of(6, 1);
  other_origin.origin = "example.org/other";
  EXPECT_EQ((*again)->sign(ledger::checkpoint_text(other_origin)).error().reason, "key_agent.would_fork");
  EXPECT_TRUE((*again)->sign(ledger::checkpoint_text(checkpoint_of(6, 2))));
  for (const char* bad : {"", "anything", "o\n1\nAA==\nsm3 AA==\n", "sluice/ledger.key_rotated/v1\n{}"})
    EXPECT_EQ((*again)->sign(bad).error().reason, "key_agent.not_a_log_text");
  EXPECT_EQ((*again)->sign("sluice/ledger.genesis/v1\n{}").error().reason, "key_agent.would_fork");
}

TEST_F(KeyAgentTest, LostOrEditedSignedStateIsRefused) {
  {
    auto fresh = agent(KeyAgent::Keys::fresh);
    ASSERT_TRUE(fresh);
    ASSERT_TRUE((*fresh)->sign(ledger::checkpoint_text(checkpoint_of(5, 1))));
  }
  std::string path = dir_ + "/keys/signed.json", text = *read_text_file(path, 1 << 20), edited = text;
  edited.replace(edited.find("5"), 1, "4");
  ASSERT_TRUE(write_file(path, view(edited)));
  EXPECT_EQ(agent(KeyAgent::Keys::existing).error().reason, "key_agent.bad_signed_state");
  std::filesystem::remove(path);
  EXPECT_EQ(agent(KeyAgent::Keys::existing).error().reason, "key_agent.bad_signed_state");
}

// The keys that a worker is handed for these columns.
Result<Json> columns_in_worker(KeyAgent& keys, const DatasetWraps& wraps, const std::vector<std::string>& columns) {
  Worker::Start start;
  start.job = "keys";
  auto worker = TRY(Worker::start(std::move(start)));
  TRY(keys.open_columns("gr_good", wraps, columns, TRY(worker.key_end())));
  return TRY(worker.run(Json::object({{"times", 1}}))).result;
}

TEST_F(KeyAgentTest, AnotherSpaceKeyOpensWhatTheOneBeforeSealedUntilItIsMovedAcrossRestarts) {
  std::vector<std::string> all{"fee", "sex"};
  DatasetWraps wraps;
  Bytes epoch;
  {
    auto fresh = agent(KeyAgent::Keys::fresh);
    ASSERT_TRUE(fresh);
    Worker::Start start;
    start.job = "keys";
    auto worker = Worker::start(std::move(start));
    wraps = *(*fresh)->new_dataset_keys("ds_1", "1", all, *worker->key_end());
    epoch = (*fresh)->new_epoch_key("be_1")->wrap;
    ASSERT_TRUE((*fresh)->sign(ledger::checkpoint_text(checkpoint_of(5, 1))));
    EXPECT_EQ((*fresh)->rotate_space("kw_other").error().reason, "key_agent.no_key_work");
    ASSERT_TRUE((*fresh)->rotate_space("kw_good"));
    ASSERT_TRUE((*fresh)->rotate_space("kw_good")) << "once for one work";
    EXPECT_EQ((*fresh)->rotate_space("kw_good_too").error().reason, "custody.rotation_unfinished");
    EXPECT_TRUE((*fresh)->space_rotation()->unfinished);
  }
  DatasetWraps moved;
  {
    auto again = agent(KeyAgent::Keys::existing);  // as after a crash: nothing was moved yet
    ASSERT_TRUE(again) << again.error().reason;
    EXPECT_TRUE((*again)->space_rotation()->unfinished);
    EXPECT_EQ((*again)->sign(ledger::checkpoint_text(checkpoint_of(5, 2))).error().reason, "key_agent.would_fork") << "what was signed is remembered";
    EXPECT_TRUE((*again)->epoch_key("be_1", epoch));
    EXPECT_TRUE(columns_in_worker(**again, wraps, {"fee"}));
    moved = *(*again)->current_wraps(wraps);
    EXPECT_NE(moved.key, wraps.key);
    EXPECT_EQ(moved.columns, wraps.columns) << "the column keys and their boxes stay";
    EXPECT_EQ((*again)->current_wraps(moved)->key, moved.key) << "moved once";
    epoch = *(*again)->current_epoch_wrap("be_1", epoch);
    ASSERT_TRUE((*again)->settle_space());
    EXPECT_FALSE((*again)->space_rotation()->unfinished);
    EXPECT_TRUE((*again)->current_wraps(wraps)) << "work that began before hands in its wraps";
  }
  auto last = agent(KeyAgent::Keys::existing);
  ASSERT_TRUE(last);
  EXPECT_TRUE(columns_in_worker(**last, moved, {"fee"}));
  EXPECT_TRUE((*last)->epoch_key("be_1", epoch));
  EXPECT_EQ((*last)->open_columns("gr_good", wraps, std::vector<std::string>{"fee"}, passphrase_pipe("")).error().reason, "custody.tampered")
      << "what lay under the key before opens nothing any more";
}

TEST_F(KeyAgentTest, ColumnKeysReachTheWorkerForGrantedColumnsOnly) {
  auto fresh = agent(KeyAgent::Keys::fresh);
  ASSERT_TRUE(fresh);
  KeyAgent& keys = **fresh;
  Worker::Start start;
  start.job = "keys";
  auto worker = Worker::start(std::move(start));
  std::vector<std::string> all{"fee", "sex", "name"}, some{"fee"}, names{"marks/ds_1/st_1"}, maskings{"masking/ds_1/st_1"}, others{"anything"};
  auto wraps = keys.new_dataset_keys("ds_1", "1", all, *worker->key_end());
  ASSERT_TRUE(wraps) << wraps.error().reason;
  EXPECT_EQ(keys.open_columns("gr_none", *wraps, some, *worker->key_end()).error().reason, "key_agent.no_grant");
  auto refused = keys.open_columns("gr_good", *wraps, all, *worker->key_end());
  EXPECT_EQ(refused.error().reason, "key_agent.not_granted");
  EXPECT_EQ(refused.error().detail, "name");
  ASSERT_TRUE(keys.open_columns("gr_good", *wraps, some, *worker->key_end()));
  EXPECT_EQ(keys.pseudonym_keys("gr_none", "ds_1", names, *worker->key_end()).error().reason, "key_agent.no_grant");
  EXPECT_EQ(keys.pseudonym_keys("gr_good", "ds_2", names, *worker->key_end()).error().reason, "key_agent.no_grant") << "of another dataset";
  EXPECT_EQ(keys.pseudonym_keys("gr_good", "ds_1", maskings, *worker->key_end()).error().reason, "key_agent.other_work") << "a grant to trace reverses nothing";
  EXPECT_EQ(keys.pseudonym_keys("gr_good", "ds_1", others, *worker->key_end()).error().reason, "key_agent.not_granted");
  ASSERT_TRUE(keys.pseudonym_keys("gr_good", "ds_1", names, *worker->key_end()));
  auto answer = worker->run(Json::object({{"times", 3}}));
  ASSERT_TRUE(answer) << answer.error().reason << answer.error().detail;
  const auto& handed = answer->result.as_array();
  EXPECT_EQ(*handed[0].get_string("purpose"), "new_dataset");
  EXPECT_EQ(handed[0].find("keys")->as_object().size(), 3u);
  EXPECT_EQ(handed[1].find("keys")->as_object().size(), 1u);
  EXPECT_EQ(*handed[1].find("keys")->get_string("fee"), *handed[0].find("keys")->get_string("fee"));
  EXPECT_EQ(handed[2].find("keys")->get_string("marks/ds_1/st_1")->size(), 64u);

  DatasetWraps moved = *wraps;
  moved.columns["fee"] = moved.columns["name"];
  Worker::Start second;
  second.job = "keys";
  auto other = Worker::start(std::move(second));
  EXPECT_EQ(keys.open_columns("gr_good", moved, some, *other->key_end()).error().reason, "custody.tampered");
}

TEST_F(KeyAgentTest, ADeadAgentIsToldAndNothingHangs) {
  auto fresh = agent(KeyAgent::Keys::fresh);
  ASSERT_TRUE(fresh);
  ::kill((*fresh)->pid(), SIGKILL);
  EXPECT_EQ((*fresh)->registry_key().error().reason, "key_agent.gone");
  EXPECT_EQ((*fresh)->sign("x").error().reason, "key_agent.gone");
  EXPECT_FALSE((*fresh)->running());
}

}  // namespace
}  // namespace sluice::node
