// sluice code check TYPE VALUE: the checks of standard/codes.h for people and scripts.
#include <cstdio>
#include <ctime>

#include "base/clock.h"
#include "codec/json.h"
#include "codec/record.h"
#include "edge/cli/command.h"
#include "standard/codes.h"

namespace sluice::cli {

namespace {

std::string type_names() {
  std::string out;
  for (std::string_view name : enum_names(CodeType{})) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

Json verdict_json(CodeType type, const Verdict& verdict) {
  Json out = Json::object({{"type", Json(name_of(type))}, {"valid", verdict.valid}, {"form_only", verdict.form_only}});
  if (!verdict.reason.empty()) {
    out.set("reason", Json(verdict.reason));
    out.set("message", Json(wording_of(verdict.reason).en));
    out.set("message_zh", Json(wording_of(verdict.reason).zh));
  }
  if (!verdict.profile.empty()) out.set("profile", Json(verdict.profile));
  Json warnings = Json::array();
  for (std::string_view warning : verdict.warnings) warnings.push(Json(warning));
  out.set("warnings", std::move(warnings));
  return out;
}

// Never the value: what is checked may be a person's number, and terminals are recorded.
void print_verdict(CodeType type, const Verdict& verdict) {
  std::string line = std::string(verdict.valid ? "valid 有效" : "invalid 无效") + "  " + std::string(name_of(type)) + " " + std::string(label_zh(type));
  if (!verdict.profile.empty()) line += "  profile " + std::string(verdict.profile);
  std::printf("%s\n", line.c_str());
  auto say = [](std::string_view kind, std::string_view id) {
    Wording words = wording_of(id);
    std::printf("  %s %s: %s / %s\n", std::string(kind).c_str(), std::string(id).c_str(), std::string(words.en).c_str(), std::string(words.zh).c_str());
  };
  if (!verdict.valid) say("reason", verdict.reason);
  for (std::string_view warning : verdict.warnings) say("warning", warning);
  if (verdict.valid && verdict.form_only) std::printf("  only the form was checked / 仅校验了格式\n");
}

int run_code_check(const Args& args) {
  auto type = enum_of<CodeType>(args.value_or("TYPE", ""));
  if (!type) return report(Error{Errc::usage, "code.unknown_type", "known types: " + type_names()}, args);
  Membership membership;
  if (auto file = args.value("--membership")) {
    auto loaded = Membership::load(*file);
    if (!loaded) return report(loaded.error(), args);
    membership = std::move(*loaded);
  }
  SystemClock clock;
  CheckContext context{&membership, civil_from_days(clock.now() / kDayMs + 1)};  // tomorrow somewhere is no fault
  Verdict verdict = check_code(*type, args.value_or("VALUE", ""), context);
  if (args.json())
    std::printf("%s\n", canonical(verdict_json(*type, verdict)).c_str());
  else
    print_verdict(*type, verdict);
  return verdict.valid ? 0 : exit_code(Errc::refused);
}

}  // namespace

Command code_check_command() {
  return {.path = "code check",
          .summary = "check the form, check character and membership of a code",
          .summary_zh = "校验代码的格式、校验码与是否存在",
          .options = {{"--membership", "FILE", "CSV of type,code: lists of codes that exist", Arity::optional},
                      {"--json", "", "answer as JSON", Arity::optional}},
          .positionals = {{"TYPE", "id-number uscc date datetime institution pharmacy insurance-unit drug consumable service icd10 icd9cm3 region physician"},
                          {"VALUE", "the code"}},
          .run = run_code_check};
}

}  // namespace sluice::cli
