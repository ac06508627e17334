#include "node/graded_rows.h"

#include <algorithm>
#include <array>

#include "space/catalog/protection.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kListFormat = "sluice-graded-list/1";

std::string lower_text(std::string text) {
  for (char& ch : text)
    if (ch >= 'A' && ch <= 'Z') ch = static_cast<char>(ch + 32);
  return text;
}

std::string_view state_of(const CatalogField& f, TimeMs now) {
  if (f.confirmed && f.reopened()) return "reopened";
  if (f.expired(now)) return "expired";
  if (f.confirmed && f.lowered && f.level < f.lowered->floor) return "lowered";
  return f.confirmed ? "confirmed" : "open";
}

std::map<std::string, std::string> measures_at(const rules::ProtectionPack& pack, int level) {
  std::map<std::string, std::string> out;
  for (const auto& profile : pack.profiles) {
    if (profile.level != level) continue;
    for (const auto& id : profile.measures)
      for (const auto& m : pack.measures)
        if (m.id == id) {
          std::string& text = out[m.aspect];
          text += (text.empty() ? "" : "；") + m.zh;
        }
  }
  return out;
}

void set_national(const rules::Worksheet& sheet, GradedRow& row) {
  int64_t most = -1;
  for (const auto& n : sheet.national)
    if (n.level == row.level && n.rows_min > most && n.rows_min <= row.rows) most = n.rows_min, row.national = n.label, row.national_zh = n.zh;
}

struct DatasetPart {
  GradedRow row;  // what all fields of the dataset share
  std::map<std::string, std::string> data_types;
  PartyId owner;
};

DatasetPart dataset_part(const View& view, const Dataset& d) {
  DatasetPart out;
  out.owner = d.owner;
  GradedRow& row = out.row;
  row.dataset = d.id;
  row.dataset_title = d.title.empty() ? d.name : d.title;
  row.table = d.name;
  row.frequency = d.frequency;
  row.versions = static_cast<int64_t>(d.versions.size());
  for (const VersionId& id : d.versions)
    if (const DatasetVersion* v = find(view.state.versions, id); v && v->masked_from.empty()) row.rows = std::max(row.rows, v->rows), row.updated_ms = std::max(row.updated_ms, v->at_ms);
  const Plan* plan = find(view.state.plans, d.plan);
  if (plan)
    for (const PlanField& f : plan->plan_fields) out.data_types[f.name] = f.type;
  if (d.facts) {
    const Unit* unit = find(view.state.units, d.facts->department);
    if (unit) row.department = unit->name;
    row.system = d.facts->system;
    row.place = d.facts->place;
    row.medium = d.facts->medium;
    row.retention = d.facts->retention;
    row.purpose = d.facts->purpose;
    row.processing = d.facts->processing;
    row.provision = d.facts->provision;
    if (d.facts->measures) row.stages = *d.facts->measures;
  }
  if (row.purpose.empty() && plan) row.purpose = plan->purpose;
  if (row.system.empty() && plan) row.system = plan->source_name;
  return out;
}

void set_own_level(const View& view, const PartyId& party, const std::optional<std::string>& chosen, GradedRow& row) {
  auto scale = view.state.own_scales.find(party.str());
  const OwnLevel* step = scale == view.state.own_scales.end() ? nullptr : scale->second.at(row.level, chosen);
  if (step) row.own_level = step->id, row.own_level_zh = step->zh;
}

void set_type(const rules::RuleSet& rules, GradedRow& row) {
  const rules::TypeRule* type = rules.type(row.type);
  if (!type) return;
  row.type_zh = type->zh;
  row.class_id = type->class_id;
  row.enterprise = type->mark.has_value();
  for (const auto& c : rules.taxonomy.classes)
    if (c.id == type->class_id) row.class_zh = c.zh;
}

GradedRow row_of(const View& view, const rules::RuleSet& rules, const DescribedItem& item) {
  GradedRow row;
  const ItemFacts& f = item.facts;
  row.item = item.id;
  row.dataset_title = row.table = row.title = f.title;
  row.description = f.description.empty() ? f.title : f.description;
  row.medium = f.medium;
  row.rows = f.volume;
  row.volume_unit = f.volume_unit;
  if (const Unit* unit = find(view.state.units, f.department)) row.department = unit->name;
  row.system = f.system, row.place = f.place, row.frequency = f.frequency, row.retention = f.retention, row.purpose = f.purpose;
  row.processing = f.processing, row.provision = f.provision, row.stages = f.measures, row.updated_ms = item.at_ms;
  row.category = name_of(item.grade ? item.grade->category : Category::none);
  row.identifier = item.grade && item.grade->identifying ? "direct" : "none";
  row.state = item.expired(view.now) ? "expired" : item.grade ? "confirmed" : "open";
  if (item.grade) {
    row.level = item.grade->level;
    row.type = item.grade->type;
    row.reason = item.grade->reason;
    row.confirmed_by = item.graded_by;
    row.confirmed_ms = item.graded_ms;
    row.valid_until_ms = item.valid_until_ms;
  }
  set_type(rules, row);
  set_own_level(view, item.party, item.grade ? item.grade->own_level : std::nullopt, row);
  row.measures = measures_at(rules.protection, row.level);
  set_national(rules.worksheet, row);
  return row;
}

GradedRow row_of(const View& view, const rules::RuleSet& rules, const DatasetPart& part, const CatalogField& f) {
  GradedRow row = part.row;
  row.column = f.column;
  row.title = f.title;
  if (auto type = part.data_types.find(f.column); type != part.data_types.end()) row.data_type = type->second;
  FieldGrade grade = grade_of(f, view.now);
  row.category = name_of(grade.category);
  row.level = grade.level;
  row.type = f.confirmed ? f.type : f.proposal ? f.proposal->type : "";
  set_type(rules, row);
  row.description = f.title.empty() ? row.type_zh : f.title;
  bool direct = f.confirmed ? f.identifying : f.proposal && f.proposal->identifying;
  bool quasi = f.confirmed ? f.quasi : f.proposal && f.proposal->quasi;
  row.identifier = direct ? "direct" : quasi ? "quasi" : "none";
  row.level5_rows = f.proposal ? f.proposal->level5_rows.value_or(0) : 0;
  row.by_row = f.by_row.value_or(false);
  row.state = state_of(f, view.now);
  row.confirmed_by = f.confirmed_by;
  row.confirmed_ms = f.confirmed_ms;
  row.valid_until_ms = f.valid_until_ms.value_or(0);
  if (f.lowered && f.confirmed && f.level < f.lowered->floor) row.lowered = LoweredNote{f.lowered->level, f.lowered->until_ms, f.lowered->reason};
  row.reason = f.confirmed ? f.reason : "";
  if (row.reason.empty() && f.proposal)
    for (const auto& zh : f.proposal->reasons_zh) row.reason += (row.reason.empty() ? "" : "；") + zh;
  row.measures = measures_at(rules.protection, row.level);
  set_national(rules.worksheet, row);
  set_own_level(view, part.owner, f.own_level, row);
  return row;
}

}  // namespace

bool passes(const GradedRow& row, const ListFilter& filter) {
  if (!filter.dataset.empty() && row.dataset.str() != filter.dataset) return false;
  if (!filter.category.empty() && row.category != filter.category) return false;
  if (!filter.state.empty() && row.state != filter.state) return false;
  if (!filter.department.empty() && row.department != filter.department) return false;
  if (filter.level != 0 && row.level != filter.level) return false;
  if (filter.text.empty()) return true;
  std::string needle = lower_text(filter.text);
  for (const std::string* text : {&row.column, &row.title, &row.table, &row.dataset_title, &row.type_zh, &row.type, &row.system, &row.department})
    if (lower_text(*text).find(needle) != std::string::npos) return true;
  return false;
}

std::vector<GradedRow> graded_rows(const View& view, const rules::RuleSet& rules, const ListFilter& filter) {
  std::vector<const Dataset*> datasets;
  for (const auto& [id, d] : view.state.datasets)
    if (view.owns(d.owner) || view.sees_all()) datasets.push_back(&d);
  std::stable_sort(datasets.begin(), datasets.end(), [](const Dataset* a, const Dataset* b) { return a->title < b->title; });
  std::vector<GradedRow> out;
  for (const Dataset* d : datasets) {
    DatasetPart part = dataset_part(view, *d);
    for (const CatalogField& f : d->columns) {
      GradedRow row = row_of(view, rules, part, f);
      if (passes(row, filter)) out.push_back(std::move(row));
    }
  }
  std::vector<const DescribedItem*> items;
  for (const auto& [id, item] : view.state.items)
    if (item.ended_ms == 0 && (view.owns(item.party) || view.sees_all())) items.push_back(&item);
  std::stable_sort(items.begin(), items.end(), [](const DescribedItem* a, const DescribedItem* b) { return a->facts.title < b->facts.title; });
  for (const DescribedItem* item : items) {
    GradedRow row = row_of(view, rules, *item);
    if (passes(row, filter)) out.push_back(std::move(row));
  }
  return out;
}

Completeness completeness_of(std::span<const GradedRow* const> rows) {
  constexpr const char* kMembers[] = {"department", "system", "place", "retention", "purpose", "processing", "provision", "stages", "description", "rows", "confirmation"};
  std::array<int64_t, std::size(kMembers)> missing{};
  Completeness out;
  out.list_fields = static_cast<int64_t>(rows.size());
  for (const GradedRow* row : rows) {
    bool decided = row->state == "confirmed" || row->state == "lowered";
    out.confirmed += decided;
    const bool there[] = {!row->department.empty(), !row->system.empty(), !row->place.empty(), !row->retention.empty(), !row->purpose.empty(), !row->processing.empty(),
                          !row->provision.empty(), !row->stages.empty(), !row->description.empty(), row->rows > 0, decided};
    static_assert(std::size(there) == std::size(kMembers));
    for (size_t m = 0; m < missing.size(); m++) missing[m] += !there[m];
  }
  int64_t cells = out.list_fields * static_cast<int64_t>(missing.size()), filled = cells;
  for (size_t m = 0; m < missing.size(); m++) {
    filled -= missing[m];
    if (missing[m] > 0) out.missing[kMembers[m]] = missing[m];
  }
  out.permille = cells ? filled * 1000 / cells : 0;
  return out;
}

Completeness completeness_of(const std::vector<GradedRow>& rows) {
  std::vector<const GradedRow*> all;
  for (const GradedRow& row : rows) all.push_back(&row);
  return completeness_of(all);
}

Json heat_map(const std::vector<GradedRow>& rows) {
  struct Cell {
    int64_t fields = 0, rows = 0, open = 0;
  };
  std::map<std::pair<std::string, int>, Cell> cells;
  int64_t confirmed = 0;
  for (const GradedRow& row : rows) {
    Cell& cell = cells[{row.category, row.level}];
    bool decided = row.state == "confirmed" || row.state == "lowered";
    cell.fields++;
    cell.rows += row.rows;
    cell.open += !decided;
    confirmed += decided;
  }
  Json out = Json::array();
  for (std::string_view category : enum_names(Category{}))
    for (int level = 1; level <= 5; level++) {
      const Cell& cell = cells[{std::string(category), level}];
      out.push(Json::object({{"category", category}, {"level", level}, {"fields", cell.fields}, {"rows", cell.rows}, {"open", cell.open}}));
    }
  return Json::object({{"cells", std::move(out)}, {"fields", rows.size()}, {"confirmed", confirmed}});
}

std::string list_content(const std::vector<GradedRow>& rows) {
  std::vector<const GradedRow*> sorted;
  for (const GradedRow& row : rows) sorted.push_back(&row);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->dataset.str() != b->dataset.str() ? a->dataset.str() < b->dataset.str() : a->item && b->item && a->item->str() < b->item->str(); });
  Json all = Json::array();
  for (const GradedRow* row : sorted) all.push(encode(*row));
  return canonical(Json::object({{"format", kListFormat}, {"rows", std::move(all)}}));
}

Result<std::vector<GradedRow>> rows_of_content(std::string_view content) {
  Json json = TRY(parse_json(content));
  if (json.get_string_or("format", "").value_or("") != kListFormat) return fail(Errc::corrupt, "list.unknown_format");
  const Json* rows = json.find("rows");
  if (!rows) return fail(Errc::corrupt, "list.unknown_format");
  return decode<std::vector<GradedRow>>(*rows);
}

namespace {

struct Watched {
  const char* member;
  const char *zh, *en;
};
constexpr Watched kWatched[] = {{"level", "级别", "level"}, {"category", "类别", "category"}, {"type", "类型", "type"}, {"identifier", "标识属性", "identifier"},
                                {"state", "状态", "state"}, {"national", "国标分级", "national label"}, {"department", "部门", "department"},
                                {"system", "系统", "system"}, {"place", "保存位置", "place"}, {"retention", "保存期限", "retention"},
                                {"purpose", "目的", "purpose"}, {"processing", "处理", "processing"}, {"provision", "对外提供", "provision"},
                                {"description", "描述", "description"}, {"data_type", "数据类型", "data type"}, {"rows", "数据量", "rows"},
                                {"own_level", "本机构级别", "own level"}, {"by_row", "按行分级", "graded by row"}, {"level5_rows", "第5级行数", "level 5 rows"}};

std::string shown_value(const Json* value) {
  if (!value || value->is_null()) return "";
  return value->is_string() ? value->as_string() : canonical(*value);
}

}  // namespace

Json list_difference(const std::vector<GradedRow>& before, const std::vector<GradedRow>& after) {
  std::map<std::string, const GradedRow*> earlier, later;
  for (const GradedRow& row : before) earlier[row.key()] = &row;
  for (const GradedRow& row : after) later[row.key()] = &row;
  Json added = Json::array(), removed = Json::array(), changed = Json::array(), lines_zh = Json::array(), lines_en = Json::array();
  auto name = [](const GradedRow& row) { return row.item ? row.title : row.table + "." + row.column; };
  for (const auto& [id, row] : later)
    if (!earlier.contains(id)) {
      added.push(encode(*row));
      lines_zh.push("新增 " + name(*row) + "，第" + std::to_string(row->level) + "级");
      lines_en.push("added " + name(*row) + ", level " + std::to_string(row->level));
    }
  for (const auto& [id, row] : earlier)
    if (!later.contains(id)) {
      removed.push(encode(*row));
      lines_zh.push("删除 " + name(*row));
      lines_en.push("removed " + name(*row));
    }
  for (const auto& [id, row] : later) {
    auto was = earlier.find(id);
    if (was == earlier.end()) continue;
    Json a = encode(*was->second), b = encode(*row);
    for (const Watched& w : kWatched) {
      std::string from = shown_value(a.find(w.member)), to = shown_value(b.find(w.member));
      if (from == to) continue;
      std::string zh = name(*row) + " " + w.zh + "：" + (from.empty() ? "（空）" : from) + " → " + (to.empty() ? "（空）" : to);
      std::string en = name(*row) + " " + w.en + ": " + (from.empty() ? "(empty)" : from) + " -> " + (to.empty() ? "(empty)" : to);
      changed.push(Json::object({{"dataset", row->dataset.str()}, {"table", row->table}, {"column", row->column}, {"member", w.member}, {"before", from},
                                 {"after", to}, {"zh", zh}, {"en", en}}));
      lines_zh.push(zh);
      lines_en.push(en);
    }
  }
  return Json::object({{"added", std::move(added)}, {"removed", std::move(removed)}, {"changed", std::move(changed)},
                       {"lines_zh", std::move(lines_zh)}, {"lines_en", std::move(lines_en)}});
}

}  // namespace sluice::node
