// The key agent: a process of its own that alone holds the root, space, data and ledger keys of a space.
//
// The server starts it first and talks to it over its channel. Column keys go straight from the agent to a worker's key
// end; the server sees wraps, signatures and the registry key, never a data key. (Known hole: a server that was taken
// over could hand in an end of its own; it would still need a grant that the ledger shows.)
//
// Signing: only the texts the ledger signs: checkpoints, the genesis statement before the first checkpoint, and the hand-over to
// the next keys, which it makes only for a work that the ledger shows as witnessed. The agent keeps the last checkpoint it
// signed in DIR/keys/signed.json, with a MAC, durable before the signature leaves, and refuses another root for the same
// size, any smaller size and another origin ("key_agent.would_fork"): two roots for one size are never signed, whoever
// asks. Known hole: someone who puts back an older signed.json together with an older ledger; pinned checkpoints find it.
//
// A dead agent gives "key_agent.gone" (unreachable): the node goes on read-only for data. Its keys' pages are locked, as far as the
// user's limits allow, and nothing of it is ever dumped.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/custody.h"
#include "crypto/key_device.h"
#include "ledger/checkpoint.h"
#include "node/process/grant_check.h"
#include "node/process/spawn.h"

namespace sluice::node {

// The whole life of the agent process. Gives the exit code.
int run_key_agent(OpenGrantCheck open_grants);

// The server's side. Thread-safe: calls are serialised.
class KeyAgent final : public ledger::LogSigner {
 public:
  enum class Keys { existing, fresh };
  struct Start {
    std::string space_dir;
    OwnedFd passphrase;  // its first line, read by the agent
    Keys keys = Keys::existing;
    std::string program = "/proc/self/exe";
  };
  // fresh: makes DIR/keys/{root,space}.json ("key_agent.keys_exist"); existing: opens them ("custody.wrong_passphrase",
  // "key_agent.no_keys", "key_agent.bad_signed_state").
  static Result<std::unique_ptr<KeyAgent>> start(Start start);
  ~KeyAgent() override;

  Result<ledger::LogKeys> keys() override;
  // "key_agent.would_fork", "key_agent.not_a_log_text".
  Result<ledger::SignaturePair> sign(std::string_view message) override;

  // The last checkpoint that it signed, absent before the first: a ledger that is shorter or another was rolled back or exchanged.
  Result<std::optional<ledger::Checkpoint>> last_signed();

  Result<SecretBytes> registry_key();
  // While the registry's key is being replaced: the one that its items are brought under, and the work that made it. rotate_registry makes it, once for each
  // witnessed work ("key_agent.no_key_work", "custody.rotation_unfinished"); settle_registry lets it count alone.
  struct RegistryRotation {
    std::string key_work;               // the last work that replaced the key; empty: none yet
    std::optional<SecretBytes> next{};  // absent: nothing to finish
  };
  Result<RegistryRotation> registry_rotation();
  Status rotate_registry(const std::string& key_work);
  Status settle_registry();
  // One more root of pseudonyms, once for each witnessed work; gives its number. Names of pseudonym_keys say which they mean (crypto/custody.h).
  Result<int64_t> rotate_pseudonyms(const std::string& key_work);

  // Makes fresh keys, sends them to the worker's key end, gives the wraps for the registry.
  Result<DatasetWraps> new_dataset_keys(const std::string& dataset, const std::string& version,
                                        std::span<const std::string> columns, OwnedFd key_end);
  // Opens exactly these columns for a grant and sends their keys to the key end. Errors of GrantCheck and custody.h.
  Status open_columns(const std::string& grant, const DatasetWraps& wraps, std::span<const std::string> columns,
                      OwnedFd key_end);
  // A backup epoch's key, for the process that writes the backup; it opens nothing but that epoch.
  struct EpochKey {
    Bytes wrap;  // for the registry and the epoch file
    SecretBytes key;
  };
  Result<EpochKey> new_epoch_key(const std::string& epoch);
  Result<SecretBytes> epoch_key(const std::string& epoch, ByteView wrap);
  // For a restore, without a space: an agent that lives for this one answer. `file` is an epoch file, `secrets` what opens its
  // root. "custody.wrong_passphrase", "custody.malformed", "custody.tampered".
  static Result<SecretBytes> epoch_key_of_file(const Json& file, OwnedFd passphrase, const std::string& program = "/proc/self/exe");
  // The same column keys under a fresh dataset key, which the key of the tier seals (absent: the space's key).
  Result<DatasetWraps> rewrap_dataset(const DatasetWraps& wraps, std::optional<int64_t> tier);

  // The root among officers: a fresh root, dealt and remembered as proposed. `officers` holds one line of JSON with their names and
  // passphrases. adopt_root opens every share that was written with every officer's passphrase (`presented`: an unlock line), and
  // only then makes the new root the root. What was not adopted is forgotten with the agent.
  Result<Json> propose_root(int64_t needed, OwnedFd officers);  // {"root", "shares"}
  Status adopt_root(OwnedFd presented);                         // "key_agent.no_root_proposed", errors of root_shares.h
  Result<Json> propose_passphrase_root(OwnedFd passphrase);     // root.json as it would be; "custody.passphrase_too_short"
  // The same with a device (crypto/root_device.h): a fresh root under a fresh key of the device. `pin` is a line as for unlocking.
  // Inside the agent's sandbox a device must be reachable by files; one that wants a socket answers "device.gone" or its own number.
  Result<Json> propose_device_root(const DeviceAddress& device, OwnedFd pin);  // root.json as it would be

  // The ledger's next keys, made once the ledger shows a witnessed work for them: "key_agent.no_key_work". The agent signs the hand-over
  // statement with both pairs, and nothing else about it; adopt makes them the keys that sign.
  Result<ledger::LogKeys> next_ledger_keys(const std::string& key_work);
  struct Handover {
    ledger::SignaturePair by_old, by_new;
  };
  Result<Handover> sign_handover(std::string_view statement);
  Status adopt_ledger_keys();
  // Those that were made and not adopted yet.
  Result<std::optional<ledger::LogKeys>> waiting_ledger_keys();

  // The space key is replaced, once for each witnessed work ("key_agent.no_key_work", "custody.rotation_unfinished"): from then on the
  // fresh one counts, and what lies under the one before opens too until settle_space. current_wraps and current_epoch_wrap give the same
  // keys under the one that counts; wraps that are under it already come back as they are.
  Status rotate_space(const std::string& key_work);
  struct SpaceRotation {
    std::string key_work;     // the last work that replaced the space key; empty: none yet
    bool unfinished = false;  // the key before is still kept
  };
  Result<SpaceRotation> space_rotation();
  Status settle_space();
  Result<DatasetWraps> current_wraps(const DatasetWraps& wraps);
  Result<Bytes> current_epoch_wrap(const std::string& epoch, ByteView wrap);

  // Whether an officer's share is whole and opens: of the root that was proposed last, or of the root as it stands. "shares.not_split", "key_agent.no_root_proposed",
  // the errors of root_shares.h. forget_root drops what was proposed.
  enum class Root { proposed, standing };
  Status check_share(Root of, const Json& share, OwnedFd passphrase);
  Status forget_root();

  // Sends the keys of these names to the key end, as ColumnKeys named by them, when the ledger shows an open grant of the dataset for
  // work that needs them. Names: "masking/…" (pseudonyms and enciphered values: work mask, reverse or find_person) and "marks/…" (release,
  // trace, or a look at what was released: check, mask); "key_agent.not_granted" for any other name, errors of GrantCheck::allows_work.
  Status pseudonym_keys(const std::string& grant, const std::string& dataset, std::span<const std::string> names, OwnedFd key_end);

  Status shutdown();
  bool running();
  pid_t pid() const;

 private:
  explicit KeyAgent(Child child) : child_(std::move(child)) {}
  Result<Frame> call(const Json& request, ByteView payload = {}, std::span<const int> fds = {});

  std::mutex mutex_;
  Child child_;
};

}  // namespace sluice::node
