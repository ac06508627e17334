// Marked copies of a table of random rows, and who is accused for a suspect made of them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/random.h"
#include "deident/mark.h"
#include "deident/trace.h"

namespace sluice::deident {

inline constexpr const char* kMarkStrategy = R"(format: sluice-strategy/1
id: marks
version: "1"
unlisted: keep
quasi_identifiers: [sex]
k_min: 100
fields:
  - {column: id, technique: keep}
marks:
  row_key: id
  one_in: 2
  carriers:
    - {column: dose, kind: low_digit, billing: false}
    - {column: day, kind: day}
    - {column: mode, kind: equivalent, pair: [门诊, 普通门诊]}
)";

using Rows = std::vector<std::vector<std::string>>;

struct TraceBench {
  std::string dir = testing::TempDir() + "/trace_" + std::to_string(::getpid()) + "_" + std::to_string(made()++);
  Strategy strategy = *read_strategy(kMarkStrategy);
  SecretBytes key{Bytes(32, 11)};
  std::vector<std::string> candidates;

  static int& made() {
    static int count = 0;
    return count;
  }
  explicit TraceBench(int rows) {
    std::filesystem::create_directories(dir);
    std::string data = "id,sex,dose,day,mode\n";
    SeededRandom random(1);
    for (int i = 0; i < rows; i++) {
      char line[160];
      std::snprintf(line, sizeof line, "p%d,%d,%u.%02u,2024-%02u-%02u,%s\n", i, i % 2, static_cast<unsigned>(random.below(5000)), static_cast<unsigned>(random.below(100)),
                    static_cast<unsigned>(1 + random.below(12)), static_cast<unsigned>(1 + random.below(28)), i % 3 ? "门诊" : "住院");
      data += line;
    }
    EXPECT_TRUE(write_file(dir + "/base.csv", view(data)));
    for (int i = 0; i < 200; i++) candidates.push_back("recipient-" + std::to_string(i));
  }
  ~TraceBench() { std::filesystem::remove_all(dir); }

  Rows copy_of(int recipient) {
    std::string out = dir + "/copy.csv";
    auto receipt = mark_file(strategy, key, candidates[static_cast<size_t>(recipient)], dir + "/base.csv", out);
    EXPECT_TRUE(receipt) << (receipt ? "" : receipt.error().reason);
    EXPECT_GE(*receipt->k_min, 100u);
    return parse(*read_text_file(out, 1u << 27));
  }
  static Rows parse(const std::string& text) {
    Rows rows;
    for (size_t at = 0; at < text.size();) {
      size_t end = text.find('\n', at);
      std::vector<std::string> row;
      for (size_t from = at; from <= end;) {
        size_t to = std::min(text.find(',', from), end);
        row.push_back(text.substr(from, to - from));
        from = to + 1;
      }
      rows.push_back(std::move(row));
      at = end + 1;
    }
    return rows;
  }
  // The names accused for a suspect of these rows, with only these columns.
  std::vector<std::string> accused(const Rows& rows, const std::vector<size_t>& columns = {0, 1, 2, 3, 4}) {
    std::string text;
    for (const auto& row : rows) {
      for (size_t c = 0; c < columns.size(); c++) text += (c ? "," : "") + row[columns[c]];
      text += '\n';
    }
    EXPECT_TRUE(write_file(dir + "/suspect.csv", view(text)));
    auto report = trace_file(strategy, key, candidates, dir + "/suspect.csv");
    EXPECT_TRUE(report) << (report ? "" : report.error().reason);
    std::vector<std::string> out;
    for (const auto& r : report->recipients)
      if (r.accused) out.push_back(r.recipient);
    std::sort(out.begin(), out.end());
    return out;
  }
};

inline Rows half_shuffled(Rows rows, uint64_t seed) {
  SeededRandom random(seed);
  for (size_t i = rows.size() - 1; i > 1; i--) std::swap(rows[i], rows[1 + random.below(i)]);
  rows.resize(1 + (rows.size() - 1) / 2);
  return rows;
}

}  // namespace sluice::deident
