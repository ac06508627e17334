// What 64 bytes of text hold, one bit a byte, and where a direct identifier may stand in them: the first step of the residual scan
// (deident/residual.h), for whole blocks (deident/csv_map.h) and for single cells (deident/glance.h). Pure; any thread.
#pragma once

#include <cstdint>

namespace sluice::deident {

struct ByteBits {
  uint64_t ends, quotes, digits, ats;
  uint64_t words, words_second;                // E5 and E6; the second bytes of 号, 栋, 幢, 室, 弄, 单
  uint64_t parts, wide, wide_first, wide_last;  // blank - . /; EF, BC, and 8D to 9A or A0
  uint64_t capitals, colons, high;              // A to Z; bytes from 80 on
  uint64_t closing;                             // )
};

// Turns the bits of one 64 bytes after the other into bits where a look is worth while; what they hang on goes on from the bytes before.
class LookBits {
 public:
  [[gnu::always_inline]] uint64_t next(const ByteBits& b) {
    uint64_t two = b.digits & behind(b.digits, digits_, 1);
    uint64_t four = two & behind(two, two_, 2);
    uint64_t six = four & behind(two, two_, 4);
    uint64_t word = b.words & behind(b.digits, digits_, 1);
    uint64_t word_second = b.words_second & behind(word, word_, 1);
    uint64_t group = four & behind(b.parts, parts_, 4) & (behind(b.digits, digits_, 5) | (behind(b.parts, parts_, 5) & (behind(b.digits, digits_, 6) | (behind(b.parts, parts_, 6) & behind(b.digits, digits_, 7)))));
    uint64_t plate = (b.capitals | b.colons) & behind(b.high, high_, 1);
    uint64_t wide = b.wide_last & behind(b.wide_first, wide_first_, 1) & behind(b.wide, wide_, 2);
    digits_ = b.digits;
    two_ = two;
    word_ = word;
    parts_ = b.parts;
    wide_ = b.wide;
    wide_first_ = b.wide_first;
    high_ = b.high;
    return b.ats | six | word_second | group | wide | plate;
  }

 private:
  static uint64_t behind(uint64_t now, uint64_t before, unsigned by) { return now << by | before >> (64 - by); }
  uint64_t digits_ = 0, two_ = 0, word_ = 0, parts_ = 0, wide_ = 0, wide_first_ = 0, high_ = 0;
};

}  // namespace sluice::deident
