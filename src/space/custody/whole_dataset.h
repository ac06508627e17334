// A whole dataset destroyed as one work on keys (custody.h: destroy_dataset; C6.4, C7.2.5).
//
//   lives ──proposal, decision, witnesses, DestroyKeys──▶ destroyed     once and for all: the catalogue keeps it, nothing comes into it again
//   What goes is all that is sealed of it: collected, merged, corrected and masked versions, and held rows of its batches. What there was at the proposal
//   is what was decided about: where a version came or went since, the work is refused ("keys.dataset_changed") and proposed anew.
//   The rules for one version hold for each of them: "keys.retention_not_over" (detail: the day of the last), "keys.contract_delivers". A version that
//   somebody decided to keep longer keeps the whole: "keys.kept_longer" (detail: version and day), unless the paper that approves the destruction came after
//   that decision. "keys.nothing_sealed" where nothing of it is left, "keys.dataset_too_large" beyond kWholeVersionsMax.
//   Afterwards every decision that would seal something into it is refused: "catalog.dataset_destroyed".
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

constexpr size_t kWholeVersionsMax = 4000;  // one certificate proves the end of each: evidence holds ten thousand entries

// All that is sealed of a dataset at one moment: how much, and by which digest it is known (SM3 of the canonical JSON of the ids, in order).
struct WholeDataset {
  int64_t versions = 0;
  Digest list{};
  static constexpr auto fields = field_list(field("versions", &WholeDataset::versions), field("list", &WholeDataset::list));
};
Digest digest_of_whole(const std::vector<VersionId>& versions);

// In one transaction with the keys.destroyed of its versions.
struct DatasetDestroyed {
  static constexpr std::string_view kind = "keys.dataset_destroyed";
  KeyWorkId key_work;
  DatasetId dataset;
  int64_t versions = 0;
  static constexpr auto fields = field_list(field("key_work", &DatasetDestroyed::key_work), field("dataset", &DatasetDestroyed::dataset), field("versions", &DatasetDestroyed::versions));
};

struct State;
// What is sealed of it and has keys, held rows too; by id.
std::vector<VersionId> sealed_of(const State& state, const DatasetId& dataset);
// The columns of a sealed version, or of held rows.
std::vector<std::string> columns_of_sealed(const State& state, const VersionId& version);

}  // namespace sluice::space
