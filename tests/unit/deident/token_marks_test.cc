// Laws: a token's mark hangs on token and recipient alone, so that one recipient's tables join as before; nothing else changes; tokens alone name a
// leaker, and three who mix their copies; small tables are marked and say that they name nobody.
#include "deident/token_marks.h"

#include <set>

#include "tests/unit/deident/trace_bench.h"

namespace sluice::deident {
namespace {

constexpr const char* kTokenStrategy = R"(format: sluice-strategy/1
id: tokens
version: "1"
scope: project
unlisted: keep
fields:
  - {column: visit, technique: pseudonym}
  - {column: psn, technique: pseudonym, domain: person, prefix: "P-", length: 16}
marks: {tokens: true}
)";

std::string token(SeededRandom& random, size_t length) {
  std::string out;
  for (size_t i = 0; i < length; i++) out += "abcdefghijklmnopqrstuvwxyz234567"[random.below(32)];
  return out;
}

// visit (one a row), psn (four rows each), fee.
struct TokenBench {
  std::string dir = testing::TempDir() + "/tokens_" + std::to_string(::getpid()) + "_" + std::to_string(TraceBench::made()++);
  Strategy strategy = *read_strategy(kTokenStrategy);
  SecretBytes key{Bytes(32, 21)};
  std::vector<std::string> candidates;
  MarkReceipt receipt;

  explicit TokenBench(int rows) {
    std::filesystem::create_directories(dir);
    SeededRandom random(7);
    std::string data = "visit,psn,fee\n", person;
    for (int i = 0; i < rows; i++) {
      if (i % 4 == 0) person = "P-" + token(random, 16);
      data += token(random, 20) + "," + (i % 50 == 3 ? "" : person) + "," + std::to_string(i) + ".50\n";
    }
    EXPECT_TRUE(write_file(dir + "/base.csv", view(data)));
    for (int i = 0; i < 200; i++) candidates.push_back("recipient-" + std::to_string(i));
  }
  ~TokenBench() { std::filesystem::remove_all(dir); }

  Rows base() const { return TraceBench::parse(*read_text_file(dir + "/base.csv", 1u << 27)); }
  Rows copy_of(int recipient, const std::string& of = "base.csv") {
    auto made = mark_file(strategy, key, candidates[static_cast<size_t>(recipient)], dir + "/" + of, dir + "/copy.csv");
    EXPECT_TRUE(made) << (made ? "" : made.error().reason);
    if (made) receipt = *made;
    return TraceBench::parse(*read_text_file(dir + "/copy.csv", 1u << 27));
  }
  TraceReport traced(const Rows& rows, const std::vector<size_t>& columns, const std::vector<std::string>& names = {}) {
    std::string text;
    for (size_t r = 0; r < rows.size(); r++) {
      for (size_t c = 0; c < columns.size(); c++) text += (c ? "," : "") + (r == 0 && !names.empty() ? names[c] : rows[r][columns[c]]);
      text += '\n';
    }
    EXPECT_TRUE(write_file(dir + "/suspect.csv", view(text)));
    auto report = trace_file(strategy, key, candidates, dir + "/suspect.csv");
    EXPECT_TRUE(report) << (report ? "" : report.error().reason);
    return report ? *report : TraceReport();
  }
  static std::vector<std::string> accused(const TraceReport& report) {
    std::vector<std::string> out;
    for (const auto& r : report.recipients)
      if (r.accused) out.push_back(r.recipient);
    std::sort(out.begin(), out.end());
    return out;
  }
};

TEST(TokenMarks, OneCharacterOfATokenChangesAndNothingElse) {
  TokenBench bench(4000);
  const Rows before = bench.base(), after = bench.copy_of(3);
  uint64_t changed = 0;
  for (size_t r = 1; r < before.size(); r++) {
    EXPECT_EQ(before[r][2], after[r][2]);
    for (size_t c : {0u, 1u}) {
      ASSERT_EQ(before[r][c].size(), after[r][c].size());
      size_t differing = 0;
      for (size_t i = 0; i < before[r][c].size(); i++) {
        if (before[r][c][i] == after[r][c][i]) continue;
        differing++;
        EXPECT_GE(i, kTokenStem) << "stems stay";
      }
      EXPECT_LE(differing, 1u);
      changed += differing;
    }
  }
  EXPECT_EQ(changed, bench.receipt.cells_changed);
  EXPECT_EQ(bench.receipt.cells_marked, 4000u + 3920u) << "empty cells show nothing";
  EXPECT_EQ(bench.receipt.symbols, 4000u + 1000u) << "a token of four rows says one symbol";
  EXPECT_NEAR(static_cast<double>(changed) / 7920, 0.5, 0.05);
}

TEST(TokenMarks, OneRecipientsTablesJoinAsBeforeAndTwoRecipientsTokensShareTheirStems) {
  TokenBench bench(4000);
  const Rows first = bench.copy_of(3), other = bench.copy_of(4);
  // Another table of the project, under another name and strategy, few rows.
  std::string small = "member,age\n";
  const Rows base = bench.base();
  for (size_t r = 1; r < 400; r += 4) small += base[r][1] + ",5\n";
  ASSERT_TRUE(write_file(bench.dir + "/small.csv", view(small)));
  bench.strategy = *read_strategy(R"(format: sluice-strategy/1
id: members
version: "4"
scope: project
unlisted: keep
fields:
  - {column: member, technique: pseudonym, domain: person, prefix: "P-", length: 16}
marks: {tokens: true}
)");
  const Rows members = bench.copy_of(3, "small.csv");
  EXPECT_EQ(bench.receipt.symbols, 100u) << "too few to name anybody, and marked for the join";
  std::set<std::string> known, theirs, stems;
  for (size_t r = 1; r < first.size(); r++) known.insert(first[r][1]);
  for (size_t r = 1; r < other.size(); r++) theirs.insert(other[r][1]);
  size_t with_others = 0;
  for (size_t r = 1; r < members.size(); r++) {
    EXPECT_TRUE(known.contains(members[r][0]));
    with_others += theirs.contains(members[r][0]);
  }
  EXPECT_GT(with_others, 20u);
  EXPECT_LT(with_others, 80u);
}

TEST(TokenMarks, TokensAloneNameOneLeakerAfterDeletionShufflingRenamingAndCutting) {
  TokenBench bench(5000);
  const std::vector<std::string> only = {"recipient-17"};
  Rows copy = half_shuffled(bench.copy_of(17), 2);
  EXPECT_EQ(TokenBench::accused(bench.traced(copy, {0, 1, 2})), only);
  EXPECT_EQ(TokenBench::accused(bench.traced(copy, {0})), only) << "one column of tokens left";
  const TraceReport renamed = bench.traced(copy, {2, 0}, {"x", "y"});
  EXPECT_EQ(TokenBench::accused(renamed), only);
  EXPECT_EQ(renamed.renamed, (std::map<std::string, std::string>{{"visit", "y"}}));
  Rows cut = copy;
  for (size_t r = 1; r < cut.size(); r++) cut[r][0].resize(17);
  EXPECT_EQ(TokenBench::accused(bench.traced(cut, {0})), only) << "three of eight places are cut off";
  EXPECT_TRUE(TokenBench::accused(bench.traced(bench.base(), {0, 1, 2})).empty()) << "who has no marked copy is not named";
}

TEST(TokenMarks, ThreeWhoMixTheirCopiesAreNamedAndNobodyElseIs) {
  TokenBench bench(30'000);
  std::vector<Rows> copies;
  for (int g : {3, 90, 151}) copies.push_back(bench.copy_of(g));
  SeededRandom random(5);
  Rows mixed = copies[0];
  for (size_t r = 1; r < mixed.size(); r++) mixed[r] = copies[random.below(3)][r];
  EXPECT_EQ(TokenBench::accused(bench.traced(half_shuffled(std::move(mixed), 6), {0, 2})), (std::vector<std::string>{"recipient-151", "recipient-3", "recipient-90"}));
}

TEST(TokenMarks, ATokenInManyRowsAccusesOnce) {
  TokenBench bench(200);
  Rows copy = bench.copy_of(17), many = {copy[0]};
  for (int i = 0; i < 400; i++) many.push_back(copy[1 + static_cast<size_t>(i) % 8]);
  const TraceReport report = bench.traced(many, {0});
  EXPECT_EQ(report.symbols, 8u);
  EXPECT_TRUE(TokenBench::accused(report).empty());
}

// Where the row key's tokens bear marks themselves, carriers find their rows by the stem.
TEST(TokenMarks, CarriersUnderAMarkedRowKeyAreRead) {
  TokenBench bench(4000);
  bench.strategy = *read_strategy(R"(format: sluice-strategy/1
id: both
version: "1"
unlisted: keep
fields:
  - {column: visit, technique: pseudonym}
marks: {row_key: visit, tokens: true, carriers: [{column: fee, kind: low_digit, measured: true}]}
)");
  // A fee is refused; a result is not.
  Rows base = bench.base();
  std::string text = "visit,temperature\n";
  SeededRandom random(3);
  for (size_t r = 1; r < base.size(); r++) text += base[r][0] + "," + std::to_string(35 + random.below(7)) + "." + std::to_string(random.below(10)) + "\n";
  ASSERT_TRUE(write_file(bench.dir + "/base.csv", view(text)));
  bench.strategy.marks->carriers[0].column = "temperature";
  Rows copy = bench.copy_of(9);
  const TraceReport report = bench.traced(copy, {0, 1});
  EXPECT_EQ(report.carriers, (std::vector<std::string>{"temperature", "visit"}));
  EXPECT_EQ(TokenBench::accused(report), std::vector<std::string>{"recipient-9"});
  // The tokens' own marks destroyed behind the stem: the carrier still speaks.
  for (size_t r = 1; r < copy.size(); r++)
    for (size_t i = kTokenStem; i < 20; i++) copy[r][0][i] = "ab"[random.below(2)];
  EXPECT_EQ(TokenBench::accused(bench.traced(copy, {0, 1})), std::vector<std::string>{"recipient-9"});
}

TEST(TokenMarks, APlanWantsARowKeyForCarriersOrTokensThatAreThere) {
  auto answer = [](const std::string& field, const std::string& marks) {
    auto strategy = read_strategy("format: sluice-strategy/1\nid: m\nversion: \"1\"\nunlisted: keep\nfields:\n  - " + field + "\nmarks: " + marks + "\n");
    if (!strategy) return std::string(strategy.error().reason);
    auto status = check_marks(*strategy);
    return status ? "fine" : std::string(status.error().reason);
  };
  EXPECT_EQ(answer("{column: id, technique: pseudonym}", "{tokens: true}"), "fine");
  EXPECT_EQ(answer("{column: id, technique: keep}", "{tokens: true}"), "mark.bad_plan");
  EXPECT_EQ(answer("{column: id, technique: pseudonym}", "{tokens: false}"), "mark.bad_plan");
  EXPECT_EQ(answer("{column: id, technique: pseudonym}", "{tokens: true, carriers: [{column: temperature, kind: low_digit}]}"), "mark.bad_plan") << "a carrier without a row key";
  EXPECT_EQ(answer("{column: id, technique: pseudonym}", "{row_key: id, carriers: [{column: temperature, kind: low_digit}]}"), "fine");
}

TEST(TokenMarks, WhatIsNoTokenShowsNothing) {
  const TokenForm form{"c", "c", "P-", 20};
  for (const char* cell : {"", "P-", "P-abcdefghijkl", "abcdefghijklmnopqrst", "P-ABCDEFGHIJKLMNOPQRST", "P-abcdefghijklmnopqrs1", "P-abcdefghijklmnopqrstu", "410102199003070011"}) {
    EXPECT_EQ(token_symbol(form, cell), -1) << cell;
    EXPECT_EQ(other_token(form, cell), cell);
    EXPECT_FALSE(token_stem(form, cell));
  }
  const std::string cell = "P-abcdefghijklmnopqrst", other = other_token(form, cell);
  EXPECT_NE(cell, other);
  EXPECT_EQ(token_symbol(form, cell), 1 - token_symbol(form, other));
  EXPECT_EQ(other_token(form, other), cell);
  EXPECT_EQ(token_stem(form, cell), "P-abcdefghijkl");
}

}  // namespace
}  // namespace sluice::deident
