// Worker: how many rows of a sealed version hold one value, in each of the columns that it was given keys for; in a masked version what the
// strategy made of that value.
#include <algorithm>

#include "deident/masker.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

// What stands for the person in a masked column: the identifier as it was, where a rule acts on some rows only, or what the rule made of it.
Result<std::vector<std::string>> masked_forms(deident::Strategy strategy, const std::string& column, const std::string& identifier, const std::optional<SecretBytes>& key) {
  std::vector<std::string> names{column}, out{identifier};
  auto masker = TRY(deident::Masker::bind(deident::only_rule_of(std::move(strategy), column), names, key));
  std::vector<deident::CellInput> cells{{identifier}};
  deident::MaskedCells made;
  masker.apply_many(0, cells, made);
  if (made.outcome(0) == deident::CellOutcome::masked && made.at(0) != identifier) out.push_back(std::string(made.at(0)));
  return out;
}

int64_t rows_with(const table::Column& column, size_t rows, const std::vector<std::string>& wanted) {
  int64_t out = 0;
  std::string cell;
  for (size_t row = 0; row < rows; row++) {
    if (column.is_null(row)) continue;
    cell.clear();
    table::cell_text_to(cell, column, row);
    out += std::find(wanted.begin(), wanted.end(), cell) != wanted.end();
  }
  return out;
}

}  // namespace

Status run_find_person_job(WorkerContext& context) {
  // The person's identifier comes beside the request, which may be logged.
  std::string identifier(text(context.payload));
  if (identifier.empty()) return fail(Errc::invalid, "keys.subject_missing");
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  const Json* named = context.request.find("columns");
  if (!named) return fail(Errc::invalid, "json.field", "columns");
  std::optional<SecretBytes> key;
  if (TRY(context.request.get_bool("keyed"))) {
    HandedKeys handed = TRY(receive_keys(context));
    if (handed.keys.size() != 1) return fail(Errc::invalid, "worker.no_keys");
    key = std::move(handed.keys.begin()->second);
  }
  std::optional<deident::Strategy> strategy;
  if (context.request.find("strategy")) strategy = TRY(deident::read_strategy(TRY(context.request.get_string("strategy"))));
  std::vector<size_t> places;
  std::vector<std::vector<std::string>> wanted;
  for (const std::string& name : TRY(decode<std::vector<std::string>>(*named, "columns"))) {
    places.push_back(table::find_column(reader->specs(), name));
    if (places.back() == reader->specs().size()) return fail(Errc::invalid, "catalog.no_such_column", name);
    wanted.push_back(strategy ? TRY(masked_forms(*strategy, name, identifier, key)) : std::vector<std::string>{identifier});
  }
  std::vector<int64_t> found(places.size());
  for (size_t group = 0; group < reader->row_groups(); group++)
    for (size_t c = 0; c < places.size(); c++) found[c] += rows_with(*TRY(reader->read(group, places[c])), reader->rows_of(group), wanted[c]);
  return send_result(context, Json::object({{"rows", encode(found)}}));
}

}  // namespace sluice::node
