#include "node/seen_messages.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "collect/mapped.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kSeenKind = "seen-messages";

struct Remembered {
  std::string id;  // of the item
  VersionId version;
  TimeMs at_ms = 0;
};

std::string item_id_of(const PlanId& plan, const VersionId& version) { return plan.str() + "." + version.str(); }

uint64_t mark_at(ByteView marks, size_t i) {
  static_assert(collect::kMessageMarkBytes == sizeof(uint64_t));
  uint64_t out = 0;
  std::memcpy(&out, marks.data() + i * sizeof(uint64_t), sizeof(uint64_t));
  return out;
}

// The plan's items whose version stands, newest first; others are taken away: what they name was never sealed.
Result<std::vector<Remembered>> remembered(Node& node, const PlanId& plan) {
  std::vector<Remembered> out;
  std::vector<std::string> ids = TRY(node.registry().ids(kSeenKind)), left;
  std::string prefix = plan.str() + ".";
  node.space().read([&](const State& s) {
    for (std::string& id : ids) {
      if (!id.starts_with(prefix)) continue;
      auto version = VersionId::parse(id.substr(prefix.size()));
      const DatasetVersion* known = version ? find(s.versions, *version) : nullptr;
      if (known) {
        out.push_back({std::move(id), *version, known->at_ms});
      } else {
        left.push_back(std::move(id));
      }
    }
  });
  for (const std::string& id : left) (void)node.registry().erase(kSeenKind, id);
  std::sort(out.begin(), out.end(), [](const Remembered& a, const Remembered& b) { return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.id < b.id; });
  return out;
}

}  // namespace

Result<bool> seen_before(Node& node, const PlanId& plan, ByteView marks) {
  std::unordered_set<uint64_t> mine;
  for (size_t i = 0; i < marks.size() / collect::kMessageMarkBytes; i++) mine.insert(mark_at(marks, i));
  if (mine.empty()) return false;
  for (const Remembered& one : TRY(remembered(node, plan))) {
    SecretBytes stored = TRY(node.registry().get(kSeenKind, one.id));
    ByteView theirs = stored.reveal("marks of messages, to know one that comes again");
    for (size_t i = 0; i < theirs.size() / collect::kMessageMarkBytes; i++)
      if (mine.contains(mark_at(theirs, i))) return true;
  }
  return false;
}

Status remember_messages(Node& node, const PlanId& plan, const VersionId& version, ByteView marks) {
  if (marks.empty()) return {};
  constexpr size_t kBytesMax = kSeenMessagesMax * collect::kMessageMarkBytes;
  // Of a file of more than that the last ones.
  if (marks.size() > kBytesMax) marks = marks.subspan(marks.size() - kBytesMax);
  size_t bytes = marks.size();
  for (const Remembered& one : TRY(remembered(node, plan))) {
    SecretBytes stored = TRY(node.registry().get(kSeenKind, one.id));
    bytes += stored.reveal("marks of messages, to count them").size();
    if (bytes > kBytesMax) TRY(node.registry().erase(kSeenKind, one.id));
  }
  return node.registry().put(kSeenKind, item_id_of(plan, version), SecretBytes(to_bytes(text(marks))));
}

void forget_messages(Node& node, const PlanId& plan, const VersionId& version) { (void)node.registry().erase(kSeenKind, item_id_of(plan, version)); }

}  // namespace sluice::node
