// Fitting the model of classify/resemblance.h: multinomial logistic regression over marks, by AdaGrad.
//
// One example is one column, its label a type. Besides the types there is one more output per mark: how far the type that the
// dictionary says is to be trusted. Deterministic: fixed seeds, one thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "rules/packs.h"

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
  int rounds = 8;
  float rate = 0.12f, decay = 0.02f, drop = 0.15f;
};

class Fit {
 public:
  Fit(size_t outputs, const std::vector<const FitExample*>& examples, FitOptions options) : outputs_(outputs), width_(outputs + 1) {
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
    for (size_t i = 0; i < turn.size(); i++) turn[i] = i;
    for (int round = 0; round < options.rounds; round++) {
      for (size_t i = turn.size(); i > 1; i--) std::swap(turn[i - 1], turn[next() % i]);
      for (size_t i : turn) step(*examples[i], options, gradients);
      for (float& w : weights_) w *= 1 - options.decay;
    }
  }

  // Scores by output; the return is the trust in what the dictionary says, already added.
  void score(const FitExample& e, std::vector<float>& scores) const {
    scores.assign(width_, 0);
    for (uint32_t mark : e.marks)
      if (auto at = index_.find(mark); at != index_.end()) add_row(at->second, scores);
    if (e.said >= 0) scores[static_cast<size_t>(e.said)] += scores[outputs_];
  }

  // The `most` largest weights as signed bytes.
  void write(rules::ResemblancePack& pack, size_t most) const {
    std::vector<float> sizes;
    for (float w : weights_) sizes.push_back(std::abs(w));
    float least = 0, largest = 0;
    for (float s : sizes) largest = std::max(largest, s);
    if (sizes.size() > most) {
      std::nth_element(sizes.begin(), sizes.begin() + static_cast<ptrdiff_t>(most), sizes.end(), std::greater<>());
      least = sizes[most];
    }
    float step = std::min(largest, 4.0f) / 127;
    least = std::max(least, step / 2);
    pack.step_micro = std::lround(step * 1e6f);
    pack.marks.clear(), pack.counts.clear(), pack.outputs.clear(), pack.weights.clear();
    for (size_t i = 0; i < order_.size(); i++) {
      uint8_t count = 0;
      for (size_t t = 0; t < width_; t++) {
        float w = weights_[i * width_ + t];
        if (std::abs(w) <= least || count == 255) continue;
        count++;
        pack.outputs.push_back(t == outputs_ ? 255 : static_cast<uint8_t>(t));
        pack.weights.push_back(static_cast<uint8_t>(static_cast<int8_t>(std::clamp<long>(std::lround(w / step), -127, 127))));
      }
      if (!count) continue;
      for (int shift : {0, 8, 16, 24}) pack.marks.push_back(static_cast<uint8_t>(order_[i] >> shift));
      pack.counts.push_back(count);
    }
  }

  size_t marks() const { return order_.size(); }

 private:
  void add_row(uint32_t row, std::vector<float>& scores) const {
    const float* w = &weights_[row * width_];
    for (size_t t = 0; t < width_; t++) scores[t] += w[t];
  }

  void step(const FitExample& e, const FitOptions& options, std::vector<float>& gradients) {
    rows_.clear();
    scores_.assign(width_, 0);
    auto limit = static_cast<uint64_t>(static_cast<double>(options.drop) * 1e6);
    for (uint32_t mark : e.marks)
      if (auto at = index_.find(mark); at != index_.end() && next() % 1'000'000 >= limit) rows_.push_back(at->second);
    for (uint32_t row : rows_) add_row(row, scores_);
    if (e.said >= 0) scores_[static_cast<size_t>(e.said)] += scores_[outputs_];
    float most = *std::max_element(scores_.begin(), scores_.end() - 1), total = 0;
    for (size_t t = 0; t < outputs_; t++) total += scores_[t] = std::exp(scores_[t] - most);
    active_.clear();
    for (size_t t = 0; t < outputs_; t++) {
      float miss = scores_[t] / total - (static_cast<int>(t) == e.label ? 1.0f : 0.0f);
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

  size_t outputs_, width_;
  std::vector<uint32_t> order_;
  std::unordered_map<uint32_t, uint32_t> index_;
  std::vector<float> weights_, scores_;
  std::vector<uint32_t> rows_;
  std::vector<std::pair<size_t, float>> active_;
  uint64_t seed_ = 88172645463325252ull;
};

}  // namespace sluice::bench
