#include "node/jobs/source_session.h"

#include <signal.h>

#include "node/process/sandbox.h"

namespace sluice::node {

Result<odbc::Connection> open_source_session(WorkerContext& context) {
  ::signal(SIGPIPE, SIG_IGN);  // a reader of ours that went away is an error, not the end
  const Json* described = context.request.find("description");
  if (!described) return fail(Errc::invalid, "record.missing_field", "description");
  auto description = TRY(decode<odbc::Description>(*described));
  TRY(odbc::check_description(description));
  std::string word(text(context.payload));
  SecretText password(std::move(word));
  wipe(context.payload.data(), context.payload.size());
  odbc::Connection connection = TRY(odbc::Connection::open(description, password));
  TRY(close_network());
  return connection;
}

}  // namespace sluice::node
