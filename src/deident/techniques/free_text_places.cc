#include "deident/techniques/free_text_places.h"

#include <algorithm>
#include <iterator>

#include "deident/techniques/free_text_words.h"

namespace sluice::deident {

namespace {

using namespace free_text_words;

class PlaceFinder {
 public:
  explicit PlaceFinder(std::u32string_view text) : text_(text) {}

  std::vector<PlaceSpan> all() {
    const std::u32string_view s = text_;
    for (size_t from = 0; from < s.size();) {
      size_t to = from;
      while (to < s.size() && !has(kClauseEnds, s[to])) to++;
      if (to - from >= 4) {
        find_institutions(from, to);
        find_address(from, to);
      }
      from = to + 1;
    }
    for (size_t at = 0; at < s.size(); at++) {
      find_called(at);
      find_numbered_house(at);
    }
    return std::move(found_);
  }

 private:
  static bool is_han(char32_t c) { return c >= 0x4e00 && c <= 0x9fff; }
  static bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
  static bool is_word(char32_t c) { return is_digit(c) || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
  static bool has(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }
  std::u32string_view behind_of(size_t i) const { return i < text_.size() ? text_.substr(i) : std::u32string_view(); }
  void institution(size_t from, size_t to) { found_.push_back({from, to, true}); }

  // Three digits right before the end of a place's name.
  bool begins_with_digits(size_t at, size_t to) const {
    size_t end = at;
    while (end < to && is_digit(text_[end])) end++;
    return end == to && end - at == 3;
  }

  // The start of a place in a clause: after the last word that leads to one.
  size_t place_start(size_t from, size_t to) {
    const std::u32string_view s = text_;
    size_t start = from;
    for (size_t i = from; i < to; i++)
      for (auto word : kBeforePlace)
        if (i + word.size() < to && behind_of(i).starts_with(word)) start = std::max(start, i + word.size());
    // 301医院: digits may begin a name, other signs do not.
    while (start < to && !is_han(s[start]) && !(is_digit(s[start]) && begins_with_digits(start, to))) start++;
    return start;
  }

  // Every institution of a clause, each from the last word that leads to it. The longest ending counts: 社区卫生服务中心, not 服务中心.
  void find_institutions(size_t from, size_t to) {
    size_t begin = from;
    for (size_t at = from; at < to; at++) {
      const size_t ending = ending_at(at, to);
      if (ending == 0) continue;
      const std::u32string_view word = behind_of(at).substr(0, ending);
      if (hosts(word) && goes_on_to_ending(at + ending, to)) {  // 浙江大学医学院附属第一医院
        at += ending - 1;
        continue;
      }
      size_t start = place_start(begin, at);
      if (begin > from && start == begin && has(U"与和及或", text_[start])) start++;  // 齐鲁医院与省立医院
      const std::u32string_view before = behind_of(start).substr(0, at - start);
      const bool listed = std::find(std::begin(kNoInstitution), std::end(kNoInstitution), before) != std::end(kNoInstitution) ||
                          std::any_of(std::begin(kOnlyKinds), std::end(kOnlyKinds), [&](auto kind) { return before.ends_with(kind); });
      const bool shortly = std::find(std::begin(kShortlyNamed), std::end(kShortlyNamed), word) != std::end(kShortlyNamed) && !before.empty() && has(U"省市区县州旗", before.back());
      if (shortly || (before.size() >= 2 && before.size() <= 20 && !listed)) institution(start, at + ending);
      at += ending - 1;
      begin = at + 1;
    }
  }
  // The length of the longest ending of institutions' names that begins at `at`; 0 when none does, or where the word goes on: 医院感染, 学院路 is a street.
  size_t ending_at(size_t at, size_t to) const {
    size_t longest = 0;
    for (auto word : kInstitutions)
      if (at + word.size() <= to && behind_of(at).starts_with(word)) longest = std::max(longest, word.size());
    if (longest > 0 && at + longest < to && has(U"路街巷", text_[at + longest])) return 0;
    return longest;
  }

  static bool hosts(std::u32string_view word) { return word == U"大学" || word == U"学院" || word == U"公司" || word == U"集团"; }
  bool goes_on_to_ending(size_t at, size_t to) const {
    constexpr size_t kNear = 14;
    for (size_t i = at; i < std::min(to, at + kNear); i++) {
      if (has(U"与和及或在于由至到经从赴去往转送回", text_[i])) return false;
      if (ending_at(i, to) > 0) return true;
    }
    return false;
  }

  // 市二院, 附一院, 二附院, 上海六院, and 三院 behind a word that leads to it or at the beginning of a clause.
  void find_numbered_house(size_t at) {
    const std::u32string_view s = text_;
    if (s[at] != U'院' || at < 1 || (!has(kNumerals, s[at - 1]) && s[at - 1] != U'附') || (at + 1 < s.size() && has(kNoHouseBehind, s[at + 1]))) return;
    size_t start = at - 1;
    while (start > 0 && at - start < 4 && (has(kBeforeNumberedHouse, s[start - 1]) || (s[at - 1] == U'附' && has(kNumerals, s[start - 1])))) start--;
    // A town's name before it, from the word that leads to it.
    constexpr size_t kTownMax = 3;
    const bool bare = start == at - 1 && !led_to(start) && !begins_clause(start);
    for (size_t town = start; bare && town > 0 && start - town < kTownMax && is_han(s[town - 1]); town--)
      if (led_to(town - 1) || begins_clause(town - 1)) {
        if (start - town + 1 >= 2) return institution(town - 1, at + 1);
        break;
      }
    if (!bare) institution(start, at + 1);
  }
  // 协和, 浙一, 邵逸夫.
  void find_called(size_t at) {
    size_t n = 0;
    for (auto name : kCalled)
      if (behind_of(at).starts_with(name)) n = std::max(n, name.size());
    if (n == 0) return;
    const bool numbered = at + n + 1 < text_.size() && has(kNumerals, text_[at + n]) && text_[at + n + 1] == U'院';  // 湘雅二院
    if (numbered) n += 2;
    const auto behind = behind_of(at + n);
    const bool hospital = numbered || std::any_of(std::begin(kAtInstitution), std::end(kAtInstitution), [&](auto word) { return behind.starts_with(word); });
    if (!hospital || !(led_to(at) || begins_clause(at))) return;
    institution(at, at + n);
  }
  bool begins_clause(size_t at) const { return at == 0 || !is_han(text_[at - 1]); }
  bool led_to(size_t at) const {
    return std::any_of(std::begin(kToInstitution), std::end(kToInstitution), [&](auto word) { return at >= word.size() && behind_of(at - word.size()).starts_with(word); });
  }

  // 尿道, 流出道, 组织, 左室: no street, no group of a village, no room.
  bool is_part_of_body(size_t i) const {
    const std::u32string_view s = text_;
    if (s[i] == U'道') return s[i - 1] != U'街' && s[i - 1] != U'大' && has(kBeforeBodyDuct, s[i - 1]);
    if (s[i] == U'组') return i + 1 < s.size() && has(U"织胺蛋", s[i + 1]);
    if (s[i] == U'室') return has(U"左右心脑双单", s[i - 1]);
    return s[i] == U'里' && has(U"心肚夜", s[i - 1]);
  }

  void find_address(size_t from, size_t to) {
    const std::u32string_view s = text_;
    size_t suffixes = 0, details = 0, last = 0, first = 0;
    for (size_t i = from; i < to; i++) {
      if (!has(kPlaceSuffixes, s[i]) || i == from || is_part_of_body(i)) continue;
      if (suffixes && i - last > 12) break;
      if (!suffixes) first = i;
      suffixes++;
      details += has(kDetailSuffixes, s[i]);
      last = i;
    }
    if (suffixes < 2 || details == 0) return;
    size_t start = place_start(from, first);
    if (first - start > 10) start = first - 10;
    size_t end = last + 1;
    while (end < to && (is_word(s[end]) || s[end] == U'-')) end++;
    found_.push_back({start, end, false});
  }

  std::u32string_view text_;
  std::vector<PlaceSpan> found_;
};

}  // namespace

std::vector<PlaceSpan> places_in(std::u32string_view text) { return PlaceFinder(text).all(); }

}  // namespace sluice::deident
