// Access decisions a second on one core, explanation off: 10,000 rules and 1,000,000 rights. Peers in the same run, where they
// are installed (npm install in bench/peers): casbin and Cedar (wasm) under Node, with the 10,000 rules alone.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/file.h"
#include "base/random.h"
#include "policy/access.h"

namespace {

using namespace sluice;
using namespace sluice::policy;

constexpr size_t kRules = 10000, kRights = 1000000, kPeople = 100000, kDatasets = 1000, kQuestions = 200000;
const std::vector<std::string> kDutyNames{"data_manager", "security_officer", "pi_officer", "registrar", "committee_member", "data_user"};
const std::vector<std::string> kActionNames{"list_values", "download", "copy", "modify", "download_held"};
const std::vector<std::string> kCategoryNames{"personal", "health", "medical", "payment", "resource", "public_health"};
const std::vector<std::string> kPurposeNames{"fund_supervision", "statistics", "medical_research", "service_quality", "policy_evaluation"};

struct Made {
  SeededRandom random{20261122};
  std::vector<std::string> people, datasets;
  std::vector<AccessRule> rules;
  std::vector<AccessRight> rights;

  Made() {
    for (size_t i = 0; i < kPeople; i++) people.push_back("ps_" + std::to_string(i));
    for (size_t i = 0; i < kDatasets; i++) datasets.push_back("ds_" + std::to_string(i));
    // One duty, action, class or purpose in most rules, a named dataset in nine of ten; one in ten forbids, always of a named dataset and
    // class, so that a fair part of the questions gets past them and the rights are looked at too.
    for (size_t i = 0; i < kRules; i++) {
      AccessRule r;
      r.id = "r" + std::to_string(i);
      r.effect = random.below(10) == 0 ? AccessEffect::forbid : AccessEffect::permit;
      r.duties = one(kDutyNames, 5), r.actions = one(kActionNames, 5), r.datasets = one(datasets, 10);
      r.categories = one(kCategoryNames, 3), r.purposes = one(kPurposeNames, 3);
      if (r.effect == AccessEffect::forbid) r.datasets = {datasets[random.below(kDatasets)]}, r.categories = {kCategoryNames[random.below(kCategoryNames.size())]};
      r.level_min = 1 + static_cast<int>(random.below(3));
      r.level_max = r.level_min + static_cast<int>(random.below(3));
      rules.push_back(std::move(r));
    }
    for (size_t i = 0; i < kRights; i++)
      rights.push_back({"g" + std::to_string(i), people[random.below(kPeople)],
                        {one(kActionNames, 3), one(datasets, 20), one(kCategoryNames, 2), one(kPurposeNames, 2), 1 + static_cast<int>(random.below(4))}, 1000});
  }
  std::vector<std::string> one(const std::vector<std::string>& from, uint64_t any_in) {
    if (random.below(any_in) == 0) return {};
    return {from[random.below(from.size())]};
  }
  AccessQuestion question() {
    return {.person = people[random.below(kPeople)], .unit = {}, .region = {}, .duties = {kDutyNames[random.below(kDutyNames.size())]},
            .action = kActionNames[random.below(kActionNames.size())], .dataset = datasets[random.below(kDatasets)],
            .category = kCategoryNames[random.below(kCategoryNames.size())], .purpose = kPurposeNames[random.below(kPurposeNames.size())],
            .level = 1 + static_cast<int>(random.below(4)), .now = 500};
  }
};

double seconds_since(std::chrono::steady_clock::time_point start) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }

template <class F>
double decisions_a_second(F decide, size_t count) {
  double best = 0;
  for (int round = 0; round < 3; round++) {
    auto start = std::chrono::steady_clock::now();
    decide();
    best = std::max(best, static_cast<double>(count) / seconds_since(start));
  }
  return best;
}

Json for_peers(const Made& made, const std::vector<AccessQuestion>& questions) {
  auto first = [](const std::vector<std::string>& list) { return list.empty() ? std::string("*") : list.front(); };
  Json rules = Json::array(), asked = Json::array();
  for (const AccessRule& r : made.rules)
    rules.push(Json::object({{"action", first(r.actions)}, {"category", first(r.categories)}, {"dataset", first(r.datasets)}, {"duty", first(r.duties)},
                             {"max", r.level_max}, {"min", r.level_min}, {"permit", r.effect == AccessEffect::permit}, {"purpose", first(r.purposes)}}));
  for (size_t i = 0; i < 1000; i++) {
    const AccessQuestion& q = questions[i];
    asked.push(Json::object({{"action", std::string(q.action)}, {"category", std::string(q.category)}, {"dataset", std::string(q.dataset)},
                             {"duty", std::string(q.duties.front())}, {"level", q.level}, {"purpose", std::string(q.purpose)}}));
  }
  return Json::object({{"questions", std::move(asked)}, {"rules", std::move(rules)}, {"seconds", 3}});
}

// {"casbin": {"rate": …}, "cedar": {…}}; empty where Node or the packages are missing.
std::string ask_peers(const Json& problem) {
  const char* root = std::getenv("SLUICE_ROOT");
  const char* tmp = std::getenv("TMPDIR");
  std::string script = std::string(root ? root : ".") + "/bench/peers/access.mjs", file = std::string(tmp ? tmp : "/tmp") + "/sluice_access_" + std::to_string(getpid()) + ".json";
  if (!write_file(file, view(canonical(problem)))) return {};
  std::string out, command = "node " + script + " " + file + " 2>/dev/null";
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  while (pipe && std::fgets(buffer, sizeof buffer, pipe)) out += buffer;
  if (pipe) ::pclose(pipe);
  std::remove(file.c_str());
  return out;
}

// "rate":123.4 of a peer: the answer holds a fraction, which our own JSON has not.
double rate_of(const std::string& answer, const char* peer) {
  size_t at = answer.find(std::string("\"") + peer + "\":{\"rate\":");
  return at == std::string::npos ? 0 : std::strtod(answer.c_str() + answer.find("rate\":", at) + 6, nullptr);
}

void print_row(const char* name, double ours, double peer, const std::string& note) {
  if (peer > 0)
    std::printf("{\"name\":\"%s\",\"ours\":%.0f,\"peer\":%.0f,\"unit\":\"decisions/s\",\"ratio\":%.1f,\"goal\":\"1000000/s\",\"floor\":\"1000000/s\",\"note\":\"%s\"}\n", name, ours, peer, ours / peer, note.c_str());
  else
    std::printf("{\"name\":\"%s\",\"ours\":%.0f,\"peer\":null,\"unit\":\"decisions/s\",\"ratio\":null,\"goal\":\"1000000/s\",\"floor\":\"1000000/s\",\"note\":\"%s\"}\n", name, ours, note.c_str());
}

}  // namespace

int main() {
  Made made;
  AccessIndex index(made.rules, made.rights);
  std::vector<AccessQuestion> questions;
  std::vector<AccessIndex::Ask> asks;
  for (size_t i = 0; i < kQuestions; i++) {
    questions.push_back(made.question());
    asks.push_back(index.ask_of(questions.back()));
  }
  size_t allowed = 0;
  double by_number = decisions_a_second([&] { for (const auto& ask : asks) allowed += index.allows(ask); }, kQuestions);
  double by_name = decisions_a_second([&] { for (const auto& q : questions) allowed += index.allows(q); }, kQuestions);
  // The reference answers the same; a few hundred questions, since it looks at every rule and right in turn.
  for (size_t i = 0; i < 200; i++)
    if (decide_access(made.rules, made.rights, questions[i]).allowed != index.allows(questions[i])) return 1;
  std::string peers = ask_peers(for_peers(made, questions));
  std::string share = std::to_string(allowed * 100 / (6 * kQuestions)) + "% allowed; one core, explanation off";
  print_row("access decision, 10,000 rules and 1 M rights, names looked up before", by_number, rate_of(peers, "cedar"), share + "; peer: Cedar (wasm), the rules alone");
  print_row("access decision, 10,000 rules and 1 M rights, by name", by_name, rate_of(peers, "casbin"), share + "; peer: casbin (Node), the rules alone");
  return 0;
}
