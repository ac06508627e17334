#include "node/epoch_escrow.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/log.h"
#include "crypto/custody.h"
#include "crypto/hash.h"
#include "node/process/key_files.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kEscrowEpochItem = "backup_epoch", kEscrowPlaceItem = "backup_place";
constexpr size_t kEpochFileBytesMax = 1u << 20;

std::string file_in(const std::string& place, const EpochId& epoch) { return vault::BackupSet::epoch_file_in(place, epoch.str()); }

bool lies_within(const fs::path& inner, const fs::path& outer) {
  fs::path relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

// What is there is overwritten before its name goes; on disks that write elsewhere that is no promise, which is why places are few and known.
Status shred_file(const std::string& path) {
  std::error_code ec;
  auto size = fs::file_size(path, ec);
  OwnedFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!ec && fd) {
    Bytes zeros(static_cast<size_t>(std::min<uintmax_t>(size, kEpochFileBytesMax)));
    (void)!::pwrite(fd.get(), zeros.data(), zeros.size(), 0);
    (void)::fsync(fd.get());
  }
  if (::unlink(path.c_str()) != 0) return tl::unexpected(last_os_error("file.unwritable", path));
  return {};
}

Result<BackupEpoch> epoch_of(Node& node, const EpochId& id) {
  return node.space().read([&](const State& s) -> Result<BackupEpoch> {
    const BackupEpoch* epoch = find(s.epochs, id);
    if (!epoch) return fail(Errc::not_found, "backup.no_such_epoch");
    return *epoch;
  });
}

Status write_copy(Node& node, const Principal& by, const std::string& place, const EpochFile& file) {
  Status written = make_dirs(place, 0700);
  if (written) written = write_file(file_in(place, file.epoch), view(file.content), 0600);
  if (!written) return fail(written.error().code, "backup.escrow_unwritable", place);
  bool known = TRY(epoch_of(node, file.epoch)).lies_in(place);
  if (!known) TRY(node.space().execute(as_node(by), KeepEpochFile{file.epoch, place}));
  return {};
}

// Whether the file is to be (re)written in this place.
bool wanted_in(const vault::BackupSet& set, const BackupEpoch& epoch, const std::string& place, bool named_now) {
  std::error_code ec;
  if (named_now) return true;
  bool there = fs::exists(file_in(place, epoch.id), ec);
  if (const EpochCopy* copy = epoch.copy_in(place)) return there || copy->gone_ms.has_value();  // gone: taken back by the node, as no backup came of it
  // Of before there was escrow: taken away from among the backups is taken away.
  bool taken_before = epoch.copies.empty() && set.has_backup_of(epoch.id.str()) && !fs::exists(set.epoch_path(epoch.id.str()), ec);
  return there || !taken_before;
}

// What lay among the backups goes where secrets belong; of destroyed epochs it goes altogether.
Status move_old_files(Node& node, const Principal& by, const vault::BackupSet& set, const std::string& place) {
  std::error_code ec;
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(set.dir() + "/epochs", ec))
    if (entry.path().extension() == ".json" && is_id_text(entry.path().stem().string(), EpochTag::prefix)) old.push_back(entry.path());
  for (const fs::path& path : old) {
    EpochId id = TRY(EpochId::parse(path.stem().string()));
    auto epoch = epoch_of(node, id);
    if (epoch && !epoch->destroyed && !fs::exists(file_in(place, id), ec))
      TRY(write_copy(node, by, place, {id, TRY(read_text_file(path.string(), kEpochFileBytesMax))}));
    TRY(shred_file(path.string()));
  }
  return {};
}

// Folders of backups of before there was escrow that cannot be reached: their epoch files lie among them.
Status note_old_folders(Node& node, const Principal& by, const EpochId& epoch) {
  if (!TRY(epoch_of(node, epoch)).copies.empty()) return {};
  for (const std::string& id : TRY(node.registry().ids(kEscrowPlaceItem))) {
    auto place = TRY(node.registry().get(kEscrowPlaceItem, id));
    std::string dir(text(place.reveal("where backups were made")));
    std::error_code ec;
    if (!fs::exists(dir + "/backup.json", ec)) TRY(node.space().execute(as_node(by), KeepEpochFile{epoch, dir + "/epochs"}));
  }
  return {};
}

std::vector<BackupEpoch> all_epochs(Node& node) {
  return node.space().read([](const State& s) {
    std::vector<BackupEpoch> out;
    for (const auto& [id, epoch] : s.epochs) out.push_back(epoch);
    return out;
  });
}

}  // namespace

Result<std::vector<std::string>> escrow_places(const std::string& space_dir, const vault::BackupSet& set, const std::vector<std::string>& given) {
  std::vector<std::string> wanted = given;
  wanted.insert(wanted.end(), set.escrow().begin(), set.escrow().end());
  if (wanted.empty()) wanted.push_back(set.beside());
  std::error_code ec;
  fs::path out = fs::weakly_canonical(set.dir(), ec), home = fs::weakly_canonical(space_dir, ec);
  std::vector<std::string> places;
  for (const std::string& one : wanted) {
    fs::path place = fs::weakly_canonical(one, ec);
    for (const fs::path& other : {out, home})
      if (place == other || lies_within(place, other) || lies_within(other, place)) return fail(Errc::invalid, "backup.escrow_inside", one);
    if (std::find(places.begin(), places.end(), place.string()) == places.end()) places.push_back(place.string());
  }
  return places;
}

Result<EpochFile> epoch_file_of(Node& node, const EpochId& epoch) {
  auto wrap = node.registry().get(kEscrowEpochItem, epoch.str());
  if (!wrap) return fail(Errc::refused, "backup.epoch_destroyed", epoch.str());
  Bytes box = TRY(node.agent().current_epoch_wrap(epoch.str(), wrap->reveal("a sealed epoch key")));
  auto root = TRY(parse_json(TRY(read_text_file(node.dir() + "/keys/root.json", kEpochFileBytesMax))));
  auto keys = TRY(decode<SpaceKeysFile>(TRY(parse_json(TRY(read_text_file(node.dir() + "/keys/space.json", kEpochFileBytesMax))))));
  Json file = Json::object({{"format", kEpochFileFormat}, {"epoch", epoch.str()}, {"root", root}, {"space", base64(keys.space)}, {"sealed", base64(box)}});
  return EpochFile{epoch, pretty(file) + "\n"};
}

Status keep_epoch_file(Node& node, const Principal& by, vault::BackupSet& set, const EpochFile& file, const std::vector<std::string>& given, KeptEpoch& kept) {
  std::vector<std::string> places = TRY(escrow_places(node.dir(), set, given));
  std::error_code ec;
  for (const std::string& place : places) {
    BackupEpoch epoch = TRY(epoch_of(node, file.epoch));
    bool named_now = std::any_of(given.begin(), given.end(), [&](const std::string& one) { return fs::weakly_canonical(one, ec) == place; });
    bool known = epoch.lies_in(place);
    if (!wanted_in(set, epoch, place, named_now)) continue;
    auto before = read_text_file(file_in(place, file.epoch), kEpochFileBytesMax);
    if (!known) kept.fresh.push_back(place);
    if (!known || !before || *before != file.content) TRY(write_copy(node, by, place, file));
    kept.written_anew = kept.written_anew || !known;
    kept.places.push_back(place);
  }
  TRY(set.keep_escrow(places));
  return move_old_files(node, by, set, places.front());
}

void take_back_epoch_file(Node& node, const Principal& by, const EpochId& id, const std::vector<std::string>& places) {
  for (const std::string& place : places) {
    std::error_code ec;
    std::string path = file_in(place, id);
    Status gone = fs::exists(path, ec) ? shred_file(path) : Status{};
    auto known = epoch_of(node, id);
    if (gone && known && known->lies_in(place))
      if (auto said = node.space().execute(as_node(by), ReportEpochCopyGone{id, place}); !said) gone = tl::unexpected(said.error());
    if (!gone) log(LogLevel::warn, "backup.epoch_file_stays", {{"epoch", id.str()}, {"reason", std::string(gone.error().reason)}});
  }
}

Result<int64_t> hand_out_epochs(Node& node, const Principal& by, const std::string& place) {
  std::error_code ec;
  fs::path real = fs::weakly_canonical(place, ec), home = fs::weakly_canonical(node.dir(), ec);
  if (real == home || lies_within(real, home)) return fail(Errc::invalid, "backup.escrow_inside", place);
  int64_t count = 0;
  for (const BackupEpoch& epoch : all_epochs(node)) {
    if (epoch.destroyed || !node.registry().get(kEscrowEpochItem, epoch.id.str())) continue;
    TRY(write_copy(node, by, real.string(), TRY(epoch_file_of(node, epoch.id))));
    count++;
  }
  if (count == 0) return fail(Errc::not_found, "backup.no_such_epoch");
  return count;
}

std::string escrow_list_path(const std::string& place, const std::string& origin) {
  return place + "/tombstones-" + hex(ByteView(sm3(view(origin))).first(8)) + ".json";
}

void tell_escrow(Node& node, const Json& list) {
  std::set<std::string> places;
  for (const BackupEpoch& epoch : all_epochs(node))
    for (const EpochCopy& copy : epoch.copies)
      if (!copy.gone_ms) places.insert(copy.place);
  for (const std::string& place : places) {
    std::error_code ec;
    if (!fs::is_directory(place, ec)) continue;
    Status told = write_file(escrow_list_path(place, node.ledger().origin()), view(canonical(list) + "\n"), 0600);
    if (!told) log(LogLevel::warn, "backup.escrow_not_told", {{"reason", std::string(told.error().reason)}});
  }
}

Result<EscrowCleared> clear_escrow(Node& node, const Principal& by) {
  EscrowCleared out;
  for (const BackupEpoch& epoch : all_epochs(node)) {
    if (!epoch.destroyed) continue;
    for (const EpochCopy& copy : epoch.copies) {
      if (copy.gone_ms) continue;
      std::error_code ec;
      std::string path = file_in(copy.place, epoch.id);
      if (!fs::exists(path, ec) || !shred_file(path)) {
        out.left++;
        continue;
      }
      TRY(node.space().execute(as_node(by), ReportEpochCopyGone{epoch.id, copy.place}));
      out.removed++;
    }
  }
  return out;
}

Result<int64_t> close_due_epochs(Node& node, const Principal& by) {
  auto due = node.space().read([](const State& s) { return epochs_to_close(s); });
  for (const auto& [id, since] : due) {
    EpochId epoch = TRY(EpochId::parse(id));
    TRY(note_old_folders(node, by, epoch));
    TRY(node.space().execute(as_node(by), CloseEpoch{epoch}));
    if (node.registry().get(kEscrowEpochItem, id)) TRY(node.registry().erase(kEscrowEpochItem, id));
  }
  return static_cast<int64_t>(due.size());
}

}  // namespace sluice::node
