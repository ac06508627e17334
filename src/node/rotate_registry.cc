#include "node/rotate_registry.h"

#include "base/log.h"

namespace sluice::node {

namespace {

// Absent: no rotation is to be finished.
Result<std::optional<int64_t>> finish_registry_rotation(Node& node) {
  auto rotation = TRY(node.agent().registry_rotation());
  if (!rotation.next) return std::optional<int64_t>();
  TRY(node.registry().change_key(std::move(*rotation.next)));
  int64_t count = TRY(node.registry().reseal_all());
  TRY(node.agent().settle_registry());
  return std::optional(count);
}

}  // namespace

Result<ledger::Registry> open_registry(ledger::RegistryStore& store, KeyAgent& agent) {
  auto registry = TRY(ledger::Registry::open(store, TRY(agent.registry_key())));
  auto rotation = TRY(agent.registry_rotation());
  if (rotation.next) TRY(registry.change_key(std::move(*rotation.next)));
  return registry;
}

Result<int64_t> rotate_registry_key(Node& node, const std::string& key_work) {
  TRY(node.agent().rotate_registry(key_work));
  if (auto count = TRY(finish_registry_rotation(node))) return *count;
  // Carried out before and killed before the ledger was told.
  int64_t count = 0;
  TRY(node.registry_store().items([&](std::string_view, std::string_view, ByteView) -> Status {
    count++;
    return {};
  }));
  return count;
}

Status settle_registry_key(Node& node) {
  if (auto count = TRY(finish_registry_rotation(node))) log(LogLevel::info, "keys.registry_rotation_finished", {{"items", std::to_string(*count)}});
  return {};
}

}  // namespace sluice::node
