#include "edge/api/core.h"

#include <algorithm>

#include "base/log.h"
#include "edge/api/open_to_brokers.h"
#include "edge/http/conditional.h"
#include "edge/http/fetch.h"
#include "edge/http/problem.h"
#include "node/certificates.h"
#include "node/people.h"
#include "space/mandate/broker.h"

namespace sluice::api {

using namespace space;
using http::Request;
using http::Response;

namespace {

constexpr std::chrono::seconds kSoon{20};

bool wants(const Request& request, std::string_view type) {
  const std::string* accept = request.header("accept");
  return accept && accept->find(type) != std::string::npos;
}

bool prefers_async(const Request& request) {
  const std::string* prefer = request.header("prefer");
  return prefer && prefer->find("respond-async") != std::string::npos;
}

// The second factor is a matter of the session here; the state machine only knows that it was missing.
Error told(Error error) {
  if (error.reason == "auth.second_factor_needed") error.reason = "session.step_up_needed";
  return error;
}

Json merged(Json base, const Json& over) {
  if (!base.is_object() || !over.is_object()) return over;
  for (const auto& [key, value] : over.as_object()) {
    const Json* before = base.find(key);
    base.set(key, before && before->is_object() ? merged(*before, value) : value);
  }
  return base;
}

}  // namespace

Result<space::VersionInForce> version_of_path(const node::View& view, const std::string& dataset, const std::string& text) {
  auto of = view.state.datasets.find(dataset);
  if (text == space::kVersionInForce && of != view.state.datasets.end()) {
    auto found = space::version_in_force(view.state, of->second.id);
    return found.version.empty() ? Result<space::VersionInForce>(fail(Errc::not_found, "version.not_found")) : found;
  }
  auto found = view.state.versions.find(text);
  if (found == view.state.versions.end() || found->second.dataset.str() != dataset) return fail(Errc::not_found, "version.not_found");
  return space::VersionInForce{found->second.id, found->second.number, found->second.rows, 0};
}

Response json_of(int status, const Json& json) {
  Response response = http::json_response(status, canonical(json));
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

Result<Json> body_of(const Request& request) {
  if (request.body.empty()) return Json::object();
  const std::string* type = request.header("content-type");
  if (!type || !type->starts_with("application/json")) return fail(Errc::invalid, "http.unsupported_type");
  Json body = TRY(parse_json(request.body));
  if (!body.is_object()) return fail(Errc::invalid, "record.wrong_kind", "body");
  return body;
}

Result<Json> completed(Json defaults, const Json& body, std::initializer_list<std::string_view> demanded,
                       std::initializer_list<std::pair<std::string_view, std::string>> from_path) {
  for (std::string_view name : demanded)
    if (!body.find(name)) return fail(Errc::invalid, "record.missing_field", std::string(name));
  Json out = merged(std::move(defaults), body);
  for (const auto& [name, value] : from_path) out.set(name, value);
  return out;
}

Core::Core(node::Node& n, http::Router& router)
    : node(n), sessions(n.clock(), n.random()), throttle(n.clock()), answers(n.clock()), jobs(n.random()), release_api(n), ceremony(n), oidc(n, http::fetch), router_(router) {
  auto opened = adapter::SqliteLedgerStore::open(n.dir() + "/ledger.sqlite", adapter::OpenMode::read_only);
  if (opened) {
    store = std::move(*opened);
  } else {
    log(LogLevel::warn, "api.ledger_not_readable", {{"reason", std::string(opened.error().reason)}});
  }
  auto projection = adapter::SearchProjection::open(n.dir() + "/projections/search.sqlite", n.ledger());
  if (projection) {
    search = std::move(*projection);
  } else {
    log(LogLevel::warn, "api.search_not_open", {{"reason", std::string(projection.error().reason)}});
  }
}

void Core::record_stranger(const Request& request, std::string_view route, const Error& error) {
  Status recorded = node.space().record(Json::object({{"at_ms", node.clock().now()}, {"from", request.peer.address}, {"kind", "stranger.refused"},
                                                      {"reason", error.reason}, {"route", route}}));
  if (!recorded) log(LogLevel::warn, "api.refusal_not_recorded", {{"reason", std::string(recorded.error().reason)}});
}

Error Core::refuse_stranger(const Request& request, std::string_view route, Error error) {
  Status allowed = throttle.allow_address(request.peer.address);
  if (!allowed) return error.reason == "session.expired" ? error : allowed.error();
  throttle.failed_address(request.peer.address);
  record_stranger(request, route, error);
  return error;
}

Result<Core::Caller> Core::authenticate(const Request& request) {
  auto session = sessions.of(request);
  if (session) {
    PersonId person = TRY(PersonId::parse(session->account));
    // What was shown with a certificate that counts no more was not shown.
    bool stepped_up = sessions.demand_step_up(*session).has_value() && node::still_counts(node, person, session->stepped_by).has_value();
    return Caller{*session, Principal{.person = person, .system = false, .stepped_up = stepped_up}};
  }
  if (session.error().reason == "session.absent" && request.peer.local) return Caller{std::nullopt, TRY(node.local_operator())};
  return tl::unexpected(session.error());
}

Status Core::may_act(const PersonId& id) const {
  return node.space().read([&](const State& s) -> Status {
    const Person* person = find(s.persons, id);
    if (!person) return fail(Errc::unauthenticated, "sign_in.failed");
    return space::active(s, *person, node.clock().now());
  });
}

// Read at every request: a suspension ends open sessions.
Status Core::check_person(const Caller& caller, PasswordState password, bool brokers) {
  const bool active = may_act(caller.by.person).has_value();
  const bool of_broker = node.space().read([&](const State& s) {
    const Person* person = find(s.persons, caller.by.person);
    return person && is_broker(s, *person);
  });
  if (caller.session && !node::still_counts(node, caller.by.person, caller.session->opened_by)) {
    sessions.close(*caller.session);
    return fail(Errc::unauthenticated, "session.expired");
  }
  if (!active) {
    sessions.close_account(caller.by.person.str());
    return fail(Errc::unauthenticated, "session.expired");
  }
  if (of_broker && !brokers) return fail(Errc::forbidden, "broker.mandate_only");
  if (!caller.session || password == PasswordState::may_be_initial) return {};
  if (TRY(node::person_item(node, caller.by.person)).must_change_password) return fail(Errc::forbidden, "session.password_change_needed");
  return {};
}

void Core::signed_in(http::Method method, std::string_view pattern, Work work, PasswordState password) {
  router_.add(method, pattern, [this, method, route = std::string(pattern), work = std::move(work), password, brokers = route_open_to_brokers(method, pattern)](const Request& request, const http::Params& params) {
    auto caller = authenticate(request);
    if (!caller) {
      if (caller.error().reason == "session.absent") return http::problem(caller.error(), request);
      return http::problem(refuse_stranger(request, route, caller.error()), request);
    }
    if (Status active = check_person(*caller, password, brokers); !active) return http::problem(active.error(), request);
    auto answer = [&]() -> Response {
      Call call{request, params, caller->session, caller->by};
      Answer done = work(call);
      return done ? std::move(*done) : http::problem(told(done.error()), request);
    };
    return method == http::Method::post ? answers.once(request, caller->by.person.str(), answer) : answer();
  });
}

void Core::get(std::string_view pattern, Work work, PasswordState password) { signed_in(http::Method::get, pattern, std::move(work), password); }
void Core::post(std::string_view pattern, Work work, PasswordState password) { signed_in(http::Method::post, pattern, std::move(work), password); }
void Core::remove(std::string_view pattern, Work work, PasswordState password) { signed_in(http::Method::remove, pattern, std::move(work), password); }

void Core::open(http::Method method, std::string_view pattern, std::function<Answer(const Request&, const http::Params&)> work) {
  router_.add(method, pattern, [work = std::move(work)](const Request& request, const http::Params& params) {
    Answer done = work(request, params);
    return done ? std::move(*done) : http::problem(done.error(), request);
  });
}

Result<Json> Core::look(const Principal& by, const Look& look) {
  TimeMs now = node.space().now();
  auto seen = node.space().read([&](const State& s) -> Result<Json> {
    const Person* person = find(s.persons, by.person);
    if (!person) return fail(Errc::unauthenticated, "session.expired");
    return look(node::View(s, *person, now, node.rules()));
  });
  if (!seen) return seen;
  node::fill_names(node, *seen);
  return seen;
}

Answer Core::object(const Call& call, const Json& object, int status) {
  std::string text = canonical(object), etag = http::etag_of(text);
  Response response = http::json_response(status, std::move(text));
  if (status == 200 && call.request.method != http::Method::post && http::has_already(call.request, etag)) {
    response = Response{};
    response.status = 304;
  }
  response.headers.emplace("ETag", etag);
  response.headers.emplace("Cache-Control", "private, no-cache");
  response.headers.emplace("Vary", "Cookie");
  return response;
}

Answer Core::show(const Call& call, const Look& seen) { return object(call, TRY(look(call.by, seen))); }

Answer Core::list(const Call& call, const std::function<Json(const node::View&, const node::ListAsk&)>& list) {
  http::Page page = TRY(http::page_of(call.request));
  node::ListAsk ask{page.limit, page.after, {}};
  if (const std::string* status = call.request.parameter("status")) ask.status = *status;
  Json all = TRY(look(call.by, [&](const node::View& view) -> Result<Json> { return list(view, ask); }));
  const Json* next = all.find("next");
  if (next && next->is_string()) all.set("next", http::cursor_of(next->as_string()));
  return object(call, all);
}

Status Core::check_version(const Call& call, const Look& seen) {
  if (!call.request.header("if-match")) return {};
  Json before = TRY(look(call.by, seen));
  return http::demand_if_match(call.request, http::etag_of(canonical(before)));
}

Answer Core::act(const Call& call, const Command& command, const Look& changed) {
  TRY(check_version(call, changed));
  TRY(node.space().execute(call.by, command));
  return object(call, TRY(look(call.by, changed)));
}

namespace {

Json job_json(Job& job) {
  Json out = Json::object({{"id", job.id}, {"kind", job.kind}, {"progress", job.last_progress()}});
  auto outcome = job.outcome();
  out.set("state", !outcome ? "running" : outcome->has_value() ? "done" : "failed");
  if (outcome && outcome->has_value()) out.set("result", **outcome);
  if (outcome && !outcome->has_value()) out.set("code", outcome->error().reason);
  return out;
}

// NDJSON: {"progress": …} lines, then one {"result": …} or {"error": problem}.
Response streamed(std::shared_ptr<Job> job, std::function<Result<Json>(const Json&)> finish, const Request& request) {
  Response response;
  response.headers.emplace("Content-Type", "application/x-ndjson");
  response.headers.emplace("Cache-Control", "no-store");
  Request errors_for;
  if (const std::string* language = request.header("accept-language")) errors_for.headers.emplace("accept-language", *language);
  response.stream = [job, finish = std::move(finish), errors_for, seen = uint64_t{0}]() mutable -> Result<http::Chunk> {
    auto [lines, done] = job->lines_after(seen);
    http::Chunk chunk;
    for (const Job::Line& line : lines) {
      chunk.bytes += canonical(Json::object({{"progress", line.progress}})) + "\n";
      seen = line.number;
    }
    if (!done) {
      if (chunk.bytes.empty()) chunk.ask_again_in = std::chrono::milliseconds(100);
      return chunk;
    }
    auto outcome = *job->outcome();
    if (outcome && finish) outcome = finish(*outcome);
    chunk.bytes += outcome ? canonical(Json::object({{"result", *outcome}})) : "{\"error\":" + http::problem(told(outcome.error()), errors_for).body + "}";
    chunk.bytes += "\n";
    chunk.last = true;
    return chunk;
  };
  return response;
}

// Server-sent events of a job: "progress" with its number as id, at the end "done" or "failed".
Response events_of(std::shared_ptr<Job> job, uint64_t after) {
  Response response;
  response.headers.emplace("Content-Type", "text/event-stream");
  response.headers.emplace("Cache-Control", "no-store");
  response.stream = [job, seen = after]() mutable -> Result<http::Chunk> {
    auto [lines, done] = job->lines_after(seen);
    http::Chunk chunk;
    for (const Job::Line& line : lines) {
      chunk.bytes += "id: " + std::to_string(line.number) + "\nevent: progress\ndata: " + canonical(line.progress) + "\n\n";
      seen = line.number;
    }
    if (done) {
      Json last = job_json(*job);
      chunk.bytes += "event: " + last.get_string("state").value_or("failed") + "\ndata: " + canonical(last) + "\n\n";
      chunk.last = true;
    } else if (chunk.bytes.empty()) {
      chunk.ask_again_in = std::chrono::milliseconds(200);
    }
    return chunk;
  };
  return response;
}

uint64_t number_of(const std::string* text) {
  if (!text || text->empty() || text->size() > 18 || text->find_first_not_of("0123456789") != std::string::npos) return 0;
  return std::stoull(*text);
}

}  // namespace

Answer Core::run(const Call& call, std::string kind, JobWork work, std::function<Result<Json>(const Json&)> finish) {
  auto job = TRY(jobs.start(std::move(kind), call.by.person, std::move(work)));
  if (wants(call.request, "application/x-ndjson")) return streamed(job, std::move(finish), call.request);
  if (!prefers_async(call.request) && job->wait(kSoon)) {
    Json result = TRY(*job->outcome());
    return object(call, finish ? TRY(finish(result)) : result);
  }
  Response response = json_of(202, job_json(*job));
  response.headers.emplace("Location", "/api/v1/jobs/" + job->id);
  return response;
}

void add_job_routes(Core& core) {
  core.get("/api/v1/jobs/{id}", [&core](Call& call) -> Answer {
    auto job = TRY(core.jobs.find(call.param("id"), call.by.person));
    if (wants(call.request, "text/event-stream")) return events_of(job, number_of(call.request.header("last-event-id")));
    Json out = job_json(*job);
    // In words too: whoever polls gets what a direct answer would have said.
    if (auto outcome = job->outcome(); outcome && !*outcome) out.set("problem", TRY(parse_json(http::problem(told(outcome->error()), call.request).body)));
    return json_of(200, out);
  });
  core.remove("/api/v1/jobs/{id}", [&core](Call& call) -> Answer {
    auto job = TRY(core.jobs.find(call.param("id"), call.by.person));
    job->cancel();
    (void)job->wait(std::chrono::seconds(2));
    return json_of(200, job_json(*job));
  });
}

}  // namespace sluice::api
