#include "deident/strategy.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/clock.h"
#include "crypto/hash.h"
#include "deident/value_hierarchy.h"
#include "rules/yaml.h"

namespace sluice::deident {

namespace {

// A name is input: bounded and without control characters.
std::string printable_name(std::string_view name) {
  std::string shown;
  for (char c : name.substr(0, 60)) shown += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  return shown;
}

tl::unexpected<Error> bad_parameter(const FieldRule& rule, std::string_view parameter) {
  return fail(Errc::invalid, "strategy.bad_parameter", printable_name(rule.column) + ": " + std::string(parameter));
}

bool within(const std::optional<int>& v, int low, int high) { return !v || (*v >= low && *v <= high); }

// Parameters that belong to another technique are refused: they would be silently ignored.
Status only_own_parameters(const FieldRule& r) {
  auto given = [&](std::initializer_list<Technique> owners, bool present, std::string_view name) -> Status {
    if (present && std::find(owners.begin(), owners.end(), r.technique) == owners.end()) return bad_parameter(r, name);
    return {};
  };
  using enum Technique;
  TRY(given({redact, rare}, r.value.has_value(), "value"));
  TRY(given({mask, format_preserving}, r.first.has_value(), "first"));
  TRY(given({mask}, r.last || r.mask_char, "last, mask_char"));
  TRY(given({pseudonym, encrypt, format_preserving, text}, r.domain.has_value(), "domain"));
  TRY(given({pseudonym, encrypt}, r.prefix.has_value(), "prefix"));
  TRY(given({pseudonym}, r.length.has_value(), "length"));
  TRY(given({date}, r.unit.has_value(), "unit"));
  TRY(given({date_shift, noise}, r.person.has_value(), "person"));
  TRY(given({date_shift}, r.days_max.has_value(), "days_max"));
  TRY(given({band}, r.width.has_value(), "width"));
  TRY(given({band, clamp}, r.top || r.bottom, "top, bottom"));
  TRY(given({round}, r.to.has_value(), "to"));
  TRY(given({region}, r.digits.has_value(), "digits"));
  TRY(given({id_number}, r.region || r.birth, "region, birth"));
  TRY(given({format_preserving}, r.kind || r.cipher, "kind, cipher"));
  TRY(given({encrypt}, r.mode.has_value(), "mode"));
  TRY(given({hierarchy}, r.hierarchy || r.height || r.lowest, "hierarchy, height, lowest"));
  TRY(given({noise}, r.bound.has_value(), "bound"));
  TRY(given({microaggregate, rare}, r.k.has_value(), "k"));
  TRY(given({well_formed}, r.form.has_value(), "form"));
  return {};
}

// A condition takes the place beside the cell, and rows that it leaves out would break what a technique has learnt.
Status check_condition(const FieldRule& r) {
  if (r.otherwise && !r.when) return bad_parameter(r, "otherwise");
  if (!r.when) return {};
  using enum Technique;
  for (Technique t : {keep, suppress, date_shift, noise, permute, microaggregate, rare})
    if (r.technique == t) return bad_parameter(r, "when");
  if (r.when->column.empty() || r.when->is.empty() == r.when->is_not.empty()) return bad_parameter(r, "when");
  return {};
}

constexpr int64_t kNumberMax = 1'000'000'000'000;

Status check_ends(const FieldRule& r) {
  if (r.top && std::abs(*r.top) > kNumberMax) return bad_parameter(r, "top");
  if (r.bottom && (std::abs(*r.bottom) > kNumberMax || (r.top && *r.bottom >= *r.top))) return bad_parameter(r, "bottom");
  return {};
}

Status check_keyed(const FieldRule& r) {
  if (!within(r.length, 13, 51)) return bad_parameter(r, "length");
  if (r.prefix && r.prefix->size() > 32) return bad_parameter(r, "prefix");
  if (r.domain && (r.domain->empty() || r.domain->size() > kNameBytesMax)) return bad_parameter(r, "domain");
  if (r.technique == Technique::format_preserving) {
    if (!r.kind) return bad_parameter(r, "kind");
    if (r.first && (*r.kind != FormatKind::card || *r.first < 0 || *r.first > 6)) return bad_parameter(r, "first");
  }
  return {};
}

constexpr uint64_t kIdNumbersMin = 1000;  // fewer that fit a masked one are tried out in no time

// How many ID numbers may stand behind one that shows so many characters at either end, by what each hidden place can hold: a birth date has some 36,500 values
// and no 10⁸; a check digit that is shown leaves one in eleven.
uint64_t id_numbers_behind(int first, int last) {
  constexpr int kLength = 18;
  // Region (34 provinces, some 20 cities and counties in each), year of this or the last century, month and day, sequence, check.
  constexpr uint64_t kPlaces[kLength] = {4, 9, 2, 10, 2, 10, 1, 1, 10, 10, 2, 6, 4, 8, 10, 10, 10, 1};
  uint64_t left = 1;
  for (int at = first; at < kLength - last; at++) left *= kPlaces[at];
  return last > 0 ? left / 11 : left;
}

Status check_rule(const FieldRule& r) {
  if (r.column.empty() || r.column.size() > kNameBytesMax) return bad_parameter(r, "column");
  TRY(only_own_parameters(r));
  TRY(check_condition(r));
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
    case Technique::encrypt:
    case Technique::format_preserving:
    case Technique::text:
    case Technique::permute: return check_keyed(r);
    case Technique::date:
      if (!r.unit) return bad_parameter(r, "unit");
      return {};
    case Technique::date_shift:
      if (!r.person || *r.person == r.column) return bad_parameter(r, "person");
      if (!within(r.days_max, 1, 3650)) return bad_parameter(r, "days_max");
      return {};
    case Technique::band:
      if (!r.width || *r.width < 1 || *r.width > kNumberMax) return bad_parameter(r, "width");
      return check_ends(r);
    case Technique::clamp:
      if (!r.top && !r.bottom) return bad_parameter(r, "top or bottom");
      return check_ends(r);
    case Technique::noise:
      if (!r.bound || *r.bound < 1 || *r.bound > kNumberMax) return bad_parameter(r, "bound");
      if (!r.person || *r.person == r.column) return bad_parameter(r, "person");
      return {};
    case Technique::hierarchy:
      if (!r.hierarchy || r.hierarchy->empty()) return bad_parameter(r, "hierarchy");
      if (!r.height || *r.height < 0 || *r.height > 100) return bad_parameter(r, "height");
      if (r.lowest && (*r.lowest < 0 || *r.lowest >= *r.height || r.when)) return bad_parameter(r, "lowest");
      return {};
    case Technique::microaggregate:
    case Technique::rare:
      if (!r.k || *r.k < 2 || *r.k > 10000) return bad_parameter(r, "k");
      if (r.value && r.value->size() > 200) return bad_parameter(r, "value");
      return {};
    case Technique::region:
      if (!r.digits || (*r.digits != 2 && *r.digits != 4 && *r.digits != 6)) return bad_parameter(r, "digits");
      return {};
    case Technique::well_formed:
      if (!r.form) return bad_parameter(r, "form");
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

tl::unexpected<Error> bad_member(std::string_view member) { return fail(Errc::invalid, "strategy.bad_parameter", std::string(member)); }

bool is_permille(const std::optional<int64_t>& v) { return !v || (*v >= 1 && *v <= 1000); }

Status check_targets(const Strategy& strategy) {
  if (!strategy.targets) return {};
  const Targets& t = *strategy.targets;
  if (!is_permille(t.risk_permille_max) || !is_permille(t.presence_permille_max)) return bad_member("targets");
  if (t.share_type && !enum_of<ShareType>(*t.share_type)) return bad_member("targets: share_type");
  for (const auto& d : t.diversity)
    if (d.column.empty() || !d.l || *d.l < 2 || d.t_permille) return bad_member("targets: diversity");
  for (const auto& c : t.closeness)
    if (c.column.empty() || !c.t_permille || *c.t_permille < 0 || *c.t_permille > 1000 || c.l) return bad_member("targets: closeness");
  if (strategy.quasi_identifiers.empty() && strategy.classes.empty() && !strategy.extends) return bad_member("targets without quasi_identifiers");
  return {};
}

// Classes are made of the quasi-identifiers, as large as k. Without either there would be nothing to keep fine values in.
Status check_local(const Strategy& strategy, bool in_parts) {
  if (!recodes_locally(strategy)) return {};
  if (strategy.targets && strategy.targets->presence_permille_max) return fail(Errc::refused, "strategy.local_wants", "targets: presence");
  if (in_parts) return {};  // the whole is checked when it is there
  if (!strategy.k_min || *strategy.k_min < 2) return fail(Errc::invalid, "strategy.local_wants", "k_min");
  for (const FieldRule& rule : strategy.rules)
    if (recodes_locally(rule) && std::find(strategy.quasi_identifiers.begin(), strategy.quasi_identifiers.end(), rule.column) == strategy.quasi_identifiers.end())
      return fail(Errc::invalid, "strategy.local_wants", "quasi_identifiers: " + printable_name(rule.column));
  return {};
}

Status check_use_limits(const Strategy& strategy) {
  if (!strategy.use || !strategy.use->not_after) return {};
  const std::string& day = *strategy.use->not_after;
  bool shaped = day.size() == 10 && day[4] == '-' && day[7] == '-' && std::count_if(day.begin(), day.end(), [](char c) { return c >= '0' && c <= '9'; }) == 8;
  auto part = [&](size_t at, size_t n) { return std::atoi(day.substr(at, n).c_str()); };
  return shaped && is_civil_date(part(0, 4), part(5, 2), part(8, 2)) ? Status() : bad_member("use: not_after");
}

Status check_parts(const Strategy& strategy) {
  for (const ClassRule& rule : strategy.classes) {
    if (rule.types.empty() && rule.categories.empty() && rule.levels.empty() && !rule.identifier) return bad_member("classes");
    TRY(check_rule(TRY(rule_for_column(rule, "class"))));
  }
  TRY(check_targets(strategy));
  TRY(check_use_limits(strategy));
  return strategy.aggregate ? check(*strategy.aggregate) : Status();
}

}  // namespace

Result<FieldRule> rule_for_column(const ClassRule& rule, const std::string& column) {
  Json json = rule.apply.is_object() ? rule.apply : Json::object();
  json.set("column", Json(column));
  return decode<FieldRule>(json);
}

Strategy population_part(const Strategy& strategy) {
  Strategy people = masking_part(strategy);
  people.unlisted = Unlisted::suppress;
  std::erase_if(people.rules, [&](const FieldRule& r) {
    return std::find(strategy.quasi_identifiers.begin(), strategy.quasi_identifiers.end(), r.column) == strategy.quasi_identifiers.end();
  });
  for (const auto& name : strategy.quasi_identifiers) {
    bool ruled = std::any_of(people.rules.begin(), people.rules.end(), [&](const FieldRule& r) { return r.column == name; });
    if (ruled || strategy.unlisted != Unlisted::keep) continue;
    FieldRule kept;
    kept.column = name;
    kept.technique = Technique::keep;
    people.rules.push_back(kept);
  }
  people.quasi_identifiers.clear();
  people.k_min.reset();
  people.suppress_permille.reset();
  people.sample.reset();
  people.marks.reset();
  return people;
}

Strategy only_rule_of(Strategy strategy, const std::string& column) {
  std::erase_if(strategy.rules, [&](const FieldRule& rule) { return rule.column != column; });
  for (FieldRule& rule : strategy.rules) {
    rule.when.reset();    // what is made of a value is the same in whatever rows it was made
    rule.lowest.reset();  // of the heights of local recoding the coarsest: a finer one says more than one value does
  }
  strategy.quasi_identifiers.clear();
  strategy.sample.reset();
  strategy.marks.reset();
  return masking_part(std::move(strategy));
}

Strategy masking_part(Strategy strategy) {
  if (recodes_locally(strategy)) strategy.held_within = std::move(strategy.targets);
  strategy.targets.reset();
  strategy.use.reset();
  strategy.review.reset();
  strategy.aggregate.reset();
  return strategy;
}

Status check(const Strategy& strategy) {
  if (strategy.format != "sluice-strategy/1") return fail(Errc::invalid, "strategy.unsupported_format");
  if (strategy.id.empty() || strategy.id.size() > kNameBytesMax || strategy.version.empty() || strategy.version.size() > 64)
    return fail(Errc::invalid, "strategy.bad_parameter", "id, version");
  const bool in_parts = strategy.extends || !strategy.classes.empty();
  if (strategy.rules.empty() && !in_parts) return fail(Errc::invalid, "strategy.empty");
  TRY(check_parts(strategy));
  if (strategy.k_min && (*strategy.k_min < 1 || (strategy.quasi_identifiers.empty() && !in_parts)))
    return fail(Errc::invalid, "strategy.bad_parameter", "k_min");
  if (strategy.suppress_permille && (!strategy.k_min || *strategy.suppress_permille < 0 || *strategy.suppress_permille > 1000))
    return fail(Errc::invalid, "strategy.bad_parameter", "suppress_permille");
  if (strategy.sample && (strategy.sample->column.empty() || strategy.sample->permille < 1 || strategy.sample->permille > 1000))
    return fail(Errc::invalid, "strategy.bad_parameter", "sample");
  for (const auto& [name, csv] : strategy.hierarchies) {
    // A single word is no hierarchy; it is somebody's file name.
    if (csv.find_first_of("\n\r,;\t|") == std::string::npos) return fail(Errc::invalid, "strategy.hierarchy_not_csv", printable_name(name));
    TRY(ValueHierarchy::parse(csv));
  }
  TRY(check_local(strategy, in_parts));
  std::set<std::string_view> columns;
  for (const auto& rule : strategy.rules) {
    TRY(check_rule(rule));
    if (rule.technique == Technique::hierarchy && !strategy.hierarchies.contains(*rule.hierarchy)) {
      if (strategy.extends) continue;  // the base may have it
      auto built_in = ValueHierarchy::built_in(*rule.hierarchy);
      if (!built_in) return fail(Errc::invalid, "strategy.unknown_hierarchy", printable_name(*rule.hierarchy));
      if (*rule.height > built_in->height()) return bad_parameter(rule, "height");
    } else if (rule.technique == Technique::hierarchy && *rule.height > TRY(ValueHierarchy::parse(strategy.hierarchies.at(*rule.hierarchy))).height()) {
      return bad_parameter(rule, "height");
    }
    if (!columns.insert(rule.column).second) return fail(Errc::invalid, "strategy.duplicate_column");
  }
  return {};
}

std::string told_hierarchy(const Strategy& strategy, const FieldRule& rule) {
  const std::string name = rule.hierarchy.value_or("");
  return strategy.hierarchies.contains(name) && ValueHierarchy::built_in(name) ? "given:" + name : name;
}

Result<Strategy> read_strategy(std::string_view text) {
  auto first = text.find_first_not_of(" \t\r\n");
  bool is_json = first != std::string_view::npos && text[first] == '{';
  Json json = is_json ? TRY(parse_json(text, 4u << 20)) : TRY(rules::parse_yaml(text, 4u << 20));
  // The format is looked at first, so that a later format's new members are not called misspelt.
  auto format = json.get_string("format");
  if (!format || *format != "sluice-strategy/1") return fail(Errc::invalid, "strategy.unsupported_format");
  Strategy strategy = TRY(decode<Strategy>(json));
  TRY(check(strategy));
  return strategy;
}

Digest digest_of(const Strategy& strategy) {
  Json json = encode(strategy);
  if (strategy.classes.empty()) json.erase("classes");  // digests of strategies from before there were classes stay
  if (strategy.use && strategy.use->purposes.empty()) {  // and before uses named purposes
    Json use = *json.find("use");
    use.erase("purposes");
    json.set("use", std::move(use));
  }
  return sm3(view(canonical(json)));
}

bool becomes_tokens(const FieldRule& rule) {
  bool keyed = rule.technique == Technique::pseudonym || rule.technique == Technique::encrypt || rule.technique == Technique::format_preserving;
  return keyed && !rule.when;
}

bool changes_nothing(const FieldRule& rule) {
  using enum Technique;
  switch (rule.technique) {
    case keep: return true;
    case hierarchy: return rule.height.value_or(0) == 0;
    case band: return rule.width.value_or(0) == 1 && !rule.top && !rule.bottom;
    case round: return rule.to.value_or(0) == 1;
    case region: return rule.digits.value_or(0) >= 6;
    default: return false;
  }
}

bool leaves_identifier(const FieldRule& rule, std::string_view type) {
  using enum Technique;
  switch (rule.technique) {
    case suppress:
    case redact:
    case blank:
    case pseudonym:
    case encrypt:
    case format_preserving:
    case id_number:
    case well_formed:
    case text: return false;  // what text cannot find is counted in the receipt (possible_names) and looked for by the scan
    case mask: {
      const int shown = rule.first.value_or(0) + rule.last.value_or(0);
      if (type == "id_number") return shown > 13 || id_numbers_behind(rule.first.value_or(0), rule.last.value_or(0)) < kIdNumbersMin;
      if (type == "phone") return shown > 7;
      if (type == "bank_card") return shown > 11;
      return shown > 8;
    }
    // Made for what describes people, not for what names them: rare values, ends and neighbours stay as they are, and so does whatever a hierarchy does not know.
    case keep:
    case permute:
    case clamp:
    case round:
    case noise:
    case rare:
    case microaggregate:
    case hierarchy:
    case band:
    case region:
    case date:
    case date_shift: return true;
  }
  return true;
}

bool is_keyed(Technique t) {
  using enum Technique;
  return t == pseudonym || t == date_shift || t == format_preserving || t == encrypt || t == noise || t == permute || t == text;
}

bool counts_rows(Technique t) { return t == Technique::rare || t == Technique::microaggregate; }

bool recodes_locally(const FieldRule& rule) { return rule.technique == Technique::hierarchy && rule.lowest.has_value(); }

bool recodes_locally(const Strategy& strategy) {
  return std::any_of(strategy.rules.begin(), strategy.rules.end(), [](const FieldRule& rule) { return recodes_locally(rule); });
}

bool needs_key(const Strategy& strategy) {
  return strategy.sample.has_value() ||
         std::any_of(strategy.rules.begin(), strategy.rules.end(), [](const FieldRule& rule) { return is_keyed(rule.technique); });
}

bool leaves_cells(const FieldRule& rule) {
  bool hides = rule.technique == Technique::suppress || rule.technique == Technique::blank || rule.technique == Technique::redact;
  return !hides || (rule.when && rule.otherwise == Otherwise::keep);
}

Level level_after(const FieldRule& rule, Level before) {
  const bool may_stay = changes_nothing(rule) || (rule.when && rule.otherwise == Otherwise::keep) || (recodes_locally(rule) && *rule.lowest == 0);
  return may_stay ? before : level_after(rule.technique, before);
}

Level level_after(const FieldRule& rule, Level before, bool identifies, std::string_view type) {
  return identifies && leaves_identifier(rule, type) ? before : level_after(rule, before);
}

Level level_after(Technique technique, Level before) {
  switch (technique) {
    case Technique::suppress:
    case Technique::redact:
    case Technique::blank: return Level::l1();
    // Most values stay, or only change places.
    case Technique::keep:
    case Technique::rare:
    case Technique::clamp:
    case Technique::permute: return before;
    case Technique::mask:
    case Technique::pseudonym:
    case Technique::date:
    case Technique::date_shift:
    case Technique::band:
    case Technique::region:
    case Technique::round:
    case Technique::id_number:
    case Technique::format_preserving:
    case Technique::encrypt:
    case Technique::hierarchy:
    case Technique::noise:
    case Technique::microaggregate:
    case Technique::well_formed:
    case Technique::text: return before == Level::l4() ? Level::l3() : before;
  }
  return before;
}

}  // namespace sluice::deident
