// People: accounts with duties. Names, phones and credentials live in the registry; events carry opaque ids.
//
//   commands    EnrolPerson (system administrator) · GrantDuty, RevokeDuty, SuspendPerson (security administrator)
//   suspended ──ResumePerson (security administrator)──▶ asked for ──DecidePersonResume (another administrator)──▶ acts again | still suspended
//               neither of the two is the person, or stands in for the person; each with a second factor. Whoever asked may take it back. The audit
//               administrator decides only where an administrator is concerned.
//   lost credentials    AskCredentialReset ──▶ AllowCredentialReset within a day: two administrators, neither of them the person,
//               each with a second factor. The audit administrator takes part only where an administrator is concerned.
//
// Duties that administer are for people of the organisation that runs the space: an administrator gives them inside the own party only.
// Duties that decide over others (approves_others) are not for outside staff. A duty is given with a second factor, never to oneself,
// by whichever account.
//
// Duties are apart (三员分立): system, security and audit administrator exclude each other and every working duty in one
// person; a committee member is not the data manager of the same party. A revocation counts from the next request on,
// because duties are read from the state at every decision (C7.2.4b).
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"
#include "standard/taxonomy.h"

namespace sluice::space {

enum class Duty {
  system_admin,       // 系统管理员: parties, accounts, operation of the node
  security_admin,     // 安全管理员: duties, keys, verification
  audit_admin,        // 审计管理员: reads the record, changes nothing
  data_manager,       // 数据管理员: collects, confirms grades, drafts products and contracts, releases
  security_officer,   // 安全负责人: strategies, agency review of products
  registrar,          // 平台登记员: the platform's check and registration number
  pi_officer,         // 个人信息保护责任人
  committee_member,   // 数据安全委员会委员
  contract_signer,    // 签约人: signs for the party
  data_user,          // 数据使用人: applies and receives
  supervisor,         // 监管人员: sees, cannot change
  broker,             // 数据经纪人
};
constexpr std::array<std::string_view, 12> enum_names(Duty) {
  return {"system_admin", "security_admin", "audit_admin", "data_manager", "security_officer", "registrar", "pi_officer", "committee_member",
          "contract_signer", "data_user", "supervisor", "broker"};
}

// Duties that one person never holds together, nor exercises as a deputy beside the own ones.
bool exclude_each_other(Duty a, Duty b);
bool is_administration(Duty duty);
// Duties that people of an organisation of this role may hold (C5.5): agencies run the flow, data users and ecosystem service providers apply, sign and
// receive, supervisors look, brokers act for others under mandates (space/mandate).
bool duty_fits(PartyRole role, Duty duty);
// Whoever has it approves, signs or looks into what others do.
bool approves_others(Duty duty);

struct EnrolPerson {
  static constexpr std::string_view kind = "person.enrol";
  PersonId person;  // chosen by the use case, which stores name and credentials under it in the registry
  PartyId party;
  static constexpr auto fields = field_list(field("person", &EnrolPerson::person), field("party", &EnrolPerson::party));
};
struct GrantDuty {
  static constexpr std::string_view kind = "person.grant_duty";
  PersonId person;
  Duty duty = Duty::data_user;
  TimeMs expires_ms = 0;  // 0: until revoked
  static constexpr auto fields =
      field_list(field("person", &GrantDuty::person), field("duty", &GrantDuty::duty), field("expires_ms", &GrantDuty::expires_ms));
};
struct RevokeDuty {
  static constexpr std::string_view kind = "person.revoke_duty";
  PersonId person;
  Duty duty = Duty::data_user;
  std::string reason;
  static constexpr auto fields =
      field_list(field("person", &RevokeDuty::person), field("duty", &RevokeDuty::duty), field("reason", &RevokeDuty::reason));
};
struct SuspendPerson {
  static constexpr std::string_view kind = "person.suspend";
  PersonId person;
  std::string reason;
  static constexpr auto fields = field_list(field("person", &SuspendPerson::person), field("reason", &SuspendPerson::reason));
};
// Asks that the account act again: "person.not_suspended", "person.resume_asked_already".
struct ResumePerson {
  static constexpr std::string_view kind = "person.resume";
  PersonId person;
  std::string reason;
  static constexpr auto fields = field_list(field("person", &ResumePerson::person), field("reason", &ResumePerson::reason));
};
// With a yes the account acts again, with the duties that it has then; sessions that ended stay ended. "person.no_resume_asked".
struct DecidePersonResume {
  static constexpr std::string_view kind = "person.decide_resume";
  PersonId person;
  bool approve = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("person", &DecidePersonResume::person), field("approve", &DecidePersonResume::approve), field("reason", &DecidePersonResume::reason));
};
struct AskCredentialReset {
  static constexpr std::string_view kind = "person.ask_credential_reset";
  PersonId person;
  std::string what;  // "password", "totp" or "both"
  std::string reason;
  static constexpr auto fields = field_list(field("person", &AskCredentialReset::person), field("what", &AskCredentialReset::what),
                                            field("reason", &AskCredentialReset::reason));
};
struct AllowCredentialReset {
  static constexpr std::string_view kind = "person.allow_credential_reset";
  PersonId person;
  static constexpr auto fields = field_list(field("person", &AllowCredentialReset::person));
};
struct NoteCredentialChange {
  static constexpr std::string_view kind = "person.note_credential_change";
  PersonId person;
  std::string what;  // "password", "totp", "sm2_key", or "oidc": an outside identity taken away, by a system administrator
  static constexpr auto fields = field_list(field("person", &NoteCredentialChange::person), field("what", &NoteCredentialChange::what));
};

struct PersonEnrolled {
  static constexpr std::string_view kind = "person.enrolled";
  PersonId person;
  PartyId party;
  static constexpr auto fields = field_list(field("person", &PersonEnrolled::person), field("party", &PersonEnrolled::party));
};
struct DutyGranted {
  static constexpr std::string_view kind = "person.duty_granted";
  PersonId person;
  Duty duty = Duty::data_user;
  TimeMs expires_ms = 0;
  static constexpr auto fields =
      field_list(field("person", &DutyGranted::person), field("duty", &DutyGranted::duty), field("expires_ms", &DutyGranted::expires_ms));
};
struct DutyRevoked {
  static constexpr std::string_view kind = "person.duty_revoked";
  PersonId person;
  Duty duty = Duty::data_user;
  std::string reason;
  static constexpr auto fields =
      field_list(field("person", &DutyRevoked::person), field("duty", &DutyRevoked::duty), field("reason", &DutyRevoked::reason));
};
struct PersonSuspended {
  static constexpr std::string_view kind = "person.suspended";
  PersonId person;
  std::string reason;
  static constexpr auto fields = field_list(field("person", &PersonSuspended::person), field("reason", &PersonSuspended::reason));
};
struct PersonResumeAsked {
  static constexpr std::string_view kind = "person.resume_asked";
  PersonId person;
  std::string reason;
  static constexpr auto fields = field_list(field("person", &PersonResumeAsked::person), field("reason", &PersonResumeAsked::reason));
};
struct PersonResumeRefused {
  static constexpr std::string_view kind = "person.resume_refused";
  PersonId person;
  std::string reason;
  static constexpr auto fields = field_list(field("person", &PersonResumeRefused::person), field("reason", &PersonResumeRefused::reason));
};
struct PersonResumed {
  static constexpr std::string_view kind = "person.resumed";
  PersonId person;
  std::string reason;
  std::optional<PersonId> asked_by{};  // absent: from when one administrator resumed alone
  static constexpr auto fields =
      field_list(field("person", &PersonResumed::person), field("reason", &PersonResumed::reason), field("asked_by", &PersonResumed::asked_by));
};
struct CredentialChanged {
  static constexpr std::string_view kind = "person.credential_changed";
  PersonId person;
  std::string what;
  static constexpr auto fields = field_list(field("person", &CredentialChanged::person), field("what", &CredentialChanged::what));
};

struct CredentialResetAsked {
  static constexpr std::string_view kind = "person.credential_reset_asked";
  PersonId person;
  std::string what, reason;
  static constexpr auto fields = field_list(field("person", &CredentialResetAsked::person), field("what", &CredentialResetAsked::what),
                                            field("reason", &CredentialResetAsked::reason));
};
struct CredentialResetAllowed {
  static constexpr std::string_view kind = "person.credential_reset_allowed";
  PersonId person, asked_by;
  std::string what;
  static constexpr auto fields = field_list(field("person", &CredentialResetAllowed::person), field("asked_by", &CredentialResetAllowed::asked_by),
                                            field("what", &CredentialResetAllowed::what));
};

constexpr TimeMs kResetValidMs = kDayMs;  // a reset that nobody allowed by then is asked for again

struct PendingReset {
  std::string what, reason;
  PersonId asked_by;
  TimeMs at_ms = 0;
  static constexpr auto fields = field_list(field("what", &PendingReset::what), field("reason", &PendingReset::reason),
                                            field("asked_by", &PendingReset::asked_by), field("at_ms", &PendingReset::at_ms));
};
struct PendingResume {
  std::string reason;
  PersonId asked_by;
  TimeMs at_ms = 0;
  static constexpr auto fields =
      field_list(field("reason", &PendingResume::reason), field("asked_by", &PendingResume::asked_by), field("at_ms", &PendingResume::at_ms));
};
struct HeldDuty {
  Duty duty = Duty::data_user;
  TimeMs expires_ms = 0;
  static constexpr auto fields = field_list(field("duty", &HeldDuty::duty), field("expires_ms", &HeldDuty::expires_ms));
};
// What is asked for or stands between the account and an identity at an outside provider (space/credential).
struct Identity {
  IdentityId id;
  std::string provider;
  PersonId asked_by, decided_by;
  TimeMs at_ms = 0;  // of the asking, then of the decision
  static constexpr auto fields = field_list(field("id", &Identity::id), field("provider", &Identity::provider), field("asked_by", &Identity::asked_by),
                                            field("decided_by", &Identity::decided_by), field("at_ms", &Identity::at_ms));
};
constexpr TimeMs kIdentityAskMs = 7 * kDayMs;

struct Person {
  PersonId id;
  PartyId party;
  std::vector<HeldDuty> duties;
  bool suspended = false;
  std::optional<PendingReset> reset{};
  std::optional<Identity> identity_asked{}, identity{};
  std::optional<PendingResume> resume{};
  bool has(Duty duty, TimeMs now) const;
  static constexpr auto fields = field_list(field("id", &Person::id), field("party", &Person::party), field("duties", &Person::duties),
                                            field("suspended", &Person::suspended), field("reset", &Person::reset),
                                            field("identity_asked", &Person::identity_asked), field("identity", &Person::identity),
                                            field("resume", &Person::resume));
};

}  // namespace sluice::space
