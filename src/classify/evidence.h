// What the classifier carries about one column and one table while it weighs them.
//
// Scores: log-odds by candidate type, with the evidence behind them. TableContext: what the table's name, comment and other
// columns say about each column of it. Thread rule: plain values of one call.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/classify.h"

namespace sluice::classify {

struct Scores {
  std::map<std::string, int64_t> by_type;
  Traits traits;
  std::vector<Evidence> reasons;
  std::string spoken;  // the Chinese that a name in pinyin or initials was read as
  std::map<std::string, std::string> type_of_reason;  // evidence id → type, to keep those of the winner first

  void add(std::string id, const std::string& type, int64_t weight, std::string zh, std::string en) {
    by_type[type] += weight;
    type_of_reason[id] = type;
    reasons.push_back({std::move(id), weight, std::move(zh), std::move(en), type});
  }
};

struct TableContext {
  std::string subject;
  std::string subject_word;  // which name showed it: "table", "comment" or "columns"
  bool initials = false;     // most names are pinyin initials
  bool about_person = false; // sex, age, birth or ID number stand beside: a bare name is a person's
  bool of_patients = false;  // its rows point to a patient or a visit: no catalog
  bool has_place = false;    // a city or postcode stands beside: a bare "state" is a place
  std::string key;           // the type of "<table>_id": what a bare id is where nothing else numbers the rows
  bool has_number = false;   // something else does
  std::vector<uint32_t> marks;  // what the table's name and comment show (resemblance.h)
  std::string head;          // the last word of its name or comment
};

// The category that most columns of a table about this subject have; empty when unknown.
std::string_view usual_category(std::string_view subject);

bool is_ascii(std::string_view text);
// An English abbreviation of two or three letters says little where the neighbours are pinyin initials.
bool is_short_latin(std::string_view name);
// Only letters that begin a Chinese syllable (no i, u, v), two to twelve of them: what pinyin initials look like.
bool looks_like_initials(std::string_view name);
bool begins_chinese(std::string_view text);

// Bytes of the first word of all table names when there are three tables or more and every one begins with it:
// clinic_member, clinic_bill, clinic_goods. 0 when there is none.
size_t shared_prefix(std::span<const FieldInput> fields);

// 987 → "98.7%".
std::string percent(int64_t permille);
// A name of the schema as reasons may print it: at most 60 bytes, without control characters.
std::string shown(std::string_view name);

}  // namespace sluice::classify
