#include "edge/cli/secret_input.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/owned_fd.h"
#include "crypto/password.h"
#include "crypto/root_shares.h"

namespace sluice::cli {

namespace {

constexpr size_t kPassphraseBytesMax = 4096;

// Turns off echo as long as it lives.
class QuietTerminal {
 public:
  explicit QuietTerminal(int fd) : fd_(fd) {
    if (tcgetattr(fd, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;
  ~QuietTerminal() {
    if (changed_) tcsetattr(fd_, TCSAFLUSH, &before_);
  }

 private:
  int fd_;
  termios before_{};
  bool changed_ = false;
};

// Up to the first line feed or the end.
Result<std::string> read_line(int fd) {
  std::string out;
  out.reserve(kPassphraseBytesMax);  // never moved, so that no copy of it stays behind
  char c = 0;
  while (true) {
    ssize_t n = ::read(fd, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Errc::io, "file.unreadable", "passphrase");
    if (n == 0 || c == '\n') break;
    if (out.size() == kPassphraseBytesMax) return fail(Errc::invalid, "file.too_large", "passphrase");
    out += c;
  }
  if (out.ends_with('\r')) out.pop_back();
  return out;
}

Result<SecretText> ask(int terminal, std::string_view prompt) {
  if (::write(terminal, prompt.data(), prompt.size()) < 0) return fail(Errc::io, "cli.no_terminal");
  QuietTerminal quiet(terminal);
  auto line = read_line(terminal);
  (void)!::write(terminal, "\n", 1);
  if (!line) return tl::unexpected(line.error());
  return SecretText(std::move(*line));
}

Status check_new(const SecretText& passphrase) {
  if (passphrase.reveal("measure its length").size() < kPassphraseBytesMin)
    return fail(Errc::invalid, "cli.passphrase_too_short");
  return {};
}

}  // namespace

Result<SecretText> read_secret(const std::optional<std::string>& path, std::string_view prompt) {
  if (path) {
    OwnedFd file(*path == "-" ? ::dup(STDIN_FILENO) : ::open(path->c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return fail(errno == ENOENT ? Errc::not_found : Errc::io, errno == ENOENT ? "file.not_found" : "file.unreadable", *path);
    return SecretText(TRY(read_line(file.get())));
  }
  OwnedFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  if (!terminal) return fail(Errc::usage, "cli.no_terminal");
  return ask(terminal.get(), prompt);
}

Result<SecretText> read_unlock_line(const Args& args) {
  std::vector<std::string> files = args.values("--share"), words = args.values("--share-passphrase-file");
  std::vector<PresentedShare> presented;
  for (size_t i = 0; i < files.size(); i++) {
    std::string content = TRY(read_text_file(files[i], 64u << 10));
    auto json = parse_json(content);
    auto share = json ? decode<RootShareFile>(*json) : tl::unexpected(json.error());
    if (!share || share->format != kRootShareFormat) return fail(Errc::invalid, "custody.malformed", files[i]);
    SecretText passphrase = TRY(read_secret(i < words.size() ? std::optional(words[i]) : std::nullopt, "Passphrase of " + share->name + ": "));
    presented.push_back({std::move(*share), std::move(passphrase)});
  }
  return unlock_line(presented);
}

Result<SecretText> read_passphrase(const Args& args, Asking asking) {
  if (auto path = args.value("--passphrase-file")) {
    OwnedFd file(*path == "-" ? ::dup(STDIN_FILENO) : ::open(path->c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return fail(errno == ENOENT ? Errc::not_found : Errc::io, errno == ENOENT ? "file.not_found" : "file.unreadable", *path);
    SecretText passphrase(TRY(read_line(file.get())));
    if (asking == Asking::twice) TRY(check_new(passphrase));
    return passphrase;
  }
  OwnedFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  if (!terminal) return fail(Errc::usage, "cli.no_terminal");
  SecretText passphrase = TRY(ask(terminal.get(), "Passphrase: "));
  if (asking == Asking::once) return passphrase;
  TRY(check_new(passphrase));
  SecretText again = TRY(ask(terminal.get(), "Passphrase again: "));
  if (passphrase.reveal("compare") != again.reveal("compare")) return fail(Errc::invalid, "cli.passphrases_differ");
  return passphrase;
}

Result<SecretText> read_password(const Args& args) {
  if (auto path = args.value("--password-file")) {
    OwnedFd file(*path == "-" ? ::dup(STDIN_FILENO) : ::open(path->c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return fail(errno == ENOENT ? Errc::not_found : Errc::io, errno == ENOENT ? "file.not_found" : "file.unreadable", *path);
    return SecretText(TRY(read_line(file.get())));
  }
  OwnedFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  if (!terminal) return fail(Errc::usage, "cli.no_terminal");
  return ask(terminal.get(), "Password: ");
}

}  // namespace sluice::cli
