#include "collect/value.h"

#include "standard/datetime.h"

namespace sluice::collect {

namespace {

bool is_digit_char(char c) { return c >= '0' && c <= '9'; }

// YYYY-MM-DD of the years 1900–2199 by tables, the form nearly all cells have; the rest goes the long way.
bool quick_date(const char* p, int64_t& days) {
  int d[8];
  static constexpr int at[8] = {0, 1, 2, 3, 5, 6, 8, 9};
  for (int i = 0; i < 8; i++) {
    d[i] = p[at[i]] - '0';
    if (d[i] < 0 || d[i] > 9) return false;
  }
  if (p[4] != '-' || p[7] != '-') return false;
  int year = d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3], month = d[4] * 10 + d[5], day = d[6] * 10 + d[7];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 28) {
    if (!is_civil_date(year, month, day) || year < 1) return false;
  }
  days = days_from_civil(year, month, day);
  return true;
}

bool quick_time(const char* p, int64_t& millis) {
  int d[6];
  static constexpr int at[6] = {0, 1, 3, 4, 6, 7};
  for (int i = 0; i < 6; i++) {
    d[i] = p[at[i]] - '0';
    if (d[i] < 0 || d[i] > 9) return false;
  }
  int h = d[0] * 10 + d[1], m = d[2] * 10 + d[3], s = d[4] * 10 + d[5];
  if (p[2] != ':' || p[5] != ':' || h > 23 || m > 59 || s > 59) return false;
  millis = (int64_t{h} * 3600 + m * 60 + s) * kSecondMs;
  return true;
}

}  // namespace

bool parse_decimal(std::string_view text, uint8_t scale, int64_t& out) {
  const char* p = text.data();
  const char* end = p + text.size();
  bool negative = false;
  if (p < end && (*p == '-' || *p == '+')) negative = *p++ == '-';
  const char* first = p;
  uint64_t value = 0;
  while (p < end && is_digit_char(*p) && p - first < 18) value = value * 10 + static_cast<uint64_t>(*p++ - '0');
  if (p == first) return false;
  int places = 0;
  if (p < end && *p == '.' && p + 1 < end) {
    p++;
    for (; p < end && is_digit_char(*p) && places < scale; places++) {
      if (value > 90'000'000'000'000'000) return false;
      value = value * 10 + static_cast<uint64_t>(*p++ - '0');
    }
    while (p < end && *p == '0') p++;
  }
  if (p != end) return false;
  for (; places < scale; places++) {
    if (value > 90'000'000'000'000'000) return false;
    value *= 10;
  }
  out = negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
  return true;
}

bool parse_value(const PlanField& field, std::string_view text, int64_t& out) {
  switch (field.type) {
    case FieldType::text: return false;
    case FieldType::integer: return text.find('.') == std::string_view::npos && parse_decimal(text, 0, out);
    case FieldType::decimal: return parse_decimal(text, scale_of(field), out);
    case FieldType::date: {
      if (text.size() == 10 && quick_date(text.data(), out)) return true;
      auto day = parse_date(text);
      if (day) out = day->days;
      return day.has_value();
    }
    case FieldType::datetime: {
      int64_t days, millis;
      if (text.size() == 19 && (text[10] == ' ' || text[10] == 'T') && quick_date(text.data(), days) &&
          quick_time(text.data() + 11, millis)) {
        out = days * kDayMs + millis;
        return true;
      }
      auto moment = parse_datetime(text);
      if (moment) out = moment->millis;
      return moment.has_value();
    }
    case FieldType::boolean:
      if (text != "0" && text != "1" && text != "true" && text != "false") return false;
      out = text == "1" || text == "true" ? 1 : 0;
      return true;
  }
  return false;
}

std::string_view why_not(const PlanField& field, std::string_view text) {
  switch (field.type) {
    case FieldType::text: return "value.not_text";
    case FieldType::integer: return "value.not_int";
    case FieldType::decimal: return "value.not_decimal";
    case FieldType::boolean: return "value.not_bool";
    case FieldType::date: {
      Verdict v = check_date(text);
      return v.valid ? "date.reduced_precision" : v.reason;
    }
    case FieldType::datetime: {
      Verdict v = check_datetime(text);
      return v.valid ? "time.form" : v.reason;
    }
  }
  return "value.not_text";
}

}  // namespace sluice::collect
