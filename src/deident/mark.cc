#include "deident/mark.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

#include "base/clock.h"
#include "crypto/hash.h"
#include "deident/block_pipeline.h"
#include "deident/risk.h"
#include "deident/techniques/bind.h"
#include "deident/techniques/cell_forms.h"
#include "deident/trace_code.h"

namespace sluice::deident {

namespace {

constexpr double kAccusationBound = 1e-6;

struct Place {
  bool chosen;
  size_t position;
  uint8_t sense;  // xored with the code's bit, so that marks have no bias
};
Place place_of(const Digest& mac, int one_in) {
  uint64_t position = 0, choice = 0;
  for (size_t i = 0; i < 8; i++) {
    position = position << 8 | mac[i];
    choice = choice << 8 | mac[8 + i];
  }
  return {choice % static_cast<uint64_t>(one_in) == 0, static_cast<size_t>(position % kTraceCodeLength), static_cast<uint8_t>(mac[16] & 1)};
}

// Where the last digit of a decimal number stands; npos when the cell is none.
size_t low_digit_at(std::string_view cell) {
  CellNumber n{};
  if (cell.empty() || !parse_cell_number(cell, n) || n.fraction_digits == 0) return std::string_view::npos;
  return cell.size() - 1;
}

// The symbol that a cell shows, or −1 when it can show none.
int symbol_of(const MarkCarrier& carrier, std::string_view cell) {
  switch (carrier.kind) {
    case CarrierKind::low_digit: {
      size_t at = low_digit_at(cell);
      return at == std::string_view::npos ? -1 : (cell[at] - '0') & 1;
    }
    case CarrierKind::day: {
      CellDate d{};
      return parse_cell_date(cell, d) ? static_cast<int>(days_from_civil(d.year, d.month, d.day) & 1) : -1;
    }
    case CarrierKind::equivalent: return cell == carrier.pair[0] ? 0 : cell == carrier.pair[1] ? 1 : -1;
  }
  return -1;
}

// Writes the other symbol; `up` chooses the direction where there are two.
void flip_symbol(const MarkCarrier& carrier, std::string_view cell, bool up, std::string& out) {
  switch (carrier.kind) {
    case CarrierKind::low_digit: {
      out += cell;
      char& last = out.back();
      if (last == '0') {
        last = '1';
      } else if (last == '9') {
        last = '8';
      } else {
        last = static_cast<char>(last + (up ? 1 : -1));
      }
      return;
    }
    case CarrierKind::day: {
      CellDate d{};
      (void)parse_cell_date(cell, d);
      int64_t day = days_from_civil(d.year, d.month, d.day);
      CivilDate moved = civil_from_days(day + (up ? 1 : -1));
      if (moved.month != d.month) moved = civil_from_days(day + (up ? -1 : 1));
      put_date(moved.year, moved.month, moved.day, d.separator, out);
      out += d.rest;
      return;
    }
    case CarrierKind::equivalent: out += cell == carrier.pair[0] ? carrier.pair[1] : carrier.pair[0]; return;
  }
}

HmacSm3Key place_key(const Strategy& strategy, const SecretBytes& key, const std::string& column) {
  return HmacSm3Key(derive_key(key, strategy, "marks", column));
}

std::vector<Digest> macs_of(const HmacSm3Key& key, std::span<const std::string_view> row_keys) {
  std::vector<ByteView> views;
  views.reserve(row_keys.size());
  for (auto k : row_keys) views.push_back(view(k));
  std::vector<Digest> macs(views.size());
  key.many(views, macs);
  return macs;
}

class MarkColumn final : public BoundTechnique {
 public:
  MarkColumn(MarkCarrier carrier, HmacSm3Key key, int one_in, std::vector<uint8_t> bits)
      : carrier_(std::move(carrier)), key_(std::move(key)), one_in_(one_in), bits_(std::move(bits)) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override {
    std::vector<std::string_view> row_keys;
    for (const CellInput& c : cells) row_keys.push_back(c.beside);
    std::vector<Digest> macs = macs_of(key_, row_keys);
    for (size_t i = 0; i < cells.size(); i++) {
      const CellInput& c = cells[i];
      Place place = place_of(macs[i], one_in_);
      int shown = place.chosen && !c.beside.empty() ? symbol_of(carrier_, c.cell) : -1;
      bool flips = shown >= 0 && shown != (bits_[place.position] ^ place.sense);
      if (shown >= 0) marked_++;
      if (flips) {
        flip_symbol(carrier_, c.cell, macs[i][17] & 1, out.text());
      } else {
        out.text() += c.cell;
      }
      out.close(c.cell.empty() ? CellOutcome::null : flips ? CellOutcome::masked : CellOutcome::kept);
    }
  }
  uint64_t marked() const { return marked_.load(); }

 private:
  MarkCarrier carrier_;
  HmacSm3Key key_;
  int one_in_;
  std::vector<uint8_t> bits_;
  mutable std::atomic<uint64_t> marked_ = 0;
};

bool names_a_total(std::string_view column) {
  for (std::string_view word : {"sum", "total", "总额", "总费用", "合计", "总计"})
    if (column.find(word) != std::string_view::npos) return true;
  return false;
}

// Whether the strategy leaves slack in the column.
Status check_carrier(const Strategy& strategy, const MarkCarrier& carrier) {
  auto bad = [&] { return fail(Errc::invalid, "mark.bad_plan", carrier.column.substr(0, 60)); };
  if (carrier.column == strategy.marks->row_key || names_a_total(carrier.column)) return bad();
  if (carrier.kind == CarrierKind::equivalent ? carrier.pair.size() != 2 || carrier.pair[0] == carrier.pair[1] || carrier.pair[0].empty() || carrier.pair[1].empty()
                                              : !carrier.pair.empty())
    return bad();
  for (const FieldRule& rule : strategy.rules)
    if (rule.column == carrier.column && rule.technique != Technique::keep && rule.technique != Technique::date_shift && rule.technique != Technique::noise) return bad();
  return {};
}

Status check_mark_plan(const Strategy& strategy) {
  if (!strategy.marks || strategy.marks->row_key.empty() || strategy.marks->carriers.empty() || strategy.marks->one_in < 1 || strategy.marks->one_in > 100)
    return fail(Errc::invalid, "mark.bad_plan", "marks");
  for (const MarkCarrier& carrier : strategy.marks->carriers) TRY(check_carrier(strategy, carrier));
  return {};
}

std::optional<size_t> find_name(const std::vector<std::string>& header, const std::string& name) {
  auto at = std::find(header.begin(), header.end(), name);
  return at == header.end() ? std::nullopt : std::optional(static_cast<size_t>(at - header.begin()));
}

std::string short_number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", v);
  return text;
}

}  // namespace

uint64_t symbols_expected(const MarkPlan& plan, uint64_t rows, size_t carriers) { return rows * carriers / static_cast<uint64_t>(std::max(1, plan.one_in)); }

bool enough_to_mark(const MarkPlan& plan, uint64_t rows, size_t carriers) {
  return rows >= kMarkRowsMin && symbols_expected(plan, rows, carriers) >= kMarkSymbolsMin;
}

Status check_marks(const Strategy& strategy) { return check_mark_plan(strategy); }

Result<BoundMarks> bind_marks(const Strategy& strategy, const SecretBytes& key, const std::string& recipient, std::span<const std::string> columns,
                              const std::vector<std::string>& leave_out) {
  TRY(check_mark_plan(strategy));
  std::vector<std::string> names(columns.begin(), columns.end());
  auto row_key = find_name(names, strategy.marks->row_key);
  TraceCode code(derive_key(key, strategy, "trace", ""));
  std::vector<uint8_t> bits = code.bits_of(recipient);
  std::vector<Masker::Custom> customs;
  std::vector<std::shared_ptr<MarkColumn>> marked;
  std::vector<size_t> carriers;
  for (const MarkCarrier& carrier : strategy.marks->carriers) {
    auto at = find_name(names, carrier.column);
    if (!at || !row_key || find_name(leave_out, carrier.column)) continue;
    marked.push_back(std::make_shared<MarkColumn>(carrier, place_key(strategy, key, carrier.column), strategy.marks->one_in, bits));
    customs.push_back({*at, *row_key, marked.back()});
    carriers.push_back(*at);
  }
  if (customs.empty()) return fail(Errc::refused, "mark.no_carrier");
  auto count = [marked] {
    uint64_t out = 0;
    for (const auto& column : marked) out += column->marked();
    return out;
  };
  return BoundMarks{Masker::of(names.size(), customs), std::move(carriers), count};
}

Result<MarkReceipt> mark_csv(const Strategy& strategy, const SecretBytes& key, const std::string& recipient, const std::string& in_path,
                             const std::string& out_path) {
  TRY(check(strategy));
  TRY(check_mark_plan(strategy));
  if (recipient.empty() || key.reveal("length of a masking key").size() < 16) return fail(Errc::usage, recipient.empty() ? "mark.bad_plan" : "deident.bad_key");
  auto in = TRY(CsvInput::open(in_path));
  if (in->same_file(out_path)) return fail(Errc::usage, "deident.same_file");
  auto row_key = find_name(in->header(), strategy.marks->row_key);
  if (!row_key) return fail(Errc::invalid, "deident.missing_column", strategy.marks->row_key.substr(0, 60));
  TraceCode code(derive_key(key, strategy, "trace", ""));
  std::vector<Masker::Custom> customs;
  std::vector<std::shared_ptr<MarkColumn>> columns;
  for (const MarkCarrier& carrier : strategy.marks->carriers) {
    auto at = find_name(in->header(), carrier.column);
    if (!at) return fail(Errc::invalid, "deident.missing_column", carrier.column.substr(0, 60));
    columns.push_back(std::make_shared<MarkColumn>(carrier, place_key(strategy, key, carrier.column), strategy.marks->one_in, code.bits_of(recipient)));
    customs.push_back({*at, *row_key, columns.back()});
  }
  Masker masker = Masker::of(in->header().size(), customs);
  PendingFile out = TRY(PendingFile::create(out_path));
  BlockPipeline pipeline(masker, {in->delimiter(), Scan::off, Digesting::whole, std::max(1u, std::thread::hardware_concurrency())}, out);
  std::string head = header_line(*in, masker);
  TRY(out.write(head));
  pipeline.header(head);
  while (true) {
    std::string block = TRY(in->next(pipeline.spare_block()));
    if (block.empty() || !pipeline.feed(std::move(block), 0)) break;
  }
  TRY(pipeline.finish());
  MarkReceipt receipt{.strategy = strategy.id, .strategy_version = strategy.version, .rows = pipeline.rows(), .k_min = {}};
  if (!enough_to_mark(*strategy.marks, receipt.rows, columns.size())) return fail(Errc::refused, "mark.too_few_rows", std::to_string(kMarkRowsMin));
  for (const auto& column : columns) receipt.cells_marked += column->marked();
  for (const CellTally& tally : pipeline.cells()) receipt.cells_changed += tally.masked;
  std::vector<std::string> quasi;
  for (const auto& name : strategy.quasi_identifiers)
    if (find_name(in->header(), name)) quasi.push_back(name);
  if (!quasi.empty()) {
    receipt.k_min = TRY(measure_csv(out.temporary(), quasi)).k_min;
    if (strategy.k_min && *receipt.k_min < static_cast<uint64_t>(*strategy.k_min)) return fail(Errc::refused, "mark.k_too_small", std::to_string(*receipt.k_min));
  }
  receipt.output_sm3 = pipeline.digest();
  TRY(out.commit());
  return receipt;
}

namespace {

// Votes of one carrier, or of all together.
struct Reading {
  std::vector<double> ones = std::vector<double>(kTraceCodeLength), zeros = std::vector<double>(kTraceCodeLength);
  std::vector<double> weights() const {
    std::vector<double> out(kTraceCodeLength);
    for (size_t i = 0; i < out.size(); i++)
      if (double n = ones[i] + zeros[i]; n > 0) out[i] = (ones[i] - zeros[i]) / n;
    return out;
  }
};

struct SuspectCarrier {
  MarkCarrier carrier;
  size_t column;
  HmacSm3Key key;
};

}  // namespace

Result<TraceReport> trace_csv(const Strategy& strategy, const SecretBytes& key, const std::vector<std::string>& recipients, const std::string& suspect_path,
                              size_t traces) {
  TRY(check(strategy));
  TRY(check_mark_plan(strategy));
  auto in = TRY(CsvInput::open(suspect_path));
  const size_t columns = in->header().size();
  auto row_key = find_name(in->header(), strategy.marks->row_key);
  std::vector<SuspectCarrier> carriers;
  for (const MarkCarrier& carrier : strategy.marks->carriers)
    if (auto at = find_name(in->header(), carrier.column)) carriers.push_back({carrier, *at, place_key(strategy, key, carrier.column)});
  if (!row_key || carriers.empty()) return fail(Errc::invalid, "mark.no_carrier");

  TraceReport report;
  std::vector<Reading> readings(carriers.size() + 1);  // the last: all together
  std::vector<std::vector<std::string>> cells(columns);
  while (true) {
    std::string block = TRY(in->next());
    if (block.empty()) break;
    for (auto& column : cells) column.clear();
    auto count = read_fields(CsvInput::record_bytes(block), in->delimiter(), columns, [&](size_t c, std::string_view field) {
      bool wanted = c == *row_key || std::any_of(carriers.begin(), carriers.end(), [&](const auto& s) { return s.column == c; });
      if (wanted) cells[c].emplace_back(field);
    });
    if (!count) return fail(Errc::invalid, "deident.bad_quoting");
    report.rows += *count;
    std::vector<std::string_view> row_keys(cells[*row_key].begin(), cells[*row_key].end());
    for (size_t s = 0; s < carriers.size(); s++) {
      std::vector<Digest> macs = macs_of(carriers[s].key, row_keys);
      for (size_t r = 0; r < row_keys.size(); r++) {
        Place place = place_of(macs[r], strategy.marks->one_in);
        int shown = place.chosen && !row_keys[r].empty() ? symbol_of(carriers[s].carrier, cells[carriers[s].column][r]) : -1;
        if (shown < 0) continue;
        report.symbols++;
        for (Reading* reading : {&readings[s], &readings.back()}) (shown ^ place.sense ? reading->ones : reading->zeros)[place.position]++;
      }
    }
  }
  for (const auto& c : carriers) report.carriers.push_back(c.carrier.column);

  TraceCode code(derive_key(key, strategy, "trace", ""));
  std::vector<std::vector<double>> weights;
  if (carriers.size() == 1) readings.pop_back();
  for (const Reading& reading : readings) weights.push_back(reading.weights());
  const double trials = static_cast<double>(recipients.size() * weights.size() * traces);
  std::vector<std::pair<double, Accusation>> judged;
  for (const std::string& recipient : recipients) {
    TraceCode::Score best;
    for (const auto& w : weights) {
      TraceCode::Score score = code.score(recipient, w);
      if (score.false_accusation < best.false_accusation || best.deviations == 0) best = score;
    }
    double bound = std::min(1.0, best.false_accusation * trials);
    judged.push_back({bound, {recipient, bound < kAccusationBound, static_cast<int64_t>(best.deviations * 1000), short_number(bound)}});
  }
  std::stable_sort(judged.begin(), judged.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [bound, accusation] : judged) report.recipients.push_back(std::move(accusation));
  report.bound = short_number(kAccusationBound);
  return report;
}

}  // namespace sluice::deident
