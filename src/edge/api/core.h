// Core: what the handlers share. It authenticates, keeps sessions, idempotent answers and background jobs, and turns
// results into responses. Internal to this folder.
//
// A handler gets a Call: a person who is signed in (or the local operator on the UNIX socket), present and not suspended.
// Suspended people get 401 and all their sessions are closed. Who must change the password can do that and nothing else.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "adapter/sqlite/ledger_store.h"
#include "adapter/sqlite/search.h"
#include "edge/api/jobs.h"
#include "edge/http/idempotency.h"
#include "edge/http/router.h"
#include "edge/http/session.h"
#include "node/alarm_post.h"
#include "node/oidc.h"
#include "node/release_api.h"
#include "node/root_ceremony.h"
#include "node/run_source.h"
#include "node/views/view.h"
#include "space/catalog/in_force.h"

namespace sluice::api {

struct Call {
  const http::Request& request;
  const http::Params& params;
  std::optional<http::Session> session;  // absent for the local operator
  space::Principal by;

  const std::string& param(std::string_view name) const { return params.find(name)->second; }
};

using Answer = Result<http::Response>;
using Work = std::function<Answer(Call&)>;
// How the throttle knows an account that somebody tries to sign in with: apart from the names under which the codes and the password
// changes of people are counted, so that no stranger can hold up a person's second factor.
inline std::string sign_in_name(const std::string& account) { return "sign-in:" + account; }

// What a view of one object or list gives.
using Look = std::function<Result<Json>(const node::View&)>;

enum class PasswordState { changed, may_be_initial };

class Core {
 public:
  Core(node::Node& node, http::Router& router);

  // Routes for people who are signed in. POST runs under Idempotency-Key.
  void get(std::string_view pattern, Work work, PasswordState password = PasswordState::changed);
  void post(std::string_view pattern, Work work, PasswordState password = PasswordState::changed);
  void remove(std::string_view pattern, Work work, PasswordState password = PasswordState::changed);
  // Routes for everyone.
  void open(http::Method method, std::string_view pattern, std::function<Answer(const http::Request&, const http::Params&)> work);

  // A view of the state as this person sees it now, with names.
  Result<Json> look(const space::Principal& by, const Look& look);
  // The same as an answer: strong ETag, 304 when the client has it.
  Answer show(const Call& call, const Look& look);
  Answer object(const Call& call, const Json& object, int status = 200);
  // Lists: `cursor`, `limit` and `status` of the request; `next` becomes a cursor.
  Answer list(const Call& call, const std::function<Json(const node::View&, const node::ListAsk&)>& list);
  // Executes a command and shows the object that it changed. With If-Match: only when that object is as the client saw it.
  Answer act(const Call& call, const space::Command& command, const Look& changed);
  Status check_version(const Call& call, const Look& seen);

  // Runs work that takes long (jobs.h): streamed as NDJSON, or the answer when it is there soon, else 202 with Location.
  Answer run(const Call& call, std::string kind, JobWork work, std::function<Result<Json>(const Json& result)> finish = {});  // `finish` shows the result to the caller

  // Whether this person may do anything at all now: what sign-in is refused with, in words ("person.engagement_over", …).
  Status may_act(const space::PersonId& person) const;
  // A refusal to someone who showed bad credentials: into the open access segment, durable before the answer.
  void record_stranger(const http::Request& request, std::string_view route, const Error& error);
  // The same for tokens and cookies, counted by address: who tries too often gets no record any more, so that a flood cannot
  // fill a disk, and the answer "session.locked_out" (of a bad cookie: the same as before, browsers keep old ones).
  Error refuse_stranger(const http::Request& request, std::string_view route, Error error);

  node::Node& node;
  http::Sessions sessions;
  http::SignInThrottle throttle;
  http::IdempotentAnswers answers;
  Jobs jobs;
  node::SourceLooks source_looks;
  node::AlarmTries alarm_tries;
  std::vector<std::string> source_folders;  // set before the server starts; empty: none
  node::ReleaseApi release_api;
  node::RootCeremony ceremony;
  node::OidcSignIn oidc;
  std::unique_ptr<adapter::SqliteLedgerStore> store;   // read-only; null when it could not be opened
  std::unique_ptr<adapter::SearchProjection> search;   // the same

 private:
  struct Caller {
    std::optional<http::Session> session;
    space::Principal by;
  };
  void signed_in(http::Method method, std::string_view pattern, Work work, PasswordState password);
  Result<Caller> authenticate(const http::Request& request);
  Status check_person(const Caller& caller, PasswordState password, bool brokers);  // `brokers`: the route is open to their people

  http::Router& router_;
};

// The body as a JSON object: "http.unsupported_type" unless it says application/json, errors of parse_json,
// "record.wrong_kind" for anything but an object. No body at all is an empty object.
Result<Json> body_of(const http::Request& request);

// A command out of a body: members that are absent keep their default, those in `demanded` must be there, unknown ones are
// refused. `from_path` wins over the body.
Result<Json> completed(Json defaults, const Json& body, std::initializer_list<std::string_view> demanded,
                       std::initializer_list<std::pair<std::string_view, std::string>> from_path);
template <class T>
Result<T> command_of(const http::Request& request, std::initializer_list<std::pair<std::string_view, std::string>> from_path = {},
                     std::initializer_list<std::string_view> demanded = {}) {
  Json body = TRY(body_of(request));
  return decode<T>(TRY(completed(encode(T{}), body, demanded, from_path)));
}

// An id from a path; what has another form does not exist.
template <class Id>
Result<Id> id_of(const std::string& text, std::string_view not_found) {
  auto id = Id::parse(text);
  if (!id) return fail(Errc::not_found, not_found);
  return *id;
}

http::Response json_of(int status, const Json& json);

// The version of a dataset that a path names: by its id, or "in-force" for the one that stands for the dataset. The caller checks who asks.
// "version.not_found".
Result<space::VersionInForce> version_of_path(const node::View& view, const std::string& dataset, const std::string& text);

void add_job_routes(Core& core);
void add_session_routes(Core& core);
void add_inbox_routes(Core& core);
void add_collection_routes(Core& core);
void add_dataset_routes(Core& core);
void add_product_routes(Core& core);
void add_contract_routes(Core& core);
void add_release_routes(Core& core);
void add_data_routes(Core& core);
void add_ledger_routes(Core& core);
void add_administration_routes(Core& core);
void add_custody_routes(Core& core);
void add_ceremony_routes(Core& core);
void add_operation_routes(Core& core);
void add_access_routes(Core& core);
void add_key_sign_in_routes(Core& core);
void add_oidc_routes(Core& core);
void add_grading_routes(Core& core);
void add_inventory_routes(Core& core);
void add_scan_routes(Core& core);
void add_law_routes(Core& core);
void add_source_routes(Core& core);
void add_storage_routes(Core& core);
void add_reference_routes(Core& core);
void add_deident_routes(Core& core);
void add_alarm_routes(Core& core);
void add_mandate_routes(Core& core);

}  // namespace sluice::api
