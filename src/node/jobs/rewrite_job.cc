// Worker: one sealed version in, the same under fresh keys out, without one person's rows where columns name one.
#include <algorithm>

#include "node/jobs/job_table.h"
#include "node/jobs/reseal.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

// By which of the numbers in which column a person is known (node/key_work.cc).
struct KnownBy {
  std::string column;
  int64_t number = 0;
  static constexpr auto fields = field_list(field("column", &KnownBy::column), field("number", &KnownBy::number));
};

// A column of the version, and the numbers whose rows go.
struct NamingColumn {
  size_t at;
  std::vector<std::string> numbers;
};

// The numbers come beside the request, which may be logged.
Result<std::vector<NamingColumn>> naming_columns(WorkerContext& context, const vault::SealedReader& reader) {
  const Json* known = context.request.find("person");
  if (!known) return context.payload.empty() ? Result<std::vector<NamingColumn>>(std::vector<NamingColumn>()) : fail(Errc::invalid, "keys.subject_missing");
  auto numbers = TRY(decode<std::vector<std::string>>(TRY(parse_json(text(context.payload), 1u << 20)), "numbers"));
  std::vector<NamingColumn> out;
  for (const KnownBy& one : TRY(decode<std::vector<KnownBy>>(*known, "person"))) {
    if (one.number < 0 || static_cast<size_t>(one.number) >= numbers.size() || numbers[static_cast<size_t>(one.number)].empty()) return fail(Errc::invalid, "keys.subject_missing");
    size_t at = TRY(column_named(reader, one.column));
    auto same = std::find_if(out.begin(), out.end(), [&](const NamingColumn& column) { return column.at == at; });
    if (same == out.end()) same = out.insert(out.end(), NamingColumn{at, {}});
    same->numbers.push_back(numbers[static_cast<size_t>(one.number)]);
  }
  return out;
}

}  // namespace

Status run_rewrite_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  auto names = TRY(decode<std::vector<std::string>>(*context.request.find("columns"), "columns"));
  bool none_is_fine = TRY(context.request.get_bool_or("none_is_fine", false));
  auto sealing = TRY(Resealer::open(context, TRY(specs_named(*reader, names)), reader->rows()));
  auto naming = TRY(naming_columns(context, *reader));
  uint64_t removed = 0;
  ResealChange change;
  if (!naming.empty()) {
    change.kept = [&, cell = std::string()](size_t group) mutable -> Result<std::vector<KeptRun>> {
      using Column = std::remove_cvref_t<decltype(*reader->read(group, 0))>;
      std::vector<Column> who;
      for (const NamingColumn& column : naming) who.push_back(TRY(reader->read(group, column.at)));
      return kept_runs(reader->rows_of(group), [&](size_t row) {
        bool theirs = false;
        for (size_t i = 0; i < naming.size() && !theirs; i++) {
          cell.clear();
          if (who[i]->is_null(row)) continue;
          table::cell_text_to(cell, *who[i], row);
          theirs = std::find(naming[i].numbers.begin(), naming[i].numbers.end(), cell) != naming[i].numbers.end();
        }
        removed += theirs;
        return !theirs;
      });
    };
  }
  TRY(sealing.copy(*reader, change));
  if (removed == 0 && !naming.empty() && !none_is_fine) return fail(Errc::not_found, "keys.no_such_rows");
  std::string manifest = TRY(sealing.finish());
  return send_result(context, Json::object({{"manifest", manifest}, {"removed", removed}, {"rows", sealing.rows()}}));
}

}  // namespace sluice::node
