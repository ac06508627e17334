#include "node/inventory.h"

#include <fcntl.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "node/storage.h"
#include "node/work.h"
#include "vault/sealed_file.h"
#include "vault/tier.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kInventoryFormat = "sluice-inventory/1";
constexpr size_t kPositionBytesMax = 1u << 20;

// Where it stands: a projection. Lost, the next one begins anew.
struct InventoryPosition {
  std::string format{kInventoryFormat};
  TimeMs started_ms = 0;
  std::string after;  // the last version that was looked at
  int64_t versions = 0, versions_total = 0, chunks = 0, bytes = 0, found = 0;
  std::vector<InventoryFinding> findings;
  static constexpr auto fields = field_list(
      field("format", &InventoryPosition::format), field("started_ms", &InventoryPosition::started_ms), field("after", &InventoryPosition::after),
      field("versions", &InventoryPosition::versions), field("versions_total", &InventoryPosition::versions_total), field("chunks", &InventoryPosition::chunks),
      field("bytes", &InventoryPosition::bytes), field("found", &InventoryPosition::found), field("findings", &InventoryPosition::findings));
};

std::string position_path(Node& node) { return node.dir() + "/projections/inventory.json"; }

std::optional<InventoryPosition> read_position(Node& node) {
  auto content = read_text_file(position_path(node), kPositionBytesMax);
  auto json = content ? parse_json(*content, kPositionBytesMax) : Result<Json>(tl::unexpected(content.error()));
  auto position = json ? decode<InventoryPosition>(*json) : Result<InventoryPosition>(tl::unexpected(json.error()));
  if (!position || position->format != kInventoryFormat) return std::nullopt;
  return *position;
}

Status keep_position(Node& node, const InventoryPosition& position) { return write_file(position_path(node), view(canonical(encode(position))), 0600); }

class InventoryWalk {
 public:
  InventoryWalk(Node& node, const InventoryAsk& ask, const ProgressFn& progress, InventoryPosition position)
      : node_(node), ask_(ask), progress_(progress), at_(std::move(position)), began_(std::chrono::steady_clock::now()) {}

  Status run() {
    auto things = sealed_things(node_);
    at_.versions_total = static_cast<int64_t>(things.size());
    for (const SealedThing& thing : things) {
      if (thing.version.str() <= at_.after) continue;
      if (ask_.stop && ask_.stop()) return fail(Errc::refused, "storage.interrupted");
      TRY(look_at(thing));
      at_.after = thing.version.str();
      at_.versions++;
      TRY(keep_position(node_, at_));
      if (progress_)
        progress_(Json::object({{"bytes", at_.bytes}, {"found", at_.found}, {"versions", at_.versions}, {"versions_total", at_.versions_total}}));
    }
    return {};
  }
  const InventoryPosition& position() const { return at_; }

 private:
  Status look_at(const SealedThing& thing) {
    InventoryPosition before = at_;
    std::string dir = node_.version_dir(thing.version);
    auto manifest = vault::load_manifest(dir, &thing.manifest);
    if (!manifest) {
      note(thing.version, {}, 0, manifest.error().reason == "vault.wrong_manifest" ? "vault.wrong_manifest" : "vault.file_missing");
    } else {
      int folder = vault::open_version(OwnedFd(::open(node_.vault_dir().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)).get(), thing.version.str());
      vault::OwnedFd held(folder);
      for (size_t c = 0; c < manifest->columns.size(); c++) TRY(column(thing.version, folder, manifest->columns[c], c));
    }
    // What was found of a version that is being destroyed right now is no finding.
    if (at_.found > before.found && is_destroyed(thing.version)) {
      at_.found = before.found;
      at_.findings = std::move(before.findings);
    }
    return {};
  }

  Status column(const VersionId& version, int folder, const vault::ManifestColumn& column, size_t number) {
    auto file = vault::SealedFile::open(folder, number);
    if (!file) {
      note(version, column.name, 0, "vault.file_missing");
      return {};
    }
    int64_t chunk_number = 0, end = 0;
    for (const vault::ManifestChunk& chunk : column.chunks) {
      if (ask_.stop && ask_.stop()) return fail(Errc::refused, "storage.interrupted");
      if (!file->read(chunk, sealed_) || sm3(sealed_) != chunk.digest) note(version, column.name, chunk_number, "vault.chunk_tampered");
      chunk_number++;
      at_.chunks++;
      at_.bytes += chunk.size;
      bytes_now_ += chunk.size;
      end = chunk.offset + chunk.size;
      slow_down();
    }
    if (file->size() > end) note(version, column.name, chunk_number, "vault.extra_bytes");
    return {};
  }

  void note(const VersionId& version, std::string column, int64_t chunk, std::string_view reason) {
    at_.found++;
    if (at_.findings.size() < kFindingsMax) at_.findings.push_back({version, std::move(column), std::string(reason), chunk});
  }

  bool is_destroyed(const VersionId& version) {
    return node_.space().read([&](const State& s) {
      const DestroyedKeys* gone = find(s.destroyed, version);
      return gone && gone->whole;
    });
  }

  // Ahead of its rate it waits, in steps that notice a stop.
  void slow_down() {
    if (ask_.bytes_per_s <= 0) return;
    while (!(ask_.stop && ask_.stop())) {
      auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_).count();
      int64_t due_ms = bytes_now_ * 1000 / ask_.bytes_per_s;
      if (due_ms <= spent) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(std::min<int64_t>(due_ms - spent, 200)));
    }
  }

  Node& node_;
  const InventoryAsk& ask_;
  const ProgressFn& progress_;
  InventoryPosition at_;
  std::chrono::steady_clock::time_point began_;
  int64_t bytes_now_ = 0;
  Bytes sealed_;
};

std::mutex& one_inventory() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

std::optional<Json> inventory_under_way(Node& node) {
  auto position = read_position(node);
  if (!position) return std::nullopt;
  Json out = encode(*position);
  out.erase("format");
  out.erase("after");
  out.erase("findings");
  return out;
}

Result<InventoryRun> take_inventory(Node& node, const Principal& by, const InventoryAsk& ask, const ProgressFn& progress) {
  std::unique_lock alone(one_inventory(), std::try_to_lock);
  if (!alone.owns_lock()) return fail(Errc::conflict, "storage.busy");
  auto position = read_position(node);
  if (!position) {
    position.emplace();
    position->started_ms = node.clock().now();
  }
  InventoryWalk walk(node, ask, progress, std::move(*position));
  TRY(walk.run());
  const InventoryPosition& done = walk.position();
  ReportInventory report{done.started_ms, done.versions, done.chunks, done.bytes, done.found, done.findings};
  auto outcome = TRY(node.space().execute(as_node(by), report));
  std::error_code ec;
  std::filesystem::remove(position_path(node), ec);
  if (done.found > 0) log(LogLevel::error, "storage.inventory_found", {{"found", std::to_string(done.found)}});
  return node.space().read([](const State& s) { return s.storage.inventories.back(); });
}

}  // namespace sluice::node
