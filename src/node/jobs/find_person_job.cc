// Worker: how many rows of a sealed version hold one of a person's numbers, in each of the columns that it was given keys for; in a masked version what the
// strategy made of them. Of a raw version also which other numbers stand in those rows.
#include <algorithm>
#include <map>

#include "deident/masker.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

constexpr size_t kLinkedValuesMax = 5;  // more different numbers beside one person's are other people's
constexpr size_t kLinkedBytesMax = 50;

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

// One column: the numbers that are looked for in it, each in its forms, and the rows that each was first to find.
struct Searched {
  std::string name;
  size_t place = 0;
  std::vector<std::vector<std::string>> wanted;
  std::vector<int64_t> rows;
  bool own = false;  // the request's own number is looked for in it
  bool links = false;  // numbers beside the person's are read from it
  std::map<std::string, int64_t> beside;
  bool crowded = false;

  static constexpr size_t kNone = static_cast<size_t>(-1);
  size_t which(const std::string& cell) const {
    for (size_t i = 0; i < wanted.size(); i++)
      if (std::find(wanted[i].begin(), wanted[i].end(), cell) != wanted[i].end()) return i;
    return kNone;
  }
};

void find_rows(Searched& searched, const table::Column& column, std::vector<char>& taken) {
  std::string cell;
  for (size_t row = 0; row < taken.size(); row++) {
    if (taken[row] || column.is_null(row)) continue;
    cell.clear();
    table::cell_text_to(cell, column, row);
    size_t number = searched.which(cell);
    if (number == Searched::kNone) continue;
    searched.rows[number]++;
    taken[row] = 1;
  }
}

void read_links(Searched& searched, const table::Column& column, const std::vector<char>& taken) {
  std::string cell;
  for (size_t row = 0; row < taken.size(); row++) {
    if (!taken[row] || column.is_null(row)) continue;
    cell.clear();
    table::cell_text_to(cell, column, row);
    if (cell.empty() || cell.size() > kLinkedBytesMax || !is_utf8(cell) || searched.which(cell) != Searched::kNone) continue;
    if (searched.beside.size() == kLinkedValuesMax && !searched.beside.contains(cell)) {
      searched.crowded = true;
      searched.beside.clear();
      return;
    }
    searched.beside[cell]++;
  }
}

Status search_group(vault::SealedReader& reader, size_t group, std::vector<Searched>& columns) {
  std::vector<char> taken(reader.rows_of(group));
  // A row that bears several numbers is named by the request's own.
  for (bool own : {true, false})
    for (Searched& one : columns)
      if (!one.wanted.empty() && one.own == own) find_rows(one, *TRY(reader.read(group, one.place)), taken);
  if (std::find(taken.begin(), taken.end(), 1) == taken.end()) return {};
  for (Searched& one : columns)
    if (one.links && !one.crowded) read_links(one, *TRY(reader.read(group, one.place)), taken);
  return {};
}

Json told(const std::vector<Searched>& columns) {
  Json rows = Json::array(), links = Json::array();
  for (const Searched& one : columns) {
    rows.push(encode(one.rows));
    Json beside = Json::array();
    for (const auto& [number, count] : one.beside) beside.push(Json::object({{"number", number}, {"rows", count}}));
    links.push(Json::object({{"crowded", one.crowded}, {"numbers", std::move(beside)}}));
  }
  return Json::object({{"links", std::move(links)}, {"rows", std::move(rows)}});
}

}  // namespace

Status run_find_person_job(WorkerContext& context) {
  // The person's numbers come beside the request, which may be logged.
  auto numbers = TRY(decode<std::vector<std::string>>(TRY(parse_json(text(context.payload))), "numbers"));
  if (numbers.empty() || std::find(numbers.begin(), numbers.end(), std::string()) != numbers.end()) return fail(Errc::invalid, "keys.subject_missing");
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  const Json *named = context.request.find("columns"), *wanted = context.request.find("wanted"), *links = context.request.find("links");
  if (!named || !wanted || !links) return fail(Errc::invalid, "json.field", "columns");
  std::optional<SecretBytes> key;
  if (TRY(context.request.get_bool("keyed"))) {
    HandedKeys handed = TRY(receive_keys(context));
    if (handed.keys.size() != 1) return fail(Errc::invalid, "worker.no_keys");
    key = std::move(handed.keys.begin()->second);
  }
  std::optional<deident::Strategy> strategy;
  if (context.request.find("strategy")) strategy = TRY(deident::read_strategy(TRY(context.request.get_string("strategy"))));
  auto names = TRY(decode<std::vector<std::string>>(*named, "columns"));
  auto which = TRY(decode<std::vector<std::vector<int64_t>>>(*wanted, "wanted"));
  auto link = TRY(decode<std::vector<std::string>>(*links, "links"));
  if (which.size() != names.size()) return fail(Errc::invalid, "json.field", "wanted");
  std::vector<Searched> columns;
  for (size_t i = 0; i < names.size(); i++) {
    Searched one{.name = names[i], .place = table::find_column(reader->specs(), names[i]), .wanted = {}, .rows = {}, .beside = {}};
    if (one.place == reader->specs().size()) return fail(Errc::invalid, "catalog.no_such_column", names[i]);
    for (int64_t number : which[i]) {
      if (number < 0 || static_cast<size_t>(number) >= numbers.size()) return fail(Errc::invalid, "json.field", "wanted");
      const std::string& text = numbers[static_cast<size_t>(number)];
      one.wanted.push_back(strategy ? TRY(masked_forms(*strategy, names[i], text, key)) : std::vector<std::string>{text});
    }
    one.own = std::find(which[i].begin(), which[i].end(), 0) != which[i].end();
    one.rows.resize(one.wanted.size());
    one.links = std::find(link.begin(), link.end(), names[i]) != link.end();
    columns.push_back(std::move(one));
  }
  for (size_t group = 0; group < reader->row_groups(); group++) TRY(search_group(*reader, group, columns));
  return send_result(context, told(columns));
}

}  // namespace sluice::node
