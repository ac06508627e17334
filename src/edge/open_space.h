// How this program gets at a space: a running server through its socket, or the folder itself under its lock.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/file.h"
#include "edge/cli/command.h"
#include "edge/http/local_client.h"
#include "node/node.h"

namespace sluice::edge {

inline constexpr cli::Option kSpaceOption{"--space", "DIR", "the space's folder", cli::Arity::one, "空间所在文件夹"};

std::string socket_of(const std::string& dir);

// What opens the root, as a descriptor that only the key agent reads: --share files of officers, --passphrase-file, else DIR/keys/passphrase (a space that
// unlocks itself), else the terminal. A new space without any of them gets a generated passphrase in DIR/keys/passphrase, and
// a warning that it lies beside what it protects.
Result<OwnedFd> passphrase_for(const cli::Args& args, const std::string& dir, node::KeyAgent::Keys keys);

// The lock is held as long as the node lives.
struct OpenSpace {
  DirLock lock;
  std::unique_ptr<node::Node> node;
};
// "space.locked" when a server or another command works on it, "space.not_found" when the folder holds no space.
Result<OpenSpace> open_space(const std::string& dir, OwnedFd passphrase);
Result<std::vector<node::FirstAccount>> init_space(const std::string& dir, OwnedFd passphrase, const node::NewSpace& space);

// API requests to the running server or, when none runs, to the space opened once for all of them.
class SpaceCaller {
 public:
  static Result<SpaceCaller> open(const cli::Args& args);
  SpaceCaller(SpaceCaller&&) noexcept;
  ~SpaceCaller();
  Result<http::LocalAnswer> call(const http::Request& request);

 private:
  struct Here;
  SpaceCaller(std::string socket, std::unique_ptr<Here> here);
  std::string socket_;
  std::unique_ptr<Here> here_;  // null: a server runs
};

// One API request, answered by the running server or, when none runs, by the space opened for this one request.
Result<http::LocalAnswer> call_space(const cli::Args& args, const http::Request& request);

}  // namespace sluice::edge
