// Access decisions a second on one core, explanation off: 10,000 rules and 1,000,000 rights. Peers in the same run, where they
// are installed (npm install in bench/peers): casbin and Cedar (wasm) under Node, with the same rules and as many of the same
// rights as they bear within a bound of time (bench/peers/access.mjs); their answers are compared with ours.
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <sstream>
#include <string>

#include "base/file.h"
#include "base/random.h"
#include "policy/access.h"

namespace {

using namespace sluice;
using namespace sluice::policy;

constexpr size_t kRules = 10000, kRights = 1000000, kPeople = 100000, kDatasets = 1000, kQuestions = 200000, kPeerQuestions = 1000;
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

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::string first_of(const std::vector<std::string>& list) { return list.empty() ? "*" : list.front(); }

Json for_peers(const Made& made, const std::vector<AccessQuestion>& questions) {
  Json rules = Json::array(), asked = Json::array();
  for (const AccessRule& r : made.rules)
    rules.push(Json::object({{"action", first_of(r.actions)}, {"category", first_of(r.categories)}, {"dataset", first_of(r.datasets)}, {"duty", first_of(r.duties)},
                             {"max", r.level_max}, {"min", r.level_min}, {"permit", r.effect == AccessEffect::permit}, {"purpose", first_of(r.purposes)}}));
  for (size_t i = 0; i < kPeerQuestions; i++) {
    const AccessQuestion& q = questions[i];
    asked.push(Json::object({{"action", std::string(q.action)}, {"category", std::string(q.category)}, {"dataset", std::string(q.dataset)},
                             {"duty", std::string(q.duties.front())}, {"level", q.level}, {"person", std::string(q.person)}, {"purpose", std::string(q.purpose)}}));
  }
  return Json::object({{"questions", std::move(asked)}, {"rules", std::move(rules)}, {"seconds", 3}});
}

std::string rights_for_peers(const Made& made) {
  std::string out;
  for (const AccessRight& r : made.rights)
    out += r.holder + ' ' + first_of(r.scope.actions) + ' ' + first_of(r.scope.datasets) + ' ' + first_of(r.scope.categories) + ' ' + first_of(r.scope.purposes) + ' ' +
           std::to_string(r.scope.level_max) + '\n';
  return out;
}

// One line for each peer, "NAME RATE RIGHTS ASKED ALLOWED"; nothing where Node or the packages are missing.
std::string ask_peers(const Made& made, const std::vector<AccessQuestion>& questions) {
  const char* root = std::getenv("SLUICE_ROOT");
  const char* tmp = std::getenv("TMPDIR");
  std::string script = std::string(root ? root : ".") + "/bench/peers/access.mjs", stem = std::string(tmp ? tmp : "/tmp") + "/sluice_access_" + std::to_string(getpid());
  std::string out, problem = stem + ".json", rights = stem + ".rights";
  if (write_file(problem, view(canonical(for_peers(made, questions)))) && write_file(rights, view(rights_for_peers(made)))) {
    std::string command = "node " + script + " " + problem + " " + rights;
    FILE* pipe = ::popen(command.c_str(), "r");
    char buffer[4096];
    while (pipe && std::fgets(buffer, sizeof buffer, pipe)) out += buffer;
    if (pipe) ::pclose(pipe);
  }
  std::remove(problem.c_str());
  std::remove(rights.c_str());
  return out;
}

struct Peer {
  std::string name;
  double rate = 0;
  size_t rights = 0, asked = 0, allowed = 0;
};

std::vector<Peer> peers_of(const std::string& lines) {
  std::istringstream in(lines);
  std::vector<Peer> out;
  for (Peer p; in >> p.name >> p.rate >> p.rights >> p.asked >> p.allowed;) out.push_back(p);
  return out;
}

// How the row's note speaks of a peer: what it was given, and whether it answered like us.
std::string told(const Made& made, const std::vector<AccessQuestion>& questions, const Peer& p) {
  AccessIndex same(made.rules, std::span(made.rights).first(p.rights));
  size_t allowed = 0;
  for (size_t i = 0; i < p.asked; i++) allowed += same.allows(questions[i]);
  return "peer: " + p.name + " with the same rules and " + std::to_string(p.rights) + " of the rights, " + (allowed == p.allowed ? "same answers" : "OTHER ANSWERS");
}

void print_row(const std::string& name, double ours, double peer, const std::string& note, const char* floor = "1000000") {
  auto number = [&](const char* format, double value) {
    char out[40] = "null";
    if (peer > 0) std::snprintf(out, sizeof out, format, value);
    return std::string(out);
  };
  std::printf("{\"judge\":\"ours\",\"name\":\"%s\",\"ours\":%.0f,\"peer\":%s,\"unit\":\"decisions/s\",\"ratio\":%s,\"goal\":%s,\"floor\":%s,\"note\":\"%s\"}\n", name.c_str(), ours,
              number("%.2f", peer).c_str(), number("%.0f", peer > 0 ? ours / peer : 0).c_str(), floor, floor, note.c_str());
}

// Without a peer it is the time of the processor that counts: what else the machine does is no part of it.
struct ByRights {
  double rate = 0;
  size_t allowed_percent = 0;
};

ByRights rate_by_rights(const AccessIndex& index, const std::vector<AccessQuestion>& questions) {
  ByRights out;
  for (int round = 0; round < 3; round++) {
    size_t allowed = 0;
    double start = processor_seconds();
    for (const auto& q : questions) allowed += index.allows(q);
    out.rate = std::max(out.rate, static_cast<double>(questions.size()) / (processor_seconds() - start));
    out.allowed_percent = allowed * 100 / questions.size();
  }
  return out;
}

// The same rights under rules that say nothing of the duty asked with: the person's rights decide.
ByRights under_another_duty(const Made& made, std::vector<AccessQuestion> questions) {
  std::vector<AccessRule> rules = made.rules;
  for (AccessRule& rule : rules)
    if (rule.duties.empty()) rule.duties = {kDutyNames.front()};
  for (AccessQuestion& q : questions) q.duties = {"clerk"};
  return rate_by_rights(AccessIndex(rules, made.rights), questions);
}

// Every rule names a dataset, every name of the question is one that rules speak of, and yet none speaks.
ByRights under_rules_that_just_miss(Made& made) {
  std::vector<AccessRule> rules = made.rules;
  for (AccessRule& rule : rules)
    if (rule.datasets.empty()) rule.datasets = {made.datasets[made.random.below(kDatasets)]};
  AccessIndex index(rules, made.rights);
  std::vector<AccessQuestion> questions;
  while (questions.size() < kQuestions) {
    questions.push_back(made.question());
    if (index.rules_say(questions.back())) questions.pop_back();
  }
  return rate_by_rights(index, questions);
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
  std::string size = "access decision, 10,000 rules and 1 M rights, ", share = std::to_string(allowed * 100 / (6 * kQuestions)) + "% allowed; one core, explanation off";
  std::vector<Peer> peers = peers_of(ask_peers(made, questions));
  print_row(size + "names looked up before", by_number, 0, share);
  if (peers.empty()) print_row(size + "by name", by_name, 0, share + "; peers: not installed");
  for (const Peer& p : peers) print_row(size + "by name, " + p.name, by_name, p.rate, share + "; " + told(made, questions, p));
  auto note = [](const ByRights& r, const std::string& what) {
    return std::to_string(r.allowed_percent) + "% allowed by a right of the person" + what + "; one core, explanation off; seconds of processor time";
  };
  ByRights other = under_another_duty(made, questions), missed = under_rules_that_just_miss(made);
  print_row(size + "by name, no rule speaks", other.rate, 0, note(other, ": no rule is of the duty, the rights of one of 100,000 people are looked at"));
  print_row(size + "by name, rules just miss", missed.rate, 0, note(missed, ": rules of the dataset and of each other name, none of all; then the rights of one of 100,000 people"));
  return 0;
}
