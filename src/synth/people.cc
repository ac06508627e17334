#include "synth/people.h"

#include <cstdio>

#include "base/clock.h"
#include "standard/codes.h"

namespace sluice::synth {

namespace {

enum Kind : uint64_t { kPersonKind = 11, kInstitutionKind = 12, kPhysicianKind = 13 };

std::string name_from(Dice& dice) {
  std::string out(surnames()[dice.below(surnames().size())]);
  out += given_characters()[dice.below(given_characters().size())];
  if (!dice.one_in(4)) out += given_characters()[dice.below(given_characters().size())];
  return out;
}

// 100 is no mobile prefix: nobody's telephone rings.
std::string phone_from(Dice& dice) {
  char text[16];
  std::snprintf(text, sizeof text, "100%08u", static_cast<unsigned>(dice.below(100'000'000)));
  return text;
}

std::string street_from(Dice& dice, const Place& place) {
  static constexpr std::string_view roads[] = {"示范一路", "示范二路", "样例大道", "模拟街", "合成路", "虚构巷"};
  return std::string(place.name) + std::string(roads[dice.below(6)]) + std::to_string(1 + dice.below(300)) + "号";
}

}  // namespace

std::string nobodys_id(Dice& dice, std::string_view province, int32_t birth_days, bool male) {
  CivilDate birth = civil_from_days(birth_days);
  unsigned sequence = static_cast<unsigned>(dice.below(500)) * 2 + (male ? 1 : 0);
  char text[40];
  std::snprintf(text, sizeof text, "%.2s98%02u%04d%02d%02d%03u", province.data(), static_cast<unsigned>(1 + dice.below(20)), birth.year,
                birth.month, birth.day, sequence);
  std::string out(text);
  return out + id_check_character(out);
}

std::string nobodys_uscc(char department, char kind, uint64_t number) {
  char organisation[16];
  std::snprintf(organisation, sizeof organisation, "MX%06u", static_cast<unsigned>(number % 1'000'000));
  std::string out = std::string(1, department) + kind + "449801" + organisation;
  out += organisation_check_character(organisation);
  // GB 11714's check character X and the digits are all in GB 32100's alphabet.
  return out + uscc_check_character(out);
}

Person person_of(uint64_t seed, uint64_t number, int32_t today_days) {
  Dice dice(seed, kPersonKind, number);
  Person out;
  const Place& place = places()[dice.below(places().size())];
  char text[40];
  std::snprintf(text, sizeof text, "440000%014llu", static_cast<unsigned long long>(number + 1));
  out.number = text;
  out.male = dice.one_in(2);
  // Ages 0–95, the middle ones more often.
  auto age_days = static_cast<int32_t>((dice.below(95) + dice.below(95)) / 2 * 365 + dice.below(365));
  out.birth_days = today_days - age_days;
  static constexpr std::string_view others[] = {"43", "45", "36", "42", "51"};
  std::string_view province = dice.one_in(10) ? others[dice.below(5)] : "44";
  out.id_number = nobodys_id(dice, province, out.birth_days, out.male);
  out.name = name_from(dice);
  out.phone = phone_from(dice);
  out.address = street_from(dice, place);
  out.contact = name_from(dice);
  out.region = place.code;
  int age = age_days / 365;
  out.employee = age >= 20 && !dice.one_in(3);
  if (!out.employee) {
    out.insurance = "390";
    out.kind = age < 18 ? "14" : "15";
  } else {
    out.insurance = age > 85 && dice.one_in(8) ? "340" : "310";
    out.kind = out.insurance == "340" ? "1300" : age >= 60 ? "1201" : "1101";
    out.balance_fen = static_cast<int64_t>(dice.below(800'000));
    uint64_t employer = dice.below(500);
    std::snprintf(text, sizeof text, "449801%06u", static_cast<unsigned>(employer));
    out.employer_code = text;
    out.employer = std::string(place.name) + "示例企业" + std::to_string(employer) + "号";
  }
  return out;
}

Institution institution_of(uint64_t seed, uint64_t number) {
  Dice dice(seed, kInstitutionKind, number);
  Institution out;
  const Place& place = places()[number % places().size()];
  out.region = std::string(place.code);
  out.pharmacy = number % 5 == 4;
  char text[40];
  std::snprintf(text, sizeof text, "%c%.6s%05u", out.pharmacy ? 'P' : 'H', place.code.data(), static_cast<unsigned>(90000 + number));
  out.code = text;
  std::string ordinal = std::to_string(number / places().size() + 1);
  static constexpr std::string_view kinds[] = {"示范人民医院", "示范中医院", "示范妇幼保健院", "示范社区卫生服务中心"};
  static constexpr std::string_view levels[] = {"02", "02", "05", "11"};
  out.name = std::string(place.name) + (out.pharmacy ? "示范大药房" : std::string(kinds[number % 4])) + "(" + ordinal + "院区)";
  if (out.pharmacy) out.name = std::string(place.name) + "示范大药房第" + ordinal + "分店";
  out.level = out.pharmacy ? "11" : levels[number % 4];
  out.uscc = nobodys_uscc(out.pharmacy ? '9' : '1', out.pharmacy ? '1' : '2', 1000 + number);
  out.address = street_from(dice, place);
  out.phone = phone_from(dice);
  out.beds = out.pharmacy ? 0 : static_cast<int>(50 + dice.below(2000));
  return out;
}

Physician physician_of(uint64_t seed, uint64_t institution, uint64_t number, const std::string& institution_code) {
  Dice dice(seed, kPhysicianKind, institution * 1000 + number);
  Physician out;
  char text[40];
  std::snprintf(text, sizeof text, "D%.6s%06u", institution_code.c_str() + 1, static_cast<unsigned>(900000 + institution * 100 + number));
  out.code = text;
  out.name = name_from(dice);
  out.male = dice.one_in(2);
  auto birth = static_cast<int32_t>(days_from_civil(1960 + static_cast<int>(dice.below(35)), 1, 1) + static_cast<int64_t>(dice.below(365)));
  out.id_number = nobodys_id(dice, "44", birth, out.male);
  std::snprintf(text, sizeof text, "1104498%08u", static_cast<unsigned>(dice.below(100'000'000)));
  out.licence = text;
  out.department = departments()[number % departments().size()];
  static constexpr std::string_view ranks[] = {"231", "232", "233", "234"};
  out.rank = ranks[dice.below(4)];
  return out;
}

}  // namespace sluice::synth
