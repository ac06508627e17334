#include "space/deident/draft.h"

#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

Result<const StrategyDraft*> own_draft(const State& s, const Person& person, const StrategyDraftId& id) {
  const StrategyDraft* d = find(s.strategy_drafts, id);
  if (!d || d->party != person.party) return fail(Errc::not_found, "draft.not_found");
  return d;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const SubmitStrategyDraft& cmd) {
  const Person* person = TRY(acting_as_any(s, c, {std::string(name_of(Duty::security_officer)), std::string(name_of(Duty::data_manager))}));
  const Dataset* dataset = TRY(seen_dataset(s, *person, cmd.dataset, c.now));
  if (dataset->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  TRY(need_text("name", cmd.name, kNameBytesMax));
  if (!cmd.note.empty()) TRY(need_text("note", cmd.note, kTextBytesMax));
  for (const auto& [id, d] : s.strategy_drafts)
    if (d.open() && d.dataset == cmd.dataset && d.document == cmd.document) return fail(Errc::conflict, "draft.known", id);
  return Events{StrategyDraftSubmitted{StrategyDraftId::make(c.random), cmd.dataset, cmd.name, cmd.document, cmd.note}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideStrategyDraft& cmd) {
  const Person* person = TRY(acting_as_any(
      s, c, {std::string(name_of(Duty::security_officer)), std::string(name_of(Duty::pi_officer)), std::string(name_of(Duty::committee_member))}));
  const StrategyDraft* d = TRY(own_draft(s, *person, cmd.draft));
  // Whoever stands in for the one who submitted it would decide about that person's own draft.
  TRY(second_person(s, c, d->submitted_by));
  if (d->status != StrategyDraftStatus::submitted) return fail(Errc::conflict, "draft.decided_already");
  if (!cmd.review) {
    TRY(need_text("reason", cmd.reason, kTextBytesMax));
  } else {
    if (!cmd.reason.empty()) TRY(need_text("reason", cmd.reason, kTextBytesMax));
    if (cmd.review->reviewer != person->id) return fail(Errc::forbidden, "draft.signed_by_another");
    if (cmd.review->document != d->document) return fail(Errc::refused, "signature.wrong_document");
  }
  return Events{StrategyDraftDecided{cmd.draft, cmd.reason, cmd.review}};
}

Result<Events> decide_on(const State& s, const Context& c, const WithdrawStrategyDraft& cmd) {
  const Person* person = TRY(acting(s, c));
  const StrategyDraft* d = TRY(own_draft(s, *person, cmd.draft));
  if (d->submitted_by != person->id) return fail(Errc::forbidden, "draft.not_yours");
  if (!d->open()) return fail(Errc::conflict, "draft.decided_already");
  return Events{StrategyDraftWithdrawn{cmd.draft}};
}

void fold(State& s, const StrategyDraftSubmitted& e, const EventPlace& at) {
  StrategyDraft d;
  d.id = e.draft;
  d.dataset = e.dataset;
  d.name = e.name;
  d.note = e.note;
  d.document = e.document;
  if (const Person* person = find(s.persons, at.actor)) d.party = person->party;
  d.submitted_by = at.actor;
  d.at_ms = at.time;
  d.seq = at.seq;
  s.strategy_drafts[e.draft.str()] = std::move(d);
}
void fold(State& s, const StrategyDraftDecided& e, const EventPlace& at) {
  StrategyDraft& d = s.strategy_drafts[e.draft.str()];
  d.status = e.review ? StrategyDraftStatus::signed_ : StrategyDraftStatus::refused;
  d.reason = e.reason;
  d.review = e.review;
  d.decided_by = at.actor;
  d.decided_ms = at.time;
}
void fold(State& s, const StrategyDraftWithdrawn& e, const EventPlace&) { s.strategy_drafts[e.draft.str()].status = StrategyDraftStatus::withdrawn; }

}  // namespace sluice::space
