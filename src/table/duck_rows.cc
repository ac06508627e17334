// Results of the engine as columns of ours.
#include <duckdb.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "table/duck_database.h"

namespace sluice::table {

namespace {

struct ResultType {
  duckdb_type engine = DUCKDB_TYPE_INVALID;
  duckdb_type stored = DUCKDB_TYPE_INVALID;  // of a decimal: the integer beneath
  ColumnSpec spec;
};

bool map_type(duckdb_logical_type logical, ResultType& out) {
  out.engine = duckdb_get_type_id(logical);
  out.stored = out.engine;
  switch (out.engine) {
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
      out.spec.type = Type::text;
      return true;
    case DUCKDB_TYPE_BOOLEAN:
      out.spec.type = Type::boolean;
      return true;
    case DUCKDB_TYPE_DATE:
      out.spec.type = Type::date;
      return true;
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      out.spec.type = Type::datetime;
      return true;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
      out.spec.type = Type::int64;
      return true;
    case DUCKDB_TYPE_DECIMAL:
      out.stored = duckdb_decimal_internal_type(logical);
      out.spec.type = Type::decimal;
      out.spec.scale = duckdb_decimal_scale(logical);
      return out.spec.scale <= kScaleMax;
    default:
      return false;
  }
}

int64_t floor_div(int64_t v, int64_t by) { return v / by - (v % by < 0 ? 1 : 0); }

// Takes vectors of one result column and becomes a Column.
class ResultColumn {
 public:
  explicit ResultColumn(const ResultType& type) : type_(type) { reset(); }

  Status take(duckdb_vector vector, size_t n) {
    uint64_t* validity = duckdb_vector_get_validity(vector);
    take_validity(validity, n);
    const void* data = duckdb_vector_get_data(vector);
    Status status = take_values(data, validity, n);
    parts_.rows += n;
    return status;
  }
  size_t text_bytes() const { return parts_.arena.size(); }
  Column finish() {
    Column column(std::move(parts_));
    reset();
    return column;
  }

 private:
  void reset() {
    parts_ = ColumnParts{};
    parts_.type = type_.spec.type;
    parts_.scale = type_.spec.scale;
    if (parts_.type == Type::text) parts_.offsets.push_back(0);
  }

  static bool present(const uint64_t* validity, size_t i) {
    return !validity || (validity[i / 64] >> (i % 64) & 1);
  }

  void take_validity(const uint64_t* validity, size_t n) {
    bool nulls = false;
    for (size_t i = 0; validity && i < n && !nulls; i++) nulls = !present(validity, i);
    if (!nulls && parts_.validity.empty()) return;
    parts_.validity.resize((parts_.rows + n + 63) / 64, ~uint64_t{0});
    for (size_t i = 0; nulls && i < n; i++) {
      size_t row = parts_.rows + i;
      if (!present(validity, i)) parts_.validity[row / 64] &= ~(uint64_t{1} << (row % 64));
    }
  }

  template <class T>
  void copy_ints(const void* data, size_t n) {
    const T* from = static_cast<const T*>(data);
    parts_.ints.insert(parts_.ints.end(), from, from + n);
  }

  // Milliseconds of timestamps in 1/by of a millisecond.
  void copy_times(const void* data, size_t n, int64_t by) {
    const int64_t* from = static_cast<const int64_t*>(data);
    for (size_t i = 0; i < n; i++) parts_.ints.push_back(floor_div(from[i], by));
  }

  Status copy_wide(const void* data, const uint64_t* validity, size_t n) {
    const duckdb_hugeint* from = static_cast<const duckdb_hugeint*>(data);
    for (size_t i = 0; i < n; i++) {
      if (!present(validity, i)) {
        parts_.ints.push_back(0);
        continue;
      }
      int64_t low = static_cast<int64_t>(from[i].lower);
      if (from[i].upper != (low < 0 ? -1 : 0)) return fail(Errc::invalid, "table.number_too_large", type_.spec.name);
      parts_.ints.push_back(low);
    }
    return {};
  }

  Status copy_unsigned(const void* data, const uint64_t* validity, size_t n) {
    const uint64_t* from = static_cast<const uint64_t*>(data);
    for (size_t i = 0; i < n; i++) {
      uint64_t v = present(validity, i) ? from[i] : 0;
      if (v > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
        return fail(Errc::invalid, "table.number_too_large", type_.spec.name);
      parts_.ints.push_back(static_cast<int64_t>(v));
    }
    return {};
  }

  void copy_texts(const void* data, const uint64_t* validity, size_t n) {
    const duckdb_string_t* from = static_cast<const duckdb_string_t*>(data);
    for (size_t i = 0; i < n; i++) {
      if (present(validity, i)) {
        uint32_t length = from[i].value.inlined.length;
        const char* text = length <= 12 ? from[i].value.inlined.inlined : from[i].value.pointer.ptr;
        parts_.arena.insert(parts_.arena.end(), text, text + length);
      }
      parts_.offsets.push_back(static_cast<uint32_t>(parts_.arena.size()));
    }
  }

  template <class T>
  void copy_floats(const void* data, const uint64_t* validity, size_t n) {
    const T* from = static_cast<const T*>(data);
    for (size_t i = 0; i < n; i++) {
      if (present(validity, i)) {
        char text[64];
        auto end = std::to_chars(text, text + sizeof text, from[i]).ptr;
        parts_.arena.insert(parts_.arena.end(), text, end);
      }
      parts_.offsets.push_back(static_cast<uint32_t>(parts_.arena.size()));
    }
  }

  Status take_values(const void* data, const uint64_t* validity, size_t n) {
    switch (type_.stored) {
      case DUCKDB_TYPE_VARCHAR:
        copy_texts(data, validity, n);
        break;
      case DUCKDB_TYPE_FLOAT:
        copy_floats<float>(data, validity, n);
        break;
      case DUCKDB_TYPE_DOUBLE:
        copy_floats<double>(data, validity, n);
        break;
      case DUCKDB_TYPE_BOOLEAN: {
        const bool* from = static_cast<const bool*>(data);
        for (size_t i = 0; i < n; i++) parts_.bools.push_back(present(validity, i) && from[i]);
        break;
      }
      case DUCKDB_TYPE_DATE: {
        const int32_t* from = static_cast<const int32_t*>(data);
        parts_.dates.insert(parts_.dates.end(), from, from + n);
        break;
      }
      case DUCKDB_TYPE_TIMESTAMP:
      case DUCKDB_TYPE_TIMESTAMP_TZ:
        copy_times(data, n, 1000);
        break;
      case DUCKDB_TYPE_TIMESTAMP_NS:
        copy_times(data, n, 1000000);
        break;
      case DUCKDB_TYPE_TIMESTAMP_MS:
        copy_times(data, n, 1);
        break;
      case DUCKDB_TYPE_TIMESTAMP_S: {
        const int64_t* from = static_cast<const int64_t*>(data);
        for (size_t i = 0; i < n; i++) {
          int64_t ms = 0;
          if (present(validity, i) && __builtin_mul_overflow(from[i], 1000, &ms))
            return fail(Errc::invalid, "table.number_too_large", type_.spec.name);
          parts_.ints.push_back(ms);
        }
        break;
      }
      case DUCKDB_TYPE_TINYINT:
        copy_ints<int8_t>(data, n);
        break;
      case DUCKDB_TYPE_SMALLINT:
        copy_ints<int16_t>(data, n);
        break;
      case DUCKDB_TYPE_INTEGER:
        copy_ints<int32_t>(data, n);
        break;
      case DUCKDB_TYPE_BIGINT:
        copy_ints<int64_t>(data, n);
        break;
      case DUCKDB_TYPE_UTINYINT:
        copy_ints<uint8_t>(data, n);
        break;
      case DUCKDB_TYPE_USMALLINT:
        copy_ints<uint16_t>(data, n);
        break;
      case DUCKDB_TYPE_UINTEGER:
        copy_ints<uint32_t>(data, n);
        break;
      case DUCKDB_TYPE_UBIGINT:
        return copy_unsigned(data, validity, n);
      default:
        return copy_wide(data, validity, n);
    }
    return {};
  }

  ResultType type_;
  ColumnParts parts_;
};

class SelectStream final : public RowStream {
 public:
  SelectStream(DuckDatabase& database, duckdb_connection connection) : database_(database), connection_(connection) {}
  ~SelectStream() override {
    if (has_result_) duckdb_destroy_result(&result_);
    if (prepared_) duckdb_destroy_prepare(&prepared_);
    database_.end(connection_);
  }

  Status start(const std::string& sql) {
    TRY(prepare(sql));
    has_result_ = true;
    if (duckdb_execute_prepared_streaming(prepared_, &result_) == DuckDBError) return failed();
    for (idx_t i = 0; i < duckdb_column_count(&result_); i++) {
      ResultType type;
      type.spec.name = duckdb_column_name(&result_, i);
      duckdb_logical_type logical = duckdb_column_logical_type(&result_, i);
      bool known = map_type(logical, type);
      duckdb_destroy_logical_type(&logical);
      if (!known) return fail(Errc::invalid, "table.unsupported_type", type.spec.name);
      specs_.push_back(type.spec);
      columns_.emplace_back(type);
    }
    return {};
  }

  const std::vector<ColumnSpec>& specs() const override { return specs_; }

  Result<std::optional<Batch>> next(size_t rows_max) override {
    Batch batch;
    size_t text_bytes = 0;
    const size_t step = duckdb_vector_size();
    while (!ended_ && (batch.rows == 0 || (batch.rows + step <= rows_max && text_bytes < kBatchTextBytes))) {
      duckdb_data_chunk chunk = duckdb_fetch_chunk(result_);
      if (!chunk) {
        ended_ = true;
        const char* text = duckdb_result_error(&result_);
        if (text && *text) return tl::unexpected(database_.reason_of(text));
        break;
      }
      size_t n = duckdb_data_chunk_get_size(chunk);
      Status status;
      for (size_t i = 0; i < columns_.size() && status; i++) {
        status = columns_[i].take(duckdb_data_chunk_get_vector(chunk, i), n);
        text_bytes = std::max(text_bytes, columns_[i].text_bytes());
      }
      duckdb_destroy_data_chunk(&chunk);
      if (!status) {
        ended_ = true;
        return tl::unexpected(std::move(status).error());
      }
      batch.rows += n;
    }
    if (batch.rows == 0) return std::optional<Batch>();
    for (ResultColumn& column : columns_) batch.columns.push_back(column.finish());
    return std::optional<Batch>(std::move(batch));
  }

 private:
  Status prepare(const std::string& sql) {
    duckdb_extracted_statements statements = nullptr;
    idx_t count = duckdb_extract_statements(connection_, sql.c_str(), &statements);
    Status status;
    if (count == 0) {
      status = fail(Errc::invalid, "table.bad_query");
    } else if (count > 1) {
      status = fail(Errc::invalid, "table.not_a_query");
    } else if (duckdb_prepare_extracted_statement(connection_, statements, 0, &prepared_) == DuckDBError) {
      const char* text = duckdb_prepare_error(prepared_);
      status = tl::unexpected(database_.reason_of(text ? text : ""));
    } else if (duckdb_prepared_statement_type(prepared_) != DUCKDB_STATEMENT_TYPE_SELECT) {
      status = fail(Errc::invalid, "table.not_a_query");
    } else if (duckdb_nparams(prepared_) > 0) {
      status = fail(Errc::invalid, "table.bad_query");
    }
    duckdb_destroy_extracted(&statements);
    return status;
  }

  Status failed() {
    const char* text = duckdb_result_error(&result_);
    return tl::unexpected(database_.reason_of(text ? text : ""));
  }

  DuckDatabase& database_;
  duckdb_connection connection_;
  duckdb_prepared_statement prepared_ = nullptr;
  duckdb_result result_{};
  bool has_result_ = false;
  bool ended_ = false;
  std::vector<ColumnSpec> specs_;
  std::vector<ResultColumn> columns_;
};

}  // namespace

Result<std::unique_ptr<RowStream>> stream_select(DuckDatabase& database, const std::string& sql) {
  // A NUL would cut the statement short in the engine's C interface.
  if (sql.find('\0') != std::string::npos) return fail(Errc::invalid, "table.bad_query");
  duckdb_connection connection = TRY(database.begin());
  auto stream = std::make_unique<SelectStream>(database, connection);
  TRY(stream->start(sql));
  return std::unique_ptr<RowStream>(std::move(stream));
}

}  // namespace sluice::table
