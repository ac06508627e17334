// The decision of a meeting 会议审批 about what one person decides otherwise: an operation, an exception, an assessment, a statutory provision, a lowering, a
// review of a product, work on keys. Its minutes (a paper of kind meeting_approval) name it; who checks them is one who may decide it, and not who entered them.
#pragma once

#include "space/decisions.h"

namespace sluice::space {

// That what the minutes name is there, is the party's own and still awaits its decision ("law.meeting_decides_nothing"), and that those present are two or
// more people of the party, each once ("law.meeting_members"). Papers of other kinds name nothing.
Status check_meeting(const State& state, const Person& person, const PaperForm& form);

// What the decision is in the ledger, as one of whoever checks the minutes; refused as theirs at the screen would be.
Result<Events> decided_by_meeting(const State& state, const Context& context, const PaperForm& form);

}  // namespace sluice::space
