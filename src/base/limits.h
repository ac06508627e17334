// Bounds on what the outside may hand us. Each parser checks its own before it allocates.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice {

constexpr size_t kJsonDepthMax = 64;
constexpr size_t kJsonBytesMax = 16u << 20;
constexpr size_t kEntryBytesMax = 64u << 10;       // C2SP entry bundles carry 16-bit lengths
constexpr size_t kBodyBytesMax = 1u << 20;         // larger content is a blob named by its digest
constexpr size_t kNameBytesMax = 512;              // names that people type
constexpr size_t kTextBytesMax = 8u << 10;         // reasons, summaries
constexpr size_t kRequestBytesMax = 8u << 20;      // an HTTP request body
constexpr size_t kCsvFieldBytesMax = 1u << 20;     // one cell
constexpr size_t kCsvRecordBytesMax = 4u << 20;    // one record
constexpr size_t kColumnsMax = 16384;               // of a table: as many as a spreadsheet has

}  // namespace sluice
