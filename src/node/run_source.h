// Use case: registered sources are looked at when they are due: a watched folder for files that are whole, a database for new rows.
//
// A folder's place is {"folder": absolute path, "pattern": "*.csv", "settle_s": 3}. A file is taken when its manifest lies beside it,
// neither was written to within settle_s, and both have the size that they had at the look before: what is still being uploaded (SFTP, a
// share) waits, and is named as waiting. Files stay where they are; one that was taken or held is not taken again.
// A file without a manifest waits for it for `manifest_within_s` from when it was last written; then it is on record as refused (once), and still watched: with
// its manifest it is taken. Of one look at most kFilesPerRunMax are noted.
// A database's place is {"description": …} (docs/formats/source.md); its password lies in the registry.
//
// A folder behind SFTP (sftp.h) is looked at alike: what was the same at two looks is whole, files stay there, and are fetched into memory one by one.
//
// Back-pressure: no further file is begun while kHeldBatchesMax batches of the plan wait for people, or the disk has less room
// than kFreeBytesMin: "source.back_pressure"; or the source's own quota of the day is used up: "source.quota". One source runs at a time.
#pragma once

#include <map>
#include <mutex>

#include "node/node.h"
#include "node/sftp.h"
#include "odbc/description.h"

namespace sluice::node {

constexpr int64_t kHeldBatchesMax = 20;
constexpr uint64_t kFreeBytesMin = 256ull << 20;
constexpr size_t kFilesPerRunMax = 50, kFailuresPerRunMax = 3;

struct FolderPlace {
  std::string folder;
  std::optional<std::string> pattern;  // shell pattern on the file's name; absent: every file with a manifest
  std::optional<int64_t> settle_s;
  std::optional<int64_t> manifest_within_s{};  // absent: kManifestWithinSeconds
  static constexpr auto fields = field_list(field("folder", &FolderPlace::folder), field("pattern", &FolderPlace::pattern), field("settle_s", &FolderPlace::settle_s),
                                            field("manifest_within_s", &FolderPlace::manifest_within_s));
};
struct DatabasePlace {
  odbc::Description description;
  static constexpr auto fields = field_list(field("description", &DatabasePlace::description));
};

struct WaitingFile {
  std::string file, reason;  // "source.still_written", "manifest.missing"
  static constexpr auto fields = field_list(field("file", &WaitingFile::file), field("reason", &WaitingFile::reason));
};

// What looks found that is not on record: kept while the server runs. Thread-safe.
class SourceLooks {
 public:
  struct Seen {
    uint64_t size = 0;
    int64_t changed_ns = 0;
    bool tried = false;
    TimeMs since = 0;        // it lies there as it is
    Digest refused{};        // of the file, where it is on record as refused
    bool failed = false;     // at the look before: it comes after the others
  };
  struct Look {
    TimeMs at = 0;
    std::vector<WaitingFile> waiting;
    std::map<std::string, Seen> seen;  // by file name
  };
  Look of(const std::string& source) const;
  void keep(const std::string& source, Look look);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Look> looks_;
};

// Registers, with the password in the registry. "source.no_folder", "source.bad_place" (detail: the member), errors of RegisterSource.
struct SourceAsk {
  space::RegisterSource source;  // place is filled in
  std::optional<FolderPlace> folder;
  std::optional<odbc::Description> database;
  std::optional<SftpPlace> sftp;
  SecretText password;  // of a database; for SFTP the private key
};
Result<space::SourceId> register_source(Node& node, const space::Principal& by, SourceAsk ask);
// A removed source's password is erased.
Status change_source(Node& node, const space::Principal& by, const space::ChangeSource& command);

struct RunAnswer {
  std::optional<space::RunOutcome> outcome;  // absent: nothing new
  std::string reason;
  std::vector<space::BatchId> batches;
  std::vector<WaitingFile> waiting;
  static constexpr auto fields = field_list(field("outcome", &RunAnswer::outcome), field("reason", &RunAnswer::reason), field("batches", &RunAnswer::batches),
                                            field("waiting", &RunAnswer::waiting));
};
// One look, on record unless it found nothing new. Works for the person who registered the source, with that person's duties.
Result<RunAnswer> run_source(Node& node, const space::SourceId& source, SourceLooks& looks, const ProgressFn& progress = {});

// Looks at what is due, once a second, until it goes out of scope.
class SourceSchedule {
 public:
  SourceSchedule(Node& node, SourceLooks& looks);
  ~SourceSchedule();

 private:
  void loop();
  Node& node_;
  SourceLooks& looks_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sluice::node
