// One read-only session with a database, through the unixODBC driver manager. sql.h stays behind this header.
//
// Every cell is text (UTF-8) as the server writes it; a null is a flag. Rows come one by one; memory holds a block of
// them (4 MiB at most), however many there are. The session is opened read-only, with the description's time-outs for statements and locks.
//
// Errors are told by their SQLSTATE alone, since messages of drivers quote values: "source.no_driver", "source.unreachable",
// "source.sign_in_refused", "source.not_encrypted", "source.certificate_refused" (`tls: verify`), "source.right_refused", "source.timed_out", "source.locked", "source.dropped" (the connection is gone:
// nothing more can be asked), "source.table_gone", "source.column_gone", "source.schema_changed", "source.value_unfit" (the
// server cannot make of a value what the statement asks: types that lie), "source.failed" (detail: SQLSTATE and native code).
// A Connection belongs to one thread; one Rows of it is open at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/restricted.h"
#include "odbc/description.h"

namespace sluice::odbc {

class Rows {
 public:
  struct State;
  explicit Rows(std::unique_ptr<State> state);
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();

  size_t columns() const;
  // The next row; false at the end.
  Result<bool> next();
  // Of the row that next() reached; valid until the next call. Longer cells than `cell_bytes_max` of the query are cut.
  std::string_view cell(size_t column) const;
  bool is_null(size_t column) const;
  bool was_cut(size_t column) const;

 private:
  std::unique_ptr<State> state_;
};

class Connection {
 public:
  struct State;
  static Result<Connection> open(const Description& description, const SecretText& password);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  Status execute(const std::string& sql);
  Result<Rows> query(const std::string& sql, size_t cell_bytes_max = 1u << 20);
  // Everything from here on is read as of one moment, where the server can do that.
  Status begin_snapshot();
  // The statement that follows may take as long as its rows are read slowly.
  Status lift_statement_limit();

  const Description& description() const;

 private:
  explicit Connection(std::unique_ptr<State> state);
  Status check_encryption();
  std::unique_ptr<State> state_;
};

}  // namespace sluice::odbc
