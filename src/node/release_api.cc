#include "node/release_api.h"

#include <algorithm>
#include <deque>

#include "crypto/hash.h"
#include "node/level5_order.h"
#include "node/page_seal.h"
#include "node/release_marks.h"
#include "node/secret_filter.h"
#include "node/subjects.h"
#include "node/work.h"
#include "space/catalog/taken_back.h"
#include "space/deident/use.h"
#include "space/guard.h"
#include "space/law/legal_case.h"
#include "space/party/client_use.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr int64_t kLeaseCalls = 500;
constexpr int64_t kAskForLeaseAt = 125;  // calls left: some 60 ms at 2,000 calls/s
constexpr TimeMs kRateWindowMs = kMinuteMs;
const Principal kNode{.person = {}, .system = true, .stepped_up = false};
constexpr size_t kQueriesKnownMax = 4096;

constexpr std::string_view kMissesItem = "api_misses";  // by release: times of calls that found no record

// Of an earlier run of the node; nothing that can be read counts as none.
std::deque<TimeMs> kept_misses(Node& node, const ReleaseId& release) {
  std::deque<TimeMs> out;
  auto item = node.registry().get(kMissesItem, release.str());
  auto json = item ? parse_json(text(item->reveal("times of misses"))) : Result<Json>(tl::unexpected(item.error()));
  auto times = json ? decode<std::vector<int64_t>>(*json) : Result<std::vector<int64_t>>(tl::unexpected(json.error()));
  if (times) out.assign(times->begin(), times->end());
  return out;
}

Digest query_digest(const RowCondition& condition) { return sm3(view(canonical(encode(condition)))); }

}  // namespace

struct ReleaseApi::Open {
  std::mutex mutex;
  ReleaseId id;
  std::optional<Worker> worker;
  LeaseId lease;
  int64_t leased = 0, used = 0, rows = 0;
  std::future<Result<Outcome>> next_lease;  // asked for before the current one is used up, so that no call waits for it
  std::deque<TimeMs> recent;  // times of the calls of the last minute
  std::optional<ContractTerms> terms;   // agreed once, so read once
  std::optional<PageSeal> seal;
  std::optional<SubjectKey> subjects;   // of releases for one person at a time
  std::deque<TimeMs> misses;            // of these: calls that found no record
  std::optional<ShownClient> shown;     // the certificate of the last call that showed one, read
  std::map<Digest, RowCondition> queries;  // conditions kept already, so that a program that pages keeps one
};

Result<OpenedApi> open_api(Node& node, const Principal& by, const ContractId& contract, const std::string& purpose) {
  // Before the release is open: one that must bear marks and cannot is not opened.
  auto terms = node.space().read([&](const State& s) -> std::optional<ContractTerms> {
    const Contract* c = find(s.contracts, contract);
    const Person* person = find(s.persons, by.person);
    return c && person && person->party == c->terms.recipient ? std::optional(c->terms) : std::nullopt;
  });
  if (terms) TRY(may_release_unmarked(node, terms->version, terms->columns));
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
Status ReleaseApi::may_call(const Release& release, Open& open, ShownClient* shown) {
  TimeMs now = node_.space().now();
  auto allowed = node_.space().read([&](const State& s) -> Result<int64_t> {
    const Release& current = s.releases.at(release.id.str());
    if (current.status == ReleaseStatus::revoked) return fail(Errc::refused, "release.revoked");
    const Contract& contract = s.contracts.at(current.contract.str());
    const Application* application = find(s.applications, contract.application);
    if (application && application->has_erased(current.row_filter)) return fail(Errc::refused, "filter.erased");
    if (contract.status == ContractStatus::suspended) return fail(Errc::refused, "contract.suspended");
    if (contract.status != ContractStatus::active) return fail(Errc::refused, "contract.terminated");
    if (now >= contract.terms.expires_ms) return fail(Errc::refused, "contract.expired", rfc3339(contract.terms.expires_ms));
    for (const PartyId* party : {&contract.terms.provider, &contract.terms.recipient})
      if (s.parties.at(party->str()).status != PartyStatus::verified) return fail(Errc::refused, "party.not_verified");
    const Product* product = find(s.products, contract.terms.product);
    if (!product || product->status != ProductStatus::registered) return fail(Errc::refused, "product.not_registered");
    TRY(strategy_allows(s, current.version, {.share_type = name_of(product->form.share), .form = name_of(current.form), .purpose = contract.terms.purpose, .at = now}));
    TRY(not_taken_back(s, current.version));
    // A worker that still holds a destroyed column's key answers no more.
    std::vector<std::string> columns = current.columns;
    for (const RowCondition& condition : current.row_filter) columns.push_back(condition.column);
    TRY(keys_are_there(s, current.version, columns));
    TRY(legal_station(s, node_.rules(), contract, now));
    TRY(client_may_call(s, contract.terms, shown, now));
    if (!open.terms) open.terms = contract.terms;
    return contract.terms.rate_per_minute;
  });
  if (!allowed) return tl::unexpected(allowed.error());
  while (!open.recent.empty() && open.recent.front() <= now - kRateWindowMs) open.recent.pop_front();
  if (static_cast<int64_t>(open.recent.size()) >= *allowed) return fail(Errc::exhausted, "api.too_fast", std::to_string(*allowed));
  open.recent.push_back(now);
  return {};
}

Status ReleaseApi::take_call(Open& open) {
  if (open.used == open.leased) {
    bool early = open.next_lease.valid();
    if (!early) ask_for_lease(open);
    auto outcome = open.next_lease.get();
    // Asked for early and refused: the contract may have changed since.
    if (!outcome && early) {
      ask_for_lease(open);
      outcome = open.next_lease.get();
    }
    settle_lease(open);
    if (!outcome) return tl::unexpected(outcome.error());
    const auto& leased = outcome->get<QuotaLeased>();
    open.lease = leased.lease;
    open.leased = leased.calls;
  }
  open.used++;
  if (open.leased - open.used == kAskForLeaseAt) ask_for_lease(open);
  return {};
}

void ReleaseApi::ask_for_lease(Open& open) { open.next_lease = node_.space().begin(kNode, LeaseQuota{open.id, kLeaseCalls}); }

// Nobody waits for the entry: until it is durable, the calls count as leased.
void ReleaseApi::settle_lease(Open& open) {
  if (!open.lease.empty()) (void)node_.space().begin(kNode, SettleLease{open.lease, open.used, open.rows});
  open.lease = {};
  open.leased = open.used = open.rows = 0;
}

// With what was leased ahead; durable when this returns.
void ReleaseApi::settle_one(Open& open) {
  if (!open.lease.empty()) (void)node_.space().execute(kNode, SettleLease{open.lease, open.used, open.rows});
  open.lease = {};
  open.leased = open.used = open.rows = 0;
  if (!open.next_lease.valid()) return;
  auto ahead = open.next_lease.get();
  if (ahead) (void)node_.space().execute(kNode, SettleLease{ahead->get<QuotaLeased>().lease, 0, 0});
}

// What the access record says of the conditions: the reference and the commitment of what the registry keeps. Those that identify nobody
// by themselves are kept like the others: together they may, and whoever rechecks the call needs them all.
Result<Json> ReleaseApi::keep_conditions(const Release& release, Open& open, const std::vector<RowCondition>& filter) {
  Json out = Json::array();
  for (const RowCondition& condition : filter) {
    if (open.queries.size() >= kQueriesKnownMax) open.queries.clear();
    auto [known, fresh] = open.queries.try_emplace(query_digest(condition));
    if (fresh) {
      auto kept = keep_query(node_, release.id, condition);
      if (!kept) {
        open.queries.erase(known);
        return tl::unexpected(kept.error());
      }
      known->second = std::move(*kept);
    }
    out.push(Json::object({{"column", condition.column}, {"op", condition.op}, {"commitment", hex(*known->second.commitment)},
                           {"secret_ref", known->second.secret_ref}}));
  }
  return out;
}

void ReleaseApi::forget_queries(const ReleaseId& release) {
  std::lock_guard lock(mutex_);
  auto found = open_.find(release.str());
  if (found == open_.end()) return;
  std::lock_guard one(found->second->mutex);
  found->second->queries.clear();
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
    open->misses = kept_misses(node_, release.id);
    // Leases of an earlier run of the node: what was used of them is in the segments; they count as used up.
    auto stale = node_.space().read([&](const State& s) {
      std::vector<Lease> out;
      for (const auto& [id, lease] : s.leases)
        if (lease.release == release.id) out.push_back(lease);
      return out;
    });
    for (const Lease& lease : stale) (void)node_.space().execute(kNode, SettleLease{lease.id, lease.calls, 0});
  }
  return open;
}

Status ReleaseApi::admit(const Release& release, Open& open, const PageQuery& query, Asked& asked) {
  ShownClient* shown = nullptr;
  if (!asked.certificate.empty()) {
    if (!open.shown || !std::ranges::equal(open.shown->certificate().der, asked.certificate)) {
      auto read = ClientCertificate::read(asked.certificate);
      if (!read) return fail(Errc::forbidden, "client.certificate_foreign");
      open.shown.emplace(std::move(*read));
    }
    shown = &*open.shown;
  }
  TRY(may_call(release, open, shown));
  const auto& one = open.terms->one_person;
  for (const auto& condition : query.filter)
    if (std::find(release.columns.begin(), release.columns.end(), condition.column) == release.columns.end() && !(one && one->has(condition.column)))
      return fail(Errc::refused, "contract.column_not_agreed");
  if (one) TRY(admit_person(open, query, asked.about));
  asked.filter = TRY(keep_conditions(release, open, query.filter));
  return take_call(open);
}

// Who is asked about, and whether that person lets this recipient know. What the record says of it is said of refusals too.
Status ReleaseApi::admit_person(Open& open, const PageQuery& query, Json& record) {
  const OnePerson& one = *open.terms->one_person;
  const std::string* person = nullptr;
  for (const std::string& input : one.inputs) {
    auto named = [&](const RowCondition& c) { return c.column == input; };
    if (std::count_if(query.filter.begin(), query.filter.end(), named) != 1) return fail(Errc::refused, "api.input_missing", input);
    const RowCondition& condition = *std::find_if(query.filter.begin(), query.filter.end(), named);
    if (condition.op != "eq" || condition.values.size() != 1 || condition.values.front().empty()) return fail(Errc::refused, "api.input_missing", input);
    if (input == one.subject) person = &condition.values.front();
  }
  if (!open.subjects) open.subjects = TRY(SubjectKey::of(node_));
  SubjectId subject = open.subjects->reference(*person);
  record.set("subject", subject.str());
  TimeMs now = node_.space().now();
  auto consent = node_.space().read([&](const State& s) { return consent_for(s, *open.terms, subject, now); });
  if (!consent) return tl::unexpected(consent.error());
  record.set("consent", consent->str());
  const rules::LawOnePerson& rule = node_.rules().law.one_person;
  while (!open.misses.empty() && open.misses.front() <= now - rule.window_minutes * kMinuteMs) open.misses.pop_front();
  if (static_cast<int64_t>(open.misses.size()) >= rule.misses_max) return fail(Errc::refused, "api.enumeration", std::to_string(rule.misses_max));
  return {};
}

// The whole version is looked through: a record that is there is found in this one call.
Result<ApiPage> ReleaseApi::read_person(const Release& release, Open& open, PageQuery query) {
  query.cursor = 0;
  ApiPage page = TRY(ask_worker(release, open, query));
  while (page.count == 0 && page.next) {
    query.cursor = *page.next;
    const auto left_out = page.level5_rows_left_out;
    page = TRY(ask_worker(release, open, query));
    if (left_out) page.level5_rows_left_out = page.level5_rows_left_out.value_or(0) + *left_out;
  }
  page.next.reset();
  if (page.count == 0) {
    open.misses.push_back(node_.space().now());
    TRY(keep_misses(open));
    return fail(Errc::refused, "api.record_not_of_person");
  }
  return page;
}

Status ReleaseApi::keep_misses(Open& open) {
  std::vector<int64_t> times(open.misses.begin(), open.misses.end());
  return node_.registry().put(kMissesItem, open.id.str(), SecretBytes(to_bytes(canonical(encode(times)))));
}

Status ReleaseApi::start_worker(const Release& release, Open& open) {
  SealedWork work{.job = "release-api", .work = Work::release, .version = release.version, .columns = {}, .more_folders = {},
                  .request = Json::object({{"columns", encode(release.columns)},
                                           {"inputs", encode(open.terms && open.terms->one_person ? open.terms->one_person->inputs : std::vector<std::string>{})},
                                           {"row_filter", encode(TRY(resolve_filter(node_, release.row_filter)))}})};
  work.columns = node_.space().read([&](const State& s) {
    const Grant* grant = find(s.grants, release.grant);
    return grant ? grant->columns : release.columns;
  });
  ContractTerms terms = node_.space().read([&](const State& s) { return s.contracts.at(release.contract.str()).terms; });
  if (auto level5 = TRY(level5_order(node_, terms, release.columns))) work.request.set("level5", std::move(*level5));
  auto marks = TRY(marks_of_release(node_, release.version, terms.recipient, release.columns));
  bool known = node_.space().read([&](const State& s) { return s.releases.at(release.id.str()).marks.has_value(); });
  if (marks && !marks->bears() && !known)
    TRY(node_.space().execute(kNode, ReportMarks{release.id, {.strategy = marks->strategy, .carriers = {}, .unmarked = marks->unmarked}}));
  if (marks) marks->put_into(work.request);
  GrantedWorker started = TRY(start_sealed_work(node_, Principal{}, std::move(work), release.grant));
  if (marks && marks->bears()) {
    OwnedFd key_end = TRY(started.worker.key_end());
    TRY(node_.agent().pseudonym_keys(release.grant.str(), release.dataset.str(), std::vector<std::string>{marks->key_name}, std::move(key_end)));
    // On record before the first row leaves; a worker that is started again marks the same.
    ReportMarks report{release.id, {.commitment = marks->commitment, .strategy = marks->strategy, .carriers = marks->carriers, .cells_expected = marks->cells_expected}};
    if (!known) TRY(node_.space().execute(kNode, report));
  }
  TRY(started.worker.send(started.request));
  TRY(started.worker.receive());  // ready
  open.worker.emplace(std::move(started.worker));
  return {};
}

// Under the lock of the release: checks, counts, and has the worker read.
Result<ApiPage> ReleaseApi::read_page(const Release& release, Open& open, const PageQuery& query, Asked& asked) {
  std::lock_guard lock(open.mutex);
  if (Status admitted = admit(release, open, query, asked); !admitted) {
    std::string_view reason = admitted.error().reason;
    if (reason.starts_with("contract.") || reason.starts_with("keys.") || (reason.starts_with("law.") && !reason.starts_with("law.consent")) || reason == "release.revoked" || reason == "filter.erased") {
      open.worker.reset();
      settle_one(open);
    }
    return tl::unexpected(admitted.error());
  }
  return open.terms->one_person ? read_person(release, open, query) : ask_worker(release, open, query);
}

Result<ApiPage> ReleaseApi::ask_worker(const Release& release, Open& open, const PageQuery& query) {
  if (!open.worker) TRY(start_worker(release, open));
  auto frame = [&]() -> Result<Frame> {
    TRY(open.worker->send(Json::object({{"cursor", query.cursor}, {"limit", query.limit}, {"row_filter", encode(query.filter)}})));
    return open.worker->receive();
  }();
  if (!frame) {
    if (frame.error().code == Errc::unreachable) open.worker.reset();
    return tl::unexpected(frame.error());
  }
  const Json* result = frame->body.find("result");
  if (!result) return fail(Errc::internal, "worker.no_result");
  ApiPage page;
  page.release = release.id;
  page.lease = open.lease;
  page.rows = std::string(text(frame->payload));
  page.count = result->get_int_or("rows", 0).value_or(0);
  if (!open.seal) open.seal = TRY(PageSeal::of(node_));
  page.content = open.seal->over(release.id, page.rows);
  if (const Json* left_out = result->find("level5_rows_left_out"); left_out && left_out->is_int()) page.level5_rows_left_out = left_out->as_int();
  if (const Json* next = result->find("next"); next && next->is_int()) page.next = next->as_int();
  open.rows += page.count;
  return page;
}

Result<ApiPage> ReleaseApi::page(std::string_view token, const PageQuery& query, std::string_view caller_address, ByteView certificate) {
  Release release = TRY(release_of_token(token));
  auto open = TRY(opened(release));
  // The record names columns and operators; values come in by reference.
  Asked asked;
  asked.certificate = certificate;
  for (const auto& condition : query.filter) asked.filter.push(Json::object({{"column", condition.column}, {"op", condition.op}}));
  auto page = read_page(release, *open, query, asked);
  Json record = Json::object({{"at_ms", node_.space().now()}, {"cursor", query.cursor}, {"filter", std::move(asked.filter)}, {"from", caller_address},
                              {"kind", "api.page"}, {"limit", query.limit}, {"release", release.id.str()}});
  if (!certificate.empty()) record.set("certificate", hex(sha256(certificate)));
  if (page) {
    record.set("rows", page->count).set("lease", page->lease.str()).set("content", hex(page->content));
    if (page->level5_rows_left_out) record.set("level5_rows_left_out", *page->level5_rows_left_out);
  } else {
    record.set("refused", page.error().reason);
  }
  for (const auto& [name, value] : asked.about.as_object()) record.set(name, value);
  if (page) page->receipt = sm3(view(canonical(record)));
  Status recorded = node_.space().record(std::move(record));  // durable before a byte leaves
  if (page && !recorded) return tl::unexpected(recorded.error());
  return page;
}

}  // namespace sluice::node
