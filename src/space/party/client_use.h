// Whether a program that calls for a party has shown a certificate that counts, and whom a server asks for one.
#pragma once

#include <map>

#include "crypto/client_certificate.h"
#include "space/state.h"

namespace sluice::space {

// What a connection showed, read once. Whether an authority issued it is reckoned once for each authority: not thread-safe.
class ShownClient {
 public:
  explicit ShownClient(ClientCertificate certificate) : certificate_(std::move(certificate)) {}
  const ClientCertificate& certificate() const { return certificate_; }
  bool issued_by(const PartyClient& authority);

 private:
  ClientCertificate certificate_;
  std::map<Digest, bool> issued_;
};

// Of a call under this contract; `shown` is null where the connection showed nothing. Without a demand by contract, provider or recipient a call
// needs no certificate; one that is shown for a recipient that has registered some must be one of them.
// Forbidden: "client.certificate_needed", "client.certificate_foreign" (nobody's, or another party's: which of the two is not said),
// "client.certificate_expired", "client.certificate_not_yet_valid", "client.certificate_revoked", "client.certificate_removed",
// "client.authority_expired", "client.revocations_overdue".
Status client_may_call(const State& state, const ContractTerms& terms, ShownClient* shown, TimeMs now);

// DER names of who issues certificates that count now: none means that nobody is asked for one.
std::vector<Bytes> clients_asked(const State& state, TimeMs now);

}  // namespace sluice::space
