// A small network beside the linear model of resemblance.h, over the same marks. Every mark is a row of kWidth numbers; their sum
// is what a column looks like. That, the mean over the table and the columns before and after make a second layer, and both layers
// speak to the types. So it sees what a linear model cannot: marks that say something only together, and the table as a whole.
//
// Its log-odds and those of the linear model are mixed (`mix`); the words of a reason stay the linear model's. Kept as rules data
// (rules/resemblance_network.yaml and its continuations), fitted by bench/classify.resemblance_bench. A set without it leaves the linear model
// alone.
//
// Thread rule: reads the pack's bytes, which must live as long; immutable after construction. Deterministic: sums in a fixed order.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "classify/mark_index.h"
#include "rules/resemblance_pack.h"

namespace sluice::classify {

class Network {
 public:
  static constexpr size_t kWidth = rules::NetworkShape::kWidth;
  using Layer = std::array<float, kWidth>;

  explicit Network(const rules::NetworkPack& pack);
  bool empty() const { return outputs_ == 0; }
  // What marks add to what a column looks like; sums of parts may be taken in any order.
  struct Sums {
    std::array<int32_t, kWidth> steps{};
  };
  void add(std::span<const uint32_t> marks, Sums& sums) const;
  // Mixes into `scores`, the linear model's log-odds by type of all columns of a table in its order, what the network makes of them.
  // `said`: the output that the dictionary says of each, SIZE_MAX where none. The best score of each column stays as high as it was.
  void mix(std::span<const Sums> columns, std::span<const size_t> said, std::span<std::vector<float>> scores) const;

 private:
  size_t outputs_ = 0;
  float row_step_ = 0, linear_ = 1, network_ = 0;
  MarkIndex marks_;
  const uint8_t* rows_ = nullptr;  // the pack's own: four bits a number and a scale (rules::NetworkShape::kRow bytes)
  std::vector<float> dense_;
};

}  // namespace sluice::classify
