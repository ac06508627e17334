// What the dictionary and the rules of context say about columns: from names, comments, declared types and the table around
// them, before any value is looked at and before the column is likened to labelled ones (resemblance.h).
//
// Thread rule: immutable after construction.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "classify/evidence.h"
#include "classify/lexicon.h"
#include "rules/rule_set.h"

namespace sluice::classify {

// What the rules alone say of one column.
struct Reading {
  Scores scores;                            // as found, with traits and reasons
  std::map<std::string, int64_t> resolved;  // by type, in the light of the table
  std::string best, second;                 // the likeliest types; empty when nothing speaks
  int64_t weight = 0;                       // of the best
  std::string own;                          // what the column's own words are about
  bool plain = false;                       // the dictionary knows it whole, and nothing else is said
};

class NameReader {
 public:
  explicit NameReader(std::shared_ptr<const rules::RuleSet> rules);

  // What every table is about, by its name, its comment and its columns. Keys view into `fields`.
  std::map<std::string_view, TableContext> tables_of(std::span<const FieldInput> fields) const;
  Reading read(const FieldInput& f, const TableContext& table) const;

  // A type in the light of a subject; the type itself when no rule speaks.
  std::string resolve(const std::string& type, const std::string& subject, std::string_view scope = "table") const;
  // The column's own words first, then the table's.
  std::string resolve_for(const NameMatch& match, const std::string& own, const TableContext& context) const;
  // What the words before the head of the comment or the name are about.
  std::string own_subject(const FieldInput& f) const;

  const rules::RuleSet& rules() const { return *rules_; }
  const Lexicon& lexicon() const { return lexicon_; }

 private:
  TableContext table_context(const FieldInput& f, size_t prefix) const;
  void add_match(const char* source, const NameMatch& match, int64_t factor, const std::string& own, const TableContext& table, Scores& scores) const;
  void name_evidence(const FieldInput& f, const TableContext& table, Scores& scores) const;
  void type_evidence(const FieldInput& f, Scores& scores) const;
  bool is_own_key(const FieldInput& f, const Scores& scores) const;
  std::string bare_key(const FieldInput& f, const TableContext& table) const;
  std::string key_of(std::string_view table) const;

  std::shared_ptr<const rules::RuleSet> rules_;
  Lexicon lexicon_;
  std::multimap<std::string, const rules::ContextRule*> contexts_;  // by type, in the pack's order
};

}  // namespace sluice::classify
