#include "node/trace_suspect.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/file.h"
#include "crypto/envelope.h"
#include "crypto/hash.h"
#include "deident/trace.h"
#include "node/adopt_strategy.h"
#include "node/memory_folder.h"
#include "node/release_marks.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

Result<Digest> digest_of_suspect(const MemoryFolder& folder) {
  OwnedFd in = TRY(open_input(folder.path() + "/suspect.csv"));
  ByteFeed feed = fd_source(in.get());
  Bytes buffer(1 << 20);
  Sm3 hash;
  while (size_t n = TRY(feed(buffer))) hash.update({buffer.data(), n});
  return hash.finish();
}

// The suspect file copied into the folder, with its SM3.
Result<Digest> take_suspect(const TraceAsk& ask, const MemoryFolder& folder) {
  OwnedFd out(::open((folder.path() + "/suspect.csv").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out) return tl::unexpected(last_os_error("file.unwritable"));
  Sm3 hash;
  size_t total = 0;
  auto put = [&](ByteView bytes) -> Status {
    total += bytes.size();
    if (total > kSuspectBytesMax) return fail(Errc::exhausted, "trace.too_large");
    hash.update(bytes);
    if (::write(out.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) return tl::unexpected(last_os_error("file.unwritable"));
    return {};
  };
  if (ask.file.empty()) {
    if (ask.text.empty()) return fail(Errc::invalid, "record.missing_field", "text");
    TRY(put(view(ask.text)));
    return hash.finish();
  }
  OwnedFd in = TRY(open_input(ask.file));
  ByteFeed feed = fd_source(in.get());
  Bytes buffer(1 << 20);
  while (size_t n = TRY(feed(buffer))) TRY(put({buffer.data(), n}));
  return hash.finish();
}

struct Marked {
  Digest strategy{};
  std::map<std::string, Digest> commitments;  // by recipient
};

// Marked releases of the dataset by strategy document; and the releases of each recipient.
std::vector<Marked> marked_of(Node& node, const DatasetId& dataset, std::map<std::string, std::vector<std::string>>& releases) {
  return node.space().read([&](const State& s) {
    std::map<std::string, Marked> by_strategy;
    for (const auto& [id, r] : s.releases) {
      if (r.dataset != dataset || !r.bears_marks()) continue;
      std::string party = s.contracts.at(r.contract.str()).terms.recipient.str();
      releases[party].push_back(id);
      Marked& marked = by_strategy[hex(r.marks->strategy)];
      marked.strategy = r.marks->strategy;
      marked.commitments[party] = r.marks->commitment;
    }
    std::vector<Marked> out;
    for (auto& [digest, marked] : by_strategy) out.push_back(std::move(marked));
    return out;
  });
}

struct Candidates {
  std::vector<TraceReading> readings;
  std::map<std::string, std::string> party_of_code;
};

Result<Candidates> candidates_of(Node& node, const DatasetId& dataset, const std::vector<Marked>& all) {
  Candidates out;
  const PartyId owner = node.space().read([&](const State& s) { return s.datasets.at(dataset.str()).owner; });
  for (const Marked& marked : all) {
    auto strategy = TRY(strategy_of(node, marked.strategy));
    TraceReading reading{canonical(encode(strategy)), mark_key_name(dataset, owner, strategy), {}};
    for (const auto& [party, commitment] : marked.commitments) {
      std::string code = TRY(recipient_code(node, TRY(PartyId::parse(party)), commitment));
      reading.codes.push_back(code);
      out.party_of_code[code] = party;
    }
    out.readings.push_back(std::move(reading));
  }
  return out;
}

Result<Json> run_trace(Node& node, const TraceStarted& started, const Candidates& candidates, const MemoryFolder& folder, const ProgressFn& progress) {
  std::vector<OwnedFd> folders;
  folders.push_back(TRY(open_folder(folder.path())));
  Worker worker = TRY(node.start_worker("trace", std::move(folders)));
  std::vector<std::string> names;
  for (const TraceReading& reading : candidates.readings) names.push_back(reading.key_name);
  OwnedFd key_end = TRY(worker.key_end());
  TRY(node.agent().pseudonym_keys(started.grant.str(), started.dataset.str(), names, std::move(key_end)));
  return TRY(worker.run(Json::object({{"readings", encode(candidates.readings)}}), {}, progress)).result;
}

// The strongest word about each recipient over all strategies.
Result<ReportTrace> judged(const TraceId& trace, const Json& result, const Candidates& candidates) {
  ReportTrace out;
  out.trace = trace;
  std::map<std::string, std::pair<double, TraceNamed>> best;
  const Json* reports = result.find("reports");
  bool read = false;
  for (const Json& json : reports ? reports->as_array() : Json::Array()) {
    if (json.is_null()) continue;
    auto report = TRY(decode<deident::TraceReport>(json));
    read = true;
    out.rows = std::max(out.rows, static_cast<int64_t>(report.rows));
    out.symbols += static_cast<int64_t>(report.symbols);
    out.bound = report.bound;
    for (const auto& carrier : report.carriers)
      if (std::find(out.carriers.begin(), out.carriers.end(), carrier) == out.carriers.end()) out.carriers.push_back(carrier);
    for (const auto& r : report.recipients) {
      const std::string& party = candidates.party_of_code.at(r.recipient);
      double bound = std::strtod(r.false_accusation_bound.c_str(), nullptr);
      TraceNamed named{TRY(PartyId::parse(party)), r.accused, r.deviations_permille, r.false_accusation_bound};
      auto [it, fresh] = best.try_emplace(party, bound, named);
      if (!fresh && bound < it->second.first) it->second = {bound, named};
    }
  }
  if (!read) return fail(Errc::refused, "trace.no_carrier");
  std::vector<std::pair<double, TraceNamed>> ordered;
  for (auto& [party, one] : best) ordered.push_back(std::move(one));
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [bound, named] : ordered) out.named.push_back(std::move(named));
  return out;
}

}  // namespace

Result<Json> trace_suspect(Node& node, const Principal& by, const TraceAsk& ask, const ProgressFn& progress, MemoryFolder* uploaded) {
  std::optional<MemoryFolder> own;
  if (!uploaded) own.emplace(TRY(MemoryFolder::make(node)));
  const MemoryFolder& folder = uploaded ? *uploaded : *own;
  Digest suspect = uploaded ? TRY(digest_of_suspect(folder)) : TRY(take_suspect(ask, folder));
  auto outcome = TRY(node.space().execute(by, StartTrace{ask.dataset, suspect, ask.reason}));
  const TraceStarted started = outcome.get<TraceStarted>();
  std::map<std::string, std::vector<std::string>> releases;
  auto report = [&]() -> Result<ReportTrace> {
    Candidates candidates = TRY(candidates_of(node, ask.dataset, marked_of(node, ask.dataset, releases)));
    return judged(started.trace, TRY(run_trace(node, started, candidates, folder, progress)), candidates);
  }();
  if (!report) {
    (void)node.space().execute(as_node(by), ReportTraceFailure{started.trace, std::string(report.error().reason)});
    return tl::unexpected(report.error());
  }
  TRY(node.space().execute(as_node(by), *report));
  Json recipients = Json::array();
  for (const TraceNamed& named : report->named) {
    Json one = encode(named);
    one.set("name", node.space().read([&](const State& s) { return s.parties.at(named.party.str()).name; }));
    recipients.push(one.set("releases", encode(releases[named.party.str()])));
  }
  return Json::object({{"bound", report->bound}, {"candidates", started.candidates}, {"carriers", encode(report->carriers)}, {"dataset", ask.dataset.str()},
                       {"recipients", std::move(recipients)}, {"rows", report->rows}, {"seq", outcome.first_seq}, {"symbols", report->symbols}, {"trace", started.trace.str()}});
}

Status settle_interrupted(Node& node) {
  const Principal self{.person = {}, .system = true, .stepped_up = false};
  auto left = node.space().read([](const State& s) {
    std::pair<std::vector<TraceId>, std::vector<ReversalId>> out;
    for (const auto& [id, t] : s.traces)
      if (t.status == TraceStatus::running) out.first.push_back(t.id);
    for (const auto& [id, r] : s.reversals)
      if (r.status == ReversalStatus::running) out.second.push_back(r.id);
    return out;
  });
  for (const TraceId& id : left.first) TRY(node.space().execute(self, ReportTraceFailure{id, "node.interrupted"}));
  for (const ReversalId& id : left.second) TRY(node.space().execute(self, ReportReversalFailure{id, "node.interrupted"}));
  return {};
}

}  // namespace sluice::node
