// sluice collect delete: rows that the source takes back, by its signed list of keys.
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "collect/manifest.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"

namespace sluice::cli {

namespace {

constexpr size_t kSentListBytesMax = 5u << 20, kManifestBytesMax = 1u << 20;  // in base64 within a request's 8 MiB

Result<std::string> plan_by_name(SpaceSession& session, const std::string& plan) {
  if (plan.starts_with("pl_")) return plan;
  Json list = TRY(session.get("/api/v1/plans?limit=200"));
  if (const Json* items = list.find("items"); items && items->is_array())
    for (const Json& one : items->as_array())
      if (one.get_string_or("name", "").value_or("") == plan) return one.get_string("id");
  return fail(Errc::not_found, "plan.not_found");
}

// The list goes along with the request, as from the console: the server's user need not be able to read it. A longer one than a request holds is named by
// its path; one without a manifest too, so that the refusal is the same and stands on record.
Status add_list(Json& ask, const std::string& file) {
  std::error_code ec;
  std::string beside = collect::manifest_path(file);
  if (std::filesystem::file_size(file, ec) > kSentListBytesMax || ec || !std::filesystem::exists(beside, ec)) {
    ask.set("file", file);
    return {};
  }
  Bytes content = TRY(read_file(file, kSentListBytesMax)), manifest = TRY(read_file(beside, kManifestBytesMax));
  ask.set("list", Json::object({{"content", base64(content)}, {"manifest", text(manifest)}, {"name", std::filesystem::path(file).filename().string()}}));
  return {};
}

int run_delete(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    std::error_code ec;
    std::string file = std::filesystem::absolute(*args.value("FILE"), ec).string();
    if (!std::filesystem::exists(file)) return fail(Errc::not_found, "file.not_found", *args.value("FILE"));
    SpaceSession session = TRY(SpaceSession::open(args));
    Json ask = Json::object({{"plan", TRY(plan_by_name(session, *args.value("--plan")))}});
    TRY(add_list(ask, file));
    if (auto version = args.value("--version")) ask.set("version", *version);
    return session.post("/api/v1/collections/deletion", ask);
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
    return 0;
  }
  auto number = [&](std::string_view name) { return static_cast<long long>(answer->get_int_or(name, 0).value_or(0)); };
  std::printf("%s: %lld rows taken back, %lld remain; %lld keys of the list matched no row\n", answer->get_string_or("version", "").value_or("").c_str(),
              number("removed"), number("rows"), number("unmatched"));
  return 0;
}

}  // namespace

Command collect_delete_command() {
  return {.path = "collect delete",
          .summary = "Take rows back as the source asks, by its signed list of keys (a new version without them)",
          .summary_zh = "按来源方签名的清单删除记录（生成不含这些记录的新版本）",
          .options = {edge::kSpaceOption, {"--plan", "PLAN", "the plan, by id or name", Arity::one}, {"--version", "ID", "the version to take them from (newest)"},
                      kAsOption, kPasswordFileOption, kPassphraseFileOption, {"--json", "", "answer as JSON"}},
          .positionals = {{"FILE", "CSV of the plan's key fields; FILE.manifest.json beside it (sluice manifest --deletion)"}},
          .run = run_delete};
}

}  // namespace sluice::cli
