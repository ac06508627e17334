// How well the classifier reads schemas: every labelled schema by itself, with comments and names only, against labels
// that people gave by the guide (tests/labels, rules in docs/CLASSIFICATION.md).
//
// The rules have learned from these schemas: the figures show what they cover, not what they do on a schema that nobody has
// seen; for that see classify.resemblance_bench, which leaves whole schemas out. Options: --rules DIR, --errors N
// (differences on stderr), --only NAME[,NAME…], --own DIR (other labelled schemas in place of all these: a first run).
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>

#include "bench/labelled_schemas.h"
#include "classify/classify.h"

namespace {

using namespace sluice;
using bench::Label;
using bench::Schema;
using classify::FieldInput;
using classify::Verdict;

struct Judged {
  const Schema* schema = nullptr;
  bool names_only = false;
  std::vector<std::pair<Verdict, const Label*>> verdicts;
};

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

void report(const Judged& j, const std::string& name) {
  size_t n = j.verdicts.size(), category = 0, level = 0, type = 0, high = 0, high_found = 0, under = 0, review = 0;
  std::array<std::array<double, 3>, 10> bins{};
  for (const auto& [v, label] : j.verdicts) {
    bool right = name_of(v.category) == label->category;
    double p = static_cast<double>(v.confidence_permille) / 1000;
    category += right;
    level += v.level.value() == label->level;
    type += v.type == label->type;
    under += v.level.value() < label->level;
    if (label->level >= 4) high++, high_found += v.level.value() >= 4;
    review += v.review;
    auto& bin = bins[std::min<size_t>(9, static_cast<size_t>(p * 10))];
    bin[0] += 1, bin[1] += right, bin[2] += p;
  }
  double ece = 0;
  for (const auto& bin : bins) ece += std::abs(bin[1] - bin[2]) / static_cast<double>(n);
  auto share = [&](size_t k) { return static_cast<double>(k) / static_cast<double>(std::max<size_t>(n, 1)); };
  double goal = j.names_only ? 0.89 : 0.95;
  std::printf("{\"name\":\"classify: category right, %s, %s\",\"ours\":%.4f,\"peer\":\"labels by people\",\"unit\":\"share\",\"ratio\":%.4f,\"goal\":\">= %.2f\","
              "\"floor\":\">= %.2f\",\"note\":\"%zu columns; level right %.3f; type right %.3f; levels 4-5 found %zu of %zu; under-graded %.3f; to review %.3f; ECE %.3f\"}\n",
              name.c_str(), j.names_only ? "names only" : "with comments", share(category), share(category), goal, goal - 0.10, n, share(level), share(type),
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
  std::printf("{\"name\":\"classify, names only, 10,000 columns\",\"ours\":%.3f,\"peer\":\"–\",\"unit\":\"s\",\"goal\":0.3,\"floor\":2,\"judge\":\"ours\",\"note\":\"two threads\"}\n", best);
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

Status run(int argc, char** argv) {
  std::map<std::string, std::string> options;
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  const char* given = std::getenv("SLUICE_ROOT");
  std::string root = given ? given : ".";
  std::shared_ptr<const rules::RuleSet> rules(std::shared_ptr<void>(), &rules::RuleSet::built_in());
  if (options.contains("--rules")) rules = TRY(rules::RuleSet::load(options["--rules"]));
  auto classifier = TRY(classify::Classifier::create(rules));
  auto schemas = TRY(options.contains("--own") ? bench::read_own(options["--own"]) : bench::read_schemas(root));
  std::erase_if(schemas, [](const Schema& s) { return s.wide; });  // teach words, judge nothing
  size_t errors = options.contains("--errors") ? std::strtoull(options["--errors"].c_str(), nullptr, 10) : 0;
  std::array<Judged, 2> all{Judged{nullptr, false, {}}, Judged{nullptr, true, {}}};
  for (const auto& schema : schemas)
    for (bool names_only : {false, true}) {
      if (options.contains("--only") && options["--only"].find(schema.name) == std::string::npos) continue;
      Judged j = judge(classifier, schema, names_only);
      report(j, schema.name);
      if (errors) print_errors(j, errors);
      auto& sum = all[names_only].verdicts;
      sum.insert(sum.end(), std::make_move_iterator(j.verdicts.begin()), std::make_move_iterator(j.verdicts.end()));
    }
  for (const Judged& j : all)
    if (!j.verdicts.empty()) report(j, "all");
  if (!schemas.empty() && !options.contains("--only") && !options.contains("--own")) report_speed(classifier, schemas);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Status status = run(argc, argv);
  if (!status) std::fprintf(stderr, "%s %s\n", std::string(status.error().reason).c_str(), status.error().detail.c_str());
  return status ? 0 : 1;
}
