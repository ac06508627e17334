#include "node/alarm_watch.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/log.h"
#include "space/collection/held_columns.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr auto kWatchEvery = std::chrono::seconds(1);
constexpr TimeMs kStateEveryMs = 5 * kSecondMs;
constexpr uint64_t kEntriesBackMax = 200'000, kWatchRecordsAtOnce = 2048;
constexpr size_t kHitsMax = 100'000;  // of one subject; what adds up more rows than that was raised long before

bool begins_with_any(const std::optional<std::vector<std::string>>& beginnings, std::string_view text) {
  if (!beginnings) return true;
  return std::any_of(beginnings->begin(), beginnings->end(), [&](const std::string& one) { return text.starts_with(one); });
}

bool names_kind(const rules::AlarmRule& rule, std::string_view kind) {
  return rule.kinds && std::find(rule.kinds->begin(), rule.kinds->end(), kind) != rule.kinds->end();
}

std::string member_of(const Json& json, const std::string& name) {
  const Json* value = json.find(name);
  return value && value->is_string() ? value->as_string() : std::string();
}

int64_t weight_of(const rules::AlarmRule& rule, const Json& json) {
  if (!rule.sum) return 1;
  return std::max<int64_t>(0, json.get_int_or(*rule.sum, 0).value_or(0));
}

std::vector<rules::AlarmRule> rules_in_force(const State& s) {
  std::vector<rules::AlarmRule> out;
  for (const rules::AlarmRule& rule : rules::AlarmPack::built_in().rules)
    if (auto one = alarm_rule(s, rule.id)) out.push_back(*one);
  return out;
}

void add_storage_findings(const State& s, std::initializer_list<StorageWork> works, TimeMs now, std::vector<AlarmFinding>& out) {
  for (StorageWork work : works) {
    auto failed = s.storage.failures.find(std::string(name_of(work)));
    auto due = storage_due(s, work);
    if (failed != s.storage.failures.end()) {
      // A failure puts the next try off: since when it fails counts, not when it is tried next.
      out.push_back({"", failed->second.reason, failed->second.at_ms, failed->second.times});
    } else if (due && now > *due) {
      out.push_back({"", "storage.overdue", *due, 1});
    }
  }
}

bool destruction_is_overdue(const State& s, const Release& r, TimeMs now) {
  bool received = r.status != ReleaseStatus::failed && r.status != ReleaseStatus::prepared && (r.form != OpenForm::api || r.calls > 0 || r.rows > 0);
  return received && !r.destruction && find(s.contracts, r.contract) && now >= r.expires_ms + kDestructionDays * kDayMs;
}

// One finding for each subject: the first.
std::vector<AlarmFinding> one_each(std::vector<AlarmFinding> all) {
  std::set<std::string> seen;
  std::erase_if(all, [&](const AlarmFinding& f) { return !seen.insert(f.subject).second; });
  return all;
}

void find_sources(const State& s, bool late, TimeMs now, std::vector<AlarmFinding>& out) {
  for (const auto& [id, source] : s.sources) {
    auto since = late_since(source, now);
    bool failing = source.status == SourceStatus::active && source.outcome == RunOutcome::failed && source.failures > source.retries;
    if (late && since) out.push_back({id, "source.late", *since, 1});
    if (!late && failing) out.push_back({id, source.reason, source.last_run_ms.value_or(source.registered_ms), source.failures});
  }
}

void find_held(const State& s, std::vector<AlarmFinding>& out) {
  for (const auto& [id, b] : s.batches) {
    int64_t open = open_held_rows(s, b);
    if (b.status == BatchStatus::held) out.push_back({id, b.reason, b.at_ms, 1});
    if (b.status == BatchStatus::sealed && open > 0) out.push_back({id, "batch.rows_held", b.at_ms, open});
  }
}

void find_overdue_certificates(const State& s, TimeMs now, std::vector<AlarmFinding>& out) {
  for (const auto& [id, r] : s.releases)
    if (destruction_is_overdue(s, r, now)) out.push_back({id, "destruction.overdue", r.expires_ms + kDestructionDays * kDayMs, 1});
  for (const auto& [id, p] : s.provisions)
    if (p.overdue(now)) out.push_back({id, "destruction.overdue", *p.form.destroy_by_ms, 1});
}

void find_disk(Node& node, const State& s, const rules::AlarmRule& rule, TimeMs now, std::vector<AlarmFinding>& out) {
  std::error_code error;
  auto room = std::filesystem::space(node.vault_dir(), error);
  if (error || room.capacity == 0) return;
  auto keep = static_cast<uintmax_t>(s.storage.policy ? s.storage.policy->keep_free_bytes : 0);
  bool low = room.available < keep || room.available / 100 < room.capacity / 10'000 * static_cast<uintmax_t>(rule.percent.value_or(5));
  if (low) out.push_back({"", "storage.disk_short", now, 1});
}

}  // namespace

std::vector<AlarmFinding> alarm_findings(Node& node, const State& s, const rules::AlarmRule& rule, TimeMs now) {
  std::vector<AlarmFinding> out;
  if (rule.id == "source_late" || rule.id == "source_failing") find_sources(s, rule.id == "source_late", now, out);
  if (rule.id == "batch_held") find_held(s, out);
  if (rule.id == "chunk_damaged" && !s.storage.inventories.empty() && s.storage.inventories.back().found > 0)
    out.push_back({"", "storage.inventory_findings", s.storage.inventories.back().at_ms, s.storage.inventories.back().found});
  if (rule.id == "backup_overdue") add_storage_findings(s, {StorageWork::backup}, now, out);
  if (rule.id == "upkeep_overdue") {
    add_storage_findings(s, {StorageWork::inventory, StorageWork::rehearsal, StorageWork::tiers}, now, out);
    if (!s.storage.rehearsals.empty() && !s.storage.rehearsals.back().reason.empty()) out.push_back({"", s.storage.rehearsals.back().reason, s.storage.rehearsals.back().at_ms, 1});
  }
  if (rule.id == "destruction_overdue") find_overdue_certificates(s, now, out);
  if (rule.id == "disk_low") find_disk(node, s, rule, now, out);
  if (rule.id == "checkpoint_refused" && node.signing_refused()) out.push_back({"", "ledger.checkpoint_refused", now, 1});
  std::erase_if(out, [&](const AlarmFinding& f) { return now < f.since_ms + rule.after_s.value_or(0) * kSecondMs; });
  return one_each(std::move(out));
}

std::optional<AlarmCounts::Hit> AlarmCounts::hit_of_entry(const rules::AlarmRule& rule, const ledger::LedgerEntry& entry) {
  if (rule.watch != rules::AlarmWatched::entry || !names_kind(rule, entry.entry.kind)) return std::nullopt;
  std::string reason = member_of(entry.body, "reason");
  if (!begins_with_any(rule.reasons, reason)) return std::nullopt;
  // Of what people typed nothing is taken over: only the reasons of refusals are ids.
  Hit hit{{}, entry.entry.kind == CommandRefused::kind ? reason : std::string(), entry.entry.time, weight_of(rule, entry.body)};
  if (rule.per == "actor") {
    hit.subject = entry.entry.actor;
  } else if (rule.per != "node") {
    hit.subject = member_of(entry.body, rule.per);
  }
  return hit;
}

std::optional<AlarmCounts::Hit> AlarmCounts::hit_of_record(const rules::AlarmRule& rule, const Json& record) {
  if (rule.watch != rules::AlarmWatched::record || !names_kind(rule, member_of(record, "kind"))) return std::nullopt;
  std::string reason = member_of(record, "refused").empty() ? member_of(record, "reason") : member_of(record, "refused");
  if (rule.reasons && (reason.empty() || !begins_with_any(rule.reasons, reason))) return std::nullopt;
  return Hit{rule.per == "node" ? std::string() : member_of(record, rule.per), reason, record.get_int_or("at_ms", 0).value_or(0), weight_of(rule, record)};
}

std::optional<RaiseAlarm> AlarmCounts::count(const rules::AlarmRule& rule, const Hit& hit) {
  if (hit.weight <= 0) return std::nullopt;
  std::deque<Hit>& window = windows_[rule.id + ":" + hit.subject];
  window.push_back(hit);
  while (!window.empty() && (window.front().at_ms <= hit.at_ms - *rule.window_s * kSecondMs || window.size() > kHitsMax)) window.pop_front();
  int64_t sum = 0;
  for (const Hit& one : window) sum += std::min(one.weight, *rule.count);
  if (sum < *rule.count) return std::nullopt;
  RaiseAlarm out{rule.id, hit.subject, hit.reason, sum, window.front().at_ms};
  windows_.erase(rule.id + ":" + hit.subject);
  return out;
}

AlarmWatch::AlarmWatch(Node& node, Reader reader) : node_(node), reader_(std::move(reader)), thread_([this] { loop(); }) {}

AlarmWatch::~AlarmWatch() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void AlarmWatch::raise(const RaiseAlarm& alarm) {
  auto raised = node_.space().execute(Principal{.person = {}, .system = true, .stepped_up = false}, alarm);
  if (raised) log(LogLevel::warn, "alarm.raised", {{"rule", alarm.rule}});
  bool expected = !raised && raised.error().reason.starts_with("alarm.");
  if (!raised && !expected) log(LogLevel::error, "alarm.not_recorded", {{"rule", alarm.rule}, {"reason", std::string(raised.error().reason)}});
}

// What happened before the alarms were on, or before a person cleared the last alarm about the same, is over.
void AlarmWatch::take(const rules::AlarmRule& rule, const AlarmCounts::Hit& hit) {
  if (hit.at_ms < counted_from_ms_) return;
  bool counts = node_.space().read([&](const State& s) {
    const Alarm* before = latest_alarm(s, rule.id, hit.subject);
    return !before || (!before->stands() && hit.at_ms > before->cleared_ms);
  });
  if (!counts) return;
  if (auto alarm = counts_.count(rule, hit)) raise(*alarm);
}

void AlarmWatch::begin(ledger::Store& store, const std::vector<rules::AlarmRule>& rules) {
  int64_t longest_s = 0;
  for (const rules::AlarmRule& rule : rules) longest_s = std::max(longest_s, rule.window_s.value_or(0));
  auto [on_ms, on_seq] = node_.space().read([](const State& s) { return std::pair(s.alarms.on_since_ms, s.alarms.on_since_seq); });
  counted_from_ms_ = on_ms;
  counts_.forget();
  TimeMs since = std::max(on_ms, node_.clock().now() - longest_s * kSecondMs);
  uint64_t low = on_seq, high = node_.ledger().size();
  if (high > kEntriesBackMax) low = std::max(low, high - kEntriesBackMax);
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    auto entry = node_.ledger().entry(middle);
    if (entry && entry->entry.time < since) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  next_entry_ = low;
  auto last = store.last_segment();
  segment_ = last && *last && (*last)->id > 0 ? (*last)->id - 1 : 0;
  next_record_ = 0;
}

void AlarmWatch::look_at_entries(const std::vector<rules::AlarmRule>& rules) {
  uint64_t size = node_.ledger().size();
  while (next_entry_ < size) {
    auto entries = node_.ledger().read(next_entry_, std::min<uint64_t>(size - next_entry_, 500));
    if (!entries || entries->empty()) return;
    for (const ledger::LedgerEntry& entry : *entries)
      for (const rules::AlarmRule& rule : rules)
        if (auto hit = AlarmCounts::hit_of_entry(rule, entry)) take(rule, *hit);
    next_entry_ += entries->size();
  }
}

void AlarmWatch::look_at_records(ledger::Store& store, const std::vector<rules::AlarmRule>& rules) {
  auto last = store.last_segment();
  while (last && *last) {
    std::vector<Json> found;
    uint64_t n = 0;
    Status read = store.records(segment_, next_record_, kWatchRecordsAtOnce, [&](const ledger::SegmentRecordRow& row) -> Status {
      n++;
      if (auto record = parse_json(row.record); record && record->is_object()) found.push_back(*std::move(record));
      return {};
    });
    if (!read) return;
    next_record_ += n;
    for (const Json& record : found)
      for (const rules::AlarmRule& rule : rules)
        if (auto hit = AlarmCounts::hit_of_record(rule, record)) take(rule, *hit);
    if (n > 0) continue;
    if (segment_ >= (*last)->id) return;
    segment_++;
    next_record_ = 0;
  }
}

void AlarmWatch::look_at_state(const std::vector<rules::AlarmRule>& rules) {
  TimeMs now = node_.space().now();
  std::vector<RaiseAlarm> begun;
  std::vector<AlarmId> over;
  node_.space().read([&](const State& s) {
    std::set<std::string> holding, watched;
    for (const rules::AlarmRule& rule : rules) {
      if (rule.counts()) continue;
      watched.insert(rule.id);
      for (const AlarmFinding& finding : alarm_findings(node_, s, rule, now)) {
        holding.insert(rule.id + ":" + finding.subject);
        const Alarm* before = latest_alarm(s, rule.id, finding.subject);
        if (!before || (!before->stands() && now >= before->cleared_ms + kAlarmAgainMs))
          begun.push_back({rule.id, finding.subject, finding.reason, std::max<int64_t>(finding.count, 1), std::min(finding.since_ms, now)});
      }
    }
    for (const auto& [key, id] : s.alarms.latest) {
      const Alarm* alarm = find(s.alarms.all, id);
      if (alarm && alarm->stands() && watched.contains(alarm->rule) && !holding.contains(key)) over.push_back(id);
    }
  });
  for (const RaiseAlarm& alarm : begun) raise(alarm);
  for (const AlarmId& id : over) (void)node_.space().execute(Principal{.person = {}, .system = true, .stepped_up = false}, ReportAlarmOver{id});
}

void AlarmWatch::loop() {
  std::unique_ptr<ledger::Store> store;
  TimeMs state_at = 0;
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, kWatchEvery, [this] { return stopping_; })) {
    lock.unlock();
    auto [rules, on_ms] = node_.space().read([](const State& s) { return std::pair(rules_in_force(s), s.alarms.settings.enabled ? s.alarms.on_since_ms : 0); });
    if (on_ms == 0 || node_.space().read_only()) {
      if (on_ms == 0) counted_from_ms_ = 0;
      lock.lock();
      continue;
    }
    if (!store) {
      auto opened = reader_();
      if (opened) store = *std::move(opened);
    }
    if (store && counted_from_ms_ != on_ms) begin(*store, rules);
    if (store) {
      look_at_entries(rules);
      look_at_records(*store, rules);
    }
    if (TimeMs now = node_.clock().now(); now >= state_at || now < state_at - kStateEveryMs) {
      state_at = now + kStateEveryMs;
      look_at_state(rules);
    }
    lock.lock();
  }
}

}  // namespace sluice::node
