// Carrying out operations on keys that were proposed and witnessed (space/custody/custody.h): shredding of columns, versions, whole datasets, one
// person's rows, in one version or in all that a search found, and backup epochs; new wraps, a new space key, column keys (which write the version again); a new signing key of the ledger.
//
// Order of a shredding: keys.destroyed is durable → the wraps are erased and overwritten → proofs go to the backups that can be
// reached → the certificate. A crash in between is made good when the space opens again (finish_key_works): what the
// ledger says is destroyed is erased then.
// One work at a time: another that is asked for meanwhile waits a little and is told to come again ("keys.another_in_hand").
// Errors: those of the decisions; "keys.subject_missing", "keys.no_such_rows", "keys.needs_ceremony" (the root: node/root_ceremony.h, or `sluice keys split`).
#pragma once

#include "node/node.h"

namespace sluice::node {

// `subject`: of destroy_rows, the value that names the person; where the proposal carries out a person's request, it is that person's
// ("keys.subject_of_another", and needs not be given); it is kept in the registry until the work is over, never in the ledger.
Result<space::KeyWorkId> propose_key_work(Node& node, const space::Principal& by, const space::ProposeKeyWork& proposal, const std::string& subject);

struct VersionLeft {
  space::VersionId version;
  std::string reason;
  static constexpr auto fields = field_list(field("version", &VersionLeft::version), field("reason", &VersionLeft::reason));
};
struct KeyWorkAnswer {
  std::string key_work, new_version;
  int64_t rows_removed = 0, wraps = 0, tombstones_written = 0, tombstones_missed = 0, epoch_files_removed = 0, epoch_copies_left = 0;
  int64_t versions_destroyed = 0;  // of destroy_dataset
  // Of destroy_person: written again; kept longer; not to be written again (damaged, or the number that found the rows is gone).
  int64_t versions_rewritten = 0, versions_kept = 0;
  std::vector<VersionLeft> versions_left{};
  Json certificate;  // of a destruction
  static constexpr auto fields =
      field_list(field("key_work", &KeyWorkAnswer::key_work), field("new_version", &KeyWorkAnswer::new_version),
                 field("rows_removed", &KeyWorkAnswer::rows_removed), field("wraps", &KeyWorkAnswer::wraps),
                 field("tombstones_written", &KeyWorkAnswer::tombstones_written), field("tombstones_missed", &KeyWorkAnswer::tombstones_missed),
                 field("epoch_files_removed", &KeyWorkAnswer::epoch_files_removed), field("epoch_copies_left", &KeyWorkAnswer::epoch_copies_left),
                 field("versions_destroyed", &KeyWorkAnswer::versions_destroyed), field("versions_rewritten", &KeyWorkAnswer::versions_rewritten),
                 field("versions_kept", &KeyWorkAnswer::versions_kept), field("versions_left", &KeyWorkAnswer::versions_left),
                 field("certificate", &KeyWorkAnswer::certificate));
};
Result<KeyWorkAnswer> carry_out_key_work(Node& node, const space::Principal& by, const space::KeyWorkId& id, const ProgressFn& progress);

// Erases what the ledger says is destroyed and is still there; at the opening of a space.
Status finish_key_works(Node& node);

}  // namespace sluice::node
