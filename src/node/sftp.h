// A folder behind SFTP, reached through the `sftp` program of OpenSSH (Debian openssh-client) in a process of its own.
//
// The host's key is pinned: nothing is taken from a known_hosts file of the machine, nothing is learned. Signing in is by a key file alone; agents,
// forwarding, passwords and configuration files are off. Whatever the process is given lies in a folder in memory (memory_folder.h), and so do the
// files that it fetches: no plaintext of theirs touches the disk.
// Errors, told by the fixed words of OpenSSH and never passed on: "source.unreachable", "source.host_key" (refused: the host has another key than
// the pinned one), "source.sign_in_refused", "source.no_folder", "source.right_refused", "source.dropped", "source.timed_out", "source.no_sftp",
// "source.bad_place" (detail: the member), "source.failed".
// A call blocks until the process ended; calls from several threads are independent.
#pragma once

#include <string>
#include <vector>

#include "base/restricted.h"
#include "codec/record.h"
#include "node/memory_folder.h"

namespace sluice::node {

constexpr int64_t kManifestWithinSeconds = 600, kManifestWithinSecondsMax = 7 * 24 * 3600;

struct SftpPlace {
  std::string host;
  int64_t port = 22;
  std::string user;
  std::string folder;
  std::string host_key;                // "ssh-ed25519 AAAA…", as in the host's public key file
  std::optional<std::string> pattern;  // shell pattern on the file's name; absent: every file with a manifest
  std::optional<int64_t> manifest_within_s{};  // as of a watched folder (run_source.h)
  static constexpr auto fields = field_list(field("manifest_within_s", &SftpPlace::manifest_within_s), field("host", &SftpPlace::host), field("port", &SftpPlace::port), field("user", &SftpPlace::user), field("folder", &SftpPlace::folder),
                                            field("host_key", &SftpPlace::host_key), field("pattern", &SftpPlace::pattern));
};
Status check_sftp_place(const SftpPlace& place);

struct RemoteFile {
  std::string name;
  int64_t size = 0;
  std::string changed;  // as the listing shows it
};

class SftpSession {
 public:
  // `key`: a private key without a passphrase, as ssh-keygen writes it.
  static Result<SftpSession> prepare(Node& node, SftpPlace place, const SecretText& key);
  // Plain files whose names can be asked for: others are left out.
  Result<std::vector<RemoteFile>> list();
  // Into the memory folder; gives the path. "storage.disk_short" when memory has no room for it.
  Result<std::string> fetch(const std::string& name, int64_t size);
  void forget(const std::string& name);

 private:
  SftpSession(SftpPlace place, MemoryFolder folder) : place_(std::move(place)), folder_(std::move(folder)) {}
  Result<std::string> run(const std::string& batch);
  SftpPlace place_;
  MemoryFolder folder_;
};

}  // namespace sluice::node
