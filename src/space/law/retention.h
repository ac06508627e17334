// End of life 留存与销毁 (C6.4, C7.1.2, G4.6): how long versions are kept, and recipients who owe their certificate.
//
//   KeepLonger (security officer, second factor)   a version is kept beyond its period, with the reason, to a date
//   EndHold (security officer or personal-information officer, another than who set it, second factor)   that ends early, with the reason
//   ChaseRecipient (data manager, or the node)     a recipient is overdue with its certificate (release/destruction.h); once a day
//
// The destruction itself is a key operation under dual control with two witnesses (custody/custody.h) and ends with its certificate.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"
#include "rules/law_pack.h"

namespace sluice::space {

struct KeepLonger {
  static constexpr std::string_view kind = "law.keep_longer";
  VersionId version;
  TimeMs until_ms = 0;
  std::string reason;
  static constexpr auto fields = field_list(
      field("version", &KeepLonger::version), field("until_ms", &KeepLonger::until_ms),
      field("reason", &KeepLonger::reason));
};
struct EndHold {
  static constexpr std::string_view kind = "law.end_hold";
  VersionId version;
  std::string reason;
  static constexpr auto fields = field_list(field("version", &EndHold::version), field("reason", &EndHold::reason));
};
struct ChaseRecipient {
  static constexpr std::string_view kind = "law.chase_recipient";
  ReleaseId release;
  std::string note;
  std::optional<MandateId> mandate{};  // of a broker's person: for whom (space/mandate)
  static constexpr auto fields = field_list(
      field("release", &ChaseRecipient::release), field("note", &ChaseRecipient::note), field("mandate", &ChaseRecipient::mandate));
};

struct RetentionExtended {
  static constexpr std::string_view kind = "law.retention_extended";
  VersionId version;
  TimeMs until_ms = 0;
  std::string reason;
  std::optional<bool> regraded{};  // nobody asked for it: a column was graded into a shorter period, and what was reached stays
  std::optional<PersonId> set_by{};  // where it goes on for a version that was written again: who decided it
  static constexpr auto fields = field_list(
      field("set_by", &RetentionExtended::set_by), field("version", &RetentionExtended::version), field("until_ms", &RetentionExtended::until_ms),
      field("reason", &RetentionExtended::reason), field("regraded", &RetentionExtended::regraded));
};
// What the version was kept for is over before `until_ms`; the periods of its classes count again.
struct HoldEnded {
  static constexpr std::string_view kind = "law.hold_ended";
  VersionId version;
  TimeMs until_ms = 0;
  PersonId set_by;
  std::string reason;
  static constexpr auto fields = field_list(field("version", &HoldEnded::version), field("until_ms", &HoldEnded::until_ms), field("set_by", &HoldEnded::set_by),
                                            field("reason", &HoldEnded::reason));
};
struct RecipientChased {
  static constexpr std::string_view kind = "law.recipient_chased";
  ReleaseId release;
  PartyId recipient;
  std::string note;
  int64_t times = 1;
  static constexpr auto fields = field_list(
      field("release", &RecipientChased::release), field("recipient", &RecipientChased::recipient),
      field("note", &RecipientChased::note), field("times", &RecipientChased::times));
};

struct RetentionTerm {
  TimeMs until_ms = 0;
  std::string reason;
  PersonId by;
  TimeMs at_ms = 0;
  std::optional<bool> regraded{};
  std::optional<TimeMs> reached_ms{};  // beside a hold: what was reached before regrading, and stays when the hold ends
  bool holds(TimeMs now) const { return now < until_ms && !regraded.value_or(false); }  // somebody decided that it is kept
  static constexpr auto fields = field_list(
      field("until_ms", &RetentionTerm::until_ms), field("reason", &RetentionTerm::reason),
      field("by", &RetentionTerm::by), field("at_ms", &RetentionTerm::at_ms), field("regraded", &RetentionTerm::regraded),
      field("reached_ms", &RetentionTerm::reached_ms));
};
struct Chased {
  int64_t times = 0;
  TimeMs last_ms = 0;
  std::string note;
  static constexpr auto fields = field_list(
      field("times", &Chased::times), field("last_ms", &Chased::last_ms), field("note", &Chased::note));
};

// When the data of a version are to be destroyed: the longest period among the categories of its columns, from when it was sealed (a masked
// version: from when its source was), or what it was extended to. A column of level 2 or more in no category of the rules has the longest period of
// all. `category` decided; empty: no rule holds for any of them. Grading a confirmed column anew never brings the end nearer.
struct RetentionEnd {
  TimeMs at_ms = 0;
  std::string category;
  bool extended = false;
};
struct State;
// What somebody set for this version; of a batch's held rows what was set for its versions: what holds rows back holds those too.
std::vector<const RetentionTerm*> terms_of(const State& state, const VersionId& version);
RetentionEnd retention_end(const State& state, const rules::LawPack& rules, const VersionId& version);

}  // namespace sluice::space
