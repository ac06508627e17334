#include "node/recheck_version.h"

#include <algorithm>

#include "deident/receipt.h"
#include "node/level5_order.h"
#include "node/measure_version.h"
#include "node/memory_folder.h"
#include "node/recheck_pages.h"
#include "node/release_marks.h"
#include "node/secret_filter.h"
#include "node/subjects.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

struct Written {
  VersionId version;
  std::vector<std::string> columns;
  std::vector<RowCondition> filter;
  std::string receipt;
  std::optional<MarkOrder> marks{};
  DatasetId dataset{};
  bool rows_unknown = false;  // of an API: as many as are in scope
  bool part = false;          // the receipt is of the version, of which these are some columns or rows
  std::optional<Json> level5{};
};

Result<Json> run_recheck(Node& node, const Principal& by, const Written& what, const RecheckAsk& ask, const ProgressFn& progress) {
  MemoryFolder memory = TRY(MemoryFolder::make(node));
  std::vector<std::string> keys = what.columns;
  for (const RowCondition& condition : what.filter)
    if (std::find(keys.begin(), keys.end(), condition.column) == keys.end()) keys.push_back(condition.column);
  Json request = Json::object({{"columns", encode(what.columns)}, {"quasi", encode(ask.quasi)}, {"receipt", what.receipt}, {"row_filter", encode(what.filter)}});
  if (what.rows_unknown) request.set("rows_unknown", true);
  if (what.part) request.set("part", true);
  if (ask.k) request.set("k", *ask.k);
  if (what.marks) what.marks->put_into(request);
  if (what.level5) request.set("level5", *what.level5);
  SealedWork work{.job = "recheck", .work = look_work(node, by), .version = what.version, .columns = std::move(keys), .more_folders = {}, .request = std::move(request)};
  work.more_folders.push_back(TRY(open_folder(memory.path())));
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  auto answer = [&]() -> Result<WorkerAnswer> {
    if (what.marks && what.marks->bears()) {
      OwnedFd key_end = TRY(granted.worker.key_end());
      TRY(node.agent().pseudonym_keys(granted.grant.str(), what.dataset.str(), std::vector<std::string>{what.marks->key_name}, std::move(key_end)));
    }
    return granted.worker.run(granted.request, {}, progress);
  }();
  end_grant(node, by, granted.grant, answer ? "done" : std::string(answer.error().reason));
  if (!answer) return tl::unexpected(answer.error());
  return std::move(answer->result);
}

Result<std::string> receipt_of(Node& node, const Digest& digest) { return std::string(text(TRY(node.ledger().blob(digest)))); }

// What the receipt of the version claims of a part of it: fewer columns, fewer rows (`some_rows`), another digest.
Result<std::string> receipt_of_part(const std::string& whole, const Release& release, bool some_rows) {
  auto receipt = TRY(decode<deident::Receipt>(TRY(parse_json(whole, 4u << 20))));
  std::vector<deident::FieldReceipt> fields;
  for (const std::string& column : release.columns)
    for (const auto& field : receipt.columns)
      if (field.column == column) fields.push_back(field);
  receipt.columns = std::move(fields);
  // Whether rows were left out decides what may be claimed of frequencies.
  bool fewer = receipt.rows_in != receipt.rows_out || some_rows;
  receipt.rows_out = static_cast<uint64_t>(release.rows);
  receipt.rows_in = receipt.rows_out + fewer;
  receipt.output_sm3.reset();
  if (release.form == OpenForm::file) receipt.output_sm3 = release.format == "parquet" ? release.content_digest : std::optional(release.file_digest);
  bool measured = !some_rows && receipt.risk_after;
  for (size_t q = 0; measured && q < receipt.risk_after->columns.size(); q++)
    measured = std::find(release.columns.begin(), release.columns.end(), receipt.risk_after->columns[q]) != release.columns.end();
  if (!measured) receipt.risk_after.reset();
  return canonical(encode(receipt));
}

}  // namespace

Result<Json> recheck_version(Node& node, const Principal& by, const VersionId& version, const RecheckAsk& ask, const ProgressFn& progress) {
  struct Found {
    std::vector<std::string> columns;
    Digest receipt{};
  };
  auto found = node.space().read([&](const State& s) -> Result<Found> {
    const DatasetVersion* v = find(s.versions, version);
    if (!v) return fail(Errc::not_found, "version.not_found");
    const MaskingResult* masking = find(s.maskings, version);
    if (!masking) return fail(Errc::conflict, "recheck.not_masked");
    return Found{v->columns, masking->receipt};
  });
  if (!found) return tl::unexpected(found.error());
  return run_recheck(node, by, {.version = version, .columns = found->columns, .filter = {}, .receipt = TRY(receipt_of(node, found->receipt))}, ask, progress);
}

namespace {

// Of a file of those who had consented when it was made: their rows, whoever withdrew since. The access records say who they were.
Result<RowCondition> rows_let_go(Node& node, ledger::Store* store, const ReleaseId& release, const std::string& column) {
  if (!store) return fail(Errc::unreachable, "ledger.read_only");
  RowCondition out{.column = column, .op = "in", .values = {}, .secret_ref = {}};
  for (const ConsentingPerson& person : TRY(persons_of_release(node, *store, release)))
    out.values.push_back(person.identifier.reveal("the worker that checks their rows"));
  if (out.values.empty()) return fail(Errc::corrupt, "recheck.persons_unknown");
  return out;
}

// One finding for all pages, beside those of the rows.
Json with_pages(Json report, const RecheckedPages& pages) {
  bool broken = pages.differ > 0, nothing = pages.same + pages.differ == 0;
  std::string detail = std::to_string(pages.same) + " of " + std::to_string(pages.calls) + " calls made again are what left, " + std::to_string(pages.not_checkable) + " not checkable";
  Json findings = *report.find("findings");
  findings.push(Json::object({{"cells", broken ? pages.differ : pages.same}, {"check", "pages"}, {"column", ""}, {"detail", std::move(detail)},
                              {"outcome", broken ? "broken" : nothing ? "not_checkable" : "ok"}}));
  report.set("findings", std::move(findings));
  if (broken) report.set("holds", false);
  if (nothing) report.set("not_checkable", report.get_int_or("not_checkable", 0).value_or(0) + 1);
  return report;
}

}  // namespace

Result<Json> recheck_release(Node& node, ledger::Store* store, const Principal& by, const ReleaseId& id, const RecheckAsk& ask, const ProgressFn& progress) {
  struct Found {
    Release release;
    ContractTerms terms;
    Digest receipt{};
  };
  auto found = node.space().read([&](const State& s) -> Result<Found> {
    const Release* r = find(s.releases, id);
    if (!r) return fail(Errc::not_found, "release.not_found");
    bool left = r->form == OpenForm::api ? r->status == ReleaseStatus::open || r->status == ReleaseStatus::revoked : r->delivered_seq != 0;
    if (!left) return fail(Errc::conflict, "recheck.nothing_released");
    return Found{*r, s.contracts.at(r->contract.str()).terms, s.maskings.at(r->version.str()).receipt};
  });
  if (!found) return tl::unexpected(found.error());
  const Release& release = found->release;
  const ContractTerms& terms = found->terms;
  auto filter = TRY(resolve_filter(node, release.row_filter));
  if (release.form == OpenForm::file && terms.one_person) filter.push_back(TRY(rows_let_go(node, store, release.id, terms.one_person->subject)));
  bool some_rows = !filter.empty() || terms.leaves_out_level5();
  Written what{.version = release.version, .columns = release.columns, .filter = std::move(filter),
               .receipt = TRY(receipt_of_part(TRY(receipt_of(node, found->receipt)), release, some_rows)), .dataset = release.dataset,
               .rows_unknown = release.form == OpenForm::api, .part = true, .level5 = TRY(level5_order(node, terms, release.columns))};
  if (release.marks) what.marks = TRY(marks_of_release(node, release.version, terms.recipient, release.columns));
  if (what.marks && !release.bears_marks()) what.marks->unmarked = release.marks->unmarked.value_or("no_carrier");
  Json report = TRY(run_recheck(node, by, what, ask, progress));
  if (release.form != OpenForm::api) return report;
  return with_pages(std::move(report), store ? TRY(recheck_pages(node, *store, by, release, what.marks)) : RecheckedPages{});
}

}  // namespace sluice::node
