// The multi-lane SM3 kernels behind sm3_many, apart so that tests compare each against the others.
//
// A kernel compresses one 64-byte block in each of `lanes` independent hashes. `state` holds word w of lane l at
// state[w × lanes + l]. One lane is the portable kernel; 8 lanes want AVX2, 16 want AVX-512 F and BW.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace sluice {

struct Sm3Kernel {
  size_t lanes;
  void (*compress)(uint32_t* state, const uint8_t* const* blocks);
};

// The kernels that this processor can run, widest last.
std::span<const Sm3Kernel> sm3_kernels();

// out[i] = SM3(in[i]) with the given kernel.
void sm3_many_with(const Sm3Kernel& kernel, std::span<const ByteView> in, std::span<Digest> out);

}  // namespace sluice
