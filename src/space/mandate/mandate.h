// Mandates 委托授权: an agency or a data user (the principal) lets a broker act for it (C5.5).
//
//   (new) ──ProposeMandate──▶ proposed ──ConfirmMandate (the principal's signer, another person, second factor)──▶ confirmed | refused
//   confirmed ──AcceptMandate (the broker's person, second factor)──▶ accepted | refused;  any of these ──EndMandate──▶ ended
//   accepted counts from from_ms until until_ms and ends there by itself; the principal's EndMandate (or the broker's) counts at once.
//
// Under it a broker's person prepares what the principal's own people then decide; nothing that binds is among the acts:
//   draft_product      a product of the datasets that it names; the principal checks and reviews it as any other
//   draft_application  an application for a product: it waits until a person of the principal submits it under the own name
//   draft_contract     the contract of an approved application for a product of the principal; both sides sign it themselves
//   chase              reminds the provider of a delivery, or a recipient of its destruction certificate
// Each act stands in the ledger with its mandate (MandateActed, in the transaction of the act). A broker's people do nothing else and see
// nothing but what their mandates cover, never a row, a file or a key (broker.h).
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/application/application.h"
#include "space/ids.h"

namespace sluice::space {

constexpr TimeMs kMandateMsMax = 366 * kDayMs;

enum class MandateAct { draft_product, draft_application, draft_contract, chase };
constexpr std::array<std::string_view, 4> enum_names(MandateAct) { return {"draft_product", "draft_application", "draft_contract", "chase"}; }

// `products` empty: every product that the act could be about. `datasets` are the principal's own, of draft_product alone.
struct MandateForm {
  PartyId broker;
  std::vector<MandateAct> acts;
  std::vector<ProductId> products;
  std::vector<DatasetId> datasets;
  std::vector<std::string> purposes;  // of applications and contracts
  TimeMs from_ms = 0, until_ms = 0;   // from_ms 0: from its acceptance
  std::string number, note;           // of the document
  Digest digest{};                    // of its scan, which lies sealed in the registry (node/legal.h)
  static constexpr auto fields = field_list(
      field("broker", &MandateForm::broker), field("acts", &MandateForm::acts), field("products", &MandateForm::products),
      field("datasets", &MandateForm::datasets), field("purposes", &MandateForm::purposes), field("from_ms", &MandateForm::from_ms),
      field("until_ms", &MandateForm::until_ms), field("number", &MandateForm::number), field("note", &MandateForm::note),
      field("digest", &MandateForm::digest));
};

struct ProposeMandate {
  static constexpr std::string_view kind = "mandate.propose";
  MandateForm form;
  static constexpr auto fields = field_list(field("form", &ProposeMandate::form));
};
struct ConfirmMandate {
  static constexpr std::string_view kind = "mandate.confirm";
  MandateId mandate;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("mandate", &ConfirmMandate::mandate), field("approve", &ConfirmMandate::approve),
                                            field("reason", &ConfirmMandate::reason));
};
struct AcceptMandate {
  static constexpr std::string_view kind = "mandate.accept";
  MandateId mandate;
  bool approve = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("mandate", &AcceptMandate::mandate), field("approve", &AcceptMandate::approve), field("reason", &AcceptMandate::reason));
};
struct EndMandate {
  static constexpr std::string_view kind = "mandate.end";
  MandateId mandate;
  std::string reason;
  static constexpr auto fields = field_list(field("mandate", &EndMandate::mandate), field("reason", &EndMandate::reason));
};
struct DraftApplication {
  static constexpr std::string_view kind = "mandate.draft_application";
  MandateId mandate;
  ProductId product;
  ApplicationForm form;
  static constexpr auto fields = field_list(field("mandate", &DraftApplication::mandate), field("product", &DraftApplication::product),
                                            field("form", &DraftApplication::form));
};
// By a data user's person of the principal: submits it as the own application, or refuses it.
struct DecideDraftedApplication {
  static constexpr std::string_view kind = "mandate.decide_draft";
  MandateId mandate;
  DraftedApplicationId draft;
  bool approve = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("mandate", &DecideDraftedApplication::mandate), field("draft", &DecideDraftedApplication::draft),
                 field("approve", &DecideDraftedApplication::approve), field("reason", &DecideDraftedApplication::reason));
};
struct WithdrawDraftedApplication {
  static constexpr std::string_view kind = "mandate.withdraw_draft";
  MandateId mandate;
  DraftedApplicationId draft;
  std::string reason;
  static constexpr auto fields =
      field_list(field("mandate", &WithdrawDraftedApplication::mandate), field("draft", &WithdrawDraftedApplication::draft),
                 field("reason", &WithdrawDraftedApplication::reason));
};
struct ChaseDelivery {
  static constexpr std::string_view kind = "mandate.chase_delivery";
  MandateId mandate;
  ContractId contract;
  std::string note;
  static constexpr auto fields = field_list(field("mandate", &ChaseDelivery::mandate), field("contract", &ChaseDelivery::contract),
                                            field("note", &ChaseDelivery::note));
};

struct MandateProposed {
  static constexpr std::string_view kind = "mandate.proposed";
  MandateId mandate;
  PartyId principal;
  MandateForm form;
  static constexpr auto fields = field_list(field("mandate", &MandateProposed::mandate), field("principal", &MandateProposed::principal),
                                            field("form", &MandateProposed::form));
};
struct MandateConfirmed {
  static constexpr std::string_view kind = "mandate.confirmed";
  MandateId mandate;
  bool approved = false;
  std::string reason;
  static constexpr auto fields = field_list(field("mandate", &MandateConfirmed::mandate), field("approved", &MandateConfirmed::approved),
                                            field("reason", &MandateConfirmed::reason));
};
struct MandateAccepted {
  static constexpr std::string_view kind = "mandate.accepted";
  MandateId mandate;
  bool accepted = false;
  std::string reason;
  static constexpr auto fields = field_list(field("mandate", &MandateAccepted::mandate), field("accepted", &MandateAccepted::accepted),
                                            field("reason", &MandateAccepted::reason));
};
struct MandateEnded {
  static constexpr std::string_view kind = "mandate.ended";
  MandateId mandate;
  bool by_broker = false;
  std::string reason;
  static constexpr auto fields = field_list(field("mandate", &MandateEnded::mandate), field("by_broker", &MandateEnded::by_broker),
                                            field("reason", &MandateEnded::reason));
};
// Beside what a broker's person did: under which mandate, for whom, about what. The entry's actor is that person.
struct MandateActed {
  static constexpr std::string_view kind = "mandate.acted";
  MandateId mandate{};
  PartyId principal{}, broker{};
  MandateAct act = MandateAct::draft_application;
  std::string command{};
  ProductId product{};
  ApplicationId application{};
  ContractId contract{};
  ReleaseId release{};
  DraftedApplicationId draft{};
  static constexpr auto fields =
      field_list(field("mandate", &MandateActed::mandate), field("principal", &MandateActed::principal), field("broker", &MandateActed::broker),
                 field("act", &MandateActed::act), field("command", &MandateActed::command), field("product", &MandateActed::product),
                 field("application", &MandateActed::application), field("contract", &MandateActed::contract),
                 field("release", &MandateActed::release), field("draft", &MandateActed::draft));
};
struct ApplicationDrafted {
  static constexpr std::string_view kind = "mandate.application_drafted";
  MandateId mandate;
  DraftedApplicationId draft;
  ProductId product;
  ApplicationForm form;
  static constexpr auto fields = field_list(field("mandate", &ApplicationDrafted::mandate), field("draft", &ApplicationDrafted::draft),
                                            field("product", &ApplicationDrafted::product), field("form", &ApplicationDrafted::form));
};
// With application.submitted where it was approved.
struct DraftedApplicationDecided {
  static constexpr std::string_view kind = "mandate.draft_decided";
  MandateId mandate;
  DraftedApplicationId draft;
  bool approved = false;
  ApplicationId application;
  std::string reason;
  static constexpr auto fields =
      field_list(field("mandate", &DraftedApplicationDecided::mandate), field("draft", &DraftedApplicationDecided::draft),
                 field("approved", &DraftedApplicationDecided::approved), field("application", &DraftedApplicationDecided::application),
                 field("reason", &DraftedApplicationDecided::reason));
};
struct DraftedApplicationWithdrawn {
  static constexpr std::string_view kind = "mandate.draft_withdrawn";
  MandateId mandate;
  DraftedApplicationId draft;
  std::string reason;
  static constexpr auto fields =
      field_list(field("mandate", &DraftedApplicationWithdrawn::mandate), field("draft", &DraftedApplicationWithdrawn::draft),
                 field("reason", &DraftedApplicationWithdrawn::reason));
};
struct DeliveryChased {
  static constexpr std::string_view kind = "mandate.delivery_chased";
  MandateId mandate;
  ContractId contract;
  PartyId provider;
  std::string note;
  static constexpr auto fields = field_list(field("mandate", &DeliveryChased::mandate), field("contract", &DeliveryChased::contract),
                                            field("provider", &DeliveryChased::provider), field("note", &DeliveryChased::note));
};

enum class MandateStatus { proposed, confirmed, accepted, refused, ended };
constexpr std::array<std::string_view, 5> enum_names(MandateStatus) { return {"proposed", "confirmed", "accepted", "refused", "ended"}; }
enum class DraftedStatus { waiting, submitted, refused, withdrawn };
constexpr std::array<std::string_view, 4> enum_names(DraftedStatus) { return {"waiting", "submitted", "refused", "withdrawn"}; }

struct DraftedApplication {
  DraftedApplicationId id;
  ProductId product;
  ApplicationForm form;
  DraftedStatus status = DraftedStatus::waiting;
  PersonId by, decided_by;
  TimeMs at_ms = 0, decided_ms = 0;
  std::string reason;
  ApplicationId application;  // what became of it
  static constexpr auto fields = field_list(
      field("id", &DraftedApplication::id), field("product", &DraftedApplication::product), field("form", &DraftedApplication::form),
      field("status", &DraftedApplication::status), field("by", &DraftedApplication::by), field("decided_by", &DraftedApplication::decided_by),
      field("at_ms", &DraftedApplication::at_ms), field("decided_ms", &DraftedApplication::decided_ms),
      field("reason", &DraftedApplication::reason), field("application", &DraftedApplication::application));
};
// One thing that was done under a mandate.
struct MandateDeed {
  MandateAct act = MandateAct::draft_application;
  std::string command, note;
  PersonId by;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  ProductId product;
  ApplicationId application;
  ContractId contract;
  ReleaseId release;
  DraftedApplicationId draft;
  static constexpr auto fields = field_list(
      field("act", &MandateDeed::act), field("command", &MandateDeed::command), field("note", &MandateDeed::note), field("by", &MandateDeed::by),
      field("at_ms", &MandateDeed::at_ms), field("seq", &MandateDeed::seq), field("product", &MandateDeed::product),
      field("application", &MandateDeed::application), field("contract", &MandateDeed::contract), field("release", &MandateDeed::release),
      field("draft", &MandateDeed::draft));
};
struct Mandate {
  MandateId id;
  PartyId principal;
  MandateForm form;
  MandateStatus status = MandateStatus::proposed;
  PersonId proposed_by, confirmed_by, accepted_by, ended_by;
  std::string reason;
  TimeMs at_ms = 0, confirmed_ms = 0, accepted_ms = 0, ended_ms = 0;
  uint64_t seq = 0;
  std::vector<DraftedApplication> drafts;
  std::vector<MandateDeed> deeds;
  bool in_force(TimeMs now) const { return status == MandateStatus::accepted && now >= form.from_ms && now < form.until_ms; }
  bool allows(MandateAct act) const { return std::find(form.acts.begin(), form.acts.end(), act) != form.acts.end(); }
  static constexpr auto fields = field_list(
      field("id", &Mandate::id), field("principal", &Mandate::principal), field("form", &Mandate::form), field("status", &Mandate::status),
      field("proposed_by", &Mandate::proposed_by), field("confirmed_by", &Mandate::confirmed_by), field("accepted_by", &Mandate::accepted_by),
      field("ended_by", &Mandate::ended_by), field("reason", &Mandate::reason), field("at_ms", &Mandate::at_ms),
      field("confirmed_ms", &Mandate::confirmed_ms), field("accepted_ms", &Mandate::accepted_ms), field("ended_ms", &Mandate::ended_ms),
      field("seq", &Mandate::seq), field("drafts", &Mandate::drafts), field("deeds", &Mandate::deeds));
};

}  // namespace sluice::space
