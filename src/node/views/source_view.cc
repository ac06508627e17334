// Registered sources: what came, what is late, what is held or refused and why, each source's own. Everything from the state, so it is true after a restart.
// What was collected by hand, or before batches said whose they were, is of the plan (`of_plan`) and of none of its sources.
#include <algorithm>

#include "node/views/listed.h"
#include "node/views/view.h"
#include "space/collection/held_columns.h"
#include "space/law/retention.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kHeldShownMax = 20;

std::string_view change_kind(const DatasetVersion& v) {
  if (v.change && v.change->correction) return "correction";
  return v.change && v.change->list_digest ? "deletion" : "merge";
}

}  // namespace

Json View::show(const Source& s) const {
  Json out = encode(s);
  if (auto place = parse_json(s.place)) out.set("where", std::move(*place));
  const Plan* plan = find(state.plans, s.plan);
  if (plan) out.set("plan_title", plan->title).set("plan_name", plan->name).set("dataset", plan->dataset.str()).set("mark", plan->mark ? Json(*plan->mark) : Json());
  Json held = Json::array();
  int64_t sealed = 0, rows = 0, held_batches = 0, open_rows = 0, plan_batches = 0, plan_rows = 0;
  for (const auto& [id, b] : state.batches) {
    if (b.plan != s.plan) continue;
    if (b.status == BatchStatus::sealed) plan_batches++, plan_rows += b.accepted + b.warned;
    if (b.source != s.id) continue;
    if (b.status == BatchStatus::sealed) sealed++, rows += b.accepted + b.warned;
    if (b.status == BatchStatus::sealed) open_rows += open_held_rows(state, b);
    if (b.status != BatchStatus::held) continue;
    held_batches++;
    if (held.as_array().size() < kHeldShownMax) held.push(Json::object({{"at_ms", b.at_ms}, {"batch", id}, {"reason", b.reason}, {"rows", b.rows}}));
  }
  out.set("came", Json::object({{"batches", sealed}, {"rows", rows}})).set("of_plan", Json::object({{"batches", plan_batches}, {"rows", plan_rows}}));
  std::vector<const RefusedFile*> refused;
  int64_t refused_open = 0;
  for (const auto& [key, f] : state.refused_files)
    if (f.source == s.id) refused.push_back(&f), refused_open += refusal_is_open(state, f);
  std::sort(refused.begin(), refused.end(), [](const auto* a, const auto* b) { return a->seq > b->seq; });
  if (refused.size() > kHeldShownMax) refused.resize(kHeldShownMax);
  Json refused_shown = Json::array();
  for (const RefusedFile* f : refused) refused_shown.push(show(*f));
  out.set("refused", std::move(refused_shown)).set("refused_files", refused_open);
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

Json View::show(const RefusedFile& f) const {
  Json out = encode(f);
  if (const Plan* plan = find(state.plans, f.plan)) out.set("plan_title", plan->title).set("source_party", plan->source_name);
  if (const Source* source = f.source ? find(state.sources, *f.source) : nullptr) out.set("source_name", source->name);
  CameOfFile since = came_of(state, f);
  if (since.batch) out.set("batch", since.batch->id.str());
  if (since.version) out.set("version", since.version->id.str());
  return shown(std::move(out), Json::array());
}

Json View::refused_files(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [key, f] : state.refused_files) {
    std::string_view kind = f.deletion.value_or(false) ? "deletion" : "rows";
    if (!of_own_party(f.owner) || (!ask.status.empty() && kind != ask.status)) continue;
    all.push_back({newest_first(f.seq, key), [this, &f] { return show(f); }});
  }
  return page_of_list(std::move(all), ask);
}

Json View::show_change(const DatasetVersion& v) const {
  const Dataset* dataset = find(state.datasets, v.dataset);
  Json parts = Json::array();
  int64_t rows_before = 0;
  TimeMs older_until = 0;
  for (const VersionId& id : v.parts) {
    const DatasetVersion* part = find(state.versions, id);
    if (!part) continue;
    const DestroyedKeys* gone = find(state.destroyed, id);
    bool there = !(gone && gone->whole);
    if (there) older_until = std::max(older_until, retention_end(state, rules.law, id).at_ms);
    rows_before += part->rows;
    parts.push(Json::object({{"destroyed", !there}, {"number", part->number}, {"rows", part->rows}, {"version", id.str()}}));
  }
  Json out = Json::object({{"at_ms", v.at_ms}, {"dataset", v.dataset.str()}, {"kind", change_kind(v)}, {"number", v.number}, {"older_until_ms", older_until > 0 ? Json(older_until) : Json()},
                           {"parts", std::move(parts)}, {"rows", v.rows}, {"rows_before", rows_before}, {"seq", v.seq}, {"title", !dataset ? "" : dataset->title.empty() ? dataset->name : dataset->title},
                           {"version", v.id.str()}});
  if (!v.change) return shown(std::move(out), Json::array());
  out.set("change", encode(*v.change));
  if (const Operation* o = v.change->operation ? find(state.operations, *v.change->operation) : nullptr)
    out.set("operation", Json::object({{"decided_by", o->decided_by.str()}, {"decision", o->decision}, {"flow", name_of(o->flow)}, {"id", o->id.str()}, {"reason", o->reason}, {"requested_by", o->requested_by.str()}}));
  return shown(std::move(out), Json::array());
}

Json View::version_changes(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, v] : state.versions) {
    const Dataset* dataset = find(state.datasets, v.dataset);
    if (!dataset || !of_own_party(dataset->owner) || !v.masked_from.empty() || v.parts.empty() || (!ask.status.empty() && change_kind(v) != ask.status)) continue;
    all.push_back({newest_first(v.seq, id), [this, &v = v] { return show_change(v); }});
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
