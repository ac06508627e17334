#include "deident/mark_symbols.h"

#include <algorithm>

#include "base/clock.h"
#include "deident/techniques/bind.h"
#include "deident/techniques/cell_forms.h"
#include "deident/trace_code.h"

namespace sluice::deident {

namespace {

// Where the last digit of a decimal number stands; npos when the cell is none.
size_t low_digit_at(std::string_view cell) {
  CellNumber n{};
  if (cell.empty() || !parse_cell_number(cell, n) || n.fraction_digits == 0) return std::string_view::npos;
  return cell.size() - 1;
}

// Whether the strategy leaves slack in the column.
Status check_slack(const Strategy& strategy, const MarkCarrier& carrier) {
  auto bad = [&] { return fail(Errc::invalid, "mark.bad_plan", carrier.column.substr(0, 60)); };
  if (carrier.column == strategy.marks->row_key.value_or("")) return bad();
  if (carrier.kind == CarrierKind::equivalent ? carrier.pair.size() != 2 || carrier.pair[0] == carrier.pair[1] || carrier.pair[0].empty() || carrier.pair[1].empty()
                                              : !carrier.pair.empty())
    return bad();
  for (const FieldRule& rule : strategy.rules)
    if (rule.column == carrier.column && rule.technique != Technique::keep && rule.technique != Technique::date_shift && rule.technique != Technique::noise) return bad();
  return {};
}

}  // namespace

MarkPlace mark_place_of(const Digest& mac, int one_in) {
  uint64_t position = 0, choice = 0;
  for (size_t i = 0; i < 8; i++) {
    position = position << 8 | mac[i];
    choice = choice << 8 | mac[8 + i];
  }
  return {choice % static_cast<uint64_t>(one_in) == 0, static_cast<size_t>(position % kTraceCodeLength), static_cast<uint8_t>(mac[16] & 1)};
}

int mark_symbol_of(const MarkCarrier& carrier, std::string_view cell) {
  switch (carrier.kind) {
    case CarrierKind::low_digit: {
      size_t at = low_digit_at(cell);
      return at == std::string_view::npos ? -1 : (cell[at] - '0') & 1;
    }
    case CarrierKind::day: {
      CellDate d{};
      return parse_cell_date(cell, d) ? static_cast<int>(days_from_civil(d.year, d.month, d.day) & 1) : -1;
    }
    case CarrierKind::equivalent: return cell == carrier.pair[0] ? 0 : cell == carrier.pair[1] ? 1 : -1;
  }
  return -1;
}

void flip_mark_symbol(const MarkCarrier& carrier, std::string_view cell, bool up, std::string& out) {
  switch (carrier.kind) {
    case CarrierKind::low_digit: {
      out += cell;
      char& last = out.back();
      if (last == '0') {
        last = '1';
      } else if (last == '9') {
        last = '8';
      } else {
        last = static_cast<char>(last + (up ? 1 : -1));
      }
      return;
    }
    case CarrierKind::day: {
      CellDate d{};
      (void)parse_cell_date(cell, d);
      int64_t day = days_from_civil(d.year, d.month, d.day);
      CivilDate moved = civil_from_days(day + (up ? 1 : -1));
      if (moved.month != d.month) moved = civil_from_days(day + (up ? -1 : 1));
      put_date(moved.year, moved.month, moved.day, d.form, out);
      out += d.rest;
      return;
    }
    case CarrierKind::equivalent: out += cell == carrier.pair[0] ? carrier.pair[1] : carrier.pair[0]; return;
  }
}

HmacSm3Key mark_place_key(const Strategy& strategy, const SecretBytes& key, const std::string& column) {
  return HmacSm3Key(derive_key(key, strategy, "marks", column));
}

HmacSm3Key token_place_key(const Strategy& strategy, const SecretBytes& key, const TokenForm& form) {
  return HmacSm3Key(derive_key(key, strategy, "marks token", form.domain));
}

std::string_view row_key_of(const std::optional<TokenForm>& form, std::string_view cell) { return form ? token_stem(*form, cell).value_or(cell) : cell; }

std::optional<TokenForm> row_key_form(const Strategy& strategy) {
  const auto forms = token_forms(strategy);
  const TokenForm* form = strategy.marks && strategy.marks->row_key ? token_form_of(forms, *strategy.marks->row_key) : nullptr;
  return form ? std::optional(*form) : std::nullopt;
}

std::vector<Digest> mark_macs_of(const HmacSm3Key& key, std::span<const std::string_view> row_keys) {
  std::vector<ByteView> views;
  views.reserve(row_keys.size());
  for (auto k : row_keys) views.push_back(view(k));
  std::vector<Digest> macs(views.size());
  key.many(views, macs);
  return macs;
}

Status check_readable_marks(const Strategy& strategy) {
  const auto& plan = strategy.marks;
  const bool keyed = plan && plan->row_key && !plan->row_key->empty() && !plan->carriers.empty(), tokens = !token_forms(strategy).empty();
  // Carriers want a row key; without carriers tokens must be there to bear marks.
  if (!plan || !(keyed || (tokens && plan->carriers.empty())) || plan->one_in.value_or(1) < 1 || plan->one_in.value_or(1) > 100) return fail(Errc::invalid, "mark.bad_plan", "marks");
  for (const MarkCarrier& carrier : strategy.marks->carriers) TRY(check_slack(strategy, carrier));
  return {};
}

std::optional<size_t> place_of_name(const std::vector<std::string>& header, const std::string& name) {
  auto at = std::find(header.begin(), header.end(), name);
  return at == header.end() ? std::nullopt : std::optional(static_cast<size_t>(at - header.begin()));
}

}  // namespace sluice::deident
