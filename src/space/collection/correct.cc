#include <algorithm>
#include <set>

#include "crypto/sign.h"
#include "space/decisions.h"
#include "space/operation/windows.h"

namespace sluice::space {

std::vector<RowSpan> spans_of(const std::vector<int64_t>& rows) {
  std::vector<RowSpan> out;
  for (int64_t row : rows) {
    if (!out.empty() && out.back().last + 1 == row) {
      out.back().last = row;
    } else {
      out.push_back({row, row});
    }
  }
  return out;
}

int64_t rows_in(const std::vector<RowSpan>& spans) {
  int64_t n = 0;
  for (const RowSpan& span : spans) n += span.last - span.first + 1;
  return n;
}

bool has_row(const std::vector<RowSpan>& spans, int64_t row) {
  return std::any_of(spans.begin(), spans.end(), [&](const RowSpan& span) { return span.first <= row && row <= span.last; });
}

namespace {

bool in_order(const std::vector<RowSpan>& spans, int64_t rows_max) {
  int64_t after = 0;
  for (const RowSpan& span : spans) {
    if (span.first <= after || span.last < span.first || span.last > rows_max) return false;
    after = span.last;
  }
  return true;
}

bool share_rows(const std::vector<RowSpan>& a, const std::vector<RowSpan>& b) {
  return std::any_of(a.begin(), a.end(), [&](const RowSpan& x) {
    return std::any_of(b.begin(), b.end(), [&](const RowSpan& y) { return x.first <= y.last && y.first <= x.last; });
  });
}

// The collected versions that a version's rows come from.
void leaves_of(const State& s, const VersionId& id, std::multiset<std::string>& out) {
  const DatasetVersion* version = find(s.versions, id);
  if (!version || version->parts.empty()) {
    out.insert(id.str());
    return;
  }
  for (const VersionId& part : version->parts) leaves_of(s, part, out);
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const SettleHeld& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Batch* batch = find(s.batches, cmd.batch);
  const Plan* plan = batch ? find(s.plans, batch->plan) : nullptr;
  if (!plan || plan->owner != person->party) return fail(Errc::not_found, "batch.not_found");
  TRY(takes_data(s, batch->dataset));
  if (batch->held_version.empty()) return fail(Errc::conflict, "correction.nothing_held");
  if (cmd.accepted_rows.empty() && cmd.rejected_rows.empty()) return fail(Errc::invalid, "correction.no_rows");
  if (cmd.accepted_rows.size() + cmd.rejected_rows.size() > kRowSpansMax) return fail(Errc::invalid, "correction.too_many_rows");
  if (!in_order(cmd.accepted_rows, batch->rows) || !in_order(cmd.rejected_rows, batch->rows) || share_rows(cmd.accepted_rows, cmd.rejected_rows))
    return fail(Errc::invalid, "correction.bad_rows");
  if (share_rows(cmd.accepted_rows, batch->settled) || share_rows(cmd.rejected_rows, batch->settled))
    return fail(Errc::conflict, "correction.row_settled");
  int64_t accepted = rows_in(cmd.accepted_rows), rejected = rows_in(cmd.rejected_rows);
  if (accepted != cmd.accepted + cmd.warned || accepted + rejected + rows_in(batch->settled) > batch->held || (accepted > 0) == cmd.version.empty())
    return fail(Errc::invalid, "correction.bad_rows");
  if (rejected > 0) TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (!cmd.version.empty() && find(s.versions, cmd.version)) return fail(Errc::conflict, "version.known");
  int64_t first = std::min(cmd.accepted_rows.empty() ? INT64_MAX : cmd.accepted_rows.front().first,
                           cmd.rejected_rows.empty() ? INT64_MAX : cmd.rejected_rows.front().first);
  int64_t last = std::max(cmd.accepted_rows.empty() ? 0 : cmd.accepted_rows.back().last, cmd.rejected_rows.empty() ? 0 : cmd.rejected_rows.back().last);
  // What is given up loses every cell; what is sent again changes the cells that were corrected.
  std::vector<std::string> touched;
  if (rejected > 0) {
    for (const PlanField& f : plan->plan_fields) touched.push_back(std::string(kHeldCellPrefix) + f.name);
  } else {
    for (const std::string& name : cmd.corrected_columns) touched.push_back(std::string(kHeldCellPrefix) + name);
  }
  Events events = TRY(account_modification(s, c, {"write", person->id, person->party, batch->dataset, batch->held_version, first - 1, accepted + rejected,
                                                  last - first + 1, std::move(touched)}, cmd.reason));
  events.insert(events.begin(),
                HeldSettled{.batch = cmd.batch, .plan = batch->plan, .dataset = batch->dataset, .held_version = batch->held_version,
                            .version = cmd.version, .version_manifest = cmd.version_manifest, .quality_digest = cmd.quality_digest,
                            .accepted = cmd.accepted, .warned = cmd.warned, .rejected = rejected, .accepted_rows = cmd.accepted_rows,
                            .rejected_rows = cmd.rejected_rows, .columns = cmd.columns, .corrected_columns = cmd.corrected_columns,
                            .reason = cmd.reason});
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportMerge& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Dataset* dataset = find(s.datasets, cmd.dataset);
  if (!dataset || dataset->owner != person->party) return fail(Errc::not_found, "dataset.not_found");
  TRY(takes_data(s, cmd.dataset));
  if (cmd.parts.size() < 2) return fail(Errc::invalid, "merge.too_few");
  if (cmd.parts.size() > kMergePartsMax) return fail(Errc::invalid, "merge.too_many");
  std::multiset<std::string> leaves;
  int64_t rows = 0;
  const DatasetVersion *first = nullptr, *largest = nullptr;  // an approval of a modification names the largest part
  for (const VersionId& id : cmd.parts) {
    const DatasetVersion* part = find(s.versions, id);
    if (!part || part->dataset != cmd.dataset) return fail(Errc::not_found, "version.not_found");
    if (!part->masked_from.empty()) return fail(Errc::conflict, "merge.masked_version");
    // What a person's cell was wrong in is not carried on beside the version in which it is right.
    for (const auto& [other, v] : s.versions)
      if (v.change && v.change->correction && std::find(v.parts.begin(), v.parts.end(), id) != v.parts.end()) return fail(Errc::conflict, "merge.superseded", other);
    if (!first) first = part;
    if (!largest || part->rows > largest->rows) largest = part;
    if (part->columns != first->columns) return fail(Errc::conflict, "merge.columns_differ");
    rows += part->rows;
    leaves_of(s, id, leaves);
  }
  if (std::set<std::string>(leaves.begin(), leaves.end()).size() != leaves.size()) return fail(Errc::conflict, "merge.rows_twice");
  if (cmd.superseded.value_or(0) < 0 || cmd.rows + cmd.superseded.value_or(0) != rows || cmd.version.empty()) return fail(Errc::invalid, "merge.rows_differ");
  if (find(s.versions, cmd.version)) return fail(Errc::conflict, "version.known");
  Events events;
  // Rows in whose place others stand are modified, however they came.
  if (cmd.superseded.value_or(0) > 0)
    events = TRY(account_modification(s, c, {"write", person->id, person->party, cmd.dataset, largest->id, 0, *cmd.superseded, 0, first->columns}, "merge"));
  events.push_back(VersionsMerged{.dataset = cmd.dataset, .parts = cmd.parts, .version = cmd.version, .rows = cmd.rows,
                                  .version_manifest = cmd.version_manifest, .columns = first->columns, .superseded = cmd.superseded,
                                  .operation = events.empty() ? std::nullopt : std::optional(accounted_operation(events))});
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ChangeSourceKey& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  const Plan* plan = find(s.plans, cmd.plan);
  if (!plan || plan->owner != person->party) return fail(Errc::not_found, "plan.not_found");
  if (!cmd.source_key.empty() && !Sm2PublicKey::from_bytes(cmd.source_key)) return fail(Errc::invalid, "party.bad_key");
  if (cmd.source_key == plan->source_key) return fail(Errc::conflict, "plan.same_key");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  TRY(stepped_up(c));
  return Events{SourceKeyChanged{cmd.plan, plan->version.value_or(1) + 1, cmd.source_key, plan->source_key, cmd.reason}};
}

}  // namespace sluice::space
