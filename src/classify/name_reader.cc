#include "classify/name_reader.h"

#include <algorithm>

#include "classify/tokens.h"

namespace sluice::classify {

using rules::TypeRule;

namespace {

// Less than this is no answer.
constexpr int64_t kHeardWeight = 26;

TableContext about(const std::string& subject, const char* shown_by) {
  TableContext out;
  out.subject = subject;
  out.subject_word = shown_by;
  return out;
}

}  // namespace

NameReader::NameReader(std::shared_ptr<const rules::RuleSet> rules) : rules_(std::move(rules)), lexicon_(*rules_) {
  for (const auto& rule : rules_->types.contexts) contexts_.emplace(rule.type, &rule);
}

// `prefix` bytes of the table's name are shared by all tables of the schema, and say nothing about this one.
TableContext NameReader::table_context(const FieldInput& f, size_t prefix) const {
  std::string by_comment = lexicon_.subject_of(headline(f.table_comment));
  // 测试医院_门诊就医: in a Chinese name the last part says what the table holds.
  size_t bar = f.table.rfind('_');
  bool chinese_tail = bar != std::string::npos && bar + 1 < f.table.size() && static_cast<uint8_t>(f.table[bar + 1]) >= 0x80;
  std::string by_name = chinese_tail ? lexicon_.subject_of(std::string_view(f.table).substr(bar + 1)) : std::string();
  // … but 字典_医嘱频次 is a dictionary whatever it lists.
  if (chinese_tail && lexicon_.subject_of(std::string_view(f.table).substr(0, bar)) == "catalog") by_name = "catalog";
  if (by_name.empty()) by_name = lexicon_.subject_of(std::string_view(f.table).substr(prefix));
  if (by_comment.empty() || (!by_name.empty() && is_ascii(headline(f.table_comment)))) return about(by_name, by_name.empty() ? "" : "table");
  // 系统 and 档案 in a comment are weak beside a table's own name.
  if (!by_name.empty() && by_comment == "system") return about(by_name, "table");
  return about(by_comment, "comment");
}

// A type in the light of a subject; the type itself when no rule speaks.
std::string NameReader::resolve(const std::string& type, const std::string& subject, std::string_view scope) const {
  if (subject.empty()) return type;
  auto range = contexts_.equal_range(type);
  for (auto it = range.first; it != range.second; ++it)
    if (const rules::ContextRule& rule = *it->second; rule.scope.value_or(std::string(scope)) == scope && std::find(rule.subjects.begin(), rule.subjects.end(), subject) != rule.subjects.end())
      return rule.becomes;
  return type;
}

// The column's own words first, then the table's. A phrase that the dictionary knows whole has its meaning already: its
// own words do not move it once more.
std::string NameReader::resolve_for(const NameMatch& match, const std::string& own, const TableContext& context) const {
  const std::string& table = context.subject;
  // A code of something unknown is no number of the person: it says what kind.
  bool is_kind = match.type == "code" && !match.whole && (match.phrase.ends_with("code") || match.phrase.ends_with("cd") || match.phrase.ends_with("代码"));
  const std::string type = is_kind && (own == "person" || (own.empty() && table == "person")) ? "kind" : match.type;
  if (!match.whole || is_generic_type(type)) {
    std::string by_own = resolve(type, own, "own");
    if (by_own == type) by_own = resolve(type, own);
    if (by_own != type) return by_own;
  }
  // A person's attribute named as such ("患者姓名") is not moved by the table it stands in.
  // … nor is one in a table that shows sex, age or ID numbers beside it.
  if (own == "person" || own == "contact" || context.about_person) {
    const TypeRule* rule = rules_->type(type);
    if (rule && rule->identifier) return type;
  }
  if (match.one_word) {
    std::string by_word = resolve(type, table, "word");
    if (by_word != type) return by_word;
  }
  return resolve(type, table);
}

// What the words before the head of the comment or the name are about.
std::string NameReader::own_subject(const FieldInput& f) const {
  if (begins_chinese(f.column))
    if (std::string own = lexicon_.subject_before_head(f.column); !own.empty()) return own;
  std::string own = lexicon_.subject_before_head(headline(f.comment));
  return own.empty() ? lexicon_.subject_before_head(f.column) : own;
}

void NameReader::add_match(const char* source, const NameMatch& match, int64_t factor, const std::string& own, const TableContext& table, Scores& scores) const {
  std::string type = resolve_for(match, own, table);
  int64_t weight = match.weight * factor / 100;
  if (is_generic_type(type)) weight = weight * 7 / 10;
  bool moved = type != match.type;
  const TypeRule* rule = rules_->type(type);
  std::string id = std::string(source) + "." + std::string(match.kind);
  bool comment = std::string_view(source) == "comment";
  std::string zh = std::string(comment ? "注释" : "字段名") + (match.kind == "initials" || match.kind == "pinyin" ? "的拼音可读作“" : "含“") + match.phrase + "”" +
                   (moved ? "，结合上下文" : "") + "，指向" + (rule ? rule->zh : type);
  std::string en = std::string(comment ? "the comment" : "the name") + " says “" + match.phrase + "”" + (moved ? ", read in context," : "") +
                   ", which points to: " + (rule ? rule->en : type);
  Traits& t = scores.traits;
  t.whole |= match.whole;
  t.head_known |= match.head_known;
  (comment ? t.comment : t.name) = true;
  t.pinyin |= match.kind == "pinyin";
  t.initials |= match.kind == "initials";
  t.coded |= match.kind == "national" || match.kind == "legacy";
  t.chinese |= match.kind == "zh";
  if ((match.kind == "pinyin" || match.kind == "initials") && scores.spoken.empty()) scores.spoken = match.phrase;
  scores.add(std::move(id), type, weight, std::move(zh), std::move(en));
}

void NameReader::name_evidence(const FieldInput& f, const TableContext& table, Scores& scores) const {
  std::string head = spoken_headline(f.comment);
  std::string own = own_subject(f);
  auto by_comment = lexicon_.match(head);
  auto by_name = lexicon_.match(f.column);
  bool english_comment = is_ascii(head);
  // A Chinese name says what the column is; the comment beside it defines it in other words, and supports it at most.
  bool named_in_chinese = begins_chinese(f.column) && by_name && by_name->head_known && head != f.column;
  if (by_comment) add_match("comment", *by_comment, named_in_chinese ? 30 : english_comment && !by_comment->whole ? 60 : english_comment ? 90 : 100, own, table, scores);
  // Where a Chinese comment speaks plainly, the name only supports it.
  int64_t factor = by_comment && by_comment->head_known && !english_comment && !named_in_chinese ? 55 : 100;
  if (by_name && by_name->whole && by_name->type == "name" && table.about_person && own.empty()) {
    scores.traits.head_known = scores.traits.name = true;
    scores.add("sibling.person", "person_name", 330, "同表有性别、年龄、出生日期或证件号码，名称应为个人姓名", "sex, age, birth or an ID number stand beside it: the name is a person's");
    return;
  }
  if (by_name && table.initials && is_short_latin(f.column) && by_name->kind == "en") by_name->weight /= 3;
  if (by_name) add_match("name", *by_name, factor, own, table, scores);
  if (by_name && by_name->type == "status" && table.has_place && by_name->whole && by_name->one_word) {
    by_name->type = "region_code";
    scores = Scores();
    add_match("name", *by_name, factor, own, table, scores);
    return;
  }
  bool plain = !table.initials || !is_ascii(f.column) || (by_name && by_name->whole && !is_short_latin(f.column));
  if (by_name && by_name->head_known && plain) return;
  auto by_pinyin = lexicon_.match_pinyin(f.column);
  if (by_pinyin && by_pinyin->head_known) {
    add_match("name", *by_pinyin, factor, own, table, scores);
    return;
  }
  int64_t step = 0;
  for (auto& match : lexicon_.match_initials(f.column)) {
    if (!table.initials && (!match.whole || by_comment)) break;
    if (table.initials) match.weight = match.weight * 2 + (match.whole ? 60 : 0);
    const TypeRule* rule = rules_->type(match.type);
    if (rule && rule->category == usual_category(table.subject)) match.weight += 60;
    match.weight -= step;
    step += 30;
    if (match.weight > 0) add_match("name", match, factor, own, table, scores);
  }
}

// Types that contradict the declared SQL type are less likely: a date is no name.
void NameReader::type_evidence(const FieldInput& f, Scores& scores) const {
  std::string t;
  for (char c : f.type.substr(0, 40)) t += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  bool is_time = t.starts_with("date") || t.starts_with("timestamp");
  bool is_bit = t.starts_with("bool") || t.starts_with("bit") || t == "tinyint(1)" || t == "char(1)";
  if (is_time) {
    for (auto& [type, weight] : scores.by_type) {
      bool time_like = type.ends_with("time") || type == "birth_date" || type == "death" || type == "vaccination" || type == "stock" ||
                       type == "drug_attribute" || type == "insurance_type" || type == "birth" || type == "diagnosis" || type == "schedule";
      if (!time_like) weight /= 2;
    }
    if (scores.by_type.empty()) scores.add("type.time", "time", 160, "字段类型为日期时间", "the declared type is a date or time");
  } else if (t.starts_with("text") || t.starts_with("clob") || t.starts_with("longtext") || t.starts_with("nvarchar(max)")) {
    for (auto& [type, weight] : scores.by_type)
      if (type.ends_with("time") || type == "birth_date" || type == "sort" || type == "flag") weight /= 3;
  } else if (is_bit && scores.by_type.empty()) {
    scores.add("type.flag", "flag", 200, "字段类型为布尔或单字符", "the declared type is a boolean or one character");
  }
}

// note.note_id, allergy.allergy_id: the key of a table of facts. Numbers that people know (of orders, bills, visits) are more.
bool NameReader::is_own_key(const FieldInput& f, const Scores& scores) const {
  auto name = tokens_of(f.column), table = tokens_of(f.table);
  if (name.size() == 1 && table.size() == 1 && name[0] == table[0] + "id") name = {table[0], "id"};
  if (name.size() < 2 || name.back() != "id" || table.size() + 1 < name.size()) return false;
  for (size_t i = 0; i + 1 < name.size(); i++) {
    std::string word = table[table.size() - name.size() + 1 + i];
    if (word != name[i] && word != name[i] + "s" && word != name[i] + "es") return false;
  }
  for (const auto& [type, weight] : scores.by_type) {
    const TypeRule* rule = rules_->type(type);
    bool is_fact = type == "row_id" || type == "unknown" || (rule && !rule->identifier && (rule->category == "health" || rule->category == "public_health" || (rule->category == "medical" && type != "order") || type == "relation"));
    bool is_detail = type == "address" || type == "person_name" || type == "contact_name" || type == "phone" || type == "email" || type == "photo";
    if (!is_fact && !is_detail) return false;
  }
  return true;
}

// patients.Id where nothing else numbers the patients: what other tables point to as patient_id.
std::string NameReader::bare_key(const FieldInput& f, const TableContext& table) const {
  if (!f.comment.empty() || table.key.empty() || table.has_number) return {};
  return tokens_of(f.column) == std::vector<std::string>{"id"} ? table.key : std::string();
}

// What "<table>_id" would be, for the things that people and other systems number.
std::string NameReader::key_of(std::string_view table) const {
  auto named = lexicon_.match(std::string(table) + "_id");
  if (!named || !named->head_known) return {};
  for (std::string_view key : {"person_no", "visit_no", "staff_code", "institution_code", "settlement_no"})
    if (named->type == key) return named->type;
  return {};
}

Reading NameReader::read(const FieldInput& f, const TableContext& table) const {
  Reading out;
  out.own = own_subject(f);
  name_evidence(f, table, out.scores);
  type_evidence(f, out.scores);
  if (is_own_key(f, out.scores)) out.scores.by_type = {{"row_id", 330}};
  if (auto key = bare_key(f, table); !key.empty() && out.scores.by_type.size() <= 1) out.scores.by_type = {{key, 330}};
  // Generic types that only the table can explain.
  for (const auto& [type, weight] : out.scores.by_type) out.resolved[resolve(type, table.subject)] += weight;
  int64_t best = kHeardWeight, second = kHeardWeight;
  for (const auto& [type, weight] : out.resolved) {
    if (weight > best) {
      out.second = std::move(out.best), second = best;
      out.best = type, best = weight;
    } else if (weight > second) {
      out.second = type, second = weight;
    }
  }
  out.weight = out.best.empty() ? 0 : best;
  out.scores.traits.table = !table.subject.empty();
  out.scores.traits.contested = out.resolved.size() > 1;
  out.scores.traits.generic = is_generic_type(out.best);
  const Traits& t = out.scores.traits;
  out.plain = t.whole && t.head_known && !t.contested && !t.initials && (!t.generic || out.best == "flag");
  for (Evidence& e : out.scores.reasons) e.type = resolve(e.type, table.subject);
  return out;
}

}  // namespace sluice::classify
