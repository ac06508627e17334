#include "deident/tells.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "deident/carrier.h"
#include "deident/column_types.h"

namespace sluice::deident {

namespace {

using classify::Verdict;

constexpr size_t kRowsMin = 20, kRowsLooked = 100'000;
constexpr uint64_t kTellingPermille = 250;

constexpr std::array<std::string_view, 10> kNoNumbers = {"number", "age", "time", "technical_time", "care_time", "settlement_time", "death", "birth", "birth_date", "reimbursement"};

bool is_moment_type(std::string_view type) { return type == "time" || type == "technical_time"; }

const Verdict* verdict_of(const std::vector<Verdict>& columns, const std::string& name) {
  auto it = std::find_if(columns.begin(), columns.end(), [&](const Verdict& v) { return v.column == name; });
  return it == columns.end() ? nullptr : &*it;
}

bool is_quasi(const Strategy& s, const std::string& column) { return std::find(s.quasi_identifiers.begin(), s.quasi_identifiers.end(), column) != s.quasi_identifiers.end(); }

// Kept as it is, and not counted in classes.
bool stands_open(const Strategy& s, const FieldRule& rule) { return rule.technique == Technique::keep && !rule.when && !is_quasi(s, rule.column); }

// The first dropped column whose values follow from this one.
Result<std::string> given_away_by(const Strategy& s, const FieldRule& kept, const std::vector<Verdict>& columns, CellsAsTheyAre& cells) {
  for (const FieldRule& dropped : s.rules) {
    const Verdict* v = verdict_of(columns, dropped.column);
    if (dropped.technique == Technique::suppress && v && must_not_follow(*v) && TRY(cells.follows(dropped.column, kept.column))) return dropped.column;
  }
  return std::string();
}

void make_pseudonym(FieldRule& rule) {
  std::string column = rule.column;
  rule = FieldRule{};
  rule.column = std::move(column);
  rule.technique = Technique::pseudonym;
  rule.length = 20;
}

// A day that nearly every row has for itself tells as a number does, but a token of it is of no use.
void make_month(FieldRule& rule) {
  std::string column = rule.column;
  rule = FieldRule{};
  rule.column = std::move(column);
  rule.technique = Technique::date;
  rule.unit = DateUnit::month;
}

}  // namespace

bool must_not_follow(const Verdict& v) { return v.direct_identifier || v.contains_level5 || v.level == Level::l5() || v.type == "staff_name"; }

Result<const ColumnCells*> CellsAsTheyAre::read(const std::string& column) {
  auto it = read_.find(column);
  if (it == read_.end()) it = read_.emplace(column, TRY(cells_(column))).first;
  return &it->second;
}

Result<const table::KeyColumn*> CellsAsTheyAre::of(const std::string& column) { return &TRY(read(column))->keys; }

Result<bool> CellsAsTheyAre::figures(const Verdict& verdict) {
  // By its type alone nothing is read.
  return is_figure_type(verdict.type) || is_figure(verdict, TRY(read(verdict.column))->shape);
}

Result<uint64_t> CellsAsTheyAre::values_permille(const std::string& column) {
  const table::KeyColumn* c = TRY(of(column));
  std::vector<uint32_t> times(c->cardinality);
  for (uint32_t code : c->codes) times[code]++;
  const uint64_t most = times.empty() ? 0 : *std::max_element(times.begin(), times.end());
  const uint64_t rows = c->codes.size() - (most > 1 ? most : 0);
  return rows < kRowsMin ? 0 : uint64_t{c->cardinality} * 1000 / rows;
}

Result<bool> CellsAsTheyAre::follows(const std::string& what, const std::string& from) {
  const table::KeyColumn *w = TRY(of(what)), *f = TRY(of(from));
  const size_t rows = std::min({w->codes.size(), f->codes.size(), kRowsLooked});
  if (rows < kRowsMin || w->cardinality < 3 || f->cardinality < w->cardinality / 2 || f->cardinality < 3) return false;
  const size_t most = f->cardinality + f->cardinality / 50 + 1;
  std::unordered_set<uint64_t> pairs;
  for (size_t row = 0; row < rows; row++) {
    pairs.insert(uint64_t{f->codes[row]} << 32 | w->codes[row]);
    if (pairs.size() > most) return false;
  }
  return true;
}

Result<Strategy> hide_tells(Strategy strategy, const std::vector<Verdict>& columns, CellsAsTheyAre& cells) {
  for (FieldRule& rule : strategy.rules) {
    const Verdict* v = verdict_of(columns, rule.column);
    if (!v || !stands_open(strategy, rule) || among(v->type, kNoNumbers) || TRY(cells.figures(*v))) continue;
    const bool gives_away = !TRY(given_away_by(strategy, rule, columns, cells)).empty();
    if (!gives_away && TRY(cells.values_permille(rule.column)) < kTellingPermille) continue;
    !gives_away && TRY(cells.dates(rule.column)) ? make_month(rule) : make_pseudonym(rule);
  }
  TRY(check(strategy));
  return strategy;
}

Result<Strategy> propose_marks(Strategy strategy, const std::vector<Verdict>& columns, CellsAsTheyAre& cells) {
  if (strategy.marks) return strategy;
  MarkPlan plan;
  plan.unmarkable = Unmarkable::release;
  if (std::any_of(strategy.rules.begin(), strategy.rules.end(), [](const FieldRule& r) { return r.technique == Technique::pseudonym && !r.when; })) plan.tokens = true;
  for (const FieldRule& rule : strategy.rules) {
    if (plan.row_key || !becomes_tokens(rule)) continue;
    const table::KeyColumn* c = TRY(cells.of(rule.column));
    if (c->codes.size() >= kRowsMin && uint64_t{c->cardinality} * 100 >= c->codes.size() * 99) plan.row_key = rule.column;
  }
  KnownTypes known;
  for (const Verdict& v : columns)
    if (!v.review) known.emplace(v.column, v.type);
  for (const FieldRule& rule : strategy.rules) {
    const Verdict* v = verdict_of(columns, rule.column);
    if (!plan.row_key || !v || !stands_open(strategy, rule) || v->review) continue;
    // A day that moves may come before another that does not: only where nothing else bears marks.
    const bool moment = is_moment_type(v->type) && !plan.tokens;
    if (!moment && !among(v->type, kMeasuredTypes)) continue;
    MarkCarrier carrier;
    carrier.column = rule.column;
    carrier.kind = moment ? CarrierKind::day : CarrierKind::low_digit;
    if (check_carrier_column(strategy, carrier, known)) plan.carriers.push_back(std::move(carrier));
  }
  if (plan.carriers.empty()) plan.row_key.reset();
  if (plan.tokens || !plan.carriers.empty()) strategy.marks = std::move(plan);
  TRY(check(strategy));
  return strategy;
}

Result<std::vector<PlanFinding>> lint_tells(const Strategy& strategy, const std::vector<Verdict>& columns, CellsAsTheyAre& cells) {
  std::vector<PlanFinding> out;
  for (const FieldRule& rule : strategy.rules) {
    if (!stands_open(strategy, rule)) continue;
    const Verdict* v = verdict_of(columns, rule.column);
    if (TRY(cells.values_permille(rule.column)) >= kTellingPermille) {
      const auto permille = static_cast<int64_t>(std::min<uint64_t>(1000, TRY(cells.values_permille(rule.column))));
      const std::string share = std::to_string(permille / 10) + "%";
      const bool figure = v && TRY(cells.figures(*v));  // kept on purpose, and told of
      out.push_back({"nearly_unique", {rule.column}, permille, !figure,
                     "字段 " + rule.column + " 原样保留，取值数为行数的 " + share + "：" + (figure ? "知道其中一个数值的人可据此找到该行" : "知道其中一个值的人可据此找到该行"),
                     "column " + rule.column + " stays as it is, with as many values as " + share + " of the rows: who knows one " + (figure ? "figure" : "value") + " finds its row"});
      continue;
    }
    if (std::string dropped = TRY(given_away_by(strategy, rule, columns, cells)); !dropped.empty())
      out.push_back({"dropped_follows", {rule.column, dropped}, 0, true, "由保留的字段 " + rule.column + " 可推知已删除的字段 " + dropped,
                     "what was dropped with " + dropped + " follows from " + rule.column + ", which stays"});
  }
  if (!strategy.marks)
    out.push_back({"no_marks", {}, 0, false, "按此策略交付的副本不带接收方标记，泄露后无法追查到接收方（没有可打标记的字段，或策略未写 marks）",
                   "copies delivered by this strategy bear no recipient marks, so that a leak names nobody (no column may bear them, or the strategy has no `marks`)"});
  return out;
}

}  // namespace sluice::deident
