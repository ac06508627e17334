// Tiers of the vault (C6.3.1): versions lie in the folder of their level, so that a level may have a disk, a mount and rights of its own.
//
//   VAULT/VERSION            the intake: not graded yet       VAULT/level-1/VERSION … VAULT/level-5/VERSION
//   VAULT/level-N may be another file system (a mount): moving then copies, checks every chunk against the manifest while it copies, and only
//   then takes the old one away.
//
// A version is found wherever it lies; readers that opened it keep what they opened. A move that was interrupted, or failed (a full
// disk), leaves the version whole in one place or in both, and never a part of it under its name; settle_tiers clears up.
// Errors: "vault.file_missing", "vault.bad_tier", "vault.chunk_tampered", "file.disk_full", "file.unwritable".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vault/manifest.h"

namespace sluice::vault {

inline constexpr int kIntake = 0, kTierHighest = 5;

// "VAULT" for the intake, "VAULT/level-N".
std::string tier_dir(const std::string& vault_dir, int tier);

// Where a version lies; the highest tier where two hold it. Absent: nowhere.
std::optional<int> find_tier(const std::string& vault_dir, const std::string& version);
// Whether it lies in `tier` and nowhere else: two hold it where a move to another file system ended between its two steps.
bool lies_only_in(const std::string& vault_dir, const std::string& version, int tier);
// A descriptor of its folder, or −1. `version` is one path component.
int open_version(int vault_fd, const std::string& version);

struct PlacedVersion {
  std::string version;
  int tier = kIntake;
};
// Every folder that may be a version, of all tiers.
std::vector<PlacedVersion> versions_below(const std::string& vault_dir);

// `stop` ends a copy between two chunks ("vault.interrupted", refused), leaving the old place as it was.
Status move_version(const std::string& vault_dir, const std::string& version, int to, const Manifest& manifest, const std::function<bool()>& stop = {});

// What interrupted writers and moves left, of all tiers; to be called when none is at work. Gives how many were taken away.
size_t settle_tiers(const std::string& vault_dir);

// The bytes of the files of a folder of ours.
int64_t folder_bytes(const std::string& dir);

}  // namespace sluice::vault
