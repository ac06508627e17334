// The collection plans of the eight tables. One line a field: name | title | type | r required, k key | further members |
// why it is needed. rules/plans/TABLE.yaml is this text; a test keeps the two alike.
#include <string>

#include "synth/people.h"
#include "synth/synth.h"

namespace sluice::synth {

namespace {

struct TableText {
  std::string_view table, dataset, purpose, legal_basis, frequency, fields, cross_rules, control_totals;
};

constexpr std::string_view kFundBasis = "医疗保障基金使用监督管理条例(国务院令第735号)第二十五条; 个人信息保护法第十三条第一款第三项(履行法定职责)";
constexpr std::string_view kInsuredBasis = "社会保险法第七十四条; 个人信息保护法第十三条第一款第三项(履行法定职责)";

constexpr TableText kTables[] = {
    {"psn_info_b", "参保人员基本信息", "参保登记与待遇资格核验", kInsuredBasis, "每日增量",
     R"(psn_no|人员编号|text|k|max_length: 30|唯一指向参保人, 关联就诊与结算
psn_name|姓名|text|r|max_length: 50|核对参保身份
gend|性别|text|r|values: ["1", "2", "9"]|待遇政策与性别有关(生育等)
brdy|出生日期|date|r|min: "1890-01-01"|按年龄核定待遇
psn_cert_type|证件类型|text|r|values: ["01"]|说明证件号码的编码规则
certno|证件号码|text|r|codes: [id-number]|核对参保身份, 防止重复参保
tel|联系电话|text|-|max_length: 50|待遇通知送达
addr|地址|text|-|max_length: 500|待遇通知送达
coner_name|联系人姓名|text|-|max_length: 50|紧急情况联系
insutype|险种类型|text|r|values: ["310", "340", "390"]|确定适用的待遇政策
psn_type|人员类别|text|r|values: ["1101", "1201", "1300", "14", "15"]|确定适用的待遇政策
insu_admdvs|参保地医保区划|text|r|codes: [region]|确定统筹区
emp_no|单位编号|text|-|max_length: 40|职工参保关系核定
emp_name|单位名称|text|-|max_length: 200|职工参保关系核定
psn_insu_stas|参保状态|text|r|values: ["1", "2"]|判断能否享受待遇
balc|个人账户余额|decimal|r||个人账户支付核验)",
     R"(生日与证件号一致|id_birth|certno, brdy
性别与证件号一致|id_sex|certno, gend)", "balc"},
    {"fixmedins_b", "定点医药机构信息", "定点机构协议管理与费用归属", kFundBasis, "每月全量",
     R"(fixmedins_code|定点医药机构编号|text|k|codes: [institution, pharmacy]|唯一指向定点机构
fixmedins_name|定点医药机构名称|text|r|max_length: 200|协议管理与公示
uscc|统一社会信用代码|text|r|codes: [uscc]|核对机构主体资格
fixmedins_type|定点机构类型|text|r|values: ["1", "2"]|区分医疗机构与药店政策
hosp_lv|医院等级|text|r|values: ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11"]|起付线与支付比例按等级确定
fix_blng_admdvs|归属医保区划|text|r|codes: [region]|确定管理统筹区
addr|地址|text|-|max_length: 500|公示
tel|联系电话|text|-|max_length: 50|业务联系
bed_cnt|床位数|int|-|min: "0"|核定住院服务能力
begndate|协议开始日期|date|r||判断协议是否有效
enddate|协议结束日期|date|r||判断协议是否有效)",
     R"(协议起止|order|begndate, enddate)", ""},
    {"dr_info_b", "医保医师信息", "医师处方权与诊疗行为监管", kFundBasis, "每月全量",
     R"(dr_code|医保医师代码|text|k|codes: [physician]|唯一指向医师, 关联处方
dr_name|医师姓名|text|r|max_length: 50|核对处方医师
gend|性别|text|-|values: ["1", "2", "9"]|核对身份
certno|证件号码|text|r|codes: [id-number]|核对执业资格
prac_psn_code|执业证书编号|text|r|max_length: 30|核对执业资格
dept|科室|text|r|max_length: 50|判断处方是否超出执业范围
fixmedins_code|执业机构编号|text|r|codes: [institution, pharmacy]|确定执业地点
dr_pro_tech_duty|专业技术职务|text|-|values: ["231", "232", "233", "234"]|诊察费级别核验)",
     R"(性别与证件号一致|id_sex|certno, gend)", ""},
    {"mdtrt_d", "就诊信息", "就诊真实性核验与医疗费用结算", kFundBasis, "每日增量",
     R"(mdtrt_id|就诊ID|text|k|max_length: 30|唯一指向一次就诊
psn_no|人员编号|text|r|max_length: 30|关联参保人
psn_name|姓名|text|r|max_length: 50|核对就诊身份
certno|证件号码|text|r|codes: [id-number]|核对就诊身份
gend|性别|text|r|values: ["1", "2", "9"]|诊断与性别合理性审核
brdy|出生日期|date|r||诊断与年龄合理性审核
age|年龄|int|r|min: "0"; max: "130"|诊断与年龄合理性审核
insutype|险种类型|text|r|values: ["310", "340", "390"]|确定适用的待遇政策
insu_admdvs|参保地医保区划|text|r|codes: [region]|判断是否异地就医
fixmedins_code|定点医药机构编号|text|r|codes: [institution, pharmacy]|费用归属
fixmedins_name|定点医药机构名称|text|r|max_length: 200|费用归属
med_type|医疗类别|text|r|values: ["11", "13", "140104", "140201", "21", "41"]|确定适用的待遇政策
begntime|开始时间|datetime|r||就诊真实性核验
endtime|结束时间|datetime|r||就诊真实性核验
ipt_otp_no|住院/门诊号|text|r|max_length: 30|与机构病历核对
medrcdno|病历号|text|-|max_length: 30|与机构病历核对
chfpdr_code|主诊医师代码|text|-|codes: [physician]|诊疗行为监管
chfpdr_name|主诊医师姓名|text|-|max_length: 50|诊疗行为监管
adm_dept_name|就诊科室|text|-|max_length: 100|诊疗行为监管
dscg_maindiag_code|主诊断代码|text|r|codes: [icd10]|按病种付费与合理性审核
dscg_maindiag_name|主诊断名称|text|r|max_length: 300|按病种付费与合理性审核
dise_no|门慢门特病种代码|text|-|max_length: 30|慢特病待遇核定
ipt_days|住院天数|int|-|min: "0"|住院合理性审核
die_date|死亡日期|date|-||终止待遇)",
     R"(生日与证件号一致|id_birth|certno, brdy
性别与证件号一致|id_sex|certno, gend
就诊起止|order|begntime, endtime)", ""},
    {"setl_d", "结算信息", "基金支付核算与监督", kFundBasis, "每日增量",
     R"(setl_id|结算ID|text|k|max_length: 30|唯一指向一次结算
mdtrt_id|就诊ID|text|r|max_length: 30|关联就诊
psn_no|人员编号|text|r|max_length: 30|关联参保人
insutype|险种类型|text|r|values: ["310", "340", "390"]|确定适用的待遇政策
fixmedins_code|定点医药机构编号|text|r|codes: [institution, pharmacy]|费用归属
med_type|医疗类别|text|r|values: ["11", "13", "140104", "140201", "21", "41"]|确定适用的待遇政策
begndate|开始日期|date|r||核对就诊区间
enddate|结束日期|date|r||核对就诊区间
setl_time|结算时间|datetime|r||核算期间归属
medfee_sumamt|医疗费总额|decimal|r||基金支付核算
fulamt_ownpay_amt|全自费金额|decimal|r||基金支付核算
overlmt_selfpay|超限价自费金额|decimal|r||基金支付核算
preselfpay_amt|先行自付金额|decimal|r||基金支付核算
inscp_amt|符合政策范围金额|decimal|r||基金支付核算
act_pay_dedc|实际支付起付线|decimal|r||基金支付核算
hifp_pay|统筹基金支出|decimal|r||基金支付核算
cvlserv_pay|公务员医疗补助支出|decimal|r||基金支付核算
hifes_pay|补充医疗保险支出|decimal|r||基金支付核算
hifmi_pay|大病保险支出|decimal|r||基金支付核算
hifob_pay|大额医疗补助支出|decimal|r||基金支付核算
hifdm_pay|伤残人员医疗保障支出|decimal|r||基金支付核算
maf_pay|医疗救助支出|decimal|r||基金支付核算
othfund_pay|其他基金支出|decimal|r||基金支付核算
fund_pay_sumamt|基金支付总额|decimal|r||基金支付核算
psn_pay|个人支付金额|decimal|r||个人负担核算
acct_pay|个人账户支出|decimal|r||个人账户核算
cash_payamt|现金支付金额|decimal|r||个人负担核算
balc|余额|decimal|r||个人账户核算
refd_setl_flag|退费结算标志|text|r|values: ["0", "1"]|区分退费
init_setl_id|原结算ID|text|-|max_length: 30|退费追溯原结算
vali_flag|有效标志|text|r|values: ["0", "1"]|排除作废记录)",
     R"(费用构成|sum|medfee_sumamt, fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt, inscp_amt
费用承担|sum|medfee_sumamt, fund_pay_sumamt, psn_pay
个人支付构成|sum|psn_pay, acct_pay, cash_payamt
基金支付构成|sum|fund_pay_sumamt, hifp_pay, cvlserv_pay, hifes_pay, hifmi_pay, hifob_pay, hifdm_pay, maf_pay, othfund_pay
就诊起止|order|begndate, enddate
结算在就诊之后|order|enddate, setl_time)", "medfee_sumamt, fund_pay_sumamt"},
    {"fee_list_d", "费用明细", "费用合理性审核与基金监管", kFundBasis, "每日增量",
     R"(bkkp_sn|记账流水号|text|k|max_length: 30|唯一指向一条明细
mdtrt_id|就诊ID|text|r|max_length: 30|关联就诊
setl_id|结算ID|text|r|max_length: 30|关联结算
psn_no|人员编号|text|r|max_length: 30|关联参保人
fixmedins_code|定点医药机构编号|text|r|codes: [institution, pharmacy]|费用归属
fee_ocur_time|费用发生时间|datetime|r||核对就诊区间
rx_drord_no|处方/医嘱号|text|-|max_length: 40|核对处方
cnt|数量|decimal|r||核对计价
pric|单价|decimal|r||核对计价与限价
det_item_fee_sumamt|明细项目费用总额|decimal|r||基金支付核算
pric_uplmt_amt|定价上限金额|decimal|-||核对限价
selfpay_prop|自付比例|decimal|r|min: "0"; max: "1"|核对先行自付
fulamt_ownpay_amt|全自费金额|decimal|r||基金支付核算
overlmt_selfpay|超限价金额|decimal|r||基金支付核算
preselfpay_amt|先行自付金额|decimal|r||基金支付核算
inscp_amt|符合政策范围金额|decimal|r||基金支付核算
chrgitm_lv|收费项目等级|text|r|values: ["01", "02", "03"]|核对目录等级
hilist_code|医保目录编码|text|r|codes: [drug, service, consumable]|核对目录范围
hilist_name|医保目录名称|text|r|max_length: 200|核对目录范围
list_type|目录类别|text|r|values: ["101", "102", "103", "201", "301"]|核对目录范围
med_chrgitm_type|医疗收费项目类别|text|r|values: ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14"]|费用结构分析
spec|规格|text|-|max_length: 200|核对药品规格
dosform_name|剂型|text|-|max_length: 100|核对药品剂型
bilg_dept_name|开单科室|text|-|max_length: 100|诊疗行为监管
bilg_dr_code|开单医师代码|text|-|codes: [physician]|诊疗行为监管
prd_days|用药周期天数|int|-|min: "0"; max: "365"|超量开药审核
init_bkkp_sn|原记账流水号|text|-|max_length: 30|退费追溯原明细)",
     R"(数量乘单价|product|det_item_fee_sumamt, cnt, pric
费用构成|sum|det_item_fee_sumamt, fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt, inscp_amt)", "det_item_fee_sumamt, inscp_amt"},
    {"rx_d", "处方信息", "处方真实性核验与用药监管", kFundBasis, "每日增量",
     R"(rx_id|处方ID|text|k|max_length: 40|唯一指向处方
mdtrt_id|就诊ID|text|r|max_length: 30|关联就诊
setl_id|结算ID|text|r|max_length: 30|关联结算
ipt_otp_no|住院/门诊号|text|r|max_length: 30|与机构病历核对
psn_no|人员编号|text|r|max_length: 30|关联参保人
psn_name|姓名|text|r|max_length: 50|核对取药身份
age|年龄|int|r|min: "0"; max: "130"|用药与年龄合理性审核
fixmedins_code|定点医药机构编号|text|r|codes: [institution, pharmacy]|费用归属
opsp_dise_code|门慢门特病种代码|text|-|max_length: 30|慢特病用药范围审核
prsc_date|开方日期|date|r||处方有效期核验
bilg_dept_name|开单科室|text|r|max_length: 100|诊疗行为监管
bilg_dr_code|开单医师代码|text|r|codes: [physician]|诊疗行为监管
bilg_dr_name|开单医师姓名|text|r|max_length: 50|诊疗行为监管)",
     "", ""},
    {"hilist_b", "医保目录信息", "目录范围与限价核验", kFundBasis, "每月全量",
     R"(hilist_code|医保目录编码|text|k|codes: [drug, service, consumable]|唯一指向目录项目
hilist_name|医保目录名称|text|r|max_length: 200|核对目录范围
list_type|目录类别|text|r|values: ["101", "102", "103", "201", "301"]|区分药品、项目与耗材
chrgitm_lv|收费项目等级|text|r|values: ["01", "02", "03"]|确定支付等级
med_chrgitm_type|医疗收费项目类别|text|r||费用结构分析
spec|规格|text|-|max_length: 200|核对药品规格
dosform_name|剂型|text|-|max_length: 100|核对药品剂型
pric_uplmt_amt|定价上限金额|decimal|-||限价核验
begndate|开始日期|date|r||判断目录是否有效
enddate|结束日期|date|r||判断目录是否有效
vali_flag|有效标志|text|r|values: ["0", "1"]|排除作废项目)",
     R"(有效期起止|order|begndate, enddate)", ""},
};

// The next piece of `text` up to `mark`.
std::string_view cut(std::string_view& text, char mark) {
  size_t at = text.find(mark);
  std::string_view out = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  while (!out.empty() && out.front() == ' ') out.remove_prefix(1);
  return out;
}

void write_field(std::string& out, std::string_view line) {
  std::string_view name = cut(line, '|'), title = cut(line, '|'), type = cut(line, '|'), need = cut(line, '|'), more = cut(line, '|');
  out += "  - name: " + std::string(name) + "\n    title: " + std::string(title) + "\n    type: " + std::string(type) + "\n";
  if (need == "k") out += "    key: true\n";
  if (need == "r") out += "    required: true\n";
  while (!more.empty()) out += "    " + std::string(cut(more, ';')) + "\n";
  out += "    necessity: " + std::string(line) + "\n";
}

std::string write_plan(const TableText& t) {
  std::string out = "# 采集方案: " + std::string(t.dataset) + " (docs/formats/collection-plan.md). Written by src/synth/plans.cc.\n";
  out += "format: sluice-plan/1\nid: " + std::string(t.table) + ".v1\ndataset: " + std::string(t.dataset) + "\ntable: " + std::string(t.table) + "\n";
  out += "source:\n  name: 示例市医疗保障信息中心\n  uscc: \"" + nobodys_uscc('1', '2', 1) + "\"\n";
  out += "file_format: csv\nencoding: auto\nheader: true\n";
  out += "purpose: " + std::string(t.purpose) + "\nlegal_basis: " + std::string(t.legal_basis) + "\nfrequency: " + std::string(t.frequency) + "\n";
  out += "unknown_fields: refuse\nfields:\n";
  std::string_view lines = t.fields;
  while (!lines.empty()) write_field(out, cut(lines, '\n'));
  if (!t.cross_rules.empty()) out += "cross_rules:\n";
  lines = t.cross_rules;
  while (!lines.empty()) {
    std::string_view line = cut(lines, '\n');
    std::string_view name = cut(line, '|'), kind = cut(line, '|');
    out += "  - name: " + std::string(name) + "\n    kind: " + std::string(kind) + "\n    of: [" + std::string(line) + "]\n";
  }
  if (!t.control_totals.empty()) out += "control_totals: [" + std::string(t.control_totals) + "]\n";
  return out;
}

}  // namespace

const std::vector<PlanText>& plan_texts() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> out;
    for (const TableText& t : kTables) out.push_back(write_plan(t));
    return out;
  }();
  static const std::vector<PlanText> list = [] {
    std::vector<PlanText> out;
    for (size_t i = 0; i < texts.size(); i++) out.push_back({kTables[i].table, texts[i]});
    return out;
  }();
  return list;
}

}  // namespace sluice::synth
