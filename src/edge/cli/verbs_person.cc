// Sessions, people, parties, the chart, rights.
#include "edge/cli/verb.h"

namespace sluice::cli {

namespace {

constexpr Verb kPersonVerbs[] = {
    {"session show", "GET /session", "", "Who is signed in: account, party, duties, until when the second factor counts", "当前登录人员、所属参与方、岗位与第二因素有效期"},
    {"session password", "POST /session/password", "--old-password-file!=old --new-password-file!=new", "Change one's own password; needed before anything else after the first sign-in", "修改本人口令（首次登录后必须先修改）"},
    {"session authenticator", "POST /session/totp/enrol", "", "Set up an authenticator for one-time codes; prints its secret once", "绑定动态口令验证器（密钥只显示一次）"},
    {"session confirm", "POST /session/totp/confirm", "CODE", "Confirm the authenticator with its first code; it is the second factor from then on", "以首个动态口令确认验证器"},
    {"session step-up", "POST /session/step-up", "CODE", "Show the second factor in a session that is kept", "在已保存的会话中出示第二因素"},
    {"session end-key", "DELETE /session/key", "", "Give up one's own key for signing in", "注销本人登录密钥"},

    {"person list", "GET /people", "", "People whom one may know", "人员列表"},
    {"person show", "GET /people/{PERSON}", "", "A person: duties, status, what may be done", "查看人员：岗位、状态"},
    {"person new", "POST /people", "ACCOUNT NAME=display_name --party! --phone", "Make an account for a person; prints the first password, which must be changed", "登记人员并建立账号（显示初始口令，首次登录须修改）"},
    {"person duty", "POST /people/{PERSON}/duties", "DUTY --until=expires_ms", "Give a person a duty, for good or until a day", "授予岗位（可设期限）"},
    {"person end-duty", "POST /people/{PERSON}/duties/{DUTY}/revoke", "--reason!", "Take a duty back at once", "立即收回岗位"},
    {"person suspend", "POST /people/{PERSON}/suspend", "--reason!", "Suspend an account: its sessions end now", "停用账号（会话立即终止）"},
    {"person resume", "POST /people/{PERSON}/resume", "--reason!", "Ask to let a suspended account act again; another administrator decides", "申请恢复已停用的账号（由另一管理员确认）"},
    {"person decide-resume", "POST /people/{PERSON}/resume/decide", "DECISION=approve --reason!", "As another administrator: let a suspended account act again with the duties it has, or not", "由另一管理员确认或拒绝恢复账号（岗位照旧）"},
    {"person ask-reset", "POST /people/{PERSON}/ask-reset", "RESET=what --reason!", "Ask for a new password or authenticator of a person; another administrator allows it", "申请重置口令或验证器（由另一管理员批准）"},
    {"person allow-reset", "POST /people/{PERSON}/allow-reset", "", "Allow the reset that another administrator asked for", "批准另一管理员申请的重置"},

    {"party list", "GET /parties", "--status", "Parties that take part in the space", "参与方列表"},
    {"party show", "GET /parties/{PARTY}", "", "A party: role, status, key", "查看参与方"},
    {"party new", "POST /parties", "NAME --uscc! --role! --evidence! --country", "Register a party; a second administrator checks it", "登记参与方（由另一管理员核验）", "registered"},
    {"party check", "POST /parties/{PARTY}/verify", "--evidence!", "As a second person: confirm that the party is who it says", "由第二人核验参与方身份"},
    {"party decide-key", "POST /parties/{PARTY}/key/decide", "DECISION=approve --key-id!=key_id --reason", "As another person: confirm or refuse the key that was proposed for a party", "由另一人确认或拒绝为参与方提出的公钥"},
    {"party client", "POST /parties/{PARTY}/clients", "--by! --certificate! --bears=name", "Propose what a party's programs are known by on the wire: a certificate, or an authority; another person confirms", "为参与方登记客户端证书或其签发机构（由另一人确认）"},
    {"party decide-client", "POST /parties/{PARTY}/clients/{CLIENT}/decide", "DECISION=approve --reason", "As another person: confirm or refuse a client certificate that was proposed", "由另一人确认或拒绝所登记的客户端证书"},
    {"party end-client", "POST /parties/{PARTY}/clients/{CLIENT}/end", "--reason!", "Remove a client certificate or authority: it does not count from the next call on", "移除客户端证书或签发机构（从下一次调用起失效）"},
    {"party client-revocations", "POST /parties/{PARTY}/clients/{CLIENT}/revocations", "--list!", "Take in the revocation list of a party's authority", "导入参与方签发机构的吊销列表"},
    {"party mutual-tls", "POST /parties/{PARTY}/mutual-tls", "--reason!", "Demand a client certificate of every call for this party or of its data", "要求该参与方的及其数据的接口调用一律出示客户端证书"},
    {"party end-mutual-tls", "POST /parties/{PARTY}/mutual-tls/end", "--reason!", "Ask to demand it no more; another person decides", "申请不再要求客户端证书（由另一人确认）"},
    {"party decide-mutual-tls-end", "POST /parties/{PARTY}/mutual-tls/end/decide", "DECISION=approve --reason!", "As another person: demand it no more, or go on demanding it", "由另一人确认或拒绝不再要求客户端证书"},
    {"party resume", "POST /parties/{PARTY}/resume", "--reason!", "Ask to let a suspended party act again; another person decides", "申请恢复已停用的参与方（由另一人确认）"},
    {"party decide-resume", "POST /parties/{PARTY}/resume/decide", "DECISION=approve --reason!", "As another person: resume a suspended party, or leave it suspended", "由另一人确认或拒绝恢复参与方"},
    {"party suspend", "POST /parties/{PARTY}/suspend", "--reason!", "Suspend a party: its people's sessions end, its releases stop", "停用参与方"},

    {"unit list", "GET /organisation", "", "The chart: units, heads, people, deputies", "组织架构：部门、负责人、人员与代行"},
    {"unit new", "POST /units", "NAME --kind!=unit_kind --above --region", "Add a unit to the chart", "新增部门"},
    {"unit change", "POST /units/{UNIT}", "--name! --kind!=unit_kind --above --region", "Change a unit; what is not named is empty afterwards, its head stays", "变更部门（未给出的项视为空，负责人不变）"},
    {"unit head", "POST /units/{UNIT}/head", "--head --reason!", "As the security administrator: name the head of a unit, or nobody", "由安全管理员任命或撤下部门负责人"},
    {"unit place", "POST /people/{PERSON}/unit", "--unit!", "Place a person in a unit: tasks and escalation go by it", "将人员编入部门（任务与升级提醒按此分派）"},

    {"oidc show", "GET /people/{PERSON}/oidc-link", "", "What outside identity is linked to an account, or asked for", "查看账号已绑定或待确认的外部身份"},
    {"oidc decide", "POST /people/{PERSON}/oidc-link/decide", "DECISION=approve --identity! --reason", "As its owner or a security administrator: confirm or refuse a link that was asked for", "由账号本人或安全管理员确认或拒绝外部身份绑定"},

    {"access grant", "POST /access/rights", "--person --unit --action*=scope.actions --dataset*=scope.datasets --category*=scope.categories --purpose*=scope.purposes --level-max=scope.level_max --until!=expires_ms --reason!",
     "Grant a right with scope and end, to a person or to everybody of a unit", "授予权限（限定范围与期限），对象为人员或部门"},
    {"access revoke", "POST /access/rights/{RIGHT}/revoke", "--reason!", "Take a right back: the next request is refused", "撤销权限（立即生效）"},
    {"access rules", "GET /access/rules", "", "The rules by role and attribute in force", "现行访问规则"},
    {"access adopt-rules", "POST /access/rules", "--rules! --reason!", "Adopt other access rules", "采用新的访问规则"},
};

}  // namespace

std::span<const Verb> person_verbs() { return kPersonVerbs; }

}  // namespace sluice::cli
