// Worker: the rows in scope as CSV or Parquet, sealed for the recipient while they are made. No plaintext reaches a disk:
// Parquet, which wants a file, is written below a folder in memory (descriptor 2) and removed at once.
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "crypto/envelope.h"
#include "node/jobs/job_table.h"
#include "node/jobs/release_csv.h"
#include "node/jobs/sealed_input.h"
#include "node/release_labels.h"
#include "table/parquet.h"

namespace sluice::node {

namespace {

// The envelope under its first name: whatever ends the job before the last name is given, it is taken away.
struct Unfinished {
  int folder;
  const std::string& name;
  ~Unfinished() { ::unlinkat(folder, name.c_str(), 0); }
};

Result<int64_t> write_parquet(WorkerContext& context, vault::SealedReader& reader, const ReleaseScope& scope, ReleaseMarker* marker, EnvelopeWriter& out,
                              CsvContent& content) {
  std::string path = "/proc/self/fd/" + std::to_string(context.fds.at(2).get()) + "/release.parquet";
  table::ParquetNotes notes;
  if (const Json* labels = context.request.find("labels")) notes.emplace(kLabelsKey, canonical(*labels));
  auto sink = TRY(table::create_parquet(path, scope.specs, {}, notes));
  std::vector<table::ColumnBuilder> builders;
  for (const auto& spec : scope.specs) builders.emplace_back(spec);
  int64_t rows = 0;
  auto row = [&](std::span<const table::ColumnRef> shown, size_t r) -> Status {
    for (size_t c = 0; c < shown.size(); c++) builders[c].append_rows(*shown[c], r, 1);
    content.row(shown, r);
    rows++;
    return {};
  };
  auto after_group = [&](size_t) -> Status {
    table::Batch batch;
    batch.rows = builders.front().rows();
    for (auto& builder : builders) batch.columns.push_back(builder.finish());
    if (batch.rows > 0) TRY(sink->append(batch));
    return send_progress(context, Json::object({{"rows", rows}}));
  };
  TRY(visit_marked_rows(reader, scope, marker, row, after_group));
  TRY(sink->finish());
  OwnedFd file(::openat(context.fds.at(2).get(), "release.parquet", O_RDONLY | O_CLOEXEC));
  ::unlinkat(context.fds.at(2).get(), "release.parquet", 0);
  if (!file) return fail(Errc::io, "file.unreadable", "release.parquet");
  ByteFeed feed = fd_source(file.get());
  Bytes buffer(1 << 20);
  while (size_t n = TRY(feed(buffer))) TRY(out.write({buffer.data(), n}));
  return rows;
}

}  // namespace

Status run_release_file_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  ReleaseScope scope = TRY(scope_of(context.request, *reader));
  auto marks = TRY(ReleaseMarker::create(context, scope.specs));
  ReleaseMarker* marker = marks ? &*marks : nullptr;
  std::string key_text = TRY(context.request.get_string("recipient_key"));
  Bytes point = TRY(from_base64(key_text));
  auto recipient = TRY(Sm2PublicKey::from_bytes(point));
  std::string name = TRY(context.request.get_string("file")), format = TRY(context.request.get_string("format"));
  const Json* bound = context.request.find("context");
  int folder = context.fds.at(1).get();
  std::string temporary = name + ".part";
  OwnedFd file(::openat(folder, temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  auto unwritable = [] { return tl::unexpected(last_os_error("file.unwritable", "release")); };
  if (!file) return unwritable();
  Unfinished unfinished{folder, temporary};
  const Json* labels = context.request.find("labels");
  auto out = TRY(EnvelopeWriter::create(recipient, bound ? *bound : Json::object(), fd_sink(file.get()), labels ? labels_for_header(*labels) : Json()));
  CsvContent content(scope.specs);
  auto rows = format == "parquet" ? write_parquet(context, *reader, scope, marker, out, content)
                                  : write_release_csv(context, *reader, scope, marker, [&](ByteView bytes) { return out.write(bytes); });
  Status done = rows ? Status{} : tl::unexpected(rows.error());
  // k after marking is judged before the file gets its name.
  auto marked = done && marker ? marker->finish() : Result<Json>(Json());
  if (done && !marked) done = tl::unexpected(marked.error());
  if (done) done = out.finish();
  if (done && ::fsync(file.get()) != 0) done = unwritable();
  if (done && ::renameat(folder, temporary.c_str(), folder, name.c_str()) != 0) done = unwritable();
  TRY(std::move(done));
  Json content_digest = format == "parquet" ? Json(hex(content.finish())) : Json();
  return send_result(context, Json::object({{"content_digest", std::move(content_digest)}, {"bytes", out.sealed_bytes()}, {"envelope_digest", hex(out.sealed_digest())},
                                            {"file_digest", hex(out.plain_digest())}, {"level5_rows_left_out", scope.level5 ? Json(scope.level5->rows) : Json()}, {"marks", *marked},
                                            {"rows", *rows}}));
}

}  // namespace sluice::node
