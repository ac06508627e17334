// Every event of a space, as one closed set: a new event breaks the build until every place knows it.
//
// wire: the ledger's entry has kind_of, version 1, the actor, objects_of (every non-empty id among the event's fields, in
// field order, without repetition) and body_of (the encoded record). event_from is the inverse; kinds that are not
// events of the state machine (ledger.*, segment.*) give "event.not_ours". Fields named in `erased` may be absent from the
// body and read as empty.
#pragma once

#include <string>
#include <vector>

#include "base/one_of.h"
#include "space/access/access.h"
#include "space/alarm/alarm.h"
#include "space/application/application.h"
#include "space/catalog/catalog.h"
#include "space/catalog/inventory.h"
#include "space/change/change.h"
#include "space/collection/code_table.h"
#include "space/collection/collection.h"
#include "space/collection/same_rows.h"
#include "space/contract/contract.h"
#include "space/credential/credential.h"
#include "space/custody/custody.h"
#include "space/deident/draft.h"
#include "space/deident/masking.h"
#include "space/exception/exception.h"
#include "space/inventory/item.h"
#include "space/inventory/own_levels.h"
#include "space/inventory/process.h"
#include "space/law/assessment.h"
#include "space/law/consent.h"
#include "space/law/paper.h"
#include "space/law/provision.h"
#include "space/law/retention.h"
#include "space/law/row_correction.h"
#include "space/law/subject.h"
#include "space/mandate/mandate.h"
#include "space/operation/operation.h"
#include "space/organisation/organisation.h"
#include "space/party/party.h"
#include "space/person/person.h"
#include "space/product/product.h"
#include "space/release/release.h"
#include "space/source/source.h"
#include "space/reversal/reversal.h"
#include "space/storage/storage.h"
#include "space/tracing/tracing.h"

namespace sluice::space {

// A command of a known person that was refused: the refusal is all it leaves.
struct CommandRefused {
  static constexpr std::string_view kind = "command.refused";
  std::string command, reason;
  static constexpr auto fields = field_list(field("command", &CommandRefused::command), field("reason", &CommandRefused::reason));
};

struct Event : OneOf<
    PartyRegistered, PartyVerified, PartyKeyRegistered, PartySuspended, PersonEnrolled, DutyGranted, DutyRevoked, PersonSuspended, PersonResumed,
    PersonResumeAsked, PersonResumeRefused,
    CredentialChanged, PlanAdopted, BatchSealed, BatchHeld, BatchReceipted, FileRefused, SameRowsFound, SameRowsDecided, HeldSettled, VersionsMerged, SourceKeyChanged, FieldsProposed, FieldConfirmed, StrategyAdopted, VersionMasked,
    ProductDrafted, ProductChecked, ProductReviewed, ProductRegistered, ProductWithdrawn, ApplicationSubmitted, VoteCast, MemberRecused,
    ApplicationDecided, ApplicationWithdrawn, ContractDrafted, ContractSigned, ContractSuspended, ContractResumed, ContractTerminated, KeysGranted,
    KeysGrantEnded, ReleasePrepared, ReleaseDelivered, ReleaseFailed, QuotaLeased, LeaseSettled, ReleaseRevoked, CommandRefused,
    BackupEpochOpened, EpochFileKept, EpochCopyGone, RootChanged, BackupMade, SpaceRestored, KeyWorkProposed, KeyWorkWitnessed, KeysDestroyed, VersionRewritten,
    BackupEpochDestroyed, TombstonesListed, KeysRotated, KeyWorkDecided, KeyWorkClosed, DatasetDestroyed, PersonRowsDestroyed, FilterErased, QueriesErased, CredentialResetAsked, CredentialResetAllowed,
    AccessRulesAdopted, AccessGranted, AccessRevoked, OperationRequested, OperationDecided, OperationWithdrawn, OperationStarted,
    OperationDone, OperationFailed, ExceptionRequested, ExceptionDecided, ExceptionEnded, ExceptionReviewed, UnitDefined, PersonPlaced,
    DeputyAppointed, DeputyshipEnded, DeputyActed, OutsiderEngaged, DestructionCertified,
    FieldReopened, VerdictRemembered, DatasetDescribed, ListIssued, ListSigned, AssociationMeasured, LoweringRequested, LoweringDecided,
    RulesProposed, RulesAssessed, RulesDecided,
    PaperEntered, PaperChecked, PaperEnded, AssessmentDrafted, AssessmentDecided, ConsentRecorded, ConsentChecked, ConsentSearched, UnsearchableConfirmed, ConsentWithdrawn,
    SubjectRequestTaken, SubjectVerified, SubjectRequestDecided, SubjectRequestAnswered, SubjectSearchStarted, SubjectSearched, SubjectLinksDecided, ProvisionRequested, ProvisionApproved,
    ProvisionStarted, ProvisionDelivered, ProvisionFailed, ProvisionNoted, ProvisionCertified, ProvisionChased, RetentionExtended, HoldEnded, RecipientChased, RowCorrectionProposed, RowCorrectionDecided, RowCorrected,
    SourceRegistered, SourceChanged, SourceTakenOver, SourceAmended, SourceSecretChanged, SourceHandedOver, SourceHostAllowed, SourceHostForbidden, SourceRan, RowsDeleted, CodeTableAdopted,
    StoragePolicyAdopted, VersionTiered, InventoryTaken, RestoreRehearsed, StorageWorkFailed,
    ReleaseMarked, TraceStarted, TraceDone, TraceFailed, ReversalRequested, ReversalDecided, ReversalWithdrawn, ReversalStarted, ReversalDone,
    ReversalFailed,
    PartyKeyProposed, PartyKeyRefused, PartyResumeAsked, PartyResumeRefused, PartyResumed, ClientProposed, ClientDecided, ClientEnded, ClientRevocationsTaken,
    MutualTlsDemanded, MutualTlsEndAsked, MutualTlsEndDecided, HeadNamed, IdentityAsked, IdentityDecided,
    AuthorityAdopted, AuthorityEnded, CertificateRegistered, CertificateRevoked, RevocationsTaken, SignInProviderSet, SignInProviderRemoved,
    ItemDescribed, ItemGraded, ItemEnded, ProcessDrawn, ProcessRemoved, OwnLevelsAdopted,
    MandateProposed, MandateConfirmed, MandateAccepted, MandateEnded, MandateActed, ApplicationDrafted, DraftedApplicationDecided, DraftedApplicationWithdrawn, DeliveryChased,
    StrategyDraftSubmitted, StrategyDraftDecided, StrategyDraftWithdrawn,
    AlarmsSet, AlarmChannelSet, AlarmChannelRemoved, AlarmChannelTested, AlarmRaised, AlarmAcknowledged, AlarmCleared, AlarmDelivered, AlarmUndelivered> {
  using OneOf::OneOf;
};

using Events = std::vector<Event>;

std::string_view kind_of(const Event& event);
Json body_of(const Event& event);
std::vector<std::string> objects_of(const Event& event);
Result<Event> event_from(std::string_view kind, int version, const Json& body, std::span<const std::string> erased = {});

}  // namespace sluice::space
