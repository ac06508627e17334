#include "edge/demo/story.h"

#include <fcntl.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "collect/plan.h"
#include "crypto/envelope.h"
#include "crypto/hash.h"
#include "edge/demo/cast.h"
#include "edge/demo/strategy.h"
#include "node/check_product.h"
#include "node/classify_version.h"
#include "node/collect_batch.h"
#include "node/mask_version.h"
#include "node/adopt_strategy.h"
#include "node/release_api.h"
#include "node/release_file.h"
#include "synth/synth.h"

namespace sluice::demo {

using namespace space;

namespace {

constexpr std::string_view kPurpose = "insurance_product_design";
constexpr std::string_view kLegalBasis = "public_interest";

class Story {
 public:
  Story(node::Node& node, const std::vector<node::FirstAccount>& first, const StoryOptions& options)
      : node_(node), options_(options), cast_(node, first) {}

  Result<Told> tell() {
    TRY(cast_.assemble(options_.dir));
    say("参与方与人员 parties and people", std::to_string(cast_.accounts().size()) + " 个账号，三员分立，双因素登录");
    TRY(collect());
    TRY(classify());
    TRY(mask());
    TRY(register_product());
    TRY(assess());
    auto file_contract = TRY(agree(OpenForm::file, 2, 0));
    TRY(release_the_file(file_contract));
    auto api_contract = TRY(agree(OpenForm::api, options_.api_calls, options_.api_calls_per_minute));
    TRY(release_by_api(api_contract));
    TRY(prove());
    told_.accounts = cast_.accounts();
    return std::move(told_);
  }

 private:
  void say(std::string_view head, std::string what) {
    std::printf("%2d  %.*s\n      %s\n", ++step_, static_cast<int>(head.size()), head.data(), what.c_str());
    std::fflush(stdout);
  }

  Status collect() {
    std::string source = options_.dir + "/source";
    auto made = TRY(synth::generate({.rows = options_.rows, .seed = options_.seed, .dirty_permille = 3}, source));
    auto manager = TRY(cast_.as("manager"));
    for (const auto& plan_text : synth::plan_texts()) {
      auto plan = TRY(collect::parse_plan(plan_text.yaml));
      auto id = TRY(node::adopt_plan(node_, manager, plan, made.source_public_key));
      std::string file = source + "/" + std::string(plan_text.table) + ".csv";
      auto answer = TRY(node::collect_batch(node_, manager, {id, file}));
      if (!answer.sealed) return fail(Errc::refused, "demo.batch_held", answer.reason);
      told_.rows_collected += answer.accepted + answer.warned;
      told_.rows_held += answer.held;
      versions_[std::string(plan_text.table)] = answer.version;
    }
    say("采集与加密存储 collected, checked, sealed",
        std::to_string(versions_.size()) + " 张表，接收 " + std::to_string(told_.rows_collected) + " 行，待核 " + std::to_string(told_.rows_held) +
            " 行；来源签名核验一致；逐列 SM4-GCM 加密");
    return {};
  }

  Status classify() {
    auto manager = TRY(cast_.as("manager"));
    std::map<int, int64_t> levels;
    for (const auto& [table, version] : versions_) {
      auto proposals = TRY(node::classify_version(node_, manager, version));
      ConfirmFields command;
      command.dataset = node_.space().read([&](const State& s) { return s.versions.at(version.str()).dataset; });
      for (const auto& p : proposals) {
        command.verdicts.push_back({p.column, p.type, p.category, p.level, p.identifying, p.quasi, ""});
        levels[p.level]++;
      }
      TRY(node_.space().execute(manager, command));
      told_.fields_graded += static_cast<int64_t>(proposals.size());
    }
    std::string text = std::to_string(told_.fields_graded) + " 个字段已分类分级并由数据管理员确认：";
    for (const auto& [level, count] : levels) text += " 第" + std::to_string(level) + "级 " + std::to_string(count);
    say("分类分级 classified and graded", text);
    return {};
  }

  Status mask() {
    auto officer = TRY(cast_.as("officer"));
    VersionId raw = versions_.at("mdtrt_d");
    dataset_ = node_.space().read([&](const State& s) { return s.versions.at(raw.str()).dataset; });
    auto fine = TRY(node::adopt_strategy(node_, officer, dataset_, strategy_text(Strength::fine)));
    auto tried = node::mask_version(node_, officer, fine, {.version = raw});
    std::string first_try;
    if (!tried && tried.error().reason == "deident.k_too_small") {
      first_try = "首个策略 k=" + tried.error().detail + " 不足，已拒绝，改用更粗的策略。";
      auto coarse = TRY(node::adopt_strategy(node_, officer, dataset_, strategy_text(Strength::coarse)));
      tried = node::mask_version(node_, officer, coarse, {.version = raw});
    }
    auto answer = TRY(std::move(tried));
    masked_ = answer.version;
    columns_ = node_.space().read([&](const State& s) { return s.versions.at(masked_.str()).columns; });
    say("去标识化 de-identified", first_try + std::to_string(answer.rows) + " 行；最小等价类 k：" + std::to_string(answer.before_k) + " → " + std::to_string(answer.k) +
                                     "；残留标识符 0；回执已存证");
    return {};
  }

  // What the masking left of these columns.
  std::vector<std::string> still_there(const std::vector<std::string>& wanted) const {
    std::vector<std::string> out;
    for (const std::string& column : wanted)
      if (std::find(columns_.begin(), columns_.end(), column) != columns_.end()) out.push_back(column);
    return out;
  }

  Status register_product() {
    auto manager = TRY(cast_.as("manager")), officer = TRY(cast_.as("officer")), registrar = TRY(cast_.as("registrar"));
    ProductForm form;
    form.name = "就诊结构分析数据（去标识化）";
    form.summary = "就诊人次的性别、年龄段、险种、就医类别、科室与住院天数分布，供商业健康保险产品设计使用";
    form.suited_uses = "商业健康保险产品设计与定价研究";
    form.forbidden_uses = "不得用于个人核保、理赔拒赔、营销触达或重标识";
    form.authorisation = "医疗保障经办机构依职责加工，经数据安全委员会审批后使用";
    form.time_span = "2024-2025";
    form.keywords = {"就诊", "医保", "去标识化"};
    form.applications = {"产品设计平台"};
    form.interfaces = {"GET /api/v1/data"};
    form.flow = FlowType::share;
    form.share = ShareType::controlled;
    form.forms = {OpenForm::file, OpenForm::api};
    form.columns = still_there({"psn_no", "gend", "age", "insutype", "insu_admdvs", "med_type", "begntime", "adm_dept_name", "ipt_days"});
    product_ = TRY(node_.space().execute(manager, DraftProduct{dataset_, masked_, form})).get<ProductDrafted>().product;
    auto checks = TRY(node::check_product(node_, manager, product_));
    for (const auto& check : checks)
      if (!check.passed) return fail(Errc::refused, "demo.check_failed", check.check + ": " + check.note_en);
    TRY(node_.space().execute(officer, ReviewProduct{product_, true, "范围、用途与权限符合规定"}));
    auto registered = TRY(node_.space().execute(registrar, RegisterProduct{product_, true, "平台核验通过"}));
    say("产品登记 product registered", registered.get<ProductRegistered>().number + "；自动核验 " + std::to_string(checks.size()) +
                                          " 项通过；机构审核与平台登记由两人分别办理");
    return {};
  }

  // Without it no release of this product passes (law.assessment_missing).
  Status assess() {
    auto manager = TRY(cast_.as("manager")), officer = TRY(cast_.as("privacy"));
    AssessmentForm form;
    form.product = product_;
    form.recipient = cast_.party("insurer");
    form.purpose = kPurpose;
    form.legal_basis = kLegalBasis;
    form.columns = node_.space().read([&](const State& s) { return s.products.at(product_.str()).form.columns; });
    form.answers = {{"lawful", "目的明确，依职责加工，经委员会审批"},
                    {"minimal", "只含产品设计所需字段，已去标识化"},
                    {"notice", "经办窗口与网站公告；个人可向经办机构查询、撤回和投诉"},
                    {"recipient", "使用方专用环境存放，签署协议，密钥自持"},
                    {"rights", "重标识可能影响个人参保与名誉，已测 k 与风险"},
                    {"measures", "分箱、泛化、假名化，封装交付，调用留痕"},
                    {"retention", "合约期满销毁并出具证明"}};
    form.risks = {{"组合字段重标识个人", "medium", "moderate", "最小等价类达到阈值，禁止重标识", "low", "moderate"},
                  {"超出目的使用", "medium", "severe", "逐次存证，期满销毁，违约终止", "low", "severe"}};
    form.conclusion = "采取措施后风险可接受";
    auto drafted = TRY(node_.space().execute(manager, DraftAssessment{form})).get<AssessmentDrafted>();
    TRY(node_.space().execute(officer, DecideAssessment{drafted.assessment, true, "措施与风险相适应"}));
    say("个人信息保护影响评估 impact assessment", "风险 " + drafted.risk + " → " + drafted.residual + "；个人信息保护责任人批准，至少保存三年；缺少评估不能流通");
    return {};
  }

  Result<ContractId> agree(OpenForm form, int64_t deliveries, int64_t rate) {
    auto user = TRY(cast_.as("insurer.user")), manager = TRY(cast_.as("manager"));
    ApplicationForm wish;
    wish.purpose = kPurpose;
    wish.legal_basis = kLegalBasis;
    wish.purpose_note = "设计慢病人群健康保险产品";
    wish.safety_measures = "专用环境存放，最小授权，操作留痕，到期销毁";
    wish.scenario = Scenario::controller_to_user;
    wish.form = form;
    wish.columns = still_there({"gend", "age", "insutype", "insu_admdvs", "med_type", "begntime", "adm_dept_name", "ipt_days"});
    wish.deliveries_max = deliveries;
    wish.rate_per_minute = rate;
    wish.valid_days = 90;
    if (form == OpenForm::file) wish.row_filter = {{"gend", "in", {"1", "2"}, ""}};
    auto application = TRY(node_.space().execute(user, SubmitApplication{product_, wish})).get<ApplicationSubmitted>().application;
    TRY(vote(application));
    DraftContract draft{application, "指定专人保管；不得重标识；发现泄露须在24小时内报告", "违反约定的，提供方可立即终止并依法追责"};
    auto contract = TRY(node_.space().execute(manager, draft)).get<ContractDrafted>().contract;
    TRY(sign(contract, "agency", "signer"));
    TRY(sign(contract, "insurer", "insurer.signer"));
    say(form == OpenForm::file ? "申请、表决、签约 applied, voted, signed" : "接口申请、表决、签约 the same for an API",
        "委员会三人表决通过；数字合约 " + contract.str() + " 由双方 SM2 签名，私钥不出各自机器");
    return contract;
  }

  Status vote(const ApplicationId& application) {
    struct Ballot {
      const char* account;
      bool approve;
      const char* reason;
    };
    const Ballot ballots[] = {{"committee1", true, "目的正当，字段最小必要"}, {"committee2", false, "建议进一步缩小地区范围"}, {"committee3", true, "风险在阈值内，同意"}};
    for (const Ballot& ballot : ballots) {
      auto member = TRY(cast_.as(ballot.account));
      TRY(node_.space().execute(member, CastVote{application, ballot.approve, ballot.reason}));
    }
    return {};
  }

  // As `sluice sign` and the browser do: the document goes to the party's machine, the signature comes back.
  Status sign(const ContractId& id, std::string_view party, std::string_view account) {
    std::string document = node_.space().read([&](const State& s) {
      const Contract& c = s.contracts.at(id.str());
      return canonical(contract_document(c.id, c.terms, c.text_zh, c.odrl));
    });
    auto signer = TRY(cast_.as(account));
    TRY(node_.space().execute(signer, SignContract{id, cast_.key_of(party).sign(view(document))}));
    return {};
  }

  Status release_the_file(const ContractId& contract) {
    auto manager = TRY(cast_.as("manager"));
    auto answer = TRY(node::release_file(node_, manager, {contract, {}, std::string(kPurpose), "csv"}));
    told_.file_release = answer.release;
    TRY(make_dirs(options_.dir + "/recipient", 0700));
    told_.delivered_file = answer.path;
    told_.rows_released = answer.rows;
    told_.opened_file = options_.dir + "/recipient/" + answer.release.str() + ".csv";
    OwnedFd sealed = TRY(node::open_input(answer.path));
    OwnedFd plain(::open(told_.opened_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!plain) return fail(Errc::io, "file.unwritable", told_.opened_file);
    auto opened = TRY(open_envelope(cast_.key_of("insurer"), fd_source(sealed.get()), fd_sink(plain.get())));
    say("文件交付 released as a file", std::to_string(answer.rows) + " 行，以使用方公钥封装（SM2/SM4-GCM）；使用方已在自己一侧打开，" +
                                          std::to_string(opened.plain_bytes) + " 字节");
    return {};
  }

  Status release_by_api(const ContractId& contract) {
    auto user = TRY(cast_.as("insurer.user"));
    auto opened = TRY(node::open_api(node_, user, contract, std::string(kPurpose)));
    told_.api_release = opened.release;
    told_.api_token = opened.token;
    node::ReleaseApi api(node_);
    auto first = TRY(api.page(opened.token, {.cursor = 0, .limit = 100, .filter = {}}, "demo"));
    auto second = TRY(api.page(opened.token, {.cursor = first.next.value_or(0), .limit = 100, .filter = {{"gend", "eq", {"2"}, ""}}}, "demo"));
    auto outside = api.page(opened.token, {.cursor = 0, .limit = 1, .filter = {{"psn_no", "eq", {"x"}, ""}}}, "demo");
    if (outside || outside.error().reason != "contract.column_not_agreed") return fail(Errc::internal, "demo.scope_not_enforced");
    say("接口交付 released through an API", "两页共 " + std::to_string(first.count + second.count) +
                                                " 行，每次调用先存证后返回；约定外字段被拒绝（contract.column_not_agreed）");
    return {};
  }

  Status prove() {
    Json passport = TRY(node::issue_passport(node_, told_.file_release));
    told_.passport_file = options_.dir + "/recipient/" + told_.file_release.str() + ".passport.json";
    std::string text = canonical(passport);
    TRY(write_file(told_.passport_file, view(text)));
    std::string trust_path = options_.dir + "/recipient/trust.txt";
    TRY(write_file(trust_path, view(node_.trust_text())));
    auto trust = TRY(ledger::Trust::parse(node_.trust_text()));
    Bytes file = TRY(read_file(told_.opened_file, size_t{1} << 32));
    Json read_back = TRY(parse_json(text, 64u << 20));
    told_.verdict = TRY(verify_passport(read_back, &trust, sm3(file), node_.clock().now()));
    if (told_.verdict.verdict != space::Verdict::verified)
      return fail(Errc::refused, "demo.not_verified", told_.verdict.problems.empty() ? "" : told_.verdict.problems.front());
    say("流通凭证 passport", "verified 验证通过：八站俱全，签发方已锚定，文件摘要一致（离线、无密钥）");
    return {};
  }

  node::Node& node_;
  StoryOptions options_;
  Cast cast_;
  Told told_;
  int step_ = 0;
  std::map<std::string, VersionId> versions_;
  DatasetId dataset_;
  VersionId masked_;
  std::vector<std::string> columns_;
  ProductId product_;
};

}  // namespace

Result<Told> tell_story(node::Node& node, const std::vector<node::FirstAccount>& first, const StoryOptions& options) {
  return Story(node, first, options).tell();
}

}  // namespace sluice::demo
