// A table of fees as they look in practice (domain-facts §2.3, fee_list_d), synthetic and seeded: 30 columns.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "base/random.h"
#include "table/column.h"

namespace sluice::bench {

inline const std::vector<table::ColumnSpec>& fee_specs() {
  using table::Type;
  static const std::vector<table::ColumnSpec> specs = {
      {"bkkp_sn", Type::text, 0},          {"mdtrt_id", Type::text, 0},         {"setl_id", Type::text, 0},
      {"psn_no", Type::text, 0},           {"fixmedins_code", Type::text, 0},   {"fee_ocur_time", Type::datetime, 0},
      {"rx_drord_no", Type::text, 0},      {"cnt", Type::decimal, 4},           {"pric", Type::decimal, 2},
      {"det_item_fee_sumamt", Type::decimal, 2}, {"pric_uplmt_amt", Type::decimal, 2}, {"selfpay_prop", Type::decimal, 4},
      {"fulamt_ownpay_amt", Type::decimal, 2}, {"overlmt_selfpay", Type::decimal, 2}, {"preselfpay_amt", Type::decimal, 2},
      {"inscp_amt", Type::decimal, 2},     {"chrgitm_lv", Type::text, 0},       {"hilist_code", Type::text, 0},
      {"hilist_name", Type::text, 0},      {"list_type", Type::text, 0},        {"med_list_codg", Type::text, 0},
      {"med_chrgitm_type", Type::text, 0}, {"prodname", Type::text, 0},         {"spec", Type::text, 0},
      {"dosform_name", Type::text, 0},     {"bilg_dept_codg", Type::text, 0},   {"bilg_dr_code", Type::text, 0},
      {"prd_days", Type::int64, 0},        {"fee_date", Type::date, 0},         {"vali_flag", Type::boolean, 0}};
  return specs;
}

inline uint64_t hash_of(uint64_t v) {
  v *= 0x9e3779b97f4a7c15u;
  return v ^ v >> 29;
}

inline table::Batch fee_batch(SeededRandom& random, int64_t first_row, size_t rows) {
  std::vector<table::ColumnBuilder> c;
  for (const table::ColumnSpec& spec : fee_specs()) {
    c.emplace_back(spec);
    c.back().reserve(rows, rows * 20);
  }
  char text[80];
  auto put = [&](size_t column, const char* form, auto... args) {
    int n = std::snprintf(text, sizeof text, form, args...);
    c[column].append_text({text, static_cast<size_t>(n)});
  };
  for (size_t i = 0; i < rows; i++) {
    auto row = static_cast<uint64_t>(first_row) + i;
    uint64_t visit = row / 12, item = random.below(random.below(4) == 0 ? 6000 : 300), day = 19000 + row / 4000 % 700;
    int64_t price = static_cast<int64_t>(50 + hash_of(item) % 40000), count = 1 + static_cast<int64_t>(random.below(8));
    int64_t amount = price * count, own = random.below(5) == 0 ? amount / 10 : 0;
    put(0, "%020llu", static_cast<unsigned long long>(row * 977));
    put(1, "M%013llu", static_cast<unsigned long long>(visit));
    put(2, "S%013llu", static_cast<unsigned long long>(visit));
    put(3, "P%012llu", static_cast<unsigned long long>(hash_of(visit) % 1000000));
    put(4, "H9900%07llu", static_cast<unsigned long long>(visit % 400));
    c[5].append_int(static_cast<int64_t>(day * 86400000 + random.below(86400) * 1000));
    put(6, "RX%012llu", static_cast<unsigned long long>(row / 3));
    c[7].append_int(count * 10000);
    c[8].append_int(price);
    c[9].append_int(amount);
    if (item % 3 == 0) c[10].append_null();
    else c[10].append_int(price * 2);
    c[11].append_int(static_cast<int64_t>(item % 4) * 1000);
    c[12].append_int(own);
    c[13].append_int(0);
    c[14].append_int(own / 2);
    c[15].append_int(amount - own - own / 2);
    put(16, "0%llu", static_cast<unsigned long long>(1 + item % 3));
    put(17, "XB05BAA%05lluA001010100001", static_cast<unsigned long long>(item));
    put(18, "药品名称第%llu号注射液", static_cast<unsigned long long>(item));
    put(19, "%d", item % 5 == 0 ? 201 : 101);
    put(20, "MLC%010llu", static_cast<unsigned long long>(item * 31));
    put(21, "%02llu", static_cast<unsigned long long>(1 + item % 14));
    put(22, "商品%llu", static_cast<unsigned long long>(item));
    put(23, "%llumg*%llu", static_cast<unsigned long long>(item % 50 * 10), static_cast<unsigned long long>(item % 7 + 1));
    put(24, "剂型%llu", static_cast<unsigned long long>(item % 20));
    put(25, "D%04llu", static_cast<unsigned long long>(visit % 60));
    put(26, "D9900%08llu", static_cast<unsigned long long>(visit % 3000));
    c[27].append_int(static_cast<int64_t>(random.below(14)));
    c[28].append_int(static_cast<int64_t>(day));
    c[29].append_int(1);
  }
  table::Batch batch;
  batch.rows = rows;
  for (table::ColumnBuilder& builder : c) batch.columns.push_back(builder.finish());
  return batch;
}

}  // namespace sluice::bench
