// sluice alarm on | off: what is set otherwise stays as it is.
#include <fmt/core.h>

#include "edge/cli/ask_space.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"

namespace sluice::cli {

namespace {

int switch_alarms(const Args& args, bool on) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    Json settings = *TRY(session.get("/api/v1/alarm-settings")).find("settings");
    settings.set("enabled", on);
    return session.post("/api/v1/alarm-settings", Json::object({{"reason", *args.value("--reason")}, {"settings", std::move(settings)}}));
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(*answer));
  } else {
    fmt::print("{}\n", on ? "告警已启用 alarms are on" : "告警已停用 alarms are off");
  }
  return 0;
}

int run_alarm_on(const Args& args) { return switch_alarms(args, true); }
int run_alarm_off(const Args& args) { return switch_alarms(args, false); }

const std::vector<Option>& switch_options() {
  static const std::vector<Option> options{edge::kSpaceOption, {"--reason", "TEXT", "why", Arity::one, "理由"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, {"--json", "", "the API's answer"}};
  return options;
}

}  // namespace

Command alarm_on_command() {
  return {.path = "alarm on",
          .summary = "As a security administrator: watch from now on, by the rules as they are set",
          .summary_zh = "由安全管理员启用自动告警",
          .options = switch_options(),
          .positionals = {},
          .run = run_alarm_on};
}
Command alarm_off_command() {
  return {.path = "alarm off",
          .summary = "As a security administrator: watch no more; what stands stays",
          .summary_zh = "由安全管理员停用自动告警（已有告警保留）",
          .options = switch_options(),
          .positionals = {},
          .run = run_alarm_off};
}

}  // namespace sluice::cli
