// Errors on the wire: RFC 9457 problem+json, made from an Error in the language that the client asks for.
//
//   {"type":"urn:sluice:problem:contract.expired","title":"…","status":422,"code":"contract.expired",
//    "params":{"detail":"…"},"nextStep":"…"}
//
// `code` is the stable reason id. `params.detail` is the error's detail, left out for 5xx: it is for operators.
#pragma once

#include "base/result.h"
#include "edge/http/server.h"

namespace sluice::http {

// The status of an error: by category, and by reason where HTTP has a status of its own (413, 405, 412, 428, 507 …).
int status_of(const Error& error);
Response problem(const Error& error, const Request& request);

}  // namespace sluice::http
