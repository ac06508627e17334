// sluice party key, contract sign: what a party signs with the key that the node never sees.
#include "base/file.h"
#include "crypto/document_signature.h"
#include "crypto/hash.h"
#include "edge/cli/own_signature.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"
#include "edge/cli/verb.h"
#include "edge/http/target.h"
#include "space/credential/credential.h"
#include "space/party/party.h"

namespace sluice::cli {

namespace {

int signed_answer(const Result<Json>& answer, const Args& args) {
  if (!answer) return report(answer.error(), args);
  print_answer(*answer, args);
  return 0;
}

constexpr std::string_view kProofFormat = "sluice-party-key/1";  // docs/formats/keys.md

// {format, party, public_key, proof}: what the holder of the key hands over.
Result<Json> key_proof(const Args& args, const space::PartyId& party) {
  HeldPartyKey key = TRY(hold_party_key(args));
  Bytes point(key.public_key().bytes().begin(), key.public_key().bytes().end());
  Bytes proof = TRY(key.sign(view(space::key_proof_text(party, point))));
  return Json::object({{"format", kProofFormat}, {"party", party.str()}, {"proof", base64(proof)}, {"public_key", base64(point)}});
}

Result<Json> read_key_proof(const std::string& path, const space::PartyId& party) {
  Json read = TRY(parse_json(TRY(read_text_file(path, 64u << 10))));
  auto format = read.is_object() ? read.get_string_or("format", "") : Result<std::string>("");
  if (!format || *format != kProofFormat) return fail(Errc::invalid, "party.no_key_proof", path);
  if (TRY(read.get_string("party")) != party.str()) return fail(Errc::invalid, "party.key_proof_of_another", path);
  return read;
}

// With the key at hand: proposed, or its proof written for somebody who has an account here. Without: that proof is handed in.
int run_party_key(const Args& args) {
  return signed_answer([&]() -> Result<Json> {
    bool handed = args.flag("--proof");
    if (handed == args.flag(kKeyOption.name)) return one_of_both("--key", "--proof");
    if (handed && args.flag("--out")) return goes_with("--out", "--key");
    auto party = TRY(space::PartyId::parse(*args.value("PARTY")));
    Json proof = TRY(handed ? read_key_proof(*args.value("--proof"), party) : key_proof(args, party));
    if (auto out = args.value("--out")) {
      TRY(write_file(*out, view(canonical(proof) + "\n")));
      return proof;
    }
    if (!args.flag("--space")) return wants("--space", "DIR");
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/parties/" + party.str() + "/key", Json::object({{"proof", TRY(proof.get_string("proof"))}, {"public_key", TRY(proof.get_string("public_key"))}}));
  }(), args);
}

// The contract as the space shows it to this signer: read it first (sluice contract show).
int run_contract_sign(const Args& args) {
  return signed_answer([&]() -> Result<Json> {
    HeldPartyKey key = TRY(hold_party_key(args));
    std::string target = "/api/v1/contracts/" + http::percent_encoded(*args.value("CONTRACT"));
    SpaceSession session = TRY(SpaceSession::open(args));
    std::string document = TRY(TRY(session.get(target)).get_string("document"));
    Json signature = TRY(sign_document(key, view(document)));
    Json body = Json::object({{"signature", TRY(signature.get_string("signature"))}});
    if (args.value(kOwnKeyOption.name)) {
      std::string person = TRY(own_person(session));
      auto contract = TRY(space::ContractId::parse(*args.value("CONTRACT")));
      TRY(sign_personally(session, args, person, space::contract_by_person_text(contract, sm3(view(document)), TRY(space::PersonId::parse(person))), body));
    }
    return session.post(target + "/sign", body);
  }(), args);
}

std::vector<Option> signing_options() {
  std::vector<Option> out{kKeyOption, kKeyPassphraseOption};
  for (const Option& option : space_options()) out.push_back(option);
  out.push_back({"--json", "", "answer as JSON, on one line", Arity::optional, "输出一行 JSON"});
  return out;
}

}  // namespace

Command party_key_command() {
  std::vector<Option> options = signing_options();
  for (Option& option : options)
    if (option.name == kKeyOption.name || option.name == "--space") option.arity = Arity::optional;
  options.insert(options.begin() + 2, {{"--out", "FILE", "write the proof that the key is at hand there, for whoever proposes it (--proof, or the page), and ask nothing of a node", Arity::optional, "只生成持有证明文件，交给提出公钥的人（--proof 或页面），不连接节点"},
                                       {"--proof", "FILE", "propose the key of this proof, which its holder made with --out", Arity::optional, "提出此持有证明（由密钥持有人以 --out 生成）中的公钥"}});
  return {.path = "party key", .summary = "Propose a party's key for signing and opening, proving that it is at hand; another person confirms it", .summary_zh = "提出参与方公钥（须证明持有，由另一人确认）",
          .options = std::move(options), .positionals = {{"PARTY", "the party's id", Arity::one, "参与方编号"}}, .run = run_party_key, .asks = "POST /parties/{PARTY}/key"};
}
Command contract_sign_command() {
  std::vector<Option> options = signing_options();
  options.insert(options.begin() + 2, {kOwnKeyOption, kOwnKeyPassphraseOption});
  return {.path = "contract sign", .summary = "Sign a contract with the party's key; it is in force when both sides signed", .summary_zh = "以参与方密钥签署数据使用协议（双方签署后生效）",
          .options = std::move(options), .positionals = {{"CONTRACT", "the contract's id", Arity::one, "数据使用协议编号"}}, .run = run_contract_sign,
          .asks = "POST /contracts/{CONTRACT}/sign"};
}

}  // namespace sluice::cli
