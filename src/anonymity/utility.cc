#include "anonymity/utility.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "anonymity/label_cover.h"

namespace sluice::anonymity {

namespace {

constexpr size_t kPairColumnsMax = 12;
constexpr uint32_t kPairDistinctMax = 1000;

// A column of both tables; `after` is null where it was dropped.
struct Shared {
  const TableColumn* before = nullptr;
  const TableColumn* after = nullptr;
  std::unique_ptr<LabelCover> cover{};
};

std::vector<double> frequencies(const TableColumn& column) {
  std::vector<double> out(column.texts.size());
  for (uint32_t code : column.keys.codes) out[code] += 1;
  for (double& f : out) f /= std::max<double>(1, static_cast<double>(column.keys.codes.size()));
  return out;
}

double mean_of(const std::vector<std::pair<double, double>>& masses) {
  double sum = 0, weight = 0;
  for (auto [place, mass] : masses) sum += place * mass, weight += mass;
  return weight > 0 ? sum / weight : 0;
}

// ∫ |F − G| over the line.
double earth_mover(std::vector<std::pair<double, double>> p, const std::vector<std::pair<double, double>>& q) {
  for (auto [place, mass] : q) p.emplace_back(place, -mass);
  std::sort(p.begin(), p.end());
  double difference = 0, moved = 0;
  for (size_t i = 0; i + 1 < p.size(); i++) {
    difference += p[i].second;
    moved += std::abs(difference) * (p[i + 1].first - p[i].first);
  }
  return moved;
}

ColumnUtility column_utility(const Shared& column, uint64_t rows_before) {
  ColumnUtility out{.name = column.before->name, .dropped = !column.after, .distinct_before = column.before->texts.size()};
  if (!column.after) return out;
  const LabelCover& cover = *column.cover;
  out.ordered = cover.ordered();
  out.distinct_after = column.after->texts.size();
  auto p = frequencies(*column.before), q = frequencies(*column.after);
  std::vector<double> spread(p.size());
  std::vector<std::pair<double, double>> line_before, line_after;
  double elsewhere = 0, lost = 0;
  for (uint32_t label = 0; label < q.size(); label++) {
    const auto& values = cover.values(label);
    for (uint32_t v : values) spread[v] += q[label] / static_cast<double>(values.size());
    if (values.empty()) elsewhere += q[label];
    if (!values.empty() && p.size() > 1) lost += q[label] * (static_cast<double>(values.size()) - 1) / (static_cast<double>(p.size()) - 1);
    if (auto single = cover.single_place(label)) {
      line_after.emplace_back(*single, q[label]);
    } else {
      for (uint32_t v : values)
        if (auto place = cover.place(v)) line_after.emplace_back(*place, q[label] / static_cast<double>(values.size()));
    }
  }
  out.total_variation = elsewhere;
  for (size_t v = 0; v < p.size(); v++) out.total_variation += std::abs(p[v] - spread[v]);
  out.total_variation /= 2;
  double kept = rows_before ? std::min(1.0, static_cast<double>(column.after->keys.codes.size()) / static_cast<double>(rows_before)) : 1;
  out.loss = kept * lost + (1 - kept);
  if (!out.ordered) return out;
  for (uint32_t v = 0; v < p.size(); v++)
    if (auto place = cover.place(v)) line_before.emplace_back(*place, p[v]);
  auto [low, high] = std::minmax_element(line_before.begin(), line_before.end());
  out.mean_before = mean_of(line_before);
  if (line_after.empty()) return out;
  out.mean_after = mean_of(line_after);
  double range = high->first - low->first;
  out.earth_mover = range > 0 ? std::min(1.0, earth_mover(line_before, line_after) / range) : 0;
  return out;
}

// The middle of what a label stands for.
std::vector<double> label_places(const Shared& column) {
  std::vector<double> out;
  for (uint32_t label = 0; label < column.after->texts.size(); label++) {
    double sum = 0, n = 0;
    for (uint32_t v : column.cover->values(label))
      if (auto place = column.cover->place(v)) sum += *place, n++;
    out.push_back(column.cover->single_place(label).value_or(n > 0 ? sum / n : 0));
  }
  return out;
}

std::vector<double> value_places(const Shared& column) {
  std::vector<double> out;
  for (uint32_t v = 0; v < column.before->texts.size(); v++) out.push_back(column.cover->place(v).value_or(0));
  return out;
}

double pearson(const std::vector<uint32_t>& a, const std::vector<double>& of_a, const std::vector<uint32_t>& b, const std::vector<double>& of_b) {
  const size_t n = a.size();
  if (n == 0) return 0;
  double ma = 0, mb = 0;
  for (size_t r = 0; r < n; r++) ma += of_a[a[r]], mb += of_b[b[r]];
  ma /= static_cast<double>(n);
  mb /= static_cast<double>(n);
  double ab = 0, aa = 0, bb = 0;
  for (size_t r = 0; r < n; r++) {
    double x = of_a[a[r]] - ma, y = of_b[b[r]] - mb;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

double cramers_v(const table::KeyColumn& a, const table::KeyColumn& b) {
  const size_t n = a.codes.size();
  std::vector<double> joint(size_t{a.cardinality} * b.cardinality), left(a.cardinality), right(b.cardinality);
  for (size_t r = 0; r < n; r++) {
    joint[size_t{a.codes[r]} * b.cardinality + b.codes[r]]++;
    left[a.codes[r]]++;
    right[b.codes[r]]++;
  }
  double chi = -1;
  for (size_t i = 0; i < left.size(); i++)
    for (size_t j = 0; j < right.size(); j++)
      if (double o = joint[i * right.size() + j]; o > 0) chi += o / left[i] * o / right[j];
  double most = static_cast<double>(std::min(a.cardinality, b.cardinality)) - 1;
  return n > 0 && most > 0 ? std::sqrt(std::max(0.0, chi / most)) : 0;
}

void measure_pairs(const std::vector<Shared>& columns, UtilityReport& report) {
  std::vector<const Shared*> fit;
  for (const auto& c : columns)
    if (c.after && fit.size() < kPairColumnsMax && (c.cover->ordered() || c.before->keys.cardinality <= kPairDistinctMax)) fit.push_back(&c);
  for (size_t i = 0; i < fit.size(); i++)
    for (size_t j = i + 1; j < fit.size(); j++) {
      const Shared &a = *fit[i], &b = *fit[j];
      PairUtility pair{.a = a.before->name, .b = b.before->name, .measure = "pearson"};
      if (a.cover->ordered() && b.cover->ordered()) {
        pair.before = pearson(a.before->keys.codes, value_places(a), b.before->keys.codes, value_places(b));
        pair.after = pearson(a.after->keys.codes, label_places(a), b.after->keys.codes, label_places(b));
      } else {
        if (std::max({a.before->keys.cardinality, b.before->keys.cardinality, a.after->keys.cardinality, b.after->keys.cardinality}) > kPairDistinctMax) continue;
        pair.measure = "cramers_v";
        pair.before = cramers_v(a.before->keys, b.before->keys);
        pair.after = cramers_v(a.after->keys, b.after->keys);
      }
      report.correlation_lost += std::abs(pair.before - pair.after);
      report.pairs.push_back(std::move(pair));
    }
  if (!report.pairs.empty()) report.correlation_lost /= static_cast<double>(report.pairs.size());
}

// A term of a query against one column: which values are in, and the share of each label that is.
struct BoundTerm {
  const Shared* column;
  std::vector<uint8_t> in;
  std::vector<double> share;
};

BoundTerm bind_term(const Shared& column, std::string_view from, std::string_view to) {
  BoundTerm out{&column, {}, {}};
  auto low = place_of_value(from), high = place_of_value(to);
  const bool by_place = column.cover && column.cover->ordered() && low && high;
  for (uint32_t v = 0; v < column.before->texts.size(); v++) {
    std::string_view text = column.before->texts.text_of(v);
    auto place = by_place ? column.cover->place(v) : std::nullopt;
    out.in.push_back(place ? *place >= *low && *place <= *high : text == from || (from != to && text >= from && text <= to));
  }
  if (!column.after) return out;
  for (uint32_t label = 0; label < column.after->texts.size(); label++) {
    const auto& values = column.cover->values(label);
    double hits = 0;
    for (uint32_t v : values) hits += out.in[v];
    auto single = column.cover->single_place(label);
    if (single && by_place) {
      out.share.push_back(*single >= *low && *single <= *high);
    } else {
      out.share.push_back(values.empty() ? 0 : hits / static_cast<double>(values.size()));
    }
  }
  return out;
}

AskedQuery ask(const std::vector<BoundTerm>& terms, uint64_t rows_before, uint64_t rows_after) {
  AskedQuery out;
  for (uint64_t r = 0; r < rows_before; r++)
    out.truth += std::all_of(terms.begin(), terms.end(), [&](const BoundTerm& t) { return t.in[t.column->before->keys.codes[r]]; });
  double sum = 0;
  for (uint64_t r = 0; r < rows_after; r++) {
    double share = 1;
    for (const BoundTerm& t : terms) share *= t.column->after ? t.share[t.column->after->keys.codes[r]] : 0;
    sum += share;
  }
  out.estimate = rows_after ? sum * static_cast<double>(rows_before) / static_cast<double>(rows_after) : 0;
  out.error = std::abs(out.estimate - out.truth) / std::max(out.truth, std::max(1.0, static_cast<double>(rows_before) / 1000));
  return out;
}

uint64_t step(uint64_t& state) {  // splitmix64: the same workload in every run
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

void ask_at_random(const std::vector<Shared>& columns, size_t queries, UtilityReport& report) {
  if (report.rows_before == 0 || columns.empty()) return;
  uint64_t state = 20260722;
  std::vector<double> errors;
  for (size_t i = 0; i < queries; i++) {
    uint64_t row = step(state) % report.rows_before;
    size_t wanted = 1 + step(state) % std::min<size_t>(3, columns.size()), at = step(state) % columns.size();
    std::vector<BoundTerm> terms;
    for (size_t t = 0; t < wanted; t++) {
      const Shared& column = columns[(at + t) % columns.size()];
      std::string from(column.before->texts.text_of(column.before->keys.codes[row])), to = from;
      auto place = place_of_value(from);
      if (column.cover && column.cover->ordered() && place && from.find_first_of("/ T") == std::string::npos && from.find('-', 1) == std::string::npos) {
        double low = 0, high = 0;
        for (uint32_t v = 0; v < column.before->texts.size(); v++)
          if (auto p = column.cover->place(v)) low = v ? std::min(low, *p) : *p, high = v ? std::max(high, *p) : *p;
        to = std::to_string(*place + (high - low) / 10);
      }
      terms.push_back(bind_term(column, from, to));
    }
    errors.push_back(ask(terms, report.rows_before, report.rows_after).error);
  }
  if (errors.empty()) return;
  std::sort(errors.begin(), errors.end());
  report.random_queries = errors.size();
  for (double e : errors) report.query_error_mean += e / static_cast<double>(errors.size());
  report.query_error_median = errors[errors.size() / 2];
  report.query_error_p95 = errors[errors.size() * 95 / 100];
}

Result<ClassSummary> summary(const CsvTable& table, const std::vector<std::string>& quasi) {
  std::vector<const table::KeyColumn*> keys;
  for (const auto& name : quasi)
    if (auto* column = table.find(name)) keys.push_back(&column->keys);
  ClassSummary out{.rows = table.rows};
  if (keys.empty()) {
    out.classes = table.rows > 0;
    out.k = table.rows;
    if (table.rows) out.histogram[table.rows] = 1;
  } else {
    auto count = TRY(table::count_classes(keys));
    out.classes = count.classes;
    out.k = count.k_min;
    out.unique_rows = count.unique_rows();
    out.histogram = count.histogram;
  }
  out.highest_risk = out.k ? 1.0 / static_cast<double>(out.k) : 0;
  out.average_risk = out.rows ? static_cast<double>(out.classes) / static_cast<double>(out.rows) : 0;
  return out;
}

Json json_of(const ClassSummary& s) {
  Json histogram = Json::array();
  for (auto [size, classes] : s.histogram) histogram.push(Json::object({{"size", size}, {"classes", classes}}));
  return Json::object({{"rows", s.rows}, {"classes", s.classes}, {"k", s.k}, {"unique_rows", s.unique_rows}, {"highest_risk", s.highest_risk},
                       {"average_risk", s.average_risk}, {"histogram", std::move(histogram)}});
}

}  // namespace

Result<UtilityReport> compare_tables(const CsvTable& before, const CsvTable& after, const UtilityOptions& options) {
  UtilityReport report{.rows_before = before.rows, .rows_after = after.rows};
  std::vector<Shared> columns;
  bool any = false;
  for (const auto& name : options.columns) {
    Shared shared{.before = before.find(name), .after = after.find(name)};
    if (!shared.before) return fail(Errc::invalid, "anonymity.unknown_column", name.substr(0, 80));
    auto tree = options.hierarchies.find(name);
    if (shared.after) shared.cover = std::make_unique<LabelCover>(*shared.before, *shared.after, tree == options.hierarchies.end() ? nullptr : &tree->second);
    any = any || shared.after;
    columns.push_back(std::move(shared));
  }
  if (!any) return fail(Errc::invalid, "anonymity.no_columns");
  for (const auto& c : columns) report.columns.push_back(column_utility(c, before.rows));
  measure_pairs(columns, report);
  ask_at_random(columns, options.random_queries, report);
  for (const CountQuery& query : options.queries) {
    std::vector<BoundTerm> terms;
    for (const auto& term : query.terms) {
      auto at = std::find_if(columns.begin(), columns.end(), [&](const Shared& c) { return c.before->name == term.column; });
      if (at == columns.end()) return fail(Errc::invalid, "anonymity.unknown_column", term.column.substr(0, 80));
      terms.push_back(bind_term(*at, term.from, term.to));
    }
    AskedQuery answered = ask(terms, before.rows, after.rows);
    answered.query = query;
    report.asked.push_back(std::move(answered));
  }
  if (!options.quasi.empty()) {
    report.classes_before = TRY(summary(before, options.quasi));
    report.classes_after = TRY(summary(after, options.quasi));
  }
  return report;
}

Result<CountQuery> parse_query(std::string_view text) {
  CountQuery out;
  while (!text.empty()) {
    size_t comma = std::min(text.find(','), text.size()), equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals > comma) return fail(Errc::usage, "anonymity.bad_query");
    std::string_view value = text.substr(equals + 1, comma - equals - 1);
    size_t dots = value.find("..");
    std::string from(value.substr(0, dots)), to(dots == std::string_view::npos ? value : value.substr(dots + 2));
    out.terms.push_back({std::string(text.substr(0, equals)), std::move(from), std::move(to)});
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (out.terms.empty()) return fail(Errc::usage, "anonymity.bad_query");
  return out;
}

Json to_json(const UtilityReport& r) {
  Json columns = Json::array(), pairs = Json::array(), asked = Json::array();
  for (const auto& c : r.columns) {
    Json one = Json::object({{"name", c.name}, {"dropped", c.dropped}, {"ordered", c.ordered}, {"distinct_before", c.distinct_before},
                             {"distinct_after", c.distinct_after}, {"total_variation", c.total_variation}, {"loss", c.loss}});
    if (c.earth_mover) one.set("earth_mover", Json(*c.earth_mover));
    if (c.mean_before) one.set("mean_before", Json(*c.mean_before));
    if (c.mean_after) one.set("mean_after", Json(*c.mean_after));
    columns.push(std::move(one));
  }
  for (const auto& p : r.pairs) pairs.push(Json::object({{"a", p.a}, {"b", p.b}, {"measure", std::string(p.measure)}, {"before", p.before}, {"after", p.after}}));
  for (const auto& q : r.asked) {
    std::string text;
    for (const auto& t : q.query.terms) text += (text.empty() ? "" : ",") + t.column + "=" + t.from + (t.from == t.to ? "" : ".." + t.to);
    asked.push(Json::object({{"query", text}, {"truth", q.truth}, {"estimate", q.estimate}, {"error", q.error}}));
  }
  Json out = Json::object({{"format", "sluice-utility/1"}, {"rows_before", r.rows_before}, {"rows_after", r.rows_after}, {"columns", std::move(columns)},
                           {"pairs", std::move(pairs)}, {"correlation_lost", r.correlation_lost},
                           {"queries", Json::object({{"random", r.random_queries}, {"error_mean", r.query_error_mean}, {"error_median", r.query_error_median},
                                                     {"error_p95", r.query_error_p95}, {"asked", std::move(asked)}})}});
  if (r.classes_before) out.set("classes_before", json_of(*r.classes_before));
  if (r.classes_after) out.set("classes_after", json_of(*r.classes_after));
  return out;
}

}  // namespace sluice::anonymity
