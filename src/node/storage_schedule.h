// Backups, inventories, rehearsals and tier moves when they are due, one after the other, at low priority (nice and idle disk class). All of it
// begins with the first storage policy; until then versions stay where they were sealed.
//
// What fails is on record once, and again when its reason changed or an hour has passed. Ends within a chunk, a version or a restore when it
// goes out of scope; what was interrupted goes on at the next start.
#pragma once

#include "node/node.h"

namespace sluice::node {

struct StorageTools {
  std::function<Result<std::unique_ptr<ledger::Store>>()> ledger_snapshot;
  std::function<Result<Stores>(const std::string& dir)> fresh_stores;
};

class StorageSchedule {
 public:
  StorageSchedule(Node& node, StorageTools tools);
  ~StorageSchedule();

 private:
  void loop();
  Status do_work(space::StorageWork work, const space::Principal& by);
  void record(space::StorageWork work, const space::Principal& by, const Error& error);

  Node& node_;
  StorageTools tools_;
  std::mutex mutex_;
  std::condition_variable stop_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace sluice::node
