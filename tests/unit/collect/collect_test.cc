#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "collect/pipeline.h"
#include "collect/value.h"
#include "standard/codes.h"
#include "standard/datetime.h"
#include "table/parquet.h"

namespace sluice::collect {
namespace {

constexpr std::string_view kPlan = R"(format: sluice-plan/1
id: visits.v1
dataset: 就诊
table: visits
source:
  name: 示例医院
  uscc: "91350100M000100Y43"
file_format: csv
purpose: 核验
legal_basis: 履行法定职责
frequency: 每日
fields:
  - {name: id, title: 编号, type: text, key: true, max_length: 10, necessity: 唯一}
  - {name: certno, title: 证件号码, type: text, required: true, codes: [id-number], necessity: 身份}
  - {name: gend, title: 性别, type: text, required: true, values: ["1", "2"], necessity: 审核}
  - {name: brdy, title: 出生日期, type: date, required: true, necessity: 审核}
  - {name: cnt, title: 数量, type: int, min: "0", max: "100", necessity: 计价}
  - {name: pric, title: 单价, type: decimal, necessity: 计价}
  - {name: total, title: 总额, type: decimal, necessity: 计价}
  - {name: begin, title: 开始, type: datetime, necessity: 核验}
  - {name: end, title: 结束, type: datetime, necessity: 核验}
  - {name: paid, title: 已付, type: bool, necessity: 核验}
cross_rules:
  - {name: 生日, kind: id_birth, of: [certno, brdy]}
  - {name: 性别, kind: id_sex, of: [certno, gend]}
  - {name: 计价, kind: product, of: [total, cnt, pric]}
  - {name: 先后, kind: order, of: [begin, end]}
control_totals: [total, cnt]
)";

constexpr std::string_view kHeader = "id,certno,gend,brdy,cnt,pric,total,begin,end,paid\n";

// 449801 was never assigned: nobody's number. Born 1980-01-05, female.
std::string nobody() {
  std::string out = "44980119800105002";
  return out + id_check_character(out);
}

std::string good_row(std::string_view id) {
  return std::string(id) + "," + nobody() + ",2,1980-01-05,3,1.50,4.50,2024-05-06 08:00:00,2024-05-06T09:00:00,1\n";
}

Plan plan_of(std::string_view text = kPlan) {
  auto plan = parse_plan(text);
  EXPECT_TRUE(plan) << plan.error().reason << " " << plan.error().detail;
  return *plan;
}

struct Collected {
  Result<Outcome> outcome = fail(Errc::internal, "test.not_run");
  std::unique_ptr<table::MemoryTable> table;
  HeldRows held;
};

Collected collect(const Plan& plan, std::string_view text, CollectOptions options = {}) {
  Collected out;
  out.table = std::make_unique<table::MemoryTable>(specs_of(plan));
  auto source = bytes_of_memory(text);
  Progress progress;
  out.outcome = collect_stream(plan, *source, options, *out.table, out.held, progress);
  return out;
}

std::string with(std::string_view from, std::string_view to) {
  std::string text(kPlan);
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Plan, YamlAndJsonGiveTheSamePlan) {
  auto json = yaml_to_json(kPlan);
  ASSERT_TRUE(json);
  Plan a = plan_of(), b = plan_of(canonical(*json));
  EXPECT_EQ(canonical(encode(a)), canonical(encode(b)));
  EXPECT_EQ(canonical(encode(*decode<Plan>(encode(a)))), canonical(encode(a)));
  EXPECT_EQ(specs_of(a)[5].scale, 2);
}

TEST(Plan, EachRefusalHasItsReasonAndNamesTheMember) {
  struct Case {
    std::string text;
    std::string_view reason, detail;
  };
  for (const Case& c : std::vector<Case>{
           {with("purpose: 核验", "purpose: 核验\nretention: forever"), "plan.unknown_member", "retention"},
           {with("necessity: 唯一}", "necessity: 唯一, colour: red}"), "plan.unknown_member", "colour"},
           {with("purpose: 核验\n", ""), "plan.missing_member", "purpose"},
           {with("type: date,", "type: moment,"), "plan.bad_member", "type"},
           {with("sluice-plan/1", "sluice-plan/9"), "plan.bad_format", ""},
           {with("91350100M000100Y43", "91350100M000100Y44"), "plan.bad_uscc", ""},
           {with("name: cnt, title: 数量", "name: id, title: 数量"), "plan.duplicate_field", "id"},
           {with("min: \"0\"", "min: \"200\""), "plan.bad_range", "cnt"},
           {with("min: \"0\"", "min: \"x\""), "plan.bad_range", "cnt"},
           {with("[certno, brdy]", "[certno, birthday]"), "plan.bad_rule", "生日"},
           {with("[certno, brdy]", "[certno, cnt]"), "plan.bad_rule", "生日"},
           {with("control_totals: [total, cnt]", "control_totals: [id]"), "plan.bad_member", "control_totals"},
           {with("file_format: csv", "file_format: hl7\nmapping: {paths: {id: PID-3, nobody: PID-5}}"), "plan.bad_member", "mapping.paths.nobody"},
           {with("necessity: 唯一", "necessity: \"\""), "plan.bad_member", "id.necessity"},
           {"", "plan.malformed", "yaml.malformed no document"},
           {"[1, 2]", "plan.malformed", ""},
           {"a: &x 1\nb: *x\n", "plan.malformed", "yaml.alias line 2"},
           {"a: 1\na: 2\n", "plan.malformed", "yaml.duplicate_key line 2"},
           {std::string(10000, '['), "plan.malformed", "yaml.too_deep "},
           {"a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "plan.malformed", "yaml.too_deep line 1"},
           {"a: {\n", "plan.malformed", "yaml.malformed line 2"},
           {"{\"a\": 1,}", "plan.malformed", "json.malformed at byte 8"},
           {std::string(2 << 20, 'x'), "plan.too_large", ""},
       }) {
    auto plan = parse_plan(c.text);
    ASSERT_FALSE(plan) << c.text.substr(0, 200);
    EXPECT_EQ(plan.error().reason, c.reason) << c.detail;
    EXPECT_EQ(plan.error().detail, c.detail);
  }
}

TEST(Value, DecimalsAreExactIntegers) {
  auto decimal = [](std::string_view text, uint8_t scale) -> std::optional<int64_t> {
    int64_t out;
    if (!parse_decimal(text, scale, out)) return std::nullopt;
    return out;
  };
  EXPECT_EQ(decimal("12.3", 2), 1230);
  EXPECT_EQ(decimal("-0.01", 2), -1);
  EXPECT_EQ(decimal("+7", 2), 700);
  EXPECT_EQ(decimal("1.500", 2), 150);
  EXPECT_EQ(decimal("123456789012345.67", 2), 12345678901234567);
  for (const char* bad : {"", "-", ".5", "1.", "1.005", "1e3", "1,000", " 1", "１", "99999999999999999999", "0x10"})
    EXPECT_EQ(decimal(bad, 2), std::nullopt) << bad;
}

TEST(Collect, AcceptedRowsBecomeTypedColumns) {
  Plan plan = plan_of();
  auto got = collect(plan, std::string(kHeader) + good_row("a") + "b," + nobody() + ",2,19800105,,,,,,\n");
  ASSERT_TRUE(got.outcome) << got.outcome.error().reason;
  EXPECT_EQ(got.outcome->facts.accepted, 2);
  EXPECT_EQ(got.outcome->facts.held, 0);
  EXPECT_EQ(got.outcome->facts.control_totals.at("total"), 450);
  EXPECT_EQ(got.table->rows(), 2u);
  auto column = [&](size_t c) { return *got.table->read(0, c); };
  EXPECT_EQ(column(0)->text_at(1), "b");
  EXPECT_EQ(column(3)->int_at(0), column(3)->int_at(1));
  EXPECT_EQ(column(6)->int_at(0), 450);
  EXPECT_TRUE(column(6)->is_null(1));
  EXPECT_EQ(column(8)->int_at(0), parse_datetime("2024-05-06 09:00:00")->millis);
  EXPECT_EQ(column(9)->int_at(0), 1);
  EXPECT_EQ(hex(got.outcome->facts.digest).size(), 64u);
}

TEST(Collect, EachBrokenRuleHoldsTheRowWithItsReason) {
  struct Case {
    std::string_view from, to, subject, rule;
  };
  Plan plan = plan_of();
  for (const Case& c : std::initializer_list<Case>{
           {"x,", "xxxxxxxxxxx,", "id", "value.too_long"},
           {",2,1980", ",,1980", "gend", "value.missing"},
           {",2,1980", ",3,1980", "gend", "value.not_in_set"},
           {",2,1980", ",1,1980", "性别", "cross.id_sex"},
           {"1980-01-05,", "1980/1/5,", "brdy", "date.slashes"},
           {"1980-01-05,", "1980-01-06,", "生日", "cross.id_birth"},
           {"1980-01-05,", "1980-02-30,", "brdy", "date.not_in_calendar"},
           {",3,1.50", ",3.5,1.50", "cnt", "value.not_int"},
           {",3,1.50,4.50", ",101,1.50,151.50", "cnt", "value.out_of_range"},
           {",1.50,", ",abc,", "pric", "value.not_decimal"},
           {",4.50,", ",4.51,", "计价", "cross.product"},
           {"08:00:00", "24:00:00", "begin", "time.hour_24"},
           {"08:00:00", "10:00:00", "先后", "cross.order"},
           {",1\n", ",yes\n", "paid", "value.not_bool"},
           {"44980119800105002", "44980119800105004", "certno", "id.check_character"},
       }) {
    std::string row = good_row("x");
    size_t at = row.find(c.from);
    ASSERT_NE(at, std::string::npos) << c.from;
    row.replace(at, c.from.size(), c.to);
    auto got = collect(plan, std::string(kHeader) + good_row("a") + row);
    ASSERT_TRUE(got.outcome) << c.rule;
    EXPECT_EQ(got.outcome->facts.accepted, 1) << c.rule;
    ASSERT_EQ(got.held.rows.size(), 1u) << c.rule;
    EXPECT_EQ(got.held.rows[0].row, 2u);
    ASSERT_EQ(got.held.rows[0].reasons.size(), 1u) << c.rule;
    EXPECT_EQ(got.held.rows[0].reasons[0].subject, c.subject);
    EXPECT_EQ(got.held.rows[0].reasons[0].rule, c.rule);
  }
}

TEST(Collect, AWarningAcceptsTheRow) {
  std::string plan_text = with("codes: [id-number]", "codes: [uscc]");
  plan_text.replace(plan_text.find("cross_rules:"), plan_text.find("control_totals") - plan_text.find("cross_rules:"), "");
  auto got = collect(plan_of(plan_text), std::string(kHeader) + "a,91350203M0001QAY9B,2,1980-01-05,1,1,1,,,\n");
  ASSERT_TRUE(got.outcome);
  EXPECT_EQ(got.outcome->facts.warned, 1);
  EXPECT_EQ(got.outcome->quality.rules.at(0).rule, "uscc.check_character");
  EXPECT_EQ(got.outcome->quality.rules.at(0).severity, Severity::warn);
}

TEST(Collect, DuplicateKeysAreHeldOnceTheFirstIsTaken) {
  auto got = collect(plan_of(), std::string(kHeader) + good_row("a") + good_row("b") + good_row("a"));
  ASSERT_TRUE(got.outcome);
  EXPECT_EQ(got.table->rows(), 2u);
  ASSERT_EQ(got.held.rows.size(), 1u);
  EXPECT_EQ(got.held.rows[0].row, 3u);
  EXPECT_EQ(got.held.rows[0].reasons[0].rule, "key.duplicate");
  EXPECT_EQ(got.outcome->quality.uniqueness_ppm, 666'666);
}

TEST(Collect, FieldsOutsideThePlanAreRefusedOrDroppedOnRecord) {
  std::string text = "extra," + std::string(kHeader) + "secret," + good_row("a");
  EXPECT_EQ(collect(plan_of(), text).outcome.error().reason, "collect.unknown_field");
  auto got = collect(plan_of(with("frequency: 每日", "frequency: 每日\nunknown_fields: drop")), text);
  ASSERT_TRUE(got.outcome);
  EXPECT_EQ(got.outcome->quality.dropped_fields, (std::vector<std::string>{"extra"}));
  EXPECT_EQ(got.table->rows(), 1u);
  EXPECT_EQ(collect(plan_of(), "id,gend\na,1\n").outcome.error().reason, "collect.missing_field");
  EXPECT_EQ(collect(plan_of(), "id,id," + std::string(kHeader) + "1,1," + good_row("a")).outcome.error().reason, "collect.duplicate_column");
}

TEST(Collect, MalformedFilesFailWholeWithTheRecordNumber) {
  std::string rows;
  for (int i = 0; i < 3000; i++) rows += good_row(std::to_string(i));
  auto got = collect(plan_of(), std::string(kHeader) + rows + "a,b\n", {.block_bytes = 4096});
  ASSERT_FALSE(got.outcome);
  EXPECT_EQ(got.outcome.error().reason, "csv.ragged");
  EXPECT_EQ(got.outcome.error().detail.substr(0, 12), "record 3002,");
  EXPECT_EQ(collect(plan_of(), "").outcome.error().reason, "csv.empty");
  EXPECT_EQ(collect(plan_of(), std::string(kHeader) + "\"a\n").outcome.error().reason, "csv.unterminated_quote");
}

TEST(Collect, ThreadsAndBlocksNeverChangeTheOutcome) {
  Plan plan = plan_of();
  SeededRandom random(11);
  std::string text(kHeader);
  for (int i = 0; i < 5000; i++) {
    std::string row = good_row(std::to_string(random.below(4900)));
    if (random.below(50) == 0) row[row.find("4.50") + 3] = '9';
    text += row;
  }
  auto base = collect(plan, text, {.threads = 1});
  ASSERT_TRUE(base.outcome);
  for (CollectOptions options : {CollectOptions{.threads = 2, .block_bytes = 4096}, CollectOptions{.threads = 4, .block_bytes = 1000}}) {
    auto got = collect(plan, text, options);
    ASSERT_TRUE(got.outcome);
    EXPECT_EQ(canonical(encode(got.outcome->facts)), canonical(encode(base.outcome->facts)));
    EXPECT_EQ(canonical(encode(got.outcome->quality)), canonical(encode(base.outcome->quality)));
    ASSERT_EQ(got.held.rows.size(), base.held.rows.size());
    for (size_t i = 0; i < got.held.rows.size(); i++) EXPECT_EQ(got.held.rows[i].row, base.held.rows[i].row);
  }
}

TEST(Collect, HeldRowsCorrectedGoThroughTheSamePath) {
  Plan plan = plan_of();
  std::string row = good_row("x");
  row.replace(row.find(",2,1980"), 7, ",3,1980");
  auto got = collect(plan, std::string(kHeader) + row);
  ASSERT_EQ(got.held.rows.size(), 1u);
  EXPECT_EQ(collect(plan, resubmission(plan, got.held.rows)).held.rows.size(), 1u);
  got.held.rows[0].cells[2] = restricted<std::string>("2");
  auto again = collect(plan, resubmission(plan, got.held.rows));
  ASSERT_TRUE(again.outcome);
  EXPECT_EQ(again.outcome->facts.accepted, 1);
}

TEST(Collect, ReportsHoldNoValueOfAPerson) {
  auto got = collect(plan_of(), std::string(kHeader) + good_row("x") + "y,SECRETNAME,9,secretdate,,,,,,\n");
  ASSERT_TRUE(got.outcome);
  std::string report = canonical(encode(got.outcome->quality)) + canonical(encode(got.outcome->facts));
  EXPECT_EQ(report.find("SECRET"), std::string::npos);
  EXPECT_EQ(report.find("secretdate"), std::string::npos);
  EXPECT_EQ(report.find(nobody().substr(6)), std::string::npos);
}

TEST(Collect, StopEndsTheRun) {
  Plan plan = plan_of();
  table::MemoryTable table(specs_of(plan));
  HeldRows held;
  Progress progress;
  progress.stop = true;
  auto source = bytes_of_memory("x");
  EXPECT_EQ(collect_stream(plan, *source, {}, table, held, progress).error().reason, "collect.interrupted");
}

TEST(Collect, ParquetIsJudgedByTheSameRules) {
  Plan csv = plan_of();
  auto got = collect(csv, std::string(kHeader) + good_row("a") + good_row("b"));
  ASSERT_TRUE(got.outcome);
  std::string path = testing::TempDir() + "collect_" + std::to_string(getpid()) + ".parquet";
  auto writer = table::create_parquet(path, got.table->specs());
  ASSERT_TRUE(writer) << writer.error().reason;
  table::Batch batch;
  for (size_t c = 0; c < got.table->specs().size(); c++) batch.columns.push_back(**got.table->read(0, c));
  batch.rows = 2;
  ASSERT_TRUE((*writer)->append(batch));
  ASSERT_TRUE((*writer)->finish());
  Plan plan = plan_of(with("file_format: csv", "file_format: parquet"));
  table::MemoryTable table(specs_of(plan));
  HeldRows held;
  Progress progress;
  auto outcome = collect_file(plan, path, {}, table, held, progress);
  ASSERT_TRUE(outcome) << outcome.error().reason << outcome.error().detail;
  EXPECT_EQ(outcome->facts.accepted, 2);
  EXPECT_EQ(outcome->facts.control_totals, got.outcome->facts.control_totals);
  ::unlink(path.c_str());
}

struct Batch {
  Plan plan = plan_of();
  Sm2PrivateKey key = Sm2PrivateKey::generate();
  BatchFacts facts;
  BatchManifest manifest;
  Batch() {
    auto got = collect(plan, std::string(kHeader) + good_row("a"));
    facts = got.outcome->facts;
    manifest.source_uscc = plan.source.uscc;
    manifest.plan = plan.id;
    manifest.batch = "2024-05-06";
    manifest.file = "visits.csv";
    manifest.rows = facts.rows;
    manifest.control_totals = facts.control_totals;
    manifest.sm3 = facts.digest;
    manifest.made_at = "2024-05-06T00:00:00.000Z";
    manifest = sign_manifest(manifest, key);
  }
  std::string_view check(const BatchManifest& m, std::string_view file = "visits.csv") {
    Sm2PublicKey keys[] = {key.public_key()};
    auto status = check_manifest(m, plan, file, keys);
    if (status) status = reconcile(m, facts);
    return status ? "agrees" : status.error().reason;
  }
};

TEST(Manifest, AgreesWithTheFileItWasMadeFor) {
  Batch b;
  EXPECT_EQ(b.check(b.manifest), "agrees");
  auto back = decode<BatchManifest>(*parse_json(pretty(encode(b.manifest))));
  ASSERT_TRUE(back);
  EXPECT_EQ(b.check(*back), "agrees");
}

TEST(Manifest, EveryChangedMemberIsFound) {
  Batch b;
  auto changed = [&](auto change) {
    BatchManifest m = b.manifest;
    change(m);
    return b.check(m);
  };
  EXPECT_EQ(changed([](auto& m) { m.rows++; }), "manifest.forged");
  EXPECT_EQ(changed([](auto& m) { m.control_totals["total"]++; }), "manifest.forged");
  EXPECT_EQ(changed([](auto& m) { m.sm3[0] ^= 1; }), "manifest.forged");
  EXPECT_EQ(changed([](auto& m) { m.batch = "other"; }), "manifest.forged");
  EXPECT_EQ(changed([](auto& m) { m.signature.reset(); }), "manifest.forged");
  EXPECT_EQ(changed([](auto& m) { (*m.signature)[10] ^= 1; }), "manifest.forged");
  EXPECT_EQ(changed([](auto& m) { m.plan = "other"; }), "manifest.wrong_plan");
  EXPECT_EQ(changed([](auto& m) { m.source_uscc = "91350200776049653A"; }), "manifest.wrong_source");
  EXPECT_EQ(changed([](auto& m) { m.made_at = "yesterday"; }), "manifest.malformed");
  EXPECT_EQ(b.check(b.manifest, "other.csv"), "manifest.wrong_file");
  EXPECT_EQ(b.check(sign_manifest(b.manifest, Sm2PrivateKey::generate())), "manifest.unknown_key");
}

TEST(Manifest, FiguresThatDifferFromTheFileAreNamed) {
  Batch b;
  auto resigned = [&](auto change) {
    BatchManifest m = b.manifest;
    m.signature.reset();
    change(m);
    return b.check(sign_manifest(m, b.key));
  };
  EXPECT_EQ(resigned([](auto& m) { m.rows++; }), "manifest.rows_differ");
  EXPECT_EQ(resigned([](auto& m) { m.control_totals["total"]++; }), "manifest.totals_differ");
  EXPECT_EQ(resigned([](auto& m) { m.control_totals.erase("total"); }), "manifest.totals_differ");
  EXPECT_EQ(resigned([](auto& m) { m.sm3[0] ^= 1; }), "manifest.digest_differs");
}

TEST(Manifest, MissingOrMalformedFilesAreTold) {
  std::string path = testing::TempDir() + "manifest_" + std::to_string(getpid()) + ".json";
  EXPECT_EQ(load_manifest(path).error().reason, "manifest.missing");
  ASSERT_TRUE(write_file(path, view("{\"format\":")));
  EXPECT_EQ(load_manifest(path).error().reason, "manifest.malformed");
  Batch b;
  ASSERT_TRUE(save_manifest(path, b.manifest));
  EXPECT_EQ(b.check(*load_manifest(path)), "agrees");
  ::unlink(path.c_str());
}

TEST(Receipt, StandsInOnlyWithANamedPersonAndFigures) {
  Batch b;
  Receipt r{.format = "sluice-receipt/1", .source_uscc = b.plan.source.uscc, .plan = b.plan.id, .batch = "1", .received_by = "person_1",
            .received_at = "2024-05-06T00:00:00Z", .how = "盖章函件", .rows = b.facts.rows, .control_totals = b.facts.control_totals};
  EXPECT_TRUE(reconcile(r, b.plan, b.facts));
  Receipt nobody_named = r;
  nobody_named.received_by = "";
  EXPECT_EQ(reconcile(nobody_named, b.plan, b.facts).error().reason, "receipt.malformed");
  Receipt wrong = r;
  wrong.rows++;
  EXPECT_EQ(reconcile(wrong, b.plan, b.facts).error().reason, "manifest.rows_differ");
}

}  // namespace
}  // namespace sluice::collect
