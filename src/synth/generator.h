// What the rows of the eight tables are made from, and the run that writes them. Internal to synth/.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "synth/people.h"
#include "synth/synth.h"
#include "synth/table_writer.h"

namespace sluice::synth {

constexpr uint64_t kInstitutions = 60, kPhysiciansEach = 8;
enum StreamKind : uint64_t { kVisitKind = 21, kDirtKind = 22 };

enum TableIndex { kPersons, kPlacesTable, kDoctors, kVisits, kSettlements, kFees, kPrescriptions, kCatalogue };

struct Fee {
  const Item* item;
  int64_t count, price, total, own, over, prepaid, in_scope, at_seconds;
};

struct Visit {
  std::string id, settlement, chart;
  Person person;
  const Institution* institution;
  const Physician* physician;
  const Diagnosis* diagnosis;
  std::string_view type;  // med_type
  int64_t begin = 0, end = 0, settled = 0;  // seconds
  int days = 0, age = 0;
  std::vector<Fee> fees;
};

struct Money {
  int64_t total = 0, own = 0, over = 0, prepaid = 0, in_scope = 0;
  int64_t deductible = 0, pool = 0, civil = 0, major = 0, aid = 0, fund = 0, person = 0, account = 0, cash = 0, balance = 0;
};

// A wrong check character in place of the right one.
inline std::string with_bad_check(std::string id) {
  id.back() = id.back() == '1' ? '2' : '1';
  return id;
}

class Generator {
 public:
  Generator(const Options& options, const std::string& dir) : options_(options), dir_(dir), dirt_(options.seed, kDirtKind, 0) {}
  Result<Summary> run();

 private:
  Status open();
  void write_people(uint64_t people);
  void write_institutions();
  void write_physicians();
  void write_catalogue();
  void write_visits(uint64_t people);
  void make_visit(uint64_t number, uint64_t people, size_t rows_left, Visit& out) const;
  Money money_of(const Visit& visit) const;
  void write_visit_row(const Visit& visit);
  void write_settlement(const Visit& visit, const Money& money, int64_t sign);
  void write_fees(const Visit& visit, int64_t sign);
  void write_prescription(const Visit& visit);

  // The defect of the row that is about to be written, one of the table's, or nothing.
  std::string_view dirt(TableIndex table, std::initializer_list<std::string_view> defects);
  TableWriter& table(TableIndex t) { return *tables_[t]; }

  Options options_;
  std::string dir_;
  Dice dirt_;
  std::vector<std::unique_ptr<TableWriter>> tables_;
  std::vector<Institution> institutions_;
  std::vector<Physician> physicians_;
  std::vector<std::vector<const Item*>> by_kind_{4};
  std::vector<uint16_t> diagnosis_of_ticket_;
  Summary summary_;
};

}  // namespace sluice::synth
