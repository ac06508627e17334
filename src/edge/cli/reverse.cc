// sluice reverse request|allow|refuse|run|list: masked values back to what they stand for, by two people (docs/formats/deident-api.md).
#include <cstdio>

#include "base/file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"

namespace sluice::cli {

namespace {

constexpr size_t kValuesBytesMax = 1u << 20;
const Option kReverseJson{"--json", "", "answer as JSON"};

std::string word_of(const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); }

void print_reversal(const Json& r) {
  std::printf("%s  %-9s %s %s  %lld values%s  %s\n", word_of(r, "id").c_str(), word_of(r, "status").c_str(), word_of(r, "version").c_str(), word_of(r, "column").c_str(),
              static_cast<long long>(r.get_int_or("count", 0).value_or(0)), r.get_bool_or("expired", false).value_or(false) ? " (expired / 已过期)" : "", word_of(r, "reason").c_str());
}

int told_reversal(const Result<Json>& answer, const Args& args) {
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
  } else {
    print_reversal(*answer);
  }
  return 0;
}

// --value, and the lines of --values FILE.
Result<Json> values_of(const Args& args) {
  Json out = Json::array();
  for (const std::string& value : args.values("--value")) out.push(Json(value));
  if (auto path = args.value("--values")) {
    std::string lines = TRY(read_text_file(*path, kValuesBytesMax));
    for (size_t at = 0; at < lines.size();) {
      size_t end = std::min(lines.find('\n', at), lines.size());
      std::string value = lines.substr(at, end - at);
      if (value.ends_with('\r')) value.pop_back();
      if (!value.empty()) out.push(Json(std::move(value)));
      at = end + 1;
    }
  }
  return out;
}

int run_reverse_request(const Args& args) {
  return told_reversal([&]() -> Result<Json> {
    Json values = TRY(values_of(args));
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/reversals", Json::object({{"case_ref", args.value_or("--case", "")}, {"column", *args.value("--column")}, {"reason", *args.value("--reason")},
                                                           {"values", std::move(values)}, {"version", *args.value("VERSION")}}));
  }(), args);
}

int decide_by(const Args& args, bool approve) {
  return told_reversal([&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/reversals/" + *args.value("REVERSAL") + "/decide", Json::object({{"approve", approve}, {"reason", *args.value("--reason")}}));
  }(), args);
}
int run_reverse_allow(const Args& args) { return decide_by(args, true); }
int run_reverse_refuse(const Args& args) { return decide_by(args, false); }

int run_reverse_run(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/reversals/" + *args.value("REVERSAL") + "/run", Json::object());
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
    return 0;
  }
  const Json* values = answer->find("values");
  for (const Json& one : values && values->is_array() ? values->as_array() : Json::Array()) {
    const Json* original = one.find("original");
    std::printf("%s\t%s\n", word_of(one, "value").c_str(), original && original->is_string() ? original->as_string().c_str() : "-");
  }
  return 0;
}

int run_reverse_list(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.get("/api/v1/reversals?limit=200");
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
    return 0;
  }
  for (const Json& r : answer->find("items")->as_array()) print_reversal(r);
  return 0;
}

std::vector<Option> person_options(std::vector<Option> first) {
  for (const Option& o : {kAsOption, kPasswordFileOption, kCodeOption, kPassphraseFileOption, kReverseJson}) first.push_back(o);
  first.insert(first.begin(), edge::kSpaceOption);
  return first;
}

}  // namespace

Command reverse_request_command() {
  return {.path = "reverse request",
          .summary = "Ask for what masked values of a column stand for, with a reason; a second person decides",
          .summary_zh = "申请还原脱敏字段的若干值，须说明理由，由第二人批准",
          .options = person_options({{"--column", "NAME", "the masked column", Arity::one},
                                     {"--value", "VALUE", "a masked value", Arity::many},
                                     {"--values", "FILE", "masked values, one a line"},
                                     {"--reason", "TEXT", "why", Arity::one},
                                     {"--case", "TEXT", "the case it is for"}}),
          .positionals = {{"VERSION", "the masked version", Arity::one}},
          .run = run_reverse_request};
}
Command reverse_allow_command() {
  return {.path = "reverse allow",
          .summary = "Allow a reversal that another person asked for",
          .summary_zh = "批准他人提出的还原申请",
          .options = person_options({{"--reason", "TEXT", "why", Arity::one}}),
          .positionals = {{"REVERSAL", "the reversal", Arity::one}},
          .run = run_reverse_allow};
}
Command reverse_refuse_command() {
  return {.path = "reverse refuse",
          .summary = "Refuse a reversal that another person asked for",
          .summary_zh = "驳回他人提出的还原申请",
          .options = person_options({{"--reason", "TEXT", "why", Arity::one}}),
          .positionals = {{"REVERSAL", "the reversal", Arity::one}},
          .run = run_reverse_refuse};
}
Command reverse_run_command() {
  return {.path = "reverse run",
          .summary = "Run a reversal that was allowed: the values leave once, for who asked",
          .summary_zh = "执行已获批准的还原：结果只输出一次",
          .options = person_options({}),
          .positionals = {{"REVERSAL", "the reversal", Arity::one}},
          .run = run_reverse_run};
}
Command reverse_list_command() {
  return {.path = "reverse list",
          .summary = "Reversals that were asked for",
          .summary_zh = "查看还原申请",
          .options = person_options({}),
          .positionals = {},
          .run = run_reverse_list};
}

}  // namespace sluice::cli
