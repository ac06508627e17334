#include "classify/whole_table.h"

#include <algorithm>
#include <cmath>

namespace sluice::classify {

std::string_view whole_subject(const TableContext& table) {
  return table.subject_word == "table" || table.subject_word == "comment" ? std::string_view(table.subject) : std::string_view();
}

const rules::TypeRule* raised_by_table(const NameReader& reader, std::string_view subject, const rules::TypeRule& type) {
  bool of_care = type.category == "medical" || type.category == "health" || type.category == "public_health";
  if (subject.empty() || !of_care || type.level >= 4) return nullptr;
  const rules::TypeRule* becomes = reader.rules().type(reader.resolve(type.id, std::string(subject)));
  return becomes && becomes->level >= 4 ? becomes : nullptr;
}

void raise_by_table(const NameReader& reader, std::string_view subject, std::vector<Scored>& candidates) {
  if (subject.empty()) return;
  for (size_t i = 0; i < candidates.size(); i++) {
    const rules::TypeRule* becomes = raised_by_table(reader, subject, *candidates[i].rule);
    if (!becomes) continue;
    auto at = std::find_if(candidates.begin(), candidates.end(), [&](const Scored& s) { return s.rule == becomes; });
    if (at == candidates.end()) {
      candidates[i].rule = becomes;
      continue;
    }
    float more = std::max(at->score, candidates[i].score), less = std::min(at->score, candidates[i].score);
    at->score = more + std::log1p(std::exp(less - more));
    candidates[i].score = -kVeto;
  }
}

}  // namespace sluice::classify
