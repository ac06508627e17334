// How well the classifier reads a schema that it has not seen: whole schemas are left out, by folds; of the dictionary, too:
// a schema is read without the phrases that no other labelled schema has. Fits and writes rules/resemblance.yaml and the
// calibration of the confidence in rules/weights.yaml.
//
// tests/labels/wide was written to teach words: it is learned from in every fold and never counted as an answer.
// Every schema is learned from in several forms (Form). The model's first answers for schemas left out are what the second look
// (classify/company.h) and the confidence are fitted to, both again by folds.
//
// Options: --folds N (6), --rounds N (8), --network-rounds N (8; 0: without the network), --linear-permille N, --network-permille N (how much either counts), --weights N (kept), --errors N (differences on stderr), --answers FILE (all answers, by tabs), --only NAME[,NAME…] (print these alone), --keep 1 (schemas left out keep their phrases: what the dictionary knows by itself counts),
// --judge-wide 1 (tests/labels/wide is left out by folds and judged, too: to read its labels against answers), --plain X and --costs L,U,S (trust and costs to try, in place of those of the program), --curve 1 (what other costs would
// give), --write DIR (both packs, fitted on all schemas; the calibration on the answers for schemas left out), --version V (of what is written: 2026.11.24.1), --first DIR
// (other labelled schemas, read as they are with the dictionary as it is and a model fitted on all of tests/labels: a first run).
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>

#include "bench/company_fit.h"
#include "bench/labelled_schemas.h"
#include "bench/network_fit.h"
#include "bench/resemblance_fit.h"
#include "classify/choice.h"
#include "classify/classify.h"
#include "classify/network.h"
#include "classify/pinyin.h"
#include "classify/resemblance.h"
#include "classify/tokens.h"
#include "classify/whole_table.h"

namespace {

using namespace sluice;
using bench::FitExample;
using bench::Label;
using bench::Schema;
using classify::FieldInput;
using rules::RuleSet;

constexpr int kNobody = -1, kMany = -2;
constexpr float kPhraseShare = 0.15f, kRewrittenShare = 0.3f;

// How a schema is read: as it is; without its comments; without them and with names as other people would have written them:
// the initials or the pinyin of its Chinese, English words cut short. Answers are judged in the first two alone.
enum class Form { commented, named, initials, pinyin, clipped };
bool is_judged(Form form) { return form == Form::commented || form == Form::named; }

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

std::shared_ptr<const RuleSet> without(const RuleSet& rules, const Owners& owners, int schema, bool keep_all) {
  auto out = std::make_shared<RuleSet>(rules);
  if (keep_all) return out;
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
  Form form = Form::commented;
  const FieldInput* field = nullptr;
  const Label* label = nullptr;
  classify::Traits traits;
  std::string said;
  std::string subject;        // of its table as a whole (classify/whole_table.h)
  size_t table = 0;           // of this schema in this form
  std::vector<float> scores;  // the first answer
  bool names_only() const { return form != Form::commented; }
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
  std::vector<std::string> ids() const {
    std::vector<std::string> out;
    for (const auto* t : all) out.push_back(t->id);
    return out;
  }
  std::vector<const rules::TypeRule*> all;

 private:
  std::map<std::string, int> index_;
};

bool has_chinese(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) >= 0xE4; });
}

// The Chinese of a text in Latin letters; empty when a character has no known reading.
std::string spelled(const classify::Pinyin& pinyin, const std::string& text, bool whole) {
  std::string out;
  for (const auto& token : classify::tokens_of(classify::headline(text))) {
    if (static_cast<uint8_t>(token[0]) < 0x80) {
      out += token;
      continue;
    }
    auto readings = pinyin.readings(token);
    if (readings.empty()) return {};
    out += whole ? readings[0][0] : readings[0][0].substr(0, 1);
  }
  return out.size() >= 2 && out.size() <= 60 ? out : std::string();
}

// Long English words cut short or without their vowels, half of them, by a fixed rule.
std::string clipped(const std::string& name) {
  std::string out;
  for (const auto& token : classify::tokens_of(name)) {
    uint32_t kind = classify::mark_of('~', token, name) % 4;
    std::string word = token;
    if (token.size() >= 5 && token[0] >= 'a' && token[0] <= 'z' && kind < 2) {
      word = token.substr(0, 3 + kind);
      if (kind == 1) {
        word = token.substr(0, 1);
        for (char c : token.substr(1))
          if (std::string_view("aeiou").find(c) == std::string_view::npos && c != word.back() && word.size() < 5) word += c;
      }
    }
    out += (out.empty() ? "" : "_") + word;
  }
  return out;
}

std::vector<FieldInput> rewritten(const Schema& schema, Form form, const classify::Pinyin& pinyin) {
  auto fields = schema.fields;
  for (auto& f : fields) {
    auto spell = [&](std::string& name, const std::string& comment) {
      const std::string& chinese = has_chinese(name) ? name : comment;
      if (!has_chinese(chinese)) return;
      if (auto word = spelled(pinyin, chinese, form == Form::pinyin); !word.empty()) name = word;
    };
    if (form == Form::initials || form == Form::pinyin) spell(f.column, f.comment), spell(f.table, f.table_comment);
    if (form == Form::clipped && !has_chinese(f.column)) f.column = clipped(f.column);
    if (form != Form::commented) f.comment.clear(), f.table_comment.clear();
  }
  return fields;
}

std::vector<uint32_t> marks_with_table(const classify::NameReader& reader, const FieldInput& f, const classify::TableContext& table, const classify::Reading& reading, const classify::Beside& beside) {
  classify::Marks marks;
  classify::marks_of(reader, f, table, reading, beside, marks);
  marks.ids.insert(marks.ids.end(), table.marks.begin(), table.marks.end());
  return std::move(marks.ids);
}

void columns_of(const Schema& schema, int source, const classify::NameReader& reader, const Outputs& outputs, std::vector<Column>& out, size_t& tables) {
  classify::Pinyin pinyin(reader.rules().pinyin);
  auto chinese = std::count_if(schema.fields.begin(), schema.fields.end(), [](const FieldInput& f) { return has_chinese(f.comment) || has_chinese(f.column); });
  for (Form form : {Form::commented, Form::named, Form::initials, Form::pinyin, Form::clipped}) {
    if ((form == Form::initials || form == Form::pinyin) && static_cast<size_t>(chinese) * 2 < schema.fields.size()) continue;
    auto fields = rewritten(schema, form, pinyin);
    auto contexts = reader.tables_of(fields);
    std::set<std::pair<std::string, std::string>> seen;
    for (const auto& at : classify::columns_by_table(fields)) {
      auto table = classify::read_table(reader, fields, at, contexts.at(fields[at[0]].table));
      tables++;
      for (size_t k = 0; k < at.size(); k++) {
        const FieldInput& field = schema.fields[at[k]];
        auto label = schema.labels.find({field.table, field.column});
        if (label == schema.labels.end() || !seen.insert(label->first).second) continue;
        const auto& names = table.readings[k];
        float share = static_cast<float>(std::pow(150.0 / static_cast<double>(schema.labels.size()), 0.2)) * (is_judged(form) ? 1 : kRewrittenShare);
        FitExample example{marks_with_table(reader, fields[at[k]], table.context, names, table.beside[k]), outputs.of(names.best), outputs.of(label->second.type), share, names.plain, source};
        out.push_back({std::move(example), &schema, form, &field, &label->second, names.scores.traits, names.best, std::string(classify::whole_subject(table.context)), tables, {}});
      }
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
        out.emplace_back(FitExample{marks_with_table(reader, f, {}, {}, {}), -1, outputs.of(e.type), kPhraseShare, false, source++}, owners.of(word));
      }
  }
  return out;
}

// Runs of columns of one table.
std::vector<std::span<Column>> tables_of(std::vector<Column>& columns) {
  std::vector<std::span<Column>> out;
  for (size_t from = 0, to = 0; from < columns.size(); from = to) {
    while (to < columns.size() && columns[to].table == columns[from].table) to++;
    out.emplace_back(columns.data() + from, to - from);
  }
  return out;
}

// The two models of a column, fitted to the same columns.
struct Models {
  std::optional<bench::Fit> linear;
  rules::NetworkPack network;
};

// Their first answers for the columns of a table.
void first_answers(const Models& models, const classify::Network& network, std::span<Column> table, float plain) {
  std::vector<std::vector<float>> scores(table.size());
  std::vector<classify::Network::Sums> seen(table.size());
  std::vector<size_t> said;
  for (size_t k = 0; k < table.size(); k++) {
    const FitExample& e = table[k].example;
    models.linear->score(e, scores[k]);
    network.add(e.marks, seen[k]);
    said.push_back(e.said < 0 ? SIZE_MAX : static_cast<size_t>(e.said));
  }
  if (!network.empty()) network.mix(seen, said, scores);
  for (size_t k = 0; k < table.size(); k++) {
    const Column& c = table[k];
    if (c.example.plain && c.example.said >= 0) scores[k][said[k]] += c.traits.coded ? classify::kCodedTrust : plain;
    table[k].scores = std::move(scores[k]);
  }
}

std::vector<std::vector<float>> scores_of(std::span<const Column> table) {
  std::vector<std::vector<float>> out;
  for (const Column& c : table) out.push_back(c.scores);
  return out;
}

// First answers for each schema as a whole, in each judged form.
using SchemaAnswers = std::map<std::pair<const Schema*, Form>, classify::SchemaShares>;
SchemaAnswers schema_answers(const std::vector<Column>& columns, const classify::Places& places) {
  SchemaAnswers out;
  std::vector<float> shares;
  for (const Column& c : columns) {
    if (c.scores.empty()) continue;
    places.shares_of(c.scores, shares);
    out[{c.schema, c.form}].add(c.field->column, shares);
  }
  return out;
}

std::vector<std::string_view> names_of(std::span<const Column> table) {
  std::vector<std::string_view> out;
  for (const Column& c : table) out.push_back(c.field->column);
  return out;
}

// What the second look is fitted to: the judged forms of schemas left out.
struct Looked {
  const Column* column = nullptr;
  bench::CompanyExample example;
};
std::vector<Looked> look_around(std::vector<Column>& columns, const classify::Places& places, const SchemaAnswers& schemas) {
  std::vector<Looked> out;
  for (auto table : tables_of(columns)) {
    if (table[0].scores.empty()) continue;
    auto scores = scores_of(table);
    auto names = names_of(table);
    classify::TableShares shares(places, scores, names);
    for (size_t k = 0; k < table.size(); k++) {
      if (table[k].example.label < 0) continue;
      out.push_back({&table[k], {{}, places.of(static_cast<size_t>(table[k].example.label)), table[k].example.share}});
      classify::look_around({shares, schemas.at({table[k].schema, table[k].form})}, k, table[k].field->column, table[k].traits, out.back().example.around);
    }
  }
  return out;
}

void answer(const classify::NameReader& reader, std::span<const Column> table, const SchemaAnswers& schemas, const classify::Company& company, const Outputs& outputs, const classify::Choice& choice, std::vector<Answer>& out) {
  auto scores = scores_of(table);
  std::vector<classify::Traits> traits;
  for (const Column& c : table) traits.push_back(c.traits);
  auto names = names_of(table);
  company.look_again(scores, traits, names, schemas.at({table[0].schema, table[0].form}));
  for (size_t k = 0; k < table.size(); k++) {
    std::vector<classify::Scored> candidates;
    for (size_t t = 0; t < outputs.all.size(); t++) candidates.push_back({outputs.all[t], scores[k][t]});
    const FitExample& example = table[k].example;
    const rules::TypeRule* plain = example.plain && example.said >= 0 ? outputs.all[static_cast<size_t>(example.said)] : nullptr;
    classify::raise_by_table(reader, table[k].subject, candidates);
    if (const rules::TypeRule* raised = plain ? classify::raised_by_table(reader, table[k].subject, *plain) : nullptr) plain = raised;
    Answer a{&table[k], choice.choose(std::move(candidates), plain), table[k].traits};
    double p = a.chosen.category_share;
    a.traits.log_odds = static_cast<int>(std::lround(100 * std::log(p / (1 - p))));
    out.push_back(std::move(a));
  }
}

using Weights = std::array<double, classify::kFeatureNames.size()>;

// Logistic regression with a ridge, by gradient descent; each schema and mode weighs the same.
Weights calibrate(const std::vector<Answer>& answers, size_t fold, size_t folds) {
  std::map<std::pair<const Schema*, bool>, size_t> sizes;
  for (const auto& a : answers) sizes[{a.column->schema, a.column->names_only()}]++;
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
      double miss = (1 / (1 + std::exp(-sum)) - (a.right() ? 1 : 0)) / static_cast<double>(sizes[{a.column->schema, a.column->names_only()}] * sizes.size());
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
  size_t columns = 0, category = 0, said = 0, level = 0, type = 0, under = 0, high = 0, found = 0, review = 0, unseen = 0;
  std::array<std::array<double, 3>, 10> bins{};

  void add(const Answer& a, double p, const RuleSet& rules) {
    const Label& label = *a.column->label;
    const rules::TypeRule& rule = *a.chosen.rule;
    const rules::TypeRule* alone = rules.type(a.column->said);
    columns++, category += a.right(), level += rule.level == label.level, type += rule.id == label.type, under += rule.level < label.level;
    said += alone && alone->category == label.category;
    if (label.level >= 4) high++, found += rule.level >= 4;
    bool looked = 1000 * p < static_cast<double>(rule.level >= 4 ? rules.weights.review_sensitive_permille : rules.weights.review_permille) || a.chosen.doubts_sensitive();
    review += looked, unseen += label.level >= 4 && rule.level < 4 && !looked;
    auto& bin = bins[std::min<size_t>(9, static_cast<size_t>(p * 10))];
    bin[0] += 1, bin[1] += a.right(), bin[2] += p;
  }
  void print(const std::string& name, bool names_only) const {
    auto share = [&](size_t k) { return static_cast<double>(k) / static_cast<double>(std::max<size_t>(columns, 1)); };
    double ece = 0, goal = names_only ? 0.89 : 0.95;
    for (const auto& bin : bins) ece += std::abs(bin[1] - bin[2]) / static_cast<double>(std::max<size_t>(columns, 1));
    std::printf("{\"name\":\"classify unseen: category right, %s, %s\",\"ours\":%.4f,\"peer\":\"labels by people\",\"unit\":\"share\",\"ratio\":%.4f,\"goal\":\">= %.2f\",\"floor\":\">= %.2f\","
                "\"note\":\"%zu columns; dictionary alone %.3f; level right %.3f; type right %.3f; levels 4-5 found %zu of %zu (%zu neither found nor reviewed); under-graded %.3f; to review %.3f; ECE %.3f\"}\n",
                name.c_str(), names_only ? "names only" : "with comments", share(category), share(category), goal, goal - 0.15, columns, share(said), share(level), share(type), found, high, unseen, share(under),
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
               a.column->names_only() ? "" : cut(l.comment, 40).c_str(), l.type.c_str(), l.category.c_str(), l.level, a.chosen.rule->id.c_str(), a.chosen.rule->category.c_str(), a.chosen.rule->level, p,
               a.column->said.c_str());
}

// Every answer on a line: to be counted and judged elsewhere.
std::string answers_as_lines(const std::vector<Answer>& answers, const std::vector<double>& chances) {
  std::string out = "mode\tschema\ttable\ttable_comment\tcolumn\tcomment\tdeclared\tlabel\tcategory\tlevel\tanswer\tcategory_answered\tlevel_answered\tchance\tsensitive\tdictionary\n";
  auto put = [&](std::string text, char end = '\t') {
    for (char& c : text)
      if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    out += text + end;
  };
  for (size_t i = 0; i < answers.size(); i++) {
    const Column& c = *answers[i].column;
    const rules::TypeRule& rule = *answers[i].chosen.rule;
    for (const std::string& text : {std::string(c.names_only() ? "names" : "comments"), c.schema->name, c.field->table, c.field->table_comment, c.field->column, c.field->comment, c.field->type, c.label->type,
                                    c.label->category, std::to_string(c.label->level), rule.id, rule.category, std::to_string(rule.level), std::to_string(chances[i]), std::to_string(answers[i].chosen.sensitive_share)})
      put(text);
    put(c.said, '\n');
  }
  return out;
}

Status write_file(const std::string& path, const std::string& text) {
  FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return fail(Errc::io, "file.unwritable");
  bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !whole) return fail(Errc::io, "file.unwritable");
  return {};
}

// No file is above 1 MiB: the pack goes on in a second one, which gets the second half.
rules::ResemblancePack split(rules::ResemblancePack& pack, size_t files) {
  rules::ResemblancePack rest = pack;
  rest.pack = "resemblance_rest";
  auto of = std::to_string(files) + ")";
  pack.version += " (1 of " + of, rest.version += " (2 of " + of;
  size_t marks = 0, weights = 0;
  while (marks < pack.counts.size() && 5 * marks + 2 * weights < (5 * pack.counts.size() + 2 * pack.weights.size()) / 2) weights += pack.counts[marks++];
  auto cut = [](Bytes& first, Bytes& second, size_t at) {
    second.assign(first.begin() + static_cast<ptrdiff_t>(at), first.end());
    first.resize(at);
  };
  cut(pack.marks, rest.marks, 4 * marks), cut(pack.counts, rest.counts, marks);
  cut(pack.outputs, rest.outputs, weights), cut(pack.weights, rest.weights, weights);
  return rest;
}

// How many files the network takes, none above 1 MiB: a mark is 4 + kRow bytes, the first file has all other weights, too; base64.
size_t network_files(const rules::NetworkPack& whole) {
  constexpr size_t kMost = 720'000;
  return std::max<size_t>((whole.marks.size() + whole.rows.size() + kMost - 1) / kMost, 1);
}

// In files of as many marks.
Status write_network(const std::string& dir, const rules::NetworkPack& whole, const rules::ResemblancePack& beside, size_t files) {
  size_t marks = whole.marks.size() / 4, row = rules::NetworkShape::kRow;
  for (size_t file = 0; file < files; file++) {
    rules::NetworkPack part = whole;
    size_t from = file * marks / files, to = (file + 1) * marks / files;
    part.pack = "resemblance_network" + (file == 0 ? std::string() : "_" + std::to_string(file + 1));
    part.version = beside.version + " (" + std::to_string(file + 3) + " of " + std::to_string(files + 2) + ")", part.effective_from = beside.effective_from;
    part.marks.assign(whole.marks.begin() + static_cast<ptrdiff_t>(4 * from), whole.marks.begin() + static_cast<ptrdiff_t>(4 * to));
    part.rows.assign(whole.rows.begin() + static_cast<ptrdiff_t>(row * from), whole.rows.begin() + static_cast<ptrdiff_t>(row * to));
    if (file > 0) part.dense.clear();
    TRY(write_file(dir + "/" + part.pack + ".yaml", canonical(encode(part)) + "\n"));
  }
  return {};
}

// 2026.11.24.1 is in force from 2026-11-24.
std::string date_of(const std::string& version) {
  std::string date = version.substr(0, 10);
  std::replace(date.begin(), date.end(), '.', '-');
  return date;
}

Status write_packs(const std::string& dir, const std::string& version, const Models& models, const bench::Rows& company, const Outputs& outputs, const Weights& w, const RuleSet& rules) {
  rules::ResemblancePack pack = rules.resemblance;
  pack.types.clear(), pack.version = version, pack.effective_from = date_of(version);
  for (const auto* t : outputs.all) pack.types.push_back(t->id);
  models.linear->write(pack, company);
  size_t files = network_files(models.network);
  TRY(write_network(dir, models.network, pack, files));
  auto rest = split(pack, files + 2);
  TRY(write_file(dir + "/resemblance.yaml", canonical(encode(pack)) + "\n"));
  TRY(write_file(dir + "/resemblance_rest.yaml", canonical(encode(rest)) + "\n"));
  const auto& old = rules.weights;
  std::string text = "# Fitted by classify_resemblance_bench --write over tests/labels (docs/CLASSIFICATION.md); not written by hand.\npack: weights\nversion: \"" + version + "\"\neffective_from: \"" +
                     date_of(version) + "\"\nreview_permille: " + std::to_string(old.review_permille) + "\nreview_sensitive_permille: " + std::to_string(old.review_sensitive_permille) + "\ncalibration:\n";
  for (size_t i = 0; i < w.size(); i++) text += "  - {feature: " + std::string(classify::kFeatureNames[i]) + ", weight: " + std::to_string(std::lround(100 * w[i])) + "}\n";
  return write_file(dir + "/weights.yaml", text);
}

void report(const std::vector<Answer>& answers, const std::vector<double>& chances, const RuleSet& rules, const std::string& only, size_t errors) {
  std::map<std::pair<std::string, bool>, Tally> tallies;
  std::array<Tally, 2> all;
  for (size_t i = 0; i < answers.size(); i++) {
    const Column& c = *answers[i].column;
    tallies[{c.schema->name, c.names_only()}].add(answers[i], chances[i], rules);
    all[c.names_only()].add(answers[i], chances[i], rules);
    if (errors && (only.empty() || only.find(c.schema->name) != std::string::npos)) print_error(answers[i], chances[i]);
  }
  for (const auto& [key, tally] : tallies)
    if (only.empty() || only.find(key.first) != std::string::npos) tally.print(key.first, key.second);
  for (size_t m = 0; m < 2; m++) all[m].print("all", m == 1);
}

// What other costs would have given, on the same answers.
template <class AnswersWith>
void print_curve(const AnswersWith& answers_with, const RuleSet& rules) {
  for (double missed : {0.6, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0})
    for (double under : {0.15, 0.3, 0.6}) {
      std::array<Tally, 2> all;
      for (const Answer& a : answers_with(classify::Choice({.level = 0.5, .under = under, .sensitive_missed = missed}))) all[a.column->names_only()].add(a, 1, rules);
      for (const Tally& t : all) {
        auto percent = [](size_t k, size_t of) { return 100 * static_cast<double>(k) / static_cast<double>(std::max<size_t>(of, 1)); };
        std::fprintf(stderr, "missed %.1f under %.2f %s: category %.1f level %.1f found %.1f under %.1f\n", missed, under, &t == &all[0] ? "with comments" : "names only", percent(t.category, t.columns),
                     percent(t.level, t.columns), percent(t.found, t.high), percent(t.under, t.columns));
      }
    }
}

double seconds() {
  static const auto start = std::chrono::steady_clock::now();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Status run(int argc, char** argv) {
  seconds();
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
  bench::NetworkOptions networking;
  networking.rounds = static_cast<int>(number("--network-rounds", static_cast<size_t>(networking.rounds)));
  networking.linear_permille = static_cast<int64_t>(number("--linear-permille", static_cast<size_t>(networking.linear_permille)));
  networking.network_permille = static_cast<int64_t>(number("--network-permille", static_cast<size_t>(networking.network_permille)));
  if (options.contains("--rate")) fitting.rate = std::strtof(options["--rate"].c_str(), nullptr);
  if (options.contains("--decay")) fitting.decay = std::strtof(options["--decay"].c_str(), nullptr);
  if (options.contains("--drop")) fitting.drop = std::strtof(options["--drop"].c_str(), nullptr);
  fitting.weights = number("--weights", fitting.weights);
  float plain = options.contains("--plain") ? std::strtof(options["--plain"].c_str(), nullptr) : classify::kPlainTrust;
  classify::Costs costs;
  if (options.contains("--costs")) std::sscanf(options["--costs"].c_str(), "%lf,%lf,%lf", &costs.level, &costs.under, &costs.sensitive_missed);
  classify::Choice choice(costs);
  Owners owners(schemas);
  Outputs outputs(*rules);
  classify::Places places(outputs.all);
  std::vector<size_t> place_of;
  for (size_t t = 0; t < outputs.all.size(); t++) place_of.push_back(places.of(t));
  std::vector<Column> columns;
  size_t tables = 0;
  for (size_t s = 0; s < schemas.size(); s++) columns_of(schemas[s], static_cast<int>(s), classify::NameReader(without(*rules, owners, static_cast<int>(s), options.contains("--keep"))), outputs, columns, tables);
  classify::NameReader reader(rules);
  auto phrases = phrases_of(*rules, owners, reader, outputs);
  bool wide_too = options.contains("--judge-wide");
  auto stands_out = [&](size_t source, size_t fold) { return (wide_too || !schemas[source].wide) && source % folds == fold; };
  auto is_left_out = [&](const Column& c, size_t fold) { return stands_out(static_cast<size_t>(c.example.source), fold); };
  auto is_owned = [&](int owner, size_t fold) { return owner >= 0 && stands_out(static_cast<size_t>(owner), fold); };
  auto is_answered = [&](const Column& c) { return is_judged(c.form) && (wide_too || !c.schema->wide); };
  auto fit_linear = [&](size_t fold) {
    std::vector<const FitExample*> examples;
    for (const auto& c : columns)
      if (!is_left_out(c, fold) && c.example.label >= 0) examples.push_back(&c.example);
    for (const auto& [example, owner] : phrases)
      if (!is_owned(owner, fold)) examples.push_back(&example);
    return bench::Fit(place_of, examples, fitting);
  };
  auto fit_network = [&](size_t fold) {
    std::vector<bench::NetworkFit::Table> together;
    for (auto table : tables_of(columns)) {
      if (is_left_out(table[0], fold)) continue;
      together.emplace_back();
      for (const Column& c : table) together.back().push_back(&c.example);
    }
    for (const auto& [example, owner] : phrases)
      if (!is_owned(owner, fold)) together.push_back({&example});
    return networking.rounds > 0 ? bench::NetworkFit(place_of, together, networking).pack(outputs.ids()) : rules::NetworkPack();
  };
  // The models of all folds and, after them, of all schemas: the long ones first, on two threads.
  size_t fits = folds + (options.contains("--write") || options.contains("--first") ? 1 : 0);
  std::vector<Models> models(fits);
  std::atomic<size_t> next_fit = 0;
  auto fit_on = [&] {
    for (size_t i; (i = next_fit++) < 2 * fits;) {
      Models& to = models[i % fits];
      if (i < fits) to.network = fit_network(i);
      else to.linear.emplace(fit_linear(i - fits));
      std::fprintf(stderr, "%s %zu of %zu: %zu marks, %.0f s\n", i < fits ? "network" : "linear model", i % fits + 1, fits, i < fits ? to.network.marks.size() / 4 : to.linear->marks(), seconds());
    }
  };
  std::thread half(fit_on);
  fit_on();
  half.join();
  for (size_t fold = 0; fold < folds; fold++) {
    classify::Network network(models[fold].network);
    for (auto table : tables_of(columns))
      if (is_left_out(table[0], fold) && is_answered(table[0])) first_answers(models[fold], network, table, plain);
  }
  auto whole_schemas = schema_answers(columns, places);
  auto looked = look_around(columns, places, whole_schemas);
  auto company_without = [&](size_t fold) {
    std::vector<const bench::CompanyExample*> examples;
    for (const auto& l : looked)
      if (!is_left_out(*l.column, fold)) examples.push_back(&l.example);
    return bench::fit_company(places.size(), examples);
  };
  std::vector<classify::Company> companies;
  for (size_t fold = 0; fold < folds; fold++) companies.emplace_back(places, company_without(fold));
  auto answers_with = [&](const classify::Choice& by) {
    std::vector<Answer> out;
    for (auto table : tables_of(columns))
      if (is_answered(table[0])) answer(reader, table, whole_schemas, companies[static_cast<size_t>(table[0].example.source) % folds], outputs, by, out);
    return out;
  };
  auto answers = answers_with(choice);
  if (options.contains("--curve")) print_curve(answers_with, *rules);
  std::vector<double> chances(answers.size());
  for (size_t fold = 0; fold < folds; fold++) {
    Weights w = calibrate(answers, fold, folds);
    for (size_t i = 0; i < answers.size(); i++)
      if (is_left_out(*answers[i].column, fold)) chances[i] = chance(w, answers[i].traits);
  }
  report(answers, chances, *rules, options["--only"], options.contains("--first") ? 0 : errors);
  if (options.contains("--answers")) TRY(write_file(options["--answers"], answers_as_lines(answers, chances)));
  if (!options.contains("--write") && !options.contains("--first")) return {};
  const Models& whole = models[folds];
  auto company = company_without(folds);
  Weights w = calibrate(answers, 0, 0);
  if (options.contains("--write")) TRY(write_packs(options["--write"], options.contains("--version") ? options["--version"] : rules->weights.version, whole, bench::rows_of(company, places, whole.linear->weight_step()), outputs, w, *rules));
  if (!options.contains("--first")) return {};
  auto fresh = TRY(bench::read_own(options["--first"]));
  columns.clear();
  for (size_t s = 0; s < fresh.size(); s++) columns_of(fresh[s], static_cast<int>(s), reader, outputs, columns, tables);
  classify::Network network(whole.network);
  for (auto table : tables_of(columns))
    if (is_judged(table[0].form)) first_answers(whole, network, table, plain);
  answers.clear(), chances.clear();
  whole_schemas = schema_answers(columns, places);
  for (auto table : tables_of(columns))
    if (is_judged(table[0].form)) answer(reader, table, whole_schemas, classify::Company(places, company), outputs, choice, answers);
  for (const auto& a : answers) chances.push_back(chance(w, a.traits));
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
