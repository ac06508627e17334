#include "odbc/description.h"

#include <filesystem>

#include "base/file.h"
#include "rules/yaml.h"

namespace sluice::odbc {

namespace {

constexpr size_t kDescriptionBytesMax = 64u << 10;

bool plain(std::string_view text, size_t bytes_max) {
  if (text.empty() || text.size() > bytes_max) return false;
  for (char c : text)
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

bool file_name_only(std::string_view name) {
  for (char c : name) {
    bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    if (!fits) return false;
  }
  return name.ends_with(".so") && name.size() < 128;
}

// Certificates and nothing else: a key that slipped into the file would come to stand in the ledger.
bool certificates_only(std::string_view pem) {
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----", end = "-----END CERTIFICATE-----";
  if (pem.size() > kCaBytesMax || pem.find("PRIVATE") != std::string_view::npos) return false;
  for (char c : pem)
    if (c != '\n' && c != '\r' && (static_cast<uint8_t>(c) < 0x20 || static_cast<uint8_t>(c) > 0x7e)) return false;
  size_t first = pem.find(begin);
  return first != std::string_view::npos && pem.find(end, first) != std::string_view::npos;
}

Result<Description> description_of(const Json& tree) {
  auto description = decode<Description>(tree);
  if (!description) {
    std::string_view reason = description.error().reason;
    std::string_view ours = reason == "record.unknown_field"   ? "source.unknown_member"
                            : reason == "record.missing_field" ? "source.missing_member"
                                                               : "source.bad_member";
    return fail(Errc::invalid, ours, description.error().detail);
  }
  TRY(check_description(*description));
  return description;
}

Result<Json> tree_of(std::string_view text) {
  auto tree = rules::parse_yaml(text, kDescriptionBytesMax);
  if (!tree || !tree->is_object()) return fail(Errc::invalid, "source.malformed", tree ? "" : tree.error().detail);
  return tree;
}

}  // namespace

Status check_description(const Description& d) {
  auto bad = [](std::string member) { return fail(Errc::invalid, "source.bad_member", std::move(member)); };
  if (d.format != "sluice-source/1") return bad("format");
  if (!plain(d.name, kNameBytesMax)) return bad("name");
  if (!plain(d.host, 255) || d.host.find_first_of(" ;{}=/\\'\"") != std::string::npos) return bad("host");
  if (!plain(d.database, 128)) return bad("database");
  if (!plain(d.user, 128)) return bad("user");
  if (d.port < 1 || d.port > 65535) return bad("port");
  bool verifies = d.tls.value_or(Tls::require) == Tls::verify;
  // FreeTDS 1.3 takes an authority from its own configuration alone, and goes on unchecked at a word that it does not know.
  if (verifies && d.kind == Kind::sqlserver) return bad("tls");
  if (d.ca && (!verifies || !certificates_only(*d.ca))) return bad("ca");
  if (d.driver && !file_name_only(*d.driver)) return bad("driver");
  for (const std::string& schema : d.schemas)
    if (!plain(schema, 128)) return bad("schemas");
  if (d.rows_per_second && (*d.rows_per_second < 1 || *d.rows_per_second > 1'000'000'000)) return bad("rows_per_second");
  if (d.statement_s && (*d.statement_s < 1 || *d.statement_s > 86400)) return bad("statement_s");
  if (d.lock_s && (*d.lock_s < 1 || *d.lock_s > 3600)) return bad("lock_s");
  return {};
}

Result<Description> parse_description(std::string_view text) { return description_of(TRY(tree_of(text))); }

Result<Description> load_description(const std::string& path) {
  Json tree = TRY(tree_of(TRY(read_text_file(path, kDescriptionBytesMax))));
  const Json* named = tree.find("ca_file");
  if (!named) return description_of(tree);
  if (!named->is_string() || named->as_string().empty() || tree.find("ca")) return fail(Errc::invalid, "source.bad_member", "ca_file");
  std::filesystem::path file = std::filesystem::path(path).parent_path() / named->as_string();
  std::string pem = TRY(read_text_file(file.string(), kCaBytesMax));
  Json given = Json::object();
  for (const auto& [name, value] : tree.as_object())
    if (name != "ca_file") given.set(name, value);
  given.set("ca", std::move(pem));
  return description_of(given);
}

}  // namespace sluice::odbc
