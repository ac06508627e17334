// Samples by which the same rows are found under another name.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "collect/pipeline.h"
#include "node/row_sample.h"
#include "synth/synth.h"

namespace sluice::node {
namespace {

class Sink final : public table::BatchSink {
 public:
  Status append(const table::Batch& batch) override { return rows += batch.rows, Status(); }
  Status finish() override { return {}; }
  size_t rows = 0;
};

Bytes seed_of(uint64_t seed) {
  Bytes key(sizeof seed);
  std::memcpy(key.data(), &seed, sizeof seed);
  return key;
}

std::string numbered(const char* prefix, int64_t i) {
  char text[40];
  std::snprintf(text, sizeof text, "%s%08lld", prefix, static_cast<long long>(i));
  return text;
}

// A table of visits: what it is called and in which order its columns and rows stand is the plan's.
struct Visits {
  int from = 0, to = 0;
  bool reversed = false, as_text = false, few_columns = false;
  const char* prefix = "V";
  uint64_t seed = 7;
};
RowSample sample_of(const Visits& v) {
  using table::Type;
  std::vector<table::ColumnBuilder> builders;
  for (Type type : {Type::text, Type::text, v.as_text ? Type::text : Type::decimal, v.as_text ? Type::text : Type::date, Type::text}) builders.emplace_back(table::ColumnSpec{"c", type, 2});
  for (int n = v.from; n < v.to; n++) {
    int i = v.reversed ? v.from + v.to - 1 - n : n;
    builders[0].append_text(numbered(v.prefix, i));
    builders[1].append_text(numbered("P", i / 3));
    if (v.as_text) {
      builders[2].append_text(std::to_string(i % 997) + ".50");
      CivilDate day = civil_from_days(18000 + i % 211);
      char text[16];
      std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(day.year), static_cast<int>(day.month), static_cast<int>(day.day));
      builders[3].append_text(text);
    } else {
      builders[2].append_int(i % 997 * 100 + 50);
      builders[3].append_int(18000 + i % 211);
    }
    builders[4].append_text(i % 2 ? "男" : "女");
  }
  table::Batch batch;
  batch.rows = static_cast<size_t>(v.to - v.from);
  for (auto& builder : builders) batch.columns.push_back(builder.finish());
  if (v.few_columns) batch.columns.erase(batch.columns.begin() + 1), batch.columns.pop_back();
  if (v.reversed) std::reverse(batch.columns.begin(), batch.columns.end());
  Sink sink;
  SampledRows sampled(sink, seed_of(v.seed));
  EXPECT_TRUE(sampled.append(batch));
  EXPECT_EQ(sink.rows, batch.rows) << "rows go on as they are";
  return sampled.sample();
}

// Tables of text, a row a vector.
RowSample sample_of_rows(const std::vector<std::vector<std::string>>& rows) {
  table::Batch batch;
  batch.rows = rows.size();
  for (size_t at = 0; at < rows.front().size(); at++) {
    table::ColumnBuilder builder({"c", table::Type::text, 0});
    for (const auto& row : rows) builder.append_text(row[at]);
    batch.columns.push_back(builder.finish());
  }
  Sink sink;
  SampledRows sampled(sink, seed_of(7));
  EXPECT_TRUE(sampled.append(batch));
  return sampled.sample();
}

TEST(RowSample, ACopyIsFoundWhateverItsOrderItsTypesAndItsPart) {
  RowSample whole = sample_of({.to = 20000});
  EXPECT_EQ(whole.size(), kRowAnchors);
  EXPECT_GT(same_permille(whole, sample_of({.to = 20000, .reversed = true})), 950) << "rows and columns in another order";
  EXPECT_GT(same_permille(whole, sample_of({.to = 20000, .as_text = true})), 950) << "amounts and dates as text";
  EXPECT_GT(same_permille(whole, sample_of({.from = 5000, .to = 10000, .reversed = true})), 700) << "a part of them";
  EXPECT_GT(same_permille(whole, sample_of({.to = 20000, .few_columns = true})), 700) << "without some columns";
  EXPECT_GT(same_permille(sample_of({.to = 600}), sample_of({.to = 450, .reversed = true, .as_text = true})), 700) << "small tables";
}

TEST(RowSample, OtherRowsFewOfThemAndOtherSeedsAreNotTheSame) {
  RowSample whole = sample_of({.to = 20000});
  EXPECT_EQ(same_permille(whole, sample_of({.to = 20000, .prefix = "W"})), 0) << "other keys";
  EXPECT_EQ(same_permille(whole, sample_of({.from = 18000, .to = 38000})), 0) << "a tenth in common";
  EXPECT_EQ(same_permille(sample_of({.to = 10}), sample_of({.to = 10})), 0) << "too few to say";
  EXPECT_EQ(same_permille(whole, sample_of({.to = 20000, .seed = 8})), 0) << "nobody without the seed can compare";
  Sink sink;
  EXPECT_TRUE(SampledRows(sink, {}).sample().empty());
}

TEST(RowSample, ATableThatRefersToAnotherIsNotItsCopyEvenOneToOne) {
  std::vector<std::vector<std::string>> visits, settlements, links, lines, codes;
  for (int i = 0; i < 900; i++) {
    std::string visit = numbered("V", i), person = numbered("P", i / 3), name = "姓名" + std::to_string(i / 3), doctor = numbered("D", i % 60);
    visits.push_back({visit, person, name, doctor, numbered("N", i), "诊断" + std::to_string(i % 70)});
    settlements.push_back({numbered("S", i), visit, person, name, std::to_string(i * 37 % 911) + ".25", std::to_string(i * 53 % 977) + ".75"});
    links.push_back({numbered("L", i), visit, numbered("X", i)});
    codes.push_back({numbered("C", i), "目录项目" + std::to_string(i), numbered("Y", i)});
    for (int line = 0; line < 3; line++) lines.push_back({numbered("F", i * 3 + line), visit, person, codes[static_cast<size_t>(i)][0], codes[static_cast<size_t>(i)][1], numbered("Y", i)});
  }
  auto v = sample_of_rows(visits), s = sample_of_rows(settlements), l = sample_of_rows(links), f = sample_of_rows(lines), c = sample_of_rows(codes);
  EXPECT_EQ(same_permille(v, s), 0) << "each settlement names its visit, its person and the person's name";
  EXPECT_EQ(same_permille(v, l), 0) << "each names a visit and nothing else of it";
  EXPECT_EQ(same_permille(s, l), 0);
  EXPECT_EQ(same_permille(v, f), 0) << "several lines a visit";
  EXPECT_EQ(same_permille(c, f), 0) << "a catalogue whose words stand in every line that uses them";
  for (const auto& one : {v, s, l, f, c}) EXPECT_EQ(same_permille(one, one), 1000);
}

// The eight linked tables of the demo, small and larger, against each other.
TEST(RowSample, NoTwoTablesOfAHealthInsuranceSchemaAreTheSameRows) {
  for (uint64_t rows : {500, 3000, 40000}) {
    std::string folder = std::filesystem::temp_directory_path() / ("sluice-row-sample-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(synth::generate({.rows = rows, .seed = 3}, folder));
    std::vector<std::pair<std::string, RowSample>> samples;
    for (const synth::PlanText& text : synth::plan_texts()) {
      collect::Plan plan = *collect::parse_plan(text.yaml);
      Sink sink;
      collect::HeldRows held;
      collect::Progress progress;
      SampledRows sampled(sink, seed_of(11));
      auto outcome = collect::collect_file(plan, folder + "/" + std::string(text.table) + ".csv", {}, sampled, held, progress);
      ASSERT_TRUE(outcome) << text.table << " " << outcome.error().reason;
      EXPECT_LT(pack_sample(sampled.sample()).size(), 80000u);
      samples.emplace_back(text.table, sampled.sample());
    }
    ASSERT_EQ(samples.size(), 8u);
    for (size_t i = 0; i < samples.size(); i++) {
      EXPECT_EQ(same_permille(samples[i].second, samples[i].second), 1000) << samples[i].first << " " << rows;
      for (size_t j = i + 1; j < samples.size(); j++)
        EXPECT_EQ(same_permille(samples[i].second, samples[j].second), 0) << samples[i].first << " and " << samples[j].first << ", " << rows << " lines";
    }
    std::filesystem::remove_all(folder);
  }
}

TEST(RowSample, JoiningIsTheSampleOfBothAndPackingKeepsIt) {
  RowSample a = sample_of({.to = 4998}), b = sample_of({.from = 4998, .to = 9996}), both = join_samples(a, b), whole = sample_of({.to = 9996});
  EXPECT_EQ(both.size(), kRowAnchors);
  EXPECT_EQ(both, whole);
  EXPECT_EQ(unpack_sample(pack_sample(a)), a);
}

TEST(RowSample, ASampleInAnotherFormatOrABrokenOneIsNotCompared) {
  RowSample a = sample_of({.to = 600});
  Bytes packed = pack_sample(a), values;
  for (const auto& [anchor, cells] : a)  // the first format: eight bytes a value
    for (int shift = 56; shift >= 0; shift -= 8) values.push_back(static_cast<uint8_t>(anchor >> shift));
  EXPECT_TRUE(unpack_sample(values).empty());
  EXPECT_EQ(same_permille(unpack_sample(values), unpack_sample(values)), 0);
  Bytes later = packed;
  later[3] = 3;
  EXPECT_TRUE(unpack_sample(later).empty());
  for (size_t size = 0; size + 1 < packed.size(); size += 7) (void)unpack_sample(ByteView(packed).first(size));
  EXPECT_TRUE(unpack_sample(ByteView(packed).first(packed.size() - 1)).empty());
}

}  // namespace
}  // namespace sluice::node
