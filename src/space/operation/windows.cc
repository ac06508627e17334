#include "space/operation/windows.h"

#include <algorithm>

namespace sluice::space {

namespace {

bool took_something(const Operation& o) {
  return o.flow == OperationFlow::standing &&
         (o.status == OperationStatus::approved || o.status == OperationStatus::started || o.status == OperationStatus::done);
}

// Rows of the stretch that the planned range is part of, when ranges that leave out at most `gap` rows adjoin.
WindowFinding stretch_of(std::vector<std::pair<int64_t, int64_t>> ranges, const PlannedOperation& p, int64_t gap) {
  std::sort(ranges.begin(), ranges.end());
  WindowFinding out;
  int64_t begin = 0, end = 0;
  bool open = false, holds_ours = false;
  int64_t covered = 0, count = 0;
  auto close = [&] {
    if (open && holds_ours) out.rows = covered, out.operations = count;
  };
  for (auto [from, to] : ranges) {
    if (!open || from > end + gap) {
      close();
      open = true, holds_ours = false, covered = 0, count = 0, begin = from, end = from;
    }
    covered += std::max<int64_t>(0, to - std::max(from, end));
    end = std::max(end, to);
    count++;
    holds_ours |= p.first_row >= begin && p.first_row + p.rows <= end;
  }
  close();
  return out;
}

WindowFinding measure(const State& s, const rules::OperationsPack& pack, const rules::OperationWindow& w, const PlannedOperation& p, TimeMs now) {
  WindowFinding sum{w.id, p.rows, 1};
  std::vector<std::pair<int64_t, int64_t>> ranges{{p.first_row, p.first_row + p.rows}};
  TimeMs since = now - w.hours * kHourMs;
  for (const auto& [id, o] : s.operations) {
    if (w.hours == 0 || o.at_ms <= since || o.dataset != p.dataset || o.party != p.party || !took_something(o)) continue;
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
  for (const auto& window : pack.windows) {
    if (window.group != planned.group) continue;
    WindowFinding found = measure(s, pack, window, planned, now);
    if (found.rows > window.rows_max) out.push_back(std::move(found));
  }
  return out;
}

Error split_refusal(const rules::OperationsPack& pack, const WindowFinding& finding) {
  auto window = std::find_if(pack.windows.begin(), pack.windows.end(), [&](const auto& w) { return w.id == finding.window; });
  std::string_view reason = "operation.bulk";
  if (window != pack.windows.end() && window->hours > 0)
    reason = window->across == "account" ? "operation.split_in_time" : window->across == "organisation" ? "operation.split_by_account" : "operation.split_by_range";
  return Error{Errc::refused, reason, finding.window};
}

}  // namespace sluice::space
