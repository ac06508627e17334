#include <algorithm>

#include "space/decisions.h"

namespace sluice::space {

namespace {

constexpr TimeMs kKeyWorkMs = 7 * 24 * kHourMs;
constexpr Duty kDestructionProposers[] = {Duty::data_manager, Duty::security_officer, Duty::pi_officer};
constexpr Duty kKeyWitnesses[] = {Duty::security_officer, Duty::pi_officer, Duty::security_admin, Duty::system_admin, Duty::committee_member};
constexpr Duty kRotationProposers[] = {Duty::security_admin, Duty::system_admin, Duty::security_officer};
constexpr Duty kColumnRotationProposers[] = {Duty::security_admin, Duty::system_admin, Duty::security_officer, Duty::data_manager};

Status has_one_of(const Person& person, std::span<const Duty> duties, TimeMs now) {
  bool any = std::any_of(duties.begin(), duties.end(), [&](Duty duty) { return person.has(duty, now); });
  if (!any) return fail(Errc::forbidden, "duty.missing", std::string(name_of(duties[0])));
  return {};
}

Result<const DatasetVersion*> own_version(const State& s, const Person& person, const VersionId& id) {
  const DatasetVersion* version = find(s.versions, id);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  if (!dataset || dataset->owner != person.party) return fail(Errc::not_found, "version.not_found");
  const DestroyedKeys* gone = find(s.destroyed, id);
  if (gone && gone->whole) return fail(Errc::not_found, "keys.version_destroyed", id.str());
  return version;
}

Status destroyable_columns(const State& s, const DatasetVersion& version, const std::vector<std::string>& columns) {
  if (columns.empty()) return fail(Errc::invalid, "keys.no_columns");
  const DestroyedKeys* gone = find(s.destroyed, version.id);
  for (const std::string& column : columns) {
    if (std::find(version.columns.begin(), version.columns.end(), column) == version.columns.end())
      return fail(Errc::invalid, "catalog.no_such_column", column);
    if (gone && gone->has(column)) return fail(Errc::not_found, "keys.column_destroyed", column);
  }
  return {};
}

// When the retention of what is to be destroyed ends, if it lies ahead; 0 otherwise.
TimeMs retention_ahead(const State& s, const Context& c, KeyWork work, const VersionId& id) {
  if (work != KeyWork::destroy_version && work != KeyWork::destroy_columns) return 0;
  const DatasetVersion* version = find(s.versions, id);
  if (!version || !version->masked_from.empty()) return 0;
  TimeMs end = retention_end(s, c.rules.law, id).at_ms;
  return end > c.now ? end : 0;
}

Status retention_over_or_approved(const State& s, const Context& c, KeyWork work, const VersionId& id, const std::optional<PaperId>& approval) {
  TimeMs end = retention_ahead(s, c, work, id);
  if (end == 0) return {};
  if (!approval) return fail(Errc::refused, "keys.retention_not_over", rfc3339(end).substr(0, 10));
  const Paper* paper = find(s.papers, *approval);
  const DatasetVersion& version = *find(s.versions, id);
  const Dataset* dataset = find(s.datasets, version.dataset);
  bool fits = paper && dataset && paper->form.kind == "destruction_approval" && paper->owner == dataset->owner && paper->form.dataset == version.dataset && paper->in_force(c.now);
  return fits ? Status{} : fail(Errc::refused, "keys.no_destruction_approval");
}

Status proposal_fits(const State& s, const Context& c, const Person& person, const ProposeKeyWork& cmd) {
  if (cmd.work == KeyWork::rotate_columns) {
    TRY(has_one_of(person, kColumnRotationProposers, c.now));
    const DatasetVersion* version = TRY(own_version(s, person, cmd.version));
    // Products and contracts name a masked version: masking its source again makes one with keys of its own.
    if (!version->masked_from.empty()) return fail(Errc::conflict, "keys.mask_again");
    return {};
  }
  if (!is_destruction(cmd.work)) {
    TRY(has_one_of(person, kRotationProposers, c.now));
    return {};
  }
  if (cmd.work == KeyWork::destroy_epoch) {
    TRY(has_one_of(person, kRotationProposers, c.now));
    const BackupEpoch* epoch = find(s.epochs, cmd.epoch);
    if (!epoch) return fail(Errc::not_found, "backup.no_such_epoch");
    if (epoch->destroyed) return fail(Errc::conflict, "backup.epoch_destroyed", cmd.epoch.str());
    return {};
  }
  TRY(has_one_of(person, kDestructionProposers, c.now));
  const DatasetVersion* version = TRY(own_version(s, person, cmd.version));
  TRY(retention_over_or_approved(s, c, cmd.work, cmd.version, cmd.approval));
  if (cmd.work == KeyWork::destroy_version) return {};
  // A masked version does not say who is who: its source is rewritten, and masked again.
  if (cmd.work == KeyWork::destroy_rows && !version->masked_from.empty()) return fail(Errc::conflict, "keys.rows_of_masked_version");
  if (cmd.work == KeyWork::destroy_rows && cmd.columns.size() != 1) return fail(Errc::invalid, "keys.one_column_names_the_person");
  return destroyable_columns(s, *version, cmd.columns);
}

Result<const KeyWorkItem*> work_in_hand(const State& s, const Context& c, const KeyWorkId& id) {
  TRY(from_node(c));
  const KeyWorkItem* item = find(s.key_works, id);
  if (!item) return fail(Errc::not_found, "keys.no_such_work");
  if (item->status != KeyWorkStatus::approved) return fail(Errc::conflict, "keys.work_not_approved");
  return item;
}

// Whoever works with these columns now loses them in the same commit.
void end_grants(const State& s, const VersionId& version, const std::vector<std::string>& columns, Events& events) {
  for (const auto& [id, grant] : s.grants) {
    if (grant.version != version) continue;
    bool touched = std::any_of(grant.columns.begin(), grant.columns.end(), [&](const std::string& column) {
      return std::find(columns.begin(), columns.end(), column) != columns.end();
    });
    if (touched) events.push_back(KeysGrantEnded{grant.id, "keys.column_destroyed"});
  }
}

}  // namespace

bool is_destruction(KeyWork work) {
  return work == KeyWork::destroy_columns || work == KeyWork::destroy_version || work == KeyWork::destroy_rows || work == KeyWork::destroy_epoch;
}

bool DestroyedKeys::has(std::string_view column) const { return std::find(columns.begin(), columns.end(), column) != columns.end(); }

Result<Events> decide_on(const State& s, const Context& c, const OpenBackupEpoch& cmd) {
  TRY(from_node(c));
  if (cmd.epoch.empty()) return fail(Errc::invalid, "backup.no_such_epoch");
  if (find(s.epochs, cmd.epoch)) return fail(Errc::conflict, "backup.epoch_known");
  return Events{BackupEpochOpened{cmd.epoch}};
}

Result<Events> decide_on(const State&, const Context& c, const ReportRootChanged& cmd) {
  TRY(from_node(c));
  bool shares = cmd.keeper == RootKeeper::officers;
  if (shares ? cmd.needed < 2 || cmd.total < cmd.needed : cmd.needed != 1 || cmd.total != 1) return fail(Errc::invalid, "shares.bad_threshold");
  return Events{RootChanged{cmd.keeper, cmd.needed, cmd.total, cmd.file}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportBackup& cmd) {
  TRY(from_node(c));
  TRY(acting(s, c));
  const BackupEpoch* epoch = find(s.epochs, cmd.epoch);
  if (!epoch) return fail(Errc::not_found, "backup.no_such_epoch");
  // Destroyed while the backup ran: nobody could open it.
  if (epoch->destroyed) return fail(Errc::conflict, "backup.epoch_destroyed", cmd.epoch.str());
  if (cmd.backup.empty() || find(s.backups, cmd.backup)) return fail(Errc::conflict, "backup.known");
  return Events{BackupMade{cmd.backup, cmd.epoch, cmd.snapshot, cmd.entries, cmd.versions, cmd.bytes_stored}};
}

Result<Events> decide_on(const State&, const Context& c, const ReportRestore& cmd) {
  TRY(from_node(c));
  return Events{SpaceRestored{cmd.backup, cmd.snapshot}};
}

Result<Events> decide_on(const State& s, const Context& c, const ProposeKeyWork& cmd) {
  const Person* person = TRY(acting(s, c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  TRY(proposal_fits(s, c, *person, cmd));
  bool of_version = cmd.work == KeyWork::rotate_columns || (is_destruction(cmd.work) && cmd.work != KeyWork::destroy_epoch);
  const DatasetVersion* version = of_version ? find(s.versions, cmd.version) : nullptr;
  bool whole = cmd.work == KeyWork::destroy_version || cmd.work == KeyWork::rotate_columns;
  std::vector<std::string> columns = whole ? version->columns : cmd.columns;
  TimeMs retention_ends = version ? retention_ahead(s, c, cmd.work, version->id) : 0;
  return Events{KeyWorkProposed{.key_work = KeyWorkId::make(c.random), .work = cmd.work, .dataset = version ? version->dataset : DatasetId(),
                                .version = version ? version->id : VersionId(), .columns = version ? std::move(columns) : std::vector<std::string>(),
                                .epoch = cmd.work == KeyWork::destroy_epoch ? cmd.epoch : EpochId(), .reason = cmd.reason,
                                .witnesses_needed = is_destruction(cmd.work) ? 2 : 1, .lapses_ms = c.now + kKeyWorkMs,
                                .approval = retention_ends > 0 ? cmd.approval : std::nullopt,
                                .retention_ends_ms = retention_ends > 0 ? std::optional(retention_ends) : std::nullopt}};
}

Result<Events> decide_on(const State& s, const Context& c, const WitnessKeyWork& cmd) {
  const Person* person = TRY(acting(s, c));
  const KeyWorkItem* item = find(s.key_works, cmd.key_work);
  const Person* proposer = item ? find(s.persons, item->proposed_by) : nullptr;
  if (!item || !proposer || proposer->party != person->party) return fail(Errc::not_found, "keys.no_such_work");
  TRY(has_one_of(*person, kKeyWitnesses, c.now));
  TRY(stepped_up(c));
  if (item->status != KeyWorkStatus::proposed) return fail(Errc::conflict, "keys.work_not_open");
  if (c.now >= item->lapses_ms) return fail(Errc::conflict, "keys.work_lapsed");
  if (item->proposed_by == person->id) return fail(Errc::forbidden, "duty.second_person_needed");
  if (std::find(item->witnesses.begin(), item->witnesses.end(), person->id) != item->witnesses.end())
    return fail(Errc::forbidden, "keys.witnessed_already");
  if (cmd.verdict == WitnessWord::refuse) TRY(need_text("reason", cmd.reason, kTextBytesMax));
  bool approves = cmd.verdict == WitnessWord::agree && static_cast<int64_t>(item->witnesses.size()) + 1 >= item->witnesses_needed;
  return Events{KeyWorkWitnessed{cmd.key_work, person->id, cmd.verdict, cmd.reason, approves}};
}

Result<Events> decide_on(const State& s, const Context& c, const DestroyKeys& cmd) {
  const KeyWorkItem* item = TRY(work_in_hand(s, c, cmd.key_work));
  if (item->carried_out) return fail(Errc::conflict, "keys.work_done");
  if (item->work != KeyWork::destroy_columns && item->work != KeyWork::destroy_version) return fail(Errc::conflict, "keys.other_work");
  // It may have been extended since the proposal.
  TRY(retention_over_or_approved(s, c, item->work, item->version, item->approval));
  const DatasetVersion* version = find(s.versions, item->version);
  Events events{KeysDestroyed{item->id, item->dataset, item->version, item->columns, item->work == KeyWork::destroy_version}};
  end_grants(s, item->version, item->work == KeyWork::destroy_version && version ? version->columns : item->columns, events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportRowsDestroyed& cmd) {
  const KeyWorkItem* item = TRY(work_in_hand(s, c, cmd.key_work));
  if (item->carried_out) return fail(Errc::conflict, "keys.work_done");
  bool all_rows = item->work == KeyWork::rotate_columns;
  if (item->work != KeyWork::destroy_rows && !all_rows) return fail(Errc::conflict, "keys.other_work");
  if (all_rows && cmd.rows_removed != 0) return fail(Errc::internal, "keys.rows_lost");
  const DatasetVersion* version = find(s.versions, item->version);
  if (!version) return fail(Errc::not_found, "version.not_found");
  if (cmd.new_version.empty() || find(s.versions, cmd.new_version)) return fail(Errc::conflict, "version.known");
  std::vector<std::string> left;
  const DestroyedKeys* gone = find(s.destroyed, item->version);
  for (const std::string& column : version->columns)
    if (!gone || !gone->has(column)) left.push_back(column);
  Events events{VersionRewritten{.key_work = item->id, .dataset = item->dataset, .version = item->version, .new_version = cmd.new_version,
                                 .new_manifest = cmd.new_manifest, .columns = std::move(left), .rows = cmd.rows, .rows_removed = cmd.rows_removed},
                KeysDestroyed{item->id, item->dataset, item->version, version->columns, true}};
  end_grants(s, item->version, version->columns, events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportEpochDestroyed& cmd) {
  const KeyWorkItem* item = TRY(work_in_hand(s, c, cmd.key_work));
  if (item->carried_out) return fail(Errc::conflict, "keys.work_done");
  if (item->work != KeyWork::destroy_epoch) return fail(Errc::conflict, "keys.other_work");
  return Events{BackupEpochDestroyed{item->id, item->epoch}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportKeysRotated& cmd) {
  const KeyWorkItem* item = TRY(work_in_hand(s, c, cmd.key_work));
  if (item->carried_out) return fail(Errc::conflict, "keys.work_done");
  if (is_destruction(item->work) || item->work == KeyWork::rotate_columns) return fail(Errc::conflict, "keys.other_work");
  return Events{KeysRotated{item->id, item->work, cmd.wraps}};
}

Result<Events> decide_on(const State& s, const Context& c, const CloseKeyWork& cmd) {
  const KeyWorkItem* item = TRY(work_in_hand(s, c, cmd.key_work));
  if (cmd.failure.empty() && !item->carried_out) return fail(Errc::conflict, "keys.work_not_done");
  // What cannot be undone has not failed.
  if (!cmd.failure.empty() && item->carried_out) return fail(Errc::conflict, "keys.work_done");
  return Events{KeyWorkClosed{item->id, cmd.certificate, cmd.failure}};
}

}  // namespace sluice::space
