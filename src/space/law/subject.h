// Requests of the persons whom data are about 个人行权 (C6.4, G4.4; PIPL 44–50): what is held, who used it, correct, delete, withdraw.
//
//   (new) ──TakeSubjectRequest──▶ taken ──VerifySubject──▶ verified ──DecideSubjectRequest (personal-information officer)──▶ granted | refused
//   granted ──AnswerSubjectRequest──▶ answered
//
// Each kind has its days (rules); a request past them is overdue and shown as that. Granting a withdrawal withdraws the consent it names,
// or all of that person, in the same commit. The answer lies sealed in the registry, its digest here. A verified person gets a token
// (only its digest is kept) with which the own record is read: what is on file, who used it (node/subjects.h).
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

enum class VerifiedBy { in_person, video, certificate };
constexpr std::array<std::string_view, 3> enum_names(VerifiedBy) { return {"in_person", "video", "certificate"}; }

struct TakeSubjectRequest {
  static constexpr std::string_view kind = "law.take_subject_request";
  SubjectId subject;
  Digest commitment{};
  std::string what, channel;
  DatasetId dataset;
  ConsentId consent;
  static constexpr auto fields = field_list(
      field("subject", &TakeSubjectRequest::subject), field("commitment", &TakeSubjectRequest::commitment),
      field("what", &TakeSubjectRequest::what), field("channel", &TakeSubjectRequest::channel),
      field("dataset", &TakeSubjectRequest::dataset), field("consent", &TakeSubjectRequest::consent));
};
struct VerifySubject {
  static constexpr std::string_view kind = "law.verify_subject";
  SubjectRequestId request;
  VerifiedBy method = VerifiedBy::in_person;
  std::string evidence;
  Digest token_digest{};
  static constexpr auto fields = field_list(
      field("request", &VerifySubject::request), field("method", &VerifySubject::method),
      field("evidence", &VerifySubject::evidence), field("token_digest", &VerifySubject::token_digest));
};
struct DecideSubjectRequest {
  static constexpr std::string_view kind = "law.decide_subject_request";
  SubjectRequestId request;
  bool grant = false;
  std::string reason;
  static constexpr auto fields = field_list(
      field("request", &DecideSubjectRequest::request), field("grant", &DecideSubjectRequest::grant),
      field("reason", &DecideSubjectRequest::reason));
};
struct AnswerSubjectRequest {
  static constexpr std::string_view kind = "law.answer_subject_request";
  SubjectRequestId request;
  Digest answer{};
  std::string note;
  KeyWorkId key_work;
  static constexpr auto fields = field_list(
      field("request", &AnswerSubjectRequest::request), field("answer", &AnswerSubjectRequest::answer),
      field("note", &AnswerSubjectRequest::note), field("key_work", &AnswerSubjectRequest::key_work));
};

struct SubjectRequestTaken {
  static constexpr std::string_view kind = "law.subject_request_taken";
  SubjectRequestId request;
  PartyId owner;
  SubjectId subject;
  Digest commitment{};
  std::string what, channel;
  DatasetId dataset;
  ConsentId consent;
  TimeMs due_ms = 0;
  static constexpr auto fields = field_list(
      field("request", &SubjectRequestTaken::request), field("owner", &SubjectRequestTaken::owner),
      field("subject", &SubjectRequestTaken::subject), field("commitment", &SubjectRequestTaken::commitment),
      field("what", &SubjectRequestTaken::what), field("channel", &SubjectRequestTaken::channel),
      field("dataset", &SubjectRequestTaken::dataset), field("consent", &SubjectRequestTaken::consent),
      field("due_ms", &SubjectRequestTaken::due_ms));
};
struct SubjectVerified {
  static constexpr std::string_view kind = "law.subject_verified";
  SubjectRequestId request;
  VerifiedBy method = VerifiedBy::in_person;
  std::string evidence;
  Digest token_digest{};
  static constexpr auto fields = field_list(
      field("request", &SubjectVerified::request), field("method", &SubjectVerified::method),
      field("evidence", &SubjectVerified::evidence), field("token_digest", &SubjectVerified::token_digest));
};
struct SubjectRequestDecided {
  static constexpr std::string_view kind = "law.subject_request_decided";
  SubjectRequestId request;
  bool granted = false;
  std::string reason;
  static constexpr auto fields = field_list(
      field("request", &SubjectRequestDecided::request), field("granted", &SubjectRequestDecided::granted),
      field("reason", &SubjectRequestDecided::reason));
};
struct SubjectRequestAnswered {
  static constexpr std::string_view kind = "law.subject_request_answered";
  SubjectRequestId request;
  Digest answer{};
  std::string note;
  KeyWorkId key_work;
  static constexpr auto fields = field_list(
      field("request", &SubjectRequestAnswered::request), field("answer", &SubjectRequestAnswered::answer),
      field("note", &SubjectRequestAnswered::note), field("key_work", &SubjectRequestAnswered::key_work));
};

enum class SubjectRequestStatus { taken, verified, granted, refused, answered };
constexpr std::array<std::string_view, 5> enum_names(SubjectRequestStatus) { return {"taken", "verified", "granted", "refused", "answered"}; }

struct SubjectRequest {
  SubjectRequestId id;
  PartyId owner;
  SubjectId subject;
  std::string what, channel;
  DatasetId dataset;
  ConsentId consent;
  SubjectRequestStatus status = SubjectRequestStatus::taken;
  VerifiedBy method = VerifiedBy::in_person;
  std::string evidence, reason, note;
  Digest token_digest{}, answer{};
  KeyWorkId key_work;
  PersonId taken_by, verified_by, decided_by, answered_by;
  TimeMs at_ms = 0, due_ms = 0, verified_ms = 0, decided_ms = 0, answered_ms = 0;
  uint64_t seq = 0;
  bool open() const { return status == SubjectRequestStatus::taken || status == SubjectRequestStatus::verified || status == SubjectRequestStatus::granted; }
  bool overdue(TimeMs now) const { return open() && now >= due_ms; }
  static constexpr auto fields = field_list(
      field("id", &SubjectRequest::id), field("owner", &SubjectRequest::owner),
      field("subject", &SubjectRequest::subject), field("what", &SubjectRequest::what),
      field("channel", &SubjectRequest::channel), field("dataset", &SubjectRequest::dataset),
      field("consent", &SubjectRequest::consent), field("status", &SubjectRequest::status),
      field("method", &SubjectRequest::method), field("evidence", &SubjectRequest::evidence),
      field("reason", &SubjectRequest::reason), field("note", &SubjectRequest::note),
      field("token_digest", &SubjectRequest::token_digest), field("answer", &SubjectRequest::answer),
      field("key_work", &SubjectRequest::key_work), field("taken_by", &SubjectRequest::taken_by),
      field("verified_by", &SubjectRequest::verified_by), field("decided_by", &SubjectRequest::decided_by),
      field("answered_by", &SubjectRequest::answered_by), field("at_ms", &SubjectRequest::at_ms),
      field("due_ms", &SubjectRequest::due_ms), field("verified_ms", &SubjectRequest::verified_ms),
      field("decided_ms", &SubjectRequest::decided_ms), field("answered_ms", &SubjectRequest::answered_ms),
      field("seq", &SubjectRequest::seq));
};

}  // namespace sluice::space
