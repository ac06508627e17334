// One question to a web server of somebody else: what sign-in through a provider needs, and no more.
//
// https with TLS 1.2 or later, the certificate checked against the machine's list of authorities (or one that is given) and the name in the URL;
// plain http for addresses of this machine alone. No redirects, no cookies, no proxy; one connection a question. At most ten seconds and 256 KiB.
// Errors: "fetch.bad_url", "fetch.no_such_host", "fetch.unreachable", "fetch.untrusted" (the server's certificate), "fetch.too_slow", "fetch.too_large",
// "fetch.malformed". Thread-safe.
#pragma once

#include "node/oidc.h"

namespace sluice::http {

Result<node::WebAnswer> fetch(const node::WebAsk& ask);

// The parts of an answer as it came, for tests and fuzzing: status and body, chunked or with a length or until the end.
Result<node::WebAnswer> parse_answer(std::string_view bytes);

}  // namespace sluice::http
