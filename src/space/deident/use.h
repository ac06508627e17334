// Where and until when the output of a strategy may go (docs/formats/masking-strategy.md, `use`): asked when a product is drafted, at an
// application, at every release and at every call of an API. A strategy without limits allows everything.
#pragma once

#include "space/state.h"

namespace sluice::space {

struct UseAsked {
  std::string_view share_type, form, purpose;  // empty: not said yet
  TimeMs at = 0;
};
// "strategy.not_for_this_use" (detail: share_types, forms or purposes), "strategy.expired" (detail: the last day).
Status within_use(const StrategyUse& use, const UseAsked& asked);
// Of the strategy that a version was masked by.
Status strategy_allows(const State& state, const VersionId& masked, const UseAsked& asked);

}  // namespace sluice::space
