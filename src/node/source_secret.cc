#include "node/source_secret.h"

#include <map>
#include <mutex>
#include <set>

#include "base/log.h"

namespace sluice::node {

using namespace space;

namespace {

Status put_in_place(Node& node, const SourceId& source, const std::string& mark) {
  auto next = TRY(node.registry().get(kNextSourceSecretItem, mark));
  TRY(node.registry().put(kSourceSecretItem, source.str(), next));
  return node.registry().erase(kNextSourceSecretItem, mark);
}

}  // namespace

Result<SecretText> source_secret(Node& node, const Source& source) {
  // Not yet in its place: another thread is about to put it there, or the disk refused.
  auto kept = source.secret ? node.registry().get(kNextSourceSecretItem, *source.secret) : node.registry().get(kSourceSecretItem, source.id.str());
  if (!kept) kept = node.registry().get(kSourceSecretItem, source.id.str());
  if (!kept) return tl::unexpected(kept.error());
  return SecretText(std::string(text(kept->reveal("sign in to the source"))));
}

Result<SourceId> change_secret_with(Node& node, const SecretText& secret, const std::function<Result<SourceId>(const std::string& mark)>& execute) {
  // One after the other: what the last entry names must be what is put in its place last.
  static std::mutex one_at_a_time;
  std::lock_guard lock(one_at_a_time);
  std::string mark = random_name(node.random(), "sc");
  TRY(node.registry().put(kNextSourceSecretItem, mark, SecretBytes(to_bytes(secret.reveal("kept sealed for the schedule")))));
  auto source = execute(mark);
  if (!source) {
    (void)node.registry().erase(kNextSourceSecretItem, mark);
    return source;
  }
  Status placed = put_in_place(node, *source, mark);
  if (!placed) log(LogLevel::warn, "source.secret_not_in_place", {{"reason", std::string(placed.error().reason)}});
  return source;
}

Status settle_source_secrets(Node& node) {
  auto [marks, removed] = node.space().read([](const State& s) {
    std::pair<std::map<std::string, SourceId>, std::set<std::string>> out;
    for (const auto& [id, source] : s.sources) {
      if (source.status == SourceStatus::removed) {
        out.second.insert(id);
      } else if (source.secret) {
        out.first.emplace(*source.secret, source.id);
      }
    }
    return out;
  });
  for (const std::string& mark : TRY(node.registry().ids(kNextSourceSecretItem))) {
    auto named = marks.find(mark);
    TRY(named == marks.end() ? node.registry().erase(kNextSourceSecretItem, mark) : put_in_place(node, named->second, mark));
  }
  for (const std::string& source : TRY(node.registry().ids(kSourceSecretItem)))
    if (removed.contains(source)) TRY(node.registry().erase(kSourceSecretItem, source));
  return {};
}

}  // namespace sluice::node
