// An application as it would be submitted now: every check of SubmitApplication, for a person of the applicant and for who drafts for it.
#pragma once

#include <span>

#include "space/command.h"
#include "space/state.h"

namespace sluice::space {

// `looks` must see the product; `hands` are the people who took part in it, none of whom sits on the committee that decides.
Result<ApplicationSubmitted> submission(const State& state, const Context& context, const Person& looks, const Party& applicant, const ProductId& product,
                                        const ApplicationForm& form, std::span<const PersonId> hands);

}  // namespace sluice::space
