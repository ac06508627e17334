// sluice party key, contract sign: what a party signs with the key that the node never sees.
#include "crypto/document_signature.h"
#include "crypto/hash.h"
#include "edge/cli/own_signature.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
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

int run_party_key(const Args& args) {
  return signed_answer([&]() -> Result<Json> {
    HeldPartyKey key = TRY(hold_party_key(args));
    auto party = TRY(space::PartyId::parse(*args.value("PARTY")));
    Bytes point(key.public_key().bytes().begin(), key.public_key().bytes().end());
    Bytes proof = TRY(key.sign(view(space::key_proof_text(party, point))));
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/parties/" + party.str() + "/key", Json::object({{"proof", base64(proof)}, {"public_key", base64(point)}}));
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
  return {.path = "party key", .summary = "Register a party's key for signing and opening, proving that it is at hand", .summary_zh = "登记参与方密钥（须证明持有）",
          .options = signing_options(), .positionals = {{"PARTY", "the party's id", Arity::one, "参与方编号"}}, .run = run_party_key, .asks = "POST /parties/{PARTY}/key"};
}
Command contract_sign_command() {
  std::vector<Option> options = signing_options();
  options.insert(options.begin() + 2, {kOwnKeyOption, kOwnKeyPassphraseOption});
  return {.path = "contract sign", .summary = "Sign a contract with the party's key; it is in force when both sides signed", .summary_zh = "以参与方密钥签署数据使用协议（双方签署后生效）",
          .options = std::move(options), .positionals = {{"CONTRACT", "the contract's id", Arity::one, "数据使用协议编号"}}, .run = run_contract_sign,
          .asks = "POST /contracts/{CONTRACT}/sign"};
}

}  // namespace sluice::cli
