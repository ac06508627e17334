#include "classify/network.h"

#include <algorithm>

namespace sluice::classify {

namespace {

constexpr size_t kWidth = Network::kWidth;

// The loop in which the time goes.
[[gnu::optimize("O3")]] void add_times(float times, const float* __restrict weights, size_t n, float* __restrict out) {
  for (size_t i = 0; i < n; i++) out[i] += times * weights[i];
}

// A row as the pack has it: number j in the low bits of byte j, number j + kWidth / 2 in its high bits, 8 more than it is; at the end
// by what they are multiplied.
[[gnu::optimize("O3")]] void add_row(const uint8_t* __restrict row, int32_t* __restrict sums) {
  int16_t scale = row[kWidth / 2];
  for (size_t j = 0; j < kWidth / 2; j++) {
    sums[j] += static_cast<int16_t>(static_cast<int16_t>((row[j] & 15) - 8) * scale);
    sums[j + kWidth / 2] += static_cast<int16_t>(static_cast<int16_t>((row[j] >> 4) - 8) * scale);
  }
}

void add_layer(const Network::Layer& from, const float* weights, Network::Layer& to) {
  for (size_t i = 0; i < kWidth; i++)
    if (from[i] != 0) add_times(from[i], weights + i * kWidth, kWidth, to.data());
}

void only_above_zero(Network::Layer& layer) {
  for (float& x : layer) x = std::max(x, 0.0f);
}

}  // namespace

Network::Network(const rules::NetworkPack& pack) : marks_(pack.marks) {
  outputs_ = pack.types.size();
  if (outputs_ == 0) return;
  row_step_ = static_cast<float>(pack.row_step_micro) / 1e6f;
  linear_ = static_cast<float>(pack.linear_permille) / 1e3f, network_ = static_cast<float>(pack.network_permille) / 1e3f;
  float step = static_cast<float>(pack.dense_step_nano) / 1e9f;
  for (size_t i = 0; i + 1 < pack.dense.size(); i += 2) dense_.push_back(static_cast<float>(static_cast<int16_t>(pack.dense[i] | pack.dense[i + 1] << 8)) * step);
  rows_ = pack.rows.data();
}

void Network::add(std::span<const uint32_t> marks, Sums& sums) const {
  if (empty()) return;
  for (uint32_t mark : marks)
    if (uint32_t at = marks_.find(mark); at != UINT32_MAX) add_row(rows_ + at * rules::NetworkShape::kRow, sums.steps.data());
}

void Network::mix(std::span<const Sums> columns, std::span<const size_t> said, std::span<std::vector<float>> scores) const {
  const rules::NetworkShape parts(outputs_);
  const float* dense = dense_.data();
  std::vector<Layer> first(columns.size());
  Layer mean{}, of_table{};
  for (size_t k = 0; k < columns.size(); k++) {
    for (size_t i = 0; i < kWidth; i++) first[k][i] = static_cast<float>(columns[k].steps[i]) * row_step_ + dense[i];
    only_above_zero(first[k]);
    add_times(1 / static_cast<float>(columns.size()), first[k].data(), kWidth, mean.data());
  }
  auto seen = [&](size_t which) { return dense + parts.second() + which * kWidth * kWidth; };
  std::copy_n(dense + parts.second_bias(), kWidth, of_table.begin());
  add_layer(mean, seen(1), of_table);
  std::vector<float> out(outputs_);
  for (size_t k = 0; k < columns.size(); k++) {
    Layer second = of_table;
    add_layer(first[k], seen(0), second);
    if (k > 0) add_layer(first[k - 1], seen(2), second);
    if (k + 1 < columns.size()) add_layer(first[k + 1], seen(3), second);
    only_above_zero(second);
    std::copy_n(dense + parts.out_bias(), outputs_, out.begin());
    for (size_t i = 0; i < kWidth; i++) {
      if (second[i] != 0) add_times(second[i], dense + parts.out() + i * outputs_, outputs_, out.data());
      if (first[k][i] != 0) add_times(first[k][i], dense + parts.out() + (kWidth + i) * outputs_, outputs_, out.data());
    }
    if (said[k] < outputs_)
      for (size_t i = 0; i < kWidth; i++) out[said[k]] += second[i] * dense[parts.trust() + i];
    std::vector<float>& mixed = scores[k];
    float before = *std::max_element(mixed.begin(), mixed.end());
    // What either model adds to all types alike goes with the difference below.
    for (size_t t = 0; t < outputs_; t++) mixed[t] = linear_ * mixed[t] + network_ * out[t];
    float after = *std::max_element(mixed.begin(), mixed.end());
    for (float& s : mixed) s += before - after;
  }
}

}  // namespace sluice::classify
