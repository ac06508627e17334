#include "anonymity/unique_sets.h"

#include <algorithm>
#include <map>

#include "anonymity/parallel.h"
#include "table/text_hash.h"

namespace sluice::anonymity {

namespace {

using Bits = std::vector<uint64_t>;
constexpr uint64_t kCountedInArray = uint64_t{1} << 26;

// Rows of a key, stopping at two: no more is asked.
class SeenTwice {
 public:
  explicit SeenTwice(uint64_t space) : seen_(space) {}
  void add(uint64_t key, uint32_t weight) { seen_[key] = static_cast<uint8_t>(std::min<uint32_t>(2, seen_[key] + std::min<uint32_t>(2, weight))); }
  bool once(uint64_t key) const { return seen_[key] == 1; }

 private:
  std::vector<uint8_t> seen_;
};

class SeenTwiceHashed {
 public:
  explicit SeenTwiceHashed(size_t tuples) {
    size_t slots = 64;
    while (slots < tuples * 2) slots *= 2;
    keys_.assign(slots, kNone);
    seen_.resize(slots);
  }
  void add(uint64_t key, uint32_t weight) {
    size_t at = slot(key);
    keys_[at] = key;
    seen_[at] = static_cast<uint8_t>(std::min<uint32_t>(2, seen_[at] + std::min<uint32_t>(2, weight)));
  }
  bool once(uint64_t key) const { return seen_[slot(key)] == 1; }

 private:
  size_t slot(uint64_t key) const {
    size_t mask = keys_.size() - 1, at = table::hash_int(key) & mask;
    while (keys_[at] != kNone && keys_[at] != key) at = (at + 1) & mask;
    return at;
  }
  static constexpr uint64_t kNone = UINT64_MAX;
  std::vector<uint64_t> keys_;
  std::vector<uint8_t> seen_;
};

class Walk {
 public:
  Walk(std::span<const table::KeyColumn> columns, std::span<const uint32_t> weights) : columns_(columns), weights_(weights) {}

  Bits unique_in(const std::vector<size_t>& set) const {
    uint64_t space = 1;
    bool wide = false;
    for (size_t c : set) {
      uint64_t radix = std::max<uint32_t>(1, columns_[c].cardinality);
      wide = wide || space > (UINT64_MAX - 1) / radix;
      space *= radix;
    }
    std::vector<uint64_t> keys = wide ? dense_keys(set) : mixed_keys(set);
    if (!wide && space <= kCountedInArray) return once_in(SeenTwice(space), keys);
    return once_in(SeenTwiceHashed(weights_.size()), keys);
  }

 private:
  std::vector<uint64_t> mixed_keys(const std::vector<size_t>& set) const {
    std::vector<uint64_t> keys(weights_.size());
    for (size_t c : set) {
      uint64_t radix = std::max<uint32_t>(1, columns_[c].cardinality);
      for (size_t t = 0; t < keys.size(); t++) keys[t] = keys[t] * radix + columns_[c].codes[t];
    }
    return keys;
  }
  // Key spaces beyond 64 bits: the classes of the rows, counted by the engine.
  std::vector<uint64_t> dense_keys(const std::vector<size_t>& set) const {
    std::vector<const table::KeyColumn*> chosen;
    for (size_t c : set) chosen.push_back(&columns_[c]);
    auto classes = table::row_classes(chosen, {.bytes_max = SIZE_MAX, .threads = 1});
    return classes ? std::vector<uint64_t>(classes->class_of_row.begin(), classes->class_of_row.end()) : std::vector<uint64_t>(weights_.size());
  }
  template <class Seen>
  Bits once_in(Seen seen, const std::vector<uint64_t>& keys) const {
    for (size_t t = 0; t < keys.size(); t++) seen.add(keys[t], weights_[t]);
    Bits out((keys.size() + 63) / 64);
    for (size_t t = 0; t < keys.size(); t++)
      if (weights_[t] == 1 && seen.once(keys[t])) out[t / 64] |= uint64_t{1} << (t % 64);
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
      unique[i] = walk.unique_in(sets[i]);
      Bits smaller(words);
      for (size_t drop = 0; drop < size && size > 1; drop++) {
        std::vector<size_t> subset = sets[i];
        subset.erase(subset.begin() + static_cast<ptrdiff_t>(drop));
        const Bits& bits = before.at(subset);
        for (size_t w = 0; w < words; w++) smaller[w] |= bits[w];
      }
      found[i].columns = sets[i];
      for (size_t w = 0; w < words; w++) {
        found[i].rows += static_cast<uint64_t>(__builtin_popcountll(unique[i][w]));
        found[i].minimal_rows += static_cast<uint64_t>(__builtin_popcountll(unique[i][w] & ~smaller[w]));
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
