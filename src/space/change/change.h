// Other classification rules: proposal, assessment, review (C8.1.1). A party's own rule packs in place of the built-in ones.
//
//   ProposeRules (data manager or security officer) ──▶ proposed
//   ReportAssessment (the node, after measuring every classified dataset with both packs) ──▶ assessed; again as often as wanted
//   DecideRules (security officer, not the proposer, second factor) ──▶ approved | rejected
// Only what was assessed is decided, and on the newest assessment. An approved pack speaks from the next classification on;
// verdicts of people stay, and those that stand below the new floor of their type are reopened at once.
#pragma once

#include <map>

#include "space/catalog/inventory.h"

namespace sluice::space {

// Packs that a change may replace: what a party's data are and how high they stand. Access, operations, protection, masking thresholds, policy and law hold
// for every party of the space and for the supervisor: a party cannot vote itself a weaker one, so they change with the program.
constexpr std::array<std::string_view, 9> kChangeablePacks = {"taxonomy", "types", "dictionary", "detectors", "worksheet", "pinyin", "weights", "grading", "resemblance"};

struct ProposeRules {
  static constexpr std::string_view kind = "rules.propose";
  std::string title, reason;
  std::vector<std::string> packs;  // names
  Digest content;                  // blob: {name: text}, canonical JSON
  Digest rules_digest;             // of the whole set that would be in force
  static constexpr auto fields = field_list(field("title", &ProposeRules::title), field("reason", &ProposeRules::reason), field("packs", &ProposeRules::packs),
                                            field("content", &ProposeRules::content), field("rules_digest", &ProposeRules::rules_digest));
};
struct RuleImpact {
  int64_t datasets = 0, measured_fields = 0, up = 0, down = 0, same_level = 0, kept_by_person = 0, below_floor = 0;
  Digest content{};                   // blob: the fields that move, one by one
  std::map<std::string, int> floors;  // type → level in the proposed set
  static constexpr auto fields = field_list(
      field("datasets", &RuleImpact::datasets), field("fields", &RuleImpact::measured_fields), field("up", &RuleImpact::up),
      field("down", &RuleImpact::down), field("same_level", &RuleImpact::same_level), field("kept_by_person", &RuleImpact::kept_by_person),
      field("below_floor", &RuleImpact::below_floor), field("content", &RuleImpact::content), field("floors", &RuleImpact::floors));
};
struct ReportAssessment {
  static constexpr std::string_view kind = "rules.report_assessment";
  RuleChangeId change;
  RuleImpact impact;
  static constexpr auto fields = field_list(field("change", &ReportAssessment::change), field("impact", &ReportAssessment::impact));
};
struct DecideRules {
  static constexpr std::string_view kind = "rules.decide";
  RuleChangeId change;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("change", &DecideRules::change), field("approve", &DecideRules::approve), field("reason", &DecideRules::reason));
};

struct RulesProposed {
  static constexpr std::string_view kind = "rules.proposed";
  RuleChangeId change;
  PartyId party;
  int64_t number = 0;
  std::string title, reason;
  std::vector<std::string> packs;
  Digest content, rules_digest;
  static constexpr auto fields = field_list(
      field("change", &RulesProposed::change), field("party", &RulesProposed::party), field("number", &RulesProposed::number),
      field("title", &RulesProposed::title), field("reason", &RulesProposed::reason), field("packs", &RulesProposed::packs),
      field("content", &RulesProposed::content), field("rules_digest", &RulesProposed::rules_digest));
};
struct RulesAssessed {
  static constexpr std::string_view kind = "rules.assessed";
  RuleChangeId change;
  RuleImpact impact;
  static constexpr auto fields = field_list(field("change", &RulesAssessed::change), field("impact", &RulesAssessed::impact));
};
struct RulesDecided {
  static constexpr std::string_view kind = "rules.decided";
  RuleChangeId change;
  bool approved = false;
  std::string reason;
  static constexpr auto fields = field_list(field("change", &RulesDecided::change), field("approved", &RulesDecided::approved), field("reason", &RulesDecided::reason));
};

enum class RuleChangeStatus { proposed, assessed, approved, rejected };
constexpr std::array<std::string_view, 4> enum_names(RuleChangeStatus) { return {"proposed", "assessed", "approved", "rejected"}; }

struct RuleChange {
  RuleChangeId id;
  PartyId party;
  int64_t number = 0;
  std::string title, reason, decision;
  std::vector<std::string> packs;
  Digest content{}, rules_digest{};
  RuleChangeStatus status = RuleChangeStatus::proposed;
  std::optional<RuleImpact> impact;
  PersonId proposed_by, decided_by;
  TimeMs proposed_ms = 0, assessed_ms = 0, decided_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("id", &RuleChange::id), field("party", &RuleChange::party), field("number", &RuleChange::number), field("title", &RuleChange::title),
      field("reason", &RuleChange::reason), field("decision", &RuleChange::decision), field("packs", &RuleChange::packs),
      field("content", &RuleChange::content), field("rules_digest", &RuleChange::rules_digest), field("status", &RuleChange::status),
      field("impact", &RuleChange::impact), field("proposed_by", &RuleChange::proposed_by), field("decided_by", &RuleChange::decided_by),
      field("proposed_ms", &RuleChange::proposed_ms), field("assessed_ms", &RuleChange::assessed_ms), field("decided_ms", &RuleChange::decided_ms),
      field("seq", &RuleChange::seq));
};

// By party: which approved change speaks, and the floors it gives. Parties without one go by the built-in packs.
struct RulesInForce {
  RuleChangeId change;
  Digest content{}, rules_digest{};
  std::map<std::string, int> floors;
  static constexpr auto fields = field_list(field("change", &RulesInForce::change), field("content", &RulesInForce::content),
                                            field("rules_digest", &RulesInForce::rules_digest), field("floors", &RulesInForce::floors));
};

}  // namespace sluice::space
