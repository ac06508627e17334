#include <algorithm>

#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr TimeMs kKeepDaysMax = 30 * 366;

// The version that a batch, a correction or a merge sealed: a masked one is as old as its source.
const DatasetVersion* sealed_source(const State& s, const VersionId& id) {
  const DatasetVersion* v = find(s.versions, id);
  for (int depth = 0; v && !v->masked_from.empty() && depth < 16; depth++) v = find(s.versions, v->masked_from);
  return v;
}

}  // namespace

RetentionEnd retention_end(const State& s, const rules::LawPack& rules, const VersionId& id) {
  RetentionEnd out;
  const DatasetVersion* version = find(s.versions, id);
  const DatasetVersion* source = sealed_source(s, id);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  if (!dataset || !source) return out;
  for (const std::string& name : version->columns) {
    const CatalogField* column = dataset->column(name);
    std::string_view category = name_of(column && column->confirmed ? column->category : column && column->proposal ? column->proposal->category : Category::personal);
    for (const rules::LawRetention& rule : rules.retention)
      if (rule.category == category && source->at_ms + rule.days * kDayMs > out.at_ms) out = {source->at_ms + rule.days * kDayMs, rule.category, false};
  }
  if (auto term = s.retention_terms.find(id.str()); term != s.retention_terms.end() && term->second.until_ms > out.at_ms) {
    out.at_ms = term->second.until_ms;
    out.extended = true;
  }
  return out;
}

Result<Events> decide_on(const State& s, const Context& c, const KeepLonger& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  const DatasetVersion* version = find(s.versions, cmd.version);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  if (!dataset || dataset->owner != person->party) return fail(Errc::not_found, "version.not_found");
  if (cmd.until_ms <= retention_end(s, c.rules.law, cmd.version).at_ms || cmd.until_ms > c.now + kKeepDaysMax * kDayMs)
    return fail(Errc::invalid, "law.retention_bad_term");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{RetentionExtended{cmd.version, cmd.until_ms, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ChaseRecipient& cmd) {
  const Release* release = find(s.releases, cmd.release);
  const Contract* contract = release ? find(s.contracts, release->contract) : nullptr;
  if (!c.principal.system) {
    const Person* person = TRY(acting_as(s, c, Duty::data_manager));
    if (contract && contract->terms.provider != person->party) contract = nullptr;
  }
  if (!contract) return fail(Errc::not_found, "release.not_found");
  bool received = release->status != ReleaseStatus::failed && release->status != ReleaseStatus::prepared;
  if (release->destruction || !received || c.now < release->expires_ms + kDestructionDays * kDayMs) return fail(Errc::conflict, "law.not_overdue");
  auto before = s.chased.find(cmd.release.str());
  if (before != s.chased.end() && c.now < before->second.last_ms + kDayMs) return fail(Errc::conflict, "law.chased_today");
  TRY(need_text("note", cmd.note, kTextBytesMax));
  return Events{RecipientChased{cmd.release, contract->terms.recipient, cmd.note, before == s.chased.end() ? 1 : before->second.times + 1}};
}

void fold(State& s, const RetentionExtended& e, const EventPlace& at) {
  s.retention_terms[e.version.str()] = RetentionTerm{.until_ms = e.until_ms, .reason = e.reason, .by = at.actor, .at_ms = at.time};
}
void fold(State& s, const RecipientChased& e, const EventPlace& at) {
  s.chased[e.release.str()] = Chased{.times = e.times, .last_ms = at.time, .note = e.note};
}

}  // namespace sluice::space
