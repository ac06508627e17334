// sluice deident audit, and tracing by a space's own records (deident trace --space).
#include <cstdio>
#include <filesystem>

#include "edge/cli/deident_space.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"

namespace sluice::cli {

namespace {

std::string member_text(const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); }

// The dataset that was named, or the only one with marked releases.
Result<std::string> traced_dataset(SpaceSession& session, const Args& args) {
  if (auto named = args.value("--dataset")) return *named;
  Json marks = TRY(session.get("/api/v1/deident/marks?limit=500"));
  std::string found;
  for (const Json& item : marks.find("items")->as_array()) {
    std::string dataset = TRY(item.get_string("dataset"));
    if (!found.empty() && found != dataset) return fail(Errc::usage, "trace.which_dataset", found + ", " + dataset);
    found = dataset;
  }
  if (found.empty()) return fail(Errc::conflict, "trace.nothing_marked");
  return found;
}

int run_deident_audit(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    auto dataset = args.value("--dataset");
    return session.get("/api/v1/deident/audit" + (dataset ? "?dataset=" + *dataset : std::string()));
  }();
  if (!answer) return report(answer.error(), args);
  bool serious = false;
  for (const Json& item : answer->find("items")->as_array()) {
    bool grave = item.get_bool_or("serious", false).value_or(false);
    serious = serious || grave;
    if (!args.json())
      std::printf("%s %-22s %-8s %s  %s%s%s\n", grave ? "!" : " ", member_text(item, "rule").c_str(), member_text(item, "kind").c_str(), member_text(item, "object").c_str(),
                  member_text(item, "zh").c_str(), " / ", member_text(item, "en").c_str());
  }
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
  } else if (const Json* checked = answer->find("checked")) {
    auto number = [&](const char* name) { return static_cast<long long>(checked->get_int_or(name, 0).value_or(0)); };
    std::printf("%lld versions, %lld products, %lld releases looked at\n", number("versions"), number("products"), number("releases"));
  }
  return serious ? 6 : 0;
}

}  // namespace

Result<Json> trace_in_space(const Args& args) {
  std::error_code ec;
  std::string path = std::filesystem::absolute(*args.value("SUSPECT"), ec).string();
  SpaceSession session = TRY(SpaceSession::open(args));
  std::string dataset = TRY(traced_dataset(session, args));
  return session.post("/api/v1/deident/trace", Json::object({{"dataset", dataset}, {"file", path}, {"reason", args.value_or("--reason", "")}}));
}

Command deident_audit_command() {
  return {.path = "deident audit",
          .summary = "Outputs whose strategy is outdated, incomplete or misused (6: something serious)",
          .summary_zh = "审计：查找脱敏策略过期、不完整或误用的成果（6：有严重问题）",
          .options = {edge::kSpaceOption, {"--dataset", "DATASET", "of this dataset only", Arity::optional, "只看此数据集"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, {"--json", "", "answer as JSON", Arity::optional, "以 JSON 作答"}},
          .positionals = {},
          .run = run_deident_audit};
}

}  // namespace sluice::cli
