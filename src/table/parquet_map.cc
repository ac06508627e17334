#include "table/parquet_map.h"

#include <duckdb.h>

#include <algorithm>

#include "table/parquet_file.h"

namespace sluice::table {

namespace {

// A function of ours as the engine calls it.
struct RegisteredFunction {
  TextFunction* function;
  ErrorTickets* tickets;
};

void cells_of(duckdb_vector vector, size_t rows, std::vector<std::string_view>& out) {
  const auto* strings = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector));
  const uint64_t* validity = duckdb_vector_get_validity(vector);
  out.resize(rows);
  for (size_t i = 0; i < rows; i++) {
    uint32_t length = strings[i].value.inlined.length;
    bool present = !validity || (validity[i / 64] >> (i % 64) & 1);
    if (!present) out[i] = {};
    else out[i] = {length <= 12 ? strings[i].value.inlined.inlined : strings[i].value.pointer.ptr, length};
  }
}

void put_texts(const TextsOut& texts, duckdb_vector out) {
  bool nulls = false;
  for (size_t i = 0; i < texts.size(); i++) {
    if (texts.is_null(i)) {
      nulls = true;
    } else {
      duckdb_vector_assign_string_element_len(out, i, texts.at(i).data(), texts.at(i).size());
    }
  }
  if (!nulls) return;
  duckdb_vector_ensure_validity_writable(out);
  uint64_t* validity = duckdb_vector_get_validity(out);
  for (size_t i = 0; i < texts.size(); i++)
    if (texts.is_null(i)) duckdb_validity_set_row_invalid(validity, i);
}

void run_function(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  auto* mine = static_cast<RegisteredFunction*>(duckdb_scalar_function_get_extra_info(info));
  thread_local std::vector<std::string_view> cells;
  thread_local TextsOut texts;
  const size_t rows = duckdb_data_chunk_get_size(input);
  duckdb_vector column = duckdb_data_chunk_get_vector(input, 0);
  cells_of(column, rows, cells);
  texts.clear();
  Status done = mine->function->run(cells, {}, texts);
  bool replaces = mine->function->effect() == TextFunction::Effect::replaces;
  if (done && replaces && texts.size() != rows) done = fail(Errc::internal, "table.wrong_shape");
  if (!done) return duckdb_scalar_function_set_error(info, mine->tickets->deposit(done.error()).c_str());
  if (replaces) {
    put_texts(texts, output);
  } else {
    duckdb_vector_reference_vector(output, column);
  }
}

// VOLATILE: once for every row, not once for an entry of a dictionary; nulls are shown too.
Status register_function(DuckDatabase& database, const std::string& name, RegisteredFunction& mine) {
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_scalar_function_set_name(function, name.c_str());
  duckdb_scalar_function_add_parameter(function, text);
  duckdb_scalar_function_set_return_type(function, text);
  duckdb_scalar_function_set_special_handling(function);
  duckdb_scalar_function_set_volatile(function);
  duckdb_scalar_function_set_extra_info(function, &mine, nullptr);
  duckdb_scalar_function_set_function(function, run_function);
  duckdb_state done = duckdb_register_scalar_function(database.own_connection(), function);
  duckdb_destroy_logical_type(&text);
  duckdb_destroy_scalar_function(&function);
  return done == DuckDBSuccess ? Status() : fail(Errc::internal, "table.failed", "function");
}

}  // namespace

Result<uint64_t> map_parquet(const std::string& in_path, const std::string& out_path, const std::vector<MappedColumn>& columns,
                             const EngineLimits& limits) {
  ParquetFile in = TRY(ParquetFile::open(in_path));
  std::vector<RegisteredFunction> registered(columns.size());  // outlives the database
  auto database = TRY(DuckDatabase::open({.limits = limits, .files = {in.name(), out_path}}));
  auto fields = in.fields(*database);
  if (!fields) return tl::unexpected(ParquetFile::blame(std::move(fields).error()));
  std::string selected;
  for (size_t i = 0; i < columns.size(); i++) {
    const MappedColumn& column = columns[i];
    auto field = std::find_if(fields->begin(), fields->end(), [&](const auto& f) { return f.name == column.name; });
    if (field == fields->end() || (column.function && !field->text)) return fail(Errc::invalid, "table.wrong_shape", column.name);
    selected += selected.empty() ? "" : ", ";
    if (!column.function) {
      selected += field->selection;
      continue;
    }
    registered[i] = {column.function.get(), &database->tickets()};
    std::string name = "sluice_text_" + std::to_string(i);
    TRY(register_function(*database, name, registered[i]));
    selected += name + "(" + quote_identifier(column.name) + ") AS " + quote_identifier(column.name);
  }
  auto rows = database->run_counting("COPY (SELECT " + selected + " FROM " + in.table() + ") TO " + quote_literal(out_path) +
                                     " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, USE_TMP_FILE false)");
  if (!rows && rows.error().reason == "table.failed") return fail(Errc::io, "file.unwritable");
  return rows;
}

}  // namespace sluice::table
