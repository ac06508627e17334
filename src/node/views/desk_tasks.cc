// What waits at the desks of operation: storage that runs full or work on it that fails, a ceremony of the root key that waits for one of its officers,
// certificates and lists of authorities that end, those of parties' programs too.
#include <algorithm>

#include "node/root_ceremony.h"
#include "node/storage.h"
#include "node/views/view.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr TimeMs kCertificateWarnMs = 30 * kDayMs, kListWarnMs = 3 * kDayMs;

Json desk_task(std::string_view kind, const std::string& object, std::string title, TimeMs since, TimeMs due) {
  return Json::object({{"due_ms", due > 0 ? Json(due) : Json()}, {"kind", kind}, {"object", object}, {"since_ms", since}, {"title", std::move(title)}});
}

std::string_view work_title(std::string_view work) {
  if (work == name_of(StorageWork::backup)) return "备份";
  if (work == name_of(StorageWork::inventory)) return "存储盘点";
  if (work == name_of(StorageWork::rehearsal)) return "恢复演练";
  return "分级存放";
}

// When what a warning speaks of began.
TimeMs since_of(const State& s, const Json& warning, std::string_view kind) {
  if (kind == "inventory_findings") return s.storage.inventories.back().at_ms;
  if (kind == "rehearsal_failed") return s.storage.rehearsals.back().at_ms;
  if (kind == "work_failed") return s.storage.failures.at(warning.get_string_or("work", "").value_or("")).at_ms;
  return warning.get_int_or("since_ms", 0).value_or(0);
}

std::string title_of_warning(const State& s, const Json& warning, std::string_view kind) {
  if (kind == "full_soon" || kind == "dataset_full_soon") {
    auto id = DatasetId::parse(warning.get_string_or("dataset", "").value_or(""));
    const Dataset* dataset = id ? find(s.datasets, *id) : nullptr;
    std::string name = !dataset ? std::string("存储空间") : dataset->title.empty() ? dataset->name : dataset->title;
    return name + "：" + std::to_string(warning.get_int_or("days_left", 0).value_or(0));
  }
  std::string_view work = kind == "inventory_findings" ? "inventory" : "rehearsal";
  return std::string(work_title(kind == "inventory_findings" || kind == "rehearsal_failed" ? work : warning.get_string_or("work", "").value_or("")));
}

}  // namespace

void View::tasks_of_storage(Json& items, const StorageMeasured* measured) const {
  if (!may(AdoptStoragePolicy{StoragePolicy{}})) return;
  Json warnings = storage_warnings(state, measured, now);
  for (const Json& warning : warnings.as_array()) {
    std::string kind = warning.get_string_or("kind", "").value_or("");
    std::string about = warning.get_string_or("dataset", "").value_or("") + warning.get_string_or("work", "").value_or("");
    Json task = desk_task("storage_" + kind, about.empty() ? "storage" : about, title_of_warning(state, warning, kind),
                          since_of(state, warning, kind), 0);
    for (std::string_view more : {"days_left", "found", "limited_by", "reason", "work"})
      if (const Json* value = warning.find(more)) task.set(more, *value);
    items.push(std::move(task));
  }
}

void View::tasks_of_ceremony(Json& items, const CeremonySeen& ceremony) const {
  bool open = ceremony.state == CeremonyState::joining || ceremony.state == CeremonyState::dealt;
  auto seat = std::find_if(ceremony.officers.begin(), ceremony.officers.end(), [&](const CeremonySeat& s) { return s.person == person.id; });
  if (!open || seat == ceremony.officers.end() || seat->confirmed) return;
  const KeyWorkItem* work = find(state.key_works, ceremony.key_work);
  std::string title = work ? work->reason : std::string();
  if (!seat->joined) items.push(desk_task("join_root_ceremony", ceremony.key_work.str(), title, ceremony.begun_ms, ceremony.lapses_ms));
  if (seat->joined && ceremony.state == CeremonyState::dealt)
    items.push(desk_task(seat->taken ? "confirm_root_share" : "take_root_share", ceremony.key_work.str(), title, ceremony.begun_ms, ceremony.lapses_ms));
}

void View::tasks_of_certificates(Json& items) const {
  TimeMs own_last = 0;  // a certificate is no task when a later one is there
  for (const auto& [id, c] : state.certificates)
    if (c.person == person.id && !c.revoked) own_last = std::max(own_last, c.not_after_ms);
  for (const auto& [id, c] : state.certificates) {
    if (c.person != person.id || c.revoked || c.not_after_ms != own_last || now >= c.not_after_ms || now < c.not_after_ms - kCertificateWarnMs) continue;
    const CertificateAuthority* authority = find(state.authorities, c.authority);
    items.push(desk_task("certificate_ends", id, authority ? authority->subject : id, c.not_after_ms - kCertificateWarnMs, c.not_after_ms));
  }
  if (!person.has(Duty::security_admin, now)) return;
  for (const auto& [id, a] : state.authorities) {
    if (a.ended) continue;
    if (now >= a.not_after_ms - kCertificateWarnMs) items.push(desk_task("authority_ends", id, a.subject, a.not_after_ms - kCertificateWarnMs, a.not_after_ms));
    if (a.next_update_ms != 0 && now >= a.next_update_ms - kListWarnMs) items.push(desk_task("revocation_list_due", id, a.subject, a.this_update_ms, a.next_update_ms));
  }
}

namespace {

// What of one kind ends at one party: by its names, with the first end.
struct Ending {
  std::string names;
  TimeMs first = 0;
  void add(const std::string& name, TimeMs at) {
    names += (names.empty() ? "" : "、") + name;
    if (first == 0 || at < first) first = at;
  }
};

// One of the same party, kind and name is there that lasts longer: the next in line.
bool has_successor(const Party& party, const PartyClient& client, TimeMs now) {
  return std::any_of(party.clients.begin(), party.clients.end(), [&](const PartyClient& other) {
    return other.status == ClientStatus::in_force && other.by == client.by && other.subject == client.subject && other.name == client.name &&
           other.not_after_ms > client.not_after_ms && other.not_after_ms - kCertificateWarnMs > now;
  });
}

}  // namespace

void View::tasks_of_clients(Json& items) const {
  for (const auto& [id, party] : state.parties) {
    bool answers = person.has(Duty::security_admin, now) || (owns(party.id) && holds(Duty::contract_signer));
    if (party.status != PartyStatus::verified || !answers) continue;
    Ending certificates, authorities, lists;
    for (const PartyClient& client : party.clients) {
      if (client.status != ClientStatus::in_force) continue;
      bool authority = client.by == ClientBy::authority;
      std::string name = client.name.empty() ? client.subject : client.name;
      if (now >= client.not_after_ms - kCertificateWarnMs && !has_successor(party, client, now)) (authority ? authorities : certificates).add(name, client.not_after_ms);
      if (client.revocations && now < client.not_after_ms && now >= client.revocations->next_update_ms - kListWarnMs) lists.add(name, client.revocations->next_update_ms);
    }
    auto tell = [&](std::string_view kind, const Ending& ending, TimeMs warn) {
      if (ending.first != 0) items.push(desk_task(kind, id, party.name + "：" + ending.names, ending.first - warn, ending.first));
    };
    tell("client_certificate_ends", certificates, kCertificateWarnMs);
    tell("client_authority_ends", authorities, kCertificateWarnMs);
    tell("client_list_due", lists, kListWarnMs);
  }
}

}  // namespace sluice::node
