// Fitting the model of classify/resemblance.h: multinomial logistic regression over marks, by AdaGrad.
//
// One example is one column, its label a type. Besides the types there is one more output per mark: how far the type that the
// dictionary says is to be trusted. Types of the same category and level are confused at a small cost: most of what is to be
// learned is the place, not the type. Deterministic: fixed seeds, one thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "rules/resemblance_pack.h"

namespace sluice::bench {

struct FitExample {
  std::vector<uint32_t> marks;
  int said = -1;   // output that the dictionary says; -1: none
  int label = -1;  // the right output
  float share = 1; // how much the example counts
  bool plain = false;  // the dictionary knows it whole
  int source = 0;  // its schema; a mark must be known from two sources
};

struct FitOptions {
  int rounds = 8, rounds_kept = 3;  // of these the last with the kept weights alone
  float rate = 0.12f, decay = 0.02f, drop = 0.15f;
  float place = 0.8f;       // how much of the target is the place rather than the type
  size_t weights = 600'000; // so many are kept: those that would be missed most
};

// Rows of the model: mark → (output, weight in steps).
using Rows = std::map<uint32_t, std::vector<std::pair<uint8_t, int8_t>>>;

class Fit {
 public:
  // `places` of the outputs.
  Fit(std::vector<size_t> places, const std::vector<const FitExample*>& examples, FitOptions options)
      : places_(std::move(places)), outputs_(places_.size()), width_((outputs_ + 8) / 8 * 8) {
    std::unordered_map<uint32_t, std::pair<int, bool>> seen;  // source, more than one
    for (const FitExample* e : examples)
      for (uint32_t mark : e->marks) {
        auto [at, fresh] = seen.try_emplace(mark, e->source, false);
        if (!fresh && at->second.first != e->source) at->second.second = true;
      }
    for (const auto& [mark, where] : seen)
      if (where.second) order_.push_back(mark);
    std::sort(order_.begin(), order_.end());
    for (size_t i = 0; i < order_.size(); i++) index_[order_[i]] = static_cast<uint32_t>(i);
    weights_.assign(order_.size() * width_, 0);
    std::vector<float> gradients(weights_.size(), 1e-2f);
    std::vector<size_t> turn(examples.size());
    std::vector<std::vector<uint32_t>> rows(examples.size());
    std::vector<float> use(order_.size(), 0);
    for (size_t i = 0; i < turn.size(); i++) {
      turn[i] = i, rows[i] = rows_of(*examples[i]);
      for (uint32_t row : rows[i]) use[row] += examples[i]->share;
    }
    for (int round = 0; round < options.rounds; round++) {
      for (size_t i = turn.size(); i > 1; i--) std::swap(turn[i - 1], turn[next() % i]);
      for (size_t i : turn) step(*examples[i], rows[i], options, gradients);
      for (float& w : weights_) w *= 1 - options.decay;
      if (round + 1 == options.rounds - options.rounds_kept) keep_most_used(options.weights, use, gradients);
    }
    as_bytes();
  }

  // Scores by output, with the trust in what the dictionary says.
  void score(const FitExample& e, std::vector<float>& scores) const {
    scores.assign(width_, 0);
    for (uint32_t row : rows_of(e)) add_row(row, scores);
    if (e.said >= 0) scores[static_cast<size_t>(e.said)] += scores[outputs_];
    scores.resize(outputs_);
  }

  // `more` are rows of the same model; its weights in the same steps.
  void write(rules::ResemblancePack& pack, const Rows& more) const {
    Rows rows = more;
    for (size_t i = 0; i < order_.size(); i++)
      for (size_t t = 0; t <= outputs_; t++) {
        long steps = std::lround(weights_[i * width_ + t] / step_);
        if (steps != 0) rows[order_[i]].emplace_back(t == outputs_ ? 255 : static_cast<uint8_t>(t), static_cast<int8_t>(steps));
      }
    pack.step_micro = std::lround(step_ * 1e6f);
    pack.marks.clear(), pack.counts.clear(), pack.outputs.clear(), pack.weights.clear();
    for (const auto& [mark, weights] : rows) {
      for (int shift : {0, 8, 16, 24}) pack.marks.push_back(static_cast<uint8_t>(mark >> shift));
      pack.counts.push_back(static_cast<uint8_t>(weights.size()));
      for (const auto& [output, steps] : weights) pack.outputs.push_back(output), pack.weights.push_back(static_cast<uint8_t>(steps));
    }
  }

  size_t marks() const { return order_.size(); }
  float weight_step() const { return step_; }

 private:
  // Small weights of rare marks go, and never move again.
  void keep_most_used(size_t most, const std::vector<float>& use, std::vector<float>& gradients) {
    std::vector<float> worth;
    auto worth_of = [&](size_t i) { return weights_[i] * weights_[i] * use[i / width_]; };
    for (size_t i = 0; i < weights_.size(); i++)
      if (weights_[i] != 0) worth.push_back(worth_of(i));
    if (worth.size() <= most) return;
    std::nth_element(worth.begin(), worth.begin() + static_cast<ptrdiff_t>(most), worth.end(), std::greater<>());
    for (size_t i = 0; i < weights_.size(); i++)
      if (worth_of(i) <= worth[most]) weights_[i] = 0, gradients[i] = 1e30f;
  }

  // As the pack keeps them: signed bytes.
  void as_bytes() {
    float largest = 0;
    for (float w : weights_) largest = std::max(largest, std::abs(w));
    step_ = std::max(std::min(largest, 4.0f) / 127, 1e-6f);
    for (float& w : weights_) w = static_cast<float>(std::clamp<long>(std::lround(w / step_), -127, 127)) * step_;
  }

  std::vector<uint32_t> rows_of(const FitExample& e) const {
    std::vector<uint32_t> rows;
    for (uint32_t mark : e.marks)
      if (auto at = index_.find(mark); at != index_.end()) rows.push_back(at->second);
    return rows;
  }

  void add_row(uint32_t row, std::vector<float>& scores) const {
    const float* w = &weights_[row * width_];
    float* s = scores.data();
    for (size_t t = 0; t < width_; t++) s[t] += w[t];
  }

  void step(const FitExample& e, const std::vector<uint32_t>& all, const FitOptions& options, std::vector<float>& gradients) {
    rows_.clear();
    scores_.assign(width_, 0);
    auto limit = static_cast<uint64_t>(static_cast<double>(options.drop) * 1e6);
    for (uint32_t row : all)
      if (next() % 1'000'000 >= limit) rows_.push_back(row);
    for (uint32_t row : rows_) add_row(row, scores_);
    if (e.said >= 0) scores_[static_cast<size_t>(e.said)] += scores_[outputs_];
    auto end = scores_.begin() + static_cast<ptrdiff_t>(outputs_);
    float most = *std::max_element(scores_.begin(), end), total = 0, in_place = 0;
    size_t place = places_[static_cast<size_t>(e.label)];
    for (size_t t = 0; t < outputs_; t++) {
      total += scores_[t] = std::exp(scores_[t] - most);
      if (places_[t] == place) in_place += scores_[t];
    }
    active_.clear();
    for (size_t t = 0; t < outputs_; t++) {
      float target = static_cast<int>(t) == e.label ? 1 - options.place : 0;
      if (places_[t] == place) target += options.place * scores_[t] / std::max(in_place, 1e-9f);
      float miss = scores_[t] / total - target;
      if (std::abs(miss) > 1e-3f) active_.emplace_back(t, miss * e.share);
      if (e.said == static_cast<int>(t)) active_.emplace_back(outputs_, miss * e.share);
    }
    for (uint32_t row : rows_)
      for (const auto& [t, miss] : active_) {
        float& g = gradients[row * width_ + t];
        g += miss * miss;
        weights_[row * width_ + t] -= options.rate * miss / std::sqrt(g);
      }
  }

  uint64_t next() {
    seed_ ^= seed_ << 13, seed_ ^= seed_ >> 7, seed_ ^= seed_ << 17;
    return seed_;
  }

  std::vector<size_t> places_;
  size_t outputs_, width_;
  std::vector<uint32_t> order_;
  std::unordered_map<uint32_t, uint32_t> index_;
  std::vector<float> weights_, scores_;
  std::vector<uint32_t> rows_;
  std::vector<std::pair<size_t, float>> active_;
  float step_ = 1e-6f;
  uint64_t seed_ = 88172645463325252ull;
};

}  // namespace sluice::bench
