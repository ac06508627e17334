#include "classify/network.h"

#include <algorithm>
#include <bit>

namespace sluice::classify {

namespace {

constexpr size_t kWidth = Network::kWidth;

// The loop in which the time goes.
[[gnu::optimize("O3")]] void add_times(float times, const float* __restrict weights, size_t n, float* __restrict out) {
  for (size_t i = 0; i < n; i++) out[i] += times * weights[i];
}

void add_layer(const Network::Layer& from, const float* weights, Network::Layer& to) {
  for (size_t i = 0; i < kWidth; i++)
    if (from[i] != 0) add_times(from[i], weights + i * kWidth, kWidth, to.data());
}

void only_above_zero(Network::Layer& layer) {
  for (float& x : layer) x = std::max(x, 0.0f);
}

}  // namespace

Network::Network(const rules::NetworkPack& pack) {
  size_t marks = pack.marks.size() / 4;
  outputs_ = pack.types.size();
  if (outputs_ == 0) return;
  row_step_ = static_cast<float>(pack.row_step_micro) / 1e6f;
  linear_ = static_cast<float>(pack.linear_permille) / 1e3f, network_ = static_cast<float>(pack.network_permille) / 1e3f;
  float step = static_cast<float>(pack.dense_step_nano) / 1e9f;
  for (size_t i = 0; i + 1 < pack.dense.size(); i += 2) dense_.push_back(static_cast<float>(static_cast<int16_t>(pack.dense[i] | pack.dense[i + 1] << 8)) * step);
  rows_.resize(marks * kWidth);
  slots_.resize(std::bit_ceil(std::max<size_t>(marks * 2, 2)));
  for (uint32_t i = 0; i < marks; i++) {
    const uint8_t* m = &pack.marks[4 * static_cast<size_t>(i)];
    uint32_t mark = m[0] | static_cast<uint32_t>(m[1]) << 8 | static_cast<uint32_t>(m[2]) << 16 | static_cast<uint32_t>(m[3]) << 24;
    size_t at = mark & (slots_.size() - 1);
    while (slots_[at].row != UINT32_MAX) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {mark, i};
    const uint8_t* row = &pack.rows[i * rules::NetworkShape::kRow];
    auto steps = [&](int number) { return static_cast<int16_t>((number - 8) * row[kWidth / 2]); };
    for (size_t j = 0; j < kWidth / 2; j++) rows_[i * kWidth + j] = steps(row[j] & 15), rows_[i * kWidth + j + kWidth / 2] = steps(row[j] >> 4);
  }
}

void Network::add(std::span<const uint32_t> marks, Sums& sums) const {
  if (empty()) return;
  for (uint32_t mark : marks)
    for (size_t at = mark & (slots_.size() - 1); slots_[at].row != UINT32_MAX; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].mark != mark) continue;
      const int16_t* row = &rows_[slots_[at].row * kWidth];
      for (size_t i = 0; i < kWidth; i++) sums.steps[i] += row[i];
      break;
    }
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
