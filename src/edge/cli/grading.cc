// sluice grading …: the list of a space as a file, what waits for review, and the level of an export or join before it happens.
#include <fmt/core.h>

#include <cstdio>

#include "base/file.h"
#include "edge/cli/ask_space.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"

namespace sluice::cli {

namespace {

// Names come from files of others: nothing that steers a terminal.
std::string printable(std::string text) {
  for (char& c : text)
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

constexpr Option kJsonGrading{"--json", "", "the API's answer"};

int print_or_report(const Result<Json>& answer, const Args& args) {
  if (!answer) return report(answer.error(), args);
  std::string text = args.json() ? canonical(*answer) : pretty(*answer);
  fmt::print("{}\n", text);
  return 0;
}

Status write_list(const Args& args) {
  std::string out = args.value_or("--out", "graded-list.xlsx");
  auto dot = out.rfind('.');
  std::string ending = dot == std::string::npos ? "" : out.substr(dot + 1), format = ending == "jsonld" ? "dcat" : ending;
  std::string base = "/api/v1/grading/list";
  if (auto id = args.value("--issued")) base = "/api/v1/grading/lists/" + *id;
  std::string query = query_text({{"format", format}, {"dataset", args.value_or("--dataset", "")}, {"level", args.value_or("--level", "")}});
  std::string content = TRY(fetch_from_space(args, base + "/export" + query));
  TRY(write_file(out, view(content), 0600));
  std::fprintf(stderr, "%s: %zu bytes\n", out.c_str(), content.size());
  return {};
}

int run_grading_list(const Args& args) {
  Status written = write_list(args);
  return written ? 0 : report(written.error(), args);
}

int run_grading_review(const Args& args) {
  auto answer = get_from_space(args, "/api/v1/grading/review" + query_text({{"dataset", args.value_or("--dataset", "")}, {"limit", "500"}}));
  if (!answer || args.json()) return print_or_report(answer, args);
  for (const Json& item : answer->find("items")->as_array()) {
    const Json* proposal = item.find("proposal");
    bool known = proposal && proposal->is_object();
    fmt::print("{}.{}  {}  {}  {}\n", printable(item.get_string_or("table", "").value_or("")), printable(item.get_string_or("column", "").value_or("")),
               known ? proposal->get_int("level").value_or(0) : 0, known ? proposal->get_string_or("type_zh", "").value_or("") : "", canonical(*item.find("why")));
  }
  fmt::print("{} fields wait\n", answer->get_int("total").value_or(0));
  return 0;
}

int run_grading_level(const Args& args) {
  Json part = Json::object({{"dataset", args.value_or("--dataset", "")}, {"version", args.value_or("--version", "")}});
  Json columns = Json::array();
  for (const std::string& column : args.values("--column")) columns.push(column);
  part.set("columns", std::move(columns));
  Json body = Json::object({{"parts", Json::array({part})}, {"scenario", args.value_or("--scenario", "internal")}, {"fine_grained", args.flag("--fine-grained")}});
  return print_or_report(post_to_space(args, "/api/v1/grading/level", body), args);
}

}  // namespace

Command grading_list_command() {
  return {.path = "grading list",
          .summary = "The classification-and-grading list of a space as a file",
          .summary_zh = "导出空间的分类分级清单",
          .options = {edge::kSpaceOption, {"--out", "FILE", "xlsx, csv, json, jsonld (DCAT) or pdf by its ending (graded-list.xlsx)"},
                      {"--issued", "ID", "an issued version"}, {"--dataset", "ID", "of one dataset"}, {"--level", "N", "of one level"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonGrading},
          .positionals = {},
          .run = run_grading_list};
}
Command grading_review_command() {
  return {.path = "grading review",
          .summary = "Fields whose grade waits for a person, the most urgent first",
          .summary_zh = "待人员确认分级的字段",
          .options = {edge::kSpaceOption, {"--dataset", "ID", "of one dataset"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonGrading},
          .positionals = {},
          .run = run_grading_review};
}
Command grading_level_command() {
  return {.path = "grading level",
          .summary = "The level that an export would have, and why",
          .summary_zh = "计算一次导出的级别及理由",
          .options = {edge::kSpaceOption, {"--dataset", "ID", "the dataset", Arity::one}, {"--version", "ID", "the version"},
                      {"--column", "NAME", "a column; may be repeated (default: all)", Arity::many}, {"--scenario", "NAME", "internal, sharing, research, open, …"},
                      {"--fine-grained", "", "columns are controlled one by one"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonGrading},
          .positionals = {},
          .run = run_grading_level};
}

}  // namespace sluice::cli
