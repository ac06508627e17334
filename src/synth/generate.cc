// The eight tables, visit by visit: one visit gives its settlement, its fee rows, its prescription.
#include <algorithm>

#include "base/file.h"
#include "synth/generator.h"

namespace sluice::synth {

namespace {

constexpr uint64_t kRowsMax = 10'000'000'000;
constexpr size_t kFeeRowsMax = 40;  // of one visit

std::string numbered(char letter, uint64_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "%c44%014llu", letter, static_cast<unsigned long long>(number));
  return text;
}

}  // namespace

std::string_view Generator::dirt(TableIndex t, std::initializer_list<std::string_view> defects) {
  if (options_.dirty_permille == 0 || dirt_.below(1000) >= options_.dirty_permille) return {};
  std::string_view chosen = *(defects.begin() + dirt_.below(defects.size()));
  summary_.defects[table(t).plan().table][std::string(chosen)]++;
  return chosen;
}

Status Generator::open() {
  TRY(make_dirs(dir_));
  for (const PlanText& text : plan_texts()) {
    collect::Plan plan = TRY(collect::parse_plan(text.yaml));
    tables_.push_back(std::make_unique<TableWriter>(dir_, std::move(plan), options_.gb18030 ? Encoding::gb18030 : Encoding::utf8));
  }
  for (uint64_t i = 0; i < kInstitutions; i++) {
    institutions_.push_back(institution_of(options_.seed, i));
    for (uint64_t d = 0; d < kPhysiciansEach; d++) physicians_.push_back(physician_of(options_.seed, i, d, institutions_[i].code));
  }
  for (const Item& item : items()) by_kind_[static_cast<size_t>(item.kind)].push_back(&item);
  for (size_t d = 0; d < diagnoses().size(); d++) diagnosis_of_ticket_.insert(diagnosis_of_ticket_.end(), diagnoses()[d].weight, static_cast<uint16_t>(d));
  return {};
}

void Generator::make_visit(uint64_t number, uint64_t people, size_t rows_left, Visit& out) const {
  Dice dice(options_.seed, kVisitKind, number);
  out.id = numbered('M', number + 1);
  out.settlement = numbered('S', number + 1);
  out.chart = numbered('Z', number + 1);
  out.person = person_of(options_.seed, dice.below(people), static_cast<int32_t>(options_.made_at / kDayMs));
  uint64_t institution = dice.below(kInstitutions);
  out.institution = &institutions_[institution];
  out.physician = &physicians_[institution * kPhysiciansEach + dice.below(kPhysiciansEach)];
  out.diagnosis = &diagnoses()[diagnosis_of_ticket_[dice.below(diagnosis_of_ticket_.size())]];
  bool inpatient = !out.institution->pharmacy && dice.below(100) < 8;
  bool chronic = !out.diagnosis->chronic.empty() && !inpatient && !out.institution->pharmacy;
  out.type = out.institution->pharmacy ? "41" : inpatient ? "21" : chronic ? (dice.one_in(4) ? "140201" : "140104") : dice.one_in(10) ? "13" : "11";
  // The last two years, but never before birth.
  int64_t today = options_.made_at / kDayMs, since_birth = today - out.person.birth_days;
  int64_t ago = static_cast<int64_t>(dice.below(static_cast<uint64_t>(std::clamp<int64_t>(since_birth, 31, 700)) - 30)) + 30;
  ago = std::min(ago, std::max<int64_t>(since_birth, 30));
  out.days = inpatient ? static_cast<int>(2 + dice.below(18)) : 0;
  out.begin = (today - ago) * 86400 + 8 * 3600 + static_cast<int64_t>(dice.below(9 * 3600));
  out.end = out.begin + (inpatient ? int64_t{out.days} * 86400 : 600 + static_cast<int64_t>(dice.below(7200)));
  out.settled = out.end + 60 + static_cast<int64_t>(dice.below(1800));
  int64_t begin_day = out.begin / 86400;
  CivilDate b = civil_from_days(out.person.birth_days), d = civil_from_days(begin_day);
  out.age = std::max(0, d.year - b.year - (d.month < b.month || (d.month == b.month && d.day < b.day) ? 1 : 0));
  size_t rows = std::min<size_t>(inpatient ? 12 + dice.below(kFeeRowsMax - 12) : 1 + dice.below(6), rows_left);
  out.fees.clear();
  for (size_t i = 0; i < rows; i++) {
    uint64_t roll = dice.below(100);
    size_t kind = out.institution->pharmacy ? (roll < 65 ? 0 : 1) : roll < 45 ? 0 : roll < 55 ? 1 : roll < 95 || !inpatient ? 2 : 3;
    const auto& choice = by_kind_[kind];
    Fee fee{};
    fee.item = choice[dice.below(choice.size())];
    fee.count = kind == 2 ? 1 + static_cast<int64_t>(dice.below(2)) : 1 + static_cast<int64_t>(dice.below(4));
    fee.price = fee.item->price_fen;
    fee.total = fee.count * fee.price;
    if (fee.item->level == "03") {
      fee.own = fee.total;
    } else {
      if (fee.item->limit_fen > 0 && fee.price > fee.item->limit_fen) fee.over = (fee.price - fee.item->limit_fen) * fee.count;
      if (fee.item->level == "02") fee.prepaid = (fee.total - fee.over) / 10;
      fee.in_scope = fee.total - fee.over - fee.prepaid;
    }
    fee.at_seconds = out.begin + static_cast<int64_t>(dice.below(static_cast<uint64_t>(out.end - out.begin)));
    out.fees.push_back(fee);
  }
}

Money Generator::money_of(const Visit& visit) const {
  Money m;
  for (const Fee& fee : visit.fees) {
    m.total += fee.total;
    m.own += fee.own;
    m.over += fee.over;
    m.prepaid += fee.prepaid;
    m.in_scope += fee.in_scope;
  }
  bool inpatient = visit.type == "21";
  int64_t rate = visit.type == "41" ? 0 : inpatient ? (visit.person.employee ? 85 : 70) : visit.type.size() == 6 ? 75 : 55;
  m.deductible = std::min<int64_t>(inpatient ? 80'000 : 0, m.in_scope);
  m.pool = (m.in_scope - m.deductible) * rate / 100;
  int64_t left = m.total - m.pool;
  if (visit.person.employee && visit.person.kind == "1201") m.civil = left / 50;
  if (left > 1'500'000) m.major = (left - 1'500'000) * 60 / 100;
  if (!visit.person.employee && visit.age > 80) m.aid = (left - m.major - m.civil) / 10;
  m.fund = m.pool + m.civil + m.major + m.aid;
  m.person = m.total - m.fund;
  m.account = visit.person.employee ? std::min(m.person, visit.person.balance_fen) : 0;
  m.cash = m.person - m.account;
  m.balance = visit.person.balance_fen - m.account;
  return m;
}

void Generator::write_visit_row(const Visit& v) {
  TableWriter& out = table(kVisits);
  std::string_view defect = dirt(kVisits, {"bad_check_digit", "bad_date", "unknown_code", "wrong_order", "duplicate"});
  out.text(v.id);
  out.text(v.person.number);
  out.text(v.person.name);
  out.text(defect == "bad_check_digit" ? with_bad_check(v.person.id_number) : v.person.id_number);
  out.text(v.person.male ? "1" : "2");
  out.day(v.person.birth_days);
  out.number(v.age);
  out.text(v.person.insurance);
  out.text(v.person.region);
  out.text(v.institution->code);
  out.text(v.institution->name);
  out.text(defect == "unknown_code" ? "99" : v.type);
  out.moment(defect == "wrong_order" ? v.end + 86400 : v.begin);
  if (defect == "bad_date")
    out.text("2023-02-30 10:00:00");
  else
    out.moment(v.end);
  out.text(v.chart);
  out.text(v.type == "21" ? v.chart : "");
  out.text(v.physician->code);
  out.text(v.physician->name);
  out.text(v.physician->department);
  out.text(v.diagnosis->code);
  out.text(v.diagnosis->name);
  out.text(v.type.size() == 6 ? v.diagnosis->chronic : "");
  if (v.type == "21")
    out.number(v.days);
  else
    out.text("");
  out.text("");
  out.end_row();
  if (defect == "duplicate") out.repeat_row();
}

void Generator::write_settlement(const Visit& v, const Money& m, int64_t sign) {
  TableWriter& out = table(kSettlements);
  std::string_view defect = dirt(kSettlements, {"wrong_sum", "bad_date", "unknown_code", "duplicate"});
  std::string id = v.settlement;
  if (sign < 0) id[0] = 'R';
  int64_t total = sign * m.total + (defect == "wrong_sum" ? 100 : 0);
  out.text(id);
  out.text(v.id);
  out.text(v.person.number);
  out.text(defect == "unknown_code" ? "999" : v.person.insurance);
  out.text(v.institution->code);
  out.text(v.type);
  out.day(static_cast<int32_t>(v.begin / 86400));
  out.day(static_cast<int32_t>(v.end / 86400));
  if (defect == "bad_date")
    out.text("0000-00-00 00:00:00");
  else
    out.moment(sign < 0 ? v.settled + 3600 : v.settled);
  out.money(total);
  for (int64_t part : {m.own, m.over, m.prepaid, m.in_scope, m.deductible, m.pool, m.civil, int64_t{0}, m.major, int64_t{0}, int64_t{0},
                       m.aid, int64_t{0}, m.fund, m.person, m.account, m.cash})
    out.money(sign * part);
  out.money(sign < 0 ? v.person.balance_fen : m.balance);
  out.text(sign < 0 ? "1" : "0");
  out.text(sign < 0 ? v.settlement : "");
  out.text("1");
  out.count(0, total);
  out.count(1, sign * m.fund);
  out.end_row();
  if (defect == "duplicate") out.repeat_row();
}

void Generator::write_fees(const Visit& v, int64_t sign) {
  TableWriter& out = table(kFees);
  std::string settlement = v.settlement;
  if (sign < 0) settlement[0] = 'R';
  std::string sn, origin;
  for (size_t i = 0; i < v.fees.size(); i++) {
    const Fee& f = v.fees[i];
    std::string_view defect = dirt(kFees, {"wrong_sum", "bad_date", "unknown_code", "duplicate"});
    bool drug = f.item->kind == ItemKind::western || f.item->kind == ItemKind::patent;
    char suffix[3] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10), '\0'};
    sn = v.id;
    sn += suffix;
    origin = sn;
    if (sign < 0) sn[0] = 'N';
    int64_t total = sign * f.total + (defect == "wrong_sum" ? 100 : 0);
    out.text(sn);
    out.text(v.id);
    out.text(settlement);
    out.text(v.person.number);
    out.text(v.institution->code);
    if (defect == "bad_date")
      out.text("2024-05-06 24:00:00");
    else
      out.moment(f.at_seconds);
    out.text(drug ? std::string_view(v.chart) : std::string_view());
    out.money(sign * f.count * 100);
    out.money(f.price);
    out.money(total);
    if (f.item->limit_fen > 0)
      out.money(f.item->limit_fen);
    else
      out.text("");
    out.text(f.item->level == "01" ? "0.00" : f.item->level == "02" ? "0.10" : "1.00");
    for (int64_t part : {f.own, f.over, f.prepaid, f.in_scope}) out.money(sign * part);
    out.text(defect == "unknown_code" ? "09" : f.item->level);
    out.text(f.item->code);
    out.text(f.item->name);
    out.text(f.item->list_type);
    out.text(f.item->charge_type);
    out.text(f.item->spec);
    out.text(f.item->form);
    out.text(v.physician->department);
    out.text(v.physician->code);
    if (drug)
      out.number(7);
    else
      out.text("");
    out.text(sign < 0 ? std::string_view(origin) : std::string_view());
    out.count(0, total);
    out.count(1, sign * f.in_scope);
    out.end_row();
    if (defect == "duplicate") out.repeat_row();
  }
}

void Generator::write_prescription(const Visit& v) {
  bool drugs = std::any_of(v.fees.begin(), v.fees.end(), [](const Fee& f) { return f.item->kind == ItemKind::western || f.item->kind == ItemKind::patent; });
  if (!drugs) return;
  TableWriter& out = table(kPrescriptions);
  std::string_view defect = dirt(kPrescriptions, {"bad_date", "duplicate"});
  out.text(v.chart);
  out.text(v.id);
  out.text(v.settlement);
  out.text(v.chart);
  out.text(v.person.number);
  out.text(v.person.name);
  out.number(v.age);
  out.text(v.institution->code);
  out.text(v.type.size() == 6 ? v.diagnosis->chronic : "");
  if (defect == "bad_date")
    out.text("45000");
  else
    out.day(static_cast<int32_t>(v.begin / 86400));
  out.text(v.physician->department);
  out.text(v.physician->code);
  out.text(v.physician->name);
  out.end_row();
  if (defect == "duplicate") out.repeat_row();
}

void Generator::write_visits(uint64_t people) {
  Visit visit;
  uint64_t rows = 0;
  for (uint64_t number = 0; rows < options_.rows; number++) {
    make_visit(number, people, options_.rows - rows, visit);
    rows += visit.fees.size();
    Money money = money_of(visit);
    write_visit_row(visit);
    write_settlement(visit, money, 1);
    write_fees(visit, 1);
    write_prescription(visit);
    // About one settlement in 200 is taken back whole, where rows are left for it.
    if (number % 200 == 117 && rows + visit.fees.size() <= options_.rows) {
      rows += visit.fees.size();
      write_settlement(visit, money, -1);
      write_fees(visit, -1);
    }
  }
}

Result<Summary> Generator::run() {
  if (options_.rows > kRowsMax) return fail(Errc::usage, "synth.too_many_rows");
  if (options_.dirty_permille > 1000) return fail(Errc::usage, "synth.bad_share");
  TRY(open());
  uint64_t people = options_.rows / 40 + 20;
  write_people(people);
  write_institutions();
  write_physicians();
  write_catalogue();
  write_visits(people);

  Sm2PrivateKey key = Sm2PrivateKey::generate();
  summary_.source_public_key = key.public_key().bytes();
  TRY(make_dirs(dir_ + "/plans"));
  for (auto& writer : tables_) {
    const std::string& name = writer->plan().table;
    summary_.rows[name] = writer->rows();
    summary_.files.push_back(name + ".csv");
    collect::BatchManifest manifest = TRY(writer->finish(options_.made_at));
    TRY(collect::save_manifest(collect::manifest_path(dir_ + "/" + name + ".csv"), collect::sign_manifest(std::move(manifest), key)));
  }
  for (const PlanText& plan : plan_texts()) TRY(write_file(dir_ + "/plans/" + std::string(plan.table) + ".yaml", view(plan.yaml)));
  TRY(write_file(dir_ + "/source.pub", view(hex(summary_.source_public_key) + "\n")));
  return summary_;
}

Result<Summary> generate(const Options& options, const std::string& dir) { return Generator(options, dir).run(); }

}  // namespace sluice::synth
