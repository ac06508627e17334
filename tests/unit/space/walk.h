// The whole walk of a column in memory, for the tests of this room: who takes part, and each step as one function.
//
// A Walk drives either a Desk (decide and apply, nothing else) or a House (a Space over a ledger in memory). Steps that
// are to be tested themselves are left out by the test and asked for with `why`, which gives the reason of a refusal.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "crypto/sign.h"
#include "space/decide.h"
#include "space/space.h"
#include "standard/codes.h"
#include "tests/conformance/memory_ledger_store.h"

namespace sluice::space {

constexpr TimeMs kTestStart = 1790000000000;

inline std::string test_uscc(int n) {
  char head[18];
  std::snprintf(head, sizeof head, "91990000MA%07d", n);
  for (char c : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY"))
    if (std::string code = std::string(head, 17) + c; check_uscc(code).valid) return code;
  ADD_FAILURE() << "no check digit fits";
  return {};
}

inline Sm2PrivateKey test_key(uint8_t n) { return *Sm2PrivateKey::from_bytes(Bytes(32, n)); }
inline Digest test_digest(uint8_t n) {
  Digest out;
  out.fill(n);
  return out;
}

inline Principal as(const PersonId& person) { return {.person = person, .system = false, .stepped_up = true}; }
inline Principal without_second_factor(const PersonId& person) { return {.person = person, .system = false, .stepped_up = false}; }
inline Principal node_for(const PersonId& person) { return {.person = person, .system = true, .stepped_up = false}; }
inline Principal the_node() { return {.person = {}, .system = true, .stepped_up = false}; }

// What a walk is walked on.
class Ground {
 public:
  virtual ~Ground() = default;
  virtual Result<Events> ask(const Principal& who, const Command& command) = 0;
  virtual void begin(const Events& events) = 0;
  virtual State state() = 0;
  virtual TimeMs now() = 0;
  SeededRandom random{7};
};

// decide and apply, without a ledger.
class Desk final : public Ground {
 public:
  Result<Events> ask(const Principal& who, const Command& command) override {
    auto events = decide(state_, Context{.now = now_, .random = random, .rules = rules::RuleSet::built_in(), .principal = who, .same_person = &same_person_}, command);
    if (events) fold(*events, who.person);
    return events;
  }
  void begin(const Events& events) override { fold(events, {}); }
  State state() override { return state_; }
  TimeMs now() override { return now_; }
  void fold(const Events& events, const PersonId& actor) {
    for (const Event& event : events) apply(state_, event, {seq_++, now_, actor});
  }

  State state_;
  TimeMs now_ = kTestStart;
  uint64_t seq_ = 1;
  SamePerson same_person_;  // empty: only what has the same id
};

inline ledger::LocalLogSigner& test_log_signer() {
  static ledger::LocalLogSigner signer(*Ed25519PrivateKey::from_seed(Bytes(32, 1)), *Sm2PrivateKey::from_bytes(Bytes(32, 2)));
  return signer;
}

// A Space over a ledger in memory.
class House final : public Ground {
 public:
  explicit House(std::string snapshot_path = {}) : snapshot_path_(std::move(snapshot_path)) {
    ledger = *ledger::Ledger::create(*store, {"space.example/walk", "测试空间", test_uscc(1)}, test_log_signer(), clock.now(), ledger_random_);
    open();
  }
  Result<Events> ask(const Principal& who, const Command& command) override {
    auto outcome = space->execute(who, command);
    if (!outcome) return tl::unexpected(outcome.error());
    return outcome->events;
  }
  void begin(const Events& events) override { ASSERT_TRUE(space->bootstrap(events)); }
  State state() override {
    return space->read([](const State& s) { return s; });
  }
  TimeMs now() override { return clock.now(); }

  void open() { space = *Space::open(*ledger, clock, random, rules::RuleSet::built_in(), snapshot_path_); }
  // As after a crash: what is durable, read again.
  void reopen(std::string snapshot_path = {}) {
    space.reset();
    ledger.reset();
    snapshot_path_ = std::move(snapshot_path);
    store = std::make_unique<ledger::MemoryLedgerStore>(durable);
    ledger = *ledger::Ledger::open(*store, ledger_random_);
    open();
  }
  Status sign() { return sign_with(test_log_signer()); }
  Status sign_with(ledger::LogSigner& signer) {
    TRY(ledger->sign_now(signer));
    return {};
  }

  std::shared_ptr<ledger::MemoryLedgerState> durable = std::make_shared<ledger::MemoryLedgerState>();
  std::unique_ptr<ledger::MemoryLedgerStore> store = std::make_unique<ledger::MemoryLedgerStore>(durable);
  ManualClock clock{kTestStart};
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<Space> space;

 private:
  SeededRandom ledger_random_{42};
  std::string snapshot_path_;
};

inline const std::vector<std::string> kTestColumns{"person_name", "age", "city", "fee"};

class Walk {
 public:
  explicit Walk(Ground& where) : ground(where) {}
  virtual ~Walk() = default;

  Ground& ground;
  PartyId agency, insurer, rival_agency, rival, watchdog;
  PersonId system_admin, security_admin, auditor, manager, officer, registrar, signer, user, insurer_signer, rival_manager, rival_officer, rival_user,
      supervisor, pi;
  std::vector<PersonId> members;
  PlanId plan;
  DatasetId dataset;
  VersionId version, masked;
  StrategyId strategy;
  ProductId product;
  ApplicationId application;
  ContractId contract;
  ReleaseId release;
  LeaseId lease;
  AssessmentId assessment;
  OpenForm form = OpenForm::file;
  std::string purpose = "insurance_product_design";

  Events must(const Principal& who, const Command& command) {
    auto events = ground.ask(who, command);
    if (events) return *events;
    ADD_FAILURE() << kind_of(command) << ": " << events.error().reason << " " << events.error().detail;
    std::abort();
  }
  template <class E>
  E made(const Principal& who, const Command& command) {
    for (const Event& event : must(who, command))
      if (const E* e = event.get_if<E>()) return *e;
    ADD_FAILURE() << kind_of(command) << " did not give " << E::kind;
    std::abort();
  }
  // The reason of the refusal; "ok" when it was not refused.
  std::string why(const Principal& who, const Command& command) {
    auto events = ground.ask(who, command);
    return events ? "ok" : std::string(events.error().reason);
  }

  PersonId enrol(const PartyId& party, std::initializer_list<Duty> duties) {
    PersonId person = PersonId::make(ground.random);
    must(as(system_admin), EnrolPerson{person, party});
    for (Duty duty : duties) must(as(security_admin), GrantDuty{person, duty, 0});
    return person;
  }
  PartyId party(std::string name, PartyRole role, int uscc) {
    PartyId id = made<PartyRegistered>(as(system_admin), RegisterParty{std::move(name), test_uscc(uscc), role, "登记证"}).party;
    must(as(security_admin), VerifyParty{id, "公示系统"});
    return id;
  }
  void register_key(const PartyId& of, uint8_t key) {
    Bytes point = test_key(key).public_key().bytes();
    must(as(security_admin), RegisterPartyKey{of, point, test_key(key).sign(view(key_proof_text(of, point)))});
    must(as(system_admin), DecidePartyKey{of, key_id_of(point), true, ""});
  }
  // A unit of the agency with its head, whom the security administrator names.
  UnitId unit(std::string name, UnitKind kind, const UnitId& above, const PersonId& head, std::string region = {}) {
    UnitId id = made<UnitDefined>(as(system_admin), DefineUnit{{}, std::move(name), kind, above, {}, std::move(region)}).unit;
    if (!head.empty()) must(as(security_admin), NameHead{id, head, "任命"});
    return id;
  }

  // Administrators first, then parties and people.
  virtual void found() {
    agency = PartyId::make(ground.random);
    system_admin = PersonId::make(ground.random);
    security_admin = PersonId::make(ground.random);
    ground.begin({PartyRegistered{agency, "某医保局", test_uscc(1), PartyRole::agency, "初始化"}, PartyVerified{agency, "初始化"},
                  PersonEnrolled{system_admin, agency}, PersonEnrolled{security_admin, agency}, DutyGranted{system_admin, Duty::system_admin, 0},
                  DutyGranted{security_admin, Duty::security_admin, 0}});
  }
  void people() {
    found();
    insurer = party("某保险公司", PartyRole::data_user, 2);
    rival_agency = party("另一医保局", PartyRole::agency, 3);
    rival = party("另一保险公司", PartyRole::data_user, 4);
    watchdog = party("监管机构", PartyRole::supervisor, 5);
    register_key(agency, 11);
    register_key(insurer, 12);
    register_key(rival, 13);
    auditor = enrol(agency, {Duty::audit_admin});
    manager = enrol(agency, {Duty::data_manager});
    officer = enrol(agency, {Duty::security_officer});
    registrar = enrol(agency, {Duty::registrar});
    signer = enrol(agency, {Duty::contract_signer});
    for (int i = 0; i < 5; i++) members.push_back(enrol(agency, {Duty::committee_member}));
    user = enrol(insurer, {Duty::data_user});
    insurer_signer = enrol(insurer, {Duty::contract_signer});
    rival_manager = enrol(rival_agency, {Duty::data_manager});
    rival_officer = enrol(rival_agency, {Duty::security_officer});
    rival_user = enrol(rival, {Duty::data_user});
    supervisor = enrol(watchdog, {Duty::supervisor});
    pi = enrol(agency, {Duty::pi_officer});
  }

  AdoptPlan plan_form() const {
    AdoptPlan out{.name = "claims", .title = "结算明细", .source_name = "某医院", .source_uscc = test_uscc(6), .purpose = "基金监管",
                  .legal_basis = "法定职责", .frequency = "daily", .source_key = {}, .plan_digest = test_digest(1), .plan_fields = {}};
    for (const auto& name : kTestColumns) out.plan_fields.push_back({name, name, "text", "", "监管必需"});
    return out;
  }
  ReportBatch batch_form(uint8_t file) {
    return ReportBatch{.plan = plan, .file_digest = test_digest(file), .manifest_problem = {}, .manifest = ManifestCheck::verified, .rows = 100,
                       .accepted = 95, .warned = 3, .held = 2, .bytes = 4096, .quality_digest = test_digest(3), .version = VersionId::make(ground.random),
                       .version_manifest = test_digest(4), .held_version = VersionId::make(ground.random), .held_manifest = test_digest(5),
                       .columns = kTestColumns, .dropped_columns = {}, .number = {}, .file_problem = {}, .mark_before = {}, .mark_after = {}};
  }
  void collect() {
    auto adopted = made<PlanAdopted>(as(manager), plan_form());
    plan = adopted.plan;
    dataset = adopted.dataset;
    version = made<BatchSealed>(node_for(manager), batch_form(2)).version;
  }

  std::vector<FieldVerdict> verdicts() const {
    return {{"person_name", "person_name", Category::personal, 4, true, false, ""},
            {"age", "age", Category::personal, 3, false, true, ""},
            {"city", "region", Category::personal, 2, false, true, ""},
            {"fee", "amount", Category::payment, 3, false, false, ""}};
  }
  ReportProposals proposals() const {
    ReportProposals out{dataset, version, "core/2026.11", {}};
    for (const FieldVerdict& v : verdicts())
      out.proposals.push_back({.column = v.column, .type = v.type, .type_zh = "类型", .category = v.category, .level = v.level,
                               .confidence_permille = 900, .review = false, .identifying = v.identifying, .quasi = v.quasi,
                               .reasons_zh = {"名称"}, .reasons_en = {"name"}});
    return out;
  }
  void grade() {
    must(the_node(), proposals());
    must(as(manager), ConfirmFields{dataset, verdicts()});
  }

  ReportMasking masking_form() {
    return ReportMasking{.strategy = strategy, .from_version = version, .version = VersionId::make(ground.random), .rows = 98,
                         .residual_identifiers = 0, .k = 7, .max_risk_ppm = 142858, .uniques = 0, .before_k = 1, .before_risk_ppm = 1000000,
                         .quasi_identifiers = {"age", "city"}, .receipt = test_digest(6), .version_manifest = test_digest(7),
                         .columns = {{"age", "bracket", 2, false}, {"city", "generalise", 2, false}, {"fee", "round", 3, false}}};
  }
  AdoptStrategy strategy_form() const {
    return AdoptStrategy{dataset, "受控共享", test_digest(8), {{"person_name", "suppress", ""}, {"age", "bracket", "10"}}};
  }
  void mask() {
    strategy = made<StrategyAdopted>(as(officer), strategy_form()).strategy;
    masked = made<VersionMasked>(node_for(officer), masking_form()).version;
  }

  ProductForm product_form() const {
    return ProductForm{.name = "结算统计", .summary = "脱敏结算", .suited_uses = "产品设计", .forbidden_uses = "重标识", .authorisation = "协议",
                       .time_span = "2025", .keywords = {"结算"}, .applications = {}, .interfaces = {}, .related_products = {},
                       .flow = FlowType::share, .share = ShareType::controlled, .forms = {OpenForm::file, OpenForm::api},
                       .columns = {"age", "city", "fee"}, .price_fen = 0};
  }
  void draft_product() { product = made<ProductDrafted>(as(manager), DraftProduct{dataset, masked, product_form()}).product; }
  void check_product() { must(the_node(), ReportProductCheck{product, {{"grading", "已确认", "confirmed", true}}, 10}); }
  void review_product() { must(as(officer), ReviewProduct{product, true, "同意"}); }
  void register_product() { must(as(registrar), RegisterProduct{product, true, "符合"}); }
  AssessmentForm assessment_form() const {
    AssessmentForm out{.product = product, .recipient = insurer, .scenario = Scenario::controller_to_user, .purpose = purpose, .legal_basis = "consent",
                       .columns = {"age", "city", "fee"}, .answers = {}, .risks = {{"重标识", "medium", "moderate", "分箱与取整", "low", "moderate"}},
                       .conclusion = "可行"};
    for (const auto& q : rules::RuleSet::built_in().law.assessment.questions) out.answers.push_back({q.id, "是"});
    return out;
  }
  // Before any release of personal information: the impact assessment, approved.
  void assess() {
    assessment = made<AssessmentDrafted>(as(manager), DraftAssessment{assessment_form()}).assessment;
    must(as(pi), DecideAssessment{assessment, true, "同意"});
  }
  void make_product() {
    draft_product();
    check_product();
    review_product();
    register_product();
    assess();
  }

  ApplicationForm application_form() const {
    return ApplicationForm{.purpose = purpose, .legal_basis = "consent", .purpose_note = "核保定价", .safety_measures = "专网",
                           .scenario = Scenario::controller_to_user, .form = form, .columns = {"age", "fee"}, .row_filter = {},
                           .deliveries_max = form == OpenForm::api ? 10 : 2, .rate_per_minute = form == OpenForm::api ? 60 : 0, .valid_days = 30,
                           .cross_border = false};
  }
  void submit() { application = made<ApplicationSubmitted>(as(user), SubmitApplication{product, application_form()}).application; }
  CastVote vote(bool approve) const { return {application, approve, approve ? "必要且最小" : "范围过宽"}; }
  void approve() {
    for (int i = 0; i < 3; i++) must(as(members[static_cast<size_t>(i)]), vote(true));
  }

  void draft_contract() { contract = made<ContractDrafted>(as(manager), DraftContract{application, "专人专机", "违约赔偿"}).contract; }
  SignContract signature(uint8_t key) {
    State s = ground.state();
    const Contract& c = s.contracts.at(contract.str());
    return {contract, test_key(key).sign(view(canonical(contract_document(c.id, c.terms, c.text_zh, c.odrl))))};
  }
  void sign_contract() {
    must(as(signer), signature(11));
    must(as(insurer_signer), signature(12));
  }

  void prepare() { release = made<ReleasePrepared>(as(manager), PrepareRelease{contract, {}, purpose}).release; }
  void open_api() { release = made<ReleasePrepared>(as(user), OpenApi{contract, test_digest(9), purpose}).release; }
  ReportDelivery delivery_form() const { return {release, 98, 2048, test_digest(21), test_digest(22), "csv"}; }
  void deliver() { must(node_for(manager), delivery_form()); }

  void until_graded() {
    people();
    collect();
    grade();
  }
  void until_product() {
    until_graded();
    mask();
    make_product();
  }
  void until_vote() {
    until_product();
    submit();
  }
  void until_drafted() {
    until_vote();
    approve();
    draft_contract();
  }
  void until_contract() {
    until_drafted();
    sign_contract();
  }
  void until_delivered() {
    until_contract();
    prepare();
    deliver();
  }
};

// A walk without a ledger, as far as the named step.
struct DeskWalk {
  explicit DeskWalk(void (Walk::*until)(), OpenForm form = OpenForm::file) : walk(desk) {
    walk.form = form;
    (walk.*until)();
  }
  Desk desk;
  Walk walk;
  Walk* operator->() { return &walk; }
};

}  // namespace sluice::space
