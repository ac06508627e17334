// Numbers of cells in millionths: what techniques calculate with. No floating point.
#pragma once

#include <string>
#include <string_view>

#include "deident/kernels.h"

namespace sluice::deident {

__extension__ using WideSigned = __int128;

// At most 15 digits before the point and six after it.
bool read_millionths(std::string_view cell, WideSigned& value, size_t& fraction_digits);
// With so many digits after the point (at most six), rounded half away from zero.
void put_millionths(WideSigned value, size_t fraction_digits, std::string& out);

}  // namespace sluice::deident
