#include "classify/classify.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <map>
#include <set>
#include <thread>

#include "classify/choice.h"
#include "classify/company.h"
#include "classify/evidence.h"
#include "classify/name_reader.h"
#include "classify/network.h"
#include "classify/resemblance.h"
#include "classify/tokens.h"
#include "classify/values.h"
#include "classify/whole_table.h"

namespace sluice::classify {

namespace {

using rules::RuleSet;
using rules::TypeRule;

// What people decided about fields of the same name counts for this much more than the best that the name says, and for less
// than name and values together.
constexpr float kRememberedLead = 2.0f;
// Values that are identifiers of persons by anchored form or check digits (of this weight) may contradict the surest name: they
// start at most this far behind what the name says.
constexpr int64_t kPlainValues = 450;
constexpr float kNameLead = 3;
// A column of which neither dictionary nor values say anything is named only when the model is at least this sure of the category.
constexpr double kNamedShare = 0.6;
constexpr size_t kWordsQuoted = 3;
constexpr size_t kColumnsForTwo = 500;

// Tables are looked at apart from each other: in two threads where there are enough columns to pay for it.
template <class Work>
void for_each(size_t tables, size_t threads, const Work& work) {
  std::atomic<size_t> next{0};
  auto some = [&] {
    for (size_t t = next++; t < tables; t = next++) work(t);
  };
  std::thread other;
  if (threads > 1) other = std::thread(some);
  some();
  if (other.joinable()) other.join();
}

}  // namespace

struct Classifier::Compiled {
  std::shared_ptr<const RuleSet> rules;
  NameReader reader;
  Resemblance resemblance;
  Network network;
  Company company;
  Choice choice;
  ValueScanner scanner;
  std::vector<double> calibration;  // one weight per feature; empty when the pack has none

  void value_evidence(const TableContext& table, const ValueFindings& found, const Reading& names, Scores& scores) const {
    bool is_event_date = false;
    for (const auto& [type, weight] : names.scores.by_type)
      is_event_date = is_event_date || (weight > 150 && type != "birth_date" && (type.ends_with("time") || type == "death"));
    for (const ValueMatch& m : found.matches) {
      if (m.detector == "birth_date" && is_event_date) continue;  // an event date is no birth date
      NameMatch seen;
      seen.type = m.type;
      std::string type = reader.resolve_for(seen, names.own, table);
      const TypeRule* rule = rules->type(type);
      std::string zh = percent(m.rate_permille) + "的取值符合“" + (rule ? rule->zh : type) + "”的" + (m.shape_only ? "形式（校验位多数不符）" : "形式和校验规则");
      std::string en = percent(m.rate_permille) + " of the values have the " + (m.shape_only ? "shape (check digits mostly fail)" : "form") +
                       " of: " + (rule ? rule->en : type);
      scores.add("value." + m.detector, reader.resolve(type, table.subject), m.weight, std::move(zh), std::move(en));
    }
    if (found.all_two_values)
      scores.add("veto.two_values", reader.resolve("flag", table.subject), 200, "取值至多两种且长度为一，不可能是标识或金额", "at most two values of one character: no identifier, no amount");
    if (found.values >= 20 && found.length_mean > 60 && found.distinct * 2 > found.values) {
      std::string type = reader.resolve("text", names.own.empty() ? table.subject : names.own);
      scores.add("value.long_text", reader.resolve(type, table.subject), 180, "取值为较长的自由文本", "the values are long free text");
    }
  }

  // What the model makes of the columns of a table: log-odds by type, the dictionary's answer among them.
  std::vector<std::vector<float>> scores_of(std::span<const FieldInput> fields, std::span<const size_t> at, const TableReading& table) const {
    std::vector<std::vector<float>> out(resemblance.empty() ? 0 : at.size());
    Resemblance::Sums of_table;
    resemblance.add(table.context.marks, of_table);
    Network::Sums seen_of_table;
    network.add(table.context.marks, seen_of_table);
    std::vector<Network::Sums> seen(network.empty() ? 0 : out.size(), seen_of_table);
    std::vector<size_t> said;
    Marks marks;
    for (size_t k = 0; k < out.size(); k++) {
      const Reading& names = table.readings[k];
      marks_of(reader, fields[at[k]], table.context, names, table.beside[k], marks);
      Resemblance::Sums sums = of_table;
      resemblance.add(marks.ids, sums);
      if (!seen.empty()) network.add(marks.ids, seen[k]);
      float trust = resemblance.score(sums, out[k]);
      said.push_back(resemblance.index_of(names.best));
      if (said[k] != SIZE_MAX) out[k][said[k]] += trust;
    }
    if (!seen.empty()) network.mix(seen, said, out);
    for (size_t k = 0; k < out.size(); k++)
      if (said[k] != SIZE_MAX) out[k][said[k]] += plain_trust(table.readings[k]);
    return out;
  }

  // One table: `at` are its columns among the fields, `scores` the model's first answers for them.
  struct Table {
    std::span<const size_t> at;
    TableReading reading;
    std::vector<std::vector<float>> scores;
  };

  Table first_look(std::span<const FieldInput> fields, std::span<const size_t> at, TableContext context) const {
    Table table{at, read_table(reader, fields, at, std::move(context)), {}};
    table.scores = scores_of(fields, at, table.reading);
    return table;
  }

  // The first answers for the schema as a whole.
  SchemaShares schema_of(std::span<const FieldInput> fields, std::span<const Table> tables) const {
    SchemaShares schema;
    std::vector<float> shares;
    for (const Table& table : tables)
      for (size_t k = 0; k < table.scores.size() && !company.empty(); k++) {
        company.places().shares_of(table.scores[k], shares);
        schema.add(fields[table.at[k]].column, shares);
      }
    return schema;
  }

  // Candidates by the model, or by the dictionary alone where there is no model or the model does not have the type.
  std::vector<Scored> candidates(const Reading& names, std::span<const float> scores, std::string_view remembered, const Scores& values, bool two_values) const {
    std::vector<Scored> out;
    float most = 0;
    if (resemblance.empty()) out.push_back({rules->type("unknown"), kAbstainScore});
    for (size_t t = 0; t < scores.size(); t++)
      if (const TypeRule* rule = resemblance.types()[t]) out.push_back({rule, scores[t]});
    for (const auto& [type, weight] : names.resolved)
      if (const TypeRule* rule = rules->type(type); rule && (resemblance.empty() || (type == names.best && resemblance.index_of(type) == SIZE_MAX)))
        out.push_back({rule, static_cast<float>(weight) / 100});
    for (const Scored& s : out) most = std::max(most, s.score);
    if (const TypeRule* said = rules->type(remembered); said && !remembered.empty()) {
      raise(out, said, 0);
      for (Scored& s : out)
        if (s.rule == said) s.score = most + kRememberedLead;
    }
    for (const auto& [type, weight] : values.by_type) {
      const TypeRule* rule = rules->type(type);
      // Against what values show, a name of which no word is known has nothing to say.
      if (rule && weight > 0 && names.best.empty()) lift(out, rule, most);
      if (rule && rule->level >= 4 && weight >= kPlainValues) lift(out, rule, most - kNameLead);
      if (rule) raise(out, rule, static_cast<float>(weight) / 100);
    }
    if (two_values)
      for (Scored& s : out)
        if (s.rule->identifier.value_or("") == "direct" || s.rule->id == "amount" || s.rule->id == "birth_date") s.score -= kVeto;
    return out;
  }

  // To at least `least`.
  static void lift(std::vector<Scored>& out, const TypeRule* rule, float least) {
    raise(out, rule, 0);
    for (Scored& s : out)
      if (s.rule == rule) s.score = std::max(s.score, least);
  }

  static void raise(std::vector<Scored>& out, const TypeRule* rule, float by) {
    if (!rule) return;
    for (Scored& s : out)
      if (s.rule == rule) {
        s.score += by;
        return;
      }
    out.push_back({rule, by});
  }

  Verdict verdict_of(const FieldInput& f, const TableContext& table, Reading& names, const Beside& beside, std::span<const float> scores) const {
    ValueFindings found;
    Scores values;
    if (f.findings || !f.values.empty()) {
      found = f.findings ? *f.findings : scanner.scan(f.values);
      value_evidence(table, found, names, values);
    }
    const TypeRule* plain = names.plain && values.by_type.empty() ? rules->type(names.best) : nullptr;
    auto said = candidates(names, scores, f.remembered, values, found.all_two_values);
    // What a person decided stands as it is.
    if (f.remembered.empty()) raise_by_table(reader, whole_subject(table), said);
    if (const TypeRule* raised = plain ? raised_by_table(reader, whole_subject(table), *plain) : nullptr) plain = raised;
    auto chosen = choice.choose(std::move(said), plain);
    Verdict v;
    v.table = f.table;
    v.column = f.column;
    v.traits = names.scores.traits;
    v.traits.values = !found.matches.empty();
    v.traits.log_odds = static_cast<int>(std::lround(100 * std::log(chosen.category_share / (1 - chosen.category_share))));
    take(*chosen.rule, static_cast<int64_t>(1000 * chosen.category_share), v);
    if (!calibration.empty()) v.confidence_permille = calibrated(v.traits);
    explain(f, table, names, values, chosen, beside, v);
    bool heard = !names.best.empty() || !values.by_type.empty() || rules->type(f.remembered);
    v.traits.known = heard || chosen.category_share >= kNamedShare;
    if (!v.traits.known || chosen.rule->id == "unknown") abstain(v);
    for (const auto& [rule, share] : chosen.others) v.others.push_back({rule->id, static_cast<int64_t>(1000 * share)});
    sensitive(f, found, v);
    bool high = v.level >= Level::l4();
    v.review = v.review || (!high && !resemblance.empty() && chosen.doubts_sensitive()) || v.confidence_permille < (high ? rules->weights.review_sensitive_permille : rules->weights.review_permille);
    return v;
  }

  // The second look, and the verdicts; the table's columns have the same places in `fields` and in `out`.
  void judge(std::span<const FieldInput> fields, Table& table, const SchemaShares& schema, std::vector<Verdict>& out) const {
    std::vector<Traits> traits;
    std::vector<std::string_view> names;
    for (size_t k = 0; k < table.at.size(); k++) traits.push_back(table.reading.readings[k].scores.traits), names.push_back(fields[table.at[k]].column);
    if (!table.scores.empty()) company.look_again(table.scores, traits, names, schema);
    for (size_t k = 0; k < table.at.size(); k++)
      out[table.at[k]] = verdict_of(fields[table.at[k]], table.reading.context, table.reading.readings[k], table.reading.beside[k], table.scores.empty() ? std::span<const float>() : table.scores[k]);
    table = {};
  }

  // The fitted chance that the category is right, from what kind of evidence spoke (rules/weights.yaml).
  int64_t calibrated(const Traits& traits) const {
    auto features = features_of(traits);
    double sum = 0;
    for (size_t i = 0; i < features.size(); i++) sum += calibration[i] * features[i];
    return std::clamp<int64_t>(std::lround(1000 / (1 + std::exp(-sum))), 1, 999);
  }

  static void take(const TypeRule& rule, int64_t confidence, Verdict& v) {
    v.type = rule.id;
    v.class_id = rule.class_id;
    v.category = *enum_of<Category>(rule.category);
    v.level = *Level::of(rule.level);
    v.confidence_permille = std::min<int64_t>(confidence, 999);
    v.enterprise = rule.mark.has_value();
    v.direct_identifier = rule.identifier.value_or("") == "direct";
    v.quasi_identifier = rule.identifier.value_or("") == "quasi";
  }

  void explain(const FieldInput& f, const TableContext& table, Reading& names, Scores& values, const Chosen& chosen, const Beside& beside, Verdict& v) const {
    v.reasons = std::move(names.scores.reasons);
    for (Evidence& e : values.reasons) v.reasons.push_back(std::move(e));
    if (const TypeRule* said = rules->type(f.remembered); said && !f.remembered.empty())
      v.reasons.push_back({"people.remembered", std::lround(100 * kRememberedLead), "此前人员将同名字段判定为" + said->zh, "people decided before that fields of this name are: " + said->en, f.remembered});
    if (!resemblance.empty() && names.best != v.type && values.by_type.empty()) resembles(f, table, names, beside, chosen, v);
    if (!table.subject.empty())
      v.reasons.push_back({"table." + table.subject, 0, "所在表的主题：" + shown(f.table_comment.empty() ? f.table : headline(f.table_comment)),
                           "the table is about: " + table.subject});
  }

  // Which of its words speak most for the type rather than the next one.
  void resembles(const FieldInput& f, const TableContext& table, const Reading& names, const Beside& beside, const Chosen& chosen, Verdict& v) const {
    size_t type = SIZE_MAX, other = SIZE_MAX;
    for (size_t t = 0; t < resemblance.types().size(); t++) {
      if (resemblance.types()[t] == chosen.rule) type = t;
      if (!chosen.others.empty() && resemblance.types()[t] == chosen.others[0].first) other = t;
    }
    if (type == SIZE_MAX) return;
    Marks marks;
    marks.with_texts = true;
    marks_of(reader, f, table, names, beside, marks);
    std::map<std::string, float> by_word;
    float sum = 0;
    for (uint32_t mark : table.marks) sum += resemblance.says(mark, type, other);
    for (size_t i = 0; i < marks.ids.size(); i++) {
      float says = resemblance.says(marks.ids[i], type, other);
      sum += says;
      if (!marks.texts[i].empty()) by_word[shown(marks.texts[i])] += says;
    }
    std::vector<std::pair<float, std::string>> words;
    for (const auto& [word, says] : by_word)
      if (says > 0.1f) words.emplace_back(-says, word);
    std::sort(words.begin(), words.end());
    std::string zh, en;
    for (size_t i = 0; i < std::min(words.size(), kWordsQuoted); i++) {
      zh += "“" + words[i].second + "”";
      en += (i ? ", “" : "“") + words[i].second + "”";
    }
    v.reasons.push_back({"resembles", std::clamp<int64_t>(std::lround(100 * sum), -999, 999),
                         "与已标注的字段相近" + (zh.empty() ? std::string("（按所在表和相邻字段）") : "（" + zh + "）") + "，近似" + chosen.rule->zh,
                         "resembles labelled fields" + (en.empty() ? std::string(" by its table and neighbours") : " by " + en) + ": " + chosen.rule->en, chosen.rule->id});
  }

  // Little is known about the column: what it resembles and its table decide the best guess, and a person looks.
  static void abstain(Verdict& v) {
    v.type = "unknown";
    v.reasons.push_back({"abstain", 0, "字段名和取值依据不足，按所在表和相近字段推断", "name and values say too little; guessed from the table and similar fields"});
    v.confidence_permille = std::min<int64_t>(v.confidence_permille, 450);
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
  std::vector<double> calibration;
  if (!rules->weights.calibration.empty()) {
    calibration.resize(kFeatureNames.size());
    for (const auto& w : rules->weights.calibration) {
      auto at = std::find(kFeatureNames.begin(), kFeatureNames.end(), w.feature);
      if (at == kFeatureNames.end()) return fail(Errc::invalid, "rules.unknown_reference", "weights: " + w.feature.substr(0, 80));
      calibration[static_cast<size_t>(at - kFeatureNames.begin())] = static_cast<double>(w.weight) / 100;
    }
  }
  NameReader reader(rules);
  Resemblance resemblance(*rules);
  Network network(rules->network);
  Company company(resemblance);
  return Classifier(std::make_unique<Compiled>(Compiled{std::move(rules), std::move(reader), std::move(resemblance), std::move(network), std::move(company), Choice(), std::move(scanner), std::move(calibration)}));
}

Classifier Classifier::built_in() {
  // The built-in set lives as long as the process: nothing to own.
  std::shared_ptr<const RuleSet> rules(std::shared_ptr<void>(), &RuleSet::built_in());
  return *create(std::move(rules));
}

const RuleSet& Classifier::rules() const { return *compiled_->rules; }
const ValueScanner& Classifier::values() const { return compiled_->scanner; }

std::vector<Verdict> Classifier::classify(std::span<const FieldInput> fields) const {
  std::vector<Verdict> out(fields.size());
  auto contexts = compiled_->reader.tables_of(fields);
  auto tables = columns_by_table(fields);
  std::vector<Compiled::Table> read(tables.size());
  size_t threads = fields.size() >= kColumnsForTwo && tables.size() > 1 ? 2 : 1;
  for_each(tables.size(), threads, [&](size_t t) { read[t] = compiled_->first_look(fields, tables[t], contexts.at(fields[tables[t][0]].table)); });
  SchemaShares schema = compiled_->schema_of(fields, read);
  for_each(tables.size(), threads, [&](size_t t) { compiled_->judge(fields, read[t], schema, out); });
  return out;
}

}  // namespace sluice::classify
