#include <algorithm>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "space/decisions.h"
#include "space/fold.h"
#include "standard/codes.h"

namespace sluice::space {

std::string key_proof_text(const PartyId& party, ByteView public_key) {
  return "sluice/party-key/v1\n" + canonical(Json::object({{"party", party.str()}, {"public_key", base64(public_key)}}));
}

namespace {

bool is_country(std::string_view code) {
  return code.size() == 2 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

std::string key_id_of(ByteView public_key) {
  Digest digest = sm3(public_key);
  return hex(ByteView(digest).first(16));
}

Result<Events> decide_on(const State& s, const Context& c, const RegisterParty& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  TRY(need_text("name", cmd.name, kNameBytesMax));
  TRY(need_text("evidence", cmd.evidence, kTextBytesMax));
  bool abroad = cmd.country && *cmd.country != "CN";
  if (cmd.country && !is_country(*cmd.country)) return fail(Errc::invalid, "party.bad_country");
  if (abroad) TRY(need_text("uscc", cmd.uscc, kNameBytesMax));
  if (!abroad && !check_uscc(cmd.uscc).valid) return fail(Errc::invalid, "party.bad_uscc");
  for (const auto& [id, party] : s.parties)
    if (party.uscc == cmd.uscc && party.abroad() == abroad && (!abroad || party.country == cmd.country)) return fail(Errc::conflict, "party.uscc_known");
  return Events{PartyRegistered{PartyId::make(c.random), cmd.name, cmd.uscc, cmd.role, cmd.evidence, cmd.country}};
}

Result<Events> decide_on(const State& s, const Context& c, const VerifyParty& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Party* party = find(s.parties, cmd.party);
  if (!party) return fail(Errc::not_found, "party.not_found");
  if (party->status != PartyStatus::registered) return fail(Errc::conflict, "party.not_awaiting_verification");
  TRY(second_person(s, c, party->registered_by));
  TRY(need_text("evidence", cmd.evidence, kTextBytesMax));
  return Events{PartyVerified{cmd.party, cmd.evidence}};
}

Result<Events> decide_on(const State& s, const Context& c, const RegisterPartyKey& cmd) {
  const Person* person = TRY(acting(s, c));
  // Who has the key brings it: a signer of the party, or the security administrator at the desk.
  bool own = person->party == cmd.party && acting_as(s, c, Duty::contract_signer);
  if (!own) TRY(acting_as(s, c, Duty::security_admin));
  TRY(stepped_up(c));
  TRY(verified_party(s, cmd.party));
  auto key = Sm2PublicKey::from_bytes(cmd.public_key);
  if (!key) return fail(Errc::invalid, "party.bad_key");
  if (!key->verify(view(key_proof_text(cmd.party, cmd.public_key)), cmd.proof)) return fail(Errc::invalid, "party.key_not_proven");
  return Events{PartyKeyProposed{cmd.party, key_id_of(cmd.public_key), cmd.public_key, cmd.proof}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecidePartyKey& cmd) {
  const Person* person = TRY(acting(s, c));
  const Party* party = find(s.parties, cmd.party);
  // Whose key it is may say so; so may another administrator.
  bool own = party && party->id == person->party && acting_as(s, c, Duty::contract_signer);
  if (!own) TRY(acting_as_any(s, c, {"security_admin", "system_admin"}));
  if (!party) return fail(Errc::not_found, "party.not_found");
  if (!party->proposed_key || party->proposed_key->key_id != cmd.key_id) return fail(Errc::conflict, "party.no_key_proposed");
  if (!cmd.approve) {
    TRY(need_text("reason", cmd.reason, kTextBytesMax));
    return Events{PartyKeyRefused{cmd.party, cmd.key_id, cmd.reason}};
  }
  TRY(answers_for_party(s, c, *party, party->proposed_key->by));
  TRY(second_person(s, c, party->proposed_key->by));
  TRY(stepped_up(c));
  TRY(verified_party(s, cmd.party));
  const ProposedKey& key = *party->proposed_key;
  return Events{PartyKeyRegistered{cmd.party, key.key_id, key.public_key, key.proof}};
}

namespace {

// What runs for a party or over its data ends with its suspension: files in the making fail, keys are taken back. An open interface
// stays, and refuses each call (node/release_api.h) until the party is resumed.
void end_running_work(const State& s, const PartyId& party, Events& events) {
  for (const auto& [id, release] : s.releases) {
    const Contract* contract = find(s.contracts, release.contract);
    bool touched = contract && (contract->terms.provider == party || contract->terms.recipient == party);
    if (touched && release.status == ReleaseStatus::prepared) events.push_back(ReleaseFailed{release.id, "party.suspended"});
  }
  for (const auto& [id, grant] : s.grants) {
    const Release* release = find(s.releases, grant.release);
    const Contract* contract = release ? find(s.contracts, release->contract) : nullptr;
    const Dataset* dataset = find(s.datasets, grant.dataset);
    if (release && release->status == ReleaseStatus::open) continue;
    if ((dataset && dataset->owner == party) || (contract && contract->terms.recipient == party)) events.push_back(KeysGrantEnded{grant.id, "party.suspended"});
  }
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const SuspendParty& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Party* party = find(s.parties, cmd.party);
  if (!party) return fail(Errc::not_found, "party.not_found");
  // Nobody would be left who could resume it.
  if (const Person* admin = find(s.persons, c.principal.person); admin && admin->party == cmd.party) return fail(Errc::forbidden, "party.own_organisation");
  if (party->status == PartyStatus::suspended) return fail(Errc::conflict, "party.suspended_already");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  Events events{PartySuspended{cmd.party, cmd.reason}};
  end_running_work(s, cmd.party, events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ResumeParty& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Party* party = find(s.parties, cmd.party);
  if (!party) return fail(Errc::not_found, "party.not_found");
  if (party->status != PartyStatus::suspended) return fail(Errc::conflict, "party.not_suspended");
  if (party->resume) return fail(Errc::conflict, "party.resume_asked_already");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{PartyResumeAsked{cmd.party, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideResume& cmd) {
  TRY(acting_as_any(s, c, {"security_admin", "system_admin"}));
  const Party* party = find(s.parties, cmd.party);
  if (!party) return fail(Errc::not_found, "party.not_found");
  if (party->status != PartyStatus::suspended || !party->resume) return fail(Errc::conflict, "party.no_resume_asked");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (!cmd.approve) return Events{PartyResumeRefused{cmd.party, cmd.reason}};
  TRY(second_person(s, c, party->resume->by));
  TRY(stepped_up(c));
  return Events{PartyResumed{cmd.party, party->resume->by, cmd.reason}};
}

void fold(State& s, const PartyKeyRegistered& e, const EventPlace& at) {
  Party& party = s.parties[e.party.str()];
  party.key_seq = at.seq;
  party.key_id = e.key_id;
  party.public_key = e.public_key;
  party.proposed_key.reset();
}
void fold(State& s, const PartySuspended& e, const EventPlace&) {
  Party& party = s.parties[e.party.str()];
  party.status = PartyStatus::suspended;
  party.resume.reset();
}
void fold(State& s, const PartyKeyProposed& e, const EventPlace& at) {
  s.parties[e.party.str()].proposed_key = ProposedKey{e.key_id, e.public_key, e.proof, at.actor, at.time};
}
void fold(State& s, const PartyKeyRefused& e, const EventPlace&) { s.parties[e.party.str()].proposed_key.reset(); }
void fold(State& s, const PartyResumeAsked& e, const EventPlace& at) { s.parties[e.party.str()].resume = AskedResume{e.reason, at.actor, at.time}; }
void fold(State& s, const PartyResumeRefused& e, const EventPlace&) { s.parties[e.party.str()].resume.reset(); }
void fold(State& s, const PartyResumed& e, const EventPlace&) {
  Party& party = s.parties[e.party.str()];
  // As it was: a party that nobody verified is not verified by this.
  party.status = party.verified_by.empty() ? PartyStatus::registered : PartyStatus::verified;
  party.resume.reset();
}

}  // namespace sluice::space
