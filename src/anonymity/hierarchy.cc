#include "anonymity/hierarchy.h"

#include <algorithm>

#include "anonymity/csv_table.h"
#include "base/file.h"
#include "codec/csv.h"

namespace sluice::anonymity {

namespace {

std::string at_line(uint64_t line) { return "line " + std::to_string(line); }

}  // namespace

Result<Hierarchy> Hierarchy::parse(std::string_view csv) {
  if (csv.size() > kHierarchyBytesMax) return fail(Errc::invalid, "hierarchy.too_large");
  auto source = bytes_of_memory(csv);
  auto opened = CsvReader::open(*source, {.delimiter = find_hierarchy_delimiter(csv.substr(0, 65536)), .header = false});
  if (!opened) {
    if (opened.error().reason == "csv.empty") return fail(Errc::invalid, "hierarchy.empty");
    if (opened.error().reason == "csv.ragged") return fail(Errc::invalid, "hierarchy.depths_differ", opened.error().detail);
    return tl::unexpected(opened.error());
  }
  CsvReader reader = std::move(*opened);
  size_t levels = reader.columns();
  if (levels > kLevelsMax) return fail(Errc::invalid, "hierarchy.too_deep", std::to_string(levels) + " levels");
  Hierarchy h;
  h.labels_.resize(levels);
  h.groups_.resize(levels);
  uint64_t line = 0;
  while (true) {
    auto next = reader.next();
    if (!next) {
      if (next.error().reason == "csv.ragged") return fail(Errc::invalid, "hierarchy.depths_differ", next.error().detail);
      return tl::unexpected(next.error());
    }
    const CsvBlock* block = *next;
    if (!block) break;
    for (size_t r = 0; r < block->rows; r++) {
      line++;
      uint32_t known = h.leaf_texts_.size();
      uint32_t leaf = h.leaf_texts_.code_of(block->cell(r, 0));
      for (size_t l = 1; l < levels; l++) {
        std::string_view label = block->cell(r, l);
        if (label.empty()) return fail(Errc::invalid, "hierarchy.gap", at_line(line) + ", level " + std::to_string(l));
        uint32_t group = h.labels_[l].code_of(label);
        if (leaf < known && h.groups_[l][leaf] != group) return fail(Errc::invalid, "hierarchy.value_twice", at_line(line));
        if (leaf == known) h.groups_[l].push_back(group);
      }
      if (leaf == known) h.groups_[0].push_back(leaf);
    }
  }
  if (h.leaves() == 0) return fail(Errc::invalid, "hierarchy.empty");
  TRY(h.check_tree());
  TRY(h.check_cycles());
  h.count_leaves();
  return h;
}

Result<Hierarchy> Hierarchy::load(const std::string& path) {
  auto text = read_text_file(path, kHierarchyBytesMax);
  if (!text && text.error().reason == "file.too_large") return fail(Errc::invalid, "hierarchy.too_large", path);
  return parse(TRY(std::move(text)));
}

Hierarchy Hierarchy::suppression_of(const Dictionary& values) {
  Hierarchy h;
  h.labels_.resize(2);
  h.groups_.resize(2);
  for (uint32_t v = 0; v < values.size(); v++) h.groups_[0].push_back(h.leaf_texts_.code_of(values.text_of(v)));
  h.groups_[1].assign(values.size(), h.labels_[1].code_of("*"));
  h.count_leaves();
  return h;
}

Hierarchy Hierarchy::with_empty_cell() const {
  Hierarchy h = *this;
  if (h.leaf_of("") || levels() < 2) return h;
  h.groups_[0].push_back(h.leaf_texts_.code_of(""));
  const bool one_top = group_count(levels() - 1) == 1;
  for (size_t l = 1; l < levels(); l++) {
    const bool top = l + 1 == levels();
    h.groups_[l].push_back(top && one_top ? 0 : h.labels_[l].code_of(top ? "*" : ""));
  }
  h.count_leaves();
  return h;
}

// Groups of level l lie whole inside groups of level l + 1: what was merged never comes apart again.
Status Hierarchy::check_tree() const {
  constexpr uint32_t unknown = UINT32_MAX;
  for (size_t l = 1; l + 1 < levels(); l++) {
    std::vector<uint32_t> parent(labels_[l].size(), unknown);
    for (uint32_t leaf = 0; leaf < leaves(); leaf++) {
      uint32_t& p = parent[groups_[l][leaf]];
      if (p == unknown) p = groups_[l + 1][leaf];
      if (p != groups_[l + 1][leaf]) return fail(Errc::invalid, "hierarchy.not_a_tree", "level " + std::to_string(l) + ", line " + std::to_string(leaf + 1));
    }
  }
  return {};
}

// Labels are nodes, "generalises to another label" the edges. A label may stay the same over levels ("Japan;Japan;Asia").
// Labels without edges left are taken away until none is left, else there is a cycle.
Status Hierarchy::check_cycles() const {
  Dictionary names;
  std::vector<std::pair<uint32_t, uint32_t>> edges;
  for (size_t l = 0; l + 1 < levels(); l++) {
    std::vector<bool> seen(l == 0 ? leaves() : labels_[l].size());
    for (uint32_t leaf = 0; leaf < leaves(); leaf++) {
      uint32_t group = groups_[l][leaf];
      if (seen[group]) continue;
      seen[group] = true;
      std::string_view from = l == 0 ? leaf_texts_.text_of(group) : labels_[l].text_of(group);
      std::string_view to = labels_[l + 1].text_of(groups_[l + 1][leaf]);
      if (from != to) {
        uint32_t a = names.code_of(from), b = names.code_of(to);
        edges.emplace_back(a, b);
      }
    }
  }
  std::vector<uint32_t> incoming(names.size());
  for (auto [from, to] : edges) incoming[to]++;
  std::sort(edges.begin(), edges.end());
  std::vector<uint32_t> free;
  for (uint32_t n = 0; n < names.size(); n++)
    if (incoming[n] == 0) free.push_back(n);
  size_t taken = 0;
  while (!free.empty()) {
    uint32_t n = free.back();
    free.pop_back();
    taken++;
    for (auto e = std::lower_bound(edges.begin(), edges.end(), std::pair(n, 0u)); e != edges.end() && e->first == n; ++e)
      if (--incoming[e->second] == 0) free.push_back(e->second);
  }
  if (taken < names.size()) return fail(Errc::invalid, "hierarchy.cycle");
  return {};
}

void Hierarchy::count_leaves() {
  leaf_counts_.resize(levels());
  leaf_counts_[0].assign(leaves(), 1);
  for (size_t l = 1; l < levels(); l++) {
    leaf_counts_[l].assign(labels_[l].size(), 0);
    for (uint32_t group : groups_[l]) leaf_counts_[l][group]++;
  }
}

std::string Hierarchy::to_csv() const {
  std::string out;
  CsvWriter writer(out, ';');
  for (uint32_t leaf = 0; leaf < leaves(); leaf++) {
    for (size_t l = 0; l < levels(); l++) writer.field(label(l, groups_[l][leaf]));
    writer.end_record();
  }
  return out;
}

}  // namespace sluice::anonymity
