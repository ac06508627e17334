// Certificates, revocation lists and web tokens as strangers send them.
#include "crypto/certificate.h"
#include "crypto/client_certificate.h"
#include "crypto/web_token.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  auto certificate = SmCertificate::read({data, size});
  if (certificate) (void)read_revocation_list({data, size}, *certificate);
  if (auto client = ClientCertificate::read({data, size})) {
    (void)client_issued_by(*client, client->der);
    (void)read_client_revocations({data, size}, client->der, 100);
    (void)client_asked_name(client->der, client->authority);
  }
  std::string_view words(reinterpret_cast<const char*>(data), size);
  static const std::vector<std::string> all{"RS256", "PS256", "ES256", "EdDSA"};
  static const WebKeys keys = *WebKeys::read(R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
  (void)keys.claims_of(words, all);
  auto given = WebKeys::read(words);
  return given && given->size() > 1000 ? 1 : 0;
}
