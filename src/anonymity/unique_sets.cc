#include "anonymity/unique_sets.h"

#include <algorithm>
#include <map>

#include "anonymity/parallel.h"
#include "table/text_hash.h"

namespace sluice::anonymity {

namespace {

using Bits = std::vector<uint64_t>;
constexpr uint64_t kCountedInArray = uint64_t{1} << 22;

constexpr size_t kAhead = 32;  // keys looked up together, so that their cache misses overlap

// Which keys occur in one row: counts in an array, stopping at two.
class SeenInArray {
 public:
  SeenInArray(uint64_t space, size_t) : seen_(space) {}
  void prefetch(uint64_t key) const { __builtin_prefetch(&seen_[key], 1); }
  void add(uint64_t key, uint32_t weight, uint32_t) {
    uint8_t& seen = seen_[key];
    seen = static_cast<uint8_t>(std::min<uint32_t>(2, seen + weight));
  }
  template <class Take>
  void each_single(std::span<const std::pair<uint64_t, uint32_t>> keys, const Take& take) const {
    for (auto [key, tuple] : keys)
      if (seen_[key] == 1) take(tuple);
  }

 private:
  std::vector<uint8_t> seen_;
};

// The same by hashing, where the key space is too large: a slot remembers its only row.
class SeenInTable {
 public:
  SeenInTable(uint64_t, size_t tuples) {
    size_t slots = 64;
    while (slots < tuples * 2) slots *= 2;
    slots_.resize(slots);
  }
  void prefetch(uint64_t key) const { __builtin_prefetch(&slots_[table::hash_int(key) & (slots_.size() - 1)], 1); }
  void add(uint64_t key, uint32_t weight, uint32_t tuple) {
    size_t mask = slots_.size() - 1, at = table::hash_int(key) & mask;
    while (slots_[at].only != kNobody && slots_[at].key != key) at = (at + 1) & mask;
    bool alone = slots_[at].only == kNobody && weight == 1;
    slots_[at] = {key, alone ? tuple : kSeveral};
  }
  template <class Take>
  void each_single(std::span<const std::pair<uint64_t, uint32_t>>, const Take& take) const {
    for (const Slot& slot : slots_)
      if (slot.only < kSeveral) take(slot.only);
  }

 private:
  static constexpr uint32_t kNobody = UINT32_MAX, kSeveral = UINT32_MAX - 1;
  struct Slot {
    uint64_t key = 0;
    uint32_t only = kNobody;
  };
  std::vector<Slot> slots_;
};

class Walk {
 public:
  Walk(std::span<const table::KeyColumn> columns, std::span<const uint32_t> weights) : columns_(columns), weights_(weights) {}

  // Rows unique in the set and not among `skipped`, which are unique in a subset: they meet nobody here either.
  Bits unique_in(const std::vector<size_t>& set, const Bits& skipped) const {
    uint64_t space = 1;
    bool wide = false;
    for (size_t c : set) {
      uint64_t radix = std::max<uint32_t>(1, columns_[c].cardinality);
      wide = wide || space > (UINT64_MAX - 1) / radix;
      space *= radix;
    }
    std::vector<std::pair<uint64_t, uint32_t>> keys;
    if (wide) {
      keys = dense_keys(set, skipped);
    } else {
      keys = mixed_keys(set, skipped);
    }
    if (!wide && space <= kCountedInArray) return singles<SeenInArray>(keys, space);
    return singles<SeenInTable>(keys, space);
  }

 private:
  static bool has(const Bits& bits, size_t i) { return bits[i / 64] >> (i % 64) & 1; }

  std::vector<std::pair<uint64_t, uint32_t>> mixed_keys(const std::vector<size_t>& set, const Bits& skipped) const {
    std::vector<std::pair<uint64_t, uint32_t>> keys;
    keys.reserve(weights_.size());
    for (uint32_t t = 0; t < weights_.size(); t++) {
      if (has(skipped, t)) continue;
      uint64_t key = 0;
      for (size_t c : set) key = key * columns_[c].cardinality + columns_[c].codes[t];
      keys.emplace_back(key, t);
    }
    return keys;
  }
  // Key spaces beyond 64 bits: the classes of the rows, counted by the engine.
  std::vector<std::pair<uint64_t, uint32_t>> dense_keys(const std::vector<size_t>& set, const Bits& skipped) const {
    std::vector<const table::KeyColumn*> chosen;
    for (size_t c : set) chosen.push_back(&columns_[c]);
    auto classes = table::row_classes(chosen, {.bytes_max = SIZE_MAX, .threads = 1});
    std::vector<std::pair<uint64_t, uint32_t>> keys;
    for (uint32_t t = 0; classes && t < weights_.size(); t++)
      if (!has(skipped, t)) keys.emplace_back(classes->class_of_row[t], t);
    return keys;
  }
  template <class Seen>
  Bits singles(const std::vector<std::pair<uint64_t, uint32_t>>& keys, uint64_t space) const {
    Seen seen(space, keys.size());
    for (size_t i = 0; i < keys.size(); i += kAhead) {
      size_t end = std::min(keys.size(), i + kAhead);
      for (size_t j = i; j < end; j++) seen.prefetch(keys[j].first);
      for (size_t j = i; j < end; j++) seen.add(keys[j].first, std::min<uint32_t>(2, weights_[keys[j].second]), keys[j].second);
    }
    Bits out((weights_.size() + 63) / 64);
    seen.each_single(keys, [&](uint32_t t) { out[t / 64] |= uint64_t{1} << (t % 64); });
    return out;
  }

  std::span<const table::KeyColumn> columns_;
  std::span<const uint32_t> weights_;
};

std::vector<std::vector<size_t>> sets_of(size_t columns, size_t size) {
  std::vector<std::vector<size_t>> out;
  std::vector<size_t> set(size);
  for (size_t i = 0; i < size; i++) set[i] = i;
  while (size <= columns) {
    out.push_back(set);
    size_t i = size;
    while (i > 0 && set[i - 1] == columns - size + i - 1) i--;
    if (i == 0) break;
    set[i - 1]++;
    for (; i < size; i++) set[i] = set[i - 1] + 1;
  }
  return out;
}

uint64_t sets_up_to(size_t columns, size_t size_max) {
  double all = 0, one = 1;
  for (size_t s = 1; s <= size_max; s++) all += one *= static_cast<double>(columns - s + 1) / static_cast<double>(s);
  return all > 1e18 ? UINT64_MAX : static_cast<uint64_t>(all);
}

}  // namespace

Result<UniqueSets> find_unique_sets(std::span<const table::KeyColumn> columns, std::span<const uint32_t> weights, size_t size_max,
                                    unsigned threads) {
  size_max = std::min(size_max, columns.size());
  if (sets_up_to(columns.size(), size_max) > kSetsMax) return fail(Errc::exhausted, "anonymity.too_many_sets");
  for (const auto& c : columns)
    if (c.codes.size() != weights.size()) return fail(Errc::invalid, "classes.ragged");
  const size_t words = (weights.size() + 63) / 64;
  Walk walk(columns, weights);
  UniqueSets out;
  out.rows_by_smallest.resize(size_max + 1);
  std::map<std::vector<size_t>, Bits> before;
  Bits ever(words);
  uint64_t named = 0;
  for (size_t size = 1; size <= size_max; size++) {
    auto sets = sets_of(columns.size(), size);
    std::vector<Bits> unique(sets.size());
    std::vector<UniqueSet> found(sets.size());
    for_each_part(threads_of(threads), sets.size(), [&](size_t i) {
      Bits smaller(words);
      for (size_t drop = 0; drop < size && size > 1; drop++) {
        std::vector<size_t> subset = sets[i];
        subset.erase(subset.begin() + static_cast<ptrdiff_t>(drop));
        const Bits& bits = before.at(subset);
        for (size_t w = 0; w < words; w++) smaller[w] |= bits[w];
      }
      unique[i] = walk.unique_in(sets[i], smaller);
      found[i].columns = sets[i];
      for (size_t w = 0; w < words; w++) {
        found[i].minimal_rows += static_cast<uint64_t>(__builtin_popcountll(unique[i][w]));
        unique[i][w] |= smaller[w];
        found[i].rows += static_cast<uint64_t>(__builtin_popcountll(unique[i][w]));
      }
    });
    before.clear();
    for (size_t i = 0; i < sets.size(); i++) {
      for (size_t w = 0; w < words; w++) ever[w] |= unique[i][w];
      before.emplace(std::move(sets[i]), std::move(unique[i]));
      if (found[i].minimal_rows > 0) out.sets.push_back(std::move(found[i]));
    }
    uint64_t now = 0;
    for (uint64_t w : ever) now += static_cast<uint64_t>(__builtin_popcountll(w));
    out.rows_by_smallest[size] = now - named;
    named = now;
  }
  uint64_t rows = 0;
  for (uint32_t w : weights) rows += w;
  out.rows_by_smallest[0] = rows - named;
  return out;
}

}  // namespace sluice::anonymity
