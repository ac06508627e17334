#include "anonymity/unique_sets.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <numeric>

#include "anonymity/parallel.h"

namespace sluice::anonymity {

namespace {

using Bits = std::vector<uint64_t>;

void set_bit(Bits& bits, uint32_t i) { bits[i / 64] |= uint64_t{1} << (i % 64); }

// All sets of up to size_max columns as a tree: a child adds one column that comes later in `order`. Columns of many values come
// first, so that the parts of the rows become small soon.
struct SetTree {
  struct Node {
    std::vector<size_t> path;  // positions in `order`, ascending
    size_t parent = 0;
    size_t child_first = 0, child_end = 0;
    size_t column = 0;  // the one added last
  };
  std::vector<Node> nodes{Node{}};  // the root is the empty set; sets of one size stand together
  std::vector<size_t> order;
  std::map<std::vector<size_t>, size_t> node_of;

  SetTree(std::span<const table::KeyColumn> columns, size_t size_max) : order(columns.size()) {
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return columns[a].cardinality > columns[b].cardinality; });
    for (size_t at = 0; at < nodes.size(); at++) {
      nodes[at].child_first = nodes.size();
      if (nodes[at].path.size() < size_max)
        for (size_t p = nodes[at].path.empty() ? 0 : nodes[at].path.back() + 1; p < order.size(); p++) {
          Node child{.path = nodes[at].path, .parent = at, .column = order[p]};
          child.path.push_back(p);
          node_of.emplace(child.path, nodes.size());
          nodes.push_back(std::move(child));
        }
      nodes[at].child_end = nodes.size();
    }
  }
  bool is_leaf(size_t node) const { return nodes[node].child_first == nodes[node].child_end; }
};

constexpr size_t kSmallPart = 32;
constexpr std::array<uint32_t, kSmallPart> kPlaceBit = [] {
  std::array<uint32_t, kSmallPart> bits{};
  for (size_t i = 0; i < kSmallPart; i++) bits[i] = uint32_t{1} << i;
  return bits;
}();

// Rows parted by one column after the other (the walk of Beyer and Ramakrishnan's bottom-up cube, 1999): a part of one tuple is
// unique and is gone, the others are parted further. The codes of a part lie together, and so do its bits, which are in the order
// of the first column until the end: all but the first and the last step stay in the cache. In a part of up to 32 tuples, which are
// most, a tuple carries the set of those that agree with it, and a further column is one AND.
// One thread; it writes the bits of the sets below one column only.
class SubtreeWalk {
 public:
  SubtreeWalk(const SetTree& tree, std::span<const table::KeyColumn> columns, std::span<const uint32_t> weights, std::vector<Bits>& unique)
      : tree_(tree), columns_(columns), weights_(weights), unique_(unique), codes_(columns.size()), agreeing_(columns.size()) {}

  // All sets whose first column is that of `node`, a child of the root.
  void run(size_t node) {
    const auto& codes = columns_[tree_.nodes[node].column].codes;
    std::vector<size_t> start(columns_[tree_.nodes[node].column].cardinality + size_t{1});
    for (uint32_t code : codes) start[code + 1]++;
    std::partial_sum(start.begin(), start.end(), start.begin());
    std::vector<uint32_t> sorted(codes.size());
    std::vector<size_t> at(start.begin(), start.end() - 1);
    for (uint32_t t = 0; t < codes.size(); t++) sorted[at[codes[t]]++] = t;
    for (size_t v = 0; v + 1 < start.size(); v++) {
      base_ = start[v];
      tuples_ = std::span(sorted).subspan(base_, start[v + 1] - base_);
      if (tuples_.size() == 1) {
        single_rows_.assign(1, weights_[tuples_[0]] == 1);
        mark(node, 0);
      }
      if (tuples_.size() < 2 || tree_.is_leaf(node)) continue;
      gather(node);
      std::vector<uint32_t>& all = level(0).places;
      all.resize(tuples_.size());
      std::iota(all.begin(), all.end(), 0u);
      visit(node, all, 1);
    }
    restore_order(node, sorted);
  }

 private:
  struct Group {
    size_t first, size;
  };
  struct Level {
    std::vector<uint32_t> places;  // positions in the part, group by group
    std::vector<Group> groups;
  };
  struct Count {
    uint32_t tuples = 0, start = 0;
  };
  struct Masks {
    std::array<uint32_t, kSmallPart> of;  // one bit a place of a small part
  };

  Level& level(size_t depth) {
    while (levels_.size() <= depth) levels_.push_back(std::make_unique<Level>());
    return *levels_[depth];
  }
  // A tuple that stands for several rows is nobody's alone.
  void mark(size_t node, uint32_t place) {
    if (single_rows_[place]) set_bit(unique_[node], static_cast<uint32_t>(base_) + place);
  }
  // From the order of the first column to that of the tuples.
  void restore_order(size_t node, const std::vector<uint32_t>& sorted) {
    Bits ordered(unique_[node].size());
    for (size_t w = 0; w < ordered.size(); w++)
      for (uint64_t bits = unique_[node][w]; bits; bits &= bits - 1) set_bit(ordered, sorted[64 * w + static_cast<size_t>(__builtin_ctzll(bits))]);
    unique_[node] = std::move(ordered);
    for (size_t child = tree_.nodes[node].child_first; child < tree_.nodes[node].child_end; child++) restore_order(child, sorted);
  }
  void gather(size_t node) {
    single_rows_.resize(tuples_.size());
    for (size_t i = 0; i < tuples_.size(); i++) single_rows_[i] = weights_[tuples_[i]] == 1;
    for (size_t p = tree_.nodes[node].path[0] + 1; p < tree_.order.size(); p++) {
      const auto& from = columns_[tree_.order[p]].codes;
      auto& to = codes_[tree_.order[p]];
      to.resize(tuples_.size());
      for (size_t i = 0; i < to.size(); i++) to[i] = from[tuples_[i]];
      counts_.resize(std::max<size_t>(counts_.size(), columns_[tree_.order[p]].cardinality));
    }
  }
  void visit(size_t node, std::span<const uint32_t> places, size_t depth) {
    if (places.size() == 2) return visit_pair(node, places[0], places[1]);
    if (places.size() <= 8) return visit_small<8>(node, places);
    if (places.size() <= 16) return visit_small<16>(node, places);
    if (places.size() <= kSmallPart) return visit_small<kSmallPart>(node, places);
    for (size_t child = tree_.nodes[node].child_first; child < tree_.nodes[node].child_end; child++) {
      const uint32_t* code = codes_[tree_.nodes[child].column].data();
      if (tree_.is_leaf(child)) {
        count_leaf(child, code, places);
        continue;
      }
      Level& mine = level(depth);
      part(child, code, places, mine);
      for (size_t g = 0; g < mine.groups.size(); g++) visit(child, std::span<const uint32_t>(mine.places).subspan(mine.groups[g].first, mine.groups[g].size), depth + 1);
    }
  }
  void visit_pair(size_t node, uint32_t a, uint32_t b) {
    for (size_t child = tree_.nodes[node].child_first; child < tree_.nodes[node].child_end; child++) {
      const uint32_t* code = codes_[tree_.nodes[child].column].data();
      if (code[a] == code[b]) {
        visit_pair(child, a, b);
        continue;
      }
      mark(child, a);
      mark(child, b);
    }
  }
  // `width` places at most: loops of a length that the compiler knows.
  template <size_t width>
  void visit_small(size_t node, std::span<const uint32_t> places) {
    for (size_t child = tree_.nodes[node].child_first; child < tree_.nodes[node].child_end; child++) {
      const uint32_t* code = codes_[tree_.nodes[child].column].data();
      std::array<uint32_t, width> here;
      here.fill(UINT32_MAX);
      for (size_t i = 0; i < places.size(); i++) here[i] = code[places[i]];
      Masks& masks = agreeing_[tree_.nodes[child].column];
      for (size_t i = 0; i < places.size(); i++) {
        uint32_t same = 0;
        for (size_t j = 0; j < width; j++) same |= here[j] == here[i] ? kPlaceBit[j] : 0;
        masks.of[i] = same;
      }
      for (size_t i = places.size(); i < width; i++) masks.of[i] = 0;
    }
    Masks all;
    all.of.fill(static_cast<uint32_t>((uint64_t{1} << places.size()) - 1));
    narrow<width>(node, places, all);
  }
  template <size_t width>
  void narrow(size_t node, std::span<const uint32_t> places, const Masks& before) {
    for (size_t child = tree_.nodes[node].child_first; child < tree_.nodes[node].child_end; child++) {
      const Masks& column = agreeing_[tree_.nodes[child].column];
      Masks now;
      uint32_t alone = 0, alone_before = 0;
      for (size_t i = 0; i < width; i++) {
        now.of[i] = before.of[i] & column.of[i];
        alone |= now.of[i] == kPlaceBit[i] ? kPlaceBit[i] : 0;
        alone_before |= before.of[i] == kPlaceBit[i] ? kPlaceBit[i] : 0;
      }
      for (uint32_t fresh = alone & ~alone_before; fresh; fresh &= fresh - 1) mark(child, places[static_cast<size_t>(__builtin_ctz(fresh))]);
      if (!tree_.is_leaf(child) && static_cast<size_t>(__builtin_popcount(alone)) < places.size()) narrow<width>(child, places, now);
    }
  }
  void count_leaf(size_t node, const uint32_t* code, std::span<const uint32_t> places) {
    for (uint32_t p : places) counts_[code[p]].tuples++;
    const size_t values = columns_[tree_.nodes[node].column].cardinality;
    bool singles = values > places.size();
    for (size_t v = 0; v < values && !singles; v++) singles = counts_[v].tuples == 1;
    for (size_t i = 0; i < places.size() && singles; i++)
      if (counts_[code[places[i]]].tuples == 1) mark(node, places[i]);
    if (values <= places.size()) {
      std::fill_n(counts_.begin(), values, Count{});
    } else {
      for (uint32_t p : places) counts_[code[p]].tuples = 0;
    }
  }
  void part(size_t node, const uint32_t* code, std::span<const uint32_t> places, Level& out) {
    touched_.clear();
    for (uint32_t p : places)
      if (counts_[code[p]].tuples++ == 0) touched_.push_back(code[p]);
    out.groups.clear();
    uint32_t total = 0;
    for (uint32_t v : touched_) {
      Count& c = counts_[v];
      c.start = total;
      if (c.tuples < 2) continue;
      out.groups.push_back({total, c.tuples});
      total += c.tuples;
    }
    out.places.resize(std::max<size_t>(out.places.size(), total));
    for (uint32_t p : places) {
      Count& c = counts_[code[p]];
      if (c.tuples == 1) {
        mark(node, p);
      } else {
        out.places[c.start++] = p;
      }
    }
    for (uint32_t v : touched_) counts_[v].tuples = 0;
  }

  const SetTree& tree_;
  std::span<const table::KeyColumn> columns_;
  std::span<const uint32_t> weights_;
  std::vector<Bits>& unique_;
  std::span<const uint32_t> tuples_{};        // of the part
  size_t base_ = 0;                           // its first place in the order of the first column
  std::vector<char> single_rows_;             // of the part: whether a tuple stands for one row
  std::vector<std::vector<uint32_t>> codes_;  // of the part, by column
  std::vector<Masks> agreeing_;               // of a small part, by column
  std::vector<Count> counts_;                 // by code; all zero between uses
  std::vector<uint32_t> touched_;
  std::vector<std::unique_ptr<Level>> levels_;
};

uint64_t ones(const Bits& bits) {
  uint64_t n = 0;
  for (uint64_t w : bits) n += static_cast<uint64_t>(__builtin_popcountll(w));
  return n;
}

uint64_t sets_up_to(size_t columns, size_t size_max) {
  double all = 0, one = 1;
  for (size_t s = 1; s <= size_max; s++) all += one *= static_cast<double>(columns - s + 1) / static_cast<double>(s);
  return all > 1e18 ? UINT64_MAX : static_cast<uint64_t>(all);
}

// The sets of one size, [first, end): what is unique in a set is unique in all that it grew from, and minimal where in no smaller one.
std::vector<UniqueSet> judge_level(const SetTree& tree, size_t first, size_t end, std::vector<Bits>& unique, unsigned threads) {
  std::vector<UniqueSet> found(end - first);
  for_each_part(threads, found.size(), [&](size_t i) {
    const SetTree::Node& node = tree.nodes[first + i];
    Bits& mine = unique[first + i];
    Bits smaller(mine.size());
    for (size_t drop = 0; drop < node.path.size() && node.path.size() > 1; drop++) {
      std::vector<size_t> subset = node.path;
      subset.erase(subset.begin() + static_cast<ptrdiff_t>(drop));
      const Bits& bits = unique[tree.node_of.at(subset)];
      for (size_t w = 0; w < smaller.size(); w++) smaller[w] |= bits[w];
    }
    for (size_t w = 0; w < mine.size(); w++) {
      found[i].minimal_rows += static_cast<uint64_t>(__builtin_popcountll(mine[w] & ~smaller[w]));
      mine[w] |= smaller[w];
    }
    found[i].rows = ones(mine);
    for (size_t p : node.path) found[i].columns.push_back(tree.order[p]);
    std::sort(found[i].columns.begin(), found[i].columns.end());
  });
  return found;
}

}  // namespace

Result<UniqueSets> find_unique_sets(std::span<const table::KeyColumn> columns, std::span<const uint32_t> weights, size_t size_max,
                                    unsigned threads) {
  size_max = std::min(size_max, columns.size());
  if (sets_up_to(columns.size(), size_max) > kSetsMax) return fail(Errc::exhausted, "anonymity.too_many_sets");
  for (const auto& c : columns)
    if (c.codes.size() != weights.size()) return fail(Errc::invalid, "classes.ragged");
  UniqueSets out;
  out.rows_by_smallest.resize(size_max + 1);
  const SetTree tree(columns, size_max);
  const size_t words = (weights.size() + 63) / 64;
  std::vector<Bits> unique(tree.nodes.size(), Bits(words));
  for_each_part(threads_of(threads), size_max ? columns.size() : 0, [&](size_t i) { SubtreeWalk(tree, columns, weights, unique).run(1 + i); });

  Bits ever(words);
  uint64_t named = 0;
  for (size_t first = 1; first < tree.nodes.size();) {
    const size_t size = tree.nodes[first].path.size();
    size_t end = first;
    while (end < tree.nodes.size() && tree.nodes[end].path.size() == size) end++;
    auto found = judge_level(tree, first, end, unique, threads_of(threads));
    std::sort(found.begin(), found.end(), [](const UniqueSet& a, const UniqueSet& b) { return a.columns < b.columns; });
    for (auto& set : found)
      if (set.minimal_rows > 0) out.sets.push_back(std::move(set));
    for (size_t n = first; n < end; n++)
      for (size_t w = 0; w < words; w++) ever[w] |= unique[n][w];
    uint64_t now = ones(ever);
    out.rows_by_smallest[size] = now - named;
    named = now;
    first = end;
  }
  uint64_t rows = 0;
  for (uint32_t w : weights) rows += w;
  out.rows_by_smallest[0] = rows - named;
  return out;
}

}  // namespace sluice::anonymity
