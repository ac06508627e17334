// The list as a file: spreadsheet, CSV, JSON, DCAT, print.
#include <ctime>

#include "codec/csv.h"
#include "codec/pdf_table.h"
#include "codec/xlsx_write.h"
#include "node/graded_rows.h"

namespace sluice::node {

namespace {

struct ListColumn {
  const char *id, *zh, *en, *group;
  int width;  // in print, in tenths of a Chinese character
};
// In the order of G2.8; the measures follow by life-cycle stage.
constexpr ListColumn kColumns[] = {
    {"department", "所属部门", "department", "where", 55},     {"system", "所在系统", "system", "where", 55},
    {"table", "表", "table", "where", 60},                     {"column", "字段", "column", "where", 70},
    {"description", "内容描述", "description", "what", 80},    {"data_type", "数据类型", "data type", "what", 40},
    {"category", "类别", "category", "grade", 45},             {"class_zh", "子类", "class", "grade", 60},
    {"type_zh", "类型", "type", "grade", 60},                  {"level", "级别", "level", "grade", 25},
    {"own_level_zh", "本机构级别", "own level", "grade", 35},
    {"national_zh", "国标分级", "GB/T 43697", "grade", 50},    {"identifier", "标识属性", "identifier", "grade", 40},
    {"enterprise", "企业数据", "enterprise", "grade", 25},     {"level5_rows", "含第5级行数", "level 5 rows", "grade", 35},
    {"rows", "数据量", "rows", "volume", 40},                  {"volume_unit", "单位", "unit", "volume", 20},
    {"frequency", "更新频率", "frequency", "volume", 35},
    {"medium", "载体", "medium", "storage", 30},               {"place", "保存位置", "place", "storage", 55},
    {"retention", "保存期限", "retention", "storage", 40},     {"purpose", "处理目的", "purpose", "processing", 60},
    {"processing", "处理情况", "processing", "processing", 55}, {"provision", "对外提供", "external provision", "provision", 55},
    {"measures.authorisation", "访问授权", "authorisation", "measures", 70},
    {"measures.authentication", "身份鉴别", "authentication", "measures", 60},
    {"measures.storage", "存储措施", "storage", "measures", 60}, {"measures.export", "导出措施", "export", "measures", 60},
    {"measures.deidentification", "去标识化", "de-identification", "measures", 60},
    {"measures.audit", "审计", "audit", "measures", 60},
    {"stages.collection", "采集措施", "at collection", "stages", 60}, {"stages.transmission", "传输措施", "at transmission", "stages", 60},
    {"stages.storage", "存储环节措施", "in storage", "stages", 60}, {"stages.use", "使用加工措施", "in use", "stages", 60},
    {"stages.provision", "提供措施", "at provision", "stages", 60}, {"stages.disclosure", "公开措施", "at disclosure", "stages", 60},
    {"stages.destruction", "销毁措施", "at destruction", "stages", 60}, {"state", "状态", "state", "decision", 30},
    {"confirmed_ms", "确认日期", "confirmed", "decision", 45}, {"valid_until_ms", "有效期至", "valid until", "decision", 45},
    {"reason", "依据", "reason", "decision", 110}};
// What fits on a page in print; the whole list is in the other formats.
constexpr const char* kPrinted[] = {"department", "system", "table", "column", "description", "category", "type_zh", "level", "own_level_zh", "national_zh", "identifier",
                                    "rows", "place", "retention", "purpose", "provision", "measures.storage", "state"};

std::string day_of(TimeMs ms) { return ms > 0 ? rfc3339(ms).substr(0, 10) : std::string(); }

std::string word_of(std::string_view id, const std::string& value) {
  if (id == "category") {
    auto category = enum_of<Category>(value);
    return category ? std::string(label_zh(*category)) : value;
  }
  if (id == "identifier") return value == "direct" ? "直接标识符" : value == "quasi" ? "准标识符" : "无";
  if (id == "medium")
    return value == "paper" ? "纸质" : value == "electronic" ? "电子" : value == "film" ? "胶片" : value == "tape" ? "磁带光盘" : value;
  if (id == "state")
    return value == "confirmed" ? "已确认" : value == "open" ? "待确认" : value == "reopened" ? "需复核" : value == "expired" ? "已过期" : value == "lowered" ? "降级中" : value;
  return value;
}

std::string cell_of(const GradedRow& row, const Json& json, std::string_view id) {
  if (id.starts_with("measures.")) {
    auto it = row.measures.find(std::string(id.substr(9)));
    return it == row.measures.end() ? std::string() : it->second;
  }
  if (id.starts_with("stages.")) {
    auto it = row.stages.find(std::string(id.substr(7)));
    return it == row.stages.end() ? std::string() : it->second;
  }
  if (id == "confirmed_ms") return day_of(row.confirmed_ms);
  if (id == "valid_until_ms") return day_of(row.valid_until_ms);
  const Json* value = json.find(id);
  if (!value || value->is_null()) return {};
  if (value->is_bool()) return value->as_bool() ? "是" : "否";
  return word_of(id, value->is_string() ? value->as_string() : canonical(*value));
}

Json dcat_of(const std::vector<GradedRow>& rows, const std::string& title, TimeMs at) {
  Json context = Json::object({{"dcat", "http://www.w3.org/ns/dcat#"}, {"dct", "http://purl.org/dc/terms/"}, {"csvw", "http://www.w3.org/ns/csvw#"},
                               {"grading", "urn:sluice:grading:"}});
  std::map<std::string, std::vector<const GradedRow*>> datasets;
  std::vector<std::string> order;
  for (const GradedRow& row : rows) {
    std::string id = row.item ? row.item->str() : row.dataset.str();
    auto [it, fresh] = datasets.try_emplace(id);
    if (fresh) order.push_back(id);
    it->second.push_back(&row);
  }
  Json list = Json::array();
  for (const std::string& id : order) {
    const GradedRow& first = *datasets[id].front();
    int highest = 1;
    Json columns = Json::array();
    for (const GradedRow* row : datasets[id]) {
      highest = std::max(highest, row->level);
      if (row->item) continue;
      Json own = row->own_level ? Json(*row->own_level) : Json();
      columns.push(Json::object({{"@type", "csvw:Column"}, {"csvw:name", row->column}, {"csvw:titles", row->description}, {"csvw:datatype", row->data_type},
                                 {"grading:category", row->category}, {"grading:class", row->class_id}, {"grading:type", row->type},
                                 {"grading:level", row->level}, {"grading:ownLevel", std::move(own)}, {"grading:national", row->national}, {"grading:identifier", row->identifier},
                                 {"grading:state", row->state}}));
    }
    Json one = Json::object({{"@type", "dcat:Dataset"}, {"@id", "urn:sluice:dataset:" + id}, {"dct:identifier", id}, {"dct:title", first.dataset_title},
                             {"dct:accrualPeriodicity", first.frequency}, {"dct:modified", day_of(first.updated_ms)}, {"grading:level", highest},
                             {"grading:rows", first.rows}, {"csvw:tableSchema", Json::object({{"csvw:column", std::move(columns)}})}});
    if (first.item)
      one.set("@id", "urn:sluice:item:" + id).set("dct:medium", first.medium).set("dct:spatial", first.place).set("grading:category", first.category)
          .set("grading:type", first.type).set("grading:volumeUnit", first.volume_unit.value_or("")).set("grading:state", first.state);
    if (first.item && first.own_level) one.set("grading:ownLevel", *first.own_level);
    if (!first.department.empty()) one.set("dct:publisher", first.department);
    if (!first.purpose.empty()) one.set("grading:purpose", first.purpose);
    if (!first.retention.empty()) one.set("grading:retention", first.retention);
    list.push(std::move(one));
  }
  return Json::object({{"@context", std::move(context)}, {"@type", "dcat:Catalog"}, {"dct:title", title}, {"dct:issued", day_of(at)}, {"dcat:dataset", std::move(list)}});
}

Result<ListFile> pdf_of(const std::vector<GradedRow>& rows, const std::string& title, TimeMs at) {
  PdfTable table;
  table.title = title;
  table.subtitle = "制表日期 " + day_of(at) + " · 共 " + std::to_string(rows.size()) + " 项";
  for (const char* id : kPrinted)
    for (const ListColumn& c : kColumns)
      if (std::string_view(c.id) == id) table.columns.push_back({c.zh, static_cast<double>(c.width)});
  for (const GradedRow& row : rows) {
    Json json = encode(row);
    std::vector<std::string> line;
    for (const char* id : kPrinted) line.push_back(cell_of(row, json, id));
    table.rows.push_back(std::move(line));
  }
  return ListFile{TRY(write_pdf(table)), "application/pdf", "pdf"};
}

}  // namespace

Json list_columns() {
  Json out = Json::array();
  for (const ListColumn& c : kColumns) out.push(Json::object({{"id", c.id}, {"zh", c.zh}, {"en", c.en}, {"group", c.group}}));
  return out;
}

std::vector<std::vector<std::string>> list_table(const std::vector<GradedRow>& rows) {
  std::vector<std::vector<std::string>> out(1);
  for (const ListColumn& c : kColumns) out[0].push_back(std::string(c.zh) + "(" + c.en + ")");
  for (const GradedRow& row : rows) {
    Json json = encode(row);
    std::vector<std::string> line;
    for (const ListColumn& c : kColumns) line.push_back(cell_of(row, json, c.id));
    out.push_back(std::move(line));
  }
  return out;
}

Result<ListFile> list_file(const std::vector<GradedRow>& rows, std::string_view format, const std::string& title, TimeMs at) {
  if (format == "pdf") return pdf_of(rows, title, at);
  if (format == "dcat") return ListFile{pretty(dcat_of(rows, title, at)) + "\n", "application/ld+json", "jsonld"};
  if (format == "json") {
    Json all = Json::array();
    for (const GradedRow& row : rows) all.push(encode(row));
    return ListFile{pretty(Json::object({{"title", title}, {"issued", day_of(at)}, {"completeness", encode(completeness_of(rows))}, {"rows", std::move(all)}})) + "\n",
                    "application/json", "json"};
  }
  auto table = list_table(rows);
  if (format == "xlsx")
    return ListFile{TRY(write_xlsx("分类分级清单", table)), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"};
  if (format != "csv") return fail(Errc::usage, "list.unknown_format");
  std::string out = "\xef\xbb\xbf";
  CsvWriter writer(out, ',', FormulaGuard::prefix_quote);
  for (const auto& line : table) {
    for (const auto& cell : line) writer.field(cell);
    writer.end_record();
  }
  return ListFile{std::move(out), "text/csv; charset=utf-8", "csv"};
}

}  // namespace sluice::node
