#include "space/law/meeting.h"

#include <optional>
#include <set>
#include <variant>

namespace sluice::space {

namespace {

constexpr size_t kMeetingMembersMin = 2;

// The command by which it is decided at the screen; none where there is nothing of this party that waits.
using Deciding = std::variant<DecideOperation, DecideException, DecideAssessment, ApproveProvision, DecideLowering, ReviewProduct, DecideKeyWork>;

bool of_party(const State& s, const PersonId& id, const PartyId& party) {
  const Person* person = find(s.persons, id);
  return person && person->party == party;
}

// The first kind of id that reads it; each id says its kind by its prefix.
std::optional<Deciding> deciding(const State& s, const PartyId& party, const PaperForm& f, const std::string& why) {
  const std::string& id = *f.decides;
  if (auto o = s.operations.find(id); o != s.operations.end())
    return o->second.party == party && o->second.status == OperationStatus::requested ? std::optional<Deciding>(DecideOperation{o->second.id, f.approve, why}) : std::nullopt;
  if (auto e = s.exceptions.find(id); e != s.exceptions.end())
    return e->second.party == party && e->second.status == ExceptionStatus::requested ? std::optional<Deciding>(DecideException{e->second.id, f.approve, 0, why}) : std::nullopt;
  if (auto a = s.assessments.find(id); a != s.assessments.end())
    return a->second.owner == party && a->second.status == AssessmentStatus::drafted ? std::optional<Deciding>(DecideAssessment{a->second.id, f.approve, why}) : std::nullopt;
  if (auto p = s.provisions.find(id); p != s.provisions.end())
    return p->second.owner == party && p->second.status == ProvisionStatus::requested ? std::optional<Deciding>(ApproveProvision{p->second.id, f.approve, why}) : std::nullopt;
  if (auto l = s.lowerings.find(id); l != s.lowerings.end())
    return l->second.party == party && l->second.status == LoweringStatus::requested ? std::optional<Deciding>(DecideLowering{l->second.id, f.approve, why}) : std::nullopt;
  if (auto p = s.products.find(id); p != s.products.end())
    return p->second.owner == party && p->second.status == ProductStatus::checked ? std::optional<Deciding>(ReviewProduct{p->second.id, f.approve, why}) : std::nullopt;
  if (auto w = s.key_works.find(id); w != s.key_works.end()) {
    bool open = of_party(s, w->second.proposed_by, party) && w->second.status == KeyWorkStatus::proposed && w->second.awaits_decision();
    return open ? std::optional<Deciding>(DecideKeyWork{w->second.id, f.approve, why}) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Status check_meeting(const State& s, const Person& person, const PaperForm& f) {
  if (f.kind != kMeetingApproval) return f.decides ? Status(fail(Errc::invalid, "law.meeting_decides_nothing", f.kind)) : Status();
  if (!f.decides || !deciding(s, person.party, f, f.title)) return fail(Errc::conflict, "law.meeting_decides_nothing");
  std::set<std::string> present;
  for (const PersonId& member : f.members)
    if (!of_party(s, member, person.party) || !present.insert(member.str()).second) return fail(Errc::invalid, "law.meeting_members", member.str());
  return present.size() < kMeetingMembersMin ? Status(fail(Errc::invalid, "law.meeting_members", std::to_string(kMeetingMembersMin))) : Status();
}

Result<Events> decided_by_meeting(const State& s, const Context& c, const PaperForm& f) {
  const Person* person = TRY(acting(s, c));
  auto command = deciding(s, person->party, f, f.title + "（" + f.number + "）");
  if (!command) return fail(Errc::conflict, "law.meeting_decides_nothing");
  return std::visit([&](const auto& one) { return decide_on(s, c, one); }, *command);
}

}  // namespace sluice::space
