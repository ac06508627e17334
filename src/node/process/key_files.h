// What the key agent reads and keeps: lines that unlock, files of keys, and memory that should not reach a disk. Internal to the agent.
#pragma once

#include <string>

#include "base/restricted.h"
#include "codec/record.h"
#include "crypto/custody.h"
#include "node/process/signed_state.h"

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

struct OpenedKeys {
  SecretBytes root;
  SpaceKeys keys;
};
// DIR/root.json and DIR/space.json: made ("key_agent.keys_exist"), or opened with what opens the root.
Result<OpenedKeys> make_key_files(const std::string& dir, const SecretText& passphrase, RandomSource& random);
Result<OpenedKeys> open_key_files(const std::string& dir, const SecretText& passphrase);
// While a space key is being replaced, a crash may have left the MAC under the one before.
Result<SignedState> load_signed_state(const std::string& dir, const SpaceKeys& keys);

// The key of a backup epoch, by its file and what opens its root. "custody.malformed", "custody.wrong_passphrase", "custody.tampered".
Result<SecretBytes> key_of_epoch_file(const Json& file, const SecretText& passphrase);

// A list of names in a request to the agent.
Result<std::vector<std::string>> names_member(const Json& body, std::string_view name);

// Whether a text is the statement that hands the ledger of this origin over to these keys.
bool hands_over_to(std::string_view statement, const NewLedgerKeys& next, const std::string& origin);

}  // namespace sluice::node
