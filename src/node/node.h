// Node: one space in operation. It owns the ledger, the registry, the key agent and the running state machine of the
// space in one folder, and starts workers; the use cases beside it (collect_batch.h, mask_version.h, …) work through it.
//
//   DIR/ledger.sqlite      the ledger                      DIR/registry.sqlite   the registry, sealed
//   DIR/keys/              sealed root and space keys      DIR/vault/…/VERSION/  sealed dataset versions, by tier (vault/tier.h)
//   DIR/releases/          envelopes that await pick-up    DIR/projections/      snapshot and search, rebuilt when lost
//
// The node holds no data key: column keys go from the key agent to workers. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "collect/plan.h"
#include "ledger/registry.h"
#include "node/process/key_agent.h"
#include "node/process/worker.h"
#include "space/space.h"

namespace sluice::node {

struct Stores {
  std::unique_ptr<ledger::Store> ledger;
  std::unique_ptr<ledger::RegistryStore> registry;
};

struct NodeOptions {
  std::string dir;
  OwnedFd passphrase;   // read by the key agent alone
  unsigned threads = 2; // of each worker
  std::string program = "/proc/self/exe";
};

struct NewSpace {
  std::string name, uscc;
};

struct FirstAccount {
  std::string account;
  space::PersonId person;
  std::string password;  // shown once; must be changed at the first sign-in
};

using ProgressFn = std::function<void(const Json&)>;

class Node {
 public:
  // Makes the space: keys, ledger with its first entry, the operating organisation, one account for each of the three
  // administrators, and the local operator (the command line on this machine, a data manager). "space.bad_uscc",
  // "ledger.exists".
  static Result<std::vector<FirstAccount>> init(NodeOptions options, Stores stores, const NewSpace& space);
  // Opens it: unlocks the key agent, folds the state, removes what interrupted work left.
  static Result<std::unique_ptr<Node>> open(NodeOptions options, Stores stores);
  ~Node();

  space::Space& space() { return *space_; }
  ledger::Ledger& ledger() { return *ledger_; }
  ledger::Registry& registry() { return *registry_; }
  ledger::RegistryStore& registry_store() { return *stores_.registry; }
  KeyAgent& agent() { return *agent_; }
  const std::string& dir() const { return options_.dir; }
  unsigned threads() const { return options_.threads; }
  RandomSource& random() { return random_; }
  Clock& clock() { return clock_; }
  TimeMs started_ms() const { return started_ms_; }
  const rules::RuleSet& rules() const { return rules::RuleSet::built_in(); }

  std::string vault_dir() const { return options_.dir + "/vault"; }
  // Where it lies now; where it would be made, when it is nowhere.
  std::string version_dir(const space::VersionId& version) const;
  std::string release_path(const space::ReleaseId& release) const { return options_.dir + "/releases/" + release.str() + ".sluice"; }

  // The person behind the command line on this machine.
  Result<space::Principal> local_operator();

  // A worker for a job, with these folders and files handed over.
  Result<Worker> start_worker(std::string job, std::vector<OwnedFd> folders, std::vector<OwnedFd> files = {});

  const std::string& worker_program() const { return options_.program; }

  // Whether the last checkpoint was refused a signature: entries stay durable, but nobody can prove them until it is mended.
  bool signing_refused() const { return signing_refused_.load(std::memory_order_relaxed); }

  // Signs the newest durable state; what a release waits for.
  Result<ledger::SignedCheckpoint> checkpoint() { return ledger_->sign_now(*agent_); }
  // The trust anchor of this space: its first verifier keys, one a line.
  std::string trust_text() const;

  // Wraps of a version's column keys, kept in the registry.
  Status keep_wraps(const DatasetWraps& wraps);
  // Whoever reads wraps to write them anew holds it meanwhile: a destroyed column must not come back.
  std::mutex& wraps_mutex() { return wraps_mutex_; }
  // Held by whoever needs versions to stay where they lie (a backup), and by whoever moves one.
  std::mutex& placement_mutex() { return placement_mutex_; }
  Result<DatasetWraps> wraps_of(const space::VersionId& version);

 private:
  Node(NodeOptions options, Stores stores) : options_(std::move(options)), stores_(std::move(stores)) {}
  Status start_agent(KeyAgent::Keys keys);
  Status open_ledger(std::shared_future<Status> unlocking);
  Status open_space(std::shared_future<Status> unlocking);
  Status check_signed();
  void remove_orphans();
  Status note_restore();
  void sign_loop();

  NodeOptions options_;
  Stores stores_;
  SystemClock clock_;
  SystemRandom random_;
  TimeMs started_ms_ = 0;
  std::unique_ptr<KeyAgent> agent_;
  std::unique_ptr<ledger::Registry> registry_;
  SecretBytes snapshot_key_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<space::Space> space_;

  std::mutex wraps_mutex_, placement_mutex_;
  std::mutex sign_mutex_;
  std::condition_variable sign_stop_;
  bool stopping_ = false;
  std::atomic<bool> signing_refused_ = false;
  std::thread signer_;
};

// The jobs that workers of this program can run.
std::span<const WorkerJob> worker_jobs();

// Opens a folder or file for handing over. "file.not_found", "file.unreadable".
Result<OwnedFd> open_folder(const std::string& path);
Result<OwnedFd> open_input(const std::string& path);

}  // namespace sluice::node
