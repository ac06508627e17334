#include "node/consent_signature.h"

#include "crypto/certificate.h"
#include "crypto/document_signature.h"
#include "crypto/hash.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kConsentSignatureItem = "consent-signature";

tl::unexpected<Error> bad_certificate(std::string_view why) { return fail(Errc::refused, "law.consent_certificate", std::string(why)); }

Status in_force_now(Node& node, const SmCertificate& certificate) {
  TimeMs now = node.clock().now();
  if (now < certificate.not_before_ms() || now >= certificate.not_after_ms()) return bad_certificate("certificate.expired");
  if (!certificate.may_sign()) return bad_certificate("certificate.not_for_signing");
  auto authorities = node.space().read([](const State& s) {
    std::vector<CertificateAuthority> out;
    for (const auto& [id, authority] : s.authorities)
      if (!authority.ended) out.push_back(authority);
    return out;
  });
  for (const CertificateAuthority& authority : authorities) {
    auto issuer = TRY(SmCertificate::read(authority.certificate));
    if (now >= authority.not_after_ms || !certificate.issued_by(issuer)) continue;
    if (authority.next_update_ms == 0) return {};
    // A list that is out of date says nothing of today.
    if (now >= authority.next_update_ms) return bad_certificate("certificate.revocations_overdue");
    auto list = TRY(read_revocation_list(TRY(node.ledger().blob(authority.list)), issuer));
    return list.has(certificate.serial()) ? Status(bad_certificate("certificate.revoked")) : Status{};
  }
  return bad_certificate("certificate.no_authority");
}

}  // namespace

Result<Json> consent_document(Node& node, std::string_view identifier, const ConsentForm& form) {
  return node.space().read([&](const State& s) -> Result<Json> {
    const Product* product = find(s.products, form.product);
    const Party* recipient = find(s.parties, form.recipient);
    if (!product) return fail(Errc::not_found, "product.not_found");
    if (!recipient) return fail(Errc::not_found, "party.not_found");
    Json titles = Json::object();
    if (const Dataset* dataset = find(s.datasets, product->dataset))
      for (const std::string& column : form.columns)
        if (const CatalogField* field = dataset->column(column); field && !field->title.empty()) titles.set(column, field->title);
    return Json::object({{"column_names", std::move(titles)}, {"columns", encode(form.columns)}, {"expires_ms", form.expires_ms}, {"format", "sluice-consent/1"}, {"identifier", identifier},
                         {"product", form.product.str()}, {"product_name", product->form.name}, {"purpose", form.purpose}, {"purpose_name", node.rules().policy.label_zh(form.purpose)}, {"recipient", form.recipient.str()},
                         {"recipient_name", recipient->name}});
  });
}

Result<ConsentSignature> keep_consent_signature(Node& node, std::string_view identifier, const ConsentForm& form, const ConsentProof& proof) {
  Json document = TRY(consent_document(node, identifier, form));
  Sm2PublicKey key = TRY(verify_json(document, proof.signature));
  Json item = Json::object({{"document", document}, {"signature", proof.signature}});
  if (proof.certificate) {
    auto certificate = SmCertificate::read(*proof.certificate);
    if (!certificate) return bad_certificate(certificate.error().reason);
    if (certificate->key() != key) return fail(Errc::refused, "law.consent_key_differs");
    TRY(in_force_now(node, *certificate));
    item.set("certificate", base64(certificate->der())).set("certificate_subject", certificate->subject());
  }
  std::string content = canonical(item);
  ConsentSignature out{proof.certificate ? ConsentSignedBy::certificate : ConsentSignedBy::key, sm3(view(content))};
  TRY(node.registry().put(kConsentSignatureItem, hex(out.kept), SecretBytes(to_bytes(content))));
  return out;
}

void forget_consent_signature(Node& node, const ConsentSignature& kept) { (void)node.registry().erase(kConsentSignatureItem, hex(kept.kept)); }

Result<Json> consent_signature(Node& node, const ConsentId& id) {
  auto signature = node.space().read([&](const State& s) {
    const Consent* consent = find(s.consents, id);
    return consent ? consent->form.signature : std::nullopt;
  });
  if (!signature) return fail(Errc::not_found, "law.consent_not_signed");
  auto stored = TRY(node.registry().get(kConsentSignatureItem, hex(signature->kept)));
  std::string content(text(stored.reveal("a signed consent, for who may see it")));
  if (sm3(view(content)) != signature->kept) return fail(Errc::corrupt, "registry.tampered");
  Json out = TRY(parse_json(content));
  bool holds = verify_json(*out.find("document"), *out.find("signature")).has_value();
  return out.set("by", name_of(signature->by)).set("holds", holds);
}

}  // namespace sluice::node
