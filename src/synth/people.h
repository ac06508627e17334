// People, institutions and physicians by number: the same number under the same seed is the same one, nothing is stored.
#pragma once

#include <cstdint>
#include <string>

#include "synth/lists.h"

namespace sluice::synth {

// A stream of numbers that depends on (seed, kind, number) only.
class Dice {
 public:
  Dice(uint64_t seed, uint64_t kind, uint64_t number) : state_(seed ^ kind * 0x9e3779b97f4a7c15 ^ number * 0xd1342543de82ef95) { next(); }
  uint64_t next() {  // splitmix64
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  uint64_t below(uint64_t n) { return static_cast<uint64_t>(static_cast<unsigned __int128>(next()) * n >> 64); }
  bool one_in(uint64_t n) { return below(n) == 0; }

 private:
  uint64_t state_;
};

struct Person {
  std::string number;     // psn_no
  std::string name, id_number, phone, address, contact, employer_code, employer;
  bool male = false;
  int32_t birth_days = 0;
  std::string_view insurance, kind, region;  // insutype, psn_type, insu_admdvs
  bool employee = false;
  int64_t balance_fen = 0;
};
Person person_of(uint64_t seed, uint64_t number, int32_t today_days);

struct Institution {
  std::string code, name, uscc, address, phone, region;
  bool pharmacy = false;
  std::string_view level;  // hosp_lv
  int beds = 0;
};
Institution institution_of(uint64_t seed, uint64_t number);

struct Physician {
  std::string code, name, id_number, licence;
  bool male = false;
  std::string_view department, rank;
};
Physician physician_of(uint64_t seed, uint64_t institution, uint64_t number, const std::string& institution_code);

// 17 digits and their check character under a division code that was never assigned (see synth.h).
std::string nobodys_id(Dice& dice, std::string_view province, int32_t birth_days, bool male);
// A well-formed unified social credit code under such a division.
std::string nobodys_uscc(char department, char kind, uint64_t number);

}  // namespace sluice::synth
