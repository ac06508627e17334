// The grant check over a ledger's store: reads the durable entries in order, keeps the grants that are open, and goes on
// from there at the next question. Every body it believes is checked against the commitments of its entry.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "codec/json.h"
#include "ledger/store.h"
#include "node/process/grant_check.h"

namespace sluice::node {

class LedgerGrants final : public GrantCheck {
 public:
  explicit LedgerGrants(std::unique_ptr<ledger::Store> store) : store_(std::move(store)) {}

  // Besides: "key_agent.bad_grant_entry" (corrupt; detail: the sequence) when a body does not fit its entry.
  Status allows(const std::string& grant, const std::string& dataset, const std::string& version,
                std::span<const std::string> columns, TimeMs now) override;
  Status allows_work(const std::string& grant, const std::string& dataset, std::span<const std::string_view> works, TimeMs now) override;
  Status approves(const std::string& key_work, std::string_view work) override;

 private:
  struct Grant {
    std::string dataset, version;
    std::vector<std::string> columns;
    TimeMs expires_ms = 0;
    std::string work;
  };
  Status catch_up();
  Status take(const ledger::EntryRow& row);
  void take_grant(const Json& body);
  void take_destroyed(const Json& body);
  void take_work(std::string_view kind, const Json& body);

  std::unique_ptr<ledger::Store> store_;
  uint64_t next_ = 0;
  std::map<std::string, Grant> open_;
  struct KeyWork {
    std::string work;
    bool approved = false;
  };
  std::map<std::string, std::set<std::string>> destroyed_;  // version → columns
  std::map<std::string, KeyWork> works_;                    // not closed
  std::set<std::string> ended_;  // so that the answer can say why
};

}  // namespace sluice::node
