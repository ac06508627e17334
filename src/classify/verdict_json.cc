#include "classify/verdict_json.h"

#include <cmath>

#include "codec/record.h"

namespace sluice::classify {

namespace {

Result<int64_t> thousandth(const Json& json, std::string_view name, int scale) {
  const Json* value = json.find(name);
  if (!value || !value->is_number()) return fail(Errc::invalid, "record.wrong_kind", std::string(name));
  return static_cast<int64_t>(std::llround(value->as_double() * scale));
}

const Json::Array& list_of(const Json& json, std::string_view name) {
  static const Json::Array none;
  const Json* list = json.find(name);
  return list && list->is_array() ? list->as_array() : none;
}

}  // namespace

Result<Verdict> verdict_from(const Json& json) {
  Verdict v;
  v.table = TRY(json.get_string("table"));
  v.column = TRY(json.get_string("column"));
  v.type = TRY(json.get_string("type"));
  v.class_id = TRY(json.get_string("class"));
  std::string category = TRY(json.get_string("category"));
  v.category = TRY(enum_of<Category>(category));
  v.level = TRY(Level::of(TRY(json.get_int("level"))));
  v.confidence_permille = TRY(thousandth(json, "confidence", 1000));
  v.review = TRY(json.get_bool_or("review", false));
  v.enterprise = TRY(json.get_bool_or("enterprise", false));
  std::string identifier = TRY(json.get_string_or("identifier", "none"));
  v.direct_identifier = identifier == "direct";
  v.quasi_identifier = identifier == "quasi";
  if (const Json* high = json.find("contains_level5")) {
    v.contains_level5 = true;
    v.level5_rows = static_cast<uint64_t>(TRY(high->get_int("rows")));
  }
  for (const Json& reason : list_of(json, "reasons")) {
    std::string id = TRY(reason.get_string("id")), zh = TRY(reason.get_string("zh")), en = TRY(reason.get_string("en"));
    v.reasons.push_back({std::move(id), TRY(thousandth(reason, "weight", 100)), std::move(zh), std::move(en)});
  }
  for (const Json& other : list_of(json, "others")) v.others.push_back({TRY(other.get_string("type")), TRY(thousandth(other, "confidence", 1000))});
  return v;
}

}  // namespace sluice::classify
