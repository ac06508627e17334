// The legal station: registers, cases, requests of persons, statutory provisions, retention; and the person's own record.
#include "edge/api/envelope_download.h"
#include "edge/api/scanned_form.h"
#include "edge/http/problem.h"
#include "node/row_correction.h"
#include "node/subject_links.h"
#include "node/subject_search.h"
#include "node/subjects.h"

namespace sluice::api {

using namespace space;

Answer scan_answer(Core& core, Call& call, const Digest& digest) {
  if (digest == Digest{}) return fail(Errc::not_found, "law.no_scan");
  SecretBytes bytes = TRY(node::scan_of(core.node, digest));
  TRY(core.node.space().record(Json::object({{"at_ms", core.node.clock().now()}, {"kind", "law.scan_read"}, {"object", call.param("id")}, {"person", call.by.person.str()}})));
  http::Response response;
  response.status = 200;
  response.headers.emplace("Content-Type", "application/octet-stream");
  response.headers.emplace("Cache-Control", "no-store");
  response.body = std::string(text(bytes.reveal("a scan, for who may see its paper")));
  return response;
}

namespace {

constexpr std::string_view kMine = "/api/v1/my";

Look law_look(std::string_view name, std::string id) {
  return [name, id = std::move(id)](const node::View& view) { return view.law_entry(name, id); };
}

void add_register(Core& core, std::string_view name, std::string_view list, std::string_view one) {
  core.get(list, [&core, name](Call& call) {
    return core.list(call, [name](const node::View& view, const node::ListAsk& ask) { return view.law_register(name, ask); });
  });
  core.get(one, [&core, name](Call& call) { return core.show(call, law_look(name, call.param("id"))); });
}

template <class C>
void add_law_action(Core& core, std::string_view pattern, std::string_view name, std::string_view member) {
  core.post(pattern, [&core, name, member](Call& call) -> Answer {
    auto command = TRY(command_of<C>(call.request, {{member, call.param("id")}}));
    return core.act(call, command, law_look(name, call.param("id")));
  });
}

Answer enter_paper(Core& core, Call& call) {
  auto form = TRY(form_of<PaperForm>(core, call.request, {"kind", "title", "number", "authority"}));
  auto outcome = TRY(core.node.space().execute(call.by, EnterPaper{std::move(form)}));
  return core.object(call, TRY(core.look(call.by, law_look("papers", outcome.get<PaperEntered>().paper.str()))), 201);
}

Answer draft_assessment(Core& core, Call& call) {
  auto form = TRY(form_of<AssessmentForm>(core, call.request, {"product", "recipient", "purpose", "columns", "answers", "risks"}));
  auto outcome = TRY(core.node.space().execute(call.by, DraftAssessment{std::move(form)}));
  return core.object(call, TRY(core.look(call.by, law_look("assessments", outcome.get<AssessmentDrafted>().assessment.str()))), 201);
}

// Takes the person's identifier out of a body, so that what is decoded never has it.
Result<std::string> take_identifier(Json& body) {
  std::string identifier = TRY(body.get_string("identifier"));
  body.erase("identifier");
  return identifier;
}

// The person's own signature beside a consent: `signature` (sluice-signature/1) and `certificate` (PEM, or DER in base64).
Result<std::optional<node::ConsentProof>> take_proof(Json& body) {
  const Json *signature = body.find("signature"), *certificate = body.find("certificate");
  if (!signature && certificate) return fail(Errc::invalid, "record.missing_field", "signature");
  if (!signature) return std::optional<node::ConsentProof>();
  node::ConsentProof proof{*signature};
  if (certificate) {
    if (!certificate->is_string()) return fail(Errc::invalid, "record.wrong_kind", "certificate");
    const std::string& given = certificate->as_string();
    proof.certificate = given.starts_with("-----BEGIN ") ? to_bytes(given) : TRY(from_base64(given));
  }
  body.erase("signature");
  body.erase("certificate");
  return std::optional(std::move(proof));
}

Result<ConsentForm> consent_form(const Json& body, std::initializer_list<std::string_view> demanded) {
  auto form = TRY(decode<ConsentForm>(TRY(completed(encode(ConsentForm{}), body, demanded, {}))));
  if (!form.subject.empty()) return fail(Errc::invalid, "law.reference_given");
  return form;
}

Answer add_consent(Core& core, Call& call) {
  Json body = TRY(body_of(call.request));
  std::string identifier = TRY(take_identifier(body));
  auto proof = TRY(take_proof(body));
  auto form = TRY(consent_form(body, {"product", "recipient", "purpose", "columns", "expires_ms", "evidence"}));
  auto id = TRY(node::record_consent(core.node, call.by, identifier, std::move(form), proof));
  return core.object(call, TRY(core.look(call.by, law_look("consents", id.str()))), 201);
}

// What the person signs: for who may see the product that it is about.
Answer consent_text(Core& core, Call& call) {
  Json body = TRY(body_of(call.request));
  std::string identifier = TRY(take_identifier(body));
  auto form = TRY(consent_form(body, {"product", "recipient", "purpose", "columns", "expires_ms"}));
  TRY(core.look(call.by, [&](const node::View& view) { return view.product(form.product.str()); }));
  return json_of(200, Json::object({{"document", TRY(node::consent_document(core.node, identifier, form))}}));
}

Answer signed_consent(Core& core, Call& call) {
  auto id = TRY(id_of<ConsentId>(call.param("id"), "law.consent_not_found"));
  TRY(core.look(call.by, law_look("consents", call.param("id"))));
  Json shown = TRY(node::consent_signature(core.node, id));
  TRY(core.node.space().record(Json::object({{"at_ms", core.node.clock().now()}, {"kind", "law.consent_signature_read"}, {"object", call.param("id")}, {"person", call.by.person.str()}})));
  http::Response response = json_of(200, shown);
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

Answer add_request(Core& core, Call& call) {
  Json body = TRY(body_of(call.request));
  std::string identifier = TRY(take_identifier(body));
  std::string kind = body.find("identifier_kind") ? TRY(body.get_string("identifier_kind")) : "id_number";
  body.erase("identifier_kind");
  auto request = TRY(decode<TakeSubjectRequest>(TRY(completed(encode(TakeSubjectRequest{}), body, {"what", "channel"}, {}))));
  if (!request.subject.empty()) return fail(Errc::invalid, "law.reference_given");
  request.identifier_kind = kind;
  auto id = TRY(node::take_subject_request(core.node, call.by, identifier, std::move(request)));
  return core.object(call, TRY(core.look(call.by, law_look("requests", id.str()))), 201);
}

Answer verify_request(Core& core, Call& call) {
  auto command = TRY(command_of<VerifySubject>(call.request, {{"request", call.param("id")}}, {"method", "evidence"}));
  auto verified = TRY(node::verify_subject(core.node, call.by, command.request, command.method, command.evidence));
  Json shown = TRY(core.look(call.by, law_look("requests", call.param("id"))));
  return core.object(call, Json::object({{"request", std::move(shown)}, {"token", verified.token}}));
}

Answer search_request(Core& core, Call& call) {
  auto id = TRY(id_of<SubjectRequestId>(call.param("id"), "law.request_not_found"));
  TRY(core.look(call.by, law_look("requests", call.param("id"))));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, id](const node::ProgressFn& progress) -> Result<Json> { return encode(TRY(node::search_subject(node, by, id, progress))); };
  return core.run(call, "subject-search", work, [&core, by = call.by, id](const Json&) -> Result<Json> { return core.look(by, law_look("requests", id.str())); });
}

// The person's other numbers that a search found, in part: the reading is a record.
Answer links_of_request(Core& core, Call& call) {
  auto id = TRY(id_of<SubjectRequestId>(call.param("id"), "law.request_not_found"));
  TRY(core.look(call.by, law_look("requests", call.param("id"))));
  http::Response response = json_of(200, TRY(node::linked_numbers_shown(core.node, call.by, id)));
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

Answer decide_request(Core& core, Call& call) {
  auto command = TRY(command_of<DecideSubjectRequest>(call.request, {{"request", call.param("id")}}));
  TRY(node::decide_subject_request(core.node, call.by, command));
  return core.object(call, TRY(core.look(call.by, law_look("requests", call.param("id")))));
}

// One key work over all versions that were found; others witness it.
Answer delete_found(Core& core, Call& call) {
  auto id = TRY(id_of<SubjectRequestId>(call.param("id"), "law.request_not_found"));
  TRY(core.look(call.by, law_look("requests", call.param("id"))));
  return json_of(201, encode(TRY(node::propose_deletion(core.node, call.by, id))));
}

Answer answer_request(Core& core, Call& call) {
  if (!core.store) return fail(Errc::unreachable, "ledger.read_only");
  auto command = TRY(command_of<AnswerSubjectRequest>(call.request, {{"request", call.param("id")}}, {"note"}));
  TRY(node::answer_subject_request(core.node, *core.store, call.by, command.request, command.note, command.key_work));
  return core.object(call, TRY(core.look(call.by, law_look("requests", call.param("id")))));
}

Answer propose_correction(Core& core, Call& call) {
  std::string id = call.param("id");
  auto ask = TRY(command_of<node::CorrectionAsk>(call.request, {{"request", id}}, {"version", "column", "evidence"}));
  TRY(core.look(call.by, law_look("requests", id)));
  TRY(node::propose_correction(core.node, call.by, std::move(ask)));
  return core.object(call, TRY(core.look(call.by, law_look("requests", id))), 201);
}

Result<std::string> request_of_correction(Core& core, const RowCorrectionId& id) {
  auto request = core.node.space().read([&](const State& s) {
    const RowCorrection* found = find(s.row_corrections, id);
    return found ? found->request.str() : std::string();
  });
  return request.empty() ? fail(Errc::not_found, "law.correction_not_found") : Result<std::string>(request);
}

// A reading is recorded, hence a POST.
Answer correction_value(Core& core, Call& call) {
  auto id = TRY(id_of<RowCorrectionId>(call.param("id"), "law.correction_not_found"));
  http::Response response = json_of(200, encode(TRY(node::read_correction(core.node, call.by, id))));
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

Answer decide_correction(Core& core, Call& call) {
  auto command = TRY(command_of<DecideRowCorrection>(call.request, {{"correction", call.param("id")}}, {"approve", "reason"}));
  TRY(node::decide_correction(core.node, call.by, command));
  return core.object(call, TRY(core.look(call.by, law_look("requests", TRY(request_of_correction(core, command.correction))))));
}

Answer carry_out_correction(Core& core, Call& call) {
  auto id = TRY(id_of<RowCorrectionId>(call.param("id"), "law.correction_not_found"));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, id](const node::ProgressFn& progress) -> Result<Json> { return encode(TRY(node::carry_out_correction(node, by, id, progress))); };
  return core.run(call, "correct-cells", work);
}

Answer request_provision(Core& core, Call& call) {
  auto form = TRY(form_of<ProvisionForm>(core, call.request, {"kind", "document", "reason", "basis", "dataset", "version", "columns"}));
  auto id = TRY(node::request_provision(core.node, call.by, RequestProvision{std::move(form)}));
  return core.object(call, TRY(core.look(call.by, law_look("provisions", id.str()))), 201);
}

Answer deliver_provision(Core& core, Call& call) {
  auto id = TRY(id_of<ProvisionId>(call.param("id"), "law.provision_not_found"));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, id](const node::ProgressFn& progress) -> Result<Json> {
    TRY(node::deliver_provision(node, by, id, progress));
    return Json::object();
  };
  return core.run(call, "provision", work, [&core, by = call.by, id](const Json&) -> Result<Json> { return core.look(by, law_look("provisions", id.str())); });
}

bool offered(const Json& object, std::string_view action) {
  for (const Json& can : object.find("can")->as_array())
    if (can.as_string() == action) return true;
  return false;
}

Answer fetch_provision(Core& core, Call& call) {
  auto id = TRY(id_of<ProvisionId>(call.param("id"), "law.provision_not_found"));
  Json shown = TRY(core.look(call.by, law_look("provisions", id.str())));
  if (const Json* said = shown.find("destruction"); said && said->is_object())
    return fail(Errc::refused, "destruction.certified_already", rfc3339(said->get_int_or("at_ms", 0).value_or(0)));
  if (!offered(shown, "fetch")) return fail(Errc::refused, "law.provision_not_delivered");
  TRY(core.node.space().record(Json::object({{"at_ms", core.node.clock().now()}, {"kind", "provision.file_fetched"}, {"person", call.by.person.str()}, {"provision", id.str()}})));
  return envelope_download(node::provision_path(core.node, id), id.str());
}

Answer notice_of_provision(Core& core, Call& call) {
  auto id = TRY(id_of<ProvisionId>(call.param("id"), "law.provision_not_found"));
  TRY(core.look(call.by, law_look("provisions", id.str())));
  return core.object(call, TRY(node::provision_notice(core.node, id)));
}

// The certificate as `sluice destroy-certificate` writes it from the notice.
Answer take_provision_certificate(Core& core, Call& call) {
  Json body = TRY(body_of(call.request));
  if (TRY(body.get_string("format")) != kDestructionFormat) return fail(Errc::invalid, "destruction.unknown_format");
  if (TRY(body.get_string("provision")) != call.param("id")) return fail(Errc::refused, "destruction.of_something_else");
  body.erase("format");
  return core.act(call, TRY(decode<CertifyProvision>(body)), law_look("provisions", call.param("id")));
}

Answer check_consent(Core& core, Call& call) {
  auto command = TRY(command_of<CheckConsent>(call.request, {{"consent", call.param("id")}}, {"accept", "note"}));
  TRY(node::check_consent(core.node, call.by, command));
  return core.object(call, TRY(core.look(call.by, law_look("consents", call.param("id")))));
}

Answer search_consent(Core& core, Call& call) {
  auto id = TRY(id_of<ConsentId>(call.param("id"), "law.consent_not_found"));
  TRY(core.look(call.by, law_look("consents", id.str())));
  TRY(node::search_consent(core.node, call.by, id));
  return core.object(call, TRY(core.look(call.by, law_look("consents", id.str()))));
}

// The scan behind a paper or a provision; reading it is a record.
Answer scan(Core& core, Call& call, std::string_view name) {
  Json shown = TRY(core.look(call.by, law_look(name, call.param("id"))));
  Digest digest = TRY(digest_from_hex(TRY(shown.find("form")->get_string("digest"))));
  return scan_answer(core, call, digest);
}

std::string_view bearer(const http::Request& request) {
  const std::string* authorization = request.header("authorization");
  std::string_view token = authorization ? std::string_view(*authorization) : std::string_view();
  if (token.starts_with("Bearer ")) token.remove_prefix(7);
  return token;
}

Answer own_record(Core& core, const http::Request& request) {
  if (!core.store) return fail(Errc::unreachable, "ledger.read_only");
  auto record = node::own_record(core.node, *core.store, bearer(request));
  if (!record) {
    if (record.error().reason == "law.bad_token") return tl::unexpected(core.refuse_stranger(request, kMine, record.error()));
    return tl::unexpected(record.error());
  }
  http::Response response = json_of(200, *record);
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

// Who asks comes first: a stranger is not told which ids have the form of one.
Answer withdraw_own(Core& core, const http::Request& request, const http::Params& params) {
  auto subject = node::subject_of_token(core.node, bearer(request));
  if (!subject) return tl::unexpected(core.refuse_stranger(request, kMine, subject.error()));
  auto consent = TRY(id_of<ConsentId>(params.find("id")->second, "law.consent_not_found"));
  TRY(node::withdraw_own_consent(core.node, bearer(request), consent));
  return own_record(core, request);
}

void add_register_routes(Core& core) {
  add_register(core, "papers", "/api/v1/law/papers", "/api/v1/law/papers/{id}");
  add_register(core, "assessments", "/api/v1/law/assessments", "/api/v1/law/assessments/{id}");
  add_register(core, "consents", "/api/v1/law/consents", "/api/v1/law/consents/{id}");
  add_register(core, "requests", "/api/v1/law/requests", "/api/v1/law/requests/{id}");
  add_register(core, "provisions", "/api/v1/law/provisions", "/api/v1/law/provisions/{id}");
  core.post("/api/v1/law/papers", [&core](Call& call) { return enter_paper(core, call); });
  add_law_action<CheckPaper>(core, "/api/v1/law/papers/{id}/check", "papers", "paper");
  add_law_action<EndPaper>(core, "/api/v1/law/papers/{id}/end", "papers", "paper");
  core.get("/api/v1/law/papers/{id}/scan", [&core](Call& call) { return scan(core, call, "papers"); });
  core.post("/api/v1/law/assessments", [&core](Call& call) { return draft_assessment(core, call); });
  add_law_action<DecideAssessment>(core, "/api/v1/law/assessments/{id}/decide", "assessments", "assessment");
  core.post("/api/v1/law/consents", [&core](Call& call) { return add_consent(core, call); });
  core.post("/api/v1/law/consents/text", [&core](Call& call) { return consent_text(core, call); });
  core.get("/api/v1/law/consents/{id}/signature", [&core](Call& call) { return signed_consent(core, call); });
  core.post("/api/v1/law/consents/{id}/check", [&core](Call& call) { return check_consent(core, call); });
  core.post("/api/v1/law/consents/{id}/search", [&core](Call& call) { return search_consent(core, call); });
  add_law_action<ConfirmUnsearchable>(core, "/api/v1/law/consents/{id}/confirm-unsearchable", "consents", "consent");
  add_law_action<WithdrawConsent>(core, "/api/v1/law/consents/{id}/withdraw", "consents", "consent");
  core.get("/api/v1/law/cases/{id}", [&core](Call& call) {
    return core.show(call, [&](const node::View& view) { return view.law_case(call.param("id")); });
  });
  core.get("/api/v1/law/template", [&core](Call& call) { return core.object(call, encode(core.node.rules().law)); });
}

}  // namespace

void add_law_routes(Core& core) {
  add_register_routes(core);
  core.post("/api/v1/law/requests", [&core](Call& call) { return add_request(core, call); });
  core.post("/api/v1/law/requests/{id}/verify", [&core](Call& call) { return verify_request(core, call); });
  core.post("/api/v1/law/requests/{id}/decide", [&core](Call& call) { return decide_request(core, call); });
  core.get("/api/v1/law/requests/{id}/links", [&core](Call& call) { return links_of_request(core, call); });
  add_law_action<DecideSubjectLinks>(core, "/api/v1/law/requests/{id}/links", "requests", "request");
  core.post("/api/v1/law/requests/{id}/search", [&core](Call& call) { return search_request(core, call); });
  core.post("/api/v1/law/requests/{id}/delete", [&core](Call& call) { return delete_found(core, call); });
  core.post("/api/v1/law/requests/{id}/corrections", [&core](Call& call) { return propose_correction(core, call); });
  core.post("/api/v1/law/corrections/{id}/value", [&core](Call& call) { return correction_value(core, call); });
  core.post("/api/v1/law/corrections/{id}/decide", [&core](Call& call) { return decide_correction(core, call); });
  core.post("/api/v1/law/corrections/{id}/carry-out", [&core](Call& call) { return carry_out_correction(core, call); });
  core.post("/api/v1/law/requests/{id}/answer", [&core](Call& call) { return answer_request(core, call); });
  core.get("/api/v1/law/requests/{id}/answer", [&core](Call& call) -> Answer {
    TRY(core.look(call.by, law_look("requests", call.param("id"))));
    return core.object(call, TRY(node::subject_answer(core.node, TRY(id_of<SubjectRequestId>(call.param("id"), "law.request_not_found")))));
  });
  core.post("/api/v1/law/provisions", [&core](Call& call) { return request_provision(core, call); });
  add_law_action<ApproveProvision>(core, "/api/v1/law/provisions/{id}/approve", "provisions", "provision");
  add_law_action<NoteProvision>(core, "/api/v1/law/provisions/{id}/note", "provisions", "provision");
  core.post("/api/v1/law/provisions/{id}/deliver", [&core](Call& call) { return deliver_provision(core, call); });
  core.get("/api/v1/law/provisions/{id}/file", [&core](Call& call) { return fetch_provision(core, call); });
  core.get("/api/v1/law/provisions/{id}/scan", [&core](Call& call) { return scan(core, call, "provisions"); });
  core.get("/api/v1/law/provisions/{id}/notice", [&core](Call& call) { return notice_of_provision(core, call); });
  core.post("/api/v1/law/provisions/{id}/destruction", [&core](Call& call) { return take_provision_certificate(core, call); });
  add_law_action<ChaseProvision>(core, "/api/v1/law/provisions/{id}/chase", "provisions", "provision");
  core.get("/api/v1/law/retention", [&core](Call& call) {
    return core.show(call, [](const node::View& view) -> Result<Json> { return view.retention(); });
  });
  core.post("/api/v1/law/retention/{id}/keep", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<KeepLonger>(call.request, {{"version", call.param("id")}}, {"until_ms", "reason"}));
    return core.act(call, command, [](const node::View& view) -> Result<Json> { return view.retention(); });
  });
  core.post("/api/v1/law/retention/{id}/end-hold", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<EndHold>(call.request, {{"version", call.param("id")}}, {"reason"}));
    return core.act(call, command, [](const node::View& view) -> Result<Json> { return view.retention(); });
  });
  core.post("/api/v1/releases/{id}/chase", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<ChaseRecipient>(call.request, {{"release", call.param("id")}}, {"note"}));
    return core.act(call, command, [id = call.param("id")](const node::View& view) { return view.release(id); });
  });
  core.get("/api/v1/law/report", [&core](Call& call) {
    return core.show(call, [](const node::View& view) -> Result<Json> { return view.law_report(); });
  });
  auto unauthenticated = [](Answer answer, const http::Request& request) -> Answer {
    if (answer || answer.error().code != Errc::unauthenticated) return answer;
    http::Response response = http::problem(answer.error(), request);
    response.headers.emplace("WWW-Authenticate", "Bearer");
    return response;
  };
  core.open(http::Method::get, kMine, [&core, unauthenticated](const http::Request& request, const http::Params&) -> Answer {
    return unauthenticated(own_record(core, request), request);
  });
  core.open(http::Method::post, "/api/v1/my/consents/{id}/withdraw", [&core, unauthenticated](const http::Request& request, const http::Params& params) -> Answer {
    return unauthenticated(withdraw_own(core, request, params), request);
  });
}

}  // namespace sluice::api
