#include "node/classify_version.h"

#include "node/work.h"

namespace sluice::node {

using namespace space;

Result<std::vector<FieldProposal>> classify_version(Node& node, const Principal& by, const VersionId& version, const ProgressFn& progress) {
  auto dataset = node.space().read([&](const State& s) -> std::optional<Dataset> {
    const DatasetVersion* v = find(s.versions, version);
    const Dataset* d = v ? find(s.datasets, v->dataset) : nullptr;
    return d ? std::optional(*d) : std::nullopt;
  });
  if (!dataset) return fail(Errc::not_found, "version.not_found");
  Json titles = Json::object();
  for (const CatalogField& column : dataset->columns) titles.set(column.column, column.title);
  SealedWork work{.job = "classify", .work = Work::classify, .version = version, .columns = {}, .more_folders = {},
                  .request = Json::object({{"table", dataset->name}, {"table_comment", dataset->title}, {"titles", titles}})};
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  auto answer = granted.worker.run(granted.request, {}, progress);
  end_grant(node, by, granted.grant, answer ? "done" : std::string(answer.error().reason));
  if (!answer) return tl::unexpected(answer.error());
  auto proposals = TRY(decode<std::vector<FieldProposal>>(*answer->result.find("proposals")));
  std::string rules = TRY(answer->result.get_string("rules"));
  ReportProposals report{dataset->id, version, "built-in " + rules, proposals};
  TRY(node.space().execute(as_node(by), report));
  return proposals;
}

}  // namespace sluice::node
