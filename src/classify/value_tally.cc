#include "classify/value_tally.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "table/text_hash.h"

namespace sluice::classify {

namespace {

constexpr size_t kRememberedBytes = 48;
constexpr size_t kRegisters = 4096;    // of the estimate of distinct values
constexpr size_t kDetectorBytesMax = 200, kValueBytesMax = 4096;

std::string_view trimmed(std::string_view v) {
  while (!v.empty() && (v.front() == ' ' || v.front() == '\t')) v.remove_prefix(1);
  while (!v.empty() && (v.back() == ' ' || v.back() == '\t' || v.back() == '\r')) v.remove_suffix(1);
  return v;
}

void set_bit(std::array<uint64_t, ValuePatterns::kDetectorsMax / 64>& bits, size_t i) { bits[i / 64] |= uint64_t{1} << (i % 64); }

}  // namespace

struct ValuePatterns::Compiled {
  std::unique_ptr<RE2::Set> shapes;
  std::unique_ptr<RE2::Set> terms;   // substrings that make a value sensitive
  std::vector<uint32_t> rule_of_term;
  std::vector<bool> term_starts;  // by hash of the first three bytes of a term; empty: some term is shorter
  struct Prefix {
    std::string text;
    uint32_t rule;
  };
  std::vector<Prefix> prefixes[256];  // by first byte

  static size_t start_of(const char* p) {
    uint32_t word = static_cast<uint8_t>(p[0]) | static_cast<uint32_t>(static_cast<uint8_t>(p[1])) << 8 | static_cast<uint32_t>(static_cast<uint8_t>(p[2])) << 16;
    return word * 0x9e3779b1u >> 16;
  }
  void learn_starts(std::span<const rules::SensitiveRule> rules) {
    term_starts.assign(65536, false);
    for (const auto& rule : rules)
      for (const auto& term : rule.terms) {
        if (term.size() < 3) return term_starts.clear();
        term_starts[start_of(term.data())] = true;
      }
  }
  // Whether it is worth asking for the terms: hardly any value has the first three bytes of one.
  bool may_hold_term(std::string_view v) const {
    if (term_starts.empty()) return true;
    for (size_t i = 0; i + 3 <= v.size(); i++)
      if (term_starts[start_of(v.data() + i)]) return true;
    return false;
  }
};

ValuePatterns::ValuePatterns(const ValueScanner& scanner, std::unique_ptr<Compiled> compiled) : scanner_(&scanner), compiled_(std::move(compiled)) {}
ValuePatterns::ValuePatterns(ValuePatterns&&) noexcept = default;
ValuePatterns::~ValuePatterns() = default;

Result<ValuePatterns> ValuePatterns::create(const ValueScanner& scanner) {
  auto compiled = std::make_unique<Compiled>();
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  compiled->shapes = std::make_unique<RE2::Set>(options, RE2::ANCHOR_BOTH);
  auto rules = scanner.sensitive_rules();
  if (scanner.detectors() > kDetectorsMax || rules.size() > 32) return fail(Errc::invalid, "rules.bad_pattern", "detectors");
  for (size_t i = 0; i < scanner.detectors(); i++)
    if (compiled->shapes->Add(scanner.detector(i).pattern, nullptr) < 0) return fail(Errc::invalid, "rules.bad_pattern", scanner.detector(i).id);
  compiled->terms = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
  for (uint32_t r = 0; r < rules.size(); r++) {
    for (const auto& prefix : rules[r].code_prefixes)
      if (!prefix.empty()) compiled->prefixes[static_cast<uint8_t>(prefix[0])].push_back({prefix, r});
    for (const auto& term : rules[r].terms) {
      if (compiled->terms->Add(RE2::QuoteMeta(term), nullptr) < 0) return fail(Errc::invalid, "rules.bad_pattern", rules[r].id);
      compiled->rule_of_term.push_back(r);
    }
  }
  compiled->learn_starts(rules);
  if (!compiled->shapes->Compile() || !compiled->terms->Compile()) return fail(Errc::invalid, "rules.bad_pattern", "detectors");
  return ValuePatterns(scanner, std::move(compiled));
}

ValuePatterns::Answer ValuePatterns::of(std::string_view v) const {
  Answer out;
  re2::StringPiece piece(v.data(), v.size());
  thread_local std::vector<int> hits;
  if (v.size() <= kDetectorBytesMax && compiled_->shapes->Match(piece, &hits))
    for (int hit : hits) {
      auto i = static_cast<size_t>(hit);
      set_bit(out.shaped, i);
      if (scanner_->passes(i, v)) set_bit(out.passed, i);
    }
  if (v.size() <= 24)
    for (const auto& p : compiled_->prefixes[static_cast<uint8_t>(v[0])]) {
      if (!v.starts_with(p.text)) continue;
      char next = v.size() == p.text.size() ? '.' : v[p.text.size()];
      if (next == '.' || next == '+' || next == 'x' || next == 'X') out.sensitive |= uint32_t{1} << p.rule;
    }
  if (!compiled_->rule_of_term.empty() && compiled_->may_hold_term(v) && compiled_->terms->Match(piece, &hits))
    for (int hit : hits) out.sensitive |= uint32_t{1} << compiled_->rule_of_term[static_cast<size_t>(hit)];
  return out;
}

struct ValueTally::Counts {
  std::vector<uint64_t> shaped, passed, sensitive;
  uint64_t values = 0, sensitive_rows = 0, bytes = 0;
  size_t length_max = 0;
  std::array<uint8_t, kRegisters> registers{};
  struct Seen {
    uint64_t hash = 0;
    uint8_t size = 0;  // 0: free
    char text[kRememberedBytes];
    ValuePatterns::Answer answer;
  };
  std::vector<Seen> seen;

  void count(const ValuePatterns::Answer& a, uint64_t times) {
    for (size_t word = 0; word < a.shaped.size(); word++) {
      for (uint64_t bits = a.shaped[word]; bits; bits &= bits - 1) shaped[word * 64 + static_cast<size_t>(std::countr_zero(bits))] += times;
      for (uint64_t bits = a.passed[word]; bits; bits &= bits - 1) passed[word * 64 + static_cast<size_t>(std::countr_zero(bits))] += times;
    }
    if (a.sensitive) sensitive_rows += times;
    for (uint32_t bits = a.sensitive; bits; bits &= bits - 1) sensitive[static_cast<size_t>(std::countr_zero(bits))] += times;
  }
  void note_distinct(uint64_t hash) {
    size_t at = hash % kRegisters;
    auto rank = static_cast<uint8_t>(std::countl_zero(hash | 1) + 1);
    registers[at] = std::max(registers[at], rank);
  }
  // HyperLogLog with linear counting for few values (Flajolet et al. 2007).
  size_t distinct() const {
    double sum = 0, zeros = 0;
    for (uint8_t r : registers) {
      sum += std::ldexp(1.0, -r);
      zeros += r == 0;
    }
    constexpr double m = kRegisters;
    double estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
    if (estimate <= 2.5 * m && zeros > 0) estimate = m * std::log(m / zeros);
    return static_cast<size_t>(std::llround(estimate));
  }
};

ValueTally::ValueTally(const ValuePatterns& patterns, size_t remembered) : patterns_(&patterns), counts_(std::make_unique<Counts>()) {
  counts_->seen.resize(std::max<size_t>(remembered, 1));
  counts_->shaped.resize(patterns.scanner().detectors());
  counts_->passed.resize(patterns.scanner().detectors());
  counts_->sensitive.resize(patterns.scanner().sensitive_rules().size());
}
ValueTally::ValueTally(ValueTally&&) noexcept = default;
ValueTally::~ValueTally() = default;

void ValueTally::add(std::string_view value, uint64_t times) {
  std::string_view v = trimmed(value);
  if (v.empty() || v.size() > kValueBytesMax) return;
  Counts& c = *counts_;
  c.values += times;
  c.bytes += v.size() * times;
  c.length_max = std::max(c.length_max, v.size());
  uint64_t hash = table::hash_text(v);
  c.note_distinct(hash);
  if (v.size() > kRememberedBytes) return c.count(patterns_->of(v), times);
  Counts::Seen& seen = c.seen[(hash >> 20) % c.seen.size()];
  if (seen.size != v.size() || seen.hash != hash || std::memcmp(seen.text, v.data(), v.size()) != 0) {
    seen.answer = patterns_->of(v);
    seen.hash = hash;
    seen.size = static_cast<uint8_t>(v.size());
    std::memcpy(seen.text, v.data(), v.size());
  }
  c.count(seen.answer, times);
}

void ValueTally::merge(const ValueTally& other) {
  Counts& c = *counts_;
  const Counts& o = *other.counts_;
  for (size_t i = 0; i < c.shaped.size(); i++) c.shaped[i] += o.shaped[i], c.passed[i] += o.passed[i];
  for (size_t i = 0; i < c.sensitive.size(); i++) c.sensitive[i] += o.sensitive[i];
  for (size_t i = 0; i < kRegisters; i++) c.registers[i] = std::max(c.registers[i], o.registers[i]);
  c.values += o.values;
  c.bytes += o.bytes;
  c.sensitive_rows += o.sensitive_rows;
  c.length_max = std::max(c.length_max, o.length_max);
}

uint64_t ValueTally::values() const { return counts_->values; }

ValueFindings ValueTally::finish() const {
  const Counts& c = *counts_;
  ValueFindings found;
  found.values = c.values;
  found.distinct = std::min<size_t>(c.distinct(), c.values);
  found.length_max = c.length_max;
  if (c.values == 0) return found;
  found.length_mean = static_cast<double>(c.bytes) / static_cast<double>(c.values);
  found.all_two_values = c.values >= 20 && found.distinct <= 2 && c.length_max <= 1;
  for (size_t i = 0; i < c.shaped.size(); i++) {
    const rules::DetectorRule& rule = patterns_->scanner().detector(i);
    if (wilson_lower_permille(c.passed[i], c.values) >= rule.rate_permille || (c.values < 20 && c.passed[i] == c.values && c.values >= 3)) {
      found.matches.push_back({rule.id, rule.type, rule.weight, false, static_cast<int64_t>(c.passed[i] * 1000 / c.values)});
    } else if (rule.shape_weight && wilson_lower_permille(c.shaped[i], c.values) >= rule.rate_permille) {
      found.matches.push_back({rule.id, rule.type, *rule.shape_weight, true, static_cast<int64_t>(c.shaped[i] * 1000 / c.values)});
    }
  }
  auto rules = patterns_->scanner().sensitive_rules();
  for (size_t r = 0; r < c.sensitive.size(); r++)
    if (c.sensitive[r] > 0) found.sensitive.push_back(rules[r].id);
  found.sensitive_rows = c.sensitive_rows;
  return found;
}

}  // namespace sluice::classify
