#include "deident/plan.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/random.h"
#include "deident/file_rows.h"
#include "deident/fit.h"
#include "deident/masker.h"
#include "deident/tells.h"
#include "table/classes.h"
#include "table/parquet.h"

namespace sluice::deident {

namespace {

using classify::Verdict;

constexpr size_t kQuasiMax = 10;
constexpr int kPerhapsPermille = 150;
constexpr uint64_t kEmptiedRows = 10'000;  // looked at for cells that a technique cannot read

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

// A type that the pack knows how to make coarser singles people out, whether the classifier calls it a quasi-identifier or not: the second of a settlement does.
bool has_ladder(const rules::MaskingPack& pack, const std::string& type) {
  if (!pack.ladders) return false;
  return std::any_of(pack.ladders->begin(), pack.ladders->end(), [&](const auto& l) { return std::find(l.types.begin(), l.types.end(), type) != l.types.end(); });
}

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

// The first rows of a file, the cells of those columns that somebody asks for.
struct FileCells {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> cells;  // by column; empty where nobody asked
};

// Columns that the strategy does not list would refuse a run; here they are looked at as if kept, which is the worst case.
Result<Masker> masker_for_look(const Strategy& given, const std::vector<std::string>& header) {
  Strategy strategy = masking_part(given);
  if (!strategy.unlisted || *strategy.unlisted == Unlisted::refuse) strategy.unlisted = Unlisted::suppress;
  // Local recoding is made of them; elsewhere one that is not in the file is no matter here.
  if (!recodes_locally(strategy)) strategy.quasi_identifiers.clear();
  SystemRandom random;
  return Masker::bind(strategy, header, SecretBytes(random_bytes(random, 32)));
}

Result<FileCells> read_cells(const std::string& path, const std::function<Result<std::vector<bool>>(const FileCells&)>& wanted_of, uint64_t rows_max) {
  FileCells out;
  out.header = TRY(columns_of_file(path));
  out.cells.resize(out.header.size());
  const std::vector<bool> wanted = TRY(wanted_of(out));
  std::vector<std::string> names;
  std::vector<size_t> at;
  for (size_t c = 0; c < wanted.size(); c++) {
    if (!wanted[c]) continue;
    names.push_back(out.header[c]);
    at.push_back(c);
  }
  uint64_t rows = 0;
  if (!names.empty())
    TRY(read_rows(path, names, [&](std::span<const std::string_view> cells) {
      for (size_t i = 0; i < cells.size(); i++) out.cells[at[i]].emplace_back(cells[i]);
      return ++rows < rows_max;
    }));
  return out;
}

void mark_wanted(const Masker& masker, size_t column, std::vector<bool>& wanted) {
  wanted[column] = true;
  if (auto beside = masker.beside(column)) wanted[*beside] = true;
}

Status learn_from(const FileCells& file, const std::vector<size_t>& columns, Masker& masker) {
  for (size_t c : columns)
    for (size_t r = 0; masker.learns(c) && r < file.cells[c].size(); r++) masker.learn(c, {file.cells[c][r], {}, r});
  return masker.finish_learning();
}

table::KeyColumn masked_keys(const Masker& masker, size_t c, const FileCells& file) {
  const auto& cells = file.cells[c];
  std::vector<CellInput> inputs;
  auto beside = masker.beside(c);
  for (size_t r = 0; r < cells.size(); r++) inputs.push_back({cells[r], beside ? std::string_view(file.cells[*beside][r]) : std::string_view(), r});
  MaskedCells masked;
  masker.apply_many(c, inputs, masked);
  table::KeyEncoder encoder;
  for (size_t r = 0; r < masked.size(); r++) encoder.add(masked.at(r));
  return encoder.finish();
}

Result<MaskedQuasi> mask_quasi(const Strategy& strategy, const std::vector<std::string>& quasi, const std::string& path, uint64_t rows_max) {
  std::optional<Masker> masker;
  std::vector<size_t> positions, learning;
  const bool local = recodes_locally(strategy);
  MaskedQuasi out;
  FileCells file = TRY(read_cells(path, [&](const FileCells& opened) -> Result<std::vector<bool>> {
    masker.emplace(TRY(masker_for_look(strategy, opened.header)));
    std::vector<bool> wanted(opened.header.size());
    for (size_t c = 0; c < opened.header.size(); c++) {
      const bool shown = std::find(quasi.begin(), quasi.end(), opened.header[c]) != quasi.end() && !masker->dropped(c) && positions.size() < kQuasiMax;
      // Of classes of local recoding all of their columns are wanted.
      if (shown || (local && masker->counts_rows(c))) learning.push_back(c), mark_wanted(*masker, c, wanted);
      if (!shown) continue;
      positions.push_back(c);
      out.names.push_back(opened.header[c]);
    }
    return wanted;
  }, rows_max));
  TRY(learn_from(file, learning, *masker));
  for (size_t c : positions) out.keys.push_back(masked_keys(*masker, c, file));
  return out;
}

// Rows that a run leaves out because their class is small are not left to be singled out.
Status leave_out_small(MaskedQuasi& quasi, const Strategy& strategy) {
  if (!strategy.k_min || !strategy.suppress_permille) return {};
  std::vector<const table::KeyColumn*> classes;
  for (size_t c = 0; c < quasi.names.size(); c++)
    if (std::find(strategy.quasi_identifiers.begin(), strategy.quasi_identifiers.end(), quasi.names[c]) != strategy.quasi_identifiers.end()) classes.push_back(&quasi.keys[c]);
  if (classes.empty()) return {};
  auto rows = TRY(table::row_classes(classes));
  auto stays = [&](size_t row) { return rows.size_of_class[rows.class_of_row[row]] >= static_cast<uint64_t>(*strategy.k_min); };
  for (table::KeyColumn& column : quasi.keys) {
    size_t to = 0;
    for (size_t row = 0; row < column.codes.size(); row++)
      if (stays(row)) column.codes[to++] = column.codes[row];
    column.codes.resize(to);
  }
  return {};
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

// The cells of every column of a file as they are, as codes. What is asked for is handed over.
Result<CellsAsTheyAre> cells_of_file(const std::string& path, uint64_t rows_max) {
  const std::vector<std::string> names = TRY(columns_of_file(path));
  std::vector<table::KeyEncoder> encoders(names.size());
  std::vector<NumberShape> shapes(names.size());
  uint64_t rows = 0;
  TRY(read_rows(path, names, [&](std::span<const std::string_view> cells) {
    for (size_t c = 0; c < cells.size(); c++) {
      encoders[c].add(cells[c]);
      shapes[c].add(cells[c]);
    }
    return ++rows < rows_max;
  }));
  auto columns = std::make_shared<std::map<std::string, ColumnCells>>();
  for (size_t c = 0; c < names.size(); c++) columns->emplace(names[c], ColumnCells{encoders[c].finish(), shapes[c]});
  return CellsAsTheyAre([columns](const std::string& column) -> Result<ColumnCells> {
    auto it = columns->find(column);
    return it == columns->end() ? ColumnCells{} : std::move(it->second);
  });
}

PlanFinding unique_finding(const MaskedQuasi& quasi, const std::vector<size_t>& chosen, int64_t permille) {
  std::vector<std::string> names;
  for (size_t c : chosen) names.push_back(quasi.names[c]);
  return unique_combination(names, permille);
}

// Columns of which a technique cannot read most cells (199709 as a date, 35岁 as a number): a run empties these, which is safe and of no use.
Result<std::vector<PlanFinding>> emptied(const Strategy& strategy, const std::string& path, uint64_t rows_max) {
  std::optional<Masker> masker;
  std::vector<size_t> looked_at;
  FileCells file = TRY(read_cells(path, [&](const FileCells& opened) -> Result<std::vector<bool>> {
    masker.emplace(TRY(masker_for_look(strategy, opened.header)));
    std::vector<bool> wanted(opened.header.size());
    for (size_t c = 0; c < opened.header.size(); c++) {
      if (masker->dropped(c) || masker->learns(c) || masker->technique(c) == Technique::keep || masker->technique(c) == Technique::text) continue;
      looked_at.push_back(c);
      mark_wanted(*masker, c, wanted);
    }
    return wanted;
  }, std::min(rows_max, kEmptiedRows)));
  std::vector<PlanFinding> out;
  for (size_t c : looked_at) {
    const auto beside = masker->beside(c);
    std::vector<CellInput> inputs;
    for (size_t r = 0; r < file.cells[c].size(); r++) inputs.push_back({file.cells[c][r], beside ? std::string_view(file.cells[*beside][r]) : std::string_view(), r});
    MaskedCells masked;
    masker->apply_many(c, inputs, masked);
    uint64_t filled = 0, failed = 0;
    for (size_t r = 0; r < inputs.size(); r++) {
      filled += !inputs[r].cell.empty();
      failed += masked.outcome(r) == CellOutcome::failed;
    }
    if (failed * 2 <= filled) continue;
    const std::string& name = file.header[c];
    const std::string technique(name_of(masker->technique(c))), share = std::to_string(failed) + "/" + std::to_string(filled);
    out.push_back({"cells_emptied", {name}, static_cast<int64_t>(failed * 1000 / filled), false, "字段 " + name + "：" + share + " 个取值无法用 " + technique + " 处理，运行后将为空",
                   "column " + name + ": " + share + " cells cannot be read by " + technique + " and would be emptied"});
  }
  return out;
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
    // Where a person is to look, it is treated as the first thing that it may be and that would not stay.
    for (size_t i = 0; v.review && (!found || found->technique == "keep") && i < v.others.size(); i++) {
      Verdict perhaps = v;
      perhaps.type = v.others[i].type;
      if (v.others[i].confidence_permille >= kPerhapsPermille) found = rule_for(pack, perhaps, share_type, form);
    }
    if (found) rule = TRY(field_rule(v, *found));
    if (v.level == Level::l5() || v.contains_level5 || (v.type == "unknown" && !found)) {
      rule = FieldRule{};
      rule.column = v.column;
      rule.technique = Technique::suppress;
    }
    if ((v.quasi_identifier || has_ladder(pack, v.type)) && rule.technique != Technique::suppress && !becomes_tokens(rule)) out.quasi_identifiers.push_back(v.column);
    out.rules.push_back(std::move(rule));
  }
  if (!out.quasi_identifiers.empty()) {
    out.k_min = threshold->k_min;
    out.suppress_permille = threshold->suppress_permille;
  }
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
    auto rule = std::find_if(strategy.rules.begin(), strategy.rules.end(), [&](const FieldRule& r) { return r.column == v.column; });
    if (v.direct_identifier && leaves_value(technique))
      out.push_back({"direct_identifier_kept", {v.column}, 0, true, "直接标识字段未处理：" + v.column, "a direct identifier stays: " + v.column});
    else if (v.direct_identifier && rule != strategy.rules.end() && leaves_identifier(*rule, v.type))
      out.push_back({"identifier_recoverable", {v.column}, 0, true, "直接标识字段处理后仍可还原：" + v.column, "a direct identifier can be read or tried out after its masking: " + v.column});
    if ((v.level == Level::l5() || v.contains_level5) && leaves_value(technique))
      out.push_back({"level5_kept", {v.column}, 0, true, "含 5 级内容的字段未处理：" + v.column, "content of level 5 stays: " + v.column});
    bool measured = std::find(quasi.begin(), quasi.end(), v.column) != quasi.end();
    bool token = rule != strategy.rules.end() && becomes_tokens(*rule);
    if (v.quasi_identifier && technique != Technique::suppress && technique != Technique::blank && !token && !measured)
      out.push_back({"quasi_not_measured", {v.column}, 0, false, "准标识字段未列入风险度量：" + v.column, "a quasi-identifier is not measured: " + v.column});
  }
  if (!strategy.k_min) out.push_back({"no_k", {}, 0, false, "策略没有要求最小等价类 k_min", "the strategy demands no smallest class k_min"});
  return out;
}

Result<std::vector<PlanFinding>> inspect(const Strategy& strategy, const std::vector<Verdict>& columns, const std::string& path, uint64_t rows_max) {
  TRY(check(strategy));
  std::vector<PlanFinding> out = review(strategy, columns);
  std::vector<std::string> quasi = strategy.quasi_identifiers;
  for (const PlanFinding& finding : out)
    if (finding.rule == "quasi_not_measured") quasi.push_back(finding.columns.front());
  MaskedQuasi masked = TRY(mask_quasi(strategy, quasi, path, rows_max));
  TRY(leave_out_small(masked, strategy));
  if (!masked.keys.empty() && !masked.keys.front().codes.empty()) {
    std::vector<size_t> all(masked.keys.size());
    for (size_t i = 0; i < all.size(); i++) all[i] = i;
    if (int64_t permille = TRY(unique_permille(masked, all)); permille > 0) out.push_back(unique_finding(masked, all, permille));
    if (all.size() > 3) {
      auto [chosen, permille] = TRY(worst_combination(masked));
      if (permille > 0) out.push_back(unique_finding(masked, chosen, permille));
    }
  }
  for (PlanFinding& finding : TRY(emptied(strategy, path, rows_max))) out.push_back(std::move(finding));
  CellsAsTheyAre cells = TRY(cells_of_file(path, rows_max));
  for (PlanFinding& finding : TRY(lint_tells(strategy, columns, cells))) out.push_back(std::move(finding));
  return out;
}

Result<Strategy> fit_to_file(const Strategy& strategy, const std::vector<Verdict>& columns, const rules::MaskingPack& pack, const std::string& path, uint64_t rows_max) {
  FileCells file = TRY(read_cells(path, [&](const FileCells& opened) -> Result<std::vector<bool>> {
    Masker masker = TRY(masker_for_look(strategy, opened.header));
    std::vector<bool> wanted(opened.header.size());
    for (size_t c = 0; c < opened.header.size(); c++)
      if (std::find(strategy.quasi_identifiers.begin(), strategy.quasi_identifiers.end(), opened.header[c]) != strategy.quasi_identifiers.end()) mark_wanted(masker, c, wanted);
    return wanted;
  }, rows_max));
  Strategy fitted = TRY(fit(strategy, columns, pack, [&](const FieldRule& rule) -> Result<table::KeyColumn> {
    Strategy alone = strategy;
    alone.rules = {rule};
    Masker masker = TRY(masker_for_look(alone, file.header));
    auto at = std::find(file.header.begin(), file.header.end(), rule.column);
    if (at == file.header.end()) return fail(Errc::invalid, "deident.missing_column", rule.column);
    return masked_keys(masker, static_cast<size_t>(at - file.header.begin()), file);
  }));
  CellsAsTheyAre cells = TRY(cells_of_file(path, rows_max));
  return propose_marks(TRY(hide_tells(std::move(fitted), columns, cells)), columns, cells);
}

}  // namespace sluice::deident
