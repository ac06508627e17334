// The text of a cell as the integer of its type: days, milliseconds, minor units, 0 or 1.
#pragma once

#include <string_view>

#include "collect/plan.h"

namespace sluice::collect {

// Digits after the point of a field's integers: the scale of a decimal, else 0.
inline uint8_t scale_of(const PlanField& f) {
  return f.type == FieldType::decimal ? static_cast<uint8_t>(f.scale.value_or(2)) : uint8_t{0};
}

// Optional sign, digits, at most `scale` fraction digits (more only when they are zeros); no exponent, no grouping. False
// when it is something else or does not fit.
bool parse_decimal(std::string_view text, uint8_t scale, int64_t& out);

// By the type of the field; text has no integer and is false. "2023/1/5" and its like are false: see date.* of
// standard/datetime.h for the reason.
bool parse_value(const PlanField& field, std::string_view text, int64_t& out);

// Why parse_value said no: "value.not_int", "value.not_decimal", "value.not_bool", "date.*", "time.*".
std::string_view why_not(const PlanField& field, std::string_view text);

// A hash that nobody without the seed can prepare collisions for.
uint64_t keyed_hash(uint64_t seed, std::string_view text);

}  // namespace sluice::collect
