// Recipient marks in pseudonyms (deident/mark.h): one character of a token says one symbol.
//
// A token is a name without meaning, so two tokens may stand for one value as long as each recipient always gets the same one. The first kTokenStem
// characters of its body (what follows the strategy's prefix) are never touched: they choose by HMAC-SM3 the code's position and the sense, and plainly
// which of the later characters bears the symbol, as the parity of its place in the alphabet. So the mark hangs on token and recipient alone,
// never on the row, table or batch: whatever one recipient gets joins as before, as long as every table of a domain bears marks in its tokens or none does.
// Tokens of two recipients agree in their stems.
//
// Nothing else of the table changes, so that every table with a pseudonym can be traced, with as many symbols as it has different tokens.
// Not survived: tokens replaced by other names, or cut down to their stems.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/record.h"
#include "deident/strategy.h"

namespace sluice::deident {

constexpr size_t kTokenStem = 12;

struct TokenForm {
  std::string column, domain, prefix;
  int length = 20;  // of the body
  static constexpr auto fields = field_list(field("column", &TokenForm::column), field("domain", &TokenForm::domain), field("prefix", &TokenForm::prefix), field("length", &TokenForm::length));
};

// The columns whose pseudonyms bear marks: none unless the plan says `tokens`; every pseudonym without a condition.
std::vector<TokenForm> token_forms(const Strategy& strategy);
// That of a column.
const TokenForm* token_form_of(const std::vector<TokenForm>& forms, const std::string& column);

// What marks never touch, prefix and stem; nothing where the cell is no token of the form.
std::optional<std::string_view> token_stem(const TokenForm& form, std::string_view cell);
// The symbol that a cell shows, or −1; also of tokens that were cut short behind it.
int token_symbol(const TokenForm& form, std::string_view cell);
// The same token with the other symbol; `cell` shows one.
std::string other_token(const TokenForm& form, std::string_view cell);

}  // namespace sluice::deident
