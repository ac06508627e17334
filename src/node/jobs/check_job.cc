// Worker: the node's own look at a product before people review it (C7.1.3): a sample that the node draws, profiled and
// graded again by its values (`level`, 0 where they do not tell). Only counts, names and levels leave the worker.
#include "classify/classify.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"

namespace sluice::node {

Status sample_fields(vault::SealedReader& reader, std::vector<classify::FieldInput>& fields);

Status run_check_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 64u << 20));
  std::vector<classify::FieldInput> fields;
  for (const auto& spec : reader->specs()) {
    classify::FieldInput field;
    field.table = "product";
    field.column = spec.name;
    field.type = std::string(name_of(spec.type));
    fields.push_back(std::move(field));
  }
  TRY(sample_fields(*reader, fields));
  classify::Classifier classifier = classify::Classifier::built_in();
  Json columns = Json::array();
  for (size_t i = 0; i < fields.size(); i++) {
    // By values alone: what a masked column is called says what it was, not what it still is.
    classify::FieldInput values_only = fields[i];
    values_only.column = "c" + std::to_string(i);
    auto verdict = classifier.classify({&values_only, 1}).front();
    const bool likely = verdict.confidence_permille >= 700, sure = likely && !verdict.review;
    // Rows of level 5 inside a column are seen to by row (contracts leave them out); what the column is as a whole is its type's level.
    const rules::TypeRule* type = verdict.contains_level5 ? classifier.rules().type(verdict.type) : nullptr;
    const int64_t level = likely && type ? type->level : sure ? verdict.level.value() : 0;
    columns.push(Json::object({{"column", fields[i].column}, {"direct_identifier", verdict.direct_identifier && sure},
                               {"filled", static_cast<int64_t>(fields[i].rows - fields[i].nulls)}, {"level", level}, {"type", verdict.type}}));
  }
  int64_t sampled = fields.empty() ? 0 : static_cast<int64_t>(fields.front().rows);
  return send_result(context, Json::object({{"columns", columns}, {"rows", reader->rows()}, {"sampled", sampled}}));
}

}  // namespace sluice::node
