// Looks for direct identifiers that are still in the output, anywhere in a cell: ID numbers (18 characters: GB 11643 check digit, date and
// province; 15 digits of the first generation: date and province), mobile numbers, e-mail addresses, bank cards (issuer's prefix and
// Luhn), medical-insurance and social-security numbers after words that name them (医保, 社保, 社会保障, 参保, 医疗证), social-security
// cards (a letter and eight digits, in columns of little else), addresses down to a house number, landlines (0755-26781234, (010)62345678), number
// plates (粤B12345), names behind a label (姓名：张三) and columns of names (deident/residual_names.h). Full-width digits and ＠ count as such; ID, mobile and card numbers
// are also found in groups parted by - . / or blanks (138 0013 8000, 138.0013.8000, 110101 19680312 4515). Text is UTF-8 or GB18030.
// Runs of digits are taken whole, so that a longer number is no phone. Masked forms do not count: ID numbers of sequence 000
// or in a division that was never assigned, phones, cards and insurance numbers with zeros for what identifies.
//
// When numbers of ID shape count as found, by what chance explains. `id_shaped` are those with a real date and province; of such, one in
// eleven passes the check digit by chance; of random 18-digit numbers about 3 in 100,000 have all three.
//   more than 3 in 10 of the shaped pass                                                 found, whatever their number
//   3 or more pass whose date is before 2010 (order numbers bear dates of their
//   own days, people's birth dates lie before), and more than chance gives of all runs   found, whatever their share
//   3 or more pass, above 1/11 of the shaped by 2.33 standard deviations (1 %)           found
// Of 15 digits: date from 1930 to 1999 and province, by chance about 1 in 100: found when 3 or more and over 1 in 20 of such runs, or over 3 in 10. Of card-shaped
// numbers one in ten passes Luhn: more than 6 in 10 must. Thread rule: a tally belongs to one thread; tallies are added.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "deident/kernels.h"
#include "deident/residual_names.h"

namespace sluice::deident {

struct CsvMapper;

struct ResidualTally {
  uint64_t id_runs = 0, id_shaped = 0, id_valid = 0, id_valid_old = 0;
  uint64_t legacy_runs = 0, legacy_valid = 0, mobiles = 0, emails = 0;
  uint64_t card_shaped = 0, card_valid = 0, social_shaped = 0, insurance = 0, addresses = 0, landlines = 0, plates = 0, labelled_names = 0, cells = 0;
  NameTally names{};
  void add(const ResidualTally& other, uint64_t times = 1);
  uint64_t id_numbers() const;
  // Type and cells of what counts as found.
  std::vector<std::pair<std::string_view, uint64_t>> findings() const;
};

constexpr size_t kResidualBytesMin = 6;  // shorter cells are passed over

void scan_cell(std::string_view cell, ResidualTally& tally, TextEncoding encoding = TextEncoding::utf8);
// The same of UTF-8 with a way over bytes (deident/csv_map.h), or none, which reads every byte: all give the same, and tests hold them to it.
void scan_cell_with(const CsvMapper* way, std::string_view cell, ResidualTally& tally);

// Where each stands, in order of their ends, for a technique that takes them all out: also what counts in a tally only by its share.
// `plain` is UTF-8 without full-width digits (plain_text.h).
enum class ResidualType : uint8_t { id_number, phone, email, bank_card, social_card, insurance_number, address, number_plate, person_name };
constexpr std::array<std::string_view, 9> enum_names(ResidualType) {
  return {"id_number", "phone", "email", "bank_card", "social_card", "insurance_number", "address", "number_plate", "person_name"};
}
struct ResidualSpan {
  ResidualType type;
  size_t from, to;  // bytes; of an address the house number and the word behind it
};
std::vector<ResidualSpan> residual_spans(std::string_view plain);

}  // namespace sluice::deident
