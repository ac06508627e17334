// The certificate that a space makes for itself on first start: ECDSA P-256, self-signed, for the given host names
// and addresses. Browsers warn about it once; `--cert` and `--key` bring one's own.
#pragma once

#include <string>
#include <vector>

#include "base/restricted.h"
#include "base/result.h"
#include "edge/http/server.h"

namespace sluice::http {

// Names are host names or IP literals ("localhost", "127.0.0.1"). "http.cannot_make_certificate" when OpenSSL refuses.
Result<Tls> make_self_signed(const std::vector<std::string>& names, int days);
// SHA-256 of the leaf in the form that browsers show: "AB:CD:…". "http.bad_certificate" otherwise.
Result<std::string> fingerprint(const std::string& certificate_pem);

}  // namespace sluice::http
