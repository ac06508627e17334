// The review queue: what should be looked at, why, and what helps to decide.
#include <algorithm>
#include <set>

#include "node/classify_version.h"
#include "node/grading_view.h"
#include "space/catalog/protection.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kReportsKept = 64, kDecidedBefore = 5, kSimilarMax = 500;

struct Waiting {
  DatasetId dataset;
  std::string title, table;
  CatalogField field;
  std::optional<Digest> report;
  std::string data_type;
  int floor = 1;
  std::vector<std::string> why;
  bool may_confirm = false;
};

std::vector<std::string> reasons_to_look(const CatalogField& f, TimeMs now) {
  std::vector<std::string> why;
  if (f.reopened()) why.push_back("reopened");
  if (f.expired(now)) why.push_back("expired");
  if (!f.confirmed && f.proposal) why.push_back(f.proposal->review ? "review" : "open");
  return why;
}

// Reopened and doubtful before sure; the severe and unsure first.
int64_t urgency(const Waiting& w) {
  int64_t rank = w.why.front() == "reopened" ? 3 : w.why.front() == "review" ? 2 : w.why.front() == "expired" ? 1 : 0;
  int level = grade_of(w.field).level, sure = w.field.proposal ? w.field.proposal->confidence_permille : 0;
  return rank * 1'000'000 + level * 10'000 + (1000 - sure);
}

struct Decided {
  Json json;
  std::string key, title, type;
};
struct Open {
  DatasetId dataset;
  std::string dataset_title, column, title, key;
};

struct Queue {
  std::vector<Waiting> waiting;
  std::vector<Decided> decided;
  std::vector<Open> open;
};

std::string title_of(const Dataset& d) { return d.title.empty() ? d.name : d.title; }

Queue queue_of(const View& view, const ReviewAsk& ask) {
  Queue q;
  for (const auto& [id, d] : view.state.datasets) {
    if (!view.owns(d.owner) && !view.sees_all()) continue;
    const Plan* plan = find(view.state.plans, d.plan);
    bool may = view.owns(d.owner) && view.holds(Duty::data_manager);
    for (const CatalogField& f : d.columns) {
      if (f.confirmed && !f.reopened())
        q.decided.push_back({Json::object({{"category", name_of(f.category)}, {"column", f.column}, {"confirmed_ms", f.confirmed_ms}, {"dataset", id},
                                           {"dataset_title", title_of(d)}, {"level", f.level}, {"title", f.title}, {"type", f.type}}),
                             name_key(f.column), f.title, f.type});
      std::vector<std::string> why = reasons_to_look(f, view.now);
      if (why.empty()) continue;
      q.open.push_back({d.id, title_of(d), f.column, f.title, name_key(f.column)});
      if (!ask.dataset.empty() && ask.dataset != id) continue;
      Waiting w{d.id, title_of(d), d.name, f, d.report, {}, 1, std::move(why), may};
      if (plan)
        for (const PlanField& p : plan->plan_fields)
          if (p.name == f.column) w.data_type = p.type;
      w.floor = floor_of(view.state, view.rules, d.owner, f.proposal ? f.proposal->type : f.type);
      q.waiting.push_back(std::move(w));
    }
  }
  std::stable_sort(q.waiting.begin(), q.waiting.end(), [](const Waiting& a, const Waiting& b) { return urgency(a) > urgency(b); });
  return q;
}

Json evidence_json(const EvidenceNote& e) { return Json::object({{"en", e.en}, {"id", e.id}, {"weight", e.weight}, {"zh", e.zh}}); }

Json candidate_json(const CandidateNote& c, const FieldReport& report, const rules::RuleSet& rules) {
  Json out = Json::object({{"confidence_permille", c.confidence_permille}, {"type", c.type}, {"zh", c.type}, {"en", c.type}, {"category", "none"}, {"level", 1}});
  if (const rules::TypeRule* type = rules.type(c.type))
    out.set("zh", type->zh).set("en", type->en).set("category", type->category).set("level", type->level);
  Json evidence = Json::array();
  for (const EvidenceNote& e : report.evidence)
    if (e.type == c.type) evidence.push(evidence_json(e));
  return out.set("evidence", std::move(evidence));
}

void set_report(Json& item, const FieldReport* report, const rules::RuleSet& rules) {
  Json evidence = Json::array(), candidates = Json::array();
  item.set("contains_level5", Json()).set("profile", Json());
  if (report) {
    for (const EvidenceNote& e : report->evidence) evidence.push(evidence_json(e));
    for (const CandidateNote& c : report->candidates) candidates.push(candidate_json(c, *report, rules));
    Json profile = encode(report->profile);
    for (const char* length : {"length_min", "length_max"})
      if (!profile.find(length)) profile.set(length, 0);
    item.set("profile", std::move(profile));
    if (report->level5) {
      std::string n = std::to_string(report->level5->rows);
      item.set("contains_level5", encode(*report->level5).set("zh", "含第5级内容 " + n + " 行").set("en", n + " rows with level 5 content"));
    }
  }
  item.set("evidence", std::move(evidence)).set("candidates", std::move(candidates));
}

Json proposal_json(const FieldProposal& p, const rules::RuleSet& rules) {
  const rules::TypeRule* type = rules.type(p.type);
  return Json::object({{"category", name_of(p.category)}, {"confidence_permille", p.confidence_permille}, {"enterprise", p.enterprise.value_or(false)},
                       {"identifying", p.identifying}, {"level", p.level}, {"quasi", p.quasi}, {"type", p.type}, {"type_en", type ? type->en : p.type},
                       {"type_zh", type ? type->zh : p.type_zh}});
}

Json item_of(const Waiting& w, const ClassificationReport* report, const Queue& q, const rules::RuleSet& rules) {
  const CatalogField& f = w.field;
  Json why = Json::array(), drift = Json::array(), before = Json::array(), similar = Json::array(), can = Json::array();
  for (const auto& reason : w.why) why.push(reason);
  for (const DriftFinding& d : f.drift)
    drift.push(Json::object({{"at_ms", f.drift_ms.value_or(0)}, {"cause", d.cause}, {"en", d.en}, {"version", f.drift_version ? f.drift_version->str() : ""}, {"zh", d.zh}}));
  if (w.may_confirm) can.push("confirm");
  Json item = Json::object({{"can", std::move(can)}, {"column", f.column}, {"data_type", w.data_type}, {"dataset", w.dataset.str()}, {"dataset_title", w.title},
                            {"drift", std::move(drift)}, {"floor", w.floor}, {"table", w.table}, {"title", f.title}, {"why", std::move(why)}});
  item.set("proposal", f.proposal ? proposal_json(*f.proposal, rules) : Json());
  item.set("verdict", Json());
  if (f.confirmed)
    item.set("verdict", Json::object({{"category", name_of(f.category)}, {"confirmed_by", f.confirmed_by.str()}, {"confirmed_ms", f.confirmed_ms},
                                      {"identifying", f.identifying}, {"level", f.level}, {"quasi", f.quasi}, {"reason", f.reason}, {"type", f.type},
                                      {"valid_until_ms", f.valid_until_ms.value_or(0)}}));
  set_report(item, report ? report->column(f.column) : nullptr, rules);
  std::string key = name_key(f.column);
  auto alike = [&](const std::string& other_key, const std::string& other_title) { return other_key == key || (!f.title.empty() && other_title == f.title); };
  for (const Decided& d : q.decided) {
    if (before.as_array().size() >= kDecidedBefore || !alike(d.key, d.title)) continue;
    const rules::TypeRule* rule = rules.type(d.type);
    before.push(Json(d.json).set("type_zh", rule ? rule->zh : d.type));
  }
  for (const Open& o : q.open)
    if (similar.as_array().size() < kSimilarMax && alike(o.key, o.title) && !(o.dataset == w.dataset && o.column == f.column))
      similar.push(Json::object({{"column", o.column}, {"dataset", o.dataset.str()}, {"dataset_title", o.dataset_title}, {"title", o.title}}));
  return item.set("decided_before", std::move(before)).set("similar", std::move(similar));
}

}  // namespace

std::shared_ptr<const ClassificationReport> GradingDesk::report(const std::optional<Digest>& digest) {
  if (!digest) return nullptr;
  {
    std::lock_guard lock(mutex_);
    for (auto it = reports_.begin(); it != reports_.end(); ++it)
      if (it->first == *digest) {
        reports_.splice(reports_.begin(), reports_, it);
        return it->second;
      }
  }
  auto read = classification_report(node_, *digest);
  if (!read) return nullptr;
  auto kept = std::make_shared<const ClassificationReport>(std::move(*read));
  std::lock_guard lock(mutex_);
  reports_.emplace_front(*digest, kept);
  if (reports_.size() > kReportsKept) reports_.pop_back();
  return kept;
}

Result<std::shared_ptr<const rules::RuleSet>> GradingDesk::rules_for(const Principal& by) {
  return rules_of(node_, TRY(viewed(by, [](const View& view) { return view.person.party; })));
}

Result<Json> GradingDesk::review(const Principal& by, const ReviewAsk& ask) {
  auto rules = TRY(rules_for(by));
  Queue q = TRY(viewed(by, [&](const View& view) { return queue_of(view, ask); }));
  std::map<std::string, int64_t> counts{{"review", 0}, {"reopened", 0}, {"expired", 0}, {"open", 0}};
  for (const Waiting& w : q.waiting)
    for (const auto& why : w.why) counts[why]++;
  if (!ask.why.empty())
    std::erase_if(q.waiting, [&](const Waiting& w) { return std::find(w.why.begin(), w.why.end(), ask.why) == w.why.end(); });
  Json items = Json::array();
  size_t end = std::min(q.waiting.size(), ask.after + ask.limit);
  for (size_t i = std::min(ask.after, end); i < end; i++) items.push(item_of(q.waiting[i], report(q.waiting[i].report).get(), q, *rules));
  Json out = Json::object({{"items", std::move(items)}, {"total", q.waiting.size()}, {"counts", encode(counts)}});
  return out.set("next", end < q.waiting.size() ? Json(std::to_string(end)) : Json());
}

Result<Json> GradingDesk::suggestions(const Principal& by) {
  auto rules = TRY(rules_for(by));
  return viewed(by, [&](const View& view) {
    struct Said {
      int64_t fields = 0, contradicted = 0;
      std::set<std::string> datasets;
    };
    std::map<std::string, Said> counted;  // as the state keys what is remembered
    for (const auto& [id, d] : view.state.datasets)
      for (const CatalogField& f : d.columns) {
        auto said = view.state.remembered.find(d.owner.str() + ":" + name_key(f.column));
        if (said == view.state.remembered.end() || !f.confirmed) continue;
        Said& count = counted[said->first];
        bool agrees = f.type == said->second.type;
        count.fields += agrees;
        count.contradicted += !agrees;
        if (agrees) count.datasets.insert(id);
      }
    Json items = Json::array();
    for (const auto& [id, said] : view.state.remembered) {
      if (!view.owns(said.party) && !view.sees_all()) continue;
      const rules::TypeRule* type = rules->type(said.type);
      const Said& count = counted[id];
      items.push(Json::object({{"at_ms", said.at_ms}, {"category", name_of(said.category)}, {"contradicted", count.contradicted}, {"datasets", count.datasets.size()},
                               {"fields", count.fields}, {"level", said.level}, {"name", said.name}, {"title", said.title}, {"type", said.type},
                               {"type_zh", type ? type->zh : said.type}}));
    }
    return Json::object({{"items", std::move(items)}});
  });
}

}  // namespace sluice::node
