// Epochs of backups and the backups under them, as the state keeps them (custody.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

// A copy of an epoch's file: in this folder when it was written.
struct EpochCopy {
  std::string place;
  TimeMs at_ms = 0;
  std::optional<TimeMs> gone_ms{};
  std::optional<std::string> note{};
  std::optional<PersonId> said_by{};
  static constexpr auto fields = field_list(field("place", &EpochCopy::place), field("at_ms", &EpochCopy::at_ms), field("gone_ms", &EpochCopy::gone_ms),
                                            field("note", &EpochCopy::note), field("said_by", &EpochCopy::said_by));
};
struct BackupEpoch {
  EpochId id;
  bool destroyed = false;
  TimeMs at_ms = 0, destroyed_ms = 0;
  std::vector<EpochCopy> copies{};  // none of epochs of before there was escrow: their file lay among the backups
  // The newest in that folder, gone or not: a file that went may be written there again.
  const EpochCopy* copy_in(std::string_view place) const;
  bool lies_in(std::string_view place) const { const EpochCopy* copy = copy_in(place); return copy && !copy->gone_ms; }
  static constexpr auto fields = field_list(field("id", &BackupEpoch::id), field("destroyed", &BackupEpoch::destroyed),
                                            field("at_ms", &BackupEpoch::at_ms), field("destroyed_ms", &BackupEpoch::destroyed_ms), field("copies", &BackupEpoch::copies));
};
struct Backup {
  BackupId id;
  EpochId epoch;
  Digest snapshot{};
  int64_t entries = 0, versions = 0, bytes_stored = 0;
  PersonId made_by;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(field("id", &Backup::id), field("epoch", &Backup::epoch), field("snapshot", &Backup::snapshot),
                                            field("entries", &Backup::entries), field("versions", &Backup::versions),
                                            field("bytes_stored", &Backup::bytes_stored), field("made_by", &Backup::made_by),
                                            field("at_ms", &Backup::at_ms), field("seq", &Backup::seq));
};
}  // namespace sluice::space
