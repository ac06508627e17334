// X.509 certificates that programs show in a TLS handshake: reading one, whether an authority issued it, that authority's revocation list.
//
// Any algorithm that OpenSSL takes at 112 bits and more (RSA from 2048, ECDSA, Ed25519). One step below the authority, no chain, nothing fetched. Whether
// the time is right is the caller's question, so that "expired" is told from "foreign". Pure, thread-safe.
// Errors: "client.malformed" (not exactly one certificate), "client.weak_key", "client.not_for_clients" (its uses exclude TLS clients),
// "client.not_an_authority", "client.bad_list" (malformed, partial, or not signed by this authority), "client.list_too_long".
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

namespace sluice {

struct ClientCertificate {
  Bytes der;
  Digest fingerprint{};       // SHA-256 of the DER: what other programs print
  std::string subject;        // RFC 2253, for people
  std::string serial;         // hexadecimal
  std::vector<std::string> names;  // common names, DNS names, URIs
  TimeMs not_before_ms = 0, not_after_ms = 0;
  bool authority = false;     // CA, with the right to sign certificates
  bool for_clients = false;   // its uses allow a TLS client

  // DER, or PEM with one certificate; at most 32 KiB.
  static Result<ClientCertificate> read(ByteView file);
  bool bears(std::string_view name) const;
};

// Whether `authority` itself issued this certificate for a client; the time is not asked.
bool client_issued_by(const ClientCertificate& certificate, ByteView authority_der);

// DER of the name that a server puts into its request for a certificate: of the authority itself, or of who issued a pinned one.
Bytes client_asked_name(ByteView der, bool authority);

struct ClientRevocationList {
  Bytes der;
  TimeMs this_update_ms = 0, next_update_ms = 0;
  std::vector<std::string> serials;  // sorted
};
// DER or PEM, at most 1 MiB and `serials_max` entries; complete lists with a next update only.
Result<ClientRevocationList> read_client_revocations(ByteView file, ByteView authority_der, size_t serials_max);

}  // namespace sluice
