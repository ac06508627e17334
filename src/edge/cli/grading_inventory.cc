// sluice grading item|process|profile|usage|find|levels: the inventory beside the fields, from the command line.
#include <fmt/core.h>

#include <cstdio>

#include "base/file.h"
#include "edge/cli/ask_space.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"
#include "rules/yaml.h"

namespace sluice::cli {

namespace {

constexpr Option kJsonInventory{"--json", "", "the API's answer"};
constexpr size_t kFormBytesMax = size_t{1} << 20;

std::string without_controls(std::string text) {
  for (char& c : text)
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

std::string word(const Json& json, std::string_view name) { return without_controls(json.get_string_or(name, "").value_or("")); }
int64_t number(const Json& json, std::string_view name) { return json.get_int_or(name, 0).value_or(0); }

int shown(const Result<Json>& answer, const Args& args) {
  if (!answer) return report(answer.error(), args);
  std::string text = args.json() ? canonical(*answer) : pretty(*answer);
  fmt::print("{}\n", text);
  return 0;
}

// A form as people write it: YAML, of which JSON is a part.
Result<Json> form_of(const std::string& path) {
  std::string text = TRY(read_text_file(path, kFormBytesMax));
  Json form = TRY(rules::parse_yaml(text));
  if (!form.is_object()) return fail(Errc::invalid, "record.wrong_kind", "form");
  return form;
}

Result<Json> post_form(const Args& args, const std::string& target) {
  return post_to_space(args, target, TRY(form_of(args.value_or("FORM", ""))));
}

int run_items(const Args& args) {
  auto answer = get_from_space(args, "/api/v1/grading/items");
  if (!answer || args.json()) return shown(answer, args);
  for (const Json& item : answer->find("items")->as_array()) {
    const Json *facts = item.find("facts"), *grade = item.find("grade");
    std::string level = grade && grade->is_object() ? std::to_string(number(*grade, "level")) : "-";
    fmt::print("{}  {}  {}  {} {}  {}\n", word(item, "id"), word(*facts, "title"), level, number(*facts, "volume"), word(*facts, "volume_unit"), word(*facts, "place"));
  }
  return 0;
}

int run_item_describe(const Args& args) {
  auto item = args.value("--item");
  return shown(post_form(args, item ? "/api/v1/grading/items/" + *item : "/api/v1/grading/items"), args);
}

int run_item_grade(const Args& args) {
  std::string level = args.value_or("--level", "");
  if (level.size() != 1 || level[0] < '0' || level[0] > '9') return report(wants("--level", "1 … 5").value(), args);
  Json body = Json::object({{"type", args.value_or("--type", "")}, {"category", args.value_or("--category", "none")}, {"level", level[0] - '0'},
                            {"reason", args.value_or("--reason", "")}, {"identifying", args.flag("--identifying")}});
  if (auto own = args.value("--own-level")) body.set("own_level", *own);
  return shown(post_to_space(args, "/api/v1/grading/items/" + args.value_or("ITEM", "") + "/grade", body), args);
}

int run_item_end(const Args& args) {
  return shown(post_to_space(args, "/api/v1/grading/items/" + args.value_or("ITEM", "") + "/end", Json::object({{"reason", args.value_or("--reason", "")}})), args);
}

int run_processes(const Args& args) {
  auto answer = get_from_space(args, "/api/v1/grading/processes");
  if (!answer || args.json()) return shown(answer, args);
  for (const Json& p : answer->find("items")->as_array())
    fmt::print("{}  {}  v{}  {} nodes\n", word(p, "id"), word(p, "title"), number(p, "number"), number(p, "nodes"));
  return 0;
}

int run_process_draw(const Args& args) {
  auto process = args.value("--process");
  return shown(post_form(args, process ? "/api/v1/grading/processes/" + *process : "/api/v1/grading/processes"), args);
}

int run_process_show(const Args& args) {
  std::string base = "/api/v1/grading/processes/" + args.value_or("PROCESS", "");
  auto out = args.value("--out");
  if (!out) return shown(get_from_space(args, base), args);
  auto written = [&]() -> Status {
    std::string svg = TRY(fetch_from_space(args, base + "/picture"));
    TRY(write_file(*out, view(svg), 0600));
    std::fprintf(stderr, "%s: %zu bytes\n", out->c_str(), svg.size());
    return {};
  }();
  return written ? 0 : report(written.error(), args);
}

// Two characters a name, so that they stand under each other in Chinese and English.
constexpr std::pair<const char*, const char*> kIndicators[] = {
    {"completeness", "完整性"}, {"validity", "规范性"}, {"consistency", "一致性"}, {"timeliness", "时效性"}, {"uniqueness", "唯一性"}};

int run_profile(const Args& args) {
  auto answer = get_from_space(args, "/api/v1/datasets/" + args.value_or("DATASET", "") + "/profile");
  if (!answer || args.json()) return shown(answer, args);
  for (auto [id, zh] : kIndicators) {
    const Json* one = answer->find("quality")->find(id);
    if (!one || !one->is_object()) {
      fmt::print("{} {}: -\n", zh, id);
      continue;
    }
    int64_t permille = number(*one, "permille");
    fmt::print("{} {}: {}.{}%  {}\n", zh, id, permille / 10, permille % 10, word(*one, "zh"));
  }
  for (const Json& d : answer->find("drift")->as_array()) fmt::print("{}  {}  {}\n", word(d, "column"), word(d, "cause"), word(d, "zh"));
  for (const Json& u : answer->find("unplanned")->as_array())
    fmt::print("{}  {}  {}  {}\n", word(u, "column"), number(u, "level"), word(u, "type_zh"), number(u, "confidence_permille"));
  return 0;
}

int run_usage(const Args& args) { return shown(get_from_space(args, "/api/v1/datasets/" + args.value_or("DATASET", "") + "/usage"), args); }

int run_find(const Args& args) {
  auto answer = get_from_space(args, "/api/v1/catalog/search" + query_text({{"q", args.value_or("TEXT", "")}, {"limit", args.value_or("--limit", "50")}}));
  if (!answer || args.json()) return shown(answer, args);
  for (const Json& item : answer->find("items")->as_array())
    fmt::print("{}  {}  {}  {}  {}  ({})\n", word(item, "kind"), word(item, "dataset_title"), word(item, "title"), word(item, "column"), number(item, "level"), word(item, "matched"));
  return 0;
}

int run_own_levels(const Args& args) {
  if (!args.value("FORM")) return shown(get_from_space(args, "/api/v1/grading/own-levels"), args);
  return shown(post_form(args, "/api/v1/grading/own-levels"), args);
}

}  // namespace

Command grading_items_command() {
  return {.path = "grading items", .summary = "Described items: paper, film, tapes, with place, volume and level", .summary_zh = "列出手工登记的纸质等载体",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory}, .positionals = {}, .run = run_items};
}
Command grading_item_describe_command() {
  return {.path = "grading describe-item", .summary = "Describe a holding that no plan collects, from a YAML form", .summary_zh = "登记纸质等载体（YAML 表单）",
          .options = {edge::kSpaceOption, {"--item", "ID", "one that is there already"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory},
          .positionals = {{"FORM", "title, medium (paper, film, tape, electronic), place, volume, volume_unit, department, …"}}, .run = run_item_describe};
}
Command grading_item_grade_command() {
  return {.path = "grading grade-item", .summary = "Category and level of a described item", .summary_zh = "确定登记载体的类别和级别",
          .options = {edge::kSpaceOption, {"--type", "ID", "a type of the rule pack", Arity::one}, {"--category", "NAME", "personal, health, medical, …", Arity::one},
                      {"--level", "N", "1 to 5", Arity::one}, {"--own-level", "ID", "a step of the own scale"}, {"--identifying", "", "it identifies persons"},
                      {"--reason", "TEXT", "why", Arity::one}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory},
          .positionals = {{"ITEM", "the item's id"}}, .run = run_item_grade};
}
Command grading_item_end_command() {
  return {.path = "grading end-item", .summary = "An item was destroyed or handed over", .summary_zh = "注销已销毁或移交的登记载体",
          .options = {edge::kSpaceOption, {"--reason", "TEXT", "why", Arity::one}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory}, .positionals = {{"ITEM", "the item's id"}}, .run = run_item_end};
}
Command grading_processes_command() {
  return {.path = "grading processes", .summary = "Business-process diagrams", .summary_zh = "列出业务流程图",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory}, .positionals = {}, .run = run_processes};
}
Command grading_process_draw_command() {
  return {.path = "grading draw-process", .summary = "Draw a business process from a YAML form: nodes with data, access and units, edges", .summary_zh = "绘制业务流程图（YAML）",
          .options = {edge::kSpaceOption, {"--process", "ID", "a new version of this one"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory},
          .positionals = {{"FORM", "title, nodes, edges (docs/formats/grading-api.md)"}}, .run = run_process_draw};
}
Command grading_process_show_command() {
  return {.path = "grading process", .summary = "A business process, or its picture", .summary_zh = "查看业务流程图，或导出 SVG",
          .options = {edge::kSpaceOption, {"--out", "FILE.svg", "write the picture"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory}, .positionals = {{"PROCESS", "the process's id"}},
          .run = run_process_show};
}
Command grading_profile_command() {
  return {.path = "grading profile", .summary = "Quality indicators and drift of a dataset", .summary_zh = "数据集的质量指标与变化",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory}, .positionals = {{"DATASET", "the dataset's id"}}, .run = run_profile};
}
Command grading_usage_command() {
  return {.path = "grading usage", .summary = "How often and for what a dataset is used", .summary_zh = "数据集的使用频次与目的",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory}, .positionals = {{"DATASET", "the dataset's id"}}, .run = run_usage};
}
Command grading_find_command() {
  return {.path = "grading find", .summary = "Search the catalog by Chinese, pinyin, initials or English", .summary_zh = "按中文、拼音、首字母或英文检索目录",
          .options = {edge::kSpaceOption, {"--limit", "N", "at most (50)"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory}, .positionals = {{"TEXT", "what to look for"}}, .run = run_find};
}
Command grading_levels_command() {
  return {.path = "grading own-levels", .summary = "The organisation's own scale of levels, or adopt one", .summary_zh = "查看或制定本机构的级别体系",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonInventory}, .positionals = {{"FORM", "levels (id, zh, en, standard) from the lowest, and reason", Arity::optional}},
          .run = run_own_levels};
}

}  // namespace sluice::cli
