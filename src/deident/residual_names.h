// Whether a column holds names of persons: not one cell says so (康宁, 高原), but a column in which most cells are a surname and one or two
// characters more, and many different ones. Part of the residual scan (deident/residual.h).
//
//   name-shaped   two or three Chinese characters of which the first is a surname, or four behind one of two (欧阳), or characters about a middle dot
//                 (买买提·艾力); and the last is none that things, places and offices end in (省, 科, 片 …)
//   found         10 cells or more, 8 different ones at least, 8 in 10 of the column's cells, and of these 6 in 10 with a surname that is nothing else
// Thread rule: a tally belongs to one thread; tallies are added, in any order.
//
// Behind a label it is one cell that says so: 姓名, 患者, 病人, 家属, 联系人, 经办人, 参保人 or 监护人, a colon, a surname that is nothing else, one or two
// characters, and then none (患者：高血压 and its like are excepted).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sluice::deident {

struct NameTally {
  uint64_t shaped = 0, plain = 0;
  std::array<uint64_t, 4> seen{};  // a bit for each hash: as many set as there are different names at least

  // The length in bytes and the first byte of what may be a name: the rest is not worth a look.
  static bool worth_a_look(std::string_view cell) {
    const auto first = static_cast<unsigned char>(cell[0]);
    return cell.size() <= 36 && cell.size() % 3 != 1 && first >= 0xe4 && first <= 0xe9;
  }
  void cell(std::string_view utf8);
  void add(const NameTally& other, uint64_t times);
  // Of `cells` of the column.
  bool found(uint64_t cells) const;
};

// The end of a name that begins at `behind`, after the colon at `colon`; 0 when there is none.
size_t labelled_name_end(std::string_view utf8, size_t colon, size_t behind);

}  // namespace sluice::deident
