// Entry: one publishable record of the ledger. It names what happened, when, who did it and to which objects, and carries
// one salted commitment per top-level field of the event's body; the body itself and its salts are stored beside it.
//
// Grammar of version 1 (big-endian; docs/formats/entry.md; str8 = u8 length, bytes):
//   entry := u8 1 · u64 seq · u64 time_ms · str8 kind · u16 kind_version · str8 actor · u8 n · n×str8 object
//            · u16 n · n×{ str8 field name · 32-byte commitment }
// Field names are in canonical JSON key order and unique. At most kEntrySizeMax bytes. Decoding is strict: whatever
// decodes encodes to the same bytes. Errors of decode: "entry.malformed" (detail: what), "entry.version".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/limits.h"
#include "codec/json.h"

namespace sluice::ledger {

constexpr uint8_t kEntryVersion = 1;
constexpr size_t kEntrySizeMax = kEntryBytesMax - 1;  // entry bundles carry 16-bit lengths
constexpr size_t kEntryFieldsMax = 1000;

struct FieldCommitment {
  std::string name;
  Digest commitment;
  bool operator==(const FieldCommitment&) const = default;
};

struct Entry {
  uint64_t seq = 0;
  TimeMs time = 0;
  std::string kind;              // "release.recorded"; [a-z0-9_.]+, at most 80 bytes
  uint16_t kind_version = 1;
  std::string actor;             // opaque id; empty: the space itself
  std::vector<std::string> objects;
  std::vector<FieldCommitment> fields;
  bool operator==(const Entry&) const = default;
};

Bytes encode_entry(const Entry& entry);
Result<Entry> decode_entry(ByteView bytes);

// What a caller appends; the ledger adds sequence, time, salts and commitments. The body is a JSON object without
// floating point, canonically at most kBodyBytesMax bytes, member names at most 255 bytes.
struct NewEntry {
  std::string kind;
  uint16_t kind_version = 1;
  std::string actor;
  std::vector<std::string> objects;
  Json body = Json::object();
};

// Refuses what an entry cannot carry: "entry.bad_kind", "entry.bad_actor", "entry.bad_object", "entry.body_not_object",
// "entry.too_many_fields", "entry.field_name_too_long", "entry.floating_point".
Status check_new_entry(const NewEntry& entry);

// Canonical JSON key order (UTF-16 code units).
bool canonical_key_less(std::string_view a, std::string_view b);

// Appends the parts of an entry without building an Entry: the hot path of appending.
class EntryWriter {
 public:
  EntryWriter(Bytes& out, uint64_t seq, TimeMs time, const NewEntry& entry);
  void field(std::string_view name, const Digest& commitment);

 private:
  Bytes& out_;
};

}  // namespace sluice::ledger
