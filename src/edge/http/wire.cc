#include "edge/http/wire.h"

#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <vector>

#include "crypto/openssl_owned.h"

namespace sluice::http {

// Outside the anonymous namespace: Wire::Tls has members of it.
struct WireFree : OpensslFree {
  using OpensslFree::operator();
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
  void operator()(SSL* p) const { SSL_free(p); }
  void operator()(addrinfo* p) const { freeaddrinfo(p); }
};
template <class T>
using WireOwned = std::unique_ptr<T, WireFree>;

namespace {

bool is_this_machine(const addrinfo& address) {
  if (address.ai_family == AF_INET) return (ntohl(reinterpret_cast<const sockaddr_in*>(address.ai_addr)->sin_addr.s_addr) >> 24) == 127;
  return address.ai_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address.ai_addr)->sin6_addr);
}

// Chain and key of the node as a client; set once, before threads ask.
struct OwnClient {
  std::vector<WireOwned<X509>> chain;
  WireOwned<EVP_PKEY> key;
};
OwnClient& own_client() {
  static OwnClient own;
  return own;
}

bool use_own_client(SSL_CTX* context) {
  const OwnClient& own = own_client();
  if (!own.key) return true;
  if (SSL_CTX_use_certificate(context, own.chain.front().get()) != 1 || SSL_CTX_use_PrivateKey(context, own.key.get()) != 1) return false;
  for (size_t i = 1; i < own.chain.size(); i++)
    if (SSL_CTX_add1_chain_cert(context, own.chain[i].get()) != 1) return false;
  return true;
}

Result<WireOwned<SSL_CTX>> tls_context(const std::string& ca_pem) {
  WireOwned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(Errc::internal, "fetch.unreachable");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (!use_own_client(context.get())) return fail(Errc::internal, "fetch.unreachable");
  if (ca_pem.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
    return context;
  }
  WireOwned<BIO> in(BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())));
  int count = 0;
  while (WireOwned<X509> one{in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr}) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), one.get());
    count++;
  }
  ERR_clear_error();
  if (count == 0) return fail(Errc::refused, "fetch.untrusted");
  return context;
}

}  // namespace

Status show_as_client(std::string_view certificate_pem, const SecretText& key_pem) {
  OwnClient own;
  WireOwned<BIO> certificates(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  while (WireOwned<X509> one{certificates ? PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr) : nullptr}) own.chain.push_back(std::move(one));
  const std::string& key = key_pem.reveal("TLS handshake");
  WireOwned<BIO> in(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
  // A key under a passphrase is not asked for: nobody sits before a server.
  auto no_passphrase = [](char*, int, int, void*) { return -1; };
  if (in) own.key.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr));
  bool fits = !own.chain.empty() && own.key && X509_check_private_key(own.chain.front().get(), own.key.get()) == 1;
  ERR_clear_error();
  if (own.chain.empty()) return fail(Errc::invalid, "http.bad_certificate", "client certificate");
  if (!fits) return fail(Errc::invalid, "http.bad_certificate", "client key");
  own_client() = std::move(own);
  return {};
}

struct Wire::Tls {
  WireOwned<SSL_CTX> context;
  WireOwned<SSL> ssl;

  // Repeats a call of the library until it is done, waiting for the socket in between; 0: the peer is done.
  template <class Call>
  Result<int> until_done(Wire& wire, const Call& call) {
    while (true) {
      int done = call();
      if (done > 0) return done;
      int why = SSL_get_error(ssl.get(), done);
      if (why == SSL_ERROR_ZERO_RETURN) return 0;
      if (why == SSL_ERROR_WANT_READ) {
        TRY(wire.wait(POLLIN));
      } else if (why == SSL_ERROR_WANT_WRITE) {
        TRY(wire.wait(POLLOUT));
      } else {
        bool trust = SSL_get_verify_result(ssl.get()) != X509_V_OK;
        ERR_clear_error();
        return trust ? fail(Errc::refused, "fetch.untrusted") : fail(Errc::unreachable, "fetch.unreachable");
      }
    }
  }
};

Wire::Wire(OwnedFd fd, Time end) : fd_(std::move(fd)), end_(end) {}
Wire::Wire(Wire&&) noexcept = default;
Wire& Wire::operator=(Wire&&) noexcept = default;
Wire::~Wire() = default;

bool Wire::secured() const { return tls_ != nullptr; }

Status Wire::wait(short events) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now()).count();
  pollfd one{fd_.get(), events, 0};
  if (left <= 0 || ::poll(&one, 1, static_cast<int>(left)) <= 0) return fail(Errc::unreachable, "fetch.too_slow");
  return {};
}

Result<Wire> Wire::open(const std::string& host, const std::string& port, WireReach reach, Time end) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) return fail(Errc::unreachable, "fetch.no_such_host");
  WireOwned<addrinfo> all(found);
  Error why{Errc::unreachable, "fetch.unreachable"};
  for (const addrinfo* a = found; a; a = a->ai_next) {
    if (reach == WireReach::this_machine && !is_this_machine(*a)) return fail(Errc::invalid, "fetch.bad_url");
    OwnedFd fd(::socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) continue;
    int started = ::connect(fd.get(), a->ai_addr, a->ai_addrlen);
    if (started != 0 && errno != EINPROGRESS) continue;
    Wire wire(std::move(fd), end);
    int error = 0;
    socklen_t size = sizeof error;
    if (Status ready = wire.wait(POLLOUT); !ready) {
      why = ready.error();
      continue;
    }
    if (::getsockopt(wire.fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0) return wire;
  }
  return tl::unexpected(std::move(why));
}

Status Wire::secure(const std::string& host, const std::string& ca_pem) {
  auto tls = std::make_unique<Tls>();
  tls->context = TRY(tls_context(ca_pem));
  tls->ssl.reset(SSL_new(tls->context.get()));
  if (!tls->ssl || SSL_set_fd(tls->ssl.get(), fd_.get()) != 1) return fail(Errc::internal, "fetch.unreachable");
  X509_VERIFY_PARAM* check = SSL_get0_param(tls->ssl.get());
  bool address = X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str()) == 1;
  if (!address && (SSL_set1_host(tls->ssl.get(), host.c_str()) != 1 || SSL_set_tlsext_host_name(tls->ssl.get(), host.c_str()) != 1))
    return fail(Errc::invalid, "fetch.bad_url");
  int done = TRY(tls->until_done(*this, [&] { return SSL_connect(tls->ssl.get()); }));
  if (done == 0) return fail(Errc::unreachable, "fetch.unreachable");
  tls_ = std::move(tls);
  return {};
}

Status Wire::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (tls_) {
      int n = TRY(tls_->until_done(*this, [&] { return SSL_write(tls_->ssl.get(), bytes.data(), static_cast<int>(bytes.size())); }));
      if (n == 0) return fail(Errc::unreachable, "fetch.unreachable");
      bytes.remove_prefix(static_cast<size_t>(n));
      continue;
    }
    TRY(wait(POLLOUT));
    ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0) return fail(Errc::unreachable, "fetch.unreachable");
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Result<std::string> Wire::receive() {
  char buffer[16384];
  if (tls_) {
    int n = TRY(tls_->until_done(*this, [&] { return SSL_read(tls_->ssl.get(), buffer, sizeof buffer); }));
    return std::string(buffer, static_cast<size_t>(n));
  }
  while (true) {
    TRY(wait(POLLIN));
    ssize_t n = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n < 0) return fail(Errc::unreachable, "fetch.unreachable");
    return std::string(buffer, static_cast<size_t>(n));
  }
}

}  // namespace sluice::http
