// One run over the tables of a project: every table by its own strategy, one scope, one key, and the links between them proven.
//
// A link is two columns of two tables under the same technique and domain that keeps equal cells equal (pseudonym, format_preserving,
// deterministic encrypt). For each the distinct values that both tables hold are counted before and after; they must agree
// ("project.links_broken", detail: the columns), so that a join of the outputs is the join of the inputs. All outputs appear or none.
//
// Project file (`sluice-masking-project/1`, YAML or JSON): {format, scope, tables: [{file, recipe}]}; `file` is a plain name in the folder of
// data, `recipe` a strategy file beside the project file. A strategy that names another scope is refused ("project.scopes_differ").
// Errors: "project.bad_file" (detail: what), those of reading, of resolve() and of apply_file.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "deident/apply.h"

namespace sluice::deident {

struct ProjectTable {
  std::string file, recipe;
  static constexpr auto fields = field_list(field("file", &ProjectTable::file), field("recipe", &ProjectTable::recipe));
};
struct Project {
  std::string format, scope;
  std::vector<ProjectTable> tables;
  static constexpr auto fields = field_list(field("format", &Project::format), field("scope", &Project::scope), field("tables", &Project::tables));
};

struct LinkReceipt {
  std::string domain, left, right;  // FILE.COLUMN
  uint64_t shared_before = 0, shared_after = 0;
  static constexpr auto fields = field_list(field("domain", &LinkReceipt::domain), field("left", &LinkReceipt::left), field("right", &LinkReceipt::right),
                                            field("shared_before", &LinkReceipt::shared_before), field("shared_after", &LinkReceipt::shared_after));
};
struct ProjectReceipt {
  std::string format = "sluice-masking-project-receipt/1";
  std::string scope{};
  std::vector<Receipt> tables{};  // in the order of the project
  std::vector<LinkReceipt> links{};
  static constexpr auto fields = field_list(field("format", &ProjectReceipt::format), field("scope", &ProjectReceipt::scope), field("tables", &ProjectReceipt::tables),
                                            field("links", &ProjectReceipt::links));
};

Result<Project> read_project(std::string_view text);

// All tables appear, or none: what stood there before comes back. `receipts` sees them before any table appears; its error keeps all from appearing.
// The strategy of a recipe file, resolved against a data file: the caller knows how columns are classified, who reviewed it, and where the population of the
// table is. Asked of all tables before one is masked.
struct TablePlan {
  Strategy strategy;
  std::optional<std::string> reviewed_by{};  // after check_review()
  std::string population{};                  // file, unmasked; empty: none
};
using PlanOfTable = std::function<Result<TablePlan>(const ProjectTable& table, const std::string& recipe_path, const std::string& data_path)>;
Result<ProjectReceipt> apply_project(const Project& project, const std::string& recipes_folder, const std::string& data_folder, const std::string& out_folder,
                                     const std::optional<SecretBytes>& key, const PlanOfTable& plan_of, const ApplyOptions& options = {},
                                     const std::function<Status(const ProjectReceipt&)>& receipts = {});

}  // namespace sluice::deident
