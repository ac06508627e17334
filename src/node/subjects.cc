#include "node/subjects.h"

#include <algorithm>

#include "crypto/hash.h"
#include "ledger/commitment.h"
#include "node/work.h"
#include "space/law/legal_case.h"
#include "space/law/retention.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kSubjectKind = "subject", kAnswerKind = "subject-answer", kLawKind = "law", kKeyName = "subject_key";
constexpr size_t kIdentifierBytesMax = 50, kReferenceBytes = 16;
constexpr TimeMs kTokenDays = 30;
constexpr std::string_view kFileOfPersonKind = "release.person";
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

// The access record as the person reads it: names in place of ids.
Json told(const State& s, const Json& record) {
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
      .set("rows", record.get_int_or("rows", 0).value_or(0));
}

// What the controller holds about persons: datasets with columns that identify someone, what they are for and until when.
Json held_by(const State& s, const rules::LawPack& law, const PartyId& owner) {
  Json out = Json::array();
  for (const auto& [id, dataset] : s.datasets) {
    if (dataset.owner != owner || dataset.versions.empty()) continue;
    Json columns = Json::array();
    bool identifies = false;
    for (const CatalogField& f : dataset.columns) {
      identifies |= f.confirmed && f.identifying;
      columns.push(Json(f.column));
    }
    if (!identifies) continue;
    auto plan = std::find_if(s.plans.begin(), s.plans.end(), [&](const auto& p) { return p.second.dataset == dataset.id; });
    Json one = Json::object({{"columns", std::move(columns)}, {"kept_until_ms", retention_end(s, law, dataset.versions.back()).at_ms},
                             {"title", dataset.title.empty() ? dataset.name : dataset.title}});
    if (plan != s.plans.end()) one.set("purpose", plan->second.purpose).set("source", plan->second.source_name);
    out.push(std::move(one));
  }
  return out;
}

Json consents_shown(const State& s, const SubjectId& subject) {
  Json out = Json::array();
  auto of = s.consents_of.find(subject.str());
  if (of == s.consents_of.end()) return out;
  for (const ConsentId& id : of->second) {
    const Consent& c = s.consents.at(id.str());
    const Product* product = find(s.products, c.form.product);
    const Party* recipient = find(s.parties, c.form.recipient);
    out.push(Json::object({{"at_ms", c.at_ms}, {"columns", encode(c.form.columns)}, {"expires_ms", c.form.expires_ms}, {"id", id.str()},
                           {"product", product ? product->form.name : ""}, {"purpose", c.form.purpose}, {"recipient", recipient ? recipient->name : ""},
                           {"withdrawn", c.withdrawn}, {"withdrawn_ms", c.withdrawn_ms}}));
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

Result<ConsentId> record_consent(Node& node, const Principal& by, std::string_view identifier, ConsentForm form) {
  KnownSubject subject = TRY(known_subject(node, identifier));
  form.subject = subject.id;
  auto outcome = node.space().execute(as_node(by), RecordConsent{std::move(form), subject.commitment});
  if (!outcome) forget_fresh(node, subject);
  return TRY(std::move(outcome)).get<ConsentRecorded>().consent;
}

Result<SubjectRequestId> take_subject_request(Node& node, const Principal& by, std::string_view identifier, TakeSubjectRequest request) {
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
    answer.set("held", node.space().read([&](const State& s) { return held_by(s, node.rules().law, request->owner); }));
  if (request->what == "held" || request->what == "used") answer.set("uses", TRY(uses_of(node, store, request->subject)));
  answer.set("consents", node.space().read([&](const State& s) { return consents_shown(s, request->subject); }));
  std::string content = canonical(answer);
  TRY(node.registry().put(kAnswerKind, id.str(), SecretBytes(to_bytes(content))));
  auto outcome = node.space().execute(as_node(by), AnswerSubjectRequest{id, sm3(view(content)), note, key_work});
  if (!outcome) {
    (void)node.registry().erase(kAnswerKind, id.str());
    return tl::unexpected(outcome.error());
  }
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

Result<Json> uses_of(Node& node, ledger::Store& store, const SubjectId& subject) {
  std::vector<Json> found;
  auto last = TRY(store.last_segment());
  std::string needle = "\"subject\":\"" + subject.str() + "\"";
  for (uint64_t segment = 0; last && segment <= last->id; segment++) {
    uint64_t from = 0, seen = 0;
    do {
      seen = 0;
      TRY(store.records(segment, from, kRecordsAtOnce, [&](const ledger::SegmentRecordRow& row) -> Status {
        seen++;
        // Most records are of others; only those that name the person are parsed.
        if (row.record.find(needle) == std::string_view::npos) return {};
        Json record = TRY(parse_json(row.record));
        std::string kind = record.get_string_or("kind", "").value_or("");
        if (kind == "api.page" || kind == kFileOfPersonKind) found.push_back(std::move(record));
        return {};
      }));
      from += seen;
    } while (seen == kRecordsAtOnce);
  }
  return node.space().read([&](const State& s) {
    Json out = Json::array();
    for (const Json& record : found) out.push(told(s, record));
    return out;
  });
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
  for (ConsentingPerson& person : out) {
    auto stored = TRY(node.registry().get(kSubjectKind, person.subject.str()));
    auto item = TRY(decode<SubjectItem>(TRY(parse_json(text(stored.reveal("a data subject's identifier, to find the rows"))))));
    person.identifier = SecretText(std::move(item.identifier));
  }
  return out;
}

Status record_release_of_persons(Node& node, const ReleaseId& release, const std::vector<ConsentingPerson>& persons) {
  for (const ConsentingPerson& person : persons)
    TRY(node.space().record(Json::object({{"at_ms", node.space().now()}, {"consent", person.consent.str()}, {"kind", kFileOfPersonKind},
                                          {"release", release.str()}, {"subject", person.subject.str()}})));
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
        requests.push(Json::object({{"at_ms", r.at_ms}, {"due_ms", r.due_ms}, {"id", id}, {"note", r.note}, {"reason", r.reason},
                                    {"status", name_of(r.status)}, {"what", r.what}}));
    return Json::object({{"consents", consents_shown(s, subject)}, {"requests", std::move(requests)}, {"uses", std::move(uses)}});
  });
}

Status withdraw_own_consent(Node& node, std::string_view token, const ConsentId& id) {
  SubjectId subject = TRY(subject_of_token(node, token));
  bool own = node.space().read([&](const State& s) {
    const Consent* consent = find(s.consents, id);
    return consent && consent->form.subject == subject;
  });
  if (!own) return fail(Errc::not_found, "law.consent_not_found");
  TRY(node.space().execute(kPersonsWord, WithdrawConsent{id, "本人撤回"}));
  return {};
}

}  // namespace sluice::node
