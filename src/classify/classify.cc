#include "classify/classify.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "classify/choice.h"
#include "classify/evidence.h"
#include "classify/name_reader.h"
#include "classify/resemblance.h"
#include "classify/tokens.h"
#include "classify/values.h"

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

}  // namespace

struct Classifier::Compiled {
  std::shared_ptr<const RuleSet> rules;
  NameReader reader;
  Resemblance resemblance;
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

  // Candidates by the model, or by the dictionary alone where there is no model.
  std::vector<Scored> candidates(const Reading& names, const Marks& marks, std::string_view remembered, const Scores& values, bool two_values) const {
    std::vector<Scored> out;
    float most = 0;
    if (resemblance.empty()) {
      out.push_back({rules->type("unknown"), kAbstainScore});
      for (const auto& [type, weight] : names.resolved)
        if (const TypeRule* rule = rules->type(type)) out.push_back({rule, static_cast<float>(weight) / 100});
    } else {
      std::vector<float> scores;
      float trust = resemblance.score(marks.ids, scores);
      for (size_t t = 0; t < scores.size(); t++)
        if (const TypeRule* rule = resemblance.types()[t]) out.push_back({rule, scores[t]});
      if (!names.best.empty()) raise(out, rules->type(names.best), trust + (names.plain ? kPlainTrust : 0));
    }
    for (const Scored& s : out) most = std::max(most, s.score);
    if (const TypeRule* said = rules->type(remembered); said && !remembered.empty()) {
      raise(out, said, 0);
      for (Scored& s : out)
        if (s.rule == said) s.score = most + kRememberedLead;
    }
    for (const auto& [type, weight] : values.by_type) {
      const TypeRule* rule = rules->type(type);
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

  Verdict verdict_of(const FieldInput& f, const TableContext& table, Reading& names, const Beside& beside, Marks& marks) const {
    ValueFindings found;
    Scores values;
    if (f.findings || !f.values.empty()) {
      found = f.findings ? *f.findings : scanner.scan(f.values);
      value_evidence(table, found, names, values);
    }
    if (!resemblance.empty()) marks_of(reader, f, table, names, beside, marks);
    auto chosen = choice.choose(candidates(names, marks, f.remembered, values, found.all_two_values));
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
  return Classifier(std::make_unique<Compiled>(Compiled{std::move(rules), std::move(reader), std::move(resemblance), Choice(), std::move(scanner), std::move(calibration)}));
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
  Readings read = read_all(compiled_->reader, fields);
  Marks marks;
  for (size_t i = 0; i < fields.size(); i++)
    out.push_back(compiled_->verdict_of(fields[i], *read.tables[i], read.readings[i], read.beside[i], marks));
  return out;
}

}  // namespace sluice::classify
