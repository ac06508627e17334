#include "node/certificates.h"

#include <algorithm>

#include "crypto/certificate.h"
#include "crypto/hash.h"
#include "node/oidc.h"
#include "node/people.h"
#include "node/sign_in_key.h"
#include "space/credential/use.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kCertificateItem = "certificate";

std::vector<CertificateAuthority> authorities_of(Node& node) {
  return node.space().read([](const State& s) {
    std::vector<CertificateAuthority> out;
    for (const auto& [id, authority] : s.authorities)
      if (!authority.ended) out.push_back(authority);
    return out;
  });
}

Result<SmCertificate> stored_certificate(Node& node, const CertificateId& id) {
  auto item = TRY(node.registry().get(kCertificateItem, id.str()));
  return SmCertificate::read(item.reveal("a person's certificate"));
}

Result<bool> is_on_last_list(Node& node, const CertificateAuthority& authority, const SmCertificate& issuer, const SmCertificate& certificate) {
  if (authority.next_update_ms == 0) return false;
  Bytes list = TRY(node.ledger().blob(authority.list));
  return TRY(read_revocation_list(list, issuer)).has(certificate.serial());
}

// The person's certificate in force whose key signed this text.
std::optional<CertificateId> signer_of(Node& node, const PersonId& person, std::string_view signed_text, ByteView signature) {
  TimeMs now = node.clock().now();
  return node.space().read([&](const State& s) -> std::optional<CertificateId> {
    for (const auto& [id, certificate] : s.certificates) {
      if (certificate.person != person || !certificate_in_force(s, certificate, now)) continue;
      auto key = Sm2PublicKey::from_bytes(certificate.public_key);
      if (key && key->verify(view(signed_text), signature)) return certificate.id;
    }
    return std::nullopt;
  });
}

}  // namespace

std::string certificate_proof_text(const PersonId& person, const Digest& fingerprint) {
  return "sluice/certificate/v1\n" + canonical(Json::object({{"certificate_sm3", hex(fingerprint)}, {"person", person.str()}}));
}

std::string step_up_text(std::string_view origin, const PersonId& person, std::string_view challenge) {
  return "sluice/step-up/v1\n" + canonical(Json::object({{"challenge", challenge}, {"origin", origin}, {"person", person.str()}}));
}

Result<CertificateId> register_certificate(Node& node, const Principal& by, ByteView file, ByteView proof) {
  auto certificate = TRY(SmCertificate::read(file));
  if (!certificate.key().verify(view(certificate_proof_text(by.person, certificate.fingerprint())), proof)) return fail(Errc::invalid, "party.key_not_proven");
  Error why{Errc::refused, "certificate.no_authority"};
  for (const CertificateAuthority& authority : authorities_of(node)) {
    auto issuer = TRY(SmCertificate::read(authority.certificate));
    if (Status issued = certificate.issued_by(issuer); !issued) {
      if (issued.error().reason != "certificate.other_issuer") why = issued.error();
      continue;
    }
    RegisterCertificate command{authority.id, certificate.der(), TRY(is_on_last_list(node, authority, issuer, certificate))};
    Principal node_for{.person = by.person, .system = true, .stepped_up = by.stepped_up};
    auto id = TRY(node.space().execute(node_for, command)).get<CertificateRegistered>().certificate;
    TRY(node.registry().put(kCertificateItem, id.str(), SecretBytes(certificate.der())));
    return id;
  }
  return tl::unexpected(std::move(why));
}

Result<RevocationsAnswer> take_revocations(Node& node, const Principal& by, const AuthorityId& id, ByteView file) {
  TRY(node.space().read([&](const State& s) -> Status {
    TRY(acting_as(s, Context{node.clock().now(), node.random(), node.rules(), by}, Duty::security_admin));
    return {};
  }));
  auto authority = node.space().read([&](const State& s) {
    const CertificateAuthority* found = find(s.authorities, id);
    return found ? std::optional(*found) : std::nullopt;
  });
  if (!authority) return fail(Errc::not_found, "certificate.no_such_authority");
  auto issuer = TRY(SmCertificate::read(authority->certificate));
  RevocationList list = TRY(read_revocation_list(file, issuer));
  ReportRevocations report{id, {}, list.this_update_ms, list.next_update_ms, {}};
  auto ours = node.space().read([&](const State& s) {
    std::vector<CertificateId> out;
    for (const auto& [text, certificate] : s.certificates)
      if (certificate.authority == id && !certificate.revoked) out.push_back(certificate.id);
    return out;
  });
  for (const CertificateId& one : ours) {
    auto certificate = stored_certificate(node, one);
    // A certificate that is not there any more cannot be looked up: it does not count either.
    if (!certificate || list.has(certificate->serial())) report.certificates.push_back(one);
  }
  report.list = TRY(node.space().put_blob(file));
  TRY(node.space().execute(Principal{.person = by.person, .system = true, .stepped_up = by.stepped_up}, report));
  return RevocationsAnswer{static_cast<int64_t>(list.serials.size()), static_cast<int64_t>(report.certificates.size()), list.next_update_ms};
}

Result<SignedIn> check_certificate_sign_in(Node& node, std::string_view account, std::string_view challenge, ByteView signature) {
  std::string signed_text = sign_in_text(node.ledger().origin(), account, challenge);
  for (const std::string& id : TRY(node.registry().ids("person"))) {
    PersonId person = TRY(PersonId::parse(id));
    auto item = person_item(node, person);
    if (!item || item->account != account) continue;
    bool may = node.space().read([&](const State& s) {
      const Person* p = find(s.persons, person);
      return p && active(s, *p, node.clock().now());
    });
    auto certificate = signer_of(node, person, signed_text, signature);
    if (may && certificate) return SignedIn{person, *certificate};
  }
  return fail(Errc::unauthenticated, "sign_in.failed");
}

Result<CertificateId> check_certificate_step_up(Node& node, const PersonId& person, std::string_view challenge, ByteView signature) {
  auto certificate = signer_of(node, person, step_up_text(node.ledger().origin(), person, challenge), signature);
  if (!certificate) return fail(Errc::forbidden, "certificate.none");
  return *certificate;
}

Status still_counts(Node& node, const PersonId& person, std::string_view opened_by) {
  constexpr std::string_view certificate_prefix = "certificate:", provider_prefix = "oidc:";
  if (opened_by.starts_with(provider_prefix)) return is_linked(node, person, std::string(opened_by.substr(provider_prefix.size())));
  if (!opened_by.starts_with(certificate_prefix)) return {};
  auto id = TRY(CertificateId::parse(opened_by.substr(certificate_prefix.size())));
  return node.space().read([&](const State& s) -> Status {
    const PersonCertificate* certificate = find(s.certificates, id);
    if (!certificate || certificate->person != person) return fail(Errc::not_found, "certificate.not_found");
    return certificate_in_force(s, *certificate, node.clock().now());
  });
}

std::string certificate_subject(Node& node, const CertificateId& id) {
  auto certificate = stored_certificate(node, id);
  return certificate ? certificate->subject() : std::string();
}

}  // namespace sluice::node
