// Epochs of backups: where copies of their secret lie, and their closing after a destruction (custody.h).
#include <algorithm>

#include "space/decisions.h"

namespace sluice::space {

namespace {

struct LastDestruction {
  KeyWorkId key_work;
  TimeMs at_ms = 0;
};
LastDestruction last_destruction(const State& s) {
  LastDestruction last;
  for (const auto& [id, item] : s.key_works) {
    if (!item.carried_out || !is_destruction(item.work) || item.work == KeyWork::destroy_epoch) continue;
    TimeMs at = item.done_ms != 0 ? item.done_ms : item.at_ms;
    if (at > last.at_ms) last = {item.id, at};
  }
  return last;
}

// The copy of an epoch's file that is said to be gone, and is on record as there.
Result<const EpochCopy*> copy_left(const State& s, const EpochId& id, const std::string& place) {
  const BackupEpoch* epoch = find(s.epochs, id);
  if (!epoch) return fail(Errc::not_found, "backup.no_such_epoch");
  const EpochCopy* copy = epoch->copy_in(place);
  if (!copy) return epoch->destroyed ? fail(Errc::not_found, "backup.no_such_copy") : fail(Errc::conflict, "backup.epoch_lives", id.str());
  if (copy->gone_ms) return fail(Errc::conflict, "backup.copy_gone_already");
  return copy;
}

bool backed_up_since(const State& s, const EpochId& id, TimeMs since) {
  return std::any_of(s.backups.begin(), s.backups.end(), [&](const auto& one) { return one.second.epoch == id && one.second.at_ms >= since; });
}

}  // namespace

const EpochCopy* BackupEpoch::copy_in(std::string_view place) const {
  auto it = std::find_if(copies.rbegin(), copies.rend(), [&](const EpochCopy& copy) { return copy.place == place; });
  return it == copies.rend() ? nullptr : &*it;
}

std::map<std::string, TimeMs> epochs_to_close(const State& s) {
  TimeMs last = last_destruction(s).at_ms;
  std::map<std::string, TimeMs> out;
  for (const auto& [id, backup] : s.backups) {
    const BackupEpoch* epoch = find(s.epochs, backup.epoch);
    if (epoch && !epoch->destroyed && backup.at_ms <= last) out[backup.epoch.str()] = last;
  }
  for (const auto& [id, item] : s.key_works)
    if (item.work == KeyWork::destroy_epoch && (item.status == KeyWorkStatus::proposed || item.status == KeyWorkStatus::approved)) out.erase(item.epoch.str());
  return out;
}

Result<Events> decide_on(const State& s, const Context& c, const KeepEpochFile& cmd) {
  TRY(from_node(c));
  const BackupEpoch* epoch = find(s.epochs, cmd.epoch);
  if (!epoch) return fail(Errc::not_found, "backup.no_such_epoch");
  if (epoch->destroyed) return fail(Errc::conflict, "backup.epoch_destroyed", cmd.epoch.str());
  TRY(need_text("place", cmd.place, kTextBytesMax));
  if (epoch->lies_in(cmd.place)) return fail(Errc::conflict, "backup.copy_known");
  return Events{EpochFileKept{cmd.epoch, cmd.place}};
}

Result<Events> decide_on(const State& s, const Context& c, const CloseEpoch& cmd) {
  TRY(from_node(c));
  const auto closing = epochs_to_close(s);
  if (!closing.contains(cmd.epoch.str())) return fail(Errc::conflict, "backup.nothing_to_close");
  LastDestruction last = last_destruction(s);
  bool fresh = std::any_of(s.backups.begin(), s.backups.end(), [&](const auto& item) {
    const BackupEpoch* epoch = find(s.epochs, item.second.epoch);
    return epoch && !epoch->destroyed && !closing.contains(epoch->id.str()) && item.second.at_ms > last.at_ms;
  });
  if (!fresh) return fail(Errc::refused, "backup.no_fresh_epoch");
  return Events{BackupEpochDestroyed{last.key_work, cmd.epoch}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportEpochCopyGone& cmd) {
  TRY(from_node(c));
  const EpochCopy* copy = TRY(copy_left(s, cmd.epoch, cmd.place));
  // What a backup rests on stays on record until its epoch is closed.
  if (!s.epochs.at(cmd.epoch.str()).destroyed && backed_up_since(s, cmd.epoch, copy->at_ms)) return fail(Errc::conflict, "backup.epoch_lives", cmd.epoch.str());
  return Events{EpochCopyGone{cmd.epoch, cmd.place, {}}};
}

Result<Events> decide_on(const State& s, const Context& c, const ConfirmEpochCopyGone& cmd) {
  TRY(acting_as_any(s, c, {"security_admin", "system_admin", "security_officer"}));
  TRY(copy_left(s, cmd.epoch, cmd.place));
  if (!s.epochs.at(cmd.epoch.str()).destroyed) return fail(Errc::conflict, "backup.epoch_lives", cmd.epoch.str());
  TRY(stepped_up(c));
  TRY(need_text("note", cmd.note, kTextBytesMax));
  return Events{EpochCopyGone{cmd.epoch, cmd.place, cmd.note}};
}

}  // namespace sluice::space
