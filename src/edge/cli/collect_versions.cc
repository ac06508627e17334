// sluice collect merge|source-key: versions of a dataset as one; the key of a plan's source.
#include <cstdio>

#include "base/file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

namespace {

constexpr size_t kKeyFileBytesMax = 4096;

int run_merge(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    Json parts = Json::array();
    for (const std::string& version : args.values("--part")) parts.push(Json(version));
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/datasets/" + *args.value("DATASET") + "/merge", Json::object({{"newest_by_key", args.flag("--newest")}, {"parts", std::move(parts)}}));
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
    return 0;
  }
  const Json* parts = answer->find("parts");
  if (int64_t superseded = answer->get_int_or("superseded", 0).value_or(0); superseded > 0)
    std::printf("%lld rows were sent again and superseded 已被重报替代\n", static_cast<long long>(superseded));
  std::printf("%s: %lld rows of %zu versions\n", answer->get_string_or("version", "").value_or("").c_str(),
              static_cast<long long>(answer->get_int_or("rows", 0).value_or(0)), parts && parts->is_array() ? parts->as_array().size() : size_t{0});
  return 0;
}

// The plan's id, or its name.
Result<std::string> plan_id(SpaceSession& session, const std::string& plan) {
  if (plan.starts_with("pl_")) return plan;
  Json list = TRY(session.get("/api/v1/plans?limit=200"));
  if (const Json* items = list.find("items"); items && items->is_array())
    for (const Json& one : items->as_array())
      if (one.get_string_or("name", "").value_or("") == plan) return one.get_string("id");
  return fail(Errc::not_found, "plan.not_found");
}

Result<std::string> public_key_text(const std::string& path) {
  std::string content = TRY(read_text_file(path, kKeyFileBytesMax));
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) content.pop_back();
  if (auto json = parse_json(content); json && json->is_object()) return json->get_string("public_key");
  return content;
}

int run_source_key(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    std::string key;
    if (!args.flag("--none")) {
      auto file = args.value("--key");
      if (!file) return one_of_both("--key FILE", "--none");
      key = TRY(public_key_text(*file));
    }
    SpaceSession session = TRY(SpaceSession::open(args));
    std::string id = TRY(plan_id(session, *args.value("PLAN")));
    return session.post("/api/v1/plans/" + id + "/source-key", Json::object({{"reason", *args.value("--reason")}, {"source_key", key}}));
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    answer->erase("can");
    answer->erase("names");
    std::printf("%s\n", canonical(*answer).c_str());
  } else {
    std::printf("%s: version %lld of the plan, with the new key of its source\n", answer->get_string_or("name", "").value_or("").c_str(),
                static_cast<long long>(answer->get_int_or("version", 1).value_or(1)));
  }
  return 0;
}

}  // namespace

Command collect_merge_command() {
  return {.path = "collect merge",
          .summary = "Several collected versions of a dataset into one (default: all that are in no other version)",
          .summary_zh = "将同一数据集的多个归集版本合并为一个（默认：全部尚未合并的版本）",
          .options = {edge::kSpaceOption, {"--part", "VERSION", "a version, in the order of the rows", Arity::many},
                      {"--newest", "", "of rows with the same key only the newest stays (the plan's key fields)"}, kAsOption, kPasswordFileOption,
                      kPassphraseFileOption, {"--json", "", "answer as JSON"}},
          .positionals = {{"DATASET", "the dataset", Arity::one}},
          .run = run_merge};
}

Command collect_source_key_command() {
  return {.path = "collect source-key",
          .summary = "Change the key under which a source's manifests are believed (security officer, second factor)",
          .summary_zh = "更换采集方案的来源方公钥（数据安全负责人，须二次验证）",
          .options = {edge::kSpaceOption,
                      {"--key", "FILE", "the source's new public key"},
                      {"--none", "", "the source can no longer sign: receipts stand in"},
                      {"--reason", "TEXT", "why", Arity::one},
                      kAsOption,
                      kPasswordFileOption,
                      kCodeOption,
                      kPassphraseFileOption,
                      {"--json", "", "answer as JSON"}},
          .positionals = {{"PLAN", "the plan's name or id", Arity::one}},
          .run = run_source_key};
}

}  // namespace sluice::cli
