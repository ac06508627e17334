#include "node/subject_search.h"

#include <algorithm>
#include <set>

#include "node/adopt_strategy.h"
#include "node/key_work.h"
#include "node/mask_version.h"
#include "node/subject_links.h"
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

// A number to look for; `linked` where the request names another one of the person's.
struct WantedNumber {
  std::optional<std::string> kind;  // absent: compared with every column that names people
  std::optional<SubjectId> linked;
  SecretText number;
};
using WantedNumbers = std::vector<WantedNumber>;

// What was granted, and how the person is to be found there.
struct Place {
  KeysGranted granted;
  SearchedIn in = SearchedIn::version;
  Digest manifest{};
  std::optional<deident::Strategy> strategy{};  // of a masked version
  std::string key_name{};                       // of its masking key; empty where none is needed
  std::vector<std::string> types{};             // of the granted columns, as the catalog confirms them

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
    const Dataset* dataset = find(s.datasets, granted.dataset);
    for (const std::string& column : granted.columns) {
      bool held = !find(s.versions, granted.version) && column.starts_with(kHeldCellPrefix);
      const CatalogField* field = dataset ? dataset->column(held ? column.substr(kHeldCellPrefix.size()) : column) : nullptr;
      out.types.push_back(field ? field->type : "");
    }
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

// Rows of the person in one place by column and number, and the other numbers that stand in them.
struct Seen {
  std::vector<FoundRows> rows;
  std::vector<std::pair<FoundLink, SecretText>> links;  // `link.subject` is not known here
  bool crowded = false;
};

// Which of the numbers are compared with which column.
std::vector<std::vector<int64_t>> compared(const rules::LawPack& law, const Place& place, const WantedNumbers& wanted) {
  std::vector<std::vector<int64_t>> out;
  for (const std::string& type : place.types) {
    std::vector<int64_t>& which = out.emplace_back();
    for (size_t i = 0; i < wanted.size(); i++) {
      const rules::LawPersonNumber* kind = wanted[i].kind ? law.number(*wanted[i].kind) : nullptr;
      if (!wanted[i].kind || (kind && std::find(kind->types.begin(), kind->types.end(), type) != kind->types.end())) which.push_back(static_cast<int64_t>(i));
    }
  }
  return out;
}

Status take_links(const Json& told, const Place& place, const rules::LawPack& law, Seen& out) {
  const Json* links = told.find("links");
  if (!links || !links->is_array() || links->as_array().size() != place.granted.columns.size()) return fail(Errc::internal, "worker.no_result");
  for (size_t i = 0; i < place.granted.columns.size(); i++) {
    const Json& one = links->as_array()[i];
    out.crowded |= TRY(one.get_bool("crowded"));
    const Json* numbers = one.find("numbers");
    const rules::LawPersonNumber* kind = law.number_in(place.types[i]);
    if (!kind || !numbers || !numbers->is_array()) continue;
    for (const Json& number : numbers->as_array())
      out.links.emplace_back(FoundLink{{}, kind->id, place.granted.dataset, place.granted.version, place.granted.columns[i], TRY(number.get_int("rows"))},
                             SecretText(TRY(number.get_string("number"))));
  }
  return {};
}

Result<Seen> look_through(Node& node, const Principal& by, const Place& place, const WantedNumbers& wanted, bool with_links) {
  const KeysGranted& granted = place.granted;
  const rules::LawPack& law = node.rules().law;
  auto which = compared(law, place, wanted);
  std::vector<std::string> link_columns;
  if (with_links && place.in == SearchedIn::version)
    for (size_t i = 0; i < granted.columns.size(); i++)
      if (law.number_in(place.types[i])) link_columns.push_back(granted.columns[i]);
  Json request = Json::object({{"columns", encode(granted.columns)}, {"keyed", !place.key_name.empty()}, {"links", encode(link_columns)}, {"wanted", encode(which)}});
  if (place.strategy) request.set("strategy", canonical(encode(*place.strategy)));
  SealedWork work{.job = "find-person", .work = Work::find_person, .version = granted.version, .columns = granted.columns, .more_folders = {},
                  .request = std::move(request)};
  auto started = TRY(start_version_work(node, by, std::move(work), granted.dataset, place.manifest, granted.grant));
  if (!place.key_name.empty()) {
    OwnedFd key_end = TRY(started.worker.key_end());
    TRY(node.agent().pseudonym_keys(granted.grant.str(), granted.dataset.str(), std::vector<std::string>{place.key_name}, std::move(key_end)));
  }
  Json numbers = Json::array();
  for (const WantedNumber& one : wanted) numbers.push(Json(one.number.reveal("the worker that looks for the person's rows")));
  SecretText payload(canonical(numbers));
  auto answer = TRY(started.worker.run(started.request, view(payload.reveal("the worker that looks for the person's rows")), {}));
  const Json* told = answer.result.find("rows");
  if (!told) return fail(Errc::internal, "worker.no_result");
  auto counts = TRY(decode<std::vector<std::vector<int64_t>>>(*told, "rows"));
  if (counts.size() != granted.columns.size()) return fail(Errc::internal, "worker.no_result");
  Seen out;
  for (size_t i = 0; i < counts.size(); i++) {
    if (counts[i].size() != which[i].size()) return fail(Errc::internal, "worker.no_result");
    for (size_t k = 0; k < counts[i].size(); k++) {
      if (counts[i][k] == 0) continue;
      FoundRows rows{.dataset = granted.dataset, .version = granted.version, .column = granted.columns[i], .rows = counts[i][k], .by = wanted[static_cast<size_t>(which[i][k])].linked};
      if (place.in != SearchedIn::version) rows.in = place.in;
      out.rows.push_back(std::move(rows));
    }
  }
  TRY(take_links(answer.result, place, law, out));
  return out;
}

bool went_away(const Error& error) {
  return error.reason == "keys.version_destroyed" || error.reason == "keys.column_destroyed" || error.reason == "version.not_found";
}

class SubjectSearch {
 public:
  SubjectSearch(Node& node, const Principal& by) : node_(node), by_(by) {}

  void take_on(std::vector<KeysGranted> grants, const std::vector<NotSearched>& not_searched) {
    grants_ = std::move(grants);
    out_.not_searched.insert(out_.not_searched.end(), not_searched.begin(), not_searched.end());
  }

  // `total` counts what is known by now: a long search is begun portion by portion.
  Status run(const WantedNumbers& wanted, bool with_links, const ProgressFn& progress) {
    size_t total = done_ + grants_.size();
    for (KeysGranted& granted : grants_) {
      TRY(look_at(granted, wanted, with_links));
      if (progress) progress(Json::object({{"done", ++done_}, {"total", total}}));
    }
    done_ = total;
    return {};
  }
  void end_what_is_left() {
    for (const KeysGranted& left : grants_)
      if (!left.grant.empty()) end_grant(node_, by_, left.grant, "law.search_broken_off");
  }
  const SubjectSearchAnswer& answer() const { return out_; }
  const std::vector<std::pair<FoundLink, SecretText>>& links() const { return links_; }

 private:
  Status look_at(KeysGranted& granted, const WantedNumbers& wanted, bool with_links) {
    auto place = place_of(node_, granted);
    bool linkable = place && (!place->strategy || std::all_of(granted.columns.begin(), granted.columns.end(),
                                                              [&](const std::string& column) { return is_linkable(*place->strategy, column); }));
    auto found = !place ? Result<Seen>(tl::unexpected(place.error()))
                 : linkable ? look_through(node_, by_, *place, wanted, with_links)
                            : Result<Seen>(fail(Errc::refused, "law.search_masked"));
    end_grant(node_, by_, granted.grant, found ? "done" : std::string(found.error().reason));
    granted.grant = GrantId();
    if (!found && (went_away(found.error()) || !linkable)) {
      Place whereto = place ? *place : Place{granted};
      out_.not_searched.push_back(whereto.not_searched(went_away(found.error()) ? "law.search_went_away" : "law.search_masked"));
      return {};
    }
    Seen seen = TRY(std::move(found));
    for (FoundRows& rows : seen.rows) {
      out_.rows += rows.rows;
      out_.found.push_back(std::move(rows));
    }
    for (auto& link : seen.links) links_.push_back(std::move(link));
    if (seen.crowded) out_.not_searched.push_back(place->not_searched("law.search_many_links"));
    (place->in == SearchedIn::version ? out_.versions : place->in == SearchedIn::held ? out_.held : out_.masked)++;
    return {};
  }

  Node& node_;
  const Principal& by_;
  std::vector<KeysGranted> grants_;
  size_t done_ = 0;
  SubjectSearchAnswer out_;
  std::vector<std::pair<FoundLink, SecretText>> links_;
};

// The numbers that no earlier search of this request found, each once, kept in the registry before any entry names them.
Result<std::vector<FoundLink>> fresh_links(Node& node, const SubjectRequest& request, const SubjectSearch& search) {
  SubjectKey key = TRY(SubjectKey::of(node));
  std::vector<FoundLink> out;
  std::vector<LinkedNumber> kept;
  for (const auto& [found, number] : search.links()) {
    const std::string& text = number.reveal("to make its reference and keep it sealed");
    SubjectId subject = key.reference(text);
    bool known = subject == request.subject || request.link(subject) || std::any_of(out.begin(), out.end(), [&](const FoundLink& one) { return one.subject == subject; });
    if (known) continue;
    FoundLink link = found;
    link.subject = subject;
    kept.push_back({subject, link.kind, SecretText(text)});
    out.push_back(std::move(link));
  }
  if (!kept.empty()) TRY(keep_linked_numbers(node, request.id, kept));
  return out;
}

// The request's own number, and those that were confirmed as the same person's.
Result<WantedNumbers> numbers_of(Node& node, const SubjectRequest& request) {
  WantedNumbers out;
  out.push_back({request.identifier_kind, {}, TRY(identifier_of(node, request.subject))});
  for (LinkedNumber& one : TRY(confirmed_numbers(node, request))) out.push_back({one.kind, one.subject, std::move(one.number)});
  return out;
}

// In as many reports as it takes; the links stand in the last one.
Status report_search(Node& node, const Principal& by, const SubjectRequestId& id, const SubjectSearchAnswer& answer, const WantedNumbers& wanted) {
  std::vector<SubjectId> linked;
  for (const WantedNumber& one : wanted)
    if (one.linked) linked.push_back(*one.linked);
  size_t found = 0, not_searched = 0;
  auto next = [](const auto& all, size_t& at) {
    size_t end = std::min(all.size(), at + kSearchReportMax);
    auto part = std::remove_cvref_t<decltype(all)>(all.begin() + static_cast<std::ptrdiff_t>(at), all.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
    return part;
  };
  for (bool more = true; more;) {
    size_t before = found + not_searched;
    ReportSubjectSearch report{.request = id, .versions = answer.versions, .found = next(answer.found, found), .held = answer.held, .masked = answer.masked,
                               .not_searched = next(answer.not_searched, not_searched)};
    more = found < answer.found.size() || not_searched < answer.not_searched.size();
    if (before > 0) report.follows = static_cast<int64_t>(before);
    if (more) report.more = true;
    if (!more && !answer.links.empty()) report.links = answer.links;
    if (!linked.empty()) report.by = linked;
    TRY(node.space().execute(as_node(by), std::move(report)));
  }
  return {};
}

}  // namespace

Result<SubjectSearchAnswer> search_subject(Node& node, const Principal& by, const SubjectRequestId& id, const ProgressFn& progress) {
  SubjectRequest request = TRY(request_of(node, id));
  WantedNumbers wanted = TRY(numbers_of(node, request));
  SubjectSearch search(node, by);
  std::optional<std::string> after;
  do {
    auto outcome = TRY(node.space().execute(as_node(by), StartSubjectSearch{id, after}));
    std::vector<KeysGranted> grants;
    for (const Event& event : outcome.events)
      if (const auto* granted = event.get_if<KeysGranted>()) grants.push_back(*granted);
    const auto& started = outcome.get<SubjectSearchStarted>();
    search.take_on(std::move(grants), started.not_searched.value_or(std::vector<NotSearched>()));
    after = started.rest;
    auto looked = [&]() -> Status { return search.run(wanted, true, progress); }();
    search.end_what_is_left();
    TRY(std::move(looked));
  } while (after);
  SubjectSearchAnswer out = search.answer();
  out.links = TRY(fresh_links(node, request, search));
  TRY(report_search(node, by, id, out, wanted));
  return out;
}

namespace {

// How many rows of the product's source are about the person of a consent; absent: nothing there could be searched.
Result<std::optional<int64_t>> rows_of_consent(Node& node, const Principal& by, const ConsentId& consent) {
  auto started = node.space().execute(as_node(by), StartConsentCheck{consent});
  if (!started && started.error().reason == "law.search_no_identifier") return std::optional<int64_t>();
  if (!started) return tl::unexpected(started.error());
  SubjectId subject = node.space().read([&](const State& s) { return s.consents.at(consent.str()).form.subject; });
  SubjectSearch search(node, by);
  search.take_on({started->get<KeysGranted>()}, {});
  auto looked = [&]() -> Status {
    WantedNumbers wanted;
    wanted.push_back({{}, {}, TRY(identifier_of(node, subject))});
    return search.run(wanted, false, {});
  }();
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

Result<DeletionProposed> propose_deletion(Node& node, const Principal& by, const SubjectRequestId& id) {
  SubjectRequest request = TRY(request_of(node, id));
  if (request.what != "delete" || request.status != SubjectRequestStatus::granted) return fail(Errc::refused, "law.request_not_decided");
  KeyWorkId work = TRY(propose_key_work(node, by, {.work = KeyWork::destroy_person, .version = {}, .columns = {}, .epoch = {}, .reason = "个人行权删除 " + id.str(), .request = id}, ""));
  return node.space().read([&](const State& s) {
    const KeyWorkItem& item = s.key_works.at(work.str());
    return DeletionProposed{work, item.person->versions, item.person->kept};
  });
}

}  // namespace sluice::node
