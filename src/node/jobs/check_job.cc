// Worker: the node's own look at a product before people review it (C7.1.3): a sample that the node draws, profiled and
// classified again. Only counts and names leave the worker.
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
    columns.push(Json::object({{"column", fields[i].column}, {"direct_identifier", verdict.direct_identifier && verdict.confidence_permille >= 700 && !verdict.review},
                               {"filled", static_cast<int64_t>(fields[i].rows - fields[i].nulls)}, {"type", verdict.type}}));
  }
  int64_t sampled = fields.empty() ? 0 : static_cast<int64_t>(fields.front().rows);
  return send_result(context, Json::object({{"columns", columns}, {"rows", reader->rows()}, {"sampled", sampled}}));
}

}  // namespace sluice::node
