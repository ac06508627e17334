// Contracts 数据使用协议（数字合约）: what was agreed, as plain Chinese, as ODRL 2.2 and as terms that the node enforces (C7.1.2, G4.6a).
//
//   drafted ──SignContract (each party, key outside the node)──▶ active (when both have signed)
//   active ──SuspendContract──▶ suspended ──ResumeContract──▶ active;  any ──TerminateContract──▶ terminated
//   expiry is a fact of time: an active contract past expires_ms is expired for every decision.
//
// What is signed is the canonical JSON of the document {contract, terms, text_zh, odrl}; its SM3 digest names it. Each party
// holds exactly one role for this data and scenario (G4.3): provider and recipient roles follow the scenario.
#pragma once

#include <map>
#include <vector>

#include "codec/record.h"
#include "rules/grading_pack.h"
#include "rules/packs.h"
#include "space/application/application.h"

namespace sluice::space {

// Rows with level-5 content (the classification rules' codes and terms) in what goes out: leave_out has them looked for at each release,
// left out and counted. It does not take the place of masking: a column that is graded by row and was kept so stays at level 5.
enum class Level5Rows { keep, leave_out };
constexpr std::array<std::string_view, 2> enum_names(Level5Rows) { return {"keep", "leave_out"}; }

struct ContractTerms {
  PartyId provider, recipient;
  ProductId product;
  DatasetId dataset;
  VersionId version;
  FlowType flow = FlowType::share;
  OpenForm form = OpenForm::file;
  Scenario scenario = Scenario::controller_to_user;
  DataRole provider_role = DataRole::controller, recipient_role = DataRole::user;
  std::string purpose, purpose_note, legal_basis, duties, liability;
  std::vector<std::string> columns;
  std::vector<RowCondition> row_filter;
  int64_t deliveries_max = 1, rate_per_minute = 0, price_fen = 0;
  TimeMs starts_ms = 0, expires_ms = 0;
  std::optional<OnePerson> one_person{};  // as the product says
  std::optional<FlowGrade> grade{};       // of what is agreed, in this flow, when it was drafted
  std::optional<Level5Rows> level5_rows{};  // only leave_out
  std::optional<bool> mutual_tls{};         // only true: each call shows a client certificate of the recipient
  bool leaves_out_level5() const { return level5_rows == Level5Rows::leave_out; }
  static constexpr auto fields = field_list(
      field("grade", &ContractTerms::grade),
      field("provider", &ContractTerms::provider), field("recipient", &ContractTerms::recipient), field("product", &ContractTerms::product),
      field("dataset", &ContractTerms::dataset), field("version", &ContractTerms::version), field("flow", &ContractTerms::flow),
      field("form", &ContractTerms::form), field("scenario", &ContractTerms::scenario), field("provider_role", &ContractTerms::provider_role),
      field("recipient_role", &ContractTerms::recipient_role), field("purpose", &ContractTerms::purpose), field("purpose_note", &ContractTerms::purpose_note),
      field("legal_basis", &ContractTerms::legal_basis), field("duties", &ContractTerms::duties), field("liability", &ContractTerms::liability),
      field("columns", &ContractTerms::columns), field("row_filter", &ContractTerms::row_filter),
      field("deliveries_max", &ContractTerms::deliveries_max), field("rate_per_minute", &ContractTerms::rate_per_minute),
      field("price_fen", &ContractTerms::price_fen), field("starts_ms", &ContractTerms::starts_ms), field("expires_ms", &ContractTerms::expires_ms),
      field("one_person", &ContractTerms::one_person), field("level5_rows", &ContractTerms::level5_rows),
      field("mutual_tls", &ContractTerms::mutual_tls));
};

struct DraftContract {
  static constexpr std::string_view kind = "contract.draft";
  ApplicationId application;
  std::string duties, liability;
  std::optional<Level5Rows> level5_rows{};
  std::optional<bool> mutual_tls{};
  std::optional<MandateId> mandate{};  // of a broker's person: for whom (space/mandate)
  static constexpr auto fields = field_list(field("application", &DraftContract::application), field("duties", &DraftContract::duties),
                                            field("liability", &DraftContract::liability), field("level5_rows", &DraftContract::level5_rows),
                                            field("mutual_tls", &DraftContract::mutual_tls), field("mandate", &DraftContract::mandate));
};
struct SignContract {
  static constexpr std::string_view kind = "contract.sign";
  ContractId contract;
  Bytes signature;  // SM2 DER over the canonical document, by the registered key of the signer's party
  std::optional<PersonalSignature> personal{};  // over contract_by_person_text(), by the signer's own certificate; stands for the second factor
  static constexpr auto fields = field_list(field("contract", &SignContract::contract), field("signature", &SignContract::signature),
                                            field("personal", &SignContract::personal));
};
struct SuspendContract {
  static constexpr std::string_view kind = "contract.suspend";
  ContractId contract;
  std::string reason;
  static constexpr auto fields = field_list(field("contract", &SuspendContract::contract), field("reason", &SuspendContract::reason));
};
struct ResumeContract {
  static constexpr std::string_view kind = "contract.resume";
  ContractId contract;
  std::string reason;
  static constexpr auto fields = field_list(field("contract", &ResumeContract::contract), field("reason", &ResumeContract::reason));
};
struct TerminateContract {
  static constexpr std::string_view kind = "contract.terminate";
  ContractId contract;
  std::string reason;
  static constexpr auto fields = field_list(field("contract", &TerminateContract::contract), field("reason", &TerminateContract::reason));
};

struct ContractDrafted {
  static constexpr std::string_view kind = "contract.drafted";
  ContractId contract;
  ApplicationId application;
  ContractTerms terms;
  std::string text_zh;
  Json odrl;
  Digest digest;  // SM3 of the canonical document
  static constexpr auto fields =
      field_list(field("contract", &ContractDrafted::contract), field("application", &ContractDrafted::application),
                 field("terms", &ContractDrafted::terms), field("text_zh", &ContractDrafted::text_zh), field("odrl", &ContractDrafted::odrl),
                 field("digest", &ContractDrafted::digest));
};
struct ContractSigned {
  static constexpr std::string_view kind = "contract.signed";
  ContractId contract;
  PartyId party;
  std::string key_id;
  Bytes public_key, signature;
  Digest digest;
  bool completes = false;  // the last signature: the contract is active from here
  std::optional<PersonalSignature> personal{};
  static constexpr auto fields =
      field_list(field("contract", &ContractSigned::contract), field("party", &ContractSigned::party), field("key_id", &ContractSigned::key_id),
                 field("public_key", &ContractSigned::public_key), field("signature", &ContractSigned::signature),
                 field("digest", &ContractSigned::digest), field("completes", &ContractSigned::completes),
                 field("personal", &ContractSigned::personal));
};
struct ContractSuspended {
  static constexpr std::string_view kind = "contract.suspended";
  ContractId contract;
  std::string reason;
  static constexpr auto fields = field_list(field("contract", &ContractSuspended::contract), field("reason", &ContractSuspended::reason));
};
struct ContractResumed {
  static constexpr std::string_view kind = "contract.resumed";
  ContractId contract;
  std::string reason;
  static constexpr auto fields = field_list(field("contract", &ContractResumed::contract), field("reason", &ContractResumed::reason));
};
struct ContractTerminated {
  static constexpr std::string_view kind = "contract.terminated";
  ContractId contract;
  std::string reason;
  static constexpr auto fields = field_list(field("contract", &ContractTerminated::contract), field("reason", &ContractTerminated::reason));
};

enum class ContractStatus { drafted, active, suspended, terminated };
constexpr std::array<std::string_view, 4> enum_names(ContractStatus) { return {"drafted", "active", "suspended", "terminated"}; }

struct Signature {
  PartyId party;
  PersonId signer;
  std::string key_id;
  Bytes public_key, signature;
  TimeMs at_ms = 0;
  uint64_t seq = 0, key_seq = 0;  // of the signing, and of the entry that registered the key
  std::optional<CertificateId> certificate{};  // the signer's own, where it signed beside the party's key
  static constexpr auto fields =
      field_list(field("key_seq", &Signature::key_seq), field("party", &Signature::party), field("signer", &Signature::signer), field("key_id", &Signature::key_id),
                 field("public_key", &Signature::public_key), field("signature", &Signature::signature), field("at_ms", &Signature::at_ms),
                 field("seq", &Signature::seq), field("certificate", &Signature::certificate));
};
struct Contract {
  ContractId id;
  ApplicationId application;
  ContractTerms terms;
  std::string text_zh;
  Json odrl;
  Digest digest{};
  ContractStatus status = ContractStatus::drafted;
  std::vector<Signature> signatures;
  std::string reason;
  int64_t delivered = 0, leased = 0;  // files delivered or calls settled; calls out on open leases
  TimeMs at_ms = 0;
  uint64_t drafted_seq = 0, active_seq = 0;
  static constexpr auto fields = field_list(
      field("id", &Contract::id), field("application", &Contract::application), field("terms", &Contract::terms), field("text_zh", &Contract::text_zh),
      field("odrl", &Contract::odrl), field("digest", &Contract::digest), field("status", &Contract::status),
      field("signatures", &Contract::signatures), field("reason", &Contract::reason), field("delivered", &Contract::delivered),
      field("leased", &Contract::leased), field("at_ms", &Contract::at_ms), field("drafted_seq", &Contract::drafted_seq),
      field("active_seq", &Contract::active_seq));
};

// The document that the parties sign; its canonical JSON is what signatures and digest cover.
Json contract_document(const ContractId& id, const ContractTerms& terms, std::string_view text_zh, const Json& odrl);
// What the terms name by ids, in words: purposes, legal bases and scenarios as the packs have them, fields as the catalog titles them.
struct ContractNames {
  std::string_view provider, recipient, product;
  const rules::PolicyPack& policy;
  const rules::GradingPack& grading;
  std::map<std::string, std::string> titles{};  // by column
};
// The same terms in plain Chinese, with the id of a field in brackets behind its title, and as an ODRL 2.2 agreement.
std::string contract_text_zh(const ContractTerms& terms, const ContractNames& names);
Json contract_odrl(const ContractId& id, const ContractTerms& terms, std::string_view provider_uscc, std::string_view recipient_uscc);

}  // namespace sluice::space
