#include "crypto/web_token.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

const std::vector<std::string> kEs256{"ES256"};
// RFC 7515, appendix A.3.
constexpr std::string_view kRfcKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";
const std::string kRfcToken =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

TEST(WebToken, GivesTheExampleOfRfc7515) {
  auto keys = WebKeys::read(kRfcKeys);
  ASSERT_TRUE(keys);
  auto claims = keys->claims_of(kRfcToken, kEs256);
  ASSERT_TRUE(claims) << claims.error().reason;
  EXPECT_EQ(*claims->get_string("iss"), "joe");
}

TEST(WebToken, AnyChangedCharacterIsRefused) {
  auto keys = *WebKeys::read(kRfcKeys);
  for (size_t at = 0; at < kRfcToken.size(); at++) {
    std::string bent = kRfcToken;
    bent[at] = bent[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(keys.claims_of(bent, kEs256)) << at;
  }
}

TEST(WebToken, OnlyAllowedAlgorithmsAndKeysOfTheirKindCount) {
  auto keys = *WebKeys::read(kRfcKeys);
  std::vector<std::string> others{"RS256", "EdDSA"};
  EXPECT_EQ(keys.claims_of(kRfcToken, others).error().reason, "token.algorithm");
  std::string claims = kRfcToken.substr(kRfcToken.find('.') + 1);
  claims = claims.substr(0, claims.find('.'));
  std::vector<std::string> any{"none", "HS256", "ES256"};
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS256"})", R"({})"})
    EXPECT_EQ(keys.claims_of(base64url(view(std::string_view(header))) + "." + claims + ".AA", any).error().reason, "token.algorithm") << header;
  EXPECT_EQ(keys.claims_of(base64url(view(std::string_view(R"({"alg":"ES256","crit":["b64"]})"))) + "." + claims + ".AA", any).error().reason, "token.malformed");
  EXPECT_EQ(keys.claims_of(base64url(view(std::string_view(R"({"alg":"ES256","kid":"x"})"))) + "." + claims + ".AA", any).error().reason, "token.unknown_key");
  for (const char* bad : {"", ".", "..", "a.b", "a.b.c.d", "e30.e30."}) EXPECT_FALSE(keys.claims_of(bad, any)) << bad;
}

TEST(WebKeys, OfOtherKindsUsesAndSizesArePassedOver) {
  std::string_view other = R"({"keys":[{"kty":"oct","k":"AA"},{"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},
      {"kty":"EC","crv":"P-256","use":"enc","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},7]})";
  auto keys = WebKeys::read(other);
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 0u);
  for (const char* bad : {"", "[]", "{}", R"({"keys":{}})"}) EXPECT_EQ(WebKeys::read(bad).error().reason, "token.bad_keys") << bad;
}

}  // namespace
}  // namespace sluice
