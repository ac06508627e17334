#include "ledger/trust.h"

namespace sluice::ledger {

Trust Trust::of_keys(std::vector<VerifierKey> keys) {
  Trust out;
  out.keys_ = std::move(keys);
  return out;
}

Trust Trust::of_checkpoint(SignedCheckpoint seen) {
  Trust out;
  out.seen_ = std::move(seen);
  return out;
}

Result<Trust> Trust::parse(std::string_view text) {
  if (text.find("\n\n\xe2\x80\x94 ") != std::string_view::npos) {
    auto seen = SignedCheckpoint::parse(text);
    if (!seen) return fail(Errc::invalid, "trust.malformed", seen.error().detail);
    return of_checkpoint(*std::move(seen));
  }
  std::vector<VerifierKey> keys;
  while (!text.empty()) {
    size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || line[0] == '#') continue;
    keys.push_back(TRY(VerifierKey::parse(line)));
  }
  if (keys.empty()) return fail(Errc::invalid, "trust.malformed", "neither a verifier key nor a signed checkpoint");
  return of_keys(std::move(keys));
}

bool Trust::pins(std::string_view origin, const LogKeys& keys) const {
  bool listed[2] = {false, false}, found[2] = {false, false};
  for (const auto& key : keys_) {
    if (key.name != origin) continue;
    auto kind = static_cast<size_t>(key.kind);
    listed[kind] = true;
    if (key.key == (key.kind == KeyKind::ed25519 ? keys.ed25519.bytes() : keys.sm2.bytes())) found[kind] = true;
  }
  return (listed[0] || listed[1]) && listed[0] == found[0] && listed[1] == found[1];
}

}  // namespace sluice::ledger
