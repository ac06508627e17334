// Scans: a source is looked through for what it holds, and an inventory comes of it that nobody has confirmed yet (docs/formats/grading-api.md).
#include <algorithm>

#include "classify/verdict_json.h"
#include "edge/api/core.h"
#include "node/rules_in_force.h"
#include "node/scan_inventory.h"

namespace sluice::api {

using namespace space;

namespace {

using ScanDeskRef = std::shared_ptr<node::ScanDesk>;

struct ScanFileBody {
  std::string name, content;  // base64
  static constexpr auto fields = field_list(field("name", &ScanFileBody::name), field("content", &ScanFileBody::content));
};
struct ScanBody {
  std::string name;
  std::optional<SourceId> source;
  std::optional<odbc::Description> database;
  std::optional<std::string> folder;
  std::vector<ScanFileBody> files;
  std::string password;
  int64_t rows = 2000;
  bool names_only = false;
  static constexpr auto fields =
      field_list(field("name", &ScanBody::name), field("source", &ScanBody::source), field("database", &ScanBody::database), field("folder", &ScanBody::folder),
                 field("files", &ScanBody::files), field("password", &ScanBody::password), field("rows", &ScanBody::rows), field("names_only", &ScanBody::names_only));
};
struct ScanPasswordBody {
  std::string password;
  static constexpr auto fields = field_list(field("password", &ScanPasswordBody::password));
};

Result<Json> scan_shown(const ScanDeskRef& desk, Core& core, const Principal& by, const node::InventoryScan& scan) {
  Json out = encode(scan);
  out.erase("format");
  out.erase("parts");
  bool manages = core.look(by, [](const node::View& view) -> Result<Json> { return Json(view.holds(Duty::data_manager)); })->as_bool();
  Json can = Json::array();
  bool running = scan.status == node::ScanStatus::running, on = scan.status == node::ScanStatus::stopped || scan.status == node::ScanStatus::failed;
  const bool stopping = running && desk->stopping(scan.id);
  if (manages && running && !stopping) can.push("stop");
  if (manages && on && scan.kind != node::ScanKind::files) can.push("resume");
  if (manages && !running) can.push("remove");
  return out.set("can", std::move(can)).set("stopping", stopping);
}

Result<node::ScanStart> start_of(Call& call) {
  auto body = TRY(command_of<ScanBody>(call.request));
  // Places and passwords of this machine's surroundings are for whoever works on it; registered sources are named by those who may.
  if ((body.database || body.folder) && !call.request.peer.local) return fail(Errc::forbidden, "collection.local_only");
  node::ScanStart out;
  out.name = body.name;
  out.source = body.source.value_or(SourceId());
  out.database = body.database;
  out.folder = body.folder;
  out.password = SecretText(std::move(body.password));
  out.rows = body.rows;
  out.names_only = body.names_only;
  for (const ScanFileBody& file : body.files) {
    auto content = from_base64(file.content);
    if (!content) return fail(Errc::invalid, "scan.bad_file", std::to_string(out.files.size() + 1));
    out.files.push_back({file.name, std::move(*content)});
  }
  return out;
}

Status is_data_manager_of_scans(Core& core, const Call& call) {
  TRY(core.look(call.by, [](const node::View& view) -> Result<Json> {
    if (!view.holds(Duty::data_manager)) return fail(Errc::forbidden, "duty.missing", "data_manager");
    return Json::object();
  }));
  return {};
}

// What is shown when the job is done; what it came to lies with the scan.
std::function<Result<Json>(const Json&)> shown_at_the_end(const ScanDeskRef& desk, Core& core, const Principal& by) {
  return [desk, &core, by](const Json& result) -> Result<Json> { return scan_shown(desk, core, by, TRY(desk->one(by, TRY(result.get_string("id"))))); };
}

Answer start_scan(const ScanDeskRef& desk, Core& core, Call& call) {
  TRY(is_data_manager_of_scans(core, call));
  auto ask = std::make_shared<node::ScanStart>(TRY(start_of(call)));
  auto work = [desk, by = call.by, ask](const node::ProgressFn& progress) -> Result<Json> { return encode(TRY(desk->start(by, std::move(*ask), progress))); };
  return core.run(call, "scan", work, shown_at_the_end(desk, core, call.by));
}

Answer resume_scan(const ScanDeskRef& desk, Core& core, Call& call) {
  TRY(is_data_manager_of_scans(core, call));
  node::InventoryScan scan = TRY(desk->one(call.by, call.param("id")));
  if ((scan.database || scan.folder) && !call.request.peer.local) return fail(Errc::forbidden, "collection.local_only");
  auto body = TRY(command_of<ScanPasswordBody>(call.request));
  auto password = std::make_shared<SecretText>(std::move(body.password));
  auto work = [desk, by = call.by, id = scan.id, password](const node::ProgressFn& progress) -> Result<Json> {
    return encode(TRY(desk->resume(by, id, std::move(*password), progress)));
  };
  return core.run(call, "scan", work, shown_at_the_end(desk, core, call.by));
}

// One field of the inventory.
Json scanned_field(const node::JudgedTable& table, size_t c, const classify::Verdict& v, const rules::RuleSet& rules) {
  Json zh = Json::array(), en = Json::array();
  for (const auto& reason : v.reasons) {
    zh.push(reason.zh);
    en.push(reason.en);
  }
  const rules::TypeRule* type = rules.type(v.type);
  return Json::object({{"category", name_of(v.category)}, {"column", table.columns[c]}, {"comment", table.comments[c]}, {"confidence_permille", v.confidence_permille},
                       {"contains_level5", v.contains_level5}, {"data_type", table.types[c]}, {"enterprise", v.enterprise}, {"identifying", v.direct_identifier},
                       {"level", v.level.value()}, {"quasi", v.quasi_identifier}, {"reasons_en", std::move(en)}, {"reasons_zh", std::move(zh)}, {"review", v.review},
                       {"table", table.name}, {"table_comment", table.comment}, {"type", v.type}, {"type_zh", type ? type->zh : v.type}});
}

struct FieldFilter {
  std::string words;
  int64_t level = 0;
  bool review = false;
  bool takes(const node::JudgedTable& table, size_t c, const classify::Verdict& v) const {
    if (level != 0 && v.level.value() != level) return false;
    if (review && !v.review) return false;
    return words.empty() || table.name.find(words) != std::string::npos || table.columns[c].find(words) != std::string::npos || table.comments[c].find(words) != std::string::npos ||
           table.comment.find(words) != std::string::npos;
  }
};

Result<size_t> place_asked(const Call& call, std::string_view name, size_t otherwise, size_t most) {
  const std::string* text = call.request.parameter(name);
  if (!text || text->empty()) return otherwise;
  if (text->size() > 8 || text->find_first_not_of("0123456789") != std::string::npos) return fail(Errc::usage, "http.bad_page");
  return std::min<size_t>(static_cast<size_t>(std::stoul(*text)), most);
}

Answer fields_of_scan(const ScanDeskRef& desk, Core& core, Call& call) {
  const std::string *words = call.request.parameter("q"), *review = call.request.parameter("review");
  FieldFilter filter{words ? *words : "", static_cast<int64_t>(TRY(place_asked(call, "level", 0, 5))), review && *review == "true"};
  size_t limit = TRY(place_asked(call, "limit", 50, 500)), from = TRY(place_asked(call, "cursor", 0, 100'000'000)), total = 0;
  PartyId party = TRY(desk->one(call.by, call.param("id"))).party;
  auto rules = TRY(node::rules_of(core.node, party));
  Json items = Json::array();
  for (const node::JudgedTable& table : TRY(desk->tables(call.by, call.param("id")))) {
    std::vector<classify::FieldInput> inputs;
    std::vector<classify::Verdict> verdicts;
    TRY(node::take_judged(table, inputs, verdicts));
    for (size_t c = 0; c < verdicts.size(); c++) {
      if (!filter.takes(table, c, verdicts[c])) continue;
      if (total >= from && items.as_array().size() < limit) items.push(scanned_field(table, c, verdicts[c], *rules));
      total++;
    }
  }
  size_t end = from + items.as_array().size();
  return core.object(call, Json::object({{"items", std::move(items)}, {"next", end < total ? Json(std::to_string(end)) : Json()}, {"total", total}}));
}

Answer tables_of_scan(const ScanDeskRef& desk, Core& core, Call& call) {
  Json items = Json::array();
  for (const node::JudgedTable& table : TRY(desk->tables(call.by, call.param("id")))) {
    int64_t level = 0;
    for (const Json& verdict : table.verdicts.as_array()) level = std::max(level, verdict.get_int_or("level", 0).value_or(0));
    const node::TableFinding& f = table.finding;
    items.push(Json::object({{"columns", table.columns.size()}, {"comment", table.comment}, {"error_permille", f.error_permille}, {"level", level},
                             {"reason", f.reason.value_or("")}, {"rows", f.of ? Json(*f.of) : Json()}, {"sampled", f.sampled}, {"table", f.table}}));
  }
  size_t total = items.as_array().size();
  return core.object(call, Json::object({{"items", std::move(items)}, {"total", total}}));
}

Answer list_of_scan(const ScanDeskRef& desk, Call& call) {
  const std::string* format = call.request.parameter("format");
  std::string ending = format ? *format : "xlsx";
  http::Response response;
  response.body = TRY(desk->list_file(call.by, call.param("id"), ending));
  response.headers.emplace("Content-Type", ending == "xlsx" ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                                           : ending == "csv" ? "text/csv; charset=utf-8"
                                                             : "application/json");
  response.headers.emplace("Content-Disposition", "attachment; filename=\"scan-list." + ending + "\"");
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

Answer all_scans(const ScanDeskRef& desk, Core& core, Call& call) {
  Json items = Json::array(), can = Json::array();
  for (const node::InventoryScan& scan : TRY(desk->list(call.by))) items.push(TRY(scan_shown(desk, core, call.by, scan)));
  if (is_data_manager_of_scans(core, call)) can.push("start");
  size_t total = items.as_array().size();
  return core.object(call, Json::object({{"can", std::move(can)}, {"items", std::move(items)}, {"total", total}}));
}

}  // namespace

void add_scan_routes(Core& core) {
  auto desk = std::make_shared<node::ScanDesk>(core.node);
  auto one = [desk, &core](Call& call) -> Answer { return core.object(call, TRY(scan_shown(desk, core, call.by, TRY(desk->one(call.by, call.param("id")))))); };
  core.get("/api/v1/scans", [desk, &core](Call& call) { return all_scans(desk, core, call); });
  core.post("/api/v1/scans", [desk, &core](Call& call) { return start_scan(desk, core, call); });
  core.get("/api/v1/scans/{id}", one);
  core.get("/api/v1/scans/{id}/tables", [desk, &core](Call& call) { return tables_of_scan(desk, core, call); });
  core.get("/api/v1/scans/{id}/fields", [desk, &core](Call& call) { return fields_of_scan(desk, core, call); });
  core.get("/api/v1/scans/{id}/list", [desk](Call& call) { return list_of_scan(desk, call); });
  core.post("/api/v1/scans/{id}/resume", [desk, &core](Call& call) { return resume_scan(desk, core, call); });
  core.post("/api/v1/scans/{id}/stop", [desk, one](Call& call) -> Answer {
    TRY(desk->stop(call.by, call.param("id")));
    return one(call);
  });
  core.post("/api/v1/scans/{id}/remove", [desk, &core](Call& call) -> Answer {
    TRY(desk->remove(call.by, call.param("id")));
    return all_scans(desk, core, call);
  });
}

}  // namespace sluice::api
