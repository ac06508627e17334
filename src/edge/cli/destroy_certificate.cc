// sluice destroy-certificate: the recipient's signed word that what was delivered, or provided by law, is destroyed.
#include <fmt/core.h>

#include "base/clock.h"
#include "base/file.h"
#include "edge/cli/command.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/secret_input.h"
#include "space/law/provision.h"

namespace sluice::cli {
namespace {

constexpr size_t kPassportBytesMax = 64u << 20;

struct Delivered {
  space::ProvisionId provision;  // of a statutory provision; else the release and its contract
  space::ReleaseId release;
  space::ContractId contract;
  Digest file_digest{};
};

// What the passport reveals of the delivery. Whether it is true, the node that takes the certificate in knows.
Result<Delivered> delivered_by(const std::string& path) {
  std::string content = TRY(read_text_file(path, kPassportBytesMax));
  Json passport = TRY(parse_json(content, kPassportBytesMax));
  Delivered out;
  if (passport.get_string_or("format", "").value_or("") == space::kProvisionNoticeFormat) {
    out.provision = TRY(space::ProvisionId::parse(TRY(passport.get_string("provision"))));
    out.file_digest = TRY(digest_from_hex(TRY(passport.get_string("file_digest"))));
    return out;
  }
  std::string release = TRY(passport.get_string("release"));
  out.release = TRY(space::ReleaseId::parse(release));
  const Json* evidence = passport.find("evidence");
  const Json* entries = evidence ? evidence->find("entries") : nullptr;
  if (!entries || !entries->is_array()) return fail(Errc::invalid, "passport.malformed", "evidence");
  auto revealed = [](const Json& reveal, std::string_view name) -> std::string {
    const Json* field = reveal.is_object() ? reveal.find(name) : nullptr;
    return field ? field->get_string_or("value", "").value_or("") : std::string();
  };
  for (const Json& entry : entries->as_array()) {
    const Json* reveal = entry.is_object() ? entry.find("reveal") : nullptr;
    if (!reveal || revealed(*reveal, "release") != release) continue;
    if (std::string contract = revealed(*reveal, "contract"); !contract.empty()) out.contract = TRY(space::ContractId::parse(contract));
    if (std::string digest = revealed(*reveal, "file_digest"); !digest.empty()) out.file_digest = TRY(digest_from_hex(digest));
  }
  if (out.contract.empty()) return fail(Errc::invalid, "passport.malformed", "contract");
  return out;
}

Status certify(const Args& args) {
  std::string method = args.value_or("--method", ""), out = args.value_or("--out", "");
  Delivered delivered = TRY(delivered_by(args.value_or("PASSPORT", "")));
  HeldPartyKey key = TRY(hold_party_key(args, kPassphraseFileOption.name));
  TimeMs now = SystemClock().now();
  bool provided = !delivered.provision.empty();
  Json certificate = provided ? space::provision_destruction_statement(delivered.provision, delivered.file_digest, method, now)
                              : space::destruction_statement(delivered.release, delivered.contract, delivered.file_digest, method, now);
  Bytes signature = TRY(key.sign(view(canonical(certificate))));
  certificate.set("signature", base64(signature));
  std::string text = (args.json() ? canonical(certificate) : pretty(certificate)) + "\n";
  TRY(write_file(out, view(text), 0644));
  if (!args.json()) fmt::print("销毁证明 destruction certificate of {}: {}\n", provided ? delivered.provision.str() : delivered.release.str(), out);
  if (args.json()) fmt::print("{}", text);
  return {};
}

int run_destroy_certificate(const Args& args) {
  Status done = certify(args);
  return done ? 0 : report(done.error(), args);
}

}  // namespace

Command destroy_certificate_command() {
  return {.path = "destroy-certificate",
          .summary = "As a recipient: certify, with the party's key, that the data of a release are destroyed",
          .summary_zh = "使用方：以本方密钥出具某次交付数据的销毁证明",
          .options = {kKeyOption, kPassphraseFileOption, {"--method", "TEXT", "how it was destroyed", Arity::one},
                      {"--out", "FILE", "where the certificate goes", Arity::one}, {"--json", "", "as JSON, on one line"}},
          .positionals = {{"PASSPORT", "the passport of the release, or the notice of a statutory provision", Arity::one}},
          .run = run_destroy_certificate};
}

}  // namespace sluice::cli
