#include "node/level5_order.h"

#include "classify/classify.h"
#include "node/rules_in_force.h"

namespace sluice::node {

using namespace space;

bool may_hold_level5_rows(const CatalogField& field) {
  bool known = field.by_row.value_or(false) || (field.proposal && field.proposal->level5_rows.value_or(0) > 0);
  return known || classify::may_hold_level5(field.category, field.type);
}

Result<std::optional<Json>> level5_order(Node& node, const ContractTerms& terms, const std::vector<std::string>& columns) {
  if (!terms.leaves_out_level5()) return std::nullopt;
  auto looked_at = node.space().read([&](const State& s) {
    std::vector<std::string> out;
    const Dataset& dataset = s.datasets.at(terms.dataset.str());
    for (const std::string& name : columns)
      if (const CatalogField* field = dataset.column(name); !field || may_hold_level5_rows(*field)) out.push_back(name);
    return out;
  });
  return Json::object({{"columns", encode(looked_at)}, {"packs", texts_json(TRY(pack_texts_of(node, terms.provider)))}});
}

}  // namespace sluice::node
