// What programs of a party are known by on the wire: client certificates, pinned one by one or by the authority that issues them, and
// whether calls are demanded to show one (mutual TLS, C7.2.5c).
//
//   client   ProposeClient ──▶ proposed ──DecideClient (another person)──▶ in_force | refused;  in_force ──EndClient──▶ ended
//            TakeClientRevocations: the authority's list, signed by it, in place of the one before
//   demand   DemandMutualTls ──▶ demanded ──AskMutualTlsEnd──▶ asked for ──DecideMutualTlsEnd (another person)──▶ not demanded | still demanded
//
// Who: the security administrator or a signer of the party proposes, as of a party's key; an administrator confirms, or, of what an administrator
// proposed, a signer of the party. What takes away (end, a list, to
// demand) is one person's, the security administrator's or a signer's of the party, and counts from the next call on. Confirming, demanding and
// its end take a second factor.
//
// A certificate is pinned whole (SHA-256 of its DER). Of an authority only what it issued itself counts, with clientAuth where a use is named and,
// where `name` is not empty, with exactly this name (common name, DNS name or URI): an authority of more than one party counts by names alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

enum class ClientBy { certificate, authority };
constexpr std::array<std::string_view, 2> enum_names(ClientBy) { return {"certificate", "authority"}; }

struct ProposeClient {
  static constexpr std::string_view kind = "party.propose_client";
  PartyId party;
  ClientBy by = ClientBy::certificate;
  Bytes certificate;  // DER or PEM, one certificate
  std::string name;   // of an authority: what a certificate of the party must bear
  static constexpr auto fields = field_list(field("party", &ProposeClient::party), field("by", &ProposeClient::by),
                                            field("certificate", &ProposeClient::certificate), field("name", &ProposeClient::name));
};
struct DecideClient {
  static constexpr std::string_view kind = "party.decide_client";
  PartyId party;
  ClientId client;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &DecideClient::party), field("client", &DecideClient::client),
                                            field("approve", &DecideClient::approve), field("reason", &DecideClient::reason));
};
struct EndClient {
  static constexpr std::string_view kind = "party.end_client";
  PartyId party;
  ClientId client;
  std::string reason;
  static constexpr auto fields =
      field_list(field("party", &EndClient::party), field("client", &EndClient::client), field("reason", &EndClient::reason));
};
struct TakeClientRevocations {
  static constexpr std::string_view kind = "party.take_client_revocations";
  PartyId party;
  ClientId client;
  Bytes list;  // DER or PEM
  static constexpr auto fields = field_list(field("party", &TakeClientRevocations::party), field("client", &TakeClientRevocations::client),
                                            field("list", &TakeClientRevocations::list));
};
struct DemandMutualTls {
  static constexpr std::string_view kind = "party.demand_mutual_tls";
  PartyId party;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &DemandMutualTls::party), field("reason", &DemandMutualTls::reason));
};
struct AskMutualTlsEnd {
  static constexpr std::string_view kind = "party.ask_mutual_tls_end";
  PartyId party;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &AskMutualTlsEnd::party), field("reason", &AskMutualTlsEnd::reason));
};
struct DecideMutualTlsEnd {
  static constexpr std::string_view kind = "party.decide_mutual_tls_end";
  PartyId party;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &DecideMutualTlsEnd::party), field("approve", &DecideMutualTlsEnd::approve),
                                            field("reason", &DecideMutualTlsEnd::reason));
};

struct ClientProposed {
  static constexpr std::string_view kind = "party.client_proposed";
  ClientId client;
  PartyId party;
  ClientBy by = ClientBy::certificate;
  Bytes certificate;  // DER
  Digest fingerprint{};  // SHA-256 of it
  std::string name, subject;
  TimeMs not_before_ms = 0, not_after_ms = 0;
  static constexpr auto fields =
      field_list(field("client", &ClientProposed::client), field("party", &ClientProposed::party), field("by", &ClientProposed::by),
                 field("certificate", &ClientProposed::certificate), field("fingerprint", &ClientProposed::fingerprint),
                 field("name", &ClientProposed::name), field("subject", &ClientProposed::subject),
                 field("not_before_ms", &ClientProposed::not_before_ms), field("not_after_ms", &ClientProposed::not_after_ms));
};
struct ClientDecided {
  static constexpr std::string_view kind = "party.client_decided";
  ClientId client;
  PartyId party;
  bool approved = false;
  std::string reason;
  static constexpr auto fields = field_list(field("client", &ClientDecided::client), field("party", &ClientDecided::party),
                                            field("approved", &ClientDecided::approved), field("reason", &ClientDecided::reason));
};
struct ClientEnded {
  static constexpr std::string_view kind = "party.client_ended";
  ClientId client;
  PartyId party;
  std::string reason;
  static constexpr auto fields =
      field_list(field("client", &ClientEnded::client), field("party", &ClientEnded::party), field("reason", &ClientEnded::reason));
};

// Serial numbers in hexadecimal, as the authority's list names them.
struct ClientRevocations {
  Digest list{};  // SM3 of its DER
  TimeMs this_update_ms = 0, next_update_ms = 0;
  std::vector<std::string> serials;
  static constexpr auto fields =
      field_list(field("list", &ClientRevocations::list), field("this_update_ms", &ClientRevocations::this_update_ms),
                 field("next_update_ms", &ClientRevocations::next_update_ms), field("serials", &ClientRevocations::serials));
};
struct ClientRevocationsTaken {
  static constexpr std::string_view kind = "party.client_revocations_taken";
  ClientId client;
  PartyId party;
  ClientRevocations revocations;
  static constexpr auto fields = field_list(field("client", &ClientRevocationsTaken::client), field("party", &ClientRevocationsTaken::party),
                                            field("revocations", &ClientRevocationsTaken::revocations));
};
struct MutualTlsDemanded {
  static constexpr std::string_view kind = "party.mutual_tls_demanded";
  PartyId party;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &MutualTlsDemanded::party), field("reason", &MutualTlsDemanded::reason));
};
struct MutualTlsEndAsked {
  static constexpr std::string_view kind = "party.mutual_tls_end_asked";
  PartyId party;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &MutualTlsEndAsked::party), field("reason", &MutualTlsEndAsked::reason));
};
struct MutualTlsEndDecided {
  static constexpr std::string_view kind = "party.mutual_tls_end_decided";
  PartyId party;
  PersonId asked_by;
  bool ended = false;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &MutualTlsEndDecided::party), field("asked_by", &MutualTlsEndDecided::asked_by),
                                            field("ended", &MutualTlsEndDecided::ended), field("reason", &MutualTlsEndDecided::reason));
};

enum class ClientStatus { proposed, in_force, refused, ended };
constexpr std::array<std::string_view, 4> enum_names(ClientStatus) { return {"proposed", "in_force", "refused", "ended"}; }

struct PartyClient {
  ClientId id;
  ClientBy by = ClientBy::certificate;
  ClientStatus status = ClientStatus::proposed;
  Bytes certificate;
  Digest fingerprint{};
  std::string name, subject, reason;
  TimeMs not_before_ms = 0, not_after_ms = 0, at_ms = 0, decided_ms = 0, ended_ms = 0;
  PersonId proposed_by, decided_by;
  std::optional<ClientRevocations> revocations{};  // absent: no list was taken in
  static constexpr auto fields = field_list(
      field("id", &PartyClient::id), field("by", &PartyClient::by), field("status", &PartyClient::status), field("certificate", &PartyClient::certificate),
      field("fingerprint", &PartyClient::fingerprint), field("name", &PartyClient::name), field("subject", &PartyClient::subject),
      field("reason", &PartyClient::reason), field("not_before_ms", &PartyClient::not_before_ms), field("not_after_ms", &PartyClient::not_after_ms),
      field("at_ms", &PartyClient::at_ms), field("decided_ms", &PartyClient::decided_ms), field("ended_ms", &PartyClient::ended_ms),
      field("proposed_by", &PartyClient::proposed_by), field("decided_by", &PartyClient::decided_by), field("revocations", &PartyClient::revocations));
};

}  // namespace sluice::space
