// What differs between the servers: how a session is opened, names are quoted, and catalogs are asked. Internal to the room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/restricted.h"
#include "odbc/description.h"

namespace sluice::odbc {

std::string quoted_name(Kind kind, std::string_view name);
std::string quoted_text(Kind kind, std::string_view text);
std::string qualified(Kind kind, std::string_view schema, std::string_view table);

// The connection string of a driver; `library` is the driver's file, `ca_path` the file of certificates that `tls: verify` goes by. Holds the password.
SecretText connection_string(const Description& description, const std::string& library, const std::string& ca_path, const SecretText& password);
std::string default_driver(Kind kind);

// Statements that make the session read-only and bounded; those that open a snapshot; the one that lifts the time-out.
std::vector<std::string> session_statements(const Description& description);
std::vector<std::string> snapshot_statements(Kind kind);
std::vector<std::string> unlimited_statements(Kind kind);

// schema, table, "table" or "view", comment, rows estimated ("" when not known), readable (1 or 0); in order of schema and table.
std::string tables_sql(const Description& description);
// schema, table, column, type, nullable (1 or 0), comment, readable (1 or 0); in order of schema, table and position.
std::string columns_sql(const Description& description);
// schema, table, column, "primary" or "foreign", referred schema, table and column; in order of schema, table.
std::string keys_sql(const Description& description);

}  // namespace sluice::odbc
