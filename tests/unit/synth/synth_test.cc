// The invariants of the generated tables, checked by code that shares nothing with the generator: plain maps over the
// text of the files.
#include "synth/synth.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "codec/csv.h"
#include "collect/pipeline.h"
#include "standard/codes.h"
#include "standard/datetime.h"

namespace sluice::synth {
namespace {

using Row = std::map<std::string, std::string>;

std::string fresh_dir(const std::string& name) {
  std::string dir = testing::TempDir() + "synth_" + name + "_" + std::to_string(getpid());
  std::filesystem::remove_all(dir);
  return dir;
}

std::vector<Row> rows_of(const std::string& dir, const std::string& table) {
  std::string text = *read_text_file(dir + "/" + table + ".csv", 1u << 30);
  auto source = bytes_of_memory(text);
  auto reader = CsvReader::open(*source, {});
  EXPECT_TRUE(reader);
  std::vector<Row> out;
  while (const CsvBlock* block = *reader->next())
    for (size_t r = 0; r < block->rows; r++) {
      out.emplace_back();
      for (size_t c = 0; c < block->columns; c++) out.back()[reader->header()[c]] = block->cell(r, c);
    }
  return out;
}

int64_t fen(const Row& row, const std::string& column) {
  const std::string& text = row.at(column);
  EXPECT_EQ(text[text.size() - 3], '.') << column;
  std::string digits = text;
  digits.erase(digits.size() - 3, 1);
  return std::stoll(digits);
}

collect::Outcome collected(const std::string& dir, const std::string& table, collect::HeldRows& held) {
  auto plan = collect::load_plan(dir + "/plans/" + table + ".yaml");
  EXPECT_TRUE(plan) << table << " " << plan.error().reason << " " << plan.error().detail;
  table::MemoryTable accepted(collect::specs_of(*plan));
  collect::Progress progress;
  std::string file = dir + "/" + table + ".csv";
  auto outcome = collect::collect_file(*plan, file, {}, accepted, held, progress);
  EXPECT_TRUE(outcome) << table << " " << outcome.error().reason << " " << outcome.error().detail;
  auto manifest = collect::load_manifest(collect::manifest_path(file));
  EXPECT_TRUE(manifest);
  std::string key_text = *read_text_file(dir + "/source.pub", 1000);
  Sm2PublicKey keys[] = {*Sm2PublicKey::from_bytes(*from_hex(key_text.substr(0, 130)))};
  auto checked = collect::check_manifest(*manifest, *plan, table + ".csv", keys);
  EXPECT_TRUE(checked) << checked.error().reason;
  auto agrees = collect::reconcile(*manifest, outcome->facts);
  EXPECT_TRUE(agrees) << table << " " << agrees.error().reason << " " << agrees.error().detail;
  return *outcome;
}

TEST(Synth, TheSameSeedGivesTheSameBytes) {
  std::string a = fresh_dir("a"), b = fresh_dir("b"), c = fresh_dir("c");
  Options options{.rows = 2000, .seed = 9, .dirty_permille = 20};
  ASSERT_TRUE(generate(options, a));
  ASSERT_TRUE(generate(options, b));
  options.seed = 10;
  ASSERT_TRUE(generate(options, c));
  for (const PlanText& plan : plan_texts()) {
    std::string file = "/" + std::string(plan.table) + ".csv";
    EXPECT_EQ(*read_text_file(a + file, 1u << 28), *read_text_file(b + file, 1u << 28)) << file;
  }
  EXPECT_NE(*read_text_file(a + "/fee_list_d.csv", 1u << 28), *read_text_file(c + "/fee_list_d.csv", 1u << 28));
  for (const auto& dir : {a, b, c}) std::filesystem::remove_all(dir);
}

TEST(Synth, MoneyAddsUpAcrossTheTables) {
  std::string dir = fresh_dir("money");
  ASSERT_TRUE(generate({.rows = 20000, .seed = 3}, dir));
  std::map<std::string, int64_t> fees_of;
  size_t refunds = 0;
  auto fees = rows_of(dir, "fee_list_d");
  EXPECT_EQ(fees.size(), 20000u);
  for (const Row& f : fees) {
    int64_t total = fen(f, "det_item_fee_sumamt");
    EXPECT_EQ(total * 100, fen(f, "cnt") * fen(f, "pric"));
    EXPECT_EQ(total, fen(f, "fulamt_ownpay_amt") + fen(f, "overlmt_selfpay") + fen(f, "preselfpay_amt") + fen(f, "inscp_amt"));
    EXPECT_EQ(total < 0, !f.at("init_bkkp_sn").empty());
    refunds += total < 0;
    fees_of[f.at("setl_id")] += total;
  }
  EXPECT_GT(refunds, 0u);
  std::set<std::string> settlements;
  auto rows = rows_of(dir, "setl_d");
  for (const Row& s : rows) settlements.insert(s.at("setl_id"));
  for (const Row& s : rows) {
    int64_t total = fen(s, "medfee_sumamt");
    EXPECT_EQ(total, fees_of[s.at("setl_id")]);
    EXPECT_EQ(total, fen(s, "fulamt_ownpay_amt") + fen(s, "overlmt_selfpay") + fen(s, "preselfpay_amt") + fen(s, "inscp_amt"));
    EXPECT_EQ(total, fen(s, "fund_pay_sumamt") + fen(s, "psn_pay"));
    EXPECT_EQ(fen(s, "psn_pay"), fen(s, "acct_pay") + fen(s, "cash_payamt"));
    int64_t fund = 0;
    for (const char* part : {"hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "othfund_pay"}) fund += fen(s, part);
    EXPECT_EQ(fund, fen(s, "fund_pay_sumamt"));
    EXPECT_GE(fen(s, "balc"), 0);
    EXPECT_LE(s.at("begndate"), s.at("enddate"));
    EXPECT_LE(s.at("enddate"), s.at("setl_time"));
    EXPECT_EQ(s.at("refd_setl_flag") == "1", settlements.contains(s.at("init_setl_id")));
    EXPECT_EQ(s.at("refd_setl_flag") == "1", total < 0);
  }
  std::filesystem::remove_all(dir);
}

TEST(Synth, PeopleAreConsistentAndNobody) {
  std::string dir = fresh_dir("people");
  ASSERT_TRUE(generate({.rows = 20000, .seed = 4}, dir));
  std::map<std::string, Row> people;
  for (Row& p : rows_of(dir, "psn_info_b")) {
    const std::string& id = p["certno"];
    EXPECT_TRUE(check_id_number(id, {}).valid);
    EXPECT_TRUE(is_province(id.substr(0, 2)));
    EXPECT_EQ(id.substr(2, 2), "98");  // never assigned: nobody's number
    EXPECT_EQ(id.substr(6, 4) + "-" + id.substr(10, 2) + "-" + id.substr(12, 2), p["brdy"]);
    EXPECT_EQ((id[16] - '0') % 2 == 1, p["gend"] == "1");
    EXPECT_EQ(p["tel"].substr(0, 3), "100");
    people[p["psn_no"]] = p;
  }
  std::set<std::string> institutions, doctors;
  for (const Row& i : rows_of(dir, "fixmedins_b")) {
    institutions.insert(i.at("fixmedins_code"));
    Verdict uscc = check_uscc(i.at("uscc"));
    EXPECT_TRUE(uscc.valid && uscc.warnings.empty()) << uscc.reason;
  }
  for (const Row& d : rows_of(dir, "dr_info_b")) {
    doctors.insert(d.at("dr_code"));
    EXPECT_TRUE(check_id_number(d.at("certno"), {}).valid);
    EXPECT_TRUE(institutions.contains(d.at("fixmedins_code")));
  }
  size_t sensitive = 0, chronic = 0;
  auto visits = rows_of(dir, "mdtrt_d");
  for (const Row& v : visits) {
    const Row& p = people.at(v.at("psn_no"));
    EXPECT_EQ(v.at("certno"), p.at("certno"));
    EXPECT_EQ(v.at("psn_name"), p.at("psn_name"));
    EXPECT_LE(v.at("begntime"), v.at("endtime"));
    EXPECT_GE(v.at("begntime").substr(0, 10), v.at("brdy"));
    EXPECT_TRUE(institutions.contains(v.at("fixmedins_code")));
    EXPECT_TRUE(doctors.contains(v.at("chfpdr_code")));
    const std::string& code = v.at("dscg_maindiag_code");
    sensitive += code.substr(0, 3) == "B24" || code.substr(0, 3) == "A53" || code[0] == 'F';
    chronic += !v.at("dise_no").empty();
  }
  EXPECT_GT(sensitive, 0u);
  EXPECT_LT(sensitive * 50, visits.size());
  EXPECT_GT(chronic * 10, visits.size());
  std::filesystem::remove_all(dir);
}

TEST(Synth, CleanTablesPassTheirPlansWhole) {
  std::string dir = fresh_dir("clean");
  auto summary = generate({.rows = 5000, .seed = 5}, dir);
  ASSERT_TRUE(summary);
  for (const PlanText& plan : plan_texts()) {
    collect::HeldRows held;
    auto outcome = collected(dir, std::string(plan.table), held);
    for (const auto& row : held.rows) ADD_FAILURE() << plan.table << " " << row.reasons[0].subject << " " << row.reasons[0].rule;
    EXPECT_EQ(outcome.facts.accepted, static_cast<int64_t>(summary->rows[std::string(plan.table)])) << plan.table;
    EXPECT_EQ(outcome.quality.validity_ppm, 1'000'000);
  }
  std::filesystem::remove_all(dir);
}

TEST(Synth, DirtyRowsAreHeldToTheLastOne) {
  for (bool gb18030 : {false, true}) {
    std::string dir = fresh_dir("dirty");
    auto summary = generate({.rows = 20000, .seed = 6, .dirty_permille = 15, .gb18030 = gb18030}, dir);
    ASSERT_TRUE(summary);
    for (const char* table : {"psn_info_b", "mdtrt_d", "setl_d", "fee_list_d", "rx_d"}) {
      int64_t made = 0;
      for (const auto& [defect, n] : summary->defects[table]) made += static_cast<int64_t>(n);
      collect::HeldRows held;
      auto outcome = collected(dir, table, held);
      EXPECT_EQ(outcome.facts.held, made) << table;
      EXPECT_GT(made, 0) << table;
      std::map<std::string, uint64_t> found;
      for (const auto& row : held.rows) found[row.reasons[0].rule]++;
      EXPECT_EQ(found["key.duplicate"], summary->defects[table]["duplicate"]) << table;
    }
    std::filesystem::remove_all(dir);
  }
}

TEST(Synth, CommittedPlansAreThoseOfTheGenerator) {
  for (const PlanText& plan : plan_texts()) {
    auto file = read_text_file(std::string(SLUICE_ROOT) + "/rules/plans/" + std::string(plan.table) + ".yaml", 1u << 20);
    ASSERT_TRUE(file) << plan.table;
    EXPECT_EQ(*file, plan.yaml);
  }
}

TEST(Synth, AbsurdRequestsAreRefused) {
  EXPECT_EQ(generate({.rows = ~uint64_t{0}}, fresh_dir("x")).error().reason, "synth.too_many_rows");
  EXPECT_FALSE(generate({.rows = 10}, "/proc/none/such"));
}

}  // namespace
}  // namespace sluice::synth
