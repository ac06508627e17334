// A claims table that belongs to nobody, for the benchmarks of anonymity: up to ten quasi-identifiers with hierarchies of
// 7, 6, 5, 4, 2, 3, 3, 3, 2 and 3 levels (lattices of 1,680, 15,120 and 272,160 nodes for five, seven and ten), skewed as such
// data are.
#pragma once

#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "anonymity/csv_table.h"
#include "anonymity/hierarchy.h"
#include "base/random.h"

namespace sluice::bench {

class Claims {
 public:
  static const std::vector<std::string>& columns() {
    static const std::vector<std::string> all = {"birth", "region", "diagnosis", "insurance", "sex", "visit", "occupation", "education", "urban", "marital"};
    return all;
  }

  explicit Claims(uint64_t seed) : random_(seed) {}

  std::string cell(size_t column) {
    char text[32];
    switch (column) {
      case 0: std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(1930 + skewed(90, 1.1)), static_cast<int>(1 + random_.below(12)), static_cast<int>(1 + random_.below(28))); break;
      case 1: std::snprintf(text, sizeof text, "%06d", static_cast<int>(410000 + skewed(16, 1.6) * 100 + skewed(12, 1.3))); break;
      case 2: std::snprintf(text, sizeof text, "%c%02d.%d", static_cast<char>('A' + skewed(20, 1.5)), static_cast<int>(skewed(90, 2)), static_cast<int>(skewed(6, 2))); break;
      case 3: std::snprintf(text, sizeof text, "%d", static_cast<int>(310 + skewed(8, 2))); break;
      case 4: std::snprintf(text, sizeof text, "%d", static_cast<int>(1 + random_.below(2))); break;
      case 5: std::snprintf(text, sizeof text, "v%d", static_cast<int>(skewed(12, 2))); break;
      case 6: std::snprintf(text, sizeof text, "o%d", static_cast<int>(skewed(20, 1.4))); break;
      case 7: std::snprintf(text, sizeof text, "e%d", static_cast<int>(skewed(9, 1.5))); break;
      case 8: std::snprintf(text, sizeof text, "%d", static_cast<int>(1 + random_.below(2))); break;
      default: std::snprintf(text, sizeof text, "m%d", static_cast<int>(skewed(6, 1.8))); break;
    }
    return text;
  }

  static std::map<std::string, anonymity::Hierarchy> hierarchies() {
    std::map<std::string, anonymity::Hierarchy> out;
    std::string birth, region, diagnosis, insurance, sex = "1;*\n2;*\n", visit, occupation, education, urban = sex, marital;
    char line[160];
    for (int y = 1930; y < 2020; y++)
      for (int m = 1; m <= 12; m++)
        for (int d = 1; d <= 28; d++) {
          std::snprintf(line, sizeof line, "%04d-%02d-%02d;%04d-%02d;%04dQ%d;%04d;%d+5;%d+10;*\n", y, m, d, y, m, y, (m + 2) / 3, y, y / 5 * 5, y / 10 * 10);
          birth += line;
        }
    for (int a = 0; a < 16; a++)
      for (int b = 0; b < 12; b++) {
        std::snprintf(line, sizeof line, "%06d;%04d+%d;%04d;r%d;z%d;*\n", 410000 + a * 100 + b, 4100 + a, b / 4, 4100 + a, a / 4, a / 8);
        region += line;
      }
    for (char c = 'A'; c < 'A' + 20; c++)
      for (int a = 0; a < 90; a++)
        for (int b = 0; b < 6; b++) {
          std::snprintf(line, sizeof line, "%c%02d.%d;%c%02d;%c%d;%c;*\n", c, a, b, c, a, c, a / 10, c);
          diagnosis += line;
        }
    for (int i = 0; i < 8; i++) insurance += std::to_string(310 + i) + ";a" + std::to_string(i / 2) + ";b" + std::to_string(i / 4) + ";*\n";
    for (int i = 0; i < 12; i++) visit += "v" + std::to_string(i) + ";w" + std::to_string(i / 4) + ";*\n";
    for (int i = 0; i < 20; i++) occupation += "o" + std::to_string(i) + ";p" + std::to_string(i / 5) + ";*\n";
    for (int i = 0; i < 9; i++) education += "e" + std::to_string(i) + ";f" + std::to_string(i / 3) + ";*\n";
    for (int i = 0; i < 6; i++) marital += "m" + std::to_string(i) + ";n" + std::to_string(i / 3) + ";*\n";
    const std::string* texts[] = {&birth, &region, &diagnosis, &insurance, &sex, &visit, &occupation, &education, &urban, &marital};
    for (size_t c = 0; c < columns().size(); c++) {
      auto h = anonymity::Hierarchy::parse(*texts[c]);
      if (h) out.emplace(columns()[c], std::move(*h));
    }
    return out;
  }

  static anonymity::CsvTable table(uint64_t rows, size_t width, uint64_t seed = 42) {
    Claims claims(seed);
    anonymity::CsvTable table;
    table.rows = rows;
    for (size_t c = 0; c < width; c++) table.columns.push_back({.name = columns()[c], .keys = {}, .texts = {}});
    for (uint64_t r = 0; r < rows; r++)
      for (auto& column : table.columns) column.keys.codes.push_back(column.texts.code_of(claims.cell(static_cast<size_t>(&column - table.columns.data()))));
    for (auto& column : table.columns) {
      column.keys.cardinality = column.texts.size();
      table.header.push_back(column.name);
    }
    return table;
  }

 private:
  // 0 … n − 1, the first ones more often: u^power.
  uint64_t skewed(uint64_t n, double power) {
    double u = static_cast<double>(random_.next() >> 11) * 0x1p-53;
    return static_cast<uint64_t>(static_cast<double>(n) * std::pow(u, power));
  }
  SeededRandom random_;
};

}  // namespace sluice::bench
