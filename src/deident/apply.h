// Masks a whole file, CSV or TSV in and out: blocks in parallel, untouched bytes copied, order kept.
//
// The first record is the header. Fields may be quoted; untouched fields keep their bytes exactly, masked ones are quoted
// when they need it. Delimiter: the most frequent of , ; TAB | in the header. Encoding: UTF-8 (with or without BOM) or
// GB18030, told from the first block. Memory: a few blocks per thread. A record with another number of fields than the
// header refuses the run.
//
// The output appears whole under `out_path` or not at all (temporary file beside it, fsync, rename). Every
// cell of the output is scanned for direct identifiers (deident/residual.h), and the run is refused when one is found in a
// column that the strategy does not name in `identifiers_kept`.
//
// Errors: those of Masker::bind, of check_use (deident/strategy_use.h) and of the targets; "strategy.not_reviewed"; "deident.no_header", "deident.ragged_row" (detail: record number), "deident.bad_quoting", those of deident/text_fault.h,
// "deident.record_too_long", "deident.cell_too_long" and "deident.too_many_columns" (deident/csv_block.h), "deident.value_refused" (column), "deident.residual_found" (columns and types),
// "deident.k_too_small" (k found), and of the file system.
#pragma once

#include <functional>
#include <string>

#include "deident/csv_block.h"
#include "deident/masker.h"
#include "deident/strategy_use.h"

namespace sluice::deident {

// What a run also does besides masking. `receipt`: digests of both files. `scan`: residual scan. `risk`: before and after.
struct Checks {
  bool digests = true, scan = true, risk = true;
};

struct ApplyOptions {
  Use use{};                                 // what the output is for, and today: for strategies with use limits
  std::optional<std::string> reviewed_by{};  // the reviewer, after check_review()
  std::string population{};                  // file of the population, unmasked, for a presence target
  std::optional<std::string> performed_by{};  // who, for the receipt
  unsigned threads = 0;  // 0: as many as the machine has
  Checks checks{};
  std::function<void(uint64_t bytes_done, uint64_t bytes_all)> progress{};
  // Sees the whole receipt before the output appears under its name; an error keeps it from appearing: no output without its receipt.
  std::function<Status(const Receipt&)> receipt{};
};

// The whole strategy on a CSV or Parquet file: apply_csv or apply_parquet, then its aggregate where it has one (only that leaves).
Result<Receipt> apply_file(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& in_path, const std::string& out_path,
                           const ApplyOptions& options = {});

Result<Receipt> apply_csv(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& in_path,
                          const std::string& out_path, const ApplyOptions& options = {});

// Parquet in, Parquet out, over the same kernels: kept columns keep their types, masked ones become text. Rows cannot be
// sampled or dropped here ("deident.rows_fixed"). Errors of reading and writing are those of table/parquet.h.
Result<Receipt> apply_parquet(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& in_path, const std::string& out_path,
                              const ApplyOptions& options = {});

// The way back for `columns` of a masked file, CSV or Parquet, the others copied; gives the number of rows. Who may ask for it: deident/reversal.h.
// `restored` sees the written file before it appears under its name; its error keeps it from appearing. Errors: those of
// Masker::bind_reverse, "deident.not_restored" (cells that are no output of this strategy and key) — then nothing is written.
using RestoredFn = std::function<Status(const std::string& written, uint64_t rows)>;
Result<uint64_t> reverse_file(const Strategy& strategy, const SecretBytes& key, const std::vector<std::string>& columns, const std::string& in_path,
                              const std::string& out_path, const RestoredFn& restored = {});
// What reverse_file does for either format; in Parquet restored columns are text, the others keep their types.
Result<uint64_t> reverse_csv(const Strategy& strategy, const SecretBytes& key, const std::vector<std::string>& columns, const std::string& in_path,
                             const std::string& out_path, const RestoredFn& restored = {});
Result<uint64_t> reverse_parquet(const Strategy& strategy, const SecretBytes& key, const std::vector<std::string>& columns, const std::string& in_path,
                                 const std::string& out_path, const RestoredFn& restored = {});

// Parts of a receipt, for every path that masks. key_id_of() is what Receipt::key_id says of a key.
std::string key_id_of(const SecretBytes& key);
Receipt begin_receipt(const Strategy& strategy, const std::optional<SecretBytes>& key);
// The files by their block digests, which makes it a receipt of format 2.
void name_files(Receipt& receipt, const Digest& input, const Digest& output);
// `taken`: rows that went through the techniques, of which small classes may be dropped later.
FieldReceipt field_receipt(const Masker& masker, size_t column, const std::string& name, const CellTally& tally, uint64_t taken);
// Before a byte is read: use limits and review; an aggregate is apply_file's business.
Status may_apply(const Strategy& strategy, const ApplyOptions& options);
// The strategy's targets on what was written; all must hold.
Status judge_targets(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& written, const std::string& out_path,
                     const ApplyOptions& options, Receipt& receipt);
// Whether a finding of the residual scan is allowed: the column is named in `identifiers_kept`, or its technique writes such values.
bool residual_expected(const Strategy& strategy, const Masker& masker, size_t column, const std::string& name, std::string_view type);

}  // namespace sluice::deident
