// The registration certificate of a product, issued by this node (space/product/certificate.h), and the same for print.
#pragma once

#include "node/node.h"
#include "space/product/certificate.h"

namespace sluice::node {

// Signs a checkpoint over the registration first. Errors of make_registration_certificate and of the signature.
Result<Json> issue_registration_certificate(Node& node, const space::ProductId& product);

// PDF of what a certificate says, with where in the ledger it stands and the digest of the checkpoint; the JSON is what can be verified, and the print
// says so. "pdf.no_font".
Result<std::string> print_registration_certificate(const Json& certificate);

}  // namespace sluice::node
