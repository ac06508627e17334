// The scan of a run (deident/residual.h) and the independent one (recheck/identifiers.h) are written apart and obey one list of laws: whatever form
// is generated here, they say the same of it.
#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "deident/residual.h"
#include "recheck/identifiers.h"

namespace sluice::node {
namespace {

using Found = std::map<std::string, uint64_t>;

Found of_run(const std::vector<std::string>& cells) {
  deident::ResidualTally tally;
  for (const auto& cell : cells) deident::scan_cell(cell, tally);
  Found out;
  for (auto [type, n] : tally.findings()) out[std::string(type)] = n;
  return out;
}
// Passports are looked for by the independent scan alone.
Found of_check(const std::vector<std::string>& cells) {
  recheck::IdentifierScan scan;
  for (const auto& cell : cells) scan.cell(cell);
  Found out = scan.found();
  out.erase("passport");
  return out;
}

TEST(TwoScans, SeeTheSameInEveryFormOfEveryIdentifier) {
  const std::pair<const char*, const char*> forms[] = {
      {"449801196803124515", "id_number"}, {"440301.19680312.4515", ""}, {"449801 19680312 4515", "id_number"}, {"449801/19680312/4515", "id_number"}, {"449801.19680312.4515", "id_number"},
      {"449801  19680312  4515", "id_number"}, {"４４９８０１１９６８０３１２４５１５", "id_number"}, {"13800138001", "phone"}, {"138.0013.8001", "phone"}, {"138/0013/8001", "phone"}, {"138  0013  8001", "phone"},
      {"008613800138001", "phone"}, {"0086 138 0013 8001", "phone"}, {"+8613800138001", "phone"}, {"0755-26781234", "phone"}, {"(010)62345678", "phone"}, {"（0755）26781234", "phone"}, {"0755-26781234-8001", "phone"},
      {"0000-26781234", ""}, {"0755-16781234", ""}, {"0755-26781234-80012345", ""}, {"6222 0212 3456 7890 128", "bank_card"}, {"6222-0212-3456-7890-128", "bank_card"}, {"6222021234567890128", "bank_card"},
      {"a.b＠example.org", "email"}, {"a.b@example.org", "email"}, {"粤B12345", "number_plate"}, {"京A·D12345", "number_plate"}, {"沪AD12345", "number_plate"}, {"某B12345", ""}, {"粤B12", ""}, {"粤BABCDE", ""},
      {"姓名：王小明", "person_name"}, {"患者:萧艳，女", "person_name"}, {"患者：高血压", ""}, {"家属：已告知病情", ""}, {"联系人：付丽", "person_name"}, {"120.80 36.5 98", ""}, {"2024-03-05 10:20:30", ""}, {"138.00138001", ""}};
  for (auto [cell, type] : forms) {
    std::vector<std::string> cells = {cell};
    EXPECT_EQ(of_run(cells), of_check(cells)) << cell;
    Found wanted;
    if (*type) wanted[type] = 1;
    if (std::string_view(type) == "bank_card") wanted = of_check(cells);  // whether it counts is Luhn's business
    EXPECT_EQ(of_run(cells), wanted) << cell;
  }
}

TEST(TwoScans, SeeTheSameInWhateverIsPutTogetherOfTheirPieces) {
  static const char* pieces[] = {"1",  "138", "0013", "8001", "449801", "19680312", "4515", "451X", "6222", "0212", "3456", "7890", "128", "0755", "(010)", "（0755）", "26781234", "0086", "86", "+", "粤B", "京A·", "D12345", "12345",
                                 " ", "  ", "-", ".", "/", "，", "：", ":", "姓名", "患者", "家属", "王", "小明", "萧", "高血压", "时", "＠", "@", "example.org", "a.b", "１３８", "－", "号", "路", "8号", "医保卡号", "x", "A", "B12345678", "某"};
  SeededRandom random(17);
  for (int round = 0; round < 60000; round++) {
    std::string cell;
    for (uint64_t n = 1 + random.below(9); n > 0; n--) cell += pieces[random.below(std::size(pieces))];
    std::vector<std::string> cells = {cell};
    Found run = of_run(cells), check = of_check(cells);
    for (const char* both : {"id_number", "phone", "bank_card", "email", "number_plate", "person_name"}) ASSERT_EQ(run[both], check[both]) << both << " in " << cell;
  }
}

TEST(TwoScans, AColumnOfNamesIsOneForBothAndNoOtherColumnIs) {
  static constexpr std::string_view surnames = "王李张刘陈杨黄赵吴周徐孙萧付覃时", given = "伟芳娜敏静丽强磊军洋勇艳杰娟家月";
  static const char* others[] = {"内科", "呼吸科", "高血压", "康宁", "金水宝", "葛根素", "广东省", "安宁区", "汉族", "黄芪", "白术", "石膏", "方案", "农民", "职工医保", "居民", "0", "普通病房", "急诊", "Smith"};
  SeededRandom random(5);
  auto pick = [&](std::string_view list) { return std::string(list.substr(random.below(list.size() / 3) * 3, 3)); };
  int names_found = 0;
  for (int round = 0; round < 400; round++) {
    const uint64_t share = random.below(11), rows = 5 + random.below(60);
    std::vector<std::string> cells;
    for (uint64_t r = 0; r < rows; r++) cells.push_back(random.below(10) < share ? pick(surnames) + pick(given) + (random.below(2) ? pick(given) : "") : others[random.below(std::size(others))]);
    Found run = of_run(cells), check = of_check(cells);
    EXPECT_EQ(run["person_name"], check["person_name"]);
    names_found += run["person_name"] > 0;
    EXPECT_TRUE(share > 0 || run["person_name"] == 0);
    EXPECT_TRUE(share < 10 || rows < 30 || run["person_name"] > 0);
  }
  EXPECT_GT(names_found, 40);
  std::vector<std::string> dotted;
  for (const char* first : {"买买提", "阿依古丽", "艾山", "古丽娜"})
    for (const char* last : {"艾力", "热合曼", "吐尔逊"}) dotted.push_back(std::string(first) + "·" + last);
  EXPECT_EQ(of_run(dotted)["person_name"], 12u);
  EXPECT_EQ(of_check(dotted)["person_name"], 12u);
}

}  // namespace
}  // namespace sluice::node
