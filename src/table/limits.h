// How wide a table may be that is kept: collected, sealed, written as Parquet. Hospital warehouses have tables of 5,000 columns; every column is a file and a key.
#pragma once

#include <cstddef>

namespace sluice::table {

constexpr size_t kTableColumnsMax = 8000;

}  // namespace sluice::table
