// Use cases: the risk of a sealed version over chosen quasi-identifiers (C7.1.3), and the generalisation of it that loses least.
// Both run in a worker that gets the keys of the named columns only, under a grant of kind `check`; nothing is written but
// the grant and its end. Errors: those of anonymity/, "version.not_found".
#pragma once

#include "anonymity/problem.h"
#include "codec/record.h"
#include "node/node.h"

namespace sluice::node {

struct RiskAsk {
  std::vector<std::string> quasi, sensitive;
  std::string share_type = "controlled";
  int64_t unique = 3;  // size of the combinations looked for, 0 to 5
  static constexpr auto fields = field_list(field("quasi", &RiskAsk::quasi), field("sensitive", &RiskAsk::sensitive),
                                            field("share_type", &RiskAsk::share_type), field("unique", &RiskAsk::unique));
};

struct GeneraliseAsk {
  std::vector<std::string> quasi;
  int64_t k = 5;
  int64_t suppression_permille = 0;  // rows that may be left out
  anonymity::Metric metric = anonymity::Metric::loss;
  std::map<std::string, int64_t> l;                 // sensitive column → distinct values in each class
  std::map<std::string, std::string> hierarchies;   // column → ARX CSV
  static constexpr auto fields = field_list(field("quasi", &GeneraliseAsk::quasi), field("k", &GeneraliseAsk::k),
                                            field("suppression_permille", &GeneraliseAsk::suppression_permille), field("metric", &GeneraliseAsk::metric),
                                            field("l", &GeneraliseAsk::l), field("hierarchies", &GeneraliseAsk::hierarchies));
};

// Quasi-identifiers, then the sensitive columns.
std::vector<std::string> columns_of(const GeneraliseAsk& ask);

// The kind of grant under which this person may have a version looked at: a data manager's check, else an officer's masking.
space::Work look_work(Node& node, const space::Principal& by);

// docs/formats/risk-report.md
Result<Json> measure_version(Node& node, const space::Principal& by, const space::VersionId& version, const RiskAsk& ask, const ProgressFn& progress = {});
// docs/formats/anonymity-report.md
Result<Json> generalise_version(Node& node, const space::Principal& by, const space::VersionId& version, const GeneraliseAsk& ask, const ProgressFn& progress = {});

}  // namespace sluice::node
