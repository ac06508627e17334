#include "crypto/client_certificate.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "crypto/openssl_owned.h"
#include "crypto/x509_parts.h"

namespace sluice {

namespace {

constexpr size_t kClientFileBytesMax = 32u << 10, kClientListBytesMax = 1u << 20, kBorneBytesMax = 255, kBorneNamesMax = 64, kClientSubjectMax = 500;
constexpr int kClientKeyBits = 112;

struct X509StoreFree {
  void operator()(X509_STORE* p) const { X509_STORE_free(p); }
  void operator()(X509_STORE_CTX* p) const { X509_STORE_CTX_free(p); }
  void operator()(GENERAL_NAMES* p) const { GENERAL_NAMES_free(p); }
};
template <class T>
using StoreOwned = std::unique_ptr<T, X509StoreFree>;

// What the library queued is of no concern to the next call of this thread.
struct QuietErrors {
  ~QuietErrors() { ERR_clear_error(); }
};

bool is_pem(ByteView file) { return std::string_view(reinterpret_cast<const char*>(file.data()), file.size()).find("-----BEGIN ") != std::string_view::npos; }

OpensslOwned<X509> x509_of(ByteView der) {
  const unsigned char* at = der.data();
  OpensslOwned<X509> out(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (at != der.data() + der.size()) out.reset();
  return out;
}

OpensslOwned<X509> read_one(ByteView file) {
  if (!is_pem(file)) return x509_of(file);
  OpensslOwned<BIO> in(BIO_new_mem_buf(file.data(), static_cast<int>(file.size())));
  OpensslOwned<X509> first(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
  OpensslOwned<X509> second(first ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
  return second ? nullptr : std::move(first);
}

std::string serial_of(const ASN1_INTEGER* serial) {
  BIGNUM* number = serial ? ASN1_INTEGER_to_BN(serial, nullptr) : nullptr;
  char* digits = number ? BN_bn2hex(number) : nullptr;
  std::string out = digits ? digits : "";
  OPENSSL_free(digits);
  BN_free(number);
  for (char& c : out)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string subject_of(const X509* certificate) {
  std::string text = x509_name_text(X509_get_subject_name(certificate));
  if (text.size() <= kClientSubjectMax) return text;
  size_t end = kClientSubjectMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end--;  // no half character
  return text.substr(0, end);
}

// A name with a zero byte or a control character in it is nobody's name.
void add_name(std::vector<std::string>& names, const ASN1_STRING* text) {
  unsigned char* utf8 = nullptr;
  int size = ASN1_STRING_to_UTF8(&utf8, text);
  std::string name(reinterpret_cast<char*>(utf8), static_cast<size_t>(std::max(size, 0)));
  OPENSSL_free(utf8);
  bool plain = std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
  if (plain && !name.empty() && name.size() <= kBorneBytesMax && names.size() < kBorneNamesMax) names.push_back(std::move(name));
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> out;
  X509_NAME* subject = X509_get_subject_name(certificate);
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) add_name(out, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  StoreOwned<GENERAL_NAMES> others(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; others && i < sk_GENERAL_NAME_num(others.get()); i++) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(others.get(), i);
    if (name->type == GEN_DNS || name->type == GEN_URI) add_name(out, name->d.ia5);
  }
  return out;
}

}  // namespace

Result<ClientCertificate> ClientCertificate::read(ByteView file) {
  QuietErrors quiet;
  auto bad = [] { return fail(Errc::invalid, "client.malformed"); };
  if (file.empty() || file.size() > kClientFileBytesMax) return bad();
  OpensslOwned<X509> certificate = read_one(file);
  if (!certificate) return bad();
  ClientCertificate out;
  out.der = openssl_der(certificate.get(), i2d_X509);
  unsigned size = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), out.fingerprint.data(), &size) != 1 || size != out.fingerprint.size()) return bad();
  auto from = x509_moment(X509_get0_notBefore(certificate.get())), until = x509_moment(X509_get0_notAfter(certificate.get()));
  if (!from || !until) return bad();
  out.not_before_ms = *from;
  out.not_after_ms = *until;
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  if (!key) return bad();
  if (EVP_PKEY_get_security_bits(key) < kClientKeyBits) return fail(Errc::invalid, "client.weak_key");
  out.subject = subject_of(certificate.get());
  out.serial = serial_of(X509_get0_serialNumber(certificate.get()));
  out.names = names_of(certificate.get());
  out.authority = X509_check_ca(certificate.get()) == 1;
  out.for_clients = X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_CLIENT, 0) == 1;
  return out;
}

bool ClientCertificate::bears(std::string_view name) const { return std::find(names.begin(), names.end(), name) != names.end(); }

bool client_issued_by(const ClientCertificate& certificate, ByteView authority_der) {
  QuietErrors quiet;
  // An authority is not one of its own clients, even where it names that use.
  if (certificate.authority || !certificate.for_clients) return false;
  OpensslOwned<X509> leaf = x509_of(certificate.der), authority = x509_of(authority_der);
  StoreOwned<X509_STORE> store(X509_STORE_new());
  StoreOwned<X509_STORE_CTX> check(X509_STORE_CTX_new());
  if (!leaf || !authority || !store || !check || X509_STORE_add_cert(store.get(), authority.get()) != 1) return false;
  if (X509_STORE_CTX_init(check.get(), store.get(), leaf.get(), nullptr) != 1) return false;
  X509_VERIFY_PARAM* how = X509_STORE_CTX_get0_param(check.get());
  X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
  X509_VERIFY_PARAM_set_auth_level(how, 2);
  return X509_VERIFY_PARAM_set_purpose(how, X509_PURPOSE_SSL_CLIENT) == 1 && X509_verify_cert(check.get()) == 1;
}

Bytes client_asked_name(ByteView der, bool authority) {
  QuietErrors quiet;
  OpensslOwned<X509> certificate = x509_of(der);
  if (!certificate) return {};
  return openssl_der(authority ? X509_get_subject_name(certificate.get()) : X509_get_issuer_name(certificate.get()), i2d_X509_NAME);
}

Result<ClientRevocationList> read_client_revocations(ByteView file, ByteView authority_der, size_t serials_max) {
  QuietErrors quiet;
  auto bad = [] { return fail(Errc::invalid, "client.bad_list"); };
  if (file.empty() || file.size() > kClientListBytesMax) return bad();
  const unsigned char* at = file.data();
  OpensslOwned<BIO> in(BIO_new_mem_buf(file.data(), static_cast<int>(file.size())));
  OpensslOwned<X509_CRL> list(!is_pem(file) ? d2i_X509_CRL(nullptr, &at, static_cast<long>(file.size())) : in ? PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr) : nullptr);
  OpensslOwned<X509> authority = x509_of(authority_der);
  if (!list || !authority) return bad();
  // With a critical extension it is partial, or means something that is not understood here.
  if (X509_CRL_get_ext_by_critical(list.get(), 1, -1) >= 0 || X509_CRL_get_ext_by_NID(list.get(), NID_delta_crl, -1) >= 0) return bad();
  if (X509_NAME_cmp(X509_CRL_get_issuer(list.get()), X509_get_subject_name(authority.get())) != 0) return bad();
  if (!(X509_get_key_usage(authority.get()) & KU_CRL_SIGN) || X509_CRL_verify(list.get(), X509_get0_pubkey(authority.get())) != 1) return bad();
  ClientRevocationList out;
  out.der = openssl_der(list.get(), i2d_X509_CRL);
  auto from = x509_moment(X509_CRL_get0_lastUpdate(list.get())), until = x509_moment(X509_CRL_get0_nextUpdate(list.get()));
  if (!from || !until) return bad();
  out.this_update_ms = *from;
  out.next_update_ms = *until;
  STACK_OF(X509_REVOKED)* revoked = X509_CRL_get_REVOKED(list.get());
  int count = revoked ? sk_X509_REVOKED_num(revoked) : 0;
  if (static_cast<size_t>(count) > serials_max) return fail(Errc::exhausted, "client.list_too_long", std::to_string(serials_max));
  for (int i = 0; i < count; i++) {
    const X509_REVOKED* one = sk_X509_REVOKED_value(revoked, i);
    if (X509_REVOKED_get_ext_by_critical(one, 1, -1) >= 0) return bad();
    out.serials.push_back(serial_of(X509_REVOKED_get0_serialNumber(one)));
  }
  std::sort(out.serials.begin(), out.serials.end());
  return out;
}

}  // namespace sluice
