#include <algorithm>

#include "space/catalog/protection.h"
#include "space/catalog/verdict.h"
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

constexpr int kOrdinaryLevel = 2;  // from it on a column is kept though no category is said

// The rule that holds for a column: of its category; of none, the longest there is, unless the column is of level 1.
const rules::LawRetention* rule_of(const rules::LawPack& rules, std::string_view category, int level) {
  const rules::LawRetention* longest = nullptr;
  for (const rules::LawRetention& rule : rules.retention) {
    if (rule.category == category) return &rule;
    if (!longest || rule.days > longest->days) longest = &rule;
  }
  return level >= kOrdinaryLevel ? longest : nullptr;
}

RetentionEnd end_by_rules(const State& s, const rules::LawPack& rules, const DatasetVersion& version, const Dataset& dataset) {
  RetentionEnd out;
  const DatasetVersion* source = sealed_source(s, version.id);
  if (!source) return out;
  for (const std::string& name : version.columns) {
    const CatalogField* column = dataset.column(name);
    FieldGrade grade = column ? grade_of(*column) : FieldGrade{};
    bool graded = column && (column->confirmed || column->proposal);
    const rules::LawRetention* rule = rule_of(rules, name_of(graded ? grade.category : Category::personal), grade.level);
    if (rule && source->at_ms + rule->days * kDayMs > out.at_ms) out = {source->at_ms + rule->days * kDayMs, rule->category, false};
  }
  return out;
}

}  // namespace

RetentionEnd retention_end(const State& s, const rules::LawPack& rules, const VersionId& id) {
  const DatasetVersion* version = find(s.versions, id);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  if (!dataset) return {};
  RetentionEnd out = end_by_rules(s, rules, *version, *dataset);
  if (auto term = s.retention_terms.find(id.str()); term != s.retention_terms.end() && term->second.until_ms > out.at_ms) {
    out.at_ms = term->second.until_ms;
    out.extended = true;
  }
  return out;
}

void keep_terms_reached(const State& s, const Context& c, const Dataset& dataset, Events& events) {
  Dataset before = dataset, after = dataset;
  std::erase_if(before.columns, [](const CatalogField& f) { return !f.confirmed; });
  for (const Event& event : events)
    if (const auto* e = event.get_if<FieldConfirmed>(); e && e->dataset == dataset.id)
      for (CatalogField& f : after.columns)
        if (f.column == e->column) f.confirmed = true, f.category = e->category, f.level = e->level;
  for (const VersionId& id : dataset.versions) {
    const DatasetVersion* version = find(s.versions, id);
    if (!version || !version->masked_from.empty()) continue;
    DatasetVersion confirmed = *version;
    std::erase_if(confirmed.columns, [&](const std::string& name) { return !before.column(name); });
    TimeMs reached = end_by_rules(s, c.rules.law, confirmed, before).at_ms;
    auto term = s.retention_terms.find(id.str());
    bool stands = reached <= end_by_rules(s, c.rules.law, *version, after).at_ms || (term != s.retention_terms.end() && term->second.until_ms >= reached);
    if (!stands) events.push_back(RetentionExtended{.version = id, .until_ms = reached, .reason = "改分类前的保存期限不变 / the end reached before regrading stays", .regraded = true});
  }
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
  return Events{RetentionExtended{.version = cmd.version, .until_ms = cmd.until_ms, .reason = cmd.reason}};
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
  s.retention_terms[e.version.str()] = RetentionTerm{.until_ms = e.until_ms, .reason = e.reason, .by = at.actor, .at_ms = at.time, .regraded = e.regraded};
}
void fold(State& s, const RecipientChased& e, const EventPlace& at) {
  s.chased[e.release.str()] = Chased{.times = e.times, .last_ms = at.time, .note = e.note};
}

}  // namespace sluice::space
