// sluice vote cast, keys witness: what a person decides under the own second factor, or signs with the own certificate.
#include "edge/cli/own_signature.h"

#include "edge/cli/party_key_input.h"
#include "edge/cli/usage.h"
#include "edge/cli/verb.h"
#include "edge/http/target.h"
#include "space/credential/credential.h"
#include "space/custody/custody.h"

namespace sluice::cli {

Result<std::string> own_person(SpaceSession& session) { return TRY(session.get("/api/v1/session")).get_string("person"); }

Status sign_personally(SpaceSession& session, const Args& args, const std::string& person, const std::string& text, Json& body) {
  if (!args.value(kOwnKeyOption.name)) return {};
  HeldPartyKey key = TRY(hold_party_key(args, kOwnKeyPassphraseOption.name, kOwnKeyOption.name));
  std::string point = base64(key.public_key().bytes());
  Json shown = TRY(session.get("/api/v1/certificates"));
  const Json* items = shown.find("items");
  std::string certificate;
  for (const Json& one : items && items->is_array() ? items->as_array() : Json::Array())
    if (one.get_string_or("person", "").value_or("") == person && one.get_bool_or("in_force", false).value_or(false) && one.get_string_or("public_key", "").value_or("") == point)
      certificate = TRY(one.get_string("id"));
  if (certificate.empty()) return fail(Errc::not_found, "certificate.none");
  body.set("personal", Json::object({{"certificate", certificate}, {"signature", base64(TRY(key.sign(view(text))))}}));
  return {};
}

namespace {

int own_answer(const Result<Json>& answer, const Args& args) {
  if (!answer) return report(answer.error(), args);
  print_answer(*answer, args);
  return 0;
}

int run_vote_cast(const Args& args) {
  return own_answer([&]() -> Result<Json> {
    std::string decision = *args.value("DECISION"), reason = *args.value("--reason");
    if (decision != "approve" && decision != "refuse") return is_one_of("DECISION", "approve refuse");
    bool approve = decision == "approve";
    auto application = TRY(space::ApplicationId::parse(*args.value("APPLICATION")));
    SpaceSession session = TRY(SpaceSession::open(args));
    Json body = Json::object({{"approve", approve}, {"reason", reason}});
    if (args.value(kOwnKeyOption.name)) {
      std::string person = TRY(own_person(session));
      TRY(sign_personally(session, args, person, space::vote_text(application, TRY(space::PersonId::parse(person)), approve, reason), body));
    }
    return session.post("/api/v1/applications/" + application.str() + "/vote", body);
  }(), args);
}

// What the witness agrees to is read from the space: look at it first (sluice keys show).
Result<std::string> witness_text_of(SpaceSession& session, const space::KeyWorkId& id, const std::string& person, space::WitnessWord word, const std::string& reason) {
  Json shown = TRY(session.get("/api/v1/key-works/" + id.str()));
  const Json* columns = shown.find("columns");
  space::KeyWorkItem item;
  item.id = id;
  item.work = TRY(enum_of<space::KeyWork>(TRY(shown.get_string("work"))));
  if (columns) item.columns = TRY(decode<std::vector<std::string>>(*columns, "columns"));
  if (auto epoch = shown.get_string_or("epoch", "").value_or(""); !epoch.empty()) item.epoch = TRY(space::EpochId::parse(epoch));
  if (auto version = shown.get_string_or("version", "").value_or(""); !version.empty()) item.version = TRY(space::VersionId::parse(version));
  if (const Json* whole = shown.find("whole"); whole && whole->is_object()) {
    item.whole = TRY(decode<space::WholeDataset>(*whole, "whole"));
    item.dataset = TRY(space::DatasetId::parse(TRY(shown.get_string("dataset"))));
  }
  if (const Json* person_rows = shown.find("person"); person_rows && person_rows->is_object()) {
    item.person = TRY(decode<space::PersonRows>(*person_rows, "person"));
    item.request = TRY(space::SubjectRequestId::parse(TRY(shown.get_string("request"))));
  }
  return space::witness_text(item, TRY(space::PersonId::parse(person)), word, reason);
}

int run_keys_witness(const Args& args) {
  return own_answer([&]() -> Result<Json> {
    auto word = enum_of<space::WitnessWord>(*args.value("VERDICT"));
    if (!word) return is_one_of("VERDICT", "agree refuse");
    std::string reason = args.value_or("--reason", "");
    auto work = TRY(space::KeyWorkId::parse(*args.value("WORK")));
    SpaceSession session = TRY(SpaceSession::open(args));
    Json body = Json::object({{"reason", reason}, {"verdict", name_of(*word)}});
    if (args.value(kOwnKeyOption.name)) {
      std::string person = TRY(own_person(session));
      TRY(sign_personally(session, args, person, TRY(witness_text_of(session, work, person, *word, reason)), body));
    }
    return session.post("/api/v1/key-works/" + work.str() + "/witness", body);
  }(), args);
}

std::vector<Option> own_options(Option reason) {
  std::vector<Option> out{reason, kOwnKeyOption, kOwnKeyPassphraseOption};
  for (const Option& option : space_options()) out.push_back(option);
  out.push_back({"--json", "", "answer as JSON, on one line", Arity::optional, "输出一行 JSON"});
  return out;
}

}  // namespace

Command vote_cast_command() {
  return {.path = "vote cast", .summary = "As a member of the committee, with a second factor or one's own certificate: vote, once", .summary_zh = "委员表决（出示第二因素或以本人证书签名，仅一次）",
          .options = own_options({"--reason", "TEXT", "the reason", Arity::one, "理由"}),
          .positionals = {{"APPLICATION", "the application's id", Arity::one, "申请编号"}, {"DECISION", "approve or refuse", Arity::one, "approve（同意）或 refuse（不同意）"}},
          .run = run_vote_cast, .asks = "POST /applications/{APPLICATION}/vote"};
}
Command keys_witness_command() {
  return {.path = "keys witness", .summary = "As another person, with a second factor or one's own certificate: agree to a key operation, or refuse",
          .summary_zh = "由他人（出示第二因素或以本人证书签名）见证或拒绝密钥操作",
          .options = own_options({"--reason", "TEXT", "the reason; of a refusal needed", Arity::optional, "理由（拒绝时必填）"}),
          .positionals = {{"WORK", "the key operation's id", Arity::one, "密钥操作编号"}, {"VERDICT", "agree or refuse", Arity::one, "agree（同意）或 refuse（拒绝）"}},
          .run = run_keys_witness, .asks = "POST /key-works/{WORK}/witness"};
}

}  // namespace sluice::cli
