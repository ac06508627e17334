// Which filter values are personal identifiers (id numbers, phones, insurance numbers) and must not enter the ledger (C6.5.1).
//
// A condition is personal when its column identifies people after the confirmed grading, masked or not (a pseudonym singles
// one person out), when the catalog does not know the column (it fails closed), or when a value, on whatever column, has
// the form of an ID number or of a mobile number. Only conditions that carry values can be personal: one that refers to the
// registry has none.
#pragma once

#include "space/state.h"

namespace sluice::space {

constexpr size_t kMaskedBytesMax = 40;

// "eq", "ne", "lt", "le", "gt", "ge", "in", "prefix".
bool is_filter_op(std::string_view op);

bool is_personal(const State& state, const DatasetId& dataset, const VersionId& version, const RowCondition& condition);

// What a signer reads instead of the value: four stars and the last two characters, stars alone for short values. The number
// of stars says nothing about the length.
std::string masked_value(std::string_view value);

}  // namespace sluice::space
