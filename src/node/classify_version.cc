#include "node/classify_version.h"

#include "base/log.h"
#include "node/classification_report.h"
#include "node/rules_in_force.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

struct Subject {
  Dataset dataset;
  Json remembered = Json::object();  // column → type that people gave fields of its name
};

Result<Subject> subject_of(Node& node, const VersionId& version) {
  return node.space().read([&](const State& s) -> Result<Subject> {
    const DatasetVersion* v = find(s.versions, version);
    const Dataset* d = v ? find(s.datasets, v->dataset) : nullptr;
    if (!d) return fail(Errc::not_found, "version.not_found");
    Subject out{*d, Json::object()};
    for (const CatalogField& f : d->columns) {
      auto said = s.remembered.find(d->owner.str() + ":" + name_key(f.column));
      if (said != s.remembered.end() && !said->second.contradicted) out.remembered.set(f.column, said->second.type);
    }
    return out;
  });
}

Result<WorkerAnswer> run_classify(Node& node, const Principal& by, const VersionId& version, const Subject& subject, const Json* against, const ProgressFn& progress) {
  Json titles = Json::object();
  for (const CatalogField& column : subject.dataset.columns) titles.set(column.column, column.title);
  auto packs = TRY(pack_texts_of(node, subject.dataset.owner));
  SealedWork work{.job = "classify", .work = Work::classify, .version = version, .columns = {}, .more_folders = {},
                  .request = Json::object({{"table", subject.dataset.name}, {"table_comment", subject.dataset.title}, {"titles", titles},
                                           {"remembered", subject.remembered}, {"packs", texts_json(packs)}})};
  if (against) work.request.set("against", *against);
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  auto answer = granted.worker.run(granted.request, {}, progress);
  end_grant(node, by, granted.grant, answer ? "done" : std::string(answer.error().reason));
  return answer;
}

}  // namespace

Result<ClassificationReport> classification_report(Node& node, const Digest& digest) {
  Bytes blob = TRY(node.ledger().blob(digest));
  return decode<ClassificationReport>(TRY(parse_json(text(blob))));
}

namespace {

// Few rows say what is there and not what is absent: what they would lower stays as the many had it.
std::vector<FieldProposal> raised_only(const Dataset& dataset, const std::vector<FieldProposal>& proposals) {
  std::vector<FieldProposal> out;
  for (const FieldProposal& p : proposals) {
    const CatalogField* field = dataset.column(p.column);
    out.push_back(field && field->proposal && field->proposal->level >= p.level ? *field->proposal : p);
  }
  return out;
}

enum class Occasion { asked, arrived };

Result<std::vector<FieldProposal>> classify_on(Node& node, const Principal& by, const VersionId& version, Occasion occasion, const ProgressFn& progress) {
  Subject subject = TRY(subject_of(node, version));
  const Dataset& dataset = subject.dataset;
  WorkerAnswer answer = TRY(run_classify(node, by, version, subject, nullptr, progress));
  auto proposals = TRY(decode<std::vector<FieldProposal>>(*answer.result.find("proposals")));
  auto report = TRY(decode<ClassificationReport>(*answer.result.find("report")));
  report.dataset = dataset.id;
  report.version = version;
  std::string origin = TRY(pack_texts_of(node, dataset.owner)).empty() ? "built-in " : "own ";
  ReportProposals command{dataset.id, version, origin + report.rules, proposals, {}, {}};
  bool few = false;
  if (dataset.report && dataset.proposed_version != version) {
    auto before = TRY(classification_report(node, *dataset.report));
    auto rules = TRY(rules_of(node, dataset.owner));
    command.drift = drift_between(before, report, rules->grading.drift);
    few = occasion == Occasion::arrived && report.rows < rules->grading.drift.rows_min && before.rows > report.rows;
  }
  if (few) command.proposals = raised_only(dataset, proposals);
  for (auto& finding : drift_of_proposals(dataset, command.proposals)) command.drift.push_back(std::move(finding));
  command.report = few ? *dataset.report : TRY(node.space().put_blob(view(canonical(encode(report)))));
  TRY(node.space().execute(as_node(by), command));
  return command.proposals;
}

}  // namespace

Result<std::vector<FieldProposal>> classify_version(Node& node, const Principal& by, const VersionId& version, const ProgressFn& progress) {
  return classify_on(node, by, version, Occasion::asked, progress);
}

std::optional<ArrivalGrades> grade_arrival(Node& node, const VersionId& version) {
  struct Standing {
    bool classified = false;
    std::map<std::string, size_t> findings;
  };
  auto look = [&](ArrivalGrades* out) {
    return node.space().read([&](const State& s) {
      Standing standing;
      const DatasetVersion* v = find(s.versions, version);
      const Dataset* d = v ? find(s.datasets, v->dataset) : nullptr;
      if (!d) return standing;
      standing.classified = d->proposed_version.has_value();
      for (const CatalogField& f : d->columns) {
        standing.findings[f.column] = f.drift.size();
        if (out) out->review += f.reopened() || (!f.confirmed && f.proposal);
      }
      return standing;
    });
  };
  Standing before = look(nullptr);
  if (!before.classified) return std::nullopt;
  ArrivalGrades out;
  auto done = classify_on(node, Principal{.person = {}, .system = true, .stepped_up = false}, version, Occasion::arrived, {});
  if (!done) {
    out.problem = std::string(done.error().reason);
    log(LogLevel::warn, "classify.arrival_failed", {{"version", version.str()}, {"reason", out.problem}});
  }
  for (const auto& [column, findings] : look(&out).findings)
    if (findings > before.findings[column]) out.reopened.push_back(column);
  return out;
}

Result<Json> moved_fields(Node& node, const Principal& by, const VersionId& version, const Json& against, const ProgressFn& progress) {
  Subject subject = TRY(subject_of(node, version));
  WorkerAnswer answer = TRY(run_classify(node, by, version, subject, &against, progress));
  const Json* moved = answer.result.find("moved");
  if (!moved) return fail(Errc::corrupt, "record.missing_field", "moved");
  return *moved;
}

}  // namespace sluice::node
