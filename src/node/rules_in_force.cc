#include "node/rules_in_force.h"

#include <deque>

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kSetsKept = 4;

// Immutable sets by the digest of their texts: making one takes a tenth of a second, and nothing about it can change.
std::shared_ptr<const rules::RuleSet> kept_set(const Digest& content, std::shared_ptr<const rules::RuleSet> fresh) {
  static std::mutex mutex;
  static std::deque<std::pair<Digest, std::shared_ptr<const rules::RuleSet>>> kept;
  std::lock_guard lock(mutex);
  for (const auto& [digest, set] : kept)
    if (digest == content) return set;
  if (!fresh) return nullptr;
  kept.emplace_front(content, fresh);
  if (kept.size() > kSetsKept) kept.pop_back();
  return fresh;
}

std::optional<Digest> content_of(Node& node, const PartyId& party) {
  return node.space().read([&](const State& s) -> std::optional<Digest> {
    auto own = s.rules_in_force.find(party.str());
    return own == s.rules_in_force.end() ? std::nullopt : std::optional(own->second.content);
  });
}

}  // namespace

Json texts_json(const std::map<std::string, std::string>& texts) {
  Json out = Json::object();
  for (const auto& [name, text] : texts) out.set(name, text);
  return out;
}

Result<std::map<std::string, std::string>> texts_from(const Json& json) {
  std::map<std::string, std::string> out;
  if (!json.is_object()) return fail(Errc::invalid, "record.wrong_kind", "packs");
  for (const auto& [name, text] : json.as_object()) {
    if (!text.is_string()) return fail(Errc::invalid, "record.wrong_kind", "packs");
    out[name] = text.as_string();
  }
  return out;
}

Result<std::map<std::string, std::string>> pack_texts_in(Node& node, const Digest& content) {
  Bytes blob = TRY(node.ledger().blob(content));
  return texts_from(TRY(parse_json(text(blob))));
}

Result<std::map<std::string, std::string>> pack_texts_of(Node& node, const PartyId& party) {
  auto content = content_of(node, party);
  if (!content) return std::map<std::string, std::string>{};
  return pack_texts_in(node, *content);
}

Result<std::shared_ptr<const rules::RuleSet>> rules_of_content(Node& node, const Digest& content) {
  if (auto kept = kept_set(content, nullptr)) return kept;
  auto made = TRY(rules::RuleSet::from_texts(TRY(pack_texts_in(node, content))));
  return kept_set(content, made);
}

Result<std::shared_ptr<const rules::RuleSet>> rules_of(Node& node, const PartyId& party) {
  auto content = content_of(node, party);
  if (!content) return std::shared_ptr<const rules::RuleSet>(std::shared_ptr<void>(), &node.rules());
  return rules_of_content(node, *content);
}

}  // namespace sluice::node
