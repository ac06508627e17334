// Encryption of cells: SM4-SIV (RFC 5297), deterministic or with a random nonce; reversible with the key alone. The
// result is prefix ‖ base64url without padding. Deterministic: equal cells of one domain are equal afterwards (joins
// work, frequencies stay). Randomised: nothing stays, and no two runs are alike.
#pragma once

#include "crypto/siv.h"
#include "deident/strategy.h"
#include "deident/technique.h"

namespace sluice::deident {

class Encrypt final : public BoundTechnique {
 public:
  Encrypt(Sm4Siv cipher, EncryptMode mode, std::string domain, std::string prefix)
      : cipher_(std::move(cipher)), mode_(mode), domain_(std::move(domain)), prefix_(std::move(prefix)) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;
  bool by_cell_alone() const override { return mode_ == EncryptMode::deterministic; }
  bool reversible() const override { return true; }
  void reverse(std::span<const CellInput> cells, MaskedCells& out) const override;

 private:
  Sm4Siv cipher_;
  EncryptMode mode_;
  std::string domain_, prefix_;
};

}  // namespace sluice::deident
