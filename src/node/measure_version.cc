#include "node/measure_version.h"

#include <algorithm>

#include "node/preview_strategy.h"
#include "node/work.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

// What is looked at, and whom it is compared with.
struct MeasureSubject {
  VersionId version;
  std::vector<std::string> columns, quasi;
  std::optional<VersionId> population{};
};

// Unmasked, and of the same owner.
Result<DatasetVersion> population_of(Node& node, const VersionId& version, const VersionId& population) {
  return node.space().read([&](const State& s) -> Result<DatasetVersion> {
    const DatasetVersion *mine = find(s.versions, version), *people = find(s.versions, population);
    if (!mine || !people || s.datasets.at(people->dataset.str()).owner != s.datasets.at(mine->dataset.str()).owner) return fail(Errc::not_found, "version.not_found");
    if (!people->masked_from.empty()) return fail(Errc::conflict, "masking.masked_already");
    return *people;
  });
}

Result<Json> run_measure(Node& node, const Principal& by, MeasureSubject subject, Json request, const ProgressFn& progress) {
  const Work kind = look_work(node, by);
  std::optional<DatasetVersion> people;
  if (subject.population) people = TRY(population_of(node, subject.version, *subject.population));
  SealedWork work{.job = "measure", .work = kind, .version = subject.version, .columns = std::move(subject.columns), .more_folders = {}, .request = std::move(request)};
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  std::optional<GrantId> of_population;
  auto answer = [&]() -> Result<WorkerAnswer> {
    if (people) {
      auto further = TRY(grant_further(node, by, granted.worker, kind, *people, subject.quasi));
      of_population = further.grant;
      granted.request.set("population", std::move(further.input));
    }
    return granted.worker.run(granted.request, {}, progress);
  }();
  const std::string outcome = answer ? "done" : std::string(answer.error().reason);
  end_grant(node, by, granted.grant, outcome);
  if (of_population) end_grant(node, by, *of_population, outcome);
  if (!answer) return tl::unexpected(answer.error());
  return std::move(answer->result);
}

Status within(std::string_view member, int64_t value, int64_t lowest, int64_t highest) {
  if (value >= lowest && value <= highest) return {};
  return fail(Errc::usage, "deident.out_of_range", std::string(member));
}
Status within(std::string_view member, const std::optional<int64_t>& value, int64_t lowest, int64_t highest) {
  return value ? within(member, *value, lowest, highest) : Status();
}

constexpr int64_t kPeopleMax = 100'000'000'000;

Status check(const RiskAsk& ask, const std::vector<rules::RiskThreshold>& thresholds) {
  if (ask.quasi.empty()) return fail(Errc::usage, "anonymity.no_columns");
  if (std::none_of(thresholds.begin(), thresholds.end(), [&](const auto& t) { return t.share_type == ask.share_type; })) return fail(Errc::usage, "deident.bad_share_type");
  TRY(within("unique", ask.unique, 0, 5));
  TRY(within("threshold_permille", ask.threshold_permille, 1, 1000));
  TRY(within("sampling_ppm", ask.sampling_ppm, 1, 1'000'000));
  TRY(within("population_size", ask.population_size, 1, kPeopleMax));
  if (ask.sampling_ppm.has_value() + ask.population_size.has_value() + ask.population.has_value() > 1) return fail(Errc::usage, "anonymity.two_populations");
  return {};
}

Status check(const GeneraliseAsk& ask) {
  if (ask.quasi.empty()) return fail(Errc::usage, "anonymity.no_columns");
  TRY(within("k", ask.k, 1, 4'000'000'000));
  TRY(within("suppression_permille", ask.suppression_permille, 0, 1000));
  for (const auto& [column, l] : ask.l) TRY(within("l", l, 1, 1'000'000'000));
  for (const auto& d : ask.diversity) {
    TRY(within("diversity.l", d.l, 1, 1'000'000'000));
    TRY(within("diversity.c_permille", d.c_permille, 1, 1'000'000'000));
  }
  for (const auto& c : ask.closeness) {
    TRY(within("closeness.t_permille", c.t_permille, 0, 1000));
    if ((c.distance == anonymity::Distance::hierarchical) != c.hierarchy.has_value()) return fail(Errc::usage, "anonymity.no_hierarchy", c.column);
  }
  TRY(within("k_map", ask.k_map, 1, 4'000'000'000));
  if (ask.presence) {
    TRY(within("presence.highest_permille", ask.presence->highest_permille, 0, 1000));
    TRY(within("presence.lowest_permille", ask.presence->lowest_permille, 0, ask.presence->highest_permille));
  }
  for (const auto& [column, weight] : ask.weights_permille) {
    TRY(within("weights_permille", weight, 0, 1'000'000'000));
    if (std::find(ask.quasi.begin(), ask.quasi.end(), column) == ask.quasi.end()) return fail(Errc::usage, "anonymity.weight_without_quasi", column);
  }
  if ((ask.k_map || ask.presence) && !ask.population) return fail(Errc::usage, "anonymity.no_population");
  if (ask.recoding == anonymity::Recoding::local) {
    if (ask.suppression_permille > 0) return fail(Errc::usage, "anonymity.local_suppression");
    if (ask.k_map || ask.presence) return fail(Errc::usage, "anonymity.local_population");
  }
  return {};
}

void add_once(std::vector<std::string>& columns, const std::string& name) {
  if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
}

}  // namespace

Work look_work(Node& node, const Principal& by) {
  TimeMs now = node.space().now();
  return node.space().read([&](const State& s) {
    const Person* person = find(s.persons, by.person);
    bool manages = person && (person->has(Duty::data_manager, now) || deputyship_for(s, *person, Duty::data_manager, now));
    return manages ? Work::check : Work::mask;
  });
}

std::vector<std::string> columns_of(const RiskAsk& ask) {
  std::vector<std::string> columns = ask.quasi;
  columns.insert(columns.end(), ask.sensitive.begin(), ask.sensitive.end());
  if (ask.person) add_once(columns, *ask.person);
  return columns;
}

std::vector<std::string> columns_of(const GeneraliseAsk& ask) {
  std::vector<std::string> columns = ask.quasi;
  for (const auto& [column, l] : ask.l) columns.push_back(column);
  for (const auto& d : ask.diversity) add_once(columns, d.column);
  for (const auto& c : ask.closeness) add_once(columns, c.column);
  if (ask.person) add_once(columns, *ask.person);
  return columns;
}

Result<Json> measure_version(Node& node, const Principal& by, const VersionId& version, const RiskAsk& ask, const ProgressFn& progress) {
  const auto& thresholds = node.rules().masking.thresholds;
  TRY(check(ask, thresholds));
  MeasureSubject subject{.version = version, .columns = columns_of(ask), .quasi = ask.quasi, .population = ask.population};
  return run_measure(node, by, std::move(subject), Json::object({{"risk", encode(ask)}, {"thresholds", encode(thresholds)}}), progress);
}

Result<Json> generalise_version(Node& node, const Principal& by, const VersionId& version, const GeneraliseAsk& ask, const ProgressFn& progress) {
  TRY(check(ask));
  // Hierarchies of one's own on a column that names people would tell by what they leave out whether a value is there.
  TRY(node.space().read([&](const State& s) -> Status {
    const DatasetVersion* v = find(s.versions, version);
    if (!v) return fail(Errc::not_found, "version.not_found");
    const auto graded = graded_columns(s.datasets.at(v->dataset.str()), *v);
    for (const auto& [column, text] : ask.hierarchies) TRY(may_be_cut(graded, column));
    for (const auto& c : ask.closeness)
      if (c.hierarchy) TRY(may_be_cut(graded, c.column));
    return {};
  }));
  MeasureSubject subject{.version = version, .columns = columns_of(ask), .quasi = ask.quasi, .population = ask.population};
  return run_measure(node, by, std::move(subject), Json::object({{"generalise", encode(ask)}}), progress);
}

}  // namespace sluice::node
