#include "node/subject_search.h"

#include <algorithm>
#include <set>

#include "node/adopt_strategy.h"
#include "node/key_work.h"
#include "node/mask_version.h"
#include "node/subjects.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

Result<SubjectRequest> request_of(Node& node, const SubjectRequestId& id) {
  return node.space().read([&](const State& s) -> Result<SubjectRequest> {
    const SubjectRequest* r = find(s.subject_requests, id);
    if (!r) return fail(Errc::not_found, "law.request_not_found");
    return *r;
  });
}

// What was granted, and how the person is to be found there.
struct Place {
  KeysGranted granted;
  SearchedIn in = SearchedIn::version;
  Digest manifest{};
  std::optional<deident::Strategy> strategy{};  // of a masked version
  std::string key_name{};                       // of its masking key; empty where none is needed

  NotSearched not_searched(std::string_view reason) const { return {granted.dataset, granted.version, in, std::string(reason)}; }
};

// Whether cells of the column can be made again from the person's identifier.
bool is_linkable(const deident::Strategy& strategy, const std::string& column) {
  for (const deident::FieldRule& rule : strategy.rules)
    if (rule.column == column) return rule.technique != deident::Technique::encrypt || rule.mode.value_or(deident::EncryptMode::deterministic) == deident::EncryptMode::deterministic;
  return false;
}

Result<Place> place_of(Node& node, const KeysGranted& granted) {
  struct Masked {
    MaskingResult masking;
    Digest document{};
  };
  std::optional<Masked> masked;
  Place out{granted};
  TRY(node.space().read([&](const State& s) -> Status {
    if (const DatasetVersion* version = find(s.versions, granted.version)) {
      out.manifest = version->manifest;
      if (version->masked_from.empty()) return {};
      const MaskingResult& masking = s.maskings.at(granted.version.str());
      masked = Masked{masking, applied_document(masking, s.strategies.at(masking.strategy.str()))};
      return {};
    }
    for (const auto& [id, batch] : s.batches)
      if (batch.held_version == granted.version && batch.held_manifest) {
        out.in = SearchedIn::held;
        out.manifest = *batch.held_manifest;
        return {};
      }
    return fail(Errc::not_found, "version.not_found");
  }));
  if (!masked) return out;
  out.in = SearchedIn::masked;
  out.strategy = TRY(strategy_of(node, masked->document));
  bool keyed = false;
  for (const deident::FieldRule& rule : out.strategy->rules)
    keyed |= deident::is_keyed(rule.technique) && std::find(granted.columns.begin(), granted.columns.end(), rule.column) != granted.columns.end();
  if (keyed) out.key_name = masking_key_of(masked->masking, granted.dataset, *out.strategy);
  return out;
}

// Rows of the person in one place, by column.
Result<std::vector<FoundRows>> look_through(Node& node, const Principal& by, const Place& place, const SecretText& identifier) {
  const KeysGranted& granted = place.granted;
  Json request = Json::object({{"columns", encode(granted.columns)}, {"keyed", !place.key_name.empty()}});
  if (place.strategy) request.set("strategy", canonical(encode(*place.strategy)));
  SealedWork work{.job = "find-person", .work = Work::find_person, .version = granted.version, .columns = granted.columns, .more_folders = {},
                  .request = std::move(request)};
  auto started = TRY(start_version_work(node, by, std::move(work), granted.dataset, place.manifest, granted.grant));
  if (!place.key_name.empty()) {
    OwnedFd key_end = TRY(started.worker.key_end());
    TRY(node.agent().pseudonym_keys(granted.grant.str(), granted.dataset.str(), std::vector<std::string>{place.key_name}, std::move(key_end)));
  }
  auto answer = TRY(started.worker.run(started.request, view(identifier.reveal("the worker that looks for the person's rows")), {}));
  auto counts = TRY(decode<std::vector<int64_t>>(*answer.result.find("rows"), "rows"));
  if (counts.size() != granted.columns.size()) return fail(Errc::internal, "worker.no_result");
  std::vector<FoundRows> out;
  for (size_t i = 0; i < counts.size(); i++) {
    if (counts[i] == 0) continue;
    FoundRows rows{.dataset = granted.dataset, .version = granted.version, .column = granted.columns[i], .rows = counts[i]};
    if (place.in != SearchedIn::version) rows.in = place.in;
    out.push_back(std::move(rows));
  }
  return out;
}

bool went_away(const Error& error) {
  return error.reason == "keys.version_destroyed" || error.reason == "keys.column_destroyed" || error.reason == "version.not_found";
}

class SubjectSearch {
 public:
  SubjectSearch(Node& node, const Principal& by, std::vector<KeysGranted> grants, std::vector<NotSearched> not_searched)
      : node_(node), by_(by), grants_(std::move(grants)) {
    out_.not_searched = std::move(not_searched);
  }

  Status run(const SecretText& identifier, const ProgressFn& progress) {
    for (size_t i = 0; i < grants_.size(); i++) {
      TRY(look_at(grants_[i], identifier));
      if (progress) progress(Json::object({{"rows", i + 1}, {"total", grants_.size()}}));
    }
    return {};
  }
  void end_what_is_left() {
    for (const KeysGranted& left : grants_)
      if (!left.grant.empty()) end_grant(node_, by_, left.grant, "law.search_broken_off");
  }
  const SubjectSearchAnswer& answer() const { return out_; }

 private:
  Status look_at(KeysGranted& granted, const SecretText& identifier) {
    auto place = place_of(node_, granted);
    bool linkable = place && (!place->strategy || std::all_of(granted.columns.begin(), granted.columns.end(),
                                                              [&](const std::string& column) { return is_linkable(*place->strategy, column); }));
    auto found = !place ? Result<std::vector<FoundRows>>(tl::unexpected(place.error()))
                 : linkable ? look_through(node_, by_, *place, identifier)
                            : Result<std::vector<FoundRows>>(fail(Errc::refused, "law.search_masked"));
    end_grant(node_, by_, granted.grant, found ? "done" : std::string(found.error().reason));
    granted.grant = GrantId();
    if (!found && (went_away(found.error()) || !linkable)) {
      Place whereto = place ? *place : Place{granted};
      out_.not_searched.push_back(whereto.not_searched(went_away(found.error()) ? "law.search_went_away" : "law.search_masked"));
      return {};
    }
    for (FoundRows& rows : TRY(std::move(found))) {
      out_.rows += rows.rows;
      out_.found.push_back(std::move(rows));
    }
    (place->in == SearchedIn::version ? out_.versions : place->in == SearchedIn::held ? out_.held : out_.masked)++;
    return {};
  }

  Node& node_;
  const Principal& by_;
  std::vector<KeysGranted> grants_;
  SubjectSearchAnswer out_;
};

}  // namespace

Result<SubjectSearchAnswer> search_subject(Node& node, const Principal& by, const SubjectRequestId& id, const ProgressFn& progress) {
  SubjectRequest request = TRY(request_of(node, id));
  auto outcome = TRY(node.space().execute(as_node(by), StartSubjectSearch{id}));
  std::vector<KeysGranted> grants;
  for (const Event& event : outcome.events)
    if (const auto* granted = event.get_if<KeysGranted>()) grants.push_back(*granted);
  SubjectSearch search(node, by, std::move(grants), outcome.get<SubjectSearchStarted>().not_searched.value_or(std::vector<NotSearched>()));
  auto looked = [&]() -> Status { return search.run(TRY(identifier_of(node, request.subject)), progress); }();
  search.end_what_is_left();
  TRY(std::move(looked));
  const SubjectSearchAnswer& out = search.answer();
  TRY(node.space().execute(as_node(by), ReportSubjectSearch{.request = id, .versions = out.versions, .found = out.found, .held = out.held, .masked = out.masked,
                                                            .not_searched = out.not_searched}));
  return out;
}

namespace {

// How many rows of the product's source are about the person of a consent; absent: nothing there could be searched.
Result<std::optional<int64_t>> rows_of_consent(Node& node, const Principal& by, const ConsentId& consent) {
  auto started = node.space().execute(as_node(by), StartConsentCheck{consent});
  if (!started && started.error().reason == "law.search_no_identifier") return std::optional<int64_t>();
  if (!started) return tl::unexpected(started.error());
  SubjectId subject = node.space().read([&](const State& s) { return s.consents.at(consent.str()).form.subject; });
  SubjectSearch search(node, by, {started->get<KeysGranted>()}, {});
  auto looked = [&]() -> Status { return search.run(TRY(identifier_of(node, subject)), {}); }();
  search.end_what_is_left();
  TRY(std::move(looked));
  return search.answer().versions > 0 ? std::optional(search.answer().rows) : std::nullopt;
}

}  // namespace

Status check_consent(Node& node, const Principal& by, const CheckConsent& command) {
  CheckConsent found = command;
  found.rows.reset();
  if (command.accept) found.rows = TRY(rows_of_consent(node, by, command.consent));
  TRY(node.space().execute(as_node(by), found));
  return {};
}

Result<int64_t> search_consent(Node& node, const Principal& by, const ConsentId& consent) {
  auto waits = node.space().read([&](const State& s) {
    const Consent* found = find(s.consents, consent);
    return !found || found->not_searched();
  });
  if (!waits) return fail(Errc::conflict, "law.consent_searched_already");
  auto rows = TRY(rows_of_consent(node, by, consent));
  if (!rows) return fail(Errc::refused, "law.search_no_identifier");
  TRY(node.space().execute(as_node(by), ReportConsentSearch{consent, *rows}));
  return *rows;
}

Result<std::vector<KeyWorkId>> propose_deletion(Node& node, const Principal& by, const SubjectRequestId& id) {
  SubjectRequest request = TRY(request_of(node, id));
  if (request.what != "delete" || request.status != SubjectRequestStatus::granted) return fail(Errc::refused, "law.request_not_decided");
  if (!request.searched_ms) return fail(Errc::refused, "law.not_searched");
  SecretText identifier = TRY(identifier_of(node, request.subject));
  std::set<std::string> taken;  // one work rewrites a version; a second would find it destroyed
  node.space().read([&](const State& s) {
    for (const auto& [work, item] : s.key_works)
      if (item.work == KeyWork::destroy_rows && (item.status == KeyWorkStatus::proposed || item.status == KeyWorkStatus::approved)) taken.insert(item.version.str());
    for (const auto& [version, gone] : s.destroyed)
      if (gone.whole) taken.insert(version);
  });
  std::vector<KeyWorkId> out;
  for (const FoundRows& rows : request.found) {
    if (!rows.raw() || !taken.insert(rows.version.str()).second) continue;
    ProposeKeyWork proposal{.work = KeyWork::destroy_rows, .version = rows.version, .columns = {rows.column}, .epoch = {}, .reason = "个人行权删除 " + id.str(),
                            .approval = {}, .request = id};
    out.push_back(TRY(propose_key_work(node, by, proposal, identifier.reveal("kept in the registry until the rows are gone"))));
  }
  if (out.empty()) return fail(Errc::conflict, "law.nothing_found");
  return out;
}

}  // namespace sluice::node
