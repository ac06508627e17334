// What is said to each driver. PostgreSQL and MariaDB really run in tests/scripts; no SQL Server can be had there, so that for its driver (FreeTDS) this is all
// that is checked.
#include "odbc/dialect.h"

#include <gtest/gtest.h>

namespace sluice::odbc {
namespace {

Description dialect_source(Kind kind) {
  Description d;
  d.format = "sluice-source/1";
  d.name = "HIS";
  d.kind = kind;
  d.host = "10.1.2.3";
  d.port = 1433;
  d.database = "his;UID=sa";
  d.user = "reader";
  return d;
}

std::string words_to(const Description& d) {
  return connection_string(d, "/drivers/lib.so", "/ca.pem", SecretText(std::string("a};b{c"))).reveal("look at it");
}

TEST(ConnectionString, OfSqlServerNamesItsServerAndDemandsEncryption) {
  std::string words = words_to(dialect_source(Kind::sqlserver));
  EXPECT_EQ(words.rfind("Driver=/drivers/lib.so;Server=10.1.2.3;Port=1433;", 0), 0u) << words;
  EXPECT_NE(words.find("Encryption=require;"), std::string::npos) << words;
  EXPECT_NE(words.find("TDS_Version=7.4;ClientCharset=UTF-8;ApplicationIntent=ReadOnly;"), std::string::npos) << words;
  EXPECT_EQ(words.find("/ca.pem"), std::string::npos) << "FreeTDS takes no authority this way";
}

TEST(ConnectionString, OfSqlServerIsPlainOnlyWhenTold) {
  Description d = dialect_source(Kind::sqlserver);
  d.tls = Tls::off;
  EXPECT_NE(words_to(d).find("Encryption=off;"), std::string::npos);
}

TEST(ConnectionString, NoValueEndsItsOwnMember) {
  for (Kind kind : {Kind::postgresql, Kind::mariadb, Kind::sqlserver}) {
    std::string words = words_to(dialect_source(kind));
    EXPECT_NE(words.find("Database={his;UID=sa};UID=reader;PWD={a}};b{c};"), std::string::npos) << name_of(kind) << ": " << words;
  }
}

TEST(ConnectionString, AnAuthorityGoesToTheDriversThatTakeOne) {
  for (Kind kind : {Kind::postgresql, Kind::mariadb}) {
    Description d = dialect_source(kind);
    d.tls = Tls::verify;
    EXPECT_NE(words_to(d).find("/ca.pem"), std::string::npos) << name_of(kind);
  }
}

// A driver that does not know the word for a checked certificate goes on without the check: it is refused before.
TEST(Description, OfSqlServerCannotAskForACheckedCertificate) {
  Description d = dialect_source(Kind::sqlserver);
  d.database = "his";
  EXPECT_TRUE(check_description(d));
  d.tls = Tls::verify;
  Status checked = check_description(d);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().reason, "source.bad_member");
  EXPECT_EQ(checked.error().detail, "tls");
}

}  // namespace
}  // namespace sluice::odbc
