// sluice operation …: what the person at this machine asks to do with data, and does once it is allowed.
#include <fmt/core.h>

#include "edge/cli/ask_space.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

namespace {

constexpr Option kJsonAnswer{"--json", "", "answer as JSON"};

std::string field_text(const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); }

void print_operation(const Json& o) {
  fmt::print("{}  {:<10} {:<14} {}+{}  {}\n", field_text(o, "id"), field_text(o, "status"), field_text(o, "what"), o.get_int_or("first_row", 0).value_or(0),
             o.get_int_or("rows", 0).value_or(0), field_text(o, "dataset"));
}

int run_list(const Args& args) {
  auto json = get_from_space(args, "/api/v1/operations" + query_text({{"status", args.value_or("--status", "")}, {"limit", "200"}}));
  if (!json) return report(json.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(*json));
  } else {
    for (const Json& o : json->find("items")->as_array()) print_operation(o);
  }
  return 0;
}

Result<int64_t> count_of(const Args& args, std::string_view name) {
  std::string digits = args.value_or(name, "0");
  if (digits.empty() || digits.size() > 15 || digits.find_first_not_of("0123456789") != std::string::npos)
    return wants_number(name);
  return std::stoll(digits);
}

Result<Json> request_operation(const Args& args) {
  Json columns = Json::array();
  for (const std::string& column : args.values("--column")) columns.push(Json(column));
  Json ask = Json::object({{"columns", std::move(columns)}, {"dataset", args.value_or("--dataset", "")}, {"first_row", TRY(count_of(args, "--first-row"))},
                           {"flow", args.flag("--ask-approval") ? "person" : "standing"}, {"purpose", args.value_or("--purpose", "fund_supervision")},
                           {"reason", args.value_or("--reason", "")}, {"rows", TRY(count_of(args, "--rows"))}, {"what", args.value_or("KIND", "")}});
  if (auto version = args.value("--version")) ask.set("version", *version);
  if (auto batch = args.value("--batch")) ask.set("batch", *batch);
  return post_to_space(args, "/api/v1/operations", ask);
}

// 7 as everywhere: it waits for somebody.
int run_request(const Args& args) {
  auto json = request_operation(args);
  if (!json) return report(json.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(*json));
  } else {
    print_operation(*json);
  }
  return field_text(*json, "status") == "requested" ? 7 : 0;
}

Status save_file(const Args& args, const std::string& id) {
  auto out = args.value("--out");
  if (!out) return {};
  std::string envelope = TRY(fetch_from_space(args, "/api/v1/operations/" + id + "/file"));
  return write_file(*out, view(envelope), 0600);
}

int run_run(const Args& args) {
  std::string id = args.value_or("OPERATION", "");
  auto json = post_to_space(args, "/api/v1/operations/" + id + "/run", Json::object());
  if (!json) return report(json.error(), args);
  const Json* values = json->find("values");
  if (Status saved = values ? Status{} : save_file(args, id); !saved) return report(saved.error(), args);
  if (args.json() || !values) {
    fmt::print("{}\n", canonical(*json));
  } else {
    for (const Json& row : values->as_array()) fmt::print("{}\n", canonical(row));
  }
  return 0;
}

}  // namespace

Command operation_list_command() {
  return {.path = "operation list", .summary = "Operations on data inside the agency", .summary_zh = "内部数据操作",
          .options = {edge::kSpaceOption, {"--status", "STATUS", "requested, approved, done, …"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonAnswer}, .positionals = {}, .run = run_list};
}
Command operation_request_command() {
  return {.path = "operation request",
          .summary = "Ask for an operation on data (7: it waits for a second person)",
          .summary_zh = "申请一项数据操作（7：待第二人审批）",
          .options = {edge::kSpaceOption, {"--dataset", "ID", "the dataset", Arity::one}, {"--version", "ID", "the version"}, {"--batch", "ID", "a batch: its held rows"},
                      {"--column", "NAME", "a column; may be repeated (default: all)", Arity::many}, {"--first-row", "N", "from this row (0)"},
                      {"--rows", "N", "so many (default: to the end)"}, {"--purpose", "PURPOSE", "for what (fund_supervision)"},
                      {"--reason", "TEXT", "why", Arity::one}, {"--ask-approval", "", "let a second person decide"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonAnswer},
          .positionals = {{"KIND", "list_values, download, download_held, copy, modify"}},
          .run = run_request};
}
Command operation_run_command() {
  return {.path = "operation run", .summary = "Do an approved operation: show the rows, or save the sealed file", .summary_zh = "执行已批准的操作：显示数据，或取出加密文件",
          .options = {edge::kSpaceOption, {"--out", "FILE", "save the sealed file there (sluice open)"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonAnswer},
          .positionals = {{"OPERATION", "its id"}}, .run = run_run};
}

}  // namespace sluice::cli
