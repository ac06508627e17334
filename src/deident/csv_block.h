// One block of whole CSV records masked in one pass: untouched bytes are copied in runs, masked cells are replaced.
//
// A block starts at the start of a record and ends with a line feed. Grammar: RFC 4180 with LF or CRLF; a quote inside an
// unquoted field is a plain character; after a closing quote only the delimiter or the end of the line may follow.
//
// What is written can be read: a record whose text in UTF-8 has a cell beyond kCsvFieldBytesMax ("deident.cell_too_long") or is itself beyond
// kCsvRecordBytesMax ("deident.record_too_long") is an error, since the independent check reads no longer ones. What masking takes away may be longer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deident/csv_map.h"
#include "deident/masker.h"
#include "deident/residual.h"

namespace sluice::deident {

struct CellTally {
  uint64_t masked = 0, nulls = 0, failed = 0;
};

// What one block gave. On an error `error_row` is the record's number in the block, from 0.
struct BlockResult {
  std::string out;
  uint64_t rows = 0;       // records read
  uint64_t dropped = 0;    // of them not in the sample
  std::vector<CellTally> cells;          // by input column
  std::vector<ResidualTally> residual;   // by input column; of the output's cells
  std::string_view error;                // a reason, empty when all is well
  uint64_t error_row = 0;
  size_t error_column = 0;
};

enum class Scan { off, on };

// The last byte of `block` is '\n'; at least 8 readable bytes follow it (the scan reads words). `first_row`: the number of
// the block's first record in the table, from 0; it matters only where the masker learnt.
void mask_block(const Masker& masker, char delimiter, std::string_view block, uint64_t first_row, Scan scan, BlockResult& result);

// The same with a way of mapping the block, or none, for tests: all give the same result.
void mask_block_with(const CsvMapper* mapper, const Masker& masker, char delimiter, std::string_view block, uint64_t first_row, Scan scan,
                     BlockResult& result);

// The length of the leading part of `data` that consists of whole records; 0 when there is none. `data` starts at a record.
size_t whole_records(std::string_view data, char delimiter);

// The fields of the first record (unquoted, unescaped) and its length with the line end; nothing when it is not whole or
// its quoting is wrong. `too_many`: it has more than kColumnsMax, and nothing else is said of it.
struct FirstRecord {
  std::vector<std::string> fields;
  bool too_many = false;
  size_t bytes = 0;
};
std::optional<FirstRecord> first_record(std::string_view data, char delimiter);

// Gives every field of a block (as for mask_block, with 16 readable bytes behind it) in order; the number of records, or
// nothing where the quoting or the number of fields is wrong.
std::optional<uint64_t> read_fields(std::string_view block, char delimiter, size_t columns,
                                    const std::function<void(size_t column, std::string_view field)>& take);

// Gives every record of such a block as the fields of some columns only: places[c] is where column c stands in what is given, or `wanted`
// and beyond where it is not asked for; as many columns as places. False from take() ends the reading. The views end with the call.
// The number of records given, or nothing as above.
std::optional<uint64_t> read_wanted(std::string_view block, char delimiter, std::span<const size_t> places, size_t wanted,
                                    const std::function<bool(std::span<const std::string_view>)>& take);

// Why a block is not such records: "deident.ragged_row" or "deident.bad_quoting", and in which of its records, from 0.
struct RecordFault {
  std::string_view reason;
  size_t record = 0;
};
RecordFault fault_of_records(std::string_view block, char delimiter, size_t columns);

// Appends the records for which stays() holds, bytes unchanged; false where the grammar is broken.
bool copy_records(std::string_view block, char delimiter, size_t columns, const std::function<bool()>& stays, std::string& out);

// Appends a field, quoted when it must be.
void put_field(std::string& out, std::string_view field, char delimiter);

}  // namespace sluice::deident
