// The fold of backups and of work on keys (custody.h).
#include "space/fold.h"

namespace sluice::space {

namespace {

KeyWorkItem& key_work(State& s, const KeyWorkId& id, const EventPlace& at) {
  KeyWorkItem& item = s.key_works[id.str()];
  item.seqs.push_back(static_cast<int64_t>(at.seq));
  return item;
}

}  // namespace

void fold(State& s, const BackupEpochOpened& e, const EventPlace& at) {
  s.epochs[e.epoch.str()] = BackupEpoch{.id = e.epoch, .destroyed = false, .at_ms = at.time, .destroyed_ms = 0, .copies = {}};
}
void fold(State& s, const EpochFileKept& e, const EventPlace& at) {
  s.epochs[e.epoch.str()].copies.push_back(EpochCopy{.place = e.place, .at_ms = at.time});
}
void fold(State& s, const EpochCopyGone& e, const EventPlace& at) {
  for (EpochCopy& copy : s.epochs[e.epoch.str()].copies) {
    if (copy.place != e.place || copy.gone_ms) continue;  // an earlier file in the same folder went before
    copy.gone_ms = at.time;
    copy.note = e.note;
    if (e.note) copy.said_by = at.actor;
  }
}
void fold(State& s, const BackupMade& e, const EventPlace& at) {
  s.backups[e.backup.str()] = Backup{.id = e.backup, .epoch = e.epoch, .snapshot = e.snapshot, .entries = e.entries, .versions = e.versions,
                                     .bytes_stored = e.bytes_stored, .made_by = at.actor, .at_ms = at.time, .seq = at.seq};
}
void fold(State& s, const SpaceRestored& e, const EventPlace& at) {
  for (const DatasetId& id : e.destroyed.value_or(std::vector<DatasetId>())) {
    if (!find(s.datasets, id)) continue;
    for (const VersionId& version : sealed_of(s, id)) s.destroyed[version.str()] = DestroyedKeys{version, columns_of_sealed(s, version), true};
    s.datasets[id.str()].destroyed_ms = at.time;
  }
}
void fold(State&, const RootChanged&, const EventPlace&) {}

void fold(State& s, const KeyWorkProposed& e, const EventPlace& at) {
  KeyWorkItem& item = key_work(s, e.key_work, at);
  item.id = e.key_work;
  item.work = e.work;
  item.dataset = e.dataset;
  item.version = e.version;
  item.columns = e.columns;
  item.epoch = e.epoch;
  item.reason = e.reason;
  item.proposed_by = at.actor;
  item.witnesses_needed = e.witnesses_needed;
  item.at_ms = at.time;
  item.lapses_ms = e.lapses_ms;
  item.approval = e.approval;
  item.retention_ends_ms = e.retention_ends_ms;
  item.request = e.request;
  item.decision_needed = e.decision_needed;
  item.contracts = e.contracts;
  item.linked = e.linked;
  item.whole = e.whole;
  item.person = e.person;
}
void fold(State& s, const KeyWorkDecided& e, const EventPlace& at) {
  KeyWorkItem& item = key_work(s, e.key_work, at);
  item.decision = KeyWorkDecision{.by = at.actor, .approved = e.approved, .as = e.as, .reason = e.reason, .at_ms = at.time};
  if (e.approved) return;
  item.status = KeyWorkStatus::refused;
  item.failure = e.reason;
}
void fold(State&, const TombstonesListed&, const EventPlace&) {}
void fold(State& s, const KeyWorkWitnessed& e, const EventPlace& at) {
  KeyWorkItem& item = key_work(s, e.key_work, at);
  if (e.verdict == WitnessWord::refuse) {
    item.status = KeyWorkStatus::refused;
    item.failure = e.reason;
    return;
  }
  item.witnesses.push_back(e.witness);
  if (e.personal) item.signed_by.push_back(e.witness);
  if (e.approves) item.status = KeyWorkStatus::approved;
}
void fold(State& s, const KeysDestroyed& e, const EventPlace& at) {
  DestroyedKeys& gone = s.destroyed[e.version.str()];
  gone.version = e.version;
  gone.whole = gone.whole || e.whole;
  for (const std::string& column : e.columns)
    if (!gone.has(column)) gone.columns.push_back(column);
  // Of one person's rows the last entry is another: versions go one by one.
  KeyWorkItem& item = key_work(s, e.key_work, at);
  item.carried_out = item.carried_out || item.work != KeyWork::destroy_person;
}
void fold(State& s, const PersonRowsDestroyed& e, const EventPlace& at) {
  KeyWorkItem& item = key_work(s, e.key_work, at);
  item.carried_out = true;
  item.versions_kept = e.kept;
  item.versions_left = e.left;
}
void fold(State& s, const DatasetDestroyed& e, const EventPlace& at) {
  key_work(s, e.key_work, at).carried_out = true;
  Dataset& dataset = s.datasets[e.dataset.str()];
  dataset.destroyed_ms = at.time;
  dataset.destroyed_by = e.key_work;
}
void fold(State& s, const VersionRewritten& e, const EventPlace& at) {
  const DatasetVersion old = s.versions[e.version.str()];
  add_version(s, DatasetVersion{.id = e.new_version, .dataset = e.dataset, .number = 0, .rows = e.rows, .manifest = e.new_manifest,
                                .columns = e.columns, .batch = old.batch, .masked_from = old.masked_from, .strategy = old.strategy,
                                .at_ms = e.kept_from_ms.value_or(at.time), .seq = at.seq, .parts = old.parts});
  KeyWorkItem& item = key_work(s, e.key_work, at);
  s.rewrites[e.version.str()] = Rewrite{.version = e.version, .new_version = e.new_version, .key_work = e.key_work, .rows_removed = e.rows_removed};
  s.rewritten_from[e.new_version.str()] = e.version;
  item.rows_removed += e.rows_removed;
  if (item.work == KeyWork::destroy_person)
    item.versions_done = item.versions_done.value_or(0) + 1;
  else
    item.new_version = e.new_version;
}
void fold(State& s, const BackupEpochDestroyed& e, const EventPlace& at) {
  BackupEpoch& epoch = s.epochs[e.epoch.str()];
  epoch.destroyed = true;
  epoch.destroyed_ms = at.time;
  key_work(s, e.key_work, at).carried_out = true;
}
void fold(State& s, const KeysRotated& e, const EventPlace& at) {
  KeyWorkItem& item = key_work(s, e.key_work, at);
  item.carried_out = true;
  item.wraps = e.wraps;
}
void fold(State& s, const KeyWorkClosed& e, const EventPlace& at) {
  KeyWorkItem& item = key_work(s, e.key_work, at);
  item.status = e.failure.empty() ? KeyWorkStatus::done : KeyWorkStatus::failed;
  item.failure = e.failure;
  item.certificate = e.certificate;
  item.done_ms = at.time;
}

}  // namespace sluice::space
