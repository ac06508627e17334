#include "edge/http/tls.h"

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>

#include "crypto/openssl_owned.h"
#include "crypto/x509_parts.h"

namespace sluice::http {

namespace {

// The handshake proves that the client holds the key. Whose certificate it is, and whether it counts now, is asked of the state at every
// request: what was true when the connection began need not be true any more.
int believe_it_is_held(X509_STORE_CTX*, void*) { return 1; }

// Runs before the request for a certificate is written.
int ask_for_certificate(SSL* connection, void* arg) {
  std::vector<Bytes> names;
  try {
    names = static_cast<const Tls*>(arg)->clients_asked();
  } catch (const std::exception&) {
    return 0;  // nothing is thrown through the library: the handshake ends
  }
  if (names.empty()) return 1;
  STACK_OF(X509_NAME)* list = sk_X509_NAME_new_null();
  if (!list) return 0;
  for (const Bytes& der : names) {
    const unsigned char* at = der.data();
    X509_NAME* name = d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size()));
    if (name && sk_X509_NAME_push(list, name) == 0) X509_NAME_free(name);
  }
  SSL_set0_CA_list(connection, list);
  SSL_set_verify(connection, SSL_VERIFY_PEER, nullptr);
  return 1;
}

}  // namespace

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
  if (tls.clients_asked) {
    SSL_CTX_set_cert_verify_callback(context.native_handle(), believe_it_is_held, nullptr);
    SSL_CTX_set_cert_cb(context.native_handle(), ask_for_certificate, const_cast<Tls*>(&tls));
  }
  return {};
}

Bytes client_certificate(const ssl_st* connection) {
  OpensslOwned<X509> certificate(SSL_get1_peer_certificate(connection));
  return certificate ? openssl_der(certificate.get(), i2d_X509) : Bytes();
}

}  // namespace sluice::http
