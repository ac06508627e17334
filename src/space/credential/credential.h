// What people sign in and sign with besides passwords: SM2 certificates of authorities that the space adopted, and identities of outside
// providers (OpenID Connect).
//
//   authority    AdoptAuthority ──▶ in force ──EndAuthority──▶ ended          security administrator, second factor
//   certificate  RegisterCertificate (the node, for the person who proved the key) ──▶ in force ──RevokeCertificate──▶ revoked
//                RevokeCertificate: the person, or the security administrator. ReportRevocations: the authority's list, taken in by the
//                security administrator, revokes those of ours that it names.
//   provider     SetSignInProvider ──▶ in force ──RemoveSignInProvider──▶ gone   system administrator, second factor
//   identity     AskIdentity (system administrator, never for oneself) ──▶ asked ──DecideIdentity──▶ linked | refused
//                DecideIdentity: the account's owner, or a security administrator who is another human being; second factor here, which no
//                provider stands for. It lapses after a week. NoteCredentialChange "oidc" ends a link.
//
// A certificate counts while it, its authority, and the authority's last list are in force (certificate_in_force); that is asked at every
// use and at every request of a session that it opened, so that an end takes effect on the next request. The certificate itself names a
// person and lies in the registry; the ledger has its fingerprint and key. Providers vouch for who somebody is and for nothing else:
// accounts are linked by two people (AskIdentity, DecideIdentity), and votes, signatures and keys ask for the second factor here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

// Under a vote, a contract, or the word of a witness: the signer's own certificate, and the signature of its key.
struct PersonalSignature {
  CertificateId certificate;
  Bytes signature;
  static constexpr auto fields = field_list(field("certificate", &PersonalSignature::certificate), field("signature", &PersonalSignature::signature));
};

struct AdoptAuthority {
  static constexpr std::string_view kind = "credential.adopt_authority";
  Bytes certificate;  // DER or PEM
  std::string reason;
  static constexpr auto fields = field_list(field("certificate", &AdoptAuthority::certificate), field("reason", &AdoptAuthority::reason));
};
struct EndAuthority {
  static constexpr std::string_view kind = "credential.end_authority";
  AuthorityId authority;
  std::string reason;
  static constexpr auto fields = field_list(field("authority", &EndAuthority::authority), field("reason", &EndAuthority::reason));
};
struct RegisterCertificate {
  static constexpr std::string_view kind = "credential.register_certificate";
  AuthorityId authority;
  Bytes certificate;  // DER; checked here, kept in the registry alone
  bool revoked_already = false;  // the authority's last list names it
  static constexpr auto fields = field_list(field("authority", &RegisterCertificate::authority), field("certificate", &RegisterCertificate::certificate),
                                            field("revoked_already", &RegisterCertificate::revoked_already));
};
struct RevokeCertificate {
  static constexpr std::string_view kind = "credential.revoke_certificate";
  CertificateId certificate;
  std::string reason;
  static constexpr auto fields = field_list(field("certificate", &RevokeCertificate::certificate), field("reason", &RevokeCertificate::reason));
};
struct ReportRevocations {
  static constexpr std::string_view kind = "credential.report_revocations";
  AuthorityId authority;
  Digest list{};  // SM3 of the list, a blob
  TimeMs this_update_ms = 0, next_update_ms = 0;
  std::vector<CertificateId> certificates;  // of ours that it names
  static constexpr auto fields =
      field_list(field("authority", &ReportRevocations::authority), field("list", &ReportRevocations::list),
                 field("this_update_ms", &ReportRevocations::this_update_ms), field("next_update_ms", &ReportRevocations::next_update_ms),
                 field("certificates", &ReportRevocations::certificates));
};
struct SetSignInProvider {
  static constexpr std::string_view kind = "credential.set_provider";
  std::string provider;  // a short name: letters, digits, hyphens
  std::string title, issuer, client_id;
  static constexpr auto fields = field_list(field("provider", &SetSignInProvider::provider), field("title", &SetSignInProvider::title),
                                            field("issuer", &SetSignInProvider::issuer), field("client_id", &SetSignInProvider::client_id));
};
struct RemoveSignInProvider {
  static constexpr std::string_view kind = "credential.remove_provider";
  std::string provider, reason;
  static constexpr auto fields = field_list(field("provider", &RemoveSignInProvider::provider), field("reason", &RemoveSignInProvider::reason));
};

// What the subject is at the provider names a person: it lies in the registry under `identity` ("oidc_identity"), with the issuer and the CA
// that vouch for it.
struct AskIdentity {
  static constexpr std::string_view kind = "credential.ask_identity";
  IdentityId identity;  // chosen by the use case, which keeps the subject under it
  PersonId person;
  std::string provider;
  static constexpr auto fields =
      field_list(field("identity", &AskIdentity::identity), field("person", &AskIdentity::person), field("provider", &AskIdentity::provider));
};
struct DecideIdentity {
  static constexpr std::string_view kind = "credential.decide_identity";
  PersonId person;
  IdentityId identity;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("person", &DecideIdentity::person), field("identity", &DecideIdentity::identity),
                                            field("approve", &DecideIdentity::approve), field("reason", &DecideIdentity::reason));
};

struct AuthorityAdopted {
  static constexpr std::string_view kind = "credential.authority_adopted";
  AuthorityId authority;
  std::string subject;
  Bytes certificate;  // DER
  Digest fingerprint{};
  TimeMs not_after_ms = 0;
  std::string reason;
  static constexpr auto fields =
      field_list(field("authority", &AuthorityAdopted::authority), field("subject", &AuthorityAdopted::subject),
                 field("certificate", &AuthorityAdopted::certificate), field("fingerprint", &AuthorityAdopted::fingerprint),
                 field("not_after_ms", &AuthorityAdopted::not_after_ms), field("reason", &AuthorityAdopted::reason));
};
struct AuthorityEnded {
  static constexpr std::string_view kind = "credential.authority_ended";
  AuthorityId authority;
  std::string reason;
  static constexpr auto fields = field_list(field("authority", &AuthorityEnded::authority), field("reason", &AuthorityEnded::reason));
};
struct CertificateRegistered {
  static constexpr std::string_view kind = "credential.certificate_registered";
  CertificateId certificate;
  PersonId person;
  AuthorityId authority;
  Digest fingerprint{};
  Bytes public_key;
  TimeMs not_before_ms = 0, not_after_ms = 0;
  static constexpr auto fields =
      field_list(field("certificate", &CertificateRegistered::certificate), field("person", &CertificateRegistered::person),
                 field("authority", &CertificateRegistered::authority), field("fingerprint", &CertificateRegistered::fingerprint),
                 field("public_key", &CertificateRegistered::public_key), field("not_before_ms", &CertificateRegistered::not_before_ms),
                 field("not_after_ms", &CertificateRegistered::not_after_ms));
};
struct CertificateRevoked {
  static constexpr std::string_view kind = "credential.certificate_revoked";
  CertificateId certificate;
  PersonId person;
  std::string reason;
  static constexpr auto fields = field_list(field("certificate", &CertificateRevoked::certificate), field("person", &CertificateRevoked::person),
                                            field("reason", &CertificateRevoked::reason));
};
struct RevocationsTaken {
  static constexpr std::string_view kind = "credential.revocations_taken";
  AuthorityId authority;
  Digest list{};
  TimeMs this_update_ms = 0, next_update_ms = 0;
  std::vector<CertificateId> certificates;
  static constexpr auto fields =
      field_list(field("authority", &RevocationsTaken::authority), field("list", &RevocationsTaken::list),
                 field("this_update_ms", &RevocationsTaken::this_update_ms), field("next_update_ms", &RevocationsTaken::next_update_ms),
                 field("certificates", &RevocationsTaken::certificates));
};
struct SignInProviderSet {
  static constexpr std::string_view kind = "credential.provider_set";
  std::string provider, title, issuer, client_id;
  static constexpr auto fields = field_list(field("provider", &SignInProviderSet::provider), field("title", &SignInProviderSet::title),
                                            field("issuer", &SignInProviderSet::issuer), field("client_id", &SignInProviderSet::client_id));
};
struct SignInProviderRemoved {
  static constexpr std::string_view kind = "credential.provider_removed";
  std::string provider, reason;
  static constexpr auto fields = field_list(field("provider", &SignInProviderRemoved::provider), field("reason", &SignInProviderRemoved::reason));
};

struct IdentityAsked {
  static constexpr std::string_view kind = "credential.identity_asked";
  IdentityId identity;
  PersonId person;
  std::string provider;
  static constexpr auto fields =
      field_list(field("identity", &IdentityAsked::identity), field("person", &IdentityAsked::person), field("provider", &IdentityAsked::provider));
};
struct IdentityDecided {
  static constexpr std::string_view kind = "credential.identity_decided";
  IdentityId identity;
  PersonId person, asked_by;
  bool linked = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("identity", &IdentityDecided::identity), field("person", &IdentityDecided::person), field("asked_by", &IdentityDecided::asked_by),
                 field("linked", &IdentityDecided::linked), field("reason", &IdentityDecided::reason));
};

struct CertificateAuthority {
  AuthorityId id;
  std::string subject;
  Bytes certificate;
  Digest fingerprint{}, list{};
  TimeMs not_after_ms = 0, at_ms = 0, this_update_ms = 0, next_update_ms = 0;  // of the last list; 0: none was taken in
  bool ended = false;
  std::string reason;
  static constexpr auto fields = field_list(
      field("id", &CertificateAuthority::id), field("subject", &CertificateAuthority::subject), field("certificate", &CertificateAuthority::certificate),
      field("fingerprint", &CertificateAuthority::fingerprint), field("list", &CertificateAuthority::list),
      field("not_after_ms", &CertificateAuthority::not_after_ms), field("at_ms", &CertificateAuthority::at_ms),
      field("this_update_ms", &CertificateAuthority::this_update_ms), field("next_update_ms", &CertificateAuthority::next_update_ms),
      field("ended", &CertificateAuthority::ended), field("reason", &CertificateAuthority::reason));
};
struct PersonCertificate {
  CertificateId id;
  PersonId person;
  AuthorityId authority;
  Digest fingerprint{};
  Bytes public_key;
  TimeMs not_before_ms = 0, not_after_ms = 0, at_ms = 0, revoked_ms = 0;
  bool revoked = false;
  std::string reason;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("id", &PersonCertificate::id), field("person", &PersonCertificate::person), field("authority", &PersonCertificate::authority),
      field("fingerprint", &PersonCertificate::fingerprint), field("public_key", &PersonCertificate::public_key),
      field("not_before_ms", &PersonCertificate::not_before_ms), field("not_after_ms", &PersonCertificate::not_after_ms),
      field("at_ms", &PersonCertificate::at_ms), field("revoked_ms", &PersonCertificate::revoked_ms), field("revoked", &PersonCertificate::revoked),
      field("reason", &PersonCertificate::reason), field("seq", &PersonCertificate::seq));
};
struct SignInProvider {
  std::string provider, title, issuer, client_id;
  TimeMs at_ms = 0;
  static constexpr auto fields = field_list(field("provider", &SignInProvider::provider), field("title", &SignInProvider::title),
                                            field("issuer", &SignInProvider::issuer), field("client_id", &SignInProvider::client_id),
                                            field("at_ms", &SignInProvider::at_ms));
};

// What a person signs under a vote, and under a contract whose document has this digest.
std::string vote_text(const ApplicationId& application, const PersonId& member, bool approve, std::string_view reason);
std::string contract_by_person_text(const ContractId& contract, const Digest& document, const PersonId& signer);

}  // namespace sluice::space
