// Backups and operations on keys under dual control.
#include <algorithm>

#include "edge/api/core.h"
#include "node/backup_space.h"
#include "node/epoch_escrow.h"
#include "node/key_work.h"
#include "space/guard.h"

namespace sluice::api {

using namespace space;

namespace {

struct BackupBody {
  std::string out;
  bool new_epoch = false;
  std::vector<std::string> escrow;
  static constexpr auto fields = field_list(field("out", &BackupBody::out), field("new_epoch", &BackupBody::new_epoch), field("escrow", &BackupBody::escrow));
};
struct EscrowBody {
  std::string folder;
  static constexpr auto fields = field_list(field("folder", &EscrowBody::folder));
};

// Where a backup goes is a path on this machine: only its own command line may name one.
Answer start_backup(Core& core, Call& call) {
  if (call.session) return fail(Errc::forbidden, "backup.from_this_machine_only");
  auto ask = TRY(command_of<BackupBody>(call.request, {}, {"out"}));
  if (!ask.out.starts_with('/')) return fail(Errc::invalid, "backup.path_not_absolute");
  for (const std::string& place : ask.escrow)
    if (!place.starts_with('/')) return fail(Errc::invalid, "backup.path_not_absolute");
  node::Node& node = core.node;
  auto work = [&node, by = call.by, ask](const node::ProgressFn& progress) -> Result<Json> {
    node::BackupAsk backup;
    backup.out = ask.out;
    backup.new_epoch = ask.new_epoch;
    backup.escrow = ask.escrow;
    backup.ledger_snapshot = [&node]() -> Result<std::unique_ptr<ledger::Store>> {
      return TRY(adapter::SqliteLedgerStore::open_snapshot(node.dir() + "/ledger.sqlite"));
    };
    return encode(TRY(node::backup_space(node, by, backup, progress)));
  };
  return core.run(call, "backup", work);
}

// Backups are the operating organisation's; its administrators and managers see them, and those who see all.
bool sees_custody(const node::View& view) {
  for (Duty duty : {Duty::system_admin, Duty::security_admin, Duty::audit_admin, Duty::security_officer, Duty::pi_officer, Duty::data_manager,
                    Duty::committee_member, Duty::supervisor})
    if (view.person.has(duty, view.now)) return true;
  return false;
}

Result<Json> backups_seen(const node::View& view) {
  if (!sees_custody(view)) return fail(Errc::forbidden, "duty.missing", "system_admin");
  Json epochs = Json::array(), backups = Json::array();
  for (const auto& [id, epoch] : view.state.epochs) {
    Json can = Json::array();
    for (const EpochCopy& copy : epoch.copies)
      if (can.as_array().empty() && view.may(ConfirmEpochCopyGone{epoch.id, copy.place, "plausible"})) can.push("copy-gone");
    epochs.push(encode(epoch).set("can", std::move(can)));
  }
  for (const auto& [id, backup] : view.state.backups) backups.push(encode(backup));
  Json names = view.names_of(backups), closing = Json::array();
  for (const auto& [id, since] : epochs_to_close(view.state)) closing.push(Json::object({{"epoch", id}, {"since_ms", since}}));
  return Json::object({{"backups", std::move(backups)}, {"epochs", std::move(epochs)}, {"names", std::move(names)}, {"to_close", std::move(closing)}});
}

struct KeyWorkBody {
  ProposeKeyWork proposal;
  std::string subject;
  static constexpr auto fields = field_list(field("proposal", &KeyWorkBody::proposal), field("subject", &KeyWorkBody::subject));
};

bool sees_work(const node::View& view, const KeyWorkItem& item) {
  const Person* proposer = find(view.state.persons, item.proposed_by);
  // A head who decides a destruction need not have another duty.
  return (proposer && proposer->party == view.person.party && sees_custody(view)) || sees_all(view.person, view.now) || view.may(DecideKeyWork{item.id, true, "plausible"}) ||
         (item.decision && item.decision->by == view.person.id);
}

// Rows are written again by whoever may collect them; everything else by anybody who works on keys.
bool may_carry_out(const node::View& view, const KeyWorkItem& item) {
  bool writes_rows = item.work == KeyWork::destroy_rows || item.work == KeyWork::destroy_person || item.work == KeyWork::rotate_columns;
  bool collects = view.person.has(Duty::data_manager, view.now) || deputyship_for(view.state, view.person, Duty::data_manager, view.now);
  return (collects || !writes_rows) && item.status == KeyWorkStatus::approved && sees_work(view, item) && sees_custody(view) && !sees_all(view.person, view.now);
}

Json work_shown(const node::View& view, const KeyWorkItem& item) {
  Json can = Json::array();
  if (view.may(DecideKeyWork{item.id, true, "plausible"})) can.push(Json("decide"));
  // Also where nobody may agree any more: a dataset that changed since, or a person of whom more was found, is refused by its witness.
  bool witnesses = view.may(WitnessKeyWork{item.id, WitnessWord::agree, {}}) || ((item.whole || item.person) && view.may(WitnessKeyWork{item.id, WitnessWord::refuse, "plausible"}));
  if (witnesses) can.push(Json("witness"));
  if (may_carry_out(view, item)) can.push(Json("carry-out"));
  if (item.certificate != Digest{}) can.push(Json("certificate"));
  Json shown = view.shown(encode(item), std::move(can));
  return shown.set("lapsed", item.status == KeyWorkStatus::proposed && view.now >= item.lapses_ms);
}

Look key_work_view(std::string id) {
  return [id = std::move(id)](const node::View& view) -> Result<Json> {
    auto found = view.state.key_works.find(id);
    if (found == view.state.key_works.end() || !sees_work(view, found->second)) return fail(Errc::not_found, "keys.no_such_work");
    return work_shown(view, found->second);
  };
}

// Whether this person may destroy anything of what is there. That a retention period is not over is no reason to hide it: there are approvals for
// that, and the rows of one person, which are free of it, show the right of an unmasked version.
bool may_destroy(const node::View& view) {
  return std::any_of(view.state.versions.begin(), view.state.versions.end(), [&](const auto& item) {
    KeyWork work = item.second.masked_from.empty() ? KeyWork::destroy_rows : KeyWork::destroy_version;
    return view.may(ProposeKeyWork{work, item.second.id, {}, {}, "plausible"});
  });
}

// What this person may propose, by the kinds of work.
Json proposable(const node::View& view) {
  ProposeKeyWork rotation{KeyWork::rotate_datasets, {}, {}, {}, "plausible"};
  Json can = Json::array();
  if (may_destroy(view))
    for (KeyWork work : {KeyWork::destroy_columns, KeyWork::destroy_version, KeyWork::destroy_rows, KeyWork::destroy_dataset}) can.push(Json(name_of(work)));
  if (view.may(rotation))
    for (KeyWork work : {KeyWork::destroy_epoch, KeyWork::rotate_root, KeyWork::rotate_space, KeyWork::rotate_datasets, KeyWork::rotate_ledger, KeyWork::rotate_registry, KeyWork::rotate_pseudonyms}) can.push(Json(name_of(work)));
  ProposeKeyWork columns{KeyWork::rotate_columns, {}, {}, {}, "plausible"};
  bool any = std::any_of(view.state.versions.begin(), view.state.versions.end(), [&](const auto& item) {
    columns.version = item.second.id;
    return item.second.masked_from.empty() && view.may(columns);
  });
  if (any) can.push(Json(name_of(KeyWork::rotate_columns)));
  return can;
}

Result<Json> key_works_seen(const node::View& view) {
  Json items = Json::array(), destroyed = Json::array();
  std::vector<const KeyWorkItem*> seen;
  for (const auto& [id, item] : view.state.key_works)
    if (sees_work(view, item)) seen.push_back(&item);
  std::sort(seen.begin(), seen.end(), [](const KeyWorkItem* a, const KeyWorkItem* b) { return a->at_ms > b->at_ms; });
  for (const KeyWorkItem* item : seen) items.push(work_shown(view, *item));
  if (sees_custody(view))
    for (const auto& [id, gone] : view.state.destroyed) destroyed.push(encode(gone));
  Json datasets = Json::array();
  if (sees_custody(view))
    for (const auto& [id, dataset] : view.state.datasets)
      if (dataset.destroyed_ms && may_see(view.state, view.person, dataset, view.now))
        datasets.push(Json::object({{"at_ms", *dataset.destroyed_ms}, {"dataset", id}, {"key_work", dataset.destroyed_by ? dataset.destroyed_by->str() : ""}}));
  Json out = Json::object({{"datasets", datasets}, {"destroyed", destroyed}, {"items", std::move(items)}});
  return out.set("can", proposable(view)).set("destroyed_names", view.names_of(Json::array().push(destroyed).push(datasets)));
}

Answer propose(Core& core, Call& call) {
  auto ask = TRY(command_of<KeyWorkBody>(call.request, {}, {"proposal"}));
  auto id = TRY(node::propose_key_work(core.node, call.by, ask.proposal, ask.subject));
  return core.object(call, TRY(core.look(call.by, key_work_view(id.str()))), 201);
}

Answer carry_out(Core& core, Call& call) {
  auto id = TRY(id_of<KeyWorkId>(call.param("id"), "keys.no_such_work"));
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    const KeyWorkItem* item = find(view.state.key_works, id);
    if (!item || !sees_work(view, *item) || sees_all(view.person, view.now)) return fail(Errc::not_found, "keys.no_such_work");
    return Json::object();
  }));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, id](const node::ProgressFn& progress) -> Result<Json> {
    return encode(TRY(node::carry_out_key_work(node, by, id, progress)));
  };
  return core.run(call, "key_work", work);
}

// The secrets of all living epochs into a folder of this machine: its own command line alone names one.
Answer hand_out_epochs(Core& core, Call& call) {
  if (call.session) return fail(Errc::forbidden, "backup.from_this_machine_only");
  auto ask = TRY(command_of<EscrowBody>(call.request, {}, {"folder"}));
  if (!ask.folder.starts_with('/')) return fail(Errc::invalid, "backup.path_not_absolute");
  auto epochs = TRY(node::hand_out_epochs(core.node, call.by, ask.folder));
  return json_of(201, Json::object({{"epochs", epochs}, {"folder", ask.folder}}));
}

Answer certificate(Core& core, Call& call) {
  Json item = TRY(core.look(call.by, key_work_view(call.param("id"))));
  auto digest = digest_from_hex(item.get_string_or("certificate", "").value_or(""));
  if (!digest || *digest == Digest{}) return fail(Errc::not_found, "keys.work_not_done");
  Bytes blob = TRY(core.node.ledger().blob(*digest));
  return http::json_response(200, std::string(text(blob)));
}

}  // namespace

void add_custody_routes(Core& core) {
  core.get("/api/v1/key-works", [&core](Call& call) { return core.show(call, key_works_seen); });
  core.get("/api/v1/key-works/{id}", [&core](Call& call) { return core.show(call, key_work_view(call.param("id"))); });
  core.post("/api/v1/key-works", [&core](Call& call) { return propose(core, call); });
  core.post("/api/v1/key-works/{id}/decide", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<DecideKeyWork>(call.request, {{"key_work", call.param("id")}}, {"approve", "reason"})), key_work_view(call.param("id")));
  });
  core.post("/api/v1/key-works/{id}/witness", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<WitnessKeyWork>(call.request, {{"key_work", call.param("id")}}, {"verdict"})), key_work_view(call.param("id")));
  });
  core.post("/api/v1/key-works/{id}/carry-out", [&core](Call& call) { return carry_out(core, call); });
  core.get("/api/v1/key-works/{id}/certificate", [&core](Call& call) { return certificate(core, call); });
  core.post("/api/v1/backups", [&core](Call& call) { return start_backup(core, call); });
  core.post("/api/v1/backups/escrow", [&core](Call& call) { return hand_out_epochs(core, call); });
  core.post("/api/v1/backups/epochs/{id}/copy-gone", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<ConfirmEpochCopyGone>(call.request, {{"epoch", call.param("id")}}, {"place", "note"})), backups_seen);
  });
  core.get("/api/v1/backups", [&core](Call& call) { return core.show(call, backups_seen); });
}

}  // namespace sluice::api
