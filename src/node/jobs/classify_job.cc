// Worker: every row of a sealed version to the classifier, its profile beside it. Values are looked at and forgotten; with `against`
// the same fields by other rules, to show what those would move.
#include <algorithm>

#include "classify/classify.h"
#include "classify/grade.h"
#include "classify/value_tally.h"
#include "node/classification_report.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "node/rules_in_force.h"
#include "table/cell_text.h"
#include "table/text_hash.h"

namespace sluice::node {

namespace {

constexpr size_t kCandidates = 3;

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
  if (v.enterprise) p.enterprise = true;
  if (v.level5_rows > 0) p.level5_rows = static_cast<int64_t>(v.level5_rows);
  for (const auto& evidence : v.reasons) {
    p.reasons_zh.push_back(evidence.zh);
    p.reasons_en.push_back(evidence.en);
  }
  return p;
}

FieldReport report_of(const classify::Verdict& v, const classify::FieldInput& f, table::ColumnProfile profile) {
  FieldReport out;
  out.column = v.column;
  for (const auto& e : v.reasons) out.evidence.push_back({.id = e.id, .type = e.type, .weight = e.weight, .zh = e.zh, .en = e.en});
  out.candidates.push_back({v.type, v.confidence_permille});
  for (const auto& other : v.others)
    if (out.candidates.size() < kCandidates) out.candidates.push_back({other.type, other.confidence_permille});
  if (v.contains_level5) out.level5 = Level5Note{static_cast<int64_t>(v.level5_rows), static_cast<int64_t>(f.rows - f.nulls)};
  // The least and greatest value of a sensitive column are values of single people.
  if (v.level >= Level::l3() || v.direct_identifier || v.quasi_identifier) profile.min.reset(), profile.max.reset();
  out.profile = std::move(profile);
  return out;
}

// All rows, column by column: what the detectors count, the profile, and one number a row that tells equal rows.
struct WholeScan {
  std::vector<table::ColumnProfile> profiles;
  uint64_t repeated_rows = 0;
};

void tally_column(const table::Column& column, classify::ValueTally& tally, classify::FieldInput& field, std::vector<uint64_t>& rows) {
  std::string cell;
  field.rows += column.rows();
  std::vector<uint64_t> times(column.is_dictionary() ? column.entries() : 0);
  for (size_t row = 0; row < column.rows(); row++) {
    uint64_t hash = 1;
    if (column.is_null(row)) {
      field.nulls++;
    } else if (column.type() == table::Type::text) {
      std::string_view value = column.text_at(row);
      hash = table::hash_text(value);
      if (value.empty()) {
        field.nulls++;
      } else if (column.is_dictionary()) {
        times[column.parts().codes[row]]++;
      } else {
        tally.add(value);
      }
    } else {
      cell.clear();
      cell_text_to(cell, column, row);
      hash = table::hash_text(cell);
      tally.add(cell);
    }
    rows[row] = table::hash_int(rows[row] * 31 + hash);
  }
  for (size_t i = 0; i < times.size(); i++)
    if (times[i] > 0) tally.add(column.entry(i), times[i]);
}

Result<WholeScan> scan_all(WorkerContext& context, vault::SealedReader& reader, const classify::ValuePatterns& patterns,
                           std::vector<classify::FieldInput>& fields) {
  table::Profiler profiler(reader.specs());
  std::vector<classify::ValueTally> tallies;
  for (size_t c = 0; c < fields.size(); c++) tallies.emplace_back(patterns);
  std::vector<uint64_t> all_rows;
  all_rows.reserve(reader.rows());
  for (size_t group = 0; group < reader.row_groups(); group++) {
    std::vector<uint64_t> rows(reader.rows_of(group), 7);
    for (size_t c = 0; c < fields.size(); c++) {
      table::ColumnRef column = TRY(reader.read(group, c));
      profiler.add_column(c, *column);
      tally_column(*column, tallies[c], fields[c], rows);
    }
    all_rows.insert(all_rows.end(), rows.begin(), rows.end());
    TRY(send_progress(context, Json::object({{"rows", all_rows.size()}, {"total", reader.rows()}})));
  }
  for (size_t c = 0; c < fields.size(); c++) fields[c].findings = std::make_shared<const classify::ValueFindings>(tallies[c].finish());
  std::sort(all_rows.begin(), all_rows.end());
  uint64_t distinct = static_cast<uint64_t>(std::unique(all_rows.begin(), all_rows.end()) - all_rows.begin());
  return WholeScan{profiler.finish(), reader.rows() - distinct};
}

Result<classify::Classifier> classifier_by(const Json* packs) {
  if (!packs || packs->as_object().empty()) return classify::Classifier::built_in();
  auto rules = TRY(rules::RuleSet::from_texts(TRY(texts_from(*packs))));
  return classify::Classifier::create(std::move(rules));
}

// The same fields by other rules; their detectors may differ, so that the values are counted once more.
Result<Json> moved_by(WorkerContext& context, vault::SealedReader& reader, const Json& packs, std::vector<classify::FieldInput> fields,
                      const std::vector<classify::Verdict>& before) {
  auto other = TRY(classifier_by(&packs));
  auto patterns = TRY(classify::ValuePatterns::create(other.values()));
  for (auto& f : fields) f.rows = f.nulls = 0;
  TRY(scan_all(context, reader, patterns, fields));
  Json out = Json::array();
  for (const auto& m : classify::impact_of(before, other.classify(fields))) out.push(classify::to_json(m));
  return out;
}

}  // namespace

Status run_classify_job(WorkerContext& context) {
  std::string table_name = TRY(context.request.get_string("table")), comment = TRY(context.request.get_string("table_comment"));
  auto reader = TRY(open_sealed_input(context, 64u << 20));
  const Json *titles = context.request.find("titles"), *remembered = context.request.find("remembered");
  std::vector<classify::FieldInput> fields;
  for (const auto& spec : reader->specs()) {
    classify::FieldInput field;
    field.table = table_name;
    field.table_comment = comment;
    field.column = spec.name;
    field.type = std::string(name_of(spec.type));
    if (titles) field.comment = titles->get_string_or(spec.name, "").value_or("");
    if (remembered) field.remembered = remembered->get_string_or(spec.name, "").value_or("");
    fields.push_back(std::move(field));
  }
  auto classifier = TRY(classifier_by(context.request.find("packs")));
  auto patterns = TRY(classify::ValuePatterns::create(classifier.values()));
  WholeScan scan = TRY(scan_all(context, *reader, patterns, fields));
  const rules::RuleSet& rules = classifier.rules();
  auto verdicts = classifier.classify(fields);
  ClassificationReport report;
  report.rules = hex(rules.digest);
  report.rows = report.sampled = static_cast<int64_t>(reader->rows());
  report.repeated_rows = static_cast<int64_t>(scan.repeated_rows);
  Json proposals = Json::array();
  for (size_t i = 0; i < verdicts.size(); i++) {
    proposals.push(encode(proposal_of(verdicts[i], rules)));
    report.columns.push_back(report_of(verdicts[i], fields[i], std::move(scan.profiles[i])));
  }
  Json answer = Json::object({{"proposals", std::move(proposals)}, {"report", encode(report)}, {"rules", hex(rules.digest)}});
  if (const Json* against = context.request.find("against")) answer.set("moved", TRY(moved_by(context, *reader, *against, fields, verdicts)));
  return send_result(context, answer);
}

}  // namespace sluice::node
