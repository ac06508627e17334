#include "deident/mark.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <unordered_set>

#include "base/parallel.h"
#include "base/pending_file.h"
#include "crypto/hash.h"
#include "deident/apply.h"
#include "deident/block_pipeline.h"
#include "deident/carrier.h"
#include "deident/column_names.h"
#include "deident/column_mask.h"
#include "deident/file_rows.h"
#include "deident/mark_symbols.h"
#include "deident/risk.h"
#include "deident/techniques/bind.h"
#include "deident/trace_code.h"
#include "table/cell_text.h"
#include "table/parquet.h"

namespace sluice::deident {

namespace {

// A column that bears marks, and what was counted while it was written.
class Marking : public BoundTechnique {
 public:
  virtual uint64_t marked() const = 0;
  virtual uint64_t symbols() const = 0;
  virtual Status no_codes() const { return {}; }
};

class MarkColumn final : public Marking {
 public:
  MarkColumn(MarkCarrier carrier, HmacSm3Key key, int one_in, std::vector<uint8_t> bits, std::optional<TokenForm> row_key, const KnownTypes& known)
      : carrier_(std::move(carrier)), codes_(carrier_, known), key_(std::move(key)), one_in_(one_in), bits_(std::move(bits)), row_key_(std::move(row_key)) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override {
    std::vector<std::string_view> row_keys;
    for (const CellInput& c : cells) row_keys.push_back(row_key_of(row_key_, c.beside));
    std::vector<Digest> macs = mark_macs_of(key_, row_keys);
    for (size_t i = 0; i < cells.size(); i++) {
      const CellInput& c = cells[i];
      MarkPlace place = mark_place_of(macs[i], one_in_);
      int shown = place.chosen && !c.beside.empty() ? mark_symbol_of(carrier_, c.cell) : -1;
      bool flips = shown >= 0 && shown != (bits_[place.position] ^ place.sense);
      if (place.chosen) codes_.add(c.cell);
      if (shown >= 0) marked_++;
      if (flips) {
        flip_mark_symbol(carrier_, c.cell, macs[i][17] & 1, out.text());
      } else {
        out.text() += c.cell;
      }
      out.close(c.cell.empty() ? CellOutcome::null : flips ? CellOutcome::masked : CellOutcome::kept);
    }
  }
  uint64_t marked() const override { return marked_.load(); }
  uint64_t symbols() const override { return marked_.load(); }
  Status no_codes() const override { return codes_.says_codes() ? Status(fail(Errc::refused, "mark.code_column", carrier_.column.substr(0, 60))) : Status(); }

 private:
  MarkCarrier carrier_;
  mutable CodeTally codes_;
  HmacSm3Key key_;
  int one_in_;
  std::vector<uint8_t> bits_;
  std::optional<TokenForm> row_key_;
  mutable std::atomic<uint64_t> marked_ = 0;
};

class MarkTokens final : public Marking {
 public:
  MarkTokens(TokenForm form, HmacSm3Key key, std::vector<uint8_t> bits) : form_(std::move(form)), key_(std::move(key)), bits_(std::move(bits)) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override {
    std::vector<std::string_view> stems;
    for (const CellInput& c : cells) stems.push_back(token_stem(form_, c.cell).value_or(std::string_view()));
    std::vector<Digest> macs = mark_macs_of(key_, stems);
    std::vector<uint64_t> seen;
    for (size_t i = 0; i < cells.size(); i++) {
      const CellInput& c = cells[i];
      const MarkPlace place = mark_place_of(macs[i], 1);
      const int shown = token_symbol(form_, c.cell);
      const bool flips = shown >= 0 && shown != (bits_[place.position] ^ place.sense);
      out.text() += flips ? other_token(form_, c.cell) : std::string(c.cell);
      out.close(c.cell.empty() ? CellOutcome::null : flips ? CellOutcome::masked : CellOutcome::kept);
      if (shown >= 0) seen.push_back(std::hash<std::string_view>()(stems[i]));
    }
    std::lock_guard lock(mutex_);
    marked_ += seen.size();
    for (uint64_t stem : seen)
      if (different_.size() < kMarkSymbolsMany) different_.insert(stem);
  }
  uint64_t marked() const override {
    std::lock_guard lock(mutex_);
    return marked_;
  }
  // Counted up to where more say nothing new.
  uint64_t symbols() const override {
    std::lock_guard lock(mutex_);
    return different_.size();
  }

 private:
  TokenForm form_;
  HmacSm3Key key_;
  std::vector<uint8_t> bits_;
  mutable std::mutex mutex_;
  mutable uint64_t marked_ = 0;
  mutable std::unordered_set<uint64_t> different_;
};

// What was written, whatever the format.
struct WrittenMarks {
  uint64_t rows = 0;
  std::vector<uint64_t> cells_changed;  // of each carrier
  Digest sm3{};
};

Result<WrittenMarks> write_marked_csv(CsvInput& in, const BoundMarks& bound, PendingFile& out) {
  const Masker masker = bound.masker.in_encoding(in.encoding());
  BlockPipeline pipeline(masker, {in.delimiter(), in.encoding(), Scan::off, Digesting::whole, threads_of(0)}, out);
  std::string head = header_line(in, bound.masker);
  TRY(out.write(head));
  pipeline.header(head);
  while (true) {
    std::string block = TRY(in.next(pipeline.spare_block()));
    if (block.empty() || !pipeline.feed(std::move(block), 0)) break;
  }
  TRY(pipeline.finish());
  WrittenMarks written{.rows = pipeline.rows(), .cells_changed = {}, .sm3 = pipeline.digest()};
  for (size_t at : bound.carriers) written.cells_changed.push_back(pipeline.cells()[at].masked);
  return written;
}

// Columns keep their types: a marked cell is of the type that it was of.
Result<WrittenMarks> write_marked_parquet(table::RowStream& in, const BoundMarks& bound, const std::string& out) {
  auto sink = TRY(table::create_parquet(out, in.specs()));
  WrittenMarks written{.rows = 0, .cells_changed = std::vector<uint64_t>(bound.carriers.size()), .sm3 = {}};
  while (auto batch = TRY(in.next())) {
    std::vector<table::ColumnRef> group;
    for (auto& column : batch->columns) group.push_back(std::make_shared<const table::Column>(std::move(column)));
    table::Batch marked{.columns = {}, .rows = batch->rows};
    for (const auto& column : group) marked.columns.push_back(*column);
    for (size_t c = 0; c < bound.carriers.size(); c++) {
      const size_t at = bound.carriers[c];
      table::ColumnBuilder builder(table::Type::text);
      CellTally tally;
      ResidualTally residual;
      TRY(mask_column(bound.masker, at, group, written.rows, builder, tally, residual));
      auto typed = table::column_of_texts(builder.finish(), in.specs()[at]);
      if (!typed) return fail(Errc::invalid, "mark.bad_plan", in.specs()[at].name.substr(0, 60));
      marked.columns[at] = *std::move(typed);
      written.cells_changed[c] += tally.masked;
    }
    TRY(sink->append(marked));
    written.rows += batch->rows;
  }
  TRY(sink->finish());
  written.sm3 = TRY(sm3_of_file(out));
  return written;
}

}  // namespace

uint64_t symbols_expected(const MarkPlan& plan, uint64_t rows, size_t carriers, size_t tokens) {
  return rows * carriers / static_cast<uint64_t>(std::max(1, plan.one_in.value_or(1))) + rows * tokens;
}

bool enough_to_mark(const MarkPlan& plan, uint64_t rows, size_t carriers, size_t tokens) {
  return rows >= kMarkRowsMin && symbols_expected(plan, rows, carriers, tokens) >= kMarkSymbolsMin;
}

Status check_marks(const Strategy& strategy, const KnownTypes& known) {
  TRY(check_readable_marks(strategy));
  for (const MarkCarrier& carrier : strategy.marks->carriers) TRY(check_carrier_column(strategy, carrier, known));
  return {};
}

Result<BoundMarks> bind_marks(const Strategy& strategy, const SecretBytes& key, const std::string& recipient, std::span<const std::string> columns,
                              const std::vector<std::string>& leave_out, const KnownTypes& known) {
  TRY(check_marks(strategy, known));
  std::vector<std::string> names(columns.begin(), columns.end());
  auto row_key = strategy.marks->row_key ? place_of_name(names, *strategy.marks->row_key) : std::nullopt;
  std::vector<uint8_t> bits = TraceCode(derive_key(key, strategy, "trace", "")).bits_of(recipient);
  std::vector<Masker::Custom> customs;
  std::vector<std::shared_ptr<const Marking>> marked;
  std::vector<size_t> carriers;
  auto bear = [&](size_t at, std::optional<size_t> beside, auto marking) {
    marked.push_back(marking);
    customs.push_back({at, beside, std::move(marking)});
    carriers.push_back(at);
  };
  for (const MarkCarrier& carrier : strategy.marks->carriers)
    if (auto at = place_of_name(names, carrier.column); at && row_key && !place_of_name(leave_out, carrier.column))
      bear(*at, row_key, std::make_shared<MarkColumn>(carrier, mark_place_key(strategy, key, carrier.column), strategy.marks->one_in.value_or(1), bits, row_key_form(strategy), known));
  for (const TokenForm& form : token_forms(strategy))
    if (auto at = place_of_name(names, form.column); at && !place_of_name(leave_out, form.column))
      bear(*at, std::nullopt, std::make_shared<MarkTokens>(form, token_place_key(strategy, key, form), bits));
  if (customs.empty()) return fail(Errc::refused, "mark.no_carrier");
  auto sum_of = [marked](uint64_t (Marking::*count)() const) {
    uint64_t out = 0;
    for (const auto& column : marked) out += ((*column).*count)();
    return out;
  };
  auto count = [sum_of] { return sum_of(&Marking::marked); };
  auto symbols = [sum_of] { return sum_of(&Marking::symbols); };
  auto no_codes = [marked]() -> Status {
    for (const auto& column : marked) TRY(column->no_codes());
    return {};
  };
  return BoundMarks{Masker::of(names.size(), customs), std::move(carriers), count, symbols, no_codes};
}

Result<MarkReceipt> mark_file(const Strategy& strategy, const SecretBytes& key, const std::string& recipient, const std::string& in_path,
                              const std::string& out_path, const JudgeCopy& judge) {
  TRY(check(strategy));
  TRY(check_marks(strategy));
  if (recipient.empty() || key.reveal("length of a masking key").size() < 16) return fail(Errc::usage, recipient.empty() ? "mark.bad_plan" : "deident.bad_key");
  std::error_code ec;
  if (std::filesystem::equivalent(in_path, out_path, ec)) return fail(Errc::usage, "deident.same_file");
  const std::vector<std::string> header = TRY(columns_of_file(in_path));
  TRY(check_column_names(header));
  auto there = [&](const std::string& name) -> Status { return place_of_name(header, name) ? Status() : fail(Errc::invalid, "deident.missing_column", name.substr(0, 60)); };
  if (strategy.marks->row_key) TRY(there(*strategy.marks->row_key));
  for (const MarkCarrier& carrier : strategy.marks->carriers) TRY(there(carrier.column));
  BoundMarks bound = TRY(bind_marks(strategy, key, recipient, header, {}));
  PendingFile out = TRY(PendingFile::create(out_path));
  WrittenMarks written = table::is_parquet(in_path) ? TRY(write_marked_parquet(*TRY(table::open_parquet(in_path)), bound, out.temporary()))
                                             : TRY(write_marked_csv(*TRY(CsvInput::open(in_path)), bound, out));
  MarkReceipt receipt{.strategy = strategy.id, .strategy_version = strategy.version, .rows = written.rows, .k_min = {}};
  // Tokens are marked in small tables too: they must go on joining with those of large ones.
  if (token_forms(strategy).empty() && !enough_to_mark(*strategy.marks, receipt.rows, bound.carriers.size()))
    return fail(Errc::refused, "mark.too_few_rows", std::to_string(kMarkRowsMin));
  TRY(bound.no_codes());
  receipt.cells_marked = bound.cells_marked();
  receipt.symbols = bound.symbols();
  std::vector<std::string> quasi;
  for (const auto& name : strategy.quasi_identifiers)
    if (place_of_name(header, name)) quasi.push_back(name);
  if (!quasi.empty()) {
    receipt.k_min = TRY(measure_file(out.temporary(), quasi)).k_min;
    if (strategy.k_min && *receipt.k_min < static_cast<uint64_t>(*strategy.k_min)) return fail(Errc::refused, "mark.k_too_small", std::to_string(*receipt.k_min));
  }
  receipt.output_sm3 = written.sm3;
  std::vector<MarkedCarrier> changed;
  for (size_t c = 0; c < bound.carriers.size(); c++) {
    changed.push_back({header[bound.carriers[c]], written.cells_changed[c]});
    receipt.cells_changed += written.cells_changed[c];
  }
  if (judge) TRY(judge(out.temporary(), receipt.cells_marked, changed));
  TRY(out.commit());
  return receipt;
}

}  // namespace sluice::deident
