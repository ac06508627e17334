// What every table is about, and what stands beside each column.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "classify/resemblance.h"
#include "classify/tokens.h"

namespace sluice::classify {

using rules::TypeRule;

std::map<std::string_view, TableContext> NameReader::tables_of(std::span<const FieldInput> fields) const {
  std::map<std::string_view, TableContext> tables;
  size_t prefix = shared_prefix(fields);
  // A table that does not say what it is about is about what most of its columns are about.
  std::map<std::string_view, std::map<std::string, size_t>> votes;
  std::map<std::string_view, size_t> person_signs, keys;
  struct Written {
    size_t known = 0, lettered = 0, all = 0;  // read as initials only, look like initials, in Latin letters at all
  };
  std::map<std::string_view, Written> written;
  for (const auto& f : fields) {
    auto [at, fresh] = tables.try_emplace(f.table);
    if (fresh) {
      at->second = table_context(f, prefix);
      at->second.key = key_of(std::string_view(f.table).substr(prefix));
    }
    if (is_ascii(f.column)) {
      Written& w = written[f.table];
      w.all++;
      auto by_words = lexicon_.match(f.column);
      if (!by_words || !by_words->head_known || is_short_latin(f.column)) {
        auto letters = lexicon_.match_initials(f.column);
        w.known += !letters.empty() && letters[0].whole;
        w.lettered += looks_like_initials(f.column);
      }
    }
    if (auto named = lexicon_.match(f.column)) {
      keys[f.table] += named->type == "person_no" || named->type == "visit_no" || named->type == "inpatient_no";
      TableContext& beside = at->second;
      beside.has_place |= named->type == "postcode" || (named->whole && (named->type == "region_code" || named->type == "person_region"));
      beside.has_number |= !beside.key.empty() && (named->type == beside.key || (beside.key == "person_no" && named->type == "inpatient_no"));
      for (std::string_view sign : {"sex", "age", "birth_date", "id_number", "marital_status"}) person_signs[f.table] += named->type == sign && named->whole;
    }
    if (!at->second.subject.empty()) continue;
    auto match = lexicon_.match(headline(f.comment).empty() ? std::string_view(f.column) : headline(f.comment));
    if (!match) continue;
    const TypeRule* rule = rules_->type(match->type);
    if (rule && rule->category == "medical") votes[f.table]["care"]++;
    if (rule && rule->category == "health") votes[f.table]["care"]++;
    if (rule && rule->category == "payment") votes[f.table]["settlement"]++;
    if (rule && rule->identifier.value_or("") == "direct" && match->type != "account") votes[f.table]["person"]++;
  }
  for (auto& [table, counts] : votes) {
    auto best = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (best->second >= 2) tables[table].subject = best->first, tables[table].subject_word = "columns";
  }
  for (const auto& [table, counts] : written) {
    TableContext& context = tables[table];
    context.initials = counts.known * 2 > counts.all || (counts.all >= 4 && counts.lettered * 10 > counts.all * 6 && counts.known * 5 > counts.all);
    if (context.initials && context.subject.empty()) context.subject = lexicon_.subject_by_initials(table);
  }
  for (const auto& [table, count] : person_signs) {
    TableContext& context = tables[table];
    context.about_person = count >= 2 && context.subject != "staff" && context.subject != "catalog" && context.subject != "drug";
  }
  for (const auto& [table, count] : keys) {
    TableContext& context = tables[table];
    context.of_patients = count > 0;
    // Rows that point to a patient or a visit are no catalog of drugs, items or places, but what was done for a person.
    for (std::string_view catalog : {"", "drug", "service", "disease", "catalog", "department", "institution", "system", "supply"})
      if (count > 0 && context.subject == catalog) {
        context.subject = "care";
        break;
      }
  }
  return tables;
}

namespace {

std::string last_word(const NameReader& reader, const FieldInput& f) {
  std::string_view head = headline(f.comment);
  if (!head.empty() && begins_chinese(head)) {
    auto spoken = tokens_of(head);
    return spoken.size() >= 2 ? spoken[spoken.size() - 2] + spoken.back() : spoken.back();
  }
  auto words = reader.lexicon().words_of(std::string_view(f.column).substr(0, 96));
  if (words.empty()) return {};
  return static_cast<uint8_t>(words.back()[0]) >= 0x80 && words.size() >= 2 ? words[words.size() - 2] + words.back() : words.back();
}

std::string head_of_table(const NameReader& reader, const FieldInput& f) {
  auto spoken = tokens_of(headline(f.table_comment));
  if (!spoken.empty() && spoken.back() == "表") spoken.pop_back();
  if (spoken.size() >= 2) return spoken[spoken.size() - 2] + spoken.back();
  auto words = reader.lexicon().words_of(std::string_view(f.table).substr(0, 96));
  return words.empty() ? std::string() : words.back();
}

}  // namespace

std::vector<std::vector<size_t>> columns_by_table(std::span<const FieldInput> fields) {
  std::vector<std::vector<size_t>> out;
  std::unordered_map<std::string_view, size_t> tables;
  for (size_t i = 0; i < fields.size(); i++) {
    auto [at, fresh] = tables.try_emplace(fields[i].table, out.size());
    if (fresh) out.emplace_back();
    out[at->second].push_back(i);
  }
  return out;
}

TableReading read_table(const NameReader& reader, std::span<const FieldInput> fields, std::span<const size_t> at, TableContext context) {
  TableReading out;
  out.context = std::move(context);
  out.context.head = head_of_table(reader, fields[at[0]]);
  for (size_t i : at) out.readings.push_back(reader.read(fields[i], out.context));
  Marks marks;
  table_marks_of(reader, fields[at[0]], out.readings, marks);
  out.context.marks = std::move(marks.ids);
  std::map<std::string_view, size_t> counts;
  std::vector<std::string> words;
  for (size_t k = 0; k < at.size(); k++) {
    const TypeRule* rule = reader.rules().type(out.readings[k].best);
    if (rule && rule->category != "none") counts[rule->category]++;
    words.push_back(last_word(reader, fields[at[k]]));
  }
  auto usual = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  out.beside.resize(at.size());
  for (size_t k = 0; k < at.size(); k++) {
    Beside& b = out.beside[k];
    if (k > 0) b.before = out.readings[k - 1].best, b.word_before = words[k - 1];
    if (k + 1 < at.size()) b.after = out.readings[k + 1].best, b.word_after = words[k + 1];
    if (usual != counts.end()) b.usual = usual->first, b.mostly = usual->second * 2 > at.size();
    b.first = k == 0;
    b.near_end = at.size() >= 8 && k + 6 >= at.size();
  }
  return out;
}

}  // namespace sluice::classify
