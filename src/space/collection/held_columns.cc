#include "space/collection/held_columns.h"

#include <algorithm>

#include "space/access/question.h"
#include "space/catalog/protection.h"

namespace sluice::space {

namespace {

constexpr int kHeldLevelShown = 4;  // a right reaches no further; beyond it only what is to be corrected is shown

bool may_identify(const CatalogField* field) {
  if (field && field->confirmed) return field->identifying;
  return !field || !field->proposal || field->proposal->identifying;
}

}  // namespace

std::vector<std::string> HeldColumns::shown() const {
  std::vector<std::string> out = open;
  out.insert(out.end(), named.begin(), named.end());
  return out;
}

HeldColumns held_columns(const State& s, const Person& person, const Batch& batch, TimeMs now) {
  HeldColumns out;
  const Plan* plan = find(s.plans, batch.plan);
  const Dataset* dataset = find(s.datasets, batch.dataset);
  if (!plan || !dataset) return out;
  for (const PlanField& f : plan->plan_fields) {
    std::string column = std::string(kHeldCellPrefix) + f.name;
    FieldGrade grade = grade_in(s, *dataset, {}, f.name, now);
    FieldGrade asked = grade;
    asked.level = std::min(grade.level, kHeldLevelShown);
    if (!access_answer(s, {person, *dataset, "list_values", {}, asked}, now).allowed) {
      out.withheld.push_back(std::move(column));
      continue;
    }
    out.level = std::max(out.level, grade.level);
    bool named = grade.level > kHeldLevelShown || may_identify(dataset->column(f.name));
    (named ? out.named : out.open).push_back(std::move(column));
  }
  return out;
}

int64_t open_held_rows(const State& s, const Batch& b) {
  if (b.held_version.empty()) return 0;
  const DestroyedKeys* gone = find(s.destroyed, b.held_version);
  return gone && gone->whole ? 0 : b.held - rows_in(b.settled);
}

const Batch* batch_of(const State& s, const PlanId& plan, const Digest& file) {
  auto it = s.batch_of_file.find(plan.str() + ":" + hex(file));
  return it == s.batch_of_file.end() ? nullptr : &s.batches.at(it->second);
}

CameOfFile came_of(const State& s, const RefusedFile& f) {
  if (!f.deletion.value_or(false)) return {.batch = batch_of(s, f.plan, f.file_digest)};
  for (const auto& [id, v] : s.versions)
    if (v.change && v.change->list_digest == f.file_digest) return {.version = &v};
  return {};
}

bool refusal_is_open(const State& s, const RefusedFile& f) {
  CameOfFile since = came_of(s, f);
  return !since.batch && !since.version;
}

DatasetVersion held_as_version(const State& s, const Batch& batch) {
  DatasetVersion out;
  out.id = batch.held_version;
  out.dataset = batch.dataset;
  out.rows = batch.held;
  out.manifest = batch.held_manifest.value_or(Digest{});
  out.columns = {std::string(kHeldRowNumber), std::string(kHeldReasons)};
  if (const Plan* plan = find(s.plans, batch.plan))
    for (const PlanField& f : plan->plan_fields) out.columns.push_back(std::string(kHeldCellPrefix) + f.name);
  out.batch = batch.id;
  out.at_ms = batch.at_ms;
  out.seq = batch.seq;
  return out;
}

std::optional<DatasetVersion> sealed_version(const State& s, const VersionId& id) {
  if (const DatasetVersion* version = find(s.versions, id)) return *version;
  for (const auto& [key, batch] : s.batches)
    if (!id.empty() && batch.held_version == id) return held_as_version(s, batch);
  return std::nullopt;
}

const Operation* held_approval(const State& s, const Person& person, const Batch& batch, TimeMs now) {
  for (const auto& [id, o] : s.operations) {
    bool whole = o.what == "download_held" && o.batch == batch.id && o.version == batch.held_version && o.first_row == 0 && o.rows >= batch.held;
    bool stands = o.requested_by == person.id && o.flow == OperationFlow::person && now < o.expires_ms &&
                  (o.status == OperationStatus::approved || o.status == OperationStatus::started);
    if (whole && stands) return &o;
  }
  return nullptr;
}

}  // namespace sluice::space
