// sluice access …: who could see a column and why, rights, what nobody uses, the permission log. sluice protection: the measures.
#include <fmt/core.h>

#include "base/clock.h"
#include "edge/cli/ask_space.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"
#include "edge/cli/verb.h"
#include "edge/messages/catalogue.h"
#include "node/views/view.h"

namespace sluice::cli {

namespace {

bool in_chinese() { return language_of_environment() == Language::zh; }

std::string text_in(const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); }

// The name that the answer gives for an id, else the id.
std::string name_in(const Json& json, const std::string& id) {
  const Json* names = json.find("names");
  std::string name = names && names->is_object() ? names->get_string_or(id, "").value_or("") : "";
  return name.empty() ? id : name + " " + id;
}

std::string words_of(const Json& json, std::string_view member) {
  std::string out;
  if (const Json* list = json.find(member); list && list->is_array())
    for (const Json& word : list->as_array()) out += (out.empty() ? "" : ", ") + word.as_string();
  return out;
}

std::string sentence(const std::string& reason) {
  if (reason == "access.right") return in_chinese() ? "按授予的权限" : "by a right";
  if (reason == "access.permitted_by_rule") return in_chinese() ? "按访问规则" : "by an access rule";
  if (reason == "duty.missing") return in_chinese() ? "没有履行此操作的职责" : "no duty of this person's allows it";
  const Message* message = find_message(reason);
  return message ? std::string(message->text(language_of_environment())) : reason;
}

const std::vector<Json>& items_of(const Json& json, std::string_view member) {
  static const std::vector<Json> kNone;
  const Json* list = json.find(member);
  return list && list->is_array() ? list->as_array() : kNone;
}

using Printer = void (*)(const Json&);

// As the person of --as, whose duty it is; else as the operator at this machine.
Result<Json> ask_as(const Args& args, std::string target) {
  SpaceSession session = TRY(SpaceSession::open(args));
  return session.get(std::move(target));
}

int answer(const Args& args, Result<Json> json, Printer print) {
  if (!json) return report(json.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(*json));
  } else {
    print(*json);
  }
  return 0;
}

void print_who(const Json& json) {
  fmt::print("{} · {} {} · {} {}\n", text_in(json, "column"), in_chinese() ? "级别" : "level", json.get_int_or("level", 0).value_or(0), text_in(json, "action"),
             text_in(json, "purpose"));
  for (const Json& p : items_of(json, "people")) {
    const Json* could = p.find("could");
    bool yes = could && could->is_bool() && could->as_bool();
    std::string needs = words_of(p, "needs");
    fmt::print("  {} {}: {}{}{}\n", yes ? "+" : "-", name_in(json, text_in(p, "person")), sentence(text_in(p, "reason")),
               text_in(p, "by").empty() ? "" : " (" + text_in(p, "by") + ")", needs.empty() ? "" : (in_chinese() ? "；另需 " : "; needs ") + needs);
  }
  for (const Json& r : items_of(json, "recipients"))
    fmt::print("  > {} {} {} {}\n", name_in(json, text_in(r, "party")), text_in(r, "contract"), text_in(r, "technique"), text_in(r, "purpose"));
}

int run_who(const Args& args) {
  std::string query = query_text({{"dataset", args.value_or("--dataset", "")}, {"column", args.value_or("--column", "")}, {"version", args.value_or("--version", "")},
                                  {"action", args.value_or("--action", "")}, {"purpose", args.value_or("--purpose", "")}});
  return answer(args, ask_as(args, "/api/v1/access/who" + query), print_who);
}

void print_rights(const Json& json) {
  Json flat = json;
  Json items = Json::array();
  for (const Json& r : items_of(json, "items")) {
    Json one = r;
    bool revoked = r.get_bool_or("revoked", false).value_or(false), over = r.get_int_or("expires_ms", 0).value_or(0) <= SystemClock().now();
    one.set("state", revoked ? (in_chinese() ? "已撤销" : "revoked") : over ? (in_chinese() ? "已到期" : "expired") : (in_chinese() ? "有效" : "in force"));
    one.set("holder", text_in(r, "person").empty() ? text_in(r, "unit") : text_in(r, "person"));
    if (const Json* scope = r.find("scope"))
      for (std::string_view member : {"actions", "datasets", "level_max"})
        if (const Json* value = scope->find(member)) one.set(member, *value);
    items.push(std::move(one));
  }
  flat.set("items", std::move(items));
  print_table(flat, "items", {{"id", "id", "编号"}, {"state", "state", "状态"}, {"holder", "holder", "持有者"}, {"actions", "actions", "操作"}, {"datasets", "datasets", "数据集"}, {"level_max", "level", "级别"}, {"expires_ms", "until", "有效期至"}, {"reason", "reason", "理由"}},
              "rights", "权限");
}
int run_rights(const Args& args) { return answer(args, ask_as(args, "/api/v1/access/rights?limit=200"), print_rights); }

void print_unused(const Json& json) {
  for (const Json& item : items_of(json, "items"))
    fmt::print("{}  {}  {}\n", text_in(item, "kind"), name_in(item, text_in(item, "holder")), text_in(item, "duty") + text_in(item, "right"));
}
int run_unused(const Args& args) {
  return answer(args, ask_as(args, "/api/v1/access/unused" + query_text({{"days", args.value_or("--days", "")}})), print_unused);
}

void print_log(const Json& json) {
  for (const Json& e : items_of(json, "items"))
    fmt::print("{:8}  {}  {:<34} {}\n", e.get_int_or("seq", 0).value_or(0), rfc3339(e.get_int_or("time_ms", 0).value_or(0)), text_in(e, "kind"),
               name_in(e, text_in(e, "actor")));
}
int run_log(const Args& args) { return answer(args, ask_as(args, "/api/v1/access/log"), print_log); }

void print_levels(const Json& json) {
  bool zh = in_chinese();
  for (const Json& level : items_of(json, "levels")) {
    fmt::print("{} {}: {}\n", zh ? "级别" : "level", level.get_int_or("level", 0).value_or(0), text_in(level, zh ? "zh" : "en"));
    for (const Json& m : items_of(level, "measures")) {
      bool node = text_in(m, "enforced_by") == "node";
      fmt::print("  {} {}\n", node ? (zh ? "[系统强制]" : "[node]        ") : (zh ? "[组织落实]" : "[organisation]"), text_in(m, zh ? "zh" : "en"));
    }
  }
  for (const Json& c : items_of(json, "columns")) {
    std::string failing = words_of(c, "failing");
    fmt::print("{:<24} {} {}{}\n", text_in(c, "column"), zh ? "级别" : "level", c.get_int_or("level", 0).value_or(0),
               failing.empty() ? "" : (zh ? "  未满足: " : "  failing: ") + failing);
  }
}
int run_protection(const Args& args) {
  auto dataset = args.value("--dataset");
  if (!dataset) return answer(args, node::View::protection(rules::RuleSet::built_in()), print_levels);
  if (!args.value("--space")) return report(goes_with("--dataset", "--space").value(), args);
  auto json = get_from_space(args, "/api/v1/datasets/" + *dataset);
  if (!json) return report(json.error(), args);
  const Json* beside = json->find("protection");
  return answer(args, beside ? Result<Json>(*beside) : Result<Json>(fail(Errc::not_found, "dataset.not_found")), print_levels);
}

constexpr Option kAsJson{"--json", "", "answer as JSON"};

}  // namespace

Command access_who_command() {
  return {.path = "access who",
          .summary = "Who could do this to a column, and why; who receives it under a contract",
          .summary_zh = "谁可以看到某字段及其依据；哪些接收方按合同得到它",
          .options = {edge::kSpaceOption, {"--dataset", "ID", "the dataset", Arity::one}, {"--column", "NAME", "the column", Arity::one},
                      {"--version", "ID", "a version: a masked one has other levels"}, {"--action", "KIND", "list_values, download, copy, modify"},
                      {"--purpose", "PURPOSE", "for what (default fund_supervision)"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kAsJson},
          .positionals = {},
          .run = run_who};
}
Command access_rights_command() {
  return {.path = "access rights", .summary = "Rights with scope and expiry", .summary_zh = "权限、范围与有效期", .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kAsJson},
          .positionals = {}, .run = run_rights};
}
Command access_unused_command() {
  return {.path = "access unused", .summary = "Least privilege: rights and duties that nobody used", .summary_zh = "最小权限：长期未使用的权限与岗位",
          .options = {edge::kSpaceOption, {"--days", "N", "for so many days (default: the rule pack's)"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kAsJson}, .positionals = {}, .run = run_unused};
}
Command access_log_command() {
  return {.path = "access log", .summary = "The permission log: grants, revocations, deputies, decisions", .summary_zh = "权限日志：授予、撤销、代行与审批",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kAsJson}, .positionals = {}, .run = run_log};
}
Command protection_command() {
  return {.path = "protection", .summary = "Protection measures of each level; of a dataset, those that fail", .summary_zh = "各级别的保护措施；指定数据集时列出未满足项",
          .options = {{"--space", "DIR", "the space's folder"}, {"--dataset", "ID", "a dataset of it"}, kPassphraseFileOption, kAsJson}, .positionals = {},
          .run = run_protection};
}

}  // namespace sluice::cli
