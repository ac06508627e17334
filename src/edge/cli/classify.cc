// sluice classify: type, category, level and reasons for every column of a data file, a schema or a field list.
#include "classify/classify.h"

#include <cstdio>
#include <memory>

#include "base/file.h"
#include "classify/sample.h"
#include "classify/schema.h"
#include "edge/cli/command.h"

namespace sluice::cli {

namespace {

constexpr size_t kInputTextMax = 64u << 20;

bool is_field_list(const std::string& path) {
  FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return false;
  char head[512];
  size_t n = std::fread(head, 1, sizeof head, file);
  std::fclose(file);
  std::string_view line(head, n);
  line = line.substr(0, line.find_first_of("\r\n"));
  if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  bool has_table = line.starts_with("table,") || line.find(",table,") != std::string_view::npos || line.ends_with(",table");
  bool has_column = line.starts_with("column,") || line.find(",column,") != std::string_view::npos || line.ends_with(",column");
  return has_table && has_column;
}

Result<std::vector<classify::FieldInput>> read_input(const std::string& path) {
  if (path.ends_with(".sql") || path.ends_with(".SQL")) return classify::read_sql_schema(TRY(read_text_file(path, kInputTextMax)));
  if (is_field_list(path)) return classify::read_field_list(TRY(read_text_file(path, kInputTextMax)));
  return classify::sample_file(path);
}

// Columns on a terminal: a Chinese character takes two places.
size_t width_of(std::string_view text) {
  size_t width = 0;
  for (char c : text) {
    auto b = static_cast<uint8_t>(c);
    if (b < 0x80) width++;
    if (b >= 0xe0) width += 2;
    if (b >= 0xc2 && b < 0xe0) width++;
  }
  return width;
}

std::string padded(std::string text, size_t width) {
  for (char& c : text)
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) c = '?';
  size_t have = width_of(text);
  if (have < width) text.append(width - have, ' ');
  return text;
}

void print_table(const std::vector<classify::Verdict>& verdicts, const rules::RuleSet& rules) {
  size_t table = 5, column = 6;
  for (const auto& v : verdicts) {
    table = std::max(table, std::min<size_t>(32, width_of(v.table)));
    column = std::max(column, std::min<size_t>(36, width_of(v.column)));
  }
  std::printf("%s  %s  level  category       conf.  type\n", padded("table", table).c_str(), padded("column", column).c_str());
  size_t review = 0;
  for (const auto& v : verdicts) {
    const rules::TypeRule* type = rules.type(v.type);
    std::string note = v.contains_level5 ? "  contains level 5 含第5级内容" : "";
    if (v.review) note += "  review 待复核";
    review += v.review;
    std::printf("%s  %s  %d      %s  %5.1f%%  %s %s%s\n", padded(v.table, table).c_str(), padded(v.column, column).c_str(), v.level.value(),
                padded(std::string(name_of(v.category)), 13).c_str(), static_cast<double>(v.confidence_permille) / 10, v.type.c_str(),
                type ? type->zh.c_str() : "", note.c_str());
  }
  std::printf("%zu columns, %zu for review\n", verdicts.size(), review);
}

Status classify_input(const Args& args) {
  std::shared_ptr<const rules::RuleSet> rules(std::shared_ptr<void>(), &rules::RuleSet::built_in());
  if (auto dir = args.value("--rules")) rules = TRY(rules::RuleSet::load(*dir));
  auto classifier = TRY(classify::Classifier::create(rules));
  auto fields = TRY(read_input(*args.value("INPUT")));
  if (args.flag("--names-only"))
    for (auto& f : fields) {
      f.values.clear();
      f.comment.clear();
      f.table_comment.clear();
    }
  auto verdicts = classifier.classify(fields);
  if (!args.json()) {
    print_table(verdicts, *rules);
    return {};
  }
  Json out = Json::array();
  for (const auto& v : verdicts) out.push(classify::to_json(v));
  std::printf("%s\n", pretty(out).c_str());
  return {};
}

int run_classify(const Args& args) {
  Status status = classify_input(args);
  return status ? 0 : report(status.error(), args);
}

}  // namespace

Command classify_command() {
  return {.path = "classify",
          .summary = "type, category, level and reasons of every column",
          .summary_zh = "字段分类分级",
          .options = {{.name = "--names-only", .help = "look at names only, not at comments and values"},
                      {.name = "--rules", .value = "DIR", .help = "rule packs that replace the built-in ones"},
                      {.name = "--json", .help = "an array of verdicts"}},
          .positionals = {{.name = "INPUT", .help = "a data file (CSV, TSV, Parquet), a .sql schema, or a field list"}},
          .run = run_classify};
}

}  // namespace sluice::cli
