// Use case: a strategy goes to a second person for review before it is adopted (space/deident/draft.h). Its text is checked as adopt_strategy would,
// but for the signature: what could not be adopted is not worth a reviewer's time.
//
// Errors: those of the decisions and of adopt_strategy; "strategy.review_of_parts" for a text that `extends` (its base could change behind the
// signature), "draft.not_signed" where it is to be adopted before that.
#pragma once

#include "node/node.h"

namespace sluice::node {

struct DraftAsk {
  Json text;         // the strategy's YAML or JSON text, or the strategy itself
  std::string note;
  static constexpr auto fields = field_list(field("text", &DraftAsk::text), field("note", &DraftAsk::note));
};
Result<space::StrategyDraftId> submit_draft(Node& node, const space::Principal& by, const space::DatasetId& dataset, const DraftAsk& ask);

// `signature` (`sluice sign`, over exactly the text, with the key that `by` signs in with) allows it; without one it is refused, with a reason.
struct DraftWord {
  std::optional<Json> signature{};
  std::string reason;
  static constexpr auto fields = field_list(field("signature", &DraftWord::signature), field("reason", &DraftWord::reason));
};
Status decide_draft(Node& node, const space::Principal& by, const space::StrategyDraftId& draft, const DraftWord& word);
Status withdraw_draft(Node& node, const space::Principal& by, const space::StrategyDraftId& draft);

// A signed draft as adopt_strategy adopts it, with the signature that it bears.
Result<space::StrategyId> adopt_draft(Node& node, const space::Principal& by, const space::StrategyDraftId& draft);

// What a reviewer reads: the `text` as it was submitted, byte for byte, which is what is to be signed, and what is `written` there; `findings` of
// what can be told without data (deident/plan.h) by the grades of the newest version as it came; and `in_force` {id, name, strategy}, which it stands
// against: the newest of the same id that the dataset had before this one, else the newest of the dataset, absent where there is none.
Result<Json> reading_of_draft(Node& node, const space::StrategyDraft& draft);

}  // namespace sluice::node
