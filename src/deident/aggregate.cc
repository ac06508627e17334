#include "deident/aggregate.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>
#include <thread>
#include <unordered_map>

#include "base/pending_file.h"
#include "crypto/block_digest.h"
#include "crypto/hash.h"
#include "deident/apply.h"
#include "deident/cell_encoding.h"
#include "deident/column_names.h"
#include "deident/csv_block.h"
#include "deident/csv_input.h"
#include "deident/file_rows.h"
#include "deident/group_sums.h"
#include "deident/interval_audit.h"
#include "deident/residual_verdict.h"
#include "table/parquet.h"

namespace sluice::deident {

namespace {

constexpr size_t kMeasuresMax = 16;
constexpr int kThresholdDefault = 5;
constexpr size_t kExactAuditsMax = 400;  // hidden cells that are audited exactly; the others by their boxes

struct NumberedTexts {
  std::unordered_map<std::string, uint32_t> numbers;
  std::vector<std::string> texts;
  uint32_t of(std::string_view text) {
    auto [at, fresh] = numbers.emplace(text, static_cast<uint32_t>(texts.size()));
    if (fresh) texts.emplace_back(text);
    return at->second;
  }
};

std::vector<std::string> measures_of(const AggregateRule& rule) {
  std::vector<std::string> measures;
  for (const auto* list : {&rule.sums, &rule.means})
    for (const auto& name : *list)
      if (std::find(measures.begin(), measures.end(), name) == measures.end()) measures.push_back(name);
  return measures;
}

// Rows as parts of named contributors, in the order of the file; afterwards by contributor.
class Contributions {
 public:
  Contributions(const AggregateRule& rule, const std::vector<std::string>& measures)
      : rule_(rule), groups_(rule.by.size()), measures_(measures), digits_(measures.size()) {}

  Result<uint64_t> read(const std::string& path, const std::vector<std::string>& columns) {
    Status refused;
    uint64_t rows = TRY(read_rows(path, columns, [&](std::span<const std::string_view> cells) {
      refused = take(cells);
      return refused.has_value();
    }));
    TRY(std::move(refused));
    number_values();
    return rows;
  }

  // False when there are too many cells.
  bool fill(CellCube& cube) {
    std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) { return whose_[a] < whose_[b]; });
    for (size_t from = 0; from < order_.size();) {
      size_t to = from + 1;
      while (to < order_.size() && whose_[order_[to]] == whose_[order_[from]]) to++;
      std::vector<CellCube::Part> parts;
      for (size_t i = from; i < to; i++) parts.push_back(part(order_[i]));
      if (!cube.add_contributor(parts)) return false;
      from = to;
    }
    return true;
  }

  // The values of the group columns in the order of their bytes, and the digits of the measures.
  GroupTable table() const {
    GroupTable out{.values = {}, .digits = digits_, .cells = {}};
    for (const auto& group : groups_) {
      out.values.push_back(group.texts);
      std::sort(out.values.back().begin(), out.values.back().end());
    }
    return out;
  }

 private:
  Status take(std::span<const std::string_view> cells) {
    for (size_t g = 0; g < groups_.size(); g++) {
      if (cells[g] == kTotalLabel) return fail(Errc::invalid, "aggregate.value_taken");
      at_.push_back(groups_[g].of(cells[g]));
    }
    for (size_t m = 0; m < measures_.size(); m++) {
      WideSigned value = 0;
      size_t digits = 0;
      std::string_view cell = cells[groups_.size() + m];
      if (!cell.empty() && !read_millionths(cell, value, digits)) return fail(Errc::invalid, "aggregate.not_a_number", measures_[m].substr(0, 80));
      digits_[m] = std::max(digits_[m], digits);
      sums_.push_back(value);
      there_.push_back(!cell.empty());
    }
    whose_.push_back(contributors_.of(cells.back()));
    order_.push_back(static_cast<uint32_t>(order_.size()));
    return {};
  }
  // By the order of the texts, so that nothing hangs on the order of the rows.
  void number_values() {
    const GroupTable sorted = table();
    for (size_t g = 0; g < groups_.size(); g++) {
      std::vector<uint32_t> number;
      for (const auto& text : groups_[g].texts)
        number.push_back(static_cast<uint32_t>(std::lower_bound(sorted.values[g].begin(), sorted.values[g].end(), text) - sorted.values[g].begin()));
      for (size_t r = g; r < at_.size(); r += groups_.size()) at_[r] = number[at_[r]];
    }
  }
  CellCube::Part part(uint32_t row) const {
    CellCube::Part out{.rows = 1};
    for (size_t g = 0; g < groups_.size(); g++) out.at[g] = at_[row * groups_.size() + g];
    for (size_t m = 0; m < measures_.size(); m++) {
      out.sums.push_back(sums_[row * measures_.size() + m]);
      out.values.push_back(there_[row * measures_.size() + m]);
    }
    return out;
  }

  const AggregateRule& rule_;
  std::vector<NumberedTexts> groups_;
  NumberedTexts contributors_;
  const std::vector<std::string>& measures_;
  std::vector<size_t> digits_;
  std::vector<uint32_t> at_, whose_, order_;
  std::vector<WideSigned> sums_;
  std::vector<uint8_t> there_;
};

// What is read of the file: its cells with all totals, and their values.
struct Grouped {
  uint64_t rows = 0;
  std::vector<std::string> measures;
  GroupTable table;
  CellCube cube;
};

Result<CellCube> empty_cube(const AggregateRule& rule, const GroupTable& table, size_t measures) {
  std::vector<uint32_t> values;
  uint64_t finest = 1;
  for (const auto& group : table.values) {
    values.push_back(static_cast<uint32_t>(group.size()));
    if (__builtin_mul_overflow(finest, group.size() + 1, &finest)) return fail(Errc::refused, "aggregate.too_many_cells");
  }
  return CellCube(values, measures,
                  {.threshold = static_cast<uint64_t>(rule.threshold.value_or(kThresholdDefault)), .dominance_n = static_cast<size_t>(rule.dominance_n.value_or(0)),
                   .dominance_percent = rule.dominance_percent.value_or(85)});
}

// Each row a contributor: rows need not be kept, and are read by several threads.
Result<Grouped> group_rows(const AggregateRule& rule, const std::string& path, std::vector<std::string> measures, const std::vector<std::string>& columns) {
  const size_t threads = std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
  std::vector<GroupSums> parts(threads, GroupSums(rule.by.size(), measures, static_cast<size_t>(rule.dominance_n.value_or(0))));
  std::vector<Status> refused(threads);
  std::vector<TakeRow> takes;
  for (size_t t = 0; t < threads; t++)
    takes.push_back([&part = parts[t], &status = refused[t]](std::span<const std::string_view> cells) {
      status = part.add(cells);
      return status.has_value();
    });
  const uint64_t rows = TRY(read_rows_apart(path, columns, takes));
  for (auto& status : refused) TRY(std::move(status));
  GroupTable table = TRY(join(parts));
  CellCube cube = TRY(empty_cube(rule, table, measures.size()));
  for (const CubeCell& cell : table.cells)
    if (!cube.add_cell(cell)) return fail(Errc::refused, "aggregate.too_many_cells");
  return Grouped{rows, std::move(measures), std::move(table), std::move(cube)};
}

Result<Grouped> group_contributors(const AggregateRule& rule, const std::string& path, std::vector<std::string> measures, std::vector<std::string> columns) {
  columns.push_back(*rule.contributor);
  Contributions data(rule, measures);
  const uint64_t rows = TRY(data.read(path, columns));
  GroupTable table = data.table();
  CellCube cube = TRY(empty_cube(rule, table, measures.size()));
  if (!data.fill(cube)) return fail(Errc::refused, "aggregate.too_many_cells");
  return Grouped{rows, std::move(measures), std::move(table), std::move(cube)};
}

Result<Grouped> read_groups(const AggregateRule& rule, const std::string& path) {
  std::vector<std::string> measures = measures_of(rule), columns = rule.by;
  columns.insert(columns.end(), measures.begin(), measures.end());
  return rule.contributor ? group_contributors(rule, path, std::move(measures), std::move(columns)) : group_rows(rule, path, std::move(measures), columns);
}

struct OutColumn {
  std::string name;
  std::optional<size_t> measure;  // nothing: count
  bool mean = false;
};

std::vector<OutColumn> out_columns(const AggregateRule& rule, const std::vector<std::string>& measures) {
  auto place = [&](const std::string& name) { return static_cast<size_t>(std::find(measures.begin(), measures.end(), name) - measures.begin()); };
  std::vector<OutColumn> out{{"count", std::nullopt}};
  for (const auto& name : rule.sums) out.push_back({"sum_" + name, place(name)});
  for (const auto& name : rule.means) out.push_back({"mean_" + name, place(name), true});
  return out;
}

// Empty for a mean of no value.
std::string number_text(const CubeCell& cell, const OutColumn& column, size_t digits) {
  if (!column.measure) return std::to_string(cell.rows);
  const CellMeasure& m = cell.measures[*column.measure];
  std::string out;
  if (!column.mean) {
    put_millionths(m.sum, digits, out);
  } else if (m.values > 0) {
    auto n = static_cast<WideSigned>(m.values);
    put_millionths((m.sum + (m.sum < 0 ? -n : n) / 2) / n, 6, out);
  }
  return out;
}

// Cells by their values, which are numbered in the order of their texts, totals last.
std::vector<size_t> output_order(const CellCube& cube) {
  std::vector<size_t> order(cube.cells().size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return cube.cells()[a].at < cube.cells()[b].at;  // kAll is the largest
  });
  return order;
}

// The table as lines of texts, the header first.
std::vector<std::vector<std::string>> lines_of(const Grouped& data, const AggregateRule& rule) {
  const CellCube& cube = data.cube;
  auto columns = out_columns(rule, data.measures);
  std::vector<std::vector<std::string>> lines(1, rule.by);
  for (const auto& c : columns) lines[0].push_back(c.name);
  lines[0].emplace_back("suppressed");
  for (size_t at : output_order(cube)) {
    const CubeCell& cell = cube.cells()[at];
    std::vector<std::string> line;
    for (size_t g = 0; g < cube.groups(); g++) line.emplace_back(cell.at[g] == kAll ? std::string(kTotalLabel) : data.table.values[g][cell.at[g]]);
    for (const auto& c : columns) line.push_back(cell.hidden ? "" : number_text(cell, c, c.measure ? data.table.digits[*c.measure] : 0));
    line.emplace_back(cell.hidden ? "1" : "0");
    lines.push_back(std::move(line));
  }
  return lines;
}

Result<Digest> write_csv(const std::vector<std::vector<std::string>>& lines, const std::string& in_path, const std::string& out_path) {
  auto in = TRY(CsvInput::open(in_path));
  PendingFile out = TRY(PendingFile::create(out_path));
  std::string text = in->has_bom() ? "\xef\xbb\xbf" : "";
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); i++) {
      if (i > 0) text += in->delimiter();
      std::string cell;
      if (!append_encoded(line[i], in->encoding(), cell)) return fail(Errc::invalid, "csv.bad_encoding");
      put_field(text, cell, in->delimiter());
    }
    text += in->line_end();
  }
  TRY(out.write(text));
  TRY(out.commit());
  return sm3(view(text));
}

// All columns but count are text: sums go beyond what a decimal of 18 digits holds.
Result<Digest> write_parquet(const std::vector<std::vector<std::string>>& lines, size_t groups, const std::string& out_path) {
  std::vector<table::ColumnSpec> specs;
  for (size_t i = 0; i < lines[0].size(); i++) specs.push_back({lines[0][i], i == groups ? table::Type::int64 : table::Type::text, 0});
  PendingFile out = TRY(PendingFile::create(out_path));
  auto sink = TRY(table::create_parquet(out.temporary(), specs));
  for (size_t from = 1; from < lines.size(); from += table::kBatchRows) {
    table::Batch batch;
    batch.rows = std::min(table::kBatchRows, lines.size() - from);
    for (size_t c = 0; c < specs.size(); c++) {
      table::ColumnBuilder builder(specs[c]);
      for (size_t r = from; r < from + batch.rows; r++) {
        const std::string& cell = lines[r][c];
        if (cell.empty() && c >= groups) {
          builder.append_null();
        } else if (c == groups) {
          builder.append_int(std::stoll(cell));
        } else {
          builder.append_text(cell);
        }
      }
      batch.columns.push_back(builder.finish());
    }
    TRY(sink->append(batch));
  }
  TRY(sink->finish());
  Digest digest = TRY(sm3_of_file(out.temporary()));
  TRY(out.commit());
  return digest;
}

Status audit(const CellCube& cube, AggregateReport& report) {
  uint64_t finest = 0, hidden = 0;
  for (size_t c = 0; c < cube.cells().size(); c++) {
    const CubeCell& cell = cube.cells()[c];
    bool total = std::find(cell.at.begin(), cell.at.begin() + static_cast<ptrdiff_t>(cube.groups()), kAll) != cell.at.begin() + static_cast<ptrdiff_t>(cube.groups());
    if (!total) finest += cell.rows;
    if (!cell.hidden) continue;
    if (!total) hidden += cell.rows;
    report.cells_hidden++;
    std::optional<CountInterval> interval;
    if (report.cells_audited_exactly < kExactAuditsMax) interval = outsider_interval(cube, c);
    if (interval) report.cells_audited_exactly++;
    uint64_t width = interval ? interval->width() : cube.certified_width(c);
    if (width == 0) return fail(Errc::refused, "aggregate.unprotected");
    if (width < UINT64_MAX / 8) report.narrowest = std::min(report.narrowest.value_or(width), width);
  }
  report.share_hidden_permille = finest ? hidden * 1000 / finest : 0;
  return {};
}

// Only the values of the group columns leave as they are; of the others sums and means do.
Status scan_groups(const AggregateRule& rule, const std::string& path, const std::vector<std::string>& identifiers_kept, Receipt& receipt) {
  std::vector<ResidualTally> tallies(rule.by.size());
  receipt.residual_rows_scanned = TRY(read_rows(path, rule.by, [&](std::span<const std::string_view> cells) {
    for (size_t g = 0; g < cells.size(); g++) scan_cell(cells[g], tallies[g]);
    return true;
  }));
  ResidualVerdict verdict(receipt, "group column");
  for (size_t g = 0; g < rule.by.size(); g++) {
    const bool kept = std::find(identifiers_kept.begin(), identifiers_kept.end(), rule.by[g]) != identifiers_kept.end();
    verdict.column(g + 1, rule.by[g], tallies[g], [&](std::string_view) { return kept; });
  }
  return verdict.end();
}

tl::unexpected<Error> bad_rule(std::string_view member) { return fail(Errc::invalid, "aggregate.bad_rule", std::string(member)); }

}  // namespace

Status check(const AggregateRule& rule) {
  if (rule.by.empty() || rule.by.size() > kGroupsMax) return bad_rule("by");
  if (rule.sums.size() + rule.means.size() > kMeasuresMax) return bad_rule("sums, means");
  for (const auto* list : {&rule.by, &rule.sums, &rule.means})
    for (size_t i = 0; i < list->size(); i++)
      if ((*list)[i].empty() || std::count(list->begin(), list->end(), (*list)[i]) > 1) return bad_rule("by, sums, means");
  if (rule.threshold && (*rule.threshold < 2 || *rule.threshold > 1000)) return bad_rule("threshold");
  if (rule.dominance_n.has_value() != rule.dominance_percent.has_value()) return bad_rule("dominance");
  if (rule.dominance_n && (*rule.dominance_n < 1 || *rule.dominance_n > 10)) return bad_rule("dominance_n");
  if (rule.dominance_percent && (*rule.dominance_percent < 50 || *rule.dominance_percent > 99)) return bad_rule("dominance_percent");
  return {};
}

AggregateRule in_full(AggregateRule rule) {
  rule.threshold = rule.threshold.value_or(kThresholdDefault);
  return rule;
}

Result<AggregateReport> aggregate_file(const AggregateRule& rule, const std::string& in_path, const std::string& out_path) {
  TRY(check(rule));
  std::error_code ec;
  if (std::filesystem::equivalent(in_path, out_path, ec)) return fail(Errc::usage, "deident.same_file");
  AggregateReport report{.rule = rule};
  Grouped data = TRY(read_groups(rule, in_path));
  report.rows_in = data.rows;
  data.cube.suppress();
  report.cells = data.cube.cells().size();
  TRY(audit(data.cube, report));
  auto lines = lines_of(data, rule);
  report.output_sm3 = table::is_parquet(in_path) ? TRY(write_parquet(lines, rule.by.size(), out_path)) : TRY(write_csv(lines, in_path, out_path));
  return report;
}

Result<AggregateReport> aggregate_source_file(const AggregateRule& rule, const std::string& in_path, const std::string& out_path, const AggregateOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  TRY(check(rule));
  std::error_code ec;
  if (std::filesystem::equivalent(in_path, out_path, ec)) return fail(Errc::usage, "deident.same_file");
  Receipt receipt;
  TRY(check_column_names(rule.by));
  TRY(scan_groups(rule, in_path, options.identifiers_kept, receipt));
  PendingFile out = TRY(PendingFile::create(out_path));
  AggregateReport report = TRY(aggregate_file(rule, in_path, out.temporary()));
  if (options.receipt) {
    receipt.strategy = "aggregate";
    receipt.strategy_version = "1";
    receipt.strategy_digest = sm3(view(canonical(encode(in_full(rule)))));
    receipt.performed_by = options.performed_by;
    receipt.rows_in = receipt.rows_out = report.rows_in;
    name_files(receipt, TRY(block_digest_of_file(in_path)), TRY(block_digest_of_file(out.temporary())));
    receipt.aggregated_cells = report.cells;
    receipt.aggregated_hidden = report.cells_hidden;
    receipt.aggregate = in_full(rule);
    receipt.duration_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
    TRY(options.receipt(receipt));
  }
  TRY(out.commit());
  return report;
}

}  // namespace sluice::deident
