// What the rows that a search wrote reach of the models that it was asked for: written by another hand than the search's judge and the check's counting, so that
// three must agree. Models and their units: docs/formats/deident-receipt.md.
//
// k-map and presence compare with the people of a population: its rows whose quasi-identifiers, brought to the level that stands in the file, are those of a
// class; never fewer than the class has rows, since a population may be incomplete. Levels are those of a full-domain transformation.
#pragma once

#include <vector>

#include "anonymity/anonymize.h"
#include "deident/receipt.h"

namespace sluice::deident {

// `after`: the quasi-identifiers and the sensitive columns that went out. A column of person keys that was dropped is counted by the search alone.
Result<std::vector<ModelReceipt>> models_reached(const anonymity::Request& request, const anonymity::Report& report, const anonymity::CsvTable& after);

}  // namespace sluice::deident
