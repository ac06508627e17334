// Row suppression: rows whose class over the quasi-identifiers is smaller than k do not go out.
#pragma once

#include "base/pending_file.h"
#include "deident/receipt.h"

namespace sluice::deident {

// `masked` holds the whole masked file; the answer is another pending file for `out_path` without the rows in classes
// below strategy.k_min. Sets rows_out, rows_suppressed and output_digest of the receipt. "deident.too_many_suppressed"
// (detail: share in permille) beyond strategy.suppress_permille.
Result<PendingFile> drop_small_classes(const Strategy& strategy, PendingFile& masked, const std::string& out_path, Receipt& receipt);

}  // namespace sluice::deident
