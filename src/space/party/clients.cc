#include <algorithm>

#include "crypto/hash.h"
#include "space/decisions.h"
#include "space/fold.h"
#include "space/party/client_use.h"

namespace sluice::space {

namespace {

constexpr size_t kClientsMax = 16;      // of one party, proposed or in force: the request for a certificate names all issuers
constexpr size_t kSerialsMax = 4096;

bool client_counts(const PartyClient& client) { return client.status == ClientStatus::in_force; }
bool client_stands(const PartyClient& client) { return client.status == ClientStatus::in_force || client.status == ClientStatus::proposed; }

const PartyClient* client_of(const Party& party, const ClientId& id) {
  auto found = std::find_if(party.clients.begin(), party.clients.end(), [&](const PartyClient& c) { return c.id == id; });
  return found == party.clients.end() ? nullptr : &*found;
}
PartyClient& client_in(State& s, const PartyId& party, const ClientId& id) {
  auto& clients = s.parties[party.str()].clients;
  auto found = std::find_if(clients.begin(), clients.end(), [&](const PartyClient& c) { return c.id == id; });
  return found == clients.end() ? clients.emplace_back() : *found;
}

// A party that the person may decide about: as an administrator of one of these duties, or as a signer of that party.
Result<const Party*> party_of(const State& s, const Context& c, const PartyId& id, const std::vector<std::string>& duties) {
  const Person* person = TRY(acting(s, c));
  const Party* party = find(s.parties, id);
  bool own = party && party->id == person->party && acting_as(s, c, Duty::contract_signer);
  if (!own) TRY(acting_as_any(s, c, duties));
  if (!party) return fail(Errc::not_found, "party.not_found");
  return party;
}

// One certificate is one party's. An authority may issue for several: then each of them is known by its name.
Status nobody_elses(const State& s, const PartyId& party, ClientBy by, const Digest& fingerprint, const std::string& name, const ClientId& except) {
  for (const auto& [id, other] : s.parties)
    for (const PartyClient& client : other.clients) {
      if (!client_stands(client) || client.fingerprint != fingerprint || client.id == except) continue;
      bool apart = by == ClientBy::authority && client.by == by && !name.empty() && !client.name.empty() && name != client.name;
      if (!apart) return fail(Errc::conflict, other.id == party ? "client.known" : "client.of_another");
    }
  return {};
}

Result<Events> decide_on_client(const State& s, const Context& c, const DecideClient& cmd, const Party& party) {
  const PartyClient* client = client_of(party, cmd.client);
  if (!client || client->status != ClientStatus::proposed) return fail(Errc::conflict, "client.none_proposed");
  if (!cmd.approve) {
    TRY(need_text("reason", cmd.reason, kTextBytesMax));
    return Events{ClientDecided{cmd.client, cmd.party, false, cmd.reason}};
  }
  TRY(answers_for_party(s, c, party, client->proposed_by));
  TRY(second_person(s, c, client->proposed_by));
  TRY(stepped_up(c));
  TRY(verified_party(s, cmd.party));
  TRY(nobody_elses(s, cmd.party, client->by, client->fingerprint, client->name, client->id));
  if (c.now >= client->not_after_ms) return fail(Errc::refused, "client.certificate_expired");
  return Events{ClientDecided{cmd.client, cmd.party, true, cmd.reason}};
}

Status in_time(TimeMs now, TimeMs from, TimeMs to) {
  if (now < from) return fail(Errc::forbidden, "client.certificate_not_yet_valid");
  if (now >= to) return fail(Errc::forbidden, "client.certificate_expired");
  return {};
}

bool client_matches(const PartyClient& client, ShownClient& shown) {
  if (client.by == ClientBy::certificate) return client.fingerprint == shown.certificate().fingerprint;
  return (client.name.empty() || shown.certificate().bears(client.name)) && shown.issued_by(client);
}

Status counts_now(const PartyClient& client, const ClientCertificate& shown, TimeMs now) {
  if (!client_counts(client)) return fail(Errc::forbidden, "client.certificate_removed");
  if (client.by == ClientBy::authority) {
    if (now >= client.not_after_ms) return fail(Errc::forbidden, "client.authority_expired");
    if (client.revocations && std::binary_search(client.revocations->serials.begin(), client.revocations->serials.end(), shown.serial))
      return fail(Errc::forbidden, "client.certificate_revoked");
    if (client.revocations && now >= client.revocations->next_update_ms) return fail(Errc::forbidden, "client.revocations_overdue");
  }
  return in_time(now, shown.not_before_ms, shown.not_after_ms);
}

}  // namespace

bool ShownClient::issued_by(const PartyClient& authority) {
  auto [known, fresh] = issued_.try_emplace(authority.fingerprint, false);
  if (fresh) known->second = client_issued_by(certificate_, authority.certificate);
  return known->second;
}

Status client_may_call(const State& s, const ContractTerms& terms, ShownClient* shown, TimeMs now) {
  const Party& recipient = s.parties.at(terms.recipient.str());
  bool demanded = terms.mutual_tls == true || recipient.mutual_tls || s.parties.at(terms.provider.str()).mutual_tls;
  if (!shown) return demanded ? fail(Errc::forbidden, "client.certificate_needed") : Status();
  bool has_some = std::any_of(recipient.clients.begin(), recipient.clients.end(), client_counts);
  if (!demanded && !has_some) return {};
  Status why = fail(Errc::forbidden, "client.certificate_foreign");
  for (const PartyClient& client : recipient.clients) {
    if (client.status != ClientStatus::in_force && client.status != ClientStatus::ended) continue;
    if (!client_matches(client, *shown)) continue;
    Status now_counts = counts_now(client, shown->certificate(), now);
    if (now_counts) return {};
    // What is in force and fails says more than what was removed before.
    if (client_counts(client) || why.error().reason == "client.certificate_foreign") why = std::move(now_counts);
  }
  return why;
}

std::vector<Bytes> clients_asked(const State& s, TimeMs now) {
  std::vector<Bytes> out;
  for (const auto& [id, party] : s.parties)
    for (const PartyClient& client : party.clients) {
      if (!client_counts(client) || now >= client.not_after_ms) continue;
      Bytes name = client_asked_name(client.certificate, client.by == ClientBy::authority);
      if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
    }
  return out;
}

Result<Events> decide_on(const State& s, const Context& c, const ProposeClient& cmd) {
  TRY(party_of(s, c, cmd.party, {"security_admin"}));
  TRY(stepped_up(c));
  const Party* party = TRY(verified_party(s, cmd.party));
  auto certificate = TRY(ClientCertificate::read(cmd.certificate));
  if (cmd.by == ClientBy::authority && !certificate.authority) return fail(Errc::invalid, "client.not_an_authority");
  if (cmd.by == ClientBy::certificate && !certificate.for_clients) return fail(Errc::invalid, "client.not_for_clients");
  if (cmd.by == ClientBy::certificate && !cmd.name.empty()) return fail(Errc::invalid, "client.name_of_authority_only");
  if (!cmd.name.empty()) TRY(need_text("name", cmd.name, kNameBytesMax));
  if (c.now >= certificate.not_after_ms) return fail(Errc::refused, "client.certificate_expired");
  TRY(nobody_elses(s, cmd.party, cmd.by, certificate.fingerprint, cmd.name, {}));
  if (static_cast<size_t>(std::count_if(party->clients.begin(), party->clients.end(), client_stands)) >= kClientsMax)
    return fail(Errc::exhausted, "client.too_many", std::to_string(kClientsMax));
  return Events{ClientProposed{.client = ClientId::make(c.random), .party = cmd.party, .by = cmd.by, .certificate = certificate.der,
                               .fingerprint = certificate.fingerprint, .name = cmd.name, .subject = certificate.subject,
                               .not_before_ms = certificate.not_before_ms, .not_after_ms = certificate.not_after_ms}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideClient& cmd) {
  const Party* party = TRY(party_of(s, c, cmd.party, {"security_admin", "system_admin"}));
  return decide_on_client(s, c, cmd, *party);
}

Result<Events> decide_on(const State& s, const Context& c, const EndClient& cmd) {
  const Party* party = TRY(party_of(s, c, cmd.party, {"security_admin"}));
  const PartyClient* client = client_of(*party, cmd.client);
  if (!client || !client_counts(*client)) return fail(Errc::conflict, "client.not_in_force");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ClientEnded{cmd.client, cmd.party, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const TakeClientRevocations& cmd) {
  const Party* party = TRY(party_of(s, c, cmd.party, {"security_admin"}));
  const PartyClient* client = client_of(*party, cmd.client);
  if (!client || !client_counts(*client)) return fail(Errc::conflict, "client.not_in_force");
  if (client->by != ClientBy::authority) return fail(Errc::invalid, "client.not_an_authority");
  auto list = TRY(read_client_revocations(cmd.list, client->certificate, kSerialsMax));
  // An older list would bring revoked certificates back.
  if (client->revocations && list.this_update_ms < client->revocations->this_update_ms) return fail(Errc::conflict, "client.list_older");
  if (list.this_update_ms > c.now + kHourMs || c.now >= list.next_update_ms) return fail(Errc::refused, "client.revocations_overdue");
  return Events{ClientRevocationsTaken{cmd.client, cmd.party,
                                       {.list = sm3(list.der), .this_update_ms = list.this_update_ms, .next_update_ms = list.next_update_ms, .serials = std::move(list.serials)}}};
}

Result<Events> decide_on(const State& s, const Context& c, const DemandMutualTls& cmd) {
  const Party* party = TRY(party_of(s, c, cmd.party, {"security_admin"}));
  if (party->mutual_tls) return fail(Errc::conflict, "client.demanded_already");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{MutualTlsDemanded{cmd.party, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const AskMutualTlsEnd& cmd) {
  const Party* party = TRY(party_of(s, c, cmd.party, {"security_admin"}));
  if (!party->mutual_tls) return fail(Errc::conflict, "client.not_demanded");
  if (party->mutual_tls_end) return fail(Errc::conflict, "client.end_asked_already");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{MutualTlsEndAsked{cmd.party, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideMutualTlsEnd& cmd) {
  const Party* party = TRY(party_of(s, c, cmd.party, {"security_admin", "system_admin"}));
  if (!party->mutual_tls_end) return fail(Errc::conflict, "client.no_end_asked");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  const PersonId& asked_by = party->mutual_tls_end->by;
  if (cmd.approve) {
    TRY(second_person(s, c, asked_by));
    TRY(stepped_up(c));
  }
  return Events{MutualTlsEndDecided{cmd.party, asked_by, cmd.approve, cmd.reason}};
}

void fold(State& s, const ClientProposed& e, const EventPlace& at) {
  s.parties[e.party.str()].clients.push_back({.id = e.client, .by = e.by, .status = ClientStatus::proposed, .certificate = e.certificate, .fingerprint = e.fingerprint,
                                              .name = e.name, .subject = e.subject, .reason = "", .not_before_ms = e.not_before_ms, .not_after_ms = e.not_after_ms,
                                              .at_ms = at.time, .decided_ms = 0, .ended_ms = 0, .proposed_by = at.actor, .decided_by = {}});
}
void fold(State& s, const ClientDecided& e, const EventPlace& at) {
  PartyClient& client = client_in(s, e.party, e.client);
  client.status = e.approved ? ClientStatus::in_force : ClientStatus::refused;
  client.reason = e.reason;
  client.decided_ms = at.time;
  client.decided_by = at.actor;
}
void fold(State& s, const ClientEnded& e, const EventPlace& at) {
  PartyClient& client = client_in(s, e.party, e.client);
  client.status = ClientStatus::ended;
  client.reason = e.reason;
  client.ended_ms = at.time;
}
void fold(State& s, const ClientRevocationsTaken& e, const EventPlace&) { client_in(s, e.party, e.client).revocations = e.revocations; }
void fold(State& s, const MutualTlsDemanded& e, const EventPlace&) { s.parties[e.party.str()].mutual_tls = true; }
void fold(State& s, const MutualTlsEndAsked& e, const EventPlace& at) { s.parties[e.party.str()].mutual_tls_end = AskedResume{e.reason, at.actor, at.time}; }
void fold(State& s, const MutualTlsEndDecided& e, const EventPlace&) {
  Party& party = s.parties[e.party.str()];
  party.mutual_tls = !e.ended;
  party.mutual_tls_end.reset();
}

}  // namespace sluice::space
