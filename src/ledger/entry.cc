#include "ledger/entry.h"

#include <algorithm>
#include <cstring>

namespace sluice::ledger {

namespace {

constexpr size_t kKindBytesMax = 80;
constexpr size_t kShortTextMax = 255;
constexpr uint64_t kTimeMsMax = 253402300799999;  // the end of year 9999

bool is_kind(std::string_view kind) {
  if (kind.empty() || kind.size() > kKindBytesMax) return false;
  return std::all_of(kind.begin(), kind.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

bool has_floating_point(const Json& v) {
  if (v.is_array()) return std::any_of(v.as_array().begin(), v.as_array().end(), has_floating_point);
  if (v.is_object())
    return std::any_of(v.as_object().begin(), v.as_object().end(), [](const auto& m) { return has_floating_point(m.second); });
  return v.is_double();
}

bool is_short_text(std::string_view t) { return t.size() <= kShortTextMax && is_utf8(t); }

void put_str8(Bytes& out, std::string_view t) {
  put_u8(out, static_cast<uint8_t>(t.size()));
  put(out, t);
}

tl::unexpected<Error> bad_entry(const char* what) { return fail(Errc::invalid, "entry.malformed", what); }

// Reads as the grammar says; every read checks its bound.
class EntryReader {
 public:
  explicit EntryReader(ByteView bytes) : in_(bytes) {}

  Result<Entry> read() {
    if (TRY(in_.u8()) != kEntryVersion) return fail(Errc::invalid, "entry.version");
    Entry out;
    out.seq = TRY(in_.u64());
    uint64_t time = TRY(in_.u64());
    if (time > kTimeMsMax) return bad_entry("time");
    out.time = static_cast<TimeMs>(time);
    out.kind = TRY(str8());
    if (!is_kind(out.kind)) return bad_entry("kind");
    out.kind_version = TRY(in_.u16());
    out.actor = TRY(str8());
    uint8_t objects = TRY(in_.u8());
    out.objects.reserve(objects);
    for (uint8_t i = 0; i < objects; i++) out.objects.push_back(TRY(str8()));
    TRY(fields(out));
    if (!in_.done()) return bad_entry("trailing bytes");
    return out;
  }

 private:
  Result<std::string> str8() {
    uint8_t size = TRY(in_.u8());
    std::string_view t = text(TRY(in_.take(size)));
    if (!is_utf8(t)) return bad_entry("text");
    return std::string(t);
  }

  Status fields(Entry& out) {
    uint16_t n = TRY(in_.u16());
    if (n > kEntryFieldsMax) return bad_entry("fields");
    out.fields.reserve(n);
    for (uint16_t i = 0; i < n; i++) {
      FieldCommitment field{TRY(str8()), {}};
      ByteView digest = TRY(in_.take(32));
      std::memcpy(field.commitment.data(), digest.data(), 32);
      if (i > 0 && !canonical_key_less(out.fields.back().name, field.name)) return bad_entry("field order");
      out.fields.push_back(std::move(field));
    }
    return {};
  }

  ByteReader in_;
};

}  // namespace

// UTF-16 code-unit order differs from byte order only where a surrogate pair meets U+E000–U+FFFF.
bool canonical_key_less(std::string_view a, std::string_view b) {
  size_t n = std::min(a.size(), b.size()), i = 0;
  while (i < n && a[i] == b[i]) i++;
  if (i == n) return a.size() < b.size();
  uint8_t x = static_cast<uint8_t>(a[i]), y = static_cast<uint8_t>(b[i]);
  if (x >= 0xf0 && (y == 0xee || y == 0xef)) return true;
  if (y >= 0xf0 && (x == 0xee || x == 0xef)) return false;
  return x < y;
}

Status check_new_entry(const NewEntry& entry) {
  if (!is_kind(entry.kind)) return fail(Errc::invalid, "entry.bad_kind");
  if (!is_short_text(entry.actor)) return fail(Errc::invalid, "entry.bad_actor");
  if (entry.objects.size() > 255 || !std::all_of(entry.objects.begin(), entry.objects.end(), is_short_text))
    return fail(Errc::invalid, "entry.bad_object");
  if (!entry.body.is_object()) return fail(Errc::invalid, "entry.body_not_object");
  if (entry.body.as_object().size() > kEntryFieldsMax) return fail(Errc::invalid, "entry.too_many_fields");
  for (const auto& [name, value] : entry.body.as_object())
    if (!is_short_text(name)) return fail(Errc::invalid, "entry.field_name_too_long");
  if (has_floating_point(entry.body)) return fail(Errc::invalid, "entry.floating_point");
  return {};
}

EntryWriter::EntryWriter(Bytes& out, uint64_t seq, TimeMs time, const NewEntry& entry) : out_(out) {
  put_u8(out, kEntryVersion);
  put_u64(out, seq);
  put_u64(out, static_cast<uint64_t>(time));
  put_str8(out, entry.kind);
  put_u16(out, entry.kind_version);
  put_str8(out, entry.actor);
  put_u8(out, static_cast<uint8_t>(entry.objects.size()));
  for (const auto& object : entry.objects) put_str8(out, object);
  put_u16(out, static_cast<uint16_t>(entry.body.as_object().size()));
}

void EntryWriter::field(std::string_view name, const Digest& commitment) {
  put_str8(out_, name);
  put(out_, commitment);
}

Bytes encode_entry(const Entry& entry) {
  Bytes out;
  put_u8(out, kEntryVersion);
  put_u64(out, entry.seq);
  put_u64(out, static_cast<uint64_t>(entry.time));
  put_str8(out, entry.kind);
  put_u16(out, entry.kind_version);
  put_str8(out, entry.actor);
  put_u8(out, static_cast<uint8_t>(entry.objects.size()));
  for (const auto& object : entry.objects) put_str8(out, object);
  put_u16(out, static_cast<uint16_t>(entry.fields.size()));
  for (const auto& field : entry.fields) {
    put_str8(out, field.name);
    put(out, field.commitment);
  }
  return out;
}

Result<Entry> decode_entry(ByteView bytes) {
  if (bytes.size() > kEntrySizeMax) return bad_entry("too large");
  auto entry = EntryReader(bytes).read();
  if (!entry && entry.error().reason == "bytes.truncated") return bad_entry("truncated");
  return entry;
}

}  // namespace sluice::ledger
