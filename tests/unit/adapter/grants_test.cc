#include "adapter/sqlite/grants.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "adapter/sqlite/ledger_store.h"
#include "ledger/ledger.h"
#include "node/process/sandbox.h"

namespace sluice::adapter {
namespace {

ledger::NewEntry grant_entry(const char* id, TimeMs expires_ms) {
  return {.kind = "keys.granted",
          .kind_version = 1,
          .actor = "",
          .objects = {id},
          .body = Json::object({{"grant", id}, {"dataset", "ds_1"}, {"version", "dv_1"}, {"columns", Json::array({Json("fee"), Json("sex")})},
                                {"expires_ms", Json(expires_ms)}, {"work", "classify"}})};
}

class GrantsTest : public testing::Test {
 protected:
  void SetUp() override {
    char made[] = "/tmp/sluice_grants_XXXXXX";
    ASSERT_TRUE(::mkdtemp(made));
    dir_ = made;
    auto store = SqliteLedgerStore::open(dir_ + "/ledger.sqlite", OpenMode::create);
    ASSERT_TRUE(store) << store.error().reason;
    store_ = std::move(*store);
    auto ledger = ledger::Ledger::create(*store_, {"example.org/grants", "test", "123"}, signer_, 1000, random_);
    ASSERT_TRUE(ledger) << ledger.error().reason;
    ledger_ = std::move(*ledger);
    ASSERT_TRUE(ledger_->append(grant_entry("gr_1", 5000), 1000));
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string asked(node::GrantCheck& check, const char* grant, std::vector<std::string> columns, TimeMs now = 2000, const char* version = "dv_1") {
    Status answer = check.allows(grant, "ds_1", version, columns, now);
    return answer ? "allowed" : std::string(answer.error().reason);
  }

  std::string dir_;
  SystemRandom random_;
  ledger::LocalLogSigner signer_ = ledger::LocalLogSigner::generate();
  std::unique_ptr<SqliteLedgerStore> store_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

TEST_F(GrantsTest, OnlyWhatTheLedgerGrantsAndOnlyUntilItEnds) {
  auto check = open_ledger_grants(dir_);
  ASSERT_TRUE(check) << check.error().reason;
  EXPECT_EQ(asked(**check, "gr_1", {"fee"}), "allowed");
  EXPECT_EQ(asked(**check, "gr_1", {"fee", "name"}), "key_agent.not_granted");
  EXPECT_EQ(asked(**check, "gr_1", {"fee"}, 5000), "key_agent.grant_expired");
  EXPECT_EQ(asked(**check, "gr_1", {"fee"}, 2000, "dv_2"), "key_agent.no_grant");
  EXPECT_EQ(asked(**check, "gr_2", {"fee"}), "key_agent.no_grant");
  ASSERT_TRUE(ledger_->append(grant_entry("gr_2", 5000), 1000));
  EXPECT_EQ(asked(**check, "gr_2", {"fee"}), "allowed");
  ledger::NewEntry end;
  end.kind = "keys.grant_ended";
  end.body = Json::object({{"grant", "gr_1"}, {"outcome", "done"}});
  ASSERT_TRUE(ledger_->append(end, 1000));
  EXPECT_EQ(asked(**check, "gr_1", {"fee"}), "key_agent.grant_ended");
  // A grant that was ended is never opened again under the same id.
  ASSERT_TRUE(ledger_->append(grant_entry("gr_1", 5000), 1000));
  EXPECT_EQ(asked(**check, "gr_1", {"fee"}), "key_agent.grant_ended");
}

ledger::NewEntry key_entry(const char* kind, Json body) {
  ledger::NewEntry out;
  out.kind = kind;
  out.body = std::move(body.set("key_work", "kw_1"));
  return out;
}

TEST_F(GrantsTest, WhatWasDestroyedIsGrantedByNoEntryAnyMore) {
  auto check = open_ledger_grants(dir_);
  ASSERT_TRUE(check);
  EXPECT_EQ(asked(**check, "gr_1", {"fee", "sex"}), "allowed");
  ASSERT_TRUE(ledger_->append(key_entry("keys.destroyed", Json::object({{"columns", Json::array({"fee"})}, {"version", "dv_1"}, {"whole", false}})), 1000));
  EXPECT_EQ(asked(**check, "gr_1", {"fee"}), "keys.column_destroyed");
  EXPECT_EQ(asked(**check, "gr_1", {"sex"}), "allowed");
  ASSERT_TRUE(ledger_->append(grant_entry("gr_2", 5000), 1000));
  EXPECT_EQ(asked(**check, "gr_2", {"sex", "fee"}), "keys.column_destroyed");
}

TEST_F(GrantsTest, KeysAreHandedOverOnlyForAWitnessedWorkThatIsNotClosed) {
  auto check = open_ledger_grants(dir_);
  ASSERT_TRUE(check);
  auto answer = [&](const char* work) {
    Status allowed = (*check)->approves("kw_1", work);
    return allowed ? "allowed" : std::string(allowed.error().reason);
  };
  EXPECT_EQ(answer("rotate_ledger"), "key_agent.no_key_work");
  ASSERT_TRUE(ledger_->append(key_entry("keys.work_proposed", Json::object({{"work", "rotate_ledger"}})), 1000));
  EXPECT_EQ(answer("rotate_ledger"), "key_agent.no_key_work");
  ASSERT_TRUE(ledger_->append(key_entry("keys.work_witnessed", Json::object({{"approves", true}})), 1000));
  EXPECT_EQ(answer("rotate_ledger"), "allowed");
  EXPECT_EQ(answer("rotate_space"), "key_agent.no_key_work");
  ASSERT_TRUE(ledger_->append(key_entry("keys.work_closed", Json::object({{"failure", ""}})), 1000));
  EXPECT_EQ(answer("rotate_ledger"), "key_agent.no_key_work");
}

TEST_F(GrantsTest, ABodyThatDoesNotFitItsEntryGrantsNothing) {
  ledger_.reset();
  store_.reset();
  {
    auto database = Database::open(dir_ + "/ledger.sqlite", OpenMode::read_write);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->exec("UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '\"sex\"', '\"nam\"') AS BLOB) WHERE seq = 1"));
    EXPECT_EQ(database->changes(), 1);
  }
  auto check = open_ledger_grants(dir_);
  ASSERT_TRUE(check);
  EXPECT_EQ(asked(**check, "gr_1", {"nam"}), "key_agent.bad_grant_entry");
  EXPECT_EQ(asked(**check, "gr_1", {"fee"}), "key_agent.bad_grant_entry");  // and it stays so
}

TEST_F(GrantsTest, ReadsTheLedgerFromInsideTheAgentsSandboxBesideTheWriter) {
  pid_t pid = ::fork();
  if (pid == 0) {
    if (!node::enter_sandbox(node::SandboxProfile::key_agent)) ::_exit(10);
    auto check = open_ledger_grants(dir_);
    if (!check) ::_exit(11);
    ::_exit(asked(**check, "gr_1", {"fee"}) == "allowed" ? 0 : 12);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(ledger_->append(grant_entry("gr_3", 5000), 1000));
}

TEST_F(GrantsTest, NoLedgerNoCheck) { EXPECT_EQ(open_ledger_grants("/nowhere").error().reason, "store.missing"); }

}  // namespace
}  // namespace sluice::adapter
