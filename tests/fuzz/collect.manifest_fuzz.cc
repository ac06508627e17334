// Law: no bytes make a manifest whose signature fits a key that did not sign it; decoding never misbehaves.
#include <cstdlib>

#include "collect/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto key = sluice::Sm2PrivateKey::generate();
  auto json = sluice::parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  auto manifest = sluice::decode<sluice::collect::BatchManifest>(*json);
  if (!manifest) return 0;
  if (sluice::collect::signature_fits(*manifest, key.public_key())) std::abort();
  if (!sluice::collect::signature_fits(sluice::collect::sign_manifest(*manifest, key), key.public_key())) std::abort();
  return 0;
}
