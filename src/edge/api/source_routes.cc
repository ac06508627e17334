// Sources: what is collected when, what came, what is late and what is held; and collections straight from a database.
#include "base/file.h"
#include "collect/manifest.h"
#include "edge/api/core.h"
#include "node/amend_source.h"
#include "node/collect_source.h"
#include "node/delete_rows.h"
#include "node/memory_folder.h"
#include "node/run_source.h"
#include "node/source_host.h"

namespace sluice::api {

using namespace space;

namespace {

struct SourceBody {
  PlanId plan;
  std::string name;
  std::optional<node::FolderPlace> folder;
  std::optional<odbc::Description> database;
  std::optional<node::SftpPlace> sftp;
  std::optional<int64_t> rows_per_day;
  int64_t every_s = 0, late_after_s = 0, retries = 3;
  std::vector<std::string> at;
  std::string password;
  static constexpr auto fields = field_list(
      field("plan", &SourceBody::plan), field("name", &SourceBody::name), field("folder", &SourceBody::folder), field("database", &SourceBody::database),
      field("every_s", &SourceBody::every_s), field("late_after_s", &SourceBody::late_after_s), field("retries", &SourceBody::retries),
      field("at", &SourceBody::at), field("password", &SourceBody::password), field("sftp", &SourceBody::sftp),
      field("rows_per_day", &SourceBody::rows_per_day));
};

struct DatabaseBody {
  PlanId plan;
  odbc::Description source;
  std::string password;
  static constexpr auto fields = field_list(field("plan", &DatabaseBody::plan), field("source", &DatabaseBody::source), field("password", &DatabaseBody::password));
};

// What names a file of this machine, or is collected at once, is for whoever works on it.
Status on_this_machine(const Call& call) {
  return call.request.peer.local ? Status{} : fail(Errc::forbidden, "collection.local_only");
}

Status is_data_manager(Core& core, const Call& call) {
  TRY(core.look(call.by, [](const node::View& view) -> Result<Json> {
    if (!view.holds(Duty::data_manager)) return fail(Errc::forbidden, "duty.missing", "data_manager");
    return Json::object();
  }));
  return {};
}

// Whoever signed in shows a second factor; the operator at the machine has none to show.
Status second_factor_of_person(const Call& call) {
  return call.session && !call.by.stepped_up ? fail(Errc::forbidden, "auth.second_factor_needed") : Status{};
}

Answer add_source(Core& core, Call& call) {
  TRY(is_data_manager(core, call));
  TRY(second_factor_of_person(call));
  Json body = TRY(body_of(call.request));
  auto ask = TRY(decode<SourceBody>(TRY(completed(encode(SourceBody{}), body, {"plan", "name"}, {}))));
  RegisterSource command;
  command.plan = ask.plan;
  command.name = ask.name;
  command.every_s = ask.every_s;
  command.at = ask.at;
  command.late_after_s = ask.late_after_s;
  command.retries = ask.retries;
  command.rows_per_day = ask.rows_per_day;
  command.from_afar = call.request.peer.local ? std::nullopt : std::optional(true);
  node::SourceAsk source{std::move(command), ask.folder, ask.database, ask.sftp, SecretText(std::move(ask.password))};
  if (!call.request.peer.local) TRY(node::check_place_from_afar(core.node, source, core.source_folders));
  auto id = TRY(node::register_source(core.node, call.by, std::move(source)));
  return core.object(call, TRY(core.look(call.by, [&](const node::View& view) { return view.source(id.str()); })), 201);
}

Answer change(Core& core, Call& call) {
  std::string id = call.param("id");
  TRY(id_of<SourceId>(id, "source.not_found"));
  auto command = TRY(command_of<ChangeSource>(call.request, {{"source", id}}, {"status", "reason"}));
  TRY(core.look(call.by, [&](const node::View& view) { return view.source(id); }));
  TRY(node::change_source(core.node, call.by, command));
  return core.object(call, TRY(core.look(call.by, [&](const node::View& view) { return view.source(id); })));
}

Look source_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.source(id); };
}

struct SecretBody {
  std::string password, reason;
  static constexpr auto fields = field_list(field("password", &SecretBody::password), field("reason", &SecretBody::reason));
};

Answer change_secret(Core& core, Call& call) {
  TRY(second_factor_of_person(call));
  auto id = TRY(id_of<SourceId>(call.param("id"), "source.not_found"));
  auto ask = TRY(command_of<SecretBody>(call.request, {}, {"password", "reason"}));
  TRY(core.look(call.by, source_view(id.str())));
  TRY(node::change_source_secret(core.node, call.by, {id, ask.reason}, SecretText(std::move(ask.password))));
  return core.show(call, source_view(id.str()));
}

template <class C>
Answer change_by(Core& core, Call& call, std::initializer_list<std::string_view> demanded) {
  TRY(second_factor_of_person(call));
  std::string id = call.param("id");
  TRY(id_of<SourceId>(id, "source.not_found"));
  auto command = TRY(command_of<C>(call.request, {{"source", id}}, demanded));
  return core.act(call, command, source_view(id));
}

// Data managers see where they may register from off the machine; system administrators keep the list.
Look hosts_view() {
  return [](const node::View& view) -> Result<Json> {
    if (!view.holds(Duty::data_manager) && !view.holds(Duty::system_admin) && !view.sees_all()) return fail(Errc::forbidden, "duty.missing", "system_admin");
    Json hosts = Json::array();
    for (const auto& [host, allowed] : view.state.source_hosts) hosts.push(encode(allowed));
    Json names = view.names_of(hosts), can = Json::array();
    if (view.may(AllowSourceHost{"host.example", "plausible"})) can.push("change");
    return Json::object({{"can", std::move(can)}, {"hosts", std::move(hosts)}, {"names", std::move(names)}});
  };
}

Answer allow_host(Core& core, Call& call) {
  auto command = TRY(command_of<AllowSourceHost>(call.request, {}, {"host", "reason"}));
  TRY(core.look(call.by, hosts_view()));
  TRY(node::allow_source_host(core.node, call.by, std::move(command), call.request.peer.local ? node::AskedFrom::machine : node::AskedFrom::afar));
  return core.show(call, hosts_view());
}

Answer run_now(Core& core, Call& call) {
  auto id = TRY(id_of<SourceId>(call.param("id"), "source.not_found"));
  TRY(is_data_manager(core, call));
  Json shown = TRY(core.look(call.by, [&](const node::View& view) { return view.source(id.str()); }));
  if (shown.get_string_or("status", "").value_or("") != "active") return fail(Errc::conflict, "source.paused");
  auto work = [&core, id](const node::ProgressFn& progress) -> Result<Json> { return encode(TRY(node::run_source(core.node, id, core.source_looks, progress))); };
  return core.run(call, "source-run", work);
}

// The object with what only this running server knows: files that wait to be whole.
Answer one(Core& core, Call& call) {
  Json shown = TRY(core.look(call.by, [&](const node::View& view) { return view.source(call.param("id")); }));
  auto look = core.source_looks.of(call.param("id"));
  shown.set("looked_ms", look.at > 0 ? Json(look.at) : Json()).set("waiting", encode(look.waiting));
  // The ledger names a refused file by its digest; where it lies there still, the look knows what it is called.
  std::map<std::string, std::string> names;
  for (const auto& [name, seen] : look.seen) names.emplace(hex(seen.refused), name);
  Json refused = Json::array();
  for (Json one : shown.find("refused")->as_array()) {
    auto name = names.find(one.get_string_or("file_digest", "").value_or(""));
    if (name != names.end()) one.set("file", name->second);
    refused.push(std::move(one));
  }
  shown.set("refused", std::move(refused));
  return core.object(call, shown);
}

// A list that is sent with the request: its own name (the manifest says it), its bytes in base64, the manifest's text.
struct SentList {
  std::string name, content, manifest;
  static constexpr auto fields = field_list(field("name", &SentList::name), field("content", &SentList::content), field("manifest", &SentList::manifest));
};
struct DeletionBody {
  PlanId plan;
  std::string file;
  std::optional<VersionId> version;
  std::optional<SentList> list;
  static constexpr auto fields = field_list(field("plan", &DeletionBody::plan), field("file", &DeletionBody::file), field("version", &DeletionBody::version),
                                            field("list", &DeletionBody::list));
};

// The list and its manifest as files that no disk sees: keys are numbers of persons.
Result<std::string> lay_down(const SentList& list, const node::MemoryFolder& folder) {
  bool plain = !list.name.empty() && list.name.size() <= 200 && list.name.front() != '.' && list.name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
  if (!plain) return fail(Errc::invalid, "deletion.bad_name");
  auto content = from_base64(list.content);
  if (!content || content->empty()) return fail(Errc::invalid, "deletion.list_missing");
  std::string path = folder.path() + "/" + list.name;
  TRY(write_file(path, *content, 0600));
  if (!list.manifest.empty()) TRY(write_file(collect::manifest_path(path), view(list.manifest), 0600));
  return path;
}

// A path is named at this machine alone; from elsewhere the list comes with the request.
Answer take_back(Core& core, Call& call) {
  auto ask = TRY(command_of<DeletionBody>(call.request, {}, {"plan"}));
  if (!ask.list) TRY(on_this_machine(call));
  TRY(is_data_manager(core, call));
  node::Node& node = core.node;
  std::shared_ptr<node::MemoryFolder> sent;
  if (ask.list) {
    if (!ask.file.empty()) return fail(Errc::invalid, "deletion.list_or_file");
    TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> { return view.own_plan(ask.plan.str()).map([](const auto&) { return Json::object(); }); }));
    sent = std::make_shared<node::MemoryFolder>(TRY(node::MemoryFolder::make(node)));
    ask.file = TRY(lay_down(*ask.list, *sent));
    ask.list.reset();
  } else if (ask.file.empty() || ask.file.front() != '/') {
    return fail(Errc::usage, "collection.path_not_absolute");
  }
  auto work = [&node, by = call.by, ask, sent](const node::ProgressFn& progress) -> Result<Json> {
    return encode(TRY(node::delete_rows(node, by, {ask.plan, ask.file, ask.version.value_or(VersionId{})}, progress)));
  };
  return core.run(call, "delete-rows", work);
}

Answer collect_database(Core& core, Call& call) {
  TRY(on_this_machine(call));
  auto ask = TRY(command_of<DatabaseBody>(call.request, {}, {"plan", "source", "password"}));
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    TRY(view.own_plan(ask.plan.str()));
    if (!view.holds(Duty::data_manager)) return fail(Errc::forbidden, "duty.missing", "data_manager");
    return Json::object();
  }));
  node::Node& node = core.node;
  auto password = std::make_shared<SecretText>(std::move(ask.password));
  auto work = [&node, by = call.by, plan = ask.plan, source = ask.source, password](const node::ProgressFn& progress) -> Result<Json> {
    return encode(TRY(node::collect_source(node, by, {plan, source, *password}, progress)));
  };
  return core.run(call, "collect", work);
}

}  // namespace

void add_source_routes(Core& core) {
  core.get("/api/v1/sources", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.sources(ask); });
  });
  core.get("/api/v1/refused-files", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.refused_files(ask); });
  });
  core.get("/api/v1/version-changes", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.version_changes(ask); });
  });
  core.post("/api/v1/sources", [&core](Call& call) { return add_source(core, call); });
  core.get("/api/v1/sources/{id}", [&core](Call& call) { return one(core, call); });
  core.post("/api/v1/sources/{id}/status", [&core](Call& call) { return change(core, call); });
  core.post("/api/v1/sources/{id}/take-over", [&core](Call& call) -> Answer {
    std::string id = call.param("id");
    TRY(id_of<SourceId>(id, "source.not_found"));
    return core.act(call, TRY(command_of<TakeOverSource>(call.request, {{"source", id}}, {"reason"})), source_view(id));
  });
  core.post("/api/v1/sources/{id}/change", [&core](Call& call) { return change_by<AmendSource>(core, call, {"reason"}); });
  core.post("/api/v1/sources/{id}/hand-over", [&core](Call& call) { return change_by<HandOverSource>(core, call, {"to", "reason"}); });
  core.post("/api/v1/sources/{id}/password", [&core](Call& call) { return change_secret(core, call); });
  // Where a source may be registered from off the machine.
  core.get("/api/v1/source-folders", [&core](Call& call) -> Answer {
    TRY(is_data_manager(core, call));
    return core.object(call, Json::object({{"folders", encode(core.source_folders)}}));
  });
  // Hosts that a source may be named on from off the machine.
  core.get("/api/v1/source-hosts", [&core](Call& call) { return core.show(call, hosts_view()); });
  core.post("/api/v1/source-hosts", [&core](Call& call) { return allow_host(core, call); });
  core.post("/api/v1/source-hosts/remove", [&core](Call& call) -> Answer {
    return core.act(call, TRY(command_of<ForbidSourceHost>(call.request, {}, {"host", "reason"})), hosts_view());
  });
  core.post("/api/v1/sources/{id}/run", [&core](Call& call) { return run_now(core, call); });
  core.post("/api/v1/collections/deletion", [&core](Call& call) { return take_back(core, call); });
  core.post("/api/v1/collections/database", [&core](Call& call) { return collect_database(core, call); });
}

}  // namespace sluice::api
