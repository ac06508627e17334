// sluice deident hierarchy: the generalisation hierarchy of a column as ARX's CSV: built in, learnt from its values, or a file checked.
#include <algorithm>
#include <cstdio>

#include "anonymity/learn_hierarchy.h"
#include "anonymity/table_file.h"
#include "base/file.h"
#include "deident/value_hierarchy.h"
#include "edge/cli/anonymity_input.h"
#include "edge/cli/command.h"

namespace sluice::cli {

namespace {

// Every value of the column with its ancestors in a built-in hierarchy; a value that is not of the kind refuses it.
Result<std::string> built_in_csv(const anonymity::TableColumn& column, const std::string& kind) {
  auto tree = deident::ValueHierarchy::built_in(kind);
  if (!tree) return fail(Errc::usage, "strategy.unknown_hierarchy", kind.substr(0, 40));
  std::vector<std::string> lines;
  for (uint32_t c = 0; c < column.texts.size(); c++) {
    std::string_view value = column.texts.text_of(c);
    if (value.empty()) continue;
    std::string line;
    for (int height = 0; height <= tree->height(); height++) {
      if (height > 0) line += ';';
      if (!tree->generalise(value, height, line)) return fail(Errc::invalid, "hierarchy.not_of_the_kind", kind);
    }
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

Result<std::string> hierarchy_of(const Args& args) {
  std::string column = *args.value("--column");
  auto table = TRY(anonymity::read_table_file(*args.value("IN"), {column}));
  auto fanout = static_cast<unsigned>(TRY(number_in("--fanout", args.value_or("--fanout", "3"), 2, 10)));
  auto kind = args.value("--built-in");
  std::string csv = kind ? TRY(built_in_csv(table.columns[0], *kind)) : TRY(anonymity::learn_hierarchy(table.columns[0], fanout));
  TRY(anonymity::Hierarchy::parse(csv));  // what goes out can be read again
  return csv;
}

int run_deident_hierarchy(const Args& args) {
  auto csv = hierarchy_of(args);
  if (!csv) return report(csv.error(), args);
  if (auto path = args.value("--out")) {
    auto written = write_file(*path, view(*csv));
    return written ? 0 : report(written.error(), args);
  }
  std::fwrite(csv->data(), 1, csv->size(), stdout);
  return 0;
}

}  // namespace

Command deident_hierarchy_command() {
  return {.path = "deident hierarchy",
          .summary = "write the hierarchy of a column (built in, or learnt from its values) as ARX's CSV",
          .summary_zh = "导出字段的泛化层级（内置或由数据学习，ARX CSV 格式）",
          .options = {{.name = "--column", .value = "NAME", .help = "the column", .arity = Arity::one, .help_zh = "字段"},
                      {.name = "--built-in", .value = "KIND", .help = "date, age, division, icd10, drug or amount; without it the hierarchy is learnt", .help_zh = "date、age、division、icd10、drug 或 amount；不给出则由数据学习"},
                      {.name = "--fanout", .value = "N", .help = "groups that become one on each learnt level (2-10, default 3)", .help_zh = "学习层级时每级合并的组数（2–10，默认 3）"},
                      {.name = "--out", .value = "FILE", .help = "where it goes (default: stdout)", .help_zh = "保存位置（默认标准输出）"}},
          .positionals = {{.name = "IN", .help = "CSV or Parquet", .help_zh = "CSV 或 Parquet"}},
          .run = run_deident_hierarchy, .writes = {"--out"}};
}

}  // namespace sluice::cli
