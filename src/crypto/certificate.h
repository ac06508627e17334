// X.509 certificates of people with SM2 keys (GM/T 0015, RFC 5280): reading one, checking who issued it, revocation lists, and the request
// that a person hands to a certification authority.
//
// Only SM2 with SM3 (1.2.156.10197.1.501, id 1234567812345678) on the SM2 curve, one step below an authority that the space adopted: no
// other algorithm, no chain to be found elsewhere, nothing fetched. Signatures are verified over the bytes as they came. What is critical and not
// understood makes a certificate or list worthless. Pure, thread-safe.
// Errors: "certificate.malformed", "certificate.not_sm2", "certificate.other_issuer", "certificate.bad_signature", "certificate.not_an_authority",
// "certificate.bad_list" (a revocation list that is malformed, partial, or not of this authority).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "crypto/sign.h"

namespace sluice {

class SmCertificate {
 public:
  // DER, or PEM with one certificate; at most 16 KiB.
  static Result<SmCertificate> read(ByteView file);

  const Bytes& der() const { return der_; }
  const Digest& fingerprint() const { return fingerprint_; }  // SM3 of the DER
  const std::string& subject() const { return subject_; }     // RFC 2253, for people
  const Bytes& serial() const { return serial_; }             // positive, big-endian, no leading zero
  const Sm2PublicKey& key() const { return key_; }
  TimeMs not_before_ms() const { return not_before_ms_; }
  TimeMs not_after_ms() const { return not_after_ms_; }  // the first moment that it is not valid any more
  bool may_sign() const { return may_sign_; }            // key usage: digital signature or non-repudiation, or none named

  // Whether this authority's key signed it, under its name.
  Status issued_by(const SmCertificate& authority) const;
  // An authority's own: CA, with the right to sign certificates, signed by itself or not.
  Status is_authority() const;

 private:
  friend struct CertificateReading;
  explicit SmCertificate(Sm2PublicKey key) : key_(std::move(key)) {}
  Bytes der_, signed_part_, signature_, subject_name_, issuer_name_, serial_;
  Digest fingerprint_{};
  std::string subject_;
  Sm2PublicKey key_;
  TimeMs not_before_ms_ = 0, not_after_ms_ = 0;
  bool ca_ = false, may_sign_ = true, signs_certificates_ = true;
  friend Result<struct RevocationList> read_revocation_list(ByteView file, const SmCertificate& authority);
};

struct RevocationList {
  TimeMs this_update_ms = 0, next_update_ms = 0;
  std::vector<Bytes> serials;  // sorted
  bool has(const Bytes& serial) const;
};
// DER or PEM, at most 4 MiB; complete lists with a next update only.
Result<RevocationList> read_revocation_list(ByteView file, const SmCertificate& authority);

// PKCS#10 (RFC 2986) in PEM: the common name and, when given, the organisation, signed by the key. "certificate.bad_name".
Result<std::string> certificate_request(Sm2Signer& signer, std::string_view common_name, std::string_view organisation);

}  // namespace sluice
