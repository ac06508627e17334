// Is the text of a column UTF-8? Pure.
#pragma once

#include "table/column.h"

namespace sluice::table {

// True for columns of other types. Every stored text is checked, also those of null rows.
bool texts_are_utf8(const Column& column);
bool text_is_utf8(std::string_view text);

}  // namespace sluice::table
