#include "space/deident/use.h"

#include <algorithm>

namespace sluice::space {

namespace {

Status listed_use(const std::vector<std::string>& list, std::string_view said, std::string_view member) {
  if (list.empty() || said.empty() || std::find(list.begin(), list.end(), said) != list.end()) return {};
  return fail(Errc::refused, "strategy.not_for_this_use", std::string(member));
}

}  // namespace

Status within_use(const StrategyUse& use, const UseAsked& asked) {
  TRY(listed_use(use.share_types, asked.share_type, "share_types"));
  TRY(listed_use(use.forms, asked.form, "forms"));
  TRY(listed_use(use.purposes, asked.purpose, "purposes"));
  if (use.not_after && rfc3339(asked.at).substr(0, 10) > *use.not_after) return fail(Errc::refused, "strategy.expired", *use.not_after);
  return {};
}

Status strategy_allows(const State& s, const VersionId& masked, const UseAsked& asked) {
  const MaskingResult* masking = find(s.maskings, masked);
  const Strategy* strategy = masking ? find(s.strategies, masking->strategy) : nullptr;
  if (!strategy || !strategy->summary || !strategy->summary->use) return {};
  return within_use(*strategy->summary->use, asked);
}

}  // namespace sluice::space
