#include <algorithm>

#include "space/collection/code_table.h"
#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr int64_t kDayFirst = -200 * 366, kDayLast = 200 * 366;

bool is_table_name(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::string table_key(const PartyId& owner, const std::string& name) { return owner.str() + ":" + name; }

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const AdoptCodeTable& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Party* party = TRY(verified_party(s, person->party));
  if (party->role != PartyRole::agency) return fail(Errc::forbidden, "plan.agency_only");
  if (!is_table_name(cmd.name)) return fail(Errc::invalid, "reference.bad_name");
  TRY(need_text("title", cmd.title, kNameBytesMax));
  if (cmd.rows <= 0 || cmd.rows > kCodeTableRowsMax) return fail(Errc::invalid, "reference.too_large");
  if (cmd.from_day < kDayFirst || cmd.from_day > kDayLast || (cmd.to_day && *cmd.to_day < cmd.from_day)) return fail(Errc::invalid, "reference.bad_period");
  auto known = s.code_tables.find(table_key(person->party, cmd.name));
  int64_t number = 1;
  if (known != s.code_tables.end()) {
    if (known->second.versions.size() >= kCodeTableVersionsMax) return fail(Errc::exhausted, "reference.too_many_versions");
    number = known->second.versions.back().number + 1;
    for (const CodeTableVersion& v : known->second.versions)
      if (v.content == cmd.content && v.from_day == cmd.from_day && v.to_day == cmd.to_day) return fail(Errc::conflict, "reference.known");
  }
  return Events{CodeTableAdopted{.owner = person->party, .name = cmd.name, .title = cmd.title, .number = number, .from_day = cmd.from_day, .to_day = cmd.to_day,
                                 .content = cmd.content, .rows = cmd.rows}};
}

void fold(State& s, const CodeTableAdopted& e, const EventPlace& at) {
  CodeTable& table = s.code_tables[table_key(e.owner, e.name)];
  table.owner = e.owner;
  table.name = e.name;
  table.title = e.title;
  table.versions.push_back({e.number, e.from_day, e.to_day, e.content, e.rows, at.actor, at.time, at.seq});
}

}  // namespace sluice::space
