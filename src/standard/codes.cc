#include "standard/codes.h"

#include <array>

#include "standard/datetime.h"

namespace sluice {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// A form in the small language of the code tables: 9 a digit, A a capital letter, N either, anything else itself.
bool has_form(std::string_view s, std::string_view form) {
  if (s.size() != form.size()) return false;
  for (size_t i = 0; i < s.size(); i++) {
    char c = s[i];
    bool ok = form[i] == '9'   ? is_digit(c)
              : form[i] == 'A' ? is_upper(c)
              : form[i] == 'N' ? is_digit(c) || is_upper(c)
                               : c == form[i];
    if (!ok) return false;
  }
  return true;
}

// The value as the rules see it: trimmed, upper-case, in a buffer of its own (codes are short).
struct Plain {
  std::array<char, 64> buffer;
  size_t size = 0;
  bool trimmed = false, lowered = false, too_long = false;
  std::string_view text() const { return {buffer.data(), size}; }
};

Plain plain_of(std::string_view value) {
  Plain out;
  auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!value.empty() && space(value.front())) value.remove_prefix(1), out.trimmed = true;
  while (!value.empty() && space(value.back())) value.remove_suffix(1), out.trimmed = true;
  if (value.size() > out.buffer.size()) {
    out.too_long = true;
    return out;
  }
  for (char c : value) {
    char u = upper(c);
    out.lowered |= u != c;
    out.buffer[out.size++] = u;
  }
  return out;
}

void note_spelling(Verdict& verdict, const Plain& plain, std::string_view lower_case) {
  if (plain.trimmed) verdict.warnings.push_back("code.surrounding_space");
  if (plain.lowered && !lower_case.empty()) verdict.warnings.push_back(lower_case);
}

// The list decides when there is one; otherwise the answer says that only the form was checked.
Verdict member_or_form(CodeType type, std::string_view code, std::string_view unknown, const CheckContext& context) {
  Verdict verdict{.valid = true};
  if (!context.membership || !context.membership->has_list(type)) {
    verdict.form_only = true;
    return verdict;
  }
  if (!context.membership->contains(type, code)) return invalid(unknown);
  return verdict;
}

// H and P codes, D codes: letter, division, serial. An unknown county is a warning since divisions are abolished.
Verdict division_code(CodeType type, std::string_view code, const CheckContext& context) {
  if (!is_province(code.substr(1, 2))) return invalid("code.province");
  Verdict verdict = member_or_form(type, code, "code.not_in_list", context);
  if (verdict.valid && context.membership && context.membership->has_list(CodeType::region) &&
      !context.membership->contains(CodeType::region, code.substr(1, 6)))
    verdict.warnings.push_back("code.county_unknown");
  return verdict;
}

Verdict check_insurance_unit(std::string_view code) {
  if (code.size() < 6 || code.size() > 20) return invalid("code.form");
  for (char c : code)
    if (!is_digit(c) && !is_upper(c)) return invalid("code.form");
  return {.valid = true, .form_only = true, .reason = {}, .profile = {}, .warnings = {"code.no_published_rule"}};
}

Verdict check_drug(std::string_view code, const CheckContext& context) {
  bool western = has_form(code, "XA99AAA999A999999999999");
  bool patent = has_form(code, "ZA99AAA9999999999999");
  bool slices = has_form(code, "T999999999");
  bool base = has_form(code, "86999999999999");
  if (!western && !patent && !slices && !base) return invalid("drug.form");
  Verdict verdict = member_or_form(CodeType::drug, code, "code.not_in_list", context);
  if (base && verdict.valid) verdict.warnings.push_back("drug.base_code");
  return verdict;
}

Verdict check_consumable(std::string_view code, const CheckContext& context) {
  if (!has_form(code, "C9999999999999999999") && !has_form(code, "C99999999999999999999999999"))
    return invalid("consumable.form");
  return member_or_form(CodeType::consumable, code, "code.not_in_list", context);
}

Verdict check_service(std::string_view code, const CheckContext& context) {
  if (!has_form(code, "999999999999999")) return invalid("service.form");
  if (code.substr(0, 2) != "00" && !is_province(code.substr(0, 2))) return invalid("code.province");
  return member_or_form(CodeType::service, code, "code.not_in_list", context);
}

size_t digits_from(std::string_view s, size_t at) {
  size_t n = 0;
  while (at + n < s.size() && is_digit(s[at + n])) n++;
  return n;
}

// One ICD-10 code of the NHSA edition from the front of `s`: A00, A00.0, A00.000, A00.x00, then an optional x001.
// Returns its length, 0 when there is none. `s` is upper-case: the x is an X here.
size_t icd10_length(std::string_view s) {
  if (s.size() < 3 || !is_upper(s[0]) || !is_digit(s[1]) || !is_digit(s[2])) return 0;
  size_t at = 3;
  if (at < s.size() && s[at] == '.') {
    size_t n = 0;
    while (n < 3 && at + 1 + n < s.size() && (is_digit(s[at + 1 + n]) || (n == 0 && s[at + 1] == 'X'))) n++;
    if (n == 0) return 0;
    at += 1 + n;
  }
  if (at < s.size() && s[at] == 'X') {
    if (digits_from(s, at + 1) < 3) return 0;
    at += 4;
  }
  return at;
}

Verdict check_icd10(std::string_view code, const CheckContext& context) {
  size_t n = icd10_length(code);
  if (n == 0) return invalid("icd10.form");
  std::string_view rest = code.substr(n);
  if (!rest.empty() && rest[0] == '+') {
    size_t second = icd10_length(rest.substr(1));
    if (second == 0) return invalid("icd10.form");
    rest = rest.substr(1 + second);
  }
  if (rest == "*" || rest == "+") rest = {};
  if (!rest.empty()) return invalid("icd10.form");
  return member_or_form(CodeType::icd10, code, "code.not_in_list", context);
}

Verdict check_icd9cm3(std::string_view code, const CheckContext& context) {
  if (code.size() < 5 || !is_digit(code[0]) || !is_digit(code[1]) || code[2] != '.') return invalid("icd9cm3.form");
  size_t n = digits_from(code, 3), at = 3 + n;
  if (n < 2 || n > 4) return invalid("icd9cm3.form");
  if (at < code.size() && (code[at] != 'X' || code.size() != at + 4 || digits_from(code, at + 1) != 3))
    return invalid("icd9cm3.form");
  return member_or_form(CodeType::icd9cm3, code, "code.not_in_list", context);
}

Verdict check_region(std::string_view code, const CheckContext& context) {
  if (!has_form(code, "999999")) return invalid("region.form");
  if (!is_province(code.substr(0, 2))) return invalid("code.province");
  if (code.substr(2) == "0000") return {.valid = true};
  return member_or_form(CodeType::region, code, "region.not_in_list", context);
}

constexpr std::string_view kUsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

int uscc_index(char c) {
  size_t at = kUsccAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

bool id18_form(std::string_view s) {
  if (s.size() != 18 || s[0] == '0') return false;
  for (size_t i = 0; i < 17; i++)
    if (!is_digit(s[i])) return false;
  return is_digit(s[17]) || s[17] == 'X';
}

bool id15_form(std::string_view s) {
  if (s.size() != 15 || s[0] == '0') return false;
  for (char c : s)
    if (!is_digit(c)) return false;
  return true;
}

int two(std::string_view s, size_t at) { return (s[at] - '0') * 10 + (s[at + 1] - '0'); }

bool after(const CivilDate& a, const CivilDate& b) {
  if (a.year != b.year) return a.year > b.year;
  if (a.month != b.month) return a.month > b.month;
  return a.day > b.day;
}

CivilDate id_birth(std::string_view s) {
  if (s.size() == 15) {
    // Sequence numbers 996–999 were kept for people born before 1900.
    bool centenarian = s.substr(12) >= "996";
    return {(centenarian ? 1800 : 1900) + two(s, 6), two(s, 8), two(s, 10)};
  }
  return {two(s, 6) * 100 + two(s, 8), two(s, 10), two(s, 12)};
}

Verdict check_id_plain(std::string_view s, const CheckContext& context) {
  bool legacy = id15_form(s);
  if (!legacy && !id18_form(s)) return invalid("id.form");
  bool foreigner = !legacy && s[0] == '9';
  if (!is_province(foreigner ? s.substr(1, 2) : s.substr(0, 2)) && !(s.substr(0, 2) == "83")) return invalid("id.province");
  CivilDate birth = id_birth(s);
  if (birth.year < 1800 || !is_civil_date(birth.year, birth.month, birth.day)) return invalid("id.birth_date");
  if (after(birth, context.today)) return invalid("id.birth_in_future");
  if (!legacy && id_check_character(s.substr(0, 17)) != s[17]) return invalid("id.check_character");
  Verdict verdict{.valid = true, .form_only = legacy};
  if (legacy) verdict.warnings.push_back("id.legacy_form");
  if (foreigner) verdict.warnings.push_back("id.foreigner_form");
  if (!foreigner && context.membership && context.membership->has_list(CodeType::region) &&
      !context.membership->contains(CodeType::region, s.substr(0, 6)))
    verdict.warnings.push_back("id.county_unknown");
  return verdict;
}

Verdict dispatch(CodeType type, std::string_view code, const CheckContext& context) {
  switch (type) {
    case CodeType::id_number: return check_id_plain(code, context);
    case CodeType::uscc: return check_uscc(code);
    case CodeType::date: return check_date(code);
    case CodeType::datetime: return check_datetime(code);
    case CodeType::institution:
      return has_form(code, "H99999999999") ? division_code(type, code, context) : invalid("institution.form");
    case CodeType::pharmacy:
      return has_form(code, "P99999999999") ? division_code(type, code, context) : invalid("pharmacy.form");
    case CodeType::physician:
      return has_form(code, "D999999999999") ? division_code(type, code, context) : invalid("physician.form");
    case CodeType::insurance_unit: return check_insurance_unit(code);
    case CodeType::drug: return check_drug(code, context);
    case CodeType::consumable: return check_consumable(code, context);
    case CodeType::service: return check_service(code, context);
    case CodeType::icd10: return check_icd10(code, context);
    case CodeType::icd9cm3: return check_icd9cm3(code, context);
    case CodeType::region: return check_region(code, context);
  }
  return invalid("code.form");
}

std::string_view lower_case_warning(CodeType type) {
  switch (type) {
    case CodeType::id_number: return "id.lower_case_x";
    case CodeType::icd10:
    case CodeType::icd9cm3:
    case CodeType::date:
    case CodeType::datetime: return {};
    default: return "code.lower_case";
  }
}

}  // namespace

char id_check_character(std::string_view s) {
  static constexpr int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  if (s.size() != 17) return '\0';
  int sum = 0;
  for (size_t i = 0; i < 17; i++) {
    if (!is_digit(s[i])) return '\0';
    sum += (s[i] - '0') * weights[i];
  }
  return "10X98765432"[sum % 11];
}

char uscc_check_character(std::string_view s) {
  static constexpr int weights[17] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
  if (s.size() != 17) return '\0';
  int sum = 0;
  for (size_t i = 0; i < 17; i++) {
    int v = uscc_index(s[i]);
    if (v < 0) return '\0';
    sum += v * weights[i];
  }
  return kUsccAlphabet[static_cast<size_t>((31 - sum % 31) % 31)];
}

char organisation_check_character(std::string_view s) {
  static constexpr int weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
  if (s.size() != 8) return '\0';
  int sum = 0;
  for (size_t i = 0; i < 8; i++) {
    if (!is_digit(s[i]) && !is_upper(s[i])) return '\0';
    sum += (is_digit(s[i]) ? s[i] - '0' : s[i] - 'A' + 10) * weights[i];
  }
  int c = 11 - sum % 11;
  return c == 10 ? 'X' : c == 11 ? '0' : static_cast<char>('0' + c);
}

Verdict check_id_number(std::string_view value, const CheckContext& context) {
  return check_code(CodeType::id_number, value, context);
}

Verdict check_uscc(std::string_view s) {
  if (s.size() != 18) return invalid("uscc.form");
  for (size_t i = 0; i < 18; i++) {
    bool ok = i >= 2 && i < 8 ? is_digit(s[i]) : uscc_index(s[i]) >= 0;
    if (!ok) return invalid("uscc.form");
  }
  if (uscc_check_character(s.substr(0, 17)) != s[17]) return invalid("uscc.check_character");
  Verdict verdict{.valid = true};
  if (std::string_view("159Y").find(s[0]) == std::string_view::npos) verdict.warnings.push_back("uscc.department");
  if (organisation_check_character(s.substr(8, 8)) != s[16]) verdict.warnings.push_back("uscc.organisation_check");
  return verdict;
}

Verdict check_code(CodeType type, std::string_view value, const CheckContext& context) {
  // Codes that systems send clean, the great majority, are checked where they lie.
  Plain plain = plain_of(value);
  if (plain.too_long) return invalid("code.too_long");
  if (plain.size == 0) return invalid("code.empty");
  Verdict verdict = dispatch(type, plain.text(), context);
  if (verdict.valid && (plain.trimmed || plain.lowered)) note_spelling(verdict, plain, lower_case_warning(type));
  return verdict;
}

std::optional<IdFacts> id_facts(std::string_view s) {
  if (!id15_form(s) && !(s.size() == 18 && (id18_form(s) || (s[17] == 'x' && id15_form(s.substr(0, 15))))))
    return std::nullopt;
  CivilDate birth = id_birth(s);
  if (!is_civil_date(birth.year, birth.month, birth.day)) return std::nullopt;
  char sex = s.size() == 15 ? s[14] : s[16];
  if (!is_digit(sex)) return std::nullopt;
  return IdFacts{birth, (sex - '0') % 2 == 1};
}

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); i++) {
    int d = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
    sum += d;
  }
  return sum % 10 == 0;
}

}  // namespace sluice
