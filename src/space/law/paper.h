// Legal papers 法律文书: what was decided or agreed on paper and a release rests on (C5.2, C6.4, G4.3, G4.6a).
//
//   (new) ──EnterPaper──▶ entered ──CheckPaper (a second person, second factor)──▶ checked | rejected
//   checked ──EndPaper──▶ ended; past expires_ms it counts no more
//
// Kinds, duties and demanded members are rules (law.yaml): legal bases, processing agreements, arrangements of joint controllers, the
// catalogs of important data and of human genetic resources, assessments and approvals for flows abroad and for these, and the
// minutes of a meeting, and the agencies that may demand a statutory provision (provision.h). `digest` names the scan, which lies sealed in the registry (node/legal.h). Minutes decide the application
// that they name when they are checked: its committee decided in a meeting instead of at the screen. Those of another approval (`decides`) do the same: whoever
// checks them is one who may decide it at the screen, and the decision stands in the ledger as theirs, with title and number of the document as its reason.
// A processor may not pass its work on: a processing agreement under another one ("law.subcontracting_forbidden") unless that
// one allows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

constexpr std::string_view kAgencyPaper = "agency", kMeetingApproval = "meeting_approval";

// The members that a kind demands are in rules/law.yaml; the others stay empty.
struct PaperForm {
  std::string kind;
  std::string title, number, authority;
  TimeMs dated_ms = 0, expires_ms = 0;
  Digest digest{};
  PartyId counterpart;
  ProductId product;
  DatasetId dataset;
  std::vector<std::string> columns;
  std::string basis, purpose, duties, abroad, mechanism;
  bool subcontracting = false;
  PaperId upstream;
  ApplicationId application;
  std::vector<PersonId> members;
  bool approve = false;
  std::optional<std::string> uscc{};      // of an agency, checked by its check digit
  std::optional<Bytes> public_key{};      // of an agency: SM2, 65 bytes; its fingerprint is confirmed by the second person
  std::optional<PaperId> agency{};        // whom the paper is about, where that is an agency and no party
  std::optional<UnitId> unit{};           // the department that works by it, of a rule or an operating procedure
  std::optional<std::string> decides{};   // of meeting_approval: the id of what was decided there
  static constexpr auto fields = field_list(
      field("kind", &PaperForm::kind), field("title", &PaperForm::title), field("number", &PaperForm::number),
      field("authority", &PaperForm::authority), field("dated_ms", &PaperForm::dated_ms),
      field("expires_ms", &PaperForm::expires_ms), field("digest", &PaperForm::digest),
      field("counterpart", &PaperForm::counterpart), field("product", &PaperForm::product),
      field("dataset", &PaperForm::dataset), field("columns", &PaperForm::columns),
      field("basis", &PaperForm::basis), field("purpose", &PaperForm::purpose), field("duties", &PaperForm::duties),
      field("abroad", &PaperForm::abroad), field("mechanism", &PaperForm::mechanism),
      field("subcontracting", &PaperForm::subcontracting), field("upstream", &PaperForm::upstream),
      field("application", &PaperForm::application), field("members", &PaperForm::members),
      field("approve", &PaperForm::approve), field("uscc", &PaperForm::uscc),
      field("public_key", &PaperForm::public_key), field("agency", &PaperForm::agency), field("unit", &PaperForm::unit),
      field("decides", &PaperForm::decides));
};

struct EnterPaper {
  static constexpr std::string_view kind = "law.enter_paper";
  PaperForm form;
  static constexpr auto fields = field_list(
      field("form", &EnterPaper::form));
};
struct CheckPaper {
  static constexpr std::string_view kind = "law.check_paper";
  PaperId paper;
  bool accept = false;
  std::string note;
  // Of an agency: the fingerprint of its key (key_id_of in party.h), had from the agency in another way than the form.
  std::optional<std::string> key_id{};
  static constexpr auto fields = field_list(
      field("paper", &CheckPaper::paper), field("accept", &CheckPaper::accept), field("note", &CheckPaper::note),
      field("key_id", &CheckPaper::key_id));
};
struct EndPaper {
  static constexpr std::string_view kind = "law.end_paper";
  PaperId paper;
  std::string reason;
  static constexpr auto fields = field_list(
      field("paper", &EndPaper::paper), field("reason", &EndPaper::reason));
};

struct PaperEntered {
  static constexpr std::string_view kind = "law.paper_entered";
  PaperId paper;
  PartyId owner;
  PaperForm form;
  static constexpr auto fields = field_list(
      field("paper", &PaperEntered::paper), field("owner", &PaperEntered::owner), field("form", &PaperEntered::form));
};
struct PaperChecked {
  static constexpr std::string_view kind = "law.paper_checked";
  PaperId paper;
  bool accepted = false;
  std::string note;
  std::optional<std::string> key_id{};
  static constexpr auto fields = field_list(
      field("paper", &PaperChecked::paper), field("accepted", &PaperChecked::accepted),
      field("note", &PaperChecked::note), field("key_id", &PaperChecked::key_id));
};
struct PaperEnded {
  static constexpr std::string_view kind = "law.paper_ended";
  PaperId paper;
  std::string reason;
  static constexpr auto fields = field_list(
      field("paper", &PaperEnded::paper), field("reason", &PaperEnded::reason));
};

enum class PaperStatus { entered, checked, rejected, ended };
constexpr std::array<std::string_view, 4> enum_names(PaperStatus) { return {"entered", "checked", "rejected", "ended"}; }

struct Paper {
  PaperId id;
  PartyId owner;
  PaperForm form;
  PaperStatus status = PaperStatus::entered;
  PersonId entered_by, checked_by;
  std::string note;
  TimeMs at_ms = 0, checked_ms = 0;
  uint64_t seq = 0;
  std::optional<std::string> key_id{};
  bool in_force(TimeMs now) const { return status == PaperStatus::checked && (form.expires_ms == 0 || now < form.expires_ms); }
  static constexpr auto fields = field_list(
      field("id", &Paper::id), field("owner", &Paper::owner), field("form", &Paper::form),
      field("status", &Paper::status), field("entered_by", &Paper::entered_by),
      field("checked_by", &Paper::checked_by), field("note", &Paper::note), field("at_ms", &Paper::at_ms),
      field("checked_ms", &Paper::checked_ms), field("seq", &Paper::seq), field("key_id", &Paper::key_id));
};

}  // namespace sluice::space
