// A fresh root in the place of the root, done at a desk of the machine (sluice keys split, device, passphrase): who must be there, and the record.
//
// As long as nobody but the operator acted in the space (people_act), whoever makes it says who keeps its root, and the entry
// keys.root_changed carries before_people. Afterwards it is the carrying out of a witnessed work `rotate_root`, exactly as the ceremony in
// which each officer sits at a desk of their own (root_ceremony.h): two people of the organisation stand there, each with password and
// one-time code, one of them with a duty for it, and officers are accounts of colleagues, not names.
// Errors: "keys.root_needs_proposal", "keys.root_needs_two", "keys.work_not_approved", "keys.other_work", "duty.missing", "sign_in.failed", "totp.*",
// "shares.officer_twice", "shares.bad_threshold", "ceremony.outsider", "account.not_found".
#pragma once

#include "node/node.h"

namespace sluice::node {

// Whether somebody besides the first accounts is enrolled, or one of the first changed the password that the space began with.
bool people_act(Node& node);

struct RootDesk {
  std::optional<space::KeyWorkId> work;
  std::vector<space::PersonId> present;
};
// A person at the desk: password and one-time code, which is used up.
Result<space::PersonId> person_at_desk(Node& node, std::string_view account, const SecretText& password, std::string_view code);
// Asked before anything is written or shown; `change.file` need not be known yet.
Status may_change_root(Node& node, const RootDesk& desk, space::ReportRootChanged change);
// The colleagues of these accounts: each another human being, who acts and is no outsider.
Result<std::vector<space::PersonId>> officers_of(Node& node, const space::PersonId& colleague, const std::vector<std::string>& accounts);
// The same of people who are known, in the state at hand.
Status officers_fit(const space::State& state, const space::Person& colleague, const std::vector<space::PersonId>& officers, TimeMs now);

// Durable after the files: the change, and the end of the work that it carried out. `actor` is who the entry names; none before people act.
Status record_root_change(Node& node, const space::PersonId& actor, const space::ReportRootChanged& change);

}  // namespace sluice::node
