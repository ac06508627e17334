// A scan for direct identifiers of its own: written apart from the one that masking runs, so that a mistake in one is
// found by the other. Types: id_number, phone, email, bank_card, passport, person_name (after words like 姓名 or 患者), insurance_number (after 医保, 社保 …), social_card, address.
// Column-wise rules as there: one random 18-digit number in eleven passes the check digit, one random card-shaped number in
// ten passes Luhn, so such findings count only when more than three (cards: six) in ten of the shaped runs pass.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sluice::recheck {

class IdentifierScan {
 public:
  void cell(std::string_view text);  // UTF-8
  std::map<std::string, uint64_t> found() const;
  // Cells that are two to four Chinese characters and begin with a frequent surname: names or not, a person should look.
  uint64_t name_shaped() const { return name_shaped_; }
  uint64_t cells() const { return cells_; }

 private:
  void digit_run(std::string_view text, size_t from, size_t to);
  uint64_t id_shaped_ = 0, id_valid_ = 0, card_shaped_ = 0, card_valid_ = 0;
  uint64_t phones_ = 0, emails_ = 0, passports_ = 0, names_ = 0, name_shaped_ = 0, cells_ = 0;
  uint64_t insurance_ = 0, social_ = 0, addresses_ = 0;
};

}  // namespace sluice::recheck
