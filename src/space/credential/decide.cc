#include <algorithm>

#include "crypto/certificate.h"
#include "space/credential/use.h"
#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr size_t kUrlBytesMax = 500, kCertificatesOfPersonMax = 8;

bool is_short_name(std::string_view name) {
  auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), good);
}

// https, or http on this machine alone: what a provider says is believed for its certificate's sake.
bool is_issuer(std::string_view url) {
  if (url.size() > kUrlBytesMax || url.find_first_of("?# \"<>\\\n\r\t") != std::string_view::npos) return false;
  if (url.starts_with("https://")) return url.size() > 8;
  for (std::string_view here : {"http://127.0.0.1:", "http://[::1]:", "http://localhost:"})
    if (url.starts_with(here)) return true;
  return false;
}

Result<const CertificateAuthority*> authority_in_force(const State& s, const Context& c, const AuthorityId& id) {
  const CertificateAuthority* authority = find(s.authorities, id);
  if (!authority) return fail(Errc::not_found, "certificate.no_such_authority");
  if (authority->ended || c.now >= authority->not_after_ms) return fail(Errc::refused, "certificate.authority_ended");
  return authority;
}

}  // namespace

std::string vote_text(const ApplicationId& application, const PersonId& member, bool approve, std::string_view reason) {
  return "sluice/vote/v1\n" +
         canonical(Json::object({{"application", application.str()}, {"approve", approve}, {"member", member.str()}, {"reason", reason}}));
}

std::string contract_by_person_text(const ContractId& contract, const Digest& document, const PersonId& signer) {
  return "sluice/contract-by-person/v1\n" +
         canonical(Json::object({{"contract", contract.str()}, {"digest_sm3", hex(document)}, {"signer", signer.str()}}));
}

Status certificate_in_force(const State& s, const PersonCertificate& certificate, TimeMs now) {
  if (certificate.revoked) return fail(Errc::refused, "certificate.revoked");
  if (now < certificate.not_before_ms) return fail(Errc::refused, "certificate.not_yet_valid");
  if (now >= certificate.not_after_ms) return fail(Errc::refused, "certificate.expired");
  const CertificateAuthority* authority = find(s.authorities, certificate.authority);
  if (!authority || authority->ended || now >= authority->not_after_ms) return fail(Errc::refused, "certificate.authority_ended");
  if (authority->next_update_ms != 0 && now >= authority->next_update_ms) return fail(Errc::refused, "certificate.revocations_overdue");
  return {};
}

Status signed_in_person(const State& s, const Context& c, const PersonalSignature& signature, std::string_view signed_text) {
  const PersonCertificate* certificate = find(s.certificates, signature.certificate);
  if (!certificate || certificate->person != c.principal.person) return fail(Errc::not_found, "certificate.not_found");
  TRY(certificate_in_force(s, *certificate, c.now));
  auto key = Sm2PublicKey::from_bytes(certificate->public_key);
  if (!key || !key->verify(view(signed_text), signature.signature)) return fail(Errc::refused, "certificate.bad_signature");
  return {};
}

Result<Events> decide_on(const State& s, const Context& c, const AdoptAuthority& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  auto certificate = TRY(SmCertificate::read(cmd.certificate));
  TRY(certificate.is_authority());
  if (c.now >= certificate.not_after_ms()) return fail(Errc::refused, "certificate.expired");
  for (const auto& [id, known] : s.authorities)
    if (!known.ended && known.fingerprint == certificate.fingerprint()) return fail(Errc::conflict, "certificate.authority_known", id);
  return Events{AuthorityAdopted{.authority = AuthorityId::make(c.random), .subject = certificate.subject().substr(0, kNameBytesMax),
                                 .certificate = certificate.der(), .fingerprint = certificate.fingerprint(), .not_after_ms = certificate.not_after_ms(),
                                 .reason = cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const EndAuthority& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  TRY(stepped_up(c));
  const CertificateAuthority* authority = find(s.authorities, cmd.authority);
  if (!authority) return fail(Errc::not_found, "certificate.no_such_authority");
  if (authority->ended) return fail(Errc::conflict, "certificate.authority_ended");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{AuthorityEnded{cmd.authority, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const RegisterCertificate& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting(s, c));
  TRY(stepped_up(c));
  const CertificateAuthority* authority = TRY(authority_in_force(s, c, cmd.authority));
  auto issuer = TRY(SmCertificate::read(authority->certificate));
  auto certificate = TRY(SmCertificate::read(cmd.certificate));
  TRY(certificate.issued_by(issuer));
  if (!certificate.may_sign()) return fail(Errc::refused, "certificate.not_for_signing");
  if (cmd.revoked_already) return fail(Errc::refused, "certificate.revoked");
  if (c.now < certificate.not_before_ms()) return fail(Errc::refused, "certificate.not_yet_valid");
  if (c.now >= certificate.not_after_ms()) return fail(Errc::refused, "certificate.expired");
  size_t own = 0;
  for (const auto& [id, known] : s.certificates) {
    if (known.fingerprint == certificate.fingerprint()) return fail(Errc::conflict, known.revoked ? "certificate.revoked" : "certificate.known", id);
    if (!known.revoked && known.public_key == certificate.key().bytes() && known.person != person->id) return fail(Errc::conflict, "certificate.of_another");
    own += known.person == person->id && !known.revoked && c.now < known.not_after_ms;
  }
  if (own >= kCertificatesOfPersonMax) return fail(Errc::conflict, "certificate.too_many");
  return Events{CertificateRegistered{.certificate = CertificateId::make(c.random), .person = person->id, .authority = cmd.authority,
                                      .fingerprint = certificate.fingerprint(), .public_key = certificate.key().bytes(),
                                      .not_before_ms = certificate.not_before_ms(), .not_after_ms = certificate.not_after_ms()}};
}

Result<Events> decide_on(const State& s, const Context& c, const RevokeCertificate& cmd) {
  const Person* person = TRY(acting(s, c));
  const PersonCertificate* certificate = find(s.certificates, cmd.certificate);
  bool own = certificate && certificate->person == person->id;
  if (!own) TRY(acting_as(s, c, Duty::security_admin));
  if (!certificate) return fail(Errc::not_found, "certificate.not_found");
  if (certificate->revoked) return fail(Errc::conflict, "certificate.revoked");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{CertificateRevoked{cmd.certificate, certificate->person, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportRevocations& cmd) {
  TRY(from_node(c));
  TRY(acting_as(s, c, Duty::security_admin));
  const CertificateAuthority* authority = TRY(authority_in_force(s, c, cmd.authority));
  // An older list would bring revoked certificates back.
  if (cmd.this_update_ms < authority->this_update_ms) return fail(Errc::conflict, "certificate.list_older");
  if (cmd.this_update_ms > c.now + kHourMs || c.now >= cmd.next_update_ms) return fail(Errc::refused, "certificate.revocations_overdue");
  for (const CertificateId& id : cmd.certificates) {
    const PersonCertificate* certificate = find(s.certificates, id);
    if (!certificate || certificate->authority != cmd.authority) return fail(Errc::not_found, "certificate.not_found");
  }
  return Events{RevocationsTaken{cmd.authority, cmd.list, cmd.this_update_ms, cmd.next_update_ms, cmd.certificates}};
}

Result<Events> decide_on(const State& s, const Context& c, const SetSignInProvider& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  TRY(stepped_up(c));
  if (!is_short_name(cmd.provider)) return fail(Errc::invalid, "oidc.bad_name");
  TRY(need_text("title", cmd.title, kNameBytesMax));
  if (!is_issuer(cmd.issuer)) return fail(Errc::invalid, "oidc.bad_issuer");
  TRY(need_text("client_id", cmd.client_id, kNameBytesMax));
  return Events{SignInProviderSet{cmd.provider, cmd.title, cmd.issuer, cmd.client_id}};
}

Result<Events> decide_on(const State& s, const Context& c, const RemoveSignInProvider& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  TRY(stepped_up(c));
  if (!s.sign_in_providers.contains(cmd.provider)) return fail(Errc::not_found, "oidc.no_such_provider");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{SignInProviderRemoved{cmd.provider, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const AskIdentity& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  TRY(stepped_up(c));
  const Person* person = find(s.persons, cmd.person);
  if (!person) return fail(Errc::not_found, "person.not_found");
  // Whoever links an outside identity to an account lets somebody in: never into the own one.
  TRY(not_to_oneself(s, c, cmd.person));
  if (person->suspended) return fail(Errc::conflict, "person.suspended");
  if (cmd.identity.empty()) return fail(Errc::invalid, "oidc.bad_subject");
  if (!s.sign_in_providers.contains(cmd.provider)) return fail(Errc::not_found, "oidc.no_such_provider");
  return Events{IdentityAsked{cmd.identity, cmd.person, cmd.provider}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideIdentity& cmd) {
  TRY(acting(s, c));
  const Person* person = find(s.persons, cmd.person);
  bool own = cmd.person == c.principal.person;
  // Whoever asked may take it back; nobody but the owner and an administrator of another duty may say yes.
  bool asked_it = person && person->identity_asked && person->identity_asked->asked_by == c.principal.person;
  if (!own && (cmd.approve || !asked_it)) TRY(acting_as(s, c, Duty::security_admin));
  if (!person) return fail(Errc::not_found, "person.not_found");
  if (!person->identity_asked || person->identity_asked->id != cmd.identity) return fail(Errc::conflict, "oidc.no_link_asked");
  if (!cmd.approve) {
    TRY(need_text("reason", cmd.reason, kTextBytesMax));
    return Events{IdentityDecided{cmd.identity, cmd.person, person->identity_asked->asked_by, false, cmd.reason}};
  }
  TRY(second_person(s, c, person->identity_asked->asked_by));
  TRY(stepped_up(c));
  if (c.now >= person->identity_asked->at_ms + kIdentityAskMs) return fail(Errc::conflict, "oidc.link_lapsed");
  return Events{IdentityDecided{cmd.identity, cmd.person, person->identity_asked->asked_by, true, cmd.reason}};
}

void fold(State& s, const AuthorityAdopted& e, const EventPlace& at) {
  CertificateAuthority authority;
  authority.id = e.authority;
  authority.subject = e.subject;
  authority.certificate = e.certificate;
  authority.fingerprint = e.fingerprint;
  authority.not_after_ms = e.not_after_ms;
  authority.at_ms = at.time;
  s.authorities[e.authority.str()] = std::move(authority);
}
void fold(State& s, const AuthorityEnded& e, const EventPlace&) {
  CertificateAuthority& authority = s.authorities[e.authority.str()];
  authority.ended = true;
  authority.reason = e.reason;
}
void fold(State& s, const CertificateRegistered& e, const EventPlace& at) {
  PersonCertificate certificate;
  certificate.id = e.certificate;
  certificate.person = e.person;
  certificate.authority = e.authority;
  certificate.fingerprint = e.fingerprint;
  certificate.public_key = e.public_key;
  certificate.not_before_ms = e.not_before_ms;
  certificate.not_after_ms = e.not_after_ms;
  certificate.at_ms = at.time;
  certificate.seq = at.seq;
  s.certificates[e.certificate.str()] = std::move(certificate);
}
void fold(State& s, const CertificateRevoked& e, const EventPlace& at) {
  PersonCertificate& certificate = s.certificates[e.certificate.str()];
  certificate.revoked = true;
  certificate.revoked_ms = at.time;
  certificate.reason = e.reason;
}
void fold(State& s, const RevocationsTaken& e, const EventPlace& at) {
  CertificateAuthority& authority = s.authorities[e.authority.str()];
  authority.list = e.list;
  authority.this_update_ms = e.this_update_ms;
  authority.next_update_ms = e.next_update_ms;
  for (const CertificateId& id : e.certificates) {
    PersonCertificate& certificate = s.certificates[id.str()];
    if (certificate.revoked) continue;
    certificate.revoked = true;
    certificate.revoked_ms = at.time;
    certificate.reason = "certificate.on_list";
  }
}
void fold(State& s, const SignInProviderSet& e, const EventPlace& at) {
  s.sign_in_providers[e.provider] = SignInProvider{e.provider, e.title, e.issuer, e.client_id, at.time};
}
void fold(State& s, const CredentialChanged& e, const EventPlace&) {
  if (e.what != "oidc") return;
  s.persons[e.person.str()].identity.reset();
  s.persons[e.person.str()].identity_asked.reset();
}
void fold(State& s, const IdentityAsked& e, const EventPlace& at) {
  s.persons[e.person.str()].identity_asked = Identity{e.identity, e.provider, at.actor, {}, at.time};
}
void fold(State& s, const IdentityDecided& e, const EventPlace& at) {
  Person& person = s.persons[e.person.str()];
  std::string provider = person.identity_asked ? person.identity_asked->provider : std::string();
  person.identity_asked.reset();
  if (e.linked) person.identity = Identity{e.identity, std::move(provider), e.asked_by, at.actor, at.time};
}
void fold(State& s, const SignInProviderRemoved& e, const EventPlace&) { s.sign_in_providers.erase(e.provider); }

}  // namespace sluice::space
