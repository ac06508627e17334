// The closed lists of the two standards as types: what has no enumerator cannot be said.
//
// Sources: categories, levels, roles, scenarios, open forms and share types after GB/T 39725-2020 chapter 6 as given in
// T/GDWJ 013-2022 (G4.1–G4.5); flow types and parties after T/CI 857-2024 (C5.3, C5.5). The published English ids are
// `name_of(e)` (codec/record.h); they are written into ledgers and files and never change. `label_zh(e)` is the
// standard's own word, for screens and documents.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace sluice {

// 数据类别 (G4.1), and `none` for columns that hold no health-security data (row numbers, audit tails).
enum class Category { personal, health, medical, payment, resource, public_health, none };
constexpr std::array<std::string_view, 7> enum_names(Category) {
  return {"personal", "health", "medical", "payment", "resource", "public_health", "none"};
}
std::string_view label_zh(Category e);

// 数据级别 (G4.2): 1 public … 5 minimal circle under strict control. On the wire it is the integer 1–5; inside it is a
// type of its own so that a level is never a count. Levels compare by severity: 就高不就低 is std::max.
class Level {
 public:
  constexpr Level() = default;  // level 1
  static Result<Level> of(int64_t value) {
    if (value < 1 || value > 5) return fail(Errc::invalid, "level.out_of_range");
    return Level(static_cast<uint8_t>(value));
  }
  static constexpr Level l1() { return Level(1); }
  static constexpr Level l2() { return Level(2); }
  static constexpr Level l3() { return Level(3); }
  static constexpr Level l4() { return Level(4); }
  static constexpr Level l5() { return Level(5); }
  constexpr int value() const { return value_; }
  constexpr auto operator<=>(const Level&) const = default;

 private:
  constexpr explicit Level(uint8_t value) : value_(value) {}
  uint8_t value_ = 1;
};
std::string_view label_zh(Level level);  // 第4级

// 角色 (G4.3): exactly one per party, data and scenario.
enum class DataRole { subject, controller, processor, user };
constexpr std::array<std::string_view, 4> enum_names(DataRole) { return {"subject", "controller", "processor", "user"}; }
std::string_view label_zh(DataRole e);

// 流通使用场景 (G4.4).
enum class Scenario {
  subject_to_controller,
  controller_to_subject,
  within_controller,
  controller_to_processor,
  between_controllers,
  controller_to_user,
};
constexpr std::array<std::string_view, 6> enum_names(Scenario) {
  return {"subject_to_controller",   "controller_to_subject", "within_controller",
          "controller_to_processor", "between_controllers",   "controller_to_user"};
}
std::string_view label_zh(Scenario e);
struct ScenarioRoles {
  DataRole from, to;
};
ScenarioRoles roles_of(Scenario e);

// 公开共享类型 (G4.5, GB/T 37964): 完全公开, 受控公开, 领地公开.
enum class ShareType { full, controlled, enclave };
constexpr std::array<std::string_view, 3> enum_names(ShareType) { return {"full", "controlled", "enclave"}; }
std::string_view label_zh(ShareType e);

// 数据开放形式 (G4.5): 网站公开, 文件共享, API接入, 在线查询, 数据分析平台.
enum class OpenForm { website, file, api, query, platform };
constexpr std::array<std::string_view, 5> enum_names(OpenForm) { return {"website", "file", "api", "query", "platform"}; }
std::string_view label_zh(OpenForm e);
// Table 2: the share types that a form serves. Query serves two (anonymous: full; signed in: controlled).
std::span<const ShareType> share_types_of(OpenForm e);
bool form_serves(OpenForm form, ShareType type);

// 流通类型 (C5.3): 开放, 共享, 交易.
enum class FlowType { open, share, trade };
constexpr std::array<std::string_view, 3> enum_names(FlowType) { return {"open", "share", "trade"}; }
std::string_view label_zh(FlowType e);

// 参与方 (C5.5): 医疗保障机构, 数据使用方, 数据监管方, 数据经纪人, 生态服务方.
enum class PartyRole { agency, data_user, supervisor, broker, service_provider };
constexpr std::array<std::string_view, 5> enum_names(PartyRole) {
  return {"agency", "data_user", "supervisor", "broker", "service_provider"};
}
std::string_view label_zh(PartyRole e);

}  // namespace sluice
