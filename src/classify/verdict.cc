// What a verdict says of itself: the features of its evidence, and its JSON.
#include "classify/classify.h"

namespace sluice::classify {

std::array<double, kFeatureNames.size()> features_of(const Traits& t) {
  return {1.0,
          static_cast<double>(t.log_odds) / 100,
          t.whole ? 1.0 : 0.0,
          t.head_known ? 1.0 : 0.0,
          t.comment ? 1.0 : 0.0,
          t.name ? 1.0 : 0.0,
          t.comment && t.name && !t.contested ? 1.0 : 0.0,
          t.contested ? 1.0 : 0.0,
          t.generic ? 1.0 : 0.0,
          t.table ? 1.0 : 0.0,
          t.pinyin ? 1.0 : 0.0,
          t.initials ? 1.0 : 0.0,
          t.coded ? 1.0 : 0.0,
          t.chinese ? 1.0 : 0.0,
          t.values ? 1.0 : 0.0};
}

bool may_hold_level5(Category category, std::string_view type) {
  return category == Category::medical || category == Category::health || category == Category::public_health || category == Category::payment ||
         type == "unknown" || type == "remark" || type == "name" || type == "text" || type == "code";
}

Json to_json(const Verdict& v) {
  Json reasons = Json::array();
  for (const auto& e : v.reasons)
    reasons.push(Json::object({{"id", e.id}, {"weight", static_cast<double>(e.weight) / 100}, {"zh", e.zh}, {"en", e.en}}));
  Json others = Json::array();
  for (const auto& o : v.others) others.push(Json::object({{"type", o.type}, {"confidence", static_cast<double>(o.confidence_permille) / 1000}}));
  Json out = Json::object({{"table", v.table},
                           {"column", v.column},
                           {"category", name_of(v.category)},
                           {"level", v.level.value()},
                           {"type", v.type},
                           {"class", v.class_id},
                           {"confidence", static_cast<double>(v.confidence_permille) / 1000},
                           {"review", v.review},
                           {"enterprise", v.enterprise},
                           {"reasons", std::move(reasons)},
                           {"others", std::move(others)}});
  out.set("identifier", v.direct_identifier ? "direct" : v.quasi_identifier ? "quasi" : "none");
  if (v.contains_level5) out.set("contains_level5", Json::object({{"rows", v.level5_rows}}));
  return out;
}

}  // namespace sluice::classify
