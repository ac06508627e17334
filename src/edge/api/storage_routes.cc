// Storage: tiers, quotas and forecast, inventory, scheduled backup and rehearsal.
#include <algorithm>

#include "adapter/sqlite/registry_store.h"
#include "edge/api/core.h"
#include "node/backup_space.h"
#include "node/inventory.h"
#include "node/place_versions.h"
#include "node/rehearse_restore.h"
#include "node/storage.h"

namespace sluice::api {

using namespace space;

namespace {

bool sees_storage(const node::View& view) {
  for (Duty duty : {Duty::system_admin, Duty::security_admin, Duty::audit_admin, Duty::security_officer, Duty::data_manager, Duty::supervisor})
    if (view.person.has(duty, view.now)) return true;
  return view.sees_all();
}

// Whoever may set the policy may have the work done now.
Status may_work_on_storage(Core& core, const Call& call) {
  TRY(core.look(call.by, [](const node::View& view) -> Result<Json> {
    if (!view.may(AdoptStoragePolicy{StoragePolicy{}})) return fail(Errc::forbidden, "duty.missing", "system_admin");
    return Json::object();
  }));
  return {};
}

Json due_at(const State& s, StorageWork work) {
  auto due = storage_due(s, work);
  return due ? Json(*due) : Json();
}

Answer show_storage(Core& core, Call& call) {
  TRY(core.look(call.by, [](const node::View& view) -> Result<Json> {
    if (!sees_storage(view)) return fail(Errc::forbidden, "duty.missing", "system_admin");
    return Json::object();
  }));
  node::StorageMeasured measured = node::measure_storage(core.node);
  auto under_way = node::inventory_under_way(core.node);
  Json shown = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    const State& s = view.state;
    Json out = encode(measured);
    out.set("adopted_by", s.storage.adopted_by.str()).set("adopted_ms", s.storage.adopted_ms > 0 ? Json(s.storage.adopted_ms) : Json());
    out.set("policy", encode(s.storage.policy.value_or(StoragePolicy{})));
    out.set("due", Json::object({{"backup_ms", due_at(s, StorageWork::backup)}, {"inventory_ms", due_at(s, StorageWork::inventory)}, {"rehearsal_ms", due_at(s, StorageWork::rehearsal)}}));
    TimeMs backed_up = 0;
    for (const auto& [id, backup] : s.backups) backed_up = std::max(backed_up, backup.at_ms);
    out.set("last_backup_ms", backed_up > 0 ? Json(backed_up) : Json());
    Json failures = Json::array();
    for (const auto& [work, failure] : s.storage.failures) failures.push(encode(failure).set("work", work));
    out.set("failures", std::move(failures));
    out.set("inventories", encode(s.storage.inventories)).set("inventory_under_way", under_way ? *under_way : Json()).set("rehearsals", encode(s.storage.rehearsals));
    out.set("warnings", node::storage_warnings(s, &measured, view.now));
    Json can = Json::array();
    if (view.may(AdoptStoragePolicy{StoragePolicy{}}))
      for (std::string_view word : {"policy", "inventory", "tiers", "backup", "rehearse"}) can.push(word);
    return view.shown(std::move(out), std::move(can));
  }));
  return core.object(call, std::move(shown));
}

// Where backups go is a path of this machine: only its own command line may name a new one.
Answer adopt_policy(Core& core, Call& call) {
  auto command = TRY(command_of<AdoptStoragePolicy>(call.request, {}, {"policy"}));
  std::string known = core.node.space().read([](const State& s) { return s.storage.policy ? s.storage.policy->backup_to : std::string(); });
  if (command.policy.backup_to != known && !call.request.peer.local) return fail(Errc::forbidden, "backup.from_this_machine_only");
  TRY(core.node.space().execute(call.by, command));
  return show_storage(core, call);
}

Answer inventory_now(Core& core, Call& call) {
  TRY(may_work_on_storage(core, call));
  node::Node& node = core.node;
  auto work = [&node, by = call.by](const node::ProgressFn& progress) -> Result<Json> {
    int64_t rate = node.space().read([](const State& s) { return s.storage.policy ? s.storage.policy->inventory_bytes_per_s : int64_t{0}; });
    return encode(TRY(node::take_inventory(node, by, {rate, {}}, progress)));
  };
  return core.run(call, "inventory", work);
}

Answer place_now(Core& core, Call& call) {
  TRY(may_work_on_storage(core, call));
  node::Node& node = core.node;
  auto work = [&node, by = call.by](const node::ProgressFn& progress) -> Result<Json> { return encode(TRY(node::place_versions(node, by, {}, progress))); };
  return core.run(call, "tiers", work);
}

// To where the policy says, as the schedule would: so whoever may set the policy may ask for it from anywhere.
Answer backup_now(Core& core, Call& call) {
  TRY(may_work_on_storage(core, call));
  node::Node& node = core.node;
  auto ask = TRY(node::backup_by_policy(node, [&node]() -> Result<std::unique_ptr<ledger::Store>> { return TRY(adapter::SqliteLedgerStore::open_snapshot(node.dir() + "/ledger.sqlite")); }));
  auto work = [&node, by = call.by, ask](const node::ProgressFn& progress) -> Result<Json> { return encode(TRY(node::backup_space(node, by, ask, progress))); };
  return core.run(call, "backup", work);
}

struct RehearsalBody {
  std::string in;
  static constexpr auto fields = field_list(field("in", &RehearsalBody::in));
};

Answer rehearse_now(Core& core, Call& call) {
  TRY(may_work_on_storage(core, call));
  auto body = TRY(command_of<RehearsalBody>(call.request));
  if (!body.in.empty() && !call.request.peer.local) return fail(Errc::forbidden, "backup.from_this_machine_only");
  if (!body.in.empty() && body.in.front() != '/') return fail(Errc::invalid, "backup.path_not_absolute");
  node::Node& node = core.node;
  auto work = [&node, by = call.by, in = body.in](const node::ProgressFn& progress) -> Result<Json> {
    node::RehearseAsk ask;
    ask.in = in;
    ask.fresh_stores = [](const std::string& dir) -> Result<node::Stores> {
      node::Stores stores;
      stores.ledger = TRY(adapter::SqliteLedgerStore::open(dir + "/ledger.sqlite", adapter::OpenMode::create));
      stores.registry = TRY(adapter::SqliteRegistryStore::open(dir + "/registry.sqlite", adapter::OpenMode::create));
      return stores;
    };
    return encode(TRY(node::rehearse_restore(node, by, ask, progress)));
  };
  return core.run(call, "rehearsal", work);
}

}  // namespace

void add_storage_routes(Core& core) {
  core.get("/api/v1/storage", [&core](Call& call) { return show_storage(core, call); });
  core.post("/api/v1/storage/policy", [&core](Call& call) { return adopt_policy(core, call); });
  core.post("/api/v1/storage/inventory", [&core](Call& call) { return inventory_now(core, call); });
  core.post("/api/v1/storage/tiers", [&core](Call& call) { return place_now(core, call); });
  core.post("/api/v1/storage/backup", [&core](Call& call) { return backup_now(core, call); });
  core.post("/api/v1/storage/rehearsal", [&core](Call& call) { return rehearse_now(core, call); });
}

}  // namespace sluice::api
