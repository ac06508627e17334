#include "deident/token_marks.h"

#include <algorithm>

namespace sluice::deident {

namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";  // of techniques/pseudonym.cc
static_assert(kAlphabet.size() % 2 == 0, "each character has a partner");

int place_in_alphabet(char c) {
  if (c >= 'a' && c <= 'z') return c - 'a';
  return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

// Where in the cell the symbol stands.
std::optional<size_t> marked_character(const TokenForm& form, std::string_view cell) {
  if (!cell.starts_with(form.prefix)) return std::nullopt;
  const std::string_view body = cell.substr(form.prefix.size());
  const auto length = static_cast<size_t>(form.length);
  if (body.size() > length || std::any_of(body.begin(), body.end(), [](char c) { return place_in_alphabet(c) < 0; })) return std::nullopt;
  if (body.size() <= kTokenStem) return std::nullopt;
  size_t sum = 0;
  for (size_t i = 0; i < kTokenStem; i++) sum += static_cast<size_t>(place_in_alphabet(body[i]));
  const size_t at = kTokenStem + sum % (length - kTokenStem);
  return at < body.size() ? std::optional(form.prefix.size() + at) : std::nullopt;
}

}  // namespace

std::vector<TokenForm> token_forms(const Strategy& strategy) {
  std::vector<TokenForm> out;
  if (!strategy.marks || !strategy.marks->tokens.value_or(false)) return out;
  for (const FieldRule& rule : strategy.rules) {
    if (rule.technique == Technique::pseudonym && !rule.when)
      out.push_back({rule.column, rule.domain.value_or(rule.column), rule.prefix.value_or(""), rule.length.value_or(20)});
  }
  return out;
}

const TokenForm* token_form_of(const std::vector<TokenForm>& forms, const std::string& column) {
  auto it = std::find_if(forms.begin(), forms.end(), [&](const TokenForm& f) { return f.column == column; });
  return it == forms.end() ? nullptr : &*it;
}

std::optional<std::string_view> token_stem(const TokenForm& form, std::string_view cell) {
  if (!marked_character(form, cell)) return std::nullopt;
  return cell.substr(0, form.prefix.size() + kTokenStem);
}

int token_symbol(const TokenForm& form, std::string_view cell) {
  auto at = marked_character(form, cell);
  return at ? place_in_alphabet(cell[*at]) & 1 : -1;
}

std::string other_token(const TokenForm& form, std::string_view cell) {
  std::string out(cell);
  if (auto at = marked_character(form, cell)) out[*at] = kAlphabet[static_cast<size_t>(place_in_alphabet(cell[*at]) ^ 1)];
  return out;
}

}  // namespace sluice::deident
