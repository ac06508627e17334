// More levels than five (G1): an organisation's own scale, each step mapped to one of the standard levels. Rules, policy and
// protection work on the standard level; the own one stands beside it wherever a grade is shown or exported.
//
//   AdoptOwnLevels (security officer, second factor): the scale from the lowest step to the highest; empty: the five alone.
//   "level.own_scale" (detail: why) unless every standard level has a step, none maps lower than the one before it, ids are
//   unique, and there are more than five and at most kOwnLevelsMax.
// A verdict may name a step ("level.unknown_own"); it must map to the verdict's level ("level.own_differs"). Without one, the
// lowest step of the level counts.
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

constexpr size_t kOwnLevelsMax = 20;

struct OwnLevel {
  std::string id, zh, en;
  int standard = 1;
  static constexpr auto fields =
      field_list(field("id", &OwnLevel::id), field("zh", &OwnLevel::zh), field("en", &OwnLevel::en), field("standard", &OwnLevel::standard));
};
struct AdoptOwnLevels {
  static constexpr std::string_view kind = "grading.adopt_own_levels";
  std::vector<OwnLevel> levels;
  std::string reason;
  static constexpr auto fields = field_list(field("levels", &AdoptOwnLevels::levels), field("reason", &AdoptOwnLevels::reason));
};
struct OwnLevelsAdopted {
  static constexpr std::string_view kind = "grading.own_levels_adopted";
  PartyId party;
  std::vector<OwnLevel> levels;
  std::string reason;
  static constexpr auto fields =
      field_list(field("party", &OwnLevelsAdopted::party), field("levels", &OwnLevelsAdopted::levels), field("reason", &OwnLevelsAdopted::reason));
};
struct OwnScale {
  std::vector<OwnLevel> levels;
  std::string reason;
  PersonId adopted_by;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  const OwnLevel* step(std::string_view id) const;
  // The step of a field at this level: the chosen one, else the lowest; null without a scale.
  const OwnLevel* at(int level, const std::optional<std::string>& chosen) const;
  static constexpr auto fields = field_list(field("levels", &OwnScale::levels), field("reason", &OwnScale::reason), field("adopted_by", &OwnScale::adopted_by),
                                            field("at_ms", &OwnScale::at_ms), field("seq", &OwnScale::seq));
};

struct State;
// Errors of a verdict that names a step, as above; none where it names none.
Status check_own_level(const State& state, const PartyId& party, int level, const std::optional<std::string>& chosen);

}  // namespace sluice::space
