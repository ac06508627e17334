#include "node/release_file.h"

#include <filesystem>

#include "base/file.h"
#include "node/level5_order.h"
#include "node/memory_folder.h"
#include "node/release_labels.h"
#include "node/release_marks.h"
#include "node/secret_filter.h"
#include "node/subjects.h"
#include "node/work.h"
#include "space/passport/passport.h"

namespace sluice::node {

using namespace space;

namespace {

Result<WorkerAnswer> make_envelope(Node& node, const Principal& by, const ReleasePrepared& prepared, const KeysGranted& granted,
                                   const std::string& format, const std::optional<MarkOrder>& marks, const std::optional<RowCondition>& persons,
                                   const std::optional<Json>& level5, const ProgressFn& progress) {
  auto filter = TRY(resolve_filter(node, prepared.row_filter));
  if (persons) filter.push_back(*persons);
  std::optional<MemoryFolder> memory;
  if (format == "parquet") memory.emplace(TRY(MemoryFolder::make(node)));
  SealedWork work{.job = "release-file", .work = Work::release, .version = prepared.version, .columns = granted.columns, .more_folders = {},
                  .request = Json::object({{"columns", encode(prepared.columns)},
                                           {"context", Json::object({{"contract", prepared.contract.str()}, {"format", format}, {"release", prepared.release.str()}})},
                                           {"file", prepared.release.str() + ".sluice"},
                                           {"format", format},
                                           {"recipient_key", base64(prepared.recipient_key)},
                                           {"row_filter", encode(filter)}})};
  work.more_folders.push_back(TRY(open_folder(node.dir() + "/releases")));
  if (memory) work.more_folders.push_back(TRY(open_folder(memory->path())));
  if (marks) marks->put_into(work.request);
  if (level5) work.request.set("level5", *level5);
  work.request.set("labels", TRY(labels_of(node, prepared.version, prepared.columns, prepared.grade)));
  auto started = TRY(start_sealed_work(node, by, std::move(work), granted.grant));
  if (marks && marks->bears()) {
    OwnedFd key_end = TRY(started.worker.key_end());
    TRY(node.agent().pseudonym_keys(granted.grant.str(), prepared.dataset.str(), std::vector<std::string>{marks->key_name}, std::move(key_end)));
  }
  return started.worker.run(started.request, {}, progress);
}

PartyId recipient_of(Node& node, const ContractId& contract) {
  return node.space().read([&](const State& s) { return s.contracts.at(contract.str()).terms.recipient; });
}

// Its strategy asks for marks and the release bears none: said in the ledger before it leaves.
Status report_unmarked(Node& node, const Principal& by, const ReleaseId& release, const MarkOrder& order) {
  TRY(node.space().execute(as_node(by), ReportMarks{release, {.strategy = order.strategy, .carriers = {}, .unmarked = order.unmarked}}));
  return {};
}

// Of a contract that rests on separate consents: the persons whose rows may leave now. "law.consent_missing" when there is none.
Result<std::vector<ConsentingPerson>> persons_of(Node& node, const ContractTerms& terms) {
  auto persons = TRY(consenting_persons(node, terms));
  if (persons.empty()) return fail(Errc::refused, "law.consent_missing");
  return persons;
}

RowCondition rows_of(const std::vector<ConsentingPerson>& persons, const std::string& column) {
  RowCondition out{.column = column, .op = "in", .values = {}, .secret_ref = {}};
  for (const ConsentingPerson& person : persons) out.values.push_back(person.identifier.reveal("the worker that finds their rows"));
  return out;
}

// What the ledger keeps of the marks, durable before the delivery is.
Status report_marks(Node& node, const Principal& by, const ReleaseId& release, const MarkOrder& order, const Json& told) {
  ReportMarks report{release, {.commitment = order.commitment, .strategy = order.strategy, .carriers = order.carriers, .cells_expected = order.cells_expected}};
  report.marks.cells_marked = TRY(told.get_int("cells_marked"));
  report.marks.cells_changed = TRY(told.get_int("cells_changed"));
  report.marks.k_before = TRY(told.get_int("k_before"));
  report.marks.k_min = TRY(told.get_int("k_min"));
  TRY(node.space().execute(as_node(by), report));
  return {};
}

}  // namespace

Result<ReleaseFileAnswer> release_file(Node& node, const Principal& by, const ReleaseFileRequest& request, const ProgressFn& progress) {
  if (request.format != "csv" && request.format != "parquet") return fail(Errc::usage, "release.unknown_format");
  auto outcome = TRY(node.space().execute(by, PrepareRelease{request.contract, request.columns, request.purpose}));
  const auto& prepared = outcome.get<ReleasePrepared>();
  std::optional<MarkOrder> marks;
  ContractTerms terms = node.space().read([&](const State& s) { return s.contracts.at(prepared.contract.str()).terms; });
  auto made = [&]() -> Result<WorkerAnswer> {
    std::vector<ConsentingPerson> persons;
    std::optional<RowCondition> condition;
    if (terms.one_person) {
      persons = TRY(persons_of(node, terms));
      condition = rows_of(persons, terms.one_person->subject);
    }
    marks = TRY(marks_of_release(node, prepared.version, recipient_of(node, prepared.contract), prepared.columns));
    if (marks && !marks->bears()) TRY(report_unmarked(node, by, prepared.release, *marks));
    auto envelope = TRY(make_envelope(node, by, prepared, outcome.get<KeysGranted>(), request.format, marks, condition, TRY(level5_order(node, terms, prepared.columns)), progress));
    TRY(record_release_of_persons(node, prepared.release, persons));  // before anybody can fetch it
    const Json* told = envelope.result.find("marks");
    if (marks && marks->bears() && told) TRY(report_marks(node, by, prepared.release, *marks, *told));
    return envelope;
  }();
  if (!made) {
    (void)node.space().execute(as_node(by), ReportReleaseFailure{prepared.release, std::string(made.error().reason)});
    return tl::unexpected(made.error());
  }
  std::string file_digest = TRY(made->result.get_string("file_digest")), envelope_digest = TRY(made->result.get_string("envelope_digest"));
  ReportDelivery report{.release = prepared.release, .rows = TRY(made->result.get_int("rows")), .bytes = TRY(made->result.get_int("bytes")),
                        .file_digest = TRY(digest_from_hex(file_digest)), .envelope_digest = TRY(digest_from_hex(envelope_digest)),
                        .format = request.format};
  if (const Json* content = made->result.find("content_digest"); content && content->is_string()) report.content_digest = TRY(digest_from_hex(content->as_string()));
  if (terms.leaves_out_level5()) report.level5_rows_left_out = TRY(made->result.get_int("level5_rows_left_out"));
  TRY(node.space().execute(as_node(by), report));
  return ReleaseFileAnswer{prepared.release, node.release_path(prepared.release), report.rows, report.bytes};
}

Status settle_interrupted_releases(Node& node) {
  std::error_code ec;
  MemoryFolder::sweep(node);
  auto interrupted = node.space().read([](const State& s) {
    std::vector<ReleaseId> out;
    for (const auto& [id, release] : s.releases)
      if (release.status == ReleaseStatus::prepared) out.push_back(release.id);
    return out;
  });
  for (const ReleaseId& release : interrupted) {
    for (const char* ending : {"", ".part"}) std::filesystem::remove(node.release_path(release) + ending, ec);
    TRY(node.space().execute(Principal{.person = {}, .system = true, .stepped_up = false}, ReportReleaseFailure{release, "release.interrupted"}));
  }
  return {};
}

Result<Json> issue_passport(Node& node, const ReleaseId& release) {
  TRY(node.checkpoint());
  return node.space().read([&](const State& s) { return make_passport(s, node.ledger(), release, node.clock().now()); });
}

}  // namespace sluice::node
