#include "deident/residual_names.h"

#include <array>
#include <bit>

#include "deident/surnames.h"

namespace sluice::deident {

namespace {

constexpr HanSet kEndsOfThings(U"省市区县州镇乡村族科室部院厂店局所站队处组街路片丸散膏汤胶囊剂液针素酸钠钾钙霉炎症病癌瘤术费类型级号性别疹痛热咳疮损伤折癣疣痔斑疝疽肿水粉油茶酒盐糖碱酯醇酮胺苷汀唑啶嗪");

char32_t han_at(std::string_view s, size_t at) {
  auto b = [&](size_t i) { return static_cast<unsigned char>(s[at + i]); };
  if (at + 3 > s.size() || (b(0) & 0xf0) != 0xe0) return 0;
  char32_t c = (b(0) & 0x0fu) << 12 | (b(1) & 0x3fu) << 6 | (b(2) & 0x3fu);
  return c >= 0x4e00 && c <= 0x9fff ? c : 0;
}

// Chinese characters about one middle dot, 3 to 11 of them.
bool is_dotted(std::string_view s) {
  size_t han = 0, dots = 0;
  for (size_t at = 0; at < s.size();) {
    if (han_at(s, at)) {
      han++;
      at += 3;
    } else if (han > 0 && at + 2 < s.size() && s.substr(at).starts_with("·")) {
      dots++;
      at += 2;
    } else {
      return false;
    }
  }
  return dots == 1 && han >= 3;
}

}  // namespace

size_t labelled_name_end(std::string_view utf8, size_t colon, size_t behind) {
  constexpr std::u32string_view no_second = U"血热烧压脂糖危度";
  constexpr std::string_view labels[] = {"姓名", "患者", "病人", "家属", "联系人", "经办人", "参保人", "监护人"};
  const std::string_view before = utf8.substr(0, colon);
  bool label = false;
  for (auto word : labels) label = label || before.ends_with(word);
  const char32_t second = label ? han_at(utf8, behind + 3) : 0;
  if (!second || surname_of(han_at(utf8, behind)) != Surname::plain || no_second.find(second) != std::u32string_view::npos) return 0;
  const size_t end = behind + (han_at(utf8, behind + 6) ? 9 : 6);
  return han_at(utf8, end) ? 0 : end;
}

void NameTally::cell(std::string_view s) {
  bool surname = false, sure = false;
  const size_t characters = s.size() / 3;
  if (s.size() % 3 == 0 && characters >= 2 && characters <= 4) {
    std::array<char32_t, 4> text{};
    for (size_t i = 0; i < characters; i++) {
      text[i] = han_at(s, 3 * i);
      if (!text[i]) return;
    }
    if (kEndsOfThings.has(text[characters - 1])) return;
    const bool compound = characters > 2 && begins_with_compound_surname({text.data(), characters});
    const Surname kind = surname_of(text[0]);
    surname = compound || (characters < 4 && kind != Surname::none);
    sure = compound || kind == Surname::plain;
  } else {
    surname = sure = is_dotted(s);
  }
  if (!surname) return;
  shaped++;
  plain += sure;
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (char c : s) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash ^= hash >> 32;
  seen[hash >> 6 & 3] |= uint64_t{1} << (hash & 63);
}

void NameTally::add(const NameTally& other, uint64_t times) {
  shaped += times * other.shaped;
  plain += times * other.plain;
  for (size_t i = 0; i < seen.size(); i++) seen[i] |= other.seen[i];
}

bool NameTally::found(uint64_t cells) const {
  int different = 0;
  for (uint64_t bits : seen) different += std::popcount(bits);
  return shaped >= 10 && different >= 8 && shaped * 10 >= cells * 8 && plain * 10 >= shaped * 6;
}

}  // namespace sluice::deident
