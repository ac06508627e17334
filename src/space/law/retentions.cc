#include <algorithm>

#include "space/catalog/protection.h"
#include "space/catalog/verdict.h"
#include "space/collection/held_columns.h"
#include "space/decisions.h"
#include "space/mandate/broker.h"
#include "space/fold.h"
#include "space/law/retention_end.h"

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
  TimeMs from = source ? source->at_ms : version.at_ms;
  for (const std::string& name : version.columns) {
    const CatalogField* column = dataset.column(name);
    FieldGrade grade = column ? grade_of(*column) : FieldGrade{};
    bool graded = column && (column->confirmed || column->proposal);
    const rules::LawRetention* rule = rule_of(rules, name_of(graded ? grade.category : Category::personal), grade.level);
    if (rule && from + rule->days * kDayMs > out.at_ms) out = {from + rule->days * kDayMs, rule->category, false};
  }
  return out;
}

// A batch's held rows are held back by what holds the batch's version.
std::vector<const RetentionTerm*> terms_of_sealed(const State& s, const DatasetVersion& sealed) {
  std::vector<const RetentionTerm*> out;
  auto add = [&](const VersionId& of) {
    if (auto term = s.retention_terms.find(of.str()); term != s.retention_terms.end()) out.push_back(&term->second);
  };
  add(sealed.id);
  const Batch* batch = sealed.batch.empty() ? nullptr : find(s.batches, sealed.batch);
  if (batch && batch->held_version == sealed.id) add(batch->version);
  return out;
}

}  // namespace

std::vector<const RetentionTerm*> terms_of(const State& s, const VersionId& id) {
  std::optional<DatasetVersion> version = sealed_version(s, id);
  return version ? terms_of_sealed(s, *version) : std::vector<const RetentionTerm*>();
}

RetentionEnd retention_end(const State& s, const rules::LawPack& rules, DatasetVersion version) {
  const Dataset* dataset = find(s.datasets, version.dataset);
  if (!dataset) return {};
  // Held rows are kept as long as the columns that they are of: row numbers and reasons are nobody's data.
  std::erase_if(version.columns, [](const std::string& name) { return name == kHeldRowNumber || name == kHeldReasons; });
  for (std::string& name : version.columns)
    if (name.starts_with(kHeldCellPrefix) && !dataset->column(name)) name.erase(0, kHeldCellPrefix.size());
  RetentionEnd out = end_by_rules(s, rules, version, *dataset);
  for (const RetentionTerm* term : terms_of_sealed(s, version)) {
    TimeMs kept = std::max(term->until_ms, term->reached_ms.value_or(0));
    if (kept > out.at_ms) out.at_ms = kept, out.extended = true;
  }
  return out;
}

RetentionEnd retention_end(const State& s, const rules::LawPack& rules, const VersionId& id) {
  std::optional<DatasetVersion> version = sealed_version(s, id);
  return version ? retention_end(s, rules, std::move(*version)) : RetentionEnd{};
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
    bool stands = reached <= end_by_rules(s, c.rules.law, *version, after).at_ms || (term != s.retention_terms.end() && std::max(term->second.until_ms, term->second.reached_ms.value_or(0)) >= reached);
    if (!stands) events.push_back(RetentionExtended{.version = id, .until_ms = reached, .reason = "改分类前的保存期限不变 / the end reached before regrading stays", .regraded = true});
  }
}

Result<Events> decide_on(const State& s, const Context& c, const KeepLonger& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  const DatasetVersion* version = find(s.versions, cmd.version);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  if (!dataset || dataset->owner != person->party) return fail(Errc::not_found, "version.not_found");
  // Also before the end by the rules: a person's deletion goes before that, and is held back by this alone.
  auto held = s.retention_terms.find(cmd.version.str());
  bool shorter = held != s.retention_terms.end() && held->second.holds(c.now) && cmd.until_ms <= held->second.until_ms;
  if (cmd.until_ms <= c.now || shorter || cmd.until_ms > c.now + kKeepDaysMax * kDayMs)
    return fail(Errc::invalid, "law.retention_bad_term");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{RetentionExtended{.version = cmd.version, .until_ms = cmd.until_ms, .reason = cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const EndHold& cmd) {
  const Person* person = TRY(acting_as_any(s, c, {"security_officer", "pi_officer"}));
  const DatasetVersion* version = find(s.versions, cmd.version);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  if (!dataset || dataset->owner != person->party) return fail(Errc::not_found, "version.not_found");
  auto term = s.retention_terms.find(cmd.version.str());
  if (term == s.retention_terms.end() || !term->second.holds(c.now)) return fail(Errc::conflict, "law.not_held");
  TRY(second_person(s, c, term->second.by));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{HoldEnded{.version = cmd.version, .until_ms = term->second.until_ms, .set_by = term->second.by, .reason = cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ChaseRecipient& cmd) {
  ActsFor acts;
  const Release* release = find(s.releases, cmd.release);
  const Contract* contract = release ? find(s.contracts, release->contract) : nullptr;
  if (!c.principal.system) {
    acts = TRY(acts_for(s, c, Duty::data_manager, cmd.mandate, MandateAct::chase));
    if (contract && contract->terms.provider != acts.party->id) contract = nullptr;
  }
  const Product* product = contract ? find(s.products, contract->terms.product) : nullptr;
  if (!product) return fail(Errc::not_found, "release.not_found");
  TRY(covered(acts, *product, contract->terms.purpose));
  bool received = release->status != ReleaseStatus::failed && release->status != ReleaseStatus::prepared;
  if (release->destruction || !received || c.now < release->expires_ms + kDestructionDays * kDayMs) return fail(Errc::conflict, "law.not_overdue");
  auto before = s.chased.find(cmd.release.str());
  if (before != s.chased.end() && c.now < before->second.last_ms + kDayMs) return fail(Errc::conflict, "law.chased_today");
  TRY(need_text("note", cmd.note, kTextBytesMax));
  Events events{RecipientChased{cmd.release, contract->terms.recipient, cmd.note, before == s.chased.end() ? 1 : before->second.times + 1}};
  note_act(events, acts, {.act = MandateAct::chase, .command = std::string(ChaseRecipient::kind), .product = product->id, .contract = contract->id, .release = cmd.release});
  return events;
}

void fold(State& s, const RetentionExtended& e, const EventPlace& at) {
  auto before = s.retention_terms.find(e.version.str());
  bool regraded = e.regraded.value_or(false), held = before != s.retention_terms.end() && !before->second.regraded.value_or(false);
  // What somebody decided goes on beside what was reached.
  if (regraded && held) {
    before->second.reached_ms = std::max(e.until_ms, before->second.reached_ms.value_or(0));
    return;
  }
  RetentionTerm term{.until_ms = e.until_ms, .reason = e.reason, .by = e.set_by.value_or(at.actor), .at_ms = at.time, .regraded = e.regraded};
  if (!regraded && before != s.retention_terms.end()) term.reached_ms = held ? before->second.reached_ms : std::optional(before->second.until_ms);
  s.retention_terms[e.version.str()] = std::move(term);
}
void fold(State& s, const HoldEnded& e, const EventPlace&) {
  auto term = s.retention_terms.find(e.version.str());
  if (term == s.retention_terms.end()) return;
  if (!term->second.reached_ms) {
    s.retention_terms.erase(term);
    return;
  }
  term->second = RetentionTerm{.until_ms = *term->second.reached_ms, .reason = term->second.reason, .by = term->second.by, .at_ms = term->second.at_ms, .regraded = true};
}
void carry_term(const State& s, const VersionId& from, const VersionId& to, Events& events) {
  auto found = s.retention_terms.find(from.str());
  if (found == s.retention_terms.end()) return;
  const RetentionTerm& term = found->second;
  if (term.reached_ms) events.push_back(RetentionExtended{.version = to, .until_ms = *term.reached_ms, .reason = term.reason, .regraded = true, .set_by = term.by});
  events.push_back(RetentionExtended{.version = to, .until_ms = term.until_ms, .reason = term.reason, .regraded = term.regraded, .set_by = term.by});
}
void fold(State& s, const RecipientChased& e, const EventPlace& at) {
  s.chased[e.release.str()] = Chased{.times = e.times, .last_ms = at.time, .note = e.note};
}

}  // namespace sluice::space
