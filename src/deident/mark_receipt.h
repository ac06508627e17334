// The receipt of a marked copy: that of the masking (docs/formats/deident-receipt.md), with the copy's own digest, what was marked (`marks`) and the
// risk and targets of the copy, measured again. So the file that is delivered is the one that is proven.
//
// It names the carriers, and so stays with whoever handed the copy out, or goes to those who may know how copies are marked.
// Errors: "mark.wrong_receipt" (not of this masked file, or of another strategy), "mark.bad_plan" (a carrier that decides presence),
// "deident.target_missed", those of reading.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "codec/json.h"
#include "deident/mark.h"

namespace sluice::deident {

struct MarkedCopy {
  std::string masked_path, copy_path;
  uint64_t cells_marked = 0;
  std::span<const MarkedCarrier> carriers{};
};

Result<Json> receipt_of_copy(const Strategy& strategy, std::string_view masked_receipt, const MarkedCopy& copy);

}  // namespace sluice::deident
