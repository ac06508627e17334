// The marks of a column: what the model of resemblance.h sees of it.
#include <algorithm>

#include "classify/resemblance.h"
#include "classify/tokens.h"

namespace sluice::classify {

namespace {

constexpr size_t kCharactersMax = 24, kWordsMax = 12, kMarkLettersMax = 48;

uint32_t hash_of(char kind, std::string_view a, std::string_view b) {
  uint32_t h = 2166136261u;
  auto eat = [&](std::string_view text) {
    for (char c : text) h = (h ^ static_cast<uint8_t>(c)) * 16777619u;
  };
  eat({&kind, 1});
  eat(a);
  if (!b.empty()) eat("\x1f"), eat(b);
  h ^= h >> 16, h *= 0x85ebca6bu, h ^= h >> 13, h *= 0xc2b2ae35u, h ^= h >> 16;
  return h;
}

bool is_wide(std::string_view token) { return !token.empty() && static_cast<uint8_t>(token[0]) >= 0x80; }

// Runs of Chinese characters: every one, every two, every three, and how the text begins and ends.
void chinese_marks(std::string_view text, Marks& out) {
  std::vector<size_t> at;  // where each character begins
  std::string wide;
  for (const auto& token : tokens_of(text)) {
    if (!is_wide(token) || at.size() == kCharactersMax) continue;
    at.push_back(wide.size());
    wide += token;
  }
  size_t n = at.size();
  if (n == 0) return;
  at.push_back(wide.size());
  std::string_view all = wide;
  auto part = [&](size_t from, size_t count) { return all.substr(at[from], at[from + count] - at[from]); };
  for (size_t i = 0; i < n; i++) {
    out.add('z', part(i, 1));
    if (i + 2 <= n) out.add('Z', part(i, 2), part(i, 2));
    if (i + 3 <= n) out.add('T', part(i, 3), part(i, 3));
  }
  out.add('e', part(n - 1, 1));
  if (n >= 2) out.add('E', part(n - 2, 2), part(n - 2, 2)), out.add('B', part(0, 2), part(0, 2));
  if (n >= 3) out.add('F', part(n - 3, 3), part(n - 3, 3));
  out.add('N', all, all);
}

void word_marks(const std::vector<std::string>& words, Marks& out) {
  size_t n = std::min(words.size(), kWordsMax);
  for (size_t i = 0; i < n; i++) {
    if (is_wide(words[i])) continue;
    out.add('w', words[i], words[i]);
    if (i + 1 < n && !is_wide(words[i + 1])) out.add('W', words[i], words[i + 1], words[i + 1]);
  }
  if (n == 0 || is_wide(words[n - 1])) return;
  out.add('h', words[n - 1], words[n - 1]);
  if (n >= 2) out.add('H', words[n - 2], words[n - 1], words[n - 1]);
  out.add('f', words[0], words[0]);
}

// Parts of a Latin name, for what no dictionary cuts: three and four letters, beginnings and ends.
void letter_marks(std::string_view name, Marks& out) {
  std::string s = "^";
  for (char c : name.substr(0, kMarkLettersMax)) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) s += c;
  }
  s += '$';
  if (s.size() <= 3) return;
  std::string_view all = s;
  for (size_t i = 0; i + 3 <= s.size(); i++) out.add('g', all.substr(i, 3));
  for (size_t i = 0; i + 4 <= s.size(); i++) out.add('g', all.substr(i, 4));
  if (s.size() >= 7) out.add('p', all.substr(0, 6)), out.add('p', all.substr(s.size() - 6));
  out.add('N', all, name);
}

void initial_marks(std::string_view name, Marks& out) {
  std::string s;
  for (char c : name.substr(0, kMarkLettersMax))
    if (c != '_') s += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  std::string_view all = s;
  for (size_t n = 1; n <= 5 && n <= s.size(); n++) {
    out.add('I', all.substr(s.size() - n));
    out.add('J', all.substr(0, n));
  }
}

// What a bracket or a list of values after the headline tells: 0正常 1停用, 单位：元.
void tail_marks(std::string_view comment, std::string_view head, Marks& out) {
  size_t from = static_cast<size_t>(head.data() - comment.data()) + head.size();
  if (from >= comment.size()) return;
  std::string_view tail = comment.substr(from, 120);
  bool listed = tail.find("1") != std::string_view::npos && (tail.find("0") != std::string_view::npos || tail.find("2") != std::string_view::npos);
  if (listed) out.add('r', "listed");
  std::string last;
  size_t taken = 0;
  for (const auto& token : tokens_of(tail)) {
    if (taken++ == 2 * kCharactersMax) break;
    if (is_wide(token) && is_wide(last)) out.add('r', last + token);
    last = token;
  }
}

// A comment beside a Chinese name defines it: its words count by themselves.
void defining_marks(std::string_view head, Marks& out) {
  std::string last;
  size_t taken = 0;
  for (const auto& token : tokens_of(head)) {
    if (taken++ == 2 * kCharactersMax) break;
    if (is_wide(token) && is_wide(last)) out.add('q', last + token);
    last = token;
  }
}

std::string_view shape_of_type(std::string_view type, std::string& lower) {
  lower.clear();
  for (char c : type.substr(0, 40)) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  std::string_view t = lower;
  auto begins = [&](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return t.starts_with(n); });
  };
  if (begins({"timestamp", "datetime"})) return "moment";
  if (begins({"date", "time"})) return "date";
  if (begins({"bool", "bit", "tinyint(1)", "char(1)"}) || t == "varchar(1)" || t == "varchar2(1)") return "bit";
  if (begins({"int", "bigint", "smallint", "tinyint", "serial", "bigserial"})) return "whole";
  if (begins({"decimal", "numeric", "number", "float", "double", "real", "money"})) return t.find(',') == std::string_view::npos && t.starts_with("number") ? "whole" : "fraction";
  if (begins({"text", "clob", "longtext", "mediumtext", "nvarchar(max)", "varchar(max)"})) return "text";
  if (begins({"blob", "bytea", "longblob", "varbinary", "image"})) return "bytes";
  if (begins({"json"})) return "json";
  return "";
}

void dictionary_marks(const Reading& r, const TableContext& table, std::string_view shape, Marks& out) {
  const Traits& t = r.scores.traits;
  out.add('d', r.best.empty() ? std::string_view("nothing") : std::string_view(r.best));
  if (!r.second.empty()) out.add('s', r.second);
  out.add('o', r.own);
  out.add('j', table.subject);
  out.add('y', r.best, table.subject, {});
  if (!shape.empty()) out.add('k', shape), out.add('K', shape, r.best, {});
  // How well the dictionary knows it: these also say how far to trust it.
  out.add('i', "bias");
  if (t.whole) out.add('i', "whole");
  if (t.head_known) out.add('i', "head");
  if (t.comment) out.add('i', "comment");
  if (t.name) out.add('i', "name");
  if (t.comment && t.name) out.add('i', t.contested ? "differ" : "agree");
  if (t.contested) out.add('i', "contested");
  if (t.generic) out.add('i', "generic");
  if (t.pinyin) out.add('i', "pinyin");
  if (t.initials) out.add('i', "initials");
  if (t.coded) out.add('i', "coded");
  if (t.chinese) out.add('i', "chinese");
  if (t.whole && t.head_known && !t.initials) out.add('i', t.generic ? "whole-generic" : "whole-plain");
  char bucket = static_cast<char>('0' + std::clamp<int64_t>(r.weight / 80, 0, 9));
  out.add('l', {&bucket, 1});
}

// How wide the column is declared.
std::string_view width_of(std::string_view type) {
  size_t open = type.find('(');
  if (open == std::string_view::npos) return {};
  size_t n = 0;
  for (char c : type.substr(open + 1, 6)) {
    if (c < '0' || c > '9') break;
    n = n * 10 + static_cast<size_t>(c - '0');
  }
  return n == 0 ? "" : n <= 1 ? "one" : n <= 4 ? "tiny" : n <= 12 ? "short" : n <= 24 ? "code" : n <= 40 ? "id" : n <= 80 ? "name" : n <= 300 ? "line" : "text";
}

void beside_marks(const TableContext& table, const Reading& r, const Beside& b, Marks& out) {
  out.add('a', b.before);
  out.add('b', b.after);
  out.add('m', b.usual, b.mostly ? "mostly" : "some", {});
  out.add('M', b.usual, r.best, {});
  out.add('Q', b.word_before);
  out.add('R', b.word_after);
  if (table.of_patients) out.add('C', r.best.empty() ? "nothing" : r.best);
  if (table.about_person) out.add('D', r.best.empty() ? "nothing" : r.best);
  if (b.first) out.add('v', "first");
  if (b.near_end) out.add('v', "end");
  if (table.about_person) out.add('v', "person");
  if (table.of_patients) out.add('v', "patients");
  if (table.initials) out.add('v', "initials");
}

void once_each(Marks& out) {
  if (out.with_texts) return;
  std::sort(out.ids.begin(), out.ids.end());
  out.ids.erase(std::unique(out.ids.begin(), out.ids.end()), out.ids.end());
}

}  // namespace

uint32_t mark_of(char kind, std::string_view a, std::string_view b) { return hash_of(kind, a, b); }

void Marks::add(char kind, std::string_view text, std::string_view shown) {
  if (text.empty()) return;
  ids.push_back(hash_of(kind, text, {}));
  if (with_texts) texts.emplace_back(shown);
}

void Marks::add(char kind, std::string_view a, std::string_view b, std::string_view shown) {
  if (a.empty() || b.empty()) return;
  ids.push_back(hash_of(kind, a, b));
  if (with_texts) texts.emplace_back(shown);
}

void table_marks_of(const NameReader& reader, const FieldInput& f, std::span<const Reading> readings, Marks& out) {
  out.ids.clear();
  auto of_table = reader.lexicon().words_of(std::string_view(f.table).substr(0, 96));
  std::string last;
  for (size_t i = 0; i < std::min(of_table.size(), kWordsMax); i++) {
    if (is_wide(of_table[i]) && is_wide(last)) out.add('u', last + of_table[i]);
    if (!is_wide(of_table[i])) out.add('t', of_table[i]);
    last = of_table[i];
  }
  last.clear();
  for (const auto& token : tokens_of(headline(std::string_view(f.table_comment).substr(0, 120)))) {
    if (is_wide(token) && is_wide(last)) out.add('u', last + token);
    if (!is_wide(token)) out.add('t', token);
    last = token;
  }
  for (const Reading& r : readings) out.add('c', r.best);
  once_each(out);
}

void marks_of(const NameReader& reader, const FieldInput& f, const TableContext& table, const Reading& reading, const Beside& beside, Marks& out) {
  out.ids.clear();
  out.texts.clear();
  auto words = reader.lexicon().words_of(std::string_view(f.column).substr(0, 96));
  word_marks(words, out);
  if (is_ascii(f.column)) letter_marks(f.column, out);
  chinese_marks(std::string_view(f.column).substr(0, 96), out);
  std::string_view comment = std::string_view(f.comment).substr(0, 240), head = headline(comment);
  if (!head.empty() && head != f.column && begins_chinese(f.column)) {
    defining_marks(head, out);
  } else if (!head.empty()) {
    chinese_marks(head, out);
    if (is_ascii(head)) word_marks(reader.lexicon().words_of(head), out);
    tail_marks(comment, head, out);
  }
  // A name in pinyin or initials, by the Chinese that it was read as; of initials, how they begin and end.
  if (!reading.scores.spoken.empty() && (head.empty() || is_ascii(head))) chinese_marks(reading.scores.spoken, out);
  if (table.initials) initial_marks(f.column, out);
  auto in_table = [&](std::string_view last) {
    out.add('x', table.subject, last, {});
    out.add('X', table.head, last, {});
    out.add('O', reading.own, last, {});
  };
  if (!words.empty()) in_table(words.back());
  if (auto spoken = tokens_of(head); spoken.size() >= 2) in_table(spoken[spoken.size() - 2] + spoken.back());
  out.add('A', table.head, reading.best, {});
  out.add('G', width_of(f.type));
  out.add('G', width_of(f.type), reading.best, {});
  std::string lower;
  dictionary_marks(reading, table, shape_of_type(f.type, lower), out);
  beside_marks(table, reading, beside, out);
  once_each(out);
}

}  // namespace sluice::classify
