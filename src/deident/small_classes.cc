#include "deident/small_classes.h"

#include <algorithm>

#include "deident/csv_block.h"
#include "deident/csv_input.h"
#include "table/classes.h"

namespace sluice::deident {

namespace {

Result<table::RowClasses> classes_of(const Strategy& strategy, const std::string& path) {
  auto in = TRY(CsvInput::open(path));
  std::vector<table::KeyEncoder> encoders(strategy.quasi_identifiers.size());
  std::vector<size_t> encoder_of(in->header().size(), encoders.size());
  std::vector<bool> present(encoders.size());
  for (size_t q = 0; q < encoders.size(); q++) {
    auto at = std::find(in->header().begin(), in->header().end(), strategy.quasi_identifiers[q]);
    if (at == in->header().end()) continue;  // suppressed by the strategy
    encoder_of[static_cast<size_t>(at - in->header().begin())] = q;
    present[q] = true;
  }
  uint64_t rows = 0;
  while (true) {
    std::string block = TRY(in->next());
    if (block.empty()) break;
    auto count = read_fields(CsvInput::record_bytes(block), in->delimiter(), in->header().size(), [&](size_t c, std::string_view field) {
      if (encoder_of[c] < encoders.size()) encoders[encoder_of[c]].add(field);
    });
    if (!count) return fail(Errc::invalid, "deident.bad_quoting");
    rows += *count;
  }
  std::vector<table::KeyColumn> keys;
  for (size_t q = 0; q < encoders.size(); q++)
    if (present[q]) keys.push_back(encoders[q].finish());
  if (keys.empty()) return table::RowClasses{std::vector<uint32_t>(rows, 0), {static_cast<uint32_t>(rows)}};
  std::vector<const table::KeyColumn*> pointers;
  for (const auto& key : keys) pointers.push_back(&key);
  return table::row_classes(pointers);
}

}  // namespace

Result<std::vector<uint8_t>> rows_in_large_classes(const Strategy& strategy, const std::string& masked) {
  const table::RowClasses classes = TRY(classes_of(strategy, masked));
  std::vector<uint8_t> stays;
  uint64_t dropped = 0;
  for (uint32_t of_row : classes.class_of_row) {
    stays.push_back(classes.size_of_class[of_row] >= static_cast<uint64_t>(*strategy.k_min));
    dropped += !stays.back();
  }
  const uint64_t permille = stays.empty() ? 0 : (dropped * 1000 + stays.size() - 1) / stays.size();
  if (permille > static_cast<uint64_t>(*strategy.suppress_permille)) return fail(Errc::refused, "deident.too_many_suppressed", std::to_string(permille));
  return stays;
}

Result<PendingFile> without_rows(PendingFile& masked, const std::vector<uint8_t>& stays, const std::string& out_path, Receipt& receipt) {
  auto in = TRY(CsvInput::open(masked.temporary()));
  PendingFile out = TRY(PendingFile::create(out_path));
  BlockDigest digest;
  auto write = [&](std::string_view text) -> Status {
    if (receipt.output_digest) digest.update(view(text));
    return out.write(text);
  };
  std::string text = in->has_bom() ? "\xef\xbb\xbf" : "";
  for (size_t c = 0; c < in->header().size(); c++) {
    if (c) text += in->delimiter();
    put_field(text, in->raw_header()[c], in->delimiter());
  }
  text += in->line_end();
  TRY(write(text));
  uint64_t row = 0, dropped = 0;
  while (true) {
    std::string block = TRY(in->next());
    if (block.empty()) break;
    text.clear();
    auto stays_now = [&] {
      const bool goes = stays[row++] != 0;
      dropped += !goes;
      return goes;
    };
    if (!copy_records(CsvInput::record_bytes(block), in->delimiter(), in->header().size(), stays_now, text)) return fail(Errc::invalid, "deident.bad_quoting");
    TRY(write(text));
  }
  receipt.rows_suppressed = dropped;
  receipt.rows_out -= dropped;
  if (receipt.output_digest) receipt.output_digest = digest.finish();
  return out;
}

}  // namespace sluice::deident
