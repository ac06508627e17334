#include "node/reverse_values.h"

#include <set>

#include "crypto/hash.h"
#include "node/adopt_strategy.h"
#include "node/mask_version.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kReversalItem = "reversal_values";
constexpr size_t kValueBytesMax = 512;

Digest values_commitment(const std::string& record) { return sm3(view("sluice-reversal/1\n" + record)); }

void forget_values(Node& node, const ReversalId& id) { (void)node.registry().erase(kReversalItem, id.str()); }

struct ReversalJob {
  Reversal reversal;
  deident::Strategy strategy;
  std::string key_name;
  Json values;
};

Result<ReversalJob> reversal_job(Node& node, const ReversalId& id) {
  struct Found {
    Reversal reversal;
    Digest content{};
    MaskingResult masking;
  };
  auto found = node.space().read([&](const State& s) -> Result<Found> {
    const Reversal* r = find(s.reversals, id);
    if (!r) return fail(Errc::not_found, "reversal.not_found");
    const MaskingResult& masking = s.maskings.at(r->version.str());
    return Found{*r, applied_document(masking, s.strategies.at(r->strategy.str())), masking};
  });
  if (!found) return tl::unexpected(found.error());
  ReversalJob job{found->reversal, TRY(strategy_of(node, found->content)), {}, {}};
  job.key_name = masking_key_of(found->masking, found->reversal.dataset, job.strategy);
  auto item = node.registry().get(kReversalItem, id.str());
  if (!item) return fail(Errc::not_found, "reversal.values_missing");
  std::string record(text(item->reveal("the worker that reverses them")));
  if (values_commitment(record) != found->reversal.commitment) return fail(Errc::corrupt, "reversal.values_changed");
  Json json = TRY(parse_json(record, 1u << 20));
  job.values = *json.find("values");
  return job;
}

// [original or null, …] in the order of the values.
Result<Json> reverse_in_worker(Node& node, const Principal& by, const ReversalJob& job, const KeysGranted& granted, const ProgressFn& progress) {
  SealedWork work{.job = "reverse", .work = Work::reverse, .version = granted.version, .columns = granted.columns, .more_folders = {},
                  .request = Json::object({{"column", job.reversal.column}, {"strategy", canonical(encode(job.strategy))}})};
  auto started = TRY(start_sealed_work(node, by, std::move(work), granted.grant));
  OwnedFd key_end = TRY(started.worker.key_end());
  TRY(node.agent().pseudonym_keys(granted.grant.str(), granted.dataset.str(), std::vector<std::string>{job.key_name}, std::move(key_end)));
  auto answer = TRY(started.worker.run(started.request, view(canonical(job.values)), progress));
  return parse_json(text(answer.payload), 4u << 20);
}

}  // namespace

Result<ReversalId> request_reversal(Node& node, const Principal& by, const ReversalAsk& ask) {
  std::set<std::string> distinct;
  for (const std::string& value : ask.values)
    if (value.empty() || value.size() > kValueBytesMax || !is_utf8(value) || !distinct.insert(value).second) return fail(Errc::invalid, "reversal.bad_value");
  Json record = Json::object({{"salt", base64url(random_bytes(node.random(), 32))}, {"values", encode(ask.values)}});
  std::string text = canonical(record);
  RequestReversal command{.version = ask.version, .column = ask.column, .count = static_cast<int64_t>(ask.values.size()), .commitment = values_commitment(text),
                          .reason = ask.reason, .case_ref = ask.case_ref};
  ReversalId id = TRY(node.space().execute(by, command)).get<ReversalRequested>().reversal;
  TRY(node.registry().put(kReversalItem, id.str(), SecretBytes(to_bytes(text))));
  return id;
}

Status decide_reversal(Node& node, const Principal& by, const DecideReversal& command) {
  TRY(node.space().execute(by, command));
  if (!command.approve) forget_values(node, command.reversal);
  return {};
}

Status withdraw_reversal(Node& node, const Principal& by, const ReversalId& id) {
  TRY(node.space().execute(by, WithdrawReversal{id}));
  forget_values(node, id);
  return {};
}

Result<std::vector<ReversedValue>> run_reversal(Node& node, const Principal& by, const ReversalId& id, const ProgressFn& progress) {
  auto outcome = TRY(node.space().execute(as_node(by), StartReversal{id}));
  auto reversed = [&]() -> Result<std::vector<ReversedValue>> {
    ReversalJob job = TRY(reversal_job(node, id));
    Json originals = TRY(reverse_in_worker(node, by, job, outcome.get<KeysGranted>(), progress));
    const auto& values = job.values.as_array();
    if (!originals.is_array() || originals.as_array().size() != values.size()) return fail(Errc::internal, "worker.no_result");
    std::vector<ReversedValue> out;
    for (size_t i = 0; i < values.size(); i++) {
      const Json& original = originals.as_array()[i];
      out.push_back({values[i].as_string(), original.is_string() ? std::optional(original.as_string()) : std::nullopt});
    }
    return out;
  }();
  forget_values(node, id);
  if (!reversed) {
    (void)node.space().execute(as_node(by), ReportReversalFailure{id, std::string(reversed.error().reason)});
    return reversed;
  }
  ReportReversal report{id, 0, 0};
  for (const ReversedValue& one : *reversed) (one.original ? report.restored : report.missing)++;
  TRY(node.space().execute(as_node(by), report));
  return reversed;
}

}  // namespace sluice::node
