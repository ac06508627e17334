#include "classify/pinyin.h"

#include "classify/tokens.h"

namespace sluice::classify {

namespace {

constexpr size_t kSyllableMax = 6;  // zhuang
constexpr size_t kWordMax = 48;

}  // namespace

Pinyin::Pinyin(const rules::PinyinPack& pack) {
  for (const auto& entry : pack.syllables) {
    syllables_.insert(entry.s);
    for (const auto& character : tokens_of(entry.zh)) readings_[character].push_back(entry.s);
  }
}

std::vector<std::vector<std::string>> Pinyin::readings(std::string_view word) const {
  std::vector<std::vector<std::string>> out(1);
  for (const auto& token : tokens_of(word)) {
    std::vector<std::string> choices;
    if (static_cast<uint8_t>(token[0]) < 0x80) {
      choices.push_back(token);
    } else {
      auto it = readings_.find(token);
      if (it == readings_.end()) return {};
      choices = it->second;
    }
    std::vector<std::vector<std::string>> next;
    for (const auto& prefix : out)
      for (const auto& choice : choices) {
        if (next.size() == kReadingsMax) break;
        next.push_back(prefix);
        next.back().push_back(choice);
      }
    out = std::move(next);
  }
  if (out.front().empty()) return {};
  return out;
}

std::vector<std::string> Pinyin::syllables_of(std::string_view word) const {
  size_t n = word.size();
  if (n < 2 || n > kWordMax) return {};
  // best[i]: fewest syllables that spell the first i letters.
  std::vector<size_t> best(n + 1, SIZE_MAX), from(n + 1, 0);
  best[0] = 0;
  std::string piece;
  for (size_t i = 0; i < n; i++) {
    if (best[i] == SIZE_MAX) continue;
    for (size_t len = 1; len <= kSyllableMax && i + len <= n; len++) {
      piece.assign(word.substr(i, len));
      if (!syllables_.contains(piece) || best[i] + 1 >= best[i + len]) continue;
      best[i + len] = best[i] + 1;
      from[i + len] = i;
    }
  }
  if (best[n] == SIZE_MAX) return {};
  std::vector<std::string> out(best[n]);
  for (size_t at = n, k = best[n]; at > 0; at = from[at]) out[--k] = std::string(word.substr(from[at], at - from[at]));
  return out;
}

}  // namespace sluice::classify
