#include "node/check_product.h"

#include <algorithm>

#include "node/rules_in_force.h"
#include "node/work.h"
#include "space/catalog/level.h"
#include "space/policy_request.h"

namespace sluice::node {

using namespace space;

namespace {

struct Facts {
  Product product;
  Dataset dataset;
  DatasetVersion version;
  MaskingResult masking;
};

CheckResult result(std::string_view check, bool passed, std::string zh, std::string en) {
  return {std::string(check), std::move(zh), std::move(en), passed};
}

// Parts per million with two decimals: a risk of 0.69 % must not read as none.
std::string percent(int64_t ppm) {
  std::string hundredths = std::to_string((ppm + 99) / 100 % 100);
  return std::to_string((ppm + 99) / 100 / 100) + "." + (hundredths.size() < 2 ? "0" : "") + hundredths + "%";
}

CheckResult check_rows(const Facts& f, int64_t rows) {
  bool fits = rows == f.version.rows && rows > 0;
  return result("size", fits, "登记规模与实际记录数" + std::string(fits ? "一致" : "不一致") + "：" + std::to_string(rows) + " 条",
                "registered size " + std::string(fits ? "equals" : "differs from") + " the data: " + std::to_string(rows) + " rows");
}

CheckResult check_grades(const Facts& f) {
  std::string missing;
  for (const std::string& column : f.product.form.columns) {
    const CatalogField* field = f.dataset.column(column);
    if (!field || !field->confirmed || field->reopened()) missing += " " + column;
  }
  return result("grades", missing.empty(), missing.empty() ? "所有字段的分级均已由人员确认" : "未确认分级的字段：" + missing,
                missing.empty() ? "a person has confirmed the grade of every field" : "fields without a confirmed grade:" + missing);
}

// A file of those who consented may say who they are, in the one column that names them.
std::string column_of_persons(const ProductForm& form) {
  bool file = form.forms.size() == 1 && form.forms.front() == OpenForm::file;
  return file && form.one_person ? form.one_person->subject : std::string();
}

CheckResult check_sample(const Json& sample, const ProductForm& form) {
  const std::vector<std::string>& columns = form.columns;
  std::string identifying, empty;
  for (const Json& column : sample.find("columns")->as_array()) {
    std::string name = column.get_string_or("column", "").value_or("");
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) continue;
    if (column.get_bool_or("direct_identifier", false).value_or(true) && name != column_of_persons(form)) identifying += " " + name;
    if (column.get_int_or("filled", 0).value_or(0) == 0) empty += " " + name;
  }
  bool fine = identifying.empty() && empty.empty();
  return result("sample", fine,
                fine ? "节点自行抽样，未发现直接标识符或空列"
                     : (identifying.empty() ? "" : "抽样仍见直接标识符：" + identifying) + (empty.empty() ? "" : " 抽样为空的字段：" + empty),
                fine ? "sample drawn by the node: no direct identifiers, no empty fields"
                     : (identifying.empty() ? "" : "direct identifiers in the sample:" + identifying) + (empty.empty() ? "" : " empty in the sample:" + empty));
}

// The grade that people confirmed, held against one that the values of the sample get anew: a column may have been graded by a name or
// a comment that says too little, or its masking may have done nothing. The column that names those who consented is known to.
CheckResult check_regrade(const Json& sample, const Facts& f) {
  std::string zh, en;
  for (const Json& column : sample.find("columns")->as_array()) {
    std::string name = column.get_string_or("column", "").value_or("");
    const auto& columns = f.product.form.columns;
    const CatalogField* field = f.dataset.column(name);
    int64_t level = column.get_int_or("level", 0).value_or(0);
    if (std::find(columns.begin(), columns.end(), name) == columns.end() || !field || !field->confirmed || name == column_of_persons(f.product.form)) continue;
    if (level <= field->level || field->lowered) continue;  // lowered: by an exception that an officer granted, on record
    zh += " " + name + "（已确认 " + std::to_string(field->level) + " 级，抽样为 " + std::to_string(level) + " 级）";
    en += " " + name + " (confirmed as " + std::to_string(field->level) + ", level " + std::to_string(level) + " by the sample)";
  }
  return result("regrade", zh.empty(), zh.empty() ? "按抽样值重新定级，没有字段高于已确认的级别" : "按抽样值重新定级，级别偏低的字段：" + zh,
                en.empty() ? "graded anew by the values of the sample: no field stands above its confirmed level" : "graded anew by the values of the sample, graded too low:" + en);
}

// Would the product, offered as described, be released to the party that it suits best? If not even then, it is useless.
CheckResult check_risk(const rules::RuleSet& rules, const State& s, const Facts& f, TimeMs now) {
  std::string objections_zh, objections_en;
  bool allowed = false;
  for (OpenForm form : f.product.form.forms) {
    auto [decision, grade] = policy_decision(s, rules, best_question(rules, f.product, form, now));
    if (!decision.allowed && grade && grade->raised()) {
      objections_zh += "流转中的级别：" + told_zh(*grade) + "；";
      objections_en += "level in the flow: " + told_en(*grade) + "; ";
    }
    allowed = allowed || decision.allowed;
    for (const auto& reason : decision.allowed ? std::vector<policy::Reason>{} : decision.reasons) {
      objections_zh += reason.zh + "（" + reason.clause + "）";
      objections_en += reason.en + " (" + reason.clause + ") ";
    }
  }
  std::string figures = "k=" + std::to_string(f.masking.k) + ", " + percent(f.masking.max_risk_ppm);
  return result("risk", allowed, allowed ? "重标识风险在阈值内：" + figures : objections_zh + " " + figures,
                allowed ? "re-identification risk within the thresholds: " + figures : objections_en + figures);
}

}  // namespace

Result<std::vector<CheckResult>> check_product(Node& node, const Principal& by, const ProductId& id) {
  auto facts = node.space().read([&](const State& s) -> Result<Facts> {
    const Product* product = find(s.products, id);
    if (!product) return fail(Errc::not_found, "product.not_found");
    if (product->status != ProductStatus::drafted) return fail(Errc::conflict, "product.not_awaiting_check");
    return Facts{*product, s.datasets.at(product->dataset.str()), s.versions.at(product->version.str()), s.maskings.at(product->version.str())};
  });
  if (!facts) return tl::unexpected(facts.error());
  SealedWork work{.job = "check", .work = Work::check, .version = facts->version.id, .columns = {}, .more_folders = {}, .request = Json::object()};
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  auto answer = granted.worker.run(granted.request);
  end_grant(node, by, granted.grant, answer ? "done" : std::string(answer.error().reason));
  if (!answer) return tl::unexpected(answer.error());
  std::vector<CheckResult> checks;
  int64_t rows = TRY(answer->result.get_int("rows"));
  checks.push_back(check_rows(*facts, rows));
  checks.push_back(check_grades(*facts));
  checks.push_back(check_sample(answer->result, facts->product.form));
  checks.push_back(check_regrade(answer->result, *facts));
  auto rules = TRY(rules_of(node, facts->product.owner));
  checks.push_back(node.space().read([&](const State& s) { return check_risk(*rules, s, *facts, node.clock().now()); }));
  int64_t sampled = TRY(answer->result.get_int("sampled"));
  TRY(node.space().execute(as_node(by), ReportProductCheck{id, checks, sampled}));
  return checks;
}

}  // namespace sluice::node
