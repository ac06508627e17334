// Law: key files, public key files and signatures made by strangers are read or refused, never crash; what reads as a
// public key writes and reads back as the same key. (Sealed key files are not opened: argon2 would eat the time.)
#include <cstdlib>

#include "crypto/document_signature.h"
#include "crypto/keyfile.h"

using namespace sluice;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view json(reinterpret_cast<const char*>(data), size);
  (void)read_key_file(json, std::nullopt);
  auto key = read_public_key_file(json);
  if (key) {
    auto again = read_public_key_file(public_key_file(*key));
    if (!again || again->key != key->key || again->name != key->name) std::abort();
  }
  if (auto signature = parse_json(json)) (void)verify_document(view("document"), *signature);
  return 0;
}
