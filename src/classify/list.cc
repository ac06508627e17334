#include "classify/list.h"

#include "classify/grade.h"
#include "codec/csv.h"
#include "codec/xlsx_write.h"

namespace sluice::classify {

namespace {

// 所属部门 … 各环节安全措施: the columns of G2.8, then what we know beside them.
const std::vector<std::string>& header() {
  static const std::vector<std::string> names = {
      "所属部门(department)", "所在系统(system)", "表(table)", "字段(column)", "内容描述(description)", "数据类别(category)", "数据类型(type)", "安全等级(level)",
      "国标分级(GB/T 43697)", "标识属性(identifier)", "企业数据(enterprise)", "含第5级内容行数(level-5 rows)", "数据量(rows)", "保存位置(place)", "保存期限(retention)",
      "处理目的(purpose)", "处理系统(processing system)", "对外提供(external provision)", "访问授权(authorisation)", "身份鉴别(authentication)", "存储(storage)",
      "导出(export)", "去标识化(de-identification)", "审计(audit)", "置信度(confidence)", "待复核(review)", "依据(reasons)"};
  return names;
}

// What a profile demands in one aspect, in Chinese.
std::string measures_of(const rules::ProtectionPack& pack, const rules::ProtectionProfile& profile, std::string_view aspect) {
  std::string out;
  for (const auto& id : profile.measures)
    for (const auto& m : pack.measures)
      if (m.id == id && m.aspect == aspect) out += (out.empty() ? "" : "；") + m.zh;
  return out;
}

std::string reasons_of(const Verdict& v) {
  std::string out;
  for (const auto& e : v.reasons) out += (out.empty() ? "" : "；") + e.zh;
  return out;
}

}  // namespace

GradedList graded_list(const rules::RuleSet& rules, std::span<const FieldInput> fields, std::span<const Verdict> verdicts, const ListOrigin& origin) {
  GradedList list;
  list.rows.push_back(header());
  uint64_t filled = 0, cells = 0;
  for (size_t i = 0; i < verdicts.size() && i < fields.size(); i++) {
    const Verdict& v = verdicts[i];
    const FieldInput& f = fields[i];
    const rules::TypeRule* type = rules.type(v.type);
    const rules::ProtectionProfile* measures = nullptr;
    for (const auto& p : rules.protection.profiles)
      if (p.level == v.level.value()) measures = &p;
    auto measure = [&](std::string_view aspect) { return measures ? measures_of(rules.protection, *measures, aspect) : std::string(); };
    std::vector<std::string> row = {origin.department,
                                    origin.system,
                                    v.table,
                                    v.column,
                                    f.comment.empty() && type ? type->zh : f.comment,
                                    std::string(label_zh(v.category)),
                                    type ? type->zh : v.type,
                                    std::to_string(v.level.value()),
                                    national_label(rules, v.level, f.rows),
                                    v.direct_identifier ? "直接标识符" : v.quasi_identifier ? "准标识符" : "无",
                                    v.enterprise ? "是" : "否",
                                    std::to_string(v.level5_rows),
                                    f.rows ? std::to_string(f.rows) : "",
                                    origin.place,
                                    "",
                                    "",
                                    "",
                                    "",
                                    measure("authorisation"),
                                    measure("authentication"),
                                    measure("storage"),
                                    measure("export"),
                                    measure("deidentification"),
                                    measure("audit"),
                                    std::to_string(v.confidence_permille / 10) + "%",
                                    v.review ? "是" : "否",
                                    reasons_of(v)};
    for (const auto& cell : row) filled += !cell.empty();
    cells += row.size();
    list.rows.push_back(std::move(row));
  }
  list.completeness_permille = cells ? static_cast<int64_t>(1000 * filled / cells) : 0;
  return list;
}

Result<std::string> encode_list(const GradedList& list, std::string_view path) {
  if (path.ends_with(".xlsx")) return write_xlsx("分类分级清单", list.rows);
  if (path.ends_with(".json")) {
    Json rows = Json::array();
    for (size_t r = 1; r < list.rows.size(); r++) {
      Json row = Json::object();
      for (size_t c = 0; c < list.rows[r].size(); c++) row.set(list.rows[0][c], list.rows[r][c]);
      rows.push(std::move(row));
    }
    return pretty(Json::object({{"completeness", static_cast<double>(list.completeness_permille) / 1000}, {"fields", std::move(rows)}})) + "\n";
  }
  if (!path.ends_with(".csv")) return fail(Errc::usage, "list.unknown_format");
  std::string out = "\xef\xbb\xbf";
  CsvWriter writer(out, ',', FormulaGuard::prefix_quote);
  for (const auto& row : list.rows) {
    for (const auto& cell : row) writer.field(cell);
    writer.end_record();
  }
  return out;
}

}  // namespace sluice::classify
