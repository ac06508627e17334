// The one decision function: may these fields go to this party, in this form, for this purpose (C6.2.4, C5.2, G4.5, G4.6)?
//
// decide() is pure and total: every request gets an answer with all its reasons, never just the first. Default deny: a
// request is allowed only when no rule objects and every field's level has a rule that lets it leave. The rules are the
// `policy` and `masking` packs (thresholds of k and risk per share type); their version is in the answer's digest.
//
// What the levels mean here (rules/policy.yaml): 1 in every form; 2 and 3 in controlled and enclave forms, level 3 only
// de-identified with k and risk within the thresholds; 4 only as a statutory flow, which this function does not grant,
// or to one_person's rule of the pack (an API that answers for one consenting person at a time); 5 never. A field's `level` is the level of what is handed over, after masking (see deident/strategy.h level_after).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/record.h"
#include "rules/rule_set.h"
#include "standard/taxonomy.h"

namespace sluice::policy {

struct FieldGrade {
  Category category = Category::none;
  Level level;
  bool enterprise = false;         // enterprise data (C6.4.1)
  bool direct_identifier = false;  // still identifies a person by itself after masking
};

// What the class-counting engine measured on the output (table/classes.h).
struct MeasuredRisk {
  uint64_t k_min = 0;
  uint32_t risk_permille = 1000;  // the highest of the attackers' risks that the share type looks at
};

enum class Assessment { not_needed, missing, passed };

struct Request {
  std::vector<FieldGrade> fields;
  // Of all fields handled together in this flow, where association, volume or scenario raised them (space/catalog/level.h).
  std::optional<Level> together{};
  FlowType flow = FlowType::share;
  OpenForm form = OpenForm::file;
  ShareType share = ShareType::controlled;
  Scenario scenario = Scenario::controller_to_user;
  DataRole provider_role = DataRole::controller;
  DataRole recipient_role = DataRole::user;
  PartyRole recipient = PartyRole::data_user;
  std::string purpose;      // an id of the pack's list
  std::string legal_basis;  // an id of the pack's list
  bool deidentified = false;
  // One person a call, who consented to it separately: `fields` are what is handed over, without the inputs that name the person.
  bool one_person = false;
  std::optional<MeasuredRisk> measured;
  Assessment cross_border = Assessment::not_needed;    // `missing`: the flow crosses the border and nobody assessed it
  Assessment important_data = Assessment::not_needed;  // `missing`: important data without assessment and approval
};

// Why, or what must be done. `id` is stable ("policy.level5_never_leaves"), `clause` is the clause it rests on ("C5.2").
struct Reason {
  std::string id, clause, zh, en;
  static constexpr auto fields = field_list(field("id", &Reason::id), field("clause", &Reason::clause), field("zh", &Reason::zh),
                                            field("en", &Reason::en));
};

struct Decision {
  bool allowed = false;
  Level level;                      // the highest of the fields' levels (G1: 就高不就低)
  std::vector<Reason> reasons;      // denied: every objection; allowed: the rules that let it pass
  std::vector<Reason> obligations;  // what must stand before or during the release; empty when denied
  int64_t k_min = 0;                // the least class size demanded, 0 when none is
  static constexpr auto fields =
      field_list(field("allowed", &Decision::allowed), field("reasons", &Decision::reasons),
                 field("obligations", &Decision::obligations), field("k_min", &Decision::k_min));
};

Decision decide(const rules::RuleSet& rules, const Request& request);

// The decision as a short text for people, one reason a line.
enum class Language { zh, en };
std::string explain(const Decision& decision, Language language);

}  // namespace sluice::policy
