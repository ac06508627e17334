// Fitting the network of classify/network.h: by AdaGrad, a table at a time, with part of the marks and of the layers left out at
// random; then the rows are rounded to what the pack keeps and the rest is fitted to them once more. The examples and the target are
// those of resemblance_fit.h. Deterministic: fixed seed, one thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "bench/resemblance_fit.h"
#include "rules/resemblance_pack.h"

namespace sluice::bench {

// The loops in which the time goes, once more for processors with wider vectors: there sums are taken in another order, so that two
// kinds of machine may fit packs that differ a little.
namespace loops {
[[gnu::optimize("O3", "fast-math"), gnu::target_clones("avx2", "default")]] inline void add_times(float times, const float* from, size_t n, float* to) {
  for (size_t i = 0; i < n; i++) to[i] += times * from[i];
}
[[gnu::optimize("O3", "fast-math"), gnu::target_clones("avx2", "default")]] inline float product(const float* a, const float* b, size_t n) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}
// One step of AdaGrad.
[[gnu::optimize("O3", "fast-math"), gnu::target_clones("avx2", "default")]] inline void move(const float* gradient, float rate, size_t n, float* weights, float* squares) {
  for (size_t i = 0; i < n; i++) {
    squares[i] += gradient[i] * gradient[i];
    weights[i] -= rate * gradient[i] / std::sqrt(squares[i]);
  }
}
}  // namespace loops

struct NetworkOptions {
  int rounds = 8;  // the last with the rounded rows
  float rate = 0.03f, drop = 0.2f, drop_layer = 0.3f, place = 0.8f;
  int sources = 3;  // a mark must be known from so many
  int64_t linear_permille = 700, network_permille = 700;
};

class NetworkFit {
 public:
  using Table = std::vector<const FitExample*>;  // the columns of a table in one form, in its order
  static constexpr size_t kWidth = rules::NetworkShape::kWidth;

  NetworkFit(std::vector<size_t> places, const std::vector<Table>& tables, NetworkOptions options) : options_(options), places_(std::move(places)), outputs_(places_.size()), shape_(outputs_) {
    struct Known {
      int last = -1, sources = 0;
    };
    std::unordered_map<uint32_t, Known> known;
    for (const Table& table : tables)
      for (const FitExample* e : table)
        for (uint32_t mark : e->marks)
          if (Known& k = known[mark]; k.last != e->source) k.last = e->source, k.sources++;
    for (const auto& [mark, k] : known)
      if (k.sources >= options.sources) order_.push_back(mark);
    std::sort(order_.begin(), order_.end());
    for (size_t i = 0; i < order_.size(); i++) index_[order_[i]] = static_cast<uint32_t>(i);
    begin();
    std::vector<size_t> turn(tables.size());
    for (size_t i = 0; i < turn.size(); i++) turn[i] = i;
    for (int round = 0; round < options.rounds; round++) {
      if (round + 1 == options.rounds) round_rows();
      rate_ = options.rate * (1 - 0.9f * static_cast<float>(round) / static_cast<float>(options.rounds));
      for (size_t i = turn.size(); i > 1; i--) std::swap(turn[i - 1], turn[next() % i]);
      for (size_t t : turn) step(tables[t], round + 1 == options.rounds);
    }
  }

  // All in one: the bench cuts it into files.
  rules::NetworkPack pack(const std::vector<std::string>& types) const {
    rules::NetworkPack out{.pack = "resemblance_network", .version = {}, .effective_from = {}, .types = types, .row_step_micro = row_step_micro_, .dense_step_nano = 0,
                           .linear_permille = options_.linear_permille, .network_permille = options_.network_permille, .marks = {}, .rows = {}, .dense = {}};
    for (size_t i = 0; i < order_.size(); i++) {
      for (int shift : {0, 8, 16, 24}) out.marks.push_back(static_cast<uint8_t>(order_[i] >> shift));
      auto steps = [&](size_t j) { return static_cast<uint8_t>(std::lround(rows_[i * kWidth + j] / scale_of(i)) + 8); };
      for (size_t j = 0; j < kWidth / 2; j++) out.rows.push_back(static_cast<uint8_t>(steps(j) | steps(j + kWidth / 2) << 4));
      out.rows.push_back(scales_[i]);
    }
    float largest = 0;
    for (float w : dense_) largest = std::max(largest, std::abs(w));
    out.dense_step_nano = std::lround(largest / 32767 * 1e9f) + 1;
    for (float w : dense_) {
      auto steps = static_cast<uint16_t>(static_cast<int16_t>(std::lround(w / (static_cast<float>(out.dense_step_nano) / 1e9f))));
      out.dense.push_back(static_cast<uint8_t>(steps)), out.dense.push_back(static_cast<uint8_t>(steps >> 8));
    }
    return out;
  }

 private:
  void begin() {
    auto even = [&](float most) { return (static_cast<float>(next() >> 40) / static_cast<float>(1 << 24) * 2 - 1) * most; };
    rows_.resize(order_.size() * kWidth), row_squares_.assign(rows_.size(), 1e-3f);
    for (float& w : rows_) w = even(0.05f);
    dense_.assign(shape_.size(), 0), dense_squares_.assign(shape_.size(), 1e-3f);
    for (size_t i = shape_.second(); i < shape_.second_bias(); i++) dense_[i] = even(0.1f);
    for (size_t i = shape_.out(); i < shape_.out_bias(); i++) dense_[i] = even(0.05f);
    for (size_t i = shape_.trust(); i < shape_.size(); i++) dense_[i] = even(0.01f);
  }

  float scale_of(size_t row) const { return static_cast<float>(scales_[row]) * static_cast<float>(row_step_micro_) / 1e6f; }

  // To signed four-bit numbers and one scale for each row.
  void round_rows() {
    float largest = 0;
    for (float w : rows_) largest = std::max(largest, std::abs(w));
    row_step_micro_ = std::lround(largest / 7 / 255 * 1e6f) + 1;
    scales_.resize(order_.size());
    for (size_t i = 0; i < order_.size(); i++) {
      float* row = &rows_[i * kWidth];
      float most = 0;
      for (size_t j = 0; j < kWidth; j++) most = std::max(most, std::abs(row[j]));
      scales_[i] = static_cast<uint8_t>(std::clamp(std::ceil(most / 7 / (static_cast<float>(row_step_micro_) / 1e6f)), 1.0f, 255.0f));
      for (size_t j = 0; j < kWidth; j++) row[j] = std::clamp(std::round(row[j] / scale_of(i)), -8.0f, 7.0f) * scale_of(i);
    }
  }

  bool chance(float share) { return static_cast<float>(next() >> 40) / static_cast<float>(1 << 24) < share; }

  // With part of a layer left out, and nothing below zero.
  void thin(float* layer) {
    for (size_t j = 0; j < kWidth; j++) layer[j] = layer[j] <= 0 || chance(options_.drop_layer) ? 0 : layer[j] / (1 - options_.drop_layer);
  }

  void forward(const Table& table) {
    size_t n = table.size();
    first_.assign((n + 1) * kWidth, 0), second_.assign(n * kWidth, 0), out_.assign(n * outputs_, 0), used_.assign(n, {});
    for (size_t k = 0; k < n; k++) {
      float* first = &first_[k * kWidth];
      for (uint32_t mark : table[k]->marks)
        if (auto at = index_.find(mark); at != index_.end() && !chance(options_.drop)) used_[k].push_back(at->second), loops::add_times(1 / (1 - options_.drop), &rows_[at->second * kWidth], kWidth, first);
      loops::add_times(1, dense_.data(), kWidth, first);
      thin(first);
      loops::add_times(1 / static_cast<float>(n), first, kWidth, &first_[n * kWidth]);
    }
    for (size_t k = 0; k < n; k++) {
      float *second = &second_[k * kWidth], *out = &out_[k * outputs_];
      std::copy_n(&dense_[shape_.second_bias()], kWidth, second);
      for (size_t s = 0; s < 4; s++)
        if (const float* from = seen(first_, s, k, n))
          for (size_t i = 0; i < kWidth; i++)
            if (from[i] != 0) loops::add_times(from[i], &dense_[shape_.second() + (s * kWidth + i) * kWidth], kWidth, second);
      thin(second);
      std::copy_n(&dense_[shape_.out_bias()], outputs_, out);
      for (size_t i = 0; i < kWidth; i++) {
        if (second[i] != 0) loops::add_times(second[i], &dense_[shape_.out() + i * outputs_], outputs_, out);
        if (float x = first_[k * kWidth + i]; x != 0) loops::add_times(x, &dense_[shape_.out() + (kWidth + i) * outputs_], outputs_, out);
      }
      if (int said = table[k]->said; said >= 0) out[said] += loops::product(second, &dense_[shape_.trust()], kWidth);
    }
  }

  // What the second layer of column `k` sees: itself, its table, the columns before and after.
  static float* seen(std::vector<float>& layer, size_t which, size_t k, size_t n) {
    if (which == 2 && k == 0) return nullptr;
    if (which == 3 && k + 1 == n) return nullptr;
    return &layer[(which == 0 ? k : which == 1 ? n : which == 2 ? k - 1 : k + 1) * kWidth];
  }

  // How far the chances are from the target, in place of the log-odds.
  void miss_of(const FitExample& e, float* out) const {
    float most = *std::max_element(out, out + outputs_), total = 0, in_place = 0;
    size_t place = places_[static_cast<size_t>(e.label)];
    for (size_t t = 0; t < outputs_; t++) {
      total += out[t] = std::exp(out[t] - most);
      if (places_[t] == place) in_place += out[t];
    }
    for (size_t t = 0; t < outputs_; t++) {
      float target = static_cast<int>(t) == e.label ? 1 - options_.place : 0;
      if (places_[t] == place) target += options_.place * out[t] / std::max(in_place, 1e-9f);
      out[t] = (out[t] / total - target) * e.share;
    }
  }

  void step(const Table& table, bool rows_stay) {
    if (std::none_of(table.begin(), table.end(), [](const FitExample* e) { return e->label >= 0; })) return;
    forward(table);
    size_t n = table.size();
    float kept = 1 / (1 - options_.drop_layer);
    to_first_.assign((n + 1) * kWidth, 0), to_dense_.assign(dense_.size(), 0);
    for (size_t k = 0; k < n; k++) {
      const FitExample& e = *table[k];
      if (e.label < 0) continue;
      float *miss = &out_[k * outputs_], to_second[kWidth] = {};
      const float* second = &second_[k * kWidth];
      miss_of(e, miss);
      for (size_t i = 0; i < 2 * kWidth; i++) {
        float x = i < kWidth ? second[i] : first_[k * kWidth + i - kWidth];
        if (x == 0) continue;
        size_t at = shape_.out() + i * outputs_;
        (i < kWidth ? to_second[i] : to_first_[k * kWidth + i - kWidth]) += loops::product(miss, &dense_[at], outputs_);
        loops::add_times(x, miss, outputs_, &to_dense_[at]);
      }
      if (e.said >= 0)
        for (size_t i = 0; i < kWidth; i++)
          if (second[i] != 0) to_second[i] += miss[e.said] * dense_[shape_.trust() + i], to_dense_[shape_.trust() + i] += miss[e.said] * second[i];
      for (float& x : to_second) x *= kept;
      loops::add_times(1, miss, outputs_, &to_dense_[shape_.out_bias()]);
      loops::add_times(1, to_second, kWidth, &to_dense_[shape_.second_bias()]);
      for (size_t s = 0; s < 4; s++) {
        const float* from = seen(first_, s, k, n);
        float* back = seen(to_first_, s, k, n);
        for (size_t i = 0; from && i < kWidth; i++) {
          size_t at = shape_.second() + (s * kWidth + i) * kWidth;
          if (from[i] == 0) continue;
          back[i] += loops::product(to_second, &dense_[at], kWidth);
          loops::add_times(from[i], to_second, kWidth, &to_dense_[at]);
        }
      }
    }
    for (size_t k = 0; k < n; k++) {
      float back[kWidth];
      for (size_t i = 0; i < kWidth; i++) back[i] = first_[k * kWidth + i] > 0 ? kept * (to_first_[k * kWidth + i] + to_first_[n * kWidth + i] / static_cast<float>(n)) : 0;
      loops::add_times(1, back, kWidth, to_dense_.data());
      if (rows_stay) continue;
      for (float& x : back) x /= 1 - options_.drop;
      for (uint32_t row : used_[k]) loops::move(back, rate_, kWidth, &rows_[row * kWidth], &row_squares_[row * kWidth]);
    }
    loops::move(to_dense_.data(), rate_, dense_.size(), dense_.data(), dense_squares_.data());
  }

  uint64_t next() {
    seed_ ^= seed_ << 13, seed_ ^= seed_ >> 7, seed_ ^= seed_ << 17;
    return seed_;
  }

  NetworkOptions options_;
  std::vector<size_t> places_;
  size_t outputs_;
  rules::NetworkShape shape_;
  std::vector<uint32_t> order_;
  std::unordered_map<uint32_t, uint32_t> index_;
  std::vector<float> rows_, row_squares_, dense_, dense_squares_;
  std::vector<float> first_, second_, out_, to_first_, to_dense_;  // of the table at hand; `first_` ends with the mean
  std::vector<std::vector<uint32_t>> used_;
  std::vector<uint8_t> scales_;
  int64_t row_step_micro_ = 1;
  float rate_ = 0;
  uint64_t seed_ = 88172645463325252ull;
};

}  // namespace sluice::bench
