// A scan for direct identifiers of its own: written apart from the one that masking runs, so that a mistake in one is
// found by the other. Types: id_number, phone, email, bank_card, passport, person_name (behind a label, 姓名：张三; or a column of names), number_plate, insurance_number (after 医保, 社保 …), social_card, address.
// Full-width digits are digits, landlines are phones; ID, mobile and card numbers are found in groups parted by - . / or blanks as well, ID numbers of
// 15 digits by province and a birth date of 1930 to 1999. What counts is one list with masking's own scan (docs/formats/masking-strategy.md),
// written twice and compared by a test over generated forms (tests/unit/recheck/two_scans_test.cc).
//
// Column-wise: a number of ID shape (real date, province) passes the check digit by chance once in eleven times, a card-shaped one Luhn
// once in ten. Cards count when more than six in ten pass. ID numbers count when more than three in ten pass; or three or more pass and they
// are more than chance explains: of dates before 2010 (which orders do not bear) against 3 in 100,000 of all 18-digit runs, of
// all dates against 1/11 of the shaped, by 2.33 standard deviations. 15 digits: one run in twenty and three of them, or three in ten.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sluice::recheck {

class IdentifierScan {
 public:
  void cell(std::string_view text);  // UTF-8
  std::map<std::string, uint64_t> found() const;
  // Cells in which a word such as 患者 leads to a surname: names or not, a person should look.
  uint64_t possible_names() const { return possible_names_; }

 private:
  void plain_cell(std::string_view text);
  void digit_run(std::string_view text, size_t from, size_t to);
  size_t grouped_run(std::string_view text, size_t from);
  bool card(std::string_view digits);
  void names_in(std::string_view text);
  void whole_cell_name(std::string_view text);
  bool a_column_of_names() const;
  bool id_number(std::string_view seventeen, char last);
  uint64_t id_numbers() const;
  uint64_t id_runs_ = 0, id_shaped_ = 0, id_valid_ = 0, id_before_2010_ = 0, legacy_runs_ = 0, legacy_valid_ = 0, card_shaped_ = 0, card_valid_ = 0;
  uint64_t phones_ = 0, emails_ = 0, passports_ = 0, names_ = 0, possible_names_ = 0, cells_ = 0;
  uint64_t insurance_ = 0, social_ = 0, addresses_ = 0, plates_ = 0;
  uint64_t name_shaped_ = 0, sure_surnames_ = 0;
  std::set<std::string> different_names_;  // of the first ones, as many as matter
};

}  // namespace sluice::recheck
