// The classification rules that speak for a party: those of its newest approved change (space/change), else the built-in ones.
#pragma once

#include "node/node.h"

namespace sluice::node {

// Pack texts by name, as a worker needs them; empty for the built-in rules.
Result<std::map<std::string, std::string>> pack_texts_of(Node& node, const space::PartyId& party);
Result<std::map<std::string, std::string>> pack_texts_in(Node& node, const Digest& content);
// The set behind an approved change, by the digest of its texts; asks nothing of the state. The sets used last are kept.
Result<std::shared_ptr<const rules::RuleSet>> rules_of_content(Node& node, const Digest& content);
// The set itself.
Result<std::shared_ptr<const rules::RuleSet>> rules_of(Node& node, const space::PartyId& party);

Json texts_json(const std::map<std::string, std::string>& texts);
Result<std::map<std::string, std::string>> texts_from(const Json& json);

}  // namespace sluice::node
