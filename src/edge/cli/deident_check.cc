// sluice deident check: does a masked file hold what its receipt claims? Exit code 6 when it does not.
#include <algorithm>
#include <cstdio>
#include <map>

#include "base/file.h"
#include "crypto/keyfile.h"
#include "edge/cli/anonymity_input.h"
#include "edge/cli/command.h"
#include "edge/cli/usage.h"
#include "recheck/check.h"
#include "recheck/receipt_signature.h"

namespace sluice::cli {

namespace {

Result<recheck::Demands> demands_of(const Args& args) {
  recheck::Demands out;
  if (auto k = args.value("--k")) out.k = TRY(count_in("--k", *k, 1, 1'000'000'000));
  out.quasi_identifiers = column_list(args.values("--qi"));
  // k persons of a class: k different keys of them in it.
  if (auto person = args.value("--person")) {
    if (!out.k) return goes_with("--person", "--k");
    out.diversity.push_back({*person, recheck::Diversity::distinct, static_cast<double>(*out.k), 1});
  }
  auto kind = TRY(choice_of(args, "--diversity", recheck::Diversity::distinct));
  double c = TRY(number_in("--c", args.value_or("--c", "3"), 1e-9, 1e9));
  for (const auto& [name, text] : TRY(for_columns(args, "--l"))) out.diversity.push_back({name, kind, TRY(number_in("--l", text, 1, 1e9)), c});
  auto distance = TRY(choice_of(args, "--distance", recheck::Distance::equal));
  std::map<std::string, std::string> hierarchies;
  for (const auto& given : args.values("--sensitive-hierarchy")) hierarchies.insert(TRY(named_value("--sensitive-hierarchy", given)));
  out.sensitive_hierarchies = hierarchies;
  for (const auto& [name, text] : TRY(for_columns(args, "--t"))) {
    if (distance == recheck::Distance::hierarchical && !hierarchies.contains(name))
      return goes_with("--distance hierarchical", "--sensitive-hierarchy " + name + "=FILE");
    out.closeness.push_back({name, distance, TRY(number_in("--t", text, 0, 1)), hierarchies[name]});
  }
  out.population = args.value_or("--population", "");
  for (const auto& given : args.values("--hierarchy")) out.hierarchies.insert(TRY(named_value("--hierarchy", given)));
  if (auto k = args.value("--k-map")) out.k_map = TRY(count_in("--k-map", *k, 1, 4'000'000'000));
  if (auto given = args.value("--presence")) {
    const size_t colon = given->find(':');
    if (colon == std::string::npos) return wants("--presence", "LOWEST:HIGHEST");
    out.presence = {TRY(number_in("--presence", given->substr(0, colon), 0, 1)), TRY(number_in("--presence", given->substr(colon + 1), 0, 1))};
  }
  for (const char* option : {"--k-map", "--presence"})
    if (args.value(option) && out.population.empty()) return goes_with(option, "--population");
  // An option that demands nothing is no demand that held.
  if (args.value("--diversity") && args.values("--l").empty()) return goes_with("--diversity", "--l");
  if (args.value("--c") && args.values("--l").empty()) return goes_with("--c", "--l");
  if (args.value("--distance") && args.values("--t").empty()) return goes_with("--distance", "--t");
  return out;
}

Result<recheck::Finding> signature_finding(const Args& args, const std::string& receipt) {
  std::optional<Json> signature;
  if (auto path = args.value("--signature")) signature = TRY(parse_json(TRY(read_text_file(*path, 64u << 10))));
  std::vector<Sm2PublicKey> keys;
  for (const auto& path : args.values("--by-key")) keys.push_back(TRY(read_public_key_file(TRY(read_text_file(path, 64u << 10)))).key);
  return recheck::judge_signature(receipt, signature, keys);
}

Result<recheck::Report> checked_file(const Args& args) {
  std::string receipt = TRY(read_text_file(*args.value("--receipt"), 4u << 20));
  recheck::Report out = TRY(recheck::check_output(*args.value("OUT"), receipt, TRY(demands_of(args))));
  out.add(TRY(signature_finding(args, receipt)));
  if (auto path = args.value("--masked-receipt")) out.add(TRY(recheck::judge_masked_receipt(receipt, TRY(read_text_file(*path, 4u << 20)))));
  return out;
}

// What a line is about, in Chinese; docs/formats/deident-receipt.md names the checks.
std::string_view check_zh(std::string_view check) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"digest", "摘要"}, {"signature", "签名"}, {"row_sum", "行数合计"}, {"scanned", "扫描行数"}, {"field_counts", "字段计数"}, {"rows", "行数"}, {"columns", "字段"},
      {"kept", "原样保留"}, {"claim", "技术声明"}, {"empty_cells", "空单元"}, {"residual", "残留标识"}, {"possible_names", "疑似姓名"}, {"k", "最小等价类"}, {"risk", "风险"},
      {"model", "模型"}, {"population", "总体"}, {"k_map", "k-map"}, {"presence", "δ-存在性"}, {"l", "l 多样性"}, {"t", "t 接近性"}, {"marks", "接收方标记"}, {"masked_receipt", "脱敏回执"}, {"cells", "汇总单元"}, {"hidden_cells", "抑制单元"},
      {"sums", "合计"}, {"recomputable", "可重算"}, {"threshold", "阈值"}, {"dominance", "支配规则"}};
  for (const auto& [id, zh] : kNames)
    if (id == check) return zh;
  return "";
}
std::string_view outcome_zh(recheck::Outcome o) {
  switch (o) {
    case recheck::Outcome::ok: return "成立";
    case recheck::Outcome::broken: return "不成立";
    case recheck::Outcome::not_checkable: return "无法核验";
    case recheck::Outcome::note: return "提示";
  }
  return "";
}

int run_deident_check(const Args& args) {
  auto checked = checked_file(args);
  if (!checked) return report(checked.error(), args);
  if (args.json()) {
    std::printf("%s\n", pretty(encode(*checked)).c_str());
  } else {
    for (const auto& f : checked->findings)
      std::printf("%-13s %-14s %-24s %llu  %s  %s·%s\n", std::string(name_of(f.outcome)).c_str(), f.check.c_str(), f.column.c_str(), static_cast<unsigned long long>(f.cells),
                  f.detail.c_str(), std::string(check_zh(f.check)).c_str(), std::string(outcome_zh(f.outcome)).c_str());
    std::printf("%s", checked->holds ? "the receipt holds / 回执成立" : "the receipt does not hold / 回执不成立");
    // What was never promised is not held: a reader takes "holds" for "anonymous" otherwise.
    if (checked->holds && std::none_of(checked->findings.begin(), checked->findings.end(), [](const auto& f) { return f.check == "k"; }))
      std::printf("; no smallest class was promised or asked for (--k, --qi) / 回执未承诺、核验也未要求最小等价类");
    if (checked->not_checkable)
      std::printf("; %llu of its claims cannot be seen in the file / 其中 %llu 项无法由文件核验", static_cast<unsigned long long>(checked->not_checkable),
                  static_cast<unsigned long long>(checked->not_checkable));
    std::printf("\n");
  }
  return checked->holds ? 0 : 6;
}

}  // namespace

Command deident_check_command() {
  return {.path = "deident check",
          .summary = "check a masked file against its receipt, independently of the code that made it",
          .summary_zh = "独立核验脱敏文件与回执",
          .options = {{.name = "--receipt", .value = "FILE", .help = "the receipt of the masking", .arity = Arity::one, .help_zh = "脱敏回执"},
                      {.name = "--k", .value = "K", .help = "smallest class demanded", .help_zh = "要求的最小等价类"},
                      {.name = "--person", .value = "COLUMN", .help = "the column of person keys: k different ones in each class", .help_zh = "个人键字段：每类须有 k 个不同的人"},
                      {.name = "--qi", .value = "A,B,C", .help = "quasi-identifiers (default: those of the receipt)", .arity = Arity::many, .help_zh = "准标识符（默认取回执所载）"},
                      {.name = "--sensitive", .value = "A,B,C", .help = "columns that --l and --t without a name are of", .arity = Arity::many, .help_zh = "未指明字段的 --l、--t 所用的敏感字段"},
                      {.name = "--l", .value = "L|A=L", .help = "l-diversity demanded of the sensitive columns, or of one", .arity = Arity::many, .help_zh = "对敏感字段（或其中一个）要求的 l-多样性"},
                      {.name = "--diversity", .value = "KIND", .help = "distinct (default), entropy or recursive", .help_zh = "多样性：distinct（默认）、entropy、recursive"},
                      {.name = "--c", .value = "C", .help = "c of recursive (c,l)-diversity (default 3)", .help_zh = "递归 (c,l)-多样性的 c（默认 3）"},
                      {.name = "--t", .value = "T|A=T", .help = "t-closeness demanded of the sensitive columns, or of one", .arity = Arity::many, .help_zh = "对敏感字段（或其中一个）要求的 t-接近度"},
                      {.name = "--distance", .value = "KIND", .help = "equal (default), ordered or hierarchical", .help_zh = "距离：equal（默认）、ordered、hierarchical"},
                      {.name = "--sensitive-hierarchy", .value = "A=FILE", .help = "hierarchy of a sensitive column, for --distance hierarchical and for the receipt's", .arity = Arity::many, .help_zh = "敏感字段的层级，供 --distance hierarchical 及回执中的层级距离"},
                      {.name = "--population", .value = "FILE", .help = "the population's table that k-map and presence of the receipt were counted in", .help_zh = "回执中 k-map 与 δ-存在性所依据的总体表"},
                      {.name = "--hierarchy", .value = "A=FILE", .help = "hierarchy of a quasi-identifier: its cells and the population's rows are held against it", .arity = Arity::many, .help_zh = "准标识字段的层级：据此核对单元格与总体记录"},
                      {.name = "--k-map", .value = "K", .help = "people of the population demanded of each class", .help_zh = "要求每类在总体中至少对应的人数"},
                      {.name = "--presence", .value = "LO:HI", .help = "share of a class's people demanded to be in the file", .help_zh = "要求每类的人在文件中的比例范围"},
                      {.name = "--signature", .value = "SIG", .help = "the receipt's signature (apply --sign-key, or sluice sign)", .help_zh = "回执的签名（apply --sign-key 或 sluice sign）"},
                      {.name = "--by-key", .value = "FILE", .help = "public key of one whose signature counts; may be repeated", .arity = Arity::many, .help_zh = "有效签名人的公钥，可重复"},
                      {.name = "--masked-receipt", .value = "FILE", .help = "of a marked copy: the receipt of the masking that it was made from", .help_zh = "带标记副本：其来源脱敏的回执"},
                      {.name = "--json", .help = "the findings on stdout", .help_zh = "在标准输出给出核验结果（JSON）"}},
          .positionals = {{.name = "OUT", .help = "the masked file, CSV or Parquet", .help_zh = "脱敏文件，CSV 或 Parquet"}},
          .run = run_deident_check};
}

}  // namespace sluice::cli
