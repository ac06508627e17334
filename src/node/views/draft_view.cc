// Strategies that wait for a second person's review: who sees them, and whose task they are.
#include "node/views/listed.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kWhy = "plausible";

Json draft_task(std::string_view kind, const std::string& id, std::string title, TimeMs since, Json due) {
  return Json::object({{"due_ms", std::move(due)}, {"kind", kind}, {"object", id}, {"since_ms", since}, {"title", std::move(title)}});
}

}  // namespace

// By who submitted it, who may decide, and the offices of the party.
bool View::sees_draft(const StrategyDraft& d) const {
  return of_own_party(d.party) && (d.submitted_by == person.id || access_office() || holds(Duty::pi_officer) || holds(Duty::committee_member));
}

bool View::may_decide(const StrategyDraft& d) const { return may(DecideStrategyDraft{d.id, std::string(kWhy), std::nullopt}); }
bool View::may_adopt(const StrategyDraft& d) const {
  return d.status == StrategyDraftStatus::signed_ && d.decided_by != person.id && may(AdoptStrategy{d.dataset, d.name, d.document, {}});
}

Json View::show(const StrategyDraft& d) const {
  Json can = Json::array();
  if (may_decide(d)) can.push("decide");
  if (may_adopt(d)) can.push("adopt");
  if (may(WithdrawStrategyDraft{d.id})) can.push("withdraw");
  return shown(encode(d), std::move(can));
}

Json View::strategy_drafts(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, d] : state.strategy_drafts) {
    if (!sees_draft(d) || (!ask.status.empty() && name_of(d.status) != ask.status)) continue;
    all.push_back({newest_first(d.seq, id), [this, &d] { return show(d); }});
  }
  return page_of_list(std::move(all), ask);
}

Result<Json> View::strategy_draft(const std::string& id) const {
  auto it = state.strategy_drafts.find(id);
  if (it == state.strategy_drafts.end() || !sees_draft(it->second)) return fail(Errc::not_found, "draft.not_found");
  return show(it->second);
}

void View::tasks_of_drafts(Json& items) const {
  for (const auto& [id, d] : state.strategy_drafts) {
    if (!d.open() || !sees_draft(d)) continue;
    const Dataset* dataset = find(state.datasets, d.dataset);
    std::string title = (!dataset ? std::string() : dataset->title.empty() ? dataset->name : dataset->title) + "：" + d.name;
    if (may_decide(d)) items.push(draft_task("review_strategy", id, std::move(title), d.at_ms, d.at_ms + kStepDays * kDayMs));
    else if (may_adopt(d)) items.push(draft_task("adopt_reviewed", id, std::move(title), d.decided_ms, Json()));
  }
}

}  // namespace sluice::node
