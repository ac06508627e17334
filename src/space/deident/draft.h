// A masking strategy that waits for a second person's review, before it is adopted (C6.5.2).
//
//   (new) ──SubmitStrategyDraft (security officer or data manager of the owner)──▶ submitted
//   submitted ──DecideStrategyDraft (another person: security officer, personal-information officer or committee member)──▶ signed | refused
//   submitted | signed ──WithdrawStrategyDraft (who submitted it)──▶ withdrawn
//   submitted | signed ──AdoptStrategy with a review of exactly this text──▶ adopted
//
// The text lies as a blob in the ledger and never changes; who signs, signs its bytes with the key that the person signs in with. The node has
// checked the signature before it brings the decision; the state machine holds that it is of the one who decides, and over this text.
#pragma once

#include "base/clock.h"
#include "codec/record.h"
#include "space/deident/masking.h"

namespace sluice::space {

struct SubmitStrategyDraft {
  static constexpr std::string_view kind = "masking.submit_draft";
  DatasetId dataset;
  std::string name;   // title and version, as it will be adopted
  Digest document{};  // SM3 of the text, a blob of the ledger
  std::string note;   // for the reviewer; may be empty
  static constexpr auto fields = field_list(field("dataset", &SubmitStrategyDraft::dataset), field("name", &SubmitStrategyDraft::name),
                                            field("document", &SubmitStrategyDraft::document), field("note", &SubmitStrategyDraft::note));
};
struct DecideStrategyDraft {
  static constexpr std::string_view kind = "masking.decide_draft";
  StrategyDraftId draft;
  std::string reason;                      // why it is refused; may be empty where it is signed
  std::optional<StrategyReview> review{};  // absent: refused
  static constexpr auto fields =
      field_list(field("draft", &DecideStrategyDraft::draft), field("reason", &DecideStrategyDraft::reason), field("review", &DecideStrategyDraft::review));
};
struct WithdrawStrategyDraft {
  static constexpr std::string_view kind = "masking.withdraw_draft";
  StrategyDraftId draft;
  static constexpr auto fields = field_list(field("draft", &WithdrawStrategyDraft::draft));
};

struct StrategyDraftSubmitted {
  static constexpr std::string_view kind = "masking.draft_submitted";
  StrategyDraftId draft;
  DatasetId dataset;
  std::string name;
  Digest document{};
  std::string note;
  static constexpr auto fields = field_list(field("draft", &StrategyDraftSubmitted::draft), field("dataset", &StrategyDraftSubmitted::dataset),
                                            field("name", &StrategyDraftSubmitted::name), field("document", &StrategyDraftSubmitted::document),
                                            field("note", &StrategyDraftSubmitted::note));
};
struct StrategyDraftDecided {
  static constexpr std::string_view kind = "masking.draft_decided";
  StrategyDraftId draft;
  std::string reason;
  std::optional<StrategyReview> review{};
  static constexpr auto fields =
      field_list(field("draft", &StrategyDraftDecided::draft), field("reason", &StrategyDraftDecided::reason), field("review", &StrategyDraftDecided::review));
};
struct StrategyDraftWithdrawn {
  static constexpr std::string_view kind = "masking.draft_withdrawn";
  StrategyDraftId draft;
  static constexpr auto fields = field_list(field("draft", &StrategyDraftWithdrawn::draft));
};

enum class StrategyDraftStatus { submitted, signed_, refused, withdrawn, adopted };
constexpr std::array<std::string_view, 5> enum_names(StrategyDraftStatus) { return {"submitted", "signed", "refused", "withdrawn", "adopted"}; }

struct StrategyDraft {
  StrategyDraftId id;
  PartyId party;
  DatasetId dataset;
  std::string name, note, reason;
  Digest document{};
  StrategyDraftStatus status = StrategyDraftStatus::submitted;
  std::optional<StrategyReview> review{};
  PersonId submitted_by, decided_by;
  StrategyId strategy;  // that it was adopted as
  TimeMs at_ms = 0, decided_ms = 0;
  uint64_t seq = 0;
  bool open() const { return status == StrategyDraftStatus::submitted || status == StrategyDraftStatus::signed_; }
  static constexpr auto fields = field_list(
      field("id", &StrategyDraft::id), field("party", &StrategyDraft::party), field("dataset", &StrategyDraft::dataset), field("name", &StrategyDraft::name),
      field("note", &StrategyDraft::note), field("reason", &StrategyDraft::reason), field("document", &StrategyDraft::document),
      field("status", &StrategyDraft::status), field("review", &StrategyDraft::review), field("submitted_by", &StrategyDraft::submitted_by),
      field("decided_by", &StrategyDraft::decided_by), field("strategy", &StrategyDraft::strategy), field("at_ms", &StrategyDraft::at_ms),
      field("decided_ms", &StrategyDraft::decided_ms), field("seq", &StrategyDraft::seq));
};

}  // namespace sluice::space
