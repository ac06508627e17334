// What a classification found, whole: evidence, runners-up, profile of every field, repeated rows. A blob of the ledger, named by
// catalog.fields_proposed; docs/formats/classification-report.md. Holds no value: min and max of a column only at levels 1 and 2.
// Written by the classify worker; read by review queue, profile and drift.
#pragma once

#include "codec/record.h"
#include "rules/grading_pack.h"
#include "space/catalog/catalog.h"
#include "table/profile.h"

namespace sluice::node {

constexpr std::string_view kClassificationReport = "sluice-classification/1";

struct EvidenceNote {
  std::string id, type;  // the type that it speaks for; empty: for none
  int64_t weight = 0;    // hundredths of a natural log-odds unit
  std::string zh, en;
  static constexpr auto fields = field_list(field("id", &EvidenceNote::id), field("type", &EvidenceNote::type), field("weight", &EvidenceNote::weight),
                                            field("zh", &EvidenceNote::zh), field("en", &EvidenceNote::en));
};
struct CandidateNote {
  std::string type;
  int64_t confidence_permille = 0;
  static constexpr auto fields = field_list(field("type", &CandidateNote::type), field("confidence_permille", &CandidateNote::confidence_permille));
};
struct Level5Note {
  int64_t rows = 0, scanned = 0;
  static constexpr auto fields = field_list(field("rows", &Level5Note::rows), field("scanned", &Level5Note::scanned));
};
struct FieldReport {
  std::string column;
  std::vector<EvidenceNote> evidence;
  std::vector<CandidateNote> candidates;  // the best first
  std::optional<Level5Note> level5;
  table::ColumnProfile profile;
  static constexpr auto fields = field_list(field("column", &FieldReport::column), field("evidence", &FieldReport::evidence),
                                            field("candidates", &FieldReport::candidates), field("level5", &FieldReport::level5),
                                            field("profile", &FieldReport::profile));
};
struct ClassificationReport {
  std::string format{kClassificationReport};
  space::DatasetId dataset;
  space::VersionId version;
  std::string rules;  // digest
  int64_t rows = 0, sampled = 0, repeated_rows = 0;
  std::vector<FieldReport> columns;
  const FieldReport* column(std::string_view name) const {
    for (const FieldReport& f : columns)
      if (f.column == name) return &f;
    return nullptr;
  }
  static constexpr auto fields = field_list(
      field("format", &ClassificationReport::format), field("dataset", &ClassificationReport::dataset), field("version", &ClassificationReport::version),
      field("rules", &ClassificationReport::rules), field("rows", &ClassificationReport::rows), field("sampled", &ClassificationReport::sampled),
      field("repeated_rows", &ClassificationReport::repeated_rows), field("fields", &ClassificationReport::columns));
};

// What changed from one report to the next that touches a verdict: exactly the columns of which a cause holds.
std::vector<space::DriftFinding> drift_between(const ClassificationReport& before, const ClassificationReport& after, const rules::DriftRule& rule);
// The same for what the new proposals say against the verdicts: a higher level, level-5 content that was not there.
std::vector<space::DriftFinding> drift_of_proposals(const space::Dataset& dataset, const std::vector<space::FieldProposal>& proposals);

}  // namespace sluice::node
