#include "collect/manifest.h"

#include "base/file.h"

namespace sluice::collect {

namespace {

constexpr size_t kManifestBytesMax = 1u << 20;

std::string signed_bytes(BatchManifest manifest) {
  manifest.signature.reset();
  return canonical(encode(manifest));
}

// Only figures that were stated are compared: a manifest without totals vouches for none, so all must be there.
Status figures_agree(int64_t rows, const std::map<std::string, int64_t>& totals, const BatchFacts& facts) {
  if (rows != facts.rows)
    return fail(Errc::refused, "manifest.rows_differ", "stated " + std::to_string(rows) + ", found " + std::to_string(facts.rows));
  if (totals.size() != facts.control_totals.size()) return fail(Errc::refused, "manifest.totals_differ", "columns");
  for (const auto& [column, sum] : facts.control_totals) {
    auto stated = totals.find(column);
    if (stated == totals.end() || stated->second != sum) return fail(Errc::refused, "manifest.totals_differ", column);
  }
  return {};
}

}  // namespace

std::string key_id_of(const Sm2PublicKey& key) { return hex(ByteView(sm3(key.bytes())).first(8)); }

BatchManifest sign_manifest(BatchManifest manifest, const Sm2PrivateKey& key) {
  manifest.format = "sluice-batch-manifest/1";
  manifest.key_id = key_id_of(key.public_key());
  manifest.signature = key.sign(view(signed_bytes(manifest)));
  return manifest;
}

bool signature_fits(const BatchManifest& manifest, const Sm2PublicKey& key) {
  return manifest.signature && key.verify(view(signed_bytes(manifest)), *manifest.signature);
}

std::string manifest_path(const std::string& file) { return file + ".manifest.json"; }

Result<BatchManifest> load_manifest(const std::string& path) {
  auto text = read_text_file(path, kManifestBytesMax);
  if (!text) {
    if (text.error().code == Errc::not_found) return fail(Errc::refused, "manifest.missing");
    return tl::unexpected(text.error());
  }
  auto json = parse_json(*text, kManifestBytesMax);
  if (!json) return fail(Errc::refused, "manifest.malformed", json.error().detail);
  auto manifest = decode<BatchManifest>(*json);
  if (!manifest) return fail(Errc::refused, "manifest.malformed", manifest.error().detail);
  if (manifest->format != "sluice-batch-manifest/1") return fail(Errc::refused, "manifest.malformed", "format");
  return manifest;
}

Status save_manifest(const std::string& path, const BatchManifest& manifest) {
  return write_file(path, view(pretty(encode(manifest)) + "\n"));
}

Status check_manifest(const BatchManifest& manifest, const Plan& plan, std::string_view file_name,
                      std::span<const Sm2PublicKey> source_keys) {
  if (manifest.plan != plan.id) return fail(Errc::refused, "manifest.wrong_plan");
  if (manifest.source_uscc != plan.source.uscc) return fail(Errc::refused, "manifest.wrong_source");
  if (manifest.file != file_name) return fail(Errc::refused, "manifest.wrong_file");
  if (!from_rfc3339(manifest.made_at)) return fail(Errc::refused, "manifest.malformed", "made_at");
  for (const Sm2PublicKey& key : source_keys) {
    if (key_id_of(key) != manifest.key_id) continue;
    return signature_fits(manifest, key) ? Status() : fail(Errc::refused, "manifest.forged");
  }
  return fail(Errc::refused, "manifest.unknown_key");
}

Status reconcile(const BatchManifest& manifest, const BatchFacts& facts) {
  if (manifest.sm3 != facts.digest) return fail(Errc::refused, "manifest.digest_differs");
  return figures_agree(manifest.rows, manifest.control_totals, facts);
}

Status reconcile(const Stated& stated, const BatchFacts& facts) { return figures_agree(stated.rows, stated.control_totals, facts); }

Status reconcile(const Receipt& receipt, const Plan& plan, const BatchFacts& facts) {
  bool whole = receipt.format == "sluice-receipt/1" && !receipt.received_by.empty() && !receipt.how.empty() &&
               from_rfc3339(receipt.received_at).has_value();
  if (!whole) return fail(Errc::refused, "receipt.malformed");
  if (receipt.plan != plan.id) return fail(Errc::refused, "receipt.wrong_plan");
  if (receipt.source_uscc != plan.source.uscc) return fail(Errc::refused, "receipt.wrong_source");
  return figures_agree(receipt.rows, receipt.control_totals, facts);
}

}  // namespace sluice::collect
