// Latin names as words: abbreviations written out, glued words cut, heads put last.
#include <algorithm>

#include "classify/lexicon.h"
#include "classify/tokens.h"

namespace sluice::classify {

namespace {

bool is_latin_word(std::string_view token) { return !token.empty() && token[0] >= 'a' && token[0] <= 'z'; }

bool is_filler(std::string_view token) {
  for (std::string_view f : {"of", "the", "for", "at", "per", "and", "or", "的", "之"})
    if (token == f) return true;
  return false;
}

// English puts the head before "of": date of death → death date. The same for at, by, per and for between two words.
void put_head_last(std::vector<std::string>& tokens) {
  for (size_t i = 1; i + 1 < tokens.size(); i++)
    for (std::string_view link : {"of", "at", "by", "per", "for"})
      if (tokens[i] == link) {
        std::rotate(tokens.begin(), tokens.begin() + static_cast<ptrdiff_t>(i) + 1, tokens.end());
        tokens.pop_back();
        return;
      }
}

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

// The first letter and the consonants after it, a doubled one once: occupation → ocptn.
std::string skeleton_of(std::string_view word) {
  std::string out;
  for (size_t i = 0; i < word.size(); i++)
    if ((i == 0 || !is_vowel(word[i])) && (out.empty() || out.back() != word[i])) out += word[i];
  return out;
}

bool is_subsequence(std::string_view part, std::string_view whole) {
  size_t at = 0;
  for (char c : whole)
    if (at < part.size() && part[at] == c) at++;
  return at == part.size();
}

std::string singular(const std::string& word) {
  if (word.size() < 4 || word.back() != 's') return word;
  char before = word[word.size() - 2];
  if (before == 's' || before == 'u' || before == 'i') return word;
  return word.substr(0, word.size() - 1);
}

}  // namespace

void Lexicon::learn_words(const rules::DictionaryPack& pack) {
  for (const auto& a : pack.abbreviations)
    for (const auto& s : a.shorts) abbreviations_.try_emplace(s, tokens_of(a.full));
  auto learn = [&](const std::vector<std::string>& names) {
    for (const auto& name : names)
      for (const auto& token : tokens_of(name))
        if (is_latin_word(token) && token.size() > 1) vocabulary_.insert(token);
  };
  for (const auto& e : pack.entries) learn(e.en);
  for (const auto& s : pack.subjects) learn(s.en);
  for (const auto& a : pack.abbreviations) learn({a.full});
  learn(pack.vocabulary);
  for (const auto& word : vocabulary_)
    if (std::string marks = skeleton_of(word); word.size() >= 5 && marks.size() >= 2 && word.size() > marks.size()) skeletons_[marks.substr(0, 2)].push_back(word);
}

// natnlty → nationality, occup → occupation: the known word with just these consonants, or that begins so; the word itself
// when there is none or more than one.
std::string Lexicon::written_out(const std::string& word) const {
  if (word.size() < 4 || word.size() > 12 || vocabulary_.contains(word)) return word;
  std::string marks = skeleton_of(word);
  if (marks.size() < 2) return word;
  auto bucket = skeletons_.find(marks.substr(0, 2));
  if (bucket == skeletons_.end()) return word;
  const std::string* best = nullptr;
  size_t best_cost = SIZE_MAX, ties = 0;
  for (const auto& full : bucket->second) {
    if (full.size() <= word.size() || full[1] < 'a' || !is_subsequence(word, full)) continue;
    std::string rest = skeleton_of(full);
    bool same = rest == marks, begins = word.size() >= 4 && full.starts_with(word), cut = marks.size() >= 3 && rest.starts_with(marks);
    if (!same && !begins && !cut) continue;
    size_t cost = (same ? 0 : begins ? 10 : 20) + rest.size() - marks.size();
    if (cost < best_cost) best = &full, best_cost = cost, ties = 0;
    else if (cost == best_cost && singular(full) != singular(*best)) ties++;
  }
  return best && ties == 0 ? *best : word;
}

// "patientname" → patient name: the fewest known words, each of three letters or more save for a short head.
std::vector<std::string> Lexicon::cut_glued(const std::string& word) const {
  size_t n = word.size();
  if (n < 6 || n > 40 || vocabulary_.contains(word)) return {word};
  std::vector<size_t> best(n + 1, SIZE_MAX), from(n + 1, 0);
  best[0] = 0;
  for (size_t i = 0; i < n; i++) {
    if (best[i] == SIZE_MAX) continue;
    for (size_t len = 2; i + len <= n; len++) {
      std::string piece = word.substr(i, len);
      bool last = i + len == n;  // percentage is no age: a short end is cut off only when it is id or no
      bool known = vocabulary_.contains(piece) && (last ? len > 3 || piece == "id" || piece == "no" : len > 2);
      if (known && best[i] + 1 < best[i + len]) best[i + len] = best[i] + 1, from[i + len] = i;
    }
  }
  if (best[n] == SIZE_MAX || best[n] > 4) return {word};
  std::vector<std::string> out(best[n]);
  for (size_t at = n, k = best[n]; at > 0; at = from[at]) out[--k] = word.substr(from[at], at - from[at]);
  return out;
}

std::vector<std::string> Lexicon::words_of(std::string_view name) const {
  std::vector<std::string> out;
  auto tokens = tokens_of(name);
  put_head_last(tokens);
  // started_at, resolved_on: when it happened.
  if (tokens.size() > 1 && (tokens.back() == "at" || tokens.back() == "on")) tokens.back() = "time";
  for (size_t i = 0; i < tokens.size(); i++) {
    std::string token = tokens[i];
    if (is_filler(token) || token == "0") continue;
    // A concept id is a code of what stands before it.
    if (token == "concept" && i > 0 && i + 1 < tokens.size() && tokens[i + 1] == "id") {
      token = "code", i++;
      if (out.size() > 1 && out.back() == "source") out.pop_back();
    }
    if (!is_latin_word(token)) {
      out.push_back(token);
      continue;
    }
    std::vector<std::string> pieces;
    if (abbreviations_.contains(token) || vocabulary_.contains(token)) {
      pieces.push_back(token);
    } else {
      pieces = cut_glued(token);
    }
    for (const auto& piece : pieces) {
      auto it = abbreviations_.find(piece);
      if (it == abbreviations_.end()) {
        out.push_back(singular(written_out(piece)));
      } else {
        for (const auto& full : it->second) out.push_back(singular(full));
      }
    }
  }
  return out;
}

}  // namespace sluice::classify
