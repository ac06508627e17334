#include <algorithm>
#include <set>

#include "space/application/personal_filter.h"
#include "space/application/submission.h"
#include "space/credential/use.h"
#include "space/decisions.h"
#include "space/deident/use.h"
#include "space/policy_request.h"

namespace sluice::space {

namespace {

constexpr TimeMs kVotingDays = 7;

Status check_row_filter(const State& s, const Product& product, const std::vector<RowCondition>& filter, const std::vector<std::string>& columns) {
  if (filter.size() > 20) return fail(Errc::invalid, "filter.too_long");
  for (const RowCondition& condition : filter) {
    if (std::find(columns.begin(), columns.end(), condition.column) == columns.end())
      return fail(Errc::invalid, "filter.column_not_asked_for", condition.column);
    if (!is_filter_op(condition.op)) return fail(Errc::invalid, "filter.unknown_operator", condition.column);
    if (condition.values.empty() == condition.secret_ref.empty()) return fail(Errc::invalid, "filter.values_missing", condition.column);
    if (condition.values.size() > 100) return fail(Errc::invalid, "filter.too_long", condition.column);
    // Values that identify someone belong into the registry, never into the ledger.
    if (is_personal(s, product.dataset, product.version, condition)) return fail(Errc::invalid, "filter.value_identifies", condition.column);
    if (condition.secret() != condition.commitment.has_value() || condition.secret() != condition.masked.has_value())
      return fail(Errc::invalid, "filter.commitment_missing", condition.column);
    if (!condition.secret()) continue;
    if (condition.secret_ref.size() > 60 || condition.masked->size() > 100) return fail(Errc::invalid, "filter.too_long", condition.column);
    for (const std::string& shown : *condition.masked)
      if (shown.size() > kMaskedBytesMax) return fail(Errc::invalid, "filter.too_long", condition.column);
  }
  return {};
}

Status check_application(const State& s, const ApplicationForm& form, const Product& product) {
  TRY(need_text("purpose", form.purpose, kNameBytesMax));
  TRY(need_text("legal_basis", form.legal_basis, kNameBytesMax));
  TRY(need_text("purpose_note", form.purpose_note, kTextBytesMax));
  TRY(need_text("safety_measures", form.safety_measures, kTextBytesMax));
  if (std::find(product.form.forms.begin(), product.form.forms.end(), form.form) == product.form.forms.end())
    return fail(Errc::refused, "application.form_not_offered");
  if (form.columns.empty()) return fail(Errc::invalid, "application.no_columns");
  std::set<std::string> names;
  for (const std::string& column : form.columns) {
    if (std::find(product.form.columns.begin(), product.form.columns.end(), column) == product.form.columns.end())
      return fail(Errc::refused, "application.column_not_offered", column);
    if (!names.insert(column).second) return fail(Errc::invalid, "product.column_twice", column);
  }
  if (form.deliveries_max < 1 || form.deliveries_max > 10000000) return fail(Errc::invalid, "application.bad_count");
  if (form.form == OpenForm::api && (form.rate_per_minute < 1 || form.rate_per_minute > 1000000)) return fail(Errc::invalid, "application.bad_rate");
  if (form.valid_days < 1 || form.valid_days > 366) return fail(Errc::invalid, "application.bad_validity");
  return check_row_filter(s, product, form.row_filter, form.columns);
}

// Who may vote: active members of the owner's committee who do not belong to the applicant, nor are who applies under another account. Two
// accounts of one human being have one seat. `hands`: who applies, and who drafted it.
std::vector<PersonId> roster_of(const State& s, const Context& c, const PartyId& owner, const PartyId& applicant, std::span<const PersonId> hands) {
  std::vector<PersonId> out;
  for (const auto& [id, person] : s.persons) {
    if (person.party != owner || person.party == applicant || !person.has(Duty::committee_member, c.now) || !active(s, person, c.now)) continue;
    if (s.outsiders.contains(id) || std::any_of(hands.begin(), hands.end(), [&](const PersonId& hand) { return one_human(c, person.id, hand); })) continue;
    if (std::none_of(out.begin(), out.end(), [&](const PersonId& seated) { return one_human(c, seated, person.id); })) out.push_back(person.id);
  }
  return out;
}

struct Tally {
  int64_t in_favour = 0, against = 0, recused = 0;
};

Tally tally_of(const Application& a) {
  Tally t;
  for (const Vote& v : a.votes) (v.recused ? t.recused : v.approve ? t.in_favour : t.against)++;
  return t;
}

bool approved_by(const Tally& t, const VotingRule& rule) {
  int64_t cast = t.in_favour + t.against;
  return cast >= rule.quorum && t.in_favour * 100 >= cast * rule.approve_percent;
}

ApplicationDecided decided(const Application& a, const Tally& t, bool approved, std::string_view reason) {
  return ApplicationDecided{a.id, approved, t.in_favour, t.against, t.recused, static_cast<int64_t>(a.roster.size()), std::string(reason)};
}

// The decision as soon as no further vote can change it.
std::optional<ApplicationDecided> decision_of(const Application& a, const Tally& t) {
  int64_t eligible = static_cast<int64_t>(a.roster.size()) - t.recused;
  int64_t open = eligible - t.in_favour - t.against;
  if (eligible < a.rule.quorum) return decided(a, t, false, "application.quorum_out_of_reach");
  Tally worst = t, best = t;
  worst.against += open;
  best.in_favour += open;
  if (t.in_favour + t.against >= a.rule.quorum && approved_by(worst, a.rule)) return decided(a, t, true, "application.approved_by_vote");
  if (!approved_by(best, a.rule)) return decided(a, t, false, "application.rejected_by_vote");
  if (open == 0) return decided(a, t, approved_by(t, a.rule), approved_by(t, a.rule) ? "application.approved_by_vote" : "application.rejected_by_vote");
  return std::nullopt;
}

Result<const Application*> open_vote(const State& s, const Context& c, const Person& member, const ApplicationId& id) {
  const Application* a = TRY(seen_application(s, member, id, c.now));
  if (a->status != ApplicationStatus::voting) return fail(Errc::conflict, "application.vote_closed");
  if (c.now >= a->deadline_ms) return fail(Errc::conflict, "application.vote_deadline_passed");
  if (std::find(a->roster.begin(), a->roster.end(), member.id) == a->roster.end()) return fail(Errc::forbidden, "application.not_on_roster");
  for (const Vote& v : a->votes)
    if (one_human(c, v.member, member.id)) return fail(Errc::conflict, "application.voted_already");
  return a;
}

Events with_decision(Event cast, const Application& before, Vote vote) {
  Events events{std::move(cast)};
  Application after = before;
  after.votes.push_back(std::move(vote));
  if (auto decision = decision_of(after, tally_of(after))) events.push_back(*decision);
  return events;
}

}  // namespace

Result<ApplicationSubmitted> submission(const State& s, const Context& c, const Person& looks, const Party& applicant, const ProductId& of, const ApplicationForm& form,
                                        std::span<const PersonId> hands) {
  const Product* product = TRY(seen_product(s, looks, of, c.now));
  if (product->status != ProductStatus::registered) return fail(Errc::conflict, "product.not_registered");
  if (product->owner == applicant.id) return fail(Errc::conflict, "application.own_product");
  // Who serves others' flows works with their data on their behalf, never for itself (C5.5).
  if (applicant.role == PartyRole::service_provider && form.scenario != Scenario::controller_to_processor)
    return fail(Errc::refused, "application.service_provider_processes");
  const MaskingResult* masking = find(s.maskings, product->version);
  if (!masking) return fail(Errc::internal, "application.version_not_masked");
  TRY(check_application(s, form, *product));
  TRY(strategy_allows(s, product->version, {.share_type = name_of(product->form.share), .form = name_of(form.form), .purpose = form.purpose, .at = c.now}));
  auto rules = TRY(grading_rules(s, c, product->owner));
  auto permission = TRY(ask_policy(s, *rules, {.product = *product, .columns = form.columns, .form = form.form, .scenario = form.scenario,
                                            .recipient = applicant.role, .purpose = form.purpose, .legal_basis = form.legal_basis,
                                            .cross_border = crosses_border(s, applicant.id, form.cross_border), .recipient_party = applicant.id, .now = c.now}));
  std::vector<PersonId> roster = roster_of(s, c, product->owner, applicant.id, hands);
  if (roster.size() < 3) return fail(Errc::conflict, "application.committee_too_small");
  VotingRule rule{.quorum = static_cast<int64_t>(roster.size() + 1) / 2, .approve_percent = 60};
  return ApplicationSubmitted{.application = ApplicationId::make(c.random), .product = of, .applicant = applicant.id, .form = form,
                              .policy = std::move(permission.reasons), .roster = std::move(roster), .rule = rule,
                              .deadline_ms = c.now + kVotingDays * kDayMs, .grade = std::move(permission.grade)};
}

Result<Events> decide_on(const State& s, const Context& c, const SubmitApplication& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_user));
  const Party* party = TRY(verified_party(s, person->party));
  return Events{TRY(submission(s, c, *person, *party, cmd.product, cmd.form, std::span(&person->id, 1)))};
}

Result<Events> decide_on(const State& s, const Context& c, const CastVote& cmd) {
  const Person* member = TRY(acting_as(s, c, Duty::committee_member));
  const Application* a = TRY(open_vote(s, c, *member, cmd.application));
  // A signature with the member's own certificate over this very vote is a second factor, and more.
  TRY(cmd.personal ? signed_in_person(s, c, *cmd.personal, vote_text(cmd.application, member->id, cmd.approve, cmd.reason)) : stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return with_decision(VoteCast{cmd.application, member->id, cmd.approve, cmd.reason, cmd.personal}, *a,
                       Vote{.member = member->id, .approve = cmd.approve, .recused = false, .reason = {}});
}

Result<Events> decide_on(const State& s, const Context& c, const RecuseMember& cmd) {
  const Person* member = TRY(acting_as(s, c, Duty::committee_member));
  const Application* a = TRY(open_vote(s, c, *member, cmd.application));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return with_decision(MemberRecused{cmd.application, member->id, cmd.reason}, *a,
                       Vote{.member = member->id, .approve = false, .recused = true, .reason = {}});
}

Result<Events> decide_on(const State& s, const Context& c, const CloseVote& cmd) {
  const Application* a = find(s.applications, cmd.application);
  if (!c.principal.system) {
    const Person* person = TRY(acting(s, c));
    a = TRY(seen_application(s, *person, cmd.application, c.now));
  }
  if (!a) return fail(Errc::not_found, "application.not_found");
  if (a->status != ApplicationStatus::voting) return fail(Errc::conflict, "application.vote_closed");
  if (c.now < a->deadline_ms) return fail(Errc::conflict, "application.vote_still_open");
  Tally t = tally_of(*a);
  bool quorum = t.in_favour + t.against >= a->rule.quorum;
  bool approved = quorum && approved_by(t, a->rule);
  return Events{decided(*a, t, approved, !quorum ? "application.quorum_not_reached" : approved ? "application.approved_by_vote" : "application.rejected_by_vote")};
}

// Destruction is for the person who answers for personal information, on either side, and is never undone.
Result<Events> decide_on(const State& s, const Context& c, const EraseFilter& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::pi_officer));
  const Application* a = TRY(seen_application(s, *person, cmd.application, c.now));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  auto known = std::any_of(a->form.row_filter.begin(), a->form.row_filter.end(), [&](const auto& f) { return f.secret() && f.secret_ref == cmd.secret_ref; });
  if (!known) return fail(Errc::not_found, "filter.not_found");
  if (std::find(a->erased_filters.begin(), a->erased_filters.end(), cmd.secret_ref) != a->erased_filters.end())
    return fail(Errc::conflict, "filter.erased");
  return Events{FilterErased{cmd.application, cmd.secret_ref, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const WithdrawApplication& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_user));
  const Application* a = TRY(seen_application(s, *person, cmd.application, c.now));
  if (a->applicant != person->party) return fail(Errc::forbidden, "application.not_yours");
  if (a->status != ApplicationStatus::voting) return fail(Errc::conflict, "application.vote_closed");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ApplicationWithdrawn{cmd.application, cmd.reason}};
}

}  // namespace sluice::space
