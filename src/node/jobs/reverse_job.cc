// Worker: given masked values of one column back to what they stand for (node/reverse_values.h). Enciphered values are deciphered; pseudonyms
// are made anew from the source column, which the granted key opens, and compared. Values come and go as payload.
#include <unordered_map>

#include "deident/masker.h"
#include "deident/token_marks.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

using Originals = std::vector<std::optional<std::string>>;

Result<Originals> deciphered(const deident::Strategy& strategy, const std::string& column, const SecretBytes& key, const std::vector<std::string>& values) {
  std::vector<std::string> names{column};
  auto masker = TRY(deident::Masker::bind_reverse(strategy, names, names, key));
  std::vector<deident::CellInput> cells;
  for (const std::string& value : values) cells.push_back({value});
  deident::MaskedCells out;
  masker.apply_many(0, cells, out);
  Originals originals;
  for (size_t i = 0; i < values.size(); i++)
    originals.push_back(out.outcome(i) == deident::CellOutcome::masked ? std::optional(std::string(out.at(i))) : std::nullopt);
  return originals;
}

Result<Originals> looked_up(WorkerContext& context, vault::SealedReader& reader, deident::Strategy strategy, const std::string& column, const SecretBytes& key,
                            const std::vector<std::string>& values) {
  std::vector<std::string> names{column};
  // A token out of a recipient's copy may show the other symbol (deident/token_marks.h).
  const auto forms = deident::token_forms(strategy);
  const deident::TokenForm* form = deident::token_form_of(forms, column);
  std::vector<std::string> others;
  for (const std::string& value : values) others.push_back(form ? deident::other_token(*form, value) : value);
  auto masker = TRY(deident::Masker::bind(deident::only_rule_of(std::move(strategy), column), names, key));
  size_t at = table::find_column(reader.specs(), column);
  if (at == reader.specs().size()) return fail(Errc::invalid, "catalog.no_such_column", column);
  std::unordered_map<std::string_view, size_t> wanted;
  for (size_t i = 0; i < values.size(); i++) {
    wanted.emplace(values[i], i);
    wanted.emplace(others[i], i);
  }
  Originals originals(values.size());
  size_t found = 0;
  uint64_t rows = 0;
  for (size_t g = 0; g < reader.row_groups() && found < values.size(); g++) {
    table::ColumnRef source = TRY(reader.read(g, at));
    std::vector<std::string> texts(source->rows());
    std::vector<deident::CellInput> cells;
    for (size_t row = 0; row < texts.size(); row++) {
      table::cell_text_to(texts[row], *source, row);
      cells.push_back({.cell = texts[row], .beside = {}, .row = rows + row});
    }
    deident::MaskedCells masked;
    masker.apply_many(0, cells, masked);
    for (size_t row = 0; row < texts.size(); row++) {
      auto match = wanted.find(masked.at(row));
      if (match == wanted.end() || originals[match->second]) continue;
      originals[match->second] = texts[row];
      found++;
    }
    rows += texts.size();
    TRY(send_progress(context, Json::object({{"rows", rows}, {"total", reader.rows()}})));
  }
  return originals;
}

}  // namespace

Status run_reverse_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  HandedKeys handed = TRY(receive_keys(context));
  if (handed.keys.size() != 1) return fail(Errc::invalid, "worker.no_keys");
  const SecretBytes& key = handed.keys.begin()->second;
  std::string column = TRY(context.request.get_string("column")), text_of_strategy = TRY(context.request.get_string("strategy"));
  auto strategy = TRY(deident::read_strategy(text_of_strategy));
  auto values = TRY(decode<std::vector<std::string>>(TRY(parse_json(text(context.payload), 1u << 20))));
  bool pseudonyms = false;
  for (const auto& rule : strategy.rules) pseudonyms = pseudonyms || (rule.column == column && rule.technique == deident::Technique::pseudonym);
  auto originals = pseudonyms ? TRY(looked_up(context, *reader, std::move(strategy), column, key, values)) : TRY(deciphered(strategy, column, key, values));
  Json out = Json::array();
  int64_t found = 0;
  for (const auto& original : originals) {
    out.push(original ? Json(*original) : Json());
    found += original.has_value();
  }
  return send_result(context, Json::object({{"found", found}}), view(canonical(out)));
}

}  // namespace sluice::node
