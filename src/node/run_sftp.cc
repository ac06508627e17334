// A source behind SFTP: a file is fetched when its manifest lies beside it and both were the same at two looks, the manifest first; what the ledger
// knows already is not fetched again.
#include <fnmatch.h>

#include "collect/manifest.h"
#include "node/source_parts.h"
#include "node/source_secret.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kSidecar = ".manifest.json";
constexpr int64_t kSidecarBytesMax = 1 << 20;

struct RemoteLook {
  std::vector<RemoteFile> ready, overdue;
  SourceLooks::Look look;
};

int64_t mark_of(const std::string& changed) { return static_cast<int64_t>(std::hash<std::string>()(changed) >> 1); }

bool same_as(const std::map<std::string, SourceLooks::Seen>& before, const RemoteFile& file) {
  auto last = before.find(file.name);
  return last != before.end() && last->second.size == static_cast<uint64_t>(file.size) && last->second.changed_ns == mark_of(file.changed);
}

RemoteLook sort_out(const std::vector<RemoteFile>& files, const SftpPlace& place, const SourceLooks::Look& before, TimeMs now) {
  RemoteLook out;
  out.look.at = now;
  std::map<std::string, const RemoteFile*> by_name;
  for (const RemoteFile& file : files) by_name[file.name] = &file;
  for (const RemoteFile& file : files) {
    SourceLooks::Seen seen{static_cast<uint64_t>(file.size), mark_of(file.changed), false, now};
    bool same = same_as(before.seen, file);
    if (same) seen = before.seen.at(file.name);
    out.look.seen.emplace(file.name, seen);
    if (file.name.ends_with(kSidecar) || (place.pattern && ::fnmatch(place.pattern->c_str(), file.name.c_str(), 0) != 0) || seen.tried) continue;
    auto manifest = by_name.find(file.name + std::string(kSidecar));
    if (manifest == by_name.end()) {
      out.look.waiting.push_back({file.name, "manifest.missing"});
      if (same && is_overdue(seen, place.manifest_within_s, now)) out.overdue.push_back(file);
    } else if (!same || !same_as(before.seen, *manifest->second) || manifest->second->size > kSidecarBytesMax) {
      out.look.waiting.push_back({file.name, "source.still_written"});
    } else {
      out.ready.push_back(file);
    }
  }
  return out;
}

// Fetched, collected and forgotten; a batch that the ledger knows is left where it lies.
Status take_remote(Node& node, const Source& source, SftpSession& session, const RemoteFile& file, RunAnswer& answer, const ProgressFn& progress) {
  std::string sidecar = file.name + std::string(kSidecar);
  std::string path = TRY(session.fetch(sidecar, kSidecarBytesMax));
  path.resize(path.size() - kSidecar.size());
  if (is_known_batch(node, source.plan, path)) {
    session.forget(sidecar);
    return {};
  }
  auto fetched = session.fetch(file.name, file.size);
  Principal by{.person = source.registered_by, .system = false, .stepped_up = false};
  auto collected = fetched ? collect_batch(node, by, {source.plan, *fetched, source.id}, progress) : Result<CollectAnswer>(tl::unexpected(fetched.error()));
  session.forget(file.name);
  session.forget(sidecar);
  if (collected) note_batch(answer, *collected);
  if (!collected && collected.error().reason != "collection.batch_known") return tl::unexpected(collected.error());
  return {};
}

}  // namespace

Result<RunAnswer> run_sftp(Node& node, const Source& source, SourceLooks& looks, const ProgressFn& progress) {
  auto place = TRY(decode<SftpPlace>(TRY(parse_json(source.place))));
  auto session = TRY(SftpSession::prepare(node, place, TRY(source_secret(node, source))));
  auto files = TRY(session.list());
  RemoteLook found = sort_out(files, place, looks.of(source.id.str()), node.clock().now());
  if (found.overdue.size() > kFilesPerRunMax) found.overdue.resize(kFilesPerRunMax);
  for (const RemoteFile& file : found.overdue) {
    if (auto fetched = session.fetch(file.name, file.size)) note_overdue(node, source, *fetched, found.look.seen.at(file.name));
    session.forget(file.name);
  }
  std::vector<std::string> ready;
  for (const RemoteFile& file : found.ready) ready.push_back(file.name);
  auto take = [&](size_t i, RunAnswer& answer) { return take_remote(node, source, session, found.ready[i], answer, progress); };
  return take_ready(node, source, looks, std::move(found.look), ready, take);
}

}  // namespace sluice::node
