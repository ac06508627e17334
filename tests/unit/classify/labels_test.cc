// The floors of quality on our own labelled schemas (tests/labels/own; figures and their limits: docs/CLASSIFICATION.md).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "classify/classify.h"
#include "classify/schema.h"
#include "codec/csv.h"

namespace sluice::classify {
namespace {

struct Tally {
  size_t columns = 0, category = 0, level = 0, high = 0, high_found = 0, under = 0, review = 0;
};

using OwnLabels = std::map<std::pair<std::string, std::string>, std::pair<std::string, int>>;

OwnLabels own_labels(const std::string& text) {
  OwnLabels out;
  auto source = bytes_of_memory(text);
  auto reader = CsvReader::open(*source, CsvDialect{});
  if (!reader) return out;
  std::map<std::string, size_t> at;
  for (size_t i = 0; i < reader->header().size(); i++) at.emplace(reader->header()[i], i);
  for (auto block = reader->next(); block && *block; block = reader->next())
    for (size_t r = 0; r < (*block)->rows; r++) {
      auto cell = [&](const char* name) { return std::string((*block)->cell(r, at.at(name))); };
      out[{cell("table"), cell("column")}] = {cell("category"), std::atoi(cell("level").c_str())};
    }
  return out;
}

Tally tally_of_all(bool names_only) {
  static const Classifier classifier = Classifier::built_in();
  Tally t;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(SLUICE_ROOT) + "/tests/labels/own")) {
    auto text = read_text_file(entry.path().string(), 1 << 20);
    if (!text) continue;
    auto fields = read_field_list(*text);
    auto labels = own_labels(*text);
    if (!fields) continue;
    for (auto& f : *fields)
      if (names_only) f.comment.clear(), f.table_comment.clear();
    for (const auto& v : classifier.classify(*fields)) {
      const auto& [category, level] = labels[{v.table, v.column}];
      t.columns++;
      t.category += name_of(v.category) == category;
      t.level += v.level.value() == level;
      t.under += v.level.value() < level;
      t.review += v.review;
      if (level >= 4) t.high++, t.high_found += v.level >= Level::l4();
    }
  }
  return t;
}

TEST(OwnLabels, WithCommentsTheFloorsHold) {
  Tally t = tally_of_all(false);
  ASSERT_GT(t.columns, 5000u);
  EXPECT_GE(t.category * 1000, t.columns * 915);
  EXPECT_GE(t.level * 1000, t.columns * 935);
  EXPECT_GE(t.high_found * 1000, t.high * 955);
  EXPECT_LE(t.under * 1000, t.columns * 35);
  EXPECT_LE(t.review * 1000, t.columns * 80);
}

TEST(OwnLabels, WithNamesOnlyTheFloorsHold) {
  Tally t = tally_of_all(true);
  EXPECT_GE(t.category * 1000, t.columns * 885);
  EXPECT_GE(t.level * 1000, t.columns * 915);
  EXPECT_GE(t.high_found * 1000, t.high * 930);
  EXPECT_LE(t.review * 1000, t.columns * 80);
}

}  // namespace
}  // namespace sluice::classify
