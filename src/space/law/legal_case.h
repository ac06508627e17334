// The legal station of a release (C5.2, C6.4, C7.1.2, G4.6a): what its case demands, and what of it is there.
//
// The demands come from the `law` pack (policy/legal_case.h); here each is looked up in the registers of the state. A release is
// prepared or opened, and each request of an API answered, only when everything is there; the refusal is the first demand's that is
// not ("law.assessment_missing", "law.assessment_due_again" with what changed, "law.agreement_missing", …), its detail names all of
// them with their clauses. Pure: the same state and time give the same answer.
#pragma once

#include <string>
#include <vector>

#include "policy/legal_case.h"
#include "rules/rule_set.h"
#include "space/state.h"

namespace sluice::space {

struct DemandState {
  std::string id, clause, zh, en;
  bool met = false;
  std::string by;      // the id of what meets it
  std::string reason;  // the refusal's id where nothing does
  std::string detail;  // what changed since the assessment; an expiry
  static constexpr auto fields =
      field_list(field("id", &DemandState::id), field("clause", &DemandState::clause), field("zh", &DemandState::zh), field("en", &DemandState::en),
                 field("met", &DemandState::met), field("by", &DemandState::by), field("reason", &DemandState::reason),
                 field("detail", &DemandState::detail));
};
struct LegalCase {
  int level = 1;
  bool one_person = false, cross_border = false, important_data = false, human_genetic = false;
  std::vector<DemandState> demands;
  bool complete() const;
  static constexpr auto fields =
      field_list(field("level", &LegalCase::level), field("one_person", &LegalCase::one_person), field("cross_border", &LegalCase::cross_border),
                 field("important_data", &LegalCase::important_data), field("human_genetic", &LegalCase::human_genetic),
                 field("demands", &LegalCase::demands));
};

LegalCase legal_case(const State& state, const rules::RuleSet& rules, const Contract& contract, TimeMs now);
Status legal_station(const State& state, const rules::RuleSet& rules, const Contract& contract, TimeMs now);

// The same for a statutory provision: of the pack's demands those that hold for important data, human genetic data and flows abroad, met by
// papers of its requester and dataset; consent and assessment are not asked where the law itself demands the data.
LegalCase provision_case(const State& state, const rules::RuleSet& rules, const PartyId& owner, const ProvisionForm& form, int level, TimeMs now);

// "law.…_missing" as in legal_station, for a case.
Status complete_or_refused(const LegalCase& found);

// Whether columns of a dataset stand in a catalog of this kind ("important_data", "human_genetic_data") that is in force.
bool is_catalogued(const State& state, std::string_view kind, const DatasetId& dataset, const std::vector<std::string>& columns, TimeMs now);
// What a paper for one flow must cover.
struct PaperFlow {
  ProductId product;
  PartyId recipient;
  std::string_view purpose;
  const std::vector<std::string>& columns;
};
// A checked paper of the kind for product and recipient, with purpose where the paper names one, and with all columns where it
// names columns, or null.
const Paper* paper_for(const State& state, std::string_view kind, const PaperFlow& flow, TimeMs now);

// What the contract has other than its assessment was about, by name ("legal_basis, fields"); empty: nothing. What an assessment of
// an older form does not say is not compared.
std::string changed_since(const State& state, const rules::LawPack& law, const Assessment& assessment, const ContractTerms& terms, bool cross_border, TimeMs now);

// The highest level of a product's fields now.
int64_t assessed_level(const State& state, const ProductId& product, const std::vector<std::string>& columns, TimeMs now);

// The consent of a person that covers this contract: "law.consent_missing", "law.consent_withdrawn", "law.consent_not_checked", "law.consent_not_searched", "law.consent_expired",
// "law.consent_other_recipient", "law.consent_other_purpose", "law.consent_other_fields".
Result<ConsentId> consent_for(const State& state, const ContractTerms& terms, const SubjectId& subject, TimeMs now);

}  // namespace sluice::space
