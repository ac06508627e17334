// How the server speaks TLS: version 1.3 alone, no session is resumed, a client's certificate is asked for where an authority for
// clients is named. Internal to the server.
// Errors: "http.bad_certificate" (which of certificate, key and client CA does not parse or fit).
#pragma once

#include "edge/http/server.h"

namespace boost::asio::ssl {
class context;
}
struct ssl_st;

namespace sluice::http {

Status prepare_tls(boost::asio::ssl::context& context, const Tls& tls);

// DER of the certificate that the peer showed in its handshake; empty without one.
Bytes client_certificate(const ssl_st* connection);

}  // namespace sluice::http
