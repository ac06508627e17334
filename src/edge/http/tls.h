// How the server speaks TLS: version 1.3 alone, no session is resumed (so that nobody comes back as who was there before), a client's
// certificate is asked for where somebody's counts. Internal to the server.
// Errors: "http.bad_certificate" (which of certificate and key does not parse or fit).
#pragma once

#include "edge/http/server.h"

namespace boost::asio::ssl {
class context;
}
struct ssl_st;

namespace sluice::http {

// `tls` must outlive the context.
Status prepare_tls(boost::asio::ssl::context& context, const Tls& tls);

// DER of the certificate that the peer showed in its handshake; empty without one.
Bytes client_certificate(const ssl_st* connection);

}  // namespace sluice::http
