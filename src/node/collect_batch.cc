#include "node/collect_batch.h"

#include <filesystem>
#include <mutex>

#include "base/file.h"
#include "collect/manifest.h"
#include "crypto/hash.h"
#include "node/collect_work.h"
#include "node/seen_messages.h"
#include "node/storage.h"
#include "space/collection/held_columns.h"

namespace sluice::node {

using namespace space;

namespace {

struct ManifestOf {
  std::optional<collect::BatchManifest> manifest;
  std::string problem;
};

ManifestOf manifest_of(const std::string& file) {
  auto manifest = collect::load_manifest(collect::manifest_path(file));
  if (manifest) return {*manifest, {}};
  if (manifest.error().code == Errc::not_found || manifest.error().reason == "manifest.missing") return {std::nullopt, "manifest.missing"};
  return {std::nullopt, "manifest.malformed"};
}

// Faults of the file itself, as against those of this machine: what the source has to mend.
bool is_of_the_file(const Error& error) {
  if (error.reason == "collect.interrupted") return false;
  for (std::string_view room : {"csv.", "collect.", "table.bad_", "jsonl.", "xlsx.", "zip.", "message."})
    if (error.reason.starts_with(room)) return true;
  return error.reason == "table.engine_failed";
}

// A file that cannot be read to its end, with a manifest beside it: the batch came, and is held as a whole. The manifest is
// judged as far as it can be without the rows.
struct Unreadable {
  Digest digest{};
  std::string problem;
};
Result<Unreadable> judge_unreadable(const std::string& path, const ManifestOf& sidecar, const collect::Plan& plan, const Bytes& source_key) {
  Unreadable out{TRY(digest_of_file(path)), sidecar.problem};
  if (!sidecar.manifest) return out;
  std::vector<Sm2PublicKey> keys;
  if (!source_key.empty()) keys.push_back(TRY(Sm2PublicKey::from_bytes(source_key)));
  auto fits = collect::check_manifest(*sidecar.manifest, plan, std::filesystem::path(path).filename().string(), keys);
  if (!fits) {
    out.problem = fits.error().reason;
  } else if (sidecar.manifest->sm3 != out.digest) {
    out.problem = "manifest.digest_differs";
  }
  return out;
}

// The source's own number of the batch, where it is more than the file's name again.
std::optional<std::string> number_of(const ManifestOf& sidecar) {
  if (!sidecar.manifest || sidecar.manifest->batch.empty() || sidecar.manifest->batch == sidecar.manifest->file) return std::nullopt;
  return sidecar.manifest->batch;
}

ManifestCheck check_of(std::string_view problem, bool receipted) {
  if (problem.empty()) return receipted ? ManifestCheck::receipt : ManifestCheck::verified;
  if (problem == "manifest.missing") return ManifestCheck::missing;
  if (problem == "manifest.forged" || problem == "manifest.unknown_key" || problem == "manifest.malformed") return ManifestCheck::forged;
  return ManifestCheck::differs;
}

}  // namespace

Result<PlanId> adopt_plan(Node& node, const Principal& by, const collect::Plan& plan, const Bytes& source_key) {
  std::string content = canonical(encode(plan));
  Digest digest = sm3(view(content));
  auto known = node.space().read([&](const State& s) -> std::optional<PlanId> {
    for (const auto& [id, p] : s.plans)
      if (p.plan_digest == digest && (source_key.empty() || p.source_key == source_key)) return p.id;
    return std::nullopt;
  });
  if (known) return *known;
  AdoptPlan command{.name = plan.id, .title = plan.dataset, .source_name = plan.source.name, .source_uscc = plan.source.uscc,
                    .purpose = plan.purpose, .legal_basis = plan.legal_basis, .frequency = plan.frequency, .source_key = source_key,
                    .plan_digest = digest, .plan_fields = {}};
  for (const auto& f : plan.columns) {
    std::string codes;
    for (CodeType code : f.codes) codes += (codes.empty() ? "" : ",") + std::string(name_of(code));
    command.plan_fields.push_back({f.name, f.title, std::string(name_of(f.type)), codes, f.necessity});
  }
  TRY(node.space().put_blob(view(content)));
  return TRY(node.space().execute(by, command)).get<PlanAdopted>().plan;
}

Result<CollectAnswer> collect_batch(Node& node, const Principal& by, const CollectRequest& request, const ProgressFn& progress) {
  CollectWork work = TRY(collect_work(node, request.plan));
  work.source = request.source;
  if (work.content.format == collect::Format::database) return fail(Errc::invalid, "collection.plan_wants_database");
  ManifestOf sidecar = manifest_of(request.file);
  auto known_batch = [&](const Digest& digest) {
    return node.space().read([&](const State& s) -> std::optional<Batch> {
      const Batch* batch = batch_of(s, work.plan.id, digest);
      return batch ? std::optional(*batch) : std::nullopt;
    });
  };
  if (sidecar.manifest) {
    auto known = known_batch(sidecar.manifest->sm3);
    if (known && known->status == BatchStatus::sealed) return fail(Errc::conflict, "collection.batch_known", known->id.str());
  }
  // A receipt stands in only for a manifest that is missing; it names the file by its digest.
  std::optional<int64_t> receipt_rows;
  if (!sidecar.manifest && sidecar.problem == "manifest.missing") {
    auto known = known_batch(TRY(digest_of_file(request.file)));
    if (known && known->status == BatchStatus::sealed) return fail(Errc::conflict, "collection.batch_known", known->id.str());
    if (known && known->status == BatchStatus::receipted) receipt_rows = known->rows;
  }

  std::filesystem::path path(request.file);
  std::error_code no_size;
  auto file_bytes = std::filesystem::file_size(path, no_size);
  TRY(need_room(node, work.plan.dataset, no_size ? 0 : static_cast<int64_t>(file_bytes)));
  bool parquet = work.content.format == collect::Format::parquet;
  std::vector<OwnedFd> folders, files;
  folders.push_back(TRY(open_folder(node.vault_dir())));
  std::string parent = path.parent_path().empty() ? "." : path.parent_path().string();
  if (parquet) {
    folders.push_back(TRY(open_folder(parent)));
  } else {
    files.push_back(TRY(open_input(request.file)));
  }
  StartedCollect started = TRY(start_collect(node, by, work, std::move(folders), std::move(files), path.filename().string()));
  if (parquet) started.job.set("path", path.filename().string());
  if (sidecar.manifest) started.job.set("manifest", encode(*sidecar.manifest));
  if (receipt_rows) started.job.set("receipt_rows", *receipt_rows);
  auto worked = started.worker.run(started.job, started.marks_seed.reveal("the worker that marks the rows"), progress);
  end_grants_of(node, by, started, worked ? "done" : std::string(worked.error().reason));
  ReportBatch report;
  report.number = number_of(sidecar);
  if (!worked) {  // a killed worker could not clear up after itself
    started.worker.kill();
    drop_collected(node, work);
    if (!is_of_the_file(worked.error())) return tl::unexpected(worked.error());
    if (sidecar.problem == "manifest.missing") {
      note_refused(node, by, {.plan = work.plan.id, .file_digest = TRY(digest_of_file(request.file)), .bytes = no_size ? 0 : static_cast<int64_t>(file_bytes),
                              .reason = sidecar.problem, .file_problem = std::string(worked.error().reason), .source = request.source});
      return tl::unexpected(worked.error());
    }
    Unreadable found = TRY(judge_unreadable(request.file, sidecar, work.content, work.plan.source_key));
    report.file_digest = found.digest;
    report.manifest_problem = found.problem;
    report.manifest = check_of(found.problem, false);
    report.file_problem = std::string(worked.error().reason);
    return record_unreadable(node, by, work, std::move(report), worked.error().detail);
  }
  report.manifest_problem = sidecar.problem == "manifest.malformed" ? sidecar.problem : TRY(worked->result.get_string_or("problem", ""));
  // One collection of messages at a time: two files with the same message would not see each other.
  static std::mutex one_at_a_time;
  std::unique_lock<std::mutex> turn(one_at_a_time, std::defer_lock);
  if (!worked->payload.empty()) {
    turn.lock();
    if (report.manifest_problem.empty() && TRY(seen_before(node, work.plan.id, worked->payload))) {
      report.manifest_problem = "message.seen_before";
      drop_collected(node, work);
    }
    if (report.manifest_problem.empty()) TRY(remember_messages(node, work.plan.id, work.version, worked->payload));
  }
  report.manifest = check_of(report.manifest_problem, receipt_rows.has_value());
  std::error_code ec;
  report.bytes = static_cast<int64_t>(std::filesystem::file_size(path, ec));
  auto recorded = record_collected(node, by, work, started, worked->result, std::move(report));
  if (!worked->payload.empty() && (!recorded || !recorded->sealed)) forget_messages(node, work.plan.id, work.version);
  return recorded;
}

}  // namespace sluice::node
