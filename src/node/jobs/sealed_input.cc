#include "node/jobs/sealed_input.h"

#include "crypto/hash.h"
#include "vault/tier.h"

namespace sluice::node {

Result<std::unique_ptr<vault::SealedReader>> open_sealed_input(WorkerContext& context, size_t cache_bytes) {
  return open_sealed_input(context, context.request, cache_bytes);
}

Result<std::unique_ptr<vault::SealedReader>> open_sealed_input(WorkerContext& context, const Json& input, size_t cache_bytes) {
  std::string text = TRY(input.get_string("manifest"));
  std::string version = TRY(input.get_string("version"));
  std::string digest = TRY(input.get_string("manifest_digest"));
  if (hex(sm3(view(text))) != digest) return fail(Errc::corrupt, "vault.wrong_manifest");
  vault::Manifest manifest = TRY(vault::parse_manifest(text));
  OwnedFd folder(vault::open_version(context.fds.at(0).get(), version));
  if (!folder) return fail(Errc::not_found, "vault.file_missing", version);
  ColumnKeys keys = TRY(receive_keys(context)).keys;
  std::vector<vault::ColumnKey> reader_keys;
  for (auto& [column, key] : keys) reader_keys.push_back({column, key});
  return vault::SealedReader::open_at(folder.get(), std::move(manifest), std::move(reader_keys), cache_bytes);
}

Result<std::vector<SecretBytes>> keys_in_order(const ColumnKeys& keys, const std::vector<std::string>& columns) {
  std::vector<SecretBytes> out;
  for (const std::string& column : columns) {
    auto it = keys.find(column);
    if (it == keys.end()) return fail(Errc::forbidden, "vault.key_missing", column);
    out.push_back(it->second);
  }
  return out;
}

}  // namespace sluice::node
