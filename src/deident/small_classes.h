// Row suppression: rows whose class over the quasi-identifiers is smaller than k do not go out.
#pragma once

#include <vector>

#include "base/pending_file.h"
#include "deident/receipt.h"

namespace sluice::deident {

// Of each row of a masked file: 0 where its class is below strategy.k_min. "deident.too_many_suppressed" (detail: share in permille) beyond
// strategy.suppress_permille.
Result<std::vector<uint8_t>> rows_in_large_classes(const Strategy& strategy, const std::string& masked);

// `masked` holds the whole masked file; the answer is another pending file for `out_path` without the rows whose flag is 0. Sets rows_out, rows_suppressed
// and output_digest of the receipt.
Result<PendingFile> without_rows(PendingFile& masked, const std::vector<uint8_t>& stays, const std::string& out_path, Receipt& receipt);

}  // namespace sluice::deident
