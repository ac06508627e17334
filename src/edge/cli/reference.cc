// sluice reference: code tables with periods of validity.
#include <fmt/core.h>

#include "base/file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "standard/datetime.h"

namespace sluice::cli {

namespace {

constexpr Option kJsonReference{"--json", "", "answer as JSON"};
constexpr size_t kTableFileBytesMax = 64u << 20;

void print_table(const Json& table) {
  fmt::print("{}  {}\n", table.get_string_or("name", "").value_or(""), table.get_string_or("title", "").value_or(""));
  for (const Json& version : table.find("versions")->as_array()) {
    const Json* to = version.find("to_day");
    fmt::print("  {}  from {} to {}: {} rows\n", version.get_int_or("number", 0).value_or(0), strict_date(static_cast<int32_t>(version.get_int_or("from_day", 0).value_or(0))),
               to && to->is_int() ? strict_date(static_cast<int32_t>(to->as_int())) : "-", version.get_int_or("rows", 0).value_or(0));
  }
}

int show_tables(const Args& args, const Result<Json>& answer) {
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(*answer));
  } else if (const Json* items = answer->find("items"); items && items->is_array()) {
    for (const Json& table : items->as_array()) print_table(table);
  } else {
    print_table(*answer);
  }
  return 0;
}

int run_reference(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.get("/api/v1/references");
  }();
  return show_tables(args, answer);
}

int run_reference_add(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    std::string content = TRY(read_text_file(*args.value("FILE"), kTableFileBytesMax));
    Json body = Json::object({{"name", *args.value("NAME")}, {"text", content}, {"title", args.value_or("--title", *args.value("NAME"))}, {"valid_from", *args.value("--from")}});
    if (auto to = args.value("--to")) body.set("valid_to", *to);
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/references", body);
  }();
  return show_tables(args, answer);
}

}  // namespace

Command reference_command() {
  return {.path = "reference", .summary = "Code tables and their periods of validity", .summary_zh = "参考数据：代码表及其有效期",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonReference}, .positionals = {}, .run = run_reference};
}
Command reference_add_command() {
  return {.path = "reference add", .summary = "Load a version of a code table: CSV with the column code, and valid_from and valid_to where codes come and go", .summary_zh = "载入代码表的一个版本（CSV：code，可选 valid_from、valid_to）",
          .options = {edge::kSpaceOption, {"--from", "DAY", "the first day on which this version holds", Arity::one}, {"--to", "DAY", "the last day"}, {"--title", "TEXT", "its name for people"},
                      kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonReference},
          .positionals = {{"NAME", "as plans name it"}, {"FILE", "the CSV file"}}, .run = run_reference_add};
}

}  // namespace sluice::cli
