#include "rules/alarm_pack.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "rules/embedded.h"
#include "rules/yaml.h"

namespace sluice::rules {

namespace {

constexpr int64_t kWindowSecondsMax = 366 * 86400;

Status check_alarm_rule(const AlarmRule& r) {
  bool named = !r.id.empty() && !r.zh.empty() && !r.en.empty() && !r.per.empty() && !r.next_zh.empty() && !r.next_en.empty();
  bool counted = r.kinds && !r.kinds->empty() && r.count.value_or(0) >= 1 && r.window_s.value_or(0) >= 1 && *r.window_s <= kWindowSecondsMax && !r.after_s;
  bool held = !r.kinds && !r.reasons && !r.sum && !r.count && !r.window_s && r.after_s.value_or(-1) >= 0 && *r.after_s <= kWindowSecondsMax;
  if (!named || (r.counts() ? !counted : !held)) return fail(Errc::invalid, "rules.incomplete", "alarms: " + r.id.substr(0, 40));
  return {};
}

}  // namespace

const AlarmRule* AlarmPack::rule(std::string_view wanted) const {
  auto it = std::find_if(rules.begin(), rules.end(), [&](const AlarmRule& r) { return r.id == wanted; });
  return it == rules.end() ? nullptr : &*it;
}

Result<AlarmPack> read_alarms(std::string_view yaml) {
  auto pack = TRY(decode<AlarmPack>(TRY(parse_yaml(yaml))));
  std::set<std::string_view> ids;
  for (const AlarmRule& rule : pack.rules) {
    TRY(check_alarm_rule(rule));
    if (!ids.insert(rule.id).second) return fail(Errc::invalid, "rules.duplicate", "alarms: " + rule.id.substr(0, 40));
  }
  bool retries = !pack.retry_s.empty() && std::all_of(pack.retry_s.begin(), pack.retry_s.end(), [](int64_t s) { return s >= 1 && s <= kWindowSecondsMax; });
  if (pack.pack != "alarms" || pack.rules.empty() || !retries) return fail(Errc::invalid, "rules.incomplete", "alarms");
  return pack;
}

const AlarmPack& AlarmPack::built_in() {
  static const AlarmPack pack = [] {
    std::string_view text;
    for (size_t i = 0; i < kEmbeddedPackCount; i++)
      if (kEmbeddedPacks[i].name == "alarms") text = kEmbeddedPacks[i].text;
    auto read = read_alarms(text);
    if (!read) {  // a fault of the build, found by the first test that runs
      std::fprintf(stderr, "built-in alarms: %s %s\n", std::string(read.error().reason).c_str(), read.error().detail.c_str());
      std::abort();
    }
    return *std::move(read);
  }();
  return pack;
}

}  // namespace sluice::rules
