// Names of columns are output too: the first line of a file without a header is a person's row.
//
// Refused before anything is written: a name with control characters (a file whose lines end in CR alone is one long header), and a name that is no
// name but a value: what the residual scan finds (ID and phone numbers, cards, addresses …), a date to the day, a decimal number or one of five digits and more.
// Errors: "deident.bad_column_name", "deident.header_is_data" (detail: which column, never what stands there).
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace sluice::deident {

Status check_column_names(std::span<const std::string> names);

}  // namespace sluice::deident
