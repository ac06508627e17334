#include "node/rotate_ledger.h"

namespace sluice::node {

namespace {

enum class HandoverSide { old_keys, new_keys };

// One side of the hand-over as the ledger's port wants it; both signatures come from the agent in one answer.
class HandoverSigner final : public ledger::LogSigner {
 public:
  HandoverSigner(KeyAgent& agent, HandoverSide side, const std::optional<ledger::LogKeys>& next) : agent_(agent), side_(side), next_(next) {}
  Result<ledger::LogKeys> keys() override { return side_ == HandoverSide::old_keys ? agent_.keys() : Result<ledger::LogKeys>(*next_); }
  Result<ledger::SignaturePair> sign(std::string_view message) override {
    KeyAgent::Handover both = TRY(agent_.sign_handover(message));
    return side_ == HandoverSide::old_keys ? std::move(both.by_old) : std::move(both.by_new);
  }

 private:
  KeyAgent& agent_;
  HandoverSide side_;
  const std::optional<ledger::LogKeys>& next_;
};

bool same_keys(const ledger::LogKeys& a, const ledger::LogKeys& b) { return a.ed25519.bytes() == b.ed25519.bytes() && a.sm2.bytes() == b.sm2.bytes(); }

}  // namespace

Status rotate_ledger_keys(Node& node, const std::string& key_work) {
  TRY(node.checkpoint());
  std::optional<ledger::LogKeys> next = TRY(node.agent().next_ledger_keys(key_work));
  HandoverSigner old_side(node.agent(), HandoverSide::old_keys, next), new_side(node.agent(), HandoverSide::new_keys, next);
  TimeMs now = node.clock().now();
  TRY(node.space().on_writer([&](ledger::Ledger& log) -> Status {
    TRY(log.rotate_keys(old_side, new_side, now));
    return {};
  }));
  TRY(node.agent().adopt_ledger_keys());
  TRY(node.checkpoint());
  return {};
}

Status settle_ledger_keys(Node& node) {
  auto waiting = TRY(node.agent().waiting_ledger_keys());
  if (!waiting) return {};
  if (same_keys(*waiting, node.ledger().keys().current())) return node.agent().adopt_ledger_keys();
  return {};  // made, never handed over to: the next work takes them up
}

}  // namespace sluice::node
