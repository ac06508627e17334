#include <algorithm>

#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

const std::vector<std::string> kRequestDesk{"data_manager", "pi_officer"};

Result<const SubjectRequest*> own_request(const State& s, const Person& person, const SubjectRequestId& id) {
  const SubjectRequest* r = find(s.subject_requests, id);
  if (!r || r->owner != person.party) return fail(Errc::not_found, "law.request_not_found");
  return r;
}

// The consents that a granted withdrawal ends: the one named, else all of that person at this controller.
void withdraw_all(const State& s, const SubjectRequest& r, const std::string& reason, Events& events) {
  auto of = s.consents_of.find(r.subject.str());
  if (of == s.consents_of.end()) return;
  for (const ConsentId& id : of->second) {
    const Consent& consent = s.consents.at(id.str());
    if (consent.withdrawn || consent.owner != r.owner || (!r.consent.empty() && r.consent != id)) continue;
    events.push_back(ConsentWithdrawn{id, r.subject, reason});
  }
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const TakeSubjectRequest& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kRequestDesk));
  const rules::LawRequestKind* rule = c.rules.law.request(cmd.what);
  if (!rule) return fail(Errc::invalid, "law.unknown_request", cmd.what.substr(0, kNameBytesMax));
  if (cmd.subject.empty() || cmd.commitment == Digest{}) return fail(Errc::invalid, "law.no_subject");
  TRY(need_text("channel", cmd.channel, kNameBytesMax));
  if (!cmd.dataset.empty() && TRY(seen_dataset(s, *person, cmd.dataset, c.now))->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  if (!cmd.consent.empty()) {
    const Consent* consent = find(s.consents, cmd.consent);
    if (!consent || consent->owner != person->party || consent->form.subject != cmd.subject) return fail(Errc::not_found, "law.consent_not_found");
  }
  return Events{SubjectRequestTaken{.request = SubjectRequestId::make(c.random), .owner = person->party, .subject = cmd.subject, .commitment = cmd.commitment,
                                    .what = cmd.what, .channel = cmd.channel, .dataset = cmd.dataset, .consent = cmd.consent,
                                    .due_ms = c.now + rule->days * kDayMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const VerifySubject& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kRequestDesk));
  const SubjectRequest* r = TRY(own_request(s, *person, cmd.request));
  if (r->status != SubjectRequestStatus::taken) return fail(Errc::conflict, "law.request_verified_already");
  TRY(need_text("evidence", cmd.evidence, kNameBytesMax));
  return Events{SubjectVerified{cmd.request, cmd.method, cmd.evidence, cmd.token_digest}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideSubjectRequest& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::pi_officer));
  const SubjectRequest* r = TRY(own_request(s, *person, cmd.request));
  if (r->status == SubjectRequestStatus::taken) return fail(Errc::refused, "law.request_not_verified");
  if (r->status != SubjectRequestStatus::verified) return fail(Errc::conflict, "law.request_decided_already");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  Events events{SubjectRequestDecided{cmd.request, cmd.grant, cmd.reason}};
  if (cmd.grant && r->what == "withdraw") withdraw_all(s, *r, cmd.reason, events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const AnswerSubjectRequest& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kRequestDesk));
  const SubjectRequest* r = TRY(own_request(s, *person, cmd.request));
  if (r->status == SubjectRequestStatus::answered || r->status == SubjectRequestStatus::refused) return fail(Errc::conflict, "law.request_over");
  if (r->status != SubjectRequestStatus::granted) return fail(Errc::refused, "law.request_not_decided");
  TRY(need_text("note", cmd.note, kTextBytesMax));
  // What is deleted is deleted by a key operation that others witnessed and that is done.
  if (r->what == "delete") {
    const KeyWorkItem* work = find(s.key_works, cmd.key_work);
    if (!work || work->status != KeyWorkStatus::done) return fail(Errc::refused, "law.request_needs_destruction");
  }
  return Events{SubjectRequestAnswered{cmd.request, cmd.answer, cmd.note, cmd.key_work}};
}

void fold(State& s, const SubjectRequestTaken& e, const EventPlace& at) {
  SubjectRequest r;
  r.id = e.request;
  r.owner = e.owner;
  r.subject = e.subject;
  r.what = e.what;
  r.channel = e.channel;
  r.dataset = e.dataset;
  r.consent = e.consent;
  r.due_ms = e.due_ms;
  r.taken_by = at.actor;
  r.at_ms = at.time;
  r.seq = at.seq;
  s.subject_requests[e.request.str()] = std::move(r);
}
void fold(State& s, const SubjectVerified& e, const EventPlace& at) {
  SubjectRequest& r = s.subject_requests[e.request.str()];
  r.status = SubjectRequestStatus::verified;
  r.method = e.method;
  r.evidence = e.evidence;
  r.token_digest = e.token_digest;
  r.verified_by = at.actor;
  r.verified_ms = at.time;
}
void fold(State& s, const SubjectRequestDecided& e, const EventPlace& at) {
  SubjectRequest& r = s.subject_requests[e.request.str()];
  r.status = e.granted ? SubjectRequestStatus::granted : SubjectRequestStatus::refused;
  r.reason = e.reason;
  r.decided_by = at.actor;
  r.decided_ms = at.time;
}
void fold(State& s, const SubjectRequestAnswered& e, const EventPlace& at) {
  SubjectRequest& r = s.subject_requests[e.request.str()];
  r.status = SubjectRequestStatus::answered;
  r.answer = e.answer;
  r.note = e.note;
  r.key_work = e.key_work;
  r.answered_by = at.actor;
  r.answered_ms = at.time;
}

}  // namespace sluice::space
