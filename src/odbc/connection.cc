#include "odbc/connection.h"

#include <sql.h>
#include <sqlext.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/owned_fd.h"
#include "odbc/dialect.h"

namespace sluice::odbc {

// An ODBC handle with one owner.
namespace handle_detail {
inline bool fine(SQLRETURN code) { return code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO; }

struct Handle {
  SQLSMALLINT type = 0;
  SQLHANDLE handle = SQL_NULL_HANDLE;
  Handle() = default;
  Handle(SQLSMALLINT kind, SQLHANDLE parent) : type(kind) {
    if (!fine(SQLAllocHandle(kind, parent, &handle))) handle = SQL_NULL_HANDLE;
  }
  Handle(Handle&& other) noexcept : type(other.type), handle(std::exchange(other.handle, SQLHANDLE{})) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(type, other.type);
    std::swap(handle, other.handle);
    return *this;
  }
  ~Handle() {
    if (handle != SQL_NULL_HANDLE) SQLFreeHandle(type, handle);
  }
};
}  // namespace handle_detail
using handle_detail::Handle;
using handle_detail::fine;

namespace {

constexpr size_t kBoundBytesMax = 8192;  // longer cells are fetched by a second call
constexpr SQLULEN kSignInSeconds = 20;
constexpr size_t kBlockBytesMax = 4u << 20;
constexpr SQLULEN kBlockRowsMax = 1024;
constexpr std::string_view kTrustedByMachine = "/etc/ssl/certs/ca-certificates.crt";

struct Meaning {
  std::string_view state;
  int native;
  Errc code;
  std::string_view reason;
};

// What a diagnostic means; state or native code decides, the text is never passed on.
constexpr Meaning kMeanings[] = {
    {"28000", 0, Errc::unauthenticated, "source.sign_in_refused"}, {"28P01", 0, Errc::unauthenticated, "source.sign_in_refused"},
    {"", 1045, Errc::unauthenticated, "source.sign_in_refused"},   {"", 18456, Errc::unauthenticated, "source.sign_in_refused"},
    {"42501", 0, Errc::forbidden, "source.right_refused"},         {"", 1142, Errc::forbidden, "source.right_refused"},
    {"", 1143, Errc::forbidden, "source.right_refused"},           {"", 1044, Errc::forbidden, "source.right_refused"},
    {"", 229, Errc::forbidden, "source.right_refused"},            {"", 230, Errc::forbidden, "source.right_refused"},
    {"55P03", 0, Errc::unreachable, "source.locked"},              {"", 1205, Errc::unreachable, "source.locked"},
    {"", 1222, Errc::unreachable, "source.locked"},                {"40001", 0, Errc::unreachable, "source.locked"},
    {"40P01", 0, Errc::unreachable, "source.locked"},              {"57014", 0, Errc::unreachable, "source.timed_out"},
    {"", 1969, Errc::unreachable, "source.timed_out"},             {"HYT00", 0, Errc::unreachable, "source.timed_out"},
    {"42P01", 0, Errc::not_found, "source.table_gone"},            {"42S02", 0, Errc::not_found, "source.table_gone"},
    {"", 1146, Errc::not_found, "source.table_gone"},              {"", 1356, Errc::not_found, "source.table_gone"},
    {"42703", 0, Errc::not_found, "source.column_gone"},           {"42S22", 0, Errc::not_found, "source.column_gone"},
    {"", 1054, Errc::not_found, "source.column_gone"},             {"", 1412, Errc::conflict, "source.schema_changed"},
    {"08S01", 0, Errc::unreachable, "source.dropped"},             {"08003", 0, Errc::unreachable, "source.dropped"},
    {"08006", 0, Errc::unreachable, "source.dropped"},             {"08007", 0, Errc::unreachable, "source.dropped"},
    {"57P01", 0, Errc::unreachable, "source.dropped"},             {"57P02", 0, Errc::unreachable, "source.dropped"},
    {"", 2006, Errc::unreachable, "source.dropped"},               {"", 2013, Errc::unreachable, "source.dropped"},
    {"", 2055, Errc::unreachable, "source.dropped"},               {"", 5014, Errc::unreachable, "source.dropped"},
    {"HYT01", 0, Errc::unreachable, "source.dropped"},
};

bool says(std::string_view message, std::string_view words) { return message.find(words) != std::string_view::npos; }

Error meaning_of(std::string_view state, int native, std::string_view message) {
  std::string detail = std::string(state) + (native ? " " + std::to_string(native) : "");
  for (const Meaning& m : kMeanings)
    if ((!m.state.empty() && m.state == state) || (m.native != 0 && m.native == native)) return Error{m.code, m.reason, std::move(detail)};
  // psqlodbc has one state for many things; its own and libpq's fixed words tell them apart.
  if (says(message, "authentication failed") || says(message, "no password supplied")) return Error{Errc::unauthenticated, "source.sign_in_refused", std::move(detail)};
  if (says(message, "server closed the connection") || says(message, "terminating connection") || says(message, "connection to the server has been lost") ||
      says(message, "no connection to the server") || says(message, "SSL SYSCALL error") || says(message, "Connection reset by peer"))
    return Error{Errc::unreachable, "source.dropped", std::move(detail)};
  if (says(message, "could not read root certificate file")) return Error{Errc::invalid, "source.bad_member", "ca"};
  if (says(message, "certificate verify failed") || says(message, "does not match host name") || says(message, "root certificate file") ||
      (native == 2026 && (says(message, "ertificate") || says(message, "CERTIFICATE"))))
    return Error{Errc::refused, "source.certificate_refused", std::move(detail)};
  if (state.starts_with("22")) return Error{Errc::invalid, "source.value_unfit", std::move(detail)};
  if (state.starts_with("08")) return Error{Errc::unreachable, "source.unreachable", std::move(detail)};
  if (state.starts_with("IM") || says(message, "Can't open lib")) return Error{Errc::unreachable, "source.no_driver", std::move(detail)};
  return Error{Errc::unreachable, "source.failed", std::move(detail)};
}

tl::unexpected<Error> failure_of(SQLSMALLINT type, SQLHANDLE handle) {
  SQLCHAR state[6] = {}, text[1024] = {};
  SQLINTEGER native = 0;
  SQLSMALLINT size = 0;
  Error found{Errc::unreachable, "source.failed", {}};
  for (SQLSMALLINT record = 1; record <= 8; record++) {
    if (!fine(SQLGetDiagRec(type, handle, record, state, &native, text, sizeof text, &size))) break;
    Error error = meaning_of(reinterpret_cast<char*>(state), static_cast<int>(native), reinterpret_cast<char*>(text));
    if (record == 1 || found.reason == "source.failed") found = std::move(error);
  }
  return tl::unexpected(std::move(found));
}

Result<std::string> library_of(const Description& d) {
  std::string name = d.driver.value_or(default_driver(d.kind));
  for (const char* folder : {"/usr/lib/x86_64-linux-gnu/odbc/", "/usr/lib/aarch64-linux-gnu/odbc/", "/usr/lib/odbc/", "/usr/lib64/", "/usr/lib/"}) {
    std::error_code ec;
    if (std::filesystem::exists(folder + name, ec)) return folder + name;
  }
  return fail(Errc::not_found, "source.no_driver", name);
}

// Drivers want a file, and whoever reaches a source may write none: memory with a path.
Result<OwnedFd> file_of_ca(const Description& d) {
  if (!d.ca) return OwnedFd();
  OwnedFd file(::memfd_create("ca", MFD_CLOEXEC));
  if (!file || ::write(file.get(), d.ca->data(), d.ca->size()) != static_cast<ssize_t>(d.ca->size())) return fail(Errc::io, "file.unwritable", "ca");
  return file;
}

}  // namespace

struct Connection::State {
  Description description;
  Handle environment, connection;
  bool open = false;
  ~State() {
    if (!open) return;
    SQLEndTran(SQL_HANDLE_DBC, connection.handle, SQL_ROLLBACK);
    SQLDisconnect(connection.handle);
  }
};

// A cursor hands over many rows at once (SQL_ATTR_ROW_ARRAY_SIZE) where its driver can still fetch the rest of a long cell of any of them; one by one
// otherwise.
struct Rows::State {
  struct Cell {
    size_t room = 0;                 // of one row in `bytes`
    std::vector<char> bytes;         // row after row
    std::vector<SQLLEN> indicators;  // one a row
    std::string longer;              // of the row at hand: a cell that did not fit
    bool fetched_long = false, cut = false;
  };
  Handle statement;
  std::vector<Cell> cells;
  size_t cell_bytes_max = 0;
  SQLULEN rows_at_once = 1, fetched = 0;  // `fetched` is the driver's to write
  size_t at = 0;                          // of the rows fetched: the one at hand
  bool begun = false;

  Status measure_cell(size_t column);
  Status bind(bool in_blocks);
  Status fetch_long(size_t column);
  SQLLEN indicator(const Cell& cell) const { return cell.indicators[at]; }
};

Status Rows::State::measure_cell(size_t column) {
  SQLCHAR name[8];
  SQLSMALLINT name_size = 0, type = 0, digits = 0, nullable = 0;
  SQLULEN size = 0;
  auto number = static_cast<SQLUSMALLINT>(column + 1);
  if (!fine(SQLDescribeCol(statement.handle, number, name, sizeof name, &name_size, &type, &size, &digits, &nullable))) return failure_of(SQL_HANDLE_STMT, statement.handle);
  size_t bytes = size == 0 || size > 512 ? kBoundBytesMax : std::max<size_t>(size * 4 + 8, 64);
  cells[column].room = std::min(bytes, std::max<size_t>(cell_bytes_max, 64)) + 1;
  return {};
}

Status Rows::State::bind(bool in_blocks) {
  size_t row_bytes = 1;
  for (size_t c = 0; c < cells.size(); c++) {
    TRY(measure_cell(c));
    row_bytes += cells[c].room;
  }
  if (in_blocks) rows_at_once = std::clamp<SQLULEN>(kBlockBytesMax / row_bytes, 1, kBlockRowsMax);
  if (rows_at_once > 1) {
    bool set = fine(SQLSetStmtAttr(statement.handle, SQL_ATTR_ROW_BIND_TYPE, reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(SQL_BIND_BY_COLUMN)), 0)) &&
               fine(SQLSetStmtAttr(statement.handle, SQL_ATTR_ROW_ARRAY_SIZE, reinterpret_cast<SQLPOINTER>(rows_at_once), 0)) &&
               fine(SQLSetStmtAttr(statement.handle, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0));
    if (!set) return failure_of(SQL_HANDLE_STMT, statement.handle);
  }
  for (size_t c = 0; c < cells.size(); c++) {
    Cell& cell = cells[c];
    cell.bytes.resize(cell.room * rows_at_once);
    cell.indicators.resize(rows_at_once);
    SQLRETURN done = SQLBindCol(statement.handle, static_cast<SQLUSMALLINT>(c + 1), SQL_C_CHAR, cell.bytes.data(), static_cast<SQLLEN>(cell.room), cell.indicators.data());
    if (!fine(done)) return failure_of(SQL_HANDLE_STMT, statement.handle);
  }
  return {};
}

// What was cut at the bound buffer, whole (up to the bound of the query).
Status Rows::State::fetch_long(size_t column) {
  Cell& cell = cells[column];
  cell.longer.clear();
  cell.fetched_long = true;
  std::vector<char> part(64u << 10);
  if (rows_at_once > 1 && !fine(SQLSetPos(statement.handle, static_cast<SQLSETPOSIROW>(at + 1), SQL_POSITION, SQL_LOCK_NO_CHANGE)))
    return failure_of(SQL_HANDLE_STMT, statement.handle);
  while (true) {
    SQLLEN left = 0;
    SQLRETURN code = SQLGetData(statement.handle, static_cast<SQLUSMALLINT>(column + 1), SQL_C_CHAR, part.data(), static_cast<SQLLEN>(part.size()), &left);
    if (code == SQL_NO_DATA) break;
    if (!fine(code)) return failure_of(SQL_HANDLE_STMT, statement.handle);
    bool more = left == SQL_NO_TOTAL || left >= static_cast<SQLLEN>(part.size());
    size_t got = more ? part.size() - 1 : static_cast<size_t>(std::max<SQLLEN>(left, 0));
    cell.longer.append(part.data(), got);
    if (cell.longer.size() > cell_bytes_max) {
      cell.cut = true;
      cell.longer.resize(cell_bytes_max);
      break;
    }
    if (!more) break;
  }
  return {};
}

Rows::Rows(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

size_t Rows::columns() const { return state_->cells.size(); }

Result<bool> Rows::next() {
  if (state_->begun && state_->at + 1 < state_->fetched) {
    state_->at++;
  } else {
    state_->fetched = 1;  // where the driver writes no count: one row at a time
    SQLRETURN code = SQLFetch(state_->statement.handle);
    if (code == SQL_NO_DATA) return false;
    if (!fine(code)) return failure_of(SQL_HANDLE_STMT, state_->statement.handle);
    if (state_->fetched == 0) return false;
    state_->begun = true;
    state_->at = 0;
  }
  for (size_t c = 0; c < state_->cells.size(); c++) {
    State::Cell& cell = state_->cells[c];
    cell.fetched_long = cell.cut = false;
    SQLLEN indicator = state_->indicator(cell);
    if (indicator == SQL_NULL_DATA) continue;
    if (indicator != SQL_NO_TOTAL && indicator < static_cast<SQLLEN>(cell.room)) continue;
    if (cell.room > state_->cell_bytes_max) {
      cell.cut = true;
    } else {
      TRY(state_->fetch_long(c));
    }
  }
  return true;
}

std::string_view Rows::cell(size_t column) const {
  const State::Cell& cell = state_->cells[column];
  SQLLEN indicator = state_->indicator(cell);
  const char* bytes = cell.bytes.data() + state_->at * cell.room;
  if (indicator == SQL_NULL_DATA) return {};
  if (cell.fetched_long) return cell.longer;
  if (cell.cut) return {bytes, cell.room - 1};
  return {bytes, static_cast<size_t>(std::max<SQLLEN>(indicator, 0))};
}
bool Rows::is_null(size_t column) const { return state_->indicator(state_->cells[column]) == SQL_NULL_DATA; }
bool Rows::was_cut(size_t column) const { return state_->cells[column].cut; }

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;
const Description& Connection::description() const { return state_->description; }

Result<Connection> Connection::open(const Description& description, const SecretText& password) {
  std::string library = TRY(library_of(description));
  OwnedFd ca = TRY(file_of_ca(description));
  std::string ca_path = ca ? "/proc/self/fd/" + std::to_string(ca.get()) : std::string(kTrustedByMachine);
  auto state = std::make_unique<State>();
  state->description = description;
  state->environment = Handle(SQL_HANDLE_ENV, SQL_NULL_HANDLE);
  SQLHANDLE environment = state->environment.handle;
  if (environment == SQL_NULL_HANDLE) return fail(Errc::internal, "source.no_driver", "unixODBC");
  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
  state->connection = Handle(SQL_HANDLE_DBC, environment);
  SQLHANDLE connection = state->connection.handle;
  if (connection == SQL_NULL_HANDLE) return failure_of(SQL_HANDLE_ENV, environment);
  SQLSetConnectAttr(connection, SQL_ATTR_LOGIN_TIMEOUT, reinterpret_cast<SQLPOINTER>(kSignInSeconds), SQL_IS_UINTEGER);
  SQLSetConnectAttr(connection, SQL_ATTR_ACCESS_MODE, reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(SQL_MODE_READ_ONLY)), SQL_IS_UINTEGER);
  SecretText words = connection_string(description, library, ca_path, password);
  std::string text = words.reveal("the driver manager takes it whole");
  SQLCHAR told[1024];
  SQLSMALLINT told_size = 0;
  SQLRETURN done = SQLDriverConnect(connection, nullptr, reinterpret_cast<SQLCHAR*>(text.data()), static_cast<SQLSMALLINT>(text.size()), told, sizeof told,
                                    &told_size, SQL_DRIVER_NOPROMPT);
  wipe(text.data(), text.size());
  wipe(told, sizeof told);
  if (!fine(done)) {
    Error error = failure_of(SQL_HANDLE_DBC, connection).value();
    if (error.reason == "source.failed" || error.reason == "source.dropped") error.reason = "source.unreachable";
    return tl::unexpected(std::move(error));
  }
  state->open = true;
  Connection out(std::move(state));
  for (const std::string& statement : session_statements(description)) TRY(out.execute(statement));
  TRY(out.check_encryption());
  return out;
}

// MariaDB's connector goes on in plain text when it is told to force TLS and the server offers none.
Status Connection::check_encryption() {
  if (description().kind != Kind::mariadb || description().tls == Tls::off) return {};
  Rows rows = TRY(query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", 256));
  bool encrypted = TRY(rows.next()) && rows.columns() > 1 && !rows.cell(1).empty();
  return encrypted ? Status{} : fail(Errc::refused, "source.not_encrypted");
}

Status Connection::execute(const std::string& sql) {
  Handle statement(SQL_HANDLE_STMT, state_->connection.handle);
  if (statement.handle == SQL_NULL_HANDLE) return failure_of(SQL_HANDLE_DBC, state_->connection.handle);
  std::string text = sql;
  SQLRETURN done = SQLExecDirect(statement.handle, reinterpret_cast<SQLCHAR*>(text.data()), static_cast<SQLINTEGER>(text.size()));
  return fine(done) || done == SQL_NO_DATA ? Status{} : failure_of(SQL_HANDLE_STMT, statement.handle);
}

Result<Rows> Connection::query(const std::string& sql, size_t cell_bytes_max) {
  auto rows = std::make_unique<Rows::State>();
  rows->cell_bytes_max = cell_bytes_max;
  rows->statement = Handle(SQL_HANDLE_STMT, state_->connection.handle);
  SQLHANDLE statement = rows->statement.handle;
  if (statement == SQL_NULL_HANDLE) return failure_of(SQL_HANDLE_DBC, state_->connection.handle);
  std::string text = sql;
  SQLRETURN done = SQLExecDirect(statement, reinterpret_cast<SQLCHAR*>(text.data()), static_cast<SQLINTEGER>(text.size()));
  if (!fine(done)) return failure_of(SQL_HANDLE_STMT, statement);
  SQLSMALLINT columns = 0;
  if (!fine(SQLNumResultCols(statement, &columns))) return failure_of(SQL_HANDLE_STMT, statement);
  rows->cells.resize(static_cast<size_t>(std::max<SQLSMALLINT>(columns, 0)));
  SQLUINTEGER extensions = 0;
  bool told = fine(SQLGetInfo(state_->connection.handle, SQL_GETDATA_EXTENSIONS, &extensions, sizeof extensions, nullptr));
  bool in_blocks = told && (extensions & SQL_GD_BLOCK) && (extensions & SQL_GD_BOUND) && state_->description.kind != Kind::sqlserver;
  TRY(rows->bind(in_blocks));
  return Rows(std::move(rows));
}

Status Connection::begin_snapshot() {
  SQLRETURN done = SQLSetConnectAttr(state_->connection.handle, SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(SQL_AUTOCOMMIT_OFF)), SQL_IS_UINTEGER);
  if (!fine(done)) return failure_of(SQL_HANDLE_DBC, state_->connection.handle);
  for (const std::string& statement : snapshot_statements(state_->description.kind)) TRY(execute(statement));
  return {};
}

Status Connection::lift_statement_limit() {
  for (const std::string& statement : unlimited_statements(state_->description.kind)) TRY(execute(statement));
  return {};
}

}  // namespace sluice::odbc
