// sluice sources: what came, what is late, what is held and why, for each source; and registering, running, pausing them.
#include <fmt/core.h>

#include "base/clock.h"
#include "base/file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/time_words.h"
#include "edge/cli/usage.h"
#include "odbc/description.h"

namespace sluice::cli {

namespace {

constexpr Option kJsonSources{"--json", "", "answer as JSON"};

std::string text_in(const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); }
int64_t number_in(const Json& json, std::string_view name) { return json.get_int_or(name, 0).value_or(0); }

std::string moment_in(const Json& json, std::string_view name) {
  const Json* value = json.find(name);
  return value && value->is_int() ? rfc3339(value->as_int()).substr(0, 16) : "-";
}

void print_source(const Json& s) {
  const Json* late = s.find("late_since_ms");
  const Json* came = s.find("came");
  std::string state = text_in(s, "status") != "active" ? text_in(s, "status") : late && late->is_int() ? "LATE 逾期" : text_in(s, "outcome").empty() ? "new" : text_in(s, "outcome");
  fmt::print("{}  {:<10} {}  {} batches, {} rows; last {}; next {}\n", text_in(s, "id"), state, text_in(s, "name"), came ? number_in(*came, "batches") : 0,
             came ? number_in(*came, "rows") : 0, moment_in(s, "last_taken_ms"), moment_in(s, "next_due_ms"));
  if (!text_in(s, "reason").empty()) fmt::print("    last run: {}\n", text_in(s, "reason"));
  if (number_in(s, "held_rows") > 0) fmt::print("    {} rows held for checking 待核\n", number_in(s, "held_rows"));
  if (const Json* held = s.find("held"); held && held->is_array())
    for (const Json& batch : held->as_array()) fmt::print("    held {}: {} ({} rows, {})\n", text_in(batch, "batch"), text_in(batch, "reason"), number_in(batch, "rows"), moment_in(batch, "at_ms"));
  if (number_in(s, "refused_files") > 0) fmt::print("    {} files refused 拒收\n", number_in(s, "refused_files"));
  if (const Json* refused = s.find("refused"); refused && refused->is_array())
    for (const Json& file : refused->as_array())
      fmt::print("    refused {}: {}{}{} ({} bytes, {}){}\n", text_in(file, "file").empty() ? text_in(file, "file_digest").substr(0, 16) : text_in(file, "file"), text_in(file, "reason"),
                 text_in(file, "file_problem").empty() ? "" : ", ", text_in(file, "file_problem"), number_in(file, "bytes"), moment_in(file, "at_ms"),
                 text_in(file, "batch").empty() ? "" : " -> " + text_in(file, "batch"));
  if (const Json* waiting = s.find("waiting"); waiting && waiting->is_array())
    for (const Json& file : waiting->as_array()) fmt::print("    waits: {} ({})\n", text_in(file, "file"), text_in(file, "reason"));
}

int show(const Args& args, const Result<Json>& answer) {
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(*answer));
  } else if (const Json* items = answer->find("items"); items && items->is_array()) {
    for (const Json& source : items->as_array()) print_source(source);
  } else {
    print_source(*answer);
  }
  return 0;
}

int run_sources(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    if (auto id = args.value("SOURCE")) return session.get("/api/v1/sources/" + *id);
    return session.get("/api/v1/sources?limit=200");
  }();
  return show(args, answer);
}

Result<int64_t> seconds_of(const Args& args, std::string_view option) { return seconds_in(option, args.value_or(option, "0")); }

Result<std::string> plan_named(SpaceSession& session, const std::string& plan) {
  if (plan.starts_with("pl_")) return plan;
  Json list = TRY(session.get("/api/v1/plans?limit=200"));
  if (const Json* items = list.find("items"); items && items->is_array())
    for (const Json& one : items->as_array())
      if (text_in(one, "name") == plan) return one.get_string("id");
  return fail(Errc::not_found, "plan.not_found");
}

// "sftp://user@host:port/folder", with the pinned key of the host and the private key from files.
Status sftp_place(const Args& args, std::string place, Json& body) {
  auto bad = [] { return wants("SFTP", "sftp://USER@HOST[:PORT]/FOLDER --host-key FILE --identity FILE"); };
  place.erase(0, std::string_view("sftp://").size());
  size_t user_end = place.find('@'), host_end = place.find('/');
  auto host_key = args.value("--host-key"), identity = args.value("--identity");
  if (user_end == std::string::npos || host_end == std::string::npos || host_end < user_end || !host_key || !identity) return bad();
  std::string host = place.substr(user_end + 1, host_end - user_end - 1);
  int64_t port = 22;
  if (size_t colon = host.rfind(':'); colon != std::string::npos) {
    port = std::strtoll(host.c_str() + colon + 1, nullptr, 10);
    host.resize(colon);
  }
  // The public key file of the host: kind and key; a comment behind them is not of it.
  std::string line = TRY(read_text_file(*host_key, 16u << 10));
  line = line.substr(0, line.find('\n'));
  size_t key_end = line.find(' ', line.find(' ') + 1);
  Json sftp = Json::object({{"folder", place.substr(host_end)}, {"host", host}, {"host_key", line.substr(0, key_end)}, {"port", port}, {"user", place.substr(0, user_end)}});
  if (auto pattern = args.value("--pattern")) sftp.set("pattern", *pattern);
  if (args.value("--manifest-within")) sftp.set("manifest_within_s", TRY(seconds_of(args, "--manifest-within")));
  std::string key = TRY(read_text_file(*identity, 64u << 10));
  body.set("sftp", std::move(sftp)).set("password", key);
  wipe(key.data(), key.size());
  return {};
}

Result<Json> add_source(const Args& args) {
  Json body = Json::object({{"every_s", TRY(seconds_of(args, "--every"))}, {"late_after_s", TRY(seconds_of(args, "--late-after"))}, {"name", *args.value("--name")}});
  Json times = Json::array();
  for (const std::string& time : args.values("--at")) times.push(time);
  body.set("at", std::move(times));
  if (auto rows = args.value("--rows-per-day")) body.set("rows_per_day", static_cast<int64_t>(std::strtoll(std::string(*rows).c_str(), nullptr, 10)));
  std::string place = *args.value("PLACE");
  if (place.starts_with("odbc:")) {
    auto description = TRY(odbc::load_description(place.substr(5)));
    SecretText password = TRY(read_secret(args.value("--source-password-file"), "Password of the source: "));
    body.set("database", encode(description)).set("password", password.reveal("sent to the space over the local socket"));
  } else if (place.starts_with("sftp://")) {
    TRY(sftp_place(args, place, body));
  } else {
    Json folder = Json::object({{"folder", place}});
    if (auto pattern = args.value("--pattern")) folder.set("pattern", *pattern);
    if (args.value("--manifest-within")) folder.set("manifest_within_s", TRY(seconds_of(args, "--manifest-within")));
    body.set("folder", std::move(folder));
  }
  SpaceSession session = TRY(SpaceSession::open(args));
  body.set("plan", TRY(plan_named(session, *args.value("--plan"))));
  return session.post("/api/v1/sources", body);
}

int run_add(const Args& args) { return show(args, add_source(args)); }

int run_status(const Args& args, std::string_view status) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/sources/" + *args.value("SOURCE") + "/status", Json::object({{"reason", *args.value("--reason")}, {"status", status}}));
  }();
  return show(args, answer);
}
int run_pause(const Args& args) { return run_status(args, "paused"); }
int run_resume(const Args& args) { return run_status(args, "active"); }
int run_remove(const Args& args) { return run_status(args, "removed"); }

int run_take_over(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/sources/" + *args.value("SOURCE") + "/take-over", Json::object({{"reason", *args.value("--reason")}}));
  }();
  return show(args, answer);
}

// 7 where something of it is held, as for sluice collect.
int run_now(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/sources/" + *args.value("SOURCE") + "/run", Json::object());
  }();
  if (!answer) return report(answer.error(), args);
  std::string outcome = text_in(*answer, "outcome");
  if (args.json()) {
    fmt::print("{}\n", canonical(*answer));
  } else {
    fmt::print("{} {}\n", outcome.empty() ? "nothing new" : outcome, text_in(*answer, "reason"));
  }
  return outcome == "held" ? 7 : outcome == "failed" ? 1 : 0;
}

Command status_command(std::string_view path, std::string_view summary, std::string_view summary_zh, int (*run)(const Args&)) {
  return {.path = path, .summary = summary, .summary_zh = summary_zh,
          .options = {edge::kSpaceOption, {"--reason", "TEXT", "why", Arity::one}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonSources},
          .positionals = {{"SOURCE", "its id"}}, .run = run};
}

}  // namespace

Command sources_command() {
  return {.path = "sources", .summary = "What came of each source, what is late, what is held and why", .summary_zh = "数据来源：已到、逾期、待核及原因",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonSources},
          .positionals = {{"SOURCE", "one source, by its id", Arity::optional}}, .run = run_sources};
}
Command sources_add_command() {
  return {.path = "sources add", .summary = "Register a source: a watched folder, a folder behind SFTP, or a database by its description", .summary_zh = "登记数据来源：监看文件夹、SFTP 文件夹或数据库，按计划自动采集",
          .options = {edge::kSpaceOption, {"--plan", "PLAN", "an adopted plan, by id or name", Arity::one}, {"--name", "NAME", "a name for people", Arity::one},
                      {"--every", "TIME", "look every 90, 15m, 6h, 1d"}, {"--at", "HH:MM", "or at these times of day (China); may be repeated", Arity::many},
                      {"--late-after", "TIME", "late when nothing came for so long"}, {"--pattern", "PATTERN", "names of the files, such as *.csv"},
                      {"--manifest-within", "TIME", "a file without its manifest counts as refused after so long (10m)"},
                      {"--host-key", "FILE", "SFTP: the host's public key, pinned"}, {"--identity", "FILE", "SFTP: the private key to sign in with"},
                      {"--rows-per-day", "N", "nothing more is begun while the last 24 hours brought so many rows"},
                      {"--source-password-file", "FILE", "the database's password, first line of FILE (- for stdin)"}, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonSources},
          .positionals = {{"PLACE", "an absolute folder, sftp://USER@HOST/FOLDER, or odbc:FILE"}}, .run = run_add};
}
Command sources_run_command() {
  return {.path = "sources run", .summary = "Look at a source now (7: something of it is held)", .summary_zh = "立即采集一个来源（7：有批次待核）",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonSources}, .positionals = {{"SOURCE", "its id"}}, .run = run_now};
}
Command sources_pause_command() { return status_command("sources pause", "Stop looking at a source for a while", "暂停数据来源", run_pause); }
Command sources_resume_command() { return status_command("sources resume", "Look at it again", "恢复数据来源", run_resume); }
Command sources_take_over_command() {
  return status_command("sources take-over", "Collect it in one's own name, where its manager no longer acts", "接管数据来源（原管理员已停用或离任）", run_take_over);
}
Command sources_remove_command() { return status_command("sources remove", "Give a source up; its password is erased", "移除数据来源（删除其口令）", run_remove); }

}  // namespace sluice::cli
