// A node on the network: console, API and the command line's socket, until asked to stop.
#pragma once

#include <memory>
#include <string>

#include "edge/open_space.h"

namespace sluice::edge {

struct ServeOptions {
  std::string dir;
  std::string listen = "127.0.0.1:8443";
  bool tls = true;               // plain HTTP only on loopback
  std::string certificate_file;  // one's own; empty: made on first start, kept in DIR/tls
  std::string key_file;
  std::string client_certificate_file{}, client_key_file{};  // what the node shows where a server that it calls asks for a certificate
  std::string console_dir;       // empty: $SLUICE_CONSOLE, else beside the executable. Without one a page in its place says so
  std::vector<std::string> source_folders{};  // in which data managers may register a source from off the machine
};

// A space being served. Destroying it stops the server gracefully, then closes the space.
class Serving {
 public:
  // "cli.bad_address", the errors of open_space and of http::Server.
  static Result<std::unique_ptr<Serving>> start(ServeOptions options, OwnedFd passphrase);
  virtual ~Serving() = default;
  virtual std::string url() const = 0;
  virtual std::string fingerprint() const = 0;  // of the certificate; empty without TLS
  // Where the console's files were looked for, when they were nowhere; else nothing.
  virtual std::vector<std::string> console_not_in() const = 0;
  virtual node::Node& node() = 0;
};

// Blocks until SIGINT or SIGTERM; true for SIGINT. Call block_stop_signals before any thread is started.
void block_stop_signals();
bool wait_for_stop_signal();

}  // namespace sluice::edge
