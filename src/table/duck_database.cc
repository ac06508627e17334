#include "table/duck_database.h"

#include <duckdb.h>

#include <charconv>

namespace sluice::table {

namespace {

constexpr std::string_view kTicket = "sluice-error-ticket:";

bool starts(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

}  // namespace

std::string ErrorTickets::deposit(Error error) {
  std::lock_guard lock(mutex_);
  if (errors_.size() >= 1000) errors_.clear();  // tickets that nobody collected
  errors_.push_back(std::move(error));
  return std::string(kTicket) + std::to_string(errors_.size() - 1);
}

std::optional<Error> ErrorTickets::collect(std::string_view engine_text) {
  size_t at = engine_text.find(kTicket);
  if (at == std::string_view::npos) return std::nullopt;
  engine_text.remove_prefix(at + kTicket.size());
  size_t number = 0;
  auto parsed = std::from_chars(engine_text.data(), engine_text.data() + engine_text.size(), number);
  std::lock_guard lock(mutex_);
  if (parsed.ec != std::errc() || number >= errors_.size()) return std::nullopt;
  return errors_[number];
}

Result<std::unique_ptr<DuckDatabase>> DuckDatabase::open(const DuckOptions& options) {
  std::unique_ptr<DuckDatabase> out(new DuckDatabase);
  duckdb_config config;
  if (duckdb_create_config(&config) == DuckDBError) return fail(Errc::internal, "table.failed", "configuration");
  bool set = true;
  auto option = [&](const char* name, const std::string& value) {
    set = set && duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess;
  };
  option("memory_limit", std::to_string(options.limits.memory_bytes) + "B");
  option("threads", std::to_string(std::max(1u, options.limits.threads)));
  option("autoinstall_known_extensions", "false");
  option("autoload_known_extensions", "false");
  option("allow_community_extensions", "false");
  char* text = nullptr;
  bool opened = set && duckdb_open_ext(nullptr, &out->database_, config, &text) == DuckDBSuccess;
  duckdb_free(text);
  duckdb_destroy_config(&config);
  if (!opened) return fail(Errc::internal, "table.failed", "engine does not start");
  if (duckdb_connect(out->database_, &out->own_) == DuckDBError)
    return fail(Errc::internal, "table.failed", "engine does not connect");
  TRY(out->configure(options));
  return out;
}

Status DuckDatabase::configure(const DuckOptions& options) {
  TRY(run("SET temp_directory = ''"));
  TRY(run("SET TimeZone = 'UTC'"));
  std::string files;
  for (const auto& file : options.files) files += (files.empty() ? "" : ", ") + quote_literal(file);
  if (!files.empty()) TRY(run("SET allowed_paths = [" + files + "]"));
  TRY(run("SET enable_external_access = false"));
  return run("SET lock_configuration = true");
}

DuckDatabase::~DuckDatabase() {
  if (own_) duckdb_disconnect(&own_);
  if (database_) duckdb_close(&database_);
}

Status DuckDatabase::run(const std::string& sql) {
  TRY(run_counting(sql));
  return {};
}

Result<uint64_t> DuckDatabase::run_counting(const std::string& sql) {
  duckdb_result result;
  Result<uint64_t> rows = 0;
  if (duckdb_query(own_, sql.c_str(), &result) == DuckDBError) {
    const char* text = duckdb_result_error(&result);
    rows = tl::unexpected(reason_of(text ? text : ""));
  } else {
    rows = duckdb_rows_changed(&result);
  }
  duckdb_destroy_result(&result);
  return rows;
}

void DuckDatabase::interrupt() {
  std::lock_guard lock(mutex_);
  for (duckdb_connection connection : running_) duckdb_interrupt(connection);
}

Result<_duckdb_connection*> DuckDatabase::begin() {
  duckdb_connection connection = nullptr;
  if (duckdb_connect(database_, &connection) == DuckDBError) return fail(Errc::internal, "table.failed", "no connection");
  std::lock_guard lock(mutex_);
  running_.insert(connection);
  return connection;
}

void DuckDatabase::end(_duckdb_connection* connection) {
  {
    std::lock_guard lock(mutex_);
    running_.erase(connection);
  }
  duckdb_disconnect(&connection);
}

// DuckDB's texts begin with the kind of error: "Binder Error: …".
Error DuckDatabase::reason_of(std::string_view text) {
  if (auto deposited = tickets_.collect(text)) return *deposited;
  if (starts(text, "INTERRUPT")) return {Errc::conflict, "table.interrupted"};
  if (starts(text, "Out of Memory")) return {Errc::exhausted, "table.out_of_memory"};
  if (text.find("No space left") != std::string_view::npos) return {Errc::exhausted, "file.disk_full"};
  if (starts(text, "Permission")) return {Errc::forbidden, "table.forbidden"};
  for (std::string_view kind : {"Parser", "Binder", "Catalog", "Syntax", "Not implemented"})
    if (starts(text, kind)) return {Errc::invalid, "table.bad_query"};
  for (std::string_view kind : {"Conversion", "Out of Range", "Mismatch Type", "Divide by Zero", "Invalid Input"})
    if (starts(text, kind)) return {Errc::invalid, "table.bad_value"};
  return {Errc::internal, "table.failed"};
}

std::string quote_identifier(std::string_view name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string quote_literal(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + '\'';
}

}  // namespace sluice::table
