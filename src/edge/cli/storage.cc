// sluice storage: what lies in which tier, how long the room lasts, inventory, scheduled backup and its rehearsal.
#include <fmt/core.h>

#include <filesystem>

#include "base/clock.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/usage.h"
#include "space/storage/storage.h"

namespace sluice::cli {

namespace {

constexpr Option kJsonStorage{"--json", "", "answer as JSON"};

int64_t int_of(const Json& json, std::string_view name) { return json.get_int_or(name, 0).value_or(0); }
std::string string_of(const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); }

std::string size_text(int64_t bytes) {
  constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) value /= 1024, unit++;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string forecast_text(const Json& growth) {
  const Json* days = growth.find("days_left");
  std::string rate = size_text(int_of(growth, "bytes_per_day")) + " a day 每天";
  return days && days->is_int() ? fmt::format("{}, {} days left 可用天数 ({})", rate, days->as_int(), string_of(growth, "limited_by")) : rate;
}

std::string moment_of(const Json* value) { return value && value->is_int() ? rfc3339(value->as_int()).substr(0, 16) : "-"; }

void print_work(const Json& shown) {
  const Json* due = shown.find("due");
  if (due) fmt::print("next: backup {}, inventory {}, rehearsal {}\n", moment_of(due->find("backup_ms")), moment_of(due->find("inventory_ms")), moment_of(due->find("rehearsal_ms")));
  if (const Json* under_way = shown.find("inventory_under_way"); under_way && under_way->is_object())
    fmt::print("inventory under way 盘点中: {} of {} versions, {}, {} findings\n", int_of(*under_way, "versions"), int_of(*under_way, "versions_total"),
               size_text(int_of(*under_way, "bytes")), int_of(*under_way, "found"));
  if (const Json* runs = shown.find("inventories"); runs && runs->is_array() && !runs->as_array().empty()) {
    const Json& last = runs->as_array().back();
    fmt::print("last inventory 最近盘点 {}: {} versions, {} chunks, {} findings\n", moment_of(last.find("at_ms")), int_of(last, "versions"), int_of(last, "chunks"), int_of(last, "found"));
    for (const Json& finding : last.find("findings")->as_array())
      fmt::print("    {} {} chunk {}: {}\n", string_of(finding, "version"), string_of(finding, "column"), int_of(finding, "chunk"), string_of(finding, "reason"));
  }
  if (const Json* runs = shown.find("rehearsals"); runs && runs->is_array() && !runs->as_array().empty()) {
    const Json& last = runs->as_array().back();
    fmt::print("last rehearsal 最近恢复演练 {}: {} of {}\n", moment_of(last.find("at_ms")), string_of(last, "reason").empty() ? "good 通过" : string_of(last, "reason"),
               string_of(last, "backup"));
  }
}

void print_storage(const Json& shown) {
  fmt::print("{} in the vault, {} free on its disk; {}\n", size_text(int_of(shown, "used_bytes")), size_text(int_of(shown, "disk_free_bytes")), forecast_text(*shown.find("growth")));
  for (const Json& tier : shown.find("tiers")->as_array())
    if (int_of(tier, "versions") > 0)
      fmt::print("  {}  {} versions, {}\n", int_of(tier, "tier") == 0 ? std::string("intake 待定级") : fmt::format("level {} 第{}级", int_of(tier, "tier"), int_of(tier, "tier")), int_of(tier, "versions"),
                 size_text(int_of(tier, "bytes")));
  if (int_of(shown, "misplaced") > 0) fmt::print("  {} versions wait to be moved to their tier 待归级\n", int_of(shown, "misplaced"));
  for (const Json& dataset : shown.find("datasets")->as_array()) {
    const Json* quota = dataset.find("bytes_max");
    fmt::print("  {}  {}: {}{}; {}\n", string_of(dataset, "dataset"), string_of(dataset, "title"), size_text(int_of(dataset, "bytes")),
               quota && quota->is_int() ? " of " + size_text(quota->as_int()) : "", forecast_text(*dataset.find("growth")));
  }
  print_work(shown);
  for (const Json& warning : shown.find("warnings")->as_array()) fmt::print("warning 警告: {} {}\n", string_of(warning, "kind"), string_of(warning, "reason"));
}

int show_json(const Args& args, const Result<Json>& answer, void (*print)(const Json&)) {
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    fmt::print("{}\n", canonical(*answer));
  } else {
    print(*answer);
  }
  return 0;
}

int run_storage(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.get("/api/v1/storage");
  }();
  return show_json(args, answer, print_storage);
}

// "500", "64K", "2M", "10G", "1T" in powers of 1024.
Result<int64_t> bytes_of(std::string text, std::string_view option) {
  constexpr std::string_view kUnits = "KMGT";
  int64_t unit = 1;
  if (size_t at = text.empty() ? std::string_view::npos : kUnits.find(text.back()); at != std::string_view::npos) {
    unit = int64_t{1} << (10 * (at + 1));
    text.pop_back();
  }
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos)
    return wants(option, "500 | 64K | 2M | 10G | 1T");
  return std::stoll(text) * unit;
}

Result<int64_t> every_of(std::string text, std::string_view option) {
  int64_t unit = 1;
  if (!text.empty() && std::string_view("smhd").find(text.back()) != std::string_view::npos) {
    unit = text.back() == 's' ? 1 : text.back() == 'm' ? 60 : text.back() == 'h' ? 3600 : 86400;
    text.pop_back();
  }
  if (text.empty() || text.size() > 7 || text.find_first_not_of("0123456789") != std::string::npos)
    return wants(option, "15m | 6h | 7d | 0");
  return std::stoll(text) * unit;
}

// The policy in force with what the options name put in its place.
Status change_policy(const Args& args, space::StoragePolicy& policy) {
  struct Bytes {
    std::string_view option;
    int64_t* member;
  };
  for (auto [option, member] : {Bytes{"--space-max", &policy.space_bytes_max}, Bytes{"--keep-free", &policy.keep_free_bytes}, Bytes{"--inventory-rate", &policy.inventory_bytes_per_s}})
    if (auto value = args.value(option)) *member = TRY(bytes_of(std::string(*value), option));
  for (auto [option, member] : {Bytes{"--backup-every", &policy.backup_every_s}, Bytes{"--inventory-every", &policy.inventory_every_s}, Bytes{"--rehearse-every", &policy.rehearse_every_s}})
    if (auto value = args.value(option)) *member = TRY(every_of(std::string(*value), option));
  if (auto value = args.value("--warn-days")) policy.warn_days = TRY(every_of(std::string(*value), "--warn-days"));
  if (auto folder = args.value("--backup-to")) {
    std::error_code ec;
    policy.backup_to = folder->empty() ? "" : std::filesystem::absolute(*folder, ec).string();
  }
  for (const std::string& quota : args.values("--dataset-max")) {
    size_t equals = quota.find('=');
    if (equals == std::string::npos) return wants("--dataset-max", "DATASET=BYTES");
    auto dataset = TRY(space::DatasetId::parse(quota.substr(0, equals)));
    int64_t bytes = TRY(bytes_of(quota.substr(equals + 1), "--dataset-max"));
    std::erase_if(policy.datasets, [&](const space::DatasetQuota& q) { return q.dataset == dataset; });
    if (bytes > 0) policy.datasets.push_back({dataset, bytes});
  }
  return {};
}

int run_policy(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    Json shown = TRY(session.get("/api/v1/storage"));
    auto policy = TRY(decode<space::StoragePolicy>(*shown.find("policy")));
    TRY(change_policy(args, policy));
    return session.post("/api/v1/storage/policy", Json::object({{"policy", encode(policy)}}));
  }();
  return show_json(args, answer, print_storage);
}

int run_work(const Args& args, std::string_view work, const Json& body, void (*print)(const Json&)) {
  auto answer = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/storage/" + std::string(work), body);
  }();
  if (!answer) return report(answer.error(), args);
  show_json(args, answer, print);
  bool bad = int_of(*answer, "found") > 0 || !string_of(*answer, "reason").empty();
  return bad ? 6 : 0;
}

int run_inventory(const Args& args) {
  return run_work(args, "inventory", Json::object(), [](const Json& run) {
    fmt::print("inventory 盘点: {} versions, {} chunks, {}; {} findings\n", int_of(run, "versions"), int_of(run, "chunks"), size_text(int_of(run, "bytes")), int_of(run, "found"));
    for (const Json& finding : run.find("findings")->as_array())
      fmt::print("    {} {} chunk {}: {}\n", string_of(finding, "version"), string_of(finding, "column"), int_of(finding, "chunk"), string_of(finding, "reason"));
  });
}

int run_tiers(const Args& args) {
  return run_work(args, "tiers", Json::object(), [](const Json& done) {
    fmt::print("{} versions looked at, {} moved to their tier 已归级 ({})\n", int_of(done, "looked_at"), int_of(done, "moved"), size_text(int_of(done, "bytes")));
  });
}

int run_backup_now(const Args& args) {
  return run_work(args, "backup", Json::object(), [](const Json& made) {
    fmt::print("backup 备份 {}: {} entries, {} versions, {} stored anew, {} already there (epoch {})\n", string_of(made, "backup"), int_of(made, "entries"), int_of(made, "versions"),
               size_text(int_of(made, "bytes_stored")), size_text(int_of(made, "bytes_known")), string_of(made, "epoch"));
  });
}

int run_rehearse(const Args& args) {
  Json body = Json::object();
  std::error_code ec;
  if (auto in = args.value("IN")) body.set("in", std::filesystem::absolute(*in, ec).string());
  return run_work(args, "rehearsal", body, [](const Json& run) {
    fmt::print("rehearsal 恢复演练 {}: {}, {} entries, {} versions, {} in {} ms\n", string_of(run, "backup"), string_of(run, "reason").empty() ? "good 通过" : string_of(run, "reason"),
               int_of(run, "entries"), int_of(run, "versions"), size_text(int_of(run, "bytes")), int_of(run, "took_ms"));
  });
}

Command storage_work(std::string_view path, std::string_view summary, std::string_view summary_zh, int (*run)(const Args&)) {
  return {.path = path, .summary = summary, .summary_zh = summary_zh, .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonStorage}, .positionals = {}, .run = run};
}

}  // namespace

Command storage_command() {
  return storage_work("storage", "What lies in which tier, quotas, forecast, inventory and rehearsals", "存储：分级存放、配额、容量预测、盘点与恢复演练", run_storage);
}
Command storage_policy_command() {
  return {.path = "storage policy", .summary = "Set quotas and the schedules of backup, inventory and rehearsal; what is not named stays", .summary_zh = "设置配额与备份、盘点、恢复演练计划",
          .options = {edge::kSpaceOption, {"--space-max", "BYTES", "quota of the space: 500G; 0: none"}, {"--dataset-max", "DATASET=BYTES", "quota of a dataset; may be repeated; 0: none", Arity::many},
                      {"--keep-free", "BYTES", "room that writing must leave on the disk"}, {"--warn-days", "DAYS", "a forecast below it is a warning"},
                      {"--backup-to", "DIR", "the folder of scheduled backups"}, {"--backup-every", "TIME", "6h, 1d; 0: never"}, {"--inventory-every", "TIME", "7d; 0: never"},
                      {"--inventory-rate", "BYTES", "bytes a second that an inventory reads"}, {"--rehearse-every", "TIME", "30d; 0: never"},
                      kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonStorage},
          .positionals = {}, .run = run_policy};
}
Command storage_inventory_command() {
  return storage_work("storage inventory", "Hash every sealed chunk again; goes on where one was interrupted (6: something was found)", "盘点：重新校验全部加密数据块，可续做（6：有发现）", run_inventory);
}
Command storage_tiers_command() { return storage_work("storage tiers", "Move versions to the tier of their level now", "将各版本移入其级别的存储层", run_tiers); }
Command storage_backup_command() {
  return storage_work("storage backup", "Back up now, into the folder of the policy, as the schedule would", "立即备份到策略所定的文件夹（与计划备份相同）", run_backup_now);
}
Command storage_rehearse_command() {
  return {.path = "storage rehearse", .summary = "Restore the newest backup into a temporary folder and verify it whole (6: it failed)", .summary_zh = "恢复演练：将最新备份恢复到临时文件夹并完整校验（6：未通过）",
          .options = {edge::kSpaceOption, kAsOption, kPasswordFileOption, kPassphraseFileOption, kJsonStorage},
          .positionals = {{"IN", "the folder of backups; default: the policy's", Arity::optional}}, .run = run_rehearse};
}

}  // namespace sluice::cli
