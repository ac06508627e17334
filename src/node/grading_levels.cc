// Levels in a flow, lineage, profiles, worksheet.
#include <algorithm>

#include "classify/classify.h"
#include "classify/grade.h"
#include "collect/quality.h"
#include "node/grading_view.h"
#include "node/measure_version.h"
#include "space/catalog/level.h"
#include "space/catalog/protection.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kQuasiMax = 12, kCombinationsKept = 40;
constexpr TimeMs kNever = 0;

Json argument_json(const classify::ArguedCell& a) {
  return Json::object({{"degree", a.degree}, {"en", a.en}, {"level", a.level.value()}, {"object", a.object}, {"property", a.property}, {"zh", a.zh}});
}

Json types_of_class(const rules::RuleSet& rules, const std::string& class_id, std::map<std::string, int64_t>& used) {
  Json out = Json::array();
  for (const auto& t : rules.types.types) {
    if (t.class_id != class_id) continue;
    Json arguments = Json::array();
    for (const auto& a : classify::argue(rules, t.id)) arguments.push(argument_json(a));
    out.push(Json::object({{"arguments", std::move(arguments)}, {"en", t.en}, {"enterprise", t.mark.has_value()}, {"fields", used[t.id]}, {"id", t.id},
                           {"identifier", t.identifier.value_or("none")}, {"level", t.level}, {"zh", t.zh}}));
  }
  return out;
}

Json class_json(const rules::RuleSet& rules, const rules::TaxonomyClass& c, std::map<std::string, int64_t>& used) {
  Json arguments = Json::array();
  int highest = 0;
  for (const auto& a : rules.worksheet.arguments) {
    if (a.class_id != c.id || a.type) continue;
    int level = 0;
    for (const auto& row : rules.worksheet.matrix)
      for (size_t d = 0; row.object == a.object && d < rules.worksheet.degrees.size(); d++)
        if (rules.worksheet.degrees[d].id == a.degree) level = row.levels[d];
    highest = std::max(highest, level);
    arguments.push(Json::object({{"degree", a.degree}, {"en", a.en}, {"level", level}, {"object", a.object}, {"property", a.property}, {"zh", a.zh}}));
  }
  return Json::object({{"arguments", std::move(arguments)}, {"en", c.en}, {"id", c.id}, {"level", highest}, {"scope", c.scope},
                       {"types", types_of_class(rules, c.id, used)}, {"zh", c.zh}});
}

Json rate(int64_t ppm, std::string zh, std::string en) {
  return Json::object({{"en", std::move(en)}, {"permille", ppm / 1000}, {"zh", std::move(zh)}});
}

int64_t days_between(const std::string& frequency) {
  for (auto [word, days] : {std::pair{"daily", 1}, {"每日", 1}, {"weekly", 7}, {"每周", 7}, {"monthly", 31}, {"每月", 31}, {"quarterly", 92}, {"每季", 92}, {"yearly", 366}, {"每年", 366}})
    if (frequency.find(word) != std::string::npos) return days;
  return 0;
}

struct Measured {
  Dataset dataset;
  std::optional<Digest> quality;
  TimeMs newest_ms = kNever, now = 0;
};

Json quality_json(Node& node, const Measured& m, const ClassificationReport* report) {
  Json out = Json::object({{"completeness", Json()}, {"validity", Json()}, {"consistency", Json()}, {"timeliness", Json()}, {"uniqueness", Json()}});
  if (report) {
    int64_t cells = 0, filled = 0;
    for (const FieldReport& f : report->columns) cells += f.profile.rows, filled += f.profile.rows - f.profile.nulls - f.profile.empty;
    if (cells) out.set("completeness", rate(filled * 1'000'000 / cells, "非空单元格占比", "share of cells that are filled"));
    if (report->rows) out.set("uniqueness", rate((report->rows - report->repeated_rows) * 1'000'000 / report->rows, "不重复行占比", "share of rows that repeat no other"));
  }
  if (m.quality) {
    auto blob = node.ledger().blob(*m.quality);
    auto json = blob ? parse_json(text(*blob)) : Result<Json>(fail(Errc::not_found, "blob"));
    auto batch = json ? decode<collect::QualityReport>(*json) : Result<collect::QualityReport>(tl::unexpected(json.error()));
    if (batch) {
      out.set("validity", rate(batch->validity_ppm, "符合字段规则的取值占比", "share of values that keep the rules of their field"));
      out.set("consistency", rate(batch->consistency_ppm, "符合跨字段规则的行占比", "share of rows that keep the rules across fields"));
    }
  }
  if (int64_t period = days_between(m.dataset.frequency); period > 0 && m.newest_ms > 0) {
    int64_t late = std::max<int64_t>(0, (m.now - m.newest_ms) / kDayMs - period);
    out.set("timeliness", rate(std::max<int64_t>(0, 1'000'000 - late * 1'000'000 / period), late ? "最近一批晚于约定频率" + std::to_string(late) + "天" : "最近一批在约定频率内",
                               late ? "the newest batch is " + std::to_string(late) + " days overdue" : "the newest batch is within its period"));
  }
  return out;
}

// What columns that no plan knows would be, by their names beside those that are known: nobody collects them, so nothing more is there.
Result<Json> unplanned_json(const rules::RuleSet& rules, const Dataset& d) {
  Json out = Json::array();
  if (d.unplanned.empty()) return out;
  std::shared_ptr<const rules::RuleSet> borrowed(std::shared_ptr<void>(), &rules);
  auto classifier = TRY(classify::Classifier::create(borrowed));
  std::vector<classify::FieldInput> fields;
  for (const std::string& name : d.unplanned) fields.push_back({.table = d.name, .table_comment = d.title, .column = name, .type = {}, .comment = {}, .values = {}});
  for (const CatalogField& f : d.columns) fields.push_back({.table = d.name, .table_comment = d.title, .column = f.column, .type = {}, .comment = f.title, .values = {}});
  auto verdicts = classifier.classify(fields);
  for (size_t i = 0; i < d.unplanned.size(); i++) {
    const classify::Verdict& v = verdicts[i];
    const rules::TypeRule* type = rules.type(v.type);
    out.push(Json::object({{"column", d.unplanned[i]}, {"type", v.type}, {"type_zh", type ? type->zh : v.type}, {"category", name_of(v.category)},
                           {"level", v.level.value()}, {"confidence_permille", v.confidence_permille}}));
  }
  return out;
}

std::vector<std::string> known_quasi(const Dataset& d, const DatasetVersion& v) {
  std::vector<std::string> out;
  for (const std::string& name : v.columns) {
    const CatalogField* f = d.column(name);
    if (!f || out.size() >= kQuasiMax) continue;
    bool quasi = f->confirmed ? f->quasi && !f->identifying : f->proposal && f->proposal->quasi && !f->proposal->identifying;
    if (quasi) out.push_back(name);
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const std::vector<GradedRow>>> GradingDesk::whole_list(const Principal& by) {
  auto rules = TRY(rules_for(by));
  uint64_t published = node_.space().published();
  return viewed(by, [&](const View& view) -> std::shared_ptr<const std::vector<GradedRow>> {
    KeptList fresh{view.person.party, view.sees_all(), published, rules->digest, view.now / kMinuteMs, nullptr};
    {
      std::lock_guard lock(mutex_);
      bool same = list_.rows && list_.party == fresh.party && list_.all == fresh.all && list_.published == fresh.published && list_.rules == fresh.rules && list_.minute == fresh.minute;
      if (same) return list_.rows;
    }
    fresh.rows = std::make_shared<const std::vector<GradedRow>>(graded_rows(view, *rules));
    std::lock_guard lock(mutex_);
    list_ = fresh;
    return fresh.rows;
  });
}

Result<std::vector<GradedRow>> GradingDesk::rows(const Principal& by, const ListFilter& filter) {
  std::vector<GradedRow> out;
  auto all = TRY(whole_list(by));
  std::copy_if(all->begin(), all->end(), std::back_inserter(out), [&](const GradedRow& row) { return passes(row, filter); });
  return out;
}

Result<GradingDesk::ListPage> GradingDesk::page(const Principal& by, const ListFilter& filter, size_t from, size_t limit) {
  auto all = TRY(whole_list(by));
  std::vector<const GradedRow*> passing;
  for (const GradedRow& row : *all)
    if (passes(row, filter)) passing.push_back(&row);
  ListPage out{.items = {}, .total = passing.size(), .completeness = completeness_of(passing)};
  for (size_t i = from; i < passing.size() && i - from < limit; i++) out.items.push_back(*passing[i]);
  return out;
}

Result<Json> GradingDesk::worksheet(const Principal& by) {
  auto rules = TRY(rules_for(by));
  std::map<std::string, int64_t> used;
  for (const GradedRow& row : TRY(rows(by, {}))) used[row.type]++;
  Json tree = Json::array();
  for (std::string_view name : enum_names(Category{})) {
    Category category = *enum_of<Category>(name);
    Json classes = Json::array();
    for (const auto& c : rules->taxonomy.classes)
      if (c.category == name) classes.push(class_json(*rules, c, used));
    if (!classes.as_array().empty()) tree.push(Json::object({{"category", name}, {"classes", std::move(classes)}, {"en", name}, {"zh", label_zh(category)}}));
  }
  const rules::Worksheet& sheet = rules->worksheet;
  return Json::object({{"pack", sheet.pack}, {"version", sheet.version}, {"interim", sheet.interim}, {"note", sheet.note}, {"rules_digest", hex(rules->digest)},
                       {"objects", encode(sheet.objects)}, {"properties", encode(sheet.properties)}, {"degrees", encode(sheet.degrees)},
                       {"matrix", encode(sheet.matrix)}, {"tree", std::move(tree)}, {"associations", encode(sheet.associations)},
                       {"national", encode(sheet.national)}, {"policy", encode(rules->grading)}});
}

Result<Json> GradingDesk::profile(const Principal& by, const std::string& id) {
  Measured m = TRY(viewed(by, [&](const View& view) -> Result<Measured> {
    const Dataset* d = nullptr;
    auto it = view.state.datasets.find(id);
    if (it != view.state.datasets.end() && may_see(view.state, view.person, it->second, view.now)) d = &it->second;
    if (!d) return fail(Errc::not_found, "dataset.not_found");
    Measured out{*d, {}, kNever, view.now};
    for (const auto& [key, b] : view.state.batches)
      if (b.dataset == d->id && b.status == BatchStatus::sealed && b.at_ms >= out.newest_ms) out.newest_ms = b.at_ms, out.quality = b.quality_digest;
    return out;
  }));
  auto known = report(m.dataset.report);
  Json fields = Json::array(), drift = Json::array();
  if (known)
    for (const FieldReport& f : known->columns) fields.push(encode(f.profile).set("column", f.column));
  for (const CatalogField& f : m.dataset.columns)
    for (const DriftFinding& d : f.drift)
      drift.push(encode(d).set("at_ms", f.drift_ms.value_or(0)).set("version", f.drift_version ? f.drift_version->str() : ""));
  auto rules = TRY(rules_for(by));
  Json unplanned = TRY(unplanned_json(*rules, m.dataset));
  for (const std::string& name : m.dataset.unplanned)
    drift.push(Json::object({{"at_ms", m.newest_ms}, {"cause", "new_column"}, {"column", name}, {"en", "a column of the newest file that the plan does not know"},
                             {"version", ""}, {"zh", "最近一批文件中计划未列的字段"}}));
  return Json::object({{"version", known ? known->version.str() : ""}, {"rows", known ? known->rows : 0}, {"fields", std::move(fields)},
                       {"quality", quality_json(node_, m, known.get())}, {"drift", std::move(drift)}, {"unplanned", std::move(unplanned)}, {"associations", encode(m.dataset.associations)}});
}

Result<Json> GradingDesk::level(const Principal& by, const Json& body) {
  auto ask = TRY(decode<FlowAsk>(body));
  auto rules = TRY(rules_for(by));
  auto found = TRY(viewed(by, [&](const View& view) -> Result<FlowLevel> {
    for (const FlowPart& part : ask.parts) TRY(seen_dataset(view.state, view.person, part.dataset, view.now));
    return level_of_flow(view.state, *rules, ask, view.now);
  }));
  return encode(found);
}

Result<Json> GradingDesk::lineage(const Principal& by, const std::string& id) {
  auto rules = TRY(rules_for(by));
  VersionLineage lineage = TRY(viewed(by, [&](const View& view) -> Result<VersionLineage> {
    auto version = VersionId::parse(id);
    const DatasetVersion* v = version ? find(view.state.versions, *version) : nullptr;
    if (!v || !seen_dataset(view.state, view.person, v->dataset, view.now)) return fail(Errc::not_found, "version.not_found");
    return lineage_of(view.state, *rules, v->id, view.now);
  }));
  Json out = encode(lineage);
  out.set("measured", lineage.k ? Json::object({{"k", *lineage.k}, {"max_risk_ppm", *lineage.max_risk_ppm}}) : Json());
  return out;
}

Result<Json> GradingDesk::associate(const Principal& by, const VersionId& version, std::vector<std::string> quasi, int64_t size, const ProgressFn& progress) {
  auto subject = TRY(viewed(by, [&](const View& view) -> Result<std::pair<Dataset, std::vector<std::string>>> {
    const DatasetVersion* v = find(view.state.versions, version);
    if (!v) return fail(Errc::not_found, "version.not_found");
    const Dataset* d = TRY(view.own_dataset(v->dataset.str()));
    return std::pair{*d, known_quasi(*d, *v)};
  }));
  if (quasi.empty()) quasi = subject.second;
  if (quasi.empty()) return fail(Errc::invalid, "anonymity.no_columns");
  if (quasi.size() > kQuasiMax) return fail(Errc::invalid, "association.too_many_columns", std::to_string(kQuasiMax));
  RiskAsk ask;
  ask.quasi = quasi;
  ask.unique = std::clamp<int64_t>(size, 1, 5);
  Json risk = TRY(measure_version(node_, by, version, ask, progress));
  MeasuredAssociation m;
  m.version = version;
  m.quasi = quasi;
  m.rows = TRY(risk.get_int("rows"));
  m.unique_rows = TRY(risk.get_int("unique_rows"));
  m.k_min = TRY(risk.get_int("k"));
  for (const Json& set : risk.find("unique_combinations")->as_array())
    m.combinations.push_back({TRY(decode<std::vector<std::string>>(*set.find("columns"))), TRY(set.get_int("rows")), 1});
  std::stable_sort(m.combinations.begin(), m.combinations.end(), [](const auto& a, const auto& b) {
    return a.columns.size() != b.columns.size() ? a.columns.size() < b.columns.size() : a.unique_rows > b.unique_rows;
  });
  if (m.combinations.size() > kCombinationsKept) m.combinations.resize(kCombinationsKept);
  Principal node_acts{.person = by.person, .system = true, .stepped_up = by.stepped_up};
  TRY(node_.space().execute(node_acts, ReportAssociation{subject.first.id, m}));
  Json out = encode(m);
  Json asked = Json::object({{"fine_grained", false}, {"parts", Json::array({Json::object({{"columns", Json::array()}, {"dataset", subject.first.id.str()}, {"version", version.str()}})})},
                             {"rows", 0}, {"scenario", "internal"}});
  return out.set("flow", TRY(level(by, asked)));
}

Result<Json> GradingDesk::process(const Principal& by, const std::string& id) {
  auto rules = TRY(rules_for(by));
  return with_names(node_, TRY(viewed(by, [&](const View& view) { return process_json(view, *rules, id); })));
}

Result<std::string> GradingDesk::process_picture(const Principal& by, const std::string& id, policy::Language language) {
  auto rules = TRY(rules_for(by));
  return viewed(by, [&](const View& view) { return process_svg(view, *rules, id, language); });
}

Result<Json> GradingDesk::search(const Principal& by, const std::string& text, size_t limit) {
  auto rules = TRY(rules_for(by));
  std::shared_ptr<const classify::Pinyin> pinyin;
  {
    std::lock_guard lock(mutex_);
    if (!pinyin_.second || pinyin_.first != rules->digest) pinyin_ = {rules->digest, std::make_shared<const classify::Pinyin>(rules->pinyin)};
    pinyin = pinyin_.second;
  }
  return viewed(by, [&](const View& view) { return search_catalog(view, *rules, *pinyin, text, limit); });
}

}  // namespace sluice::node
