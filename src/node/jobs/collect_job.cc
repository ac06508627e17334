// Worker: parse, validate and seal one file. Nothing becomes visible unless the source's manifest (or a person's receipt)
// agrees with what was found.
#include <fcntl.h>

#include <thread>

#include "collect/pipeline.h"
#include "crypto/hash.h"
#include "node/jobs/collect_checks.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "node/row_sample.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

namespace {

// Held rows become a sealed version of their own: row number, reasons, and the cells as they stood.
class SealedHeldRows final : public collect::HeldSink {
 public:
  SealedHeldRows(int vault_fd, std::string name, vault::SealRequest request)
      : vault_fd_(vault_fd), name_(std::move(name)), request_(std::move(request)) {
    for (const auto& spec : request_.specs) builders_.emplace_back(spec);
  }

  Status hold(collect::HeldRow row) override {
    if (!writer_) writer_ = TRY(vault::SealedWriter::create_at(vault_fd_, name_, request_));
    builders_[0].append_int(static_cast<int64_t>(row.row));
    std::string reasons;
    for (const auto& reason : row.reasons) reasons += (reasons.empty() ? "" : ";") + reason.subject + ":" + reason.rule;
    builders_[1].append_text(reasons);
    for (size_t i = 0; i + 2 < builders_.size(); i++)
      builders_[i + 2].append_text(i < row.cells.size() ? row.cells[i].reveal("sealed with the held rows") : std::string());
    if (++rows_ >= 8192) return flush();
    return {};
  }

  // The manifest text; empty when no row was held.
  Result<std::string> finish() {
    if (!writer_) return std::string();
    TRY(flush());
    TRY(writer_->finish());
    return vault::manifest_text(writer_->manifest());
  }

 private:
  Status flush() {
    if (rows_ == 0) return {};
    table::Batch batch;
    for (auto& builder : builders_) batch.columns.push_back(builder.finish());
    batch.rows = rows_;
    rows_ = 0;
    return writer_->append(batch);
  }

  int vault_fd_;
  std::string name_;
  vault::SealRequest request_;
  std::unique_ptr<vault::SealedWriter> writer_;
  std::vector<table::ColumnBuilder> builders_;
  size_t rows_ = 0;
};

std::vector<std::string> names_of(const std::vector<table::ColumnSpec>& specs) {
  std::vector<std::string> out;
  for (const auto& spec : specs) out.push_back(spec.name);
  return out;
}

struct Requested {
  collect::Plan plan;
  std::string dataset, version, held_version, file_name, path;
  std::optional<collect::BatchManifest> manifest;
  std::optional<int64_t> receipt_rows;
  std::optional<collect::Stated> stated;
  std::vector<Sm2PublicKey> source_keys;
};

Result<Requested> read_request(const Json& json) {
  Requested r;
  std::string plan = TRY(json.get_string("plan"));
  r.plan = TRY(collect::parse_plan(plan));
  r.dataset = TRY(json.get_string("dataset"));
  r.version = TRY(json.get_string("version"));
  r.held_version = TRY(json.get_string("held_version"));
  r.file_name = TRY(json.get_string("file_name"));
  r.path = TRY(json.get_string_or("path", ""));
  if (const Json* manifest = json.find("manifest"); manifest && !manifest->is_null())
    r.manifest = TRY(decode<collect::BatchManifest>(*manifest));
  if (const Json* rows = json.find("receipt_rows"); rows && rows->is_int()) r.receipt_rows = rows->as_int();
  if (const Json* stated = json.find("stated")) r.stated = TRY(decode<collect::Stated>(*stated));
  if (std::string key = TRY(json.get_string_or("source_key", "")); !key.empty()) {
    Bytes point = TRY(from_base64(key));
    r.source_keys.push_back(TRY(Sm2PublicKey::from_bytes(point)));
  }
  return r;
}

Status judge(const Requested& r, const collect::BatchFacts& facts) {
  if (r.stated) return collect::reconcile(*r.stated, facts);
  if (r.receipt_rows) {
    if (*r.receipt_rows != facts.rows) return fail(Errc::refused, "manifest.rows_differ");
    return {};
  }
  if (!r.manifest) return fail(Errc::refused, "manifest.missing");
  TRY(collect::check_manifest(*r.manifest, r.plan, r.file_name, r.source_keys));
  return collect::reconcile(*r.manifest, facts);
}

}  // namespace

Status run_collect_job(WorkerContext& context) {
  Requested r = TRY(read_request(context.request));
  std::vector<table::ColumnSpec> specs = collect::specs_of(r.plan);
  std::vector<table::ColumnSpec> held_specs{{"row_number", table::Type::int64, 0}, {"held_reasons", table::Type::text, 0}};
  for (const auto& spec : specs) held_specs.push_back({"cell_" + spec.name, table::Type::text, 0});

  ColumnKeys keys = TRY(receive_keys(context)).keys, held_keys = TRY(receive_keys(context)).keys;
  auto column_keys = TRY(keys_in_order(keys, names_of(specs)));
  auto held_column_keys = TRY(keys_in_order(held_keys, names_of(held_specs)));
  vault::SealRequest request{r.dataset, r.version, specs, std::move(column_keys), 65536, 2};
  vault::SealRequest held_request{r.dataset, r.held_version, held_specs, std::move(held_column_keys), 65536, 1};
  int vault_fd = context.fds.at(0).get();
  auto writer = TRY(vault::SealedWriter::create_at(vault_fd, r.version, std::move(request)));
  SealedHeldRows held(vault_fd, r.held_version, std::move(held_request));

  collect::CollectOptions options;
  options.threads = 2;
  if (auto today = context.request.get_int("today_days")) options.today = civil_from_days(*today);
  options.message_keys = r.source_keys;
  CollectChecks checks = TRY(read_collect_checks(context, r.plan));
  checks.give(options);
  collect::Progress progress;
  std::atomic<bool> done{false};
  std::thread teller([&] {
    for (int tick = 1; !done; tick++) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (tick % 10 == 0 && !done)
        (void)send_progress(context, Json::object({{"bytes", progress.bytes.load()}, {"held", progress.held.load()}, {"rows", progress.rows.load()}}));
    }
  });
  SampledRows sampled(*writer, context.payload);
  auto collected = [&]() -> Result<collect::Outcome> {
    if (!r.path.empty()) {
      std::string path = "/proc/self/fd/" + std::to_string(context.fds.at(1).get()) + "/" + r.path;
      return collect::collect_file(r.plan, path, options, sampled, held, progress);
    }
    auto source = bytes_of_fd(context.fds.at(1).get());
    return collect::collect_stream(r.plan, *source, options, sampled, held, progress);
  }();
  done = true;
  teller.join();
  collect::Outcome outcome = TRY(std::move(collected));

  Json result = Json::object({{"facts", encode(outcome.facts)}, {"quality", encode(outcome.quality)}});
  Status judged = judge(r, outcome.facts);
  if (!judged) {
    result.set("problem", judged.error().reason);
  } else if (outcome.facts.accepted + outcome.facts.warned > 0) {
    TRY(writer->finish());
    result.set("manifest", vault::manifest_text(writer->manifest()));
    result.set("held_manifest", TRY(held.finish()));
    result.set("row_marks", base64(pack_sample(sampled.sample())));
  } else {
    result.set("problem", "collection.no_acceptable_rows");
  }
  return send_result(context, result, outcome.message_marks);
}

}  // namespace sluice::node
