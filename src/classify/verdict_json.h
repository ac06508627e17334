// A verdict read back from the JSON that to_json made of it: what a long scan keeps of the tables that it has done. The features of
// its evidence (Traits) are not kept. "record.missing_field", "record.wrong_kind", "record.unknown_name".
#pragma once

#include "classify/classify.h"

namespace sluice::classify {

Result<Verdict> verdict_from(const Json& json);

}  // namespace sluice::classify
