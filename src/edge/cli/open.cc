#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/owned_fd.h"
#include "base/pending_file.h"
#include "crypto/envelope.h"
#include "edge/cli/command.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/terminal.h"

namespace sluice::cli {
namespace {

Result<OpenedEnvelope> open_to_file(const Args& args) {
  std::string in_path = args.value_or("ENVELOPE", ""), out_path = args.value_or("--out", "");
  OwnedFd in(::open(in_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return fail(errno == ENOENT ? Errc::not_found : Errc::io, errno == ENOENT ? "file.not_found" : "file.unreadable", in_path);
  struct stat st = {};
  if (::fstat(in.get(), &st) == 0 && S_ISDIR(st.st_mode)) return fail(Errc::io, "file.unreadable", in_path + " is a folder");
  PartyKey key = TRY(read_party_key(args));
  PendingFile out = TRY(PendingFile::create(out_path));
  Progress progress("opening");
  uint64_t written = 0;
  ByteSink to_file = fd_sink(out.fd());
  ByteSink sink = [&](ByteView bytes) -> Status {
    written += bytes.size();
    progress.update(written, static_cast<uint64_t>(st.st_size));
    return to_file(bytes);
  };
  OpenedEnvelope opened = TRY(open_envelope(key.key, fd_source(in.get()), sink));
  TRY(out.commit(Existing::keep));
  return opened;
}

int run_open(const Args& args) {
  auto opened = open_to_file(args);
  if (!opened) return report(opened.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(Json::object({{"bytes", Json(static_cast<int64_t>(opened->plain_bytes))},
                                               {"context", opened->header.context},
                                               {"digest_sm3", Json(hex(opened->plain_digest))},
                                               {"out", Json(args.value_or("--out", ""))}})));
  } else {
    fmt::print("opened   {} bytes\nsm3      {}\ncontext  {}\n", opened->plain_bytes, hex(opened->plain_digest),
               canonical(opened->header.context));
  }
  return 0;
}

}  // namespace

Command open_command() {
  return {.path = "open",
          .summary = "open a delivered file with the recipient's key; leaves nothing when anything does not check",
          .summary_zh = "用接收方密钥打开交付文件；任何一处校验不通过则不留下文件",
          .options = {kKeyOption, kPassphraseFileOption, {"--out", "FILE", "where the content goes", Arity::one}, {"--json", "", "as JSON"}},
          .positionals = {{"ENVELOPE", "the delivered file"}},
          .run = run_open};
}

}  // namespace sluice::cli
