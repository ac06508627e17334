#include <algorithm>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "space/decisions.h"
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
  TRY(second_person(c, party->registered_by));
  TRY(need_text("evidence", cmd.evidence, kTextBytesMax));
  return Events{PartyVerified{cmd.party, cmd.evidence}};
}

Result<Events> decide_on(const State& s, const Context& c, const RegisterPartyKey& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  TRY(stepped_up(c));
  TRY(verified_party(s, cmd.party));
  auto key = Sm2PublicKey::from_bytes(cmd.public_key);
  if (!key) return fail(Errc::invalid, "party.bad_key");
  if (!key->verify(view(key_proof_text(cmd.party, cmd.public_key)), cmd.proof)) return fail(Errc::invalid, "party.key_not_proven");
  return Events{PartyKeyRegistered{cmd.party, key_id_of(cmd.public_key), cmd.public_key, cmd.proof}};
}

Result<Events> decide_on(const State& s, const Context& c, const SuspendParty& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Party* party = find(s.parties, cmd.party);
  if (!party) return fail(Errc::not_found, "party.not_found");
  if (party->status == PartyStatus::suspended) return fail(Errc::conflict, "party.suspended_already");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{PartySuspended{cmd.party, cmd.reason}};
}

}  // namespace sluice::space
