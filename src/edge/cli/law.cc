// sluice law …: the legal registers from the command line. Forms are JSON files, as the API takes them (docs/formats/law.md), so that what is
// long is written in an editor; what is short is an option.
#include <fmt/core.h>

#include <functional>

#include "base/file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"
#include "edge/cli/verb.h"
#include "edge/messages/catalogue.h"

namespace sluice::cli {

namespace {

constexpr Option kLawJson{"--json", "", "answer as JSON"};
constexpr size_t kLawFormBytesMax = 8u << 20;

std::string law_text(const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); }

std::string law_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    if (!word.empty()) out += (out.empty() ? "" : " ") + word;
  return out;
}

// The registers under the names that the API has for them.
Result<std::string> law_register_of(const Args& args) {
  std::string name = args.value_or("REGISTER", "");
  for (std::string_view known : {"papers", "assessments", "consents", "requests", "provisions"})
    if (name == known) return name;
  return is_one_of("REGISTER", "papers assessments consents requests provisions");
}

void print_law(const Json& o) {
  const Json* form = o.find("form");
  std::vector<std::string> words{law_text(o, "what")};
  for (std::string_view name : {"kind", "title", "requester", "purpose"})
    if (form && !law_text(*form, name).empty()) words.push_back(law_text(*form, name));
  std::string what = law_words(words);
  std::string status = law_text(o, "status");
  bool zh = language_of_environment() == Language::zh;
  if (status.empty()) status = o.get_bool_or("in_force", false).value_or(false) ? (zh ? "有效" : "in force") : (zh ? "已失效" : "over");
  fmt::print("{}  {:<12} {}\n", law_text(o, "id"), status, what);
}

int show_law_answer(const Result<Json>& answer, const Args& args) {
  if (!answer) return report(answer.error(), args);
  if (args.json() || !answer->find("id")) {
    fmt::print("{}\n", canonical(*answer));
  } else {
    print_law(*answer);
  }
  return 0;
}

Result<Json> with_law_session(const Args& args, const std::function<Result<Json>(SpaceSession&)>& work) {
  auto session = TRY(SpaceSession::open(args));
  return work(session);
}

int run_law_list(const Args& args) {
  auto answer = with_law_session(args, [&](SpaceSession& s) -> Result<Json> { return s.get("/api/v1/law/" + TRY(law_register_of(args)) + "?limit=200"); });
  if (!answer || args.json()) return show_law_answer(answer, args);
  const auto& items = answer->find("items")->as_array();
  for (const Json& o : items) print_law(o);
  bool zh = language_of_environment() == Language::zh;
  auto total = answer->get_int_or("total", 0).value_or(0);
  if (items.empty()) fmt::print("{}\n", zh ? "没有可显示的内容（或以 --as 指明有权查看的账号）" : "nothing to show (or name an account that may see it: --as)");
  if (total > static_cast<int64_t>(items.size())) fmt::print("{}\n", zh ? fmt::format("共 {} 项，仅列出最近 {} 项", total, items.size()) : fmt::format("the newest {} of {}", items.size(), total));
  return 0;
}

int run_law_show(const Args& args) {
  auto answer = with_law_session(args, [&](SpaceSession& s) -> Result<Json> { return s.get("/api/v1/law/" + TRY(law_register_of(args)) + "/" + args.value_or("ID", "")); });
  if (answer) fmt::print("{}\n", canonical(*answer));
  return answer ? 0 : report(answer.error(), args);
}

// PEM as it is, DER as base64: what the API takes.
Result<std::string> certificate_for_api(const std::string& path) {
  Bytes file = TRY(read_file(path, 64u << 10));
  return text(file).starts_with("-----BEGIN ") ? std::string(text(file)) : base64(file);
}

// The document that a person signs, and nothing else, so that it can be written to a file.
int run_law_text(const Args& args) {
  auto answer = with_law_session(args, [&](SpaceSession& s) -> Result<Json> {
    Json form = TRY(parse_json(TRY(read_text_file(args.value_or("FORM", ""), kLawFormBytesMax)), kLawFormBytesMax));
    Json given = TRY(s.post("/api/v1/law/consents/text", form));
    const Json* document = given.find("document");
    return document ? *document : Json();
  });
  if (answer) fmt::print("{}\n", canonical(*answer));
  return answer ? 0 : report(answer.error(), args);
}

int run_law_new(const Args& args) {
  return show_law_answer(with_law_session(args, [&](SpaceSession& s) -> Result<Json> {
    std::string name = TRY(law_register_of(args));
    Json form = TRY(parse_json(TRY(read_text_file(args.value_or("FORM", ""), kLawFormBytesMax)), kLawFormBytesMax));
    if (auto scan = args.value("--scan")) form.set("scan", base64(TRY(read_file(*scan, kLawFormBytesMax))));
    if (auto signature = args.value("--signature")) form.set("signature", TRY(parse_json(TRY(read_text_file(*signature, kLawFormBytesMax)))));
    if (auto certificate = args.value("--certificate")) form.set("certificate", TRY(certificate_for_api(*certificate)));
    return s.post("/api/v1/law/" + name, form);
  }), args);
}

Json law_body(const Args& args) {
  Json body = Json::object();
  if (auto reason = args.value("--reason")) {
    std::string action = args.value_or("ACTION", "");
    bool note = action == "check" || action == "note" || action == "answer" || action == "chase";
    body.set(note ? "note" : action == "confirm-unsearchable" ? "why" : "reason", *reason);
  }
  return body;
}

Result<Json> law_act(SpaceSession& s, const Args& args) {
  std::string action = args.value_or("ACTION", "");
  Json body = law_body(args);
  bool yes = args.flag("--yes"), no = args.flag("--no");
  if (action == "destruction") body = TRY(parse_json(TRY(read_text_file(args.value_or("--certificate", ""), kLawFormBytesMax)), kLawFormBytesMax));
  bool decides = action == "check" || action == "approve" || (action == "decide" && law_register_of(args).value_or("") != "provisions");
  // A word that was forgotten is not a no.
  if (decides && yes == no) return one_of_both("--yes", "--no");
  if (action == "check") body.set("accept", yes);
  if (auto key_id = args.value("--key-id"); key_id && action == "check") body.set("key_id", *key_id);
  if (action == "approve" || (action == "decide" && TRY(law_register_of(args)) == "assessments")) body.set("approve", yes);
  if (action == "decide" && TRY(law_register_of(args)) == "requests") body.set("grant", yes);
  if (action == "verify") body.set("method", args.value_or("--method", "in_person")).set("evidence", args.value_or("--evidence", ""));
  if (action == "answer" && args.value("--key-work")) body.set("key_work", *args.value("--key-work"));
  return s.post("/api/v1/law/" + TRY(law_register_of(args)) + "/" + args.value_or("ID", "") + "/" + action, body);
}

int run_law_do(const Args& args) {
  return show_law_answer(with_law_session(args, [&](SpaceSession& s) { return law_act(s, args); }), args);
}

// 6 as everywhere: it ran and the answer is no.
int run_law_case(const Args& args) {
  auto answer = with_law_session(args, [&](SpaceSession& s) { return s.get("/api/v1/law/cases/" + args.value_or("CONTRACT", "")); });
  if (!answer) return report(answer.error(), args);
  bool complete = answer->get_bool_or("complete", false).value_or(false);
  if (args.json()) {
    fmt::print("{}\n", canonical(*answer));
    return complete ? 0 : 6;
  }
  bool zh = language_of_environment() == Language::zh;
  for (const Json& demand : answer->find("demands")->as_array()) {
    bool met = demand.get_bool_or("met", false).value_or(false);
    std::vector<std::string> rest{met ? law_text(demand, "by") : law_text(demand, "reason"), law_text(demand, "detail")};
    fmt::print("{} {} [{}] {}\n", met ? "✓" : "✗", law_text(demand, zh ? "zh" : "en"), law_text(demand, "clause"), law_words(rest));
  }
  fmt::print("{}\n", complete ? (zh ? "齐备" : "complete") : (zh ? "不齐，不能流通" : "incomplete: no release"));
  return complete ? 0 : 6;
}

int run_law_get(const Args& args, std::string_view target) {
  auto answer = with_law_session(args, [&](SpaceSession& s) { return s.get(std::string(target)); });
  if (answer) fmt::print("{}\n", canonical(*answer));
  return answer ? 0 : report(answer.error(), args);
}

int run_law_notice(const Args& args) { return run_law_get(args, "/api/v1/law/provisions/" + args.value_or("ID", "") + "/notice"); }
int run_law_retention(const Args& args) {
  auto answer = with_law_session(args, [&](SpaceSession& s) { return s.get("/api/v1/law/retention"); });
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(*answer));
    return 0;
  }
  print_table(*answer, "items", {{"version", "version", "数据版本"}, {"title", "dataset", "数据集"}, {"rows", "rows", "行数"}, {"category", "class", "类别"}, {"state", "state", "状态"}, {"sealed_ms", "sealed", "封存"}, {"ends_ms", "kept until", "留存至"},
                                 {"masked", "masked", "已脱敏"}, {"held", "held rows", "待核行"}, {"reason", "reason", "理由"}}, "versions", "数据版本");
  return 0;
}
int run_law_report(const Args& args) { return run_law_get(args, "/api/v1/law/report"); }
int run_law_template(const Args& args) { return run_law_get(args, "/api/v1/law/template"); }

std::vector<Option> law_options(std::initializer_list<Option> more = {}) {
  std::vector<Option> out{edge::kSpaceOption, kAsOption, kPasswordFileOption, kCodeOption, kPassphraseFileOption, kLawJson};
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

constexpr Positional kLawRegister{"REGISTER", "papers, assessments, consents, requests or provisions"};

}  // namespace

Command law_list_command() {
  return {.path = "law list", .summary = "A legal register", .summary_zh = "查看一个法律登记册", .options = law_options(), .positionals = {kLawRegister}, .run = run_law_list};
}
Command law_show_command() {
  return {.path = "law show", .summary = "One entry of a legal register", .summary_zh = "查看登记册中的一项", .options = law_options(),
          .positionals = {kLawRegister, {"ID", "its id"}}, .run = run_law_show};
}
Command law_new_command() {
  return {.path = "law new", .summary = "Enter a paper, assessment, consent, request or provision from a JSON form", .summary_zh = "按 JSON 表单登记一项",
          .options = law_options({{"--scan", "FILE", "attach the scan of the document"}, {"--signature", "SIG", "of a consent: the person's own signature (sluice sign) of what law text gives"},
                                  {"--certificate", "FILE", "of a consent: the person's certificate (PEM or DER)"}}), .positionals = {kLawRegister, {"FORM", "JSON file"}}, .run = run_law_new};
}
Command law_text_command() {
  return {.path = "law text", .summary = "The document that a person signs to consent, from the consent's form", .summary_zh = "按同意表单生成供本人签名的文本", .options = law_options(),
          .positionals = {{"FORM", "JSON file, as for law new consents"}}, .run = run_law_text};
}
Command law_do_command() {
  return {.path = "law do", .summary = "Check, decide, approve, verify, search for, delete, answer, withdraw or end an entry", .summary_zh = "复核、决定、批准、核验、查找、删除、答复、撤回或终止一项",
          .options = law_options({{"--yes", "", "accept, approve, grant"}, {"--no", "", "refuse"}, {"--reason", "TEXT", "the reason or note"},
                                  {"--method", "METHOD", "verify: in_person, video or certificate"}, {"--evidence", "TEXT", "verify: what was looked at"},
                                  {"--key-work", "ID", "answer: the key operation that deleted"},
                                  {"--key-id", "FINGERPRINT", "check of an agency: its key's fingerprint, had from the agency itself"},
                                  {"--certificate", "FILE", "destruction: the requester's signed certificate"}}),
          .positionals = {kLawRegister, {"ID", "its id"}, {"ACTION", "check, end, decide, withdraw, verify, search, confirm-unsearchable, delete, answer, approve, deliver, note, chase or destruction"}}, .run = run_law_do};
}
Command law_notice_command() {
  return {.path = "law notice", .summary = "What goes to the requester of a statutory provision with the file: until when, and what it certifies as destroyed",
          .summary_zh = "法定提供告知书：随文件交请求机关，载明销毁期限，据此出具销毁证明", .options = law_options(), .positionals = {{"ID", "the provision"}}, .run = run_law_notice};
}
Command law_case_command() {
  return {.path = "law case", .summary = "What the law demands of a contract's releases, and what is there (6: something is missing)",
          .summary_zh = "某合约流通须具备的法律材料（6：不齐）", .options = law_options(), .positionals = {{"CONTRACT", "its id"}}, .run = run_law_case};
}
Command law_retention_command() {
  return {.path = "law retention", .summary = "How long each version is kept", .summary_zh = "各数据版本的留存期限", .options = law_options(), .positionals = {}, .run = run_law_retention};
}
Command law_report_command() {
  return {.path = "law report", .summary = "Statutory provisions, overdue recipients, late requests", .summary_zh = "法定提供、逾期未销毁的接收方、超期的个人申请",
          .options = law_options(), .positionals = {}, .run = run_law_report};
}
Command law_template_command() {
  return {.path = "law template", .summary = "Questions, risk table, kinds and periods in force", .summary_zh = "现行评估模板、风险表、类别与期限", .options = law_options(),
          .positionals = {}, .run = run_law_template};
}

}  // namespace sluice::cli
