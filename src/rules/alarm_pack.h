// alarms: what is watched automatically (C7.2.5d; rules/alarms.yaml). Conditions of `state` rules are the program's, by the rule's id; everything else is data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/record.h"

namespace sluice::rules {

enum class AlarmWatched { record, entry, state };
constexpr std::array<std::string_view, 3> enum_names(AlarmWatched) { return {"record", "entry", "state"}; }
enum class AlarmSeverity { low, medium, high };
constexpr std::array<std::string_view, 3> enum_names(AlarmSeverity) { return {"low", "medium", "high"}; }

struct AlarmRule {
  std::string id, zh, en;
  AlarmSeverity severity = AlarmSeverity::medium;
  AlarmWatched watch = AlarmWatched::state;
  std::string per;  // whom it is about: node, actor (of an entry), or the member of that name of a record or an entry's body
  std::string next_zh, next_en;
  std::optional<std::vector<std::string>> kinds{}, reasons{};  // reasons by their beginnings; absent: all, and of records those without a reason too
  std::optional<std::string> sum{};                            // the member that is added up; absent: each counts one
  std::optional<int64_t> count{}, window_s{}, after_s{}, percent{};
  bool counts() const { return watch != AlarmWatched::state; }
  static constexpr auto fields = field_list(
      field("id", &AlarmRule::id), field("zh", &AlarmRule::zh), field("en", &AlarmRule::en), field("severity", &AlarmRule::severity), field("watch", &AlarmRule::watch),
      field("per", &AlarmRule::per), field("next_zh", &AlarmRule::next_zh), field("next_en", &AlarmRule::next_en), field("kinds", &AlarmRule::kinds),
      field("reasons", &AlarmRule::reasons), field("sum", &AlarmRule::sum), field("count", &AlarmRule::count), field("window_s", &AlarmRule::window_s),
      field("after_s", &AlarmRule::after_s), field("percent", &AlarmRule::percent));
};

struct AlarmPack {
  std::string pack, version, effective_from;
  std::vector<int64_t> retry_s;  // until a delivery is tried again; after the last it is given up
  std::vector<AlarmRule> rules;
  static constexpr auto fields = field_list(field("pack", &AlarmPack::pack), field("version", &AlarmPack::version), field("effective_from", &AlarmPack::effective_from),
                                            field("retry_s", &AlarmPack::retry_s), field("rules", &AlarmPack::rules));
  const AlarmRule* rule(std::string_view id) const;
  static const AlarmPack& built_in();
};

// "rules.duplicate", "rules.incomplete", and errors of the codec.
Result<AlarmPack> read_alarms(std::string_view yaml);

}  // namespace sluice::rules
