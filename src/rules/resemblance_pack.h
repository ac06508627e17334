// The fitted model that likens a column to labelled ones (classify/resemblance.h, classify/network.h), as rules data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codec/record.h"

namespace sluice::rules {

// resemblance: a linear model that likens a column to labelled ones, fitted by bench/classify.resemblance_bench from
// tests/labels. `marks` are the sorted 32-bit hashes (little endian) of what a name, comment or table shows; `counts` how many
// weights each has, `outputs` to which type each weight speaks (index into `types`; 255: to what the dictionary says), `weights`
// signed bytes in units of `step_micro` millionths of a natural log-odds unit. An empty model leaves the dictionary alone.
struct ResemblancePack {
  std::string pack, version, effective_from;
  std::vector<std::string> types;
  int64_t step_micro = 0;
  Bytes marks, counts, outputs, weights;
  static constexpr auto fields =
      field_list(field("pack", &ResemblancePack::pack), field("version", &ResemblancePack::version), field("effective_from", &ResemblancePack::effective_from),
                 field("types", &ResemblancePack::types), field("step_micro", &ResemblancePack::step_micro), field("marks", &ResemblancePack::marks),
                 field("counts", &ResemblancePack::counts), field("outputs", &ResemblancePack::outputs), field("weights", &ResemblancePack::weights));
};

// Where what stands in `dense`: the first layer's bias; the second's weights (of the column, its table, the columns before and after)
// and bias; the outputs' weights (of the second layer, then of the first) and bias; the trust in what the dictionary says.
struct NetworkShape {
  static constexpr size_t kWidth = 48, kSeen = 4, kRow = kWidth / 2 + 1;  // of both layers; what the second sees; bytes of a mark's row
  size_t outputs;
  explicit NetworkShape(size_t outputs) : outputs(outputs) {}
  size_t second() const { return kWidth; }  // [seen][from][to]
  size_t second_bias() const { return second() + kSeen * kWidth * kWidth; }
  size_t out() const { return second_bias() + kWidth; }  // [second layer, then first][output]
  size_t out_bias() const { return out() + 2 * kWidth * outputs; }
  size_t trust() const { return out_bias() + outputs; }
  size_t size() const { return trust() + kWidth; }
};

// resemblance_network and its continuations: the network of classify/network.h, which is mixed with the linear model. `marks` as there;
// `rows` have for each mark signed numbers of four bits, two to a byte, and a byte by which they are multiplied, in units of
// `row_step_micro`; `dense` are all other weights, signed 16-bit (little endian) in units of `dense_step_nano`. `linear_permille` and
// `network_permille`: how much either counts.
struct NetworkPack {
  std::string pack, version, effective_from;
  std::vector<std::string> types;
  int64_t row_step_micro = 0, dense_step_nano = 0, linear_permille = 0, network_permille = 0;
  Bytes marks, rows, dense;
  static constexpr auto fields =
      field_list(field("pack", &NetworkPack::pack), field("version", &NetworkPack::version), field("effective_from", &NetworkPack::effective_from), field("types", &NetworkPack::types),
                 field("row_step_micro", &NetworkPack::row_step_micro), field("dense_step_nano", &NetworkPack::dense_step_nano), field("linear_permille", &NetworkPack::linear_permille),
                 field("network_permille", &NetworkPack::network_permille), field("marks", &NetworkPack::marks), field("rows", &NetworkPack::rows), field("dense", &NetworkPack::dense));
};

// Lengths agree, the marks are sorted, every weight speaks to a type of the pack.
Status check_resemblance(const ResemblancePack& pack);
// … and the network, where there is one, speaks to the same types.
Status check_network(const NetworkPack& pack, const ResemblancePack& beside);

}  // namespace sluice::rules
