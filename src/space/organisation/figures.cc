#include "space/organisation/figures.h"

#include <algorithm>

#include "space/fold.h"
#include "space/inventory/routing.h"

namespace sluice::space {

namespace {

// One thing that waited for somebody's word, and got it.
struct Decided {
  std::string_view kind;
  PersonId by;
  TimeMs asked = 0, done = 0, due = 0;
};

bool of_department(const rules::RuleSet& rules, const Paper& paper) {
  const rules::LawPaper* kind = rules.law.paper(paper.form.kind);
  return kind && paper.form.unit && std::find(kind->needs.begin(), kind->needs.end(), "unit") != kind->needs.end();
}

void add_office(const State& s, const PartyId& party, TimeMs within, std::vector<Decided>& out) {
  for (const auto& [id, o] : s.operations)
    if (o.party == party && o.flow == OperationFlow::person && o.decided_ms > 0) out.push_back({"operation", o.decided_by, o.at_ms, o.decided_ms, o.at_ms + within});
  for (const auto& [id, e] : s.exceptions) {
    if (e.party != party) continue;
    if (e.decided_ms > 0) out.push_back({"exception", e.decided_by, e.at_ms, e.decided_ms, e.at_ms + within});
    if (e.reviewed_ms > 0) out.push_back({"exception_review", e.reviewed_by, e.until_ms, e.reviewed_ms, e.review_due_ms});
  }
  for (const auto& [id, r] : s.reversals)
    if (r.party == party && r.decided_ms > 0) out.push_back({"reversal", r.decided_by, r.at_ms, r.decided_ms, r.at_ms + within});
  for (const auto& [id, a] : s.applications) {
    const Product* product = find(s.products, a.product);
    if (!product || product->owner != party) continue;
    for (const Vote& vote : a.votes) out.push_back({"vote", vote.member, a.at_ms, vote.at_ms, a.at_ms + within});
  }
}

void add_law(const State& s, const PartyId& party, TimeMs within, std::vector<Decided>& out) {
  for (const auto& [id, p] : s.papers)
    if (p.owner == party && p.checked_ms > 0) out.push_back({"paper", p.checked_by, p.at_ms, p.checked_ms, p.at_ms + within});
  for (const auto& [id, a] : s.assessments)
    if (a.owner == party && a.decided_ms > 0) out.push_back({"assessment", a.decided_by, a.at_ms, a.decided_ms, a.at_ms + within});
  for (const auto& [id, r] : s.subject_requests)
    if (r.owner == party && r.decided_ms > 0) out.push_back({"subject_request", r.decided_by, r.at_ms, r.decided_ms, r.due_ms});
  for (const auto& [id, c] : s.row_corrections)
    if (c.owner == party && c.decided_ms > 0) out.push_back({"correction", c.decided_by, c.at_ms, c.decided_ms, c.at_ms + within});
}

void add_grading(const State& s, const PartyId& party, TimeMs within, TimeMs step, std::vector<Decided>& out) {
  for (const auto& [id, l] : s.lowerings)
    if (l.party == party && l.decided_ms > 0) out.push_back({"lowering", l.decided_by, l.at_ms, l.decided_ms, l.at_ms + within});
  for (const auto& [id, c] : s.rule_changes)
    if (c.party == party && c.decided_ms > 0) out.push_back({"rule_change", c.decided_by, c.assessed_ms, c.decided_ms, c.assessed_ms + within});
  for (const auto& [id, l] : s.graded_lists)
    if (l.party == party && l.signed_ms > 0) out.push_back({"list", l.signed_by, l.issued_ms, l.signed_ms, l.issued_ms + within});
  // Who is asked is asked once: what is said again later is said unasked.
  for (const auto& [id, d] : s.datasets) {
    if (d.owner != party || d.answers.empty() || d.answers.front().number != 1 || d.versions.empty()) continue;
    const DatasetVersion* first = find(s.versions, d.versions.front());
    if (first) out.push_back({"facts", d.answers.front().by, first->at_ms, d.answers.front().at_ms, first->at_ms + step});
  }
}

class Tally {
 public:
  Tally(const State& state, const PartyId& party) : state_(state), party_(party) {
    for (const auto& [id, u] : state.units)
      if (u.party == party) by_unit_[id].unit = u.id;
  }

  // Of a unit that is not there, or none: of none.
  DepartmentFigures& of(const UnitId& unit) {
    auto found = by_unit_.find(unit.str());
    return found == by_unit_.end() ? none_ : found->second;
  }
  DepartmentFigures& of(const PersonId& person) {
    auto placed = state_.unit_of.find(person.str());
    return of(placed == state_.unit_of.end() ? UnitId{} : placed->second);
  }

  void count(const Decided& one) {
    DepartmentFigures& f = of(one.by);
    f.decisions++;
    f.decided[std::string(one.kind)]++;
    f.in_time += one.done <= one.due;
    minutes_[f.unit.str()].push_back(std::max<TimeMs>(0, one.done - one.asked) / kMinuteMs);
  }

  std::vector<DepartmentFigures> done() {
    std::vector<DepartmentFigures> out;
    for (auto& [id, f] : by_unit_) out.push_back(std::move(f));
    if (encode(none_) != encode(DepartmentFigures{})) out.push_back(std::move(none_));
    for (DepartmentFigures& f : out)
      if (auto found = minutes_.find(f.unit.str()); found != minutes_.end()) {
        std::vector<int64_t>& minutes = found->second;
        auto middle = minutes.begin() + static_cast<std::ptrdiff_t>(minutes.size() / 2);
        std::nth_element(minutes.begin(), middle, minutes.end());
        f.median_minutes = *middle;
      }
    return out;
  }

 private:
  const State& state_;
  const PartyId& party_;
  std::map<std::string, DepartmentFigures> by_unit_;
  std::map<std::string, std::vector<int64_t>> minutes_;
  DepartmentFigures none_;
};

}  // namespace

bool procedure_due(const State& s, const rules::RuleSet& rules, const Paper& paper, TimeMs now) {
  if (paper.status != PaperStatus::checked || !of_department(rules, paper)) return false;
  if (now + rules.grading.review.remind_days * kDayMs < paper.form.expires_ms) return false;
  return std::none_of(s.papers.begin(), s.papers.end(), [&](const auto& other) {
    const Paper& p = other.second;
    return p.owner == paper.owner && (p.status == PaperStatus::checked || p.status == PaperStatus::entered) && p.form.kind == paper.form.kind && p.form.unit == paper.form.unit &&
           p.form.title == paper.form.title && p.form.expires_ms > paper.form.expires_ms;
  });
}

std::vector<DepartmentFigures> department_figures(const State& s, const rules::RuleSet& rules, const PartyId& party, const Period& period, TimeMs now) {
  Tally tally(s, party);
  for (const auto& [id, p] : s.persons)
    if (p.party == party && !p.suspended) tally.of(p.id).people++;
  for (const auto& [id, d] : s.datasets) {
    if (d.owner != party) continue;
    DepartmentFigures& f = tally.of(d.facts ? d.facts->department : UnitId{});
    f.datasets++;
    f.asked += kDatasetQuestions;
    f.unanswered += static_cast<int64_t>(open_questions(s, d).size());
    for (const CatalogField& field : d.columns) {
      f.columns++;
      f.confirmed += field.confirmed;
      f.level4_up += field.confirmed && field.level >= 4;
      f.reopened += field.reopened();
      f.expired += field.expired(now);
    }
  }
  for (const auto& [id, item] : s.items) {
    if (item.party != party || item.ended_ms > 0) continue;
    DepartmentFigures& f = tally.of(item.facts.department);
    f.items++;
    f.columns++;
    f.confirmed += item.grade.has_value();
    f.level4_up += item.grade && item.grade->level >= 4;
    f.expired += item.expired(now);
  }
  for (const auto& [id, p] : s.papers) {
    if (p.owner != party || !of_department(rules, p)) continue;
    DepartmentFigures& f = tally.of(*p.form.unit);
    f.procedures += p.in_force(now);
    f.procedures_due += procedure_due(s, rules, p, now);
  }
  TimeMs within = rules.operations.tasks.remind_after_hours * kHourMs;
  std::vector<Decided> decided;
  add_office(s, party, within, decided);
  add_law(s, party, within, decided);
  add_grading(s, party, within, rules.operations.tasks.escalate_after_hours * kHourMs, decided);
  for (const Decided& one : decided) {
    const Person* by = find(s.persons, one.by);
    if (by && by->party == party && one.done >= period.from && one.done < period.until) tally.count(one);
  }
  return tally.done();
}

}  // namespace sluice::space
