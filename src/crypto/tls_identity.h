// The server's own TLS identity, made on first start when the operator brings none: a self-signed X.509 certificate over
// P-256 (ECDSA with SHA-256) with its names and addresses as subject alternative names.
//
// Not SM2: Debian's OpenSSL has no SM cipher suites (RFC 8998, GB/T 38636), so transport is plain TLS 1.3 and whatever
// is released is sealed once more in the SM2/SM4-GCM envelope (envelope.h).
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/restricted.h"
#include "base/result.h"

namespace sluice {

struct TlsIdentity {
  std::string certificate_pem;
  SecretText key_pem;  // PKCS#8
};

// Names are DNS names or IP addresses; the first becomes the common name. Valid from an hour before `now`.
// "tls.no_names", "tls.bad_name" (not a name in letters, digits, dots, hyphens, nor an address).
Result<TlsIdentity> make_tls_identity(const std::vector<std::string>& names, TimeMs now, int days = 825);

// SHA-256 of the certificate's DER form: what a client pins. "tls.bad_certificate".
Result<Digest> certificate_fingerprint(std::string_view certificate_pem);

}  // namespace sluice
