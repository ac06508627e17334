// sluice keys decide: the decision before a destruction is witnessed.
#include <fmt/core.h>

#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

namespace {

int show_decided(const Result<Json>& answer, const Args& args) {
  if (!answer) return report(answer.error(), args);
  fmt::print("{}\n", args.json() ? canonical(*answer) : pretty(*answer));
  return 0;
}

int run_keys_decide(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    bool yes = args.flag("--yes");
    if (yes == args.flag("--no")) return one_of_both("--yes", "--no");
    auto session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/key-works/" + args.value_or("ID", "") + "/decide", Json::object({{"approve", yes}, {"reason", args.value_or("--reason", "")}}));
  }();
  return show_decided(answer, args);
}

std::vector<Option> decide_options(std::initializer_list<Option> more) {
  std::vector<Option> out{edge::kSpaceOption, kAsOption, kPasswordFileOption, kCodeOption, kPassphraseFileOption, {"--json", "", "answer as JSON"}};
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace

Command keys_decide_command() {
  return {.path = "keys decide",
          .summary = "Decide a destruction before it is witnessed: a head of the owning department, or the committee",
          .summary_zh = "决定一项销毁（数据所属部门负责人或委员会），之后方可见证",
          .options = decide_options({{"--yes", "", "it is to be destroyed"}, {"--no", "", "it is not"}, {"--reason", "TEXT", "why", Arity::one}}),
          .positionals = {{"ID", "the operation", Arity::one}},
          .run = run_keys_decide};
}

}  // namespace sluice::cli
