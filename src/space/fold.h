// The folds of modules that keep them in a file of their own, beside their decisions; apply.cc holds the others. Internal to
// the room.
#pragma once

#include "space/state.h"

namespace sluice::space {

// Gives the version the next number of its dataset and keeps it.
void add_version(State& s, DatasetVersion version);

void fold(State&, const AccessRulesAdopted&, const EventPlace&);
void fold(State&, const AccessGranted&, const EventPlace&);
void fold(State&, const AccessRevoked&, const EventPlace&);
void fold(State&, const OperationRequested&, const EventPlace&);
void fold(State&, const OperationDecided&, const EventPlace&);
void fold(State&, const OperationWithdrawn&, const EventPlace&);
void fold(State&, const OperationStarted&, const EventPlace&);
void fold(State&, const OperationDone&, const EventPlace&);
void fold(State&, const OperationFailed&, const EventPlace&);
void fold(State&, const ExceptionRequested&, const EventPlace&);
void fold(State&, const ExceptionDecided&, const EventPlace&);
void fold(State&, const ExceptionEnded&, const EventPlace&);
void fold(State&, const ExceptionReviewed&, const EventPlace&);
void fold(State&, const UnitDefined&, const EventPlace&);
void fold(State&, const PersonPlaced&, const EventPlace&);
void fold(State&, const DeputyAppointed&, const EventPlace&);
void fold(State&, const DeputyshipEnded&, const EventPlace&);
void fold(State&, const DeputyActed&, const EventPlace&);
void fold(State&, const OutsiderEngaged&, const EventPlace&);
void fold(State&, const BackupEpochOpened&, const EventPlace&);
void fold(State&, const EpochFileKept&, const EventPlace&);
void fold(State&, const EpochCopyGone&, const EventPlace&);
void fold(State&, const BackupMade&, const EventPlace&);
void fold(State&, const RootChanged&, const EventPlace&);
void fold(State&, const SpaceRestored&, const EventPlace&);
void fold(State&, const KeyWorkProposed&, const EventPlace&);
void fold(State&, const KeyWorkWitnessed&, const EventPlace&);
void fold(State&, const KeysDestroyed&, const EventPlace&);
void fold(State&, const VersionRewritten&, const EventPlace&);
void fold(State&, const BackupEpochDestroyed&, const EventPlace&);
void fold(State&, const TombstonesListed&, const EventPlace&);
void fold(State&, const KeyWorkDecided&, const EventPlace&);
void fold(State&, const KeysRotated&, const EventPlace&);
void fold(State&, const KeyWorkClosed&, const EventPlace&);
void fold(State&, const FieldReopened&, const EventPlace&);
void fold(State&, const VerdictRemembered&, const EventPlace&);
void fold(State&, const DatasetDescribed&, const EventPlace&);
void fold(State&, const ListIssued&, const EventPlace&);
void fold(State&, const ListSigned&, const EventPlace&);
void fold(State&, const AssociationMeasured&, const EventPlace&);
void fold(State&, const LoweringRequested&, const EventPlace&);
void fold(State&, const LoweringDecided&, const EventPlace&);
void fold(State&, const RulesProposed&, const EventPlace&);
void fold(State&, const RulesAssessed&, const EventPlace&);
void fold(State&, const RulesDecided&, const EventPlace&);
void fold(State&, const PaperEntered&, const EventPlace&);
void fold(State&, const PaperChecked&, const EventPlace&);
void fold(State&, const PaperEnded&, const EventPlace&);
void fold(State&, const AssessmentDrafted&, const EventPlace&);
void fold(State&, const AssessmentDecided&, const EventPlace&);
void fold(State&, const ConsentRecorded&, const EventPlace&);
void fold(State&, const ConsentChecked&, const EventPlace&);
void fold(State&, const ConsentSearched&, const EventPlace&);
void fold(State&, const UnsearchableConfirmed&, const EventPlace&);
void fold(State&, const ConsentWithdrawn&, const EventPlace&);
void fold(State&, const SubjectRequestTaken&, const EventPlace&);
void fold(State&, const SubjectVerified&, const EventPlace&);
void fold(State&, const SubjectRequestDecided&, const EventPlace&);
void fold(State&, const SubjectRequestAnswered&, const EventPlace&);
void fold(State&, const SubjectSearchStarted&, const EventPlace&);
void fold(State&, const SubjectSearched&, const EventPlace&);
void fold(State&, const ProvisionRequested&, const EventPlace&);
void fold(State&, const ProvisionApproved&, const EventPlace&);
void fold(State&, const ProvisionStarted&, const EventPlace&);
void fold(State&, const ProvisionDelivered&, const EventPlace&);
void fold(State&, const ProvisionFailed&, const EventPlace&);
void fold(State&, const ProvisionNoted&, const EventPlace&);
void fold(State&, const ProvisionCertified&, const EventPlace&);
void fold(State&, const ProvisionChased&, const EventPlace&);
void fold(State&, const RetentionExtended&, const EventPlace&);
void fold(State&, const RecipientChased&, const EventPlace&);
void fold(State&, const SourceRegistered&, const EventPlace&);
void fold(State&, const SourceChanged&, const EventPlace&);
void fold(State&, const SourceTakenOver&, const EventPlace&);
void fold(State&, const SourceAmended&, const EventPlace&);
void fold(State&, const SourceSecretChanged&, const EventPlace&);
void fold(State&, const SourceHandedOver&, const EventPlace&);
void fold(State&, const SourceHostAllowed&, const EventPlace&);
void fold(State&, const SourceHostForbidden&, const EventPlace&);
void fold(State&, const SourceRan&, const EventPlace&);
void fold(State&, const RowsDeleted&, const EventPlace&);
void fold(State&, const CodeTableAdopted&, const EventPlace&);
void fold(State&, const StoragePolicyAdopted&, const EventPlace&);
void fold(State&, const VersionTiered&, const EventPlace&);
void fold(State&, const InventoryTaken&, const EventPlace&);
void fold(State&, const RestoreRehearsed&, const EventPlace&);
void fold(State&, const StorageWorkFailed&, const EventPlace&);
void fold(State&, const ReleaseMarked&, const EventPlace&);
void fold(State&, const TraceStarted&, const EventPlace&);
void fold(State&, const TraceDone&, const EventPlace&);
void fold(State&, const TraceFailed&, const EventPlace&);
void fold(State&, const ReversalRequested&, const EventPlace&);
void fold(State&, const ReversalDecided&, const EventPlace&);
void fold(State&, const ReversalWithdrawn&, const EventPlace&);
void fold(State&, const ReversalStarted&, const EventPlace&);
void fold(State&, const ReversalDone&, const EventPlace&);
void fold(State&, const ReversalFailed&, const EventPlace&);
void fold(State&, const StrategyDraftSubmitted&, const EventPlace&);
void fold(State&, const StrategyDraftDecided&, const EventPlace&);
void fold(State&, const StrategyDraftWithdrawn&, const EventPlace&);
void fold(State&, const AuthorityAdopted&, const EventPlace&);
void fold(State&, const AuthorityEnded&, const EventPlace&);
void fold(State&, const CertificateRegistered&, const EventPlace&);
void fold(State&, const CertificateRevoked&, const EventPlace&);
void fold(State&, const RevocationsTaken&, const EventPlace&);
void fold(State&, const SignInProviderSet&, const EventPlace&);
void fold(State&, const SignInProviderRemoved&, const EventPlace&);
void fold(State&, const ItemDescribed&, const EventPlace&);
void fold(State&, const ItemGraded&, const EventPlace&);
void fold(State&, const ItemEnded&, const EventPlace&);
void fold(State&, const ProcessDrawn&, const EventPlace&);
void fold(State&, const ProcessRemoved&, const EventPlace&);
void fold(State&, const OwnLevelsAdopted&, const EventPlace&);

}  // namespace sluice::space
