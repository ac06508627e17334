// sluice deident adopt|mask|recheck: strategies in a space, as the API has them (docs/formats/deident-api.md).
#include <cstdio>

#include "base/file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

namespace {

const Option kFlowJson{"--json", "", "answer as JSON", Arity::optional, "以 JSON 作答"};

std::string flow_word(const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); }
long long flow_number(const Json& json, std::string_view name) { return static_cast<long long>(json.get_int_or(name, 0).value_or(0)); }

int run_deident_adopt(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    const std::string strategy = *args.value("STRATEGY");
    if (strategy.starts_with("sd_") && !args.value("--dataset")) {
      SpaceSession session = TRY(SpaceSession::open(args));
      return session.post("/api/v1/strategy-drafts/" + strategy + "/adopt", Json::object());
    }
    if (!args.value("--dataset")) return bad_words("须给出 --dataset", "--dataset is missing");
    Json body = Json::object({{"text", TRY(read_text_file(strategy, 4u << 20))}});
    if (auto path = args.value("--signature")) body.set("signature", TRY(parse_json(TRY(read_text_file(*path, 64u << 10)))));
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/datasets/" + *args.value("--dataset") + "/strategies", body);
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
  } else {
    std::printf("%s  %s\n", flow_word(*answer, "id").c_str(), flow_word(*answer, "name").c_str());
  }
  return 0;
}

int run_deident_mask(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    Json body = Json::object({{"version", *args.value("VERSION")}});
    for (auto [option, member] : {std::pair{"--share-type", "share_type"}, {"--form", "form"}, {"--purpose", "purpose"}, {"--level5-rows", "level5_rows"},
                                  {"--population", "population"}})
      if (auto value = args.value(option)) body.set(member, *value);
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/strategies/" + *args.value("--strategy") + "/apply", body);
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
    return 0;
  }
  std::printf("%s  %lld rows, %lld left out, k %lld -> %lld\n", flow_word(*answer, "version").c_str(), flow_number(*answer, "rows"), flow_number(*answer, "rows_left_out"),
              flow_number(*answer, "before_k"), flow_number(*answer, "k"));
  if (answer->find("level5_rows_left_out")) std::printf("  %lld rows with level 5 content left out\n", flow_number(*answer, "level5_rows_left_out"));
  return 0;
}

int run_deident_recheck(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    std::string id = *args.value("OBJECT");
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post(std::string(id.starts_with("rl_") ? "/api/v1/releases/" : "/api/v1/versions/") + id + "/recheck", Json::object());
  }();
  if (!answer) return report(answer.error(), args);
  bool holds = answer->get_bool_or("holds", false).value_or(false);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
    return holds ? 0 : 6;
  }
  for (const Json& f : answer->find("findings")->as_array())
    std::printf("%-13s %-12s %-24s %lld  %s\n", flow_word(f, "outcome").c_str(), flow_word(f, "check").c_str(), flow_word(f, "column").c_str(), flow_number(f, "cells"),
                flow_word(f, "detail").c_str());
  std::printf("%s\n", holds ? "the receipt holds / 回执成立" : "the receipt does not hold / 回执不成立");
  return holds ? 0 : 6;
}

}  // namespace

Command deident_adopt_command() {
  return {.path = "deident adopt",
          .summary = "adopt a masking strategy for a dataset of a space",
          .summary_zh = "在空间中为数据集采用脱敏策略",
          .options = {edge::kSpaceOption, {.name = "--dataset", .value = "DATASET", .help = "whose columns it names; a draft knows it", .help_zh = "所属数据集；草案已载明"},
                      {.name = "--signature", .value = "SIG", .help = "a reviewer's signature of the file (sluice sign)", .help_zh = "审核人对该文件的签名（sluice sign）"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kFlowJson},
          .positionals = {{.name = "STRATEGY", .help = "YAML or JSON; `extends` names a strategy that was adopted before; or a draft that was signed", .help_zh = "YAML 或 JSON，`extends` 指已采用的策略；或已签名的草案"}},
          .run = run_deident_adopt};
}

Command deident_mask_command() {
  return {.path = "deident mask",
          .summary = "apply an adopted strategy to a version of a space",
          .summary_zh = "用已采用的策略处理空间中的数据版本",
          .options = {edge::kSpaceOption, {.name = "--strategy", .value = "STRATEGY", .help = "id of the adopted strategy", .arity = Arity::one, .help_zh = "已采用策略的编号"},
                      {.name = "--share-type", .value = "TYPE", .help = "what the output is for: full, controlled or enclave", .help_zh = "输出用于何种共享类型：full、controlled、enclave"},
                      {.name = "--form", .value = "FORM", .help = "website, file, api, query or platform", .help_zh = "开放形态：website、file、api、query、platform"},
                      {.name = "--purpose", .value = "PURPOSE", .help = "a purpose of the policy rules", .help_zh = "政策规则中的用途"},
                      {.name = "--level5-rows", .value = "HOW", .help = "leave_out: rows with level 5 content do not go out (default: keep)", .help_zh = "leave_out：含第5级内容的行不输出（默认 keep）"},
                      {.name = "--population", .value = "VERSION", .help = "an unmasked version that a presence target is measured against", .help_zh = "成员推断目标所对照的未脱敏版本"},
                      kAsOption, kPasswordFileOption, kPassphraseFileOption, kFlowJson},
          .positionals = {{.name = "VERSION", .help = "the sealed version", .help_zh = "密封版本"}},
          .run = run_deident_mask};
}

Command deident_recheck_command() {
  return {.path = "deident recheck",
          .summary = "check a masked version or a release of a space against its receipt, independently (6: it does not hold)",
          .summary_zh = "独立核验空间中的脱敏版本或发布与其回执（6：不成立）",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kFlowJson},
          .positionals = {{.name = "OBJECT", .help = "a masked version or a release", .help_zh = "脱敏版本或交付"}},
          .run = run_deident_recheck};
}

}  // namespace sluice::cli
