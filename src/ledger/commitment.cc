#include "ledger/commitment.h"

#include <algorithm>

#include "crypto/hash.h"

namespace sluice::ledger {

namespace {

constexpr std::string_view kCommitmentLabel{"sluice/commitment/v1\0", 21};

// The end of the JSON value that starts at `at`: the next comma or closing brace outside strings and brackets.
size_t value_end(std::string_view body, size_t at) {
  int depth = 0;
  for (; at < body.size(); at++) {
    char c = body[at];
    if (c == '"') {
      for (at++; at < body.size() && body[at] != '"'; at++)
        if (body[at] == '\\') at++;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return at;
      depth--;
    } else if (c == ',' && depth == 0) {
      return at;
    }
  }
  return body.size();
}

tl::unexpected<Error> bad_body() { return fail(Errc::corrupt, "body.malformed"); }

}  // namespace

void commitment_message_to(Bytes& out, ByteView salt, std::string_view name, std::string_view canonical_value) {
  put(out, kCommitmentLabel);
  put(out, salt);
  put_u16(out, static_cast<uint16_t>(name.size()));
  put(out, name);
  put(out, canonical_value);
}

Digest commitment(const Salt& salt, std::string_view name, std::string_view canonical_value) {
  Bytes message;
  commitment_message_to(message, salt, name, canonical_value);
  return sm3(message);
}

Result<std::vector<BodySlice>> slice_body(const Entry& entry, std::string_view body, ByteView salts) {
  if (salts.size() != entry.fields.size() * kSaltBytes) return bad_body();
  if (body.size() < 2 || body.front() != '{' || body.back() != '}') return bad_body();
  std::vector<BodySlice> out;
  out.reserve(entry.fields.size());
  std::string key;
  size_t at = 1;
  for (size_t i = 0; i < entry.fields.size(); i++) {
    ByteView salt = salts.subspan(i * kSaltBytes, kSaltBytes);
    if (std::equal(salt.begin(), salt.end(), kErasedSalt.begin())) continue;
    key.clear();
    if (!out.empty()) key += ',';
    json_quote_to(key, entry.fields[i].name);
    key += ':';
    if (body.compare(at, key.size(), key) != 0) return bad_body();
    at += key.size();
    size_t end = value_end(body, at);
    out.push_back({i, body.substr(at, end - at), salt});
    at = end;
  }
  if (at != body.size() - 1) return bad_body();
  return out;
}

}  // namespace sluice::ledger
