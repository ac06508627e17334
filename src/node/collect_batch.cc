#include "node/collect_batch.h"

#include <filesystem>

#include "base/file.h"
#include "collect/manifest.h"
#include "collect/quality.h"
#include "crypto/hash.h"
#include "node/work.h"

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

Result<Digest> digest_of(const std::string& path) {
  OwnedFd file = TRY(open_input(path));
  Sm3 hash;
  Bytes buffer(1 << 20);
  ssize_t n;
  while ((n = ::read(file.get(), buffer.data(), buffer.size())) > 0) hash.update({buffer.data(), static_cast<size_t>(n)});
  if (n < 0) return fail(Errc::io, "file.unreadable", path);
  return hash.finish();
}

// Faults of the file itself, as against those of this machine: what the source has to mend.
bool is_of_the_file(const Error& error) {
  if (error.reason == "collect.interrupted") return false;
  for (std::string_view room : {"csv.", "collect.", "table.bad_", "jsonl.", "xlsx.", "zip."})
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
  Unreadable out{TRY(digest_of(path)), sidecar.problem};
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

std::vector<std::string> held_columns(const std::vector<std::string>& columns) {
  std::vector<std::string> out{"row_number", "held_reasons"};
  for (const std::string& column : columns) out.push_back("cell_" + column);
  return out;
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
  auto plan = node.space().read([&](const State& s) -> std::optional<Plan> {
    const Plan* found = find(s.plans, request.plan);
    return found ? std::optional(*found) : std::nullopt;
  });
  if (!plan) return fail(Errc::not_found, "plan.not_found");
  Bytes plan_bytes = TRY(node.ledger().blob(plan->plan_digest));
  collect::Plan content = TRY(collect::parse_plan(text(plan_bytes)));
  ManifestOf sidecar = manifest_of(request.file);
  auto known_batch = [&](const Digest& digest) {
    return node.space().read([&](const State& s) -> std::optional<Batch> {
      auto it = s.batch_of_file.find(plan->id.str() + ":" + hex(digest));
      return it == s.batch_of_file.end() ? std::nullopt : std::optional(s.batches.at(it->second));
    });
  };
  if (sidecar.manifest) {
    auto known = known_batch(sidecar.manifest->sm3);
    if (known && known->status == BatchStatus::sealed) return fail(Errc::conflict, "collection.batch_known", known->id.str());
  }
  // A receipt stands in only for a manifest that is missing; it names the file by its digest.
  std::optional<int64_t> receipt_rows;
  if (!sidecar.manifest && sidecar.problem == "manifest.missing") {
    auto known = known_batch(TRY(digest_of(request.file)));
    if (known && known->status == BatchStatus::sealed) return fail(Errc::conflict, "collection.batch_known", known->id.str());
    if (known && known->status == BatchStatus::receipted) receipt_rows = known->rows;
  }

  VersionId version = VersionId::make(node.random()), held_version = VersionId::make(node.random());
  std::vector<std::string> columns;
  for (const auto& f : content.columns) columns.push_back(f.name);
  std::filesystem::path path(request.file);
  bool parquet = content.format == collect::Format::parquet;
  std::vector<OwnedFd> folders, files;
  folders.push_back(TRY(open_folder(node.vault_dir())));
  std::string parent = path.parent_path().empty() ? "." : path.parent_path().string();
  if (parquet) {
    folders.push_back(TRY(open_folder(parent)));
  } else {
    files.push_back(TRY(open_input(request.file)));
  }
  Worker worker = TRY(node.start_worker("collect", std::move(folders), std::move(files)));
  OwnedFd key_end = TRY(worker.key_end()), second_end = TRY(worker.key_end());
  DatasetWraps wraps = TRY(node.agent().new_dataset_keys(plan->dataset.str(), version.str(), columns, std::move(key_end)));
  DatasetWraps held_wraps =
      TRY(node.agent().new_dataset_keys(plan->dataset.str(), held_version.str(), held_columns(columns), std::move(second_end)));

  Json job = Json::object({{"dataset", plan->dataset.str()}, {"file_name", path.filename().string()}, {"held_version", held_version.str()},
                           {"plan", text(plan_bytes)}, {"source_key", base64(plan->source_key)}, {"today_days", node.clock().now() / kDayMs},
                           {"version", version.str()}});
  if (parquet) job.set("path", path.filename().string());
  if (sidecar.manifest) job.set("manifest", encode(*sidecar.manifest));
  if (receipt_rows) job.set("receipt_rows", *receipt_rows);
  auto worked = worker.run(job, {}, progress);
  if (!worked) {  // a killed worker could not clear up after itself
    worker.kill();
    drop_version(node, version);
    drop_version(node, held_version);
    if (sidecar.problem == "manifest.missing" || !is_of_the_file(worked.error())) return tl::unexpected(worked.error());
    Unreadable found = TRY(judge_unreadable(request.file, sidecar, content, plan->source_key));
    ReportBatch report;
    report.plan = plan->id;
    report.file_digest = found.digest;
    report.manifest_problem = found.problem;
    report.manifest = check_of(found.problem, false);
    report.number = number_of(sidecar);
    report.file_problem = std::string(worked.error().reason);
    auto outcome = TRY(node.space().execute(as_node(by), report));
    CollectAnswer answer;
    answer.batch = outcome.get<BatchHeld>().batch;
    answer.reason = outcome.get<BatchHeld>().reason;
    answer.file_problem = report.file_problem;
    answer.file_problem_at = worked.error().detail;
    answer.dataset = plan->dataset;
    answer.seq = outcome.first_seq;
    return answer;
  }
  Json result = std::move(worked->result);

  auto facts = TRY(decode<collect::BatchFacts>(*result.find("facts")));
  auto quality = TRY(decode<collect::QualityReport>(*result.find("quality")));
  std::string problem = sidecar.problem == "manifest.malformed" ? sidecar.problem : TRY(result.get_string_or("problem", ""));
  bool sealed = problem.empty();
  ReportBatch report{.plan = plan->id, .file_digest = facts.digest, .manifest_problem = problem, .manifest = check_of(problem, receipt_rows.has_value()),
                     .rows = facts.rows, .accepted = facts.accepted, .warned = facts.warned, .held = facts.held, .bytes = 0,
                     .quality_digest = {}, .version = {}, .version_manifest = {}, .held_version = {}, .held_manifest = {}, .columns = {},
                     .dropped_columns = quality.dropped_fields, .number = number_of(sidecar), .file_problem = {}};
  std::error_code ec;
  report.bytes = static_cast<int64_t>(std::filesystem::file_size(path, ec));
  report.quality_digest = TRY(node.space().put_blob(view(canonical(encode(quality)))));
  if (sealed) {
    report.version = version;
    report.columns = columns;
    std::string manifest = TRY(result.get_string("manifest")), held_manifest = TRY(result.get_string_or("held_manifest", ""));
    report.version_manifest = sm3(view(manifest));
    TRY(node.keep_wraps(wraps));
    if (!held_manifest.empty()) {
      report.held_version = held_version;
      report.held_manifest = sm3(view(held_manifest));
      TRY(node.keep_wraps(held_wraps));
    }
  }
  Principal system{.person = by.person, .system = true, .stepped_up = false};
  auto outcome = node.space().execute(system, report);
  if (!outcome) {
    drop_version(node, version);
    drop_version(node, held_version);
    return tl::unexpected(outcome.error());
  }
  if (sealed && !outcome->has<BatchSealed>()) {  // refused by the state machine as a whole: nothing of it stays
    drop_version(node, version);
    drop_version(node, held_version);
  }
  CollectAnswer answer;
  answer.sealed = outcome->has<BatchSealed>();
  answer.batch = answer.sealed ? outcome->get<BatchSealed>().batch : outcome->get<BatchHeld>().batch;
  answer.reason = answer.sealed ? "" : outcome->get<BatchHeld>().reason;
  answer.rows = facts.rows;
  answer.accepted = facts.accepted;
  answer.warned = facts.warned;
  answer.held = facts.held;
  answer.dataset = plan->dataset;
  if (answer.sealed) answer.version = version;
  answer.seq = outcome->first_seq;
  return answer;
}

}  // namespace sluice::node
