#include "classify/values.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_set>

#include "base/clock.h"
#include "standard/codes.h"

namespace sluice::classify {

namespace {

constexpr size_t kSampleMax = 10'000;

int number_at(std::string_view v, size_t at, size_t n) {
  int out = 0;
  for (size_t i = at; i < at + n; i++) out = out * 10 + (v[i] - '0');
  return out;
}

bool check_id_number(std::string_view v) {
  constexpr int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 17; i++) sum += (v[i] - '0') * weights[i];
  return is_civil_date(number_at(v, 6, 4), number_at(v, 10, 2), number_at(v, 12, 2)) &&
         "10X98765432"[sum % 11] == (v[17] == 'x' ? 'X' : v[17]);
}

bool check_uscc(std::string_view v) {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  constexpr int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
  int sum = 0;
  for (size_t i = 0; i < 17; i++) {
    size_t at = alphabet.find(v[i]);
    if (at == std::string_view::npos) return false;
    sum += static_cast<int>(at) * weights[i];
  }
  return alphabet[static_cast<size_t>((31 - sum % 31) % 31)] == v[17];
}

// Year, month, day of a value that begins with a date in any of the platform's forms.
bool read_date(std::string_view v, int& y, int& m, int& d) {
  std::string digits;
  size_t part = 0;
  int parts[3] = {};
  if (v.size() >= 8 && v.find_first_not_of("0123456789") >= 8) {
    y = number_at(v, 0, 4), m = number_at(v, 4, 2), d = number_at(v, 6, 2);
    return is_civil_date(y, m, d);
  }
  for (char c : v) {
    if (c >= '0' && c <= '9') {
      parts[part] = parts[part] * 10 + (c - '0');
      if (parts[part] > 9999) return false;
    } else if ((c == '-' || c == '/') && part < 2) {
      part++;
    } else {
      break;
    }
  }
  y = parts[0], m = parts[1], d = parts[2];
  return part == 2 && is_civil_date(y, m, d);
}

bool check_date(std::string_view v) {
  int y, m, d;
  return read_date(v, y, m, d);
}

size_t code_point_bytes(std::string_view v) { return static_cast<uint8_t>(v[0]) >= 0xf0 ? 4 : static_cast<uint8_t>(v[0]) >= 0xe0 ? 3 : 2; }

}  // namespace

int64_t wilson_lower_permille(uint64_t hits, uint64_t n) {
  if (n == 0) return 0;
  constexpr double z = 1.96;
  auto count = static_cast<double>(n);
  double p = static_cast<double>(hits) / count;
  double centre = p + z * z / (2 * count);
  double margin = z * std::sqrt(p * (1 - p) / count + z * z / (4 * count * count));
  return static_cast<int64_t>(std::floor(1000 * (centre - margin) / (1 + z * z / count)));
}

struct ValueScanner::Compiled {
  struct Detector {
    rules::DetectorRule rule;
    std::unique_ptr<RE2> pattern;
  };
  std::vector<Detector> detectors;
  std::vector<rules::SensitiveRule> sensitive;
  std::set<std::string, std::less<>> surnames;

  bool is_person_name(std::string_view v) const {
    size_t first = code_point_bytes(v);
    return surnames.contains(v.substr(0, first)) || (v.size() >= 2 * first && surnames.contains(v.substr(0, 2 * first)));
  }
  bool passes(const std::string& check, std::string_view v) const {
    if (check == "id_number") return check_id_number(v);
    if (check == "uscc") return check_uscc(v);
    if (check == "luhn") return passes_luhn(v);
    if (check == "date") return check_date(v);
    if (check == "person_name") return is_person_name(v);
    if (check == "birth_date") return check_date(v);
    if (check == "division") return v.substr(2, 4) != "0000" || v[0] < '7';
    return false;
  }
  bool is_sensitive(const rules::SensitiveRule& rule, std::string_view v) const {
    for (const auto& prefix : rule.code_prefixes)
      if (v.size() >= prefix.size() && v.size() <= 24 && v.starts_with(prefix) &&
          (v.size() == prefix.size() || v[prefix.size()] == '.' || v[prefix.size()] == '+' || v[prefix.size()] == 'x' || v[prefix.size()] == 'X'))
        return true;
    for (const auto& term : rule.terms)
      if (v.find(term) != std::string_view::npos) return true;
    return false;
  }
};

ValueScanner::ValueScanner(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
ValueScanner::ValueScanner(ValueScanner&&) noexcept = default;
ValueScanner& ValueScanner::operator=(ValueScanner&&) noexcept = default;
ValueScanner::~ValueScanner() = default;

Result<ValueScanner> ValueScanner::create(const rules::DetectorsPack& pack) {
  auto compiled = std::make_unique<Compiled>();
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  for (const auto& rule : pack.detectors) {
    auto pattern = std::make_unique<RE2>(rule.pattern, options);
    if (!pattern->ok()) return fail(Errc::invalid, "rules.bad_pattern", rule.id);
    compiled->detectors.push_back({rule, std::move(pattern)});
  }
  compiled->sensitive = pack.sensitive;
  for (std::string_view rest = pack.surnames; rest.size() >= 3; rest.remove_prefix(std::min(rest.size(), code_point_bytes(rest))))
    compiled->surnames.emplace(rest.substr(0, code_point_bytes(rest)));
  for (const auto& s : pack.surnames_double) compiled->surnames.insert(s);
  return ValueScanner(std::move(compiled));
}

size_t ValueScanner::detectors() const { return compiled_->detectors.size(); }
const rules::DetectorRule& ValueScanner::detector(size_t i) const { return compiled_->detectors[i].rule; }
bool ValueScanner::passes(size_t i, std::string_view value) const {
  const auto& check = compiled_->detectors[i].rule.check;
  return !check || compiled_->passes(*check, value);
}
std::span<const rules::SensitiveRule> ValueScanner::sensitive_rules() const { return compiled_->sensitive; }

ValueFindings ValueScanner::scan(std::span<const std::string> values) const {
  ValueFindings found;
  std::vector<std::string_view> sample;
  size_t step = values.size() / kSampleMax + 1;
  std::unordered_set<std::string_view> distinct;
  for (size_t i = 0; i < values.size(); i += step) {
    std::string_view v = values[i];
    while (!v.empty() && (v.front() == ' ' || v.front() == '\t')) v.remove_prefix(1);
    while (!v.empty() && (v.back() == ' ' || v.back() == '\t' || v.back() == '\r')) v.remove_suffix(1);
    if (v.empty() || v.size() > 4096) continue;
    sample.push_back(v);
    distinct.insert(v);
    found.length_max = std::max(found.length_max, v.size());
    found.length_mean += static_cast<double>(v.size());
  }
  found.values = sample.size();
  found.distinct = distinct.size();
  if (sample.empty()) return found;
  found.length_mean /= static_cast<double>(sample.size());
  found.all_two_values = sample.size() >= 20 && found.distinct <= 2 && found.length_max <= 1;

  for (const auto& d : compiled_->detectors) {
    uint64_t shaped = 0, passed = 0;
    for (size_t i = 0; i < sample.size(); i++) {
      // A detector that matched nothing in the first 200 values will not reach its rate.
      if (i == 200 && shaped == 0) break;
      re2::StringPiece piece(sample[i].data(), sample[i].size());
      if (sample[i].size() > 200 || !RE2::FullMatch(piece, *d.pattern)) continue;
      shaped++;
      passed += !d.rule.check || compiled_->passes(*d.rule.check, sample[i]);
    }
    auto n = sample.size();
    int64_t rate = static_cast<int64_t>(passed * 1000 / n);
    if (wilson_lower_permille(passed, n) >= d.rule.rate_permille || (n < 20 && passed == n && n >= 3)) {
      found.matches.push_back({d.rule.id, d.rule.type, d.rule.weight, false, rate});
    } else if (d.rule.shape_weight && wilson_lower_permille(shaped, n) >= d.rule.rate_permille) {
      found.matches.push_back({d.rule.id, d.rule.type, *d.rule.shape_weight, true, static_cast<int64_t>(shaped * 1000 / n)});
    }
  }
  std::set<size_t> rows;
  for (const auto& rule : compiled_->sensitive) {
    bool any = false;
    for (size_t i = 0; i < sample.size(); i++)
      if (compiled_->is_sensitive(rule, sample[i])) {
        any = true;
        rows.insert(i);
      }
    if (any) found.sensitive.push_back(rule.id);
  }
  found.sensitive_rows = rows.size();
  return found;
}

}  // namespace sluice::classify
