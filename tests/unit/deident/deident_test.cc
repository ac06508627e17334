#include <gtest/gtest.h>

#include <cstdio>

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "codec/csv.h"
#include "crypto/block_digest.h"
#include "deident/apply.h"
#include "deident/csv_block.h"
#include "deident/csv_input.h"
#include "deident/kernels.h"
#include "deident/residual.h"
#include "deident/techniques/pseudonym.h"

namespace sluice::deident {
namespace {

std::string masked(std::string_view cell, int first, int last) {
  std::string out;
  return mask_ends(cell, first, last, '*', out) ? out : "FAILED";
}
template <class Kernel, class... A>
std::string by(Kernel kernel, std::string_view cell, A... args) {
  std::string out;
  return kernel(cell, args..., out) ? out : "FAILED";
}

TEST(Kernels, MaskKeepsEndsAndHidesShortValuesWhole) {
  EXPECT_EQ(masked("13800000000", 3, 4), "138****0000");
  EXPECT_EQ(masked("1234567", 3, 4), "*******");
  EXPECT_EQ(masked("欧阳某某", 1, 0), "欧***");
  EXPECT_EQ(masked("a\xff", 1, 0), "FAILED");
}

TEST(Kernels, DatesAreGeneralisedInTheFormTheyHad) {
  EXPECT_EQ(by(generalise_date, "1987-11-23", DateUnit::year), "1987-01-01");
  EXPECT_EQ(by(generalise_date, "19871123", DateUnit::month), "19871101");
  EXPECT_EQ(by(generalise_date, "1987/11/23 10:00:00", DateUnit::quarter), "1987/10/01");
  for (const char* bad : {"1987-02-30", "23.11.1987", "1987-11-23x", "someday"}) EXPECT_EQ(by(generalise_date, bad, DateUnit::year), "FAILED") << bad;
  EXPECT_EQ(by(shift_date, "2024-02-28T01:02:03", 2), "2024-03-01T01:02:03");
}

TEST(Kernels, NumbersRoundHalfAwayFromZeroAndBandsCoverTheLine) {
  EXPECT_EQ(by(round_number, "123.45", 10), "120.00");
  EXPECT_EQ(by(round_number, "-125", 10), "-130");
  EXPECT_EQ(by(round_number, "2.5", 5), "5.0");
  EXPECT_EQ(by(round_number, "-0.4", 1), "0.0");
  EXPECT_EQ(by(round_number, "1e9", 1), "FAILED");
  FieldRule rule;
  rule.width = 5;
  rule.top = 90;
  auto band = [&](std::string_view v) {
    std::string out;
    return band_number(v, rule, out) ? out : "FAILED";
  };
  EXPECT_EQ(band("42"), "40-44");
  EXPECT_EQ(band("89.9"), "85-89");
  EXPECT_EQ(band("103"), "90+");
  EXPECT_EQ(band("-1"), "-5--1");
  EXPECT_EQ(band("old"), "FAILED");
}

TEST(Kernels, AMaskedIdNumberIsWellFormedAndNobodys) {
  std::string out = by(mask_id_number, "419999198711234510", 2, KeepBirth::year);
  ASSERT_EQ(out.size(), 18u);
  EXPECT_EQ(out.substr(0, 17), "41000019870101000");
  ResidualTally tally;
  scan_cell(out, tally);
  EXPECT_EQ(tally.id_shaped, 0u);
  EXPECT_EQ(by(mask_id_number, "41999919871323451X", 2, KeepBirth::year), "FAILED");
  EXPECT_EQ(by(generalise_region, "419999", 4), "419900");
}

TEST(Kernels, PseudonymsAreStableKeyedAndOfTheLengthAsked) {
  auto made = [](uint8_t key, std::string_view cell, const char* prefix, int length) {
    Pseudonym technique(SecretBytes(Bytes(32, key)), prefix, length);
    MaskedCells out;
    CellInput input{cell};
    technique.run(std::span(&input, 1), out);
    return std::string(out.at(0));
  };
  EXPECT_EQ(made(1, "x", "P", 20), made(1, "x", "P", 20));
  EXPECT_NE(made(1, "x", "P", 20), made(2, "x", "P", 20));
  EXPECT_EQ(made(1, "x", "P", 20).size(), 21u);
  EXPECT_EQ(made(1, "x", "", 51).size(), 51u);
  for (uint8_t i = 0; i < 200; i++) {
    int days = shift_of(sm3(Bytes(1, i)), 3);
    EXPECT_TRUE(days != 0 && days >= -3 && days <= 3);
  }
}

TEST(Residual, FindsWholeNumbersOnlyAndNeedsARealPassRate) {
  ResidualTally t;
  scan_cell("call 13912345678 or a.b@example.org; id 419999198711230012", t);
  EXPECT_EQ(t.mobiles, 1u);
  EXPECT_EQ(t.emails, 1u);
  EXPECT_EQ(t.id_shaped, 1u);
  ResidualTally none;
  scan_cell("1391234567812 0.13912345678 user@host 2024-01-01", none);
  EXPECT_EQ(none.mobiles + none.emails + none.id_shaped, 0u);
  EXPECT_EQ((ResidualTally{.id_shaped = 100, .id_valid = 9}.id_numbers()), 0u);
  EXPECT_EQ((ResidualTally{.id_shaped = 100, .id_valid = 90}.id_numbers()), 90u);
}

ResidualTally scanned(std::string_view cell, TextEncoding encoding = TextEncoding::utf8) {
  ResidualTally out;
  scan_cell(cell, out, encoding);
  return out;
}

TEST(Residual, FindsFullWidthGroupedAndFirstGenerationNumbers) {
  for (const char* id : {"身份证４４９８０１１９６８０３１２４５１５", "449801 19680312 4515", "4498 0119 6803 1245 15", "449801-19680312-4515"}) EXPECT_EQ(scanned(id).id_valid, 1u) << id;
  for (const char* phone : {"１３８００１３８００１", "138 0013 8001", "138-0013-8001", "138-00138001", "1380013 8001", "＋８６１３８００１３８００１"}) EXPECT_EQ(scanned(phone).mobiles, 1u) << phone;
  EXPECT_EQ(scanned("一代证449801680312451").id_numbers(), 1u);
  for (const char* none : {"2024-01-02 10:20:30", "138 0000 0000", "120 80 72 36 18", "449801681312451", "209801680312451", "100 2000 30000"}) EXPECT_TRUE(scanned(none).findings().empty()) << none;
}

TEST(Residual, DigitsInsideUuidsAndDigestsAreNobodysNumber) {
  for (const char* token : {"cd021316-1bf6-2049-1604-18803332993d", "07aa6775-0a7b-23fb-1732-54765010b38f", "urn:uuid:AB021316-1BF6-2049-1604-13803332993D",
                            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15dc13812345678", "b13812345678abcd", "62220212345678901289f86d081884c7"})
    EXPECT_TRUE(scanned(token).findings().empty()) << token;
  for (const char* phone : {"a13812345678", "13812345678b", "cafe13812345678", "tel-13812345678", "13812345678-abcd", "x13812345678abcd"}) EXPECT_EQ(scanned(phone).mobiles, 1u) << phone;
}

TEST(Residual, ReadsGb18030AsItReadsUtf8) {
  for (const char* text : {"广东省深圳市南山区科技园路1号3栋501室", "医保卡号44010612345678", "身份证４４９８０１１９６８０３１２４５１５", "电话138 0013 8001", "门诊随访用药调整"})
    EXPECT_EQ(scanned(*utf8_to_gb18030(text), TextEncoding::gb18030).findings(), scanned(text).findings()) << text;
  EXPECT_EQ(scanned(*utf8_to_gb18030("某某市人民路12号"), TextEncoding::gb18030).addresses, 1u);
}

TEST(Residual, AFewValidIdNumbersAmongManyRunsAreFoundWhereChanceDoesNotExplainThem) {
  // Ten people among ninety numbers of the same shape that fail the check.
  EXPECT_EQ((ResidualTally{.id_runs = 100, .id_shaped = 100, .id_valid = 10, .id_valid_old = 10}.id_numbers()), 10u);
  // Order numbers of these years: one in eleven passes by chance.
  EXPECT_EQ((ResidualTally{.id_runs = 11000, .id_shaped = 11000, .id_valid = 1010}.id_numbers()), 0u);
  EXPECT_EQ((ResidualTally{.id_runs = 11000, .id_shaped = 11000, .id_valid = 1300}.id_numbers()), 1300u);
  // Random digits: three in a hundred thousand have date, province and check digit.
  EXPECT_EQ((ResidualTally{.id_runs = 1'000'000, .id_shaped = 370, .id_valid = 34, .id_valid_old = 33}.id_numbers()), 0u);
  EXPECT_EQ((ResidualTally{.legacy_runs = 1000, .legacy_valid = 12}.id_numbers()), 0u);
  EXPECT_EQ((ResidualTally{.legacy_runs = 1000, .legacy_valid = 80}.id_numbers()), 80u);
}

constexpr const char* kStrategy = R"(format: sluice-strategy/1
id: test
version: "1"
unlisted: keep
quasi_identifiers: [sex, birth]
fields:
  - {column: name, technique: suppress}
  - {column: phone, technique: mask, first: 3, last: 0}
  - {column: birth, technique: date, unit: year}
  - {column: no, technique: pseudonym, length: 16}
)";

TEST(Strategy, WhatCannotBeMeantIsRefused) {
  EXPECT_TRUE(read_strategy(kStrategy));
  std::string head = "format: sluice-strategy/1\nid: a\nversion: \"1\"\nfields:\n";
  auto reason = [&](const std::string& rules) { return std::string(read_strategy(head + rules).error().reason); };
  EXPECT_EQ(reason("  - {column: a, technique: mask}\n"), "strategy.bad_parameter");
  EXPECT_EQ(reason("  - {column: a, technique: redact, value: x, first: 2}\n"), "strategy.bad_parameter");
  EXPECT_EQ(reason("  - {column: a, technique: round, to: 0}\n"), "strategy.bad_parameter");
  EXPECT_EQ(reason("  - {column: a, technique: magic}\n"), "record.unknown_name");
  EXPECT_EQ(reason("  - {column: a, technique: keep}\n  - {column: a, technique: keep}\n"), "strategy.duplicate_column");
  EXPECT_EQ(reason("  - {column: a, technique: keep, colour: red}\n"), "record.unknown_field");
  EXPECT_EQ(read_strategy("format: sluice-strategy/9\n").error().reason, "strategy.unsupported_format");
}

struct MaskRun {
  std::string in = testing::TempDir() + "/deident_in.csv", out = testing::TempDir() + "/deident_out.csv";
  std::string error, output;
  Receipt receipt;
  MaskRun(const std::string& data, const std::string& strategy, bool with_key = true, unsigned threads = 2) {
    std::remove(out.c_str());
    EXPECT_TRUE(write_file(in, view(data)));
    auto s = read_strategy(strategy);
    std::optional<SecretBytes> key;
    if (with_key) key = SecretBytes(Bytes(32, 7));
    auto result = apply_csv(*s, key, in, out, {.threads = threads});
    if (result) receipt = *result;
    if (!result) error = result.error().reason;
    output = read_text_file(out, 1 << 26).value_or("");
  }
};

TEST(Apply, MasksDropsAndCopiesAndTheReceiptCounts) {
  MaskRun run("no,name,phone,sex,birth,note\n1,张三,13800000000,F,1987-11-23,\"a, \"\"b\"\"\nc\"\r\n1,李四,,M,1988-01-02,x\n2,王五,139,M,broken,\n", kStrategy);
  ASSERT_EQ(run.error, "");
  std::string p1, p2;
  std::string line1 = run.output.substr(run.output.find('\n') + 1);
  EXPECT_EQ(run.output.substr(0, run.output.find('\n')), "no,phone,sex,birth,note");
  EXPECT_EQ(line1.substr(16), ",138********,F,1987-01-01,\"a, \"\"b\"\"\nc\"\r\n" + line1.substr(0, 16) + ",,M,1988-01-01,x\n" +
                                  line1.substr(line1.rfind('\n', line1.size() - 2) + 1, 16) + ",***,M,,\n");
  EXPECT_EQ(run.receipt.rows_in, 3u);
  EXPECT_EQ(run.receipt.columns[2].masked, 2u);
  EXPECT_EQ(run.receipt.columns[2].nulls, 1u);
  EXPECT_EQ(run.receipt.columns[4].failed, 1u);
  EXPECT_EQ(*run.receipt.output_digest, block_digest(view(run.output)));
  EXPECT_EQ(run.receipt.risk_before->rows, 3u);
  auto back = decode<Receipt>(encode(run.receipt));
  ASSERT_TRUE(back);
  EXPECT_EQ(canonical(encode(*back)), canonical(encode(run.receipt)));
}

// Every number of a tally.
auto all_of(const ResidualTally& t) {
  return std::tie(t.id_runs, t.id_shaped, t.id_valid, t.id_valid_old, t.legacy_runs, t.legacy_valid, t.mobiles, t.emails, t.card_shaped, t.card_valid, t.social_shaped, t.insurance, t.addresses, t.landlines, t.plates, t.labelled_names, t.names.shaped, t.names.plain, t.names.seen, t.cells);
}

// A block of three columns whose cells are made of what the residual scan looks at, with line ends, empty lines and faults of all kinds.
std::string random_block(SeededRandom& random) {
  static const char* pieces[] = {"1", "138", "00000", "138123", "45678", "419999198711230017", "@", "a@b.cn", "A", "号", "3号楼", "某某路", "单", "室", "医保号", "6222021234567890128", "x", "-", ".", "\xe6\x9d\x8e", "张三", " ", "１３", "８０００", "－", "138 0013 8000", "0013-8000", "449801680312451", "4498 0119 6803 1245 15", "粤", "B12345", "·", "(010)", "0755-", "26781234", "138.1234.5678", "/", "  ", "＠", "姓名", "：", ":", "王", "小明", "分院", "\xe5\xbc\xa0", "****"};
  std::string block;
  for (uint64_t line = 0, lines = 1 + random.below(40); line < lines; line++) {
    if (random.below(12) == 0) block += random.below(2) ? "\n" : "\r\n";
    size_t fields = random.below(60) == 0 ? 1 + random.below(5) : 3;
    for (size_t f = 0; f < fields; f++) {
      for (uint64_t n = random.below(7); n > 0; n--) block += pieces[random.below(std::size(pieces))];
      if (f + 1 < fields) block += ',';
    }
    block += random.below(4) ? "\n" : "\r\n";
  }
  if (random.below(5) == 0) block += "\"q,\"\"\",b,c\n";
  return block;
}

TEST(Residual, TheFirstLookAtACellNeverMissesWhatReadingEveryByteFinds) {
  static const char* pieces[] = {"1", "1", "3", "00", "138", "1380013", "0013", "8000", "00000", "13800138000", "26781234", "419999198711230017", "419999198711230", "6222021234567890128", "008613800138000", "+8613800138000", "20260101123000999999", "X", "x", "A", "B", "a", "@", "b.cn", ".", "-", "/", " ", "  ", "*", "****", "(", ")", "010", "0755", "号", "栋", "幢", "室", "弄", "单元", "分院", "某某路", "医保号", "李", "张", "王小明", "·", "粤", "姓名", "：", ":", "１３", "８", "－", "＠", "\xe5", "\xe5\xbc\xa0", "\xbc\xa0", "\xbc", "\xef", "\x8f", "\xb7", "\xff"};
  SeededRandom random(5);
  std::string cell;
  for (int round = 0; round < 400000; round++) {
    cell.clear();
    if (random.below(20) == 0) cell.append(40 + random.below(60), 'y');  // across words of 64 bytes
    for (uint64_t n = 1 + random.below(9); n > 0; n--) cell += pieces[random.below(std::size(pieces))];
    ResidualTally plain;
    scan_cell_with(nullptr, cell, plain);
    for (const CsvMapper& way : csv_mappers()) {
      ResidualTally quick;
      scan_cell_with(&way, cell, quick);
      ASSERT_EQ(all_of(quick), all_of(plain)) << way.name << ": " << cell;
    }
  }
}

TEST(Residual, RunsOfEveryLengthCountAlikeInEveryWay) {
  SeededRandom random(6);
  for (const char* around : {"", "H", "A", ".", "+", "-", "*x", "0", "y y"})
    for (size_t n = 1; n < 70; n++)
      for (const char* start : {"", "1", "13", "86138", "00861", "4199991987", "62", "0"})
        for (const char* behind : {"", "X", "x", ".", "-", "**", " 1"}) {
          std::string cell = std::string(around) + start;
          for (size_t i = 0; i < n; i++) cell += static_cast<char>('0' + random.below(10));
          cell += behind;
          ResidualTally plain;
          scan_cell_with(nullptr, cell, plain);
          for (const CsvMapper& way : csv_mappers()) {
            ResidualTally quick;
            scan_cell_with(&way, cell, quick);
            ASSERT_EQ(all_of(quick), all_of(plain)) << way.name << ": " << cell;
          }
        }
}

TEST(MaskBlock, EveryWayOfFindingTheFieldsGivesTheSameBlock) {
  const std::vector<std::string> columns = {"a", "b", "c"};
  auto strategy = read_strategy("format: sluice-strategy/1\nid: t\nversion: \"1\"\nunlisted: keep\nfields:\n  - {column: b, technique: mask, first: 3, last: 4}\n");
  auto dropping = read_strategy("format: sluice-strategy/1\nid: t\nversion: \"1\"\nunlisted: keep\nfields:\n  - {column: a, technique: suppress}\n");
  SeededRandom random(11);
  for (int round = 0; round < 3000; round++) {
    std::string block = random_block(random), padded = block + std::string(kCsvPadding, '\n');
    Masker masker = *Masker::bind(round % 3 ? *strategy : *dropping, columns, std::nullopt);
    BlockResult plain;
    mask_block_with(nullptr, masker, ',', std::string_view(padded).substr(0, block.size()), 0, Scan::on, plain);
    for (const CsvMapper& mapper : csv_mappers()) {
      BlockResult mapped;
      mask_block_with(&mapper, masker, ',', std::string_view(padded).substr(0, block.size()), 0, Scan::on, mapped);
      ASSERT_EQ(mapped.out, plain.out) << mapper.name;
      ASSERT_EQ(mapped.rows, plain.rows);
      ASSERT_EQ(std::tie(mapped.error, mapped.error_row, mapped.error_column), std::tie(plain.error, plain.error_row, plain.error_column));
      for (size_t c = 0; c < columns.size(); c++) {
        ASSERT_EQ(all_of(mapped.residual[c]), all_of(plain.residual[c])) << mapper.name;
        ASSERT_EQ(mapped.cells[c].masked, plain.cells[c].masked);
      }
    }
  }
}

TEST(Apply, TheOutputDoesNotDependOnThreadsOrBlocks) {
  std::string data = "no,name,phone,sex,birth\n";
  for (int i = 0; i < 120000; i++)
    data += std::to_string(i) + ",n" + std::to_string(i) + (i % 7 ? ",1380000" : ",\"13\n80\"") + ",F,1987-11-23\n";
  MaskRun one(data, kStrategy, true, 1), four(data, kStrategy, true, 4);
  ASSERT_EQ(one.error, "");
  EXPECT_EQ(one.output, four.output);
  EXPECT_EQ(one.receipt.rows_out, 120000u);
}

TEST(Apply, FailsClosedAndLeavesNothing) {
  auto refused = [](const std::string& data, const std::string& strategy, bool key = true) {
    MaskRun run(data, strategy, key);
    EXPECT_EQ(run.output, "");
    return run.error;
  };
  std::string all = kStrategy;
  std::string header = "no,name,phone,sex,birth\n";
  EXPECT_EQ(refused(header + "1,a,2,F,2000-01-01\n", all, false), "deident.key_required");
  EXPECT_EQ(refused("no,name,phone,sex\n", all), "deident.missing_column");
  EXPECT_EQ(refused(header + "1,2,3\n", all), "deident.ragged_row");
  EXPECT_EQ(refused(header + "1,2,3,4,5,6\n", all), "deident.ragged_row");
  EXPECT_EQ(refused(header + "1,\"2\"x,3,4,5\n", all), "deident.bad_quoting");
  EXPECT_EQ(refused(header + "1,\"2,3,4,5\n", all), "deident.bad_quoting");
  EXPECT_EQ(refused("", all), "deident.no_header");
  EXPECT_EQ(refused("no,no,name,phone,sex,birth\n", all), "deident.duplicate_column");
  std::string strict = all;
  strict.replace(strict.find("unlisted: keep"), 14, "unlisted: refuse");
  EXPECT_EQ(refused(header + "1,a,2,F,2000-01-01\n", strict), "deident.unlisted_column");
  EXPECT_EQ(refused("no,name,phone,sex,birth,note\n1,a,2,F,2000-01-01,ring 13912345678\n", all), "deident.residual_found");
  std::string demanding = all + "k_min: 2\n";
  EXPECT_EQ(refused(header + "1,a,2,F,2000-01-01\n", demanding), "deident.k_too_small");
  std::string failing = all;
  failing.replace(failing.find("unit: year"), 10, "unit: year, on_failure: refuse");
  EXPECT_EQ(refused(header + "1,a,2,F,someday\n", failing), "deident.value_refused");
}

TEST(Apply, DatesOfOnePersonMoveTogether) {
  MaskRun run("p,d\na,2024-01-01\na,2024-01-11\nb,2024-01-01\n",
          "format: sluice-strategy/1\nid: t\nversion: \"1\"\nfields:\n  - {column: p, technique: suppress}\n  - {column: d, technique: date_shift, person: p, days_max: 30}\n");
  ASSERT_EQ(run.error, "");
  auto day = [&](int line) {
    int y, m, d;
    size_t at = 0;
    for (int i = 0; i < line; i++) at = run.output.find('\n', at) + 1;
    std::sscanf(run.output.c_str() + at, "%d-%d-%d", &y, &m, &d);
    return days_from_civil(y, m, d);
  };
  EXPECT_EQ(day(2) - day(1), 10);
  EXPECT_NE(day(1), days_from_civil(2024, 1, 1));
}

}  // namespace
}  // namespace sluice::deident
