// sluice certificate …: SM2 certificates of people, the authorities that issue them, and their revocation lists.
#include <cstdio>

#include "base/file.h"
#include "crypto/certificate.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "node/certificates.h"

namespace sluice::cli {

namespace {

constexpr size_t kCertificateFileMax = 64u << 10, kListFileMax = 8u << 20;

std::vector<Option> certificate_options(std::initializer_list<Option> own) {
  std::vector<Option> out{edge::kSpaceOption};
  out.insert(out.end(), own);
  for (const Option& option : {kAsOption, kPasswordFileOption, kCodeOption, kPassphraseFileOption, kShareOption, kSharePassphraseOption}) out.push_back(option);
  out.push_back({"--json", "", "on one line"});
  return out;
}

int certificate_answer(const Result<Json>& json, const Args& args) {
  if (!json) return report(json.error(), args);
  std::printf("%s\n", args.json() ? canonical(*json).c_str() : pretty(*json).c_str());
  return 0;
}

// PEM as it is, DER as base64: what the API takes.
Result<std::string> file_for_api(const std::string& path, size_t bytes_max) {
  Bytes file = TRY(read_file(path, bytes_max));
  return text(file).starts_with("-----BEGIN ") ? std::string(text(file)) : base64(file);
}

int run_certificate_request(const Args& args) {
  auto request = [&]() -> Result<std::string> {
    HeldPartyKey key = TRY(hold_party_key(args, kPassphraseFileOption.name));
    return certificate_request(key, *args.value("--name"), args.value_or("--organisation", ""));
  }();
  if (!request) return report(request.error(), args);
  if (auto out = args.value("--out")) {
    Status written = write_file(*out, view(*request));
    return written ? 0 : report(written.error(), args);
  }
  std::printf("%s", request->c_str());
  return 0;
}

int run_certificate_list(const Args& args) {
  return certificate_answer([&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.get("/api/v1/certificates");
  }(), args);
}

int run_certificate_register(const Args& args) {
  return certificate_answer([&]() -> Result<Json> {
    Bytes file = TRY(read_file(*args.value("CERTIFICATE"), kCertificateFileMax));
    auto certificate = TRY(SmCertificate::read(file));
    auto key = TRY(hold_party_key(args));
    SpaceSession session = TRY(SpaceSession::open(args));
    Json me = TRY(session.get("/api/v1/session"));
    auto person = TRY(space::PersonId::parse(TRY(me.get_string("person"))));
    Bytes proof = TRY(key.sign(view(node::certificate_proof_text(person, certificate.fingerprint()))));
    return session.post("/api/v1/certificates", Json::object({{"certificate", base64(certificate.der())}, {"proof", base64(proof)}}));
  }(), args);
}

int run_certificate_revoke(const Args& args) {
  return certificate_answer([&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/certificates/" + *args.value("ID") + "/revoke", Json::object({{"reason", *args.value("--reason")}}));
  }(), args);
}

int run_authority_adopt(const Args& args) {
  return certificate_answer([&]() -> Result<Json> {
    std::string file = TRY(file_for_api(*args.value("CERTIFICATE"), kCertificateFileMax));
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/certificate-authorities", Json::object({{"certificate", file}, {"reason", *args.value("--reason")}}));
  }(), args);
}

int run_authority_end(const Args& args) {
  return certificate_answer([&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/certificate-authorities/" + *args.value("ID") + "/end", Json::object({{"reason", *args.value("--reason")}}));
  }(), args);
}

int run_authority_list(const Args& args) {
  return certificate_answer([&]() -> Result<Json> {
    std::string file = TRY(file_for_api(*args.value("CRL"), kListFileMax));
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/certificate-authorities/" + *args.value("--authority") + "/revocations", Json::object({{"list", file}}));
  }(), args);
}

}  // namespace

Command certificate_request_command() {
  return {.path = "certificate request",
          .summary = "Make the request that a certification authority signs (PKCS#10, SM2)",
          .summary_zh = "生成证书申请（PKCS#10，SM2）",
          .options = {kKeyOption, kPassphraseFileOption, {"--name", "NAME", "the common name", Arity::one}, {"--organisation", "NAME", "the organisation"},
                      {"--out", "FILE", "write it there instead of stdout"}},
          .positionals = {},
          .run = run_certificate_request};
}

Command certificate_list_command() {
  return {.path = "certificate list",
          .summary = "Certificates of people and the authorities that issue them",
          .summary_zh = "列出人员证书与签发机构",
          .options = certificate_options({}),
          .positionals = {},
          .run = run_certificate_list};
}

Command certificate_register_command() {
  return {.path = "certificate register",
          .summary = "Register one's own certificate, proving its key (from a file or under a token)",
          .summary_zh = "登记本人证书并证明持有私钥（文件或密码设备）",
          .options = certificate_options({kKeyOption, kKeyPassphraseOption}),
          .positionals = {{"CERTIFICATE", "PEM or DER", Arity::one}},
          .run = run_certificate_register};
}

Command certificate_revoke_command() {
  return {.path = "certificate revoke",
          .summary = "Revoke a certificate: it counts no more from the next request on",
          .summary_zh = "吊销证书，自下一次请求起失效",
          .options = certificate_options({{"--reason", "TEXT", "why", Arity::one}}),
          .positionals = {{"ID", "the certificate", Arity::one}},
          .run = run_certificate_revoke};
}

Command certificate_authority_command() {
  return {.path = "certificate authority",
          .summary = "Adopt a certification authority whose certificates of people count here",
          .summary_zh = "采纳证书签发机构",
          .options = certificate_options({{"--reason", "TEXT", "why", Arity::one}}),
          .positionals = {{"CERTIFICATE", "the authority's own certificate, PEM or DER", Arity::one}},
          .run = run_authority_adopt};
}

Command certificate_end_authority_command() {
  return {.path = "certificate end-authority",
          .summary = "End an authority: none of its certificates counts any more",
          .summary_zh = "停用签发机构，其证书全部失效",
          .options = certificate_options({{"--reason", "TEXT", "why", Arity::one}}),
          .positionals = {{"ID", "the authority", Arity::one}},
          .run = run_authority_end};
}

Command certificate_revocations_command() {
  return {.path = "certificate revocations",
          .summary = "Take in an authority's revocation list (CRL)",
          .summary_zh = "导入签发机构的吊销列表（CRL）",
          .options = certificate_options({{"--authority", "ID", "whose list", Arity::one}}),
          .positionals = {{"CRL", "PEM or DER", Arity::one}},
          .run = run_authority_list};
}

}  // namespace sluice::cli
