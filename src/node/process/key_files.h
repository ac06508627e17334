// What the key agent reads and keeps: lines that unlock, files of keys, and memory that should not reach a disk. Internal to the agent.
#pragma once

#include <string>

#include "base/restricted.h"
#include "codec/record.h"

namespace sluice::node {

// Keeps the page of a key out of swap and dumps, as far as the limits of the user allow.
void lock_secret(const SecretBytes& secret);

// The first line of the descriptor; "key_agent.no_passphrase" when there is none.
Result<SecretText> passphrase_from(int fd);

// "key_agent.no_keys", "custody.malformed".
Result<Json> read_key_json(const std::string& path);

template <class T>
Result<T> read_key_record(const std::string& path) {
  auto record = decode<T>(TRY(read_key_json(path)));
  if (!record) return fail(Errc::corrupt, "custody.malformed", path);
  return record;
}

bool path_is_there(const std::string& path);

}  // namespace sluice::node
