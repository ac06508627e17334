#include "classify/lexicon.h"

#include <algorithm>

#include "classify/tokens.h"

namespace sluice::classify {

namespace {

constexpr size_t kSkippedMax = 4;
constexpr size_t kSpellingLettersMax = 12;

// Heads through which the phrase before them is seen: 性别代码 is about 性别. Not time, status: those say something new.
bool is_transparent(std::string_view type) {
  return type == "code" || type == "name" || type == "row_id" || type == "kind" || type == "text" || type == "sort" || type == "unit";
}

bool is_latin(std::string_view token) { return !token.empty() && token[0] >= 'a' && token[0] <= 'z'; }
bool is_digits(std::string_view token) { return !token.empty() && token[0] >= '0' && token[0] <= '9'; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// PID-5, OBX-3: the place in a message, no name.
bool is_message_field(std::string_view name) {
  if (name.size() < 5 || name.size() > 7 || name[3] != '-') return false;
  for (char c : name.substr(0, 3))
    if ((c < 'A' || c > 'Z') && (c < '0' || c > '9')) return false;
  return is_digits(name.substr(4, 1));
}

bool is_entity_subject(std::string_view subject) {
  for (std::string_view s : {"contact", "staff", "supply", "institution", "department", "person"})
    if (subject == s) return true;
  return false;
}

bool is_activity(std::string_view subject) {
  for (std::string_view s : {"stock", "settlement", "finance", "figures", "insurance", "lab", "vital", "allergy", "lifestyle", "care", "audit", "payroll", "catalog"})
    if (subject == s) return true;
  return false;
}

}  // namespace

bool is_generic_type(std::string_view type) {
  for (std::string_view g : {"code", "name", "row_id", "kind", "time", "number", "text", "status", "remark", "unit", "flag", "indicator", "sort"})
    if (type == g) return true;
  return false;
}

Lexicon::Lexicon(const rules::RuleSet& rules) : pinyin_(rules.pinyin) {
  const rules::DictionaryPack& pack = rules.dictionary;
  for (const auto& t : rules.types.types) {
    if (t.level == 5 && t.id != "password") severe_types_.insert(t.id);
    if (t.category == "health" || t.category == "public_health" || t.level == 5) through_flags_.insert(t.id);
  }
  see_through_.insert(pack.see_through.begin(), pack.see_through.end());
  for (const char* id : {"person_no", "person_name", "contact_name", "visit_no", "inpatient_no", "staff_name", "staff_code", "institution_code",
                         "institution_name", "department", "settlement_no", "account", "insurance_type", "drug_name", "order", "photo"})
    entity_types_.insert(id);
  learn_words(pack);
  for (const auto& e : pack.entries) {
    add(e.type, e.nat, "national", pack.weight_nat);
    add(e.type, e.legacy, "legacy", pack.weight_legacy);
    add(e.type, e.zh, "zh", pack.weight_zh);
    add(e.type, e.en, "en", pack.weight_en);
    for (const auto& word : e.initials) {
      std::vector<std::string> letters;
      for (char c : word) letters.emplace_back(1, c);
      put(letters_, letters, {e.type, "initials", pack.weight_initials * 2, word});
    }
  }
  // Generated pinyin comes after what people wrote down, so that it never displaces it.
  for (const auto& e : pack.entries)
    for (const auto& word : e.zh) add_pinyin(e.type, word, pack);
  add_subjects(pack);
}

std::vector<std::string> Lexicon::syllables_of(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& token : tokens_of(name)) {
    if (is_digits(token)) continue;
    if (!is_latin(token)) return {};
    if (token == "id" || token == "no") {
      out.push_back(token);
      continue;
    }
    auto syllables = pinyin_.syllables_of(token);
    if (syllables.empty()) return {};
    out.insert(out.end(), syllables.begin(), syllables.end());
  }
  return out;
}

void Lexicon::put(Table& table, const std::vector<std::string>& tokens, Entry entry) {
  if (tokens.empty()) return;
  table.tokens_max = std::max(table.tokens_max, tokens.size());
  auto& entries = table.phrases[phrase_key(tokens, 0, tokens.size())];
  for (const auto& e : entries)
    if (e.type == entry.type) return;
  entries.push_back(std::move(entry));
}

void Lexicon::add(const std::string& type, const std::vector<std::string>& words, std::string_view kind, int64_t weight) {
  for (const auto& word : words) {
    put(words_, words_of(word), {type, kind, weight, word});
    // Platform and legacy names are also known as they stand, abbreviations and all.
    if (kind == "national" || kind == "legacy") {
      auto plain = tokens_of(lower_case(word));
      put(words_, plain, {type, kind, weight, word});
    }
  }
}

void Lexicon::add_pinyin(const std::string& type, const std::string& word, const rules::DictionaryPack& pack) {
  for (const auto& reading : pinyin_.readings(word)) {
    put(syllables_, reading, {type, "pinyin", pack.weight_pinyin, word});
    std::vector<std::string> letters;
    for (const auto& s : reading) {
      if (static_cast<uint8_t>(word[0]) < 0x80 || s == "id") {
        for (char c : s) letters.emplace_back(1, c);
      } else {
        letters.emplace_back(1, s[0]);
      }
    }
    if (letters.size() >= 2) put(letters_, letters, {type, "initials", pack.weight_initials, word});
  }
}

void Lexicon::add_subjects(const rules::DictionaryPack& pack) {
  for (size_t rank = 0; rank < pack.subjects.size(); rank++)
    for (const auto& word : pack.subjects[rank].initials) {
      std::vector<std::string> letters;
      for (char c : word) letters.emplace_back(1, c);
      written_initials_.try_emplace(phrase_key(letters, 0, letters.size()), Subject{rank, pack.subjects[rank].subject});
    }
  for (size_t rank = 0; rank < pack.subjects.size(); rank++) {
    const auto& s = pack.subjects[rank];
    ranks_.try_emplace(s.subject, rank);
    auto put_subject = [&](Table& table, const std::vector<std::string>& tokens) {
      if (tokens.empty()) return;
      table.tokens_max = std::max(table.tokens_max, tokens.size());
      table.subjects.try_emplace(phrase_key(tokens, 0, tokens.size()), Subject{rank, s.subject});
    };
    for (const auto* words : {&s.zh, &s.en})
      for (const auto& word : *words) put_subject(words_, words_of(word));
    for (const auto& word : s.zh)
      for (const auto& reading : pinyin_.readings(word)) put_subject(syllables_, reading);
  }
}

Lexicon::Found Lexicon::longest_ending_at(const Table& table, const std::vector<std::string>& tokens, size_t end) const {
  for (size_t n = std::min(end, table.tokens_max); n > 0; n--) {
    auto it = table.phrases.find(phrase_key(tokens, end - n, n));
    if (it != table.phrases.end()) return {&it->second.front(), n};
  }
  return {};
}

// The end without digits and words that say nothing by themselves, where something stands before them.
size_t Lexicon::through(const Table& table, const std::vector<std::string>& tokens, size_t end) const {
  while (end > 1 && (is_digits(tokens[end - 1]) || see_through_.contains(tokens[end - 1]))) {
    if (longest_ending_at(table, tokens, end).tokens > 1) break;
    end--;
  }
  return end;
}

// is_…, has_…, 是否…, 有无…: a flag, unless the dictionary knows the whole, or it tells of health.
std::optional<NameMatch> Lexicon::flag(const Table& table, const std::vector<std::string>& tokens) const {
  size_t skip = 0;
  if (tokens.size() > 1 && (tokens[0] == "is" || tokens[0] == "has")) skip = 1;
  if (tokens.size() > 2 && ((tokens[0] == "是" && tokens[1] == "否") || (tokens[0] == "有" && tokens[1] == "无"))) skip = 2;
  if (!skip) return std::nullopt;
  Found all = longest_ending_at(table, tokens, tokens.size());
  if (all.entry && (all.tokens == tokens.size() || through_flags_.contains(all.entry->type))) return std::nullopt;
  return NameMatch{"indicator", skip == 1 ? "en" : "zh", 380, "是否", false, true};
}

// The first phrase of level 5 anywhere in the name: hiv_confirm_date is about HIV.
const Lexicon::Entry* Lexicon::severe(const Table& table, const std::vector<std::string>& tokens) const {
  for (size_t end = tokens.size(); end > 0; end--) {
    Found found = longest_ending_at(table, tokens, end);
    if (found.entry && severe_types_.contains(found.entry->type)) return found.entry;
  }
  return nullptr;
}

std::optional<NameMatch> Lexicon::read(const Table& table, const std::vector<std::string>& tokens) const {
  if (tokens.empty()) return std::nullopt;
  if (auto is_flag = flag(table, tokens)) return is_flag;
  size_t end = tokens.size();
  while (end > 1 && is_digits(tokens[end - 1]) && !longest_ending_at(table, tokens, end).entry) end--;
  Found head = longest_ending_at(table, tokens, end);
  if (size_t seen = through(table, tokens, end); head.tokens <= 1 && seen < end) {
    if (Found before = longest_ending_at(table, tokens, seen); before.entry) head = before, end = seen;
  }
  bool head_known = head.entry != nullptr;
  for (size_t skipped = 0; !head.entry && end > 1 && skipped < kSkippedMax; skipped++) {  // what stands before an unknown head
    end--;
    head = longest_ending_at(table, tokens, end);
    if (head.entry && (is_generic_type(head.entry->type) || (is_latin(tokens.back()) && entity_types_.contains(head.entry->type)))) return std::nullopt;
  }
  if (!head.entry) return std::nullopt;
  NameMatch best{head.entry->type, head.entry->kind, head.entry->weight, head.entry->phrase, head.tokens == tokens.size(), head_known, head.tokens == 1};
  if (!head_known) best.weight = best.weight * 2 / 5;
  bool is_flag = best.type == "flag";
  size_t rest = end - head.tokens;
  for (bool sees = is_transparent(best.type) || is_flag; sees && rest > 0;) {
    rest = through(table, tokens, rest);
    Found before = longest_ending_at(table, tokens, rest);
    if (before.entry && is_generic_type(before.entry->type) && is_transparent(before.entry->type)) {
      // An id of a type, class or code is no key: it says what kind.
      if (best.type == "row_id" && before.entry->type != "row_id") best.type = before.entry->type;
      if (before.tokens < rest) {
        rest -= before.tokens;
        continue;
      }
    }
    if (before.entry && !is_generic_type(before.entry->type) && (!is_flag || through_flags_.contains(before.entry->type))) {
      best.type = before.entry->type;
      best.phrase = before.entry->phrase + " " + best.phrase;
      best.one_word = before.tokens == 1 && before.entry->kind == "en";
      best.weight = std::min(best.weight, before.entry->weight);
    }
    break;
  }
  if (!best.whole && !severe_types_.contains(best.type)) {
    if (const Entry* found = severe(table, tokens)) return NameMatch{found->type, found->kind, found->weight, found->phrase, false, true};
  }
  // A flag of something that the dictionary does not have: what it tells about depends on the table.
  if (is_flag && best.type == "flag" && !best.whole && head.tokens < end) best.type = "indicator";
  // The head is the end of a longer word that the dictionary does not have: it says less.
  if (!best.whole && is_generic_type(best.type)) best.weight = best.weight * 7 / 10;
  return best;
}

std::optional<NameMatch> Lexicon::match(std::string_view name) const {
  if (is_message_field(name)) return std::nullopt;
  auto plain = tokens_of(lower_case(name.substr(0, 64)));  // aac002 is one name, not "aac" and "002"
  auto it = words_.phrases.find(phrase_key(plain, 0, plain.size()));
  if (it != words_.phrases.end())
    for (const auto& e : it->second)
      if (e.kind == "legacy" || e.kind == "national") return NameMatch{e.type, e.kind, e.weight, e.phrase, true, true};
  return read(words_, words_of(name));
}

std::optional<NameMatch> Lexicon::match_pinyin(std::string_view name) const {
  auto tokens = syllables_of(name.substr(0, 96));
  if (tokens.size() < 2) return std::nullopt;
  return read(syllables_, tokens);
}

std::vector<NameMatch> Lexicon::match_initials(std::string_view name) const {
  std::vector<std::string> letters;
  for (char c : lower_case(name.substr(0, 2 * kSpellingLettersMax))) {
    if (c == '_' || (c >= '0' && c <= '9')) continue;
    if (c < 'a' || c > 'z') return {};
    letters.emplace_back(1, c);
  }
  std::vector<NameMatch> out;
  if (letters.size() < 2 || letters.size() > kSpellingLettersMax) return out;
  for (size_t n = std::min(letters.size(), letters_.tokens_max); n >= 2; n--) {
    auto it = letters_.phrases.find(phrase_key(letters, letters.size() - n, n));
    if (it == letters_.phrases.end()) continue;
    bool whole = n == letters.size();
    if (!whole && n < 2) break;
    for (const auto& e : it->second) {
      out.push_back({e.type, e.kind, whole ? e.weight : e.weight / 2, e.phrase, whole, true});
      if (out.size() == 4) break;
    }
    break;
  }
  return out;
}

// The first in the pack's order; but what a name is about yields to what is done, when that comes after, and of two things
// done the last counts: 机构清算 is about 清算, 记账凭证 about 凭证, 医保医师 about doctors.
std::string Lexicon::subject_in(const Table& table, const std::vector<std::string>& tokens, size_t end) {
  const Subject* best = nullptr;
  const Subject* done = nullptr;  // the last activity
  for (size_t at = 0; at < end;) {
    size_t step = 1;
    for (size_t n = std::min(end - at, table.tokens_max); n > 0; n--) {
      auto it = table.subjects.find(phrase_key(tokens, at, n));
      if (it == table.subjects.end()) continue;
      if (is_activity(it->second.name)) done = &it->second;
      if (is_entity_subject(it->second.name)) done = nullptr;
      if (!best || it->second.rank < best->rank) best = &it->second;
      step = n;
      break;
    }
    at += step;
  }
  if (best && done && (is_entity_subject(best->name) || is_activity(best->name))) best = done;
  return best ? best->name : std::string();
}

std::string Lexicon::subject_of(std::string_view name) const {
  auto tokens = words_of(name);
  std::string subject = subject_in(words_, tokens, tokens.size());
  if (!subject.empty()) return subject;
  auto syllables = syllables_of(name);
  if (syllables.size() >= 2) subject = subject_in(syllables_, syllables, syllables.size());
  return subject;
}

std::string Lexicon::stronger(const std::string& a, const std::string& b) const {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return ranks_.at(a) <= ranks_.at(b) ? a : b;
}

std::string Lexicon::subject_by_initials(std::string_view name) const {
  std::string best;
  for (const auto& token : tokens_of(lower_case(name.substr(0, 64)))) {
    if (!is_latin(token) || token.size() < 2) continue;
    std::vector<std::string> letters;
    for (char c : token) letters.emplace_back(1, c);
    for (size_t at = 0; at + 1 < letters.size();) {
      size_t step = 1;
      for (size_t n = std::min<size_t>(letters.size() - at, 6); n >= 2; n--) {
        auto it = written_initials_.find(phrase_key(letters, at, n));
        if (it == written_initials_.end()) continue;
        best = stronger(best, it->second.name);
        step = n;
        break;
      }
      at += step;
    }
  }
  return best;
}

std::string Lexicon::subject_before_head(std::string_view name) const {
  auto tokens = words_of(name);
  if (tokens.size() < 2) return {};
  Found head = longest_ending_at(words_, tokens, tokens.size());
  size_t end = head.entry && head.tokens < tokens.size() ? tokens.size() - head.tokens : tokens.size() - 1;
  return subject_in(words_, tokens, head.entry && head.tokens == tokens.size() ? tokens.size() : end);
}

}  // namespace sluice::classify
