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

constexpr int64_t kColumnsShown = 40;

// Whoever sealed the file wrote these: no control character of theirs reaches the terminal.
std::string told_word(const Json& object, std::string_view member) {
  std::string out;
  auto text = object.get_string_or(member, "").value_or("");
  for (size_t i = 0; i < text.size(); i++) {
    auto c = static_cast<uint8_t>(text[i]), next = i + 1 < text.size() ? static_cast<uint8_t>(text[i + 1]) : uint8_t{0};
    if (c == 0xc2 && next >= 0x80 && next <= 0x9f) i++;
    else if (c >= 0x20 && c != 0x7f) out += text[i];
  }
  return out;
}

// What the sender said of level and categories, for people; --json and --labels give it whole.
void show_labels(const Json& labels) {
  std::string marks;
  if (labels.get_bool_or("masked", false).value_or(false)) marks = labels.get_bool_or("aggregated", false).value_or(false) ? "  aggregated" : "  de-identified";
  if (auto k = labels.get_int_or("k", 0); k.value_or(0) > 0) marks += ", k=" + std::to_string(*k);
  std::string national = told_word(labels, "national");
  fmt::print("level    {}{}{}\n", labels.get_int_or("level", 5).value_or(5), national.empty() ? "" : "  (GB/T 43697: " + national + ")", marks);
  if (const Json* reasons = labels.find("reasons"); reasons && reasons->is_array())
    for (const Json& reason : reasons->as_array()) fmt::print("reason   {} / {}\n", told_word(reason, "zh"), told_word(reason, "en"));
  const Json* columns = labels.find("columns");
  if (!columns || !columns->is_array()) return;
  int64_t shown = 0;
  for (const Json& c : columns->as_array()) {
    if (shown++ == kColumnsShown) break;
    std::string technique = told_word(c, "technique");
    fmt::print("column   {}  level {}  {}  {}{}\n", told_word(c, "column"), c.get_int_or("level", 5).value_or(5), told_word(c, "category"), told_word(c, "type"),
               technique.empty() ? "" : "  after " + technique);
  }
  int64_t more = static_cast<int64_t>(columns->as_array().size()) - kColumnsShown + labels.get_int_or("columns_left_out", 0).value_or(0);
  if (more > 0) fmt::print("column   … {} more\n", more);
}

Status write_labels(const Args& args, const Json& labels) {
  auto path = args.value("--labels");
  if (!path) return {};
  if (labels.is_null()) return fail(Errc::not_found, "envelope.no_labels");
  PendingFile out = TRY(PendingFile::create(std::string(*path)));
  TRY(fd_sink(out.fd())(view(canonical(labels))));
  return out.commit(Existing::keep);
}

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
  if (Status written = write_labels(args, opened->labels); !written) return report(written.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(Json::object({{"bytes", Json(static_cast<int64_t>(opened->plain_bytes))},
                                               {"context", opened->header.context},
                                               {"labels", opened->labels},
                                               {"digest_sm3", Json(hex(opened->plain_digest))},
                                               {"out", Json(args.value_or("--out", ""))}})));
  } else {
    fmt::print("opened   {} bytes\nsm3      {}\ncontext  {}\n", opened->plain_bytes, hex(opened->plain_digest),
               canonical(opened->header.context));
    if (!opened->labels.is_null()) show_labels(opened->labels);
  }
  return 0;
}

}  // namespace

Command open_command() {
  return {.path = "open",
          .summary = "open a delivered file with the recipient's key; leaves nothing when anything does not check",
          .summary_zh = "用接收方密钥打开交付文件；任何一处校验不通过则不留下文件",
          .options = {kKeyOption, kPassphraseFileOption, {"--out", "FILE", "where the content goes", Arity::one}, {"--labels", "FILE", "where its labels go (JSON)", Arity::optional},
                      {"--json", "", "as JSON"}},
          .positionals = {{"ENVELOPE", "the delivered file"}},
          .run = run_open};
}

}  // namespace sluice::cli
