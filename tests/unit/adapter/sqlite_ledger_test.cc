#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "adapter/sqlite/ledger_store.h"
#include "adapter/sqlite/registry_store.h"
#include "base/file.h"
#include "ledger/ledger.h"
#include "ledger/verifier.h"
#include "tests/conformance/ledger_store_suite.h"
#include "tests/conformance/registry_store_suite.h"

namespace sluice::ledger {

using adapter::OpenMode;
using adapter::SqliteLedgerStore;
using adapter::SqliteRegistryStore;

namespace {

std::string sqlite_test_dir() {
  std::string dir = testing::TempDir() + "/sluice_sqlite_" + std::to_string(getpid());
  std::filesystem::create_directories(dir);
  return dir;
}
void remove_database(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}

std::string suite_path() { return sqlite_test_dir() + "/suite.sqlite"; }
std::string registry_path() { return sqlite_test_dir() + "/registry.sqlite"; }

INSTANTIATE_TEST_SUITE_P(Sqlite, LedgerStoreSuite,
                         testing::Values(StoreCase{"sqlite", [] { remove_database(suite_path()); },
                                                   [] { return *SqliteLedgerStore::open(suite_path(), OpenMode::create); }}));
INSTANTIATE_TEST_SUITE_P(Sqlite, RegistryStoreSuite,
                         testing::Values(RegistryCase{[] { remove_database(registry_path()); },
                                                      [] { return *SqliteRegistryStore::open(registry_path(), OpenMode::create); }}));

NewEntry sample_entry(uint64_t i) {
  return {"test.happened", 1, "u_tester", {"ds_1"}, Json::object({{"count", i}, {"name", "value " + std::to_string(i)}})};
}

// A ledger with something in every table.
std::string full_ledger(const std::string& name) {
  std::string path = sqlite_test_dir() + "/" + name;
  remove_database(path);
  auto store = *SqliteLedgerStore::open(path, OpenMode::create);
  SeededRandom random(1);
  auto keys = LocalLogSigner::generate(), next = LocalLogSigner::generate();
  auto ledger = *Ledger::create(*store, {"space.example/sqlite", "n", "u"}, keys, 1000, random);
  std::vector<NewEntry> entries;
  for (uint64_t i = 0; i < 290; i++) entries.push_back(sample_entry(i));
  Json records[] = {Json::object({{"call", 1}}), Json::object({{"call", 2}})};
  EXPECT_TRUE(ledger->append(entries, records, 2000));
  EXPECT_TRUE(ledger->close_segment(2001));
  EXPECT_TRUE(ledger->rotate_keys(keys, next, 2002));
  std::string fields[] = {"name"};
  EXPECT_TRUE(ledger->erase(17, fields, "u_officer", 2003));
  EXPECT_TRUE(ledger->sign_now(next));
  EXPECT_TRUE(ledger->append({}, records, 2004));
  EXPECT_TRUE(ledger->append(sample_entry(999), 2005));
  EXPECT_TRUE(ledger->put_blob(view("blob content")));
  return path;
}

class RawSql {
 public:
  explicit RawSql(const std::string& path) { sqlite3_open(path.c_str(), &db_); }
  ~RawSql() { sqlite3_close(db_); }
  bool run(const std::string& sql) { return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK; }
  std::vector<std::string> column(const std::string& sql) {
    std::vector<std::string> out;
    sqlite3_stmt* s = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_, sql.c_str(), -1, &s, nullptr), SQLITE_OK) << sql;
    while (sqlite3_step(s) == SQLITE_ROW)
      out.emplace_back(static_cast<const char*>(sqlite3_column_blob(s, 0)), static_cast<size_t>(sqlite3_column_bytes(s, 0)));
    sqlite3_finalize(s);
    return out;
  }

 private:
  sqlite3* db_ = nullptr;
};

VerifyReport verify_path(const std::string& path) {
  auto store = *SqliteLedgerStore::open(path, OpenMode::read_only);
  auto report = verify_store(*store);
  if (report) return *report;
  VerifyReport unreadable;
  unreadable.first_bad = Finding{std::string(report.error().reason), "", {}};
  return unreadable;
}

TEST(Tampering, TheUntouchedLedgerVerifies) {
  auto report = verify_path(full_ledger("whole.sqlite"));
  EXPECT_TRUE(report.ok()) << report.first_bad->reason << ": " << report.first_bad->what;
  EXPECT_EQ(report.entries, 295u);
  EXPECT_EQ(report.erased_fields, 1u);
  EXPECT_EQ(report.key_periods, 2u);
  EXPECT_EQ(report.tiles, 2u);
  EXPECT_EQ(report.records, 4u);
}

TEST(Tampering, AnyChangedByteOfAnyStoredBytesIsFound) {
  std::string path = full_ledger("bytes.sqlite");
  RawSql sql(path);
  struct Target {
    const char *table, *column, *where;
    size_t step;
  };
  const Target targets[] = {{"entry", "entry", "seq=0", 5},    {"entry", "body", "seq=0", 7},       {"entry", "salts", "seq=0", 9},
                            {"entry", "entry", "seq=42", 1},   {"entry", "body", "seq=42", 1},      {"entry", "salts", "seq=42", 1},
                            {"entry", "entry", "seq=17", 1},   {"entry", "body", "seq=17", 1},      {"entry", "salts", "seq=17", 1},
                            {"entry", "entry", "seq=291", 3},  {"entry", "body", "seq=291", 2},     {"entry", "entry", "seq=292", 3},
                            {"entry", "body", "seq=292", 11},  {"entry", "body", "seq=293", 1},     {"entry", "entry", "seq=294", 1},
                            {"entry", "salts", "seq=294", 1},  {"tile", "hashes", "tree=0", 97},    {"tile", "hashes", "tree=1", 97},
                            {"checkpoint", "note", "1", 1},    {"segment", "head", "id=0", 1},      {"segment", "head", "id=1", 1},
                            {"segment_record", "record", "segment=0 AND n=1", 1},                   {"segment_record", "record", "segment=1 AND n=0", 1},
                            {"blob", "content", "1", 1},       {"blob", "digest", "1", 1},          {"head", "sm3", "1", 5},
                            {"head", "sha256", "1", 5}};
  for (const Target& t : targets) {
    std::string from = std::string(" FROM ") + t.table + " WHERE " + t.where;
    auto values = sql.column(std::string("SELECT ") + t.column + from);
    ASSERT_FALSE(values.empty()) << t.table;
    for (const std::string& value : values) {
      for (size_t i = 0; i < value.size(); i += t.step) {
        std::string changed = value;
        changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
        auto update = [&](const std::string& old, const std::string& now) {
          return sql.run(std::string("UPDATE ") + t.table + " SET " + t.column + "=x'" + hex(view(now)) + "' WHERE " + t.where + " AND " +
                         t.column + "=x'" + hex(view(old)) + "'");
        };
        ASSERT_TRUE(update(value, changed));
        ASSERT_FALSE(verify_path(path).ok()) << t.table << "." << t.column << " " << t.where << " byte " << i;
        ASSERT_TRUE(update(changed, value));
      }
    }
  }
  EXPECT_TRUE(verify_path(path).ok());
}

TEST(Tampering, AnyChangedNumberMissingOrAddedRowIsFound) {
  std::string path = full_ledger("rows.sqlite"), copy = path + ".copy";
  ASSERT_TRUE(RawSql(path).run("PRAGMA wal_checkpoint(TRUNCATE)"));
  for (const char* change :
       {"UPDATE entry SET seq=1000 WHERE seq=294", "DELETE FROM entry WHERE seq=100", "DELETE FROM entry WHERE seq>290", "UPDATE head SET size=size-1",
        "UPDATE head SET size=size+1", "DELETE FROM head", "UPDATE tile SET idx=1 WHERE tree=0", "DELETE FROM tile WHERE tree=1",
        "INSERT INTO tile VALUES(0,0,7,zeroblob(8192))", "UPDATE checkpoint SET size=size-1", "UPDATE key_entry SET seq=5 WHERE seq=0",
        "DELETE FROM key_entry WHERE seq>0", "INSERT INTO key_entry VALUES(9)", "UPDATE segment SET count=1 WHERE id=0",
        "UPDATE segment SET count=1 WHERE id=1", "UPDATE segment SET entry=3 WHERE id=0", "UPDATE segment SET entry=NULL WHERE id=0",
        "UPDATE segment SET id=5 WHERE id=1", "DELETE FROM segment", "DELETE FROM segment WHERE id=0", "DELETE FROM segment_record WHERE segment=1",
        "UPDATE segment_record SET n=7 WHERE segment=0 AND n=1", "INSERT INTO segment_record VALUES(1,2,'{}')",
        "UPDATE entry SET body=body||' ' WHERE seq=42", "UPDATE entry SET salts=salts||x'00' WHERE seq=42",
        "UPDATE segment SET head=head||x'00' WHERE id=1"}) {
    remove_database(copy);
    std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
    ASSERT_TRUE(RawSql(copy).run(change)) << change;
    EXPECT_FALSE(verify_path(copy).ok()) << change;
  }
}

TEST(Tampering, TheFirstBadEntryIsNamed) {
  std::string path = full_ledger("named.sqlite");
  RawSql sql(path);
  ASSERT_TRUE(sql.run("UPDATE entry SET entry=replace(entry, 'u_tester', 'u_fester') WHERE seq IN (120, 140)"));
  ASSERT_TRUE(sql.run("UPDATE entry SET entry=CAST(entry AS BLOB)"));
  auto report = verify_path(path);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.first_bad->reason, "verify.entry");
  EXPECT_EQ(report.first_bad->seq, 120u);
}

TEST(Sqlite, ErasedBytesAreGoneFromTheFile) {
  std::string path = sqlite_test_dir() + "/erased.sqlite";
  remove_database(path);
  auto store = *SqliteLedgerStore::open(path, OpenMode::create);
  SystemRandom random;
  auto keys = LocalLogSigner::generate();
  auto ledger = *Ledger::create(*store, {"o", "n", "u"}, keys, 1, random);
  ASSERT_TRUE(ledger->append({"a.b", 1, "", {}, Json::object({{"note", "findable-content-of-a-field"}, {"rest", 1}})}, 2));
  std::string fields[] = {"note"};
  ASSERT_TRUE(ledger->erase(1, fields, "u", 3));
  auto contains = [](const std::string& file) {
    auto bytes = read_file(file, 64 << 20);
    return bytes && text(*bytes).find("findable-content") != std::string_view::npos;
  };
  EXPECT_FALSE(contains(path));
  EXPECT_FALSE(contains(path + "-wal"));
  EXPECT_TRUE(verify_path(path).ok());
}

// The kernel refuses to let the files grow: what a full disk looks like to the process.
TEST(Sqlite, AFullDiskMakesTheLedgerReadOnlyAndLosesNothing) {
  std::string path = sqlite_test_dir() + "/full.sqlite";
  remove_database(path);
  auto store = *SqliteLedgerStore::open(path, OpenMode::create);
  SystemRandom random;
  auto keys = LocalLogSigner::generate();
  auto ledger = *Ledger::create(*store, {"o", "n", "u"}, keys, 1, random);
  ASSERT_TRUE(ledger->append(sample_entry(1), 2));
  auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{}, tight{};
  getrlimit(RLIMIT_FSIZE, &before);
  tight = before;
  tight.rlim_cur = std::filesystem::file_size(path + "-wal") + 20000;
  setrlimit(RLIMIT_FSIZE, &tight);
  Status failed;
  uint64_t acknowledged = ledger->size();
  for (int i = 0; i < 100 && failed; i++) {
    auto done = ledger->append(sample_entry(7), 3);
    if (done) acknowledged = ledger->size();
    if (!done) failed = tl::unexpected(done.error());
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(failed);
  EXPECT_EQ(ledger->append(sample_entry(8), 4).error().reason, "ledger.read_only");
  EXPECT_EQ(ledger->size(), acknowledged);
  EXPECT_TRUE(ledger->entry(acknowledged - 1));
  ledger.reset();
  store = *SqliteLedgerStore::open(path, OpenMode::read_write);
  auto reopened = Ledger::open(*store, random);
  ASSERT_TRUE(reopened) << reopened.error().reason;
  EXPECT_GE((*reopened)->size(), acknowledged);
  EXPECT_TRUE((*reopened)->append(sample_entry(9), 5));
  EXPECT_TRUE(verify_path(path).ok());
}

TEST(Sqlite, VerifyingRunsBesideTheWriter) {
  std::string path = sqlite_test_dir() + "/beside.sqlite";
  remove_database(path);
  auto store = *SqliteLedgerStore::open(path, OpenMode::create);
  SystemRandom random;
  auto keys = LocalLogSigner::generate();
  auto ledger = *Ledger::create(*store, {"o", "n", "u"}, keys, 1, random);
  for (int round = 0; round < 20; round++) {
    std::vector<NewEntry> entries(100, sample_entry(3));
    Json records[] = {Json::object({{"r", round}})};
    ASSERT_TRUE(ledger->append(entries, records, 2));
    std::string fields[] = {"name"};
    ASSERT_TRUE(ledger->erase(static_cast<uint64_t>(round) * 100 + 50, fields, "u", 3));
    ASSERT_TRUE(round % 3 != 0 || ledger->close_segment(3).has_value());
    ASSERT_TRUE(round % 4 != 0 || ledger->sign_now(keys).has_value());
    auto report = verify_path(path);
    ASSERT_TRUE(report.ok()) << report.first_bad->reason << " " << report.first_bad->what;
  }
}

TEST(Sqlite, WhatIsNoLedgerIsRefused) {
  std::string path = sqlite_test_dir() + "/none.sqlite";
  remove_database(path);
  EXPECT_EQ(SqliteLedgerStore::open(path, OpenMode::read_only).error().code, Errc::not_found);
  ASSERT_TRUE(write_file(path, view("this is no database at all, only some text that is long enough")));
  EXPECT_EQ(SqliteLedgerStore::open(path, OpenMode::read_only).error().reason, "store.corrupt");
}

}  // namespace
}  // namespace sluice::ledger
