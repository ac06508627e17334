#include "table/engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/random_table.h"

namespace sluice::table {
namespace {

using testing::every_type;
using testing::random_batch;

MemoryTable random_table(uint64_t seed, size_t groups, size_t rows) {
  SeededRandom random(seed);
  MemoryTable out(every_type());
  for (size_t g = 0; g < groups; g++) EXPECT_TRUE(out.append(random_batch(every_type(), random, rows, 9)));
  return out;
}

// A source that counts what is read of it and can fail.
class WatchedSource final : public ColumnSource {
 public:
  explicit WatchedSource(ColumnSource& inner) : inner_(inner), reads(inner.specs().size()) {}
  const std::vector<ColumnSpec>& specs() const override { return inner_.specs(); }
  uint64_t rows() const override { return inner_.rows(); }
  size_t row_groups() const override { return inner_.row_groups(); }
  size_t rows_of(size_t g) const override { return inner_.rows_of(g); }
  Result<ColumnRef> read(size_t group, size_t column) override {
    reads[column]++;
    if (column == failing) return fail(Errc::forbidden, "vault.key_missing", specs()[column].name);
    return inner_.read(group, column);
  }

 private:
  ColumnSource& inner_;

 public:
  std::vector<std::atomic<int>> reads;
  size_t failing = SIZE_MAX;
};

std::string reason_of(const auto& result) { return result ? std::string("ok") : std::string(result.error().reason); }

std::string query_reason(Engine& engine, const std::string& sql) { return reason_of(engine.query_all(sql)); }

TEST(Engine, SelectOfAMountedTableGivesItsRowsInOrder) {
  MemoryTable source = random_table(1, 3, 5000);
  auto engine = Engine::create().value();
  ASSERT_TRUE(engine->mount("费用\" 明细", source));
  MemoryTable back(every_type());
  auto rows = engine->query_into("SELECT * FROM " + quote_identifier("费用\" 明细"), back);
  ASSERT_TRUE(rows) << rows.error().reason;
  ASSERT_EQ(*rows, 15000u);
  for (size_t c = 0; c < every_type().size(); c++) {
    ColumnBuilder expected(every_type()[c]), got(every_type()[c]);
    for (size_t g = 0; g < source.row_groups(); g++) expected.append_rows(**source.read(g, c), 0, source.rows_of(g));
    for (size_t g = 0; g < back.row_groups(); g++) got.append_rows(**back.read(g, c), 0, back.rows_of(g));
    EXPECT_TRUE(expected.finish().same_values(got.finish())) << every_type()[c].name;
  }
}

TEST(Engine, OnlyProjectedColumnsAreRead) {
  MemoryTable inner = random_table(2, 2, 3000);
  WatchedSource source(inner);
  auto engine = Engine::create().value();
  ASSERT_TRUE(engine->mount("t", source));
  auto result = engine->query_all("SELECT few_texts, sum(money) FROM t GROUP BY few_texts");
  ASSERT_TRUE(result);
  for (size_t c = 0; c < every_type().size(); c++) EXPECT_EQ(source.reads[c] > 0, c == 1 || c == 3) << c;
  auto count = engine->query_all("SELECT count(*) FROM t");
  ASSERT_TRUE(count);
  EXPECT_EQ(count->columns[0].int_at(0), 6000);
}

TEST(Engine, ErrorsOfASourceComeThroughAsTheyAre) {
  MemoryTable inner = random_table(3, 2, 100);
  WatchedSource source(inner);
  source.failing = 3;
  auto engine = Engine::create().value();
  ASSERT_TRUE(engine->mount("t", source));
  auto refused = engine->query_all("SELECT sum(money) FROM t");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "vault.key_missing");
  EXPECT_EQ(refused.error().detail, "money");
  EXPECT_EQ(query_reason(*engine, "SELECT sum(number % 7) FROM t"), "ok");
}

TEST(Engine, SqlReachesNoFileAndNoSetting) {
  std::string file = std::filesystem::temp_directory_path() / "sluice_engine_lockdown.csv";
  std::ofstream(file) << "a,b\n1,2\n";
  auto engine = Engine::create().value();
  std::string quoted = quote_literal(file);
  EXPECT_EQ(query_reason(*engine, "SELECT * FROM read_csv(" + quoted + ")"), "table.forbidden");
  EXPECT_EQ(query_reason(*engine, "SELECT * FROM " + quoted), "table.forbidden");
  EXPECT_EQ(query_reason(*engine, "SELECT * FROM read_text(" + quoted + ")"), "table.forbidden");
  EXPECT_EQ(query_reason(*engine, "SELECT * FROM glob('/etc/*')"), "table.forbidden");
  EXPECT_EQ(query_reason(*engine, "COPY (SELECT 1) TO '/tmp/sluice_out.csv'"), "table.forbidden");
  EXPECT_EQ(query_reason(*engine, "EXPORT DATABASE '/tmp/sluice_export'"), "table.forbidden");
  for (const char* sql : {"SET memory_limit = '10GB'", "INSTALL httpfs", "ATTACH '/tmp/sluice_x.db'",
                          "CREATE TABLE t (a INT)", "LOAD json", "SELECT 1; SELECT 2"})
    EXPECT_EQ(query_reason(*engine, sql), "table.not_a_query") << sql;
  EXPECT_FALSE(std::filesystem::exists("/tmp/sluice_out.csv"));
  std::filesystem::remove(file);
}

TEST(Engine, ErrorsHoldNoValueOfARow) {
  MemoryTable source({{"name", Type::text, 0}});
  ColumnBuilder name(Type::text);
  name.append_text("张三丰的秘密");
  Batch batch;
  batch.rows = 1;
  batch.columns.push_back(name.finish());
  ASSERT_TRUE(source.append(batch));
  auto engine = Engine::create().value();
  ASSERT_TRUE(engine->mount("t", source));
  auto failed = engine->query_all("SELECT CAST(name AS INTEGER) FROM t");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().reason, "table.bad_value");
  EXPECT_EQ(failed.error().detail, "");
  auto raised = engine->query_all("SELECT error(name) FROM t");
  ASSERT_FALSE(raised);
  EXPECT_EQ(raised.error().detail, "");
}

TEST(Engine, EachFaultOfAQueryHasItsReason) {
  auto engine = Engine::create().value();
  EXPECT_EQ(query_reason(*engine, "SELEC 1"), "table.bad_query");
  EXPECT_EQ(query_reason(*engine, ""), "table.bad_query");
  EXPECT_EQ(query_reason(*engine, std::string("SELECT 1\0 + 1", 13)), "table.bad_query");
  EXPECT_EQ(query_reason(*engine, "SELECT * FROM nowhere"), "table.bad_query");
  EXPECT_EQ(query_reason(*engine, "SELECT nothing"), "table.bad_query");
  EXPECT_EQ(query_reason(*engine, "SELECT ?"), "table.bad_query");
  EXPECT_EQ(query_reason(*engine, "SELECT [1, 2]"), "table.unsupported_type");
  EXPECT_EQ(query_reason(*engine, "SELECT 9223372036854775807::HUGEINT + 1"), "table.number_too_large");
  EXPECT_EQ(query_reason(*engine, "SELECT * FROM range(10)"), "ok");
  EXPECT_EQ(reason_of(engine->query_all("SELECT * FROM range(10)", 9)), "table.result_too_large");
}

TEST(Engine, AQueryBeyondMemoryIsRefusedAndTheEngineGoesOn) {
  auto engine = Engine::create({.memory_bytes = 32u << 20, .threads = 2}).value();
  EXPECT_EQ(query_reason(*engine, "SELECT count(*) FROM (SELECT DISTINCT range, range::VARCHAR || 'xxxxxxxxxxxxxxxxx' "
                                  "FROM range(50000000))"),
            "table.out_of_memory");
  EXPECT_EQ(query_reason(*engine, "SELECT 1"), "ok");
}

TEST(Engine, InterruptStopsARunningQuery) {
  auto engine = Engine::create().value();
  std::atomic<bool> done = false;
  std::thread stopper([&] {
    while (!done) {
      engine->interrupt();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  EXPECT_EQ(query_reason(*engine, "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"),
            "table.interrupted");
  done = true;
  stopper.join();
}

TEST(Engine, TextThatIsNotUtf8NeverReachesTheEngine) {
  MemoryTable source({{"t", Type::text, 0}});
  ColumnBuilder column(Type::text);
  column.append_text("\xE5\xBC");
  column.append_text("\xA0");  // together a character, each alone not
  Batch batch;
  batch.rows = 2;
  batch.columns.push_back(column.finish());
  ASSERT_TRUE(source.append(batch));
  auto engine = Engine::create().value();
  ASSERT_TRUE(engine->mount("x", source));
  EXPECT_EQ(query_reason(*engine, "SELECT * FROM x"), "table.not_utf8");
}

TEST(Engine, NamesAreTakenOnceAndFreedByUnmount) {
  MemoryTable source = random_table(4, 1, 10);
  auto engine = Engine::create().value();
  ASSERT_TRUE(engine->mount("T", source));
  EXPECT_EQ(reason_of(engine->mount("t", source)), "table.name_taken");
  ASSERT_TRUE(engine->unmount("t"));
  EXPECT_EQ(reason_of(engine->unmount("t")), "table.not_mounted");
  EXPECT_EQ(query_reason(*engine, "SELECT * FROM t"), "table.bad_query");
  ASSERT_TRUE(engine->mount("t", source));
  EXPECT_EQ(query_reason(*engine, "SELECT * FROM t"), "ok");
}

TEST(Engine, MoneySumsStayIntegers) {
  MemoryTable source({{"fen", Type::decimal, 2}});
  ColumnBuilder column(Type::decimal, 2);
  for (int i = 0; i < 1000; i++) column.append_int(i % 3 == 0 ? -7 : 1999);
  Batch batch;
  batch.rows = 1000;
  batch.columns.push_back(column.finish());
  ASSERT_TRUE(source.append(batch));
  auto engine = Engine::create().value();
  ASSERT_TRUE(engine->mount("t", source));
  auto stream = engine->query("SELECT sum(fen) AS total FROM t");
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->specs()[0], (ColumnSpec{"total", Type::decimal, 2}));
  auto batch_out = (*stream)->next();
  ASSERT_TRUE(batch_out && *batch_out);
  EXPECT_EQ((*batch_out)->columns[0].int_at(0), 666 * 1999 - 334 * 7);
}

}  // namespace
}  // namespace sluice::table
