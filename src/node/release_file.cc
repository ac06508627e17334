#include "node/release_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "crypto/hash.h"
#include "node/secret_filter.h"
#include "node/work.h"
#include "space/passport/passport.h"

namespace sluice::node {

using namespace space;

namespace {

// Names the memory folders of one space, of which one process at a time is at work: what bears the mark at its start is a killed one's.
std::string memory_mark(const Node& node) {
  std::error_code ec;
  return "sluice_" + hex(sm3(view(std::filesystem::weakly_canonical(node.dir(), ec).string()))).substr(0, 16) + "_";
}

// A folder in memory for formats that want a file: plaintext never reaches a disk.
class MemoryFolder {
 public:
  static Result<MemoryFolder> make(Node& node) {
    std::string path = "/dev/shm/" + memory_mark(node) + random_name(node.random(), "m");
    if (::mkdir(path.c_str(), 0700) != 0) return tl::unexpected(last_os_error("file.unwritable", "/dev/shm"));
    return MemoryFolder(path);
  }
  MemoryFolder(MemoryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  MemoryFolder& operator=(MemoryFolder&&) = delete;
  ~MemoryFolder() {
    std::error_code ec;
    if (!path_.empty()) std::filesystem::remove_all(path_, ec);
  }
  const std::string& path() const { return path_; }

 private:
  explicit MemoryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

Result<WorkerAnswer> make_envelope(Node& node, const Principal& by, const ReleasePrepared& prepared, const KeysGranted& granted,
                                   const std::string& format, const ProgressFn& progress) {
  auto filter = TRY(resolve_filter(node, prepared.row_filter));
  std::optional<MemoryFolder> memory;
  if (format == "parquet") memory.emplace(TRY(MemoryFolder::make(node)));
  SealedWork work{.job = "release-file", .work = Work::release, .version = prepared.version, .columns = granted.columns, .more_folders = {},
                  .request = Json::object({{"columns", encode(prepared.columns)},
                                           {"context", Json::object({{"contract", prepared.contract.str()}, {"format", format}, {"release", prepared.release.str()}})},
                                           {"file", prepared.release.str() + ".sluice"},
                                           {"format", format},
                                           {"recipient_key", base64(prepared.recipient_key)},
                                           {"row_filter", encode(filter)}})};
  work.more_folders.push_back(TRY(open_folder(node.dir() + "/releases")));
  if (memory) work.more_folders.push_back(TRY(open_folder(memory->path())));
  auto started = TRY(start_sealed_work(node, by, std::move(work), granted.grant));
  return started.worker.run(started.request, {}, progress);
}

}  // namespace

Result<ReleaseFileAnswer> release_file(Node& node, const Principal& by, const ReleaseFileRequest& request, const ProgressFn& progress) {
  if (request.format != "csv" && request.format != "parquet") return fail(Errc::usage, "release.unknown_format");
  auto outcome = TRY(node.space().execute(by, PrepareRelease{request.contract, request.columns, request.purpose}));
  const auto& prepared = outcome.get<ReleasePrepared>();
  auto made = make_envelope(node, by, prepared, outcome.get<KeysGranted>(), request.format, progress);
  if (!made) {
    (void)node.space().execute(as_node(by), ReportReleaseFailure{prepared.release, std::string(made.error().reason)});
    return tl::unexpected(made.error());
  }
  std::string file_digest = TRY(made->result.get_string("file_digest")), envelope_digest = TRY(made->result.get_string("envelope_digest"));
  ReportDelivery report{.release = prepared.release, .rows = TRY(made->result.get_int("rows")), .bytes = TRY(made->result.get_int("bytes")),
                        .file_digest = TRY(digest_from_hex(file_digest)), .envelope_digest = TRY(digest_from_hex(envelope_digest)),
                        .format = request.format};
  TRY(node.space().execute(as_node(by), report));
  return ReleaseFileAnswer{prepared.release, node.release_path(prepared.release), report.rows, report.bytes};
}

Status settle_interrupted_releases(Node& node) {
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", ec))
    if (entry.path().filename().string().starts_with(memory_mark(node))) std::filesystem::remove_all(entry.path(), ec);
  auto interrupted = node.space().read([](const State& s) {
    std::vector<ReleaseId> out;
    for (const auto& [id, release] : s.releases)
      if (release.status == ReleaseStatus::prepared) out.push_back(release.id);
    return out;
  });
  for (const ReleaseId& release : interrupted) {
    for (const char* ending : {"", ".part"}) std::filesystem::remove(node.release_path(release) + ending, ec);
    TRY(node.space().execute(Principal{.person = {}, .system = true, .stepped_up = false}, ReportReleaseFailure{release, "release.interrupted"}));
  }
  return {};
}

Result<Json> issue_passport(Node& node, const ReleaseId& release) {
  TRY(node.checkpoint());
  return node.space().read([&](const State& s) { return make_passport(s, node.ledger(), release, node.clock().now()); });
}

}  // namespace sluice::node
