// Backups and operations on keys under dual control.
#include "edge/api/core.h"
#include "node/backup_space.h"

namespace sluice::api {

using namespace space;

namespace {

struct BackupBody {
  std::string out;
  bool new_epoch = false;
  static constexpr auto fields = field_list(field("out", &BackupBody::out), field("new_epoch", &BackupBody::new_epoch));
};

// Where a backup goes is a path on this machine: only its own command line may name one.
Answer start_backup(Core& core, Call& call) {
  if (call.session) return fail(Errc::forbidden, "backup.from_this_machine_only");
  auto ask = TRY(command_of<BackupBody>(call.request, {}, {"out"}));
  if (ask.out.empty() || ask.out[0] != '/') return fail(Errc::invalid, "backup.path_not_absolute");
  node::Node& node = core.node;
  auto work = [&node, by = call.by, ask](const node::ProgressFn& progress) -> Result<Json> {
    node::BackupAsk backup;
    backup.out = ask.out;
    backup.new_epoch = ask.new_epoch;
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
  for (const auto& [id, epoch] : view.state.epochs) epochs.push(encode(epoch));
  for (const auto& [id, backup] : view.state.backups) backups.push(encode(backup));
  return Json::object({{"backups", std::move(backups)}, {"epochs", std::move(epochs)}});
}

}  // namespace

void add_custody_routes(Core& core) {
  core.post("/api/v1/backups", [&core](Call& call) { return start_backup(core, call); });
  core.get("/api/v1/backups", [&core](Call& call) { return core.show(call, backups_seen); });
}

}  // namespace sluice::api
