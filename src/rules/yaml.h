// YAML as people write rule packs, plans and strategies, read into Json so that one record codec checks them all.
//
// A strict subset of YAML 1.2: one document, block or flow style, comments. Plain scalars follow the core schema for null,
// true/false, decimal integers and decimal fractions; everything else, and every quoted scalar, is a string. Refused:
// anchors, aliases and tags ("yaml.alias", so that no small text can unfold into a large one), duplicate keys
// ("yaml.duplicate_key"), nesting deeper than kJsonDepthMax ("yaml.too_deep"), more than one document, text over
// `bytes_max` ("yaml.too_large"), anything else that does not parse ("yaml.malformed"; detail: the line). JSON is accepted
// too. Details never quote the input. Pure; thread-safe.
#pragma once

#include <string_view>

#include "codec/json.h"

namespace sluice::rules {

Result<Json> parse_yaml(std::string_view text, size_t bytes_max = 4u << 20);

}  // namespace sluice::rules
