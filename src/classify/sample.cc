#include "classify/sample.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "base/clock.h"
#include "classify/full_scan.h"
#include "classify/sample_collect.h"
#include "classify/schema.h"
#include "base/file.h"
#include "codec/csv.h"
#include "table/parquet.h"

namespace sluice::classify {

namespace {

std::string table_name(const std::string& path) {
  auto slash = path.rfind('/');
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  auto dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

struct Collector {
  std::vector<FieldInput> fields;
  std::vector<SpreadSample> samples;
  void add(size_t column, std::string_view value) {
    fields[column].rows++;
    if (value.empty()) {
      fields[column].nulls++;
    } else {
      samples[column].add(value);
    }
  }
  std::vector<FieldInput> finish() {
    for (size_t c = 0; c < fields.size(); c++) fields[c].values = samples[c].take();
    return std::move(fields);
  }
};

Result<std::vector<FieldInput>> sample_csv(const std::string& path, const SampleLimits& limits) {
  CsvDialect dialect;
  dialect.delimiter = TRY(find_delimiter_of_file(path));
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(last_os_error("file.unreadable"));
  auto run = [&]() -> Result<std::vector<FieldInput>> {
    auto source = bytes_of_fd(fd);
    CsvReader reader = TRY(CsvReader::open(*source, dialect));
    Collector all;
    for (const auto& name : reader.header()) {
      FieldInput f;
      f.table = table_name(path);
      f.column = name;
      all.fields.push_back(std::move(f));
      all.samples.emplace_back(limits.values_max);
    }
    size_t rows = 0;
    while (rows < limits.rows_max) {
      const CsvBlock* block = TRY(reader.next());
      if (!block) break;
      for (size_t r = 0; r < block->rows; r++)
        for (size_t c = 0; c < block->columns; c++) all.add(c, block->cell(r, c));
      rows += block->rows;
    }
    return all.finish();
  };
  auto result = run();
  ::close(fd);
  return result;
}

std::string scaled_text(int64_t value, uint8_t scale) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (scale) digits.insert(digits.size() - scale, ".");
  return value < 0 ? "-" + digits : digits;
}

std::string day_text(int64_t days) {
  CivilDate d = civil_from_days(days);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", d.year, d.month, d.day);
  return text;
}

std::string cell_text(const table::Column& column, size_t row) {
  if (column.is_null(row)) return {};
  switch (column.type()) {
    case table::Type::text: return std::string(column.text_at(row));
    case table::Type::decimal: return scaled_text(column.int_at(row), column.scale());
    case table::Type::date: return day_text(column.int_at(row));
    case table::Type::datetime: return rfc3339(column.int_at(row)).substr(0, 19);
    case table::Type::int64:
    case table::Type::boolean: return std::to_string(column.int_at(row));
  }
  return {};
}

Result<std::vector<FieldInput>> sample_parquet(const std::string& path, const SampleLimits& limits) {
  auto rows = TRY(table::open_parquet(path));
  Collector all;
  for (const auto& spec : rows->specs()) {
    FieldInput f;
    f.table = table_name(path);
    f.column = spec.name;
    f.type = std::string(table::kTypeNames[static_cast<size_t>(spec.type)]);
    all.fields.push_back(std::move(f));
    all.samples.emplace_back(limits.values_max);
  }
  size_t read = 0;
  while (read < limits.rows_max) {
    auto batch = TRY(rows->next());
    if (!batch) break;
    for (size_t c = 0; c < batch->columns.size(); c++)
      for (size_t r = 0; r < batch->rows; r++) all.add(c, cell_text(batch->columns[c], r));
    read += batch->rows;
  }
  return all.finish();
}

}  // namespace

Result<std::vector<FieldInput>> sample_file(const std::string& path, const SampleLimits& limits) {
  const bool parquet = path.ends_with(".parquet") || table::is_parquet(path);
  if (limits.full) return parquet ? scan_parquet(path, table_name(path), limits) : scan_csv(path, table_name(path), TRY(find_delimiter_of_file(path)), limits);
  return parquet ? sample_parquet(path, limits) : sample_csv(path, limits);
}

namespace {

constexpr size_t kSourceTextMax = size_t{256} << 20;
constexpr size_t kSourceFilesMax = 10'000;

std::string lower_ending(const std::string& path) {
  auto dot = path.rfind('.');
  std::string ending = dot == std::string::npos ? "" : path.substr(dot);
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return ending;
}

std::string first_bytes(const std::string& path) {
  FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return {};
  char head[512];
  size_t n = std::fread(head, 1, sizeof head, file);
  std::fclose(file);
  return std::string(head, n);
}

bool is_field_list(std::string_view head) {
  std::string_view line = head.substr(0, head.find_first_of("\r\n"));
  if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  auto has = [&](std::string word) {
    return line.starts_with(word + ",") || line.find("," + word + ",") != std::string_view::npos || line.ends_with("," + word);
  };
  return has("table") && has("column");
}

Result<std::vector<FieldInput>> read_one(const std::string& path, const SampleLimits& limits) {
  std::string ending = lower_ending(path);
  std::string head = first_bytes(path);
  if (ending == ".sql" || ending == ".ddl") return read_sql_schema(TRY(read_text_file(path, 64u << 20)));
  if (is_field_list(head)) return read_field_list(TRY(read_text_file(path, 64u << 20)));
  if (head.starts_with("MSH|")) return read_hl7_messages(TRY(read_text_file(path, kSourceTextMax)), limits);
  size_t at = head.find_first_not_of(" \t\r\n");
  bool json = ending == ".json" || ending == ".ndjson" || ending == ".jsonl";
  if (json || (at != std::string::npos && head[at] == '{' && ending != ".csv" && ending != ".parquet"))
    return read_json_records(TRY(read_text_file(path, kSourceTextMax)), table_name(path), limits);
  return sample_file(path, limits);
}

}  // namespace

Result<Inventory> read_source(const std::string& path, const SampleLimits& limits) {
  std::error_code error;
  Inventory out;
  if (!std::filesystem::is_directory(path, error)) {
    out.fields = TRY(read_one(path, limits));
    return out;
  }
  std::set<std::string> files;
  for (std::filesystem::recursive_directory_iterator it(path, std::filesystem::directory_options::skip_permission_denied, error), end; it != end && !error;
       it.increment(error))
    if (it->is_regular_file(error) && it->path().filename().string()[0] != '.') files.insert(it->path().string());
  if (files.empty()) return fail(Errc::not_found, "sample.empty_folder");
  size_t read = 0;
  for (const auto& file : files) {
    if (read++ == kSourceFilesMax) break;
    auto fields = read_one(file, limits);
    if (fields) {
      out.fields.insert(out.fields.end(), std::make_move_iterator(fields->begin()), std::make_move_iterator(fields->end()));
    } else {
      out.skipped.emplace_back(file, std::string(fields.error().reason));
    }
  }
  return out;
}

}  // namespace sluice::classify
