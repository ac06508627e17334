#include "space/catalog/level.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "space/catalog/protection.h"

namespace sluice::space {

namespace {

// A column of the flow with what the needs of rules ask about.
struct Standing {
  const Dataset* dataset = nullptr;
  VersionId version;
  std::string column, type;
  Category category = Category::none;
  bool identifying = false, quasi = false, level5_rows = false, masked = false;
  bool hidden = false;  // a quasi-identifier of a masked version whose k was measured and is enough
  bool crowd = false;   // of a masked version whose k is enough, and identifying nobody by itself (rules/grading.yaml: crowd)
  size_t at = 0;  // in FlowLevel::columns
};

bool meets(std::string_view need, const Standing& c) {
  auto colon = need.find(':');
  std::string_view kind = need.substr(0, colon), what = colon == std::string_view::npos ? std::string_view() : need.substr(colon + 1);
  if (kind == "type") return c.type == what;
  if (kind == "category") return name_of(c.category) == what;
  if (kind == "identifier") return what == "direct" ? c.identifying : c.quasi;
  return kind == "quasi" && c.quasi && !c.hidden && c.category == Category::personal;
}

size_t least_of(std::string_view need) {
  size_t least = 1;
  if (need.starts_with("quasi:")) std::from_chars(need.data() + 6, need.data() + need.size(), least);
  return std::max<size_t>(least, 1);
}

// Whether k of the masked version was measured over this column and is enough.
bool measured_enough(const MaskingResult& masking, const rules::GradingPack& pack, const std::string& column) {
  const auto& quasi = masking.quasi_identifiers;
  return masking.k >= pack.derived.k_min && std::find(quasi.begin(), quasi.end(), column) != quasi.end();
}

Standing standing_of(const State& s, const rules::GradingPack& pack, const Dataset& d, const VersionId& version, const CatalogField& f) {
  Standing c;
  c.dataset = &d;
  c.version = version;
  c.column = f.column;
  c.type = f.confirmed ? f.type : f.proposal ? f.proposal->type : "";
  c.category = grade_of(f).category;
  c.identifying = f.confirmed ? f.identifying : f.proposal ? f.proposal->identifying : true;
  c.quasi = f.confirmed ? f.quasi : f.proposal && f.proposal->quasi;
  c.level5_rows = f.by_row.value_or(false);
  if (const MaskingResult* masking = find(s.maskings, version)) {
    const MaskedColumn* m = masking->column(f.column);
    c.masked = true;
    c.identifying = !m || m->direct_identifier;
    if (m && m->technique != "keep") c.quasi = c.level5_rows = false;
    if (masking->run && masking->run->rows_level5) c.level5_rows = false;  // left out when it was masked
    c.hidden = measured_enough(*masking, pack, f.column);
    c.crowd = !c.identifying && masking->k >= pack.crowds().k_min;
  }
  return c;
}

void raise(FlowLevel& out, FlowReason reason) {
  out.level = std::max(out.level, reason.level);
  out.reasons.push_back(std::move(reason));
}

bool lifted(const rules::CrowdRule& crowd, std::string_view need) {
  return std::any_of(crowd.lifts.begin(), crowd.lifts.end(), [&](const std::string& what) { return need == what || need.substr(0, need.find(':')) == what; });
}

void scenario_rules(const rules::GradingPack& pack, std::string_view scenario, const std::vector<Standing>& columns, FlowLevel& out) {
  const rules::CrowdRule crowd = pack.crowds();
  for (const auto& rule : pack.scenario_rules) {
    if (rule.scenario != scenario) continue;
    FlowReason reason{.rule = rule.id, .level = rule.level, .columns = {}, .zh = rule.zh, .en = rule.en};
    for (const Standing& c : columns) {
      FlowColumn& column = out.columns[c.at];
      // What tells of a crowd is nobody's personal, health or treatment data any more: rules about a category mean those.
      if (c.crowd && lifted(crowd, rule.need)) continue;
      if (column.level >= rule.level || !meets(rule.need, c)) continue;
      column.level = rule.level;
      column.zh = rule.zh;
      column.en = rule.en;
      reason.columns.push_back(c.column);
    }
    if (!reason.columns.empty()) out.reasons.push_back(std::move(reason));
  }
}

void associations(const rules::Worksheet& sheet, const std::vector<Standing>& columns, FlowLevel& out) {
  for (const auto& rule : sheet.associations) {
    if (rule.level <= out.level) continue;
    FlowReason reason{.rule = rule.id, .level = rule.level, .columns = {}, .zh = "关联叠加：" + rule.zh, .en = "association: " + rule.en};
    bool holds = true;
    for (const std::string& need : rule.needs) {
      std::vector<std::string> met;
      for (const Standing& c : columns)
        if (meets(need, c)) met.push_back(c.column);
      holds = holds && met.size() >= least_of(need);
      reason.columns.insert(reason.columns.end(), met.begin(), met.end());
    }
    if (holds) raise(out, std::move(reason));
  }
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& n : names) out += (out.empty() ? "" : "+") + n;
  return out;
}

// The smallest measured combination, all of whose columns are in the flow, that singles out enough rows.
void measured_association(const rules::UniquenessRule& rule, const std::vector<Standing>& columns, FlowLevel& out) {
  bool beside = std::any_of(columns.begin(), columns.end(), [&](const Standing& c) {
    return std::find(rule.categories.begin(), rule.categories.end(), name_of(c.category)) != rule.categories.end();
  });
  if (!beside || rule.level <= out.level) return;
  const MeasuredCombination* best = nullptr;
  int64_t rows = 0;
  for (const Standing& first : columns)
    for (const MeasuredAssociation& measured : first.dataset->associations) {
      // What was measured on the source says nothing about what a technique left of it: only the masked version's own measurement.
      if ((first.masked || !first.version.empty()) && measured.version != first.version) continue;
      for (const MeasuredCombination& one : measured.combinations) {
        bool inside = std::all_of(one.columns.begin(), one.columns.end(), [&](const std::string& name) {
          return std::any_of(columns.begin(), columns.end(), [&](const Standing& c) { return c.dataset == first.dataset && c.masked == first.masked && c.column == name; });
        });
        bool enough = measured.rows > 0 && one.unique_rows * 1000 >= rule.unique_permille_min * measured.rows;
        if (!inside || !enough || (best && best->columns.size() <= one.columns.size())) continue;
        best = &one;
        rows = measured.rows;
      }
    }
  if (!best) return;
  std::string share = std::to_string(best->unique_rows) + "/" + std::to_string(rows);
  raise(out, {.rule = "measured", .level = rule.level, .columns = best->columns,
              .zh = "关联叠加：" + rule.zh + "（" + listed(best->columns) + "，" + share + "行唯一）",
              .en = "association: " + rule.en + " (" + listed(best->columns) + ", " + share + " rows unique)"});
}

// Rows count for more where none of them can be told to be a certain person's: a version whose k is enough has its own threshold.
bool is_crowd(const std::vector<Standing>& columns) {
  return std::all_of(columns.begin(), columns.end(), [](const Standing& c) { return c.crowd; });
}

void volume(const rules::GradingPack& pack, bool crowd, FlowLevel& out) {
  for (const auto& rule : pack.volumes)
    if (out.level >= rule.from_level && out.level < rule.level && out.rows >= (crowd ? rule.deidentified_rows_min.value_or(rule.rows_min) : rule.rows_min))
      raise(out, {.rule = rule.id, .level = rule.level, .columns = {}, .zh = rule.zh, .en = rule.en});
}

// What a column of an aggregate was made of: itself, what is summed, or for counts whatever they are grouped by.
int source_level(const Dataset& d, const std::string& column, const MaskingResult& masking, TimeMs now) {
  auto level_of = [&](std::string_view name) {
    const CatalogField* field = d.column(name);
    return field ? grade_of(*field, now).level : 5;
  };
  const MaskedColumn* made = masking.column(column);
  if (!made || made->technique != "aggregate") return level_of(column);
  size_t cut = column.starts_with("sum_") ? 4 : column.starts_with("mean_") ? 5 : 0;
  if (cut) return level_of(std::string_view(column).substr(cut));
  int level = 1;
  for (const std::string& by : masking.quasi_identifiers) level = std::max(level, level_of(by));
  return level;
}

// A masked version without enough k keeps the level of what it was made of, in the columns that still tell people apart.
void derived(const State& s, const rules::GradingPack& pack, const std::vector<Standing>& columns, FlowLevel& out, TimeMs now) {
  for (const Standing& c : columns) {
    const MaskingResult* masking = c.masked ? find(s.maskings, c.version) : nullptr;
    if (!masking || (masking->k >= pack.derived.k_min)) continue;
    const auto& quasi = masking->quasi_identifiers;
    const CatalogField* field = c.dataset->column(c.column);
    bool weighed = std::find(quasi.begin(), quasi.end(), c.column) != quasi.end() || (quasi.empty() && field && field->quasi);
    if (!weighed) continue;
    int source = field ? grade_of(*field, now).level : 5;
    FlowColumn& column = out.columns[c.at];
    if (source <= column.level) continue;
    column.level = source;
    column.zh = masking->k == 0 ? "去标识化后的风险未测量，沿用来源级别" : "去标识化后 k 不足，沿用来源级别";
    column.en = masking->k == 0 ? "the risk after masking was not measured: the level of the source stays" : "k after masking is too small: the level of the source stays";
    out.reasons.push_back({.rule = "not_measured", .level = source, .columns = {c.column}, .zh = column.zh, .en = column.en});
  }
}

// A table of counts and sums has a level of its own: by its source, and by what was measured on it.
void aggregated(const State& s, const rules::GradingPack& pack, const std::vector<Standing>& columns, FlowLevel& out, TimeMs now) {
  const rules::AggregateLevels rule = pack.derived.aggregates();
  std::set<std::string> told;
  for (const Standing& c : columns) {
    const MaskingResult* masking = c.masked ? find(s.maskings, c.version) : nullptr;
    if (!masking || !masking->is_aggregate()) continue;
    int64_t cells = *masking->run->cells, hidden = masking->run->cells_hidden.value_or(0);
    bool few = masking->k < rule.contributors_min, many_hidden = cells > 0 && hidden * 1000 > rule.hidden_permille_max * cells;
    FlowColumn& column = out.columns[c.at];
    int level = column.level;
    if (few) level = std::max(level, source_level(*c.dataset, c.column, *masking, now));
    if (!few && many_hidden) level = std::max(level, std::min(rule.level_many_hidden, source_level(*c.dataset, c.column, *masking, now)));
    std::string zh = few ? "聚合结果每格不足" + std::to_string(rule.contributors_min) + "个贡献者，沿用来源级别"
                         : "聚合结果：每格至少" + std::to_string(masking->k) + "个贡献者，" + std::to_string(cells) + "格中隐藏" + std::to_string(hidden) + "格" + (many_hidden ? "，分组过细" : "");
    std::string en = few ? "aggregate with fewer than " + std::to_string(rule.contributors_min) + " contributors a cell: the level of the source stays"
                         : "aggregate: at least " + std::to_string(masking->k) + " contributors a cell, " + std::to_string(hidden) + " of " + std::to_string(cells) + " cells hidden" +
                               (many_hidden ? ": its groups are small" : "");
    column.level = level;
    column.zh = zh;
    column.en = en;
    if (told.insert(c.version.str() + std::to_string(level)).second) out.reasons.push_back({.rule = "aggregate", .level = level, .columns = {c.column}, .zh = zh, .en = en});
  }
}

std::string national_of(const rules::Worksheet& sheet, int level, int64_t rows) {
  std::string label;
  int64_t most = -1;
  for (const auto& n : sheet.national)
    if (n.level == level && n.rows_min > most && n.rows_min <= rows) most = n.rows_min, label = n.label;
  return label;
}

Status add_part(const State& s, const rules::GradingPack& pack, const FlowPart& part, TimeMs now, std::vector<Standing>& standings, FlowLevel& out) {
  const Dataset* d = find(s.datasets, part.dataset);
  if (!d) return fail(Errc::not_found, "dataset.not_found");
  const DatasetVersion* version = part.version.empty() ? nullptr : find(s.versions, part.version);
  if (!part.version.empty() && (!version || version->dataset != d->id)) return fail(Errc::not_found, "version.not_found");
  if (version) out.rows = std::max(out.rows, version->rows);
  if (!version)
    for (const VersionId& id : d->versions)
      if (const DatasetVersion* v = find(s.versions, id)) out.rows = std::max(out.rows, v->rows);
  std::vector<std::string> columns = part.columns;
  if (columns.empty() && version) columns = version->columns;
  if (columns.empty())
    for (const CatalogField& f : d->columns) columns.push_back(f.column);
  for (const std::string& name : columns) {
    const CatalogField* field = d->column(name);
    if (!field) return fail(Errc::invalid, "catalog.no_such_column", name.substr(0, kNameBytesMax));
    FieldGrade grade = grade_in(s, *d, part.version, name, now);
    Standing c = standing_of(s, pack, *d, part.version, *field);
    c.at = out.columns.size();
    std::string zh = c.masked ? "去标识化后的级别" : grade.provisional ? "建议级别，待人员确认" : "人员确认的级别";
    std::string en = c.masked ? "what the technique left" : grade.provisional ? "as proposed, nobody confirmed it yet" : "as a person confirmed it";
    out.columns.push_back({.dataset = d->id, .column = name, .level = grade.level, .base = grade.level, .zh = zh, .en = en});
    standings.push_back(std::move(c));
  }
  return {};
}

}  // namespace

Result<FlowLevel> level_of_flow(const State& s, const rules::RuleSet& rules, const FlowAsk& ask, TimeMs now) {
  const rules::GradingPack& pack = rules.grading;
  if (std::none_of(pack.scenarios.begin(), pack.scenarios.end(), [&](const auto& sc) { return sc.id == ask.scenario; }))
    return fail(Errc::invalid, "level.unknown_scenario", ask.scenario.substr(0, kNameBytesMax));
  FlowLevel out;
  std::vector<Standing> columns;
  for (const FlowPart& part : ask.parts) TRY(add_part(s, pack, part, now, columns, out));
  if (columns.empty()) return fail(Errc::invalid, "level.no_columns");
  if (ask.rows > 0) out.rows = ask.rows;
  derived(s, pack, columns, out, now);
  aggregated(s, pack, columns, out, now);
  scenario_rules(pack, ask.scenario, columns, out);
  FlowReason highest{.rule = "highest", .level = 1, .columns = {}, .zh = "就高不就低：一并处理时按最高字段级别", .en = "handled together, the highest column counts"};
  for (const FlowColumn& c : out.columns) highest.level = std::max(highest.level, c.level);
  for (const FlowColumn& c : out.columns)
    if (c.level == highest.level) highest.columns.push_back(c.column);
  if (ask.fine_grained) {
    highest.zh = "逐列精细管控：各列保持自身级别，此为最高列";
    highest.en = "controlled column by column: each keeps its own level; this is the highest";
  }
  raise(out, std::move(highest));
  for (const Standing& c : columns)
    if (c.level5_rows) raise(out, {.rule = "level5_rows", .level = 5, .columns = {c.column}, .zh = "含第5级内容的行随之流转", .en = "rows with level 5 content go along"});
  if (!ask.fine_grained) {
    associations(rules.worksheet, columns, out);
    measured_association(pack.uniqueness, columns, out);
    volume(pack, is_crowd(columns), out);
  }
  out.national = national_of(rules.worksheet, out.level, out.rows);
  return out;
}

namespace {

constexpr size_t kReasonsKept = 8, kColumnsNamed = 12;

// What decides, and every rule on the way up to it; "highest" alone where nothing raised.
std::vector<FlowReason> deciding(const FlowLevel& flow) {
  std::vector<FlowReason> out;
  for (const FlowReason& r : flow.reasons) {
    if (r.level < flow.level && r.rule == "highest") continue;
    if (out.size() == kReasonsKept) out.pop_back();
    out.push_back(r);
    if (out.back().columns.size() > kColumnsNamed) out.back().columns.resize(kColumnsNamed);
  }
  return out;
}

const FlowReason* decisive(const FlowGrade& grade) {
  const FlowReason* out = nullptr;
  for (const FlowReason& r : grade.reasons)
    if (r.level == grade.level && (!out || (out->rule == "highest" && r.rule != "highest"))) out = &r;
  return out;
}

}  // namespace

Result<FlowGrade> grade_of_flow(const State& s, const rules::RuleSet& rules, FlowAsk ask, const std::vector<std::string>& scenarios, TimeMs now) {
  FlowGrade out;
  out.level = 0;
  for (const std::string& scenario : scenarios) {
    ask.scenario = scenario;
    FlowLevel flow = TRY(level_of_flow(s, rules, ask, now));
    if (flow.level <= out.level) continue;
    out = {.level = flow.level, .columns_level = 1, .rows = flow.rows, .scenario = scenario, .national = flow.national, .reasons = deciding(flow)};
    for (const FlowColumn& c : flow.columns) out.columns_level = std::max(out.columns_level, c.base);
  }
  if (out.level == 0) return fail(Errc::invalid, "level.unknown_scenario");
  return out;
}

std::string told_zh(const FlowGrade& grade) {
  std::string out = "第" + std::to_string(grade.level) + "级";
  const FlowReason* r = decisive(grade);
  if (!r) return out;
  return out + "（" + (r->columns.empty() ? "" : listed(r->columns) + "：") + r->zh + "）";
}
std::string told_en(const FlowGrade& grade) {
  std::string out = "level " + std::to_string(grade.level);
  const FlowReason* r = decisive(grade);
  if (!r) return out;
  return out + " (" + (r->columns.empty() ? "" : listed(r->columns) + ": ") + r->en + ")";
}

namespace {

LineageColumn inherited(const State& s, const Dataset& d, const VersionId& version, const std::string& name, TimeMs now) {
  const CatalogField* field = d.column(name);
  LineageColumn c;
  c.column = name;
  c.source_level = field ? grade_of(*field, now).level : 5;
  c.level = grade_in(s, d, version, name, now).level;
  c.zh = "随来源字段";
  c.en = "as the field of its source";
  return c;
}

}  // namespace

Result<VersionLineage> lineage_of(const State& s, const rules::RuleSet& rules, const VersionId& id, TimeMs now) {
  const DatasetVersion* v = find(s.versions, id);
  const Dataset* d = v ? find(s.datasets, v->dataset) : nullptr;
  if (!d) return fail(Errc::not_found, "version.not_found");
  VersionLineage out;
  out.version = id;
  const MaskingResult* masking = find(s.maskings, id);
  const Batch* batch = find(s.batches, v->batch);
  out.kind = masking ? (masking->is_aggregate() ? "aggregated" : "masked") : !v->parts.empty() ? "merged" : batch && batch->version != id ? "corrected" : "collected";
  if (masking) out.inputs.push_back(v->masked_from);
  out.inputs.insert(out.inputs.end(), v->parts.begin(), v->parts.end());
  if (out.kind == "corrected") out.inputs.push_back(batch->version);
  FlowLevel flow = TRY(level_of_flow(s, rules, {.parts = {{d->id, id, v->columns}}, .rows = 0, .scenario = rules.grading.scenarios.front().id, .fine_grained = false}, now));
  for (size_t i = 0; i < v->columns.size(); i++) {
    LineageColumn c = inherited(s, *d, id, v->columns[i], now);
    if (const MaskedColumn* m = masking ? masking->column(c.column) : nullptr) {
      c.technique = m->technique;
      c.zh = "经“" + m->technique + "”处理";
      c.en = "after " + m->technique;
    }
    if (flow.columns[i].level > c.level) {
      c.level = flow.columns[i].level;
      c.zh += "；" + flow.columns[i].zh;
      c.en += "; " + flow.columns[i].en;
    }
    out.columns.push_back(std::move(c));
  }
  if (masking) out.k = masking->k, out.max_risk_ppm = masking->max_risk_ppm;
  if (masking && masking->is_aggregate()) out.cells = masking->run->cells, out.cells_hidden = masking->run->cells_hidden;
  out.level = flow.level;
  const FlowReason* decisive = &flow.reasons.back();
  for (const FlowReason& r : flow.reasons)
    if (r.level == flow.level) {
      decisive = &r;
      break;
    }
  out.zh = decisive->zh;
  out.en = decisive->en;
  return out;
}

}  // namespace sluice::space
