// The record: head, entries, verification, and for everyone the checkpoint and the hash tiles (C2SP tlog-tiles).
//
// Entries of others are not shown: an entry is seen by whoever may know what it is about (its first object), or belongs to
// the party of its actor; of a seen entry, only the ids that the person may know. Tiles hold hashes only; entry bundles are not served.
#include <algorithm>
#include <charconv>

#include "edge/api/core.h"
#include "edge/http/conditional.h"
#include "ledger/verifier.h"

namespace sluice::api {

using namespace space;

namespace {

constexpr int kCheckpointsShown = 50;
constexpr int kRoundsMax = 20;             // searches for one page: a page may stay short
constexpr uint64_t kLookedAtOnce = 1000;   // when what a person may see is rare
constexpr uint64_t kCountedMax = 5000;     // entries looked at for a total
constexpr std::string_view kVerification = "/api/v1/ledger/verification";

Result<Json> head(Core& core) {
  node::Node& node = core.node;
  auto last = node.ledger().last_checkpoint();
  if (!last) last = node.checkpoint();
  if (!last) return tl::unexpected(last.error());
  Json keys = Json::array(), checkpoints = Json::array();
  for (const auto& key : ledger::verifier_keys(node.ledger().origin(), node.ledger().keys().periods().back().keys)) keys.push(Json(key.line()));
  uint64_t at_most = last->checkpoint.size;
  for (int i = 0; core.store && at_most > 0 && i < kCheckpointsShown; i++) {
    auto note = TRY(core.store->last_checkpoint(at_most));
    if (!note) break;
    auto parsed = TRY(ledger::SignedCheckpoint::parse(*note)).checkpoint;
    auto entry = node.ledger().entry(parsed.size - 1);
    checkpoints.push(Json::object({{"size", parsed.size}, {"at_ms", entry ? Json(entry->entry.time) : Json()}, {"sm3_root", hex(parsed.sm3_root)}}));
    at_most = parsed.size - 1;
  }
  return Json::object({{"origin", node.ledger().origin()}, {"size", node.ledger().size()}, {"checkpoint", last->note}, {"keys", keys}, {"checkpoints", checkpoints}});
}

Result<int64_t> time_parameter(const http::Request& request, std::string_view name, int64_t otherwise) {
  const std::string* text = request.parameter(name);
  if (!text) return otherwise;
  int64_t out = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), out);
  if (error != std::errc() || end != text->data() + text->size()) return fail(Errc::usage, "http.bad_page", std::string(name));
  return out;
}

Result<adapter::SearchQuery> entry_query(const http::Request& request) {
  adapter::SearchQuery query;
  auto page = TRY(http::page_of(request));
  query.limit = page.limit;
  if (!page.after.empty()) {
    uint64_t before = 0;
    auto [end, error] = std::from_chars(page.after.data(), page.after.data() + page.after.size(), before);
    if (error != std::errc() || end != page.after.data() + page.after.size()) return fail(Errc::usage, "http.bad_page", "cursor");
    query.before_seq = before;
  }
  auto text_parameter = [&](std::string_view name) {
    const std::string* given = request.parameter(name);
    return given ? *given : std::string();
  };
  query.kind = text_parameter("kind"), query.actor = text_parameter("actor"), query.object = text_parameter("object");
  if (request.parameter("from_ms")) query.from = TRY(time_parameter(request, "from_ms", 0));
  if (request.parameter("to_ms")) query.to = TRY(time_parameter(request, "to_ms", 0));
  return query;
}

// The first object is what the entry is about; knowing a party is no reason to see what it does with others.
bool may_see_entry(const node::View& view, const ledger::Entry& e) {
  return view.sees_all() || (!e.actor.empty() && view.may_know(e.actor)) || (!e.objects.empty() && view.may_know(e.objects.front()));
}

// The entry as this person may see it; absent when it may not be seen at all.
std::optional<Json> seen_entry(const node::View& view, const ledger::Entry& e) {
  if (!may_see_entry(view, e)) return std::nullopt;
  bool of_own = !e.actor.empty() && view.may_know(e.actor);
  Json objects = Json::array();
  for (const std::string& id : e.objects)
    if (view.may_know(id)) objects.push(Json(id));
  Json names = Json::array();
  for (const auto& field : e.fields) names.push(Json(field.name));
  Json shown = Json::object({{"seq", e.seq}, {"time_ms", e.time}, {"kind", e.kind}, {"actor", of_own ? e.actor : ""}, {"objects", objects}, {"fields", names}});
  Json known = view.names_of(shown);
  return shown.set("names", std::move(known));
}

// The projection where there is one, else the ledger itself.
Result<adapter::SearchPage> found_in(Core& core, const adapter::SearchQuery& query) {
  if (!core.search) return adapter::scan_ledger(core.node.ledger(), query);
  TRY(core.search->catch_up());
  return core.search->find(query);
}

// How many entries this person may see: counted by the projection for who sees all, else by looking, up to a bound (null then).
Result<Json> total_seen(Core& core, Call& call, adapter::SearchQuery query) {
  query.before_seq.reset();
  bool sees_all = false;
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    sees_all = view.sees_all();
    return Json::object();
  }));
  if (sees_all && core.search) {
    TRY(core.search->catch_up());
    return Json(TRY(core.search->count(query)));
  }
  uint64_t seen = 0, looked = 0;
  query.limit = kLookedAtOnce;
  while (looked < kCountedMax) {
    auto page = TRY(found_in(core, query));
    std::vector<ledger::Entry> candidates;
    for (const adapter::SearchHit& hit : page.hits) candidates.push_back(TRY(core.node.ledger().entry(hit.seq)).entry);
    looked += candidates.size();
    TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
      for (const ledger::Entry& entry : candidates) seen += may_see_entry(view, entry) ? 1 : 0;
      return Json::object();
    }));
    if (!page.next) return Json(seen);
    query.before_seq = page.next;
  }
  return Json();
}

Answer entries(Core& core, Call& call) {
  auto query = TRY(entry_query(call.request));
  Json total = TRY(total_seen(core, call, query));
  // Some may be hidden from this person: the search goes on behind them, within bounds; the cursor is the last one looked at.
  std::vector<ledger::Entry> candidates;
  Json items = Json::array();
  std::optional<uint64_t> next;
  uint64_t asked = query.limit;
  for (int round = 0; round < kRoundsMax && items.as_array().size() < asked; round++) {
    auto page = TRY(found_in(core, query));
    next = page.next;
    candidates.clear();
    for (const adapter::SearchHit& hit : page.hits) candidates.push_back(TRY(core.node.ledger().entry(hit.seq)).entry);
    Json seen = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
      Json out = Json::array();
      for (const ledger::Entry& entry : candidates) {
        if (items.as_array().size() + out.as_array().size() == asked) {
          next = entry.seq + 1;
          break;
        }
        if (auto shown = seen_entry(view, entry)) out.push(std::move(*shown));
      }
      return Json::object({{"items", std::move(out)}});
    }));
    for (const Json& item : seen.find("items")->as_array()) items.push(item);
    if (!next) break;
    query.before_seq = next;
    query.limit = kLookedAtOnce;
  }
  Json out = Json::object({{"items", std::move(items)}, {"total", std::move(total)}});
  out.set("next", next ? Json(http::cursor_of(std::to_string(*next))) : Json());
  return core.object(call, out);
}

Json verification_json(Job& job) {
  Json progress = job.last_progress();
  Json out = Json::object({{"id", job.id}, {"done", progress.get_int_or("done", 0).value_or(0)}, {"total", progress.get_int_or("total", 0).value_or(0)}});
  auto outcome = job.outcome();
  if (!outcome) return out.set("state", "running");
  if (!*outcome) {
    Json report = Json::object({{"entries", 0}, {"checkpoints", 0}, {"first_bad", Json::object({{"reason", outcome->error().reason}, {"what", ""}})}});
    return out.set("state", "bad").set("report", std::move(report));
  }
  out.set("report", **outcome).set("state", (*outcome)->find("first_bad") ? "bad" : "ok");
  int64_t entries = (*outcome)->get_int_or("entries", 0).value_or(0);
  return out.set("done", entries).set("total", entries);
}

Json report_of(const ledger::VerifyReport& r) {
  Json out = Json::object({{"entries", r.entries}, {"fields", r.fields}, {"erased_fields", r.erased_fields}, {"checkpoints", r.checkpoints},
                           {"segments", r.segments}, {"records", r.records}, {"blobs", r.blobs}, {"tiles", r.tiles}, {"key_periods", r.key_periods},
                           {"signed_size", r.signed_size}, {"sm3_root", hex(r.sm3_root)}, {"sha256_root", hex(r.sha256_root)}});
  if (!r.first_bad) return out;
  Json bad = Json::object({{"reason", r.first_bad->reason}, {"what", r.first_bad->what}});
  if (r.first_bad->seq) bad.set("seq", *r.first_bad->seq);
  return out.set("first_bad", std::move(bad));
}

Answer start_verification(Core& core, Call& call) {
  std::string path = core.node.dir() + "/ledger.sqlite", trust = core.node.trust_text();
  auto work = [path, trust](const node::ProgressFn& progress) -> Result<Json> {
    auto store = TRY(adapter::SqliteLedgerStore::open(path, adapter::OpenMode::read_only));
    auto anchor = TRY(ledger::Trust::parse(trust));
    ledger::VerifyOptions options;
    options.trust = &anchor;
    options.threads = 1;
    options.progress = [&](uint64_t done, uint64_t total) { progress(Json::object({{"done", done}, {"total", total}})); };
    return report_of(TRY(ledger::verify_store(*store, options)));
  };
  auto job = TRY(core.jobs.start("verify_ledger", call.by.person, work));
  http::Response response = json_of(202, verification_json(*job));
  response.headers.emplace("Location", std::string(kVerification) + "/" + job->id);
  return response;
}

struct TileName {
  unsigned level = 0;
  uint64_t index = 0;
  size_t width = ledger::kTileHashes;
};

// "0/x001/067" or "0/067.p/112" (C2SP tlog-tiles).
std::optional<TileName> tile_name(std::string_view path) {
  TileName out;
  size_t slash = path.find('/');
  auto number = [](std::string_view text, auto& value) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
  };
  if (slash == std::string_view::npos || !number(path.substr(0, slash), out.level) || out.level >= ledger::kTileLevelsMax) return std::nullopt;
  path.remove_prefix(slash + 1);
  if (size_t partial = path.find(".p/"); partial != std::string_view::npos) {
    if (!number(path.substr(partial + 3), out.width) || out.width == 0 || out.width >= ledger::kTileHashes) return std::nullopt;
    path = path.substr(0, partial);
  }
  if (path.size() > 27) return std::nullopt;
  std::string digits;
  for (char c : path)
    if (c != 'x' && c != '/') digits += c;
  if (!number(digits, out.index) || ledger::tile_index_path(out.index) != path) return std::nullopt;
  return out;
}

Answer tile(const Core& core, ledger::TreeHash tree, const std::string& path) {
  auto name = tile_name(path);
  if (!name) return fail(Errc::not_found, "http.no_such_path");
  auto bytes = core.node.ledger().tile(tree, name->level, name->index);
  if (!bytes || bytes->size() < name->width * 32) return fail(Errc::not_found, "http.no_such_path");
  http::Response response = http::text_response(200, "application/octet-stream", std::string(text(ByteView(*bytes).first(name->width * 32))));
  response.headers.emplace("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

}  // namespace

void add_ledger_routes(Core& core) {
  core.get("/api/v1/ledger", [&core](Call& call) -> Answer { return core.object(call, TRY(head(core))); });
  core.get("/api/v1/ledger/entries", [&core](Call& call) { return entries(core, call); });
  core.post(kVerification, [&core](Call& call) { return start_verification(core, call); });
  core.get("/api/v1/ledger/verification/{id}", [&core](Call& call) -> Answer {
    auto job = TRY(core.jobs.find(call.param("id"), call.by.person));
    if (job->kind != "verify_ledger") return fail(Errc::not_found, "job.not_found");
    return json_of(200, verification_json(*job));
  });
  core.get("/api/v1/ledger/trust", [&core](Call&) -> Answer { return http::text_response(200, "text/plain; charset=utf-8", core.node.trust_text()); });

  core.open(http::Method::get, "/checkpoint", [&core](const http::Request&, const http::Params&) -> Answer {
    http::Response response = http::text_response(200, "text/plain; charset=utf-8", TRY(core.node.ledger().last_checkpoint()).note);
    response.headers.emplace("Cache-Control", "no-cache");
    return response;
  });
  core.open(http::Method::get, "/tile/{rest...}",
            [&core](const http::Request&, const http::Params& params) { return tile(core, ledger::TreeHash::sha256, params.at("rest")); });
  core.open(http::Method::get, "/sm3/tile/{rest...}",
            [&core](const http::Request&, const http::Params& params) { return tile(core, ledger::TreeHash::sm3, params.at("rest")); });
}

}  // namespace sluice::api
