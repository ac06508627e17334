#include "table/classes.h"

#include <algorithm>
#include <bit>
#include <map>
#include <memory>
#include <utility>

#include "base/large_memory.h"
#include "base/parallel.h"

namespace sluice::table {

namespace {

constexpr uint64_t kArrayCells = uint64_t{1} << 24;  // key spaces up to this are counted in an array
constexpr size_t kPartitionRows = 2048;              // about; what is counted together then stays in the first-level cache
constexpr unsigned kPartitionBitsMax = 10;           // more would not be written side by side without missing the TLB

// Memory that is written before it is read: not cleared first.
template <class T>
struct Scratch {
  explicit Scratch(size_t n) : data(new T[n]), size(n) { prefer_large_pages(data.get(), n * sizeof(T)); }
  std::unique_ptr<T[]> data;
  size_t size;
  T& operator[](size_t i) { return data[i]; }
  const T& operator[](size_t i) const { return data[i]; }
};

// A bijection whose upper bits depend on all of the key.
uint32_t scramble(uint32_t key) { return (key ^ key >> 15) * 0x9e3779b1u; }
uint64_t scramble(uint64_t key) { return (key ^ key >> 32) * 0x9e3779b97f4a7c15u; }

// `bits` bits of a scrambled key behind its first `skipped`.
template <class Key>
size_t bits_of(Key scrambled, unsigned skipped, unsigned bits) {
  constexpr unsigned width = sizeof(Key) * 8;
  return bits == 0 ? 0 : static_cast<size_t>(static_cast<Key>(scrambled << skipped) >> (width - bits));
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

Result<uint64_t> check_columns(std::span<const KeyColumn* const> columns, const ClassLimits& limits) {
  uint64_t rows = columns.empty() ? 0 : columns[0]->codes.size();
  for (const KeyColumn* c : columns)
    if (c->codes.size() != rows) return fail(Errc::invalid, "classes.ragged");
  if (rows >= UINT32_MAX || rows * 32 > limits.bytes_max) return fail(Errc::exhausted, "classes.too_large");
  return rows;
}

size_t part_begin(size_t rows, size_t part, size_t parts) { return rows / parts * part + std::min(part, rows % parts); }

// One key a row in mixed radix, appended to the keys so far; a stretch of rows at a time, so that it stays in the cache.
template <class Key>
void append_digits(std::span<const KeyColumn* const> columns, Scratch<Key>& keys, unsigned threads) {
  in_parallel(threads, threads, [&](size_t part) {
    constexpr size_t stretch = 4096;
    const size_t end = part_begin(keys.size, part + 1, threads);
    for (size_t from = part_begin(keys.size, part, threads); from < end; from += stretch) {
      const size_t to = std::min(end, from + stretch);
      for (const KeyColumn* column : columns) {
        const Key radix = static_cast<Key>(std::max<uint32_t>(1, column->cardinality));
        const uint32_t* codes = column->codes.data();
        for (size_t r = from; r < to; r++) keys[r] = static_cast<Key>(keys[r] * radix + codes[r]);
      }
    }
  });
}

// The rows of a table in partitions by the first bits of their scrambled keys, in the order of the table within each.
template <class Key>
struct Partitions {
  struct WithRow {
    Key key;
    uint32_t row;
  };
  unsigned bits;
  std::vector<size_t> bounds;
  size_t size() const { return bounds.size() - 1; }

  // `item(row)` is what is stored of a row; Item is Key or WithRow.
  template <class Item, class Make>
  void fill(const Scratch<Key>& keys, unsigned threads, Scratch<Item>& items, const Make& make) {
    const size_t rows = keys.size, parts = size_t{1} << bits;
    std::vector<std::vector<size_t>> starts(threads, std::vector<size_t>(parts));
    in_parallel(threads, threads, [&](size_t t) {
      auto& mine = starts[t];
      for (size_t r = part_begin(rows, t, threads), end = part_begin(rows, t + 1, threads); r < end; r++) mine[bits_of(scramble(keys[r]), 0, bits)]++;
    });
    bounds.resize(parts + 1);
    size_t at = 0;
    for (size_t p = 0; p < parts; p++) {
      bounds[p] = at;
      for (auto& mine : starts) at += std::exchange(mine[p], at);
    }
    bounds[parts] = at;
    in_parallel(threads, threads, [&](size_t t) {
      auto& mine = starts[t];
      for (size_t r = part_begin(rows, t, threads), end = part_begin(rows, t + 1, threads); r < end; r++) {
        Key key = scramble(keys[r]);
        items[mine[bits_of(key, 0, bits)]++] = make(key, static_cast<uint32_t>(r));
      }
    });
  }
};

unsigned partition_bits(size_t rows) { return std::min<unsigned>(kPartitionBitsMax, static_cast<unsigned>(std::bit_width(rows / kPartitionRows))); }

// Open addressing over one partition after the other, in the same memory.
template <class Key, class Value>
class PartitionTable {
 public:
  void start(size_t keys, unsigned partition_bits) {
    skipped_ = partition_bits;
    bits_ = std::max(4u, static_cast<unsigned>(std::bit_width(keys * 2)));
    slots_.assign(size_t{1} << bits_, Slot{});
  }
  // The value of a key, zero when it is new.
  Value& at(Key key) {
    const size_t mask = slots_.size() - 1;
    size_t at = bits_of(key, skipped_, std::min<unsigned>(bits_, sizeof(Key) * 8 - skipped_));
    while (slots_[at].value && slots_[at].key != key) at = (at + 1) & mask;
    slots_[at].key = key;
    return slots_[at].value;
  }
  template <class Take>
  void each(const Take& take) const {
    for (const Slot& slot : slots_)
      if (slot.value) take(slot.value);
  }

 private:
  struct Slot {
    Key key = 0;
    Value value = 0;
  };
  unsigned skipped_ = 0, bits_ = 0;
  std::vector<Slot> slots_;
};

template <class Key>
void count_by_partition(const Scratch<Key>& keys, unsigned threads, Histogram& histogram) {
  Partitions<Key> partitions{.bits = partition_bits(keys.size), .bounds = {}};
  Scratch<Key> sorted(keys.size);
  partitions.template fill<Key>(keys, threads, sorted, [](Key key, uint32_t) { return key; });
  std::vector<SizeTally> tallies(threads);
  in_parallel(threads, threads, [&](size_t t) {
    PartitionTable<Key, uint32_t> table;
    for (size_t p = t; p < partitions.size(); p += threads) {
      table.start(partitions.bounds[p + 1] - partitions.bounds[p], partitions.bits);
      for (size_t i = partitions.bounds[p]; i < partitions.bounds[p + 1]; i++) table.at(sorted[i])++;
      table.each([&](uint32_t size) { tallies[t].add(size); });
    }
  });
  for (const auto& tally : tallies) tally.into(histogram);
}

template <class Key>
void count_keys(const Scratch<Key>& keys, uint64_t space, unsigned threads, Histogram& histogram) {
  if (space > kArrayCells || space > std::max<uint64_t>(65536, keys.size * 8)) return count_by_partition(keys, threads, histogram);
  std::vector<uint32_t> counts(space);
  for (size_t r = 0; r < keys.size; r++) counts[keys[r]]++;
  SizeTally tally;
  for (uint32_t c : counts)
    if (c) tally.add(c);
  tally.into(histogram);
}

// Numbers the classes by their first rows. `leader[row]` is the first row of the row's class.
RowClasses number_classes(const Scratch<uint32_t>& leader) {
  RowClasses out;
  reserve_large(out.class_of_row, leader.size);
  out.class_of_row.resize(leader.size);
  reserve_large(out.size_of_class, leader.size);
  constexpr uint32_t ahead = 32;
  for (uint32_t r = 0; r < leader.size; r++) {
    if (r + ahead < leader.size) __builtin_prefetch(&out.class_of_row[leader[r + ahead]]);
    if (leader[r] == r) {
      out.class_of_row[r] = static_cast<uint32_t>(out.size_of_class.size());
      out.size_of_class.push_back(1);
    } else {
      uint32_t c = out.class_of_row[leader[r]];
      out.class_of_row[r] = c;
      out.size_of_class[c]++;
    }
  }
  return out;
}

template <class Key>
RowClasses classes_of_keys(const Scratch<Key>& keys, uint64_t space, unsigned threads) {
  Scratch<uint32_t> leader(keys.size);
  if (space <= std::max<uint64_t>(65536, keys.size * 2)) {
    std::vector<uint32_t> first(space, UINT32_MAX);
    for (uint32_t r = 0; r < keys.size; r++) leader[r] = first[keys[r]] == UINT32_MAX ? first[keys[r]] = r : first[keys[r]];
    return number_classes(leader);
  }
  using WithRow = typename Partitions<Key>::WithRow;
  Partitions<Key> partitions{.bits = partition_bits(keys.size), .bounds = {}};
  Scratch<WithRow> sorted(keys.size);
  partitions.template fill<WithRow>(keys, threads, sorted, [](Key key, uint32_t row) { return WithRow{key, row}; });
  in_parallel(threads, threads, [&](size_t t) {
    PartitionTable<Key, uint32_t> table;  // one more than the first row
    for (size_t p = t; p < partitions.size(); p += threads) {
      table.start(partitions.bounds[p + 1] - partitions.bounds[p], partitions.bits);
      for (size_t i = partitions.bounds[p]; i < partitions.bounds[p + 1]; i++) {
        uint32_t& first = table.at(sorted[i].key);
        if (first == 0) first = sorted[i].row + 1;
        leader[sorted[i].row] = first - 1;
      }
    }
  });
  return number_classes(leader);
}

// Keys that are equal exactly for equal tuples, given to `use` with the space that they come from: 32 bits wide where that is
// enough, and made dense whenever mixed radix would outgrow 62 bits.
template <class Use>
auto with_keys(std::span<const KeyColumn* const> columns, uint64_t rows, unsigned threads, const Use& use) {
  constexpr uint64_t space_max = uint64_t{1} << 62;
  auto radix_of = [](const KeyColumn* c) -> uint64_t { return std::max<uint32_t>(1, c->cardinality); };
  uint64_t space = 1;
  bool fits = true;
  for (const KeyColumn* c : columns) {
    fits = fits && space <= (uint64_t{1} << 32) / radix_of(c);
    if (fits) space *= radix_of(c);
  }
  if (fits) {
    Scratch<uint32_t> keys(rows);
    std::fill_n(keys.data.get(), rows, 0u);
    append_digits(columns, keys, threads);
    return use(keys, space);
  }
  Scratch<uint64_t> keys(rows);
  std::fill_n(keys.data.get(), rows, uint64_t{0});
  space = 1;
  for (size_t at = 0; at < columns.size();) {
    size_t end = at;
    while (end < columns.size() && space <= space_max / radix_of(columns[end])) space *= radix_of(columns[end++]);
    if (end == at) {
      RowClasses dense = classes_of_keys(keys, space, threads);
      std::copy(dense.class_of_row.begin(), dense.class_of_row.end(), keys.data.get());
      space = std::max<size_t>(1, dense.size_of_class.size()) * radix_of(columns[end++]);
    }
    append_digits(columns.subspan(at, end - at), keys, threads);
    at = end;
  }
  return use(keys, space);
}

}  // namespace

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
  unsigned threads = threads_for_rows(limits.threads, count.rows);
  with_keys(columns, count.rows, threads, [&](const auto& keys, uint64_t space) { count_keys(keys, space, threads, count.histogram); });
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
  if (rows == 0) return RowClasses{};
  unsigned threads = threads_for_rows(limits.threads, rows);
  return with_keys(columns, rows, threads, [&](const auto& keys, uint64_t space) { return classes_of_keys(keys, space, threads); });
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

Risk risk_of(const ClassCount& count, double threshold) {
  RiskSum sum;
  for (auto [size, n] : count.histogram) {
    auto f = static_cast<double>(size);
    sum.add(f, f, static_cast<double>(n), threshold);
  }
  const AttackerRisk risk = sum.result();
  return {.prosecutor = risk, .journalist = risk, .marketer = risk.average};
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
