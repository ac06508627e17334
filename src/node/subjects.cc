#include "node/subjects.h"

#include <algorithm>
#include <functional>
#include <set>

#include "crypto/hash.h"
#include "ledger/commitment.h"
#include "node/subject_links.h"
#include "node/subject_words.h"
#include "node/work.h"
#include "space/guard.h"
#include "space/law/legal_case.h"
#include "space/law/retention.h"
#include "standard/codes.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kSubjectKind = "subject", kAnswerKind = "subject-answer", kLawKind = "law", kKeyName = "subject_key";
constexpr size_t kIdentifierBytesMax = 50, kReferenceBytes = 16;
constexpr TimeMs kTokenDays = 30;
constexpr std::string_view kFileOfPersonKind = "release.person", kProvisionOfPersonKind = "provision.person";
constexpr uint64_t kRecordsAtOnce = 4096;
const Principal kPersonsWord{.person = {}, .system = true, .stepped_up = false};

struct SubjectItem {
  std::string identifier;
  Bytes salt;
  static constexpr auto fields = field_list(field("identifier", &SubjectItem::identifier), field("salt", &SubjectItem::salt));
};

struct KnownSubject {
  SubjectId id;
  Digest commitment{};
  bool fresh = false;
};

Result<Digest> commitment_of_subject(const SubjectItem& item) {
  ledger::Salt salt{};
  if (item.salt.size() != salt.size()) return fail(Errc::corrupt, "registry.tampered");
  std::copy(item.salt.begin(), item.salt.end(), salt.begin());
  return ledger::commitment(salt, "subject", canonical(Json(item.identifier)));
}

// The person's item, made when there is none yet.
Result<KnownSubject> known_subject(Node& node, std::string_view identifier) {
  if (identifier.empty() || identifier.size() > kIdentifierBytesMax || !is_utf8(identifier)) return fail(Errc::invalid, "law.bad_identifier");
  KnownSubject out{.id = TRY(SubjectKey::of(node)).reference(identifier)};
  auto stored = node.registry().get(kSubjectKind, out.id.str());
  if (stored) {
    Json json = TRY(parse_json(text(stored->reveal("a data subject's identifier, to commit to it"))));
    out.commitment = TRY(commitment_of_subject(TRY(decode<SubjectItem>(json))));
    return out;
  }
  if (stored.error().reason != "registry.not_found") return tl::unexpected(stored.error());
  SubjectItem item{std::string(identifier), random_bytes(node.random(), ledger::kSaltBytes)};
  out.commitment = TRY(commitment_of_subject(item));
  TRY(node.registry().put(kSubjectKind, out.id.str(), SecretBytes(to_bytes(canonical(encode(item))))));
  out.fresh = true;
  return out;
}

void forget_fresh(Node& node, const KnownSubject& subject) {
  if (subject.fresh) (void)node.registry().erase(kSubjectKind, subject.id.str());
}

// What the columns are called, in their order: people know no column names.
Json titles_of(const State& s, const DatasetId& id, const std::vector<std::string>& columns) {
  Json out = Json::array();
  const Dataset* dataset = find(s.datasets, id);
  for (const std::string& column : columns) {
    const CatalogField* field = dataset ? dataset->column(column) : nullptr;
    out.push(Json(!field || field->title.empty() ? column : field->title));
  }
  return out;
}

// A statutory provision that named the person: absent where none left, or where the law forbids to tell (a kind that the rules no longer know is one).
std::optional<Json> told_provision(const State& s, const rules::LawPack& law, const Json& record) {
  auto id = ProvisionId::parse(record.get_string_or("provision", "").value_or(""));
  const Provision* p = id ? find(s.provisions, *id) : nullptr;
  const rules::LawProvisionKind* kind = p ? law.provision(p->form.kind) : nullptr;
  if (!p || p->status != ProvisionStatus::delivered || !kind || !kind->told.value_or(true)) return std::nullopt;
  return Json::object({{"at_ms", p->delivered_ms}, {"authority", p->form.requester}, {"columns", encode(p->form.columns)}, {"document", p->form.document}, {"kind", kind->id},
                       {"kind_en", kind->en}, {"kind_zh", kind->zh}, {"product", kind->zh + " " + p->form.document}, {"provision", p->id.str()}, {"recipient", p->form.requester},
                       {"titles", titles_of(s, p->form.dataset, p->form.columns)}});
}

// The access record as the person reads it: names in place of ids.
std::optional<Json> told(const State& s, const rules::LawPack& law, const Json& record) {
  if (record.find("provision")) return told_provision(s, law, record);
  Json out = Json::object({{"at_ms", record.get_int_or("at_ms", 0).value_or(0)}});
  if (const Json* refused = record.find("refused")) out.set("refused", *refused);
  auto release = s.releases.find(record.get_string_or("release", "").value_or(""));
  if (release == s.releases.end()) return out;
  const Contract& contract = s.contracts.at(release->second.contract.str());
  const Product* product = find(s.products, contract.terms.product);
  const Party* recipient = find(s.parties, contract.terms.recipient);
  return out.set("columns", encode(contract.terms.columns))
      .set("product", product ? product->form.name : "")
      .set("purpose", contract.terms.purpose)
      .set("recipient", recipient ? recipient->name : "")
      .set("release", release->first)
      .set("rows", record.get_int_or("rows", 0).value_or(0))
      .set("titles", titles_of(s, contract.terms.dataset, contract.terms.columns));
}

// Whether a search found rows of the person in a dataset that are there still.
bool found_in(const State& s, const SubjectRequest& r, const DatasetId& dataset) {
  return std::any_of(r.found.begin(), r.found.end(), [&](const FoundRows& rows) {
    const DestroyedKeys* gone = find(s.destroyed, rows.version);
    return rows.dataset == dataset && (rows.raw() ? version_with(s, r, rows).has_value() : !gone || !gone->whole);
  });
}

// What the controller holds about persons: datasets that still have a version with keys and columns that identify someone, what they are for and until when.
// After a search those where the person's rows were found, and beside them those that may hold the person and where nothing was found.
struct Holdings {
  Json held = Json::array(), may_hold = Json::array();
};
Holdings held_by(const State& s, const rules::LawPack& law, const SubjectRequest& r) {
  Holdings out;
  for (const auto& [id, dataset] : s.datasets) {
    if (dataset.owner != r.owner || (!r.dataset.empty() && r.dataset != dataset.id)) continue;
    auto last = std::find_if(dataset.versions.rbegin(), dataset.versions.rend(), [&](const VersionId& version) {
      const DatasetVersion* known = find(s.versions, version);
      return known && !columns_with_keys(s, *known).empty();
    });
    if (last == dataset.versions.rend()) continue;
    Json columns = Json::array();
    bool identifies = false;
    for (const CatalogField& f : dataset.columns) {
      identifies |= f.confirmed && f.identifying;
      columns.push(Json(f.column));
    }
    if (!identifies) continue;
    auto plan = std::find_if(s.plans.begin(), s.plans.end(), [&](const auto& p) { return p.second.dataset == dataset.id; });
    Json one = Json::object({{"columns", std::move(columns)}, {"kept_until_ms", retention_end(s, law, *last).at_ms},
                             {"title", dataset.title.empty() ? dataset.name : dataset.title}});
    if (plan != s.plans.end()) one.set("purpose", plan->second.purpose).set("source", plan->second.source_name);
    (!r.searched_ms || found_in(s, r, dataset.id) ? out.held : out.may_hold).push(std::move(one));
  }
  return out;
}

// What a search found, in words: how many rows of the person each version holds, and what became of it since. Of the same datasets the versions that came
// after the decision: where a correction by the source arrived.
Json found_shown(const State& s, const SubjectRequest& r) {
  Json out = Json::array(), later = Json::array();
  std::set<std::string> datasets;
  for (const FoundRows& rows : r.found) {
    const Dataset* dataset = find(s.datasets, rows.dataset);
    const DatasetVersion* version = find(s.versions, rows.version);
    const DestroyedKeys* gone = find(s.destroyed, rows.version);
    datasets.insert(rows.dataset.str());
    out.push(Json::object({{"column", rows.column}, {"in", name_of(rows.in.value_or(SearchedIn::version))}, {"rows", rows.rows}, {"sealed_ms", version ? version->at_ms : 0}, {"destroyed", gone && (gone->whole || gone->has(rows.column))},
                           {"title", !dataset ? "" : dataset->title.empty() ? dataset->name : dataset->title}, {"version", rows.version.str()}}));
  }
  for (const auto& [id, version] : s.versions)
    if (r.decided_ms != 0 && version.at_ms > r.decided_ms && version.masked_from.empty() && datasets.contains(version.dataset.str())) later.push(Json(id));
  return Json::object({{"found", std::move(out)}, {"held", r.held_searched.value_or(0)}, {"later_versions", std::move(later)}, {"masked", r.masked_searched.value_or(0)},
                       {"not_searched", not_searched_shown(s, r)}, {"searched_ms", r.searched_ms.value_or(0)}, {"versions", r.versions_searched.value_or(0)}});
}

// What was corrected of a person's request, or why not: field, version and number of cells, no value.
Json corrections_shown(const State& s, const SubjectRequestId& request) {
  Json out = Json::array();
  for (const auto& [id, c] : s.row_corrections) {
    if (c.request != request) continue;
    const Dataset* dataset = find(s.datasets, c.dataset);
    Json titles = titles_of(s, c.dataset, {c.column});
    out.push(Json::object({{"at_ms", std::max(c.done_ms, c.decided_ms)}, {"cells", c.corrected}, {"field", titles.as_array().front()}, {"reason", c.reason}, {"status", name_of(c.status)},
                           {"title", !dataset ? "" : dataset->title.empty() ? dataset->name : dataset->title}, {"version", c.new_version.str()}, {"way", name_of(c.way)}}));
  }
  return out;
}

Json consents_shown(const State& s, const SubjectId& subject) {
  Json out = Json::array();
  std::vector<ConsentId> all;
  for (const SubjectId& reference : references_of(s, subject))
    if (auto of = s.consents_of.find(reference.str()); of != s.consents_of.end()) all.insert(all.end(), of->second.begin(), of->second.end());
  for (const ConsentId& id : all) {
    const Consent& c = s.consents.at(id.str());
    const Product* product = find(s.products, c.form.product);
    const Party* recipient = find(s.parties, c.form.recipient);
    out.push(Json::object({{"at_ms", c.at_ms}, {"columns", encode(c.form.columns)}, {"expires_ms", c.form.expires_ms}, {"id", id.str()},
                           {"product", product ? product->form.name : ""}, {"purpose", c.form.purpose}, {"recipient", recipient ? recipient->name : ""},
                           {"titles", titles_of(s, product ? product->dataset : DatasetId(), c.form.columns)}, {"withdrawn", c.withdrawn}, {"withdrawn_ms", c.withdrawn_ms}}));
  }
  return out;
}

}  // namespace

Result<SubjectKey> SubjectKey::of(Node& node) {
  auto stored = node.registry().get(kLawKind, kKeyName);
  if (stored) return SubjectKey(std::move(*stored));
  if (stored.error().reason != "registry.not_found") return tl::unexpected(stored.error());
  TRY(node.registry().put(kLawKind, kKeyName, SecretBytes(random_bytes(node.random(), 32))));
  return SubjectKey(TRY(node.registry().get(kLawKind, kKeyName)));
}

SubjectId SubjectKey::reference(std::string_view identifier) const {
  Digest mac = hmac_sm3(key_.reveal("the key of references to data subjects"), view(identifier));
  return *SubjectId::parse("sb_" + hex(ByteView(mac).first(kReferenceBytes)));
}

Result<ConsentId> record_consent(Node& node, const Principal& by, std::string_view identifier, ConsentForm form, const std::optional<ConsentProof>& proof) {
  form.signature.reset();
  if (proof) form.signature = TRY(keep_consent_signature(node, identifier, form, *proof));
  std::optional<ConsentSignature> signature = form.signature;
  KnownSubject subject = TRY(known_subject(node, identifier));
  form.subject = subject.id;
  auto outcome = node.space().execute(as_node(by), RecordConsent{std::move(form), subject.commitment});
  if (!outcome) {
    forget_fresh(node, subject);
    if (signature) forget_consent_signature(node, *signature);
  }
  return TRY(std::move(outcome)).get<ConsentRecorded>().consent;
}

Result<SubjectRequestId> take_subject_request(Node& node, const Principal& by, std::string_view identifier, TakeSubjectRequest request) {
  if (request.identifier_kind == "id_number") {
    Verdict verdict = check_id_number(identifier, {.membership = nullptr, .today = civil_from_days(node.clock().now() / kDayMs)});
    // The reason says nothing of the number itself.
    if (!verdict.valid) return fail(Errc::invalid, "law.bad_id_number", std::string(verdict.reason) + ": " + std::string(wording_of(verdict.reason).zh) + " / " + std::string(wording_of(verdict.reason).en));
  }
  KnownSubject subject = TRY(known_subject(node, identifier));
  request.subject = subject.id;
  request.commitment = subject.commitment;
  auto outcome = node.space().execute(as_node(by), request);
  if (!outcome) forget_fresh(node, subject);
  return TRY(std::move(outcome)).get<SubjectRequestTaken>().request;
}

Result<VerifiedSubject> verify_subject(Node& node, const Principal& by, const SubjectRequestId& request, VerifiedBy method, const std::string& evidence) {
  std::string token = "sls_" + base64url(random_bytes(node.random(), 32));
  TRY(node.space().execute(as_node(by), VerifySubject{request, method, evidence, sm3(view(token))}));
  return VerifiedSubject{token};
}

Status answer_subject_request(Node& node, ledger::Store& store, const Principal& by, const SubjectRequestId& id, const std::string& note,
                              const KeyWorkId& key_work) {
  auto request = node.space().read([&](const State& s) -> std::optional<SubjectRequest> {
    const SubjectRequest* r = find(s.subject_requests, id);
    return r ? std::optional(*r) : std::nullopt;
  });
  if (!request) return fail(Errc::not_found, "law.request_not_found");
  Json answer = Json::object({{"note", note}, {"what", request->what}});
  if (request->what == "held")
    node.space().read([&](const State& s) {
      Holdings holdings = held_by(s, node.rules().law, *request);
      answer.set("held", std::move(holdings.held)).set("may_hold", std::move(holdings.may_hold));
    });
  if (request->what == "held" || request->what == "used") answer.set("not_told", not_told_shown(node.rules().law)).set("uses", TRY(uses_of(node, store, request->subject)));
  if (request->searched_ms) answer.set("search", node.space().read([&](const State& s) { return found_shown(s, *request); }));
  if (request->what == "correct") answer.set("corrections", node.space().read([&](const State& s) { return corrections_shown(s, request->id); }));
  answer.set("consents", node.space().read([&](const State& s) { return consents_shown(s, request->subject); }));
  std::string content = canonical(answer);
  TRY(node.registry().put(kAnswerKind, id.str(), SecretBytes(to_bytes(content))));
  auto outcome = node.space().execute(as_node(by), AnswerSubjectRequest{id, sm3(view(content)), note, key_work});
  if (!outcome) {
    (void)node.registry().erase(kAnswerKind, id.str());
    return tl::unexpected(outcome.error());
  }
  forget_linked_numbers(node, id);
  return {};
}

Result<Json> subject_answer(Node& node, const SubjectRequestId& request) {
  Digest digest = node.space().read([&](const State& s) {
    const SubjectRequest* r = find(s.subject_requests, request);
    return r && r->status == SubjectRequestStatus::answered ? r->answer : Digest{};
  });
  auto stored = node.registry().get(kAnswerKind, request.str());
  if (digest == Digest{} || !stored) return fail(Errc::not_found, "law.request_not_answered");
  std::string content(text(stored->reveal("the answer to a data subject, for who may read it")));
  if (sm3(view(content)) != digest) return fail(Errc::corrupt, "registry.tampered");
  return parse_json(content);
}

namespace {

// Every record of the access segments that holds this text. Most hold another: only those that do are parsed.
Status each_record_with(ledger::Store& store, const std::vector<std::string>& needles, const std::function<Status(Json)>& record) {
  auto last = TRY(store.last_segment());
  for (uint64_t segment = 0; last && segment <= last->id; segment++) {
    uint64_t from = 0, seen = 0;
    do {
      seen = 0;
      TRY(store.records(segment, from, kRecordsAtOnce, [&](const ledger::SegmentRecordRow& row) -> Status {
        seen++;
        auto holds = [&](const std::string& needle) { return row.record.find(needle) != std::string_view::npos; };
        if (std::none_of(needles.begin(), needles.end(), holds)) return {};
        return record(TRY(parse_json(row.record)));
      }));
      from += seen;
    } while (seen == kRecordsAtOnce);
  }
  return {};
}

}  // namespace

Result<Json> uses_of(Node& node, ledger::Store& store, const SubjectId& subject) {
  std::vector<Json> found;
  std::vector<std::string> needles;
  for (const SubjectId& reference : node.space().read([&](const State& s) { return references_of(s, subject); })) needles.push_back("\"subject\":\"" + reference.str() + "\"");
  TRY(each_record_with(store, needles, [&](Json record) -> Status {
    std::string kind = record.get_string_or("kind", "").value_or("");
    if (kind == "api.page" || kind == kFileOfPersonKind || kind == kProvisionOfPersonKind) found.push_back(std::move(record));
    return {};
  }));
  return node.space().read([&](const State& s) {
    Json out = Json::array();
    for (const Json& record : found)
      if (auto one = told(s, node.rules().law, record)) out.push(std::move(*one));
    return out;
  });
}

Result<SecretText> identifier_of(Node& node, const SubjectId& subject) {
  auto stored = node.registry().get(kSubjectKind, subject.str());
  if (!stored) return stored.error().reason == "registry.not_found" ? fail(Errc::not_found, "law.identifier_erased") : tl::unexpected(stored.error());
  auto item = TRY(decode<SubjectItem>(TRY(parse_json(text(stored->reveal("a data subject's identifier, to find the rows"))))));
  return SecretText(std::move(item.identifier));
}

Result<std::vector<ConsentingPerson>> persons_of_release(Node& node, ledger::Store& store, const ReleaseId& release) {
  std::vector<ConsentingPerson> out;
  TRY(each_record_with(store, {"\"release\":\"" + release.str() + "\""}, [&](Json record) -> Status {
    if (record.get_string_or("kind", "").value_or("") != kFileOfPersonKind) return {};
    auto subject = TRY(SubjectId::parse(TRY(record.get_string("subject"))));
    auto consent = TRY(ConsentId::parse(TRY(record.get_string("consent"))));
    SecretText identifier = TRY(identifier_of(node, subject));
    out.push_back({std::move(subject), std::move(consent), std::move(identifier)});
    return {};
  }));
  return out;
}

Result<std::vector<ConsentingPerson>> consenting_persons(Node& node, const ContractTerms& terms) {
  TimeMs now = node.space().now();
  std::vector<ConsentingPerson> out = node.space().read([&](const State& s) {
    std::vector<ConsentingPerson> found;
    for (const auto& [subject, consents] : s.consents_of) {
      auto id = SubjectId::parse(subject);
      auto consent = id ? consent_for(s, terms, *id, now) : Result<ConsentId>(tl::unexpected(id.error()));
      if (consent) found.push_back({*id, *consent, SecretText()});
    }
    return found;
  });
  for (ConsentingPerson& person : out) person.identifier = TRY(identifier_of(node, person.subject));
  return out;
}

Status record_release_of_persons(Node& node, const ReleaseId& release, const std::vector<ConsentingPerson>& persons) {
  for (const ConsentingPerson& person : persons)
    TRY(node.space().record(Json::object({{"at_ms", node.space().now()}, {"consent", person.consent.str()}, {"kind", kFileOfPersonKind},
                                          {"release", release.str()}, {"subject", person.subject.str()}})));
  return {};
}

Status record_provision_of_persons(Node& node, const ProvisionId& provision, const std::vector<std::string>& numbers) {
  SubjectKey key = TRY(SubjectKey::of(node));
  std::set<std::string> subjects;
  for (const std::string& number : numbers) subjects.insert(key.reference(number).str());
  for (const std::string& subject : subjects)
    TRY(node.space().record(Json::object({{"at_ms", node.space().now()}, {"kind", kProvisionOfPersonKind}, {"provision", provision.str()}, {"subject", subject}})));
  return {};
}

Result<SubjectId> subject_of_token(Node& node, std::string_view token) {
  if (!token.starts_with("sls_") || token.size() > 100) return fail(Errc::unauthenticated, "law.bad_token");
  Digest digest = sm3(view(token));
  TimeMs now = node.space().now();
  return node.space().read([&](const State& s) -> Result<SubjectId> {
    for (const auto& [id, r] : s.subject_requests)
      if (r.verified_ms != 0 && now < r.verified_ms + kTokenDays * kDayMs && equal_const_time(r.token_digest, digest)) return r.subject;
    return fail(Errc::unauthenticated, "law.bad_token");
  });
}

Result<Json> own_record(Node& node, ledger::Store& store, std::string_view token) {
  SubjectId subject = TRY(subject_of_token(node, token));
  // On record before anything is shown.
  TRY(node.space().record(Json::object({{"at_ms", node.space().now()}, {"kind", "subject.record_read"}, {"subject", subject.str()}})));
  Json uses = TRY(uses_of(node, store, subject));
  return node.space().read([&](const State& s) {
    Json requests = Json::array();
    for (const auto& [id, r] : s.subject_requests)
      if (r.subject == subject)
        requests.push(Json::object({{"at_ms", r.at_ms}, {"corrections", r.what == "correct" ? corrections_shown(s, r.id) : Json::array()}, {"due_ms", r.due_ms}, {"id", id},
                                    {"note", r.note}, {"reason", r.reason}, {"status", name_of(r.status)}, {"what", r.what}}));
    return Json::object({{"consents", consents_shown(s, subject)}, {"not_told", not_told_shown(node.rules().law)}, {"requests", std::move(requests)}, {"uses", std::move(uses)}});
  });
}

Status withdraw_own_consent(Node& node, std::string_view token, const ConsentId& id) {
  SubjectId subject = TRY(subject_of_token(node, token));
  bool own = node.space().read([&](const State& s) {
    const Consent* consent = find(s.consents, id);
    auto mine = references_of(s, subject);
    return consent && std::find(mine.begin(), mine.end(), consent->form.subject) != mine.end();
  });
  if (!own) return fail(Errc::not_found, "law.consent_not_found");
  TRY(node.space().execute(kPersonsWord, WithdrawConsent{id, "本人撤回"}));
  return {};
}

}  // namespace sluice::node
