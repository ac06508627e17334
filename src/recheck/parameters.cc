#include "recheck/parameters.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"

namespace sluice::recheck {

namespace {

constexpr int64_t kNumberMax = 1'000'000'000'000;

// Lists of words are separated by blanks, so that the table reads as one.
bool is_word_of(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

struct Range {
  int64_t low = 0, high = 0;
};
struct Length {
  size_t least = 0, most = 0;
};

struct Spec {
  std::string_view name;
  std::string_view of;          // techniques that take it
  std::string_view wanted_by{}; // those that cannot do without
  std::optional<Range> range{};
  std::optional<Length> bytes{};
  std::string_view words{};     // the only texts; of a number its only digits
};

constexpr std::string_view kEvery =
    "keep suppress redact blank mask pseudonym date date_shift band region round id_number format_preserving encrypt hierarchy clamp noise permute microaggregate rare text well_formed";
constexpr std::string_view kConditional = "redact blank mask pseudonym date band region round id_number format_preserving encrypt hierarchy clamp text well_formed";

constexpr Spec kSpecs[] = {
    {.name = "on_failure", .of = kEvery, .words = "blank refuse"},
    {.name = "value", .of = "redact rare", .wanted_by = "redact", .bytes = Length{0, 200}},
    {.name = "first", .of = "mask", .range = Range{0, 100}},
    {.name = "first", .of = "format_preserving", .range = Range{0, 6}},
    {.name = "last", .of = "mask", .range = Range{0, 100}},
    {.name = "mask_char", .of = "mask", .bytes = Length{1, 1}},
    {.name = "domain", .of = "pseudonym encrypt format_preserving text", .bytes = Length{1, kNameBytesMax}},
    {.name = "prefix", .of = "pseudonym encrypt", .bytes = Length{0, 32}},
    {.name = "length", .of = "pseudonym", .range = Range{13, 51}},
    {.name = "unit", .of = "date", .wanted_by = "date", .words = "year quarter month"},
    {.name = "person", .of = "date_shift noise", .wanted_by = "date_shift noise", .bytes = Length{0, kNameBytesMax}},
    {.name = "days_max", .of = "date_shift", .range = Range{1, 3650}},
    {.name = "width", .of = "band", .wanted_by = "band", .range = Range{1, kNumberMax}},
    {.name = "top", .of = "band clamp", .range = Range{-kNumberMax, kNumberMax}},
    {.name = "bottom", .of = "band clamp", .range = Range{-kNumberMax, kNumberMax}},
    {.name = "to", .of = "round", .wanted_by = "round", .range = Range{1, kNumberMax}},
    {.name = "digits", .of = "region", .wanted_by = "region", .range = Range{2, 6}, .words = "2 4 6"},
    {.name = "region", .of = "id_number", .wanted_by = "id_number", .range = Range{0, 6}, .words = "0 2 4 6"},
    {.name = "birth", .of = "id_number", .words = "none year"},
    {.name = "kind", .of = "format_preserving", .wanted_by = "format_preserving", .words = "id_number phone card digits code date"},
    {.name = "cipher", .of = "format_preserving", .words = "sm4 aes"},
    {.name = "mode", .of = "encrypt", .words = "deterministic randomised"},
    {.name = "hierarchy", .of = "hierarchy", .wanted_by = "hierarchy", .bytes = Length{1, kNameBytesMax}},
    {.name = "height", .of = "hierarchy", .wanted_by = "hierarchy", .range = Range{0, 100}},
    {.name = "lowest", .of = "hierarchy", .range = Range{0, 100}},
    {.name = "hierarchy_sm3", .of = "hierarchy", .bytes = Length{64, 64}},
    {.name = "bound", .of = "noise", .wanted_by = "noise", .range = Range{1, kNumberMax}},
    {.name = "k", .of = "microaggregate rare", .wanted_by = "microaggregate rare", .range = Range{2, 10000}},
    {.name = "form", .of = "well_formed", .wanted_by = "well_formed", .words = "phone card social_card insurance_number address"},
    {.name = "otherwise", .of = kConditional, .words = "blank keep"},
};

const Spec* spec_of(std::string_view technique, std::string_view name) {
  const auto* at = std::find_if(std::begin(kSpecs), std::end(kSpecs), [&](const Spec& s) { return s.name == name && is_word_of(s.of, technique); });
  return at == std::end(kSpecs) ? nullptr : at;
}

bool number_can_be(const Spec& spec, int64_t value) {
  return value >= spec.range->low && value <= spec.range->high && (spec.words.empty() || is_word_of(spec.words, std::to_string(value)));
}

bool text_can_be(const Spec& spec, const std::string& value) {
  if (!spec.words.empty()) return is_word_of(spec.words, value) && !value.empty();
  return value.size() >= spec.bytes->least && value.size() <= spec.bytes->most;
}

// {column, is: […], is_not: […]}, one of the lists with members.
bool condition_can_be(const Json& json) {
  const auto column = json.get_string("column");
  if (!column || column->empty()) return false;
  size_t members = 0, lists = 0;
  for (const char* name : {"is", "is_not"}) {
    const Json* list = json.find(name);
    if (!list) continue;
    if (!list->is_array() || !std::all_of(list->as_array().begin(), list->as_array().end(), [](const Json& v) { return v.is_string(); })) return false;
    members += list->as_array().size();
    lists += !list->as_array().empty();
  }
  return members > 0 && lists == 1;
}

// What binds several parameters: the one that is wrong, or empty.
std::string_view unfitting(std::string_view technique, const Parameters& p) {
  if (p.has("otherwise") && !p.conditional()) return "otherwise";
  if (technique == "mask" && !p.has("first") && !p.has("last")) return "first";
  if (technique == "clamp" && !p.has("top") && !p.has("bottom")) return "top";
  if (p.has("top") && p.has("bottom") && p.number("bottom") >= p.number("top")) return "bottom";
  if (technique == "format_preserving" && p.has("first") && p.text("kind") != "card") return "first";
  if (technique == "hierarchy") {
    const int64_t most = height_of_built_in(p.text("hierarchy"));
    if (most > 0 && p.number("height") > most) return "height";
    if (p.has("lowest") && (p.number("lowest") >= p.number("height") || p.conditional())) return "lowest";
  }
  return {};
}

}  // namespace

int64_t height_of_built_in(std::string_view hierarchy) {
  constexpr std::pair<std::string_view, int64_t> kHeights[] = {{"date", 5}, {"age", 5}, {"division", 3}, {"icd10", 3}, {"drug", 6}, {"amount", 4}};
  for (const auto& [name, height] : kHeights)
    if (name == hierarchy) return height;
  return 0;
}

Parameters Parameters::read(std::string_view technique, const Json& json) {
  Parameters out;
  for (const auto& [name, value] : json.as_object()) {
    bool can_be = false;
    if (name == "when") {
      can_be = out.conditional_ = is_word_of(kConditional, technique) && condition_can_be(value);
    } else if (const Spec* spec = spec_of(technique, name)) {
      if (spec->range && value.is_int() && number_can_be(*spec, value.as_int())) can_be = out.numbers_.emplace(name, value.as_int()).second;
      if (!spec->range && value.is_string() && text_can_be(*spec, value.as_string())) can_be = out.texts_.emplace(name, value.as_string()).second;
    }
    if (!can_be && out.fault_.empty()) out.fault_ = spec_of(technique, name) || name == "when" ? name : "one that the technique does not have";
  }
  if (!out.fault_.empty()) return out;
  for (const Spec& spec : kSpecs)
    if (is_word_of(spec.wanted_by, technique) && !out.has(spec.name)) out.fault_ = spec.name;
  if (out.fault_.empty()) out.fault_ = unfitting(technique, out);
  return out;
}

int64_t Parameters::number(std::string_view name, int64_t otherwise) const {
  auto at = numbers_.find(name);
  return at == numbers_.end() ? otherwise : at->second;
}

std::string Parameters::text(std::string_view name, std::string_view otherwise) const {
  auto at = texts_.find(name);
  return at == texts_.end() ? std::string(otherwise) : at->second;
}

}  // namespace sluice::recheck
