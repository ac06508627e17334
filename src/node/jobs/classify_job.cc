// Worker: a sample of a sealed version, spread over its rows, to the classifier. Values are looked at and forgotten.
#include <algorithm>

#include "classify/classify.h"
#include "table/cell_text.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "space/catalog/catalog.h"

namespace sluice::node {

namespace {

constexpr size_t kSampleRows = 6000;
constexpr size_t kSampleStretches = 12;

space::FieldProposal proposal_of(const classify::Verdict& v, const rules::RuleSet& rules) {
  space::FieldProposal p;
  p.column = v.column;
  p.type = v.type;
  if (const auto* type = rules.type(v.type)) p.type_zh = type->zh;
  p.category = v.category;
  p.level = v.level.value();
  p.confidence_permille = static_cast<int>(v.confidence_permille);
  p.review = v.review || v.contains_level5;
  p.identifying = v.direct_identifier;
  p.quasi = v.quasi_identifier;
  for (const auto& evidence : v.reasons) {
    p.reasons_zh.push_back(evidence.zh);
    p.reasons_en.push_back(evidence.en);
  }
  return p;
}

}  // namespace

Status sample_fields(vault::SealedReader& reader, std::vector<classify::FieldInput>& fields) {
  uint64_t rows = reader.rows();
  size_t stretch = std::min<uint64_t>(rows, kSampleRows / kSampleStretches);
  size_t stretches = rows <= kSampleRows ? (stretch ? (rows + stretch - 1) / stretch : 0) : kSampleStretches;
  std::vector<size_t> columns(reader.specs().size());
  for (size_t i = 0; i < columns.size(); i++) columns[i] = i;
  std::string cell;
  for (size_t s = 0; s < stretches; s++) {
    uint64_t at = rows <= kSampleRows ? s * stretch : s * (rows - stretch) / (stretches - 1);
    table::Batch batch = TRY(reader.read_rows(columns, at, stretch));
    for (size_t c = 0; c < columns.size(); c++) {
      fields[c].rows += batch.rows;
      for (size_t row = 0; row < batch.rows; row++) {
        if (batch.columns[c].is_null(row)) {
          fields[c].nulls++;
          continue;
        }
        cell.clear();
        cell_text_to(cell, batch.columns[c], row);
        if (!cell.empty()) fields[c].values.push_back(cell);
      }
    }
  }
  return {};
}

Status run_classify_job(WorkerContext& context) {
  std::string table_name = TRY(context.request.get_string("table")), comment = TRY(context.request.get_string("table_comment"));
  auto reader = TRY(open_sealed_input(context, 64u << 20));
  const Json* titles = context.request.find("titles");
  std::vector<classify::FieldInput> fields;
  for (const auto& spec : reader->specs()) {
    classify::FieldInput field;
    field.table = table_name;
    field.table_comment = comment;
    field.column = spec.name;
    field.type = std::string(name_of(spec.type));
    if (titles) field.comment = titles->get_string_or(spec.name, "").value_or("");
    fields.push_back(std::move(field));
  }
  TRY(sample_fields(*reader, fields));
  const rules::RuleSet& rules = rules::RuleSet::built_in();
  classify::Classifier classifier = classify::Classifier::built_in();
  Json proposals = Json::array();
  for (const auto& verdict : classifier.classify(fields)) proposals.push(encode(proposal_of(verdict, rules)));
  return send_result(context, Json::object({{"proposals", proposals}, {"rules", hex(rules.digest)}}));
}

}  // namespace sluice::node
