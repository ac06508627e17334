// The folds of batches: sealed, held, reconciled by a receipt, worked off, merged.
#include <algorithm>

#include "space/fold.h"

namespace sluice::space {

namespace {

std::string file_key(const PlanId& plan, const Digest& digest) { return plan.str() + ":" + hex(digest); }
std::string number_key(const Batch& batch) { return batch.plan.str() + ":" + *batch.number; }

// held_under follows a batch into and out of being held: by index, since a walk over all batches for each sealed one
// makes a start without a snapshot quadratic.
void no_longer_held(State& s, const Batch& batch) {
  if (batch.status != BatchStatus::held || !batch.number) return;
  auto under = s.held_under.find(number_key(batch));
  if (under == s.held_under.end()) return;
  std::erase(under->second, batch.id);
  if (under->second.empty()) s.held_under.erase(under);
}

}  // namespace

void fold(State& s, const BatchSealed& e, const EventPlace& at) {
  Batch batch{.id = e.batch, .plan = e.plan, .dataset = e.dataset, .version = e.version, .held_version = e.held_version,
              .file_digest = e.file_digest, .status = BatchStatus::sealed,
              .manifest = e.manifest, .reason = {}, .rows = e.rows, .accepted = e.accepted, .warned = e.warned, .held = e.held,
              .quality_digest = e.quality_digest, .at_ms = at.time, .seq = at.seq, .reported_by = at.actor, .receipted_by = {}, .number = e.number,
              .file_problem = {}, .replaced_by = {}, .settled = {}, .corrected = {}, .rejected = {}, .held_manifest = {}, .source = e.source};
  auto known = s.batches.find(e.batch.str());
  if (known != s.batches.end()) {
    batch.receipted_by = known->second.receipted_by;
    no_longer_held(s, known->second);
  }
  if (!e.held_version.empty()) batch.held_manifest = e.held_manifest;
  if (auto others = e.number ? s.held_under.extract(number_key(batch)) : decltype(s.held_under)::node_type{})
    for (const BatchId& other : others.mapped()) {
      Batch& replaced = s.batches[other.str()];
      replaced.status = BatchStatus::replaced;
      replaced.replaced_by = e.batch;
    }
  s.batches[e.batch.str()] = std::move(batch);
  if (e.mark_after) s.plans[e.plan.str()].mark = e.mark_after;
  s.batch_of_file[file_key(e.plan, e.file_digest)] = e.batch.str();
  s.datasets[e.dataset.str()].unplanned = e.dropped_columns;
  add_version(s, DatasetVersion{.id = e.version, .dataset = e.dataset, .number = 0, .rows = e.accepted + e.warned, .manifest = e.version_manifest,
                                .columns = e.columns, .batch = e.batch, .masked_from = {}, .strategy = {}, .at_ms = at.time, .seq = at.seq, .parts = {}});
}

void fold(State& s, const BatchHeld& e, const EventPlace& at) {
  Batch& batch = s.batches[e.batch.str()];
  no_longer_held(s, batch);
  batch.id = e.batch;
  batch.plan = e.plan;
  batch.dataset = e.dataset;
  batch.file_digest = e.file_digest;
  batch.status = BatchStatus::held;
  batch.manifest = e.manifest;
  batch.reason = e.reason;
  batch.rows = e.rows;
  batch.number = e.number;
  batch.file_problem = e.file_problem;
  batch.source = e.source;
  batch.at_ms = at.time;
  batch.seq = at.seq;
  batch.reported_by = at.actor;
  if (batch.number) s.held_under[number_key(batch)].push_back(batch.id);
  s.batch_of_file[file_key(e.plan, e.file_digest)] = e.batch.str();
}

void fold(State& s, const BatchReceipted& e, const EventPlace& at) {
  Batch& batch = s.batches[e.batch.str()];
  no_longer_held(s, batch);
  batch.status = BatchStatus::receipted;
  batch.receipted_by = at.actor;
}

void fold(State& s, const HeldSettled& e, const EventPlace& at) {
  Batch& batch = s.batches[e.batch.str()];
  for (const auto* spans : {&e.accepted_rows, &e.rejected_rows}) batch.settled.insert(batch.settled.end(), spans->begin(), spans->end());
  std::sort(batch.settled.begin(), batch.settled.end(), [](const RowSpan& a, const RowSpan& b) { return a.first < b.first; });
  std::vector<RowSpan> joined;
  for (const RowSpan& span : batch.settled) {
    if (!joined.empty() && joined.back().last + 1 == span.first) {
      joined.back().last = span.last;
    } else {
      joined.push_back(span);
    }
  }
  batch.settled = std::move(joined);
  batch.corrected = batch.corrected.value_or(0) + e.accepted + e.warned;
  batch.rejected = batch.rejected.value_or(0) + e.rejected;
  if (e.version.empty()) return;
  add_version(s, DatasetVersion{.id = e.version, .dataset = e.dataset, .number = 0, .rows = e.accepted + e.warned, .manifest = e.version_manifest,
                                .columns = e.columns, .batch = e.batch, .masked_from = {}, .strategy = {}, .at_ms = at.time, .seq = at.seq,
                                .parts = {}});
}

void fold(State& s, const VersionsMerged& e, const EventPlace& at) {
  add_version(s, DatasetVersion{.id = e.version, .dataset = e.dataset, .number = 0, .rows = e.rows, .manifest = e.version_manifest,
                                .columns = e.columns, .batch = {}, .masked_from = {}, .strategy = {}, .at_ms = at.time, .seq = at.seq,
                                .parts = e.parts, .change = VersionChange{.by = at.actor, .superseded = e.superseded, .operation = e.operation}});
}

}  // namespace sluice::space
