#include <algorithm>

#include "space/collection/held_columns.h"
#include "space/custody/destruction_checks.h"
#include "space/credential/use.h"
#include "space/decisions.h"
#include "space/inventory/routing.h"

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

// The sealed held rows of a batch, which go as a whole: where nothing of the batch is left they could go with no version of it.
Status own_held_rows(const State& s, const Person& person, const VersionId& id) {
  auto held = sealed_version(s, id);
  const Dataset* dataset = held ? find(s.datasets, held->dataset) : nullptr;
  if (!dataset || dataset->owner != person.party) return fail(Errc::not_found, "version.not_found");
  const DestroyedKeys* gone = find(s.destroyed, id);
  return gone && gone->whole ? fail(Errc::not_found, "keys.version_destroyed", id.str()) : Status{};
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

// One paper approves one destruction: another work that names it, and did not fail, has used it.
bool used_before(const State& s, const PaperId& paper, TimeMs now) {
  return std::any_of(s.key_works.begin(), s.key_works.end(), [&](const auto& one) {
    const KeyWorkItem& item = one.second;
    bool came_to_nothing = item.status == KeyWorkStatus::refused || item.status == KeyWorkStatus::failed || (item.status == KeyWorkStatus::proposed && now >= item.lapses_ms);
    return item.approval == paper && !came_to_nothing;
  });
}

// As what this person may decide a destruction; empty: not at all.
std::string_view decides_as(const State& s, const Context& c, const Person& person, const KeyWorkItem& item) {
  const Dataset* dataset = find(s.datasets, item.dataset);
  if (dataset && dataset->facts && answers_for(s, person, dataset->facts->department, c.now)) return kHeadDecides;
  return acting_as(s, c, Duty::committee_member) ? kCommitteeDecides : std::string_view();
}

// The granted request of a person to delete, or to withdraw consent, that this destruction carries out.
Status granted_request(const State& s, const DatasetVersion& version, const SubjectRequestId& id) {
  const SubjectRequest* request = find(s.subject_requests, id);
  const Dataset* dataset = find(s.datasets, version.dataset);
  bool fits = request && dataset && request->owner == dataset->owner && (request->what == "delete" || request->what == "withdraw") &&
              request->status == SubjectRequestStatus::granted && (request->dataset.empty() || request->dataset == version.dataset);
  return fits ? Status{} : fail(Errc::refused, "keys.no_granted_request");
}

// A term that somebody set, for a lawsuit say, holds for every row; what a person asks does not lift it.
Status not_held(const State& s, const Context& c, const VersionId& id, const std::optional<PaperId>& approval) {
  for (const RetentionTerm* term : terms_of(s, id))
    if (term->holds(c.now) && !approved_on_paper(s, c, id, approval)) return fail(Errc::refused, "keys.kept_longer", rfc3339(term->until_ms).substr(0, 10));
  return {};
}

// A request to delete goes before retention; a consent that was withdrawn ends the use of the data, and they wait for the end of it.
Status request_lets_go(const State& s, const Context& c, const DatasetVersion& version, const SubjectRequestId& request, const std::optional<PaperId>& approval) {
  const SubjectRequest* asked = find(s.subject_requests, request);
  TRY(not_held(s, c, version.id, approval));
  return asked && asked->what == "withdraw" ? retention_over_or_approved(s, c, KeyWork::destroy_rows, version.id, approval) : Status{};
}

// Another number stands for the person of a request once somebody of the desk confirmed it.
Status links_this_person(const State& s, const ProposeKeyWork& cmd) {
  const SubjectRequest* request = cmd.request ? find(s.subject_requests, *cmd.request) : nullptr;
  const SubjectLink* link = request ? request->link(*cmd.linked) : nullptr;
  return link && link->status == LinkStatus::confirmed ? Status{} : fail(Errc::refused, "law.link_not_confirmed");
}

// One person's rows: named by a column that the grading confirmed as identifying people, and kept to the end of their retention
// unless the person's own granted request, or an approval, says otherwise.
Status rows_of_one_person(const State& s, const Context& c, const DatasetVersion& version, const ProposeKeyWork& cmd) {
  // A masked version does not say who is who: its source is rewritten, and masked again.
  if (!version.masked_from.empty()) return fail(Errc::conflict, "keys.rows_of_masked_version");
  if (cmd.columns.size() != 1) return fail(Errc::invalid, "keys.one_column_names_the_person");
  TRY(destroyable_columns(s, version, cmd.columns));
  const Dataset* dataset = find(s.datasets, version.dataset);
  const CatalogField* field = dataset ? dataset->column(cmd.columns.front()) : nullptr;
  if (!field || !field->confirmed || !field->identifying) return fail(Errc::refused, "keys.column_names_no_person", cmd.columns.front());
  if (cmd.linked) TRY(links_this_person(s, cmd));
  if (!cmd.request) return retention_over_or_approved(s, c, cmd.work, version.id, cmd.approval);
  TRY(granted_request(s, version, *cmd.request));
  return request_lets_go(s, c, version, *cmd.request, cmd.approval);
}

Status proposal_fits(const State& s, const Context& c, const Person& person, const ProposeKeyWork& cmd) {
  if (cmd.linked && cmd.work != KeyWork::destroy_rows) return fail(Errc::invalid, "law.link_not_confirmed");
  if (cmd.dataset && cmd.work != KeyWork::destroy_dataset) return fail(Errc::invalid, "keys.other_work");
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
  if (cmd.work == KeyWork::destroy_dataset) return whole_fits(s, c, person, cmd).map([](const WholeDataset&) {});
  if (cmd.work == KeyWork::destroy_person) return person_fits(s, c, person, cmd).map([](const PersonRows&) {});
  bool held_rows = cmd.work == KeyWork::destroy_version && !find(s.versions, cmd.version);
  if (held_rows) TRY(own_held_rows(s, person, cmd.version));
  const DatasetVersion* version = held_rows ? nullptr : TRY(own_version(s, person, cmd.version));
  if (cmd.work == KeyWork::destroy_rows) return rows_of_one_person(s, c, *version, cmd);
  TRY(retention_over_or_approved(s, c, cmd.work, cmd.version, cmd.approval));
  if (cmd.approval && !approved_on_paper(s, c, cmd.version, cmd.approval)) return fail(Errc::refused, "keys.no_destruction_approval");
  if (cmd.work == KeyWork::destroy_columns) TRY(destroyable_columns(s, *version, cmd.columns));
  return contracts_named(s, cmd.work, cmd.version, cmd.columns, cmd.contracts, c.now);
}

Result<const KeyWorkItem*> work_in_hand(const State& s, const Context& c, const KeyWorkId& id) {
  TRY(from_node(c));
  const KeyWorkItem* item = find(s.key_works, id);
  if (!item) return fail(Errc::not_found, "keys.no_such_work");
  if (item->status != KeyWorkStatus::approved) return fail(Errc::conflict, "keys.work_not_approved");
  return item;
}

// At least two human beings of the organisation whose root it is, who act.
Status two_at_the_desk(const State& s, const Context& c, const KeyWorkItem& item, const std::vector<PersonId>& present) {
  const Person* proposer = find(s.persons, item.proposed_by);
  if (present.size() < 2) return fail(Errc::refused, "keys.root_needs_two");
  for (size_t i = 0; i < present.size(); i++) {
    const Person* person = find(s.persons, present[i]);
    if (!person || !proposer || person->party != proposer->party) return fail(Errc::not_found, "person.not_found", present[i].str());
    TRY(active(s, *person, c.now));
    for (size_t j = 0; j < i; j++)
      if (one_human(c, present[i], present[j])) return fail(Errc::refused, "keys.root_needs_two");
  }
  return {};
}

// The held rows of a batch lie sealed beside what was accepted of it, and go with the last version of it.
void destroy_held_rows(const State& s, const KeyWorkItem& item, const DatasetVersion& version, Events& events) {
  const Batch* batch = find(s.batches, version.batch);
  if (!batch || batch->held_version.empty()) return;
  const DestroyedKeys* held = find(s.destroyed, batch->held_version);
  bool others = std::any_of(s.versions.begin(), s.versions.end(), [&](const auto& one) {
    const DestroyedKeys* gone = find(s.destroyed, one.second.id);
    return one.second.batch == version.batch && one.second.masked_from.empty() && one.second.id != version.id && !(gone && gone->whole);
  });
  if (others || (held && held->whole)) return;
  std::vector<std::string> columns{std::string(kHeldRowNumber), std::string(kHeldReasons)};
  if (const Plan* plan = find(s.plans, batch->plan))
    for (const PlanField& f : plan->plan_fields) columns.push_back(std::string(kHeldCellPrefix) + f.name);
  events.push_back(KeysDestroyed{item.id, item.dataset, batch->held_version, columns, true});
  end_grants(s, batch->held_version, columns, events);
}

}  // namespace

bool is_destruction(KeyWork work) {
  return work == KeyWork::destroy_columns || work == KeyWork::destroy_version || work == KeyWork::destroy_rows || work == KeyWork::destroy_epoch ||
         work == KeyWork::destroy_dataset || work == KeyWork::destroy_person;
}

std::string witness_text(const KeyWorkItem& item, const PersonId& witness, WitnessWord verdict, std::string_view reason) {
  Json said = Json::object({{"columns", encode(item.columns)}, {"epoch", item.epoch.str()}, {"key_work", item.id.str()}, {"reason", reason},
                            {"verdict", name_of(verdict)}, {"version", item.version.str()}, {"witness", witness.str()}, {"work", name_of(item.work)}});
  // Of a whole dataset: which, and all that was there.
  if (item.whole) said.set("dataset", item.dataset.str()).set("whole", encode(*item.whole));
  if (item.person) said.set("request", item.request ? item.request->str() : "").set("person", encode(*item.person));
  return "sluice/key-work-witness/v1\n" + canonical(said);
}

int64_t pseudonym_epoch(const State& s) {
  return std::count_if(s.key_works.begin(), s.key_works.end(), [](const auto& w) { return w.second.work == KeyWork::rotate_pseudonyms && w.second.carried_out; });
}

bool DestroyedKeys::has(std::string_view column) const { return std::find(columns.begin(), columns.end(), column) != columns.end(); }

Result<Events> decide_on(const State& s, const Context& c, const OpenBackupEpoch& cmd) {
  TRY(from_node(c));
  if (cmd.epoch.empty()) return fail(Errc::invalid, "backup.no_such_epoch");
  if (find(s.epochs, cmd.epoch)) return fail(Errc::conflict, "backup.epoch_known");
  return Events{BackupEpochOpened{cmd.epoch}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportRootChanged& cmd) {
  TRY(from_node(c));
  bool shares = cmd.keeper == RootKeeper::officers;
  if (shares ? cmd.needed < 2 || cmd.total < cmd.needed : cmd.needed != 1 || cmd.total != 1) return fail(Errc::invalid, "shares.bad_threshold");
  RootChanged changed{.keeper = cmd.keeper, .needed = cmd.needed, .total = cmd.total, .file = cmd.file};
  if (!cmd.key_work) {
    if (s.persons.size() > kFirstAccounts) return fail(Errc::refused, "keys.root_needs_proposal");
    changed.before_people = true;
    return Events{std::move(changed)};
  }
  const KeyWorkItem* item = TRY(work_in_hand(s, c, *cmd.key_work));
  if (item->carried_out) return fail(Errc::conflict, "keys.work_done");
  if (item->work != KeyWork::rotate_root) return fail(Errc::conflict, "keys.other_work");
  TRY(two_at_the_desk(s, c, *item, cmd.present.value_or(std::vector<PersonId>())));
  changed.key_work = cmd.key_work;
  changed.present = cmd.present;
  return Events{std::move(changed)};
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
  return Events{SpaceRestored{cmd.backup, cmd.snapshot, cmd.destroyed}};
}

Result<Events> decide_on(const State& s, const Context& c, const ProposeKeyWork& cmd) {
  const Person* person = TRY(acting(s, c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  TRY(proposal_fits(s, c, *person, cmd));
  bool of_dataset = cmd.work == KeyWork::destroy_dataset, of_person = cmd.work == KeyWork::destroy_person;
  bool of_version = cmd.work == KeyWork::rotate_columns || (is_destruction(cmd.work) && cmd.work != KeyWork::destroy_epoch && !of_dataset && !of_person);
  auto sealed = of_version ? sealed_version(s, cmd.version) : std::nullopt;
  const DatasetVersion* version = sealed ? &*sealed : nullptr;
  bool whole = cmd.work == KeyWork::destroy_version || cmd.work == KeyWork::rotate_columns;
  std::vector<std::string> columns = whole ? version->columns : cmd.columns;
  TimeMs retention_ends = version ? retention_ahead(s, c, cmd.work, version->id) : of_dataset ? whole_retention_ahead(s, c, *cmd.dataset) : 0;
  bool shreds = cmd.work == KeyWork::destroy_version || cmd.work == KeyWork::destroy_columns || of_dataset;
  const Paper* paper = cmd.approval ? find(s.papers, *cmd.approval) : nullptr;
  if (paper && used_before(s, paper->id, c.now)) return fail(Errc::refused, "keys.approval_used", paper->id.str());
  if (shreds && paper) TRY(second_person(s, c, paper->checked_by));
  return Events{KeyWorkProposed{.key_work = KeyWorkId::make(c.random), .work = cmd.work, .dataset = version ? version->dataset : cmd.dataset.value_or(DatasetId()),
                                .version = version ? version->id : VersionId(), .columns = version ? std::move(columns) : std::vector<std::string>(),
                                .epoch = cmd.work == KeyWork::destroy_epoch ? cmd.epoch : EpochId(), .reason = cmd.reason,
                                .witnesses_needed = is_destruction(cmd.work) ? 2 : 1, .lapses_ms = c.now + kKeyWorkMs,
                                .approval = is_destruction(cmd.work) ? cmd.approval : std::nullopt,
                                .retention_ends_ms = retention_ends > 0 ? std::optional(retention_ends) : std::nullopt,
                                .request = cmd.work == KeyWork::destroy_rows || of_person ? cmd.request : std::nullopt,
                                .decision_needed = shreds && !cmd.approval ? std::optional(true) : std::nullopt,
                                .contracts = shreds ? cmd.contracts : std::nullopt,
                                .linked = cmd.linked,
                                .whole = of_dataset ? std::optional(TRY(whole_fits(s, c, *person, cmd))) : std::nullopt,
                                .person = of_person ? std::optional(TRY(person_fits(s, c, *person, cmd))) : std::nullopt}};
}

Result<Events> decide_on(const State& s, const Context& c, const WitnessKeyWork& cmd) {
  const Person* person = TRY(acting(s, c));
  const KeyWorkItem* item = find(s.key_works, cmd.key_work);
  const Person* proposer = item ? find(s.persons, item->proposed_by) : nullptr;
  if (!item || !proposer || proposer->party != person->party) return fail(Errc::not_found, "keys.no_such_work");
  TRY(has_one_of(*person, kKeyWitnesses, c.now));
  TRY(cmd.personal ? signed_in_person(s, c, *cmd.personal, witness_text(*item, person->id, cmd.verdict, cmd.reason)) : stepped_up(c));
  if (item->status != KeyWorkStatus::proposed) return fail(Errc::conflict, "keys.work_not_open");
  if (c.now >= item->lapses_ms) return fail(Errc::conflict, "keys.work_lapsed");
  TRY(second_person(s, c, item->proposed_by));
  if (item->awaits_decision()) return fail(Errc::conflict, "keys.awaits_decision");
  if (item->decision) TRY(second_person(s, c, item->decision->by));
  if (std::any_of(item->witnesses.begin(), item->witnesses.end(), [&](const PersonId& before) { return count_once(s, c, before, person->id); }))
    return fail(Errc::forbidden, "keys.witnessed_already");
  if (cmd.verdict == WitnessWord::refuse) TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (cmd.verdict == WitnessWord::agree) TRY(whole_unchanged(s, *item));
  if (cmd.verdict == WitnessWord::agree) TRY(person_unchanged(s, *item));
  bool approves = cmd.verdict == WitnessWord::agree && static_cast<int64_t>(item->witnesses.size()) + 1 >= item->witnesses_needed;
  return Events{KeyWorkWitnessed{cmd.key_work, person->id, cmd.verdict, cmd.reason, approves, cmd.personal}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideKeyWork& cmd) {
  const Person* person = TRY(acting(s, c));
  const KeyWorkItem* item = find(s.key_works, cmd.key_work);
  const Person* proposer = item ? find(s.persons, item->proposed_by) : nullptr;
  if (!item || !proposer || proposer->party != person->party) return fail(Errc::not_found, "keys.no_such_work");
  std::string_view as = decides_as(s, c, *person, *item);
  if (as.empty()) return fail(Errc::forbidden, "duty.missing", "committee_member");
  if (item->status != KeyWorkStatus::proposed || !item->awaits_decision()) return fail(Errc::conflict, "keys.work_not_open");
  if (c.now >= item->lapses_ms) return fail(Errc::conflict, "keys.work_lapsed");
  TRY(second_person(s, c, item->proposed_by));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{KeyWorkDecided{cmd.key_work, cmd.approve, std::string(as), cmd.reason}};
}

Result<Events> decide_on(const State&, const Context& c, const ReportTombstones& cmd) {
  TRY(from_node(c));
  if (cmd.works < 0 || cmd.list == Digest{}) return fail(Errc::invalid, "backup.tombstone_damaged");
  return Events{TombstonesListed{cmd.works, cmd.list}};
}

Result<Events> decide_on(const State& s, const Context& c, const DestroyKeys& cmd) {
  const KeyWorkItem* item = TRY(work_in_hand(s, c, cmd.key_work));
  if (item->carried_out) return fail(Errc::conflict, "keys.work_done");
  if (item->work == KeyWork::destroy_dataset) return destroy_whole(s, c, *item);
  if (item->work != KeyWork::destroy_columns && item->work != KeyWork::destroy_version) return fail(Errc::conflict, "keys.other_work");
  // It may have been extended since the proposal.
  TRY(retention_over_or_approved(s, c, item->work, item->version, item->approval));
  TRY(contracts_named(s, item->work, item->version, item->columns, item->contracts, c.now));
  const DatasetVersion* version = find(s.versions, item->version);
  Events events{KeysDestroyed{item->id, item->dataset, item->version, item->columns, item->work == KeyWork::destroy_version}};
  end_grants(s, item->version, item->work == KeyWork::destroy_version && version ? version->columns : item->columns, events);
  if (item->work == KeyWork::destroy_version && version) destroy_held_rows(s, *item, *version, events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportRowsDestroyed& cmd) {
  const KeyWorkItem* item = TRY(work_in_hand(s, c, cmd.key_work));
  if (item->carried_out) return fail(Errc::conflict, "keys.work_done");
  bool all_rows = item->work == KeyWork::rotate_columns, of_person = item->work == KeyWork::destroy_person;
  if (item->work != KeyWork::destroy_rows && !all_rows && !of_person) return fail(Errc::conflict, "keys.other_work");
  const VersionId id = of_person ? cmd.version.value_or(VersionId()) : item->version;
  // It may have been extended since the proposal.
  if (!all_rows && !item->request) TRY(retention_over_or_approved(s, c, item->work, id, item->approval));
  if (all_rows && cmd.rows_removed != 0) return fail(Errc::internal, "keys.rows_lost");
  const DatasetVersion* version = find(s.versions, id);
  if (!version) return fail(Errc::not_found, "version.not_found");
  TRY(takes_data(s, version->dataset));
  if (of_person) TRY(person_lets_go(s, c, *item, id));
  if (!all_rows && !of_person && item->request) TRY(request_lets_go(s, c, *version, *item->request, item->approval));
  if (cmd.new_version.empty() || find(s.versions, cmd.new_version)) return fail(Errc::conflict, "version.known");
  std::vector<std::string> left;
  const DestroyedKeys* gone = find(s.destroyed, id);
  for (const std::string& column : version->columns)
    if (!gone || !gone->has(column)) left.push_back(column);
  Events events{VersionRewritten{.key_work = item->id, .dataset = version->dataset, .version = id, .new_version = cmd.new_version,
                                 .new_manifest = cmd.new_manifest, .columns = std::move(left), .rows = cmd.rows, .rows_removed = cmd.rows_removed,
                                 .kept_from_ms = version->at_ms},
                KeysDestroyed{item->id, version->dataset, id, version->columns, true}};
  carry_term(s, id, cmd.new_version, events);
  end_grants(s, id, version->columns, events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportPersonDestroyed& cmd) {
  const KeyWorkItem* item = TRY(work_in_hand(s, c, cmd.key_work));
  if (item->carried_out) return fail(Errc::conflict, "keys.work_done");
  return person_destroyed(s, c, *item, cmd.left.value_or(0));
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
