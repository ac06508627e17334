// The organisation chart of a party, deputies, and outside staff.
//
//   unit         decision body (决策机构), lead department (牵头部门), implementing department (实施部门), data owner (数据所有部门);
//                each under another one or none, with a head and a region. DefineUnit, PlaceInUnit: system administrator, who places
//                nobody into a unit for the own gain (never oneself).
//   head         NameHead: security administrator with a second factor, never oneself, nor outside staff: a head signs, decides and answers
//                for others, so naming one is giving a duty. DefineUnit keeps the head that a unit has.
//   deputyship   (AB岗) AppointDeputy names who acts for an absent person, with which duties, from when until when: by the
//                security administrator. The deputy acts with the own name; the ledger says for whom beside each act.
//                Nobody becomes able to do alone what takes two: duties that exclude each other stay apart, and a deputy is
//                never the second person for the own request, nor for that of whom they stand in for. Votes of the committee and
//                the word of a witness of keys are personal: a deputy gives none, and a quorum does not wait for who is absent.
//   outsider     (外部人员) EngageOutsider: an account with a sponsor inside the party and an end date. After it, or while the
//                sponsor is suspended, the account can do nothing. Duties that decide over others (approves_others) are not for
//                outside staff, neither as own ones nor as a deputy's.
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"
#include "space/person/person.h"

namespace sluice::space {

constexpr TimeMs kDeputyshipMsMax = 92 * kDayMs;
constexpr TimeMs kEngagementMsMax = 366 * kDayMs;

enum class UnitKind { decision_body, lead_department, implementing_department, data_owner };
constexpr std::array<std::string_view, 4> enum_names(UnitKind) {
  return {"decision_body", "lead_department", "implementing_department", "data_owner"};
}

struct DefineUnit {
  static constexpr std::string_view kind = "organisation.define_unit";
  UnitId unit;  // empty: a new one
  std::string name;
  UnitKind unit_kind = UnitKind::implementing_department;
  UnitId above;        // empty: none
  PersonId head;       // the one that the unit has, or empty: heads are named by NameHead
  std::string region;  // division code of at most six digits, or empty
  static constexpr auto fields =
      field_list(field("unit", &DefineUnit::unit), field("name", &DefineUnit::name), field("unit_kind", &DefineUnit::unit_kind),
                 field("above", &DefineUnit::above), field("head", &DefineUnit::head), field("region", &DefineUnit::region));
};
struct NameHead {
  static constexpr std::string_view kind = "organisation.name_head";
  UnitId unit;
  PersonId head;  // empty: nobody from now on
  std::string reason;
  static constexpr auto fields = field_list(field("unit", &NameHead::unit), field("head", &NameHead::head), field("reason", &NameHead::reason));
};
struct PlaceInUnit {
  static constexpr std::string_view kind = "organisation.place";
  PersonId person;
  UnitId unit;  // empty: in none
  static constexpr auto fields = field_list(field("person", &PlaceInUnit::person), field("unit", &PlaceInUnit::unit));
};
struct AppointDeputy {
  static constexpr std::string_view kind = "organisation.appoint_deputy";
  PersonId absent, deputy;
  std::vector<Duty> duties;
  TimeMs from_ms = 0, until_ms = 0;
  std::string reason;
  static constexpr auto fields =
      field_list(field("absent", &AppointDeputy::absent), field("deputy", &AppointDeputy::deputy), field("duties", &AppointDeputy::duties),
                 field("from_ms", &AppointDeputy::from_ms), field("until_ms", &AppointDeputy::until_ms), field("reason", &AppointDeputy::reason));
};
struct EndDeputyship {
  static constexpr std::string_view kind = "organisation.end_deputyship";
  DeputyshipId deputyship;
  std::string reason;
  static constexpr auto fields = field_list(field("deputyship", &EndDeputyship::deputyship), field("reason", &EndDeputyship::reason));
};
struct EngageOutsider {
  static constexpr std::string_view kind = "organisation.engage_outsider";
  PersonId person, sponsor;
  std::string company;
  TimeMs until_ms = 0;
  static constexpr auto fields = field_list(field("person", &EngageOutsider::person), field("sponsor", &EngageOutsider::sponsor),
                                            field("company", &EngageOutsider::company), field("until_ms", &EngageOutsider::until_ms));
};

struct UnitDefined {
  static constexpr std::string_view kind = "organisation.unit_defined";
  UnitId unit;
  PartyId party;
  std::string name;
  UnitKind unit_kind = UnitKind::implementing_department;
  UnitId above;
  PersonId head;
  std::string region;
  static constexpr auto fields =
      field_list(field("unit", &UnitDefined::unit), field("party", &UnitDefined::party), field("name", &UnitDefined::name),
                 field("unit_kind", &UnitDefined::unit_kind), field("above", &UnitDefined::above), field("head", &UnitDefined::head),
                 field("region", &UnitDefined::region));
};
struct HeadNamed {
  static constexpr std::string_view kind = "organisation.head_named";
  UnitId unit;
  PersonId head;
  std::string reason;
  static constexpr auto fields = field_list(field("unit", &HeadNamed::unit), field("head", &HeadNamed::head), field("reason", &HeadNamed::reason));
};
struct PersonPlaced {
  static constexpr std::string_view kind = "organisation.person_placed";
  PersonId person;
  UnitId unit;
  static constexpr auto fields = field_list(field("person", &PersonPlaced::person), field("unit", &PersonPlaced::unit));
};
struct DeputyAppointed {
  static constexpr std::string_view kind = "organisation.deputy_appointed";
  DeputyshipId deputyship;
  PersonId absent, deputy;
  std::vector<Duty> duties;
  TimeMs from_ms = 0, until_ms = 0;
  std::string reason;
  static constexpr auto fields =
      field_list(field("deputyship", &DeputyAppointed::deputyship), field("absent", &DeputyAppointed::absent), field("deputy", &DeputyAppointed::deputy),
                 field("duties", &DeputyAppointed::duties), field("from_ms", &DeputyAppointed::from_ms), field("until_ms", &DeputyAppointed::until_ms),
                 field("reason", &DeputyAppointed::reason));
};
struct DeputyshipEnded {
  static constexpr std::string_view kind = "organisation.deputyship_ended";
  DeputyshipId deputyship;
  std::string reason;
  static constexpr auto fields = field_list(field("deputyship", &DeputyshipEnded::deputyship), field("reason", &DeputyshipEnded::reason));
};
// Beside what a deputy did: for whom, with which duty. The entry's actor is the deputy.
struct DeputyActed {
  static constexpr std::string_view kind = "organisation.deputy_acted";
  DeputyshipId deputyship;
  PersonId absent;
  Duty duty = Duty::data_user;
  std::string command;
  static constexpr auto fields = field_list(field("deputyship", &DeputyActed::deputyship), field("absent", &DeputyActed::absent),
                                            field("duty", &DeputyActed::duty), field("command", &DeputyActed::command));
};
struct OutsiderEngaged {
  static constexpr std::string_view kind = "organisation.outsider_engaged";
  PersonId person, sponsor;
  std::string company;
  TimeMs until_ms = 0;
  static constexpr auto fields = field_list(field("person", &OutsiderEngaged::person), field("sponsor", &OutsiderEngaged::sponsor),
                                            field("company", &OutsiderEngaged::company), field("until_ms", &OutsiderEngaged::until_ms));
};

struct Unit {
  UnitId id;
  PartyId party;
  std::string name;
  UnitKind unit_kind = UnitKind::implementing_department;
  UnitId above;
  PersonId head;
  std::string region;
  static constexpr auto fields =
      field_list(field("id", &Unit::id), field("party", &Unit::party), field("name", &Unit::name), field("unit_kind", &Unit::unit_kind),
                 field("above", &Unit::above), field("head", &Unit::head), field("region", &Unit::region));
};
struct Deputyship {
  DeputyshipId id;
  PersonId absent, deputy;
  std::vector<Duty> duties;
  TimeMs from_ms = 0, until_ms = 0;
  std::string reason;
  int64_t acts = 0;
  bool in_force(TimeMs now) const { return now >= from_ms && now < until_ms; }
  static constexpr auto fields =
      field_list(field("id", &Deputyship::id), field("absent", &Deputyship::absent), field("deputy", &Deputyship::deputy),
                 field("duties", &Deputyship::duties), field("from_ms", &Deputyship::from_ms), field("until_ms", &Deputyship::until_ms),
                 field("reason", &Deputyship::reason), field("acts", &Deputyship::acts));
};
struct Outsider {
  PersonId person, sponsor;
  std::string company;
  TimeMs until_ms = 0;
  static constexpr auto fields = field_list(field("person", &Outsider::person), field("sponsor", &Outsider::sponsor),
                                            field("company", &Outsider::company), field("until_ms", &Outsider::until_ms));
};

}  // namespace sluice::space
