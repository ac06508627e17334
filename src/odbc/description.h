// A database as a source: where it is and how gently it is to be read (docs/formats/source.md). Never its password.
//
// Written as YAML or JSON. Refused by name: "source.malformed", "source.unknown_member", "source.missing_member",
// "source.bad_member" (detail: the member). Passwords come by a file or a descriptor of their own, and stand in no description,
// argument, log or ledger.
//
//   format: sluice-source/1
//   name: 医院 HIS
//   kind: postgresql            # postgresql, mariadb, sqlserver (through FreeTDS)
//   host: 10.1.2.3
//   port: 5432
//   database: his
//   user: sluice_reader
//   tls: require                # require (default), verify (the server's certificate and name too; not through FreeTDS), off
//   ca: |                       # with verify: who vouches for the server, PEM; default: the authorities that this machine trusts
//     -----BEGIN CERTIFICATE-----
//     …
//   schemas: [public]           # default: all but the server's own
//   rows_per_second: 20000      # default: no limit
//   statement_s: 600            # one statement of the server's may take so long
//   lock_s: 10                  # and so long waiting for a lock
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/record.h"

namespace sluice::odbc {

enum class Kind { postgresql, mariadb, sqlserver };
constexpr std::array<std::string_view, 3> enum_names(Kind) { return {"postgresql", "mariadb", "sqlserver"}; }

enum class Tls { off, require, verify };
constexpr std::array<std::string_view, 3> enum_names(Tls) { return {"off", "require", "verify"}; }

constexpr size_t kCaBytesMax = 32u << 10;

struct Description {
  std::string format;  // "sluice-source/1"
  std::string name;    // for people
  Kind kind = Kind::postgresql;
  std::string host, database, user;
  int64_t port = 0;
  std::optional<Tls> tls;
  std::optional<std::string> ca;  // PEM certificates; public, so they stand in the description itself
  std::optional<std::string> driver;  // file name of the driver's library, where it is not Debian's
  std::vector<std::string> schemas;
  std::optional<int64_t> rows_per_second, statement_s, lock_s;
  static constexpr auto fields = field_list(
      field("format", &Description::format), field("name", &Description::name), field("kind", &Description::kind), field("host", &Description::host),
      field("port", &Description::port), field("database", &Description::database), field("user", &Description::user), field("tls", &Description::tls),
      field("ca", &Description::ca), field("driver", &Description::driver), field("schemas", &Description::schemas), field("rows_per_second", &Description::rows_per_second),
      field("statement_s", &Description::statement_s), field("lock_s", &Description::lock_s));
};

Result<Description> parse_description(std::string_view yaml_or_json);
// The same from a file, in which `ca_file: PATH` (below the file's own folder, or absolute) may stand for `ca`. "file.*" besides.
Result<Description> load_description(const std::string& path);
// What parse_description checks beyond the form; for descriptions that came as records.
Status check_description(const Description& description);

}  // namespace sluice::odbc
