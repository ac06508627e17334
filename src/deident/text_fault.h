// Whether bytes are text in a file's encoding, with the answers of codec/csv.h: what masking writes the independent check can read.
//
// Reasons: "csv.bad_encoding", "csv.mixed_encoding", "csv.nul_byte". Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "deident/kernels.h"

namespace sluice::deident {

struct TextFault {
  std::string_view reason;
  size_t at = 0;  // the first byte that is no text
};
std::optional<TextFault> text_fault(std::string_view bytes, TextEncoding encoding);

// In which of the whole records in `bytes`, and in which field, a byte stands; both from 0. Empty lines are no records, but for files of one column.
struct FaultPlace {
  size_t record = 0, field = 0;
};
FaultPlace place_of_fault(std::string_view bytes, char delimiter, size_t columns, size_t at);

// UTF-8 or GB18030, by the beginning of a file; `whole`: there is no more of it.
TextEncoding encoding_of_start(std::string_view start, bool whole);

}  // namespace sluice::deident
