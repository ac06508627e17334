// What the deident commands share: the key file and who sits at the terminal.
#pragma once

#include <string>

#include "base/restricted.h"
#include "base/result.h"

namespace sluice::cli {

// The key file holds the key as hexadecimal (at least 16 bytes), or is the key itself. Errors of reading a file.
Result<SecretBytes> read_masking_key(const std::string& path);

// The system's name of the user; empty when it has none.
std::string login_name();

}  // namespace sluice::cli
