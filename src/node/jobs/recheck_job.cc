// Worker: a masked version, or a release of it, written as CSV once more and given to the independent check (recheck/check.h), which shares
// no code with masking. The file lies in a folder in memory (descriptor 1) and goes with it.
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "node/jobs/job_table.h"
#include "node/jobs/release_csv.h"
#include "node/jobs/sealed_input.h"
#include "recheck/check.h"

namespace sluice::node {

namespace {

Status write_whole(int fd, ByteView bytes) {
  for (size_t at = 0; at < bytes.size();) {
    ssize_t n = ::write(fd, bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(last_os_error("file.unwritable"));
    at += static_cast<size_t>(n);
  }
  return {};
}

}  // namespace

Status run_recheck_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  ReleaseScope scope = TRY(scope_of(context.request, *reader));
  auto marker = TRY(ReleaseMarker::create(context, scope.specs));
  std::string receipt = TRY(context.request.get_string("receipt"));
  recheck::Demands demands;
  if (const Json* k = context.request.find("k"); k && k->is_int()) demands.k = static_cast<uint64_t>(k->as_int());
  if (TRY(context.request.get_bool_or("part", false))) demands.covers = recheck::Covers::part;
  if (const Json* quasi = context.request.find("quasi")) demands.quasi_identifiers = TRY(decode<std::vector<std::string>>(*quasi));
  int folder = context.fds.at(1).get();
  {
    OwnedFd file(::openat(folder, "written.csv", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return fail(Errc::io, "file.unwritable", "written.csv");
    int64_t rows = TRY(write_release_csv(context, *reader, scope, marker ? &*marker : nullptr, [&](ByteView bytes) { return write_whole(file.get(), bytes); }));
    if (TRY(context.request.get_bool_or("rows_unknown", false))) {
      Json stated = TRY(parse_json(receipt, 4u << 20));
      int64_t left_out = TRY(stated.get_int_or("rows_in", 0)) - TRY(stated.get_int_or("rows_out", 0));
      receipt = canonical(stated.set("rows_in", rows + left_out).set("rows_out", rows));
    }
  }
  auto report = recheck::check_output("/proc/self/fd/" + std::to_string(folder) + "/written.csv", receipt, demands);
  ::unlinkat(folder, "written.csv", 0);
  if (!report) return tl::unexpected(report.error());
  return send_result(context, encode(*report));
}

}  // namespace sluice::node
