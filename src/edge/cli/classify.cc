// sluice classify: type, category, level and reasons for every column of a data file, a schema or a field list.
#include "classify/classify.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "base/file.h"
#include "classify/grade.h"
#include "classify/list.h"
#include "classify/sample.h"
#include "classify/value_tally.h"
#include "edge/cli/classify_source.h"
#include "edge/cli/command.h"
#include "edge/cli/secret_input.h"

namespace sluice::cli {

namespace {

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

// Tables that stand above their highest column: what fields become together.
void print_tables(const std::vector<classify::TableGrade>& grades) {
  for (const auto& g : grades)
    if (g.level > g.highest_field) std::printf("table %s: level %d, %s / %s\n", padded(g.table, 0).c_str(), g.level.value(), g.en.c_str(), g.zh.c_str());
}

// The input as asked for; with --full every value goes through the detectors of this classifier.
Result<classify::Inventory> read_input(const Args& args, const classify::Classifier& classifier) {
  classify::SampleLimits limits;
  std::optional<classify::ValuePatterns> patterns;
  if (args.flag("--full")) {
    patterns.emplace(TRY(classify::ValuePatterns::create(classifier.values())));
    limits.full = &*patterns;
    if (isatty(STDERR_FILENO)) limits.progress = [](uint64_t bytes) { std::fprintf(stderr, "\r%llu MiB ", static_cast<unsigned long long>(bytes >> 20)); };
  }
  auto source = TRY(classify::read_source(*args.value("INPUT"), limits));
  if (limits.progress) std::fprintf(stderr, "\r");
  if (!args.flag("--names-only")) return source;
  for (auto& f : source.fields) {
    f.values.clear();
    f.findings.reset();
    f.comment.clear();
    f.table_comment.clear();
  }
  return source;
}

// What would move if the packs in `dir` were in force instead. A file is read anew; a database is not: `scanned` has its values.
Status print_impact(const std::vector<classify::Verdict>& now, const std::string& dir, const Args& args, const std::vector<classify::FieldInput>* scanned) {
  auto other = TRY(classify::Classifier::create(TRY(rules::RuleSet::load(dir))));
  auto fields = scanned ? *scanned : TRY(read_input(args, other)).fields;
  auto moved = classify::impact_of(now, other.classify(fields));
  if (args.json()) {
    Json out = Json::array();
    for (const auto& m : moved) out.push(classify::to_json(m));
    std::printf("%s\n", pretty(out).c_str());
    return {};
  }
  size_t up = 0, down = 0;
  for (const auto& m : moved) {
    up += m.after > m.before;
    down += m.after < m.before;
    std::printf("%s %s.%s  %s %d -> %s %d\n", m.after > m.before ? "up  " : m.after < m.before ? "down" : "same", padded(m.table, 0).c_str(),
                padded(m.column, 0).c_str(), m.type_before.c_str(), m.before.value(), m.type_after.c_str(), m.after.value());
  }
  std::printf("%zu of %zu fields would move: %zu up, %zu down\n", moved.size(), fields.size(), up, down);
  return {};
}

// On stderr, as other inputs tell what was skipped: names and reasons, never a value.
void print_findings(const std::vector<TableFinding>& findings) {
  size_t unread = 0;
  int64_t widest = 0;
  for (const TableFinding& f : findings) {
    if (f.reason) {
      unread++;
      std::fprintf(stderr, "skipped the values of %s (%s)\n", padded(f.table, 0).c_str(), f.reason->c_str());
    } else {
      widest = std::max(widest, f.error_permille);
    }
  }
  std::fprintf(stderr, "%zu tables, %zu by name alone; shares are known within %lld.%lld %% (95 %%, worst case)\n", findings.size(), unread,
               static_cast<long long>(widest / 10), static_cast<long long>(widest % 10));
}

Status show_verdicts(const Args& args, const rules::RuleSet& rules, const std::vector<classify::FieldInput>& fields, const std::vector<classify::Verdict>& verdicts) {
  if (auto path = args.value("--list")) {
    auto list = classify::graded_list(rules, fields, verdicts, {.department = args.value_or("--department", ""), .system = args.value_or("--system", ""), .place = *args.value("INPUT")});
    std::string content = TRY(classify::encode_list(list, *path));
    TRY(write_file(*path, view(content)));
    std::fprintf(stderr, "%s: %zu fields, %lld%% filled in\n", path->c_str(), verdicts.size(), static_cast<long long>(list.completeness_permille / 10));
  }
  if (!args.json()) {
    print_table(verdicts, rules);
    print_tables(classify::grade_tables(rules, verdicts, fields));
    return {};
  }
  Json out = Json::array();
  for (const auto& v : verdicts) out.push(classify::to_json(v));
  std::printf("%s\n", pretty(out).c_str());
  return {};
}

Status classify_input(const Args& args) {
  std::shared_ptr<const rules::RuleSet> rules(std::shared_ptr<void>(), &rules::RuleSet::built_in());
  if (auto dir = args.value("--rules")) rules = TRY(rules::RuleSet::load(*dir));
  auto classifier = TRY(classify::Classifier::create(rules));
  std::string input = *args.value("INPUT");
  if (input.starts_with(kOdbcPrefix)) {
    auto scanned = TRY(scan_and_classify(args, classifier));
    print_findings(scanned.findings);
    if (auto other = args.value("--against")) return print_impact(scanned.verdicts, *other, args, &scanned.fields);
    return show_verdicts(args, *rules, scanned.fields, scanned.verdicts);
  }
  auto source = TRY(read_input(args, classifier));
  for (const auto& [file, reason] : source.skipped) std::fprintf(stderr, "skipped %s (%s)\n", file.c_str(), reason.c_str());
  auto verdicts = classifier.classify(source.fields);
  if (auto other = args.value("--against")) return print_impact(verdicts, *other, args, nullptr);
  return show_verdicts(args, *rules, source.fields, verdicts);
}

int run_classify(const Args& args) {
  Status status = classify_input(args);
  return status ? 0 : report(status.error(), args);
}

}  // namespace

namespace {
constexpr Option kOdbcPasswordOption{.name = "--password-file", .value = "FILE", .help = "the password of odbc:FILE, first line of FILE (- for stdin)"};
}

Command classify_command() {
  return {.path = "classify",
          .summary = "type, category, level and reasons of every column",
          .summary_zh = "字段分类分级",
          .options = {{.name = "--full", .help = "all rows of tables and all detectors, not a sample"},
                      {.name = "--names-only", .help = "look at names only, not at comments and values"},
                      {.name = "--rules", .value = "DIR", .help = "rule packs that replace the built-in ones"},
                      {.name = "--against", .value = "DIR", .help = "what these rule packs would move, up or down"},
                      {.name = "--list", .value = "FILE", .help = "writes the classification-and-grading list: .xlsx, .csv or .json"},
                      {.name = "--department", .value = "NAME", .help = "department, for the list"},
                      {.name = "--system", .value = "NAME", .help = "system, for the list"},
                      kOdbcPasswordOption,
                      {.name = "--rows", .value = "N", .help = "rows sampled of each table of a database (2000)"},
                      {.name = "--resume", .value = "FILE", .help = "keep the verdicts of finished tables of a database there, and go on from them"},
                      {.name = "--json", .help = "an array of verdicts"}},
          .positionals = {{.name = "INPUT", .help = "a data file (CSV, TSV, Parquet, JSON lines, FHIR, HL7 v2), a .sql schema, a field list, a folder, or odbc:FILE (a source's description)"}},
          .run = run_classify};
}

}  // namespace sluice::cli
