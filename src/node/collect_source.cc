#include "node/collect_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <thread>

#include "crypto/hash.h"
#include "node/collect_work.h"
#include "node/storage.h"
#include "odbc/extract.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr int kPipeBytes = 1 << 20;

odbc::Extract extract_of(const CollectWork& work, const odbc::Description& source, odbc::RowForm row_form) {
  const collect::Database& database = *work.content.database;
  odbc::Extract out;
  out.row_form = row_form;
  // MariaDB knows no schema within a database; PostgreSQL's usual one is public.
  out.schema = database.schema.value_or(source.kind == odbc::Kind::mariadb ? source.database : source.kind == odbc::Kind::postgresql ? "public" : "dbo");
  out.table = database.table.value_or("");
  out.query = database.query;
  for (const collect::PlanField& f : work.content.columns) {
    auto other = database.columns.find(f.name);
    odbc::ExtractColumn column{f.name, other == database.columns.end() ? f.name : other->second, {}};
    for (const std::string& total : work.content.control_totals)
      if (total == f.name) column.total_scale = f.type == collect::FieldType::decimal ? f.scale.value_or(2) : 0;
    out.columns.push_back(std::move(column));
  }
  if (database.incremental) {
    out.by = database.incremental->by;
    out.lag_s = database.incremental->lag_s;
    out.after = work.plan.mark;
  }
  return out;
}

// The form of the source or of its rows, as against the way there: what a person has to look at, so the batch is held.
bool is_of_the_source(const Error& error) {
  for (std::string_view reason : {"source.column_gone", "source.table_gone", "source.schema_changed", "source.value_unfit", "source.bad_mark"})
    if (error.reason == reason) return true;
  return error.reason.starts_with("csv.") || error.reason == "collect.total_overflow";
}

// Such a batch has no bytes to be named by: its identity is when and why.
Result<CollectAnswer> hold_source(Node& node, const Principal& by, const CollectWork& work, const Error& error) {
  ReportBatch report;
  report.file_digest = sm3(view(work.version.str() + ":" + std::string(error.reason)));
  report.manifest = ManifestCheck::differs;
  report.manifest_problem = std::string(error.reason);
  return record_unreadable(node, by, work, std::move(report), error.detail);
}

struct SourceSide {
  Worker worker;
  OwnedFd rows;  // the reading end
};

Result<SourceSide> start_source(Node& node, const CollectSourceAsk& ask) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Errc::io, "channel.failed", "pipe");
  OwnedFd reading(ends[0]), writing(ends[1]);
  (void)::fcntl(writing.get(), F_SETPIPE_SZ, kPipeBytes);
  Worker::Start start;
  start.job = "source-copy";
  start.files.push_back(std::move(writing));
  start.port = static_cast<uint16_t>(ask.source.port);
  start.program = node.worker_program();
  return SourceSide{TRY(Worker::start(std::move(start))), std::move(reading)};
}

Result<odbc::Measured> measured_by(Worker& worker, const CollectSourceAsk& ask, const odbc::Extract& extract) {
  const std::string& password = ask.password.reveal("hand it to the worker that signs in");
  TRY(worker.send(Json::object({{"description", encode(ask.source)}, {"extract", encode(extract)}}), view(password)));
  Frame frame = TRY(worker.receive());
  const Json* measured = frame.body.find("measured");
  if (!measured) return fail(Errc::unreachable, "worker.killed", "unexpected frame");
  return decode<odbc::Measured>(*measured);
}

// Hears the copying worker to its end; the pipe carries the rows meanwhile.
Status hear_copy(Worker& worker, const ProgressFn& progress) {
  while (true) {
    Frame frame = TRY(worker.receive());
    if (frame.body.find("done")) return {};
    if (const Json* told = frame.body.find("progress"); told && progress) progress(*told);
  }
}

Result<CollectSourceAnswer> collect_rows(Node& node, const Principal& by, const CollectSourceAsk& ask, odbc::RowForm row_form, const ProgressFn& progress) {
  CollectWork work = TRY(collect_work(node, ask.plan));
  work.source = ask.registered;
  if (work.content.format != collect::Format::database) return fail(Errc::invalid, "collection.plan_wants_file");
  odbc::Extract extract = extract_of(work, ask.source, row_form);
  CollectSourceAnswer answer;
  answer.mark_before = work.plan.mark;
  SourceSide source = TRY(start_source(node, ask));
  auto measured = measured_by(source.worker, ask, extract);
  if (!measured) {
    if (!is_of_the_source(measured.error())) return tl::unexpected(measured.error());
    answer.batch = TRY(hold_source(node, by, work, measured.error()));
    return answer;
  }
  answer.without_mark = measured->without_mark;
  if (measured->rows == 0) {
    (void)source.worker.send(Json::object({{"copy", false}}));
    return answer;
  }
  if (Status room = need_room(node, work.plan.dataset, 0); !room) {
    (void)source.worker.send(Json::object({{"copy", false}}));
    return tl::unexpected(room.error());
  }
  std::vector<OwnedFd> folders, files;
  folders.push_back(TRY(open_folder(node.vault_dir())));
  files.push_back(std::move(source.rows));
  StartedCollect started = TRY(start_collect(node, by, work, std::move(folders), std::move(files), work.content.table));
  started.job.set("stated", encode(collect::Stated{measured->rows, measured->totals}));
  TRY(source.worker.send(Json::object({{"copy", true}})));
  Status copied;
  std::thread hearing([&] { copied = hear_copy(source.worker, {}); });
  auto worked = started.worker.run(started.job, started.marks_seed.reveal("the worker that marks the rows"), progress);
  end_grants_of(node, by, started, worked ? "done" : std::string(worked.error().reason));
  if (!worked) started.worker.kill();  // closes the pipe, should the copying still write
  hearing.join();
  // The copying side knows better why rows ended early; but a reader that refused is why the writer could not go on.
  bool reader_refused = !worked && !copied && copied.error().reason == "collect.interrupted";
  const Error* error = !copied && !reader_refused ? &copied.error() : !worked ? &worked.error() : nullptr;
  if (error) {
    drop_collected(node, work);
    if (!is_of_the_source(*error)) return tl::unexpected(*error);
    answer.batch = TRY(hold_source(node, by, work, *error));
    return answer;
  }
  ReportBatch report;
  report.manifest_problem = TRY(worked->result.get_string_or("problem", ""));
  report.manifest = report.manifest_problem.empty() ? ManifestCheck::measured : ManifestCheck::differs;
  if (measured->until && report.manifest_problem.empty()) {
    report.mark_before = work.plan.mark;
    report.mark_after = measured->until;
    answer.mark_after = measured->until;
  }
  answer.batch = TRY(record_collected(node, by, work, started, worked->result, std::move(report)));
  return answer;
}

}  // namespace

Result<CollectSourceAnswer> collect_source(Node& node, const Principal& by, const CollectSourceAsk& ask, const ProgressFn& progress) {
  TRY(odbc::check_description(ask.source));
  auto answer = collect_rows(node, by, ask, odbc::RowForm::separated, progress);
  if (answer || answer.error().reason != "source.separator_in_value") return answer;
  return collect_rows(node, by, ask, odbc::RowForm::record, progress);
}

}  // namespace sluice::node
