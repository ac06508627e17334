#include "node/destruction_certificate.h"

#include <algorithm>
#include <set>

#include "ledger/evidence.h"

namespace sluice::node {

using namespace space;

namespace {

std::vector<ledger::Reveal> entries_about(const ledger::Ledger& ledger, const KeyWorkItem& item) {
  std::vector<ledger::Reveal> out;
  for (int64_t seq : item.seqs) {
    auto entry = ledger.entry(static_cast<uint64_t>(seq));
    if (!entry) continue;
    std::vector<std::string> names;
    for (const auto& [name, value] : entry->body.as_object()) names.push_back(name);
    out.push_back({static_cast<uint64_t>(seq), std::move(names)});
  }
  return out;
}

// Backups that may hold the wraps: made before the destruction, in an epoch that lives.
Json surviving_backups(const State& s, const KeyWorkItem& item, TimeMs destroyed_ms) {
  Json out = Json::array();
  const DatasetVersion* version = find(s.versions, item.version);
  for (const auto& [id, backup] : s.backups) {
    const BackupEpoch* epoch = find(s.epochs, backup.epoch);
    bool before = backup.at_ms <= destroyed_ms && (!version || backup.at_ms >= version->at_ms);
    if (item.work == KeyWork::destroy_epoch || !before || !epoch || epoch->destroyed) continue;
    out.push(Json::object({{"at_ms", backup.at_ms}, {"backup", id}, {"epoch", backup.epoch.str()}}));
  }
  return out;
}

// The epochs of these: what must be closed for the destruction to hold in copies of the backups too.
Json epochs_of_backups(const Json& backups) {
  std::set<std::string> epochs;
  for (const Json& one : backups.as_array()) epochs.insert(one.get_string_or("epoch", "").value_or(""));
  return encode(std::vector<std::string>(epochs.begin(), epochs.end()));
}

// Versions that come from the destroyed one, however far, and itself.
std::set<std::string> descendants(const State& s, const VersionId& root) {
  std::set<std::string> out{root.str()};
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [id, version] : s.versions)
      if (out.contains(version.masked_from.str())) grew = out.insert(id).second || grew;
  }
  return out;
}

Json surviving_versions(const State& s, const std::set<std::string>& family, const VersionId& root) {
  Json out = Json::array();
  for (const std::string& id : family) {
    auto gone = s.destroyed.find(id);
    if (id != root.str() && (gone == s.destroyed.end() || !gone->second.whole)) out.push(Json(id));
  }
  // The held rows of its batch stay while other versions of the batch do.
  const DatasetVersion* version = find(s.versions, root);
  const Batch* batch = version ? find(s.batches, version->batch) : nullptr;
  const DestroyedKeys* held = batch ? find(s.destroyed, batch->held_version) : nullptr;
  if (batch && !batch->held_version.empty() && !(held && held->whole)) out.push(Json(batch->held_version.str()));
  return out;
}

bool shares_column(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& name) { return std::find(b.begin(), b.end(), name) != b.end(); });
}

Json surviving_deliveries(const State& s, const KeyWorkItem& item, const std::set<std::string>& family) {
  Json out = Json::array();
  for (const auto& [id, release] : s.releases) {
    bool delivered = release.status == ReleaseStatus::delivered || release.calls > 0;
    bool touched = item.work != KeyWork::destroy_columns || shares_column(release.columns, item.columns);
    if (!delivered || !touched || !family.contains(release.version.str())) continue;
    const Contract* contract = find(s.contracts, release.contract);
    out.push(Json::object({{"at_ms", release.at_ms}, {"contract", release.contract.str()}, {"recipient", contract ? contract->terms.recipient.str() : ""},
                           {"release", id}, {"rows", release.rows}}));
  }
  return out;
}

tl::unexpected<Error> malformed_certificate(std::string what) { return fail(Errc::invalid, "certificate.malformed", std::move(what)); }

void compare_member(const Json& certificate, const ledger::EntryVerdict& entry, std::string_view name, DestructionVerdict& out) {
  const Json* said = certificate.find(name);
  const Json* proven = entry.revealed.find(name);
  if (!said || !proven || !(*said == *proven)) out.problems.push_back("certificate.differs " + std::string(name));
}

}  // namespace

Result<Json> make_destruction_certificate(const State& s, const ledger::Ledger& ledger, const KeyWorkId& id, TimeMs now) {
  const KeyWorkItem* item = find(s.key_works, id);
  if (!item || !item->carried_out || !is_destruction(item->work)) return fail(Errc::conflict, "keys.work_not_done");
  Json witnesses = Json::array();
  for (const PersonId& witness : item->witnesses) witnesses.push(Json(witness.str()));
  std::set<std::string> family = item->version.empty() ? std::set<std::string>() : descendants(s, item->version);
  Json backups = surviving_backups(s, *item, now), epochs = epochs_of_backups(backups);
  Json survives = Json::object({{"backups", std::move(backups)},
                                {"epochs_open", std::move(epochs)},
                                {"deliveries", surviving_deliveries(s, *item, family)},
                                {"versions", surviving_versions(s, family, item->version)}});
  Json out = Json::object({{"columns", encode(item->columns)}, {"dataset", item->dataset.str()}, {"epoch", item->epoch.str()},
                           {"format", kDestructionFormat}, {"issued_ms", now}, {"key_work", id.str()}, {"proposed_by", item->proposed_by.str()},
                           {"reason", item->reason}, {"rows_removed", item->rows_removed}, {"survives", std::move(survives)},
                           {"version", item->version.str()}, {"witnesses", std::move(witnesses)}, {"work", name_of(item->work)}});
  return out.set("evidence", TRY(ledger.evidence(entries_about(ledger, *item))));
}

Result<DestructionVerdict> verify_destruction_certificate(const Json& certificate, const ledger::Trust* trust) {
  const Json* bundle = certificate.find("evidence");
  const Json* columns = certificate.find("columns");
  if (!bundle || !columns || certificate.get_string_or("format", "").value_or("") != kDestructionFormat) return malformed_certificate("format");
  auto proven = TRY(ledger::verify_evidence(*bundle, trust));
  DestructionVerdict out;
  out.origin = proven.origin;
  out.issuer_name = proven.issuer_name;
  out.pinned = proven.pinning == ledger::Pinning::pinned;
  out.problems = proven.problems;
  out.key_work = TRY(certificate.get_string("key_work"));
  out.work = TRY(certificate.get_string("work"));
  out.version = TRY(certificate.get_string("version"));
  out.rows_removed = TRY(certificate.get_int("rows_removed"));
  out.columns = TRY(decode<std::vector<std::string>>(*columns, "columns"));

  const ledger::EntryVerdict* proposed = proven.find(KeyWorkProposed::kind);
  const ledger::EntryVerdict* destroyed = proven.find(out.work == name_of(KeyWork::destroy_epoch) ? BackupEpochDestroyed::kind : KeysDestroyed::kind);
  if (!proposed || !destroyed) {
    out.problems.push_back("certificate.entry_missing");
    return out;
  }
  for (std::string_view name : {"key_work", "work", "version", "columns", "epoch", "reason"}) compare_member(certificate, *proposed, name, out);
  compare_member(certificate, *destroyed, "key_work", out);
  if (const ledger::EntryVerdict* rewritten = proven.find(VersionRewritten::kind)) compare_member(certificate, *rewritten, "rows_removed", out);
  std::set<std::string> people;
  for (const ledger::EntryVerdict& entry : proven.entries) {
    if (entry.entry.kind != KeyWorkWitnessed::kind || entry.revealed.get_string_or("key_work", "").value_or("") != out.key_work) continue;
    if (entry.revealed.get_string_or("verdict", "").value_or("") == "agree") people.insert(entry.revealed.get_string_or("witness", "").value_or(""));
  }
  people.erase(proposed->entry.actor);
  people.erase("");
  out.witnesses = static_cast<int64_t>(people.size());
  if (out.witnesses < proposed->revealed.get_int_or("witnesses_needed", 2).value_or(2)) out.problems.push_back("certificate.witness_missing");
  out.ok = out.problems.empty();
  return out;
}

}  // namespace sluice::node
