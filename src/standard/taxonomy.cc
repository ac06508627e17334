#include "standard/taxonomy.h"

#include <algorithm>

namespace sluice {

std::string_view label_zh(Category e) {
  constexpr std::array<std::string_view, 7> labels = {"个人属性数据", "健康状况数据", "医疗应用数据", "医疗支付数据",
                                                      "卫生资源数据", "公共卫生数据", "不属于健康医疗数据"};
  return labels[static_cast<size_t>(e)];
}

std::string_view label_zh(Level level) {
  constexpr std::array<std::string_view, 5> labels = {"第1级", "第2级", "第3级", "第4级", "第5级"};
  return labels[static_cast<size_t>(level.value() - 1)];
}

std::string_view label_zh(DataRole e) {
  constexpr std::array<std::string_view, 4> labels = {"主体", "控制者", "处理者", "使用者"};
  return labels[static_cast<size_t>(e)];
}

std::string_view label_zh(Scenario e) {
  constexpr std::array<std::string_view, 6> labels = {
      "主体-控制者间数据流通使用",   "控制者-主体间数据流通使用", "控制者内部数据流通使用",
      "控制者-处理者间数据流通使用", "控制者间数据流通使用",     "控制者-使用者间数据流通使用"};
  return labels[static_cast<size_t>(e)];
}

ScenarioRoles roles_of(Scenario e) {
  switch (e) {
    case Scenario::subject_to_controller: return {DataRole::subject, DataRole::controller};
    case Scenario::controller_to_subject: return {DataRole::controller, DataRole::subject};
    case Scenario::within_controller: return {DataRole::controller, DataRole::controller};
    case Scenario::controller_to_processor: return {DataRole::controller, DataRole::processor};
    case Scenario::between_controllers: return {DataRole::controller, DataRole::controller};
    case Scenario::controller_to_user: return {DataRole::controller, DataRole::user};
  }
  return {DataRole::controller, DataRole::user};
}

std::string_view label_zh(ShareType e) {
  constexpr std::array<std::string_view, 3> labels = {"完全公开共享", "受控公开共享", "领地公开共享"};
  return labels[static_cast<size_t>(e)];
}

std::string_view label_zh(OpenForm e) {
  constexpr std::array<std::string_view, 5> labels = {"网站公开", "文件共享", "API接入", "在线查询", "数据分析平台"};
  return labels[static_cast<size_t>(e)];
}

std::span<const ShareType> share_types_of(OpenForm e) {
  static constexpr ShareType both[] = {ShareType::full, ShareType::controlled};
  static constexpr ShareType enclave[] = {ShareType::enclave};
  switch (e) {
    case OpenForm::website: return std::span(both).first(1);
    case OpenForm::file: return std::span(both).last(1);
    case OpenForm::api: return std::span(both).last(1);
    case OpenForm::query: return both;
    case OpenForm::platform: return enclave;
  }
  return {};
}

bool form_serves(OpenForm form, ShareType type) {
  auto types = share_types_of(form);
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::string_view label_zh(FlowType e) {
  constexpr std::array<std::string_view, 3> labels = {"开放", "共享", "交易"};
  return labels[static_cast<size_t>(e)];
}

std::string_view label_zh(PartyRole e) {
  constexpr std::array<std::string_view, 5> labels = {"医疗保障机构", "数据使用方", "数据监管方", "数据经纪人", "生态服务方"};
  return labels[static_cast<size_t>(e)];
}

}  // namespace sluice
