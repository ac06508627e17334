#include "node/rotate_space.h"

#include "base/log.h"

namespace sluice::node {

namespace {

Result<int64_t> move_all_wraps(Node& node) {
  int64_t count = 0;
  for (const std::string& version : TRY(node.registry().ids("wraps"))) {
    std::lock_guard lock(node.wraps_mutex());
    auto id = space::VersionId::parse(version);
    auto wraps = id ? node.wraps_of(*id) : Result<DatasetWraps>(tl::unexpected(id.error()));
    if (!wraps) continue;  // destroyed meanwhile
    TRY(node.keep_wraps(*wraps));
    count++;
  }
  for (const std::string& epoch : TRY(node.registry().ids("backup_epoch"))) {
    auto item = node.registry().get("backup_epoch", epoch);
    if (!item) continue;
    Bytes current = TRY(node.agent().current_epoch_wrap(epoch, item->reveal("a sealed epoch key")));
    TRY(node.registry().put("backup_epoch", epoch, SecretBytes(std::move(current))));
    count++;
  }
  return count;
}

}  // namespace

Result<int64_t> rotate_space_key(Node& node, const std::string& key_work) {
  TRY(node.agent().rotate_space(key_work));
  int64_t count = TRY(move_all_wraps(node));
  TRY(node.agent().settle_space());
  return count;
}

Status settle_space_key(Node& node) {
  auto rotation = TRY(node.agent().space_rotation());
  if (!rotation.unfinished) return {};
  int64_t count = TRY(move_all_wraps(node));
  TRY(node.agent().settle_space());
  log(LogLevel::info, "keys.rotation_finished", {{"key_work", rotation.key_work}, {"wraps", std::to_string(count)}});
  return {};
}

}  // namespace sluice::node
