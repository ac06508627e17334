// sluice deident submit|drafts|review|withdraw: strategies on their way to a second person's signature (docs/formats/deident-api.md).
#include <cstdio>

#include "base/file.h"
#include "base/pending_file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"

namespace sluice::cli {

namespace {

const Option kDraftJson{"--json", "", "answer as JSON", Arity::optional, "以 JSON 作答"};
const Positional kDraftPositional{"DRAFT", "the draft", Arity::one};

std::string draft_word(const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); }

int told_draft(const Result<Json>& answer, const Args& args) {
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
  } else {
    std::printf("%s  %-9s %s\n", draft_word(*answer, "id").c_str(), draft_word(*answer, "status").c_str(), draft_word(*answer, "name").c_str());
  }
  return 0;
}

int run_deident_submit(const Args& args) {
  return told_draft([&]() -> Result<Json> {
    Json body = Json::object({{"note", args.value_or("--note", "")}, {"text", TRY(read_text_file(*args.value("STRATEGY"), 4u << 20))}});
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/datasets/" + *args.value("--dataset") + "/strategy-drafts", body);
  }(), args);
}

int run_deident_drafts(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.get("/api/v1/strategy-drafts?limit=200");
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
    return 0;
  }
  for (const Json& d : answer->find("items")->as_array())
    std::printf("%s  %-9s %s  %s\n", draft_word(d, "id").c_str(), draft_word(d, "status").c_str(), draft_word(d, "dataset").c_str(), draft_word(d, "name").c_str());
  return 0;
}

// What is to be read and signed goes into a file, byte for byte as it was submitted; or the word on it goes in.
int run_deident_review(const Args& args) {
  return told_draft([&]() -> Result<Json> {
    const std::string path = "/api/v1/strategy-drafts/" + *args.value("DRAFT");
    auto out = args.value("--out"), signature = args.value("--signature"), refusal = args.value("--refuse");
    if (out.has_value() + signature.has_value() + refusal.has_value() != 1) return fail(Errc::usage, "cli.one_of", "--out, --signature, --refuse");
    Json body = Json::object({{"reason", refusal.value_or("")}});
    if (signature) body.set("signature", TRY(parse_json(TRY(read_text_file(*signature, 64u << 10)))));
    SpaceSession session = TRY(SpaceSession::open(args));
    if (!out) return session.post(path + "/decide", body);
    Json draft = TRY(session.get(path));
    PendingFile file = TRY(PendingFile::create(*out));
    TRY(file.write(draft_word(draft, "text")));
    TRY(file.commit());
    draft.erase("text");
    return draft;
  }(), args);
}

int run_deident_withdraw(const Args& args) {
  return told_draft([&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/strategy-drafts/" + *args.value("DRAFT") + "/withdraw", Json::object());
  }(), args);
}

std::vector<Option> draft_options(std::vector<Option> own) {
  own.insert(own.begin(), edge::kSpaceOption);
  for (const Option& o : {kAsOption, kPasswordFileOption, kPassphraseFileOption, kDraftJson}) own.push_back(o);
  return own;
}

}  // namespace

Command deident_submit_command() {
  return {.path = "deident submit",
          .summary = "submit a masking strategy for a second person's review",
          .summary_zh = "提交脱敏策略草案，请第二人审核签名",
          .options = draft_options({{.name = "--dataset", .value = "DATASET", .help = "whose columns it names", .arity = Arity::one, .help_zh = "所属数据集"},
                                    {.name = "--note", .value = "TEXT", .help = "for the reviewer", .help_zh = "给审核人的说明"}}),
          .positionals = {{.name = "STRATEGY", .help = "YAML or JSON, whole: without `extends`", .help_zh = "YAML 或 JSON，须完整，不用 `extends`"}},
          .run = run_deident_submit};
}
Command deident_drafts_command() {
  return {.path = "deident drafts",
          .summary = "strategy drafts and how far their review is",
          .summary_zh = "查看策略草案及其审核情况",
          .options = draft_options({}),
          .positionals = {},
          .run = run_deident_drafts};
}
Command deident_review_command() {
  return {.path = "deident review",
          .summary = "read, sign or refuse a strategy draft that another person submitted",
          .summary_zh = "查看、签名通过或驳回他人提交的策略草案",
          .options = draft_options({{.name = "--out", .value = "FILE", .help = "write its text, to be read and signed with sluice sign", .help_zh = "写出原文，阅后用 sluice sign 签名"},
                                    {.name = "--signature", .value = "SIG", .help = "your signature of exactly that text: it is passed", .help_zh = "本人对该原文的签名：审核通过"},
                                    {.name = "--refuse", .value = "REASON", .help = "it is refused, and why", .help_zh = "不予通过及理由"}}),
          .positionals = {kDraftPositional},
          .run = run_deident_review};
}
Command deident_withdraw_command() {
  return {.path = "deident withdraw",
          .summary = "withdraw a strategy draft that you submitted",
          .summary_zh = "撤回自己提交的策略草案",
          .options = draft_options({}),
          .positionals = {kDraftPositional},
          .run = run_deident_withdraw};
}

}  // namespace sluice::cli
