// The plain masking kernels: one cell in, one cell out, no state. False: the value cannot be handled; what was appended
// to `out` is to be thrown away. Used by Masker; separate so that each can be tested and measured alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "deident/strategy.h"

namespace sluice::deident {

enum class TextEncoding { utf8, gb18030 };

// Keeps `first` and `last` characters. A value that is not longer than both together is masked whole.
bool mask_ends(std::string_view cell, int first, int last, char mask, std::string& out);

// YYYY-MM-DD, 2024-2-9, the same with / or ., YYYYMMDD, 2024年2月9日; each with an optional time after a blank or T. The form stays.
bool generalise_date(std::string_view cell, DateUnit unit, std::string& out);
bool shift_date(std::string_view cell, int days, std::string& out);
// 9999-12-31 and 2099-12-31 in any of these forms say that there is no end. Everybody knows them: moved, they would tell by how much.
bool means_no_end(std::string_view cell);

bool band_number(std::string_view cell, const FieldRule& rule, std::string& out);
bool round_number(std::string_view cell, int64_t to, std::string& out);
// Values beyond `top` or `bottom` become these; the digits after the point stay as many as they were (six at most).
bool clamp_number(std::string_view cell, const FieldRule& rule, std::string& out);
// Moves a number by at most `bound` either way, uniformly, by the first 16 bytes of `mac`.
bool add_noise(std::string_view cell, int64_t bound, const Digest& mac, std::string& out);
bool generalise_region(std::string_view cell, int digits, std::string& out);
// Zeroes what identifies and keeps the shape of the form; false where the cell is not of it.
bool mask_well_formed(std::string_view cell, MaskForm form, std::string& out);
bool mask_id_number(std::string_view cell, int region, KeepBirth birth, std::string& out);

}  // namespace sluice::deident
