// Where folders lie, for what must not be written into or read from itself.
#pragma once

#include <filesystem>

namespace sluice {

// Whether `inner` is `outer` or lies below it, by their names: both as canonical or weakly_canonical gave them. Of an empty path: no.
bool lies_in(const std::filesystem::path& inner, const std::filesystem::path& outer);

}  // namespace sluice
