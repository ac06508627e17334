#include "classify/sample.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "base/clock.h"
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

// Keeps an evenly spread sample of unknown length: when it is full, every second value goes and the stride doubles.
class SpreadSample {
 public:
  explicit SpreadSample(size_t max) : max_(max) {}
  void add(std::string_view value) {
    if (seen_++ % stride_) return;
    kept_.emplace_back(value.substr(0, 4096));
    if (kept_.size() < max_) return;
    for (size_t i = 0; 2 * i < kept_.size(); i++) kept_[i] = std::move(kept_[2 * i]);
    kept_.resize((kept_.size() + 1) / 2);
    stride_ *= 2;
  }
  std::vector<std::string> take() { return std::move(kept_); }

 private:
  size_t max_, seen_ = 0, stride_ = 1;
  std::vector<std::string> kept_;
};

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

Result<char> delimiter_of(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(last_os_error("file.unreadable"));
  char head[8192];
  ssize_t n = ::read(fd, head, sizeof head);
  ::close(fd);
  std::string_view line(head, n > 0 ? static_cast<size_t>(n) : 0);
  line = line.substr(0, line.find('\n'));
  char best = ',';
  size_t most = 0;
  for (char d : {',', '\t', ';', '|'}) {
    size_t count = 0;
    for (char c : line) count += c == d;
    if (count > most) {
      most = count;
      best = d;
    }
  }
  return best;
}

Result<std::vector<FieldInput>> sample_csv(const std::string& path, const SampleLimits& limits) {
  CsvDialect dialect;
  dialect.delimiter = TRY(delimiter_of(path));
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
  return path.ends_with(".parquet") ? sample_parquet(path, limits) : sample_csv(path, limits);
}

}  // namespace sluice::classify
