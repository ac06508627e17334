#include "node/recheck_pages.h"

#include <deque>

#include "ledger/segment.h"
#include "node/level5_order.h"
#include "node/measure_version.h"
#include "node/page_seal.h"
#include "node/recheck_version.h"
#include "node/secret_filter.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

// The newest answered calls of the release, oldest first.
Result<std::deque<Json>> answered_calls(ledger::Store& store, const ReleaseId& release) {
  std::deque<Json> out;
  std::string needle = "\"release\":\"" + release.str() + "\"";
  auto last = TRY(store.last_segment());
  for (uint64_t segment = 0; last && segment <= last->id; segment++)
    TRY(store.records(segment, 0, ledger::kSegmentRecordsMax, [&](const ledger::SegmentRecordRow& row) -> Status {
      if (row.record.find(needle) == std::string_view::npos) return {};
      Json record = TRY(parse_json(row.record));
      if (record.get_string_or("kind", "").value_or("") != "api.page" || record.find("refused")) return {};
      out.push_back(std::move(record));
      if (out.size() > kPagesRechecked) out.pop_front();
      return {};
    }));
  return out;
}

// The conditions of a call with their values; nothing when nobody has these.
std::optional<Json> conditions_of(Node& node, const ReleaseId& release, const Json& record) {
  const Json* filter = record.find("filter");
  std::vector<RowCondition> kept;
  for (const Json& one : filter ? filter->as_array() : Json::Array()) {
    auto ref = one.get_string("secret_ref"), commitment = one.get_string("commitment");
    auto digest = commitment ? digest_from_hex(*commitment) : Result<Digest>(tl::unexpected(commitment.error()));
    if (!ref || !digest) return std::nullopt;
    kept.push_back({.column = one.get_string_or("column", "").value_or(""), .op = one.get_string_or("op", "").value_or(""), .values = {}, .secret_ref = *ref,
                    .commitment = *digest, .masked = {}});
  }
  auto resolved = resolve_queries(node, release, kept);
  if (!resolved) return std::nullopt;
  return encode(*resolved);
}

struct MadePage {
  std::string rows;
  int64_t count = 0;
  std::optional<int64_t> next;
};

Result<MadePage> ask_page(Worker& worker, int64_t cursor, int64_t limit, const Json& conditions) {
  TRY(worker.send(Json::object({{"cursor", cursor}, {"limit", limit}, {"row_filter", conditions}})));
  Frame frame = TRY(worker.receive());
  const Json* result = frame.body.find("result");
  if (!result) return fail(Errc::internal, "worker.no_result");
  MadePage page{std::string(text(frame.payload)), result->get_int_or("rows", 0).value_or(0), {}};
  if (const Json* next = result->find("next"); next && next->is_int()) page.next = next->as_int();
  return page;
}

Result<GrantedWorker> page_worker(Node& node, const Principal& by, const Release& release, const ContractTerms& terms, const std::optional<MarkOrder>& marks) {
  auto inputs = terms.one_person ? terms.one_person->inputs : std::vector<std::string>{};
  auto filter = TRY(resolve_filter(node, release.row_filter));
  std::vector<std::string> columns = release.columns;
  auto add = [&](const std::string& name) {
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  };
  for (const std::string& input : inputs) add(input);
  for (const RowCondition& condition : filter) add(condition.column);
  SealedWork work{.job = "release-api", .work = look_work(node, by), .version = release.version, .columns = columns, .more_folders = {},
                  .request = Json::object({{"columns", encode(release.columns)}, {"inputs", encode(inputs)}, {"row_filter", encode(filter)}})};
  if (marks) marks->put_into(work.request);
  if (auto level5 = TRY(level5_order(node, terms, release.columns))) work.request.set("level5", std::move(*level5));
  auto started = TRY(start_sealed_work(node, by, std::move(work)));
  auto ready = [&]() -> Status {
    if (marks && marks->bears()) {
      OwnedFd key_end = TRY(started.worker.key_end());
      TRY(node.agent().pseudonym_keys(started.grant.str(), release.dataset.str(), std::vector<std::string>{marks->key_name}, std::move(key_end)));
    }
    TRY(started.worker.send(started.request));
    TRY(started.worker.receive());
    return {};
  }();
  if (!ready) {
    end_grant(node, by, started.grant, std::string(ready.error().reason));
    return tl::unexpected(ready.error());
  }
  return started;
}

}  // namespace

Result<RecheckedPages> recheck_pages(Node& node, ledger::Store& store, const Principal& by, const Release& release, const std::optional<MarkOrder>& marks) {
  RecheckedPages out;
  auto calls = TRY(answered_calls(store, release.id));
  if (calls.empty()) return out;
  PageSeal seal = TRY(PageSeal::of(node));
  ContractTerms terms = node.space().read([&](const State& s) { return s.contracts.at(release.contract.str()).terms; });
  auto granted = TRY(page_worker(node, by, release, terms, marks));
  Status done = [&]() -> Status {
    for (const Json& call : calls) {
      out.calls++;
      auto sealed = call.get_string("content");
      auto conditions = sealed ? conditions_of(node, release.id, call) : std::nullopt;
      if (!conditions) {
        out.not_checkable++;
        continue;
      }
      int64_t cursor = terms.one_person ? 0 : call.get_int_or("cursor", 0).value_or(0), limit = call.get_int_or("limit", 100).value_or(100);
      MadePage page = TRY(ask_page(granted.worker, cursor, limit, *conditions));
      // As the call did: the whole version is looked through for the one record.
      while (terms.one_person && page.count == 0 && page.next) page = TRY(ask_page(granted.worker, *page.next, limit, *conditions));
      (hex(seal.over(release.id, page.rows)) == *sealed ? out.same : out.differ)++;
    }
    return {};
  }();
  end_grant(node, by, granted.grant, done ? "done" : std::string(done.error().reason));
  TRY(std::move(done));
  return out;
}

}  // namespace sluice::node
