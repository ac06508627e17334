// Fitting the second look of classify/company.h: logistic regression over places, by AdaGrad, on first answers for schemas that
// the first model had not seen. Deterministic: fixed seed, one thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "bench/resemblance_fit.h"
#include "classify/company.h"

namespace sluice::bench {

struct CompanyExample {
  classify::Around around;
  size_t place = 0;  // the right one
  float share = 1;
};

inline classify::CompanyWeights fit_company(size_t places, const std::vector<const CompanyExample*>& examples) {
  constexpr int kRounds = 10;
  constexpr float kRate = 0.02f, kRateToPlace = 0.016f;
  classify::CompanyWeights out;
  if (examples.empty()) return out;
  out.to_place[0] = 4;  // what the column itself says, and nothing else
  size_t members = examples[0]->around.to_all.size(), logs = out.to_place.size();
  out.to_all.assign(members * places, 0);
  std::vector<float> gradients(out.to_all.size(), 1e-2f), p(places), miss(places), to_place(logs), to_place_gradients(logs, 1e-2f);
  std::vector<size_t> turn(examples.size());
  for (size_t i = 0; i < turn.size(); i++) turn[i] = i;
  uint64_t seed = 88172645463325252ull;
  auto next = [&] { return seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17; };
  for (int round = 0; round < kRounds; round++) {
    for (size_t i = turn.size(); i > 1; i--) std::swap(turn[i - 1], turn[next() % i]);
    for (size_t i : turn) {
      const CompanyExample& e = *examples[i];
      out.score(e.around, p);
      float most = *std::max_element(p.begin(), p.end()), total = 0;
      for (float& x : p) total += x = std::exp(x - most);
      to_place.assign(logs, 0);
      for (size_t q = 0; q < places; q++) {
        miss[q] = (p[q] / total - (q == e.place ? 1.0f : 0.0f)) * e.share;
        for (size_t k = 0; k < logs; k++) to_place[k] += miss[q] * e.around.to_place[q * logs + k];
        if (std::abs(miss[q]) < 1e-3f) miss[q] = 0;
      }
      for (size_t m = 0; m < members; m++) {
        float share = e.around.to_all[m];
        for (size_t q = 0; q < places && share != 0; q++) {
          float gradient = miss[q] * share, &g = gradients[m * places + q];
          g += gradient * gradient;
          out.to_all[m * places + q] -= kRate * gradient / std::sqrt(g);
        }
      }
      for (size_t k = 0; k < logs; k++) {
        to_place_gradients[k] += to_place[k] * to_place[k];
        out.to_place[k] -= kRateToPlace * to_place[k] / std::sqrt(to_place_gradients[k]);
      }
    }
  }
  return out;
}

// As rows of the model.
inline Rows rows_of(const classify::CompanyWeights& weights, const classify::Places& places, float step) {
  Rows rows;
  auto add = [&](uint32_t mark, size_t type, float weight) {
    long steps = std::clamp<long>(std::lround(weight / step), -127, 127);
    if (steps != 0) rows[mark].emplace_back(static_cast<uint8_t>(type), static_cast<int8_t>(steps));
  };
  for (size_t k = 0; k < weights.to_place.size(); k++) add(classify::place_mark(k), 0, weights.to_place[k]);
  auto marks = around_marks(places);
  for (size_t m = 0; m < marks.size(); m++)
    for (size_t p = 0; p < places.size(); p++) add(marks[m], places.type_of(p), weights.to_all[m * places.size() + p]);
  return rows;
}

}  // namespace sluice::bench
