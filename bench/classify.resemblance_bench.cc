// How well the classifier reads a schema that it has not seen: whole schemas are left out, by folds; of the dictionary, too:
// a schema is read without the phrases that no other labelled schema has. Fits and writes rules/resemblance.yaml and the
// calibration of the confidence in rules/weights.yaml.
//
// Options: --folds N (6), --rounds N (8), --errors N (differences on stderr), --only NAME[,NAME…] (print these alone),
// --plain X and --costs L,U,S (trust and costs to try, in place of those of the program), --write DIR (both packs, fitted on all schemas; the calibration on the answers for schemas left out), --first DIR (other
// labelled schemas, read as they are with the dictionary as it is and a model fitted on all of tests/labels: a first run).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>

#include "bench/labelled_schemas.h"
#include "bench/resemblance_fit.h"
#include "classify/choice.h"
#include "classify/classify.h"
#include "classify/resemblance.h"
#include "classify/tokens.h"

namespace {

using namespace sluice;
using bench::FitExample;
using bench::Label;
using bench::Schema;
using classify::FieldInput;
using rules::RuleSet;

constexpr int kNobody = -1, kMany = -2;
constexpr size_t kWeightsMax = 180'000;
constexpr float kPhraseShare = 0.15f;

// Which phrases of the dictionary only one schema has.
class Owners {
 public:
  explicit Owners(const std::vector<Schema>& schemas) {
    for (size_t s = 0; s < schemas.size(); s++) {
      std::set<std::string> parts;
      for (const auto& f : schemas[s].fields)
        for (const std::string* text : {&f.table, &f.table_comment, &f.column, &f.comment}) parts_of(*text, parts);
      for (const auto& part : parts) {
        auto [at, fresh] = owner_.try_emplace(part, static_cast<int>(s));
        if (!fresh) at->second = kMany;
      }
    }
  }
  int of(const std::string& phrase) const {
    auto at = owner_.find(key_of(classify::tokens_of(lower(phrase))));
    return at == owner_.end() ? kNobody : at->second;
  }

 private:
  static std::string lower(std::string text) {
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text;
  }
  static std::string key_of(const std::vector<std::string>& tokens) { return classify::phrase_key(tokens, 0, tokens.size()); }
  static void parts_of(const std::string& text, std::set<std::string>& parts) {
    for (const auto& tokens : {classify::tokens_of(text.substr(0, 120)), classify::tokens_of(lower(text.substr(0, 120)))})
      for (size_t i = 0; i < tokens.size(); i++)
        for (size_t n = 1; n <= 9 && i + n <= tokens.size(); n++) parts.insert(classify::phrase_key(tokens, i, n));
  }
  std::unordered_map<std::string, int> owner_;
};

std::shared_ptr<const RuleSet> without(const RuleSet& rules, const Owners& owners, int schema) {
  auto out = std::make_shared<RuleSet>(rules);
  auto forget = [&](std::vector<std::string>& words) { std::erase_if(words, [&](const std::string& w) { return owners.of(w) == schema; }); };
  for (auto& e : out->dictionary.entries)
    for (auto* words : {&e.zh, &e.en, &e.pinyin, &e.initials, &e.nat, &e.legacy}) forget(*words);
  for (auto& s : out->dictionary.subjects)
    for (auto* words : {&s.zh, &s.en, &s.initials}) forget(*words);
  return out;
}

struct Column {
  FitExample example;
  const Schema* schema = nullptr;
  bool names_only = false;
  const FieldInput* field = nullptr;
  const Label* label = nullptr;
  classify::Traits traits;
  std::string said;
};
struct Answer {
  const Column* column = nullptr;
  classify::Chosen chosen;
  classify::Traits traits;
  bool right() const { return chosen.rule->category == column->label->category; }
};

class Outputs {
 public:
  explicit Outputs(const RuleSet& rules) {
    for (const auto& t : rules.types.types)
      if (t.id != "unknown") index_.emplace(t.id, static_cast<int>(all.size())), all.push_back(&t);
  }
  int of(const std::string& type) const {
    auto at = index_.find(type);
    return at == index_.end() ? -1 : at->second;
  }
  std::vector<const rules::TypeRule*> all;

 private:
  std::map<std::string, int> index_;
};

void columns_of(const Schema& schema, int source, const classify::NameReader& reader, const Outputs& outputs, std::vector<Column>& out) {
  for (bool names_only : {false, true}) {
    auto fields = schema.fields;
    if (names_only)
      for (auto& f : fields) f.comment.clear(), f.table_comment.clear();
    auto read = classify::read_all(reader, fields);
    std::set<std::pair<std::string, std::string>> seen;
    for (size_t i = 0; i < fields.size(); i++) {
      auto label = schema.labels.find({fields[i].table, fields[i].column});
      if (label == schema.labels.end() || !seen.insert(label->first).second) continue;
      classify::Marks marks;
      classify::marks_of(reader, fields[i], *read.tables[i], read.readings[i], read.beside[i], marks);
      const auto& names = read.readings[i];
      float share = static_cast<float>(std::pow(150.0 / static_cast<double>(schema.labels.size()), 0.4));
      out.push_back({{std::move(marks.ids), outputs.of(names.best), outputs.of(label->second.type), share, names.plain, source}, &schema, names_only, &schema.fields[i], &label->second, names.scores.traits, names.best});
    }
  }
}

// Every phrase of the dictionary as a column that the dictionary does not know: so the model learns its parts.
std::vector<std::pair<FitExample, int>> phrases_of(const RuleSet& rules, const Owners& owners, const classify::NameReader& reader, const Outputs& outputs) {
  std::vector<std::pair<FitExample, int>> out;
  int source = 1000;
  for (const auto& e : rules.dictionary.entries) {
    if (classify::is_generic_type(e.type) || outputs.of(e.type) < 0) continue;
    for (const auto* words : {&e.zh, &e.en, &e.initials})
      for (const auto& word : *words) {
        FieldInput f;
        (words == &e.zh ? f.comment : f.column) = word;
        classify::Marks marks;
        classify::marks_of(reader, f, {}, {}, {}, marks);
        out.emplace_back(FitExample{std::move(marks.ids), -1, outputs.of(e.type), kPhraseShare, false, source++}, owners.of(word));
      }
  }
  return out;
}

Answer answer_of(const bench::Fit& fit, const Column& c, const Outputs& outputs, float plain, const classify::Choice& choice) {
  std::vector<float> scores;
  fit.score(c.example, scores);
  if (c.example.plain && c.example.said >= 0) scores[static_cast<size_t>(c.example.said)] += plain;
  std::vector<classify::Scored> candidates;
  for (size_t t = 0; t < outputs.all.size(); t++) candidates.push_back({outputs.all[t], scores[t]});
  Answer out{&c, choice.choose(std::move(candidates)), c.traits};
  double p = out.chosen.category_share;
  out.traits.log_odds = static_cast<int>(std::lround(100 * std::log(p / (1 - p))));
  return out;
}

using Weights = std::array<double, classify::kFeatureNames.size()>;

// Logistic regression with a ridge, by gradient descent; each schema and mode weighs the same.
Weights calibrate(const std::vector<Answer>& answers, size_t fold, size_t folds) {
  std::map<std::pair<const Schema*, bool>, size_t> sizes;
  for (const auto& a : answers) sizes[{a.column->schema, a.column->names_only}]++;
  Weights w{};
  w[1] = 0.5;
  for (int round = 0; round < 1500; round++) {
    Weights gradient{};
    for (size_t i = 0; i < answers.size(); i++) {
      const Answer& a = answers[i];
      if (folds && static_cast<size_t>(a.column->example.source) % folds == fold) continue;
      auto x = classify::features_of(a.traits);
      double sum = 0;
      for (size_t k = 0; k < w.size(); k++) sum += w[k] * x[k];
      double miss = (1 / (1 + std::exp(-sum)) - (a.right() ? 1 : 0)) / static_cast<double>(sizes[{a.column->schema, a.column->names_only}] * sizes.size());
      for (size_t k = 0; k < w.size(); k++) gradient[k] += miss * x[k];
    }
    for (size_t k = 0; k < w.size(); k++) w[k] -= 0.5 * (gradient[k] + 0.0005 * w[k]);
  }
  return w;
}

double chance(const Weights& w, const classify::Traits& traits) {
  auto x = classify::features_of(traits);
  double sum = 0;
  for (size_t k = 0; k < w.size(); k++) sum += w[k] * x[k];
  return 1 / (1 + std::exp(-sum));
}

struct Tally {
  size_t columns = 0, category = 0, said = 0, level = 0, type = 0, under = 0, high = 0, found = 0, review = 0;
  std::array<std::array<double, 3>, 10> bins{};

  void add(const Answer& a, double p, const RuleSet& rules) {
    const Label& label = *a.column->label;
    const rules::TypeRule& rule = *a.chosen.rule;
    const rules::TypeRule* alone = rules.type(a.column->said);
    columns++, category += a.right(), level += rule.level == label.level, type += rule.id == label.type, under += rule.level < label.level;
    said += alone && alone->category == label.category;
    if (label.level >= 4) high++, found += rule.level >= 4;
    review += 1000 * p < static_cast<double>(rule.level >= 4 ? rules.weights.review_sensitive_permille : rules.weights.review_permille);
    auto& bin = bins[std::min<size_t>(9, static_cast<size_t>(p * 10))];
    bin[0] += 1, bin[1] += a.right(), bin[2] += p;
  }
  void print(const std::string& name, bool names_only) const {
    auto share = [&](size_t k) { return static_cast<double>(k) / static_cast<double>(std::max<size_t>(columns, 1)); };
    double ece = 0, goal = names_only ? 0.89 : 0.95;
    for (const auto& bin : bins) ece += std::abs(bin[1] - bin[2]) / static_cast<double>(std::max<size_t>(columns, 1));
    std::printf("{\"name\":\"classify unseen: category right, %s, %s\",\"ours\":%.4f,\"peer\":\"labels by people\",\"unit\":\"share\",\"ratio\":%.4f,\"goal\":\">= %.2f\",\"floor\":\">= %.2f\","
                "\"note\":\"%zu columns; dictionary alone %.3f; level right %.3f; type right %.3f; levels 4-5 found %zu of %zu; under-graded %.3f; to review %.3f; ECE %.3f\"}\n",
                name.c_str(), names_only ? "names only" : "with comments", share(category), share(category), goal, goal - 0.15, columns, share(said), share(level), share(type), found, high, share(under),
                share(review), ece);
  }
};

std::string cut(const std::string& text, size_t max) {
  std::string out = text.substr(0, max);
  while (!out.empty() && !is_utf8(out)) out.pop_back();
  return out;
}

void print_error(const Answer& a, double p) {
  const Label& l = *a.column->label;
  if (a.right() && a.chosen.rule->level == l.level) return;
  std::fprintf(stderr, "  %s %s.%s [%s]: %s %s %d -> %s %s %d (%.2f; dictionary %s)\n", a.column->schema->name.c_str(), cut(a.column->field->table, 30).c_str(), cut(a.column->field->column, 40).c_str(),
               a.column->names_only ? "" : cut(l.comment, 40).c_str(), l.type.c_str(), l.category.c_str(), l.level, a.chosen.rule->id.c_str(), a.chosen.rule->category.c_str(), a.chosen.rule->level, p,
               a.column->said.c_str());
}

Status write_file(const std::string& path, const std::string& text) {
  FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return fail(Errc::io, "file.unwritable");
  bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !whole) return fail(Errc::io, "file.unwritable");
  return {};
}

Status write_packs(const std::string& dir, const bench::Fit& fit, const Outputs& outputs, const Weights& w, const RuleSet& rules) {
  rules::ResemblancePack pack = rules.resemblance;
  pack.types.clear();
  for (const auto* t : outputs.all) pack.types.push_back(t->id);
  fit.write(pack, kWeightsMax);
  TRY(write_file(dir + "/resemblance.yaml", canonical(encode(pack)) + "\n"));
  const auto& old = rules.weights;
  std::string text = "# Fitted by classify_resemblance_bench --write over tests/labels (docs/CLASSIFICATION.md); not written by hand.\npack: weights\nversion: \"" + old.version + "\"\neffective_from: \"" +
                     old.effective_from + "\"\nreview_permille: " + std::to_string(old.review_permille) + "\nreview_sensitive_permille: " + std::to_string(old.review_sensitive_permille) + "\ncalibration:\n";
  for (size_t i = 0; i < w.size(); i++) text += "  - {feature: " + std::string(classify::kFeatureNames[i]) + ", weight: " + std::to_string(std::lround(100 * w[i])) + "}\n";
  return write_file(dir + "/weights.yaml", text);
}

void report(const std::vector<Answer>& answers, const std::vector<double>& chances, const RuleSet& rules, const std::string& only, size_t errors) {
  std::map<std::pair<std::string, bool>, Tally> tallies;
  std::array<Tally, 2> all;
  for (size_t i = 0; i < answers.size(); i++) {
    const Column& c = *answers[i].column;
    tallies[{c.schema->name, c.names_only}].add(answers[i], chances[i], rules);
    all[c.names_only].add(answers[i], chances[i], rules);
    if (errors && (only.empty() || only.find(c.schema->name) != std::string::npos)) print_error(answers[i], chances[i]);
  }
  for (const auto& [key, tally] : tallies)
    if (only.empty() || only.find(key.first) != std::string::npos) tally.print(key.first, key.second);
  for (size_t m = 0; m < 2; m++) all[m].print("all", m == 1);
}

Status run(int argc, char** argv) {
  std::map<std::string, std::string> options;
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  auto number = [&](const char* name, size_t otherwise) { return options.contains(name) ? std::strtoull(options[name].c_str(), nullptr, 10) : otherwise; };
  const char* given = std::getenv("SLUICE_ROOT");
  std::shared_ptr<const RuleSet> rules(std::shared_ptr<void>(), &RuleSet::built_in());
  if (options.contains("--rules")) rules = TRY(RuleSet::load(options["--rules"]));
  auto schemas = TRY(bench::read_schemas(given ? given : "."));
  size_t folds = number("--folds", 6), errors = number("--errors", 0);
  bench::FitOptions fitting;
  fitting.rounds = static_cast<int>(number("--rounds", 8));
  if (options.contains("--rate")) fitting.rate = std::strtof(options["--rate"].c_str(), nullptr);
  if (options.contains("--decay")) fitting.decay = std::strtof(options["--decay"].c_str(), nullptr);
  if (options.contains("--drop")) fitting.drop = std::strtof(options["--drop"].c_str(), nullptr);
  float plain = options.contains("--plain") ? std::strtof(options["--plain"].c_str(), nullptr) : classify::kPlainTrust;
  classify::Costs costs;
  if (options.contains("--costs")) std::sscanf(options["--costs"].c_str(), "%lf,%lf,%lf", &costs.level, &costs.under, &costs.sensitive_missed);
  classify::Choice choice(costs);
  Owners owners(schemas);
  Outputs outputs(*rules);
  std::vector<Column> columns;
  for (size_t s = 0; s < schemas.size(); s++) columns_of(schemas[s], static_cast<int>(s), classify::NameReader(without(*rules, owners, static_cast<int>(s))), outputs, columns);
  classify::NameReader reader(rules);
  auto phrases = phrases_of(*rules, owners, reader, outputs);
  auto fit_without = [&](size_t fold) {
    std::vector<const FitExample*> examples;
    for (const auto& c : columns)
      if (static_cast<size_t>(c.example.source) % folds != fold && c.example.label >= 0) examples.push_back(&c.example);
    for (const auto& [example, owner] : phrases)
      if (owner < 0 || static_cast<size_t>(owner) % folds != fold) examples.push_back(&example);
    return bench::Fit(outputs.all.size(), examples, fitting);
  };
  std::vector<Answer> answers;
  for (size_t fold = 0; fold < folds; fold++) {
    bench::Fit fit = fit_without(fold);
    std::fprintf(stderr, "fold %zu: %zu marks\n", fold, fit.marks());
    for (const auto& c : columns)
      if (static_cast<size_t>(c.example.source) % folds == fold) answers.push_back(answer_of(fit, c, outputs, plain, choice));
  }
  std::vector<double> chances(answers.size());
  for (size_t fold = 0; fold < folds; fold++) {
    Weights w = calibrate(answers, fold, folds);
    for (size_t i = 0; i < answers.size(); i++)
      if (static_cast<size_t>(answers[i].column->example.source) % folds == fold) chances[i] = chance(w, answers[i].traits);
  }
  report(answers, chances, *rules, options["--only"], options.contains("--first") ? 0 : errors);
  if (!options.contains("--write") && !options.contains("--first")) return {};
  bench::Fit whole = fit_without(folds);
  Weights w = calibrate(answers, 0, 0);
  if (options.contains("--write")) TRY(write_packs(options["--write"], whole, outputs, w, *rules));
  if (!options.contains("--first")) return {};
  auto fresh = TRY(bench::read_own(options["--first"]));
  columns.clear();
  for (size_t s = 0; s < fresh.size(); s++) columns_of(fresh[s], static_cast<int>(s), reader, outputs, columns);
  answers.clear(), chances.clear();
  for (const auto& c : columns) answers.push_back(answer_of(whole, c, outputs, plain, choice)), chances.push_back(chance(w, answers.back().traits));
  std::printf("first run:\n");
  report(answers, chances, *rules, options["--only"], errors);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Status status = run(argc, argv);
  if (!status) std::fprintf(stderr, "%s %s\n", std::string(status.error().reason).c_str(), status.error().detail.c_str());
  return status ? 0 : 1;
}
