#include "table/duck_scan.h"

#include <duckdb.h>

#include <algorithm>
#include <cstring>

#include "table/duck_fill.h"

namespace sluice::table {

namespace {

class SourceFeed final : public GroupFeed {
 public:
  explicit SourceFeed(ColumnSource& source) : source_(source) {}
  Result<Group> next(const std::vector<size_t>& columns) override {
    Group group;
    size_t number = next_++;
    if (number >= source_.row_groups()) return group;
    for (size_t column : columns) group.columns.push_back(TRY(source_.read(number, column)));
    group.rows = source_.rows_of(number);
    return group;
  }
  size_t threads_max() const override { return std::max<size_t>(1, source_.row_groups()); }

 private:
  ColumnSource& source_;
  std::atomic<size_t> next_ = 0;
};

class SourceFeeds final : public FeedSource {
 public:
  explicit SourceFeeds(ColumnSource& source) : source_(source) {}
  const std::vector<ColumnSpec>& specs() const override { return source_.specs(); }
  std::optional<uint64_t> rows() const override { return source_.rows(); }
  std::unique_ptr<GroupFeed> open() override { return std::make_unique<SourceFeed>(source_); }

 private:
  ColumnSource& source_;
};

// The state of one scan, shared by its threads.
struct Scan {
  std::shared_ptr<FeedSource> source;  // kept while the scan runs
  std::unique_ptr<GroupFeed> feed;
  std::vector<size_t> columns;  // what to read
  std::vector<size_t> slots;    // output vector of each
};

// The state of one thread of a scan.
struct ScanThread {
  size_t rows = 0;
  size_t at = 0;
  std::vector<ColumnFill> columns;
};

template <class T>
void destroy(void* p) {
  delete static_cast<T*>(p);
}

void bind_scan(duckdb_bind_info info) {
  auto* registry = static_cast<ScanRegistry*>(duckdb_bind_get_extra_info(info));
  duckdb_value value = duckdb_bind_get_parameter(info, 0);
  auto id = static_cast<uint64_t>(duckdb_get_int64(value));
  duckdb_destroy_value(&value);
  auto feed = registry->find(id);
  if (!feed) return duckdb_bind_set_error(info, "no such table");
  for (const ColumnSpec& spec : feed->specs()) {
    duckdb_logical_type type = engine_type(spec);
    duckdb_bind_add_result_column(info, spec.name.c_str(), type);
    duckdb_destroy_logical_type(&type);
  }
  if (auto rows = feed->rows()) duckdb_bind_set_cardinality(info, *rows, true);
  duckdb_bind_set_bind_data(info, new std::shared_ptr<FeedSource>(std::move(feed)),
                            destroy<std::shared_ptr<FeedSource>>);
}

void start_scan(duckdb_init_info info) {
  auto* source = static_cast<std::shared_ptr<FeedSource>*>(duckdb_init_get_bind_data(info));
  auto* scan = new Scan{.source = *source, .feed = (*source)->open(), .columns = {}, .slots = {}};
  for (idx_t i = 0; i < duckdb_init_get_column_count(info); i++) {
    idx_t column = duckdb_init_get_column_index(info, i);
    if (column >= scan->source->specs().size()) continue;  // a row id that nobody reads: count(*)
    scan->columns.push_back(column);
    scan->slots.push_back(i);
  }
  duckdb_init_set_max_threads(info, scan->feed->threads_max());
  duckdb_init_set_init_data(info, scan, destroy<Scan>);
}

void start_thread(duckdb_init_info info) {
  duckdb_init_set_init_data(info, new ScanThread, destroy<ScanThread>);
}

Status next_group(Scan& scan, ScanThread& mine) {
  GroupFeed::Group group = TRY(scan.feed->next(scan.columns));
  mine.rows = group.rows;
  mine.at = 0;
  mine.columns.clear();
  for (size_t i = 0; i < group.columns.size(); i++)
    mine.columns.push_back(TRY(ColumnFill::create(std::move(group.columns[i]), scan.source->specs()[scan.columns[i]])));
  return {};
}

void scan_some(duckdb_function_info info, duckdb_data_chunk output) {
  auto& scan = *static_cast<Scan*>(duckdb_function_get_init_data(info));
  auto& mine = *static_cast<ScanThread*>(duckdb_function_get_local_init_data(info));
  if (mine.at == mine.rows) {
    if (Status status = next_group(scan, mine); !status) {
      auto* registry = static_cast<ScanRegistry*>(duckdb_function_get_extra_info(info));
      duckdb_function_set_error(info, registry->tickets().deposit(std::move(status).error()).c_str());
      duckdb_data_chunk_set_size(output, 0);
      return;
    }
  }
  size_t n = std::min<size_t>(duckdb_vector_size(), mine.rows - mine.at);
  for (size_t i = 0; i < mine.columns.size(); i++)
    mine.columns[i].fill(duckdb_data_chunk_get_vector(output, scan.slots[i]), mine.at, n);
  mine.at += n;
  duckdb_data_chunk_set_size(output, n);
}

}  // namespace

std::unique_ptr<FeedSource> feed_of(ColumnSource& source) { return std::make_unique<SourceFeeds>(source); }

Result<std::unique_ptr<ScanRegistry>> ScanRegistry::install(DuckDatabase& database) {
  std::unique_ptr<ScanRegistry> registry(new ScanRegistry(database.tickets()));
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, "sluice_scan");
  duckdb_logical_type number = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
  duckdb_table_function_add_parameter(function, number);
  duckdb_destroy_logical_type(&number);
  duckdb_table_function_set_extra_info(function, registry.get(), nullptr);
  duckdb_table_function_set_bind(function, bind_scan);
  duckdb_table_function_set_init(function, start_scan);
  duckdb_table_function_set_local_init(function, start_thread);
  duckdb_table_function_set_function(function, scan_some);
  duckdb_table_function_supports_projection_pushdown(function, true);
  bool registered = duckdb_register_table_function(database.own_connection(), function) == DuckDBSuccess;
  duckdb_destroy_table_function(&function);
  if (!registered) return fail(Errc::internal, "table.failed", "scan function");
  return registry;
}

std::string ScanRegistry::add(std::shared_ptr<FeedSource> feed, uint64_t* id) {
  std::lock_guard lock(mutex_);
  *id = next_++;
  feeds_[*id] = std::move(feed);
  return "sluice_scan(" + std::to_string(*id) + ")";
}

void ScanRegistry::remove(uint64_t id) {
  std::lock_guard lock(mutex_);
  feeds_.erase(id);
}

std::shared_ptr<FeedSource> ScanRegistry::find(uint64_t id) {
  std::lock_guard lock(mutex_);
  auto found = feeds_.find(id);
  return found == feeds_.end() ? nullptr : found->second;
}

}  // namespace sluice::table
