// Column sources as tables of the engine: a table function with projection pushdown. Internal to table/.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "table/column.h"
#include "table/duck_database.h"

namespace sluice::table {

// What a scan draws from: row groups, each with the columns that are asked for. Made anew for each scan.
class GroupFeed {
 public:
  virtual ~GroupFeed() = default;
  struct Group {
    size_t rows = 0;  // 0: the end
    std::vector<ColumnRef> columns;
  };
  // Thread-safe.
  virtual Result<Group> next(const std::vector<size_t>& columns) = 0;
  virtual size_t threads_max() const = 0;
};

class FeedSource {
 public:
  virtual ~FeedSource() = default;
  virtual const std::vector<ColumnSpec>& specs() const = 0;
  virtual std::optional<uint64_t> rows() const = 0;  // when known
  virtual std::unique_ptr<GroupFeed> open() = 0;
};

// A ColumnSource as a FeedSource; the source outlives it.
std::unique_ptr<FeedSource> feed_of(ColumnSource& source);

// The tables of one database. Thread-safe.
class ScanRegistry {
 public:
  // Registers the table function; the registry outlives the database.
  static Result<std::unique_ptr<ScanRegistry>> install(DuckDatabase& database);
  // The SQL expression that scans the feed: "sluice_scan(7)".
  std::string add(std::shared_ptr<FeedSource> feed, uint64_t* id);
  void remove(uint64_t id);
  std::shared_ptr<FeedSource> find(uint64_t id);
  ErrorTickets& tickets() { return tickets_; }

 private:
  explicit ScanRegistry(ErrorTickets& tickets) : tickets_(tickets) {}
  ErrorTickets& tickets_;
  std::mutex mutex_;
  uint64_t next_ = 1;
  std::map<uint64_t, std::shared_ptr<FeedSource>> feeds_;  // shared: a running scan keeps its feed
};

}  // namespace sluice::table
