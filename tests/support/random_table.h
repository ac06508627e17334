// Tables made from a seed, for laws that hold for any table. Nobody's data.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "table/column.h"

namespace sluice::testing {

inline const std::vector<table::ColumnSpec>& every_type() {
  using table::Type;
  static const std::vector<table::ColumnSpec> specs = {
      {"plain_text", Type::text, 0},   {"few_texts", Type::text, 0}, {"number", Type::int64, 0},
      {"money", Type::decimal, 2},     {"day", Type::date, 0},       {"moment", Type::datetime, 0},
      {"flag", Type::boolean, 0},      {"constant", Type::int64, 0}, {"rising", Type::int64, 0},
      {"all_null", Type::text, 0},     {"few_numbers", Type::decimal, 4}};
  return specs;
}

inline void append_random(table::ColumnBuilder& out, const table::ColumnSpec& spec, SeededRandom& random, int64_t row,
                          uint64_t null_one_in) {
  static const char* kTexts[] = {"", "a", "男", "女", "普通门诊", "a text of more than twelve bytes", "x\"y'z,\n"};
  if (spec.name == "all_null" || (null_one_in > 0 && random.below(null_one_in) == 0)) return out.append_null();
  if (spec.name == "plain_text") {
    std::string text;
    for (uint64_t n = random.below(30); n > 0; n--) text += static_cast<char>('!' + random.below(90));
    return out.append_text(text);
  }
  if (spec.type == table::Type::text) return out.append_text(kTexts[random.below(7)]);
  if (spec.name == "constant") return out.append_int(42);
  if (spec.name == "rising") return out.append_int(1'000'000'007 * row + static_cast<int64_t>(random.below(5)));
  if (spec.name == "few_numbers") return out.append_int(static_cast<int64_t>(random.below(9)) * 123'456'789);
  if (spec.type == table::Type::boolean) return out.append_int(static_cast<int64_t>(random.below(2)));
  if (spec.type == table::Type::date) return out.append_int(static_cast<int64_t>(random.below(40000)) - 10000);
  if (spec.type == table::Type::datetime) return out.append_int(static_cast<int64_t>(random.below(1ull << 41)));
  if (spec.type == table::Type::decimal) return out.append_int(static_cast<int64_t>(random.below(100'000'000)) - 500);
  out.append_int(static_cast<int64_t>(random.next()));  // any 64 bits
}

inline table::Batch random_batch(const std::vector<table::ColumnSpec>& specs, SeededRandom& random, size_t rows,
                                 uint64_t null_one_in) {
  table::Batch batch;
  batch.rows = rows;
  for (const table::ColumnSpec& spec : specs) {
    table::ColumnBuilder builder(spec);
    for (size_t i = 0; i < rows; i++) append_random(builder, spec, random, static_cast<int64_t>(i), null_one_in);
    batch.columns.push_back(builder.finish());
  }
  return batch;
}

}  // namespace sluice::testing
