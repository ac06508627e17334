#include "table/classes.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace sluice::table {

namespace {

constexpr unsigned kPartitionBits = 8;
constexpr size_t kPartitions = size_t{1} << kPartitionBits;
constexpr uint64_t kArrayCells = uint64_t{1} << 24;  // key spaces up to this are counted in an array
constexpr uint32_t kNoCode = UINT32_MAX;

uint64_t mix(uint64_t x) {  // the finalizer of MurmurHash3: every bit of the key reaches every bit of the result
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccd;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53;
  return x ^ x >> 33;
}

uint64_t hash_bytes(const char* p, size_t n) {
  uint64_t h = 0x9e3779b97f4a7c15 ^ n;
  while (n >= 8) {
    uint64_t w;
    std::memcpy(&w, p, 8);
    h = mix(h ^ w);
    p += 8;
    n -= 8;
  }
  uint64_t w = 0;
  std::memcpy(&w, p, n);
  return mix(h ^ w);
}

template <class Work>
void in_parallel(unsigned threads, size_t parts, const Work& work) {
  std::vector<std::thread> pool;
  for (unsigned t = 1; t < threads; t++)
    pool.emplace_back([&, t] {
      for (size_t i = t; i < parts; i += threads) work(i);
    });
  for (size_t i = 0; i < parts; i += threads) work(i);
  for (auto& t : pool) t.join();
}

unsigned thread_count(const ClassLimits& limits, uint64_t rows) {
  unsigned threads = limits.threads ? limits.threads : std::max(1u, std::thread::hardware_concurrency());
  return rows < 50'000 ? 1 : threads;
}

// Counts the keys of one partition by open addressing; gives each distinct key's count to `take`.
template <class Take>
void count_keys(std::span<const uint64_t> keys, const Take& take) {
  size_t slots = 16;
  while (slots < keys.size() * 2) slots *= 2;
  std::vector<uint64_t> key_of(slots);
  std::vector<uint32_t> count_of(slots);
  for (uint64_t key : keys) {
    size_t at = mix(key) >> kPartitionBits & (slots - 1);
    while (count_of[at] && key_of[at] != key) at = (at + 1) & (slots - 1);
    key_of[at] = key;
    count_of[at]++;
  }
  for (uint32_t c : count_of)
    if (c) take(c);
}

using Histogram = std::map<uint64_t, uint64_t>;

// Small sizes are by far the most frequent: an array for them, the map for the rest.
class SizeTally {
 public:
  void add(uint64_t size) {
    if (size < small_.size()) {
      small_[size]++;
    } else {
      large_[size]++;
    }
  }
  void into(Histogram& histogram) const {
    for (size_t i = 0; i < small_.size(); i++)
      if (small_[i]) histogram[i] += small_[i];
    for (auto [size, n] : large_) histogram[size] += n;
  }

 private:
  std::vector<uint64_t> small_ = std::vector<uint64_t>(256);
  Histogram large_;
};

struct Keys {
  std::vector<uint64_t> of_row;
  uint64_t space = 1;  // keys are below it
};

Result<uint64_t> check_columns(std::span<const KeyColumn* const> columns, const ClassLimits& limits) {
  uint64_t rows = columns.empty() ? 0 : columns[0]->codes.size();
  for (const KeyColumn* c : columns)
    if (c->codes.size() != rows) return fail(Errc::invalid, "classes.ragged");
  if (rows >= UINT32_MAX || rows * 24 > limits.bytes_max) return fail(Errc::exhausted, "classes.too_large");
  return rows;
}

// Dense numbers for equal keys, in order of first appearance.
uint32_t densify(std::vector<uint64_t>& keys) {
  size_t slots = 16;
  while (slots < keys.size() * 2) slots *= 2;
  std::vector<uint64_t> key_of(slots);
  std::vector<uint32_t> code_of(slots, kNoCode);
  uint32_t next = 0;
  for (uint64_t& key : keys) {
    size_t at = mix(key) & (slots - 1);
    while (code_of[at] != kNoCode && key_of[at] != key) at = (at + 1) & (slots - 1);
    if (code_of[at] == kNoCode) {
      key_of[at] = key;
      code_of[at] = next++;
    }
    key = code_of[at];
  }
  return next;
}

// One number a row that is equal exactly for equal tuples: mixed radix, made dense whenever it would outgrow 64 bits.
Keys combine(std::span<const KeyColumn* const> columns, uint64_t rows, unsigned threads) {
  Keys keys;
  keys.of_row.assign(rows, 0);
  constexpr uint64_t space_max = uint64_t{1} << 62;
  for (const KeyColumn* column : columns) {
    uint64_t radix = std::max<uint32_t>(1, column->cardinality);
    if (keys.space > space_max / radix) keys.space = std::max<uint32_t>(1, densify(keys.of_row));
    const uint32_t* codes = column->codes.data();
    uint64_t* key = keys.of_row.data();
    size_t part_rows = (rows + threads - 1) / threads;
    in_parallel(threads, threads, [&](size_t part) {
      size_t end = std::min<size_t>(rows, (part + 1) * part_rows);
      for (size_t r = part * part_rows; r < end; r++) key[r] = key[r] * radix + codes[r];
    });
    keys.space *= radix;
  }
  return keys;
}

void count_in_array(const Keys& keys, Histogram& histogram) {
  std::vector<uint32_t> counts(keys.space);
  for (uint64_t key : keys.of_row) counts[key]++;
  SizeTally tally;
  for (uint32_t c : counts)
    if (c) tally.add(c);
  tally.into(histogram);
}

void count_by_partition(const Keys& keys, unsigned threads, Histogram& histogram) {
  const size_t rows = keys.of_row.size();
  const size_t part_rows = (rows + threads - 1) / threads;
  auto partition = [](uint64_t key) { return mix(key) & (kPartitions - 1); };
  std::vector<std::vector<size_t>> starts(threads, std::vector<size_t>(kPartitions));
  in_parallel(threads, threads, [&](size_t t) {
    size_t end = std::min(rows, (t + 1) * part_rows);
    for (size_t r = t * part_rows; r < end; r++) starts[t][partition(keys.of_row[r])]++;
  });
  std::vector<size_t> bounds(kPartitions + 1);
  size_t at = 0;
  for (size_t p = 0; p < kPartitions; p++) {
    bounds[p] = at;
    for (auto& mine : starts) at += std::exchange(mine[p], at);
  }
  bounds[kPartitions] = at;
  std::vector<uint64_t> sorted(rows);
  in_parallel(threads, threads, [&](size_t t) {
    size_t end = std::min(rows, (t + 1) * part_rows);
    for (size_t r = t * part_rows; r < end; r++) sorted[starts[t][partition(keys.of_row[r])]++] = keys.of_row[r];
  });
  std::vector<SizeTally> tallies(kPartitions);
  in_parallel(threads, kPartitions, [&](size_t p) {
    count_keys(std::span(sorted).subspan(bounds[p], bounds[p + 1] - bounds[p]), [&](uint32_t size) { tallies[p].add(size); });
  });
  for (const auto& tally : tallies) tally.into(histogram);
}

}  // namespace

struct KeyEncoder::State {
  KeyColumn column;
  std::vector<char> arena;
  std::vector<size_t> offsets{0};  // of the distinct values
  std::vector<uint64_t> hashes;
  std::vector<uint32_t> slots = std::vector<uint32_t>(64, kNoCode);
  uint32_t null_code = kNoCode;

  uint32_t code_of(const char* data, size_t size) {
    uint64_t h = hash_bytes(data, size);
    size_t mask = slots.size() - 1, at = h & mask;
    for (; slots[at] != kNoCode; at = (at + 1) & mask) {
      uint32_t code = slots[at];
      if (hashes[code] == h && offsets[code + 1] - offsets[code] == size && std::memcmp(arena.data() + offsets[code], data, size) == 0)
        return code;
    }
    uint32_t code = column.cardinality++;
    arena.insert(arena.end(), data, data + size);
    offsets.push_back(arena.size());
    hashes.push_back(h);
    slots[at] = code;
    if (column.cardinality * 2 > slots.size()) grow();
    return code;
  }
  void grow() {
    std::vector<uint32_t> larger(slots.size() * 4, kNoCode);
    size_t mask = larger.size() - 1;
    for (uint32_t code : slots) {
      if (code == kNoCode) continue;
      size_t at = hashes[code] & mask;
      while (larger[at] != kNoCode) at = (at + 1) & mask;
      larger[at] = code;
    }
    slots = std::move(larger);
  }
};

KeyEncoder::KeyEncoder() : state_(std::make_unique<State>()) {}
KeyEncoder::KeyEncoder(KeyEncoder&&) noexcept = default;
KeyEncoder& KeyEncoder::operator=(KeyEncoder&&) noexcept = default;
KeyEncoder::~KeyEncoder() = default;

void KeyEncoder::add(std::string_view value) { state_->column.codes.push_back(state_->code_of(value.data(), value.size())); }
void KeyEncoder::add(int64_t value) {
  char bytes[8];
  std::memcpy(bytes, &value, 8);
  state_->column.codes.push_back(state_->code_of(bytes, 8));
}
void KeyEncoder::add_null() {
  State& s = *state_;
  if (s.null_code == kNoCode) {
    s.null_code = s.column.cardinality++;
    s.offsets.push_back(s.arena.size());
    s.hashes.push_back(0);  // in no slot: no value is equal to it
  }
  s.column.codes.push_back(s.null_code);
}
KeyColumn KeyEncoder::finish() {
  KeyColumn done = std::move(state_->column);
  state_ = std::make_unique<State>();
  return done;
}

KeyColumn key_column(std::span<const std::string_view> values) {
  KeyEncoder encoder;
  for (auto v : values) encoder.add(v);
  return encoder.finish();
}
KeyColumn key_column(std::span<const int64_t> values) {
  KeyEncoder encoder;
  for (auto v : values) encoder.add(v);
  return encoder.finish();
}

Result<KeyColumn> key_column(ColumnSource& source, size_t column) {
  KeyEncoder encoder;
  bool is_text = source.specs()[column].type == Type::text;
  for (size_t g = 0; g < source.row_groups(); g++) {
    ColumnRef values = TRY(source.read(g, column));
    for (size_t r = 0; r < values->rows(); r++) {
      if (values->is_null(r)) {
        encoder.add_null();
      } else if (is_text) {
        encoder.add(values->text_at(r));
      } else {
        encoder.add(values->int_at(r));
      }
    }
  }
  return encoder.finish();
}

Result<std::vector<KeyColumn>> key_columns(ColumnSource& source, std::span<const size_t> columns, const ClassLimits& limits) {
  std::vector<Result<KeyColumn>> made(columns.size(), fail(Errc::internal, "classes.not_made"));
  in_parallel(thread_count(limits, source.rows()), columns.size(), [&](size_t i) { made[i] = key_column(source, columns[i]); });
  std::vector<KeyColumn> out;
  for (auto& one : made) out.push_back(TRY(std::move(one)));
  return out;
}

uint64_t ClassCount::unique_rows() const {
  auto one = histogram.find(1);
  return one == histogram.end() ? 0 : one->second;
}
uint64_t ClassCount::rows_below(uint64_t k) const {
  uint64_t n = 0;
  for (auto [size, classes_of_size] : histogram)
    if (size < k) n += size * classes_of_size;
  return n;
}
double ClassCount::uniqueness() const { return rows ? static_cast<double>(unique_rows()) / static_cast<double>(rows) : 0; }
double ClassCount::share_below(uint64_t k) const { return rows ? static_cast<double>(rows_below(k)) / static_cast<double>(rows) : 0; }

Result<ClassCount> count_classes(std::span<const KeyColumn* const> columns, const ClassLimits& limits) {
  ClassCount count;
  count.rows = TRY(check_columns(columns, limits));
  if (count.rows == 0) return count;
  unsigned threads = thread_count(limits, count.rows);
  Keys keys = combine(columns, count.rows, threads);
  if (keys.space <= kArrayCells && keys.space <= std::max<uint64_t>(65536, count.rows * 8)) {
    count_in_array(keys, count.histogram);
  } else {
    count_by_partition(keys, threads, count.histogram);
  }
  for (auto [size, n] : count.histogram) count.classes += n;
  count.k_min = count.histogram.begin()->first;
  return count;
}

Result<ClassCount> count_classes(std::span<const KeyColumn> columns, const ClassLimits& limits) {
  std::vector<const KeyColumn*> pointers;
  for (const auto& c : columns) pointers.push_back(&c);
  return count_classes(std::span<const KeyColumn* const>(pointers), limits);
}

Result<RowClasses> row_classes(std::span<const KeyColumn* const> columns, const ClassLimits& limits) {
  uint64_t rows = TRY(check_columns(columns, limits));
  Keys keys = combine(columns, rows, thread_count(limits, rows));
  RowClasses out;
  out.size_of_class.resize(densify(keys.of_row));
  out.class_of_row.resize(rows);
  for (size_t r = 0; r < rows; r++) {
    out.class_of_row[r] = static_cast<uint32_t>(keys.of_row[r]);
    out.size_of_class[out.class_of_row[r]]++;
  }
  return out;
}

namespace {

// f/F summed over classes of (rows in data, rows in population).
struct RiskSum {
  double rows = 0, classes = 0, at_risk = 0, marketer = 0, highest = 0, inverse = 0;
  void add(double f, double population, double classes_of_size, double threshold) {
    double risk = 1 / population;
    rows += f * classes_of_size;
    classes += classes_of_size;
    inverse += f * risk * classes_of_size;
    if (risk > threshold) at_risk += f * classes_of_size;
    highest = std::max(highest, risk);
  }
  AttackerRisk result() const {
    if (rows == 0) return {};
    return {.highest = highest, .average = inverse / rows, .share_at_risk = at_risk / rows};
  }
};

}  // namespace

Risk risk_of(const ClassCount& count, double threshold, double sampling_fraction) {
  RiskSum prosecutor, journalist;
  for (auto [size, n] : count.histogram) {
    auto f = static_cast<double>(size), classes = static_cast<double>(n);
    prosecutor.add(f, f, classes, threshold);
    journalist.add(f, std::max(f, f / sampling_fraction), classes, threshold);
  }
  return {.prosecutor = prosecutor.result(), .journalist = journalist.result(), .marketer = journalist.result().average};
}

Result<Risk> risk_against_population(std::span<const KeyColumn* const> data_then_population, uint64_t data_rows, double threshold,
                                     const ClassLimits& limits) {
  RowClasses all = TRY(row_classes(data_then_population, limits));
  if (data_rows > all.class_of_row.size()) return fail(Errc::invalid, "classes.ragged");
  std::vector<uint32_t> in_data(all.size_of_class.size());
  for (size_t r = 0; r < data_rows; r++) in_data[all.class_of_row[r]]++;
  RiskSum prosecutor, journalist;
  for (size_t c = 0; c < in_data.size(); c++) {
    if (in_data[c] == 0) continue;
    double f = in_data[c];
    // A person of the data is in the population too, whether or not its table lists him.
    double population = std::max(f, static_cast<double>(all.size_of_class[c] - in_data[c]));
    prosecutor.add(f, f, 1, threshold);
    journalist.add(f, population, 1, threshold);
  }
  return Risk{.prosecutor = prosecutor.result(), .journalist = journalist.result(), .marketer = journalist.result().average};
}

}  // namespace sluice::table
