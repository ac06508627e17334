// Likening a column to labelled ones: a linear model over marks (words and parts of words of name and comment, the table, the
// declared type, what the dictionary says, what stands beside it), kept as rules data (rules/resemblance.yaml).
//
// It is fitted with whole schemas left out of the dictionary, so that it knows how far the dictionary can be trusted on a
// schema that nobody has seen, and it answers where the dictionary is silent. Marks are 32-bit hashes; a mark that the
// model does not have says nothing.
//
// Thread rule: immutable after construction. Deterministic: sums in a fixed order.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "classify/mark_index.h"
#include "classify/name_reader.h"

namespace sluice::classify {

// What stands around a column in its table.
struct Beside {
  std::string_view before, after;  // types of the neighbours by the dictionary; empty when unknown or none
  std::string_view usual;          // the category that most columns of the table have
  bool mostly = false;             // more than half have it
  bool first = false, near_end = false;
  std::string word_before, word_after;  // the last words of the neighbours' names or comments
};

struct Marks {
  std::vector<uint32_t> ids;
  std::vector<std::string> texts;  // of `ids`, the words that a reason may quote; empty for others. Filled when asked for.
  bool with_texts = false;

  void add(char kind, std::string_view text, std::string_view shown = {});
  void add(char kind, std::string_view a, std::string_view b, std::string_view shown);
};
// A mark by itself; `b` may be empty.
uint32_t mark_of(char kind, std::string_view a, std::string_view b);
// Those of a table (its name and comment in `f`, and what its columns are by the dictionary), once for all its columns.
void table_marks_of(const NameReader& reader, const FieldInput& f, std::span<const Reading> readings, Marks& out);
// Those of a column without its table's, into `out`, emptied first.
void marks_of(const NameReader& reader, const FieldInput& f, const TableContext& table, const Reading& reading, const Beside& beside, Marks& out);

// What the dictionary knows whole and without contradiction is trusted by this much more than the model was fitted to: it was
// fitted to a dictionary that has lost its longest phrases.
constexpr float kPlainTrust = 1.0f;
// The same for names of the national platform and the legacy codes, which mean the same everywhere.
constexpr float kCodedTrust = 8.0f;
inline float plain_trust(const Reading& r) { return !r.plain ? 0 : r.scores.traits.coded ? kCodedTrust : kPlainTrust; }

// The columns of one table read by the rules, in the order of `at`, with what stands beside each.
struct TableReading {
  TableContext context;
  std::vector<Reading> readings;
  std::vector<Beside> beside;  // views into `readings`
};
// `at` are the indices in `fields` of all columns of the table; `context` is what NameReader::tables_of says of it.
TableReading read_table(const NameReader& reader, std::span<const FieldInput> fields, std::span<const size_t> at, TableContext context);
// The indices of each table's columns, in the order in which the tables appear.
std::vector<std::vector<size_t>> columns_by_table(std::span<const FieldInput> fields);

class Resemblance {
 public:
  explicit Resemblance(const rules::RuleSet& rules);
  bool empty() const { return types_.empty(); }
  // In the order of the scores; null for a type that the rules do not have.
  const std::vector<const rules::TypeRule*>& types() const { return types_; }
  // What marks say, in whole steps: sums of parts may be taken in any order.
  struct Sums {
    std::array<int32_t, 256> steps{};
  };
  void add(std::span<const uint32_t> marks, Sums& sums) const;
  // Log-odds by type into `scores`; returns how far the dictionary is trusted, to be added to the type it says.
  float score(const Sums& sums, std::vector<float>& scores) const;
  // SIZE_MAX when the model does not have the type.
  size_t index_of(const std::string& type) const;
  float says(uint32_t mark, size_t type) const;
  // What one mark says for one type rather than another.
  float says(uint32_t mark, size_t type, size_t rather_than) const { return says(mark, type) - says(mark, rather_than); }

 private:
  // Where the weights of a mark begin, and how many they are.
  struct Weights {
    uint32_t from = 0, count = 0;
  };
  Weights find(uint32_t mark) const;

  std::vector<const rules::TypeRule*> types_;
  std::unordered_map<std::string, size_t> index_;
  MarkIndex marks_;
  std::vector<uint32_t> part_weights_;  // where the weights of each part of `marks_` begin
  // The pack's own bytes.
  const uint8_t* counts_ = nullptr;
  const uint8_t* outputs_ = nullptr;
  const uint8_t* weights_ = nullptr;
  float step_ = 0;
};

}  // namespace sluice::classify
