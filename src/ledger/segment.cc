#include "ledger/segment.h"

#include <cstring>

#include "crypto/hash.h"

namespace sluice::ledger {

namespace {
constexpr std::string_view kOpeningLabel = "sluice/segment/v1/open";
constexpr std::string_view kRecordLabel = "sluice/segment/v1";
}  // namespace

Digest segment_opening(uint64_t segment, const Digest& previous_head) {
  Bytes message = to_bytes(kOpeningLabel);
  put_u64(message, segment);
  put(message, previous_head);
  return sm3(message);
}

Digest segment_next(const Digest& head, std::string_view record) {
  Bytes message;
  message.reserve(kRecordLabel.size() + head.size() + record.size());
  put(message, kRecordLabel);
  put(message, head);
  put(message, record);
  return sm3(message);
}

Json SegmentClosed::body() const {
  return Json::object({{"count", count}, {"head", hex(head)}, {"root", hex(root)}, {"segment", segment}});
}

Result<SegmentClosed> SegmentClosed::from_body(const Json& body) {
  auto count = body.get_int("count"), segment = body.get_int("segment");
  auto head = body.get_string("head"), root = body.get_string("root");
  if (!count || !segment || !head || !root || *count <= 0 || *segment < 0) return fail(Errc::corrupt, "segment.bad_body");
  auto head_digest = digest_from_hex(*head), root_digest = digest_from_hex(*root);
  if (!head_digest || !root_digest) return fail(Errc::corrupt, "segment.bad_body");
  return SegmentClosed{static_cast<uint64_t>(*segment), static_cast<uint64_t>(*count), *head_digest, *root_digest};
}

}  // namespace sluice::ledger
