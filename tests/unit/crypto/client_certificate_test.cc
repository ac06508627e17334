// Certificates made by openssl (tests/golden/clients): what is read, whom an authority issued it for, its list, and that nothing bent passes.
#include "crypto/client_certificate.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/random.h"

namespace sluice {
namespace {

Bytes client_file(const std::string& name) { return *read_file(std::string(SLUICE_ROOT) + "/tests/golden/clients/" + name, 1 << 20); }
ClientCertificate client_named(const std::string& name) { return *ClientCertificate::read(client_file(name)); }
std::string why_not(ByteView file) {
  auto read = ClientCertificate::read(file);
  return read ? "ok" : std::string(read.error().reason);
}

TEST(ClientCertificate, IsReadWholeAndNamesItsBearer) {
  ClientCertificate client = client_named("client.pem"), authority = client_named("authority.pem");
  EXPECT_TRUE(client.for_clients && !client.authority);
  EXPECT_TRUE(authority.authority);
  EXPECT_TRUE(client.bears("claims.insurer.test") && client.bears("machine.insurer.test")) << "common name and DNS name";
  EXPECT_FALSE(client.bears("claims.insurer.tes") || client.bears("") || client.bears("Test"));
  EXPECT_EQ(client.not_before_ms, *from_rfc3339("2020-01-01T00:00:00Z"));
  EXPECT_EQ(client.not_after_ms, *from_rfc3339("2120-01-01T00:00:00Z"));
  EXPECT_EQ(why_not(client.der), "ok") << "DER as well as PEM";
  EXPECT_EQ(ClientCertificate::read(client.der)->fingerprint, client.fingerprint);
  EXPECT_FALSE(client_named("server.pem").for_clients);
}

TEST(ClientCertificate, IsIssuedByItsAuthorityAloneAndOnlyForClients) {
  Bytes authority = client_named("authority.pem").der;
  EXPECT_TRUE(client_issued_by(client_named("client.pem"), authority));
  EXPECT_TRUE(client_issued_by(client_named("expired.pem"), authority)) << "time is the caller's question";
  EXPECT_FALSE(client_issued_by(client_named("impostor.pem"), authority)) << "another key under the same name";
  EXPECT_FALSE(client_issued_by(client_named("server.pem"), authority)) << "not for clients";
  EXPECT_FALSE(client_issued_by(client_named("authority.pem"), authority)) << "the authority is no client of its own";
  EXPECT_FALSE(client_issued_by(client_named("client.pem"), client_named("pinned.pem").der)) << "a leaf issues nothing";
  EXPECT_FALSE(client_issued_by(client_named("client.pem"), {}));
}

TEST(ClientCertificate, AnyChangedByteIsNotTheSameOrNotIssued) {
  ClientCertificate client = client_named("client.pem");
  Bytes authority = client_named("authority.pem").der;
  for (size_t i = 0; i < client.der.size(); i++) {
    Bytes bent = client.der;
    bent[i] ^= 0x01;
    auto read = ClientCertificate::read(bent);
    if (!read) continue;
    EXPECT_NE(read->fingerprint, client.fingerprint);
    EXPECT_FALSE(client_issued_by(*read, authority)) << "byte " << i;
  }
  for (size_t n = 0; n < client.der.size(); n += 7) EXPECT_EQ(why_not(ByteView(client.der).first(n)), "client.malformed");
  Bytes longer = client.der, both = client_file("client.pem"), more = client_file("pinned.pem");
  longer.push_back(0);
  EXPECT_EQ(why_not(longer), "client.malformed");
  both.insert(both.end(), more.begin(), more.end());
  EXPECT_EQ(why_not(both), "client.malformed") << "two certificates";
  EXPECT_EQ(why_not(client_file("list.pem")), "client.malformed");
  EXPECT_EQ(why_not(Bytes(40u << 10, 0x30)), "client.malformed");
}

TEST(ClientCertificate, AListCountsForTheAuthorityThatSignedIt) {
  Bytes authority = client_named("authority.pem").der, file = client_file("list.pem");
  auto list = read_client_revocations(file, authority, 10);
  ASSERT_TRUE(list) << list.error().reason;
  EXPECT_EQ(list->serials, std::vector<std::string>{client_named("revoked.pem").serial});
  EXPECT_NE(client_named("client.pem").serial, client_named("revoked.pem").serial);
  EXPECT_EQ(list->this_update_ms, *from_rfc3339("2020-01-01T00:00:00Z"));
  auto why = [](const auto& result) { return result ? "ok" : std::string(result.error().reason); };
  EXPECT_EQ(why(read_client_revocations(file, authority, 0)), "client.list_too_long");
  EXPECT_EQ(why(read_client_revocations(file, client_named("impostor_authority.pem").der, 10)), "client.bad_list") << "the same name, another key";
  EXPECT_EQ(why(read_client_revocations(client_file("client.pem"), authority, 10)), "client.bad_list");
  for (size_t i = 0; i < list->der.size(); i++) {
    Bytes bent = list->der;
    bent[i] ^= 0x01;
    EXPECT_EQ(why(read_client_revocations(bent, authority, 10)), "client.bad_list") << "byte " << i;
  }
}

}  // namespace
}  // namespace sluice
