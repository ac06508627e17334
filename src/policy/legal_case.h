// What the law demands of a release before data may leave (C5.2, C7.1.2, G4.6a): the demands of the `law` pack whose conditions hold.
//
// demands_of() is pure and total; it says what is demanded, not whether it is there: that is for whoever holds the registers
// (space/law/legal_case.h), so that the same list explains a refusal, a page and a report.
#pragma once

#include <string>
#include <vector>

#include "rules/law_pack.h"
#include "standard/taxonomy.h"

namespace sluice::policy {

struct CaseFacts {
  Level level;  // of what is handed over
  Scenario scenario = Scenario::controller_to_user;
  std::string legal_basis;
  bool one_person = false, cross_border = false, important_data = false, human_genetic = false;
};

// In the order of the pack; the pointers live as long as it.
std::vector<const rules::LawDemand*> demands_of(const rules::LawPack& pack, const CaseFacts& facts);

}  // namespace sluice::policy
