#include "deident/plan.h"

#include <algorithm>

#include "base/random.h"
#include "deident/csv_block.h"
#include "deident/csv_input.h"
#include "deident/masker.h"
#include "table/classes.h"

namespace sluice::deident {

namespace {

using classify::Verdict;

constexpr size_t kQuasiMax = 10;

const rules::MaskingRule* rule_for(const rules::MaskingPack& pack, const Verdict& v, const std::string& share_type, const std::string& form) {
  auto names = [&](const std::string& type) -> const rules::MaskingRule* {
    for (const auto& rule : pack.rules) {
      bool fits = (std::find(rule.types.begin(), rule.types.end(), type) != rule.types.end() ||
                   std::find(rule.types.begin(), rule.types.end(), type + "@" + form) != rule.types.end()) &&
                  std::find(rule.share_types.begin(), rule.share_types.end(), share_type) != rule.share_types.end();
      if (fits) return &rule;
    }
    return nullptr;
  };
  if (auto rule = names(v.type)) return rule;
  if (v.direct_identifier)
    if (auto rule = names("identifier:direct")) return rule;
  if (v.quasi_identifier)
    if (auto rule = names("identifier:quasi")) return rule;
  return names("level:" + std::to_string(v.level.value()));
}

Result<FieldRule> field_rule(const Verdict& v, const rules::MaskingRule& rule) {
  Json json = rule.params.is_object() ? rule.params : Json::object();
  json.set("column", Json(v.column));
  json.set("technique", Json(rule.technique));
  return decode<FieldRule>(json);
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& n : names) out += (out.empty() ? "" : " + ") + n;
  return out;
}

bool leaves_value(Technique t) { return t == Technique::keep || t == Technique::permute; }

// The technique that a column gets, as Masker::bind decides it.
Technique technique_of(const Strategy& strategy, const std::string& column) {
  for (const FieldRule& rule : strategy.rules)
    if (rule.column == column) return rule.technique;
  return strategy.unlisted == Unlisted::keep ? Technique::keep : Technique::suppress;
}

// Columns of codes of what is left of the quasi-identifiers after masking.
struct MaskedQuasi {
  std::vector<std::string> names;
  std::vector<table::KeyColumn> keys;
};

Result<MaskedQuasi> mask_quasi(const Strategy& given, const std::vector<std::string>& quasi, const std::string& path, uint64_t rows_max) {
  Strategy strategy = masking_part(given);
  // Columns that the strategy does not list would refuse a run; here they are looked at as if kept, which is the worst case.
  if (!strategy.unlisted || *strategy.unlisted == Unlisted::refuse) strategy.unlisted = Unlisted::suppress;
  strategy.quasi_identifiers.clear();
  auto in = TRY(CsvInput::open(path));
  SystemRandom random;
  Masker masker = TRY(Masker::bind(strategy, in->header(), SecretBytes(random_bytes(random, 32)), in->encoding()));
  const size_t columns = in->header().size();
  std::vector<std::vector<std::string>> cells(columns);
  std::vector<bool> wanted(columns);
  MaskedQuasi out;
  std::vector<size_t> positions;
  for (size_t c = 0; c < columns; c++) {
    if (std::find(quasi.begin(), quasi.end(), in->header()[c]) == quasi.end() || masker.dropped(c) || positions.size() == kQuasiMax) continue;
    positions.push_back(c);
    out.names.push_back(in->header()[c]);
    wanted[c] = true;
    if (auto beside = masker.beside(c)) wanted[*beside] = true;
  }
  uint64_t rows = 0;
  while (rows < rows_max) {
    std::string block = TRY(in->next());
    if (block.empty()) break;
    auto count = read_fields(CsvInput::record_bytes(block), in->delimiter(), columns, [&](size_t c, std::string_view field) {
      if (wanted[c]) cells[c].emplace_back(field);
    });
    if (!count) return fail(Errc::invalid, "deident.bad_quoting");
    rows += *count;
  }
  for (size_t c : positions)
    for (size_t r = 0; masker.learns(c) && r < cells[c].size(); r++) masker.learn(c, {cells[c][r], {}, r});
  TRY(masker.finish_learning());
  for (size_t c : positions) {
    std::vector<CellInput> inputs;
    auto beside = masker.beside(c);
    for (size_t r = 0; r < cells[c].size(); r++) inputs.push_back({cells[c][r], beside ? std::string_view(cells[*beside][r]) : std::string_view(), r});
    MaskedCells masked;
    masker.apply_many(c, inputs, masked);
    table::KeyEncoder encoder;
    for (size_t r = 0; r < masked.size(); r++) encoder.add(masked.at(r));
    out.keys.push_back(encoder.finish());
  }
  return out;
}

Result<int64_t> unique_permille(const MaskedQuasi& quasi, const std::vector<size_t>& chosen) {
  std::vector<const table::KeyColumn*> keys;
  for (size_t c : chosen) keys.push_back(&quasi.keys[c]);
  return static_cast<int64_t>(TRY(table::count_classes(keys)).uniqueness() * 1000 + 0.5);
}

// The pair or triple that singles out the most rows.
Result<std::pair<std::vector<size_t>, int64_t>> worst_combination(const MaskedQuasi& quasi) {
  std::pair<std::vector<size_t>, int64_t> worst{{}, -1};
  const size_t n = quasi.keys.size();
  for (size_t a = 0; a < n; a++)
    for (size_t b = a + 1; b < n; b++) {
      int64_t pair = TRY(unique_permille(quasi, {a, b}));
      if (pair > worst.second) worst = {{a, b}, pair};
      for (size_t c = b + 1; c < n; c++) {
        int64_t triple = TRY(unique_permille(quasi, {a, b, c}));
        if (triple > worst.second) worst = {{a, b, c}, triple};
      }
    }
  return worst;
}

PlanFinding unique_finding(const MaskedQuasi& quasi, const std::vector<size_t>& chosen, int64_t permille) {
  std::vector<std::string> names;
  for (size_t c : chosen) names.push_back(quasi.names[c]);
  return unique_combination(names, permille);
}

}  // namespace

Result<Strategy> compose(const std::vector<Verdict>& columns, const rules::MaskingPack& pack, const std::string& share_type, const std::string& id, const std::string& form) {
  auto threshold = std::find_if(pack.thresholds.begin(), pack.thresholds.end(), [&](const auto& t) { return t.share_type == share_type; });
  if (threshold == pack.thresholds.end()) return fail(Errc::usage, "deident.bad_share_type");
  Strategy out;
  out.format = "sluice-strategy/1";
  out.id = id;
  out.version = pack.version;
  out.title = id + " (" + share_type + ")";
  out.unlisted = Unlisted::refuse;
  for (const Verdict& v : columns) {
    FieldRule rule;
    rule.column = v.column;
    rule.technique = Technique::keep;
    const rules::MaskingRule* found = rule_for(pack, v, share_type, form);
    if (found) rule = TRY(field_rule(v, *found));
    if (v.level == Level::l5() || v.contains_level5 || (v.type == "unknown" && !found)) {
      rule = FieldRule{};
      rule.column = v.column;
      rule.technique = Technique::suppress;
    }
    if (v.quasi_identifier && rule.technique != Technique::suppress) out.quasi_identifiers.push_back(v.column);
    out.rules.push_back(std::move(rule));
  }
  if (!out.quasi_identifiers.empty()) out.k_min = threshold->k_min;
  TRY(check(out));
  return out;
}

PlanFinding unique_combination(const std::vector<std::string>& columns, int64_t permille) {
  std::string names = joined(columns), share = std::to_string(permille / 10) + "." + std::to_string(permille % 10) + "%";
  return {"unique_combination", columns, permille, permille >= 10, "该策略保留 " + names + "：" + share + " 的行唯一", "this strategy leaves " + names + ": " + share + " unique"};
}

std::vector<PlanFinding> review(const Strategy& strategy, const std::vector<Verdict>& columns) {
  std::vector<PlanFinding> out;
  const auto& quasi = strategy.quasi_identifiers;
  for (const Verdict& v : columns) {
    Technique technique = technique_of(strategy, v.column);
    if (v.direct_identifier && leaves_value(technique))
      out.push_back({"direct_identifier_kept", {v.column}, 0, true, "直接标识字段未处理：" + v.column, "a direct identifier stays: " + v.column});
    if ((v.level == Level::l5() || v.contains_level5) && leaves_value(technique))
      out.push_back({"level5_kept", {v.column}, 0, true, "含 5 级内容的字段未处理：" + v.column, "content of level 5 stays: " + v.column});
    bool measured = std::find(quasi.begin(), quasi.end(), v.column) != quasi.end();
    if (v.quasi_identifier && technique != Technique::suppress && technique != Technique::blank && !measured)
      out.push_back({"quasi_not_measured", {v.column}, 0, false, "准标识字段未列入风险度量：" + v.column, "a quasi-identifier is not measured: " + v.column});
  }
  if (!strategy.k_min) out.push_back({"no_k", {}, 0, false, "策略没有要求最小等价类 k_min", "the strategy demands no smallest class k_min"});
  return out;
}

Result<std::vector<PlanFinding>> inspect(const Strategy& strategy, const std::vector<Verdict>& columns, const std::string& csv_path, uint64_t rows_max) {
  TRY(check(strategy));
  std::vector<PlanFinding> out = review(strategy, columns);
  std::vector<std::string> quasi = strategy.quasi_identifiers;
  for (const PlanFinding& finding : out)
    if (finding.rule == "quasi_not_measured") quasi.push_back(finding.columns.front());
  MaskedQuasi masked = TRY(mask_quasi(strategy, quasi, csv_path, rows_max));
  if (!masked.keys.empty()) {
    std::vector<size_t> all(masked.keys.size());
    for (size_t i = 0; i < all.size(); i++) all[i] = i;
    out.push_back(unique_finding(masked, all, TRY(unique_permille(masked, all))));
    if (all.size() > 3) {
      auto [chosen, permille] = TRY(worst_combination(masked));
      out.push_back(unique_finding(masked, chosen, permille));
    }
  }
  return out;
}

}  // namespace sluice::deident
