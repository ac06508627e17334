// All rows of a million-row CSV of twenty columns through every detector, against DuckDB reading the same file and writing it again
// (all columns as text: the least that any program that touches every cell does); and ten thousand columns by name alone.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "bench/duckdb_peer.h"
#include "classify/full_scan.h"
#include "classify/value_tally.h"

namespace {

using namespace sluice;

constexpr unsigned kThreads = 2;
constexpr size_t kRows = 1'000'000, kNames = 10'000;
constexpr int kRounds = 3;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "classify.scan_bench: %s\n", why.c_str());
  std::exit(1);
}

template <class Work>
double seconds_of(Work work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Numbers {
  uint64_t x = 42;
  uint64_t below(uint64_t n) {
    x = x * 6364136223846793005 + 1442695040888963407;
    return (x >> 33) % n;
  }
};

// Nobody's numbers: division 5098 and prefix 100 were never assigned.
std::string id_number(Numbers& n) {
  char text[19];
  std::snprintf(text, sizeof text, "509801%04llu%02llu%02llu%03llu", static_cast<unsigned long long>(1940 + n.below(80)), static_cast<unsigned long long>(1 + n.below(12)),
                static_cast<unsigned long long>(1 + n.below(28)), static_cast<unsigned long long>(n.below(1000)));
  constexpr int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (int i = 0; i < 17; i++) sum += (text[i] - '0') * weights[i];
  return std::string(text, 17) + "10X98765432"[sum % 11];
}

void write_table(const std::string& path) {
  std::ofstream file(path);
  file << "id,psn_name,certno,tel,addr,gend,brdy,adm_date,dscg_date,dise_codg,dise_name,dept_name,hilist_code,cnt,pric,det_item_fee_sumamt,fund_pay_sumamt,med_type,insutype,memo\n";
  Numbers n;
  const char* family[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄"};
  const char* given[] = {"伟", "芳", "娜", "敏", "静", "秀英", "建国", "海燕"};
  const char* diseases[] = {"高血压", "2型糖尿病", "肺炎", "慢性胃炎", "冠心病", "脑梗死"};
  const char* codes[] = {"I10", "E11.9", "J18.9", "K29.5", "I25.1", "I63.9"};
  std::string line;
  for (size_t r = 0; r < kRows; r++) {
    size_t d = n.below(6);
    auto day = [&] { return "2024-" + std::string(n.below(2) ? "03-1" : "11-0") + std::to_string(n.below(9) + 1); };
    line = std::to_string(r) + "," + family[n.below(8)] + given[n.below(8)] + "," + id_number(n) + ",100" + std::to_string(10000000 + n.below(89999999)) + ",测试市示例路" +
           std::to_string(n.below(900)) + "号," + std::to_string(1 + n.below(2)) + ",19" + std::to_string(40 + n.below(59)) + "-0" + std::to_string(1 + n.below(9)) + "-15," + day() + "," + day() + "," +
           codes[d] + "," + diseases[d] + ",内科" + std::to_string(n.below(12)) + ",X" + std::to_string(100000 + n.below(40000)) + "," + std::to_string(1 + n.below(20)) + "," +
           std::to_string(n.below(900)) + ".50," + std::to_string(n.below(9000)) + ".25," + std::to_string(n.below(5000)) + ".00,1" + std::to_string(n.below(4)) + ",3" + std::to_string(n.below(3)) + "0,无特殊\n";
    file << line;
  }
}

}  // namespace

int main() {
  std::string dir = (std::filesystem::temp_directory_path() / ("classify_bench_" + std::to_string(getpid()))).string();
  std::filesystem::create_directories(dir);
  std::string csv = dir + "/visits.csv";
  write_table(csv);
  classify::Classifier classifier = classify::Classifier::built_in();
  auto patterns = classify::ValuePatterns::create(classifier.values());
  if (!patterns) give_up(std::string(patterns.error().reason));
  std::string passthrough = "COPY (SELECT * FROM read_csv('" + csv + "', header=true, all_varchar=true)) TO '" + dir + "/out.csv' (FORMAT csv, HEADER)";
  double ours = 1e9, peer = 1e9;
  size_t review = 0;
  for (int round = 0; round < kRounds; round++) {
    ours = std::min(ours, seconds_of([&] {
                      classify::SampleLimits limits;
                      limits.full = &*patterns;
                      limits.threads = kThreads;
                      auto fields = classify::sample_file(csv, limits);
                      if (!fields || fields->size() != 20 || (*fields)[0].rows != kRows) give_up("the scan is not whole");
                      review = 0;
                      for (const auto& v : classifier.classify(*fields)) review += v.review;
                    }));
    peer = std::min(peer, bench::duckdb_seconds(passthrough, kThreads));
  }
  auto megabytes = static_cast<double>(std::filesystem::file_size(csv)) / 1e6;
  std::printf("{\"name\":\"classify: full scan, all detectors, 1M x 20 CSV\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"s\",\"ratio\":%.2f,\"goal\":1.0,\"floor\":2.5,"
              "\"note\":\"%.0f MB, %u threads, best of %d, %zu detectors, %zu fields for review; peer: DuckDB CSV to CSV, all text\"}\n",
              ours, peer, ours / peer, megabytes, kThreads, kRounds, classifier.values().detectors(), review);
  std::filesystem::remove_all(dir);

  std::vector<classify::FieldInput> names(kNames);
  const char* words[] = {"psn_name", "certno", "diag_code", "fee_amt", "dept_name", "TEL", "bz", "setl_time", "出院诊断", "patient_address", "ip_no", "xb"};
  for (size_t i = 0; i < kNames; i++) {
    names[i].table = "t_" + std::to_string(i / 40);
    names[i].column = std::string(words[i % 12]) + (i % 7 ? "" : "_" + std::to_string(i % 97));
  }
  double by_name = 1e9;
  for (int round = 0; round < kRounds; round++) by_name = std::min(by_name, seconds_of([&] { (void)classifier.classify(names); }));
  std::printf("{\"name\":\"classify: names only, 10,000 columns\",\"ours\":%.3f,\"peer\":null,\"unit\":\"s\",\"ratio\":%.3f,\"goal\":0.3,\"floor\":2.0,"
              "\"note\":\"250 tables, one thread, seconds are the ratio\"}\n",
              by_name, by_name);
  return 0;
}
