// The overloads behind decide(), one per command; each folder's decide.cc defines its own. Internal to the room.
#pragma once

#include "space/command.h"
#include "space/guard.h"

namespace sluice::space {

Result<Events> decide_on(const State&, const Context&, const RegisterParty&);
Result<Events> decide_on(const State&, const Context&, const VerifyParty&);
Result<Events> decide_on(const State&, const Context&, const RegisterPartyKey&);
Result<Events> decide_on(const State&, const Context&, const SuspendParty&);
Result<Events> decide_on(const State&, const Context&, const EnrolPerson&);
Result<Events> decide_on(const State&, const Context&, const GrantDuty&);
Result<Events> decide_on(const State&, const Context&, const RevokeDuty&);
Result<Events> decide_on(const State&, const Context&, const SuspendPerson&);
Result<Events> decide_on(const State&, const Context&, const NoteCredentialChange&);
Result<Events> decide_on(const State&, const Context&, const AskCredentialReset&);
Result<Events> decide_on(const State&, const Context&, const AllowCredentialReset&);
Result<Events> decide_on(const State&, const Context&, const AdoptPlan&);
Result<Events> decide_on(const State&, const Context&, const ReportBatch&);
Result<Events> decide_on(const State&, const Context&, const ReceiptBatch&);
Result<Events> decide_on(const State&, const Context&, const SettleHeld&);
Result<Events> decide_on(const State&, const Context&, const ReportMerge&);
Result<Events> decide_on(const State&, const Context&, const ChangeSourceKey&);
Result<Events> decide_on(const State&, const Context&, const ReportProposals&);
Result<Events> decide_on(const State&, const Context&, const ConfirmFields&);
Result<Events> decide_on(const State&, const Context&, const AdoptStrategy&);
Result<Events> decide_on(const State&, const Context&, const ReportMasking&);
Result<Events> decide_on(const State&, const Context&, const DraftProduct&);
Result<Events> decide_on(const State&, const Context&, const ReportProductCheck&);
Result<Events> decide_on(const State&, const Context&, const ReviewProduct&);
Result<Events> decide_on(const State&, const Context&, const RegisterProduct&);
Result<Events> decide_on(const State&, const Context&, const WithdrawProduct&);
Result<Events> decide_on(const State&, const Context&, const SubmitApplication&);
Result<Events> decide_on(const State&, const Context&, const CastVote&);
Result<Events> decide_on(const State&, const Context&, const RecuseMember&);
Result<Events> decide_on(const State&, const Context&, const CloseVote&);
Result<Events> decide_on(const State&, const Context&, const WithdrawApplication&);
Result<Events> decide_on(const State&, const Context&, const EraseFilter&);
Result<Events> decide_on(const State&, const Context&, const EraseQueries&);
Result<Events> decide_on(const State&, const Context&, const DraftContract&);
Result<Events> decide_on(const State&, const Context&, const SignContract&);
Result<Events> decide_on(const State&, const Context&, const SuspendContract&);
Result<Events> decide_on(const State&, const Context&, const ResumeContract&);
Result<Events> decide_on(const State&, const Context&, const TerminateContract&);
Result<Events> decide_on(const State&, const Context&, const GrantKeys&);
Result<Events> decide_on(const State&, const Context&, const EndGrant&);
Result<Events> decide_on(const State&, const Context&, const PrepareRelease&);
Result<Events> decide_on(const State&, const Context&, const ReportDelivery&);
Result<Events> decide_on(const State&, const Context&, const ReportReleaseFailure&);
Result<Events> decide_on(const State&, const Context&, const OpenApi&);
Result<Events> decide_on(const State&, const Context&, const LeaseQuota&);
Result<Events> decide_on(const State&, const Context&, const SettleLease&);
Result<Events> decide_on(const State&, const Context&, const RevokeRelease&);
Result<Events> decide_on(const State&, const Context&, const CertifyDestruction&);
Result<Events> decide_on(const State&, const Context&, const OpenBackupEpoch&);
Result<Events> decide_on(const State&, const Context&, const ReportBackup&);
Result<Events> decide_on(const State&, const Context&, const ReportRestore&);
Result<Events> decide_on(const State&, const Context&, const ProposeKeyWork&);
Result<Events> decide_on(const State&, const Context&, const WitnessKeyWork&);
Result<Events> decide_on(const State&, const Context&, const DestroyKeys&);
Result<Events> decide_on(const State&, const Context&, const ReportRowsDestroyed&);
Result<Events> decide_on(const State&, const Context&, const ReportEpochDestroyed&);
Result<Events> decide_on(const State&, const Context&, const ReportKeysRotated&);
Result<Events> decide_on(const State&, const Context&, const CloseKeyWork&);
Result<Events> decide_on(const State&, const Context&, const AdoptAccessRules&);
Result<Events> decide_on(const State&, const Context&, const GrantAccess&);
Result<Events> decide_on(const State&, const Context&, const RevokeAccess&);
Result<Events> decide_on(const State&, const Context&, const RequestOperation&);
Result<Events> decide_on(const State&, const Context&, const DecideOperation&);
Result<Events> decide_on(const State&, const Context&, const WithdrawOperation&);
Result<Events> decide_on(const State&, const Context&, const StartOperation&);
Result<Events> decide_on(const State&, const Context&, const ReportOperation&);
Result<Events> decide_on(const State&, const Context&, const ReportOperationFailure&);
Result<Events> decide_on(const State&, const Context&, const RequestException&);
Result<Events> decide_on(const State&, const Context&, const DecideException&);
Result<Events> decide_on(const State&, const Context&, const EndException&);
Result<Events> decide_on(const State&, const Context&, const ReviewException&);
Result<Events> decide_on(const State&, const Context&, const DefineUnit&);
Result<Events> decide_on(const State&, const Context&, const PlaceInUnit&);
Result<Events> decide_on(const State&, const Context&, const AppointDeputy&);
Result<Events> decide_on(const State&, const Context&, const EndDeputyship&);
Result<Events> decide_on(const State&, const Context&, const EngageOutsider&);
Result<Events> decide_on(const State&, const Context&, const ApplyVerdict&);
Result<Events> decide_on(const State&, const Context&, const DescribeDataset&);
Result<Events> decide_on(const State&, const Context&, const IssueList&);
Result<Events> decide_on(const State&, const Context&, const SignList&);
Result<Events> decide_on(const State&, const Context&, const ReportAssociation&);
Result<Events> decide_on(const State&, const Context&, const RequestLowering&);
Result<Events> decide_on(const State&, const Context&, const DecideLowering&);
Result<Events> decide_on(const State&, const Context&, const ProposeRules&);
Result<Events> decide_on(const State&, const Context&, const ReportAssessment&);
Result<Events> decide_on(const State&, const Context&, const DecideRules&);

}  // namespace sluice::space
