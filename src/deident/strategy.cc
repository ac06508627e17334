#include "deident/strategy.h"

#include <set>

#include "crypto/hash.h"
#include "rules/yaml.h"

namespace sluice::deident {

namespace {

tl::unexpected<Error> bad_parameter(const FieldRule& rule, std::string_view parameter) {
  std::string shown;  // a column's name is input: bounded and without control characters
  for (char c : rule.column.substr(0, 60)) shown += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  return fail(Errc::invalid, "strategy.bad_parameter", shown + ": " + std::string(parameter));
}

bool within(const std::optional<int>& v, int low, int high) { return !v || (*v >= low && *v <= high); }

// Parameters that belong to another technique are refused: they would be silently ignored.
Status only_own_parameters(const FieldRule& r) {
  auto given = [&](Technique owner, bool present, std::string_view name) -> Status {
    if (present && r.technique != owner) return bad_parameter(r, name);
    return {};
  };
  TRY(given(Technique::redact, r.value.has_value(), "value"));
  TRY(given(Technique::mask, r.first || r.last || r.mask_char, "first, last, mask_char"));
  TRY(given(Technique::pseudonym, r.domain || r.prefix || r.length, "domain, prefix, length"));
  TRY(given(Technique::date, r.unit.has_value(), "unit"));
  TRY(given(Technique::date_shift, r.person || r.days_max, "person, days_max"));
  TRY(given(Technique::band, r.width || r.top || r.bottom, "width, top, bottom"));
  TRY(given(Technique::round, r.to.has_value(), "to"));
  TRY(given(Technique::region, r.digits.has_value(), "digits"));
  TRY(given(Technique::id_number, r.region || r.birth, "region, birth"));
  return {};
}

Status check_rule(const FieldRule& r) {
  if (r.column.empty() || r.column.size() > kNameBytesMax) return bad_parameter(r, "column");
  TRY(only_own_parameters(r));
  constexpr int64_t kNumberMax = 1'000'000'000'000;
  switch (r.technique) {
    case Technique::keep:
    case Technique::suppress:
    case Technique::blank: return {};
    case Technique::redact:
      if (!r.value || r.value->size() > 200) return bad_parameter(r, "value");
      return {};
    case Technique::mask:
      if (!r.first && !r.last) return bad_parameter(r, "first or last");
      if (!within(r.first, 0, 100) || !within(r.last, 0, 100)) return bad_parameter(r, "first, last");
      if (r.mask_char && (r.mask_char->size() != 1 || (*r.mask_char)[0] < 0x21 || (*r.mask_char)[0] > 0x7e || *r.mask_char == "\""))
        return bad_parameter(r, "mask_char");
      return {};
    case Technique::pseudonym:
      if (!within(r.length, 13, 51)) return bad_parameter(r, "length");
      if (r.prefix && r.prefix->size() > 32) return bad_parameter(r, "prefix");
      if (r.domain && (r.domain->empty() || r.domain->size() > kNameBytesMax)) return bad_parameter(r, "domain");
      return {};
    case Technique::date:
      if (!r.unit) return bad_parameter(r, "unit");
      return {};
    case Technique::date_shift:
      if (!r.person || *r.person == r.column) return bad_parameter(r, "person");
      if (!within(r.days_max, 1, 3650)) return bad_parameter(r, "days_max");
      return {};
    case Technique::band:
      if (!r.width || *r.width < 1 || *r.width > kNumberMax) return bad_parameter(r, "width");
      if (r.top && std::abs(*r.top) > kNumberMax) return bad_parameter(r, "top");
      if (r.bottom && (std::abs(*r.bottom) > kNumberMax || (r.top && *r.bottom >= *r.top))) return bad_parameter(r, "bottom");
      return {};
    case Technique::region:
      if (!r.digits || (*r.digits != 2 && *r.digits != 4 && *r.digits != 6)) return bad_parameter(r, "digits");
      return {};
    case Technique::round:
      if (!r.to || *r.to < 1 || *r.to > kNumberMax) return bad_parameter(r, "to");
      return {};
    case Technique::id_number:
      if (!r.region || (*r.region != 0 && *r.region != 2 && *r.region != 4 && *r.region != 6)) return bad_parameter(r, "region");
      return {};
  }
  return {};
}

}  // namespace

Status check(const Strategy& strategy) {
  if (strategy.format != "sluice-strategy/1") return fail(Errc::invalid, "strategy.unsupported_format");
  if (strategy.id.empty() || strategy.id.size() > kNameBytesMax || strategy.version.empty() || strategy.version.size() > 64)
    return fail(Errc::invalid, "strategy.bad_parameter", "id, version");
  if (strategy.rules.empty()) return fail(Errc::invalid, "strategy.empty");
  if (strategy.k_min && (*strategy.k_min < 1 || strategy.quasi_identifiers.empty()))
    return fail(Errc::invalid, "strategy.bad_parameter", "k_min");
  std::set<std::string_view> columns;
  for (const auto& rule : strategy.rules) {
    TRY(check_rule(rule));
    if (!columns.insert(rule.column).second) return fail(Errc::invalid, "strategy.duplicate_column");
  }
  return {};
}

Result<Strategy> read_strategy(std::string_view text) {
  auto first = text.find_first_not_of(" \t\r\n");
  bool is_json = first != std::string_view::npos && text[first] == '{';
  Json json = is_json ? TRY(parse_json(text, 1u << 20)) : TRY(rules::parse_yaml(text, 1u << 20));
  // The format is looked at first, so that a later format's new members are not called misspelt.
  auto format = json.get_string("format");
  if (!format || *format != "sluice-strategy/1") return fail(Errc::invalid, "strategy.unsupported_format");
  Strategy strategy = TRY(decode<Strategy>(json));
  TRY(check(strategy));
  return strategy;
}

Digest digest_of(const Strategy& strategy) { return sm3(view(canonical(encode(strategy)))); }

bool needs_key(const Strategy& strategy) {
  for (const auto& rule : strategy.rules)
    if (rule.technique == Technique::pseudonym || rule.technique == Technique::date_shift) return true;
  return false;
}

Level level_after(Technique technique, Level before) {
  switch (technique) {
    case Technique::suppress:
    case Technique::redact:
    case Technique::blank: return Level::l1();
    case Technique::keep: return before;
    case Technique::mask:
    case Technique::pseudonym:
    case Technique::date:
    case Technique::date_shift:
    case Technique::band:
    case Technique::region:
    case Technique::round:
    case Technique::id_number: return before == Level::l4() ? Level::l3() : before;
  }
  return before;
}

}  // namespace sluice::deident
