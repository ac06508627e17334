#include "space/operation/windows.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace sluice::space {

namespace {

bool took_something(const Operation& o) {
  return o.flow == OperationFlow::standing &&
         (o.status == OperationStatus::approved || o.status == OperationStatus::started || o.status == OperationStatus::done);
}

// Rows of the stretch that the planned range is part of. Ranges adjoin when they leave out at most `gap` rows between them, or no more than the
// larger of the two takes: whoever skips some rows after each helping still takes the stretch.
WindowFinding stretch_of(std::vector<std::pair<int64_t, int64_t>> ranges, const PlannedOperation& p, int64_t gap) {
  std::sort(ranges.begin(), ranges.end());
  WindowFinding out;
  int64_t begin = 0, end = 0, last = 0;
  bool open = false, holds_ours = false;
  int64_t covered = 0, count = 0;
  auto close = [&] {
    if (open && holds_ours) out.rows = covered, out.operations = count;
  };
  for (auto [from, to] : ranges) {
    if (!open || from > end + std::max({gap, last, to - from})) {
      close();
      open = true, holds_ours = false, covered = 0, count = 0, begin = from, end = from;
    }
    last = to - from;
    covered += std::max<int64_t>(0, to - std::max(from, end));
    end = std::max(end, to);
    count++;
    holds_ours |= p.first_row >= begin && p.first_row + p.rows <= end;
  }
  close();
  return out;
}

// Of one source, with half of the wider one's fields in common: a catalogue whose words stand in the table that uses it is another table. Fewer fields of
// the same rows are found by their content.
bool same_table(const Plan& a, const Plan& b) {
  if (a.owner != b.owner || a.source_uscc != b.source_uscc) return false;
  auto has_field = [](const Plan& p, const std::string& name) { return std::any_of(p.plan_fields.begin(), p.plan_fields.end(), [&](const PlanField& f) { return f.name == name; }); };
  size_t shared = 0;
  for (const PlanField& f : a.plan_fields) shared += has_field(b, f.name);
  return shared > 0 && shared * 2 >= std::max(a.plan_fields.size(), b.plan_fields.size());
}

// The dataset with those that hold the same rows under another name: one of its files was collected into them too, they come of the same source with
// half of the fields in common, or the node found the same rows in them, or a person said so; and those of these, and so on. Two copies of two halves
// are thereby one table with the whole. A dataset is looked at once: what it costs grows with what was collected, whatever refers to what.
std::set<std::string> twins_of(const State& s, const DatasetId& dataset) {
  std::map<std::string, std::set<std::string>> of_file, files, found;  // by file: datasets; by dataset: files, datasets
  for (const auto& [id, batch] : s.batches) {
    of_file[hex(batch.file_digest)].insert(batch.dataset.str());
    files[batch.dataset.str()].insert(hex(batch.file_digest));
  }
  for (const auto& [key, pair] : s.same_rows) {
    if (!pair.same) continue;
    found[pair.dataset.str()].insert(pair.other.str());
    found[pair.other.str()].insert(pair.dataset.str());
  }
  std::set<std::string> out{dataset.str()};
  std::vector<std::string> open{dataset.str()};
  auto reach = [&](const std::string& id) {
    if (out.insert(id).second) open.push_back(id);
  };
  while (!open.empty()) {
    std::string at = std::move(open.back());
    open.pop_back();
    for (const std::string& other : found[at]) reach(other);
    for (const std::string& file : files[at])
      for (const std::string& other : of_file[file]) reach(other);
    for (const auto& [id, own] : s.plans) {
      if (own.dataset.str() != at) continue;
      for (const auto& [other_id, other] : s.plans)
        if (same_table(own, other)) reach(other.dataset.str());
    }
  }
  return out;
}

WindowFinding measure(const State& s, const rules::OperationsPack& pack, const rules::OperationWindow& w, const PlannedOperation& p,
                      const std::set<std::string>& datasets, TimeMs now) {
  WindowFinding sum{w.id, p.rows, 1};
  std::vector<std::pair<int64_t, int64_t>> ranges{{p.first_row, p.first_row + p.rows}};
  TimeMs since = now - w.hours * kHourMs;
  for (const auto& [id, o] : s.operations) {
    if (w.hours == 0 || o.at_ms <= since || !datasets.contains(o.dataset.str()) || o.party != p.party || !took_something(o)) continue;
    const auto* kind = pack.kind(o.what);
    if (!kind || kind->group != p.group) continue;
    if (w.across == "account" && o.requested_by != p.person) continue;
    if (w.across == "range") {
      if (o.version == p.version) ranges.emplace_back(o.first_row, o.first_row + o.rows);
      continue;
    }
    sum.rows += o.rows;
    sum.operations++;
  }
  if (w.across == "range") {
    WindowFinding stretch = stretch_of(std::move(ranges), p, pack.range_gap_rows);
    sum.rows = stretch.rows;
    sum.operations = stretch.operations;
  }
  return sum;
}

}  // namespace

std::vector<WindowFinding> exceeded_windows(const State& s, const rules::OperationsPack& pack, const PlannedOperation& planned, TimeMs now) {
  std::vector<WindowFinding> out;
  std::set<std::string> datasets = twins_of(s, planned.dataset);
  for (const auto& window : pack.windows) {
    if (window.group != planned.group) continue;
    WindowFinding found = measure(s, pack, window, planned, datasets, now);
    if (found.rows > window.rows_max) out.push_back(std::move(found));
  }
  return out;
}

Error split_refusal(const rules::OperationsPack& pack, const WindowFinding& finding) {
  auto window = std::find_if(pack.windows.begin(), pack.windows.end(), [&](const auto& w) { return w.id == finding.window; });
  std::string_view reason = "operation.bulk";
  if (window != pack.windows.end() && window->hours > 0)
    reason = window->across == "account" ? "operation.split_in_time" : window->across == "organisation" ? "operation.split_by_account" : "operation.split_by_range";
  std::string words = window == pack.windows.end() ? std::string() : ": " + window->zh + " / " + window->en;
  return Error{Errc::refused, reason, finding.window + words};
}

}  // namespace sluice::space
