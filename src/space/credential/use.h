// Whether a certificate counts now, and whether a personal signature does.
#pragma once

#include "space/command.h"
#include "space/state.h"

namespace sluice::space {

// "certificate.revoked", "certificate.expired", "certificate.not_yet_valid", "certificate.authority_ended", "certificate.revocations_overdue":
// all refused.
Status certificate_in_force(const State& state, const PersonCertificate& certificate, TimeMs now);

// The acting person's own certificate signed this text: "certificate.not_found", "certificate.bad_signature", and as above.
Status signed_in_person(const State& state, const Context& context, const PersonalSignature& signature, std::string_view text);

}  // namespace sluice::space
