#include "node/destruction_certificate.h"

#include <algorithm>
#include <map>
#include <set>

#include "ledger/evidence.h"
#include "node/what_survives.h"

namespace sluice::node {

using namespace space;

namespace {

std::vector<ledger::Reveal> entries_about(const ledger::Ledger& ledger, const KeyWorkItem& item) {
  std::vector<ledger::Reveal> out;
  for (int64_t seq : item.seqs) {
    auto entry = ledger.entry(static_cast<uint64_t>(seq));
    if (!entry) continue;
    std::vector<std::string> names;
    // Of a whole dataset or a person there may be thousands: which columns each had is not shown then, only that it went whole.
    bool many = (item.whole || item.person) && (entry->entry.kind == KeysDestroyed::kind || entry->entry.kind == VersionRewritten::kind);
    for (const auto& [name, value] : entry->body.as_object())
      if (!(many && name == "columns")) names.push_back(name);
    out.push_back({static_cast<uint64_t>(seq), std::move(names)});
  }
  return out;
}

// Of a whole dataset: each version that went with it, by the entries of the work.
Result<std::vector<VersionId>> versions_destroyed(const ledger::Ledger& ledger, const KeyWorkItem& item) {
  std::vector<VersionId> out;
  for (int64_t seq : item.seqs) {
    auto entry = TRY(ledger.entry(static_cast<uint64_t>(seq)));
    if (entry.entry.kind == KeysDestroyed::kind) out.push_back(TRY(VersionId::parse(TRY(entry.body.get_string("version")))));
  }
  return out;
}

tl::unexpected<Error> malformed_certificate(std::string what) { return fail(Errc::invalid, "certificate.malformed", std::move(what)); }

void compare_member(const Json& certificate, const ledger::EntryVerdict& entry, std::string_view name, DestructionVerdict& out) {
  const Json* said = certificate.find(name);
  const Json* proven = entry.revealed.find(name);
  if (!said || !proven || !(*said == *proven)) out.problems.push_back("certificate.differs " + std::string(name));
}

// Each version that the certificate names is proven gone as a whole, and together they are what was proposed, decided and witnessed.
Status compare_whole(const Json& certificate, const ledger::EvidenceVerdict& proven, const ledger::EntryVerdict& proposed, const ledger::EntryVerdict& destroyed,
                     DestructionVerdict& out) {
  compare_member(certificate, proposed, "dataset", out);
  compare_member(certificate, destroyed, "dataset", out);
  compare_member(certificate, proposed, "whole", out);
  const Json *named = certificate.find("versions"), *whole = certificate.find("whole");
  if (!named || !whole) return malformed_certificate("versions");
  auto versions = TRY(decode<std::vector<VersionId>>(*named, "versions"));
  auto decided = TRY(decode<WholeDataset>(*whole, "whole"));
  std::set<std::string> gone, said;
  for (const ledger::EntryVerdict& entry : proven.entries) {
    bool ours = entry.entry.kind == KeysDestroyed::kind && entry.revealed.get_string_or("key_work", "").value_or("") == out.key_work;
    if (ours && entry.revealed.get_bool_or("whole", false).value_or(false)) gone.insert(entry.revealed.get_string_or("version", "").value_or(""));
  }
  for (const VersionId& version : versions) said.insert(version.str());
  if (gone != said || said.size() != versions.size()) out.problems.push_back("certificate.differs versions");
  if (static_cast<int64_t>(versions.size()) != decided.versions || digest_of_whole(versions) != decided.list) out.problems.push_back("certificate.differs whole");
  out.dataset = TRY(certificate.get_string("dataset"));
  out.versions = static_cast<int64_t>(versions.size());
  return {};
}

// Of one person: what the search had found, and what became of each version.
void set_person(const State& s, const KeyWorkItem& item, Json& out) {
  const SubjectRequest* request = item.request ? find(s.subject_requests, *item.request) : nullptr;
  out.set("found", encode(request ? found_of_person(*request) : std::vector<FoundAt>()));
  out.set("person", encode(*item.person)).set("request", item.request ? item.request->str() : "");
  Json rewritten = Json::array();
  for (const Rewrite& one : rewritten_by(s, item))
    rewritten.push(Json::object({{"new_version", one.new_version.str()}, {"rows_removed", one.rows_removed}, {"version", one.version.str()}}));
  out.set("rewritten", std::move(rewritten));
  out.set("kept", item.versions_kept.value_or(0)).set("left", item.versions_left.value_or(0));
}

// What two witnesses agreed to is what was found; each version that the certificate names was written again, its old keys are gone, and the rows add up.
Status compare_person(const Json& certificate, const ledger::EvidenceVerdict& proven, const ledger::EntryVerdict& proposed, const ledger::EntryVerdict& destroyed,
                      DestructionVerdict& out) {
  compare_member(certificate, proposed, "request", out);
  compare_member(certificate, proposed, "person", out);
  compare_member(certificate, destroyed, "request", out);
  compare_member(certificate, destroyed, "rows_removed", out);
  const Json *named = certificate.find("found"), *person = certificate.find("person"), *rewritten = certificate.find("rewritten");
  if (!named || !person || !rewritten || !rewritten->is_array()) return malformed_certificate("person");
  auto found = TRY(decode<std::vector<FoundAt>>(*named, "found"));
  if (digest_of_found(found) != TRY(decode<PersonRows>(*person, "person")).list) out.problems.push_back("certificate.differs found");
  using Written = std::pair<std::string, int64_t>;
  std::map<std::string, Written> said, written;
  std::set<std::string> gone;
  int64_t rows = 0;
  for (const Json& one : rewritten->as_array()) said[TRY(one.get_string("version"))] = {TRY(one.get_string("new_version")), TRY(one.get_int("rows_removed"))};
  for (const ledger::EntryVerdict& entry : proven.entries) {
    if (entry.revealed.get_string_or("key_work", "").value_or("") != out.key_work) continue;
    std::string version = entry.revealed.get_string_or("version", "").value_or("");
    if (entry.entry.kind == KeysDestroyed::kind && entry.revealed.get_bool_or("whole", false).value_or(false)) gone.insert(version);
    if (entry.entry.kind != VersionRewritten::kind) continue;
    int64_t removed = entry.revealed.get_int_or("rows_removed", -1).value_or(-1);
    written[version] = {entry.revealed.get_string_or("new_version", "").value_or(""), removed};
    rows += removed;
  }
  bool all_gone = std::all_of(said.begin(), said.end(), [&](const auto& one) { return gone.contains(one.first); });
  if (said != written || said.size() != rewritten->as_array().size() || !all_gone) out.problems.push_back("certificate.differs rewritten");
  if (rows != out.rows_removed) out.problems.push_back("certificate.differs rows_removed");
  if (destroyed.revealed.get_int_or("versions", -1).value_or(-1) != static_cast<int64_t>(said.size())) out.problems.push_back("certificate.differs versions");
  // The last entry says it, whatever the paper leaves out.
  out.kept = destroyed.revealed.get_int_or("kept", 0).value_or(0);
  out.left = destroyed.revealed.get_int_or("left", 0).value_or(0);
  if (TRY(certificate.get_int_or("kept", out.kept)) != out.kept) out.problems.push_back("certificate.differs kept");
  if (TRY(certificate.get_int_or("left", out.left)) != out.left) out.problems.push_back("certificate.differs left");
  out.request = TRY(certificate.get_string("request"));
  out.versions = static_cast<int64_t>(said.size());
  return {};
}

}  // namespace

Result<Json> make_destruction_certificate(const State& s, const ledger::Ledger& ledger, const KeyWorkId& id, TimeMs now) {
  const KeyWorkItem* item = find(s.key_works, id);
  if (!item || !item->carried_out || !is_destruction(item->work)) return fail(Errc::conflict, "keys.work_not_done");
  Json witnesses = Json::array();
  for (const PersonId& witness : item->witnesses) witnesses.push(Json(witness.str()));
  Json out = Json::object({{"columns", encode(item->columns)}, {"dataset", item->dataset.str()}, {"epoch", item->epoch.str()},
                           {"format", kDestructionFormat}, {"issued_ms", now}, {"key_work", id.str()}, {"proposed_by", item->proposed_by.str()},
                           {"reason", item->reason}, {"rows_removed", item->rows_removed}, {"survives", what_survives(s, *item, now)},
                           {"version", item->version.str()}, {"witnesses", std::move(witnesses)}, {"work", name_of(item->work)}});
  if (item->whole) out.set("whole", encode(*item->whole)).set("versions", encode(TRY(versions_destroyed(ledger, *item))));
  if (item->person) set_person(s, *item, out);
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
  bool of_dataset = out.work == name_of(KeyWork::destroy_dataset), of_person = out.work == name_of(KeyWork::destroy_person);
  const ledger::EntryVerdict* destroyed = proven.find(out.work == name_of(KeyWork::destroy_epoch) ? BackupEpochDestroyed::kind
                                                      : of_dataset                                ? DatasetDestroyed::kind
                                                      : of_person                                 ? PersonRowsDestroyed::kind
                                                                                                  : KeysDestroyed::kind);
  if (!proposed || !destroyed) {
    out.problems.push_back("certificate.entry_missing");
    return out;
  }
  for (std::string_view name : {"key_work", "work", "version", "columns", "epoch", "reason"}) compare_member(certificate, *proposed, name, out);
  compare_member(certificate, *destroyed, "key_work", out);
  if (of_dataset) TRY(compare_whole(certificate, proven, *proposed, *destroyed, out));
  if (of_person) TRY(compare_person(certificate, proven, *proposed, *destroyed, out));
  if (const ledger::EntryVerdict* rewritten = of_person ? nullptr : proven.find(VersionRewritten::kind)) compare_member(certificate, *rewritten, "rows_removed", out);
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
