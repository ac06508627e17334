// sluice backup, sluice restore, sluice backups: docs/formats/backup.md.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "adapter/sqlite/ledger_store.h"
#include "adapter/sqlite/registry_store.h"
#include "edge/cli/command.h"
#include "edge/cli/local_job.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/terminal.h"
#include "edge/open_space.h"
#include "node/backup_space.h"
#include "node/restore_space.h"

namespace sluice::cli {

namespace {

constexpr std::string_view kBesidePassphrase = "/passphrase";

std::vector<std::string> escrow_named(const Args& args) {
  std::vector<std::string> out;
  std::error_code ec;
  for (const std::string& place : args.values("--epochs")) out.push_back(std::filesystem::absolute(place, ec).string());
  return out;
}

// Said once for each epoch and place: who does not read it has a backup that nobody opens on another machine.
void tell_where_the_secret_lies(const node::BackupAnswer& made) {
  if (made.escrow.empty()) {
    std::fprintf(stderr,
                 "sluice: the secret of epoch %s was taken away from where it lay: who keeps it hands it to sluice restore with --epochs or --epoch-file.\n"
                 "sluice: 批次 %s 的密钥文件已被取走，恢复时由保管人以 --epochs 或 --epoch-file 提供。\n",
                 made.epoch.c_str(), made.epoch.c_str());
  } else if (made.escrow_new) {
    std::fprintf(stderr,
                 "sluice: what opens these backups lies in %s, apart from them: %s.json. A copy of the backup folder does not open without it. Hand a copy to the officers who keep the "
                 "passphrase or the shares (sluice keys escrow); on another machine they name it with sluice restore --epochs DIR.\n"
                 "sluice: 打开这些备份的密钥文件 %s.json 存放在 %s，与备份分开；仅有备份文件夹的副本不能打开。请以 sluice keys escrow 交保管人另存一份，"
                 "在其他机器上恢复时以 --epochs 指定其所在文件夹。\n",
                 made.escrow.front().c_str(), made.epoch.c_str(), made.epoch.c_str(), made.escrow.front().c_str());
  }
  if (made.epochs_closed > 0)
    std::fprintf(stderr, "sluice: %lld epoch(s) with keys that were destroyed since are closed: their backups do not open any more 已关闭含已销毁密钥的备份批次\n",
                 static_cast<long long>(made.epochs_closed));
  if (made.epoch_copies_left > 0)
    std::fprintf(stderr, "sluice: %lld copies of closed epochs' secrets could not be removed: sluice keys epochs 仍有已关闭批次的密钥副本待销毁\n",
                 static_cast<long long>(made.epoch_copies_left));
}

Result<node::BackupAnswer> backup_here(const Args& args, const std::string& out) {
  std::string dir = *args.value("--space");
  OwnedFd passphrase = TRY(edge::passphrase_for(args, dir, node::KeyAgent::Keys::existing));
  edge::OpenSpace space = TRY(edge::open_space(dir, std::move(passphrase)));
  auto by = TRY(space.node->local_operator());
  node::BackupAsk ask;
  ask.out = out;
  ask.new_epoch = args.flag("--new-epoch");
  ask.escrow = escrow_named(args);
  ask.ledger_snapshot = [dir]() -> Result<std::unique_ptr<ledger::Store>> {
    return TRY(adapter::SqliteLedgerStore::open_snapshot(dir + "/ledger.sqlite"));
  };
  Progress progress("backup");
  return node::backup_space(*space.node, by, ask, [&](const Json& told) { progress.update(static_cast<uint64_t>(told.get_int_or("bytes", 0).value_or(0)), 0); });
}

Result<node::BackupAnswer> backup_there(const Args& args, const std::string& out) {
  Json ask = Json::object({{"escrow", encode(escrow_named(args))}, {"new_epoch", args.flag("--new-epoch")}, {"out", out}});
  return decode<node::BackupAnswer>(TRY(run_on_server(*args.value("--space"), "/api/v1/backups", ask)));
}

// A space that unlocks itself has backups that do: the passphrase goes along, with the same warning.
Status take_passphrase_along(const std::string& dir, const std::string& out) {
  auto beside = read_file(dir + "/keys/passphrase", 4096);
  std::string copy = out + std::string(kBesidePassphrase);
  std::error_code ec;
  if (!beside || std::filesystem::exists(copy, ec)) return {};
  TRY(write_file(copy, *beside, 0400));
  wipe(beside->data(), beside->size());
  std::fprintf(stderr,
               "sluice: this space unlocks itself (keys/passphrase), so its backup does too: the passphrase was written to %s. Keep it elsewhere for real data.\n"
               "sluice: 该空间可自动解锁，口令已随备份写入；正式使用请将口令另行保管。\n",
               copy.c_str());
  return {};
}

int run_backup(const Args& args) {
  std::error_code ec;
  std::string dir = *args.value("--space"), out = std::filesystem::absolute(*args.value("OUT"), ec).string();
  auto answer = [&]() -> Result<node::BackupAnswer> {
    auto made = http::server_listens(edge::socket_of(dir)) ? TRY(backup_there(args, out)) : TRY(backup_here(args, out));
    TRY(take_passphrase_along(dir, out));
    return made;
  }();
  if (!answer) return report(answer.error(), args);
  tell_where_the_secret_lies(*answer);
  if (args.json()) {
    std::printf("%s\n", canonical(encode(*answer)).c_str());
    return 0;
  }
  std::printf("backup 备份 %s: %lld entries, %lld dataset versions, %lld bytes stored anew, %lld already there (epoch %s)\n", answer->backup.c_str(),
              static_cast<long long>(answer->entries), static_cast<long long>(answer->versions), static_cast<long long>(answer->bytes_stored),
              static_cast<long long>(answer->bytes_known), answer->epoch.c_str());
  return 0;
}

// The passphrase is read twice, by two key agents: kept in memory meanwhile.
Result<std::function<Result<OwnedFd>()>> repeatable_passphrase(const Args& args, const std::string& in) {
  std::string beside = in + std::string(kBesidePassphrase);
  Bytes line;
  if (!args.values("--share").empty()) {
    line = to_bytes(TRY(read_unlock_line(args)).reveal("handed to the key agent") + "\n");
  } else if (!args.value("--passphrase-file") && std::filesystem::exists(beside)) {
    line = TRY(read_file(beside, 4096));
  } else {
    SecretText typed = TRY(read_passphrase(args, Asking::once));
    line = to_bytes(typed.reveal("handed to the key agent") + "\n");
  }
  auto secret = std::make_shared<SecretBytes>(std::move(line));
  return [secret]() -> Result<OwnedFd> {
    OwnedFd fd(::memfd_create("passphrase", MFD_CLOEXEC));
    const Bytes& bytes = secret->reveal("handed to the key agent");
    if (!fd || ::write(fd.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || ::lseek(fd.get(), 0, SEEK_SET) != 0)
      return fail(Errc::io, "file.unwritable", "passphrase");
    return fd;
  };
}

Result<node::Stores> fresh_stores(const std::string& dir) {
  node::Stores stores;
  stores.ledger = TRY(adapter::SqliteLedgerStore::open(dir + "/ledger.sqlite", adapter::OpenMode::create));
  stores.registry = TRY(adapter::SqliteRegistryStore::open(dir + "/registry.sqlite", adapter::OpenMode::create));
  return stores;
}

Result<node::RestoreAnswer> restore(const Args& args) {
  std::error_code ec;
  node::RestoreAsk ask;
  ask.in = std::filesystem::absolute(*args.value("IN"), ec).string();
  ask.dir = std::filesystem::absolute(*args.value("DIR"), ec).string();
  ask.backup = args.value_or("--backup", "");
  ask.epoch_file = args.value_or("--epoch-file", "");
  ask.epochs = escrow_named(args);
  for (const std::string& path : args.values("--tombstones")) ask.tombstones.push_back(std::filesystem::absolute(path, ec).string());
  if (auto other = args.value("--ledger-of"))
    ask.later_ledger = [dir = *other]() -> Result<std::unique_ptr<ledger::Store>> { return TRY(adapter::SqliteLedgerStore::open_snapshot(dir + "/ledger.sqlite")); };
  if (auto file = args.value("--trust")) ask.trust = TRY(read_text_file(*file, 1u << 20));
  if (!std::filesystem::exists(ask.in + "/backup.json", ec)) return fail(Errc::not_found, "backup.not_a_backup", ask.in);
  if (std::filesystem::exists(ask.dir, ec) && !std::filesystem::is_empty(ask.dir, ec)) return fail(Errc::conflict, "restore.not_empty", ask.dir);
  ask.passphrase = TRY(repeatable_passphrase(args, ask.in));
  ask.fresh_stores = fresh_stores;
  Progress progress("restore");
  auto answer = TRY(node::restore_space(ask, [&](const Json& told) { progress.update(static_cast<uint64_t>(told.get_int_or("bytes", 0).value_or(0)), 0); }));
  // Where the backup unlocks itself, so did the space.
  if (auto beside = read_file(ask.in + std::string(kBesidePassphrase), 4096)) {
    TRY(write_file(ask.dir + "/keys/passphrase", *beside, 0400));
    wipe(beside->data(), beside->size());
  }
  return answer;
}

int run_restore(const Args& args) {
  auto answer = restore(args);
  if (!answer) return report(answer.error(), args);
  if (!answer->pinned)
    std::fprintf(stderr,
                 "sluice: WARNING: nothing from outside said which keys were destroyed after this backup (%s); a key destroyed since may be open again. "
                 "Restore with --ledger-of SPACE, --tombstones DIR or a later --trust CHECKPOINT where there is one.\n"
                 "sluice: 警告：备份以外没有任何资料说明此后销毁过哪些密钥（%s），已销毁的密钥可能随之恢复。如有现空间、较新的销毁清单或较新的检查点，请以 --ledger-of、--tombstones 或 --trust 重新恢复。\n",
                 rfc3339(answer->made_ms).c_str(), rfc3339(answer->made_ms).c_str());
  if (args.json()) {
    std::printf("%s\n", canonical(encode(*answer)).c_str());
    return 0;
  }
  std::printf("restored 已恢复 %s of %s, made %s: %lld entries verified, %lld dataset versions, %lld bytes%s\n", answer->backup.c_str(),
              answer->origin.c_str(), rfc3339(answer->made_ms).c_str(), static_cast<long long>(answer->entries),
              static_cast<long long>(answer->versions), static_cast<long long>(answer->bytes), answer->keys_pinned ? "" : " (keys as the backup names them: no --trust given)");
  if (answer->keys_left_out > 0)
    std::printf("%lld column keys were destroyed after this backup and stay destroyed 已销毁的密钥未恢复\n", static_cast<long long>(answer->keys_left_out));
  return 0;
}

// Whether restoring on this machine would find it without being told.
bool epoch_file_here(const vault::BackupSet& set, const std::string& epoch) {
  std::vector<std::string> places = set.escrow();
  places.push_back(set.beside());
  std::error_code ec;
  return std::filesystem::exists(set.epoch_path(epoch), ec) ||
         std::any_of(places.begin(), places.end(), [&](const std::string& place) { return std::filesystem::exists(vault::BackupSet::epoch_file_in(place, epoch), ec); });
}

int run_backups(const Args& args) {
  auto listed = [&]() -> Result<Json> {
    auto set = TRY(vault::BackupSet::open_for_reading(*args.value("IN")));
    auto objects = TRY(vault::ObjectFolder::open(set.dir(), vault::ObjectFolder::Access::read));
    Json items = Json::array();
    for (const auto& snapshot : TRY(set.list()))
      items.push(Json::object({{"backup", snapshot.backup}, {"epoch", snapshot.epoch}, {"made_ms", snapshot.made_ms}, {"epoch_file", epoch_file_here(set, snapshot.epoch)}}));
    return Json::object({{"backups", std::move(items)}, {"bytes", objects->bytes()}, {"escrow", encode(set.escrow())}, {"origin", set.origin()}, {"packs", objects->packs()}});
  }();
  if (!listed) return report(listed.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*listed).c_str());
    return 0;
  }
  std::printf("%s, %lld bytes\n", listed->find("origin")->as_string().c_str(), static_cast<long long>(listed->find("bytes")->as_int()));
  for (const Json& item : listed->find("backups")->as_array())
    std::printf("  %s  %s  epoch %s%s\n", item.find("backup")->as_string().c_str(), rfc3339(item.find("made_ms")->as_int()).c_str(),
                item.find("epoch")->as_string().c_str(), item.find("epoch_file")->as_bool() ? "" : " (its secret is kept elsewhere or destroyed 密钥文件另存或已销毁)");
  return 0;
}

}  // namespace

Command backup_command() {
  return {.path = "backup",
          .summary = "Back up a space: encrypted, incremental, beside a running server",
          .summary_zh = "备份空间：加密、增量，可与运行中的节点并行",
          .options = {edge::kSpaceOption,
                      {"--epochs", "DIR", "where the secret that opens these backups is kept, beside where it is kept already; default OUT.epochs", Arity::many, "打开备份的密钥文件存放处（另加一处）；缺省为 OUT.epochs"},
                      {"--new-epoch", "", "begin a new epoch: its secret can be destroyed apart from older ones"},
                      kPassphraseFileOption,
                      kShareOption,
                      kSharePassphraseOption,
                      {"--json", "", "answer as JSON"}},
          .positionals = {{"OUT", "a folder for the backups of this space alone", Arity::one}},
          .run = run_backup};
}

Command restore_command() {
  return {.path = "restore",
          .summary = "Make a space out of a backup, wholly verified, in an empty folder",
          .summary_zh = "从备份恢复空间：写入空文件夹，全部校验通过后才成立",
          .options = {{"--backup", "ID", "which backup, default the newest"},
                      {"--epochs", "DIR", "a folder with epoch files, as the officers keep them", Arity::many, "保管人保存的密钥文件所在文件夹"},
                      {"--epoch-file", "FILE", "the epoch file itself"},
                      {"--trust", "FILE", "verifier keys or a checkpoint seen before; default the keys that the backup names"},
                      {"--tombstones", "PATH", "what was destroyed since: a newer backup folder, its tombstones.json, or a folder of proofs", Arity::many},
                      {"--ledger-of", "SPACE", "what was destroyed since: the space as it lives now, or any later copy of its ledger"},
                      kPassphraseFileOption,
                      kShareOption,
                      kSharePassphraseOption,
                      {"--json", "", "answer as JSON"}},
          .positionals = {{"IN", "the folder of backups", Arity::one}, {"DIR", "the folder that becomes the space: absent or empty", Arity::one}},
          .run = run_restore};
}

Command backups_command() {
  return {.path = "backups",
          .summary = "List the backups in a folder; needs no key",
          .summary_zh = "列出文件夹中的备份（无需密钥）",
          .options = {{"--json", "", "answer as JSON"}},
          .positionals = {{"IN", "the folder of backups", Arity::one}},
          .run = run_backups};
}

}  // namespace sluice::cli
