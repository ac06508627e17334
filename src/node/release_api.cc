#include "node/release_api.h"

#include <algorithm>
#include <deque>

#include "crypto/hash.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr int64_t kLeaseCalls = 500;
constexpr TimeMs kRateWindowMs = kMinuteMs;

}  // namespace

struct ReleaseApi::Open {
  std::mutex mutex;
  ReleaseId id;
  std::optional<Worker> worker;
  LeaseId lease;
  int64_t leased = 0, used = 0, rows = 0;
  std::deque<TimeMs> recent;  // times of the calls of the last minute
};

Result<OpenedApi> open_api(Node& node, const Principal& by, const ContractId& contract, const std::string& purpose) {
  std::string token = "slt_" + base64url(random_bytes(node.random(), 32));
  auto outcome = TRY(node.space().execute(by, OpenApi{contract, sm3(view(token)), purpose}));
  return OpenedApi{outcome.get<ReleasePrepared>().release, token};
}

ReleaseApi::~ReleaseApi() { settle(); }

Result<Release> ReleaseApi::release_of_token(std::string_view token) {
  if (!token.starts_with("slt_") || token.size() > 100) return fail(Errc::unauthenticated, "api.bad_token");
  Digest digest = sm3(view(token));
  return node_.space().read([&](const State& s) -> Result<Release> {
    for (const auto& [id, release] : s.releases)
      if (release.form == OpenForm::api && equal_const_time(release.token_digest, digest)) return release;
    return fail(Errc::unauthenticated, "api.bad_token");
  });
}

// The terms that time or people can change between two calls of one lease: looked at on every call.
Status ReleaseApi::may_call(const Release& release, Open& open) {
  TimeMs now = node_.clock().now();
  auto allowed = node_.space().read([&](const State& s) -> Result<int64_t> {
    const Release& current = s.releases.at(release.id.str());
    if (current.status == ReleaseStatus::revoked) return fail(Errc::refused, "release.revoked");
    const Contract& contract = s.contracts.at(current.contract.str());
    if (contract.status == ContractStatus::suspended) return fail(Errc::refused, "contract.suspended");
    if (contract.status != ContractStatus::active) return fail(Errc::refused, "contract.terminated");
    if (now >= contract.terms.expires_ms) return fail(Errc::refused, "contract.expired", rfc3339(contract.terms.expires_ms));
    for (const PartyId* party : {&contract.terms.provider, &contract.terms.recipient})
      if (s.parties.at(party->str()).status != PartyStatus::verified) return fail(Errc::refused, "party.not_verified");
    const Product* product = find(s.products, contract.terms.product);
    if (!product || product->status != ProductStatus::registered) return fail(Errc::refused, "product.not_registered");
    return contract.terms.rate_per_minute;
  });
  if (!allowed) return tl::unexpected(allowed.error());
  while (!open.recent.empty() && open.recent.front() <= now - kRateWindowMs) open.recent.pop_front();
  if (static_cast<int64_t>(open.recent.size()) >= *allowed) return fail(Errc::exhausted, "api.too_fast", std::to_string(*allowed));
  open.recent.push_back(now);
  return {};
}

Status ReleaseApi::take_call(Open& open) {
  if (open.used < open.leased) {
    open.used++;
    return {};
  }
  settle_one(open);
  Principal system{.person = {}, .system = true, .stepped_up = false};
  auto leased = TRY(node_.space().execute(system, LeaseQuota{open.id, kLeaseCalls})).get<QuotaLeased>();
  open.lease = leased.lease;
  open.leased = leased.calls;
  open.used = 1;
  open.rows = 0;
  return {};
}

void ReleaseApi::settle_one(Open& open) {
  if (open.lease.empty()) return;
  Principal system{.person = {}, .system = true, .stepped_up = false};
  (void)node_.space().execute(system, SettleLease{open.lease, open.used, open.rows});
  open.lease = {};
  open.leased = open.used = open.rows = 0;
}

void ReleaseApi::settle() {
  std::lock_guard lock(mutex_);
  for (auto& [id, open] : open_) {
    std::lock_guard one(open->mutex);
    settle_one(*open);
  }
}

Result<std::shared_ptr<ReleaseApi::Open>> ReleaseApi::opened(const Release& release) {
  std::lock_guard lock(mutex_);
  auto& open = open_[release.id.str()];
  if (!open) {
    open = std::make_shared<Open>();
    open->id = release.id;
    // Leases of an earlier run of the node: what was used of them is in the segments; they count as used up.
    auto stale = node_.space().read([&](const State& s) {
      std::vector<Lease> out;
      for (const auto& [id, lease] : s.leases)
        if (lease.release == release.id) out.push_back(lease);
      return out;
    });
    Principal system{.person = {}, .system = true, .stepped_up = false};
    for (const Lease& lease : stale) (void)node_.space().execute(system, SettleLease{lease.id, lease.calls, 0});
  }
  return open;
}

Result<ApiPage> ReleaseApi::page(std::string_view token, const PageQuery& query, std::string_view caller_address) {
  Release release = TRY(release_of_token(token));
  auto open = TRY(opened(release));
  std::lock_guard lock(open->mutex);
  Json record = Json::object({{"at_ms", node_.clock().now()}, {"cursor", query.cursor}, {"from", caller_address}, {"kind", "api.page"},
                              {"limit", query.limit}, {"release", release.id.str()}});
  // Filters may hold personal values: the record names columns and operators only.
  Json asked = Json::array();
  for (const auto& condition : query.filter) asked.push(Json::object({{"column", condition.column}, {"op", condition.op}}));
  record.set("filter", asked);
  auto refused = [&](const Error& error) {
    record.set("refused", error.reason);
    (void)node_.space().record(record);
    if (error.reason.starts_with("contract.") || error.reason == "release.revoked") {
      open->worker.reset();
      settle_one(*open);
    }
    return tl::unexpected(error);
  };
  if (Status may = may_call(release, *open); !may) return refused(may.error());
  for (const auto& condition : query.filter)
    if (std::find(release.columns.begin(), release.columns.end(), condition.column) == release.columns.end())
      return refused(Error{Errc::refused, "contract.column_not_agreed", {}});
  if (Status taken = take_call(*open); !taken) return refused(taken.error());

  if (!open->worker) {
    SealedWork work{.job = "release-api", .work = Work::release, .version = release.version, .columns = {}, .more_folders = {},
                    .request = Json::object({{"columns", encode(release.columns)}, {"row_filter", encode(release.row_filter)}})};
    work.columns = node_.space().read([&](const State& s) {
      const Grant* grant = find(s.grants, release.grant);
      return grant ? grant->columns : release.columns;
    });
    auto started = start_sealed_work(node_, Principal{}, std::move(work), release.grant);
    if (!started) return refused(started.error());
    open->worker.emplace(std::move(started->worker));
    Status sent = open->worker->send(started->request);
    auto ready = sent ? open->worker->receive() : Result<Frame>(tl::unexpected(sent.error()));
    if (!ready) {
      open->worker.reset();
      return refused(ready.error());
    }
  }
  Json ask = Json::object({{"cursor", query.cursor}, {"limit", query.limit}, {"row_filter", encode(query.filter)}});
  Status sent = open->worker->send(ask);
  auto frame = sent ? open->worker->receive() : Result<Frame>(tl::unexpected(sent.error()));
  if (!frame) {
    if (frame.error().code == Errc::unreachable) open->worker.reset();
    return refused(frame.error());
  }
  if (auto error = frame_error(frame->body)) return refused(*error);
  const Json* result = frame->body.find("result");
  if (!result) return refused(Error{Errc::internal, "worker.no_result", {}});
  ApiPage page;
  page.release = release.id;
  page.rows = std::string(text(frame->payload));
  page.count = result->get_int_or("rows", 0).value_or(0);
  if (const Json* next = result->find("next"); next && next->is_int()) page.next = next->as_int();
  open->rows += page.count;
  record.set("rows", page.count).set("lease", open->lease.str());
  TRY(node_.space().record(record));  // durable before a byte leaves
  return page;
}

}  // namespace sluice::node
