// Table files of either format, CSV or Parquet: as the table that risk and search work on, and as batches from one to the other.
//
// A file is Parquet by its first bytes. An output is what its name says (.parquet; .csv, .tsv, .txt), else of the input's format. Columns of a CSV file are
// texts in UTF-8; columns of a Parquet file have their types, and a null is an empty cell.
// Errors: those of csv_table.h and table/parquet.h; of outputs those of base/pending_file.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "anonymity/csv_table.h"
#include "table/column.h"
#include "table/engine.h"

namespace sluice::anonymity {

enum class FileFormat { csv, parquet };
FileFormat format_of_file(const std::string& path);
FileFormat format_of_output(const std::string& out_path, FileFormat input);

// The errors of read_csv_table, whatever the format.
Result<CsvTable> read_table_file(const std::string& path, const std::vector<std::string>& columns, const ReadOptions& options = {});

// The rows of a file; `delimiter` of a CSV file.
Result<std::unique_ptr<table::RowStream>> open_rows(const std::string& path, char delimiter);
// Appears whole on finish(), or not at all; batches are of these columns.
Result<std::unique_ptr<table::BatchSink>> create_rows(const std::string& path, const std::vector<table::ColumnSpec>& specs, FileFormat format, char delimiter);

}  // namespace sluice::anonymity
