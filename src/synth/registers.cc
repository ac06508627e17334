// The tables that visits point to: people, institutions, physicians, the catalogue.
#include "synth/generator.h"

namespace sluice::synth {

void Generator::write_people(uint64_t people) {
  TableWriter& out = table(kPersons);
  auto today = static_cast<int32_t>(options_.made_at / kDayMs);
  for (uint64_t i = 0; i < people; i++) {
    Person p = person_of(options_.seed, i, today);
    std::string_view defect = dirt(kPersons, {"bad_check_digit", "bad_date", "unknown_code", "duplicate"});
    out.text(p.number);
    out.text(p.name);
    out.text(defect == "unknown_code" ? "3" : p.male ? "1" : "2");
    if (defect == "bad_date")
      out.text("1980/1/5");
    else
      out.day(p.birth_days);
    out.text("01");
    out.text(defect == "bad_check_digit" ? with_bad_check(p.id_number) : p.id_number);
    out.text(p.phone);
    out.text(p.address);
    out.text(p.contact);
    out.text(p.insurance);
    out.text(p.kind);
    out.text(p.region);
    out.text(p.employer_code);
    out.text(p.employer);
    out.text("1");
    out.money(p.balance_fen);
    out.count(0, p.balance_fen);
    out.end_row();
    if (defect == "duplicate") out.repeat_row();
  }
}

void Generator::write_institutions() {
  TableWriter& out = table(kPlacesTable);
  for (const Institution& i : institutions_) {
    out.text(i.code);
    out.text(i.name);
    out.text(i.uscc);
    out.text(i.pharmacy ? "2" : "1");
    out.text(i.level);
    out.text(i.region);
    out.text(i.address);
    out.text(i.phone);
    out.number(i.beds);
    out.text("2020-01-01");
    out.text("2030-12-31");
    out.end_row();
  }
}

void Generator::write_physicians() {
  TableWriter& out = table(kDoctors);
  for (size_t i = 0; i < physicians_.size(); i++) {
    const Physician& d = physicians_[i];
    out.text(d.code);
    out.text(d.name);
    out.text(d.male ? "1" : "2");
    out.text(d.id_number);
    out.text(d.licence);
    out.text(d.department);
    out.text(institutions_[i / kPhysiciansEach].code);
    out.text(d.rank);
    out.end_row();
  }
}

void Generator::write_catalogue() {
  TableWriter& out = table(kCatalogue);
  for (const Item& item : items()) {
    out.text(item.code);
    out.text(item.name);
    out.text(item.list_type);
    out.text(item.level);
    out.text(item.charge_type);
    out.text(item.spec);
    out.text(item.form);
    if (item.limit_fen > 0)
      out.money(item.limit_fen);
    else
      out.text("");
    out.text("2020-01-01");
    out.text("2030-12-31");
    out.text("1");
    out.end_row();
  }
}

}  // namespace sluice::synth
