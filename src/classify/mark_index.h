// Where a mark stands among the sorted marks of a rule pack (rules/resemblance_pack.h). Marks are hashes, so their first bits part
// them evenly: a table of where each part begins, and a walk over two or three marks. Reads the pack's own bytes and keeps no copy of
// them: the pack must live as long.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace sluice::classify {

class MarkIndex {
 public:
  explicit MarkIndex(const Bytes& marks) : marks_(marks.data()), shift_(32 - std::clamp<int>(std::bit_width(marks.size() / 8), 1, 24)) {
    starts_.resize((size_t{1} << (32 - shift_)) + 1);
    uint32_t count = static_cast<uint32_t>(marks.size() / 4), i = 0;
    for (size_t part = 0; part + 1 < starts_.size(); part++) {
      starts_[part] = i;
      while (i < count && at(i) >> shift_ == part) i++;
    }
    starts_.back() = count;
  }

  // The part a mark belongs to, and where parts begin.
  size_t part_of(uint32_t mark) const { return mark >> shift_; }
  const std::vector<uint32_t>& starts() const { return starts_; }
  uint32_t at(size_t i) const {
    const uint8_t* m = marks_ + 4 * i;
    return m[0] | static_cast<uint32_t>(m[1]) << 8 | static_cast<uint32_t>(m[2]) << 16 | static_cast<uint32_t>(m[3]) << 24;
  }
  // UINT32_MAX when the mark is not there.
  uint32_t find(uint32_t mark) const {
    size_t part = part_of(mark);
    for (uint32_t i = starts_[part]; i < starts_[part + 1]; i++)
      if (at(i) == mark) return i;
    return UINT32_MAX;
  }

 private:
  const uint8_t* marks_;
  int shift_;
  std::vector<uint32_t> starts_;
};

}  // namespace sluice::classify
