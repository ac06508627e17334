// sluice verify: the third party's check of a passport, of single entries, or of a registration certificate. No space, no network, no secret.
#include <cstdio>

#include "base/file.h"
#include "crypto/hash.h"
#include "edge/cli/command.h"
#include "edge/cli/usage.h"
#include "ledger/evidence.h"
#include "space/passport/passport.h"
#include "space/product/certificate.h"

namespace sluice::cli {

namespace {

constexpr size_t kBundleBytesMax = 64u << 20;

void print_word(space::Verdict verdict) {
  switch (verdict) {
    case space::Verdict::verified: std::printf("verified 验证通过\n"); break;
    case space::Verdict::not_pinned: std::printf("consistent, issuer not pinned 内容一致，但签发方未锚定（请用 --trust 指定）\n"); break;
    case space::Verdict::failed: std::printf("FAILED 验证未通过\n"); break;
  }
}

void print_verdict(const space::PassportVerdict& v) {
  print_word(v.verdict);
  std::printf("  issuer     %s (%s), origin %s\n", v.issuer_name.c_str(), v.issuer_uscc.c_str(), v.origin.c_str());
  std::printf("  release    %s  level %d  %lld rows, %zu columns, k = %lld\n", v.release.c_str(), v.level, static_cast<long long>(v.rows),
              v.columns.size(), static_cast<long long>(v.k));
  std::printf("  product    %s\n  parties    %s -> %s\n", v.product_number.c_str(), v.provider.c_str(), v.recipient.c_str());
  std::printf("  valid to   %s%s\n", rfc3339(v.expires_ms).c_str(), v.expired ? "  EXPIRED 已到期" : "");
  std::printf("  revocation unknown offline 离线无法得知是否已撤销\n  file       %s\n", v.file.c_str());
  for (const auto& station : v.stations) std::printf("  %s %s\n", station.ok ? "[ok]" : "[!!]", station.station.c_str());
  for (const std::string& problem : v.problems) std::printf("  problem: %s\n", problem.c_str());
  std::printf("  checkpoint covers %lld entries. A pass does not prove that the data were true, nor what happened after the checkpoint.\n",
              static_cast<long long>(v.checkpoint_size));
}

void print_evidence(const ledger::EvidenceVerdict& v, space::Verdict verdict) {
  print_word(verdict);
  std::printf("  issuer     %s (%s), origin %s\n", v.issuer_name.c_str(), v.issuer_uscc.c_str(), v.origin.c_str());
  for (const auto& e : v.entries)
    std::printf("  %s entry %llu %s %s\n", e.ok() ? "[ok]" : "[!!]", static_cast<unsigned long long>(e.seq), e.entry.kind.c_str(), canonical(e.revealed).c_str());
  for (const std::string& problem : v.problems) std::printf("  problem: %s\n", problem.c_str());
  std::printf("  checkpoint covers %llu entries.\n", static_cast<unsigned long long>(v.checkpoint.size));
}

Json evidence_json(const ledger::EvidenceVerdict& v, space::Verdict verdict) {
  Json entries = Json::array(), problems = Json::array();
  for (const auto& e : v.entries)
    entries.push(Json::object({{"kind", e.entry.kind}, {"ok", e.ok()}, {"revealed", e.revealed}, {"seq", static_cast<int64_t>(e.seq)}}));
  for (const std::string& problem : v.problems) problems.push(Json(problem));
  return Json::object({{"checkpoint_size", static_cast<int64_t>(v.checkpoint.size)}, {"entries", std::move(entries)}, {"issuer_name", v.issuer_name},
                       {"issuer_uscc", v.issuer_uscc}, {"origin", v.origin}, {"problems", std::move(problems)}, {"verdict", name_of(verdict)}});
}

Result<std::optional<ledger::Trust>> trust_of(const Args& args) {
  auto path = args.value("--trust");
  if (!path) return std::optional<ledger::Trust>{};
  std::string anchor = TRY(read_text_file(*path, 1u << 20));
  return std::optional(TRY(ledger::Trust::parse(anchor)));
}

Result<space::PassportVerdict> verify(const Args& args, const Json& bundle) {
  auto trust = TRY(trust_of(args));
  std::optional<Digest> file;
  if (auto path = args.value("--file")) file = TRY(sm3_of_file(*path));
  SystemClock clock;
  return space::verify_passport(bundle, trust ? &*trust : nullptr, file, clock.now());
}

// The proof of single entries that `sluice ledger prove` prints. A file is a passport's matter.
Result<space::Verdict> verify_entries(const Args& args, const Json& bundle) {
  if (args.value("--file")) return bad_words("--file 只用于数据护照", "--file goes with a passport");
  auto trust = TRY(trust_of(args));
  auto found = TRY(ledger::verify_evidence(bundle, trust ? &*trust : nullptr));
  bool contradicted = found.consistency == ledger::Consistency::contradicted;
  space::Verdict verdict = !found.ok() || contradicted                       ? space::Verdict::failed
                           : found.pinning == ledger::Pinning::pinned ? space::Verdict::verified
                                                                              : space::Verdict::not_pinned;
  if (args.json()) {
    std::printf("%s\n", canonical(evidence_json(found, verdict)).c_str());
  } else {
    print_evidence(found, verdict);
  }
  return verdict;
}

void print_registration(const space::RegistrationVerdict& v, space::Verdict verdict) {
  print_word(verdict);
  std::printf("  issuer     %s (%s), origin %s\n", v.issuer_name.c_str(), v.issuer_uscc.c_str(), v.origin.c_str());
  std::printf("  product    %s %s\n  number     %s, registered %s\n", v.product.c_str(), v.name.c_str(), v.number.c_str(), rfc3339(v.registered_ms).c_str());
  std::printf("  owner      %s (%s)\n  level %d  %lld rows\n", v.owner_name.c_str(), v.owner_uscc.c_str(), v.level, static_cast<long long>(v.rows));
  std::printf("  withdrawal unknown offline 离线无法得知是否已下架\n");
  for (const std::string& problem : v.problems) std::printf("  problem: %s\n", problem.c_str());
  std::printf("  checkpoint covers %lld entries.\n", static_cast<long long>(v.checkpoint_size));
}

Result<space::Verdict> verify_registration(const Args& args, const Json& bundle) {
  if (args.value("--file")) return bad_words("--file 只用于流通凭证", "--file goes with a passport");
  auto trust = TRY(trust_of(args));
  auto found = TRY(space::verify_registration_certificate(bundle, trust ? &*trust : nullptr));
  space::Verdict verdict = !found.ok ? space::Verdict::failed : found.pinned ? space::Verdict::verified : space::Verdict::not_pinned;
  if (args.json()) {
    std::printf("%s\n", canonical(encode(found).set("verdict", name_of(verdict))).c_str());
  } else {
    print_registration(found, verdict);
  }
  return verdict;
}

Result<Json> read_bundle(const Args& args) {
  std::string text = TRY(read_text_file(*args.value("BUNDLE"), kBundleBytesMax));
  return parse_json(text, kBundleBytesMax);
}

int run_verify(const Args& args) {
  auto bundle = read_bundle(args);
  std::string format = bundle && bundle->is_object() ? bundle->get_string_or("format", "").value_or("") : std::string();
  if (format == ledger::kEvidenceFormat || format == space::kRegistrationFormat) {
    auto verdict = format == ledger::kEvidenceFormat ? verify_entries(args, *bundle) : verify_registration(args, *bundle);
    if (!verdict) report(verdict.error(), args);
    return !verdict ? verdict.error().code == Errc::usage ? 2 : 1 : *verdict == space::Verdict::verified ? 0 : 6;
  }
  auto verdict = bundle ? verify(args, *bundle) : tl::unexpected(bundle.error());
  if (!verdict) {
    report(verdict.error(), args);
    return 1;  // whatever could not be read is no verdict
  }
  if (args.json()) {
    std::printf("%s\n", canonical(encode(*verdict)).c_str());
  } else {
    print_verdict(*verdict);
  }
  return verdict->verdict == space::Verdict::verified ? 0 : 6;
}

}  // namespace

Command verify_command() {
  return {.path = "verify",
          .summary = "Verify a release passport or a registration certificate offline: 0 verified, 6 failed or issuer not pinned, 1 unreadable",
          .summary_zh = "离线验证流通凭证或登记证书：0 通过，6 未通过或签发方未锚定，1 无法读取",
          .options = {{"--file", "FILE", "the delivered file (opened, or its envelope)"},
                      {"--trust", "FILE", "trust anchor: verifier keys or an earlier checkpoint"},
                      {"--json", "", "answer as JSON"}},
          .positionals = {{"BUNDLE", "the passport, a registration certificate, or what `ledger prove` printed", Arity::one}},
          .run = run_verify};
}

}  // namespace sluice::cli
