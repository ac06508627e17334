// What waits, operations and exceptions, keys and the ceremony, retention.
#include "edge/cli/verb.h"

namespace sluice::cli {

namespace {

constexpr Verb kWorkVerbs[] = {
    {"inbox", "GET /inbox", "", "What waits for one: kind, object, title, when it is due", "待办"},
    {"job show", "GET /jobs/{JOB}", "", "How far one's work in the background is", "后台任务进度"},
    {"job stop", "DELETE /jobs/{JOB}", "", "Stop one's work in the background", "停止后台任务"},
    {"node show", "GET /node", "", "Whether the node is well: version, ledger, disk, key agent", "节点运行状况"},

    {"operation show", "GET /operations/{OPERATION}", "", "One operation: who asked, who decided, how often it was done", "查看一项数据操作"},
    {"operation decide", "POST /operations/{OPERATION}/decide", "DECISION=approve --reason!", "As the second person: allow or refuse an operation", "由第二人审批数据操作"},
    {"operation withdraw", "POST /operations/{OPERATION}/withdraw", "", "Withdraw one's own request", "撤回本人的操作申请"},

    {"exception list", "GET /exceptions", "--status", "Exceptions to over-privilege: asked for, granted, to be reviewed", "超权限例外列表"},
    {"exception show", "GET /exceptions/{EXCEPTION}", "", "One exception", "查看一项例外"},
    {"exception request", "POST /exceptions", "WHAT --dataset! --column*=columns --days! --reason! --measures!", "Ask the personal-information officer for what one's rights do not give, for some days (7: it waits)",
     "向个人信息保护责任人申请限时例外（7：待审批）", "requested"},
    {"exception decide", "POST /exceptions/{EXCEPTION}/decide", "DECISION=approve --days --reason!", "As the personal-information officer: grant or refuse an exception", "由个人信息保护责任人决定例外"},
    {"exception end", "POST /exceptions/{EXCEPTION}/end", "--reason!", "End an exception early", "提前终止例外"},
    {"exception review", "POST /exceptions/{EXCEPTION}/review", "VERDICT --note", "Say afterwards how an exception was used", "例外事后复核"},

    {"keys show", "GET /key-works/{WORK}", "", "One key operation: witnesses, state", "查看一项密钥操作"},
    {"keys epochs", "GET /backups", "", "Backups, their epochs, and where the secrets of these lie or lay", "备份、备份批次及其密钥文件的存放处"},
    {"keys escrow", "POST /backups/escrow", "FOLDER", "Hand a copy of every living epoch's secret to an officer, into a folder of this machine", "将各备份批次的密钥文件交保管人另存一份"},
    {"keys copy-gone", "POST /backups/epochs/{EPOCH}/copy-gone", "--place! --note!", "Say that a copy of a closed epoch's secret, which the node cannot reach, was destroyed", "确认节点无法触及的已关闭批次密钥副本已销毁"},
    {"keys ceremony", "GET /root-key/ceremony", "", "The ceremony under way: who joined, who confirmed", "根密钥仪式进展"},
    {"keys begin", "POST /root-key/ceremony", "WORK=key_work --needed! --officer*=officers", "Begin the ceremony of a witnessed rotate_root: the root is dealt among officers, each at a desk of their own",
     "开始根密钥分割仪式（须先提出 rotate_root 并经见证）"},
    {"keys join", "POST /root-key/ceremony/join", "--own-passphrase-file!=passphrase", "As an officer: join with a passphrase that nobody else knows", "保管人加入仪式（本人口令）"},
    {"keys take-share", "POST /root-key/ceremony/share", "--out!=share", "As an officer: take one's own share, once", "保管人领取本人分片（仅一次）"},
    {"keys hand-in", "POST /root-key/ceremony/confirm", "--my-share!=share --own-passphrase-file!=passphrase", "As an officer: hand the share in again, to show that it opens; after the last one the fresh root counts",
     "保管人回验分片；最后一人完成后新根密钥生效"},
    {"keys abandon", "POST /root-key/ceremony/abandon", "--reason!", "Abandon the ceremony: what opened the space before opens it", "放弃仪式（原根密钥不变）"},
    {"keys rehearse", "POST /root-key/shares/check", "--my-share!=share --own-passphrase-file!=passphrase", "Try whether one's share of the root as it stands opens; changes nothing", "演练：检验本人分片可用（不作任何改动）"},

    {"alarm list", "GET /alarms", "--status", "Alarms that one may see: what stands first", "告警列表（未解除的在前）"},
    {"alarm show", "GET /alarms/{ALARM}", "", "One alarm: its rule, who took it up, which channel was told and what is still owed", "查看一条告警"},
    {"alarm acknowledge", "POST /alarms/{ALARM}/acknowledge", "--note!", "Take an alarm up", "确认告警"},
    {"alarm clear", "POST /alarms/{ALARM}/clear", "--reason!", "Clear an alarm about what somebody did; states clear themselves", "解除告警（状态类告警自动解除）"},
    {"alarm rules", "GET /alarm-settings", "", "What is watched, as this space has it, and the channels", "告警规则与渠道"},
    {"alarm set", "POST /alarm-settings", "--form!=settings --reason!", "As a security administrator: set the rules as a whole ({enabled, rules: [{rule, disabled, count, window_s, after_s}], retry_s})", "由安全管理员整体设定告警规则"},
    {"alarm channel", "POST /alarm-channels", "--form!=channel --user --channel-password-file=password --channel-key-file=key --ca=ca_pem", "As a system administrator: set a channel (smtp, syslog or webhook); its host must be allowed (sources allow-host)",
     "由系统管理员设定告警渠道（邮件、syslog 或 Webhook）"},
    {"alarm channel-remove", "POST /alarm-channels/{CHANNEL}/remove", "--reason!", "As a system administrator: take a channel away", "移除告警渠道"},
    {"alarm test", "POST /alarm-channels/{CHANNEL}/test", "", "Send a test message over a channel now", "向渠道发送测试消息"},

    {"law retention keep", "POST /law/retention/{VERSION}/keep", "--until!=until_ms --reason!", "Keep a version longer than its class demands", "延长数据版本的留存期限"},
    {"law retention end-hold", "POST /law/retention/{VERSION}/end-hold", "--reason!", "As another person than who set it: end early what a version is kept for", "由设定人以外的另一人提前解除留存保全"},
    {"law links show", "GET /law/requests/{REQUEST}/links", "", "Of a person's request: the other numbers that searches found, by kind and in part (on record)", "查看查找中发现的关联编号（种类与部分号码，留痕）"},
    {"law links decide", "POST /law/requests/{REQUEST}/links", "--confirm* --reject* --reason!", "Say which of these numbers are this person's and which are not; the next search looks for those that are (second factor)", "逐一确认或排除关联编号，再次查找时一并查找（第二因素）"},
    {"law correction propose", "POST /law/requests/{REQUEST}/corrections", "--version! --column! --person-column --evidence! --value-file=value --was-file=was --way",
     "Of a person's granted request to correct: which field of which version is made right; the value comes from --value-file and is sealed (an empty file empties the cell; none with --way source)", "对已同意的更正请求提出具体更正：哪个版本、哪个字段；更正值取自 --value-file 并密封（空文件表示改为空；--way source 时不给）"},
    {"law correction value", "POST /law/corrections/{CORRECTION}/value", "", "As who decides: what is proposed (second factor, on record)", "审核人查看拟更正的值（第二因素，留痕）"},
    {"law correction decide", "POST /law/corrections/{CORRECTION}/decide", "DECISION=approve --reason!", "As another person: confirm or refuse a correction", "由另一人确认或不同意更正"},
    {"law correction carry-out", "POST /law/corrections/{CORRECTION}/carry-out", "", "Write the version again with the person's cell made right", "执行更正，形成新版本"},
    {"recipient chase", "POST /releases/{RELEASE}/chase", "--note!", "Note that a recipient whose destruction certificate is overdue was chased", "登记对逾期未销毁接收方的催告"},
};

}  // namespace

std::span<const Verb> work_verbs() { return kWorkVerbs; }

}  // namespace sluice::cli
