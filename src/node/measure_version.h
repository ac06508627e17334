// Use cases: the risk of a sealed version over chosen quasi-identifiers (C7.1.3), and the generalisation of it that loses least.
// Both run in a worker that gets the keys of the named columns only, under a grant of kind `check`; nothing is written but
// the grant and its end. A population is a version of its own, of which the worker gets the keys of the quasi-identifiers, under a second grant.
// Errors: those of anonymity/, "version.not_found", "masking.masked_already" (of a population), "deident.out_of_range" (detail: the member),
// "anonymity.local_suppression", "anonymity.no_population", "anonymity.no_hierarchy", "anonymity.two_populations".
#pragma once

#include "anonymity/anonymize.h"
#include "anonymity/population_models.h"
#include "codec/record.h"
#include "node/node.h"

namespace sluice::node {

struct RiskAsk {
  std::vector<std::string> quasi, sensitive;
  std::string share_type = "controlled";
  int64_t unique = 3;  // size of the combinations looked for, 0 to 5
  std::optional<int64_t> threshold_permille{};   // another one than the share type's, 1 to 1000
  std::optional<int64_t> sampling_ppm{};         // the share of the population that the version holds, in millionths; or
  std::optional<int64_t> population_size{};      // how many people there are; or
  std::optional<space::VersionId> population{};  // an unmasked version of the own datasets that has them all
  std::optional<anonymity::PopulationModel> population_model{};
  std::optional<std::string> person{};           // column of person keys: persons are counted, not rows
  static constexpr auto fields = field_list(field("quasi", &RiskAsk::quasi), field("sensitive", &RiskAsk::sensitive),
                                            field("share_type", &RiskAsk::share_type), field("unique", &RiskAsk::unique), field("threshold_permille", &RiskAsk::threshold_permille),
                                            field("sampling_ppm", &RiskAsk::sampling_ppm), field("population_size", &RiskAsk::population_size),
                                            field("population", &RiskAsk::population), field("population_model", &RiskAsk::population_model), field("person", &RiskAsk::person));
};

// Of one sensitive column. Absent: distinct; c 3.
struct DiversityAsk {
  std::string column;
  int64_t l = 2;
  std::optional<anonymity::Diversity> kind{};
  std::optional<int64_t> c_permille{};  // of recursive (c, l)
  static constexpr auto fields = field_list(field("column", &DiversityAsk::column), field("l", &DiversityAsk::l), field("kind", &DiversityAsk::kind), field("c_permille", &DiversityAsk::c_permille));
};
struct ClosenessAsk {
  std::string column;
  int64_t t_permille = 200;
  std::optional<anonymity::Distance> distance{};  // absent: equal
  std::optional<std::string> hierarchy{};         // ARX CSV, of hierarchical
  static constexpr auto fields = field_list(field("column", &ClosenessAsk::column), field("t_permille", &ClosenessAsk::t_permille), field("distance", &ClosenessAsk::distance),
                                            field("hierarchy", &ClosenessAsk::hierarchy));
};
struct PresenceAsk {  // share of a class's people that may be in the version
  int64_t lowest_permille = 0, highest_permille = 1000;
  static constexpr auto fields = field_list(field("lowest_permille", &PresenceAsk::lowest_permille), field("highest_permille", &PresenceAsk::highest_permille));
};

struct GeneraliseAsk {
  std::vector<std::string> quasi;
  int64_t k = 5;
  int64_t suppression_permille = 0;  // rows that may be left out
  anonymity::Metric metric = anonymity::Metric::loss;
  std::map<std::string, int64_t> l{};                 // sensitive column → distinct values in each class
  std::map<std::string, std::string> hierarchies{};   // column → ARX CSV
  std::vector<DiversityAsk> diversity{};
  std::vector<ClosenessAsk> closeness{};
  std::optional<int64_t> k_map{};
  std::optional<PresenceAsk> presence{};
  std::optional<space::VersionId> population{};       // an unmasked version of the own datasets, for k_map and presence
  std::map<std::string, int64_t> weights_permille{};  // quasi-identifier → weight in the score, 1000 where it is not named
  std::optional<anonymity::Recoding> recoding{};      // absent: full-domain
  std::optional<std::string> person{};                // column of person keys: k is of persons
  static constexpr auto fields = field_list(field("quasi", &GeneraliseAsk::quasi), field("k", &GeneraliseAsk::k),
                                            field("suppression_permille", &GeneraliseAsk::suppression_permille), field("metric", &GeneraliseAsk::metric),
                                            field("l", &GeneraliseAsk::l), field("hierarchies", &GeneraliseAsk::hierarchies), field("diversity", &GeneraliseAsk::diversity),
                                            field("closeness", &GeneraliseAsk::closeness), field("k_map", &GeneraliseAsk::k_map), field("presence", &GeneraliseAsk::presence),
                                            field("population", &GeneraliseAsk::population), field("weights_permille", &GeneraliseAsk::weights_permille),
                                            field("recoding", &GeneraliseAsk::recoding), field("person", &GeneraliseAsk::person));
};

// Quasi-identifiers, then the sensitive columns and the person's, each once.
std::vector<std::string> columns_of(const RiskAsk& ask);
std::vector<std::string> columns_of(const GeneraliseAsk& ask);

// The kind of grant under which this person may have a version looked at: a data manager's check, else an officer's masking.
space::Work look_work(Node& node, const space::Principal& by);

// docs/formats/risk-report.md
Result<Json> measure_version(Node& node, const space::Principal& by, const space::VersionId& version, const RiskAsk& ask, const ProgressFn& progress = {});
// docs/formats/anonymity-report.md
Result<Json> generalise_version(Node& node, const space::Principal& by, const space::VersionId& version, const GeneraliseAsk& ask, const ProgressFn& progress = {});

}  // namespace sluice::node
