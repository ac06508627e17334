#include "node/release_labels.h"

#include "node/rules_in_force.h"
#include "space/catalog/level.h"
#include "space/catalog/protection.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kHeaderLabelsMax = 40u << 10;  // as base64 it still leaves room for the rest of the header

LabelledColumn labelled(const State& s, const Dataset& d, const VersionId& version, const std::string& name, TimeMs now) {
  const CatalogField* field = d.column(name);
  FieldGrade grade = grade_in(s, d, version, name, now);
  const MaskingResult* masking = find(s.maskings, version);
  const MaskedColumn* masked = masking ? masking->column(name) : nullptr;
  LabelledColumn out{.column = name, .title = {}, .type = {}, .category = std::string(name_of(grade.category)), .technique = masked ? masked->technique : "", .level = grade.level};
  if (field) {
    out.title = field->title;
    out.type = field->confirmed ? field->type : field->proposal ? field->proposal->type : "";
  }
  return out;
}

Result<FileLabels> labels_in(const State& s, const rules::RuleSet& rules, const VersionId& version, const std::vector<std::string>& columns,
                             const std::optional<FlowGrade>& decided, TimeMs now) {
  const DatasetVersion* v = find(s.versions, version);
  const Dataset* d = v ? find(s.datasets, v->dataset) : nullptr;
  if (!d) return fail(Errc::not_found, "version.not_found");
  FlowGrade grade = decided ? *decided
                            : TRY(grade_of_flow(s, rules, {.parts = {{d->id, version, columns}}, .rows = 0, .scenario = {}, .fine_grained = false},
                                                {rules.grading.scenarios.front().id}, now));
  FileLabels out;
  out.owner = d->owner.str();
  out.dataset = d->id.str();
  out.title = d->title;
  out.version = version.str();
  out.level = grade.level;
  out.national = grade.national;
  out.scenario = grade.scenario;
  out.reasons = grade.reasons;
  if (const MaskingResult* masking = find(s.maskings, version)) {
    out.masked = true;
    out.aggregated = masking->is_aggregate();
    out.k = masking->k;
  }
  for (const std::string& name : columns) out.columns.push_back(labelled(s, *d, version, name, now));
  return out;
}

}  // namespace

Result<Json> labels_of(Node& node, const VersionId& version, const std::vector<std::string>& columns, const std::optional<FlowGrade>& grade) {
  auto owner = node.space().read([&](const State& s) -> PartyId {
    const DatasetVersion* v = find(s.versions, version);
    const Dataset* d = v ? find(s.datasets, v->dataset) : nullptr;
    return d ? d->owner : PartyId{};
  });
  auto rules = TRY(rules_of(node, owner));
  TimeMs now = node.clock().now();
  return encode(TRY(node.space().read([&](const State& s) { return labels_in(s, *rules, version, columns, grade, now); })));
}

Json labels_for_header(const Json& labels) {
  if (canonical(labels).size() <= kHeaderLabelsMax) return labels;
  Json out = labels;
  const Json* columns = labels.find("columns");
  out.set("columns", Json::array()).set("columns_left_out", columns && columns->is_array() ? static_cast<int64_t>(columns->as_array().size()) : int64_t{0});
  return out;
}

}  // namespace sluice::node
