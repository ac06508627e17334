// Plans, sources, datasets and their grading, drafts, changes of the rules, scans.
#include "edge/cli/verb.h"

namespace sluice::cli {

namespace {

constexpr Verb kDataVerbs[] = {
    {"plan list", "GET /plans", "", "Collection plans", "采集方案列表"},
    {"plan show", "GET /plans/{PLAN}", "", "A plan: fields, checks, source key", "查看采集方案"},
    {"plan adopt", "POST /plans", "--text-file!=plan --source-key", "Adopt a collection plan", "采用采集方案"},

    {"sources change", "POST /sources/{SOURCE}/change", "--reason! --name --every=every_s --at* --late-after=late_after_s --retries --rows-per-day",
     "Change a source's name or schedule; what is not named stays", "变更来源名称或采集安排（未给出的保持不变）"},
    {"sources password", "POST /sources/{SOURCE}/password", "--source-password-file!=password --reason!", "Replace a source's password or private key; it is kept sealed and never shown", "更换来源口令或私钥（密封保存，不再显示）"},
    {"sources hand-over", "POST /sources/{SOURCE}/hand-over", "--to! --reason!", "Hand a source over to another data manager", "将来源移交另一数据管理员"},
    {"sources folders", "GET /source-folders", "", "Folders in which a source may be registered from off the machine", "可远程登记来源的文件夹"},

    {"sources refused", "GET /refused-files", "--status", "Files that came and are no batch, with the reason and what became of them", "拒收的文件：原因与后续"},
    {"sources changes", "GET /version-changes", "--status", "Versions made by merging, by deletions of a source, by corrections: with their effect (--status merge, deletion, correction)", "合并、来源删除与更正形成的版本及其影响"},
    {"sources hosts", "GET /source-hosts", "", "Hosts on which a source may be registered from off the machine", "可远程登记来源的主机"},
    {"sources allow-host", "POST /source-hosts", "HOST --reason!", "Allow a host, or one port of it; inner addresses at the machine alone", "放行主机或其端口（本机与内部地址须在本机操作）"},
    {"sources forbid-host", "POST /source-hosts/remove", "HOST --reason!", "Allow a host no more: what was registered there from afar stops", "撤销放行：远程登记于该主机的来源停止采集"},

    {"dataset list", "GET /datasets", "", "Datasets, with categories and levels", "数据集列表"},
    {"dataset show", "GET /datasets/{DATASET}", "", "A dataset: versions, columns, grades", "查看数据集"},
    {"dataset classify", "POST /datasets/{DATASET}/versions/{VERSION}/classify", "", "Propose type, category and level of every column", "对数据集作分类分级建议"},
    {"dataset confirm", "POST /datasets/{DATASET}/confirm", "--verdicts!", "Confirm or correct the grades of columns", "确认或更正字段分级"},
    {"dataset same-rows", "POST /datasets/{DATASET}/same-rows", "OTHER=other DECISION=same --reason!", "Say that two datasets hold the same rows (approve) or do not (refuse): as long as they do, the windows of operations count them as one", "认定两个数据集含有（approve）或不含（refuse）相同的数据：认定相同期间，操作窗口将其合并计数"},
    {"dataset facts", "POST /datasets/{DATASET}/facts", "--form!=.", "Say what the list of data asks of a dataset: system, purpose, sharing", "填写数据清单要求的数据集信息"},
    {"dataset risk", "POST /datasets/{DATASET}/versions/{VERSION}/risk", "--quasi* --sensitive* --share-type --threshold-permille --sampling-ppm --population-size --population --population-model --person-column=person --form=.", "Measure the risk of re-identification of a version", "度量重标识风险"},
    {"dataset association", "POST /datasets/{DATASET}/versions/{VERSION}/association", "--quasi* --form=.", "Look for columns that identify people only together", "查找组合后可识别个人的字段"},
    {"dataset generalise", "POST /datasets/{DATASET}/versions/{VERSION}/anonymize", "--population --person-column=person --form!=.", "Find the generalisation with the least loss", "求损失最小的泛化方案"},

    {"deident adopt-draft", "POST /strategy-drafts/{DRAFT}/adopt", "", "Adopt a strategy draft that was signed", "采用已签名通过的策略草案"},
    {"reverse withdraw", "POST /reversals/{REVERSAL}/withdraw", "", "Withdraw one's own request for a reversal", "撤回本人的还原申请"},

    {"grading confirm", "POST /grading/confirm", "--form!=.", "One verdict for many fields, all or none", "批量确认分级（全部或全不）"},
    {"grading suggestions", "GET /grading/suggestions", "", "Fields that could take the verdict of others", "可沿用既有结论的字段"},
    {"grading issue", "POST /grading/lists", "--note", "Issue the list as it stands, for signature", "签发当前分类分级清单"},
    {"grading issued", "GET /grading/lists", "", "Lists that were issued", "已签发的清单"},
    {"grading sign", "POST /grading/lists/{LIST}/sign", "--reason!", "Sign an issued list", "签署清单"},
    {"grading change-item", "POST /grading/items/{ITEM}", "--form!=.", "Change what is said of a described item", "变更登记项"},
    {"grading change-process", "POST /grading/processes/{PROCESS}", "--form!=.", "Draw a business process anew", "变更业务流程"},
    {"grading remove-process", "POST /grading/processes/{PROCESS}/remove", "--reason!", "Remove a business process", "删除业务流程"},
    {"grading changes", "GET /grading/changes", "", "Changes of the classification rules", "分级规则变更列表"},
    {"grading propose-change", "POST /grading/changes", "--title! --reason! --packs!", "Propose other rule packs", "提出规则变更", "proposed"},
    {"grading assess-change", "POST /grading/changes/{CHANGE}/assess", "", "Measure every classified dataset with both packs", "评估规则变更的影响", "assessed"},
    {"grading decide-change", "POST /grading/changes/{CHANGE}/decide", "DECISION=approve --reason!", "As a security officer, with a second factor: adopt a change or not", "由安全负责人决定规则变更"},
    {"grading lowerings", "GET /grading/lowerings", "", "Levels lowered for a time", "限时降级列表"},
    {"grading lower", "POST /grading/lowerings", "--dataset! COLUMN --level! --days! --reason! --measures!", "Ask for a lower level of a column, for some days", "申请限时降级", "requested"},
    {"grading decide-lowering", "POST /grading/lowerings/{LOWERING}/decide", "DECISION=approve --reason!", "Grant or refuse a lower level", "决定限时降级"},

    {"scan list", "GET /scans", "", "Scans of sources", "扫描列表"},
    {"scan show", "GET /scans/{SCAN}", "", "A scan: how far it is, what it found", "查看扫描"},
    {"scan start", "POST /scans", "--form!=.", "Scan a source: an inventory that nobody confirmed yet", "扫描来源，形成待确认清单"},
    {"scan resume", "POST /scans/{SCAN}/resume", "--source-password-file=password", "Go on with a scan that was stopped", "继续扫描"},
    {"scan stop", "POST /scans/{SCAN}/stop", "", "Stop a scan", "停止扫描"},
    {"scan remove", "POST /scans/{SCAN}/remove", "", "Forget a scan", "删除扫描"},
};

}  // namespace

std::span<const Verb> data_verbs() { return kDataVerbs; }

}  // namespace sluice::cli
