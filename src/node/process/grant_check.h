// What the key agent asks the ledger before it unwraps a column key. The adapter reads the durable ledger for itself, so
// that the server cannot talk the agent into a key that no recorded decision grants.
//
// A grant is an entry "keys.granted" {grant, dataset, version, columns, expires_ms} that no later entry
// "keys.grant_ended" {grant} ends.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace sluice::node {

inline constexpr std::string_view kKeysGrantedKind = "keys.granted";
inline constexpr std::string_view kKeysGrantEndedKind = "keys.grant_ended";

class GrantCheck {
 public:
  virtual ~GrantCheck() = default;
  // "key_agent.no_grant", "key_agent.grant_ended", "key_agent.grant_expired", "key_agent.not_granted" (detail: the
  // column): all forbidden. Errors of the store pass through.
  virtual Status allows(const std::string& grant, const std::string& dataset, const std::string& version,
                        std::span<const std::string> columns, TimeMs now) = 0;
};

// Opens the check for the space in a folder; asked again while the ledger does not exist yet.
using OpenGrantCheck = Result<std::unique_ptr<GrantCheck>> (*)(const std::string& space_dir);

}  // namespace sluice::node
