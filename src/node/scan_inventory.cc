#include "node/scan_inventory.h"

#include <fcntl.h>

#include <algorithm>
#include <chrono>

#include "base/file.h"
#include "classify/list.h"
#include "node/memory_folder.h"
#include "node/rules_in_force.h"
#include "node/source_host.h"
#include "node/source_secret.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kScanItem = "scan", kScanPartItem = "scan_tables";
constexpr size_t kScanPartBytes = 256u << 10;             // a part is kept when its tables are so large,
constexpr std::chrono::seconds kScanPartAge{2};           // or so old
constexpr size_t kScanBytesMax = 64u << 20;

std::string part_name(const std::string& scan, int64_t number) {
  std::string digits = std::to_string(number);
  return scan + "/" + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

template <class T>
Result<T> from_registry(const ledger::Registry& registry, std::string_view kind, const std::string& id) {
  SecretBytes item = TRY(registry.get(kind, id));
  return decode<T>(TRY(parse_json(text(item.reveal("what a scan found")), kScanBytesMax)));
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 200 && name.front() != '.' && is_utf8(name) &&
         std::none_of(name.begin(), name.end(), [](char c) { return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Tables as they come, kept in parts; counts go with them.
class KeptTables {
 public:
  KeptTables(ledger::Registry& registry, InventoryScan& scan) : registry_(registry), scan_(scan), since_(std::chrono::steady_clock::now()) {}

  Status take(const ScannedVerdicts& found) {
    count(found);
    tables_.push(encode(found.table));
    bytes_ += found.table.columns.size() * 1024 + 256;
    return bytes_ >= kScanPartBytes || std::chrono::steady_clock::now() - since_ > kScanPartAge ? flush() : Status();
  }
  Status flush() {
    if (!tables_.as_array().empty()) {
      TRY(registry_.put(kScanPartItem, part_name(scan_.id, scan_.parts), SecretBytes(to_bytes(canonical(tables_)))));
      scan_.parts++;
    }
    tables_ = Json::array();
    bytes_ = 0;
    since_ = std::chrono::steady_clock::now();
    return registry_.put(kScanItem, scan_.id, SecretBytes(to_bytes(canonical(encode(scan_)))));
  }

 private:
  void count(const ScannedVerdicts& found) {
    scan_.tables++;
    scan_.tables_total = std::max(scan_.tables_total, found.of);
    scan_.unread += found.table.finding.reason.has_value();
    for (const Json& verdict : found.table.verdicts.as_array()) {
      scan_.fields_found++;
      scan_.review += verdict.get_bool_or("review", false).value_or(false);
      int64_t level = verdict.get_int_or("level", 0).value_or(0);
      if (level >= 1 && level <= 5) scan_.levels[static_cast<size_t>(level - 1)]++;
    }
  }

  ledger::Registry& registry_;
  InventoryScan& scan_;
  Json tables_ = Json::array();
  size_t bytes_ = 0;
  std::chrono::steady_clock::time_point since_;
};

std::string place_text(const InventoryScan& scan) {
  if (!scan.source.empty()) return "source " + scan.source.str();
  if (scan.database) return "database " + scan.database->host + ":" + std::to_string(scan.database->port) + "/" + scan.database->database;
  return scan.folder ? "folder " + *scan.folder : "";
}

Status check_start(const ScanStart& ask) {
  int given = !ask.source.empty() + ask.database.has_value() + ask.folder.has_value() + !ask.files.empty();
  if (given != 1) return fail(Errc::invalid, "scan.one_source");
  if (ask.rows < 1 || ask.rows > kScanRowsMax) return fail(Errc::invalid, "scan.bad_rows", std::to_string(kScanRowsMax));
  if (ask.database) TRY(odbc::check_description(*ask.database));
  if (ask.folder && (ask.folder->empty() || ask.folder->front() != '/')) return fail(Errc::usage, "collection.path_not_absolute");
  size_t bytes = 0;
  if (ask.files.size() > kScanFilesMax) return fail(Errc::exhausted, "scan.too_large", std::to_string(kScanFilesMax));
  for (size_t i = 0; i < ask.files.size(); i++) {
    if (!is_plain_name(ask.files[i].name)) return fail(Errc::invalid, "scan.bad_file", std::to_string(i + 1));
    bytes += ask.files[i].content.size();
  }
  return bytes <= kScanFileBytesMax ? Status() : fail(Errc::exhausted, "scan.too_large", std::to_string(kScanFileBytesMax));
}

}  // namespace

Result<PartyId> ScanDesk::party_of(const Principal& by, bool managing) const {
  return node_.space().read([&](const State& s) -> Result<PartyId> {
    const Person* person = find(s.persons, by.person);
    if (!person) return fail(Errc::not_found, "person.not_found");
    TimeMs now = node_.clock().now();
    if (person->has(Duty::data_manager, now) || (!managing && person->has(Duty::security_officer, now))) return person->party;
    return fail(Errc::forbidden, "duty.missing", "data_manager");
  });
}

Result<InventoryScan> ScanDesk::kept(const std::string& id) const {
  auto scan = from_registry<InventoryScan>(node_.registry(), kScanItem, id);
  if (!scan) return scan.error().reason == "registry.not_found" ? fail(Errc::not_found, "scan.not_found") : scan;
  return scan;
}

Status ScanDesk::keep(const InventoryScan& scan) { return node_.registry().put(kScanItem, scan.id, SecretBytes(to_bytes(canonical(encode(scan))))); }

Result<std::shared_ptr<ScanDesk::Running>> ScanDesk::enter(const std::string& id, const std::string& place) {
  std::lock_guard lock(mutex_);
  for (const auto& [other, running] : running_)
    if (other == id || (!place.empty() && running->place == place)) return fail(Errc::conflict, other == id ? "scan.running" : "scan.busy");
  auto mine = std::make_shared<Running>();
  mine->place = place;
  running_[id] = mine;
  return mine;
}

void ScanDesk::leave(const std::string& id) {
  std::lock_guard lock(mutex_);
  running_.erase(id);
}

bool ScanDesk::is_running(const std::string& id) {
  std::lock_guard lock(mutex_);
  return running_.contains(id);
}

Status ScanDesk::record(std::string_view what, const Principal& by, const InventoryScan& scan) {
  TRY(node_.space().record(Json::object({{"at_ms", node_.clock().now()}, {"kind", what}, {"person", by.person.str()}, {"place", place_text(scan)}, {"scan", scan.id},
                                         {"status", name_of(scan.status)}, {"tables", scan.tables}})));
  return {};
}

// The description of a database to be read, and its password where the registry has it.
Result<odbc::Description> ScanDesk::database_of(InventoryScan& scan, SecretText& password) {
  odbc::Description out;
  if (scan.source.empty()) {
    out = *scan.database;
  } else {
    Source read = TRY(node_.space().read([&](const State& s) -> Result<Source> {
      const Source* source = find(s.sources, scan.source);
      if (!source || source->owner != scan.party || source->status == SourceStatus::removed) return fail(Errc::not_found, "source.not_found");
      if (source->source_kind != SourceKind::database) return fail(Errc::refused, "scan.kind_not_scanned");
      return *source;
    }));
    out = TRY(decode<DatabasePlace>(TRY(parse_json(read.place)))).description;
    if (read.from_afar.value_or(false)) TRY(check_host_from_afar(node_, {out.host, out.port}));
    password = TRY(source_secret(node_, read));
  }
  if (!out.rows_per_second) out.rows_per_second = kScanRowsPerSecond;
  return out;
}

Status ScanDesk::walk(InventoryScan& scan, Running& running, SecretText password, const std::vector<UploadedFile>& files, const ProgressFn& progress) {
  auto packs = TRY(pack_texts_of(node_, scan.party));
  KeptTables kept(node_.registry(), scan);
  std::set<std::string> done;
  for (int64_t part = 0; part < scan.parts; part++)
    for (const JudgedTable& table : TRY(from_registry<std::vector<JudgedTable>>(node_.registry(), kScanPartItem, part_name(scan.id, part)))) done.insert(table.finding.table);
  Status taken;
  auto take = [&](const ScannedVerdicts& found) -> Status {
    if (done.contains(found.key())) return {};
    TRY(kept.take(found));
    if (progress) progress(Json::object({{"rows", scan.tables}, {"scan", scan.id}, {"total", scan.tables_total}}));
    return running.stop ? fail(Errc::conflict, "scan.stopped") : Status();
  };
  auto walked = [&]() -> Status {
    if (scan.kind == ScanKind::database) {
      ScanAsk ask;
      ask.source = TRY(database_of(scan, password));
      ask.password = std::move(password);
      ask.depth = scan.names_only ? ScanDepth::catalog : ScanDepth::sample;
      ask.limits.rows = static_cast<size_t>(scan.rows);
      ask.done = done;
      ask.program = node_.worker_program();
      return judge_source(ask, packs, take);
    }
    std::optional<MemoryFolder> uploaded;
    if (scan.kind == ScanKind::files) uploaded.emplace(TRY(MemoryFolder::make(node_)));
    for (const UploadedFile& file : files) TRY(write_file(uploaded->path() + "/" + file.name, file.content, 0600));
    OwnedFd folder(::open((uploaded ? uploaded->path() : *scan.folder).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return fail(Errc::not_found, "source.no_folder");
    Worker::Start start;
    start.job = "scan-files";
    start.folders.push_back(std::move(folder));
    start.program = node_.worker_program();
    Worker worker = TRY(Worker::start(std::move(start)));
    auto heard = [&](const Json& told) {
      if (!taken) return;
      auto found = decode<ScannedVerdicts>(told);
      taken = found ? take(*found) : Status(tl::unexpected(found.error()));
      if (!taken) worker.kill();
    };
    auto answer = worker.run(Json::object({{"names_only", scan.names_only}, {"packs", texts_json(packs)}}), {}, heard);
    TRY(taken);
    if (!answer) return tl::unexpected(answer.error());
    return {};
  }();
  TRY(kept.flush());
  return walked;
}

Result<InventoryScan> ScanDesk::run(const Principal& by, InventoryScan scan, SecretText password, const std::vector<UploadedFile>& files, const ProgressFn& progress) {
  auto running = TRY(enter(scan.id, place_text(scan)));
  auto walked = [&]() -> Status {
    scan.status = ScanStatus::running;
    scan.reason.clear();
    scan.ended_ms = 0;
    TRY(keep(scan));
    TRY(record("scan.started", by, scan));
    if (progress) progress(Json::object({{"rows", scan.tables}, {"scan", scan.id}, {"total", scan.tables_total}}));
    return walk(scan, *running, std::move(password), files, progress);
  }();
  scan.ended_ms = node_.clock().now();
  bool stopped = !walked && (walked.error().reason == "jobs.cancelled" || walked.error().reason == "scan.stopped");
  scan.status = walked ? ScanStatus::done : stopped ? ScanStatus::stopped : ScanStatus::failed;
  if (!walked) scan.reason = walked.error().reason;
  auto kept = keep(scan);
  auto told = record("scan.ended", by, scan);
  leave(scan.id);
  TRY(std::move(kept));
  TRY(std::move(told));
  if (!walked && !stopped) return tl::unexpected(walked.error());
  return scan;
}

Result<InventoryScan> ScanDesk::start(const Principal& by, ScanStart ask, const ProgressFn& progress) {
  PartyId party = TRY(party_of(by, true));
  TRY(check_start(ask));
  InventoryScan scan;
  scan.id = random_name(node_.random(), "scan");
  scan.party = party;
  scan.started_by = by.person;
  scan.kind = ask.folder ? ScanKind::folder : ask.files.empty() ? ScanKind::database : ScanKind::files;
  scan.source = ask.source;
  scan.database = ask.database;
  scan.folder = ask.folder;
  for (const UploadedFile& file : ask.files) scan.files.push_back(file.name);
  scan.rows = ask.rows;
  scan.names_only = ask.names_only;
  scan.started_ms = node_.clock().now();
  scan.name = ask.name.substr(0, kNameBytesMax);
  if (scan.name.empty()) scan.name = ask.database ? ask.database->name : ask.folder ? *ask.folder : !ask.files.empty() ? ask.files.front().name : ask.source.str();
  if (!is_utf8(scan.name)) return fail(Errc::invalid, "form.text_not_utf8", "name");
  forget_oldest(party);
  return run(by, std::move(scan), std::move(ask.password), ask.files, progress);
}

Result<InventoryScan> ScanDesk::resume(const Principal& by, const std::string& id, SecretText password, const ProgressFn& progress) {
  TRY(party_of(by, true));
  InventoryScan scan = TRY(one(by, id));
  if (scan.status == ScanStatus::running) return fail(Errc::conflict, "scan.running");
  if (scan.status == ScanStatus::done) return fail(Errc::conflict, "scan.over");
  if (scan.kind == ScanKind::files) return fail(Errc::conflict, "scan.files_gone");
  return run(by, std::move(scan), std::move(password), {}, progress);
}

Status ScanDesk::stop(const Principal& by, const std::string& id) {
  TRY(party_of(by, true));
  TRY(one(by, id));
  std::lock_guard lock(mutex_);
  auto at = running_.find(id);
  if (at == running_.end()) return fail(Errc::conflict, "scan.not_running");
  at->second->stop = true;
  return {};
}

bool ScanDesk::stopping(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto at = running_.find(id);
  return at != running_.end() && at->second->stop;
}

Status ScanDesk::remove(const Principal& by, const std::string& id) {
  TRY(party_of(by, true));
  InventoryScan scan = TRY(one(by, id));
  if (scan.status == ScanStatus::running) return fail(Errc::conflict, "scan.running");
  for (int64_t part = 0; part < scan.parts; part++) TRY(node_.registry().erase(kScanPartItem, part_name(id, part)));
  TRY(node_.registry().erase(kScanItem, id));
  return record("scan.removed", by, scan);
}

void ScanDesk::forget_oldest(const PartyId& party) {
  auto ids = node_.registry().ids(kScanItem);
  if (!ids || ids->size() < kScansKept) return;
  std::vector<InventoryScan> ended;
  for (const std::string& id : *ids)
    if (auto scan = kept(id); scan && scan->party == party && !is_running(id)) ended.push_back(std::move(*scan));
  std::sort(ended.begin(), ended.end(), [](const auto& a, const auto& b) { return a.started_ms < b.started_ms; });
  for (size_t i = 0; i + kScansKept <= ended.size(); i++) {
    for (int64_t part = 0; part < ended[i].parts; part++) (void)node_.registry().erase(kScanPartItem, part_name(ended[i].id, part));
    (void)node_.registry().erase(kScanItem, ended[i].id);
  }
}

Result<InventoryScan> ScanDesk::one(const Principal& by, const std::string& id) {
  PartyId party = TRY(party_of(by, false));
  InventoryScan scan = TRY(kept(id));
  if (scan.party != party) return fail(Errc::not_found, "scan.not_found");
  // A node that was killed could not say how it ended.
  if (scan.status == ScanStatus::running && !is_running(id)) {
    scan.status = ScanStatus::stopped;
    scan.reason = "scan.broken_off";
  }
  return scan;
}

Result<std::vector<InventoryScan>> ScanDesk::list(const Principal& by) {
  PartyId party = TRY(party_of(by, false));
  std::vector<InventoryScan> out;
  for (const std::string& id : TRY(node_.registry().ids(kScanItem)))
    if (auto scan = kept(id); scan && scan->party == party) out.push_back(TRY(one(by, id)));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.started_ms > b.started_ms; });
  return out;
}

Result<std::vector<JudgedTable>> ScanDesk::tables(const Principal& by, const std::string& id) {
  InventoryScan scan = TRY(one(by, id));
  std::vector<JudgedTable> out;
  for (int64_t part = 0; part < scan.parts; part++)
    for (JudgedTable& table : TRY(from_registry<std::vector<JudgedTable>>(node_.registry(), kScanPartItem, part_name(id, part)))) out.push_back(std::move(table));
  return out;
}

Result<std::string> ScanDesk::list_file(const Principal& by, const std::string& id, const std::string& format) {
  InventoryScan scan = TRY(one(by, id));
  auto rules = TRY(rules_of(node_, scan.party));
  std::vector<classify::FieldInput> fields;
  std::vector<classify::Verdict> verdicts;
  for (const JudgedTable& table : TRY(tables(by, id))) TRY(take_judged(table, fields, verdicts));
  auto list = classify::graded_list(*rules, fields, verdicts, {.department = {}, .system = scan.name, .place = place_text(scan)});
  std::string out = TRY(classify::encode_list(list, "list." + format));
  TRY(record("scan.list_taken", by, scan));
  return out;
}

}  // namespace sluice::node
