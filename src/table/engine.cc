#include "table/engine.h"

#include <map>
#include <set>

#include "base/limits.h"
#include "table/duck_database.h"
#include "table/duck_scan.h"
#include "table/limits.h"

namespace sluice::table {

namespace {

// The engine compares names of columns and tables without regard to ASCII case.
std::string folded(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

class DuckEngine final : public Engine {
 public:
  static Result<std::unique_ptr<Engine>> create(const EngineLimits& limits) {
    auto engine = std::unique_ptr<DuckEngine>(new DuckEngine);
    engine->database_ = TRY(DuckDatabase::open({.limits = limits}));
    engine->registry_ = TRY(ScanRegistry::install(*engine->database_));
    return std::unique_ptr<Engine>(std::move(engine));
  }
  ~DuckEngine() override { database_.reset(); }  // before the registry that its scans use

  Status mount(std::string_view name, ColumnSource& source) override {
    std::lock_guard lock(mutex_);
    if (name.empty() || name.find('\0') != std::string_view::npos) return fail(Errc::invalid, "table.bad_name");
    TRY(check_columns(source.specs()));
    if (mounted_.contains(folded(name))) return fail(Errc::conflict, "table.name_taken");
    uint64_t id = 0;
    std::string scan = registry_->add(feed_of(source), &id);
    Status made = database_->run("CREATE VIEW " + quote_identifier(name) + " AS SELECT * FROM " + scan);
    if (!made) registry_->remove(id);
    else mounted_[folded(name)] = id;
    return made;
  }

  Status unmount(std::string_view name) override {
    std::lock_guard lock(mutex_);
    auto found = mounted_.find(folded(name));
    if (found == mounted_.end()) return fail(Errc::not_found, "table.not_mounted");
    registry_->remove(found->second);
    mounted_.erase(found);
    return database_->run("DROP VIEW " + quote_identifier(name));
  }

  Result<std::unique_ptr<RowStream>> query(const std::string& sql) override { return stream_select(*database_, sql); }
  void interrupt() override { database_->interrupt(); }

 private:
  DuckEngine() = default;

  static Status check_columns(const std::vector<ColumnSpec>& specs) {
    if (specs.empty() || specs.size() > kTableColumnsMax) return fail(Errc::invalid, "table.bad_columns");
    std::set<std::string> names;
    for (const ColumnSpec& spec : specs)
      if (spec.name.empty() || spec.name.find('\0') != std::string::npos || !names.insert(folded(spec.name)).second)
        return fail(Errc::invalid, "table.bad_columns");
    return {};
  }

  std::unique_ptr<DuckDatabase> database_;
  std::unique_ptr<ScanRegistry> registry_;
  std::mutex mutex_;
  std::map<std::string, uint64_t> mounted_;
};

}  // namespace

Result<std::unique_ptr<Engine>> Engine::create(const EngineLimits& limits) { return DuckEngine::create(limits); }

Result<uint64_t> Engine::query_into(const std::string& sql, BatchSink& sink) {
  auto stream = TRY(query(sql));
  uint64_t rows = 0;
  while (auto batch = TRY(stream->next())) {
    TRY(sink.append(*batch));
    rows += batch->rows;
  }
  TRY(sink.finish());
  return rows;
}

Result<Batch> Engine::query_all(const std::string& sql, size_t rows_max) {
  auto stream = TRY(query(sql));
  std::vector<ColumnBuilder> columns;
  for (const ColumnSpec& spec : stream->specs()) columns.emplace_back(spec);
  Batch all;
  while (auto batch = TRY(stream->next())) {
    if (batch->rows > rows_max - all.rows) return fail(Errc::exhausted, "table.result_too_large");
    for (size_t i = 0; i < columns.size(); i++) columns[i].append_rows(batch->columns[i], 0, batch->rows);
    all.rows += batch->rows;
  }
  for (ColumnBuilder& column : columns) all.columns.push_back(column.finish());
  return all;
}

}  // namespace sluice::table
