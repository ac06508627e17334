// Salted commitments: what an entry says about a field of its body without saying the field.
//
//   commitment = SM3( "sluice/commitment/v1" ‖ 0x00 ‖ salt(16) ‖ u16 length of name ‖ name ‖ canonical JSON of the value )
//
// Each field has a salt of its own, 16 random bytes, so that a revealed field says nothing about the others and a value
// of low entropy cannot be guessed. Destroying value and salt destroys the field; the entry stays provable.
// The all-zero salt is the marker of an erased field and is never drawn. Source: docs/formats/commitment.md.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "ledger/entry.h"

namespace sluice::ledger {

constexpr size_t kSaltBytes = 16;
using Salt = std::array<uint8_t, kSaltBytes>;
constexpr Salt kErasedSalt{};

Digest commitment(const Salt& salt, std::string_view name, std::string_view canonical_value);

// Appends the message that the commitment hashes: bulk callers collect many and hash them with sm3_many.
void commitment_message_to(Bytes& out, ByteView salt, std::string_view name, std::string_view canonical_value);

// One field of a stored body, as bytes of that body: nothing is parsed.
struct BodySlice {
  size_t field;            // index in the entry
  std::string_view value;  // canonical JSON
  ByteView salt;
};

// Splits a stored body into the values of the entry's fields, in their order; erased fields are left out. Fails with
// "body.malformed" unless body and salts have exactly the form the ledger writes:
// { members of the entry's fields in order, without the erased ones }, and 16 bytes of salt a field, all zero for exactly
// the erased. The values are not checked here: their commitments do that.
Result<std::vector<BodySlice>> slice_body(const Entry& entry, std::string_view body, ByteView salts);

}  // namespace sluice::ledger
