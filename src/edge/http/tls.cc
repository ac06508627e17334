#include "edge/http/tls.h"

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>

namespace sluice::http {

Status prepare_tls(boost::asio::ssl::context& context, const Tls& tls) {
  namespace asio = boost::asio;
  boost::system::error_code error;
  context.use_certificate_chain(asio::buffer(tls.certificate_pem), error);
  if (error) return fail(Errc::invalid, "http.bad_certificate", "certificate");
  context.use_private_key(asio::buffer(tls.private_key_pem.reveal("TLS handshake")), asio::ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(context.native_handle()) != 1) return fail(Errc::invalid, "http.bad_certificate", "key");
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_3_VERSION);
  // Sessions are not resumed: a ticket key would be one more secret that outlives a handshake.
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context.native_handle(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.native_handle(), 0);
  if (!tls.client_ca_pem.empty()) {
    context.add_certificate_authority(asio::buffer(tls.client_ca_pem), error);
    if (error) return fail(Errc::invalid, "http.bad_certificate", "client CA");
    context.set_verify_mode(asio::ssl::verify_peer, error);
  }
  return {};
}

Bytes client_certificate(const ssl_st* connection) {
  X509* certificate = SSL_get1_peer_certificate(connection);
  if (!certificate) return {};
  unsigned char* der = nullptr;
  int size = i2d_X509(certificate, &der);
  Bytes out(der, der + (size > 0 ? size : 0));
  OPENSSL_free(der);
  X509_free(certificate);
  return out;
}

}  // namespace sluice::http
