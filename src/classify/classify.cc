#include "classify/classify.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "classify/evidence.h"
#include "classify/lexicon.h"
#include "classify/tokens.h"
#include "classify/values.h"

namespace sluice::classify {

namespace {

using rules::RuleSet;
using rules::TypeRule;

// The weight of knowing nothing, in hundredths: a candidate needs more than this to be believed.
constexpr int64_t kAbstainWeight = 120;
// What people decided about fields of the same name counts for more than any single name, and for less than name and values together.
constexpr int64_t kRememberedWeight = 420;

}  // namespace

struct Classifier::Compiled {
  std::shared_ptr<const RuleSet> rules;
  Lexicon lexicon;
  ValueScanner scanner;
  std::multimap<std::string, const rules::ContextRule*> contexts;  // by type, in the pack's order
  std::vector<double> calibration;  // one weight per feature; empty when the pack has none

  static TableContext about(const std::string& subject, const char* shown_by) {
    TableContext out;
    out.subject = subject;
    out.subject_word = shown_by;
    return out;
  }

  // `prefix` bytes of the table's name are shared by all tables of the schema, and say nothing about this one.
  TableContext table_context(const FieldInput& f, size_t prefix) const {
    std::string by_comment = lexicon.subject_of(headline(f.table_comment));
    // 测试医院_门诊就医: in a Chinese name the last part says what the table holds.
    size_t bar = f.table.rfind('_');
    bool chinese_tail = bar != std::string::npos && bar + 1 < f.table.size() && static_cast<uint8_t>(f.table[bar + 1]) >= 0x80;
    std::string by_name = chinese_tail ? lexicon.subject_of(std::string_view(f.table).substr(bar + 1)) : std::string();
    // … but 字典_医嘱频次 is a dictionary whatever it lists.
    if (chinese_tail && lexicon.subject_of(std::string_view(f.table).substr(0, bar)) == "catalog") by_name = "catalog";
    if (by_name.empty()) by_name = lexicon.subject_of(std::string_view(f.table).substr(prefix));
    if (by_comment.empty() || (!by_name.empty() && is_ascii(headline(f.table_comment)))) return about(by_name, by_name.empty() ? "" : "table");
    // 系统 and 档案 in a comment are weak beside a table's own name.
    if (!by_name.empty() && by_comment == "system") return about(by_name, "table");
    return about(by_comment, "comment");
  }

  // A type in the light of a subject; the type itself when no rule speaks.
  std::string resolve(const std::string& type, const std::string& subject, std::string_view scope = "table") const {
    if (subject.empty()) return type;
    auto range = contexts.equal_range(type);
    for (auto it = range.first; it != range.second; ++it)
      if (const rules::ContextRule& rule = *it->second; rule.scope.value_or(std::string(scope)) == scope && std::find(rule.subjects.begin(), rule.subjects.end(), subject) != rule.subjects.end())
        return rule.becomes;
    return type;
  }
  // The column's own words first, then the table's. A phrase that the dictionary knows whole has its meaning already: its
  // own words do not move it once more.
  std::string resolve_for(const NameMatch& match, const std::string& own, const TableContext& context) const {
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
      const TypeRule* rule = rules->type(type);
      if (rule && rule->identifier) return type;
    }
    if (match.one_word) {
      std::string by_word = resolve(type, table, "word");
      if (by_word != type) return by_word;
    }
    return resolve(type, table);
  }

  // What the words before the head of the comment or the name are about.
  std::string own_subject(const FieldInput& f) const {
    std::string own = lexicon.subject_before_head(headline(f.comment));
    return own.empty() ? lexicon.subject_before_head(f.column) : own;
  }

  void add_match(const char* source, const NameMatch& match, int64_t factor, const std::string& own, const TableContext& table, Scores& scores) const {
    std::string type = resolve_for(match, own, table);
    int64_t weight = match.weight * factor / 100;
    if (is_generic_type(type)) weight = weight * 7 / 10;
    bool moved = type != match.type;
    const TypeRule* rule = rules->type(type);
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
    scores.add(std::move(id), type, weight, std::move(zh), std::move(en));
  }

  void name_evidence(const FieldInput& f, const TableContext& table, Scores& scores) const {
    std::string head = spoken_headline(f.comment);
    std::string own = own_subject(f);
    auto by_comment = lexicon.match(head);
    bool english_comment = is_ascii(head);
    if (by_comment) add_match("comment", *by_comment, english_comment && !by_comment->whole ? 60 : english_comment ? 90 : 100, own, table, scores);
    // Where a Chinese comment speaks plainly, the name only supports it.
    int64_t factor = by_comment && by_comment->head_known && !english_comment ? 55 : 100;
    auto by_name = lexicon.match(f.column);
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
    auto by_pinyin = lexicon.match_pinyin(f.column);
    if (by_pinyin && by_pinyin->head_known) {
      add_match("name", *by_pinyin, factor, own, table, scores);
      return;
    }
    int64_t step = 0;
    for (auto& match : lexicon.match_initials(f.column)) {
      if (!table.initials && (!match.whole || by_comment)) break;
      if (table.initials) match.weight = match.weight * 2 + (match.whole ? 60 : 0);
      const TypeRule* rule = rules->type(match.type);
      if (rule && rule->category == usual_category(table.subject)) match.weight += 60;
      match.weight -= step;
      step += 30;
      if (match.weight > 0) add_match("name", match, factor, own, table, scores);
    }
  }

  void value_evidence(const FieldInput& f, const TableContext& table, const ValueFindings& found, Scores& scores) const {
    std::string own = own_subject(f);
    bool is_event_date = false;
    for (const auto& [type, weight] : scores.by_type)
      is_event_date = is_event_date || (weight > 150 && type != "birth_date" && (type.ends_with("time") || type == "death"));
    for (const ValueMatch& m : found.matches) {
      if (m.detector == "birth_date" && is_event_date) continue;  // an event date is no birth date
      NameMatch seen;
      seen.type = m.type;
      std::string type = resolve_for(seen, own, table);
      const TypeRule* rule = rules->type(type);
      std::string zh = percent(m.rate_permille) + "的取值符合“" + (rule ? rule->zh : type) + "”的" + (m.shape_only ? "形式（校验位多数不符）" : "形式和校验规则");
      std::string en = percent(m.rate_permille) + " of the values have the " + (m.shape_only ? "shape (check digits mostly fail)" : "form") +
                       " of: " + (rule ? rule->en : type);
      scores.add("value." + m.detector, type, m.weight, std::move(zh), std::move(en));
    }
    if (found.all_two_values) {
      for (auto& [type, weight] : scores.by_type) {
        const TypeRule* rule = rules->type(type);
        bool needs_length = rule && (rule->identifier.value_or("") == "direct" || type == "amount" || type == "birth_date");
        if (needs_length && weight > 0) weight = 0;
      }
      scores.add("veto.two_values", "flag", 200, "取值至多两种且长度为一，不可能是标识或金额", "at most two values of one character: no identifier, no amount");
    }
    if (found.values >= 20 && found.length_mean > 60 && found.distinct * 2 > found.values) {
      std::string type = resolve("text", own.empty() ? table.subject : own);
      scores.add("value.long_text", type, 180, "取值为较长的自由文本", "the values are long free text");
    }
  }

  // Types that contradict the declared SQL type are less likely: a date is no name.
  void type_evidence(const FieldInput& f, Scores& scores) const {
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
  bool is_own_key(const FieldInput& f, const Scores& scores) const {
    auto name = tokens_of(f.column), table = tokens_of(f.table);
    if (name.size() == 1 && table.size() == 1 && name[0] == table[0] + "id") name = {table[0], "id"};
    if (name.size() < 2 || name.back() != "id" || table.size() + 1 < name.size()) return false;
    for (size_t i = 0; i + 1 < name.size(); i++) {
      std::string word = table[table.size() - name.size() + 1 + i];
      if (word != name[i] && word != name[i] + "s" && word != name[i] + "es") return false;
    }
    for (const auto& [type, weight] : scores.by_type) {
      const TypeRule* rule = rules->type(type);
      bool is_fact = type == "row_id" || type == "unknown" || (rule && !rule->identifier && (rule->category == "health" || rule->category == "public_health" || (rule->category == "medical" && type != "order") || type == "relation"));
      bool is_detail = type == "address" || type == "person_name" || type == "contact_name" || type == "phone" || type == "email" || type == "photo";
      if (!is_fact && !is_detail) return false;
    }
    return true;
  }

  // patients.Id where nothing else numbers the patients: what other tables point to as patient_id.
  std::string bare_key(const FieldInput& f, const TableContext& table) const {
    if (!f.comment.empty() || table.key.empty() || table.has_number) return {};
    return tokens_of(f.column) == std::vector<std::string>{"id"} ? table.key : std::string();
  }

  // What "<table>_id" would be, for the things that people and other systems number.
  std::string key_of(std::string_view table) const {
    auto named = lexicon.match(std::string(table) + "_id");
    if (!named || !named->head_known) return {};
    for (std::string_view key : {"person_no", "visit_no", "staff_code", "institution_code", "settlement_no"})
      if (named->type == key) return named->type;
    return {};
  }

  Verdict verdict_of(const FieldInput& f, const TableContext& table) const {
    Scores scores;
    name_evidence(f, table, scores);
    type_evidence(f, scores);
    ValueFindings found;
    if (f.findings || !f.values.empty()) {
      found = f.findings ? *f.findings : scanner.scan(f.values);
      value_evidence(f, table, found, scores);
    }
    if (is_own_key(f, scores)) scores.by_type = {{"row_id", 330}};
    if (auto key = bare_key(f, table); !key.empty() && scores.by_type.size() <= 1) scores.by_type = {{key, 330}};
    if (const TypeRule* said = rules->type(f.remembered))
      scores.add("people.remembered", f.remembered, kRememberedWeight, "此前人员将同名字段判定为" + said->zh, "people decided before that fields of this name are: " + said->en);
    // Generic types that only the table can explain.
    std::map<std::string, int64_t> resolved;
    for (const auto& [type, weight] : scores.by_type) resolved[resolve(type, table.subject)] += weight;
    double total = std::exp(static_cast<double>(kAbstainWeight) / 100);
    std::vector<std::pair<double, std::string>> ranked;
    for (const auto& [type, weight] : resolved) {
      double odds = std::exp(static_cast<double>(weight) / 100);
      total += odds;
      ranked.emplace_back(odds, type);
    }
    std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    Verdict v;
    v.table = f.table;
    v.column = f.column;
    v.reasons = std::move(scores.reasons);
    for (Evidence& e : v.reasons) e.type = resolve(e.type, table.subject);
    v.traits = scores.traits;
    v.traits.values = !found.matches.empty();
    v.traits.table = !table.subject.empty();
    v.traits.contested = ranked.size() > 1;
    if (!table.subject.empty())
      v.reasons.push_back({"table." + table.subject, 0, "所在表的主题：" + shown(f.table_comment.empty() ? f.table : headline(f.table_comment)),
                           "the table is about: " + table.subject});
    if (ranked.empty() || ranked[0].first < 1.3) {
      abstain(table, own_subject(f), v);
    } else {
      take(ranked[0].second, static_cast<int64_t>(1000 * ranked[0].first / total), v);
      v.traits.generic = is_generic_type(ranked[0].second);
      v.traits.known = true;
      double share = std::clamp(ranked[0].first / total, 0.02, 0.999);
      v.traits.log_odds = static_cast<int>(std::lround(100 * std::log(share / (1 - share))));
      if (!calibration.empty()) v.confidence_permille = calibrated(v.traits);
    }
    for (size_t i = 1; i < ranked.size() && i < 3; i++)
      v.others.push_back({ranked[i].second, static_cast<int64_t>(1000 * ranked[i].first / total)});
    sensitive(f, found, v);
    bool high = v.level >= Level::l4();
    v.review = v.review || v.confidence_permille < (high ? rules->weights.review_sensitive_permille : rules->weights.review_permille);
    return v;
  }

  // The fitted chance that the category is right, from what kind of evidence spoke (rules/weights.yaml).
  int64_t calibrated(const Traits& traits) const {
    auto features = features_of(traits);
    double sum = 0;
    for (size_t i = 0; i < features.size(); i++) sum += calibration[i] * features[i];
    return std::clamp<int64_t>(std::lround(1000 / (1 + std::exp(-sum))), 1, 999);
  }

  void take(const std::string& type, int64_t confidence, Verdict& v) const {
    const TypeRule* rule = rules->type(type);
    v.type = rule->id;
    v.class_id = rule->class_id;
    v.category = *enum_of<Category>(rule->category);
    v.level = *Level::of(rule->level);
    v.confidence_permille = std::min<int64_t>(confidence, 999);
    v.enterprise = rule->mark.has_value();
    v.direct_identifier = rule->identifier.value_or("") == "direct";
    v.quasi_identifier = rule->identifier.value_or("") == "quasi";
  }

  // Nothing is known about the column: what its table is about decides the best guess, and a person looks.
  void abstain(const TableContext& table, const std::string& own, Verdict& v) const {
    std::string guess = resolve("text", own);
    if (guess == "text") guess = resolve("text", table.subject);
    take(rules->type(guess) && guess != "text" ? guess : "unknown", 200, v);
    if (guess != "text") v.reasons.push_back({"abstain", 0, "字段名和取值均无依据，按所在表推断", "neither name nor values say anything; guessed from the table"});
    v.type = "unknown";
    v.review = true;
  }

  void sensitive(const FieldInput& f, const ValueFindings& found, Verdict& v) const {
    if (found.sensitive.empty()) return;
    if (!may_hold_level5(v.category, v.type)) return;
    v.contains_level5 = true;
    v.level5_rows = found.sensitive_rows;
    v.review = true;
    std::string zh, en;
    for (const auto& id : found.sensitive)
      for (const auto& rule : rules->detectors.sensitive)
        if (rule.id == id) {
          zh += (zh.empty() ? "" : "、") + rule.zh;
          en += (en.empty() ? "" : ", ") + rule.en;
        }
    v.level = Level::l5();
    v.reasons.push_back({"contains_level5", 0, "取值中含第5级内容：" + zh + (f.findings ? "（共" : "（样本中") + std::to_string(found.sensitive_rows) + "行）",
                         "the values contain level 5 content: " + en + " (" + std::to_string(found.sensitive_rows) + (f.findings ? " rows in all)" : " rows of the sample)")});
  }
};

Classifier::Classifier(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Result<Classifier> Classifier::create(std::shared_ptr<const RuleSet> rules) {
  ValueScanner scanner = TRY(ValueScanner::create(rules->detectors));
  Lexicon lexicon(*rules);
  std::multimap<std::string, const rules::ContextRule*> contexts;
  for (const auto& rule : rules->types.contexts) contexts.emplace(rule.type, &rule);
  std::vector<double> calibration;
  if (!rules->weights.calibration.empty()) {
    calibration.resize(kFeatureNames.size());
    for (const auto& w : rules->weights.calibration) {
      auto at = std::find(kFeatureNames.begin(), kFeatureNames.end(), w.feature);
      if (at == kFeatureNames.end()) return fail(Errc::invalid, "rules.unknown_reference", "weights: " + w.feature.substr(0, 80));
      calibration[static_cast<size_t>(at - kFeatureNames.begin())] = static_cast<double>(w.weight) / 100;
    }
  }
  return Classifier(std::make_unique<Compiled>(Compiled{std::move(rules), std::move(lexicon), std::move(scanner), std::move(contexts), std::move(calibration)}));
}

Classifier Classifier::built_in() {
  // The built-in set lives as long as the process: nothing to own.
  std::shared_ptr<const RuleSet> rules(std::shared_ptr<void>(), &RuleSet::built_in());
  return *create(std::move(rules));
}

const RuleSet& Classifier::rules() const { return *compiled_->rules; }
const ValueScanner& Classifier::values() const { return compiled_->scanner; }

std::vector<Verdict> Classifier::classify(std::span<const FieldInput> fields) const {
  std::vector<Verdict> out;
  out.reserve(fields.size());
  std::map<std::string_view, TableContext> tables;
  size_t prefix = shared_prefix(fields);
  // A table that does not say what it is about is about what most of its columns are about.
  std::map<std::string_view, std::map<std::string, size_t>> votes;
  std::map<std::string_view, size_t> person_signs, keys;
  std::map<std::string_view, std::pair<size_t, size_t>> written;  // columns that read as initials only, columns that could
  for (const auto& f : fields) {
    auto [at, fresh] = tables.try_emplace(f.table);
    if (fresh) {
      at->second = compiled_->table_context(f, prefix);
      at->second.key = compiled_->key_of(std::string_view(f.table).substr(prefix));
    }
    if (is_ascii(f.column)) {
      auto& [initials, all] = written[f.table];
      all++;
      auto by_words = compiled_->lexicon.match(f.column);
      if (!by_words || !by_words->head_known || is_short_latin(f.column)) {
        auto letters = compiled_->lexicon.match_initials(f.column);
        initials += !letters.empty() && letters[0].whole;
      }
    }
    if (auto named = compiled_->lexicon.match(f.column)) {
      keys[f.table] += named->type == "person_no" || named->type == "visit_no" || named->type == "inpatient_no";
      TableContext& beside = at->second;
      beside.has_place |= named->type == "postcode" || (named->whole && (named->type == "region_code" || named->type == "person_region"));
      beside.has_number |= !beside.key.empty() && (named->type == beside.key || (beside.key == "person_no" && named->type == "inpatient_no"));
      for (std::string_view sign : {"sex", "age", "birth_date", "id_number", "marital_status"}) person_signs[f.table] += named->type == sign && named->whole;
    }
    if (!at->second.subject.empty()) continue;
    auto match = compiled_->lexicon.match(headline(f.comment).empty() ? std::string_view(f.column) : headline(f.comment));
    if (!match) continue;
    const TypeRule* rule = compiled_->rules->type(match->type);
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
    context.initials = counts.first * 2 > counts.second;
    if (context.initials && context.subject.empty()) context.subject = compiled_->lexicon.subject_by_initials(table);
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
  for (const auto& f : fields) out.push_back(compiled_->verdict_of(f, tables[f.table]));
  return out;
}

}  // namespace sluice::classify
