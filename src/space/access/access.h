// Rights to data inside an agency (C6.4.1, C6.4.2, C7.2.4): rules by attributes, and rights of people and units with a
// scope and an expiry. Default deny; policy/access.h decides.
//
//   commands    AdoptAccessRules (security officer: replaces the rules of the own party as a whole; never so that the own reach widens)
//               GrantAccess, RevokeAccess (security administrator, with reason; never to oneself, nor to a unit where one sits)
//
// Oneself is every account of the same human being, and whoever stands in for it or for whom it stands in (gains() in guard.h).
//
// A right always ends: at most a year after it was granted. Whoever grants belongs to the party of the holder, and rights
// reach only datasets of that party. A revocation counts from the next decision on.
#pragma once

#include <vector>

#include "policy/access.h"
#include "space/ids.h"

namespace sluice::space {

constexpr TimeMs kRightMsMax = 366 * kDayMs;
constexpr size_t kAccessRulesMax = 500;  // of one party; what an entry of the ledger holds

struct AdoptAccessRules {
  static constexpr std::string_view kind = "access.adopt_rules";
  std::vector<policy::AccessRule> rules;
  std::string reason;
  static constexpr auto fields = field_list(field("rules", &AdoptAccessRules::rules), field("reason", &AdoptAccessRules::reason));
};
struct GrantAccess {
  static constexpr std::string_view kind = "access.grant";
  PersonId person;  // the holder: a person, or every person of a unit
  UnitId unit;
  policy::AccessScope scope;
  TimeMs expires_ms = 0;
  std::string reason;
  static constexpr auto fields =
      field_list(field("person", &GrantAccess::person), field("unit", &GrantAccess::unit), field("scope", &GrantAccess::scope),
                 field("expires_ms", &GrantAccess::expires_ms), field("reason", &GrantAccess::reason));
};
struct RevokeAccess {
  static constexpr std::string_view kind = "access.revoke";
  RightId right;
  std::string reason;
  static constexpr auto fields = field_list(field("right", &RevokeAccess::right), field("reason", &RevokeAccess::reason));
};

struct AccessRulesAdopted {
  static constexpr std::string_view kind = "access.rules_adopted";
  PartyId party;
  std::vector<policy::AccessRule> rules;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &AccessRulesAdopted::party), field("rules", &AccessRulesAdopted::rules),
                                            field("reason", &AccessRulesAdopted::reason));
};
struct AccessGranted {
  static constexpr std::string_view kind = "access.granted";
  RightId right;
  PartyId party;
  PersonId person;
  UnitId unit;
  policy::AccessScope scope;
  TimeMs expires_ms = 0;
  std::string reason;
  static constexpr auto fields =
      field_list(field("right", &AccessGranted::right), field("party", &AccessGranted::party), field("person", &AccessGranted::person),
                 field("unit", &AccessGranted::unit), field("scope", &AccessGranted::scope), field("expires_ms", &AccessGranted::expires_ms),
                 field("reason", &AccessGranted::reason));
};
struct AccessRevoked {
  static constexpr std::string_view kind = "access.revoked";
  RightId right;
  std::string reason;
  static constexpr auto fields = field_list(field("right", &AccessRevoked::right), field("reason", &AccessRevoked::reason));
};

struct Right {
  RightId id;
  PartyId party;
  PersonId person;
  UnitId unit;
  policy::AccessScope scope;
  TimeMs expires_ms = 0, granted_ms = 0, last_used_ms = 0;  // 0: never used
  PersonId granted_by;
  bool revoked = false;
  std::string reason;
  static constexpr auto fields = field_list(
      field("id", &Right::id), field("party", &Right::party), field("person", &Right::person), field("unit", &Right::unit), field("scope", &Right::scope),
      field("expires_ms", &Right::expires_ms), field("granted_ms", &Right::granted_ms), field("last_used_ms", &Right::last_used_ms),
      field("granted_by", &Right::granted_by), field("revoked", &Right::revoked), field("reason", &Right::reason));
};
// The rules in force of one party. They are replaced as a whole, never changed in place: `index` is made of them once.
struct AccessRules {
  PartyId party;
  std::vector<policy::AccessRule> rules;
  PersonId adopted_by;
  TimeMs at_ms = 0;
  policy::IndexedRules index{};  // no part of the record
  static constexpr auto fields = field_list(field("party", &AccessRules::party), field("rules", &AccessRules::rules),
                                            field("adopted_by", &AccessRules::adopted_by), field("at_ms", &AccessRules::at_ms));
};

}  // namespace sluice::space
