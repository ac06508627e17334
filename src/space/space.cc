#include "space/space.h"

#include <malloc.h>

#include "base/file.h"
#include "base/log.h"
#include "space/snapshot.h"

namespace sluice::space {

namespace {

constexpr size_t kRoundMax = 1024;
constexpr uint64_t kSnapshotEvery = 50000;
constexpr size_t kSnapshotBytesMax = size_t{1} << 31;

ledger::NewEntry entry_of(const Event& event, const PersonId& actor) {
  return {.kind = std::string(kind_of(event)), .kind_version = 1, .actor = actor.str(), .objects = objects_of(event), .body = body_of(event)};
}

}  // namespace

// What one turn of the writer collects before its commit.
struct Space::Round {
  TimeMs now = 0;
  uint64_t next_seq = 0;
  State* state = nullptr;
  std::vector<ledger::NewEntry> entries;
  std::vector<std::pair<Event, EventPlace>> applied;
  std::vector<Json> records;
  struct Answer {
    Waiting* waiting;
    Result<Outcome> result;
  };
  std::vector<Answer> answers;

  Outcome add(const Events& events, const PersonId& actor) {
    Outcome outcome{.events = events, .first_seq = next_seq, .time = now};
    for (const Event& event : events) {
      entries.push_back(entry_of(event, actor));
      EventPlace place{next_seq++, now, actor};
      apply(*state, event, place);
      applied.emplace_back(event, place);
    }
    return outcome;
  }
};

Space::Reading::Reading(const Space& space) {
  // The front may be swapped between reading the index and taking the lock; then look again.
  while (true) {
    int front = space.front_.load(std::memory_order_acquire);
    copy_ = &space.copies_[front];
    lock_ = std::shared_lock(copy_->mutex);
    if (space.front_.load(std::memory_order_acquire) == front) return;
    lock_.unlock();
  }
}

Space::Space(ledger::Ledger& ledger, Clock& clock, RandomSource& random, const rules::RuleSet& rules, std::string snapshot_path,
             SnapshotKey snapshot_key)
    : ledger_(ledger), clock_(clock), random_(random), rules_(rules), snapshot_path_(std::move(snapshot_path)), snapshot_key_(std::move(snapshot_key)) {}

Result<std::unique_ptr<Space>> Space::open(ledger::Ledger& ledger, Clock& clock, RandomSource& random, const rules::RuleSet& rules,
                                           std::string snapshot_path, SnapshotKey snapshot_key) {
  std::unique_ptr<Space> space(new Space(ledger, clock, random, rules, std::move(snapshot_path), std::move(snapshot_key)));
  TRY(space->load());
  space->writer_ = std::thread([raw = space.get()] { raw->write_loop(); });
  return space;
}

Space::~Space() {
  {
    std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_ready_.notify_all();
  if (!writer_.joinable()) return;  // never opened: what was read is not to be believed
  writer_.join();
  if (applied_ > snapshot_at_) save_snapshot();
}

Status Space::load() {
  Status snapshot = load_snapshot();
  if (!snapshot) {
    if (snapshot.error().code == Errc::forbidden || snapshot.error().code == Errc::unauthenticated) return snapshot;
    if (snapshot.error().code != Errc::not_found)
      log(LogLevel::warn, "space.snapshot_unusable", {{"reason", std::string(snapshot.error().reason)}});
    copies_[0].state = State{};
    applied_ = 0;
  }
  bool erased = false;
  TRY(fold(copies_[0].state, applied_, erased));
  // Something below the snapshot was erased since: what the snapshot still holds of it must not come back.
  if (erased) {
    copies_[0].state = State{};
    TRY(fold(copies_[0].state, 0, erased));
    snapshot_at_ = 0;
  }
  if (ledger_.size() > 0) last_time_ = TRY(ledger_.entry(ledger_.size() - 1)).entry.time;
  ::malloc_trim(0);  // what reading the snapshot took besides the state goes back to the system
  return {};
}

// Folds the entries from `seq` on. `erased_below` becomes true when they erase fields of entries before `seq`.
Status Space::fold(State& state, uint64_t seq, bool& erased_below) {
  applied_ = seq;
  auto one = [&](ledger::LedgerEntry&& entry) -> Status {
    applied_ = entry.entry.seq + 1;
    if (entry.entry.kind == ledger::kErasedKind && static_cast<uint64_t>(TRY(entry.body.get_int("seq"))) < seq) erased_below = true;
    if (entry.entry.kind.starts_with("ledger.") || entry.entry.kind.starts_with("segment.")) return {};
    std::vector<std::string> erased;
    for (const auto& f : entry.entry.fields)
      if (!entry.body.find(f.name)) erased.push_back(f.name);
    Event event = TRY(event_from(entry.entry.kind, entry.entry.kind_version, entry.body, erased));
    EventPlace place{entry.entry.seq, entry.entry.time, {}};
    if (!entry.entry.actor.empty()) place.actor = TRY(PersonId::parse(entry.entry.actor));
    apply(state, event, place);
    return {};
  };
  return ledger_.replay_checked(seq, one);
}

// After work on the ledger itself: time and position follow it; after an erasure the state is folded anew.
Status Space::follow_ledger() {
  uint64_t before = applied_;
  applied_ = ledger_.size();
  if (applied_ == before) return {};
  bool erased = false;
  auto look = [&](ledger::LedgerEntry&& entry) -> Status {
    last_time_ = entry.entry.time;
    erased |= entry.entry.kind == ledger::kErasedKind;
    return {};
  };
  TRY(ledger_.replay(before, look));
  if (!erased) return {};
  // Readers see one state or the other: the fold fills the hidden copy, then the copies change places.
  int front = front_.load(), back = 1 - front;
  copies_[back].state = State{};
  TRY(fold(copies_[back].state, 0, erased));
  front_.store(back, std::memory_order_release);
  std::unique_lock lock(copies_[front].mutex);
  copies_[front].state = copies_[back].state;
  lock.unlock();
  save_snapshot();
  return {};
}

// Usable when the ledger had the snapshot's root at the snapshot's size.
Status Space::load_snapshot() {
  if (snapshot_path_.empty()) return fail(Errc::not_found, "space.no_snapshot");
  std::string content = TRY(read_text_file(snapshot_path_, kSnapshotBytesMax));
  SnapshotHead head = TRY(snapshot_head(content));
  if (head.seq > ledger_.size()) return fail(Errc::corrupt, "space.snapshot_ahead");
  if (head.seq > 0 && hex(TRY(ledger_.head_at(head.seq)).sm3_root) != head.sm3_root)
    return fail(Errc::corrupt, "space.snapshot_of_other_history");
  SealedSnapshot sealed{content, {}};
  if (snapshot_key_) sealed = TRY(split_snapshot(content));
  copies_[0].state = TRY(snapshot_state(sealed.content));
  if (snapshot_key_) TRY(check_snapshot(sealed, TRY(snapshot_key_())));
  applied_ = head.seq;
  snapshot_at_ = head.seq;
  return {};
}

void Space::save_snapshot() {
  if (snapshot_path_.empty()) return;
  auto head = ledger_.head_at(applied_);
  if (!head) return;
  // The front copy holds exactly the entries below applied_: only the writer moves either, and it is the caller.
  std::string text = snapshot_text({applied_, hex(head->sm3_root)}, copies_[front_.load()].state);
  if (snapshot_key_) {
    auto key = snapshot_key_();
    if (!key) return;
    seal_snapshot(text, *key);
  }
  Status written = write_file(snapshot_path_, view(text), 0600);
  if (!written) log(LogLevel::warn, "space.snapshot_not_written", {{"reason", std::string(written.error().reason)}});
  snapshot_at_ = applied_;
}

std::future<Result<Outcome>> Space::queue(Waiting waiting) {
  std::future<Result<Outcome>> answer = waiting.done.get_future();
  {
    std::lock_guard lock(queue_mutex_);
    if (stopping_) {
      waiting.done.set_value(fail(Errc::unreachable, "space.stopping"));
      return answer;
    }
    queue_.push_back(std::move(waiting));
  }
  queue_ready_.notify_one();
  return answer;
}

std::future<Result<Outcome>> Space::begin(const Principal& principal, const Command& command) {
  Waiting waiting;
  waiting.principal = principal;
  waiting.command = command;
  return queue(std::move(waiting));
}

Result<Outcome> Space::execute(const Principal& principal, const Command& command) { return begin(principal, command).get(); }

Result<Outcome> Space::bootstrap(const Events& events) {
  Waiting waiting;
  waiting.events = events;
  return submit(std::move(waiting));
}

Status Space::record(Json record) {
  Waiting waiting;
  waiting.record = std::move(record);
  auto done = submit(std::move(waiting));
  if (!done) return tl::unexpected(std::move(done).error());
  return {};
}

Status Space::on_writer(std::function<Status(ledger::Ledger&)> work) {
  Waiting waiting;
  waiting.work = std::move(work);
  auto done = submit(std::move(waiting));
  if (!done) return tl::unexpected(std::move(done).error());
  return {};
}

Result<Digest> Space::put_blob(ByteView content) {
  Digest digest{};
  auto put = [&](ledger::Ledger& ledger) -> Status {
    digest = TRY(ledger.put_blob(content));
    return {};
  };
  TRY(on_writer(put));
  return digest;
}

void Space::write_loop() {
  // Only the writer needs the second copy: reading goes on meanwhile.
  copies_[1].state = copies_[0].state;
  while (true) {
    std::vector<Waiting> batch;
    {
      std::unique_lock lock(queue_mutex_);
      queue_ready_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      while (!queue_.empty() && batch.size() < kRoundMax) {
        // Work that touches the ledger itself runs alone, between two commits.
        if (queue_.front().work && !batch.empty()) break;
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
        if (batch.back().work) break;
      }
    }
    write_round(batch);
    if (applied_ >= snapshot_at_ + kSnapshotEvery) save_snapshot();
  }
}

void Space::take(Round& round, Waiting& waiting) {
  if (waiting.record) {
    round.records.push_back(*waiting.record);
    round.answers.push_back({&waiting, Outcome{{}, 0, round.now}});
    return;
  }
  if (waiting.events) {
    if (!round.state->persons.empty()) {
      round.answers.push_back({&waiting, fail(Errc::conflict, "space.bootstrapped_already")});
      return;
    }
    round.answers.push_back({&waiting, round.add(*waiting.events, {})});
    return;
  }
  const Principal& who = waiting.principal;
  auto decided = decide(*round.state, Context{.now = round.now, .random = random_, .rules = rules_, .principal = who, .own_rules = &own_rules_, .same_person = &same_person_}, *waiting.command);
  if (decided) {
    round.answers.push_back({&waiting, round.add(*decided, who.person)});
    return;
  }
  // A refusal is recorded for people the space knows; strangers' refusals belong into access segments, and so does the one
  // that every console meets before it asks for the code: durable and provable, but no entry of its own.
  bool known = !who.system && find(round.state->persons, who.person);
  if (known && decided.error().reason == "auth.second_factor_needed")
    round.records.push_back(Json::object({{"at_ms", round.now}, {"command", kind_of(*waiting.command)}, {"kind", CommandRefused::kind},
                                          {"person", who.person.str()}, {"reason", decided.error().reason}}));
  else if (known)
    round.add({CommandRefused{std::string(kind_of(*waiting.command)), std::string(decided.error().reason)}}, who.person);
  round.answers.push_back({&waiting, tl::unexpected(decided.error())});
}

void Space::write_round(std::span<Waiting> batch) {
  if (batch.front().work) {
    Status done = batch.front().work(ledger_);
    Status followed = follow_ledger();
    if (done && !followed) done = followed;
    batch.front().done.set_value(done ? Result<Outcome>(Outcome{}) : tl::unexpected(done.error()));
    return;
  }
  if (ledger_.read_only()) {
    for (Waiting& waiting : batch) waiting.done.set_value(fail(Errc::unreachable, "ledger.read_only"));
    return;
  }
  Round round;
  round.now = now();
  round.next_seq = ledger_.size();
  round.state = &copies_[1 - front_.load()].state;
  round.entries.reserve(batch.size());
  round.answers.reserve(batch.size());
  for (Waiting& waiting : batch) take(round, waiting);
  auto appended = ledger_.append(round.entries, round.records, round.now);
  if (!appended && !ledger_.read_only()) return split_round(batch, appended.error());
  if (appended && !round.entries.empty() && appended->first_seq != round.applied.front().second.seq) std::abort();
  if (appended) publish(round);
  for (Round::Answer& answer : round.answers)
    answer.waiting->done.set_value(appended ? std::move(answer.result) : tl::unexpected(appended.error()));
}

// The ledger refused an entry before it wrote anything (too large, say): the hidden copy starts over from the published
// one, and each command gets a round of its own, so that only the guilty one fails.
void Space::split_round(std::span<Waiting> batch, const Error& error) {
  copies_[1 - front_.load()].state = copies_[front_.load()].state;
  if (batch.size() == 1) {
    batch.front().done.set_value(tl::unexpected(error));
    return;
  }
  for (size_t i = 0; i < batch.size(); i++) write_round(batch.subspan(i, 1));
}

void Space::publish(const Round& round) {
  int back = 1 - front_.load();
  applied_ = ledger_.size();
  last_time_ = round.now;
  if (round.applied.empty()) return;
  front_.store(back, std::memory_order_release);
  published_.fetch_add(1, std::memory_order_release);
  Copy& behind = copies_[1 - back];
  std::unique_lock lock(behind.mutex);
  for (const auto& [event, place] : round.applied) apply(behind.state, event, place);
}

}  // namespace sluice::space
