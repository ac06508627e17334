// Registered sources: what came, what is late, what is held and why. Everything from the state, so it is true after a restart.
#include <algorithm>

#include "node/views/listed.h"
#include "node/views/view.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kHeldShownMax = 20;

}  // namespace

Json View::show(const Source& s) const {
  Json out = encode(s);
  if (auto place = parse_json(s.place)) out.set("where", std::move(*place));
  const Plan* plan = find(state.plans, s.plan);
  if (plan) out.set("plan_title", plan->title).set("plan_name", plan->name).set("dataset", plan->dataset.str()).set("mark", plan->mark ? Json(*plan->mark) : Json());
  Json held = Json::array();
  int64_t sealed = 0, rows = 0, held_batches = 0, open_rows = 0;
  for (const auto& [id, b] : state.batches) {
    if (b.plan != s.plan) continue;
    if (b.status == BatchStatus::sealed) sealed++, rows += b.accepted + b.warned;
    if (b.status == BatchStatus::sealed && !b.held_version.empty()) open_rows += b.held - rows_in(b.settled);
    if (b.status != BatchStatus::held) continue;
    held_batches++;
    if (held.as_array().size() < kHeldShownMax) held.push(Json::object({{"at_ms", b.at_ms}, {"batch", id}, {"reason", b.reason}, {"rows", b.rows}}));
  }
  out.set("came", Json::object({{"batches", sealed}, {"rows", rows}}));
  out.set("held", std::move(held)).set("held_batches", held_batches).set("held_rows", open_rows);
  auto late = late_since(s, now);
  out.set("late_since_ms", late ? Json(*late) : Json());
  out.set("next_due_ms", s.status == SourceStatus::active ? Json(next_due(s, s.last_run_ms)) : Json());
  Json can = Json::array();
  if (may(ChangeSource{s.id, SourceStatus::paused, "plausible"})) can.push("pause");
  if (may(ChangeSource{s.id, SourceStatus::active, "plausible"})) can.push("resume");
  if (may(ChangeSource{s.id, SourceStatus::removed, "plausible"})) can.push("remove");
  if (may(TakeOverSource{s.id, "plausible"})) can.push("take-over");
  bool stands = may(ChangeSource{s.id, SourceStatus::removed, "plausible"});
  if (stands) can.push("change").push("hand-over");
  if (stands && s.source_kind != SourceKind::folder) can.push("password");
  if (s.status != SourceStatus::removed && owns(s.owner) && holds(Duty::data_manager)) can.push("run");
  return shown(std::move(out), std::move(can));
}

Json View::sources(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, s] : state.sources) {
    if (!of_own_party(s.owner) || (!ask.status.empty() && name_of(s.status) != ask.status)) continue;
    std::string rank = late_since(s, now) ? "0" : s.outcome == RunOutcome::failed ? "1" : s.status == SourceStatus::active ? "2" : "3";
    all.push_back({rank + newest_first(s.seq, id), [this, &s] { return show(s); }});
  }
  return page_of_list(std::move(all), ask);
}

Result<Json> View::source(const std::string& id) const {
  auto it = state.sources.find(id);
  if (it == state.sources.end() || !of_own_party(it->second.owner)) return fail(Errc::not_found, "source.not_found");
  return show(it->second);
}

void View::tasks_of_sources(Json& items) const {
  if (!person.has(Duty::data_manager, now)) return;
  for (const auto& [id, s] : state.sources) {
    if (!owns(s.owner)) continue;
    if (s.status == SourceStatus::active && !manager_acts(state, s, now)) {
      items.push(Json::object({{"due_ms", Json()}, {"kind", "take_over_source"}, {"object", id}, {"since_ms", s.last_run_ms.value_or(s.registered_ms)}, {"title", s.name}}));
      continue;
    }
    auto late = late_since(s, now);
    bool failing = s.status == SourceStatus::active && s.outcome == RunOutcome::failed && s.failures > s.retries;
    if (!late && !failing) continue;
    TimeMs since = late ? *late : s.last_run_ms.value_or(s.registered_ms);
    items.push(Json::object({{"due_ms", Json()}, {"kind", late ? "source_late" : "source_failing"}, {"object", id}, {"since_ms", since}, {"title", s.name}}));
  }
}

}  // namespace sluice::node
