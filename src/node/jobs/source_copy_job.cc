// Worker that reaches one database: measures what is to be taken, and writes the rows as CSV into the pipe that the collecting worker
// reads. The one has the network and no key, the other the keys and no network.
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "node/jobs/job_table.h"
#include "node/jobs/source_session.h"
#include "odbc/extract.h"

namespace sluice::node {

namespace {

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Errc::io, "collect.interrupted");
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

}  // namespace

Status run_source_copy_job(WorkerContext& context) {
  odbc::Connection connection = TRY(open_source_session(context));
  const Json* asked = context.request.find("extract");
  if (!asked) return fail(Errc::invalid, "record.missing_field", "extract");
  auto extract = TRY(decode<odbc::Extract>(*asked));
  odbc::Measured measured = TRY(odbc::measure(connection, extract));
  TRY(context.server.send(Json::object({{"measured", encode(measured)}})));
  Frame go = TRY(context.server.receive());  // the reader stands, or there is nothing to read
  if (!TRY(go.body.get_bool_or("copy", false))) return {};
  int out = context.fds.at(0).get();
  auto told = std::chrono::steady_clock::now();
  auto tell = [&](int64_t rows) {
    auto now = std::chrono::steady_clock::now();
    if (now - told < std::chrono::milliseconds(500)) return;
    told = now;
    (void)send_progress(context, Json::object({{"of", measured.rows}, {"rows", rows}}));
  };
  int64_t rows = TRY(odbc::copy_rows(connection, extract, measured, [out](std::string_view bytes) { return write_all(out, bytes); }, tell));
  TRY(odbc::same_columns(connection, extract, measured));
  context.fds.at(0).reset();  // the end of the stream
  return send_result(context, Json::object({{"rows", rows}}));
}

}  // namespace sluice::node
