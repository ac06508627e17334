// From the product to the release: registration, application, vote, contract, delivery.
#include "edge/cli/verb.h"

namespace sluice::cli {

namespace {

constexpr Verb kTradeVerbs[] = {
    {"product list", "GET /products", "--status", "Data products that one may see", "数据产品列表"},
    {"product show", "GET /products/{PRODUCT}", "", "A product: form, checks, reviews", "查看数据产品"},
    {"product new", "POST /products", "--dataset! --version! --form!", "Draft a product on a masked version, from its registration form", "按登记表起草数据产品"},
    {"product check", "POST /products/{PRODUCT}/check", "", "Have the node check it: description, sample, grades, risk", "由系统检查数据产品"},
    {"product review", "POST /products/{PRODUCT}/review", "DECISION=approve --reason!", "As another person of the agency: review it", "机构复核数据产品"},
    {"product register", "POST /products/{PRODUCT}/register", "DECISION=approve --reason!", "As the platform's registrar: give it its number", "平台登记数据产品"},
    {"product withdraw", "POST /products/{PRODUCT}/withdraw", "--reason!", "Withdraw a product", "下架数据产品"},

    {"application list", "GET /applications", "--status", "Applications", "申请列表"},
    {"application show", "GET /applications/{APPLICATION}", "", "An application: form, policy's reasons, votes", "查看申请"},
    {"application new", "POST /applications", "--product! --form!", "Apply for a product (7: the committee votes)", "申请使用数据产品（7：待委员会表决）", "voting"},
    {"application withdraw", "POST /applications/{APPLICATION}/withdraw", "--reason!", "Withdraw one's application", "撤回申请"},
    {"application reveal-filter", "POST /applications/{APPLICATION}/reveal-filter", "", "Read the secret conditions of an application, on record", "查看申请中的保密条件（留痕）"},
    {"application erase-filter", "POST /applications/{APPLICATION}/erase-filter", "--secret!=secret_ref --reason!", "Destroy the values of a secret condition; what rests on it fails closed", "销毁保密条件的取值"},

    {"vote list", "GET /applications?status=voting", "", "Applications on which the committee votes now", "待表决的申请"},
    {"vote recuse", "POST /applications/{APPLICATION}/recuse", "--reason!", "As a member: do not take part in this vote", "委员回避"},
    {"vote close", "POST /applications/{APPLICATION}/close-vote", "", "Close a vote whose time is over", "结束到期的表决"},

    {"contract list", "GET /contracts", "--status", "Contracts", "数据使用协议列表"},
    {"contract show", "GET /contracts/{CONTRACT}", "", "A contract: terms, text, signatures, use", "查看数据使用协议"},
    {"contract new", "POST /applications/{APPLICATION}/contract", "--duties! --liability! --level5-rows --mutual-tls", "Draft the contract of an approved application", "为已批准的申请起草数据使用协议"},
    {"contract suspend", "POST /contracts/{CONTRACT}/suspend", "--reason!", "Suspend a contract: deliveries stop with the next request", "暂停数据使用协议"},
    {"contract resume", "POST /contracts/{CONTRACT}/resume", "--reason!", "Let a suspended contract go on", "恢复数据使用协议"},
    {"contract end", "POST /contracts/{CONTRACT}/terminate", "--reason!", "End a contract", "终止数据使用协议"},

    {"mandate list", "GET /mandates", "--status", "Mandates of brokers: in_force, confirmed, proposed, not_begun, over, refused, ended", "委托授权列表（可按状态筛选）"},
    {"mandate show", "GET /mandates/{MANDATE}", "", "A mandate: what it covers, what was done under it, drafted applications", "查看委托授权：范围、办理记录、代拟申请"},
    {"mandate new", "POST /mandates", "--broker! --act*=acts --product*=products --dataset*=datasets --purpose*=purposes --from=from_ms --until!=until_ms --number! --scan! --note",
     "Let a broker act for one's party (7: a signer confirms, then the broker accepts)", "委托数据经纪人代办（7：待签约人确认、经纪机构接受）", "proposed"},
    {"mandate confirm", "POST /mandates/{MANDATE}/confirm", "DECISION=approve --reason", "As a signer of the principal, another person than who proposed it: confirm or refuse", "由委托方签约人确认或拒绝（与提出人不同）", "confirmed"},
    {"mandate accept", "POST /mandates/{MANDATE}/accept", "DECISION=approve --reason", "As the broker: accept or decline", "由经纪机构接受或谢绝"},
    {"mandate end", "POST /mandates/{MANDATE}/end", "--reason!", "End a mandate at once, as the principal or the broker", "立即终止委托授权（委托方或经纪机构）"},
    {"mandate scan", "GET /mandates/{MANDATE}/scan", "--out!", "Fetch the scan of its document, on record", "取回委托书扫描件（留痕）"},
    {"mandate apply", "POST /mandates/{MANDATE}/applications", "--product! --form!", "As the broker: draft an application for the principal, who submits it", "经纪机构代拟申请（由委托方提交）"},
    {"mandate decide", "POST /mandates/{MANDATE}/applications/{DRAFT}/decide", "DECISION=approve --reason", "As the principal: submit a drafted application as one's own, or refuse it", "委托方提交或退回代拟申请"},
    {"mandate withdraw", "POST /mandates/{MANDATE}/applications/{DRAFT}/withdraw", "--reason!", "As the broker: take a drafted application back", "经纪机构撤回代拟申请"},
    {"mandate product", "POST /mandates/{MANDATE}/products", "--dataset! --version! --form!", "As the broker: draft a product of the principal", "经纪机构代起草数据产品"},
    {"mandate contract", "POST /mandates/{MANDATE}/contracts", "--application! --duties! --liability! --level5-rows --mutual-tls", "As the broker: draft the contract of an approved application; both sides sign it themselves", "经纪机构代起草数据使用协议（由双方签署）"},
    {"mandate chase", "POST /mandates/{MANDATE}/chase", "--contract! --note!", "As the broker: remind the provider of a delivery", "经纪机构催办交付"},
    {"mandate chase-destruction", "POST /mandates/{MANDATE}/chase-destruction", "--release! --note!", "As the broker: remind a recipient of its destruction certificate", "经纪机构催交销毁证明"},

    {"release list", "GET /releases", "--status", "Releases", "流通列表"},
    {"release show", "GET /releases/{RELEASE}", "", "A release: what went where, its state", "查看一次流通"},
    {"release run", "POST /contracts/{CONTRACT}/release", "--purpose! --column*=columns --format", "Deliver under a contract: a sealed file, or the token of an API (printed once)", "按协议交付：加密文件，或接口令牌（只显示一次）"},
    {"release fetch", "GET /releases/{RELEASE}/file", "--out!", "Fetch the sealed file of a release (then: sluice open)", "取回加密文件（随后以 sluice open 打开）"},
    {"release passport", "GET /releases/{RELEASE}/passport", "--out", "The release passport, for sluice verify", "流通凭证（以 sluice verify 验证）"},
    {"release calls", "GET /releases/{RELEASE}/calls", "", "The calls of an API release, with their receipts", "接口调用记录与回执"},
    {"release revoke", "POST /releases/{RELEASE}/revoke", "--reason!", "Revoke a release: its passport says so from now on", "撤销流通"},
    {"release destroyed", "POST /releases/{RELEASE}/destruction", "--form!=.", "Hand in the recipient's destruction certificate (sluice destroy-certificate)", "提交接收方的销毁证明"},
    {"release erase-queries", "POST /releases/{RELEASE}/erase-queries", "--reason!", "Destroy the recorded questions of an API release", "销毁接口查询条件记录"},
};

}  // namespace

std::span<const Verb> trade_verbs() { return kTradeVerbs; }

}  // namespace sluice::cli
