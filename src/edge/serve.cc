#include "edge/serve.h"

#include <signal.h>
#include <sys/resource.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "base/log.h"
#include "crypto/tls_identity.h"
#include "adapter/sqlite/ledger_store.h"
#include "adapter/sqlite/registry_store.h"
#include "edge/api/api.h"
#include "edge/http/metrics.h"
#include "edge/http/server.h"
#include "edge/http/static_files.h"
#include "edge/http/wire.h"
#include "edge/notify/send.h"
#include "node/alarm_watch.h"
#include "node/storage_schedule.h"
#include "space/party/client_use.h"

namespace sluice::edge {

namespace {

struct Address {
  std::string host;
  uint16_t port = 0;
};

// "127.0.0.1:8443", "[::1]:8443", ":8443" (loopback).
Result<Address> parse_address(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(Errc::usage, "cli.bad_address", "HOST:PORT");
  Address out;
  out.host = std::string(text.substr(0, colon));
  if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
  if (out.host.empty() || out.host == "localhost") out.host = "127.0.0.1";
  std::string_view port = text.substr(colon + 1);
  auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (ec != std::errc() || end != port.data() + port.size()) return fail(Errc::usage, "cli.bad_address", "HOST:PORT");
  return out;
}

// One's own certificate, or the space's: made on first start and kept, so that a pinned fingerprint stays true.
Result<http::Tls> tls_for(const ServeOptions& options, const std::string& host) {
  http::Tls tls;
  if (!options.certificate_file.empty()) {
    tls.certificate_pem = TRY(read_text_file(options.certificate_file, 1u << 20));
    std::string key = TRY(read_text_file(options.key_file, 1u << 20));
    tls.private_key_pem = SecretText(std::move(key));
    return tls;
  }
  std::string folder = options.dir + "/tls";
  auto certificate = read_text_file(folder + "/certificate.pem", 1u << 20);
  auto key = read_text_file(folder + "/key.pem", 1u << 20);
  if (!certificate || !key) {
    SystemClock clock;
    std::vector<std::string> names{"localhost", "127.0.0.1"};
    if (host != "127.0.0.1") names.push_back(host);
    TlsIdentity made = TRY(make_tls_identity(names, clock.now()));
    TRY(make_dirs(folder, 0700));
    const std::string& pem = made.key_pem.reveal("kept beside the space for the server alone");
    TRY(write_file(folder + "/key.pem", view(pem), 0400));
    TRY(write_file(folder + "/certificate.pem", view(made.certificate_pem)));
    tls.certificate_pem = made.certificate_pem;
    tls.private_key_pem = made.key_pem;
    return tls;
  }
  tls.certificate_pem = *certificate;
  tls.private_key_pem = SecretText(*key);
  return tls;
}

// Beside the executable: as it is installed, and as it is built.
constexpr const char* kConsolePlaces[] = {"../share/sluice/console", "../../../web/dist"};

std::vector<std::string> console_places() {
  std::error_code ec;
  auto executable = std::filesystem::read_symlink("/proc/self/exe", ec);
  std::vector<std::string> out;
  for (const char* place : kConsolePlaces) out.push_back((executable.parent_path() / place).lexically_normal().string());
  return out;
}

std::string console_beside_executable() {
  std::error_code ec;
  for (const std::string& place : console_places())
    if (std::filesystem::exists(std::filesystem::path(place) / "index.html", ec)) return place;
  return {};
}

// What an executable serves that was moved away from its console. It names no path of this machine: whoever can call the server may read it.
std::string page_without_console() {
  std::string places;
  for (const char* place : kConsolePlaces) places += "<li><code>" + std::string(place) + "</code></li>";
  return "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><title>数闸 Sluice</title><h1>找不到控制台文件 · The console's files are missing</h1>"
         "<p>服务正在运行，接口可用；控制台的网页文件不在程序旁边。已在程序所在文件夹的下列相对位置查找：</p>"
         "<p lang=\"en\">The server runs and the API answers; the pages of the console are not beside the program. They were looked for at these places, seen from the program's folder:</p><ul>" +
         places +
         "</ul><p>把构建好的控制台（web/dist）放到其中之一，或用 <code>sluice serve --console DIR</code>、环境变量 <code>SLUICE_CONSOLE=DIR</code> 指明其位置。</p>"
         "<p lang=\"en\">Put the built console (web/dist) there, or say where it is: <code>sluice serve --console DIR</code>, or <code>SLUICE_CONSOLE=DIR</code> in the environment.</p></html>";
}

node::StorageTools storage_tools(const std::string& dir) {
  return {[dir]() -> Result<std::unique_ptr<ledger::Store>> { return TRY(adapter::SqliteLedgerStore::open_snapshot(dir + "/ledger.sqlite")); },
          [](const std::string& fresh) -> Result<node::Stores> {
            node::Stores stores;
            stores.ledger = TRY(adapter::SqliteLedgerStore::open(fresh + "/ledger.sqlite", adapter::OpenMode::create));
            stores.registry = TRY(adapter::SqliteRegistryStore::open(fresh + "/registry.sqlite", adapter::OpenMode::create));
            return stores;
          }};
}

class ServingSpace final : public Serving {
 public:
  ServingSpace(OpenSpace space) : space_(std::move(space)) {}
  ~ServingSpace() override {
    post_.reset();
    watch_.reset();
    storage_.reset();
    schedule_.reset();
    if (server_) server_->stop(std::chrono::seconds(5));
    server_.reset();
    api_.reset();
    space_.node.reset();
  }

  Status begin(const ServeOptions& options) {
    rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);  // the registry's key, people's names and the TLS key are in this memory
    Address address = TRY(parse_address(options.listen));
    http::ServerOptions server;
    server.address = address.host;
    server.port = address.port;
    server.socket_path = socket_of(options.dir);
    if (options.tls) {
      server.tls = TRY(tls_for(options, address.host));
      server.tls->clients_asked = [node = space_.node.get()] {
        return node->space().read([&](const space::State& s) { return space::clients_asked(s, node->space().now()); });
      };
      Digest print = TRY(certificate_fingerprint(server.tls->certificate_pem));
      fingerprint_ = hex(print);
    }
    if (!options.client_certificate_file.empty()) {
      std::string certificate = TRY(read_text_file(options.client_certificate_file, 1u << 20));
      std::string key = TRY(read_text_file(options.client_key_file, 1u << 20));
      TRY(http::show_as_client(certificate, SecretText(std::move(key))));
    }
    api_ = std::make_unique<api::Api>(*space_.node, metrics_);
    api_->allow_source_folders(options.source_folders);
    TRY(find_console(options.console_dir));
    api_->router().otherwise([this](const http::Request& request, const http::Params&) {
      http::Response answer = files_->answer(request);
      if (!console_not_in_.empty() && answer.status == 200) answer.status = 503;
      return answer;
    });
    server_ = TRY(http::Server::start(std::move(server), [this](const http::Request& request) { return api_->handle(request); }));
    std::string host = address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
    url_ = std::string(options.tls ? "https://" : "http://") + host + ":" + std::to_string(server_->port()) + "/";
    schedule_ = std::make_unique<node::SourceSchedule>(*space_.node, api_->source_looks());
    storage_ = std::make_unique<node::StorageSchedule>(*space_.node, storage_tools(options.dir));
    auto reader = [dir = options.dir]() -> Result<std::unique_ptr<ledger::Store>> {
      return TRY(adapter::SqliteLedgerStore::open(dir + "/ledger.sqlite", adapter::OpenMode::read_only));
    };
    watch_ = std::make_unique<node::AlarmWatch>(*space_.node, reader);
    post_ = std::make_unique<node::AlarmPost>(*space_.node, notify::send_alarm, api_->alarm_tries());
    log(LogLevel::info, "server.started", {{"url", url_}});
    return {};
  }

  std::string url() const override { return url_; }
  std::string fingerprint() const override { return fingerprint_; }
  node::Node& node() override { return *space_.node; }
  std::vector<std::string> console_not_in() const override { return console_not_in_; }

 private:
  Status find_console(const std::string& given) {
    const char* named = std::getenv("SLUICE_CONSOLE");
    std::string folder = !given.empty() ? given : named && *named ? named : console_beside_executable();
    if (folder.empty()) {
      console_not_in_ = console_places();
      log(LogLevel::warn, "server.without_console", {});
      files_ = std::make_unique<http::StaticFiles>(http::StaticFiles::of({{"index.html", page_without_console()}}));
      return {};
    }
    // A folder that somebody named must be one: nothing is served in its place.
    auto files = http::StaticFiles::load(folder);
    if (!files) return fail(files.error().code, files.error().reason, folder);
    files_ = std::make_unique<http::StaticFiles>(std::move(*files));
    return {};
  }

  OpenSpace space_;
  http::Metrics metrics_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<http::StaticFiles> files_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<node::SourceSchedule> schedule_;
  std::unique_ptr<node::StorageSchedule> storage_;
  std::unique_ptr<node::AlarmWatch> watch_;
  std::unique_ptr<node::AlarmPost> post_;
  std::string url_, fingerprint_;
  std::vector<std::string> console_not_in_;
};

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Result<std::unique_ptr<Serving>> Serving::start(ServeOptions options, OwnedFd passphrase) {
  auto space = TRY(open_space(options.dir, std::move(passphrase)));
  auto serving = std::make_unique<ServingSpace>(std::move(space));
  TRY(serving->begin(options));
  return serving;
}

void block_stop_signals() {
  sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool wait_for_stop_signal() {
  sigset_t set = stop_signals();
  int signal = 0;
  sigwait(&set, &signal);
  return signal == SIGINT;
}

}  // namespace sluice::edge
