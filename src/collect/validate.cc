#include "collect/validate.h"

#include <algorithm>
#include <cstring>

#include "collect/value.h"

namespace sluice::collect {

namespace {

uint64_t pack_word(std::string_view s) {
  uint64_t word = 0;
  std::memcpy(&word, s.data(), s.size());
  return word;
}

size_t characters(std::string_view s) {
  size_t n = 0;
  for (char c : s) n += (static_cast<uint8_t>(c) & 0xc0) != 0x80;
  return n;
}

__int128 power_of_ten(int n) {
  __int128 out = 1;
  while (n-- > 0) out *= 10;
  return out;
}

// A keyed mix, so that nobody can prepare colliding keys.
uint64_t mix(uint64_t h, std::string_view s) {
  constexpr uint64_t k = 0x9fb21c651e98df25;
  h ^= s.size() * k;
  while (s.size() >= 8) {
    uint64_t word;
    std::memcpy(&word, s.data(), 8);
    h = (h ^ word) * k;
    h ^= h >> 32;
    s.remove_prefix(8);
  }
  uint64_t word = 0;
  std::memcpy(&word, s.data(), s.size());
  h = (h ^ word) * k;
  h ^= h >> 29;
  h *= 0xbf58476d1ce4e5b9;
  return h ^ h >> 32;
}

std::string_view cross_rule_id(CrossKind kind) {
  switch (kind) {
    case CrossKind::id_birth: return "cross.id_birth";
    case CrossKind::id_sex: return "cross.id_sex";
    case CrossKind::sum: return "cross.sum";
    case CrossKind::product: return "cross.product";
    case CrossKind::order: return "cross.order";
  }
  return "cross.sum";
}

__int128 magnitude(__int128 v) { return v < 0 ? -v : v; }

// The verdict on a cell that should hold one of several codes.
struct CodeAnswer {
  std::string_view broken{};
  Severity severity = Severity::hold;
  std::vector<std::string_view> warnings{};
  bool form_only = false;
};

CodeAnswer ask_codes(const std::vector<CodeType>& codes, std::string_view text, const CheckContext& context) {
  CodeAnswer out;
  for (CodeType type : codes) {
    Verdict verdict = check_code(type, text, context);
    if (verdict.valid) return {{}, Severity::hold, std::move(verdict.warnings), verdict.form_only};
    out.broken = codes.size() == 1 ? verdict.reason : "code.none_fits";
  }
  if (out.broken == "uscc.check_character") out.severity = Severity::warn;
  return out;
}

void raise(Checked& out, size_t row, size_t subject, Severity severity, std::string_view rule) {
  out.issues.push_back({static_cast<uint32_t>(row), static_cast<uint32_t>(subject), severity, rule});
  uint8_t level = severity == Severity::hold ? 2 : 1;
  out.state[row] = std::max(out.state[row], level);
}

}  // namespace

uint64_t keyed_hash(uint64_t seed, std::string_view text) { return mix(seed, text); }

void Tally::merge(const Tally& other) {
  rows += other.rows;
  accepted += other.accepted;
  warned += other.warned;
  held += other.held;
  duplicates += other.duplicates;
  cross_broken_rows += other.cross_broken_rows;
  if (columns.empty()) columns.resize(other.columns.size());
  for (size_t c = 0; c < other.columns.size(); c++) {
    columns[c].filled += other.columns[c].filled;
    columns[c].empty += other.columns[c].empty;
    columns[c].broken += other.columns[c].broken;
    columns[c].form_only |= other.columns[c].form_only;
  }
  for (const auto& [key, n] : other.rules) rules[key] += n;
  totals.resize(std::max(totals.size(), other.totals.size()));
  for (size_t t = 0; t < other.totals.size(); t++) totals[t] += other.totals[t];
}

Result<Validator> Validator::create(const Plan& plan, const CheckContext& context, std::span<const std::string> header,
                                    size_t file_columns, uint64_t key_seed, const CodeTables* tables) {
  Validator v;
  v.plan_ = std::make_shared<const Plan>(plan);
  v.context_ = context;
  v.key_seed_ = key_seed;
  v.tables_ = tables;
  for (const PlanField& f : plan.columns)
    if (f.reference && (!tables || !tables->has(f.reference->table))) return fail(Errc::not_found, "reference.no_table", f.reference->table);
  v.place_.assign(plan.columns.size(), kAbsent);
  if (header.empty()) {
    if (file_columns != plan.columns.size()) return fail(Errc::invalid, "collect.wrong_columns", std::to_string(file_columns));
    for (size_t c = 0; c < plan.columns.size(); c++) v.place_[c] = c;
  }
  for (size_t f = 0; f < header.size(); f++) {
    size_t c = plan.find(header[f]);
    std::string shown = header[f].substr(0, 64);
    if (c == plan.columns.size()) {
      if (plan.unknown_fields.value_or(UnknownFields::refuse) == UnknownFields::refuse)
        return fail(Errc::invalid, "collect.unknown_field", "column " + std::to_string(f + 1));
      v.dropped_.push_back(std::move(shown));
      continue;
    }
    if (v.place_[c] != kAbsent) return fail(Errc::invalid, "collect.duplicate_column", plan.columns[c].name);
    v.place_[c] = f;
  }
  for (size_t c = 0; c < plan.columns.size(); c++) {
    const PlanField& f = plan.columns[c];
    bool required = f.required.value_or(false) || f.key.value_or(false);
    if (v.place_[c] == kAbsent && required) return fail(Errc::invalid, "collect.missing_field", f.name);
    Rules rules;
    rules.required = required;
    rules.values = f.values;
    std::sort(rules.values.begin(), rules.values.end());
    bool fits = std::all_of(f.values.begin(), f.values.end(), [](const std::string& s) { return s.size() <= 8; });
    if (fits)
      for (const std::string& value : f.values) rules.packed.push_back(pack_word(value));
    if (f.min) parse_value(f, *f.min, rules.min);
    if (f.max) parse_value(f, *f.max, rules.max);
    if (f.max_length) rules.max_length = static_cast<size_t>(*f.max_length);
    v.rules_.push_back(std::move(rules));
    if (f.key.value_or(false)) v.key_.push_back(c);
  }
  for (const CrossRule& rule : plan.cross_rules) {
    Cross cross;
    cross.kind = rule.kind;
    cross.tolerance = rule.tolerance.value_or(0);
    cross.severity = rule.severity.value_or(Severity::hold);
    cross.rule = cross_rule_id(rule.kind);
    for (const std::string& name : rule.of) cross.of.push_back(plan.find(name));
    auto scale = [&](size_t i) { return static_cast<int>(scale_of(plan.columns[cross.of[i]])); };
    if (rule.kind == CrossKind::product) {
      int k = scale(1) + scale(2) - scale(0);
      (k >= 0 ? cross.unit : cross.total_unit) = power_of_ten(k >= 0 ? k : -k);
    }
    if (rule.kind == CrossKind::order) {
      auto type = [&](size_t i) { return plan.columns[cross.of[i]].type; };
      if (type(0) == FieldType::date && type(1) == FieldType::datetime) cross.left_day_ms = kDayMs;
      if (type(1) == FieldType::date && type(0) == FieldType::datetime) cross.right_day_ms = kDayMs;
    }
    v.cross_.push_back(std::move(cross));
  }
  for (const std::string& name : plan.control_totals) v.totals_.push_back(plan.find(name));
  return v;
}

std::string_view Validator::subject(uint32_t index) const {
  size_t columns = plan_->columns.size();
  return index < columns ? std::string_view(plan_->columns[index].name) : plan_->cross_rules[index - columns].name;
}

void Validator::check_text(const CsvBlock& block, size_t first_row, size_t column, Checked& out) const {
  const PlanField& f = plan_->columns[column];
  const Rules& rules = rules_[column];
  FieldQuality& quality = out.tally.columns[column];
  size_t rows = block.rows - first_row;
  std::vector<uint8_t>& present = out.present[column];
  bool plain = f.values.empty() && f.codes.empty() && !f.max_length;
  std::string_view last;  // most code columns repeat: a value that was fine a row ago is fine now
  for (size_t row = 0; row < rows; row++) {
    std::string_view text = cell(block, first_row + row, column);
    present[row] = !text.empty();
    if (text.empty()) {
      quality.empty++;
      if (rules.required) raise(out, row, column, Severity::hold, "value.missing");
      continue;
    }
    if (plain || text == last) continue;
    size_t before = out.issues.size();
    if (!f.values.empty()) {
      bool in = false;
      if (!rules.packed.empty()) {
        uint64_t word = text.size() <= 8 ? pack_word(text) : 0;
        for (uint64_t p : rules.packed) in |= p == word;
        in &= text.size() <= 8;
      } else {
        in = std::binary_search(rules.values.begin(), rules.values.end(), text, std::less<>());
      }
      if (!in) raise(out, row, column, Severity::hold, "value.not_in_set");
    }
    if (before == out.issues.size() && text.size() > rules.max_length && characters(text) > rules.max_length)
      raise(out, row, column, Severity::hold, "value.too_long");
    if (before == out.issues.size() && !f.codes.empty()) {
      CodeAnswer answer = ask_codes(f.codes, text, context_);
      quality.form_only |= answer.form_only;
      if (!answer.broken.empty()) raise(out, row, column, answer.severity, answer.broken);
      for (std::string_view warning : answer.warnings) raise(out, row, column, Severity::warn, warning);
    }
    if (before == out.issues.size())
      last = text;
    else if (out.issues[before].severity == Severity::hold)
      quality.broken++;
  }
  quality.filled += static_cast<int64_t>(rows) - quality.empty;
}

void Validator::check_typed(const CsvBlock& block, size_t first_row, size_t column, Checked& out) const {
  const PlanField& f = plan_->columns[column];
  const Rules& rules = rules_[column];
  FieldQuality& quality = out.tally.columns[column];
  size_t rows = block.rows - first_row;
  std::vector<uint8_t>& present = out.present[column];
  std::vector<int64_t>& ints = out.ints[column];
  for (size_t row = 0; row < rows; row++) {
    std::string_view text = cell(block, first_row + row, column);
    int64_t value = 0;
    present[row] = 0;
    ints[row] = 0;
    if (text.empty()) {
      quality.empty++;
      if (rules.required) raise(out, row, column, Severity::hold, "value.missing");
      continue;
    }
    if (!parse_value(f, text, value)) {
      quality.broken++;
      raise(out, row, column, Severity::hold, why_not(f, text));
      continue;
    }
    present[row] = 1;
    ints[row] = value;
    bool broken = value < rules.min || value > rules.max;
    if (broken) raise(out, row, column, Severity::hold, "value.out_of_range");
    if (!broken && !rules.values.empty() && !std::binary_search(rules.values.begin(), rules.values.end(), text, std::less<>())) {
      broken = true;
      raise(out, row, column, Severity::hold, "value.not_in_set");
    }
    quality.broken += broken;
  }
  quality.filled += static_cast<int64_t>(rows) - quality.empty;
}

void Validator::check_cross(const CsvBlock& block, size_t first_row, size_t index, Checked& out) const {
  const Cross& cross = cross_[index];
  size_t rows = block.rows - first_row, subject = plan_->columns.size() + index;
  auto value = [&](size_t i, size_t row) { return static_cast<__int128>(out.ints[cross.of[i]][row]); };
  for (size_t row = 0; row < rows; row++) {
    bool applies = true;
    for (size_t c : cross.of) applies &= out.present[c][row] != 0;
    if (!applies) continue;
    bool holds = true;
    switch (cross.kind) {
      case CrossKind::sum: {
        __int128 rest = value(0, row);
        for (size_t i = 1; i < cross.of.size(); i++) rest -= value(i, row);
        holds = magnitude(rest) <= cross.tolerance;
        break;
      }
      case CrossKind::product: {
        __int128 total = value(0, row) * cross.unit, made = value(1, row) * value(2, row) * cross.total_unit;
        holds = magnitude(total - made) <= cross.tolerance * cross.unit + cross.unit / 2;
        break;
      }
      case CrossKind::order: holds = value(0, row) * cross.left_day_ms <= value(1, row) * cross.right_day_ms; break;
      case CrossKind::id_birth: {
        auto facts = id_facts(cell(block, first_row + row, cross.of[0]));
        if (facts) holds = days_from_civil(facts->birth.year, facts->birth.month, facts->birth.day) == out.ints[cross.of[1]][row];
        break;
      }
      case CrossKind::id_sex: {
        auto facts = id_facts(cell(block, first_row + row, cross.of[0]));
        std::string_view sex = cell(block, first_row + row, cross.of[1]);
        if (facts && (sex == "1" || sex == "2")) holds = facts->male == (sex == "1");
        break;
      }
    }
    if (!holds) raise(out, row, subject, cross.severity, cross.rule);
  }
}

void Validator::check_reference(const CsvBlock& block, size_t first_row, size_t column, Checked& out) const {
  const Reference& reference = *plan_->columns[column].reference;
  size_t on = reference.on ? plan_->find(*reference.on) : kAbsent;
  bool moments = on != kAbsent && plan_->columns[on].type == FieldType::datetime;
  int64_t today = days_from_civil(context_.today.year, context_.today.month, context_.today.day), last_day = INT64_MIN;
  std::string_view last;  // codes repeat, and so do days
  for (size_t row = 0; row < block.rows - first_row; row++) {
    std::string_view code = cell(block, first_row + row, column);
    if (code.empty() || (on != kAbsent && !out.present[on][row])) continue;
    int64_t day = today;
    if (on != kAbsent) day = moments ? (out.ints[on][row] - (out.ints[on][row] < 0 ? kDayMs - 1 : 0)) / kDayMs : out.ints[on][row];
    if (code == last && day == last_day) continue;
    std::string_view broken = tables_->judge(reference.table, code, day);
    if (broken.empty()) {
      last = code, last_day = day;
      continue;
    }
    raise(out, row, column, Severity::hold, broken);
    out.tally.columns[column].broken++;
  }
}

HeldRow Validator::held_row(const CsvBlock& block, size_t first_row, size_t row) const {
  HeldRow held;
  held.row = row;
  held.cells.reserve(plan_->columns.size());
  for (size_t c = 0; c < plan_->columns.size(); c++) held.cells.emplace_back(std::string(cell(block, first_row + row, c)));
  return held;
}

// Counts what was raised, and makes the held rows.
void Validator::settle(const CsvBlock& block, size_t first_row, Checked& out) const {
  std::stable_sort(out.issues.begin(), out.issues.end(), [](const Issue& a, const Issue& b) { return a.row < b.row; });
  size_t columns = plan_->columns.size();
  uint32_t last_cross = ~uint32_t{0};
  for (const Issue& issue : out.issues) {
    out.tally.rules[{subject(issue.subject), issue.rule, issue.severity}]++;
    if (issue.subject >= columns && issue.severity == Severity::hold && issue.row != last_cross) {
      out.tally.cross_broken_rows++;
      last_cross = issue.row;
    }
    if (out.state[issue.row] != 2) continue;
    if (out.held.empty() || out.held.back().row != issue.row) out.held.push_back(held_row(block, first_row, issue.row));
    out.held.back().reasons.push_back({std::string(subject(issue.subject)), std::string(issue.rule)});
  }
  for (uint8_t state : out.state) {
    out.tally.accepted += state == 0;
    out.tally.warned += state == 1;
    out.tally.held += state == 2;
  }
  out.tally.rows = static_cast<int64_t>(out.state.size());
}

// The accepted rows as columns.
void Validator::emit(const CsvBlock& block, size_t first_row, Checked& out) const {
  out.rows_of.clear();
  for (size_t row = 0; row < out.state.size(); row++)
    if (out.state[row] != 2) out.rows_of.push_back(static_cast<uint32_t>(row));
  size_t rows = out.rows_of.size();
  out.batch.rows = rows;
  out.batch.columns.clear();
  for (size_t c = 0; c < plan_->columns.size(); c++) {
    const PlanField& f = plan_->columns[c];
    table::ColumnParts parts;
    parts.rows = rows;
    parts.scale = scale_of(f);
    bool nulls = out.tally.columns[c].empty > 0;
    if (nulls) parts.validity.assign((rows + 63) / 64, 0);
    const uint8_t* present = out.present[c].data();
    if (nulls)
      for (size_t i = 0; i < rows; i++)
        parts.validity[i / 64] |= static_cast<uint64_t>(present[out.rows_of[i]] != 0) << (i % 64);
    const int64_t* ints = out.ints[c].data();
    switch (f.type) {
      case FieldType::text: {
        parts.type = table::Type::text;
        parts.offsets.resize(rows + 1);
        size_t bytes = 0;
        for (size_t i = 0; i < rows; i++) {
          parts.offsets[i] = static_cast<uint32_t>(bytes);
          bytes += cell(block, first_row + out.rows_of[i], c).size();
        }
        parts.offsets[rows] = static_cast<uint32_t>(bytes);
        parts.arena.resize(bytes);
        for (size_t i = 0; i < rows; i++) {
          std::string_view text = cell(block, first_row + out.rows_of[i], c);
          if (!text.empty()) std::memcpy(parts.arena.data() + parts.offsets[i], text.data(), text.size());
        }
        break;
      }
      case FieldType::date:
        parts.type = table::Type::date;
        parts.dates.resize(rows);
        for (size_t i = 0; i < rows; i++) parts.dates[i] = static_cast<int32_t>(ints[out.rows_of[i]]);
        break;
      case FieldType::boolean:
        parts.type = table::Type::boolean;
        parts.bools.resize(rows);
        for (size_t i = 0; i < rows; i++) parts.bools[i] = static_cast<uint8_t>(ints[out.rows_of[i]]);
        break;
      case FieldType::integer:
      case FieldType::decimal:
      case FieldType::datetime:
        parts.type = f.type == FieldType::integer   ? table::Type::int64
                     : f.type == FieldType::decimal ? table::Type::decimal
                                                    : table::Type::datetime;
        parts.ints.resize(rows);
        for (size_t i = 0; i < rows; i++) parts.ints[i] = ints[out.rows_of[i]];
        break;
    }
    out.batch.columns.emplace_back(std::move(parts));
  }
  out.keys.clear();
  if (key_.empty()) return;
  for (uint32_t row : out.rows_of) {
    uint64_t h = key_seed_;
    for (size_t c : key_) h = mix(h, cell(block, first_row + row, c));
    out.keys.push_back(h);
  }
}

void Validator::check(const CsvBlock& block, size_t first_row, Checked& out) const {
  size_t columns = plan_->columns.size(), rows = block.rows - first_row;
  out.issues.clear();
  out.held.clear();
  out.tally = {};
  out.tally.columns.resize(columns);
  out.ints.resize(columns);
  out.present.resize(columns);
  out.state.assign(rows, 0);
  for (size_t c = 0; c < columns; c++) {
    out.present[c].resize(rows);
    if (plan_->columns[c].type == FieldType::text) {
      check_text(block, first_row, c, out);
    } else {
      out.ints[c].resize(rows);
      check_typed(block, first_row, c, out);
    }
  }
  for (size_t c = 0; c < columns; c++)
    if (plan_->columns[c].reference) check_reference(block, first_row, c, out);
  for (size_t i = 0; i < cross_.size(); i++) check_cross(block, first_row, i, out);
  for (size_t c : totals_) {
    __int128 sum = 0;
    for (int64_t v : out.ints[c]) sum += v;
    out.tally.totals.push_back(sum);
  }
  settle(block, first_row, out);
  emit(block, first_row, out);
}

}  // namespace sluice::collect
