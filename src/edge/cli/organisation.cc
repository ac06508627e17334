// sluice organisation …: the chart, deputies (AB岗) and outside staff with sponsor and end date.
#include <cstdio>

#include "base/clock.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"
#include "edge/cli/verb.h"

namespace sluice::cli {

namespace {

constexpr int64_t kDaysMax = 366;

std::vector<Option> organisation_options(std::initializer_list<Option> own) {
  std::vector<Option> out{edge::kSpaceOption};
  out.insert(out.end(), own);
  for (const Option& option : {kAsOption, kPasswordFileOption, kCodeOption, kPassphraseFileOption, kShareOption, kSharePassphraseOption}) out.push_back(option);
  out.push_back({"--json", "", "on one line"});
  return out;
}

int organisation_answer(const Result<Json>& json, const Args& args) {
  if (!json) return report(json.error(), args);
  std::printf("%s\n", args.json() ? canonical(*json).c_str() : pretty(*json).c_str());
  return 0;
}

// The moment so many days from now.
Result<int64_t> days_ahead(const Args& args) {
  std::string digits = *args.value("--days");
  if (digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string::npos || std::stoll(digits) < 1 || std::stoll(digits) > kDaysMax)
    return wants("--days", "1 … 366");
  return SystemClock().now() + std::stoll(digits) * kDayMs;
}

int run_organisation_show(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.get("/api/v1/organisation");
  }();
  if (!answer || args.json()) return organisation_answer(answer, args);
  print_table(*answer, "units", {{"id", "id", "编号"}, {"name", "unit", "部门"}, {"unit_kind", "kind", "类别"}, {"head", "head", "负责人"}, {"above", "below", "上级"}, {"region", "region", "区划"}}, "units", "部门");
  print_table(*answer, "placed", {{"person", "person", "人员"}, {"unit", "unit", "部门"}}, "people", "人员");
  print_table(*answer, "deputyships", {{"id", "id", "编号"}, {"absent", "absent", "本人"}, {"deputy", "deputy", "代行人"}, {"duties", "duties", "岗位"}, {"from_ms", "from", "起"}, {"until_ms", "until", "止"}, {"in_force", "in force", "生效中"}},
              "deputies", "代行（AB岗）");
  print_table(*answer, "outsiders", {{"person", "person", "人员"}, {"company", "company", "单位"}, {"sponsor", "sponsor", "保荐人"}, {"until_ms", "until", "服务期至"}, {"over", "over", "已到期"}}, "outside staff", "外部人员");
  return 0;
}

int run_organisation_figures(const Args& args) {
  return organisation_answer([&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.get("/api/v1/organisation/figures?days=" + args.value_or("--days", "90"));
  }(), args);
}

int run_organisation_deputy(const Args& args) {
  return organisation_answer([&]() -> Result<Json> {
    Json duties = Json::array();
    for (const std::string& duty : args.values("--duty")) duties.push(Json(duty));
    Json ask = Json::object({{"absent", *args.value("--for")}, {"deputy", *args.value("PERSON")}, {"duties", std::move(duties)}, {"from_ms", 0},
                             {"reason", *args.value("--reason")}, {"until_ms", TRY(days_ahead(args))}});
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/deputyships", ask);
  }(), args);
}

int run_organisation_end_deputy(const Args& args) {
  return organisation_answer([&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/deputyships/" + *args.value("ID") + "/end", Json::object({{"reason", *args.value("--reason")}}));
  }(), args);
}

int run_organisation_engage(const Args& args) {
  return organisation_answer([&]() -> Result<Json> {
    Json ask = Json::object({{"company", *args.value("--company")}, {"sponsor", *args.value("--sponsor")}, {"until_ms", TRY(days_ahead(args))}});
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/people/" + *args.value("PERSON") + "/engagement", ask);
  }(), args);
}

}  // namespace

Command organisation_show_command() {
  return {.path = "organisation show",
          .summary = "Units, who is in them, deputies, and outside staff with sponsor and end",
          .summary_zh = "查看部门、人员、代行（AB岗）与外部人员",
          .options = organisation_options({}),
          .positionals = {},
          .run = run_organisation_show};
}

Command organisation_figures_command() {
  return {.path = "organisation figures",
          .summary = "Figures of each department: what it holds, what is open, what its people decided in time, its rules and procedures",
          .summary_zh = "部门指标：持有的数据、未完成事项、按时决定情况、管理制度与操作规程",
          .options = organisation_options({{"--days", "N", "over how many days up to now (default 90)"}}),
          .positionals = {},
          .run = run_organisation_figures};
}

Command organisation_deputy_command() {
  return {.path = "organisation deputy",
          .summary = "Appoint who acts for an absent person, with which duties, for how long",
          .summary_zh = "指定代行人（AB岗）、代行职责与期限",
          .options = organisation_options({{"--for", "PERSON", "the absent person's id", Arity::one},
                                           {"--duty", "DUTY", "which duties", Arity::many},
                                           {"--days", "N", "for how many days, at most 92", Arity::one},
                                           {"--reason", "TEXT", "why", Arity::one}}),
          .positionals = {{"PERSON", "the deputy's id", Arity::one}},
          .run = run_organisation_deputy};
}

Command organisation_end_deputy_command() {
  return {.path = "organisation end-deputy",
          .summary = "End a deputyship early",
          .summary_zh = "提前结束代行",
          .options = organisation_options({{"--reason", "TEXT", "why", Arity::one}}),
          .positionals = {{"ID", "the deputyship", Arity::one}},
          .run = run_organisation_end_deputy};
}

Command organisation_engage_command() {
  return {.path = "organisation engage",
          .summary = "Say that an account belongs to outside staff: sponsor, company, end",
          .summary_zh = "登记外部人员：担保人、单位与截止日期",
          .options = organisation_options({{"--sponsor", "PERSON", "a colleague's id", Arity::one},
                                           {"--company", "NAME", "whose staff", Arity::one},
                                           {"--days", "N", "for how many days, at most 366", Arity::one}}),
          .positionals = {{"PERSON", "the account's id", Arity::one}},
          .run = run_organisation_engage};
}

}  // namespace sluice::cli
