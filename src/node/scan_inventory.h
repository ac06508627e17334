// Use case: a source is scanned from the console: a database, a folder of files, or files that were uploaded (a schema dump, a field list, data). What every
// field is comes of it, as an inventory that nobody has confirmed yet: type, category, level, reasons, place, and how well the sample stands for it.
//
// The workers judge the fields themselves; the server sees names and verdicts and never a value. Nothing is copied and no version is made. What was found
// lies in the registry (names of an outside system's tables), table by table, so that a scan that was stopped, or was cut off with its node, goes on where it
// stood; the files of an upload are not kept. Starting, ending and taking the list out are records of the access segments.
//
// A source is read by one scan at a time, at most kScanRowsPerSecond rows a second unless its description says another number. At most kScansKept scans
// of a party are kept: the oldest ended ones go.
// Who starts one is a data manager; its party's data managers and security officers see it. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "node/node.h"
#include "node/scan_source.h"

namespace sluice::node {

constexpr int64_t kScanRowsPerSecond = 20'000, kScanRowsMax = 100'000;
constexpr size_t kScansKept = 50, kScanFilesMax = 200, kScanFileBytesMax = 6u << 20;

enum class ScanKind { database, folder, files };
constexpr std::array<std::string_view, 3> enum_names(ScanKind) { return {"database", "folder", "files"}; }
// stopped: by somebody, or with the node; it can go on, unless its files were uploaded.
enum class ScanStatus { running, done, stopped, failed };
constexpr std::array<std::string_view, 4> enum_names(ScanStatus) { return {"running", "done", "stopped", "failed"}; }

struct InventoryScan {
  std::string format{"sluice-scan/1"};
  std::string id, name;
  space::PartyId party;
  space::PersonId started_by;
  ScanKind kind = ScanKind::files;
  space::SourceId source;                           // of a registered one
  std::optional<odbc::Description> database{};      // of another
  std::optional<std::string> folder{};
  std::vector<std::string> files;                   // names of an upload
  int64_t rows = 2000;                              // sampled of each table
  bool names_only = false;
  ScanStatus status = ScanStatus::running;
  std::string reason;                               // why it failed or stopped
  TimeMs started_ms = 0, ended_ms = 0;
  int64_t tables = 0, tables_total = 0, unread = 0, fields_found = 0, review = 0, parts = 0;
  std::vector<int64_t> levels{0, 0, 0, 0, 0};       // fields by level
  static constexpr auto fields = field_list(
      field("format", &InventoryScan::format), field("id", &InventoryScan::id), field("name", &InventoryScan::name), field("party", &InventoryScan::party),
      field("started_by", &InventoryScan::started_by), field("kind", &InventoryScan::kind), field("source", &InventoryScan::source),
      field("database", &InventoryScan::database), field("folder", &InventoryScan::folder), field("files", &InventoryScan::files), field("rows", &InventoryScan::rows),
      field("names_only", &InventoryScan::names_only), field("status", &InventoryScan::status), field("reason", &InventoryScan::reason),
      field("started_ms", &InventoryScan::started_ms), field("ended_ms", &InventoryScan::ended_ms), field("tables", &InventoryScan::tables),
      field("tables_total", &InventoryScan::tables_total), field("unread", &InventoryScan::unread), field("fields_found", &InventoryScan::fields_found),
      field("review", &InventoryScan::review), field("parts", &InventoryScan::parts), field("levels", &InventoryScan::levels));
};

struct UploadedFile {
  std::string name;
  Bytes content;
};
// One of: a registered source of the own party, a database with its password, a folder of this machine, files.
struct ScanStart {
  std::string name;
  space::SourceId source;
  std::optional<odbc::Description> database{};
  std::optional<std::string> folder{};
  std::vector<UploadedFile> files;
  SecretText password;
  int64_t rows = 2000;
  bool names_only = false;
};

class ScanDesk {
 public:
  explicit ScanDesk(Node& node) : node_(node) {}

  // Runs to its end; progress is {scan, rows, total} (tables). "scan.one_source", "scan.bad_rows", "scan.bad_file" (detail: the name), "scan.too_large",
  // "scan.busy" (conflict: this source is being scanned), "scan.kind_not_scanned" (SFTP), "source.not_found", errors of scan_source.h. What ended early
  // ("jobs.cancelled", "scan.stopped") keeps the tables that it has done.
  Result<InventoryScan> start(const space::Principal& by, ScanStart ask, const ProgressFn& progress);
  // "scan.running", "scan.over" (it is done), "scan.files_gone" (an upload). The password is that of a database that is not registered.
  Result<InventoryScan> resume(const space::Principal& by, const std::string& id, SecretText password, const ProgressFn& progress);
  // Ends it after the table that it reads now. "scan.not_running".
  Status stop(const space::Principal& by, const std::string& id);
  // It was told to stop, and still reads its table.
  bool stopping(const std::string& id);
  // What is kept of it goes. "scan.running".
  Status remove(const space::Principal& by, const std::string& id);

  // The newest first.
  Result<std::vector<InventoryScan>> list(const space::Principal& by);
  // "scan.not_found" also for another party's.
  Result<InventoryScan> one(const space::Principal& by, const std::string& id);
  Result<std::vector<JudgedTable>> tables(const space::Principal& by, const std::string& id);
  // The classification-and-grading list of it as a file (classify/list.h): csv, json or xlsx. Who took it is a record.
  Result<std::string> list_file(const space::Principal& by, const std::string& id, const std::string& format);

 private:
  struct Running {
    std::string place;  // of the source: one scan at a time
    std::atomic<bool> stop{false};
  };
  Result<space::PartyId> party_of(const space::Principal& by, bool managing) const;
  Result<InventoryScan> kept(const std::string& id) const;
  Status keep(const InventoryScan& scan);
  Result<std::shared_ptr<Running>> enter(const std::string& id, const std::string& place);
  void leave(const std::string& id);
  bool is_running(const std::string& id);
  Result<odbc::Description> database_of(InventoryScan& scan, SecretText& password);
  Status walk(InventoryScan& scan, Running& running, SecretText password, const std::vector<UploadedFile>& files, const ProgressFn& progress);
  Result<InventoryScan> run(const space::Principal& by, InventoryScan scan, SecretText password, const std::vector<UploadedFile>& files, const ProgressFn& progress);
  void forget_oldest(const space::PartyId& party);
  Status record(std::string_view what, const space::Principal& by, const InventoryScan& scan);

  Node& node_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Running>> running_;
};

}  // namespace sluice::node
