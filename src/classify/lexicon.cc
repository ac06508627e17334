#include "classify/lexicon.h"

#include <algorithm>

#include "classify/tokens.h"

namespace sluice::classify {

namespace {

// Heads through which the phrase before them is seen: 性别代码 is about 性别. Not flag, time, status: 用药标志 is a flag.
bool is_transparent(std::string_view type) { return type == "code" || type == "name" || type == "row_id" || type == "kind" || type == "text"; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

}  // namespace

bool is_generic_type(std::string_view type) {
  for (std::string_view g : {"code", "name", "row_id", "kind", "time", "number", "text", "status", "remark", "unit", "flag", "sort"})
    if (type == g) return true;
  return false;
}

Lexicon::Lexicon(const rules::DictionaryPack& pack) {
  for (const auto& e : pack.entries) {
    add(e.type, e.nat, "national", pack.weight_nat);
    add(e.type, e.legacy, "legacy", pack.weight_legacy);
    add(e.type, e.zh, "zh", pack.weight_zh);
    add(e.type, e.en, "en", pack.weight_en);
    add(e.type, e.pinyin, "pinyin", pack.weight_pinyin);
    add(e.type, e.initials, "initials", pack.weight_initials);
  }
  for (size_t rank = 0; rank < pack.subjects.size(); rank++) {
    for (const auto* words : {&pack.subjects[rank].zh, &pack.subjects[rank].en}) {
      for (const auto& word : *words) {
        auto tokens = tokens_of(word);
        tokens_max_ = std::max(tokens_max_, tokens.size());
        subjects_.try_emplace(phrase_key(tokens, 0, tokens.size()), rank, pack.subjects[rank].subject);
      }
    }
  }
}

void Lexicon::add(const std::string& type, const std::vector<std::string>& words, std::string_view kind, int64_t weight) {
  for (const auto& word : words) {
    auto tokens = tokens_of(word);
    if (tokens.empty()) continue;
    tokens_max_ = std::max(tokens_max_, tokens.size());
    phrases_.try_emplace(phrase_key(tokens, 0, tokens.size()), Entry{type, kind, weight, word});
  }
}

Lexicon::Found Lexicon::longest_ending_at(const std::vector<std::string>& tokens, size_t end) const {
  for (size_t n = std::min(end, tokens_max_); n > 0; n--) {
    auto it = phrases_.find(phrase_key(tokens, end - n, n));
    if (it == phrases_.end()) continue;
    // Initials and platform abbreviations of one short token mean something only as the whole name.
    if (it->second.kind == "initials" && n != tokens.size()) continue;
    return {&it->second, n};
  }
  return {};
}

std::optional<NameMatch> Lexicon::match(std::string_view name) const {
  std::string plain = lower(name.substr(0, 64));
  for (std::string_view kind : {"legacy", "national"}) {  // aac002 is one name, not "aac" and "002"
    auto whole = tokens_of(plain);
    auto it = phrases_.find(phrase_key(whole, 0, whole.size()));
    if (it != phrases_.end() && it->second.kind == kind)
      return NameMatch{it->second.type, it->second.kind, it->second.weight, it->second.phrase, true};
  }
  auto tokens = tokens_of(name);
  if (tokens.empty()) return std::nullopt;
  if (tokens.size() > 1 && (tokens[0] == "is" || (tokens[0] == "是" && tokens[1] == "否"))) {
    Found all = longest_ending_at(tokens, tokens.size());
    if (!all.entry || all.tokens < tokens.size()) return NameMatch{"flag", tokens[0] == "is" ? "en" : "zh", 380, "是否", false};
  }
  size_t end = tokens.size();
  while (end > 1 && tokens[end - 1][0] >= '0' && tokens[end - 1][0] <= '9' && !longest_ending_at(tokens, end).entry) end--;
  Found head = longest_ending_at(tokens, end);
  bool head_is_last = true;
  for (size_t skipped = 0; !head.entry && end > 1 && skipped < 3; skipped++) {  // the head itself is unknown: what stands before it
    end--;
    head = longest_ending_at(tokens, end);
    head_is_last = false;
  }
  if (!head.entry) return std::nullopt;
  NameMatch best{head.entry->type, head.entry->kind, head.entry->weight, head.entry->phrase, head.tokens == tokens.size()};
  if (!head_is_last) best.weight = best.weight * 2 / 5;
  if (is_transparent(best.type) && head.tokens < end) {
    Found before = longest_ending_at(tokens, end - head.tokens);
    if (before.entry && !is_generic_type(before.entry->type)) {
      best.type = before.entry->type;
      best.phrase = before.entry->phrase + " " + best.phrase;
      best.weight = std::min(best.weight, before.entry->weight);
    }
  }
  // The head is the end of a longer word that the dictionary does not have: it says less.
  if (!best.whole && is_generic_type(best.type)) best.weight = best.weight * 7 / 10;
  return best;
}

std::string Lexicon::subject_in(const std::vector<std::string>& tokens, size_t end) const {
  size_t best_rank = SIZE_MAX;
  std::string best;
  for (size_t at = 0; at < end;) {
    size_t step = 1;
    for (size_t n = std::min(end - at, tokens_max_); n > 0; n--) {
      auto it = subjects_.find(phrase_key(tokens, at, n));
      if (it == subjects_.end()) continue;
      if (it->second.first < best_rank) {
        best_rank = it->second.first;
        best = it->second.second;
      }
      step = n;
      break;
    }
    at += step;
  }
  return best;
}

std::string Lexicon::subject_of(std::string_view name) const {
  auto tokens = tokens_of(name);
  return subject_in(tokens, tokens.size());
}

std::string Lexicon::subject_before_head(std::string_view name) const {
  auto tokens = tokens_of(name);
  if (tokens.size() < 2) return {};
  Found head = longest_ending_at(tokens, tokens.size());
  size_t end = head.entry && head.tokens < tokens.size() ? tokens.size() - head.tokens : tokens.size() - 1;
  return subject_in(tokens, head.entry && head.tokens == tokens.size() ? tokens.size() : end);
}

}  // namespace sluice::classify
