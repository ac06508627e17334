// The search for a best generalisation (anonymity/anonymize.h) on a file that leaves: with what every masked file gets. All columns of the written file
// are scanned for direct identifiers (deident/residual.h), and their names looked at (deident/column_names.h), before it appears under its name, and a receipt says what was done to
// each column and what is left of the risk, so that the independent check (recheck/check.h) can be run on it.
//
// The receipt (format 2): a quasi-identifier is `hierarchy` with the height of its level (local recoding: the highest), `redact` where nothing but * is left,
// `keep` at level 0; every other column is `keep`. The name of a given hierarchy is `given`, with the SM3 of its file: files of hierarchies are no part of a receipt.
// Models: all that were asked for, by what the written file reaches (deident/models_reached.h).
//
// The column of person keys goes out as keyed tokens (technique `pseudonym`) unless the request says `keep` or `drop`; what an empty key means is for the reader.
//
// Errors: those of anonymity::anonymize and of check_column_names(); "deident.residual_found" (detail: columns by number, types) for a column that `identifiers_kept` does not name.
// Nothing is left under the name then.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "anonymity/anonymize.h"
#include "base/restricted.h"
#include "deident/receipt.h"

namespace sluice::deident {

struct AnonymizeOptions {
  std::vector<std::string> identifiers_kept{};
  std::optional<std::string> performed_by{};
  std::optional<SecretBytes> person_key{};  // of the person column's tokens; without one a key is drawn for this run and forgotten
  std::optional<std::string> scope{};       // tokens of one key and scope join with other tables'; default `anonymize`
  // Gets the receipt before the output appears under its name; its error keeps it from appearing. Without it there is none: digests and risk cost
  // another look at both files.
  std::function<Status(const Receipt&)> receipt{};
};

Result<anonymity::Report> anonymize_file(anonymity::Request request, const AnonymizeOptions& options);

}  // namespace sluice::deident
