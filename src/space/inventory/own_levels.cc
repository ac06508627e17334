#include <set>

#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

const OwnLevel* OwnScale::step(std::string_view id) const {
  for (const OwnLevel& level : levels)
    if (level.id == id) return &level;
  return nullptr;
}

const OwnLevel* OwnScale::at(int level, const std::optional<std::string>& chosen) const {
  if (const OwnLevel* named = chosen ? step(*chosen) : nullptr; named && named->standard == level) return named;
  for (const OwnLevel& one : levels)
    if (one.standard == level) return &one;
  return nullptr;
}

Status check_own_level(const State& s, const PartyId& party, int level, const std::optional<std::string>& chosen) {
  if (!chosen) return {};
  auto scale = s.own_scales.find(party.str());
  const OwnLevel* step = scale == s.own_scales.end() ? nullptr : scale->second.step(*chosen);
  if (!step) return fail(Errc::invalid, "level.unknown_own", chosen->substr(0, kNameBytesMax));
  if (step->standard != level) return fail(Errc::invalid, "level.own_differs", std::to_string(step->standard));
  return {};
}

namespace {

Status check_scale(const std::vector<OwnLevel>& levels) {
  auto bad = [](std::string why) { return fail(Errc::invalid, "level.own_scale", std::move(why)); };
  if (levels.empty()) return {};
  if (levels.size() <= 5 || levels.size() > kOwnLevelsMax) return bad("6.." + std::to_string(kOwnLevelsMax));
  std::set<std::string> ids;
  std::set<int> standards;
  int before = 1;
  for (const OwnLevel& level : levels) {
    TRY(need_text("id", level.id, 40));
    TRY(need_text("zh", level.zh, kNameBytesMax));
    TRY(need_text("en", level.en, kNameBytesMax));
    if (!ids.insert(level.id).second) return bad(level.id);
    if (level.standard < before || level.standard > 5) return bad(level.id + ": " + std::to_string(level.standard));
    before = level.standard;
    standards.insert(level.standard);
  }
  return standards.size() == 5 ? Status() : bad("1..5");
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const AdoptOwnLevels& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  TRY(check_scale(cmd.levels));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{OwnLevelsAdopted{person->party, cmd.levels, cmd.reason}};
}

void fold(State& s, const OwnLevelsAdopted& e, const EventPlace& at) {
  s.own_scales[e.party.str()] = OwnScale{.levels = e.levels, .reason = e.reason, .adopted_by = at.actor, .at_ms = at.time, .seq = at.seq};
}

}  // namespace sluice::space
