// From a rule of a strategy to a technique that runs on batches; nothing for the plain ones of deident/kernels.h.
#pragma once

#include <memory>

#include "deident/kernels.h"
#include "deident/strategy.h"
#include "deident/technique.h"
#include "deident/value_hierarchy.h"

namespace sluice::deident {

class KnownNames;

// `names`: what the run's columns of free text share; null: a cell knows only its own. `key` is the run's key, present where the technique is keyed. Keys of techniques are derived from it, the scope, the
// technique's name and the domain: HKDF-SM3.
Result<std::unique_ptr<BoundTechnique>> bind_technique(const Strategy& strategy, const FieldRule& rule, const std::optional<SecretBytes>& key,
                                                       std::shared_ptr<KnownNames> names = {});
// What a rule of technique `hierarchy` names: the strategy's own before a built-in one.
Result<ValueHierarchy> hierarchy_of(const Strategy& strategy, const FieldRule& rule);
SecretBytes derive_key(const SecretBytes& key, const Strategy& strategy, std::string_view technique, std::string_view domain);

}  // namespace sluice::deident
