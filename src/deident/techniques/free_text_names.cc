#include "deident/techniques/free_text_names.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <unordered_map>

#include "deident/surnames.h"
#include "deident/techniques/free_text_name_words.h"

namespace sluice::deident {

namespace {

using namespace name_words;

// Words by their first character, the longest first.
class WordTable {
 public:
  explicit WordTable(std::span<const std::u32string_view> words) {
    for (auto word : words) by_first_[word[0]].push_back(word);
    for (auto& [first, list] : by_first_) std::sort(list.begin(), list.end(), [](auto a, auto b) { return a.size() > b.size(); });
  }
  // The length of the longest word that `text` begins with; 0 when there is none.
  size_t at(std::u32string_view text) const {
    if (text.empty()) return 0;
    auto list = by_first_.find(text[0]);
    if (list == by_first_.end()) return 0;
    for (auto word : list->second)
      if (text.starts_with(word)) return word.size();
    return 0;
  }

 private:
  std::unordered_map<char32_t, std::vector<std::u32string_view>> by_first_;
};

struct Words {
  WordTable no_names{kNoNames}, before{kBeforeName}, weakly{kBeforeNameWeakly}, staff{kStaffBefore}, after{kAfterName}, subject{kAfterSubject}, long_subject{kAfterLongSubject}, goes_on{kGoesOn}, parts{kNameParts};
};
const Words& words() {
  static const Words all;
  return all;
}

// What a character may be in a given name.
enum class Given : uint8_t { fine, perhaps, never };
Given given_of(char32_t c) {
  constexpr char32_t first = 0x4e00, last = 0x9fff;
  static const std::array<Given, last - first + 1> table = [] {
    std::array<Given, last - first + 1> out{};
    for (char32_t p : kPerhaps) out[p - first] = Given::perhaps;
    for (char32_t n : kNever) out[n - first] = Given::never;
    return out;
  }();
  return c < first || c > last ? Given::never : table[c - first];
}

bool is_number_sign(char32_t c) { return (c >= U'0' && c <= U'9') || (c >= U'０' && c <= U'９'); }
bool is_one_of(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }
bool is_name_han(char32_t c) { return c >= 0x4e00 && c <= 0x9fff; }

// How much stands for a name that begins at a place: a word that names persons before it, a label with a colon, or nothing.
enum class Cue : uint8_t { none, word, label };

class NameFinder {
 public:
  NameFinder(std::u32string_view text, std::vector<bool>& busy) : text_(text), busy_(busy) {}

  std::vector<NameSpan> all() {
    find_dotted();
    find_composed();
    for (size_t i = 0; i < text_.size(); i++) {
      find_after_word(i);
      find_titled(i);
      find_subject(i);
      find_quoted(i);
    }
    for (size_t i = 0; i < text_.size(); i++) {
      find_parted_by_shape(i);
      find_by_shape(i);
    }
    return std::move(found_);
  }

  size_t left() {
    size_t count = 0;
    for (size_t i = 0; i < text_.size(); i++) {
      const size_t word = words().before.at(from(i));
      if (word == 0) continue;
      const size_t at = behind_gaps(i + word).at;
      count += at < text_.size() && !busy_[at] && surname_of(text_[at]) == Surname::plain && words().no_names.at(from(at)) == 0 && at + 1 < text_.size() && given_of(text_[at + 1]) != Given::never &&
               words().before.at(from(at)) == 0;
    }
    return count;
  }

 private:
  std::u32string_view from(size_t i) const { return i < text_.size() ? text_.substr(i) : std::u32string_view(); }
  bool at_sign(size_t i) const { return i >= text_.size() || is_one_of(kSentenceSigns, text_[i]) || !is_name_han(text_[i]); }
  bool goes_on(size_t i) const { return words().goes_on.at(from(i)) > 0; }
  // Whether what follows cannot belong to the name any more.
  bool ends(size_t i) const { return at_sign(i) || given_of(text_[i]) == Given::never || goes_on(i) || words().after.at(from(i)) > 0 || words().subject.at(from(i)) > 0; }

  // The length of the name that begins at `i`, 0 when none does.
  size_t name_length(size_t i, Cue cue) const {
    if (i >= text_.size()) return 0;
    const bool compound = begins_with_compound_surname(from(i));
    const Surname kind = surname_of(text_[i]);
    if (!compound && (kind == Surname::none || (kind == Surname::rare && cue == Cue::none))) return 0;
    if (words().no_names.at(from(i)) > 0) return 0;
    const size_t surname = compound ? 2 : 1, given = given_length(i + surname);
    if (given == 0) return 0;
    // 时, 和, 水: only a whole one, and without a label one of three characters.
    if (!compound && kind == Surname::rare && !(at_sign(i + 1 + given) && (given == 2 || cue == Cue::label))) return 0;
    return surname + given;
  }

  size_t given_length(size_t i) const {
    if (i >= text_.size()) return 0;
    const Given first = given_of(text_[i]), second = i + 1 < text_.size() ? given_of(text_[i + 1]) : Given::never;
    if (first == Given::never || goes_on(i) || words().after.at(from(i)) > 0) return 0;
    const bool second_goes_on = i + 1 >= text_.size() || goes_on(i + 1) || words().after.at(from(i + 1)) > 0 || words().subject.at(from(i + 1)) > 0;
    if (first == Given::perhaps) {
      if (second == Given::fine && !second_goes_on) return 2;
      return at_sign(i + 1) ? 1 : 0;
    }
    if (second == Given::never || second_goes_on) return 1;
    // 王芳于2024年, 王芳自3天前: before a number such a character goes on with the sentence.
    if (second == Given::perhaps && i + 2 < text_.size() && is_number_sign(text_[i + 2]) && is_one_of(kBeforeNumbers, text_[i + 1])) return 1;
    if (second == Given::perhaps) return at_sign(i + 2) || goes_on(i + 2) || words().after.at(from(i + 2)) > 0 ? 2 : 1;
    return 2;
  }

  bool free(size_t begin, size_t end) const {
    for (size_t i = begin; i < end; i++)
      if (busy_[i]) return false;
    return true;
  }

  bool take(size_t begin, size_t end, bool whole) {
    if (end > text_.size() || !free(begin, end)) return false;
    for (size_t i = begin; i < end; i++) busy_[i] = true;
    found_.push_back({begin, end, whole});
    return true;
  }

  // 扎西顿珠, 马哈木提: the length of a name of such parts at `i`; in `parts` how many of them. One of a single part is a name only behind a word.
  size_t composed_length(size_t i, size_t& parts) const {
    size_t end = i;
    bool whole_first = false;
    for (parts = 0; end < text_.size() && end - i < 10;) {
      if (const size_t part = words().parts.at(from(end))) {
        whole_first = whole_first || end == i;
        end += part;
        parts++;
      } else if (is_one_of(kNamePartsGoOn, text_[end]) && !goes_on(end) && words().after.at(from(end)) == 0 && words().subject.at(from(end)) == 0) {
        end++;
      } else if (end == i && surname_of(text_[end]) == Surname::plain) {
        end++;  // 马哈木提
      } else {
        break;
      }
    }
    if (end < text_.size() && text_[end] == U'氏') return 0;  // 德尔肯氏病
    return parts > 0 && end - i >= 2 && (whole_first || end - i >= 3) ? end - i : 0;
  }
  void find_composed() {
    for (size_t i = 0; i < text_.size(); i++) {
      size_t parts = 0;
      if (const size_t word = std::max(words().before.at(from(i)), words().staff.at(from(i)))) {
        const size_t at = behind_gaps(i + word).at;
        if (const size_t n = composed_length(at, parts)) take(at, at + n, n >= 3);
      } else if (words().parts.at(from(i)) > 0) {
        if (const size_t n = composed_length(i, parts); parts >= 2 && n >= 4) take(i, i + n, true);
      }
    }
  }

  // A name of `n` characters that its context gives away, and those that a list goes on with.
  void take_name(size_t at, size_t n) {
    if (n == 0 || !take(at, at + n, n >= 2 && (n >= 3 || ends(at + n)))) return;
    size_t end = at + n;
    if (size_t title = words().after.at(from(end))) end += title;
    while (end + 1 < text_.size() && is_one_of(kListSigns, text_[end])) {
      const size_t next = end + 1, length = name_length(next, Cue::none);
      if (length == 0 || !(length >= 3 || ends(next + length)) || !take(next, next + length, length >= 3 || ends(next + length))) return;
      end = next + length;
      if (size_t title = words().after.at(from(end))) end += title;
    }
  }

  struct Gap {
    size_t at = 0;
    bool label = false, comma = false;
  };
  Gap behind_gaps(size_t at) const {
    Gap gap{.at = at};
    while (gap.at < text_.size() && gap.at - at < 6) {
      const char32_t c = text_[gap.at];
      if (is_one_of(kCommaGaps, c) && !gap.comma) gap.comma = true;
      else if (!is_one_of(kLabelGaps, c)) break;
      gap.label = gap.label || is_one_of(U"：:＝=", c) || c == U'为';
      gap.at++;
    }
    return gap;
  }

  void find_after_word(size_t i) {
    if (const size_t word = words().before.at(from(i))) {
      const Gap gap = behind_gaps(i + word);
      const size_t parted = parted_end(gap.at, gap.label ? Cue::label : Cue::word);
      if (parted > 0 && (!gap.comma || at_sign(parted))) {
        take_name(gap.at, parted - gap.at);
      } else {
        const size_t n = name_length(gap.at, gap.label ? Cue::label : Cue::word);
        if (n > 0 && (!gap.comma || at_sign(gap.at + n))) take_name(gap.at, n);
      }
    }
    if (from(i).starts_with(U"姓名")) take_latin(behind_gaps(i + 2).at);
    if (const size_t word = words().weakly.at(from(i))) {
      const size_t n = name_length(i + word, Cue::none), end = i + word + n;
      if ((n >= 3 && ends(end)) || (n == 2 && (at_sign(end) || goes_on(end)))) take_name(i + word, n);
    }
    if (const size_t word = words().staff.at(from(i))) {
      const size_t at = i + word;
      if (at + 1 < text_.size() && is_one_of(U"小老阿", text_[at]) && surname_of(text_[at + 1]) == Surname::plain && ends(at + 2)) take(at, at + 2, false);
    }
  }

  // 姓名：Maria Lopez, 姓名 JOHN SMITH: words of letters behind that label, parted by one blank each.
  void take_latin(size_t at) {
    auto letter = [&](size_t i) { return i < text_.size() && ((text_[i] >= U'a' && text_[i] <= U'z') || (text_[i] >= U'A' && text_[i] <= U'Z')); };
    if (!letter(at) || text_[at] > U'Z') return;
    size_t end = at;
    while (letter(end) || (end > at && end + 1 < text_.size() && is_one_of(U" -'.", text_[end]) && letter(end + 1))) end++;
    if (end - at >= 3 && end - at <= 60) take(at, end, end - at >= 6);
  }

  // 张 三, 欧阳 修, 刘　雨欣诉: where a name ends whose surname is parted from the rest by blanks; 0 when none begins at `at`. Without a word before it
  // a sentence must go on behind it as behind a person, or its characters be those of names.
  size_t parted_end(size_t at, Cue cue) const {
    if (at >= text_.size()) return 0;
    const size_t surname = begins_with_compound_surname(from(at)) ? 2 : 1;
    if (surname == 1 && surname_of(text_[at]) != Surname::plain) return 0;
    const size_t next = behind_blanks(at + surname);
    if (next == at + surname || next >= text_.size() || words().before.at(from(next)) > 0 || words().after.at(from(next)) > 0 || goes_on(next)) return 0;
    const std::u32string joined = std::u32string(text_.substr(at, surname)) + std::u32string(text_.substr(next, 3));  // 高 热: a word that was spaced out
    if (words().no_names.at(joined) > 0) return 0;
    // 王 丽 霞
    if (cue != Cue::none && surname == 1 && next + 1 < text_.size() && given_of(text_[next]) == Given::fine) {
      const size_t last = behind_blanks(next + 1);
      if (last > next + 1 && last < text_.size() && given_of(text_[last]) == Given::fine && at_sign(last + 1) && (last + 1 >= text_.size() || !is_blank(text_[last + 1]))) return last + 1;
    }
    for (size_t given = 2; given > 0; given--) {
      const size_t end = next + given;
      if (end > text_.size() || !could_be_given(next, given)) continue;
      const bool person = words().subject.at(from(end)) > 0 || words().after.at(from(end)) > 0 || (given == 2 && words().long_subject.at(from(end)) > 0) || another_follows(end);
      if (!person && !at_sign(end) && !goes_on(end)) continue;
      if (cue != Cue::none || person || (given == 2 && is_frequent(next, given))) return end;
    }
    return 0;
  }
  // 与李 丽, 、李丽: a list goes on.
  bool another_follows(size_t at) const {
    if (at + 2 >= text_.size() || !is_one_of(kListSigns, text_[at]) || surname_of(text_[at + 1]) != Surname::plain) return false;
    const size_t given = behind_blanks(at + 2);
    if (given == at + 2) return name_length(at + 1, Cue::none) >= 2;
    return given < text_.size() && could_be_given(given, 1);
  }
  bool could_be_given(size_t at, size_t n) const {
    for (size_t i = at; i < at + n; i++)
      if (!is_name_han(text_[i]) || given_of(text_[i]) == Given::never) return false;
    return given_of(text_[at + n - 1]) == Given::fine || n == 2;
  }
  bool is_frequent(size_t at, size_t n) const {
    for (size_t i = at; i < at + n; i++)
      if (!is_one_of(kFrequentGiven, text_[i])) return false;
    return true;
  }
  static bool is_blank(char32_t c) { return c == U' ' || c == U'\u3000'; }
  size_t behind_blanks(size_t at) const {
    const size_t begin = at;
    while (at < text_.size() && at - begin < 4 && is_blank(text_[at])) at++;
    return at;
  }
  void find_parted_by_shape(size_t i) {
    if (busy_[i] || (i > 0 && is_name_han(text_[i - 1]) && !busy_[i - 1] && given_of(text_[i - 1]) == Given::fine)) return;
    if (const size_t end = parted_end(i, Cue::none)) take_name(i, end - i);
  }

  // “张三丰”诉, 「王芳」要求: in quotation marks, where a sentence goes on behind them as behind a person, or by the characters of a name.
  void find_quoted(size_t i) {
    if (busy_[i] || i == 0 || !is_one_of(kOpeningQuotes, text_[i - 1])) return;
    const size_t n = name_length(i, Cue::none), end = i + n;
    if (n < 2 || end >= text_.size() || !is_one_of(kClosingQuotes, text_[end])) return;
    const auto behind = from(end + 1);
    const bool person = words().subject.at(behind) > 0 || words().after.at(behind) > 0 || words().goes_on.at(behind) > 0 || words().long_subject.at(behind) > 0;
    const size_t given = begins_with_compound_surname(from(i)) ? n - 2 : n - 1;
    if (person || (given == 2 && is_frequent(end - given, given))) take_name(i, n);
  }

  void find_titled(size_t i) {
    if (busy_[i]) return;
    const size_t n = name_length(i, Cue::none);
    for (size_t shorter = n; shorter >= 2; shorter--) {
      const bool titled = words().after.at(from(i + shorter)) > 0;
      const bool consulted = from(i + shorter).starts_with(U"会诊") && i > 0 && is_one_of(kBeforeConsulted, text_[i - 1]);
      if (titled || consulted) return take_name(i, shorter);
    }
    // A surname with a title is a person too: 王主任.
    if (n > 0 || surname_of(text_[i]) != Surname::plain || words().after.at(from(i + 1)) == 0) return;
    if (words().no_names.at(from(i)) > 0) return;
    const bool part = i > 0 && std::any_of(std::begin(kTitleParts), std::end(kTitleParts), [&](auto word) { return from(i - 1).starts_with(word); });
    const bool of_department = i > 1 && is_one_of(U"科室", text_[i - 1]) && is_name_han(text_[i - 2]) && !is_one_of(U"向于连单左", text_[i]);  // 消化科徐教授
    const bool free_before = i == 0 || !is_name_han(text_[i - 1]) || is_one_of(kBeforeBareSurname, text_[i - 1]) || of_department || busy_[i - 1] || is_one_of(U"小老", text_[i - 1]);
    if (!part && free_before) take(i > 0 && is_one_of(U"小老", text_[i - 1]) && !busy_[i - 1] ? i - 1 : i, i + 1, false);
  }

  // At the beginning of a clause: 郑伟民于昨日出院, 王丽诉头晕, 李强，男，45岁, 张三、李四陪同; behind any label: 交班：张三丰.
  void find_subject(size_t i) {
    if (busy_[i] || (i > 0 && !is_one_of(kSentenceSigns, text_[i - 1]))) return;
    // 老李诉头晕
    if (is_one_of(U"小老", text_[i]) && i + 1 < text_.size() && surname_of(text_[i + 1]) == Surname::plain && words().subject.at(from(i + 2)) > 0 && words().no_names.at(from(i + 1)) == 0)
      take(i, i + 2, false);
    for (size_t shorter = name_length(i, Cue::none); shorter >= 2; shorter--) {
      const auto behind = from(i + shorter);
      if (begins_a_list(i + shorter)) return take_name(i, shorter);
      if (shorter >= 3 && i > 1 && is_one_of(U"：:", text_[i - 1]) && is_name_han(text_[i - 2]) && at_sign(i + shorter)) return take_name(i, shorter);
      if (shorter == 2 && !found_.empty() && words().goes_on.at(behind) > 0) return take_name(i, shorter);
      if (words().subject.at(behind) > 0 || (shorter >= 3 && (words().long_subject.at(behind) > 0 || words().goes_on.at(behind) > 0))) return take_name(i, shorter);
    }
  }

  // Without any word: a surname and two characters of names (今予王建国办理), or one where a sentence goes on behind it (已向王芳交代).
  void find_by_shape(size_t i) {
    if (busy_[i] || surname_of(text_[i]) != Surname::plain || i + 1 >= text_.size() || !is_one_of(kFrequentGiven, text_[i + 1]) || words().no_names.at(from(i)) > 0) return;
    const bool parted = i == 0 || !is_name_han(text_[i - 1]) || busy_[i - 1] || given_of(text_[i - 1]) != Given::fine;
    const size_t n = i + 2 < text_.size() && is_one_of(kFrequentGiven, text_[i + 2]) ? 3 : 2;
    if (n == 3 ? parted || ends(i + 3) : parted && goes_on(i + 2)) take_name(i, n);
  }

  // 、李四 behind a first name.
  bool begins_a_list(size_t at) const {
    if (at >= text_.size() || !is_one_of(U"、→", text_[at])) return false;
    const size_t n = name_length(at + 1, Cue::none);
    return n >= 2 && ends(at + 1 + n);
  }

  // 买买提·艾力: Chinese characters about a middle dot.
  void find_dotted() {
    for (size_t dot = 1; dot + 1 < text_.size(); dot++) {
      if (!is_one_of(kNameDots, text_[dot]) || !is_name_han(text_[dot - 1]) || !is_name_han(text_[dot + 1])) continue;
      size_t begin = dot, end = dot;
      while (begin > 0 && dot - begin < 8 && is_name_han(text_[begin - 1]) && !is_one_of(kBeforeDotted, text_[begin - 1])) begin--;
      for (size_t cue = begin; cue < dot; cue++)  // after the last word that leads to a name
        if (const size_t word = words().before.at(from(cue)); word > 0 && cue + word < dot) begin = std::max(begin, cue + word);
      auto inside = [&](size_t at) {
        if (is_name_han(text_[at])) return at == dot + 1 || given_of(text_[at]) != Given::never;
        return is_one_of(kNameDots, text_[at]) && at + 1 < text_.size() && is_name_han(text_[at + 1]);
      };
      while (end < text_.size() && end - dot < 14 && inside(end) && !(end > dot + 1 && goes_on(end))) end++;
      take(begin, end, true);
    }
  }

  std::u32string_view text_;
  std::vector<bool>& busy_;
  std::vector<NameSpan> found_;
};

}  // namespace

std::vector<NameSpan> names_in(std::u32string_view text, std::vector<bool>& busy) { return NameFinder(text, busy).all(); }

size_t possible_names_in(std::u32string_view text, const std::vector<bool>& busy) {
  std::vector<bool> taken = busy;
  return NameFinder(text, taken).left();
}

}  // namespace sluice::deident
