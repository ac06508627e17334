// A person's own signature on a separate consent (space/law/consent.h).
//
// What is signed is one JSON document, "sluice-consent/1", as `sluice sign` signs it (crypto/document_signature.h): who (the identifier), what (product,
// columns), whom for (recipient), why (purpose) and until when, with the names beside the ids (those of the columns as the catalog titles them). With the signature comes the person's certificate, issued by an authority
// that the space adopted and in force now; without one the desk vouches that the key is the person's (evidence). Document, signature and certificate lie in the
// registry under their digest, since they name the person; whoever may see the consent may read them, on record, and check them again.
//
// Errors: those of document_signature.h, "law.consent_key_differs" (the certificate is another key's), "law.consent_certificate" (detail: what is wrong with it:
// "certificate.no_authority", "certificate.expired", "certificate.revoked", "certificate.not_for_signing", or its own error).
#pragma once

#include "node/node.h"

namespace sluice::node {

struct ConsentProof {
  Json signature;                // sluice-signature/1
  std::optional<Bytes> certificate{};
};

// "product.not_found", "party.not_found" when the form names what is not there.
Result<Json> consent_document(Node& node, std::string_view identifier, const space::ConsentForm& form);
// Checked, and kept in the registry: what the form then says. Nothing is kept of a signature that does not hold.
Result<space::ConsentSignature> keep_consent_signature(Node& node, std::string_view identifier, const space::ConsentForm& form, const ConsentProof& proof);
// Taken away again, when the consent was refused.
void forget_consent_signature(Node& node, const space::ConsentSignature& kept);

// {by, certificate?, certificate_subject?, document, holds, signature}: `holds` is whether the signature verifies over the document now.
// "law.consent_not_signed"; "registry.tampered".
Result<Json> consent_signature(Node& node, const space::ConsentId& consent);

}  // namespace sluice::node
