// A contract in the two languages that people and machines read; the terms themselves are the third.
#include <cstdio>

#include "space/catalog/level.h"
#include "space/contract/contract.h"

namespace sluice::space {

namespace {

std::string date_zh(TimeMs time) {
  CivilDate d = civil_from_days((time + 8 * kHourMs) / kDayMs);  // contracts are read in China Standard Time
  char out[48];
  std::snprintf(out, sizeof out, "%d年%d月%d日", d.year, d.month, d.day);
  return out;
}

std::string joined(const std::vector<std::string>& items, std::string_view between) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : std::string(between)) + item;
  return out;
}

std::string yuan(int64_t fen) {
  char out[40];
  std::snprintf(out, sizeof out, "%lld.%02lld", static_cast<long long>(fen / 100), static_cast<long long>(fen % 100));
  return out;
}

std::string_view operator_zh(std::string_view op) {
  if (op == "eq") return "等于";
  if (op == "ne") return "不等于";
  if (op == "lt") return "小于";
  if (op == "le") return "不大于";
  if (op == "gt") return "大于";
  if (op == "ge") return "不小于";
  if (op == "in") return "属于";
  return "开头为";
}

std::string odrl_operator(std::string_view op) {
  if (op == "eq" || op == "lt" || op == "gt") return "odrl:" + std::string(op);
  if (op == "ne") return "odrl:neq";
  if (op == "le") return "odrl:lteq";
  if (op == "ge") return "odrl:gteq";
  return op == "in" ? "odrl:isAnyOf" : "sluice:startsWith";
}

// A signer reads the masked values; reference and commitment say which they are. The full ones are shown on request.
std::string secret_text(const RowCondition& c) {
  std::string shown = c.masked ? joined(*c.masked, "、") : "";
  return shown + "（标识个人的取值不入存证日志，另行登记，编号 " + c.secret_ref + (c.commitment ? "，SM3承诺 " + hex(*c.commitment) : "") + "）";
}

Json odrl_operand(const RowCondition& c) {
  if (!c.secret()) return encode(c.values);
  Json out = Json::object({{"@id", "urn:sluice:registry:" + c.secret_ref}});
  if (c.commitment) out.set("sluice:commitment", hex(*c.commitment));
  return out;
}

Json constraint(std::string_view left, std::string_view op, Json right) {
  return Json::object({{"leftOperand", left}, {"operator", op}, {"rightOperand", std::move(right)}});
}

// 证件号码（certno）: who signs reads what the field is, and which column of the data it is.
std::string titled(const std::string& column, const ContractNames& names) {
  auto title = names.titles.find(column);
  return title == names.titles.end() || title->second.empty() || title->second == column ? column : title->second + "（" + column + "）";
}
std::string titled(const std::vector<std::string>& columns, const ContractNames& names) {
  std::vector<std::string> out;
  for (const std::string& column : columns) out.push_back(titled(column, names));
  return joined(out, "、");
}

// 科学研究（research）; the id itself for a scenario that the rules do not have any more.
std::string scenario_label(const rules::GradingPack& grading, const std::string& id) {
  for (const auto& scenario : grading.scenarios)
    if (scenario.id == id) return scenario.zh + "（" + scenario.en + "）";
  return id;
}

}  // namespace

Json contract_document(const ContractId& id, const ContractTerms& terms, std::string_view text_zh, const Json& odrl) {
  return Json::object({{"contract", id.str()}, {"format", "sluice-contract/1"}, {"odrl", odrl}, {"terms", encode(terms)}, {"text_zh", text_zh}});
}

std::string contract_text_zh(const ContractTerms& t, const ContractNames& names) {
  std::string out = "数据使用协议（数字合约）\n\n";
  auto line = [&](std::string_view head, std::string text) { out += std::string(head) + "：" + std::move(text) + "\n"; };
  line("一、提供方", std::string(names.provider) + "（角色：" + std::string(label_zh(t.provider_role)) + "）");
  line("二、使用方", std::string(names.recipient) + "（角色：" + std::string(label_zh(t.recipient_role)) + "）");
  line("三、数据产品", std::string(names.product) + "，流通类型：" + std::string(label_zh(t.flow)) + "，开放形式：" + std::string(label_zh(t.form)));
  line("四、流通使用场景", std::string(label_zh(t.scenario)));
  line("五、使用目的", t.purpose_note + "（" + std::string(names.policy.label_zh(t.purpose)) + "），不得用于其他目的");
  line("六、合法性基础", std::string(names.policy.label_zh(t.legal_basis)));
  line("七、数据项", titled(t.columns, names) + "，共 " + std::to_string(t.columns.size()) + " 项，此外一律不提供");
  if (t.grade) line("数据级别", told_zh(*t.grade) + (t.grade->scenario.empty() ? "" : "，流转场景：" + scenario_label(names.grading, t.grade->scenario)));
  std::string rows = t.row_filter.empty() ? "全部记录" : "";
  for (const RowCondition& c : t.row_filter)
    rows += (rows.empty() ? "" : "且 ") + titled(c.column, names) + " " + std::string(operator_zh(c.op)) + " " +
            (c.secret() ? secret_text(c) : joined(c.values, "、"));
  line("八、记录范围", rows);
  if (t.one_person && t.form == OpenForm::file)
    line("以单独同意为限", "只交付以 " + titled(t.one_person->subject, names) + " 指明、在交付时已就本合约的目的、接收方和数据项单独同意且未撤回的个人的记录，其他人的记录不在其内");
  if (t.one_person && t.form != OpenForm::file)
    line("逐人查询", "每次调用须写明 " + titled(t.one_person->inputs, names) + "，以 " + titled(t.one_person->subject, names) + " 指明本人；只在该人单独同意的范围和期限内答复，撤回后即不再答复");
  if (t.leaves_out_level5()) line("第5级内容", "每次交付时逐条检出含第5级内容的记录并剔除，不予提供；剔除条数记入交付记录");
  if (t.mutual_tls) line("双向认证", "每次接口调用须以双向 TLS 出示使用方已登记的客户端证书，未出示、已过期、已吊销或非使用方的证书一律不予答复");
  line("九、次数", t.form == OpenForm::api ? "接口调用不超过 " + std::to_string(t.deliveries_max) + " 次，每分钟不超过 " +
                                                  std::to_string(t.rate_per_minute) + " 次"
                                            : "交付不超过 " + std::to_string(t.deliveries_max) + " 次");
  line("十、期限", "自" + date_zh(t.starts_ms) + "起至" + date_zh(t.expires_ms) + "止");
  line("十一、价款", t.price_fen > 0 ? "人民币 " + yuan(t.price_fen) + " 元" : "无偿");
  line("十二、使用方的安全责任与措施", t.duties);
  line("十三、违约责任", t.liability);
  line("十四、约束", "不得重标识个人，不得转让、公开或提供出境；期满或终止后予以销毁并出具销毁证明");
  return out;
}

Json contract_odrl(const ContractId& id, const ContractTerms& t, std::string_view provider_uscc, std::string_view recipient_uscc) {
  std::string provider = "urn:uscc:" + std::string(provider_uscc), recipient = "urn:uscc:" + std::string(recipient_uscc);
  std::string target = "urn:sluice:" + t.product.str();
  Json constraints = Json::array();
  constraints.push(constraint("odrl:purpose", "odrl:eq", t.purpose));
  constraints.push(constraint("odrl:dateTime", "odrl:lt", rfc3339(t.expires_ms)));
  constraints.push(constraint("odrl:count", "odrl:lteq", t.deliveries_max));
  if (t.rate_per_minute > 0) constraints.push(constraint("sluice:callsPerMinute", "odrl:lteq", t.rate_per_minute));
  if (t.mutual_tls) constraints.push(constraint("sluice:mutualTls", "odrl:eq", "required"));
  if (t.one_person) constraints.push(constraint("sluice:separateConsentOf", "odrl:eq", t.one_person->subject));
  Json columns = Json::array();
  for (const std::string& column : t.columns) columns.push(column);
  Json refinement = Json::array();
  refinement.push(constraint("sluice:column", "odrl:isAnyOf", columns));
  for (const RowCondition& c : t.row_filter)
    refinement.push(constraint("sluice:row." + c.column, odrl_operator(c.op), odrl_operand(c)));
  if (t.leaves_out_level5()) refinement.push(constraint("sluice:level5Rows", "odrl:eq", "leave_out"));
  Json permission = Json::object({{"action", "odrl:use"}, {"assignee", recipient}, {"assigner", provider}, {"constraint", constraints},
                                  {"target", Json::object({{"source", target}, {"refinement", refinement}})}});
  if (t.price_fen > 0)
    permission.set("duty", Json::array({Json::object({{"action", "odrl:compensate"},
                                                      {"constraint", Json::array({constraint("odrl:payAmount", "odrl:eq",
                                                                                             Json::object({{"unit", "CNY"}, {"value_fen", t.price_fen}}))})}})}));
  Json prohibitions = Json::array();
  for (const char* action : {"sluice:reidentify", "odrl:distribute", "odrl:sell", "sluice:exportAbroad"})
    prohibitions.push(Json::object({{"action", action}, {"assignee", recipient}, {"assigner", provider}, {"target", target}}));
  Json obligations = Json::array({Json::object({{"action", "odrl:delete"}, {"assignee", recipient}, {"assigner", provider}, {"target", target},
                                                {"constraint", Json::array({constraint("odrl:dateTime", "odrl:lteq", rfc3339(t.expires_ms))})}})});
  return Json::object({{"@context", Json::array({"http://www.w3.org/ns/odrl.jsonld", Json::object({{"sluice", "urn:sluice:terms:"}})})},
                       {"@type", "Agreement"}, {"obligation", obligations}, {"permission", Json::array({permission})},
                       {"prohibition", prohibitions}, {"uid", "urn:sluice:" + id.str()}});
}

}  // namespace sluice::space
