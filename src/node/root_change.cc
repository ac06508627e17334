#include "node/root_change.h"

#include <algorithm>

#include "node/people.h"
#include "node/work.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr Duty kRootDuties[] = {Duty::security_admin, Duty::system_admin, Duty::security_officer};

bool took_account(Node& node, const PersonId& id) {
  auto item = person_item(node, id);
  return item && !item->password_hash.empty() && !item->must_change_password;
}

Principal node_for(const PersonId& actor) { return {.person = actor, .system = true, .stepped_up = false}; }

}  // namespace

bool people_act(Node& node) {
  std::vector<PersonId> people = node.space().read([](const State& s) {
    std::vector<PersonId> out;
    for (const auto& [id, person] : s.persons) out.push_back(person.id);
    return out;
  });
  return people.size() > kFirstAccounts || std::any_of(people.begin(), people.end(), [&](const PersonId& id) { return took_account(node, id); });
}

Result<PersonId> person_at_desk(Node& node, std::string_view account, const SecretText& password, std::string_view code) {
  PersonId person = TRY(check_password(node, account, password));
  TRY(check_totp(node, person, code));
  return person;
}

Status may_change_root(Node& node, const RootDesk& desk, ReportRootChanged change) {
  if (!desk.work) return people_act(node) ? Status(fail(Errc::refused, "keys.root_needs_proposal")) : Status();
  change.key_work = desk.work;
  change.present = desk.present;
  TRY(would_take(node, node_for({}), change));
  return node.space().read([&](const State& s) -> Status {
    bool duty = std::any_of(desk.present.begin(), desk.present.end(), [&](const PersonId& id) {
      const Person* person = find(s.persons, id);
      return person && std::any_of(std::begin(kRootDuties), std::end(kRootDuties), [&](Duty d) { return person->has(d, node.space().now()); });
    });
    return duty ? Status() : fail(Errc::forbidden, "duty.missing", std::string(name_of(kRootDuties[0])));
  });
}

Status officers_fit(const State& s, const Person& colleague, const std::vector<PersonId>& officers, TimeMs now) {
  for (size_t i = 0; i < officers.size(); i++) {
    const Person* officer = find(s.persons, officers[i]);
    if (!officer || officer->party != colleague.party) return fail(Errc::not_found, "person.not_found", officers[i].str());
    TRY(active(s, *officer, now));
    if (s.outsiders.contains(officer->id.str())) return fail(Errc::conflict, "ceremony.outsider", officer->id.str());
    if (std::find(officers.begin(), officers.begin() + static_cast<ptrdiff_t>(i), officer->id) != officers.begin() + static_cast<ptrdiff_t>(i))
      return fail(Errc::conflict, "shares.officer_twice", officer->id.str());
  }
  return {};
}

Result<std::vector<PersonId>> officers_of(Node& node, const PersonId& colleague, const std::vector<std::string>& accounts) {
  std::vector<PersonId> officers;
  for (const std::string& account : accounts) {
    auto person = TRY(find_account(node, account));
    if (!person) return fail(Errc::not_found, "account.not_found", account);
    for (const PersonId& before : officers)
      if (same_person(node, before, *person)) return fail(Errc::conflict, "shares.officer_twice", account);
    officers.push_back(*person);
  }
  TRY(node.space().read([&](const State& s) -> Status {
    const Person* one = find(s.persons, colleague);
    return one ? officers_fit(s, *one, officers, node.space().now()) : Status(fail(Errc::not_found, "person.not_found"));
  }));
  return officers;
}

Status record_root_change(Node& node, const PersonId& actor, const ReportRootChanged& change) {
  TRY(node.space().execute(node_for(actor), change));
  if (!change.key_work) return {};
  TRY(node.space().execute(node_for(actor), ReportKeysRotated{*change.key_work, 1}));
  TRY(node.space().execute(node_for(actor), CloseKeyWork{*change.key_work, {}, {}}));
  return {};
}

}  // namespace sluice::node
