// How a `source` worker signs in: description in the request, password in its payload, and the door shut behind it.
#pragma once

#include "node/process/worker.h"
#include "odbc/connection.h"

namespace sluice::node {

// The session stands; no other connection can be made any more. The password is wiped.
Result<odbc::Connection> open_source_session(WorkerContext& context);

}  // namespace sluice::node
