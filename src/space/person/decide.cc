#include <algorithm>

#include "space/decisions.h"

namespace sluice::space {

bool is_administration(Duty duty) {
  return duty == Duty::system_admin || duty == Duty::security_admin || duty == Duty::audit_admin;
}

bool approves_others(Duty duty) {
  switch (duty) {
    case Duty::security_officer:
    case Duty::registrar:
    case Duty::pi_officer:
    case Duty::committee_member:
    case Duty::contract_signer:
    case Duty::supervisor: return true;
    case Duty::system_admin:
    case Duty::security_admin:
    case Duty::audit_admin:
    case Duty::data_manager:
    case Duty::data_user:
    case Duty::broker: return false;
  }
  return true;
}

// Duties that one person never holds together (三员分立; the committee does not judge its own drafts, nor the personal-information officer the own use).
bool exclude_each_other(Duty a, Duty b) {
  if (a == b) return false;
  if (is_administration(a) || is_administration(b)) return true;
  auto pair = [&](Duty x, Duty y) { return (a == x && b == y) || (a == y && b == x); };
  return pair(Duty::committee_member, Duty::data_manager) || pair(Duty::registrar, Duty::data_manager) ||
         pair(Duty::pi_officer, Duty::data_manager) ||
         pair(Duty::registrar, Duty::security_officer) || pair(Duty::data_manager, Duty::security_officer) || a == Duty::supervisor ||
         b == Duty::supervisor;
}

bool duty_fits(PartyRole role, Duty duty) {
  switch (role) {
    case PartyRole::agency: return duty != Duty::supervisor && duty != Duty::broker;
    case PartyRole::broker: return duty == Duty::broker;
    case PartyRole::supervisor: return duty == Duty::supervisor || duty == Duty::data_user || duty == Duty::contract_signer || duty == Duty::pi_officer;
    case PartyRole::service_provider: return duty == Duty::data_user || duty == Duty::contract_signer || duty == Duty::pi_officer;
    case PartyRole::data_user: return duty != Duty::supervisor && duty != Duty::broker && duty != Duty::registrar && duty != Duty::committee_member;
  }
  return false;
}

namespace {

// Whose case an administrator takes part in; the audit administrator where an administrator is concerned.
Result<const Person*> subject_of(const State& s, const Context& c, const PersonId& subject) {
  const Person* admin = TRY(acting(s, c));
  const Person* person = find(s.persons, subject);
  bool operates = admin->has(Duty::system_admin, c.now) || admin->has(Duty::security_admin, c.now);
  bool subject_administers = person && std::any_of(person->duties.begin(), person->duties.end(), [](const HeldDuty& held) { return is_administration(held.duty); });
  bool audits = admin->has(Duty::audit_admin, c.now) && subject_administers;
  if (!operates && !audits) return fail(Errc::forbidden, "duty.missing", "system_admin or security_admin");
  if (!person) return fail(Errc::not_found, "person.not_found");
  return person;
}

// Who may take part in a reset of this person's credentials: an administrator, never in the own case.
Result<const Person*> reset_subject(const State& s, const Context& c, const PersonId& subject) {
  const Person* person = TRY(subject_of(s, c, subject));
  if (person->suspended) return fail(Errc::conflict, "person.suspended");
  if (one_human(c, subject, c.principal.person)) return fail(Errc::forbidden, "duty.not_to_oneself");
  TRY(stepped_up(c));
  return person;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const AskCredentialReset& cmd) {
  TRY(reset_subject(s, c, cmd.person));
  if (cmd.what != "password" && cmd.what != "totp" && cmd.what != "both") return fail(Errc::invalid, "person.unknown_credential");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{CredentialResetAsked{cmd.person, cmd.what, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const AllowCredentialReset& cmd) {
  const Person* person = TRY(reset_subject(s, c, cmd.person));
  if (!person->reset || c.now >= person->reset->at_ms + kResetValidMs) return fail(Errc::conflict, "person.no_reset_asked");
  if (one_human(c, person->reset->asked_by, c.principal.person)) return fail(Errc::forbidden, "person.reset_needs_two");
  return Events{CredentialResetAllowed{cmd.person, person->reset->asked_by, person->reset->what}};
}

Result<Events> decide_on(const State& s, const Context& c, const EnrolPerson& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  if (cmd.person.empty()) return fail(Errc::invalid, "person.id_missing");
  if (find(s.persons, cmd.person)) return fail(Errc::conflict, "person.enrolled_already");
  TRY(verified_party(s, cmd.party));
  return Events{PersonEnrolled{cmd.person, cmd.party}};
}

Result<Events> decide_on(const State& s, const Context& c, const GrantDuty& cmd) {
  const Person* admin = TRY(acting_as(s, c, Duty::security_admin));
  const Person* person = find(s.persons, cmd.person);
  if (!person) return fail(Errc::not_found, "person.not_found");
  if (person->suspended) return fail(Errc::conflict, "person.suspended");
  TRY(not_to_oneself(s, c, cmd.person));
  TRY(stepped_up(c));
  if (cmd.expires_ms != 0 && cmd.expires_ms <= c.now) return fail(Errc::invalid, "duty.expiry_in_past");
  for (const HeldDuty& held : person->duties)
    if (exclude_each_other(held.duty, cmd.duty)) return fail(Errc::conflict, "duty.excluded_by_other", std::string(name_of(held.duty)));
  const Party* party = TRY(verified_party(s, person->party));
  if (is_administration(cmd.duty) && person->party != admin->party) return fail(Errc::conflict, "duty.own_organisation_only", std::string(name_of(cmd.duty)));
  TRY(fit_for_duty(s, cmd.person, cmd.duty));
  if (!duty_fits(party->role, cmd.duty)) return fail(Errc::conflict, "duty.not_for_this_party", std::string(name_of(party->role)));
  return Events{DutyGranted{cmd.person, cmd.duty, cmd.expires_ms}};
}

Result<Events> decide_on(const State& s, const Context& c, const RevokeDuty& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Person* person = find(s.persons, cmd.person);
  if (!person) return fail(Errc::not_found, "person.not_found");
  bool held = std::any_of(person->duties.begin(), person->duties.end(), [&](const HeldDuty& h) { return h.duty == cmd.duty; });
  if (!held) return fail(Errc::conflict, "duty.not_held");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{DutyRevoked{cmd.person, cmd.duty, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const SuspendPerson& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Person* person = find(s.persons, cmd.person);
  if (!person) return fail(Errc::not_found, "person.not_found");
  if (person->suspended) return fail(Errc::conflict, "person.suspended");
  if (cmd.person == c.principal.person) return fail(Errc::forbidden, "duty.not_to_oneself");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{PersonSuspended{cmd.person, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ResumePerson& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Person* person = find(s.persons, cmd.person);
  if (!person) return fail(Errc::not_found, "person.not_found");
  if (!person->suspended) return fail(Errc::conflict, "person.not_suspended");
  if (person->resume) return fail(Errc::conflict, "person.resume_asked_already");
  TRY(not_to_oneself(s, c, cmd.person));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{PersonResumeAsked{cmd.person, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecidePersonResume& cmd) {
  const Person* person = TRY(subject_of(s, c, cmd.person));
  if (!person->suspended || !person->resume) return fail(Errc::conflict, "person.no_resume_asked");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (!cmd.approve) return Events{PersonResumeRefused{cmd.person, cmd.reason}};
  TRY(not_to_oneself(s, c, cmd.person));
  TRY(second_person(s, c, person->resume->asked_by));
  TRY(stepped_up(c));
  return Events{PersonResumed{cmd.person, cmd.reason, person->resume->asked_by}};
}

Result<Events> decide_on(const State& s, const Context& c, const NoteCredentialChange& cmd) {
  TRY(acting(s, c));
  if (cmd.what != "password" && cmd.what != "totp" && cmd.what != "sm2_key" && cmd.what != "oidc") return fail(Errc::invalid, "person.unknown_credential");
  if (cmd.what == "oidc") {
    // Its end; a link is asked for and decided by two (space/credential).
    TRY(acting_as(s, c, Duty::system_admin));
    TRY(stepped_up(c));
    if (cmd.person == c.principal.person) return fail(Errc::forbidden, "duty.not_to_oneself");
  }
  if (cmd.person != c.principal.person) TRY(acting_as(s, c, Duty::system_admin));
  if (!find(s.persons, cmd.person)) return fail(Errc::not_found, "person.not_found");
  return Events{CredentialChanged{cmd.person, cmd.what}};
}

}  // namespace sluice::space
