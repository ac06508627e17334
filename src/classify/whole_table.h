// Tables that as a whole are about content of level 4 or 5: a special disease, an epidemic, genes.
//
// What such a table holds about care and health has that level, column by column: the date of an HIV visit is about HIV. The
// likeness to labelled columns knows the date only, so the rule of the guide is applied to its answer: by the same contexts
// that the dictionary is read by (rules/types.yaml).
#pragma once

#include <string_view>
#include <vector>

#include "classify/choice.h"
#include "classify/name_reader.h"

namespace sluice::classify {

// What the table is about, when its name or comment says so and not its columns alone; empty otherwise.
std::string_view whole_subject(const TableContext& table);
// What a type of care or health below level 4 becomes in a table about `subject`; null when it stays as it is.
const rules::TypeRule* raised_by_table(const NameReader& reader, std::string_view subject, const rules::TypeRule& type);
// The chances of all such types go to what they become.
void raise_by_table(const NameReader& reader, std::string_view subject, std::vector<Scored>& candidates);

}  // namespace sluice::classify
