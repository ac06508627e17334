#include "deident/project.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <set>
#include <unordered_set>

#include "base/file.h"
#include "base/unfinished.h"
#include "deident/file_rows.h"
#include "rules/yaml.h"

namespace sluice::deident {

namespace {

constexpr size_t kProjectTablesMax = 200;

bool is_plain_name(const std::string& name) { return !name.empty() && name.size() <= 200 && name.find('/') == std::string::npos && !name.starts_with('.'); }

bool keeps_equality(const FieldRule& rule) {
  if (rule.when) return false;
  if (rule.technique == Technique::encrypt) return rule.mode.value_or(EncryptMode::deterministic) == EncryptMode::deterministic;
  return rule.technique == Technique::pseudonym || rule.technique == Technique::format_preserving;
}

// What must agree for equal cells to be equal afterwards.
std::string link_of(const FieldRule& rule) {
  std::string parameters = rule.kind ? std::string(name_of(*rule.kind)) : "";
  if (rule.cipher) parameters += std::string(name_of(*rule.cipher));
  return std::string(name_of(rule.technique)) + " " + parameters + " " + rule.domain.value_or(rule.column);
}

struct LinkedColumn {
  size_t table = 0;
  std::string column, link, domain;
};

struct TableRun {
  std::string in, out, temporary;
  Strategy strategy{};
  std::optional<std::string> reviewed_by{};
  std::string population{};
};

// Files that are renamed together, or removed.
class PendingTables {
 public:
  ~PendingTables() {
    for (const auto& run : runs) {
      ::unlink(run.temporary.c_str());
      forget_unfinished(run.temporary);
    }
  }
  Status commit() {
    size_t done = 0;
    for (; done < runs.size(); done++) {
      const TableRun& run = runs[done];
      struct stat there {};
      if (::stat(run.out.c_str(), &there) == 0 && S_ISDIR(there.st_mode)) {
        errno = EISDIR;
        break;
      }
      if (std::rename(run.out.c_str(), aside(run).c_str()) != 0 && errno != ENOENT) break;
      if (std::rename(run.temporary.c_str(), run.out.c_str()) != 0) break;
    }
    if (done == runs.size()) {
      for (const TableRun& run : runs) ::unlink(aside(run).c_str());
      return {};
    }
    Error why = last_os_error("file.unwritable");
    for (size_t i = 0; i <= done; i++) {
      if (i < done) ::unlink(runs[i].out.c_str());
      (void)std::rename(aside(runs[i]).c_str(), runs[i].out.c_str());  // where something stood
    }
    return tl::unexpected(std::move(why));
  }
  std::vector<TableRun> runs;

 private:
  static std::string aside(const TableRun& run) { return run.temporary + ".before"; }
};

Result<std::unordered_set<std::string>> distinct_values(const std::string& path, const std::string& column) {
  std::unordered_set<std::string> out;
  TRY(read_rows(path, {column}, [&](std::span<const std::string_view> cells) {
    if (!cells[0].empty()) out.emplace(cells[0]);
    return true;
  }));
  return out;
}

Result<uint64_t> shared_values(const std::string& left, const std::string& left_column, const std::string& right, const std::string& right_column) {
  auto a = TRY(distinct_values(left, left_column)), b = TRY(distinct_values(right, right_column));
  return static_cast<uint64_t>(std::count_if(a.begin(), a.end(), [&](const std::string& v) { return b.contains(v); }));
}

std::vector<LinkedColumn> linked_columns(const std::vector<TableRun>& runs) {
  std::vector<LinkedColumn> out;
  for (size_t t = 0; t < runs.size(); t++)
    for (const auto& rule : runs[t].strategy.rules)
      if (keeps_equality(rule)) out.push_back({t, rule.column, link_of(rule), rule.domain.value_or(rule.column)});
  return out;
}

Status prove_links(const Project& project, const std::vector<TableRun>& runs, ProjectReceipt& receipt) {
  auto linked = linked_columns(runs);
  for (size_t i = 0; i < linked.size(); i++)
    for (size_t j = i + 1; j < linked.size(); j++) {
      const auto &a = linked[i], &b = linked[j];
      if (a.table == b.table || a.link != b.link || runs[a.table].strategy.aggregate || runs[b.table].strategy.aggregate) continue;
      LinkReceipt link{.domain = a.domain, .left = project.tables[a.table].file + "." + a.column, .right = project.tables[b.table].file + "." + b.column};
      link.shared_before = TRY(shared_values(runs[a.table].in, a.column, runs[b.table].in, b.column));
      link.shared_after = TRY(shared_values(runs[a.table].temporary, a.column, runs[b.table].temporary, b.column));
      const bool all_rows = !runs[a.table].strategy.sample && !runs[b.table].strategy.sample && !runs[a.table].strategy.suppress_permille && !runs[b.table].strategy.suppress_permille;
      if (all_rows ? link.shared_after != link.shared_before : link.shared_after > link.shared_before) return fail(Errc::refused, "project.links_broken", link.left + ", " + link.right);
      receipt.links.push_back(std::move(link));
    }
  return {};
}

}  // namespace

Result<Project> read_project(std::string_view text) {
  auto first = text.find_first_not_of(" \t\r\n");
  Json json = first != std::string_view::npos && text[first] == '{' ? TRY(parse_json(text, 4u << 20)) : TRY(rules::parse_yaml(text, 4u << 20));
  Project project = TRY(decode<Project>(json));
  if (project.format != "sluice-masking-project/1") return fail(Errc::invalid, "project.bad_file", "format");
  if (project.scope.empty() || project.scope.size() > 200) return fail(Errc::invalid, "project.bad_file", "scope");
  if (project.tables.empty() || project.tables.size() > kProjectTablesMax) return fail(Errc::invalid, "project.bad_file", "tables");
  std::set<std::string> files;
  for (const auto& t : project.tables)
    if (!is_plain_name(t.file) || !is_plain_name(t.recipe) || !files.insert(t.file).second) return fail(Errc::invalid, "project.bad_file", "tables: file, recipe");
  return project;
}

Result<ProjectReceipt> apply_project(const Project& project, const std::string& recipes_folder, const std::string& data_folder, const std::string& out_folder,
                                     const std::optional<SecretBytes>& key, const PlanOfTable& plan_of, const ApplyOptions& options,
                                     const std::function<Status(const ProjectReceipt&)>& receipts) {
  ProjectReceipt receipt{.scope = project.scope};
  PendingTables pending;
  for (const auto& table : project.tables) {
    TableRun run{data_folder + "/" + table.file, out_folder + "/" + table.file, out_folder + "/" + table.file + ".project." + std::to_string(::getpid())};
    TablePlan plan = TRY(plan_of(table, recipes_folder + "/" + table.recipe, run.in));
    run.strategy = std::move(plan.strategy), run.reviewed_by = std::move(plan.reviewed_by), run.population = std::move(plan.population);
    if (run.strategy.scope && *run.strategy.scope != project.scope) return fail(Errc::refused, "project.scopes_differ", table.recipe);
    run.strategy.scope = project.scope;
    note_unfinished(run.temporary);
    pending.runs.push_back(std::move(run));
  }
  TRY(make_dirs(out_folder));
  for (const auto& run : pending.runs) {
    ApplyOptions its = options;
    its.reviewed_by = run.reviewed_by, its.population = run.population;
    receipt.tables.push_back(TRY(apply_file(run.strategy, key, run.in, run.temporary, its)));
  }
  TRY(prove_links(project, pending.runs, receipt));
  if (receipts) TRY(receipts(receipt));
  TRY(pending.commit());
  return receipt;
}

}  // namespace sluice::deident
