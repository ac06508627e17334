#include "node/legal.h"

#include <filesystem>

#include "base/file.h"
#include "crypto/hash.h"
#include "node/release_labels.h"
#include "node/secret_filter.h"
#include "node/subjects.h"
#include "node/work.h"
#include "space/application/personal_filter.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kScanKind = "scan", kProvisionKind = "provision";

Result<WorkerAnswer> seal_provision(Node& node, const Principal& by, const Provision& p, const KeysGranted& granted, const ProgressFn& progress) {
  auto filter = TRY(resolve_kept(node, kProvisionKind, p.form.row_filter));
  TRY(make_dirs(node.dir() + "/provisions", 0700));
  SealedWork work{.job = "release-file", .work = Work::operate, .version = p.form.version, .columns = granted.columns, .more_folders = {},
                  .request = Json::object({{"columns", encode(p.form.columns)},
                                           {"context", Json::object({{"format", "csv"}, {"provision", p.id.str()}})},
                                           {"file", p.id.str() + ".sluice"},
                                           {"format", "csv"},
                                           {"recipient_key", base64(p.form.recipient_key)},
                                           {"row_filter", encode(filter)}})};
  work.more_folders.push_back(TRY(open_folder(node.dir() + "/provisions")));
  work.request.set("labels", TRY(labels_of(node, p.form.version, p.form.columns, p.grade)));
  auto started = TRY(start_sealed_work(node, by, std::move(work), granted.grant));
  return started.worker.run(started.request, {}, progress);
}

// The persons whom a provision names by value, as the filter has them.
Result<std::vector<std::string>> persons_of(Node& node, const Provision& p) {
  std::vector<std::string> out;
  for (const RowCondition& condition : TRY(resolve_kept(node, kProvisionKind, p.form.row_filter))) {
    bool names = node.space().read([&](const State& s) { return names_persons(s, p.form, condition); });
    if (names) out.insert(out.end(), condition.values.begin(), condition.values.end());
  }
  return out;
}

Result<ReportProvision> provision_report(const ProvisionId& id, const Json& result) {
  return ReportProvision{id, TRY(result.get_int("rows")), TRY(result.get_int("bytes")), TRY(digest_from_hex(TRY(result.get_string("file_digest")))),
                         TRY(digest_from_hex(TRY(result.get_string("envelope_digest"))))};
}

}  // namespace

Result<Digest> keep_scan(Node& node, const SecretBytes& scan) {
  ByteView bytes = scan.reveal("a scan, to name and store it");
  if (bytes.empty()) return fail(Errc::invalid, "law.scan_empty");
  if (bytes.size() > kScanBytesMax) return fail(Errc::invalid, "law.scan_too_large");
  Digest digest = sm3(bytes);
  TRY(node.registry().put(kScanKind, hex(digest), scan));
  return digest;
}

Result<SecretBytes> scan_of(Node& node, const Digest& digest) {
  auto stored = node.registry().get(kScanKind, hex(digest));
  if (!stored) return fail(Errc::not_found, "law.no_scan");
  if (sm3(stored->reveal("a scan, to check it")) != digest) return fail(Errc::corrupt, "registry.tampered");
  return stored;
}

Result<ProvisionId> request_provision(Node& node, const Principal& by, RequestProvision command) {
  std::vector<bool> personal = node.space().read([&](const State& s) {
    std::vector<bool> out;
    for (const RowCondition& condition : command.form.row_filter) out.push_back(is_personal(s, command.form.dataset, command.form.version, condition));
    return out;
  });
  for (const RowCondition& condition : command.form.row_filter)
    if (condition.secret() || condition.commitment || condition.masked) return fail(Errc::invalid, "filter.reference_given", condition.column);
  std::vector<std::string> kept;
  auto requested = [&]() -> Result<ProvisionId> {
    for (size_t i = 0; i < personal.size(); i++) {
      if (!personal[i]) continue;
      command.form.row_filter[i] = TRY(keep_condition(node, kProvisionKind, command.form.row_filter[i]));
      kept.push_back(command.form.row_filter[i].secret_ref);
    }
    return TRY(node.space().execute(by, command)).get<ProvisionRequested>().provision;
  }();
  if (!requested)
    for (const std::string& ref : kept) (void)node.registry().erase(kProvisionKind, ref);
  return requested;
}

Result<Json> provision_notice(Node& node, const ProvisionId& id) {
  return node.space().read([&](const State& s) -> Result<Json> {
    const Provision* p = find(s.provisions, id);
    if (!p) return fail(Errc::not_found, "law.provision_not_found");
    if (p->status != ProvisionStatus::delivered) return fail(Errc::refused, "law.provision_not_delivered");
    Json out = Json::object({{"document", p->form.document}, {"file_digest", hex(p->file_digest)}, {"format", kProvisionNoticeFormat},
                             {"provision", id.str()}, {"requester", p->form.requester}, {"rows", p->rows}});
    if (p->form.destroy_by_ms) out.set("destroy_by_ms", *p->form.destroy_by_ms);
    return out;
  });
}

std::string provision_path(const Node& node, const ProvisionId& provision) { return node.dir() + "/provisions/" + provision.str() + ".sluice"; }

Status deliver_provision(Node& node, const Principal& by, const ProvisionId& id, const ProgressFn& progress) {
  auto started = TRY(node.space().execute(as_node(by), StartProvision{id}));
  Provision p = node.space().read([&](const State& s) { return s.provisions.at(id.str()); });
  auto sealed = seal_provision(node, by, p, started.get<KeysGranted>(), progress);
  auto report = sealed ? provision_report(id, sealed->result) : Result<ReportProvision>(tl::unexpected(sealed.error()));
  if (!report) {
    (void)node.space().execute(as_node(by), ReportProvisionFailure{id, std::string(report.error().reason)});
    return tl::unexpected(report.error());
  }
  // On record for each person before it is delivered; what is not delivered after all is not told.
  auto recorded = [&]() -> Result<Outcome> {
    TRY(record_provision_of_persons(node, id, TRY(persons_of(node, p))));
    return node.space().execute(as_node(by), *report);
  }();
  if (recorded) return {};
  // More rows than the document demands: what was made of them goes again.
  std::error_code ec;
  std::filesystem::remove(provision_path(node, id), ec);
  (void)node.space().execute(as_node(by), ReportProvisionFailure{id, std::string(recorded.error().reason)});
  return tl::unexpected(recorded.error());
}

}  // namespace sluice::node
