// How well the classifier reads schemas: every labelled schema by itself, with comments and names only, against labels
// that people gave by the guide (tests/labels, rules in docs/CLASSIFICATION.md).
//
// The dictionary was written by people who had seen some of the schemas; what is fitted (the calibration of the
// confidence) is fitted without the schema that it is judged on. Options: --rules DIR, --errors N (differences on stderr),
// --only NAME[,NAME…], --fit FILE (writes rules/weights.yaml from all schemas), --as-fitted 1 (the pack's own calibration instead
// of one fitted without the schema: faster).
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "classify/classify.h"
#include "classify/schema.h"
#include "codec/csv.h"

namespace {

using namespace sluice;
using classify::FieldInput;
using classify::Verdict;

struct Label {
  std::string type, category, comment;
  int level = 0;
};
struct Schema {
  std::string name;
  std::vector<FieldInput> fields;
  std::map<std::pair<std::string, std::string>, Label> labels;
};
struct Judged {
  const Schema* schema = nullptr;
  bool names_only = false;
  std::vector<std::pair<Verdict, const Label*>> verdicts;
};

Result<std::map<std::pair<std::string, std::string>, Label>> read_labels(const std::string& path, const char* type_column) {
  std::string text = TRY(read_text_file(path, 16u << 20));
  auto source = bytes_of_memory(text);
  CsvReader reader = TRY(CsvReader::open(*source, CsvDialect{}));
  std::map<std::string, size_t> at;
  for (size_t i = 0; i < reader.header().size(); i++) at.emplace(reader.header()[i], i);
  std::map<std::pair<std::string, std::string>, Label> out;
  while (const CsvBlock* block = TRY(reader.next()))
    for (size_t r = 0; r < block->rows; r++) {
      auto cell = [&](const char* name) { return std::string(block->cell(r, at.at(name))); };
      std::string comment = at.contains("comment") ? cell("comment") : std::string();
      out[{cell("table"), cell("column")}] = {cell(type_column), cell("category"), std::move(comment), std::atoi(cell("level").c_str())};
    }
  return out;
}

Result<std::vector<Schema>> read_schemas(const std::string& root) {
  std::vector<Schema> out;
  for (const char* name : {"hms", "medimodel", "hsa_his"}) {
    auto text = read_text_file(root + "/../shared/data/fields/fields_" + name + ".csv", 16u << 20);
    if (!text) {
      std::fprintf(stderr, "skipped %s: its fields are not here (../shared/data)\n", name);
      continue;
    }
    out.push_back({name, TRY(classify::read_field_list(*text)), TRY(read_labels(root + "/tests/labels/" + name + ".csv", "type"))});
  }
  std::set<std::string> own;
  for (const auto& entry : std::filesystem::directory_iterator(root + "/tests/labels/own")) own.insert(entry.path().string());
  for (const auto& path : own) {
    auto text = TRY(read_text_file(path, 16u << 20));
    out.push_back({std::filesystem::path(path).stem().string(), TRY(classify::read_field_list(text)), TRY(read_labels(path, "label"))});
  }
  return out;
}

Judged judge(const classify::Classifier& classifier, const Schema& schema, bool names_only) {
  Judged out{&schema, names_only, {}};
  auto fields = schema.fields;
  if (names_only)
    for (auto& f : fields) f.comment.clear(), f.table_comment.clear();
  std::set<std::pair<std::string, std::string>> seen;
  for (auto& v : classifier.classify(fields)) {
    auto it = schema.labels.find({v.table, v.column});
    if (it != schema.labels.end() && seen.insert(it->first).second) out.verdicts.emplace_back(std::move(v), &it->second);
  }
  return out;
}

using Weights = std::array<double, classify::kFeatureNames.size()>;

double chance(const Weights& w, const classify::Traits& t) {
  auto x = classify::features_of(t);
  double sum = 0;
  for (size_t i = 0; i < w.size(); i++) sum += w[i] * x[i];
  return 1 / (1 + std::exp(-sum));
}

// Of the gradient descent: the gradient is a mean over schemas, so that more of them do not make it overshoot.
constexpr double kStep = 1, kRidge = 0.0005;

struct Example {
  const Schema* schema = nullptr;
  Weights x{};
  double right = 0, share = 0;
};

// The dictionary has learned from these schemas. On one that it has not seen at least this share of the answers that are right
// here is wrong (the first runs in docs/CLASSIFICATION.md): the confidence is fitted for such a schema.
constexpr double kLearnedShare = 0.03;

std::vector<Example> examples_of(const std::vector<Judged>& all) {
  std::vector<Example> out;
  for (const auto& j : all)
    for (const auto& [v, label] : j.verdicts)
      if (v.traits.known)
        out.push_back({j.schema, classify::features_of(v.traits), name_of(v.category) == label->category ? 1.0 - kLearnedShare : 0.0, 1 / static_cast<double>(j.verdicts.size() * all.size())});
  return out;
}

// Logistic regression with a ridge, by gradient descent; each schema and mode weighs the same.
Weights fit(const std::vector<Example>& examples, const Schema* without, Weights w, int rounds) {
  for (int round = 0; round < rounds; round++) {
    Weights gradient{};
    for (const auto& e : examples) {
      if (e.schema == without) continue;
      double sum = 0;
      for (size_t i = 0; i < w.size(); i++) sum += w[i] * e.x[i];
      double miss = (1 / (1 + std::exp(-sum)) - e.right) * e.share;
      for (size_t i = 0; i < w.size(); i++) gradient[i] += miss * e.x[i];
    }
    for (size_t i = 0; i < w.size(); i++) w[i] -= kStep * (gradient[i] + kRidge * w[i]);
  }
  return w;
}

Weights start_weights() {
  Weights w{};
  w[1] = 0.5;
  return w;
}

void report(const Judged& j, const Weights& w, const rules::WeightsPack& pack) {
  size_t n = j.verdicts.size(), category = 0, level = 0, type = 0, high = 0, high_found = 0, under = 0, review = 0;
  std::array<std::array<double, 3>, 10> bins{};
  for (const auto& [v, label] : j.verdicts) {
    bool right = name_of(v.category) == label->category;
    double p = v.traits.known ? std::clamp(chance(w, v.traits), 0.001, 0.999) : static_cast<double>(v.confidence_permille) / 1000;
    category += right;
    level += v.level.value() == label->level;
    type += v.type == label->type;
    under += v.level.value() < label->level;
    if (label->level >= 4) high++, high_found += v.level.value() >= 4;
    review += !v.traits.known || 1000 * p < static_cast<double>(v.level >= Level::l4() ? pack.review_sensitive_permille : pack.review_permille);
    auto& bin = bins[std::min<size_t>(9, static_cast<size_t>(p * 10))];
    bin[0] += 1, bin[1] += right, bin[2] += p;
  }
  double ece = 0;
  for (const auto& bin : bins) ece += std::abs(bin[1] - bin[2]) / static_cast<double>(n);
  auto share = [&](size_t k) { return static_cast<double>(k) / static_cast<double>(std::max<size_t>(n, 1)); };
  double goal = j.names_only ? 0.89 : 0.95;
  std::printf("{\"name\":\"classify: category right, %s, %s\",\"ours\":%.4f,\"peer\":\"labels by people\",\"unit\":\"share\",\"ratio\":%.4f,\"goal\":\">= %.2f\","
              "\"floor\":\">= %.2f\",\"note\":\"%zu columns; level right %.3f; type right %.3f; levels 4-5 found %zu of %zu; under-graded %.3f; to review %.3f; ECE %.3f\"}\n",
              j.schema->name.c_str(), j.names_only ? "names only" : "with comments", share(category), share(category), goal, goal - 0.10, n, share(level), share(type),
              high_found, high, share(under), share(review), ece);
}

// Names only, 10,000 columns: the widest labelled schema, repeated.
void report_speed(const classify::Classifier& classifier, const std::vector<Schema>& schemas) {
  std::vector<FieldInput> fields;
  for (size_t round = 0; fields.size() < 10'000; round++)
    for (const auto& schema : schemas)
      for (const auto& f : schema.fields) {
        if (fields.size() == 10'000) break;
        FieldInput name;
        name.table = f.table + std::to_string(round);
        name.column = f.column;
        fields.push_back(std::move(name));
      }
  double best = 1e9;
  for (int round = 0; round < 3; round++) {
    auto start = std::chrono::steady_clock::now();
    auto verdicts = classifier.classify(fields);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::printf("{\"name\":\"classify, names only, 10,000 columns\",\"ours\":%.3f,\"peer\":\"–\",\"unit\":\"s\",\"goal\":0.3,\"floor\":2,\"judge\":\"ours\",\"note\":\"one thread\"}\n", best);
}

std::string short_of(const std::string& text, size_t max) {
  std::string out = text.substr(0, max);
  while (!out.empty() && !is_utf8(out)) out.pop_back();
  return out;
}

void print_errors(const Judged& j, size_t max) {
  std::map<std::string, size_t> confusion;
  size_t printed = 0;
  for (const auto& [v, label] : j.verdicts) {
    if (name_of(v.category) == label->category && v.level.value() == label->level) continue;
    confusion[label->type + " -> " + v.type]++;
    if (printed++ < max)
      std::fprintf(stderr, "  %s.%s [%s]: %s %s %d -> %s %s %d (%lld)%s\n", short_of(v.table, 30).c_str(), short_of(v.column, 40).c_str(),
                   j.names_only ? "" : short_of(label->comment, 40).c_str(), label->type.c_str(),
                   label->category.c_str(), label->level, v.type.c_str(), std::string(name_of(v.category)).c_str(), v.level.value(),
                   static_cast<long long>(v.confidence_permille), v.review ? " review" : "");
  }
  std::vector<std::pair<size_t, std::string>> ranked;
  for (const auto& [pair, count] : confusion) ranked.emplace_back(count, pair);
  std::sort(ranked.rbegin(), ranked.rend());
  for (size_t i = 0; i < ranked.size() && i < 12; i++) std::fprintf(stderr, "  %zu × %s\n", ranked[i].first, ranked[i].second.c_str());
}

Status write_weights(const std::string& path, const Weights& w, const rules::WeightsPack& pack) {
  std::string text = "# Fitted by classify_quality_bench --fit over tests/labels (docs/CLASSIFICATION.md); not written by hand.\npack: weights\nversion: \"" +
                     pack.version + "\"\neffective_from: \"" + pack.effective_from + "\"\nreview_permille: " + std::to_string(pack.review_permille) +
                     "\nreview_sensitive_permille: " + std::to_string(pack.review_sensitive_permille) + "\ncalibration:\n";
  for (size_t i = 0; i < w.size(); i++)
    text += "  - {feature: " + std::string(classify::kFeatureNames[i]) + ", weight: " + std::to_string(std::lround(100 * w[i])) + "}\n";
  FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return fail(Errc::io, "file.unwritable");
  bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !whole) return fail(Errc::io, "file.unwritable");
  return {};
}

Status run(int argc, char** argv) {
  std::map<std::string, std::string> options;
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  const char* given = std::getenv("SLUICE_ROOT");
  std::string root = given ? given : ".";
  std::shared_ptr<const rules::RuleSet> rules(std::shared_ptr<void>(), &rules::RuleSet::built_in());
  if (options.contains("--rules")) rules = TRY(rules::RuleSet::load(options["--rules"]));
  auto classifier = TRY(classify::Classifier::create(rules));
  auto schemas = TRY(read_schemas(root));
  std::vector<Judged> all;
  for (const auto& schema : schemas)
    for (bool names_only : {false, true}) all.push_back(judge(classifier, schema, names_only));
  auto examples = examples_of(all);
  bool held_out = !options.contains("--as-fitted");
  Weights whole = held_out || options.contains("--fit") ? fit(examples, nullptr, start_weights(), 3000) : start_weights();
  if (options.contains("--fit")) return write_weights(options["--fit"], whole, rules->weights);
  if (!held_out)
    for (const auto& c : rules->weights.calibration)
      for (size_t i = 0; i < whole.size(); i++)
        if (classify::kFeatureNames[i] == c.feature) whole[i] = static_cast<double>(c.weight) / 100;
  size_t errors = options.contains("--errors") ? std::strtoull(options["--errors"].c_str(), nullptr, 10) : 0;
  const Schema* fitted_without = nullptr;
  Weights w = whole;
  for (const auto& j : all) {
    if (options.contains("--only") && options["--only"].find(j.schema->name) == std::string::npos) continue;
    // Without one schema the weights are near those of all: a few rounds from there.
    if (held_out && fitted_without != j.schema) w = fit(examples, j.schema, whole, 400);
    fitted_without = j.schema;
    report(j, w, rules->weights);
    if (errors) print_errors(j, errors);
  }
  if (!schemas.empty() && !options.contains("--only")) report_speed(classifier, schemas);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Status status = run(argc, argv);
  if (!status) std::fprintf(stderr, "%s %s\n", std::string(status.error().reason).c_str(), status.error().detail.c_str());
  return status ? 0 : 1;
}
