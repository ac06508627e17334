#include "node/run_source.h"

#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "base/folder.h"
#include "base/log.h"
#include "collect/manifest.h"
#include "node/amend_source.h"
#include "node/collect_source.h"
#include "node/collect_work.h"
#include "node/source_host.h"
#include "node/source_parts.h"
#include "node/source_secret.h"
#include "node/work.h"
#include "space/collection/held_columns.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr int64_t kSettleSeconds = 3;
constexpr size_t kFilesSeenMax = 200'000;  // those that were taken stay there too
constexpr std::string_view kManifestEnding = ".manifest.json";

struct FileState {
  uint64_t size = 0;
  int64_t changed_ns = 0;
};

std::optional<FileState> state_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  return FileState{static_cast<uint64_t>(found.st_size), found.st_mtim.tv_sec * 1'000'000'000ll + found.st_mtim.tv_nsec};
}

Result<std::vector<std::string>> files_in(const FolderPlace& place) {
  std::vector<std::string> out;
  std::error_code ec;
  for (std::filesystem::directory_iterator it(place.folder, ec), end; !ec && it != end; it.increment(ec)) {
    if (out.size() == kFilesSeenMax) return fail(Errc::exhausted, "source.too_many_files", std::to_string(kFilesSeenMax));
    std::string name = it->path().filename().string();
    if (name.starts_with('.') || name.ends_with(kManifestEnding)) continue;
    if (place.pattern && ::fnmatch(place.pattern->c_str(), name.c_str(), 0) != 0) continue;
    out.push_back(std::move(name));
  }
  if (ec) return fail(Errc::io, "source.no_folder");
  std::sort(out.begin(), out.end());
  return out;
}

struct Found {
  std::vector<std::string> ready, overdue;  // overdue: no manifest came
  SourceLooks::Look look;
};

// What lies there, what of it is whole, and what waits for what.
Result<Found> look_at(Node& node, const Source& source, const FolderPlace& place, const SourceLooks::Look& before) {
  Found out;
  out.look.at = node.clock().now();
  int64_t settled_ns = (out.look.at - place.settle_s.value_or(kSettleSeconds) * kSecondMs) * 1'000'000;
  for (const std::string& name : TRY(files_in(place))) {
    std::string path = place.folder + "/" + name;
    auto file = state_of(path), manifest = state_of(path + std::string(kManifestEnding));
    if (!file) continue;
    auto last = before.seen.find(name);
    bool same = last != before.seen.end() && last->second.size == file->size && last->second.changed_ns == file->changed_ns;
    // A first look takes what has lain there for a while: a restarted server need not look twice at everything.
    if (last == before.seen.end() && file->changed_ns < settled_ns - 60'000'000'000) same = true;
    SourceLooks::Seen seen{file->size, file->changed_ns, last != before.seen.end() && same && last->second.tried, file->changed_ns / 1'000'000};
    if (last != before.seen.end() && same) seen.refused = last->second.refused, seen.failed = last->second.failed;
    if (seen.tried) {
      // What was tried once waits until it changes, or its held batch is worked off.
    } else if (!manifest) {
      out.look.waiting.push_back({name, "manifest.missing"});
      if (same && is_overdue(seen, place.manifest_within_s, out.look.at)) out.overdue.push_back(name);
    } else if (!same || file->changed_ns > settled_ns || manifest->changed_ns > settled_ns) {
      out.look.waiting.push_back({name, "source.still_written"});
    } else if (is_known_batch(node, source.plan, path)) {
      seen.tried = true;
    } else {
      out.ready.push_back(name);
    }
    out.look.seen.emplace(name, seen);
  }
  return out;
}

Result<RunAnswer> run_folder(Node& node, const Source& source, SourceLooks& looks, const ProgressFn& progress) {
  auto place = TRY(decode<FolderPlace>(TRY(parse_json(source.place))));
  auto found = TRY(look_at(node, source, place, looks.of(source.id.str())));
  Principal by{.person = source.registered_by, .system = false, .stepped_up = false};
  if (found.overdue.size() > kFilesPerRunMax) found.overdue.resize(kFilesPerRunMax);
  for (const std::string& name : found.overdue) note_overdue(node, source, place.folder + "/" + name, found.look.seen.at(name));
  auto take = [&](size_t i, RunAnswer& answer) -> Status {
    auto collected = collect_batch(node, by, {source.plan, place.folder + "/" + found.ready[i], source.id}, progress);
    if (collected) {
      note_batch(answer, *collected);
    } else if (collected.error().reason != "collection.batch_known") {
      return tl::unexpected(collected.error());
    }
    return {};
  };
  return take_ready(node, source, looks, std::move(found.look), found.ready, take);
}

Result<RunAnswer> run_database(Node& node, const Source& source, SourceLooks& looks, const ProgressFn& progress) {
  auto place = TRY(decode<DatabasePlace>(TRY(parse_json(source.place))));
  RunAnswer answer;
  looks.keep(source.id.str(), {.at = node.clock().now(), .waiting = {}, .seen = {}});
  if (std::string_view pressure = pressure_on(node, source); !pressure.empty()) {
    answer.outcome = RunOutcome::failed;
    answer.reason = pressure;
    return answer;
  }
  CollectSourceAsk ask{source.plan, place.description, TRY(source_secret(node, source)), source.id};
  Principal by{.person = source.registered_by, .system = false, .stepped_up = false};
  auto collected = collect_source(node, by, ask, progress);
  if (collected && collected->batch) note_batch(answer, *collected->batch);
  if (!collected && collected.error().reason != "collection.batch_known") {
    answer.outcome = RunOutcome::failed;
    answer.reason = std::string(collected.error().reason);
  }
  return answer;
}

// A failure that goes on after its retries is on record once an hour, not once a look.
bool worth_recording(const Source& source, const RunAnswer& answer, TimeMs now) {
  if (!answer.outcome) return false;
  bool again = answer.outcome == RunOutcome::failed && source.outcome == RunOutcome::failed && source.reason == answer.reason && source.failures > source.retries;
  return !again || now - source.last_run_ms.value_or(0) >= kHourMs;
}

}  // namespace

bool is_known_batch(Node& node, const PlanId& plan, const std::string& path) {
  auto manifest = collect::load_manifest(collect::manifest_path(path));
  if (!manifest) return false;
  return node.space().read([&](const State& s) {
    const Batch* batch = batch_of(s, plan, manifest->sm3);
    return batch && batch->status != BatchStatus::receipted;
  });
}

bool is_overdue(const SourceLooks::Seen& seen, const std::optional<int64_t>& within_s, TimeMs now) {
  return seen.refused == Digest{} && now - seen.since >= within_s.value_or(kManifestWithinSeconds) * kSecondMs;
}

void note_overdue(Node& node, const Source& source, const std::string& path, SourceLooks::Seen& seen) {
  auto digest = digest_of_file(path);
  if (!digest) return;  // gone, or not to be read: looked at again
  Principal by{.person = source.registered_by, .system = false, .stepped_up = false};
  bool noted = note_refused(node, by, {.plan = source.plan, .file_digest = *digest, .bytes = static_cast<int64_t>(seen.size), .reason = "manifest.missing", .file_problem = {}, .source = source.id});
  if (noted) seen.refused = *digest;  // else it is tried again: there may be room for it by then
}

Status check_manifest_within(const std::optional<int64_t>& within_s) {
  bool fits = !within_s || (*within_s >= 0 && *within_s <= kManifestWithinSecondsMax);
  return fits ? Status{} : fail(Errc::invalid, "source.bad_place", "manifest_within_s");
}

std::string_view pressure_on(Node& node, const Source& source) {
  TimeMs since = node.clock().now() - kDayMs;
  auto [held, rows] = node.space().read([&](const State& s) {
    int64_t waiting = 0, taken = 0;
    for (const auto& [id, batch] : s.batches) {
      if (batch.plan != source.plan) continue;
      waiting += batch.status == BatchStatus::held;
      if (batch.at_ms > since && batch.status == BatchStatus::sealed && batch.source == source.id) taken += batch.rows;
    }
    return std::pair(waiting, taken);
  });
  if (source.rows_per_day && rows >= *source.rows_per_day) return "source.quota";
  std::error_code ec;
  auto room = std::filesystem::space(node.vault_dir(), ec);
  return held >= kHeldBatchesMax || (!ec && room.available < kFreeBytesMin) ? "source.back_pressure" : "";
}

void note_batch(RunAnswer& answer, const CollectAnswer& batch) {
  answer.batches.push_back(batch.batch);
  if (batch.sealed) {
    if (!answer.outcome) answer.outcome = RunOutcome::taken;
  } else {
    answer.outcome = RunOutcome::held;
    answer.reason = batch.reason;
  }
}

SourceLooks::Look SourceLooks::of(const std::string& source) const {
  std::lock_guard lock(mutex_);
  auto it = looks_.find(source);
  return it == looks_.end() ? Look{} : it->second;
}
void SourceLooks::keep(const std::string& source, Look look) {
  std::lock_guard lock(mutex_);
  looks_[source] = std::move(look);
}

RunAnswer take_ready(Node& node, const Source& source, SourceLooks& looks, SourceLooks::Look look, const std::vector<std::string>& ready,
                     const std::function<Status(size_t, RunAnswer&)>& take) {
  RunAnswer answer;
  std::vector<size_t> order(ready.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_partition(order.begin(), order.end(), [&](size_t i) { return !look.seen[ready[i]].failed; });
  std::optional<std::string> failed;
  std::string_view pressure;
  size_t failures = 0;
  for (size_t at = 0; at < order.size() && at < kFilesPerRunMax && failures < kFailuresPerRunMax && pressure.empty(); at++) {
    pressure = pressure_on(node, source);
    if (!pressure.empty()) break;
    Status taken = take(order[at], answer);
    SourceLooks::Seen& seen = look.seen[ready[order[at]]];
    seen.tried = taken.has_value();
    seen.failed = !taken.has_value();
    if (taken) continue;
    failures++;
    if (!failed) failed = std::string(taken.error().reason);
  }
  answer.waiting = look.waiting;
  looks.keep(source.id.str(), std::move(look));
  // Where something came all the same, the run that follows tells of the file that did not.
  if (!pressure.empty() || (failed && answer.batches.empty())) {
    answer.outcome = RunOutcome::failed;
    answer.reason = pressure.empty() ? *failed : std::string(pressure);
  }
  return answer;
}

namespace {

}  // namespace

Result<SourceId> register_source(Node& node, const Principal& by, SourceAsk ask) {
  if (ask.folder.has_value() + ask.database.has_value() + ask.sftp.has_value() != 1) return fail(Errc::invalid, "source.bad_place", "folder");
  if (ask.folder) {
    std::error_code ec;
    if (!ask.folder->folder.starts_with('/') || ask.folder->folder.size() > 1024) return fail(Errc::invalid, "source.bad_place", "folder");
    if (!std::filesystem::is_directory(ask.folder->folder, ec)) return fail(Errc::not_found, "source.no_folder");
    // What the node writes itself is nothing that came: each look would put it on record, and the record with it.
    if (lies_in(real_folder(ask.folder->folder), real_folder(node.dir()))) return fail(Errc::refused, "source.inside_space");
    int64_t settle = ask.folder->settle_s.value_or(kSettleSeconds);
    if (settle < 0 || settle > 3600) return fail(Errc::invalid, "source.bad_place", "settle_s");
    TRY(check_manifest_within(ask.folder->manifest_within_s));
    ask.source.source_kind = SourceKind::folder;
    ask.source.place = canonical(encode(*ask.folder));
  } else if (ask.sftp) {
    TRY(check_sftp_place(*ask.sftp));
    TRY(check_manifest_within(ask.sftp->manifest_within_s));
    if (ask.password.reveal("see whether it is there").empty()) return fail(Errc::invalid, "source.bad_place", "key");
    ask.source.source_kind = SourceKind::sftp;
    ask.source.place = canonical(encode(*ask.sftp));
  } else {
    TRY(odbc::check_description(*ask.database));
    ask.source.source_kind = SourceKind::database;
    ask.source.place = canonical(encode(DatabasePlace{*ask.database}));
  }
  auto registered = [&](std::optional<std::string> mark) -> Result<SourceId> {
    ask.source.secret = std::move(mark);
    return TRY(node.space().execute(by, ask.source)).get<SourceRegistered>().source;
  };
  return ask.folder ? registered({}) : change_secret_with(node, ask.password, registered);
}

Status change_source(Node& node, const Principal& by, const ChangeSource& command) {
  TRY(node.space().execute(by, command));
  if (command.status == SourceStatus::removed) (void)node.registry().erase(kSourceSecretItem, command.source.str());
  return {};
}

Result<RunAnswer> run_source(Node& node, const SourceId& id, SourceLooks& looks, const ProgressFn& progress) {
  auto source = node.space().read([&](const State& s) -> std::optional<Source> {
    const Source* found = find(s.sources, id);
    return found ? std::optional(*found) : std::nullopt;
  });
  if (!source || source->status == SourceStatus::removed) return fail(Errc::not_found, "source.not_found");
  auto host = source->from_afar.value_or(false) ? host_of(*source) : std::nullopt;
  Status allowed = host ? check_host_from_afar(node, *host) : Status();
  auto ran = !allowed ? Result<RunAnswer>(tl::unexpected(allowed.error()))
             : source->source_kind == SourceKind::folder ? run_folder(node, *source, looks, progress)
             : source->source_kind == SourceKind::sftp ? run_sftp(node, *source, looks, progress)
                                                       : run_database(node, *source, looks, progress);
  if (!ran) {
    SourceLooks::Look look = looks.of(id.str());
    look.at = node.clock().now();
    looks.keep(id.str(), std::move(look));
    ran = RunAnswer{.outcome = RunOutcome::failed, .reason = std::string(ran.error().reason), .batches = {}, .waiting = {}};
  }
  if (worth_recording(*source, *ran, node.clock().now())) {
    Principal by{.person = source->registered_by, .system = true, .stepped_up = false};
    TRY(node.space().execute(by, ReportRun{id, *ran->outcome, ran->reason, ran->batches}));
  }
  return *ran;
}

SourceSchedule::SourceSchedule(Node& node, SourceLooks& looks) : node_(node), looks_(looks), thread_([this] { loop(); }) {}

SourceSchedule::~SourceSchedule() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void SourceSchedule::loop() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
    lock.unlock();
    auto sources = node_.space().read([](const State& s) {
      std::vector<Source> out;
      for (const auto& [id, source] : s.sources)
        if (const Plan* plan = find(s.plans, source.plan); source.status == SourceStatus::active && plan && takes_data(s, plan->dataset)) out.push_back(source);
      return out;
    });
    for (const Source& source : sources) {
      TimeMs looked = looks_.of(source.id.str()).at;
      std::optional<TimeMs> last = source.last_run_ms;
      if (looked > 0) last = std::max(looked, last.value_or(0));
      if (node_.clock().now() < next_due(source, last)) continue;
      auto ran = run_source(node_, source.id, looks_);
      if (!ran) log(LogLevel::warn, "source.run_not_recorded", {{"source", source.id.str()}, {"reason", std::string(ran.error().reason)}});
      std::lock_guard check(mutex_);
      if (stopping_) break;
    }
    lock.lock();
  }
}

}  // namespace sluice::node
