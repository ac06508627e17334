// What writing marks (mark.cc) and reading them (trace.cc) share: which cells carry a symbol, which one a cell shows, and the other one.
//
// HMAC-SM3 of the row key under a key of the carrier's column name chooses the rows, the position in the code and the sense of the symbol. Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/hmac_lanes.h"
#include "deident/strategy.h"
#include "deident/token_marks.h"

namespace sluice::deident {

struct MarkPlace {
  bool chosen;
  size_t position;
  uint8_t sense;  // xored with the code's bit, so that marks have no bias
};
MarkPlace mark_place_of(const Digest& mac, int one_in);
HmacSm3Key mark_place_key(const Strategy& strategy, const SecretBytes& key, const std::string& column);
// Of tokens: by the domain, so that one token bears one mark in every table.
HmacSm3Key token_place_key(const Strategy& strategy, const SecretBytes& key, const TokenForm& form);
// What of a row key's cell chooses the places: of a token that bears a mark itself its stem.
std::string_view row_key_of(const std::optional<TokenForm>& form, std::string_view cell);
// The form of the plan's row key, where its tokens bear marks.
std::optional<TokenForm> row_key_form(const Strategy& strategy);
std::vector<Digest> mark_macs_of(const HmacSm3Key& key, std::span<const std::string_view> row_keys);

// The symbol that a cell shows, or −1 when it can show none.
int mark_symbol_of(const MarkCarrier& carrier, std::string_view cell);
// Appends the cell with the other symbol; `up` chooses the direction where there are two.
void flip_mark_symbol(const MarkCarrier& carrier, std::string_view cell, bool up, std::string& out);

// What reading marks wants of a plan: copies that left under an older rule are traced all the same. "mark.bad_plan".
Status check_readable_marks(const Strategy& strategy);

std::optional<size_t> place_of_name(const std::vector<std::string>& header, const std::string& name);

}  // namespace sluice::deident
