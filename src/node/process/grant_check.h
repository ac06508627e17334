// What the key agent asks the ledger before it unwraps a column key. The adapter reads the durable ledger for itself, so
// that the server cannot talk the agent into a key that no recorded decision grants.
//
// A grant is an entry "keys.granted" {grant, dataset, version, columns, expires_ms} that no later entry
// "keys.grant_ended" {grant} ends. What "keys.destroyed" {version, columns, whole} names is granted by no entry any more.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace sluice::node {

inline constexpr std::string_view kKeysGrantedKind = "keys.granted";
inline constexpr std::string_view kKeysGrantEndedKind = "keys.grant_ended";
inline constexpr std::string_view kKeysDestroyedKind = "keys.destroyed", kWorkProposedKind = "keys.work_proposed",
                                  kWorkWitnessedKind = "keys.work_witnessed", kWorkClosedKind = "keys.work_closed";

class GrantCheck {
 public:
  virtual ~GrantCheck() = default;
  // "key_agent.no_grant", "key_agent.grant_ended", "key_agent.grant_expired", "key_agent.not_granted" (detail: the
  // column), "keys.column_destroyed": all forbidden. Errors of the store pass through.
  virtual Status allows(const std::string& grant, const std::string& dataset, const std::string& version,
                        std::span<const std::string> columns, TimeMs now) = 0;
  // Whether this grant, open and not expired, is of one of these kinds of work and of this dataset: for the keys of pseudonyms, enciphered
  // values and marks, which are no column's. "key_agent.no_grant", "key_agent.grant_ended", "key_agent.grant_expired",
  // "key_agent.other_work": all forbidden.
  virtual Status allows_work(const std::string& grant, const std::string& dataset, std::span<const std::string_view> works, TimeMs now) {
    (void)grant, (void)dataset, (void)works, (void)now;
    return fail(Errc::forbidden, "key_agent.no_grant");
  }
  // Whether the ledger shows a work on keys of this kind, witnessed and not closed: "key_agent.no_key_work" (forbidden).
  virtual Status approves(const std::string& key_work, std::string_view work) {
    (void)key_work, (void)work;
    return fail(Errc::forbidden, "key_agent.no_key_work");
  }
};

// Opens the check for the space in a folder; asked again while the ledger does not exist yet.
using OpenGrantCheck = Result<std::unique_ptr<GrantCheck>> (*)(const std::string& space_dir);

}  // namespace sluice::node
