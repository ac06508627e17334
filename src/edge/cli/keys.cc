// sluice keys …: operations on keys under dual control, and their certificates.
#include <cstdio>

#include "edge/cli/ask_space.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"
#include "edge/cli/verb.h"
#include "node/destruction_certificate.h"

namespace sluice::cli {

namespace {

constexpr const char* kWorks = "/api/v1/key-works";
constexpr size_t kCertificateBytesMax = 64u << 20;  // of a dataset it proves the end of thousands of versions

int print_json_or_error(const Result<Json>& json, const Args& args) {
  if (!json) return report(json.error(), args);
  std::printf("%s\n", args.json() ? canonical(*json).c_str() : pretty(*json).c_str());
  return 0;
}

int run_keys_list(const Args& args) {
  auto answer = get_from_space(args, kWorks);
  if (!answer || args.json()) return print_json_or_error(answer, args);
  print_table(*answer, "items", {{"id", "id", "编号"}, {"status", "status", "状态"}, {"work", "work", "操作"}, {"dataset", "dataset", "数据集"}, {"version", "version", "数据版本"}, {"columns", "columns", "字段"}, {"epoch", "epoch", "备份批次"},
                                 {"witnesses_needed", "witnesses", "需见证人"}, {"signed_by", "witnessed by", "已见证"}, {"reason", "reason", "理由"}, {"at_ms", "proposed", "提出时间"}},
              "operations on keys", "密钥操作");
  return 0;
}

Result<Json> propose_work(const Args& args) {
  space::ProposeKeyWork proposal;
  auto work = enum_of<space::KeyWork>(*args.value("WORK"));
  if (!work) return is_one_of("WORK", "destroy_columns destroy_version destroy_dataset destroy_rows destroy_person destroy_epoch rotate_root rotate_space rotate_datasets rotate_columns rotate_ledger rotate_registry rotate_pseudonyms");
  proposal.work = *work;
  if (auto version = args.value("--version")) proposal.version = TRY(space::VersionId::parse(*version));
  if (auto dataset = args.value("--dataset")) proposal.dataset = TRY(space::DatasetId::parse(*dataset));
  if (auto epoch = args.value("--epoch")) proposal.epoch = TRY(space::EpochId::parse(*epoch));
  proposal.columns = args.values("--column");
  proposal.reason = *args.value("--reason");
  if (auto approval = args.value("--approval")) proposal.approval = TRY(space::PaperId::parse(*approval));
  if (auto request = args.value("--request")) proposal.request = TRY(space::SubjectRequestId::parse(*request));
  if (auto named = args.values("--contract"); !named.empty()) {
    proposal.contracts.emplace();
    for (const std::string& id : named) proposal.contracts->push_back(TRY(space::ContractId::parse(id)));
  }
  Json body = Json::object({{"proposal", encode(proposal)}});
  if (proposal.work == space::KeyWork::destroy_rows && !proposal.request) {
    SecretText subject = TRY(read_secret(args.value("--person-file"), "The person's identifier in that column: "));
    body.set("subject", subject.reveal("handed to the space's registry"));
  }
  return post_to_space(args, kWorks, body);
}

int run_keys_propose(const Args& args) {
  auto item = propose_work(args);
  if (!item || args.json()) return print_json_or_error(item, args);
  std::printf("proposed 已提出 %s: needs %lld witness(es) with a second factor 需 %lld 名见证人\n", item->find("id")->as_string().c_str(),
              static_cast<long long>(item->find("witnesses_needed")->as_int()), static_cast<long long>(item->find("witnesses_needed")->as_int()));
  return 0;
}

int run_keys_carry_out(const Args& args) {
  return print_json_or_error(post_to_space(args, std::string(kWorks) + "/" + *args.value("ID") + "/carry-out", Json::object()), args);
}

int run_keys_certificate(const Args& args) {
  return print_json_or_error(get_from_space(args, std::string(kWorks) + "/" + *args.value("ID") + "/certificate"), args);
}

int run_keys_root(const Args& args) { return print_json_or_error(get_from_space(args, "/api/v1/root-key"), args); }

int run_verify_certificate(const Args& args) {
  auto verdict = [&]() -> Result<node::DestructionVerdict> {
    std::string content = TRY(read_text_file(*args.value("FILE"), kCertificateBytesMax));
    Json certificate = TRY(parse_json(content, kCertificateBytesMax));
    std::optional<ledger::Trust> trust;
    if (auto path = args.value("--trust")) trust = TRY(ledger::Trust::parse(TRY(read_text_file(*path, 1u << 20))));
    return node::verify_destruction_certificate(certificate, trust ? &*trust : nullptr);
  }();
  if (!verdict) return report(verdict.error(), args);
  bool good = verdict->ok && verdict->pinned;
  if (args.json()) {
    std::printf("%s\n", canonical(encode(*verdict)).c_str());
    return good ? 0 : 6;
  }
  const std::string& whose = !verdict->request.empty() ? verdict->request : verdict->dataset;
  std::string of = whose.empty() ? verdict->version : whose + " (" + std::to_string(verdict->versions) + " versions 个版本)";
  std::printf("%s\n  %s of %s by %s, %lld witnesses\n", good ? "verified 验证通过" : verdict->ok ? "consistent, issuer not pinned 内容一致，但签发方未锚定" : "FAILED 验证未通过",
              verdict->work.c_str(), of.c_str(), verdict->issuer_name.c_str(), static_cast<long long>(verdict->witnesses));
  if (verdict->kept + verdict->left > 0)
    std::printf("  rows remain 仍有记录: %lld versions kept longer 个版本延长保存, %lld not written again 个未能改写\n", static_cast<long long>(verdict->kept), static_cast<long long>(verdict->left));
  for (const std::string& problem : verdict->problems) std::printf("  problem: %s\n", problem.c_str());
  return good ? 0 : 6;
}

}  // namespace

Command keys_list_command() {
  return {.path = "keys list",
          .summary = "Operations on keys, their witnesses, and what was destroyed",
          .summary_zh = "列出密钥操作、见证人与已销毁的密钥",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kShareOption, kSharePassphraseOption, {"--json", "", "on one line"}},
          .positionals = {},
          .run = run_keys_list};
}

Command keys_propose_command() {
  return {.path = "keys propose",
          .summary = "Propose to destroy or rotate keys; others witness it, then it is carried out",
          .summary_zh = "提出密钥销毁或轮换；经他人见证后执行",
          .options = {edge::kSpaceOption,
                      {"--version", "ID", "the dataset version"},
                      {"--dataset", "ID", "destroy_dataset: all that is sealed of it, and nothing comes into it again"},
                      {"--column", "NAME", "destroy_columns: which; destroy_rows: the one that names the person", Arity::many},
                      {"--person-file", "FILE", "destroy_rows: the person's identifier, on the first line (else asked for)"},
                      {"--epoch", "ID", "destroy_epoch: which backups"},
                      {"--reason", "TEXT", "why", Arity::one},
                      {"--request", "REQUEST", "destroy_rows, destroy_person: the person's granted request (to delete; of destroy_rows also to withdraw)"},
                      {"--contract", "CONTRACT", "of a destruction: an active contract that delivers from it and ends with it", Arity::many},
                      {"--approval", "PAPER", "the checked destruction approval, where the retention period is not over"},
                      kAsOption,
                      kPasswordFileOption,
                      kPassphraseFileOption,
                      kShareOption,
                      kSharePassphraseOption,
                      {"--json", "", "answer as JSON"}},
          .positionals = {{"WORK", "destroy_columns, destroy_version, destroy_dataset, destroy_rows, destroy_person, destroy_epoch, rotate_root, rotate_space, rotate_datasets, rotate_columns, rotate_ledger, rotate_registry, rotate_pseudonyms", Arity::one}},
          .run = run_keys_propose};
}

Command keys_carry_out_command() {
  return {.path = "keys carry-out",
          .summary = "Carry out an operation on keys that was witnessed",
          .summary_zh = "执行已见证的密钥操作",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kShareOption, kSharePassphraseOption, {"--json", "", "on one line"}},
          .positionals = {{"ID", "the operation", Arity::one}},
          .run = run_keys_carry_out};
}

Command keys_root_command() {
  return {.path = "keys root",
          .summary = "Who keeps the root key: a passphrase, a device, or which officers",
          .summary_zh = "查看根密钥由谁保管：口令、密码设备或哪些保管人",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kShareOption, kSharePassphraseOption, {"--json", "", "on one line"}},
          .positionals = {},
          .run = run_keys_root};
}

Command keys_certificate_command() {
  return {.path = "keys certificate",
          .summary = "Print the certificate of a destruction: what was destroyed, and what survives",
          .summary_zh = "输出销毁证明：已销毁的内容与仍存在的副本",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kShareOption, kSharePassphraseOption, {"--json", "", "on one line"}},
          .positionals = {{"ID", "the operation", Arity::one}},
          .run = run_keys_certificate};
}

Command keys_verify_certificate_command() {
  return {.path = "keys verify-certificate",
          .summary = "Verify a destruction certificate offline (6: it does not hold, or the issuer is not pinned)",
          .summary_zh = "离线验证销毁证明",
          .options = {{"--trust", "FILE", "verifier keys or a checkpoint seen before"}, {"--json", "", "answer as JSON"}},
          .positionals = {{"FILE", "the certificate", Arity::one}},
          .run = run_verify_certificate};
}

}  // namespace sluice::cli
