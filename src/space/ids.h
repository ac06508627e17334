// The identifiers of everything a space decides about. Opaque, random, never derived from data.
#pragma once

#include "base/id.h"

namespace sluice::space {

struct PartyTag { static constexpr std::string_view prefix = "pt"; };
struct PersonTag { static constexpr std::string_view prefix = "ps"; };
struct PlanTag { static constexpr std::string_view prefix = "pl"; };
struct BatchTag { static constexpr std::string_view prefix = "bt"; };
struct DatasetTag { static constexpr std::string_view prefix = "ds"; };
struct VersionTag { static constexpr std::string_view prefix = "dv"; };
struct GrantTag { static constexpr std::string_view prefix = "gr"; };
struct StrategyTag { static constexpr std::string_view prefix = "st"; };
struct ProductTag { static constexpr std::string_view prefix = "pd"; };
struct ApplicationTag { static constexpr std::string_view prefix = "ap"; };
struct ContractTag { static constexpr std::string_view prefix = "ct"; };
struct ReleaseTag { static constexpr std::string_view prefix = "rl"; };
struct LeaseTag { static constexpr std::string_view prefix = "le"; };
struct BackupTag { static constexpr std::string_view prefix = "bk"; };
struct EpochTag { static constexpr std::string_view prefix = "be"; };
struct KeyWorkTag { static constexpr std::string_view prefix = "kw"; };

using PartyId = Id<PartyTag>;              // an organisation that takes part
using PersonId = Id<PersonTag>;            // an account of a person
using PlanId = Id<PlanTag>;                // a collection plan
using BatchId = Id<BatchTag>;              // one file that a source handed over
using DatasetId = Id<DatasetTag>;          // what a plan fills
using VersionId = Id<VersionTag>;          // one sealed version of a dataset, never changed
using GrantId = Id<GrantTag>;              // a permission to use column keys
using StrategyId = Id<StrategyTag>;        // a masking strategy
using ProductId = Id<ProductTag>;          // a data product
using ApplicationId = Id<ApplicationTag>;  // a party asks for a product
using ContractId = Id<ContractTag>;        // what was agreed
using ReleaseId = Id<ReleaseTag>;          // data leave under a contract
using LeaseId = Id<LeaseTag>;              // a block of calls taken from a contract's quota
using BackupId = Id<BackupTag>;            // one backup of the whole space
using EpochId = Id<EpochTag>;              // the backups under one destroyable secret
using KeyWorkId = Id<KeyWorkTag>;          // an operation on keys under dual control

}  // namespace sluice::space
