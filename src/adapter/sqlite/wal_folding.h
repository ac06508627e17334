// Folds the write-ahead log of a database back into its file beside the writer, so that commits do not pay for it: without
// this, every few thousand pages one commit, and all calls that wait for it, would last as long as the whole fold.
//
// The fold on a thread and connection of its own leaves what was committed meanwhile; the writer folds that small rest after
// its next commit, upon which SQLite begins the log anew. A log that grows faster than it can be folded holds the writer
// up: it stays bounded. A fold that fails costs nothing but a longer log; the database is whole without it.
// Threads: everything is called by the writer's thread. The thread starts with the first fold.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "adapter/sqlite/database.h"

namespace sluice::adapter {

class WalFolding {
 public:
  explicit WalFolding(std::string path) : path_(std::move(path)) {}
  ~WalFolding();
  WalFolding(const WalFolding&) = delete;

  // After each commit of `writer`, whose own automatic folding must be off.
  void committed(Database& writer);
  // Folds everything and empties the log's file: after bytes were erased. Waits for a fold that runs.
  void truncate(Database& writer);

 private:
  enum class Stage { rest, asked, folded };
  void fold_loop();
  void ask();

  std::string path_;
  uint64_t fold_at_pages_ = 0;  // of the log; 0: not decided yet

  std::mutex stage_mutex_;
  std::condition_variable stage_changed_;
  Stage stage_ = Stage::rest;
  bool stopping_ = false;
  std::mutex folding_mutex_;  // SQLite lets one connection fold at a time
  std::thread thread_;
};

}  // namespace sluice::adapter
