#include "edge/http/certificate.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>

namespace sluice::http {
namespace {

struct FreeOpenssl {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeOpenssl>;

bool is_address(const std::string& name) {
  ASN1_OCTET_STRING* octets = a2i_IPADDRESS(name.c_str());
  ASN1_OCTET_STRING_free(octets);
  ERR_clear_error();
  return octets != nullptr;
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::string pem_text(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

bool fill_certificate(X509* certificate, EVP_PKEY* key, const std::vector<std::string>& names, int days) {
  unsigned char serial[16];
  RAND_bytes(serial, sizeof serial);
  serial[0] &= 0x7f;
  std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_bin2bn(serial, sizeof serial, nullptr), BN_free);
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
  X509_set_version(certificate, X509_VERSION_3);
  // A day of slack for clocks that run behind.
  X509_gmtime_adj(X509_getm_notBefore(certificate), -86'400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400L * days);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("sluice"), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  std::string alternatives;
  for (const std::string& name : names) {
    // A comma or colon would let a name smuggle in a second one.
    if (!is_address(name) && name.find_first_of(",:") != std::string::npos) return false;
    alternatives += (alternatives.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  }
  return add_extension(certificate, NID_subject_alt_name, alternatives) &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

}  // namespace

Result<Tls> make_self_signed(const std::vector<std::string>& names, int days) {
  Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  Owned<X509> certificate(X509_new());
  if (names.empty() || !key || !certificate || !fill_certificate(certificate.get(), key.get(), names, days))
    return fail(Errc::internal, "http.cannot_make_certificate");
  Owned<BIO> certificate_text(BIO_new(BIO_s_mem()));
  Owned<BIO> key_text(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(Errc::internal, "http.cannot_make_certificate");
  return Tls{pem_text(certificate_text.get()), SecretText(pem_text(key_text.get())), {}};
}

Result<std::string> fingerprint(const std::string& certificate_pem) {
  Owned<BIO> bio(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  Owned<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest, &size) != 1)
    return fail(Errc::invalid, "http.bad_certificate");
  std::string out;
  for (unsigned i = 0; i < size; i++) {
    std::string byte = hex(ByteView(&digest[i], 1));
    for (char& c : byte)
      if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    out += (i ? ":" : "") + byte;
  }
  return out;
}

}  // namespace sluice::http
