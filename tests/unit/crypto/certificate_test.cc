// Certificates made by openssl (tests/golden/certificates): what is read, who issued it, and that nothing bent passes.
#include "crypto/certificate.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "crypto/hash.h"
#include "crypto/keyfile.h"

namespace sluice {
namespace {

Bytes golden_certificate(const std::string& name) { return *read_file(std::string(SLUICE_ROOT) + "/tests/golden/certificates/" + name, 1 << 20); }
SmCertificate golden_authority() { return *SmCertificate::read(golden_certificate("authority.pem")); }
SmCertificate golden_person() { return *SmCertificate::read(golden_certificate("person.pem")); }

TEST(Certificate, SaysWhoWhenAndForWhat) {
  auto person = golden_person(), authority = golden_authority();
  EXPECT_EQ(person.subject(), "CN=person,O=示例单位");
  EXPECT_EQ(hex(person.serial()), "1234");
  EXPECT_EQ(person.fingerprint(), sm3(person.der()));
  EXPECT_EQ(rfc3339(person.not_before_ms()).substr(0, 10), "2026-11-22");
  EXPECT_TRUE(person.may_sign());
  EXPECT_FALSE(person.is_authority());
  EXPECT_TRUE(authority.is_authority());
  EXPECT_FALSE(authority.may_sign());
  EXPECT_TRUE(person.issued_by(authority));
  EXPECT_EQ(authority.issued_by(person).error().reason, "certificate.other_issuer");
  EXPECT_TRUE(SmCertificate::read(person.der()));
}

TEST(Certificate, AnyChangedByteIsFound) {
  auto person = golden_person(), authority = golden_authority();
  for (size_t at = 0; at < person.der().size(); at++) {
    Bytes bent = person.der();
    bent[at] ^= 1;
    auto read = SmCertificate::read(bent);
    EXPECT_FALSE(read && read->issued_by(authority)) << at;
  }
  Bytes longer = person.der();
  longer.push_back(0);
  EXPECT_EQ(SmCertificate::read(longer).error().reason, "certificate.malformed");
  EXPECT_EQ(SmCertificate::read(Bytes()).error().reason, "certificate.malformed");
}

TEST(RevocationListOfAnAuthority, NamesSerialsAndAnyChangedByteIsFound) {
  auto authority = golden_authority();
  Bytes file = golden_certificate("revoked.crl");
  auto list = read_revocation_list(file, authority);
  ASSERT_TRUE(list) << list.error().detail;
  EXPECT_TRUE(list->has(golden_person().serial()));
  EXPECT_FALSE(list->has({0x12, 0x35}));
  EXPECT_LT(list->this_update_ms, list->next_update_ms);
  EXPECT_EQ(read_revocation_list(file, golden_person()).error().reason, "certificate.bad_list") << "another issuer's";
  std::string pem(text(file));
  std::string inner = pem.substr(pem.find('\n') + 1);
  inner.resize(inner.find('-'));
  std::erase(inner, '\n');
  Bytes der = *from_base64(inner);
  for (size_t at = 0; at < der.size(); at++) {
    Bytes bent = der;
    bent[at] ^= 1;
    EXPECT_FALSE(read_revocation_list(bent, authority)) << at;
  }
}

TEST(CertificateRequest, HasOneFormAndBoundedNames) {
  auto key = *HeldPartyKey::open(unsealed_key_file({"", *Sm2PrivateKey::from_bytes(Bytes(32, 3))}), std::nullopt);
  auto request = certificate_request(key, "王一", "示例单位");
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
  EXPECT_EQ(certificate_request(key, "", "x").error().reason, "certificate.bad_name");
  EXPECT_EQ(certificate_request(key, std::string(65, 'x'), "").error().reason, "certificate.bad_name");
}

}  // namespace
}  // namespace sluice
