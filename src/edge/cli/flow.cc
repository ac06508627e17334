// sluice flow show: the whole flow through one object, as a list from the source to every recipient, each line with what it was made of.
#include <fmt/core.h>

#include <map>

#include "edge/cli/ask_space.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"

namespace sluice::cli {

namespace {

std::string plain_line(std::string text) {
  for (char& c : text)
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

std::string flow_member(const Json& node, std::string_view name) {
  const Json* value = node.find(name);
  if (!value || value->is_null()) return {};
  return plain_line(value->is_string() ? value->as_string() : canonical(*value));
}

void print_flow(const Json& flow) {
  std::map<std::string, std::string> made_of;
  for (const Json& edge : flow.find("edges")->as_array()) {
    std::string& of = made_of[flow_member(edge, "to")];
    of += (of.empty() ? "" : ", ") + flow_member(edge, "from") + " (" + flow_member(edge, "how") + ")";
  }
  for (const Json& node : flow.find("nodes")->as_array()) {
    std::string id = flow_member(node, "id");
    fmt::print("{} {} {} {}", id == flow_member(flow, "root") ? "*" : " ", flow_member(node, "kind"), id, flow_member(node, "title"));
    for (const char* name : {"rows", "status", "form", "calls", "marked", "destroyed", "destruction", "destruction_seq", "digest", "seq"})
      if (std::string value = flow_member(node, name); !value.empty()) fmt::print("  {}={}", name, value);
    if (auto of = made_of.find(id); of != made_of.end()) fmt::print("  <- {}", of->second);
    fmt::print("\n");
  }
  if (flow.get_bool_or("hidden", false).value_or(false)) fmt::print("  … 其中部分环节您无权查看 / parts that you may not see are left out\n");
  if (int64_t more = flow.get_int_or("left_out", 0).value_or(0); more > 0) fmt::print("  … {} more\n", more);
}

int run_flow_show(const Args& args) {
  auto answer = get_from_space(args, "/api/v1/flow/" + *args.value("OBJECT"));
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(*answer));
  } else {
    print_flow(*answer);
  }
  return 0;
}

}  // namespace

Command flow_show_command() {
  return {.path = "flow show",
          .summary = "The whole flow through a batch, dataset, version, product or release: to every recipient, and back to the sources",
          .summary_zh = "查看全程流向：从来源批次到每个接收方，以及一次交付的来路",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, {"--json", "", "the API's answer"}},
          .positionals = {{"OBJECT", "the id of a batch, dataset, version, product, release, provision or operation"}},
          .run = run_flow_show};
}

}  // namespace sluice::cli
