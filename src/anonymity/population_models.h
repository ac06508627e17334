// How many people are unique in the population, estimated from a sample of it: for the journalist's risk where no population
// table is at hand. From the sample's class sizes and its sampling fraction alone.
//
//   Pitman: the population's classes follow Pitman's sampling formula (Hoshino 2001), α and θ by maximum likelihood.
//   Zayatz: the distribution of class sizes in the population is that of the sample (Zayatz 1991); hypergeometric sampling.
//   SNB: class sizes are 1 + a negative binomial variable (Chen and Keller-McNulty 1998), fitted to the numbers of classes and
//     of sample uniques.
// `chosen` follows Dankar et al. 2012: Pitman up to a fraction of 0.1; above, the larger of Zayatz and SNB, or the one that there is. Who names
// a model gets that one; where it does not fit nothing is chosen.
// A model that does not fit gives nothing. Estimates, not bounds: state the model with the number.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "codec/json.h"
#include "table/classes.h"

namespace sluice::anonymity {

enum class PopulationModel { automatic, pitman, zayatz, snb };
constexpr std::array<std::string_view, 4> enum_names(PopulationModel) { return {"auto", "pitman", "zayatz", "snb"}; }

struct PopulationEstimate {
  double fraction = 1, population_rows = 0;
  std::optional<double> pitman{}, zayatz{}, snb{};  // people unique in the population
  std::string_view chosen = "none";
  std::optional<double> uniques{};                  // of the chosen model
};

// `fraction` in (0, 1]. With 1 the sample is the population, and every model gives its unique rows.
PopulationEstimate estimate_population(const table::ClassCount& sample, double fraction, PopulationModel model = PopulationModel::automatic);

Json to_json(const PopulationEstimate& estimate);

}  // namespace sluice::anonymity
