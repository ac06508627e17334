// The root key among officers: DIR/keys/root.json as a list of commitments, one sealed share file for each officer
// (docs/formats/keys.md). Any k of n open the root, each with a passphrase of its own; fewer learn nothing.
//
//   "sluice-root-shares/1"  needed, set, per officer index, name and commitment: no secret in it
//   "sluice-root-share/1"   one officer's share, sealed under the officer's passphrase (argon2id)
// What opens a root, of either kind, is one line of text: a passphrase, or the JSON of an UnlockLine. Used by the key agent.
// Errors: those of secret_sharing.h, "custody.malformed", "shares.officer_twice" (detail: the name), "shares.other_root" (a share of another
// dealing), "shares.wrong_passphrase" (detail: the officer).
#pragma once

#include "codec/record.h"
#include "crypto/custody.h"
#include "crypto/secret_sharing.h"

namespace sluice {

inline constexpr std::string_view kRootSharesFormat = "sluice-root-shares/1", kRootShareFormat = "sluice-root-share/1", kUnlockFormat = "sluice-unlock/1";

struct RootHolder {
  int64_t index = 0;
  std::string name;
  Digest commitment{};
  static constexpr auto fields =
      field_list(field("index", &RootHolder::index), field("name", &RootHolder::name), field("commitment", &RootHolder::commitment));
};

struct RootSharesFile {
  std::string format{kRootSharesFormat};
  Bytes set;
  int64_t needed = 0;
  std::vector<RootHolder> holders;
  static constexpr auto fields = field_list(field("format", &RootSharesFile::format), field("set", &RootSharesFile::set),
                                            field("needed", &RootSharesFile::needed), field("holders", &RootSharesFile::holders));
};

struct RootShareFile {
  std::string format{kRootShareFormat};
  Bytes set;
  int64_t index = 0;
  std::string name;
  Argon2Params argon2;
  Bytes sealed;  // box of value ‖ salt; associated data is the canonical JSON of this object with an empty `sealed`
  static constexpr auto fields = field_list(field("format", &RootShareFile::format), field("set", &RootShareFile::set), field("index", &RootShareFile::index),
                                            field("name", &RootShareFile::name), field("argon2", &RootShareFile::argon2),
                                            field("sealed", &RootShareFile::sealed));
};

struct Officer {
  std::string name;
  SecretText passphrase;
};
struct SplitRoot {
  RootSharesFile file;
  std::vector<RootShareFile> shares;  // in the order of the officers
};
// "shares.officer_twice" also when two names differ only in how they are written (base/person_marks.h), and when two officers gave the same
// passphrase: then they are one.
Result<SplitRoot> split_root(const SecretBytes& root, unsigned needed, std::span<const Officer> officers, RandomSource& random,
                             PasswordCost cost = PasswordCost::interactive);

struct PresentedShare {
  RootShareFile share;
  SecretText passphrase;
};
// Whether this is one of the dealt shares and opens with its passphrase; says nothing about the root. The errors of open_split_root.
Status check_presented(const RootSharesFile& file, const PresentedShare& presented);
Result<SecretBytes> open_split_root(const RootSharesFile& file, std::span<const PresentedShare> presented);

// The line that opens a split root.
SecretText unlock_line(std::span<const PresentedShare> presented);
// A root.json of any kind, by a passphrase, an unlock line or a device's PIN (root_device.h).
Result<SecretBytes> open_root_file(const Json& root_file, const SecretText& line);

}  // namespace sluice
