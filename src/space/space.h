// Space: the running state machine over a ledger. One writer decides, commits and publishes; any number of readers.
//
// Order of a command: decide against the newest decided state → append to the ledger (one durable transaction for all
// commands that waited: group commit) → publish → answer. Readers see only what is durable: there are two copies of the
// state, the writer works on the hidden one and swaps after the commit; the other then catches up with the same events.
// A refused command of a known person leaves one entry "command.refused" and nothing else; of a stranger, nothing. Where only
// the second factor was missing, it leaves a record of that name in the open access segment, as durable as an entry.
// After a failed commit every later command is "ledger.read_only"; reads go on.
// Erasing a field (on_writer) takes it out of the state and out of the snapshot as well: the state is folded anew.
//
// Threads: every public function may be called from any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <thread>

#include "base/clock.h"
#include "base/restricted.h"
#include "ledger/ledger.h"
#include "space/decide.h"

namespace sluice::space {

struct Outcome {
  Events events;
  uint64_t first_seq = 0;  // of the first event; the others follow
  TimeMs time = 0;

  // The first event of a type; the caller knows that the command gives one.
  template <class E>
  const E& get() const {
    for (const Event& event : events)
      if (const E* e = event.get_if<E>()) return *e;
    std::abort();
  }
  template <class E>
  bool has() const {
    for (const Event& event : events)
      if (event.holds<E>()) return true;
    return false;
  }
};

// Gives the key that seals snapshots; may wait for it (it comes from the key agent, which takes its time over the passphrase) and is
// asked when the snapshot has been read.
using SnapshotKey = std::function<Result<SecretBytes>()>;

class Space {
 public:
  // Loads the snapshot in `snapshot_path` when it fits the ledger and was sealed under `snapshot_key`, else folds from the first
  // entry; then the rest. Entries are checked before they are believed: "ledger.entry_changed", "ledger.head_differs".
  // "event.unknown_version" and the like when the ledger holds what this build cannot read. Without a key a snapshot is believed as
  // it lies: for tests and tools that nobody else's files reach. Errors of the key's giver that forbid pass through.
  static Result<std::unique_ptr<Space>> open(ledger::Ledger& ledger, Clock& clock, RandomSource& random, const rules::RuleSet& rules,
                                             std::string snapshot_path, SnapshotKey snapshot_key = {});
  // Stops the writer after what waits, and writes a snapshot.
  ~Space();

  // Blocks until the answer is durable. Refusals carry the reason of decide().
  Result<Outcome> execute(const Principal& principal, const Command& command);
  // The same without waiting; what it gives becomes ready when the answer is durable, and may be dropped.
  std::future<Result<Outcome>> begin(const Principal& principal, const Command& command);
  // The first people and parties of a new space, before anyone could be asked: only while the state has no person.
  Result<Outcome> bootstrap(const Events& events);
  // A record of the open access segment, durable when this returns.
  Status record(Json record);
  Result<Digest> put_blob(ByteView content);
  // Runs on the writer's thread between two commits: closing segments, erasing, rotating keys.
  Status on_writer(std::function<Status(ledger::Ledger&)> work);

  template <class F>
  auto read(F&& f) const {
    Reading reading(*this);
    return f(reading.state());
  }

  // Grows with every change of the state: what was read after asking is at least as new as the answer, and the same answer means the same state or a newer one.
  uint64_t published() const { return published_.load(std::memory_order_acquire); }

  // Where decisions find a party's own rule packs; before the first command.
  void use_own_rules(OwnRules own_rules) { own_rules_ = std::move(own_rules); }
  // Set before the first command: whether two accounts are one human being's.
  void use_same_person(SamePerson same_person) { same_person_ = std::move(same_person); }

  ledger::Ledger& ledger() { return ledger_; }
  Clock& clock() { return clock_; }
  // The clock, but never before the newest entry: a clock that steps back makes nothing valid again.
  TimeMs now() const { return std::max(clock_.now(), last_time_.load(std::memory_order_acquire)); }
  const rules::RuleSet& rules() const { return rules_; }
  bool read_only() const { return ledger_.read_only(); }

 private:
  struct Copy {
    State state;
    mutable std::shared_mutex mutex;
  };
  class Reading {
   public:
    explicit Reading(const Space& space);
    const State& state() const { return copy_->state; }

   private:
    const Copy* copy_;
    std::shared_lock<std::shared_mutex> lock_;
  };
  struct Waiting {
    Principal principal;
    std::optional<Command> command;
    std::optional<Events> events;             // bootstrap
    std::optional<Json> record;
    std::function<Status(ledger::Ledger&)> work;
    std::promise<Result<Outcome>> done;
  };
  struct Round;

  Space(ledger::Ledger& ledger, Clock& clock, RandomSource& random, const rules::RuleSet& rules, std::string snapshot_path, SnapshotKey snapshot_key);
  Status load();
  Status fold(State& state, uint64_t seq, bool& erased_below);
  Status follow_ledger();
  Status load_snapshot();
  void save_snapshot();
  std::future<Result<Outcome>> queue(Waiting waiting);
  Result<Outcome> submit(Waiting waiting) { return queue(std::move(waiting)).get(); }
  void write_loop();
  void write_round(std::span<Waiting> batch);
  void split_round(std::span<Waiting> batch, const Error& error);
  void take(Round& round, Waiting& waiting);
  void publish(const Round& round);

  ledger::Ledger& ledger_;
  Clock& clock_;
  RandomSource& random_;
  const rules::RuleSet& rules_;
  OwnRules own_rules_;
  SamePerson same_person_;
  std::string snapshot_path_;
  SnapshotKey snapshot_key_;

  Copy copies_[2];
  std::atomic<int> front_{0};
  uint64_t applied_ = 0;         // entries folded into the front copy
  std::atomic<TimeMs> last_time_{0};  // of the newest entry: time never runs backwards in the ledger
  uint64_t snapshot_at_ = 0;

  std::mutex queue_mutex_;
  std::condition_variable queue_ready_;
  std::deque<Waiting> queue_;
  bool stopping_ = false;
  std::thread writer_;
  std::atomic<uint64_t> published_{0};
};

}  // namespace sluice::space
