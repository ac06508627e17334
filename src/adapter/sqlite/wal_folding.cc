#include "adapter/sqlite/wal_folding.h"

#include <algorithm>
#include <optional>

namespace sluice::adapter {

namespace {

constexpr uint64_t kFoldEveryPages = 4000;   // 16 MB
constexpr uint64_t kLogPagesMax = 32000;     // 128 MB: then the writer waits

}  // namespace

WalFolding::~WalFolding() {
  {
    std::lock_guard lock(stage_mutex_);
    stopping_ = true;
  }
  stage_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void WalFolding::committed(Database& writer) {
  uint64_t pages = writer.log_pages();
  if (fold_at_pages_ == 0) fold_at_pages_ = kFoldEveryPages;
  if (pages < kFoldEveryPages) fold_at_pages_ = kFoldEveryPages;  // the log began anew
  if (pages < fold_at_pages_) return;
  std::unique_lock lock(stage_mutex_);
  if (stage_ == Stage::asked && pages >= kLogPagesMax) stage_changed_.wait(lock, [&] { return stage_ != Stage::asked; });
  if (stage_ == Stage::asked) return;
  if (stage_ == Stage::rest) return ask();
  stage_ = Stage::rest;
  lock.unlock();
  std::lock_guard folding(folding_mutex_);
  (void)writer.exec("PRAGMA wal_checkpoint(PASSIVE)");
  // Readers may keep the log from beginning anew: then try again a while later, not at every commit.
  fold_at_pages_ = pages + kFoldEveryPages;
}

void WalFolding::truncate(Database& writer) {
  std::lock_guard folding(folding_mutex_);
  (void)writer.exec("PRAGMA wal_checkpoint(TRUNCATE)");  // readers may hold it up; the next one folds it
}

// The caller holds stage_mutex_.
void WalFolding::ask() {
  stage_ = Stage::asked;
  if (!thread_.joinable()) thread_ = std::thread([this] { fold_loop(); });
  stage_changed_.notify_all();
}

void WalFolding::fold_loop() {
  std::optional<Database> db;
  while (true) {
    {
      std::unique_lock lock(stage_mutex_);
      stage_changed_.wait(lock, [&] { return stopping_ || stage_ == Stage::asked; });
      if (stopping_) return;
    }
    if (!db) {
      auto opened = Database::open(path_, OpenMode::read_write);
      if (opened) db.emplace(std::move(*opened));
    }
    if (db) {
      std::lock_guard folding(folding_mutex_);
      (void)db->exec("PRAGMA wal_checkpoint(PASSIVE)");
    }
    {
      std::lock_guard lock(stage_mutex_);
      stage_ = Stage::folded;
    }
    stage_changed_.notify_all();
  }
}

}  // namespace sluice::adapter
