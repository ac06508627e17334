// Rows from messages, by the mapping of the plan (docs/formats/message-plan.md): messages of the national platform, FHIR NDJSON, HL7 v2.
//
//   message  one JSON envelope a line: infno, msgid, …, input. An envelope counts when its interface is one of the plan's, its msgid has
//            the national form and was not seen before in the file (in earlier batches of the plan: node/seen_messages.h), and `cainfo` is the SM2 signature (base64) of one of `keys` over the
//            canonical JSON (RFC 8785) of the envelope without cainfo. Anything else refuses the file as a whole.
//   fhir     one resource a line; lines of other types than the mapping's resource are passed over.
//   hl7      messages that begin with MSH; lines end with CR, LF or both; separators and escapes as MSH says.
//
// `record` is where rows are: a path to an object or an array (each element is a row), for HL7 a segment (each occurrence is a row); absent:
// the whole is one row. `paths` says where a field is: names joined by dots, below the record, or from the top with a leading "/"; an array on
// the way gives its first element unless an index is named ("name.1.given"). For HL7 "PID-5" or "PID-5.1", of the row's own segment
// or of the first of that name. A field without a path has its own name for one. What is not there is an empty cell.
//
// Refused, with the line's number and never a value: "message.malformed", "message.other_interface", "message.bad_id", "message.twice",
// "message.unsigned", "message.forged", "message.too_long", "message.nested_value" (a path that ends at an object or array),
// "message.empty". Memory: one line, and the hashes of the ids of one file.
#pragma once

#include <span>

#include "collect/block_source.h"
#include "collect/plan.h"
#include "crypto/sign.h"

namespace sluice::collect {

inline constexpr size_t kMessageMarkBytes = 8;

// All outlive the source.
std::unique_ptr<BlockSource> mapped_rows(const Plan& plan, ByteSource& bytes, std::span<const Sm2PublicKey> keys);

// What `cainfo` signs.
std::string signed_envelope(const Json& envelope);

}  // namespace sluice::collect
