#include "codec/record.h"

namespace sluice::record_detail {

namespace {

// An unknown key is input of a stranger: its text is bounded and cut to plain characters.
std::string shown(std::string_view key) {
  std::string out;
  for (char c : key.substr(0, 40))
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') out += c;
  return out;
}

bool knows(std::span<const FieldOps> table, std::string_view key) {
  for (const FieldOps& f : table)
    if (f.name == key) return true;
  return false;
}

}  // namespace

Json encode_record(std::span<const FieldOps> table, const void* record) {
  Json out = Json::object();
  for (const FieldOps& f : table) {
    Json member = f.encode(f.in(record));
    if (!member.is_null()) out.set(f.name, std::move(member));
  }
  return out;
}

Status decode_record(std::span<const FieldOps> table, const Json& json, void* record, std::string_view name) {
  if (!json.is_object()) return fail(Errc::invalid, "record.wrong_kind", std::string(name));
  size_t used = 0;
  for (const FieldOps& f : table) {
    const Json* member = json.find(f.name);
    if (!member) {
      if (!f.optional) return fail(Errc::invalid, "record.missing_field", std::string(f.name));
      continue;
    }
    used++;
    TRY(f.decode(*member, f.in(record), f.name));
  }
  if (used == json.as_object().size()) return {};
  for (const auto& member : json.as_object())
    if (!knows(table, member.first)) return fail(Errc::invalid, "record.unknown_field", shown(member.first));
  return {};
}

Result<size_t> decode_name(const Json& json, std::span<const std::string_view> names, std::string_view name) {
  if (!json.is_string()) return wrong(name);
  for (size_t i = 0; i < names.size(); i++)
    if (names[i] == json.as_string()) return i;
  return fail(Errc::invalid, "record.unknown_name", std::string(name));
}

}  // namespace sluice::record_detail
