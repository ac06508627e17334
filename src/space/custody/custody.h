// Custody: backups, and operations on keys that no single person may do (C6.3, C7.2.5; GB/T 39786 on key management).
//
//   epoch     OpenBackupEpoch → open ──(work destroy_epoch, or CloseEpoch)──▶ destroyed     one secret; the backups made under it
//             Its file lies in places of escrow, apart from the backups (KeepEpochFile). After a destruction the node closes the epochs that hold backups of before it
//             as soon as there is a backup of a fresh one (CloseEpoch): carrying out the same witnessed work. Copies of a closed epoch's file that it
//             could not remove are open until the node finds them, or somebody says that they are gone (ConfirmEpochCopyGone).
//   backup    ReportBackup: a finished backup, named by the digest of its snapshot file
//   key work  ProposeKeyWork → proposed ──(DecideKeyWork)──WitnessKeyWork (agree)…──▶ approved ──▶ done | failed
//                                       └─WitnessKeyWork (refuse)──▶ refused;  seven days after the proposal ──▶ lapsed
//             destruction wants two witnesses, every other work one (dual control); each is another person than the
//             proposer and gives a second factor, or signs witness_text() with a certificate of their own.
//             Data are not destroyed before their retention ends (law/retention.h): "keys.retention_not_over" (detail: the day), unless the proposal
//             names a checked paper "destruction_approval" for their dataset. Asked at the proposal and again before it is carried out. Free of it are
//             masked versions (their source stays), and one person's rows where the proposal names that person's granted request to delete
//             ("keys.no_granted_request"; a withdrawn consent ends the use, and waits for the end of retention like any other). A version that somebody
//             decided to keep longer is kept for all its rows: "keys.kept_longer" (detail: the day), unless such a paper approves it. The column that names the person must be confirmed as identifying people:
//             "keys.column_names_no_person".
//             What is destroyed without such a paper (its retention is over, or it is a masked version) is decided first, by a head of the department that
//             owns the data or a member of the committee, neither the proposer nor a witness: "keys.awaits_decision". A version from which an
//             active contract delivers is destroyed only where the proposal names that contract: "keys.contract_delivers" (detail: which).
//   rotation  rotate_space, rotate_datasets: fresh wraps over the same column keys. rotate_columns: the version is written again under
//             fresh column keys and takes the old one's place, whose keys are destroyed. rotate_root: a ceremony (node/root_ceremony.h).
//             rotate_registry: every item of the registry is sealed anew. rotate_pseudonyms: a fresh root of pseudonyms, whose number every key name
//             of later maskings bears (pseudonym_epoch); those before stay, for what was masked under them.
//   the node then reports what it did: DestroyKeys (durable before the first wrap goes), ReportRowsDestroyed,
//   ReportEpochDestroyed, ReportKeysRotated; CloseKeyWork ends it with its certificate, or with the reason it failed.
//
//   destroy_dataset: all that is sealed of a dataset at once, and the dataset with it (whole_dataset.h).
//   destroy_person: one person's rows in all versions in which a search found them, for the person's granted request (one_person.h).
//
// Destroyed is destroyed: grants over these columns end in the same commit and none is given again, here or by the key
// agent, which reads the same entries.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/credential/credential.h"
#include "space/custody/backups.h"
#include "space/custody/one_person.h"
#include "space/custody/whole_dataset.h"

namespace sluice::space {

enum class KeyWork {
  destroy_columns, destroy_version, destroy_rows, destroy_epoch, rotate_root, rotate_space, rotate_datasets, rotate_ledger, rotate_columns, rotate_registry,
  rotate_pseudonyms, destroy_dataset, destroy_person
};
constexpr std::array<std::string_view, 13> enum_names(KeyWork) {
  return {"destroy_columns", "destroy_version", "destroy_rows", "destroy_epoch", "rotate_root", "rotate_space", "rotate_datasets", "rotate_ledger",
          "rotate_columns", "rotate_registry", "rotate_pseudonyms", "destroy_dataset", "destroy_person"};
}
constexpr std::string_view kHeadDecides = "head", kCommitteeDecides = "committee";
enum class WitnessWord { agree, refuse };
constexpr std::array<std::string_view, 2> enum_names(WitnessWord) { return {"agree", "refuse"}; }

struct OpenBackupEpoch {
  static constexpr std::string_view kind = "backup.open_epoch";
  EpochId epoch;
  static constexpr auto fields = field_list(field("epoch", &OpenBackupEpoch::epoch));
};
// The node's: the epoch's file lies in this folder of the machine (an absolute path), or did and was taken away.
struct KeepEpochFile {
  static constexpr std::string_view kind = "backup.keep_epoch";
  EpochId epoch;
  std::string place;
  static constexpr auto fields = field_list(field("epoch", &KeepEpochFile::epoch), field("place", &KeepEpochFile::place));
};
// The node's, after a destruction: "backup.nothing_to_close" of an epoch without backups of before it, "backup.no_fresh_epoch" while no backup of an
// epoch that stays is younger than it.
struct CloseEpoch {
  static constexpr std::string_view kind = "backup.close_epoch";
  EpochId epoch;
  static constexpr auto fields = field_list(field("epoch", &CloseEpoch::epoch));
};
// The node removed the copy of its file: of a destroyed epoch, or of one that lives where no backup was made since it was written (the backup failed).
struct ReportEpochCopyGone {
  static constexpr std::string_view kind = "backup.report_epoch_copy_gone";
  EpochId epoch;
  std::string place;
  static constexpr auto fields = field_list(field("epoch", &ReportEpochCopyGone::epoch), field("place", &ReportEpochCopyGone::place));
};
// The same by the word of whoever may propose to destroy an epoch, with a second factor: what was taken to a place that the node cannot reach.
struct ConfirmEpochCopyGone {
  static constexpr std::string_view kind = "backup.confirm_epoch_copy_gone";
  EpochId epoch;
  std::string place, note;
  static constexpr auto fields =
      field_list(field("epoch", &ConfirmEpochCopyGone::epoch), field("place", &ConfirmEpochCopyGone::place), field("note", &ConfirmEpochCopyGone::note));
};
struct ReportBackup {
  static constexpr std::string_view kind = "backup.report";
  BackupId backup;
  EpochId epoch;
  Digest snapshot;  // SM3 of the snapshot file
  int64_t entries = 0, versions = 0, bytes_stored = 0;
  static constexpr auto fields =
      field_list(field("backup", &ReportBackup::backup), field("epoch", &ReportBackup::epoch), field("snapshot", &ReportBackup::snapshot),
                 field("entries", &ReportBackup::entries), field("versions", &ReportBackup::versions), field("bytes_stored", &ReportBackup::bytes_stored));
};
struct ReportRestore {
  static constexpr std::string_view kind = "backup.report_restore";
  BackupId backup;
  Digest snapshot;
  std::optional<std::vector<DatasetId>> destroyed{};  // datasets that went after that backup, as the restore was told
  static constexpr auto fields = field_list(field("backup", &ReportRestore::backup), field("snapshot", &ReportRestore::snapshot), field("destroyed", &ReportRestore::destroyed));
};
// What opens the space's root key: a passphrase, officers, or a device. No name and no address: those stand in the file.
enum class RootKeeper { passphrase, officers, device };
constexpr std::array<std::string_view, 3> enum_names(RootKeeper) { return {"passphrase", "officers", "device"}; }

// A fresh root took the place of the root. Once people act in the space it is the carrying out of a witnessed rotate_root, by at least two of
// them: "keys.root_needs_proposal", "keys.root_needs_two". Before that (kFirstAccounts) whoever makes the space does it, and the entry says so.
struct ReportRootChanged {
  static constexpr std::string_view kind = "keys.report_root";
  RootKeeper keeper = RootKeeper::officers;
  int64_t needed = 1, total = 1;  // officers: k of n
  Digest file{};                  // SM3 of the new root.json
  std::optional<KeyWorkId> key_work{};
  std::optional<std::vector<PersonId>> present{};  // who stood there, each with a second factor
  static constexpr auto fields = field_list(field("keeper", &ReportRootChanged::keeper), field("needed", &ReportRootChanged::needed),
                                            field("total", &ReportRootChanged::total), field("file", &ReportRootChanged::file),
                                            field("key_work", &ReportRootChanged::key_work), field("present", &ReportRootChanged::present));
};
// The accounts that a space begins with: three administrators, and the operator at the machine.
constexpr size_t kFirstAccounts = 4;
struct ProposeKeyWork {
  static constexpr std::string_view kind = "keys.propose_work";
  KeyWork work = KeyWork::destroy_columns;
  VersionId version;                 // of what is destroyed, or of rotate_columns
  std::vector<std::string> columns;  // destroy_columns: which; destroy_rows: the one that names the person
  EpochId epoch;                     // destroy_epoch
  std::string reason;
  std::optional<PaperId> approval{};  // the destruction approval, where the retention period is not over
  std::optional<SubjectRequestId> request{};  // destroy_rows, destroy_person: the person's granted request that it carries out
  std::optional<std::vector<ContractId>> contracts{};  // that deliver from it now, named to say that they end with it
  std::optional<SubjectId> linked{};          // with `request`: by which of the person's confirmed other numbers (law/subject.h)
  std::optional<DatasetId> dataset{};         // destroy_dataset: which
  static constexpr auto fields = field_list(field("work", &ProposeKeyWork::work), field("version", &ProposeKeyWork::version),
                                            field("columns", &ProposeKeyWork::columns), field("epoch", &ProposeKeyWork::epoch),
                                            field("reason", &ProposeKeyWork::reason), field("approval", &ProposeKeyWork::approval),
                                            field("request", &ProposeKeyWork::request), field("contracts", &ProposeKeyWork::contracts), field("linked", &ProposeKeyWork::linked), field("dataset", &ProposeKeyWork::dataset));
};
// The decision that what is no longer needed is destroyed: of a head of the department that owns it, or of a member of the committee.
struct DecideKeyWork {
  static constexpr std::string_view kind = "keys.decide_work";
  KeyWorkId key_work;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("key_work", &DecideKeyWork::key_work), field("approve", &DecideKeyWork::approve), field("reason", &DecideKeyWork::reason));
};
// What a backup folder is to hold of proofs of destruction, all of them, so that one that is taken away is missed (docs/formats/backup.md).
struct ReportTombstones {
  static constexpr std::string_view kind = "backup.report_tombstones";
  int64_t works = 0;
  Digest list{};  // SM3 of the canonical JSON of their ids, in order
  static constexpr auto fields = field_list(field("works", &ReportTombstones::works), field("list", &ReportTombstones::list));
};
struct WitnessKeyWork {
  static constexpr std::string_view kind = "keys.witness_work";
  KeyWorkId key_work;
  WitnessWord verdict = WitnessWord::agree;
  std::string reason;  // of a refusal
  std::optional<PersonalSignature> personal{};  // over witness_text(); stands for the second factor
  static constexpr auto fields = field_list(field("key_work", &WitnessKeyWork::key_work), field("verdict", &WitnessKeyWork::verdict),
                                            field("reason", &WitnessKeyWork::reason), field("personal", &WitnessKeyWork::personal));
};
struct DestroyKeys {
  static constexpr std::string_view kind = "keys.destroy";
  KeyWorkId key_work;
  static constexpr auto fields = field_list(field("key_work", &DestroyKeys::key_work));
};
struct ReportRowsDestroyed {
  static constexpr std::string_view kind = "keys.report_rows_destroyed";
  KeyWorkId key_work;
  VersionId new_version;
  Digest new_manifest;
  int64_t rows = 0, rows_removed = 0;
  std::optional<VersionId> version{};  // of destroy_person: which was written again
  static constexpr auto fields =
      field_list(field("version", &ReportRowsDestroyed::version), field("key_work", &ReportRowsDestroyed::key_work), field("new_version", &ReportRowsDestroyed::new_version),
                 field("new_manifest", &ReportRowsDestroyed::new_manifest), field("rows", &ReportRowsDestroyed::rows),
                 field("rows_removed", &ReportRowsDestroyed::rows_removed));
};
struct ReportEpochDestroyed {
  static constexpr std::string_view kind = "backup.report_epoch_destroyed";
  KeyWorkId key_work;
  static constexpr auto fields = field_list(field("key_work", &ReportEpochDestroyed::key_work));
};
struct ReportKeysRotated {
  static constexpr std::string_view kind = "keys.report_rotated";
  KeyWorkId key_work;
  int64_t wraps = 0;  // how many were made anew
  static constexpr auto fields = field_list(field("key_work", &ReportKeysRotated::key_work), field("wraps", &ReportKeysRotated::wraps));
};
struct CloseKeyWork {
  static constexpr std::string_view kind = "keys.close_work";
  KeyWorkId key_work;
  Digest certificate;   // a blob; zero where there is none
  std::string failure;  // empty: done
  static constexpr auto fields = field_list(field("key_work", &CloseKeyWork::key_work), field("certificate", &CloseKeyWork::certificate),
                                            field("failure", &CloseKeyWork::failure));
};

struct BackupEpochOpened {
  static constexpr std::string_view kind = "backup.epoch_opened";
  EpochId epoch;
  static constexpr auto fields = field_list(field("epoch", &BackupEpochOpened::epoch));
};
struct EpochFileKept {
  static constexpr std::string_view kind = "backup.epoch_kept";
  EpochId epoch;
  std::string place;
  static constexpr auto fields = field_list(field("epoch", &EpochFileKept::epoch), field("place", &EpochFileKept::place));
};
struct EpochCopyGone {
  static constexpr std::string_view kind = "backup.epoch_copy_gone";
  EpochId epoch;
  std::string place;
  std::optional<std::string> note{};  // a person's word; absent: the node removed it
  static constexpr auto fields = field_list(field("epoch", &EpochCopyGone::epoch), field("place", &EpochCopyGone::place), field("note", &EpochCopyGone::note));
};
// Durable after the files that it speaks of: a crash in between leaves a changed root without its entry, never the reverse.
struct RootChanged {
  static constexpr std::string_view kind = "keys.root_changed";
  RootKeeper keeper = RootKeeper::officers;
  int64_t needed = 1, total = 1;
  Digest file{};
  std::optional<KeyWorkId> key_work{};
  std::optional<std::vector<PersonId>> present{};
  std::optional<bool> before_people{};  // true: nobody but the first accounts was there yet
  static constexpr auto fields = field_list(field("keeper", &RootChanged::keeper), field("needed", &RootChanged::needed),
                                            field("total", &RootChanged::total), field("file", &RootChanged::file), field("key_work", &RootChanged::key_work),
                                            field("present", &RootChanged::present), field("before_people", &RootChanged::before_people));
};
struct BackupMade {
  static constexpr std::string_view kind = "backup.made";
  BackupId backup;
  EpochId epoch;
  Digest snapshot;
  int64_t entries = 0, versions = 0, bytes_stored = 0;
  static constexpr auto fields =
      field_list(field("backup", &BackupMade::backup), field("epoch", &BackupMade::epoch), field("snapshot", &BackupMade::snapshot),
                 field("entries", &BackupMade::entries), field("versions", &BackupMade::versions), field("bytes_stored", &BackupMade::bytes_stored));
};
// The first entry of a space that came out of a backup: what the old one recorded after it is not here.
struct SpaceRestored {
  static constexpr std::string_view kind = "backup.restored";
  BackupId backup;
  Digest snapshot;
  std::optional<std::vector<DatasetId>> destroyed{};
  static constexpr auto fields = field_list(field("backup", &SpaceRestored::backup), field("snapshot", &SpaceRestored::snapshot), field("destroyed", &SpaceRestored::destroyed));
};
struct KeyWorkProposed {
  static constexpr std::string_view kind = "keys.work_proposed";
  KeyWorkId key_work;
  KeyWork work = KeyWork::destroy_columns;
  DatasetId dataset;
  VersionId version;
  std::vector<std::string> columns;
  EpochId epoch;
  std::string reason;
  int64_t witnesses_needed = 0;
  TimeMs lapses_ms = 0;
  std::optional<PaperId> approval{};
  std::optional<TimeMs> retention_ends_ms{};  // where it lies ahead
  std::optional<SubjectRequestId> request{};
  std::optional<bool> decision_needed{};      // of the head or the committee, before anybody witnesses
  std::optional<std::vector<ContractId>> contracts{};
  std::optional<SubjectId> linked{};
  std::optional<WholeDataset> whole{};        // destroy_dataset: what was there to be decided about
  std::optional<PersonRows> person{};         // destroy_person: the same
  static constexpr auto fields =
      field_list(field("person", &KeyWorkProposed::person), field("whole", &KeyWorkProposed::whole), field("linked", &KeyWorkProposed::linked), field("key_work", &KeyWorkProposed::key_work), field("work", &KeyWorkProposed::work), field("dataset", &KeyWorkProposed::dataset),
                 field("version", &KeyWorkProposed::version), field("columns", &KeyWorkProposed::columns), field("epoch", &KeyWorkProposed::epoch),
                 field("reason", &KeyWorkProposed::reason), field("witnesses_needed", &KeyWorkProposed::witnesses_needed),
                 field("lapses_ms", &KeyWorkProposed::lapses_ms), field("approval", &KeyWorkProposed::approval),
                 field("retention_ends_ms", &KeyWorkProposed::retention_ends_ms), field("request", &KeyWorkProposed::request), field("decision_needed", &KeyWorkProposed::decision_needed), field("contracts", &KeyWorkProposed::contracts));
};
struct KeyWorkDecided {
  static constexpr std::string_view kind = "keys.work_decided";
  KeyWorkId key_work;
  bool approved = false;
  std::string as, reason;  // as: kHeadDecides or kCommitteeDecides
  static constexpr auto fields = field_list(field("key_work", &KeyWorkDecided::key_work), field("approved", &KeyWorkDecided::approved),
                                            field("as", &KeyWorkDecided::as), field("reason", &KeyWorkDecided::reason));
};
struct TombstonesListed {
  static constexpr std::string_view kind = "backup.tombstones_listed";
  int64_t works = 0;
  Digest list{};
  static constexpr auto fields = field_list(field("works", &TombstonesListed::works), field("list", &TombstonesListed::list));
};
struct KeyWorkWitnessed {
  static constexpr std::string_view kind = "keys.work_witnessed";
  KeyWorkId key_work;
  PersonId witness;
  WitnessWord verdict = WitnessWord::agree;
  std::string reason;
  bool approves = false;  // with this witness there are enough
  std::optional<PersonalSignature> personal{};
  static constexpr auto fields =
      field_list(field("key_work", &KeyWorkWitnessed::key_work), field("witness", &KeyWorkWitnessed::witness), field("verdict", &KeyWorkWitnessed::verdict),
                 field("reason", &KeyWorkWitnessed::reason), field("approves", &KeyWorkWitnessed::approves),
                 field("personal", &KeyWorkWitnessed::personal));
};
struct KeysDestroyed {
  static constexpr std::string_view kind = "keys.destroyed";
  KeyWorkId key_work;
  DatasetId dataset;
  VersionId version;
  std::vector<std::string> columns;  // all of the version when `whole`
  bool whole = false;
  static constexpr auto fields = field_list(field("key_work", &KeysDestroyed::key_work), field("dataset", &KeysDestroyed::dataset),
                                            field("version", &KeysDestroyed::version), field("columns", &KeysDestroyed::columns),
                                            field("whole", &KeysDestroyed::whole));
};
// The version that takes the place of one from which rows were taken out.
struct VersionRewritten {
  static constexpr std::string_view kind = "keys.version_rewritten";
  KeyWorkId key_work;
  DatasetId dataset;
  VersionId version, new_version;
  Digest new_manifest;
  std::vector<std::string> columns;
  int64_t rows = 0, rows_removed = 0;
  std::optional<TimeMs> kept_from_ms{};  // since when its data are kept: the retention of the rows that stay does not begin anew
  static constexpr auto fields =
      field_list(field("kept_from_ms", &VersionRewritten::kept_from_ms), field("key_work", &VersionRewritten::key_work), field("dataset", &VersionRewritten::dataset), field("version", &VersionRewritten::version),
                 field("new_version", &VersionRewritten::new_version), field("new_manifest", &VersionRewritten::new_manifest),
                 field("columns", &VersionRewritten::columns), field("rows", &VersionRewritten::rows),
                 field("rows_removed", &VersionRewritten::rows_removed));
};
struct BackupEpochDestroyed {
  static constexpr std::string_view kind = "backup.epoch_destroyed";
  KeyWorkId key_work;
  EpochId epoch;
  static constexpr auto fields = field_list(field("key_work", &BackupEpochDestroyed::key_work), field("epoch", &BackupEpochDestroyed::epoch));
};
struct KeysRotated {
  static constexpr std::string_view kind = "keys.rotated";
  KeyWorkId key_work;
  KeyWork work = KeyWork::rotate_root;
  int64_t wraps = 0;
  static constexpr auto fields =
      field_list(field("key_work", &KeysRotated::key_work), field("work", &KeysRotated::work), field("wraps", &KeysRotated::wraps));
};
struct KeyWorkClosed {
  static constexpr std::string_view kind = "keys.work_closed";
  KeyWorkId key_work;
  Digest certificate;
  std::string failure;
  static constexpr auto fields = field_list(field("key_work", &KeyWorkClosed::key_work), field("certificate", &KeyWorkClosed::certificate),
                                            field("failure", &KeyWorkClosed::failure));
};

enum class KeyWorkStatus { proposed, approved, refused, done, failed };
constexpr std::array<std::string_view, 5> enum_names(KeyWorkStatus) { return {"proposed", "approved", "refused", "done", "failed"}; }

struct KeyWorkDecision {
  PersonId by;
  bool approved = false;
  std::string as, reason;
  TimeMs at_ms = 0;
  static constexpr auto fields =
      field_list(field("by", &KeyWorkDecision::by), field("approved", &KeyWorkDecision::approved), field("as", &KeyWorkDecision::as),
                 field("reason", &KeyWorkDecision::reason), field("at_ms", &KeyWorkDecision::at_ms));
};
struct KeyWorkItem {
  KeyWorkId id;
  KeyWork work = KeyWork::destroy_columns;
  DatasetId dataset;
  VersionId version, new_version;
  std::vector<std::string> columns;
  EpochId epoch;
  std::string reason, failure;
  PersonId proposed_by;
  std::vector<PersonId> witnesses;
  int64_t witnesses_needed = 0, wraps = 0, rows_removed = 0;
  KeyWorkStatus status = KeyWorkStatus::proposed;
  bool carried_out = false;  // the irreversible entry stands
  Digest certificate{};
  TimeMs at_ms = 0, lapses_ms = 0, done_ms = 0;
  std::vector<int64_t> seqs;  // the entries about it
  std::optional<PaperId> approval{};
  std::optional<TimeMs> retention_ends_ms{};
  std::optional<SubjectRequestId> request{};
  std::vector<PersonId> signed_by;  // of the witnesses: those who signed with a certificate of their own
  std::optional<bool> decision_needed{};
  std::optional<KeyWorkDecision> decision{};
  std::optional<std::vector<ContractId>> contracts{};
  std::optional<SubjectId> linked{};
  std::optional<WholeDataset> whole{};
  std::optional<PersonRows> person{};
  // destroy_person: written again by now; at its end kept longer, and left because they could not be written again
  std::optional<int64_t> versions_done{}, versions_kept{}, versions_left{};
  bool awaits_decision() const { return decision_needed.value_or(false) && !decision; }
  static constexpr auto fields = field_list(
      field("id", &KeyWorkItem::id), field("work", &KeyWorkItem::work), field("dataset", &KeyWorkItem::dataset), field("version", &KeyWorkItem::version),
      field("new_version", &KeyWorkItem::new_version), field("columns", &KeyWorkItem::columns), field("epoch", &KeyWorkItem::epoch),
      field("reason", &KeyWorkItem::reason), field("failure", &KeyWorkItem::failure), field("proposed_by", &KeyWorkItem::proposed_by),
      field("witnesses", &KeyWorkItem::witnesses), field("witnesses_needed", &KeyWorkItem::witnesses_needed), field("wraps", &KeyWorkItem::wraps),
      field("rows_removed", &KeyWorkItem::rows_removed), field("status", &KeyWorkItem::status), field("carried_out", &KeyWorkItem::carried_out),
      field("certificate", &KeyWorkItem::certificate), field("at_ms", &KeyWorkItem::at_ms), field("lapses_ms", &KeyWorkItem::lapses_ms),
      field("done_ms", &KeyWorkItem::done_ms), field("seqs", &KeyWorkItem::seqs), field("approval", &KeyWorkItem::approval),
      field("retention_ends_ms", &KeyWorkItem::retention_ends_ms), field("request", &KeyWorkItem::request),
      field("signed_by", &KeyWorkItem::signed_by), field("decision_needed", &KeyWorkItem::decision_needed), field("decision", &KeyWorkItem::decision), field("contracts", &KeyWorkItem::contracts), field("linked", &KeyWorkItem::linked), field("whole", &KeyWorkItem::whole), field("person", &KeyWorkItem::person),
      field("versions_done", &KeyWorkItem::versions_done), field("versions_kept", &KeyWorkItem::versions_kept), field("versions_left", &KeyWorkItem::versions_left));
};
// Of one version: the columns whose keys are gone.
struct DestroyedKeys {
  VersionId version;
  std::vector<std::string> columns;
  bool whole = false;
  bool has(std::string_view column) const;
  static constexpr auto fields =
      field_list(field("version", &DestroyedKeys::version), field("columns", &DestroyedKeys::columns), field("whole", &DestroyedKeys::whole));
};

bool is_destruction(KeyWork work);

// What a witness signs: the work as it was proposed, all of it, and the verdict.
std::string witness_text(const KeyWorkItem& item, const PersonId& witness, WitnessWord verdict, std::string_view reason);

struct State;
// Epochs that live and hold backups of before a destruction, whose keys those bring back where nobody tells them: each with when that was.
// They are closed by CloseEpoch with the next backup, which begins a fresh epoch, or by a work destroy_epoch. What is proposed or approved already is left out.
std::map<std::string, TimeMs> epochs_to_close(const State& state);
// The number of the root of pseudonyms that later maskings use: how often rotate_pseudonyms was carried out. 0: the first.
int64_t pseudonym_epoch(const State& state);

}  // namespace sluice::space
