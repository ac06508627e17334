// A found file that is larger than one request: its parts arrive one after the other and lie in memory until it is traced.
//
// One upload a person; a new one drops the last. What nobody went on with for half an hour goes at the next call. Parts belong to who sent
// them. Safe to call from any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "node/memory_folder.h"

namespace sluice::node {

class SuspectParts {
 public:
  struct Upload {
    std::string id;
    uint64_t bytes = 0;
  };
  // Without an id a new upload begins. Errors: "trace.unknown_upload" (not this person's, or gone), "trace.too_large" beyond kSuspectBytesMax,
  // "trace.uploads_busy" while four other people's lie here.
  Result<Upload> append(Node& node, const std::string& person, const std::string& id, ByteView part);
  // The folder with the whole file as suspect.csv; it is the caller's from now on. "trace.unknown_upload".
  Result<MemoryFolder> take(Node& node, const std::string& person, const std::string& id);

 private:
  struct Kept {
    Upload upload;
    std::unique_ptr<MemoryFolder> folder;
    TimeMs last = 0;
  };
  void drop_old(TimeMs now);
  std::mutex mutex_;
  std::map<std::string, Kept> by_person_;
};

}  // namespace sluice::node
