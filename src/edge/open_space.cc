#include "edge/open_space.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "adapter/sqlite/ledger_store.h"
#include "adapter/sqlite/registry_store.h"
#include "edge/api/api.h"
#include "edge/cli/secret_input.h"
#include "edge/http/metrics.h"

namespace sluice::edge {

namespace {

Result<OwnedFd> open_secret_file(const std::string& path) {
  OwnedFd fd(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(Errc::not_found, "file.not_found", path);
  return fd;
}

// A descriptor of memory that holds the passphrase until the agent has read it.
Result<OwnedFd> in_memory(const SecretText& secret) {
  OwnedFd fd(::memfd_create("passphrase", MFD_CLOEXEC));
  const std::string& bytes = secret.reveal("handed to the key agent");
  if (!fd || ::write(fd.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || ::lseek(fd.get(), 0, SEEK_SET) != 0)
    return fail(Errc::io, "file.unwritable", "passphrase");
  return fd;
}

Result<node::Stores> open_stores(const std::string& dir, adapter::OpenMode mode) {
  node::Stores stores;
  stores.ledger = TRY(adapter::SqliteLedgerStore::open(dir + "/ledger.sqlite", mode));
  stores.registry = TRY(adapter::SqliteRegistryStore::open(dir + "/registry.sqlite", mode));
  return stores;
}

// What a refused or failed init made is taken away again, and nothing else: only the names of a space, only where they
// were not there before.
class Unmade {
 public:
  explicit Unmade(const std::string& dir) {
    for (const char* name : {"/ledger.sqlite", "/ledger.sqlite-wal", "/ledger.sqlite-shm", "/registry.sqlite", "/registry.sqlite-wal",
                             "/registry.sqlite-shm", "/keys/root.json", "/keys/space.json", "/keys/signed.json", "/keys", "/vault",
                             "/releases", "/projections", "/trust.txt", "/lock", ""})
      if (!std::filesystem::exists(dir + name)) absent_.push_back(dir + name);
  }
  Unmade(const Unmade&) = delete;
  Unmade& operator=(const Unmade&) = delete;
  ~Unmade() {
    std::error_code ec;
    for (const std::string& path : absent_) std::filesystem::remove(path, ec);  // a folder only when it is empty
  }
  void keep() { absent_.clear(); }

 private:
  std::vector<std::string> absent_;
};

node::NodeOptions options_for(const std::string& dir, OwnedFd passphrase) {
  node::NodeOptions options;
  options.dir = dir;
  options.passphrase = std::move(passphrase);
  return options;
}

}  // namespace

std::string socket_of(const std::string& dir) { return dir + "/sluice.sock"; }

Result<OwnedFd> passphrase_for(const cli::Args& args, const std::string& dir, node::KeyAgent::Keys keys) {
  if (!args.values("--share").empty()) return in_memory(TRY(cli::read_unlock_line(args)));
  if (auto file = args.value("--passphrase-file")) return open_secret_file(*file);
  std::string beside = dir + "/keys/passphrase";
  if (keys == node::KeyAgent::Keys::existing) {
    if (std::filesystem::exists(beside)) return open_secret_file(beside);
    SecretText typed = TRY(cli::read_passphrase(args, cli::Asking::once));
    return in_memory(typed);
  }
  if (::isatty(STDIN_FILENO)) {
    SecretText typed = TRY(cli::read_passphrase(args, cli::Asking::twice));
    return in_memory(typed);
  }
  SystemRandom random;
  TRY(make_dirs(dir, 0700));  // before what lies in it: the folder of a space is its owner's alone
  TRY(make_dirs(dir + "/keys", 0700));
  TRY(write_file(beside, view(base64url(random_bytes(random, 24)) + "\n"), 0400));
  std::fprintf(stderr,
               "sluice: no passphrase was given, so one was made and written to keys/passphrase inside the space: the space unlocks itself, and its keys "
               "are only as safe as this folder. Move the file elsewhere and use --passphrase-file for real data.\n"
               "sluice: 未提供口令，已自动生成并存入 keys/passphrase；正式使用请移走该文件并以 --passphrase-file 指定。\n");
  return open_secret_file(beside);
}

Result<OpenSpace> open_space(const std::string& dir, OwnedFd passphrase) {
  if (!std::filesystem::exists(dir + "/ledger.sqlite")) return fail(Errc::not_found, "space.not_found", dir);
  DirLock lock = TRY(DirLock::acquire(dir));
  auto stores = TRY(open_stores(dir, adapter::OpenMode::read_write));
  auto node = TRY(node::Node::open(options_for(dir, std::move(passphrase)), std::move(stores)));
  return OpenSpace{std::move(lock), std::move(node)};
}

Result<std::vector<node::FirstAccount>> init_space(const std::string& dir, OwnedFd passphrase, const node::NewSpace& space) {
  if (std::filesystem::exists(dir + "/ledger.sqlite")) return fail(Errc::conflict, "space.exists", dir);
  Unmade unmade(dir);
  TRY(make_dirs(dir, 0700));
  DirLock lock = TRY(DirLock::acquire(dir));
  mode_t before = ::umask(077);  // a folder that was there already may be open to others: what is made in it is not
  auto opened = open_stores(dir, adapter::OpenMode::create);
  ::umask(before);
  auto stores = TRY(std::move(opened));
  auto accounts = TRY(node::Node::init(options_for(dir, std::move(passphrase)), std::move(stores), space));
  unmade.keep();
  return accounts;
}

struct SpaceCaller::Here {
  OpenSpace space;
  http::Metrics metrics;
  api::Api api;
  explicit Here(OpenSpace opened) : space(std::move(opened)), api(*space.node, metrics) {}
};

SpaceCaller::SpaceCaller(std::string socket, std::unique_ptr<Here> here) : socket_(std::move(socket)), here_(std::move(here)) {}
SpaceCaller::SpaceCaller(SpaceCaller&&) noexcept = default;
SpaceCaller::~SpaceCaller() = default;

Result<SpaceCaller> SpaceCaller::open(const cli::Args& args) {
  std::string dir = *args.value("--space");
  if (http::server_listens(socket_of(dir))) return SpaceCaller(socket_of(dir), nullptr);
  OwnedFd passphrase = TRY(passphrase_for(args, dir, node::KeyAgent::Keys::existing));
  return SpaceCaller(socket_of(dir), std::make_unique<Here>(TRY(open_space(dir, std::move(passphrase)))));
}

Result<http::LocalAnswer> SpaceCaller::call(const http::Request& request) {
  if (!here_) return http::call_local(socket_, request, std::chrono::hours(24));
  http::Request local = request;
  local.peer.local = true;
  local.peer.address = "local";
  http::Response response = here_->api.handle(local);
  http::LocalAnswer answer{response.status, response.headers, std::move(response.body)};
  while (response.stream) {
    http::Chunk chunk = TRY(response.stream());
    answer.body += chunk.bytes;
    if (chunk.last) break;
    if (chunk.ask_again_in.count() > 0) ::usleep(static_cast<useconds_t>(chunk.ask_again_in.count() * 1000));
  }
  return answer;
}

Result<http::LocalAnswer> call_space(const cli::Args& args, const http::Request& request) {
  SpaceCaller caller = TRY(SpaceCaller::open(args));
  return caller.call(request);
}

}  // namespace sluice::edge
