#include "deident/apply.h"

#include <algorithm>
#include <chrono>

#include "base/parallel.h"
#include "crypto/hash.h"
#include "deident/block_pipeline.h"
#include "deident/column_names.h"
#include "deident/residual_verdict.h"
#include "deident/risk.h"
#include "deident/small_classes.h"

namespace sluice::deident {

namespace {

Status judge_residual(const Strategy& strategy, const Masker& masker, const std::vector<std::string>& names,
                      const std::vector<ResidualTally>& tallies, Receipt& receipt) {
  ResidualVerdict verdict(receipt);
  for (size_t c = 0; c < names.size(); c++)
    verdict.column(c + 1, names[c], tallies[c], [&](std::string_view type) { return residual_expected(strategy, masker, c, names[c], type); });
  return verdict.end();
}

// Shows every row to the techniques that learn; to those that count rows only what goes out: rows of the sample, and of these those whose flag in
// `stays` (of the sampled rows, in order; null: all) is set. Gives the number of the first row of each block.
Result<std::vector<uint64_t>> learn_from(const std::string& path, Masker& masker, const std::vector<uint8_t>* stays) {
  auto in = TRY(CsvInput::open(path));
  const size_t columns = masker.columns();
  std::vector<uint64_t> first_rows;
  uint64_t rows = 0, sampled = 0;
  std::vector<uint8_t> goes;
  std::vector<bool> learns(columns), counts(columns);
  for (size_t c = 0; c < columns; c++) learns[c] = masker.learns(c), counts[c] = masker.counts_rows(c);
  while (true) {
    std::string block = TRY(in->next());
    if (block.empty()) break;
    first_rows.push_back(rows);
    goes.clear();
    if (masker.sample_column()) {
      std::vector<std::string> texts;
      auto read = read_fields(CsvInput::record_bytes(block), in->delimiter(), columns, [&](size_t c, std::string_view field) {
        if (c == *masker.sample_column()) texts.emplace_back(field);
      });
      if (!read) return fail(Errc::invalid, "deident.bad_quoting");
      masker.sample(std::vector<std::string_view>(texts.begin(), texts.end()), goes);
    }
    uint64_t row = 0;
    bool here = true;
    auto count = read_fields(CsvInput::record_bytes(block), in->delimiter(), columns, [&](size_t c, std::string_view field) {
      if (c == 0) {
        here = goes.empty() || goes[row];
        if (here && stays) here = (*stays)[sampled] != 0;
        sampled += goes.empty() || goes[row];
      }
      if (learns[c] && (here || !counts[c])) masker.learn(c, {.cell = field, .beside = {}, .row = rows + row});
      row += c + 1 == columns;
    });
    if (!count) return fail(Errc::invalid, "deident.bad_quoting");
    rows += *count;
  }
  TRY(masker.finish_learning());
  return first_rows;
}

Status measure_risk(const Strategy& strategy, const Masker& masker, const std::vector<std::string>& header, const std::string& in_path, const std::string& masked_path,
                    Receipt& receipt) {
  receipt.risk_before = TRY(measure_file(in_path, strategy.quasi_identifiers));
  std::vector<std::string> left;
  for (const auto& name : strategy.quasi_identifiers) {
    auto at = std::find(header.begin(), header.end(), name) - header.begin();
    if (!masker.dropped(static_cast<size_t>(at))) left.push_back(name);
  }
  receipt.risk_after = TRY(measure_file(masked_path, left));
  if (strategy.k_min && receipt.risk_after->rows > 0 && receipt.risk_after->k_min < static_cast<uint64_t>(*strategy.k_min))
    return fail(Errc::refused, "deident.k_too_small", std::to_string(receipt.risk_after->k_min));
  return {};
}

// One run over the whole file, before rows in small classes are dropped.
struct MaskedCsv {
  PendingFile out;
  Masker masker;
  std::vector<std::string> header;
  std::vector<CellTally> cells;
  std::vector<ResidualTally> residual;
  uint64_t rows = 0, not_sampled = 0;
  Digest input{}, output{};
};

// `stays`: the rows that will go out, where that is known already (learn_from).
Result<MaskedCsv> mask_csv(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& in_path, const std::string& out_path,
                           const ApplyOptions& options, const std::vector<uint8_t>* stays) {
  const Digesting digesting = options.checks.digests ? Digesting::blocks : Digesting::off;
  auto in = TRY(CsvInput::open(in_path, digesting, options.progress));
  if (in->same_file(out_path)) return fail(Errc::usage, "deident.same_file");
  TRY(check_column_names(in->header()));
  Masker masker = TRY(Masker::bind(masking_part(strategy), in->header(), key, in->encoding()));
  std::vector<uint64_t> first_rows;
  if (masker.learns()) first_rows = TRY(learn_from(in_path, masker, stays));
  PendingFile out = TRY(PendingFile::create(out_path));
  std::string head = header_line(*in, masker);
  TRY(out.write(head));
  BlockPipeline pipeline(masker, {in->delimiter(), in->encoding(), options.checks.scan ? Scan::on : Scan::off, digesting, threads_of(options.threads)}, out);
  pipeline.header(head);
  for (size_t number = 0;; number++) {
    std::string block = TRY(in->next(pipeline.spare_block()));
    if (block.empty() || !pipeline.feed(std::move(block), number < first_rows.size() ? first_rows[number] : 0)) break;
  }
  TRY(pipeline.finish());
  MaskedCsv made{std::move(out), masker, in->header(), pipeline.cells(), pipeline.residual(), pipeline.rows(), pipeline.dropped()};
  if (options.checks.digests) {
    made.input = in->digest();
    made.output = pipeline.digest();
  }
  return made;
}

bool counts_rows(const Masker& masker) {
  for (size_t c = 0; c < masker.columns(); c++)
    if (masker.counts_rows(c)) return true;
  return false;
}

}  // namespace

std::string key_id_of(const SecretBytes& key) {
  Bytes named = to_bytes("sluice-key-id/1");
  put(named, key.reveal("key id"));
  std::string id = hex(ByteView(sm3(named)).first(8));
  wipe(named.data(), named.size());
  return id;
}

Receipt begin_receipt(const Strategy& strategy, const std::optional<SecretBytes>& key) {
  Receipt receipt;
  receipt.strategy = strategy.id;
  receipt.strategy_version = strategy.version;
  receipt.strategy_digest = digest_of(strategy);
  if (key) receipt.key_id = key_id_of(*key);
  return receipt;
}

void name_files(Receipt& receipt, const Digest& input, const Digest& output) {
  receipt.format = kReceiptFormat2;
  receipt.digest_kind = std::string(kBlockDigestKind);
  receipt.input_digest = input;
  receipt.output_digest = output;
}

FieldReceipt field_receipt(const Masker& masker, size_t column, const std::string& name, const CellTally& tally, uint64_t taken) {
  FieldReceipt out{.column = name, .technique = masker.technique(column), .masked = tally.masked, .nulls = tally.nulls, .failed = tally.failed};
  out.kept = masker.dropped(column) ? 0 : masker.technique(column) == Technique::keep ? taken : taken - std::min(taken, tally.masked + tally.nulls + tally.failed);
  if (masker.technique(column) != Technique::keep) {
    Json parameters = encode(masker.rule(column));
    for (const char* known : {"column", "technique"}) parameters.erase(known);
    if (!parameters.as_object().empty()) out.parameters = std::move(parameters);
  }
  if (auto entities = masker.replaced_entities(column)) out.entities = std::move(*entities);
  out.possible_names = masker.cells_with_names_left(column);
  out.small_domain = masker.small_domain_cells(column);
  if (out.small_domain == 0u) out.small_domain.reset();
  return out;
}

bool residual_expected(const Strategy& strategy, const Masker& masker, size_t column, const std::string& name, std::string_view type) {
  if (std::find(strategy.identifiers_kept.begin(), strategy.identifiers_kept.end(), name) != strategy.identifiers_kept.end()) return true;
  // What format-preserving encryption writes looks like its kind, and digits may look like anything of digits.
  if (masker.technique(column) != Technique::format_preserving) return false;
  switch (*masker.rule(column).kind) {
    case FormatKind::phone: return type == "phone";
    case FormatKind::card: return type == "bank_card";
    case FormatKind::digits:
    case FormatKind::code: return type != "email";
    case FormatKind::id_number:
    case FormatKind::date: return false;
  }
  return false;
}

Result<Receipt> apply_csv(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& in_path,
                          const std::string& out_path, const ApplyOptions& options) {
  auto started = std::chrono::steady_clock::now();
  TRY(check(strategy));
  TRY(may_apply(strategy, options));
  std::optional<MaskedCsv> made(TRY(mask_csv(strategy, key, in_path, out_path, options, nullptr)));
  std::vector<uint8_t> stays;
  if (strategy.suppress_permille) stays = TRY(rows_in_large_classes(strategy, made->out.temporary()));
  // What was learnt from rows that do not go out is learnt anew: a value that many rows had may stand in one that is left. k is measured over what is written.
  if (std::find(stays.begin(), stays.end(), 0) != stays.end() && counts_rows(made->masker)) {
    auto again = TRY(mask_csv(strategy, key, in_path, out_path, options, &stays));
    made.emplace(std::move(again));
  }
  Receipt receipt = begin_receipt(strategy, key);
  receipt.performed_by = options.performed_by;
  receipt.rows_in = made->rows;
  receipt.rows_out = made->rows - made->not_sampled;
  if (strategy.sample) receipt.rows_not_sampled = made->not_sampled;
  if (options.checks.digests) name_files(receipt, made->input, made->output);
  for (size_t c = 0; c < made->header.size(); c++) receipt.columns.push_back(field_receipt(made->masker, c, made->header[c], made->cells[c], receipt.rows_out));
  if (options.checks.scan) {
    receipt.residual_rows_scanned = receipt.rows_out;
    TRY(judge_residual(strategy, made->masker, made->header, made->residual, receipt));
  }
  PendingFile final = strategy.suppress_permille ? TRY(without_rows(made->out, stays, out_path, receipt)) : std::move(made->out);
  if (options.checks.risk && !strategy.quasi_identifiers.empty()) TRY(measure_risk(strategy, made->masker, made->header, in_path, final.temporary(), receipt));
  TRY(judge_targets(strategy, key, final.temporary(), out_path, options, receipt));
  receipt.duration_ms = static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
  if (options.receipt) TRY(options.receipt(receipt));
  TRY(final.commit());
  return receipt;
}

Result<uint64_t> reverse_csv(const Strategy& strategy, const SecretBytes& key, const std::vector<std::string>& columns, const std::string& in_path,
                             const std::string& out_path, const RestoredFn& restored) {
  TRY(check(strategy));
  auto in = TRY(CsvInput::open(in_path));
  if (in->same_file(out_path)) return fail(Errc::usage, "deident.same_file");
  Masker masker = TRY(Masker::bind_reverse(strategy, in->header(), columns, key)).in_encoding(in->encoding());
  PendingFile out = TRY(PendingFile::create(out_path));
  TRY(out.write(header_line(*in, masker)));
  BlockPipeline pipeline(masker, {in->delimiter(), in->encoding(), Scan::off, Digesting::off, threads_of(0)}, out);
  while (true) {
    std::string block = TRY(in->next());
    if (block.empty() || !pipeline.feed(std::move(block), 0)) break;
  }
  TRY(pipeline.finish());
  for (const CellTally& tally : pipeline.cells())
    if (tally.failed > 0) return fail(Errc::invalid, "deident.not_restored", std::to_string(tally.failed));
  if (restored) TRY(restored(out.temporary(), pipeline.rows()));
  TRY(out.commit());
  return pipeline.rows();
}

}  // namespace sluice::deident
