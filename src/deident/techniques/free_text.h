// Free text in Chinese: names (patients, relatives, staff; also 买买提·艾力), ID numbers, phones, bank cards, passports, e-mail addresses,
// postal addresses, dates (also 3月12日, 三月二十日, 2024年), institutions, and numbers after words that name them (住院号, 病历号, 工号, 医保卡号, 微信号 …) or
// that show themselves (number plates) are found and replaced by stable tokens such as 〔姓名-k3v9q〕. Whatever the residual scan
// (deident/residual.h) finds is among them.
//
// The token is HMAC-SM3 of type and value, full-width digits as digits and numbers without what parts their groups: the same person is the
// same token in every cell, table and batch of the scope. A name found once by its context (患者, 老伴 … before it, 医生, 代诉, 于 … after it)
// is replaced wherever it stands in the run's columns of free text: the run reads them twice (learns()). What cannot be
// found: names without context in the whole run, places known by nickname, rare events that identify by themselves.
// Recall and precision are measured on generated narratives (tests/unit/deident/free_text_test.cc) and on sentences written
// by hand (narratives_test.cc); a person reads a sample before release.
// Text is UTF-8; a cell that is not, fails.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "crypto/hmac_lanes.h"
#include "deident/kernels.h"
#include "deident/technique.h"
#include "deident/techniques/known_names.h"

namespace sluice::deident {

enum class EntityKind : uint8_t { person_name, id_number, phone, bank_card, passport, email, address, date, institution, number };
constexpr std::array<std::string_view, 10> enum_names(EntityKind) {
  return {"person_name", "id_number", "phone", "bank_card", "passport", "email", "address", "date", "institution", "number"};
}

struct Entity {
  size_t from = 0, to = 0;  // bytes
  EntityKind kind = EntityKind::person_name;
};

// In order, not overlapping. `text` is valid UTF-8. `known`: names to be found without context too.
std::vector<Entity> find_entities(std::string_view text, const KnownNames* known = nullptr);

class FreeText final : public BoundTechnique {
 public:
  explicit FreeText(const SecretBytes& key, std::shared_ptr<KnownNames> names = {}) : key_(key), names_(std::move(names)) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;
  bool learns() const override { return names_ != nullptr; }
  void learn(const CellInput& cell) override;
  // What was replaced so far, by kind.
  std::map<std::string, uint64_t> replaced() const;
  // Cells so far in which a word leads to what looks like a name and was left.
  uint64_t cells_with_names_left() const { return names_left_.load(); }

 private:
  // Appends the text with its identifiers replaced; false where there were none.
  bool replace(std::string_view utf8, std::string& out) const;

  HmacSm3Key key_;
  std::shared_ptr<KnownNames> names_;
  mutable std::array<std::atomic<uint64_t>, 10> counts_{};
  mutable std::atomic<uint64_t> names_left_ = 0;
};

}  // namespace sluice::deident
