#include "crypto/tls_identity.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <memory>

#include "base/random.h"
#include "crypto/openssl_owned.h"

namespace sluice {

namespace {

void must_x509(bool done) {
  if (!done) std::abort();
}

bool is_address(const std::string& name) {
  uint8_t raw[16];
  return inet_pton(AF_INET, name.c_str(), raw) == 1 || inet_pton(AF_INET6, name.c_str(), raw) == 1;
}

bool is_dns_name(const std::string& name) {
  if (name.empty() || name.size() > 253) return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '*')) return false;
  return true;
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  OpensslOwned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  must_x509(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void set_serial(X509* certificate) {
  SystemRandom random;
  Bytes raw = random_bytes(random, 16);
  raw[0] = static_cast<uint8_t>((raw[0] & 0x7f) | 0x40);  // positive and of full length
  BIGNUM* number = BN_bin2bn(raw.data(), static_cast<int>(raw.size()), nullptr);
  must_x509(number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr);
  BN_free(number);
}

std::string bio_text(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

Result<TlsIdentity> make_tls_identity(const std::vector<std::string>& names, TimeMs now, int days) {
  if (names.empty()) return fail(Errc::invalid, "tls.no_names");
  std::string alternatives;
  for (const std::string& name : names) {
    bool address = is_address(name);
    if (!address && !is_dns_name(name)) return fail(Errc::invalid, "tls.bad_name");
    alternatives += (alternatives.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
  }
  OpensslOwned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  OpensslOwned<X509> certificate(X509_new());
  must_x509(key && certificate && X509_set_version(certificate.get(), 2) == 1);
  set_serial(certificate.get());
  time_t from = static_cast<time_t>(now / kSecondMs) - 3600;
  must_x509(X509_time_adj_ex(X509_getm_notBefore(certificate.get()), 0, 0, &from) &&
            X509_time_adj_ex(X509_getm_notAfter(certificate.get()), days, 0, &from));
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  std::string common = names[0].substr(0, 64);
  must_x509(X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, reinterpret_cast<const uint8_t*>("Sluice"), -1, -1, 0) == 1 &&
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const uint8_t*>(common.data()),
                                       static_cast<int>(common.size()), -1, 0) == 1 &&
            X509_set_issuer_name(certificate.get(), subject) == 1 && X509_set_pubkey(certificate.get(), key.get()) == 1);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
  add_extension(certificate.get(), NID_subject_key_identifier, "hash");
  add_extension(certificate.get(), NID_subject_alt_name, alternatives);
  must_x509(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);

  OpensslOwned<BIO> certificate_out(BIO_new(BIO_s_mem())), key_out(BIO_new(BIO_s_secmem()));
  must_x509(certificate_out && key_out && PEM_write_bio_X509(certificate_out.get(), certificate.get()) == 1 &&
            PEM_write_bio_PKCS8PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return TlsIdentity{bio_text(certificate_out.get()), SecretText(bio_text(key_out.get()))};
}

Result<Digest> certificate_fingerprint(std::string_view pem) {
  if (pem.size() > (1u << 20)) return fail(Errc::invalid, "tls.bad_certificate");
  OpensslOwned<BIO> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  OpensslOwned<X509> certificate(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
  Digest out;
  unsigned size = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), out.data(), &size) != 1 || size != out.size())
    return fail(Errc::invalid, "tls.bad_certificate");
  return out;
}

}  // namespace sluice
