// What hangs on a keyed hash of an identifier: pseudonyms, date shifts constant per person, and noise constant per row.
// HMAC-SM3 in lanes (crypto/hmac_lanes.h); the key is derived for scope, technique and domain, so that two projects
// cannot be joined and tables of one project can.
#pragma once

#include "crypto/hmac_lanes.h"
#include "deident/kernels.h"
#include "deident/technique.h"

namespace sluice::deident {

class Pseudonym final : public BoundTechnique {
 public:
  Pseudonym(const SecretBytes& key, std::string prefix, int length) : key_(key), prefix_(std::move(prefix)), length_(length) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;
  bool by_cell_alone() const override { return true; }

 private:
  HmacSm3Key key_;
  std::string prefix_;
  int length_;
};

// Days by which the dates of a person move: never 0, at most days_max either way. `mac` is that of the person.
int shift_of(const Digest& mac, int days_max);

class DateShift final : public BoundTechnique {
 public:
  DateShift(const SecretBytes& key, int days_max) : key_(key), days_max_(days_max) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;

 private:
  HmacSm3Key key_;
  int days_max_;
};

class Noise final : public BoundTechnique {
 public:
  Noise(const SecretBytes& key, int64_t bound) : key_(key), bound_(bound) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;

 private:
  HmacSm3Key key_;
  int64_t bound_;
};

}  // namespace sluice::deident
