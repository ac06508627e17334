#include "node/sftp.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/file.h"
#include "base/owned_fd.h"

namespace sluice::node {

namespace {

constexpr auto kSftpSilence = std::chrono::minutes(2);    // nothing told and nothing fetched
constexpr auto kSftpLongest = std::chrono::minutes(60);
constexpr size_t kToldBytesMax = 16u << 20;
constexpr std::string_view kSftpProgram = "/usr/bin/sftp";

bool only_of(std::string_view text, std::string_view also) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || also.find(c) != std::string_view::npos;
  });
}

// A name that stands between double quotes of a batch and means itself: no quote, backslash, control character or pattern.
bool plain_name(std::string_view name) {
  if (name.empty() || name.size() > 255 || name.front() == '-' || name.front() == '.') return false;
  return std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || std::string_view("\"\\*?[]/").find(c) != std::string_view::npos; });
}

bool plain_folder(std::string_view folder) {
  if (folder.empty() || folder.size() > 1024 || folder.front() == '-') return false;
  return std::none_of(folder.begin(), folder.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || std::string_view("\"\\*?[]").find(c) != std::string_view::npos; });
}

Error meaning_of_ssh(std::string_view told) {
  struct Words {
    std::string_view words;
    Errc code;
    std::string_view reason;
  };
  constexpr Words kWords[] = {{"Host key verification failed", Errc::refused, "source.host_key"},
                              {"REMOTE HOST IDENTIFICATION HAS CHANGED", Errc::refused, "source.host_key"},
                              {"no matching host key type", Errc::refused, "source.host_key"},
                              {"Permission denied (", Errc::unauthenticated, "source.sign_in_refused"},
                              {"Load key", Errc::unauthenticated, "source.sign_in_refused"},
                              {"Connection refused", Errc::unreachable, "source.unreachable"},
                              {"Connection timed out", Errc::unreachable, "source.unreachable"},
                              {"Could not resolve", Errc::unreachable, "source.unreachable"},
                              {"No route to host", Errc::unreachable, "source.unreachable"},
                              {"not found", Errc::not_found, "source.no_folder"},
                              {"No such file", Errc::not_found, "source.no_folder"},
                              {"Permission denied", Errc::forbidden, "source.right_refused"},
                              {"Connection closed", Errc::unreachable, "source.dropped"},
                              {"Connection reset", Errc::unreachable, "source.dropped"},
                              {"Broken pipe", Errc::unreachable, "source.dropped"}};
  for (const Words& w : kWords)
    if (told.find(w.words) != std::string_view::npos) return Error{w.code, w.reason};
  return Error{Errc::unreachable, "source.failed"};
}

struct Pipe {
  OwnedFd reading, writing;
};
Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Errc::io, "source.no_sftp", "pipe");
  return Pipe{OwnedFd(ends[0]), OwnedFd(ends[1])};
}

// The program with both its outputs on one pipe; ended by us when it says nothing for too long.
class SftpProcess {
 public:
  static Result<SftpProcess> start(const std::vector<std::string>& arguments) {
    Pipe pipe = TRY(make_pipe());
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe.writing.get(), 1);
    posix_spawn_file_actions_adddup2(&actions, pipe.writing.get(), 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    std::vector<char*> argv;
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    char language[] = "LC_ALL=C", path[] = "PATH=/usr/bin:/bin", home[] = "HOME=/nonexistent";
    char* environment[] = {language, path, home, nullptr};
    pid_t pid = -1;
    int failed = ::posix_spawn(&pid, kSftpProgram.data(), &actions, &attributes, argv.data(), environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0) return fail(Errc::unreachable, "source.no_sftp");
    return SftpProcess(pid, std::move(pipe.reading));
  }
  SftpProcess(SftpProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)), out_(std::move(other.out_)) {}
  ~SftpProcess() {
    if (pid_ < 0) return;
    ::kill(-pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
  }

  // `grows` tells whether work goes on silently (a file that is being fetched).
  Result<std::string> finish(const std::function<uint64_t()>& grows) {
    std::string told;
    auto began = std::chrono::steady_clock::now(), heard = began;
    uint64_t grown = grows();
    char buffer[4096];
    while (true) {
      pollfd wait{out_.get(), POLLIN, 0};
      int ready = ::poll(&wait, 1, 1000);
      auto now = std::chrono::steady_clock::now();
      if (ready > 0) {
        ssize_t n = ::read(out_.get(), buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        if (told.size() < kToldBytesMax) told.append(buffer, static_cast<size_t>(n));
        heard = now;
      } else if (uint64_t size = grows(); size != grown) {
        grown = size;
        heard = now;
      }
      if (now - heard > kSftpSilence || now - began > kSftpLongest) return fail(Errc::unreachable, "source.timed_out");
    }
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return tl::unexpected(meaning_of_ssh(told));
    return told;
  }

 private:
  SftpProcess(pid_t pid, OwnedFd out) : pid_(pid), out_(std::move(out)) {}
  pid_t pid_;
  OwnedFd out_;
};

uint64_t bytes_below(const std::string& dir) {
  uint64_t bytes = 0;
  std::error_code ec;
  for (std::filesystem::directory_iterator it(dir, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code size;
    bytes += it->file_size(size);
  }
  return bytes;
}

// "-rw-r--r--    1 1000     1000          123 Nov 22 14:00 name"
std::optional<RemoteFile> listed_file(std::string_view line) {
  if (line.empty() || line.front() != '-') return std::nullopt;
  std::vector<std::string_view> words;
  size_t at = 0;
  while (words.size() < 8 && at < line.size()) {
    while (at < line.size() && line[at] == ' ') at++;
    size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  if (words.size() < 8 || at >= line.size()) return std::nullopt;
  RemoteFile out;
  out.name = line.substr(at + 1);
  if (words[4].empty() || words[4].size() > 15 || words[4].find_first_not_of("0123456789") != std::string_view::npos || !plain_name(out.name)) return std::nullopt;
  out.size = std::stoll(std::string(words[4]));
  out.changed = std::string(words[5]) + " " + std::string(words[6]) + " " + std::string(words[7]);
  return out;
}

}  // namespace

Status check_sftp_place(const SftpPlace& place) {
  auto bad = [](const char* member) { return fail(Errc::invalid, "source.bad_place", member); };
  if (place.host.empty() || place.host.size() > 253 || place.host.front() == '-' || !only_of(place.host, ".-:")) return bad("host");
  if (place.port < 1 || place.port > 65535) return bad("port");
  if (place.user.empty() || place.user.size() > 64 || place.user.front() == '-' || !only_of(place.user, "._-")) return bad("user");
  if (!plain_folder(place.folder)) return bad("folder");
  if (place.pattern && place.pattern->size() > 255) return bad("pattern");
  size_t space = place.host_key.find(' ');
  bool kind = place.host_key.starts_with("ssh-ed25519 ") || place.host_key.starts_with("ecdsa-sha2-nistp256 ") || place.host_key.starts_with("ssh-rsa ") ||
              place.host_key.starts_with("rsa-sha2-512 ");
  if (!kind || place.host_key.size() > 2048 || !only_of(std::string_view(place.host_key).substr(space + 1), "+/=")) return bad("host_key");
  return {};
}

Result<SftpSession> SftpSession::prepare(Node& node, SftpPlace place, const SecretText& key) {
  TRY(check_sftp_place(place));
  SftpSession session(std::move(place), TRY(MemoryFolder::make(node)));
  const SftpPlace& at = session.place_;
  std::string known = (at.port == 22 ? at.host : "[" + at.host + "]:" + std::to_string(at.port)) + " " + at.host_key + "\n";
  TRY(write_file(session.folder_.path() + "/known_hosts", view(known), 0600));
  std::string text = key.reveal("ssh reads it from a file in memory");
  if (!text.ends_with('\n')) text += '\n';
  Status written = write_file(session.folder_.path() + "/key", view(text), 0600);
  wipe(text.data(), text.size());
  TRY(std::move(written));
  return session;
}

Result<std::string> SftpSession::run(const std::string& batch) {
  const std::string& here = folder_.path();
  TRY(write_file(here + "/batch", view(batch), 0600));
  std::vector<std::string> arguments{std::string(kSftpProgram), "-b", here + "/batch", "-F", "/dev/null", "-P", std::to_string(place_.port), "-i", here + "/key"};
  for (std::string option : {std::string("BatchMode=yes"), std::string("LogLevel=ERROR"), std::string("StrictHostKeyChecking=yes"), "UserKnownHostsFile=" + here + "/known_hosts",
                             std::string("GlobalKnownHostsFile=/dev/null"), std::string("UpdateHostKeys=no"), std::string("IdentitiesOnly=yes"), std::string("IdentityAgent=none"),
                             std::string("PreferredAuthentications=publickey"), std::string("PasswordAuthentication=no"), std::string("ForwardAgent=no"),
                             std::string("ClearAllForwardings=yes"), std::string("ControlMaster=no"), std::string("ConnectTimeout=20"), std::string("ServerAliveInterval=15"),
                             std::string("ServerAliveCountMax=4")}) {
    arguments.push_back("-o");
    arguments.push_back(std::move(option));
  }
  arguments.push_back(place_.user + "@" + (place_.host.find(':') == std::string::npos ? place_.host : "[" + place_.host + "]"));
  SftpProcess process = TRY(SftpProcess::start(arguments));
  return process.finish([&] { return bytes_below(here); });
}

Result<std::vector<RemoteFile>> SftpSession::list() {
  std::string told = TRY(run("cd \"" + place_.folder + "\"\nls -ln\n"));
  std::vector<RemoteFile> out;
  for (size_t at = 0; at < told.size();) {
    size_t end = std::min(told.find('\n', at), told.size());
    std::string_view line(told.data() + at, end - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (auto file = listed_file(line)) out.push_back(std::move(*file));
    at = end + 1;
  }
  std::sort(out.begin(), out.end(), [](const RemoteFile& a, const RemoteFile& b) { return a.name < b.name; });
  return out;
}

Result<std::string> SftpSession::fetch(const std::string& name, int64_t size) {
  std::error_code ec;
  auto memory = std::filesystem::space(folder_.path(), ec);
  if (!ec && memory.available < static_cast<uint64_t>(size) + (16u << 20)) return fail(Errc::exhausted, "storage.disk_short");
  std::string path = folder_.path() + "/" + name;
  TRY(run("cd \"" + place_.folder + "\"\nget \"" + name + "\" \"" + path + "\"\n"));
  return path;
}

void SftpSession::forget(const std::string& name) {
  std::error_code ec;
  std::filesystem::remove(folder_.path() + "/" + name, ec);
}

}  // namespace sluice::node
