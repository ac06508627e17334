#include "anonymity/unique_sets.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <map>

#include "base/large_memory.h"
#include "base/parallel.h"
#include "table/text_hash.h"

namespace sluice::anonymity {

namespace {

using Bits = std::vector<uint64_t>;

constexpr uint64_t kKeySpaceMax = uint64_t{1} << 62;
constexpr size_t kCellsMax = size_t{1} << 30;

uint64_t ones(const Bits& bits) {
  uint64_t n = 0;
  for (uint64_t w : bits) n += static_cast<uint64_t>(std::popcount(w));
  return n;
}

// Counters of two bits: none, one, or more than one.
class PairCounters {
 public:
  void clear(size_t cells) {
    reserve_large(words_, (cells + 31) / 32);
    words_.assign((cells + 31) / 32, 0);
  }
  void add(uint64_t cell) {
    uint64_t& word = words_[cell / 32];
    const unsigned at = cell % 32 * 2;
    word |= ((word >> at & 1) + 1) << at;
  }
  bool one(uint64_t cell) const { return (words_[cell / 32] >> cell % 32 * 2 & 3) == 1; }
  bool all_above_one(size_t cells) const {
    constexpr uint64_t highs = 0xaaaaaaaaaaaaaaaa;
    for (size_t w = 0; w < words_.size(); w++) {
      const size_t left = cells - w * 32;
      if (~words_[w] & (left >= 32 ? highs : highs & ((uint64_t{1} << 2 * left) - 1))) return false;
    }
    return true;
  }

 private:
  std::vector<uint64_t> words_;
};

// Which of the open tuples (those whose bit in `closed` is not set) agree with no other open tuple in a set of columns. One thread; its
// memory serves one set after the other.
//
// Keys in mixed radix are counted in an array of two-bit counters: by the key itself where the key space is not much larger than the
// tuples are many, by its hash otherwise. Who is alone under his hash is alone; the few others are then counted by their keys.
class LoneTuples {
 public:
  LoneTuples(std::span<const table::KeyColumn> columns, size_t tuples) : columns_(columns), tuples_(tuples) {}

  Status find(std::span<const size_t> set, const Bits& closed, Bits& alone) {
    alone.assign(closed.size(), 0);
    uint64_t space = 1;
    for (size_t c : set)
      if (__builtin_mul_overflow(space, std::max<uint64_t>(1, columns_[c].cardinality), &space) || space > kKeySpaceMax) return find_wide(set, closed, alone);
    if (space <= UINT32_MAX) {
      find_by_keys(set, space, closed, alone, keys32_);
    } else {
      find_by_keys(set, space, closed, alone, keys64_);
    }
    return {};
  }

 private:
  uint64_t open_of(const Bits& closed, size_t word) const {
    const size_t left = tuples_ - word * 64;
    return ~closed[word] & (left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1);
  }
  // The keys of the open tuples of one word of bits.
  template <class Key>
  size_t keys_of(std::span<const size_t> set, size_t word, uint64_t open, Key* __restrict out) const {
    const bool all = open == ~uint64_t{0};
    uint32_t places[64];
    size_t n = 0;
    for (; !all && open; open &= open - 1) places[n++] = static_cast<uint32_t>(std::countr_zero(open));
    if (all) n = 64;
    std::fill_n(out, n, Key{0});
    for (size_t column : set) {
      const uint32_t* __restrict codes = columns_[column].codes.data() + word * 64;
      const Key radix = static_cast<Key>(std::max<uint32_t>(1, columns_[column].cardinality));
      if (all) {
        for (size_t i = 0; i < 64; i++) out[i] = out[i] * radix + codes[i];
      } else {
        for (size_t i = 0; i < n; i++) out[i] = out[i] * radix + codes[places[i]];
      }
    }
    return n;
  }
  template <class Key>
  void find_by_keys(std::span<const size_t> set, uint64_t space, const Bits& closed, Bits& alone, std::vector<Key>& keys) {
    size_t filled = 0;
    for (size_t w = 0; w < closed.size(); w++) filled += static_cast<size_t>(std::popcount(open_of(closed, w)));
    const size_t cells = std::min(kCellsMax, std::bit_ceil(filled * 16 + 1));
    const bool hashed = space > cells;
    counters_.clear(hashed ? cells : space);
    const auto cell_of = [&](Key key) { return hashed ? table::hash_int(key) & (cells - 1) : uint64_t{key}; };
    reserve_large(keys, filled);
    keys.resize(std::max(keys.size(), filled));
    filled = 0;
    for (size_t w = 0; w < closed.size(); w++) {
      const size_t n = keys_of(set, w, open_of(closed, w), keys.data() + filled);
      for (size_t i = 0; i < n; i++) counters_.add(cell_of(keys[filled + i]));
      filled += n;
      if (w % 1024 == 1023 && space <= 65536 && counters_.all_above_one(space)) return;
    }
    rest_.clear();
    size_t at = 0;
    for (size_t w = 0; w < closed.size(); w++) {
      uint64_t bits = 0;
      for (uint64_t open = open_of(closed, w); open; open &= open - 1) {
        const unsigned i = static_cast<unsigned>(std::countr_zero(open));
        const Key key = keys[at++];
        const bool one = counters_.one(cell_of(key));
        bits |= static_cast<uint64_t>(one) << i;
        if (hashed && !one) rest_.push_back({key, static_cast<uint32_t>(w * 64 + i)});
      }
      alone[w] = bits;
    }
    if (hashed) find_in_rest(alone);
  }
  void find_in_rest(Bits& alone) {
    slots_.assign(std::bit_ceil(rest_.size() * 2 + 1), kFree);
    for (const auto& [key, tuple] : rest_) {
      uint64_t& slot = slots_[slot_of(key)];
      slot = slot == kFree ? key << 1 : slot | 1;
    }
    for (const auto& [key, tuple] : rest_)
      if ((slots_[slot_of(key)] & 1) == 0) alone[tuple / 64] |= uint64_t{1} << tuple % 64;
  }
  // Other bits of the hash than those that brought these keys together.
  size_t slot_of(uint64_t key) const {
    const size_t mask = slots_.size() - 1;
    size_t at = table::hash_int(key) >> 32 & mask;
    while (slots_[at] != kFree && slots_[at] >> 1 != key) at = (at + 1) & mask;
    return at;
  }
  // Keys that no 62 bits hold.
  Status find_wide(std::span<const size_t> set, const Bits& closed, Bits& alone) {
    std::vector<uint32_t> tuples;
    for (size_t w = 0; w < closed.size(); w++)
      for (uint64_t open = open_of(closed, w); open; open &= open - 1) tuples.push_back(static_cast<uint32_t>(w * 64) + static_cast<uint32_t>(std::countr_zero(open)));
    std::vector<table::KeyColumn> columns(set.size());
    std::vector<const table::KeyColumn*> pointers;
    for (size_t i = 0; i < set.size(); i++) {
      columns[i].cardinality = columns_[set[i]].cardinality;
      for (uint32_t t : tuples) columns[i].codes.push_back(columns_[set[i]].codes[t]);
      pointers.push_back(&columns[i]);
    }
    table::RowClasses classes = TRY(table::row_classes(pointers, {.bytes_max = SIZE_MAX, .threads = 1}));
    for (size_t i = 0; i < tuples.size(); i++)
      if (classes.size_of_class[classes.class_of_row[i]] == 1) alone[tuples[i] / 64] |= uint64_t{1} << tuples[i] % 64;
    return {};
  }

  struct Rest {
    uint64_t key;
    uint32_t tuple;
  };
  static constexpr uint64_t kFree = UINT64_MAX;

  std::span<const table::KeyColumn> columns_;
  size_t tuples_;
  std::vector<uint32_t> keys32_;  // of the open tuples
  std::vector<uint64_t> keys64_;
  PairCounters counters_;
  std::vector<Rest> rest_;
  std::vector<uint64_t> slots_;  // a key and whether it came twice
};

// All sets of one size, in order.
std::vector<std::vector<size_t>> sets_of(size_t columns, size_t size) {
  std::vector<std::vector<size_t>> all;
  std::vector<size_t> set(size);
  for (size_t i = 0; i < size; i++) set[i] = i;
  while (true) {
    all.push_back(set);
    size_t i = size;
    while (i > 0 && set[i - 1] == columns - size + i - 1) i--;
    if (i == 0) return all;
    for (size_t next = ++set[i - 1]; i < size; i++) set[i] = ++next;
  }
}

uint64_t sets_up_to(size_t columns, size_t size_max) {
  double all = 0, one = 1;
  for (size_t s = 1; s <= size_max; s++) all += one *= static_cast<double>(columns - s + 1) / static_cast<double>(s);
  return all > 1e18 ? UINT64_MAX : static_cast<uint64_t>(all);
}

// Set by set from the small to the large: what is unique in a smaller set is unique in this one too, and is not counted again. It has
// no part in the classes of the others either, so that what is left are exactly the tuples that may be minimal here.
class Levels {
 public:
  Levels(std::span<const table::KeyColumn> columns, std::span<const uint32_t> weights, unsigned threads)
      : columns_(columns), single_((weights.size() + 63) / 64), workers_(threads_of(threads), LoneTuples(columns, weights.size())) {
    for (size_t t = 0; t < weights.size(); t++) single_[t / 64] |= static_cast<uint64_t>(weights[t] == 1) << t % 64;
  }

  // The sets of `size` columns; those of one less came before.
  Result<std::vector<UniqueSet>> next(size_t size) {
    const auto sets = sets_of(columns_.size(), size);
    std::vector<UniqueSet> found(sets.size());
    std::vector<Bits> unique(sets.size());
    const std::vector<size_t> order = largest_first(sets);
    std::vector<Status> outcomes(workers_.size());
    std::atomic<size_t> taken{0};
    in_parallel(static_cast<unsigned>(workers_.size()), workers_.size(), [&](size_t worker) {
      Bits alone;
      for (size_t i = taken++; i < order.size() && outcomes[worker]; i = taken++) {
        const size_t at = order[i];
        found[at].columns = sets[at];
        outcomes[worker] = judge(workers_[worker], found[at], unique[at], alone);
      }
    });
    for (const auto& outcome : outcomes) TRY(outcome);
    at_.clear();
    for (size_t i = 0; i < sets.size(); i++) at_.emplace(sets[i], i);
    unique_ = std::move(unique);
    return found;
  }
  // Rows that are unique in a set of those sizes.
  uint64_t named() const {
    Bits ever(single_.size());
    for (const auto& bits : unique_)
      for (size_t w = 0; w < ever.size(); w++) ever[w] |= bits[w];
    return ones(ever);
  }

 private:
  // What takes longest begins first.
  std::vector<size_t> largest_first(const std::vector<std::vector<size_t>>& sets) const {
    std::vector<std::pair<double, size_t>> by_space;
    for (size_t i = 0; i < sets.size(); i++) {
      double space = 1;
      for (size_t c : sets[i]) space *= columns_[c].cardinality;
      by_space.emplace_back(-space, i);
    }
    std::sort(by_space.begin(), by_space.end());
    std::vector<size_t> order;
    for (const auto& [space, i] : by_space) order.push_back(i);
    return order;
  }
  Status judge(LoneTuples& worker, UniqueSet& set, Bits& unique, Bits& alone) const {
    unique.assign(single_.size(), 0);
    for (size_t drop = 0; drop < set.columns.size() && set.columns.size() > 1; drop++) {
      std::vector<size_t> subset = set.columns;
      subset.erase(subset.begin() + static_cast<ptrdiff_t>(drop));
      const Bits& bits = unique_[at_.at(subset)];
      for (size_t w = 0; w < unique.size(); w++) unique[w] |= bits[w];
    }
    if (unique != single_) {
      TRY(worker.find(set.columns, unique, alone));
      for (size_t w = 0; w < unique.size(); w++) {
        set.minimal_rows += static_cast<uint64_t>(std::popcount(alone[w] & single_[w]));
        unique[w] |= alone[w] & single_[w];
      }
    }
    set.rows = ones(unique);
    return {};
  }

  std::span<const table::KeyColumn> columns_;
  Bits single_;  // tuples of one row: others are nobody's alone
  std::vector<LoneTuples> workers_;
  std::map<std::vector<size_t>, size_t> at_;  // of the sets of one column less
  std::vector<Bits> unique_;
};

}  // namespace

Result<UniqueSets> find_unique_sets(std::span<const table::KeyColumn> columns, std::span<const uint32_t> weights, size_t size_max,
                                    unsigned threads) {
  size_max = std::min(size_max, columns.size());
  if (sets_up_to(columns.size(), size_max) > kSetsMax) return fail(Errc::exhausted, "anonymity.too_many_sets");
  for (const auto& c : columns)
    if (c.codes.size() != weights.size()) return fail(Errc::invalid, "classes.ragged");
  UniqueSets out;
  out.rows_by_smallest.resize(size_max + 1);
  Levels levels(columns, weights, threads);
  uint64_t named = 0, rows = 0;
  for (size_t size = 1; size <= size_max; size++) {
    for (auto& set : TRY(levels.next(size)))
      if (set.minimal_rows > 0) out.sets.push_back(std::move(set));
    const uint64_t now = levels.named();
    out.rows_by_smallest[size] = now - named;
    named = now;
  }
  for (uint32_t w : weights) rows += w;
  out.rows_by_smallest[0] = rows - named;
  return out;
}

Result<UniqueSets> find_unique_persons(std::span<const table::KeyColumn> columns, std::span<const uint32_t> persons, size_t size_max) {
  size_max = std::min(size_max, columns.size());
  if (sets_up_to(columns.size(), size_max) > kSetsMax) return fail(Errc::exhausted, "anonymity.too_many_sets");
  UniqueSets out;
  out.rows_by_smallest.resize(size_max + 1);
  std::map<std::vector<size_t>, std::vector<bool>> before;
  std::vector<bool> named(persons.size());
  for (size_t size = 1; size <= size_max; size++) {
    std::map<std::vector<size_t>, std::vector<bool>> now;
    for (auto& columns_of_set : sets_of(columns.size(), size)) {
      UniqueSet set{.columns = columns_of_set, .rows = 0, .minimal_rows = 0};
      std::vector<const table::KeyColumn*> keys;
      for (size_t c : columns_of_set) keys.push_back(&columns[c]);
      const table::RowClasses classes = TRY(table::row_classes(keys, {.bytes_max = SIZE_MAX, .threads = 1}));
      constexpr uint32_t none = UINT32_MAX, several = UINT32_MAX - 1;
      std::vector<uint32_t> who(classes.size_of_class.size(), none);
      for (size_t i = 0; i < persons.size(); i++) {
        uint32_t& w = who[classes.class_of_row[i]];
        w = w == none || w == persons[i] ? persons[i] : several;
      }
      std::vector<bool>& unique = now[columns_of_set];
      unique.resize(persons.size());
      for (size_t i = 0; i < persons.size(); i++) {
        if (who[classes.class_of_row[i]] == several) continue;
        unique[i] = true;
        set.rows++;
        bool minimal = true;
        for (size_t drop = 0; size > 1 && minimal && drop < size; drop++) {
          std::vector<size_t> subset = columns_of_set;
          subset.erase(subset.begin() + static_cast<ptrdiff_t>(drop));
          minimal = !before.at(subset)[i];
        }
        set.minimal_rows += minimal;
        if (!named[i]) out.rows_by_smallest[size]++;
        named[i] = true;
      }
      if (set.minimal_rows > 0) out.sets.push_back(std::move(set));
    }
    before = std::move(now);
  }
  out.rows_by_smallest[0] = static_cast<uint64_t>(std::count(named.begin(), named.end(), false));
  return out;
}

}  // namespace sluice::anonymity
