#include "crypto/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "codec/json.h"
#include "crypto/hash.h"
#include "crypto/openssl_owned.h"
#include "crypto/x509_parts.h"

namespace sluice {

namespace {

constexpr size_t kCertificateBytesMax = 16u << 10, kListBytesMax = 4u << 20, kRevokedMax = 200'000;

tl::unexpected<Error> malformed_certificate(const char* what) { return fail(Errc::invalid, "certificate.malformed", what); }
tl::unexpected<Error> bad_list(const char* what) { return fail(Errc::refused, "certificate.bad_list", what); }

// The one block of a PEM file with this name, or the bytes as they are.
Result<Bytes> der_in(ByteView file, std::string_view name) {
  if (!text(file).starts_with("-----BEGIN ")) return Bytes(file.begin(), file.end());
  OpensslOwned<BIO> in(BIO_new_mem_buf(file.data(), static_cast<int>(file.size())));
  char *found = nullptr, *header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (!in || PEM_read_bio(in.get(), &found, &header, &data, &size) != 1) return malformed_certificate("PEM");
  bool named = name == found;
  Bytes out(data, data + size);
  OPENSSL_free(found);
  OPENSSL_free(header);
  OPENSSL_free(data);
  if (!named) return malformed_certificate("PEM block of another kind");
  return out;
}

// SEQUENCE { first, … }: the bytes of the first element, which are what the issuer signed.
Result<Bytes> first_element(ByteView der) {
  const unsigned char* at = der.data();
  long size = 0;
  int tag = 0, kind = 0;
  if (ASN1_get_object(&at, &size, &tag, &kind, static_cast<long>(der.size())) & 0x80) return malformed_certificate("DER");
  const unsigned char* inner = at;
  long inner_size = 0;
  if (ASN1_get_object(&inner, &inner_size, &tag, &kind, size) & 0x80) return malformed_certificate("DER");
  return Bytes(at, inner + inner_size);
}

bool is_sm2_with_sm3(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  int parameters = 0;
  X509_ALGOR_get0(&object, &parameters, nullptr, algorithm);
  return OBJ_obj2nid(object) == NID_SM2_with_SM3 && (parameters == V_ASN1_UNDEF || parameters == V_ASN1_NULL);
}

Bytes string_bytes(const ASN1_STRING* value) {
  const unsigned char* data = ASN1_STRING_get0_data(value);
  return Bytes(data, data + ASN1_STRING_length(value));
}

// Strict DER has no leading zeros but the sign's; a negative or empty one is nobody's.
Result<Bytes> serial_bytes(const ASN1_INTEGER* number) {
  if (!number || ASN1_STRING_type(number) == V_ASN1_NEG_INTEGER) return malformed_certificate("serial");
  Bytes out = string_bytes(number);
  out.erase(out.begin(), std::find_if(out.begin(), out.end(), [](uint8_t b) { return b != 0; }));
  if (out.empty() || out.size() > 20) return malformed_certificate("serial");
  return out;
}

Result<TimeMs> certificate_moment(const ASN1_TIME* time) {
  auto moment = x509_moment(time);
  if (!moment) return malformed_certificate("time");
  return *moment;
}

Result<Bytes> name_bytes(const X509_NAME* name) {
  Bytes out = openssl_der(name, i2d_X509_NAME);
  if (out.empty()) return malformed_certificate("name");
  return out;
}

// The point, when the key is on the SM2 curve by name.
Result<Sm2PublicKey> sm2_key_of(const X509* certificate) {
  auto not_sm2 = [] { return fail(Errc::refused, "certificate.not_sm2", "key"); };
  ASN1_OBJECT* algorithm = nullptr;
  const unsigned char* point = nullptr;
  int size = 0;
  X509_ALGOR* parameters = nullptr;
  if (X509_PUBKEY_get0_param(&algorithm, &point, &size, &parameters, X509_get_X509_PUBKEY(certificate)) != 1) return malformed_certificate("key");
  const void* curve = nullptr;
  int kind = 0;
  X509_ALGOR_get0(nullptr, &kind, &curve, parameters);
  bool on_curve = OBJ_obj2nid(algorithm) == NID_X9_62_id_ecPublicKey && kind == V_ASN1_OBJECT && OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(curve)) == NID_sm2;
  if (!on_curve) return not_sm2();
  auto key = Sm2PublicKey::from_bytes({point, static_cast<size_t>(size)});
  if (!key) return not_sm2();
  return key;
}

}  // namespace

struct CertificateReading {
  static Result<SmCertificate> from_der(Bytes der) {
    const unsigned char* at = der.data();
    OpensslOwned<X509> x(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!x || at != der.data() + der.size()) return malformed_certificate("DER");
    const ASN1_BIT_STRING* signature = nullptr;
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(&signature, &algorithm, x.get());
    // One form for one certificate: another writing of the same would have another fingerprint, and be another to the register.
    if ((signature->flags & 7) != 0 || openssl_der(x.get(), i2d_X509) != der) return malformed_certificate("not DER");
    if (!is_sm2_with_sm3(algorithm) || X509_ALGOR_cmp(algorithm, X509_get0_tbs_sigalg(x.get())) != 0)
      return fail(Errc::refused, "certificate.not_sm2", "signature");
    SmCertificate out(TRY(sm2_key_of(x.get())));
    uint32_t flags = X509_get_extension_flags(x.get());
    if (flags & (EXFLAG_INVALID | EXFLAG_CRITICAL)) return malformed_certificate("extension");
    uint32_t usage = X509_get_key_usage(x.get());
    out.ca_ = X509_check_ca(x.get()) == 1;
    out.may_sign_ = (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
    out.signs_certificates_ = (usage & KU_KEY_CERT_SIGN) != 0;
    out.signature_ = string_bytes(signature);
    out.signed_part_ = TRY(first_element(der));
    out.serial_ = TRY(serial_bytes(X509_get0_serialNumber(x.get())));
    out.not_before_ms_ = TRY(certificate_moment(X509_get0_notBefore(x.get())));
    out.not_after_ms_ = TRY(certificate_moment(X509_get0_notAfter(x.get()))) + kSecondMs;
    out.subject_name_ = TRY(name_bytes(X509_get_subject_name(x.get())));
    out.issuer_name_ = TRY(name_bytes(X509_get_issuer_name(x.get())));
    out.subject_ = x509_name_text(X509_get_subject_name(x.get()));
    out.fingerprint_ = sm3(der);
    out.der_ = std::move(der);
    return out;
  }
};

Result<SmCertificate> SmCertificate::read(ByteView file) {
  if (file.empty() || file.size() > kCertificateBytesMax) return malformed_certificate("size");
  return CertificateReading::from_der(TRY(der_in(file, "CERTIFICATE")));
}

Status SmCertificate::issued_by(const SmCertificate& authority) const {
  if (issuer_name_ != authority.subject_name_) return fail(Errc::refused, "certificate.other_issuer");
  if (!authority.key_.verify(signed_part_, signature_)) return fail(Errc::refused, "certificate.bad_signature");
  return {};
}

Status SmCertificate::is_authority() const {
  if (!ca_ || !signs_certificates_) return fail(Errc::refused, "certificate.not_an_authority");
  return {};
}

bool RevocationList::has(const Bytes& serial) const { return std::binary_search(serials.begin(), serials.end(), serial); }

Result<RevocationList> read_revocation_list(ByteView file, const SmCertificate& authority) {
  if (file.empty() || file.size() > kListBytesMax) return bad_list("size");
  auto der = der_in(file, "X509 CRL");
  if (!der) return bad_list("PEM");
  const unsigned char* at = der->data();
  OpensslOwned<X509_CRL> crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(der->size())));
  if (!crl || at != der->data() + der->size()) return bad_list("DER");
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_CRL_get0_signature(crl.get(), &signature, &algorithm);
  auto issuer = name_bytes(X509_CRL_get_issuer(crl.get()));
  if ((signature->flags & 7) != 0) return bad_list("DER");
  if (!is_sm2_with_sm3(algorithm) || !issuer || *issuer != authority.subject_name_) return bad_list("issuer");
  if (!authority.key().verify(TRY(first_element(*der)), string_bytes(signature))) return bad_list("signature");
  for (int i = 0; i < X509_CRL_get_ext_count(crl.get()); i++)
    if (X509_EXTENSION_get_critical(X509_CRL_get_ext(crl.get(), i))) return bad_list("partial");
  RevocationList out;
  auto from = certificate_moment(X509_CRL_get0_lastUpdate(crl.get())), until = certificate_moment(X509_CRL_get0_nextUpdate(crl.get()));
  if (!from || !until || *until <= *from) return bad_list("time");
  out.this_update_ms = *from;
  out.next_update_ms = *until;
  STACK_OF(X509_REVOKED)* revoked = X509_CRL_get_REVOKED(crl.get());
  int count = revoked ? sk_X509_REVOKED_num(revoked) : 0;
  if (count > static_cast<int>(kRevokedMax)) return bad_list("size");
  for (int i = 0; i < count; i++) {
    auto serial = serial_bytes(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(revoked, i)));
    if (!serial) return bad_list("serial");
    out.serials.push_back(std::move(*serial));
  }
  std::sort(out.serials.begin(), out.serials.end());
  return out;
}

namespace {

// DER by hand: a tag, its length, its content.
Bytes der_item(uint8_t tag, ByteView content) {
  Bytes out{tag};
  if (content.size() < 0x80) {
    out.push_back(static_cast<uint8_t>(content.size()));
  } else {
    out.push_back(0x82);
    put_u16(out, static_cast<uint16_t>(content.size()));
  }
  put(out, content);
  return out;
}

Bytes der_joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) put(out, ByteView(part));
  return out;
}

const Bytes kSm2WithSm3{0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75};   // 1.2.156.10197.1.501
const Bytes kSm2Curve{0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d};     // 1.2.156.10197.1.301
const Bytes kEcPublicKey{0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};        // 1.2.840.10045.2.1

// One attribute of a name: 2.5.4.`type` as UTF8String.
Bytes name_part(uint8_t type, std::string_view value) {
  return der_item(0x31, der_item(0x30, der_joined({{0x06, 0x03, 0x55, 0x04, type}, der_item(0x0c, view(value))})));
}

Bytes bit_string(ByteView bytes) {
  Bytes content{0};
  put(content, bytes);
  return der_item(0x03, content);
}

}  // namespace

Result<std::string> certificate_request(Sm2Signer& signer, std::string_view common_name, std::string_view organisation) {
  for (std::string_view name : {common_name, organisation})
    if (name.size() > 64 || !is_utf8(name)) return fail(Errc::invalid, "certificate.bad_name");
  if (common_name.empty()) return fail(Errc::invalid, "certificate.bad_name");
  Bytes names = organisation.empty() ? Bytes() : name_part(10, organisation);
  put(names, ByteView(name_part(3, common_name)));
  Bytes public_key = der_item(0x30, der_joined({der_item(0x30, der_joined({kEcPublicKey, kSm2Curve})), bit_string(signer.public_key().bytes())}));
  Bytes asked = der_item(0x30, der_joined({{0x02, 0x01, 0x00}, der_item(0x30, names), public_key, {0xa0, 0x00}}));
  Bytes request = der_item(0x30, der_joined({asked, der_item(0x30, kSm2WithSm3), bit_string(TRY(signer.sign(asked)))}));
  std::string encoded = base64(request), out = "-----BEGIN CERTIFICATE REQUEST-----\n";
  for (size_t at = 0; at < encoded.size(); at += 64) out += encoded.substr(at, 64) + "\n";
  return out + "-----END CERTIFICATE REQUEST-----\n";
}

}  // namespace sluice
