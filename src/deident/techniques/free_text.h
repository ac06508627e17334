// Free text in Chinese: names (patients, relatives, staff), ID numbers, phones, bank cards, passports, e-mail addresses, postal addresses,
// dates and institutions are found and replaced by stable tokens such as 〔姓名-k3v9q〕.
//
// The token is HMAC-SM3 of type and value: the same person is the same token in every cell, table and batch of the scope.
// A name found once by its context (姓名, 患者, … before it, 医生, 主任 … after it) is replaced wherever the cell repeats it. What cannot be
// found: names without context that no cell gives away, places known by nickname, rare events that identify by themselves.
// Recall on generated narratives is measured in tests/unit/deident/free_text_test.cc; a person reads a sample before release.
// Text is UTF-8; a cell that is not fails.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <string>

#include "crypto/hmac_lanes.h"
#include "deident/technique.h"

namespace sluice::deident {

enum class EntityKind : uint8_t { person_name, id_number, phone, bank_card, passport, email, address, date, institution };
constexpr std::array<std::string_view, 9> enum_names(EntityKind) {
  return {"person_name", "id_number", "phone", "bank_card", "passport", "email", "address", "date", "institution"};
}

struct Entity {
  size_t from = 0, to = 0;  // bytes
  EntityKind kind = EntityKind::person_name;
};

// In order, not overlapping. `text` is valid UTF-8.
std::vector<Entity> find_entities(std::string_view text);

class FreeText final : public BoundTechnique {
 public:
  explicit FreeText(const SecretBytes& key) : key_(key) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;
  // What was replaced so far, by kind.
  std::map<std::string, uint64_t> replaced() const;

 private:
  HmacSm3Key key_;
  mutable std::array<std::atomic<uint64_t>, 9> counts_{};
};

}  // namespace sluice::deident
