// The journalist's and the marketer's risk of a table that is a sample, where no table of the population is at hand.
//
// A row in a class of f sampled rows: the expectation of 1/F, F the class in the population. F given f is taken as negative binomial with
// f and a fraction q (Benedetti and Franconi 1998): E = q^f ∫₀¹ t^(f−1) (1 − (1−q) t)^(−f) dt. There q is the sampling fraction p, which says that of rows
// that are alone p are alone in the population too. Where a population model (population_models.h) says that more are (its unique people times p, over the
// rows that are alone), q is that share: people are then rarer than the sampling alone says, in all classes. The highest risk is 1 as soon as a row that is
// alone in the population is expected. The share at risk is the expected share of rows whose F is small enough.
//
// Expectations, not bounds; F is never taken below f. How far off they were on populations that were at hand: docs/DEIDENTIFICATION.md.
#pragma once

#include "anonymity/population_models.h"

namespace sluice::anonymity {

// E[1/F] of a class of f ≥ 1 sampled rows. `fraction` in (0, 1].
double expected_inverse(uint64_t f, double fraction);

// The chance that the class has at most `most` people.
double chance_of_at_most(uint64_t f, uint64_t most, double fraction);

// `fraction` in (0, 1); a sample without rows gives zeros. Share at risk: rows whose risk is above the threshold.
table::AttackerRisk sampled_risk(const table::ClassCount& sample, const PopulationEstimate& estimate, double threshold, double fraction);

}  // namespace sluice::anonymity
