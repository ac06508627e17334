// Columns with a sample of their values, from a data file: CSV or TSV in any of our encodings, or Parquet.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "classify/classify.h"

namespace sluice::classify {

class ValuePatterns;

struct SampleLimits {
  size_t values_max = 10'000;     // kept per column, spread over the part that is read
  size_t rows_max = 200'000;      // read of the file
  // Set: tables (CSV, TSV, Parquet) are read whole, every detector counts every value, no value is kept (full_scan.h).
  const ValuePatterns* full = nullptr;
  unsigned threads = 0;                         // of a full scan; 0: as many as the machine has
  std::function<void(uint64_t bytes)> progress{};  // of a full scan: bytes read so far, from any thread
};

// JSON records: JSON lines, an array of objects, or one object. FHIR resources are tables by their type, bundles their entries;
// nested members are columns by their path ("name.family"), array indexes dropped. Lines that do not parse are passed over;
// where they outnumber the good ones: "sample.not_json_lines".
Result<std::vector<FieldInput>> read_json_records(std::string_view text, const std::string& table, const SampleLimits& limits = {});
// HL7 v2 messages, flattened: a segment is a table, a field a column ("PID-5"), with what it means as comment.
// "sample.not_hl7" when the text does not begin with MSH.
Result<std::vector<FieldInput>> read_hl7_messages(std::string_view text, const SampleLimits& limits = {});
// Whatever a path holds: a `.sql` schema, a field list (CSV with table and column), JSON or NDJSON, HL7 v2, Parquet, CSV or
// TSV; a folder is all its readable files, in order of name, at most 10,000. In a folder files that cannot be read are
// passed over and named in `skipped` (path and reason).
struct Inventory {
  std::vector<FieldInput> fields;
  std::vector<std::pair<std::string, std::string>> skipped;
};
Result<Inventory> read_source(const std::string& path, const SampleLimits& limits = {});

// The table's name is the file's name without its ending. Errors: those of the readers.
Result<std::vector<FieldInput>> sample_file(const std::string& path, const SampleLimits& limits = {});

}  // namespace sluice::classify
