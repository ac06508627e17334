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
struct OperationTag { static constexpr std::string_view prefix = "op"; };
struct ExceptionTag { static constexpr std::string_view prefix = "ex"; };
struct RightTag { static constexpr std::string_view prefix = "ri"; };
struct UnitTag { static constexpr std::string_view prefix = "un"; };
struct SourceTag { static constexpr std::string_view prefix = "sr"; };
struct DeputyshipTag { static constexpr std::string_view prefix = "dy"; };
struct GradedListTag { static constexpr std::string_view prefix = "gl"; };
struct LoweringTag { static constexpr std::string_view prefix = "lo"; };
struct RuleChangeTag { static constexpr std::string_view prefix = "rc"; };
struct PaperTag { static constexpr std::string_view prefix = "lp"; };
struct AssessmentTag { static constexpr std::string_view prefix = "ia"; };
struct ConsentTag { static constexpr std::string_view prefix = "cs"; };
struct SubjectTag { static constexpr std::string_view prefix = "sb"; };
struct SubjectRequestTag { static constexpr std::string_view prefix = "sq"; };
struct RowCorrectionTag { static constexpr std::string_view prefix = "co"; };
struct ProvisionTag { static constexpr std::string_view prefix = "sp"; };
struct TraceTag { static constexpr std::string_view prefix = "tr"; };
struct ItemTag { static constexpr std::string_view prefix = "it"; };
struct ProcessTag { static constexpr std::string_view prefix = "bp"; };
struct ReversalTag { static constexpr std::string_view prefix = "rv"; };
struct StrategyDraftTag { static constexpr std::string_view prefix = "sd"; };
struct AuthorityTag { static constexpr std::string_view prefix = "ca"; };
struct AlarmTag { static constexpr std::string_view prefix = "al"; };
struct CertificateTag { static constexpr std::string_view prefix = "ce"; };
struct ClientTag { static constexpr std::string_view prefix = "cl"; };
struct MandateTag { static constexpr std::string_view prefix = "ma"; };
struct DraftedApplicationTag { static constexpr std::string_view prefix = "da"; };
struct IdentityTag { static constexpr std::string_view prefix = "li"; };

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
using OperationId = Id<OperationTag>;      // something that a person does with data inside the agency
using ExceptionId = Id<ExceptionTag>;      // more than a person's rights allow, for a time
using RightId = Id<RightTag>;              // a right to data inside the agency, with scope and expiry
using UnitId = Id<UnitTag>;                // a unit of an organisation chart
using SourceId = Id<SourceTag>;                // a registered source: what is collected when
using DeputyshipId = Id<DeputyshipTag>;    // one person stands in for another
using PaperId = Id<PaperTag>;              // a legal paper of a register
using AssessmentId = Id<AssessmentTag>;    // a personal-information impact assessment
using ConsentId = Id<ConsentTag>;          // a person's separate consent
using SubjectId = Id<SubjectTag>;          // a person whom data are about: a keyed reference, made by the node (node/subjects.h)
using SubjectRequestId = Id<SubjectRequestTag>;  // what such a person asks for
using RowCorrectionId = Id<RowCorrectionTag>;    // a cell of such a person's rows that is to be corrected
using ProvisionId = Id<ProvisionTag>;      // a statutory provision

using GradedListId = Id<GradedListTag>;    // one issued version of the classification-and-grading list
using LoweringId = Id<LoweringTag>;        // a level below the rules' floor, asked for and decided
using RuleChangeId = Id<RuleChangeTag>;    // other classification rules, proposed, assessed, decided
using ItemId = Id<ItemTag>;                // a holding that is described and not collected
using ProcessId = Id<ProcessTag>;          // a business-process diagram
using TraceId = Id<TraceTag>;              // a search for whose copy a found file was made from
using ReversalId = Id<ReversalTag>;        // masked values back to what they stand for
using StrategyDraftId = Id<StrategyDraftTag>;  // a strategy that waits for review
using AuthorityId = Id<AuthorityTag>;      // a certification authority whose certificates of people count
using AlarmId = Id<AlarmTag>;              // something that was noticed by itself
using CertificateId = Id<CertificateTag>;  // a person's certificate
using ClientId = Id<ClientTag>;            // what programs of a party are known by on the wire
using MandateId = Id<MandateTag>;            // a broker may act for a party
using DraftedApplicationId = Id<DraftedApplicationTag>;  // an application that a broker drafted
using IdentityId = Id<IdentityTag>;        // an account's identity at an outside provider

}  // namespace sluice::space
