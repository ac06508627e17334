// How the bytes of Parquet pages are packed: codecs, and the hybrid of runs and packed bits. Bytes of strangers come in; whatever is wrong
// with them is "table.wrong_shape".
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "table/parquet_meta.h"

namespace sluice::table {

// Exactly `bytes_plain` bytes from exactly all of `packed`, to `out`.
Status unpack_page(ParquetCodec codec, std::string_view packed, char* out, size_t bytes_plain);
// Appends `plain` packed; by Snappy as it is, between its tags.
Status pack_page(ParquetCodec codec, std::string_view plain, std::string& out);

// `n` values of `width` bits (0 to 32) from all of `packed`. What fills up the last packed bits is zero, or it is not: DuckDB leaves values
// of the block before there.
enum class Padding { zero, leftovers };
Result<Padding> unpack_hybrid(std::string_view packed, unsigned width, size_t n, uint32_t* out);
// Whether `packed` is one run of `n` ones of one bit.
bool is_run_of_ones(std::string_view packed, size_t n);
void pack_hybrid(std::span<const uint32_t> values, unsigned width, std::string& out);

// Little-endian, as Parquet has its lengths.
uint32_t load_le32(const char* p);
void put_le32(std::string& out, uint32_t v);

}  // namespace sluice::table
