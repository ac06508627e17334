// sluice keys split, device, passphrase: who keeps the root key. Each makes a fresh root over the same space key, opens it once as it will
// be opened at every start, and only then lets it count (KeyAgent::adopt_root). Once people act in the space each is the carrying out of a
// witnessed rotate_root by two of them (node/root_change.h).
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "crypto/hash.h"
#include "crypto/root_shares.h"
#include "edge/cli/command.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/usage.h"
#include "edge/open_space.h"
#include "node/root_change.h"

namespace sluice::cli {

namespace {

struct OfficerSeat {
  std::string name, file;
  SecretText passphrase;
};

// NAME=FILE for each officer; the passphrase of each from a file in the same order, or typed by the officer, twice.
Result<std::vector<OfficerSeat>> seats_of(const Args& args) {
  std::vector<OfficerSeat> out;
  std::vector<std::string> words = args.values("--officer-passphrase-file");
  for (const std::string& text : args.values("--officer")) {
    size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) return wants("--officer", "NAME=FILE");
    OfficerSeat seat{text.substr(0, equals), text.substr(equals + 1), {}};
    if (std::filesystem::exists(seat.file)) return fail(Errc::conflict, "file.exists", seat.file);
    for (const OfficerSeat& before : out)
      if (before.file == seat.file) return bad_words("每名保管人须各用一个文件", "each officer has a file of their own");
    if (out.size() < words.size()) {
      seat.passphrase = TRY(read_secret(words[out.size()], ""));
    } else {
      seat.passphrase = TRY(read_secret(std::nullopt, "New passphrase of " + seat.name + ": "));
      SecretText again = TRY(read_secret(std::nullopt, "The same again: "));
      if (seat.passphrase.reveal("compare") != again.reveal("compare")) return fail(Errc::invalid, "cli.passphrases_differ");
    }
    out.push_back(std::move(seat));
  }
  return out;
}

std::vector<std::string> names_of(const std::vector<OfficerSeat>& seats) {
  std::vector<std::string> out;
  for (const OfficerSeat& seat : seats) out.push_back(seat.name);
  return out;
}

Result<OwnedFd> secret_line(const SecretText& line) {
  OwnedFd fd(::memfd_create("officers", MFD_CLOEXEC));
  std::string bytes = line.reveal("handed to the key agent") + "\n";
  bool written = fd && ::write(fd.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::lseek(fd.get(), 0, SEEK_SET) == 0;
  wipe(bytes.data(), bytes.size());
  if (!written) return fail(Errc::io, "file.unwritable", "officers");
  return fd;
}

constexpr Option kWorkOption{"--work", "WORK", "the witnessed rotate_root that this carries out, once people act in the space", Arity::optional, "所执行的 rotate_root（已有人员后必须先提出并经见证）"};
constexpr Option kFirstOption{"--first", "ACCOUNT", "who carries it out: named by the entry", Arity::optional, "执行人账号（记入存证日志）"};
constexpr Option kFirstPasswordOption{"--first-password-file", "FILE", "that person's password, on the first line (else asked for)", Arity::optional, "执行人口令文件"};
constexpr Option kFirstCodeOption{"--first-code", "CODE", "that person's one-time code (else asked for)", Arity::optional, "执行人动态口令"};
constexpr Option kSecondOption{"--second", "ACCOUNT", "the second person at the desk", Arity::optional, "在场第二人账号"};
constexpr Option kSecondPasswordOption{"--second-password-file", "FILE", "that person's password", Arity::optional, "第二人口令文件"};
constexpr Option kSecondCodeOption{"--second-code", "CODE", "that person's one-time code", Arity::optional, "第二人动态口令"};

std::vector<Option> root_options(std::vector<Option> own) {
  own.insert(own.begin(), edge::kSpaceOption);
  for (const Option& option : {kWorkOption, kFirstOption, kFirstPasswordOption, kFirstCodeOption, kSecondOption, kSecondPasswordOption, kSecondCodeOption, kPassphraseFileOption,
                               kShareOption, kSharePassphraseOption})
    own.push_back(option);
  own.push_back({"--json", "", "answer as JSON"});
  return own;
}

Status come_to_desk(node::Node& node, const Args& args, node::RootDesk& desk, const Option& who, const Option& password_file, const Option& code_option) {
  auto account = args.value(who.name);
  if (!account) return {};
  SecretText password = TRY(read_secret(args.value(password_file.name), "Password of " + *account + ": "));
  std::string code = args.value_or(code_option.name, "");
  if (code.empty()) code = TRY(read_secret(std::nullopt, "One-time code of " + *account + ": ")).reveal("checked once");
  desk.present.push_back(TRY(node::person_at_desk(node, *account, password, code)));
  return {};
}

// Who stands there, and that they may: before anything is made. `change` as it is to be reported.
Result<node::RootDesk> desk_of(node::Node& node, const Args& args, const space::ReportRootChanged& change) {
  node::RootDesk desk;
  if (auto work = args.value(kWorkOption.name)) {
    desk.work = TRY(space::KeyWorkId::parse(*work));
    TRY(come_to_desk(node, args, desk, kFirstOption, kFirstPasswordOption, kFirstCodeOption));
    TRY(come_to_desk(node, args, desk, kSecondOption, kSecondPasswordOption, kSecondCodeOption));
  }
  TRY(node::may_change_root(node, desk, change));
  return desk;
}

// Who keeps the root now, on record: durable after the files.
Status root_changed(node::Node& node, const node::RootDesk& desk, space::ReportRootChanged change, const Json& root_file) {
  change.file = sm3(view(pretty(root_file) + "\n"));
  change.key_work = desk.work;
  if (desk.work) change.present = desk.present;
  return node::record_root_change(node, desk.present.empty() ? space::PersonId() : desk.present.front(), change);
}

// The passphrase that `init` wrote beside the space opens nothing any more.
void drop_own_passphrase(const std::string& dir) {
  std::error_code ec;
  std::filesystem::remove(dir + "/keys/passphrase", ec);
}

// What an abandoned or failed ceremony wrote is taken away: shares of a root that never was.
class WrittenShares {
 public:
  WrittenShares() = default;
  WrittenShares(const WrittenShares&) = delete;
  WrittenShares& operator=(const WrittenShares&) = delete;
  ~WrittenShares() {
    std::error_code ec;
    for (const std::string& path : paths_) std::filesystem::remove(path, ec);
  }
  void add(std::string path) { paths_.push_back(std::move(path)); }
  void keep() { paths_.clear(); }

 private:
  std::vector<std::string> paths_;
};

Result<Json> split(const Args& args) {
  std::string dir = *args.value("--space"), digits = *args.value("--needed");
  if (digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string::npos)
    return wants_number("--needed");
  space::ReportRootChanged change{space::RootKeeper::officers, std::stoll(digits), static_cast<int64_t>(args.values("--officer").size()), {}};
  OwnedFd passphrase = TRY(edge::passphrase_for(args, dir, node::KeyAgent::Keys::existing));
  edge::OpenSpace space = TRY(edge::open_space(dir, std::move(passphrase)));
  node::RootDesk desk = TRY(desk_of(*space.node, args, change));
  std::vector<OfficerSeat> seats = TRY(seats_of(args));
  if (desk.work) TRY(node::officers_of(*space.node, desk.present.front(), names_of(seats)));
  Json officers = Json::array();
  for (const OfficerSeat& seat : seats)
    officers.push(Json::object({{"name", seat.name}, {"passphrase", seat.passphrase.reveal("handed to the key agent")}}));
  Json dealt = TRY(space.node->agent().propose_root(std::stoll(digits), TRY(secret_line(SecretText(canonical(officers))))));
  auto shares = TRY(decode<std::vector<RootShareFile>>(*dealt.find("shares"), "shares"));
  WrittenShares written;
  std::vector<PresentedShare> presented;
  for (size_t i = 0; i < seats.size(); i++) {
    written.add(seats[i].file);
    TRY(write_file(seats[i].file, view(pretty(encode(shares.at(i))) + "\n"), 0600));
    // Read back from where it lies now: a share that cannot be opened later must be found today.
    auto back = TRY(decode<RootShareFile>(TRY(parse_json(TRY(read_text_file(seats[i].file, 64u << 10))))));
    presented.push_back({std::move(back), seats[i].passphrase});
  }
  TRY(space.node->agent().adopt_root(TRY(secret_line(unlock_line(presented)))));
  written.keep();
  auto file = TRY(decode<RootSharesFile>(*dealt.find("root")));
  TRY(root_changed(*space.node, desk, change, *dealt.find("root")));
  drop_own_passphrase(dir);
  return Json::object({{"needed", file.needed}, {"set", hex(file.set)}, {"total", file.holders.size()}});
}

Result<Json> into_device(const Args& args) {
  std::string dir = *args.value("--space");
  DeviceAddress device = TRY(device_of(args));
  const space::ReportRootChanged change{space::RootKeeper::device, 1, 1, {}};
  edge::OpenSpace space = TRY(edge::open_space(dir, TRY(edge::passphrase_for(args, dir, node::KeyAgent::Keys::existing))));
  node::RootDesk desk = TRY(desk_of(*space.node, args, change));
  SecretText pin = TRY(read_secret(args.value("--pin-file"), device.kind == DeviceKind::pkcs11 ? "PIN of the token: " : "New passphrase beside the device: "));
  Json root = TRY(space.node->agent().propose_device_root(device, TRY(secret_line(pin))));
  // The agent asks the device once more, as it will at every start, before the new root counts.
  TRY(space.node->agent().adopt_root(TRY(secret_line(pin))));
  TRY(root_changed(*space.node, desk, change, root));
  drop_own_passphrase(dir);
  return Json::object({{"keeper", "device"}, {"kind", name_of(device.kind)}, {"token", device.token}});
}

Result<Json> under_passphrase(const Args& args) {
  std::string dir = *args.value("--space");
  const space::ReportRootChanged change{space::RootKeeper::passphrase, 1, 1, {}};
  edge::OpenSpace space = TRY(edge::open_space(dir, TRY(edge::passphrase_for(args, dir, node::KeyAgent::Keys::existing))));
  node::RootDesk desk = TRY(desk_of(*space.node, args, change));
  SecretText fresh = TRY(read_secret(args.value("--new-passphrase-file"), "New passphrase: "));
  if (!args.value("--new-passphrase-file")) {
    SecretText again = TRY(read_secret(std::nullopt, "The same again: "));
    if (fresh.reveal("compare") != again.reveal("compare")) return fail(Errc::invalid, "cli.passphrases_differ");
  }
  Json root = TRY(space.node->agent().propose_passphrase_root(TRY(secret_line(fresh))));
  TRY(space.node->agent().adopt_root(TRY(secret_line(fresh))));
  TRY(root_changed(*space.node, desk, change, root));
  drop_own_passphrase(dir);
  return Json::object({{"keeper", "passphrase"}});
}

int print_done(const Result<Json>& done, const Args& args, const char* sentence) {
  if (!done) return report(done.error(), args);
  std::printf("%s\n", args.json() ? canonical(*done).c_str() : sentence);
  return 0;
}

int run_keys_split(const Args& args) {
  auto done = split(args);
  if (!done || args.json()) return print_done(done, args, "");
  std::printf("the root is split: any %lld of %lld officers open the space 根密钥已分割：任意 %lld/%lld 名保管人可解锁\n"
              "  sluice serve --space %s --share FILE --share FILE …\n",
              static_cast<long long>(done->find("needed")->as_int()), static_cast<long long>(done->find("total")->as_int()),
              static_cast<long long>(done->find("needed")->as_int()), static_cast<long long>(done->find("total")->as_int()), args.value("--space")->c_str());
  return 0;
}

int run_keys_device(const Args& args) {
  return print_done(into_device(args), args, "the root is under the device: its PIN opens the space from now on 根密钥已移入密码设备，此后以设备口令解锁");
}

int run_keys_passphrase(const Args& args) {
  return print_done(under_passphrase(args), args, "a fresh root under the new passphrase; the old one opens nothing 已更换根密钥与口令，旧口令作废");
}

}  // namespace

Command keys_split_command() {
  return {.path = "keys split",
          .summary = "Split the root key among officers: any K of them open the space, none alone",
          .summary_zh = "分割根密钥：任意 K 名保管人共同解锁，单人无法解锁",
          .options = root_options({{"--needed", "K", "how many officers it takes, at least 2", Arity::one},
                                   {"--officer", "NAME=FILE", "an officer (once people act: the account of a colleague), and where the officer's share goes", Arity::many},
                                   {"--officer-passphrase-file", "FILE", "each officer's passphrase, in the same order (else each types it)", Arity::many}}),
          .positionals = {},
          .run = run_keys_split};
}

Command keys_device_command() {
  return {.path = "keys device",
          .summary = "Put the root key under a cryptographic device (PKCS#11 token or GM/T 0018)",
          .summary_zh = "将根密钥移入密码设备（PKCS#11 或 GM/T 0018 SDF）",
          .options = root_options({{"--module", "FILE", "the vendor's library", Arity::one},
                                   {"--token", "LABEL", "the token's label; SDF: the place of the key-encryption key", Arity::one},
                                   {"--kind", "KIND", "pkcs11 (default) or sdf"},
                                   {"--pin-file", "FILE", "the token's PIN on the first line (else asked for); SDF: a passphrase beside the device"},
                                   {"--setting", "NAME=VALUE", "what the library wants in its environment", Arity::many}}),
          .positionals = {},
          .run = run_keys_device};
}

Command keys_passphrase_command() {
  return {.path = "keys passphrase",
          .summary = "Make a fresh root key under a new passphrase; what opened the old one opens nothing",
          .summary_zh = "更换根密钥与口令",
          .options = root_options({{"--new-passphrase-file", "FILE", "the new passphrase on the first line (else typed twice)"}}),
          .positionals = {},
          .run = run_keys_passphrase};
}

}  // namespace sluice::cli
