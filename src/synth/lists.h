// The world of the synthetic data: names, diagnoses, items, places. Own lists; codes are well-formed, enterprises made up.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::synth {

struct Diagnosis {
  std::string_view code, name;
  uint16_t weight;            // how common
  std::string_view chronic;   // code of the outpatient chronic disease (门慢特), or empty
};

enum class ItemKind { western, patent, service, consumable };

struct Item {
  std::string code, name;
  ItemKind kind;
  std::string_view charge_type;   // med_chrgitm_type
  std::string_view level;         // chrgitm_lv: 01, 02, 03
  std::string_view list_type;     // 101, 201, 301
  std::string_view spec, form;
  int64_t price_fen;
  int64_t limit_fen;              // price that the fund accepts; 0: none
};

struct Place {
  std::string_view code, name;
};

std::span<const Diagnosis> diagnoses();
// The first `sensitive_count()` diagnoses of the list are sensitive ones (HIV, sexually transmitted, psychiatric).
size_t sensitive_count();
const std::vector<Item>& items();
std::span<const Place> places();
std::span<const std::string_view> surnames();
std::span<const std::string_view> given_characters();
std::span<const std::string_view> departments();

}  // namespace sluice::synth
