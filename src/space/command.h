// Every command of a space, and what a decision may look at besides the state.
#pragma once

#include <functional>
#include <memory>

#include "base/one_of.h"
#include "base/random.h"
#include "rules/rule_set.h"
#include "space/event.h"

namespace sluice::space {

struct State;

struct Command : OneOf<
    RegisterParty, VerifyParty, RegisterPartyKey, SuspendParty, EnrolPerson, GrantDuty, RevokeDuty, SuspendPerson, ResumePerson, DecidePersonResume, NoteCredentialChange, AdoptPlan,
    ReportBatch, ReceiptBatch, ReportRefusedFile, ReportSameRows, DecideSameRows, SettleHeld, ReportMerge, ChangeSourceKey, ReportProposals, ConfirmFields, AdoptStrategy, ReportMasking, DraftProduct, ReportProductCheck, ReviewProduct,
    RegisterProduct, WithdrawProduct, SubmitApplication, CastVote, RecuseMember, CloseVote, WithdrawApplication, DraftContract, SignContract,
    SuspendContract, ResumeContract, TerminateContract, GrantKeys, EndGrant, PrepareRelease, ReportDelivery, ReportReleaseFailure, OpenApi,
    LeaseQuota, SettleLease, RevokeRelease, OpenBackupEpoch, KeepEpochFile, CloseEpoch, ReportEpochCopyGone, ConfirmEpochCopyGone, ReportRootChanged, ReportBackup, ReportRestore, ProposeKeyWork, WitnessKeyWork, DestroyKeys,
    ReportRowsDestroyed, ReportPersonDestroyed, ReportEpochDestroyed, ReportTombstones, ReportKeysRotated, DecideKeyWork, CloseKeyWork, EraseFilter, EraseQueries, AskCredentialReset,
    AllowCredentialReset, AdoptAccessRules, GrantAccess, RevokeAccess, RequestOperation, DecideOperation, WithdrawOperation,
    StartOperation, ReportOperation, ReportOperationFailure, RequestException, DecideException, EndException, ReviewException,
    DefineUnit, PlaceInUnit, AppointDeputy, EndDeputyship, EngageOutsider, CertifyDestruction,
    ApplyVerdict, DescribeDataset, IssueList, SignList, ReportAssociation, RequestLowering, DecideLowering, ProposeRules,
    ReportAssessment, DecideRules,
    EnterPaper, CheckPaper, EndPaper, DraftAssessment, DecideAssessment, RecordConsent, StartConsentCheck, CheckConsent, ReportConsentSearch, ConfirmUnsearchable, WithdrawConsent, TakeSubjectRequest,
    VerifySubject, DecideSubjectRequest, AnswerSubjectRequest, StartSubjectSearch, ReportSubjectSearch, DecideSubjectLinks, RequestProvision, ApproveProvision, StartProvision, ReportProvision,
    ReportProvisionFailure, NoteProvision, CertifyProvision, ChaseProvision, KeepLonger, EndHold, ChaseRecipient, ProposeRowCorrection, DecideRowCorrection, ReportRowCorrection,
    RegisterSource, ChangeSource, TakeOverSource, AmendSource, ChangeSourceSecret, HandOverSource, AllowSourceHost, ForbidSourceHost, ReportRun, ReportDeletion, AdoptCodeTable,
    AdoptStoragePolicy, ReportTier, ReportInventory, ReportRehearsal, ReportStorageFailure,
    ReportMarks, StartTrace, ReportTrace, ReportTraceFailure, RequestReversal, DecideReversal, WithdrawReversal, StartReversal,
    ReportReversal, ReportReversalFailure,
    DecidePartyKey, ResumeParty, DecideResume, ProposeClient, DecideClient, EndClient, TakeClientRevocations, DemandMutualTls, AskMutualTlsEnd, DecideMutualTlsEnd, NameHead, AskIdentity, DecideIdentity,
    AdoptAuthority, EndAuthority, RegisterCertificate, RevokeCertificate, ReportRevocations, SetSignInProvider, RemoveSignInProvider,
    ProposeMandate, ConfirmMandate, AcceptMandate, EndMandate, DraftApplication, DecideDraftedApplication, WithdrawDraftedApplication, ChaseDelivery,
    DescribeItem, GradeItem, EndItem, DrawProcess, RemoveProcess, AdoptOwnLevels, SubmitStrategyDraft, DecideStrategyDraft,
    WithdrawStrategyDraft,
    SetAlarms, SetAlarmChannel, RemoveAlarmChannel, ReportChannelTest, RaiseAlarm, ReportAlarmOver, ReportAlarmDelivery, AcknowledgeAlarm, ClearAlarm> {
  using OneOf::OneOf;
};

std::string_view kind_of(const Command& command);

// Who asks. The node itself acts as `system` for what no person decides (reports of finished work, leases); a person who
// started that work is named beside it.
struct Principal {
  PersonId person;
  bool system = false;
  bool stepped_up = false;  // a second factor was given within the last minutes
};

// The rule set behind a party's own packs, by the digest of their texts (space/change).
using OwnRules = std::function<Result<std::shared_ptr<const rules::RuleSet>>(const Digest& content)>;

// Whether two accounts are one human being's, by what the registry knows of them (node/same_person.h).
using SamePerson = std::function<bool(const PersonId&, const PersonId&)>;

// `rules` are the rule packs in force; what they said is written into the events, so that replay never asks them again.
struct Context {
  TimeMs now = 0;
  RandomSource& random;
  const rules::RuleSet& rules;
  Principal principal;
  // What a decision leaned on: the deputyship through which the person had a duty. decide() puts it on record.
  mutable const Deputyship* deputyship = nullptr;
  mutable Duty deputised = Duty::data_user;
  const OwnRules* own_rules = nullptr;
  const SamePerson* same_person = nullptr;  // null: only what has the same id is the same person
};

// The rules that grade this party's data: those of its approved change, else `context.rules`. Errors of the provider pass: what
// cannot be read must not silently become the built-in rules.
Result<std::shared_ptr<const rules::RuleSet>> grading_rules(const State& state, const Context& context, const PartyId& party);

}  // namespace sluice::space
