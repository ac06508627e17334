// The packs of the release, put into the executable by the build (cmake/rules.cmake).
#pragma once

#include <cstddef>
#include <string_view>

namespace sluice::rules {

struct EmbeddedPack {
  std::string_view name, text;
};
extern const EmbeddedPack kEmbeddedPacks[];
extern const size_t kEmbeddedPackCount;

}  // namespace sluice::rules
