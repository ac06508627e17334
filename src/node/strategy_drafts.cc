#include "node/strategy_drafts.h"

#include "crypto/hash.h"
#include "deident/plan.h"
#include "node/adopt_strategy.h"
#include "node/preview_strategy.h"
#include "space/catalog/in_force.h"

namespace sluice::node {

using namespace space;

namespace {

Result<StrategyDraft> draft_of(Node& node, const StrategyDraftId& id) {
  return node.space().read([&](const State& s) -> Result<StrategyDraft> {
    const StrategyDraft* draft = find(s.strategy_drafts, id);
    if (!draft) return fail(Errc::not_found, "draft.not_found");
    return *draft;
  });
}

Result<std::string> text_of_draft(Node& node, const StrategyDraft& draft) {
  Bytes blob = TRY(node.ledger().blob(draft.document));
  return std::string(text(blob));
}

// Once the draft is adopted it stands against what was in force before.
const Strategy* strategy_before(const State& s, const StrategyDraft& draft, const std::string& id) {
  const Strategy* own = draft.strategy.empty() ? nullptr : find(s.strategies, draft.strategy);
  const Strategy* newest = nullptr;
  const Strategy* same = nullptr;
  for (const auto& [key, strategy] : s.strategies) {
    if (strategy.dataset != draft.dataset || (own && strategy.seq >= own->seq)) continue;
    if (!newest || strategy.seq > newest->seq) newest = &strategy;
    if (strategy.summary && strategy.summary->id == id && (!same || strategy.seq > same->seq)) same = &strategy;
  }
  return same ? same : newest;
}

std::vector<GradedColumn> grades_in_force(const State& s, const DatasetId& dataset) {
  const DatasetVersion* version = find(s.versions, version_in_force(s, dataset).version);
  return version ? graded_columns(s.datasets.at(dataset.str()), *version) : std::vector<GradedColumn>();
}

}  // namespace

Result<Json> reading_of_draft(Node& node, const StrategyDraft& draft) {
  const std::string document = TRY(text_of_draft(node, draft));
  deident::Strategy strategy = TRY(deident::read_strategy(document));
  std::vector<GradedColumn> graded;
  std::optional<Strategy> before = node.space().read([&](const State& s) {
    graded = grades_in_force(s, draft.dataset);
    const Strategy* found = strategy_before(s, draft, strategy.id);
    return found ? std::optional(*found) : std::nullopt;
  });
  auto resolved = TRY(deident::resolve(strategy, classes_of_graded(graded)));
  Json out = Json::object({{"findings", encode(deident::review(resolved, verdicts_of_graded(graded)))}, {"text", document}, {"written", encode(strategy)}});
  if (!before) return out;
  Bytes content = TRY(node.ledger().blob(before->content));
  return out.set("in_force", Json::object({{"id", before->id.str()}, {"name", before->name}, {"strategy", TRY(parse_json(text(content)))}}));
}

Result<StrategyDraftId> submit_draft(Node& node, const Principal& by, const DatasetId& dataset, const DraftAsk& ask) {
  const std::string document = ask.text.is_string() ? ask.text.as_string() : canonical(ask.text);
  deident::Strategy strategy = TRY(deident::read_strategy(document));
  if (strategy.extends) return fail(Errc::refused, "strategy.review_of_parts");
  TRY(fit_to_adopt(node, dataset, strategy));
  SubmitStrategyDraft command{.dataset = dataset, .name = adopted_name(strategy), .document = sm3(view(document)), .note = ask.note};
  // Who may not submit leaves no text behind.
  TRY(node.space().read([&](const State& s) -> Status {
    const Person* person = find(s.persons, by.person);
    const Dataset* d = find(s.datasets, dataset);
    if (!person || !d || d->owner != person->party) return fail(Errc::not_found, "dataset.not_found");
    return {};
  }));
  TRY(node.space().put_blob(view(document)));
  return TRY(node.space().execute(by, command)).get<StrategyDraftSubmitted>().draft;
}

Status decide_draft(Node& node, const Principal& by, const StrategyDraftId& id, const DraftWord& word) {
  DecideStrategyDraft command{.draft = id, .reason = word.reason};
  if (word.signature) {
    StrategyDraft draft = TRY(draft_of(node, id));
    const std::string document = TRY(text_of_draft(node, draft));
    command.review = TRY(review_by(node, draft.submitted_by, draft.party, TRY(deident::read_strategy(document)), document, word.signature));
  }
  TRY(node.space().execute(by, command));
  return {};
}

Status withdraw_draft(Node& node, const Principal& by, const StrategyDraftId& id) {
  TRY(node.space().execute(by, WithdrawStrategyDraft{id}));
  return {};
}

Result<StrategyId> adopt_draft(Node& node, const Principal& by, const StrategyDraftId& id) {
  StrategyDraft draft = TRY(draft_of(node, id));
  if (draft.status != StrategyDraftStatus::signed_ || !draft.review) return fail(Errc::conflict, "draft.not_signed");
  Bytes signature = TRY(node.ledger().blob(draft.review->signature));
  return adopt_strategy(node, by, draft.dataset, TRY(text_of_draft(node, draft)), TRY(parse_json(text(signature))));
}

}  // namespace sluice::node
