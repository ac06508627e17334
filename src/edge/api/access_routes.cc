// Rights and rules, who could see a column, what nobody uses, the permission log; the organisation chart, deputies, outsiders.
#include <algorithm>
#include <charconv>

#include "edge/api/core.h"
#include "node/duty_use.h"

namespace sluice::api {

using namespace space;

namespace {

constexpr uint64_t kLogMax = 200;

std::string text_of(const http::Request& request, std::string_view name, std::string_view otherwise = "") {
  const std::string* given = request.parameter(name);
  return given ? *given : std::string(otherwise);
}

Status access_office(const node::View& view) {
  return view.access_office() ? Status{} : fail(Errc::forbidden, "duty.missing", "security_admin or security_officer or pi_officer or audit_admin");
}

Answer who(Core& core, Call& call) {
  const http::Request& r = call.request;
  node::View::WhoAsk ask{text_of(r, "dataset"), text_of(r, "version"), text_of(r, "column"), text_of(r, "action", "list_values"),
                         text_of(r, "purpose", "fund_supervision")};
  return core.show(call, [&](const node::View& view) { return view.who_could(ask); });
}

constexpr int64_t kFigureDays = 90;

Result<int64_t> days_of(const http::Request& request, int64_t otherwise) {
  const std::string* given = request.parameter("days");
  if (!given) return otherwise;
  int64_t days = 0;
  auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), days);
  if (error != std::errc() || end != given->data() + given->size() || days < 0 || days > 3660) return fail(Errc::usage, "http.bad_page", "days");
  return days;
}

Answer unused(Core& core, Call& call) {
  int64_t days = TRY(days_of(call.request, core.node.rules().operations.unused_after_days));
  TRY(core.look(call.by, [](const node::View& view) -> Result<Json> {
    TRY(access_office(view));
    return Json::object();
  }));
  auto used = TRY(node::duties_used_since(core.node, core.node.clock().now() - days * kDayMs));
  Json out = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> { return view.unused(days, used); }));
  return core.object(call, out);
}

bool is_permission(std::string_view kind) {
  static constexpr std::string_view kKinds[] = {"person.", "party.", "credential.", "access.", "exception.", "organisation.", "operation.requested", "operation.decided"};
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](std::string_view prefix) { return kind.starts_with(prefix); });
}

// The permission log: grants, revocations, duties, exceptions, deputies, decided operations, newest first (C7.2.4c).
Answer permission_log(Core& core, Call& call) {
  std::vector<ledger::LedgerEntry> found;
  ledger::Ledger& ledger = core.node.ledger();
  for (uint64_t seq = ledger.size(); seq > 0 && found.size() < kLogMax; seq--) {
    auto entry = TRY(ledger.entry(seq - 1));
    if (is_permission(entry.entry.kind)) found.push_back(std::move(entry));
  }
  return core.show(call, [&](const node::View& view) -> Result<Json> {
    TRY(access_office(view));
    Json items = Json::array();
    for (const auto& e : found) {
      bool own = view.sees_all() || view.administers() || (!e.entry.actor.empty() && view.may_know(e.entry.actor));
      if (!own) continue;
      items.push(view.shown(Json::object({{"actor", e.entry.actor}, {"body", e.body}, {"kind", e.entry.kind}, {"seq", e.entry.seq}, {"time_ms", e.entry.time}}),
                            Json::array()));
    }
    return Json::object({{"items", std::move(items)}});
  });
}

template <class C>
void add_by_path(Core& core, std::string_view pattern, std::string_view member, const std::function<Result<Json>(const node::View&)>& shown) {
  core.post(pattern, [&core, member, shown](Call& call) -> Answer {
    auto command = TRY(command_of<C>(call.request, {{member, call.param("id")}}));
    return core.act(call, command, shown);
  });
}

void add_organisation_routes(Core& core) {
  auto chart = [](const node::View& view) -> Result<Json> { return view.organisation(); };
  core.get("/api/v1/organisation", [&core, chart](Call& call) { return core.show(call, chart); });
  core.get("/api/v1/organisation/figures", [&core](Call& call) -> Answer {
    int64_t days = TRY(days_of(call.request, kFigureDays));
    return core.show(call, [days](const node::View& view) { return view.department_figures(days); });
  });
  core.post("/api/v1/units", [&core, chart](Call& call) -> Answer { return core.act(call, TRY(command_of<DefineUnit>(call.request, {}, {"name"})), chart); });
  core.post("/api/v1/deputyships", [&core, chart](Call& call) -> Answer {
    return core.act(call, TRY(command_of<AppointDeputy>(call.request, {}, {"absent", "deputy", "duties", "until_ms"})), chart);
  });
  add_by_path<DefineUnit>(core, "/api/v1/units/{id}", "unit", chart);
  add_by_path<NameHead>(core, "/api/v1/units/{id}/head", "unit", chart);
  add_by_path<PlaceInUnit>(core, "/api/v1/people/{id}/unit", "person", chart);
  add_by_path<EngageOutsider>(core, "/api/v1/people/{id}/engagement", "person", chart);
  add_by_path<EndDeputyship>(core, "/api/v1/deputyships/{id}/end", "deputyship", chart);
}

}  // namespace

void add_access_routes(Core& core) {
  core.get("/api/v1/protection", [&core](Call& call) -> Answer { return core.object(call, node::View::protection(core.node.rules())); });
  core.get("/api/v1/access/rules", [&core](Call& call) { return core.show(call, [](const node::View& view) -> Result<Json> { return view.access_rules(); }); });
  core.post("/api/v1/access/rules", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<AdoptAccessRules>(call.request, {}, {"rules"})), [](const node::View& view) -> Result<Json> { return view.access_rules(); });
  });
  core.get("/api/v1/access/rights", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.rights(ask); });
  });
  core.post("/api/v1/access/rights", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<GrantAccess>(call.request, {}, {"scope", "expires_ms"}));
    auto outcome = TRY(core.node.space().execute(call.by, command));
    return core.object(call, encode(outcome.get<AccessGranted>()), 201);
  });
  core.post("/api/v1/access/rights/{id}/revoke", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<RevokeAccess>(call.request, {{"right", call.param("id")}}));
    auto outcome = TRY(core.node.space().execute(call.by, command));
    return core.object(call, encode(outcome.get<AccessRevoked>()));
  });
  core.get("/api/v1/access/who", [&core](Call& call) { return who(core, call); });
  core.get("/api/v1/access/unused", [&core](Call& call) { return unused(core, call); });
  core.get("/api/v1/access/log", [&core](Call& call) { return permission_log(core, call); });
  add_organisation_routes(core);
}

}  // namespace sluice::api
