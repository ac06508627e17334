// Likening a column to labelled ones: a linear model over marks (words and parts of words of name and comment, the table, the
// declared type, what the dictionary says, what stands beside it), kept as rules data (rules/resemblance.yaml).
//
// It is fitted with whole schemas left out of the dictionary, so that it knows how far the dictionary can be trusted on a
// schema that nobody has seen, and it answers where the dictionary is silent. Marks are 32-bit hashes; a mark that the
// model does not have says nothing.
//
// Thread rule: immutable after construction. Deterministic: sums in a fixed order.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/name_reader.h"

namespace sluice::classify {

// What stands around a column in its table.
struct Beside {
  std::string_view before, after;  // types of the neighbours by the dictionary; empty when unknown or none
  std::string_view usual;          // the category that most columns of the table have
  bool mostly = false;             // more than half have it
  bool first = false, near_end = false;
};

struct Marks {
  std::vector<uint32_t> ids;
  std::vector<std::string> texts;  // of `ids`, the words that a reason may quote; empty for others. Filled when asked for.
  bool with_texts = false;

  void add(char kind, std::string_view text, std::string_view shown = {});
  void add(char kind, std::string_view a, std::string_view b, std::string_view shown);
};
// Those of a table's name and comment, once for all its columns: TableContext::marks.
void table_marks_of(const NameReader& reader, const FieldInput& f, Marks& out);
// Those of a column, with its table's, into `out`, emptied first.
void marks_of(const NameReader& reader, const FieldInput& f, const TableContext& table, const Reading& reading, const Beside& beside, Marks& out);

// What the dictionary knows whole and without contradiction is trusted by this much more than the model was fitted to: it was
// fitted to a dictionary that has lost its longest phrases.
constexpr float kPlainTrust = 1.0f;

// All columns read by the rules, with what stands beside each in its table; indexed like `fields`, into which they view.
struct Readings {
  std::map<std::string_view, TableContext> by_table;
  std::vector<const TableContext*> tables;
  std::vector<Reading> readings;
  std::vector<Beside> beside;
};
Readings read_all(const NameReader& reader, std::span<const FieldInput> fields);

class Resemblance {
 public:
  explicit Resemblance(const rules::RuleSet& rules);
  bool empty() const { return types_.empty(); }
  // In the order of the scores; null for a type that the rules do not have.
  const std::vector<const rules::TypeRule*>& types() const { return types_; }
  // Log-odds by type into `scores`; returns how far the dictionary is trusted, to be added to the type it says.
  float score(std::span<const uint32_t> marks, std::vector<float>& scores) const;
  // What one mark says for one type rather than another.
  float says(uint32_t mark, size_t type, size_t rather_than) const;

 private:
  struct Slot {
    uint32_t mark = 0, from = 0, count = 0;
  };
  const Slot* find(uint32_t mark) const;

  std::vector<const rules::TypeRule*> types_;
  std::vector<Slot> slots_;  // open addressing; a power of two
  const uint8_t* outputs_ = nullptr;
  const uint8_t* weights_ = nullptr;
  float step_ = 0;
};

}  // namespace sluice::classify
