// The journalist's and the marketer's risk of a table that is a sample, where no table of the population is at hand.
//
// A row in a class of f sampled rows: the expectation of 1/F, F the class in the population. F given f is taken as negative binomial with
// f and the sampling fraction p (Benedetti and Franconi 1998): E = p^f ∫₀¹ t^(f−1) (1 − (1−p) t)^(−f) dt. Among rows that are alone, the share
// that is alone in the population too comes from the chosen population model (population_models.h) where there is one: its unique people
// times p, over the rows that are alone; these have risk 1. The highest risk is therefore 1 as soon as such a row is expected.
//
// Expectations, not bounds; F is never taken below f.
#pragma once

#include "anonymity/population_models.h"

namespace sluice::anonymity {

// E[1/F] of a class of f ≥ 1 sampled rows. `fraction` in (0, 1].
double expected_inverse(uint64_t f, double fraction);

// `fraction` in (0, 1); a sample without rows gives zeros. Share at risk: rows whose risk is above the threshold.
table::AttackerRisk sampled_risk(const table::ClassCount& sample, const PopulationEstimate& estimate, double threshold, double fraction);

}  // namespace sluice::anonymity
