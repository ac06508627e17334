#include "odbc/dialect.h"

#include <fmt/core.h>

namespace sluice::odbc {

namespace {

// A value in braces, a closing brace doubled; plain ones stand as they are, since psqlodbc takes braces off passwords alone.
std::string braced(std::string_view value) {
  if (value.find_first_of(";{}[](),?*=!@ \t") == std::string_view::npos) return std::string(value);
  std::string out = "{";
  for (char c : value) {
    out += c;
    if (c == '}') out += c;
  }
  return out + "}";
}

std::string doubled(std::string_view text, char mark) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == mark) out += c;
  }
  return out;
}

std::string schema_list(const Description& d) {
  std::string out;
  for (const std::string& schema : d.schemas) out += (out.empty() ? "" : ",") + quoted_text(d.kind, schema);
  return out;
}

// "AND column IN (…)" for the schemas named, else without the server's own.
std::string in_schemas(const Description& d, std::string_view column) {
  if (!d.schemas.empty()) return fmt::format(" AND {} IN ({})", column, schema_list(d));
  switch (d.kind) {
    case Kind::postgresql: return fmt::format(" AND {0} NOT IN ('pg_catalog','information_schema') AND {0} NOT LIKE 'pg\\_toast%' AND {0} NOT LIKE 'pg\\_temp%'", column);
    case Kind::mariadb: return fmt::format(" AND {} = {}", column, quoted_text(d.kind, d.database));
    case Kind::sqlserver: return fmt::format(" AND {} NOT IN ('sys','INFORMATION_SCHEMA')", column);
  }
  return {};
}

std::string tls_words(const Description& d, const std::string& ca_path) {
  Tls tls = d.tls.value_or(Tls::require);
  switch (d.kind) {
    case Kind::postgresql: return tls == Tls::off ? "SSLMode=disable;" : tls == Tls::require ? "SSLMode=require;" : "SSLMode=verify-full;pqopt={sslrootcert=" + ca_path + "};";
    case Kind::mariadb: return tls == Tls::off ? "" : tls == Tls::require ? "FORCETLS=1;" : "FORCETLS=1;SSLVERIFY=1;SSLCA=" + ca_path + ";";
    case Kind::sqlserver: return tls == Tls::off ? "Encryption=off;" : "Encryption=require;";
  }
  return {};
}

}  // namespace

std::string quoted_name(Kind kind, std::string_view name) {
  switch (kind) {
    case Kind::postgresql: return "\"" + doubled(name, '"') + "\"";
    case Kind::mariadb: return "`" + doubled(name, '`') + "`";
    case Kind::sqlserver: return "[" + doubled(name, ']') + "]";
  }
  return {};
}

std::string quoted_text(Kind kind, std::string_view text) {
  (void)kind;  // MariaDB's sessions are told that a backslash is a character like others
  return "'" + doubled(text, '\'') + "'";
}

std::string qualified(Kind kind, std::string_view schema, std::string_view table) {
  return schema.empty() ? quoted_name(kind, table) : quoted_name(kind, schema) + "." + quoted_name(kind, table);
}

std::string default_driver(Kind kind) {
  switch (kind) {
    case Kind::postgresql: return "psqlodbca.so";
    case Kind::mariadb: return "libmaodbc.so";
    case Kind::sqlserver: return "libtdsodbc.so";
  }
  return {};
}

SecretText connection_string(const Description& d, const std::string& library, const std::string& ca_path, const SecretText& password) {
  std::string out = fmt::format("Driver={};Server={};Port={};Database={};UID={};PWD={};{}", library, d.host, d.port, braced(d.database), braced(d.user),
                                braced(password.reveal("sign in to the source")), tls_words(d, ca_path));
  // Rows in portions of a server-side cursor; texts whole; nothing of the driver's own logging.
  if (d.kind == Kind::postgresql) out += "UseDeclareFetch=1;Fetch=8192;MaxLongVarcharSize=-4;BoolsAsChar=0;UnknownSizes=2;Debug=0;CommLog=0;ConnSettings={SET client_encoding TO 'UTF8'};";
  // 1048576: rows are not gathered in the client; 2097152: forward only; 65536 would let one string hold several statements.
  if (d.kind == Kind::mariadb) out += fmt::format("CHARSET=utf8mb4;OPTION={};NO_PROMPT=1;", 1048576 + 2097152);
  if (d.kind == Kind::sqlserver) out += "TDS_Version=7.4;ClientCharset=UTF-8;ApplicationIntent=ReadOnly;";
  return SecretText(std::move(out));
}

std::vector<std::string> session_statements(const Description& d) {
  int64_t statement = d.statement_s.value_or(600), lock = d.lock_s.value_or(10);
  switch (d.kind) {
    case Kind::postgresql:
      return {"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", "SET default_transaction_read_only = on",
              fmt::format("SET statement_timeout = '{}s'", statement), fmt::format("SET lock_timeout = '{}s'", lock), "SET DateStyle = 'ISO, YMD'",
              "SET IntervalStyle = 'iso_8601'", "SET extra_float_digits = 1", "SET standard_conforming_strings = on", "SET bytea_output = 'hex'"};
    case Kind::mariadb:
      return {"SET SESSION TRANSACTION READ ONLY", "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", fmt::format("SET SESSION max_statement_time = {}", statement),
              fmt::format("SET SESSION lock_wait_timeout = {}", lock), fmt::format("SET SESSION innodb_lock_wait_timeout = {}", lock),
              "SET SESSION net_write_timeout = 600", "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'"};
    case Kind::sqlserver: return {fmt::format("SET LOCK_TIMEOUT {}", lock * 1000), "SET DATEFORMAT ymd", "SET QUOTED_IDENTIFIER ON", "SET IMPLICIT_TRANSACTIONS OFF"};
  }
  return {};
}

std::vector<std::string> snapshot_statements(Kind kind) {
  switch (kind) {
    case Kind::postgresql: return {};  // every transaction of the session is one
    case Kind::mariadb: return {"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"};
    case Kind::sqlserver: return {"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "BEGIN TRANSACTION"};
  }
  return {};
}

std::vector<std::string> unlimited_statements(Kind kind) {
  // PostgreSQL's limit counts each portion of the cursor for itself, so it stays.
  if (kind == Kind::mariadb) return {"SET SESSION max_statement_time = 0"};
  return {};
}

std::string tables_sql(const Description& d) {
  switch (d.kind) {
    case Kind::postgresql:
      return "SELECT n.nspname, c.relname, CASE WHEN c.relkind IN ('v','m') THEN 'view' ELSE 'table' END, coalesce(obj_description(c.oid,'pg_class'),''), "
             "CASE WHEN c.reltuples < 0 OR c.relkind = 'v' THEN '' ELSE c.reltuples::bigint::text END, "
             "CASE WHEN has_schema_privilege(n.oid,'USAGE') AND has_any_column_privilege(c.oid,'SELECT') THEN '1' ELSE '0' END "
             "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
             "WHERE c.relkind IN ('r','p','v','m','f') AND NOT c.relispartition" + in_schemas(d, "n.nspname") + " ORDER BY 1, 2";
    case Kind::mariadb:
      return "SELECT table_schema, table_name, CASE WHEN table_type LIKE '%VIEW%' THEN 'view' ELSE 'table' END, "
             "CASE WHEN table_type LIKE '%VIEW%' THEN '' ELSE coalesce(table_comment,'') END, coalesce(cast(table_rows AS char),''), '1' "
             "FROM information_schema.tables WHERE table_type <> 'SYSTEM VIEW'" + in_schemas(d, "table_schema") + " ORDER BY 1, 2";
    case Kind::sqlserver:
      return "SELECT s.name, o.name, CASE o.type WHEN 'V' THEN 'view' ELSE 'table' END, coalesce(cast(p.value AS nvarchar(2000)),''), "
             "coalesce((SELECT cast(sum(r.rows) AS varchar(20)) FROM sys.partitions r WHERE r.object_id = o.object_id AND r.index_id IN (0,1)),''), "
             "cast(coalesce(has_perms_by_name(quotename(s.name)+'.'+quotename(o.name),'OBJECT','SELECT'),0) AS varchar(1)) "
             "FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id "
             "LEFT JOIN sys.extended_properties p ON p.major_id = o.object_id AND p.minor_id = 0 AND p.name = 'MS_Description' "
             "WHERE o.type IN ('U','V')" + in_schemas(d, "s.name") + " ORDER BY 1, 2";
  }
  return {};
}

std::string columns_sql(const Description& d) {
  switch (d.kind) {
    case Kind::postgresql:
      return "SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN '0' ELSE '1' END, "
             "coalesce(col_description(c.oid, a.attnum),''), CASE WHEN has_column_privilege(c.oid, a.attnum, 'SELECT') THEN '1' ELSE '0' END "
             "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
             "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
             "WHERE c.relkind IN ('r','p','v','m','f') AND NOT c.relispartition" + in_schemas(d, "n.nspname") + " ORDER BY 1, 2, a.attnum";
    case Kind::mariadb:
      return "SELECT table_schema, table_name, column_name, column_type, CASE is_nullable WHEN 'YES' THEN '1' ELSE '0' END, coalesce(column_comment,''), "
             "CASE WHEN privileges LIKE '%select%' THEN '1' ELSE '0' END FROM information_schema.columns WHERE 1 = 1" +
             in_schemas(d, "table_schema") + " ORDER BY 1, 2, ordinal_position";
    case Kind::sqlserver:
      return "SELECT s.name, o.name, c.name, t.name, cast(c.is_nullable AS varchar(1)), coalesce(cast(p.value AS nvarchar(2000)),''), '1' "
             "FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id JOIN sys.schemas s ON s.schema_id = o.schema_id "
             "JOIN sys.types t ON t.user_type_id = c.user_type_id "
             "LEFT JOIN sys.extended_properties p ON p.major_id = o.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description' "
             "WHERE o.type IN ('U','V')" + in_schemas(d, "s.name") + " ORDER BY 1, 2, c.column_id";
  }
  return {};
}

std::string keys_sql(const Description& d) {
  switch (d.kind) {
    case Kind::postgresql:
      return "SELECT n.nspname, c.relname, a.attname, CASE k.contype WHEN 'p' THEN 'primary' ELSE 'foreign' END, coalesce(fn.nspname,''), coalesce(fc.relname,''), "
             "coalesce(fa.attname,'') FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
             "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(own, other, place) "
             "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.own "
             "LEFT JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace "
             "LEFT JOIN pg_catalog.pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = u.other "
             "WHERE k.contype IN ('p','f')" + in_schemas(d, "n.nspname") + " ORDER BY 1, 2, 4 DESC, k.oid, u.place";
    case Kind::mariadb:
      return "SELECT table_schema, table_name, column_name, CASE WHEN referenced_table_name IS NULL THEN 'primary' ELSE 'foreign' END, "
             "coalesce(referenced_table_schema,''), coalesce(referenced_table_name,''), coalesce(referenced_column_name,'') FROM information_schema.key_column_usage "
             "WHERE (constraint_name = 'PRIMARY' OR referenced_table_name IS NOT NULL)" + in_schemas(d, "table_schema") + " ORDER BY 1, 2, 4 DESC, constraint_name, ordinal_position";
    case Kind::sqlserver:
      return "SELECT s.name, o.name, c.name, 'primary', '', '', '' FROM sys.indexes i JOIN sys.index_columns x ON x.object_id = i.object_id AND x.index_id = i.index_id "
             "JOIN sys.columns c ON c.object_id = x.object_id AND c.column_id = x.column_id JOIN sys.objects o ON o.object_id = i.object_id "
             "JOIN sys.schemas s ON s.schema_id = o.schema_id WHERE i.is_primary_key = 1" + in_schemas(d, "s.name") +
             " UNION ALL SELECT s.name, o.name, c.name, 'foreign', rs.name, ro.name, rc.name FROM sys.foreign_key_columns f "
             "JOIN sys.objects o ON o.object_id = f.parent_object_id JOIN sys.schemas s ON s.schema_id = o.schema_id "
             "JOIN sys.columns c ON c.object_id = f.parent_object_id AND c.column_id = f.parent_column_id "
             "JOIN sys.objects ro ON ro.object_id = f.referenced_object_id JOIN sys.schemas rs ON rs.schema_id = ro.schema_id "
             "JOIN sys.columns rc ON rc.object_id = f.referenced_object_id AND rc.column_id = f.referenced_column_id WHERE 1 = 1" + in_schemas(d, "s.name") + " ORDER BY 1, 2";
  }
  return {};
}

}  // namespace sluice::odbc
