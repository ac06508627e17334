// Releases: the page, the passport, the envelope for its recipient, revocation.
#include <deque>

#include "crypto/hash.h"
#include "edge/api/core.h"
#include "edge/api/envelope_download.h"
#include "ledger/segment.h"
#include "node/release_file.h"
#include "node/secret_filter.h"
#include "space/catalog/taken_back.h"

namespace sluice::api {

using namespace space;

namespace {

constexpr size_t kCallsShown = 1000;

Look release_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.release(id); };
}

// The recipient's people, and the provider's data managers; while the contract is in force.
Status may_fetch(const node::View& view, const Release& r) {
  const Contract& c = view.state.contracts.at(r.contract.str());
  bool provider = view.owns(c.terms.provider) && view.person.has(Duty::data_manager, view.now);
  bool recipient = view.owns(c.terms.recipient) && view.person.has(Duty::data_user, view.now);
  if (!provider && !recipient) return fail(Errc::forbidden, "duty.missing", "data_user or data_manager");
  if (r.form != OpenForm::file) return fail(Errc::refused, "contract.form_not_agreed");
  if (r.destruction) return fail(Errc::refused, "destruction.certified_already", rfc3339(r.destruction->at_ms));
  if (r.status == ReleaseStatus::revoked) return fail(Errc::refused, "release.revoked");
  if (r.status != ReleaseStatus::delivered) return fail(Errc::conflict, "passport.not_delivered");
  if (c.status == ContractStatus::suspended) return fail(Errc::refused, "contract.suspended");
  if (c.status == ContractStatus::terminated) return fail(Errc::refused, "contract.terminated");
  if (view.now >= r.expires_ms) return fail(Errc::refused, "contract.expired", rfc3339(r.expires_ms));
  return not_taken_back(view.state, r.version);
}

Answer envelope(Core& core, Call& call) {
  auto id = TRY(id_of<ReleaseId>(call.param("id"), "release.not_found"));
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    TRY(view.release(id.str()));
    TRY(may_fetch(view, view.state.releases.at(id.str())));
    return Json::object();
  }));
  auto response = TRY(envelope_download(core.node.release_path(id), id.str()));
  TRY(core.node.space().record(Json::object({{"at_ms", core.node.clock().now()}, {"kind", "release.file_fetched"}, {"person", call.by.person.str()}, {"release", id.str()}})));
  return response;
}

Answer passport(Core& core, Call& call) {
  auto id = TRY(id_of<ReleaseId>(call.param("id"), "release.not_found"));
  TRY(core.look(call.by, release_view(id.str())));
  Json bundle = TRY(node::issue_passport(core.node, id));
  http::Response response = json_of(200, bundle);
  response.headers.emplace("Content-Disposition", "attachment; filename=\"" + id.str() + ".passport.json\"");
  return response;
}

// The calls of an API release as their access records stand, newest last: what a receipt of /data names, and where it stands. At most
// kCallsShown from the end.
Answer calls(Core& core, Call& call) {
  TRY(core.look(call.by, release_view(call.param("id"))));
  if (!core.store) return fail(Errc::unreachable, "ledger.read_only");
  std::string needle = "\"release\":\"" + call.param("id") + "\"";
  std::deque<Json> found;
  auto last = TRY(core.store->last_segment());
  for (uint64_t segment = 0; last && segment <= last->id; segment++) {
    TRY(core.store->records(segment, 0, ledger::kSegmentRecordsMax, [&](const ledger::SegmentRecordRow& row) -> Status {
      if (row.record.find(needle) == std::string_view::npos) return {};
      Json record = TRY(parse_json(row.record));
      if (record.get_string_or("kind", "").value_or("") != "api.page") return {};
      record.erase("from");
      found.push_back(record.set("n", row.n).set("receipt", hex(sm3(view(row.record)))).set("segment", row.segment));
      if (found.size() > kCallsShown) found.pop_front();
      return {};
    }));
  }
  Json items = Json::array();
  for (Json& record : found) items.push(std::move(record));
  return core.object(call, Json::object({{"items", std::move(items)}}));
}

// The certificate as `sluice destroy-certificate` writes it: the statement, its format and the signature.
Answer take_certificate(Core& core, Call& call) {
  Json body = TRY(body_of(call.request));
  std::string format = TRY(body.get_string("format")), release = TRY(body.get_string("release"));
  if (format != kDestructionFormat) return fail(Errc::invalid, "destruction.unknown_format");
  if (release != call.param("id")) return fail(Errc::refused, "destruction.of_something_else");
  body.erase("format");
  return core.act(call, TRY(decode<CertifyDestruction>(body)), release_view(call.param("id")));
}

}  // namespace

void add_release_routes(Core& core) {
  core.get("/api/v1/releases", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.releases(ask); });
  });
  core.get("/api/v1/releases/{id}", [&core](Call& call) { return core.show(call, release_view(call.param("id"))); });
  core.get("/api/v1/releases/{id}/passport", [&core](Call& call) { return passport(core, call); });
  core.get("/api/v1/releases/{id}/calls", [&core](Call& call) { return calls(core, call); });
  core.get("/api/v1/releases/{id}/file", [&core](Call& call) { return envelope(core, call); });
  core.post("/api/v1/releases/{id}/revoke", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<RevokeRelease>(call.request, {{"release", call.param("id")}}));
    return core.act(call, command, release_view(call.param("id")));
  });
  core.post("/api/v1/releases/{id}/destruction", [&core](Call& call) { return take_certificate(core, call); });
  core.post("/api/v1/releases/{id}/erase-queries", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<EraseQueries>(call.request, {{"release", call.param("id")}}));
    TRY(node::erase_queries(core.node, call.by, command));
    core.release_api.forget_queries(command.release);
    return core.object(call, TRY(core.look(call.by, release_view(call.param("id")))));
  });
}

}  // namespace sluice::api
