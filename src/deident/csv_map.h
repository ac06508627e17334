// Where fields end in a block of CSV, and where a direct identifier may stand, found 64 bytes at a time: one bit a byte.
//
// Only for blocks without a quote, on processors with AVX2 or AVX-512; everywhere else the block is read field by field
// (csv_block.cc), with the same result. A field without a bit of `looks` holds nothing that scan_cell (deident/residual.h) would count,
// but for its `cells` and its names: such a bit stands on every @, on the sixth and later digits of a run, on the fourth of a run behind one or two
// of blank - . / with a digit before them, on the last byte of a full-width digit, dash, full stop, slash, colon or @ (EF BC 8D to 9A, A0), on the second byte of
// what may be 号, 栋, 幢, 室, 弄 or 单 behind a digit, and on a capital letter or colon behind a character of several bytes (粤B12345). For text in UTF-8; a block in GB18030 is looked at cell by cell. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "deident/glance.h"

namespace sluice::deident {

struct CsvMap {
  std::vector<uint64_t> ends;   // delimiters and line feeds
  std::vector<uint64_t> looks;
};

// A way over bytes. map(): false where the block has a quote. glance_at(): of one cell (deident/glance.h).
struct CsvMapper {
  std::string_view name;
  bool (*map)(std::string_view block, char delimiter, CsvMap& out);
  Glance (*glance_at)(std::string_view cell);
};

// The ways that this processor has, fastest last; none without AVX2.
std::span<const CsvMapper> csv_mappers();

}  // namespace sluice::deident
