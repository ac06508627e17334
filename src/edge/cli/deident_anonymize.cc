// sluice deident anonymize: the best full-domain generalisation of a CSV or Parquet file under k-anonymity and further models.
#include "deident/anonymize_file.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>

#include "codec/record.h"
#include "edge/cli/anonymity_input.h"
#include "edge/cli/command.h"
#include "edge/cli/masking_key.h"
#include "edge/cli/receipt_paper.h"
#include "edge/cli/terminal.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

namespace {

// Ctrl-C ends the search; what was found until then is written, and said to be unproven.
std::atomic<bool> search_cancelled{false};
void cancel_search(int) { search_cancelled = true; }

Status read_models(const Args& args, anonymity::Request& request) {
  request.sensitive = column_list(args.values("--sensitive"));
  auto& models = request.search.models;
  auto kind = TRY(choice_of(args, "--diversity", anonymity::Diversity::distinct));
  double c = TRY(number_in("--c", args.value_or("--c", "3"), 1e-9, 1e9));
  for (const auto& [name, text] : TRY(for_columns(args, "--l")))
    models.diversity.push_back({.column = anonymity::sensitive_place(request, name), .kind = kind, .l = TRY(number_in("--l", text, 1, 1e9)), .c = c});
  auto distance = TRY(choice_of(args, "--distance", anonymity::Distance::equal));
  for (const auto& [name, text] : TRY(for_columns(args, "--t")))
    models.closeness.push_back({.column = anonymity::sensitive_place(request, name), .distance = distance, .t = TRY(number_in("--t", text, 0, 1))});
  if (models.diversity.empty() && args.value("--diversity")) return goes_with("--diversity", "--l");
  if (models.diversity.empty() && args.value("--c")) return goes_with("--c", "--l");
  if (models.closeness.empty() && args.value("--distance")) return goes_with("--distance", "--t");
  if (auto given = args.value("--k-map")) models.k_map = TRY(count_in("--k-map", *given, 1, 4'000'000'000));
  if (auto given = args.value("--presence")) {
    size_t colon = given->find(':');
    if (colon == std::string::npos) return wants("--presence", "LOWEST:HIGHEST");
    models.presence = anonymity::Presence{TRY(number_in("--presence", given->substr(0, colon), 0, 1)), TRY(number_in("--presence", given->substr(colon + 1), 0, 1))};
  }
  request.population = args.value_or("--population", "");
  for (const auto& given : args.values("--sensitive-hierarchy")) {
    auto [name, path] = TRY(named_value("--sensitive-hierarchy", given));
    request.hierarchy_files_of_sensitive[name] = path;
  }
  return {};
}

Result<anonymity::Request> request_of(const Args& args) {
  anonymity::Request request;
  request.in = *args.value("IN");
  request.out = *args.value("OUT");
  request.reading.delimiter = TRY(delimiter_of(args));
  request.quasi = column_list(args.values("--qi"));
  for (const auto& given : args.values("--hierarchy")) request.hierarchy_files.insert(TRY(named_value("--hierarchy", given)));
  for (const auto& given : args.values("--weight")) {
    auto [name, text] = TRY(named_value("--weight", given));
    if (std::find(request.quasi.begin(), request.quasi.end(), name) == request.quasi.end())
      return bad_words("--weight 给出的不是准标识字段：" + name, "--weight names no quasi-identifier: " + name);
    request.weights[name] = TRY(number_in("--weight", text, 0, 1e6));
  }
  request.search.k = TRY(count_in("--k", *args.value("--k"), 1, 4'000'000'000));
  request.search.suppression = TRY(number_in("--suppression", args.value_or("--suppression", "0"), 0, 1));
  request.metric = TRY(choice_of(args, "--metric", anonymity::Metric::loss));
  request.recoding = TRY(choice_of(args, "--recoding", anonymity::Recoding::full_domain));
  if (request.recoding == anonymity::Recoding::local && request.search.suppression > 0)
    return bad_words("--recoding local 不删除行", "--recoding local suppresses no rows");
  request.suppressed_rows = TRY(choice_of(args, "--suppressed-rows", anonymity::SuppressedRows::drop));
  request.search.threads = static_cast<unsigned>(TRY(count_in("--threads", args.value_or("--threads", "0"), 0, 256)));
  if (auto given = args.value("--seconds")) request.search.seconds_max = TRY(number_in("--seconds", *given, 0.001, 1e6));
  request.search.bytes_max = static_cast<size_t>(TRY(number_in("--memory", args.value_or("--memory", "16"), 0.01, 1e5)) * (1 << 30));
  TRY(read_models(args, request));
  request.person_column = TRY(choice_of(args, "--person-column", anonymity::PersonColumn::pseudonym));
  if (auto person = args.value("--person")) anonymity::count_persons(request, *person);
  for (const char* option : {"--person-column", "--key", "--scope"})
    if (args.value(option) && request.person.empty()) return goes_with(option, "--person");
  for (const char* option : {"--key", "--scope"})
    if (args.value(option) && request.person_column != anonymity::PersonColumn::pseudonym) return goes_with(option, "--person-column pseudonym");
  if (args.value("--scope") && !args.value("--key")) return goes_with("--scope", "--key");
  return request;
}

std::string person_column_said(anonymity::PersonColumn column) {
  switch (column) {
    case anonymity::PersonColumn::keep: return "its cells are written as they are 个人键字段原样写出: mask it, or leave it out, before the file goes out 对外提供前请先脱敏或去除";
    case anonymity::PersonColumn::drop: return "the column is left out, so that the check cannot count persons 该字段已去除，核验无法按人计数";
    case anonymity::PersonColumn::pseudonym: return "written as tokens, the same for one person in this file 以假名写出，同一人在本文件内相同";
  }
  return {};
}

void print_report(const anonymity::Report& report, anonymity::PersonColumn column) {
  const auto& s = report.solution;
  std::printf("transformation 泛化方案\n");
  const bool local = report.recoding == anonymity::Recoding::local;
  for (const auto& a : report.attributes) {
    std::string from = a.lowest_level < a.level ? std::to_string(a.lowest_level) + "-" : "";
    std::printf("  %-24s level %s%zu of %zu   loss %.4f\n", a.name.c_str(), from.c_str(), a.level, a.levels - 1, a.loss);
  }
  std::printf("score 得分 %.6f (%s)%s\n", s.score, std::string(name_of(report.metric)).c_str(), local ? ", local recoding 局部泛化" : s.optimal ? ", optimal 已证最优" : "");
  if (!s.optimal && !local) std::printf("  not proven 未证最优: no transformation scores below %.6f, gap %.6f\n", s.lower_bound, s.score - s.lower_bound);
  std::printf("suppressed rows 抑制记录 %llu of %llu (%.2f%%)\n", static_cast<unsigned long long>(s.suppressed), static_cast<unsigned long long>(report.rows),
              report.rows ? 100.0 * static_cast<double>(s.suppressed) / static_cast<double>(report.rows) : 0.0);
  std::printf("classes 等价类 %llu, smallest 最小 %llu\n", static_cast<unsigned long long>(s.classes), static_cast<unsigned long long>(s.smallest_class));
  if (!report.person.empty())
    std::printf("persons of the smallest class 最小等价类人数 %llu (%s)\n  %s\n", static_cast<unsigned long long>(report.fewest_persons), report.person.c_str(), person_column_said(column).c_str());
  std::printf("time 用时 %.0f ms (read %.0f, search %.0f, write %.0f)\n", report.read_ms + report.search_ms + report.write_ms, report.read_ms, report.search_ms, report.write_ms);
}

Result<anonymity::Report> anonymize(const Args& args) {
  anonymity::Request request = TRY(request_of(args));
  auto signing = TRY(hold_signing_key(args));
  deident::AnonymizeOptions options{.identifiers_kept = column_list(args.values("--identifiers-kept")), .performed_by = login_name()};
  if (auto path = args.value("--key")) options.person_key = TRY(read_masking_key(*path));
  options.scope = args.value("--scope");
  if (args.value("--receipt")) options.receipt = [&](const deident::Receipt& receipt) { return write_receipt(args, encode(receipt), signing); };
  Progress progress("searching");
  request.search.progress = [&](const anonymity::SearchProgress& now) { progress.update(now.nodes, 0); };
  request.search.cancel = &search_cancelled;
  auto before = std::signal(SIGINT, cancel_search);
  auto result = deident::anonymize_file(std::move(request), options);
  std::signal(SIGINT, before);
  return result;
}

int run_deident_anonymize(const Args& args) {
  auto done = anonymize(args);
  if (!done) return report(done.error(), args);
  if (args.json()) {
    std::printf("%s\n", pretty(anonymity::to_json(*done)).c_str());
  } else {
    print_report(*done, choice_of(args, "--person-column", anonymity::PersonColumn::pseudonym).value_or(anonymity::PersonColumn::pseudonym));
  }
  return 0;
}

}  // namespace

Command deident_anonymize_command() {
  return {.path = "deident anonymize",
          .summary = "generalise a CSV or Parquet file to k-anonymity with the least loss",
          .summary_zh = "以最小信息损失把文件泛化到 k-匿名",
          .options = {{.name = "--qi", .value = "A,B,C", .help = "the quasi-identifiers", .arity = Arity::many, .help_zh = "准标识符"},
                      {.name = "--hierarchy", .value = "A=FILE", .help = "hierarchy of a column (ARX CSV); without one it is kept or suppressed", .arity = Arity::many, .help_zh = "字段的层级（ARX CSV）；没有则整列保留或抑制"},
                      {.name = "--k", .value = "K", .help = "rows of the smallest class", .arity = Arity::one, .help_zh = "最小等价类的行数"},
                      {.name = "--person", .value = "COLUMN", .help = "the column of person keys: k different ones in each class, not only k rows", .help_zh = "个人键字段：每类须有 k 个不同的人，不只 k 行"},
                      {.name = "--person-column", .value = "HOW", .help = "what goes out of it: pseudonym (default: keyed tokens), drop, or keep (as it is)", .help_zh = "个人键字段如何写出：pseudonym（默认，带密钥假名）、drop（去除）、keep（原样）"},
                      {.name = "--key", .value = "FILE", .help = "key of the tokens; without one it is drawn for this run and forgotten", .help_zh = "假名密钥；不给则本次随机产生、用后不留"},
                      {.name = "--scope", .value = "NAME", .help = "tokens of one key and scope join with other tables' (apply: the strategy's scope; domain: the column's name)", .help_zh = "同一密钥与作用域的假名可与其他表关联（apply：策略的 scope；domain 为字段名）"},
                      {.name = "--suppression", .value = "SHARE", .help = "rows that may be left out, such as 0.05 or 5% (default 0)", .help_zh = "可删除的行，例如 0.05 或 5%（默认 0）"},
                      {.name = "--metric", .value = "NAME", .help = "loss (default), entropy or discernibility", .help_zh = "度量：loss（默认）、entropy、discernibility"},
                      {.name = "--recoding", .value = "HOW", .help = "full-domain (default, optimal), or local (Mondrian: levels of their own for each class)", .help_zh = "full-domain（默认，最优）或 local（Mondrian：每类各有层级高度）"},
                      {.name = "--weight", .value = "A=W", .help = "weight of a column in the score", .arity = Arity::many, .help_zh = "字段在得分中的权重"},
                      {.name = "--sensitive", .value = "A,B", .help = "sensitive columns for --l and --t", .arity = Arity::many, .help_zh = "--l 与 --t 所用的敏感字段"},
                      {.name = "--l", .value = "L|A=L", .help = "l-diversity of the sensitive columns, or of one", .arity = Arity::many, .help_zh = "敏感字段（或其中一个）的 l-多样性"},
                      {.name = "--diversity", .value = "KIND", .help = "distinct (default), entropy or recursive", .help_zh = "多样性：distinct（默认）、entropy、recursive"},
                      {.name = "--c", .value = "C", .help = "c of recursive (c,l)-diversity (default 3)", .help_zh = "递归 (c,l)-多样性的 c（默认 3）"},
                      {.name = "--t", .value = "T|A=T", .help = "t-closeness of the sensitive columns, or of one", .arity = Arity::many, .help_zh = "敏感字段（或其中一个）的 t-接近度"},
                      {.name = "--distance", .value = "KIND", .help = "equal (default), ordered or hierarchical", .help_zh = "距离：equal（默认）、ordered、hierarchical"},
                      {.name = "--sensitive-hierarchy", .value = "A=FILE", .help = "hierarchy of a sensitive column, for --distance hierarchical", .arity = Arity::many, .help_zh = "敏感字段的层级，供 --distance hierarchical"},
                      {.name = "--population", .value = "FILE", .help = "a table of the population with the same quasi-identifiers, for --k-map and --presence", .help_zh = "含相同准标识符的总体表，供 --k-map 与 --presence"},
                      {.name = "--k-map", .value = "K", .help = "people of the population that each class must fit", .help_zh = "每类在总体中至少对应的人数"},
                      {.name = "--presence", .value = "LO:HI", .help = "share of a class's people that may be in the file, such as 0:0.5", .help_zh = "每类的人在文件中的比例范围，例如 0:0.5"},
                      {.name = "--suppressed-rows", .value = "HOW", .help = "drop (default), or mark: kept with * in every quasi-identifier", .help_zh = "drop（默认，删除）或 mark：保留，各准标识符写 *"},
                      {.name = "--seconds", .value = "N", .help = "give the best found after N seconds, with a bound of what is missed", .help_zh = "N 秒后给出已找到的最好方案及差距上界"},
                      {.name = "--threads", .value = "N", .help = "threads (default: all)", .help_zh = "线程数（默认全部）"},
                      {.name = "--memory", .value = "GIB", .help = "bound of the search's memory (default 16)", .help_zh = "搜索内存上限，GiB（默认 16）"},
                      {.name = "--delimiter", .value = "C", .help = "the separator, when the header does not tell", .help_zh = "分隔符，表头看不出时给出"},
                      {.name = "--identifiers-kept", .value = "A,B", .help = "columns that may hold direct identifiers; elsewhere they refuse the run", .arity = Arity::many, .help_zh = "允许含直接标识符的字段；其他字段含有时拒绝执行"},
                      {.name = "--receipt", .value = "FILE", .help = "where the receipt goes, for deident check", .help_zh = "回执保存位置，供 deident check"},
                      kSignKeyOption, kSignPassphraseOption,
                      {.name = "--json", .help = "the report as JSON", .help_zh = "以 JSON 给出报告"}},
          .positionals = {{.name = "IN", .help = "CSV, any separator, or Parquet", .help_zh = "CSV（任何分隔符）或 Parquet"}, {.name = "OUT", .help = "the anonymous file; its name says CSV or Parquet, else as IN", .help_zh = "匿名文件；格式按文件名，否则同 IN"}},
          .run = run_deident_anonymize, .writes = {"OUT", "--receipt"}};
}

}  // namespace sluice::cli
