// The classification-and-grading list of a space (G2.4, G2.8): one row a field and one a described item (paper, film, tape), with
// every column that the guide names, how much of it is filled in, its files, and the differences of two versions of it.
//
// What is measured comes from the state; what cannot be measured is what people said (DescribeDataset) or empty.
#pragma once

#include <map>
#include <span>

#include "node/views/view.h"

namespace sluice::node {

struct LoweredNote {
  int level = 1;
  TimeMs until_ms = 0;
  std::string reason;
  static constexpr auto fields = field_list(field("level", &LoweredNote::level), field("until_ms", &LoweredNote::until_ms), field("reason", &LoweredNote::reason));
};

struct GradedRow {
  space::DatasetId dataset;
  std::string dataset_title, table, column, title, description, data_type;
  std::string category, class_id, class_zh, type, type_zh, national, national_zh, identifier, state, reason;
  int level = 5;
  bool enterprise = false, by_row = false;
  int64_t level5_rows = 0, rows = 0, versions = 0;
  std::string frequency, department, system, place, medium, retention, purpose, processing, provision;
  space::PersonId confirmed_by;
  TimeMs updated_ms = 0, confirmed_ms = 0, valid_until_ms = 0;
  std::optional<LoweredNote> lowered;
  std::optional<space::ItemId> item{};  // a described item: `dataset` and `column` are empty, `rows` is its volume
  std::optional<std::string> volume_unit{}, own_level{}, own_level_zh{};  // the own step beside the standard level (inventory/own_levels.h)
  std::map<std::string, std::string> stages;  // what people say protects the data, by stage of the life cycle
  std::map<std::string, std::string> measures;  // aspect → what the level's protection profile demands
  static constexpr auto fields = field_list(
      field("dataset", &GradedRow::dataset), field("dataset_title", &GradedRow::dataset_title), field("table", &GradedRow::table),
      field("column", &GradedRow::column), field("title", &GradedRow::title), field("description", &GradedRow::description),
      field("data_type", &GradedRow::data_type), field("category", &GradedRow::category), field("class", &GradedRow::class_id),
      field("class_zh", &GradedRow::class_zh), field("type", &GradedRow::type), field("type_zh", &GradedRow::type_zh),
      field("level", &GradedRow::level), field("national", &GradedRow::national), field("national_zh", &GradedRow::national_zh),
      field("identifier", &GradedRow::identifier), field("enterprise", &GradedRow::enterprise), field("level5_rows", &GradedRow::level5_rows),
      field("by_row", &GradedRow::by_row), field("rows", &GradedRow::rows), field("versions", &GradedRow::versions),
      field("frequency", &GradedRow::frequency), field("updated_ms", &GradedRow::updated_ms), field("department", &GradedRow::department),
      field("system", &GradedRow::system), field("place", &GradedRow::place), field("medium", &GradedRow::medium),
      field("retention", &GradedRow::retention), field("purpose", &GradedRow::purpose), field("processing", &GradedRow::processing),
      field("provision", &GradedRow::provision), field("measures", &GradedRow::measures), field("state", &GradedRow::state),
      field("confirmed_by", &GradedRow::confirmed_by), field("confirmed_ms", &GradedRow::confirmed_ms),
      field("valid_until_ms", &GradedRow::valid_until_ms), field("lowered", &GradedRow::lowered), field("reason", &GradedRow::reason),
      field("item", &GradedRow::item), field("volume_unit", &GradedRow::volume_unit), field("own_level", &GradedRow::own_level),
      field("own_level_zh", &GradedRow::own_level_zh), field("stages", &GradedRow::stages));
  // What a row is about, for good: a field of a dataset or an item.
  std::string key() const { return item ? item->str() : dataset.str() + ":" + column; }
};

struct ListFilter {
  std::string text, dataset, category, state, department;
  int level = 0;  // 0: all
};

bool passes(const GradedRow& row, const ListFilter& filter);
// Rows of the datasets of the viewer's own party (of all, for who sees all), by dataset title, in the order of the columns.
std::vector<GradedRow> graded_rows(const View& view, const rules::RuleSet& rules, const ListFilter& filter = {});

struct Completeness {
  int64_t permille = 1000, confirmed = 0, list_fields = 0;
  std::map<std::string, int64_t> missing;  // member → rows that lack it
  static constexpr auto fields = field_list(field("permille", &Completeness::permille), field("confirmed", &Completeness::confirmed),
                                            field("fields", &Completeness::list_fields), field("missing", &Completeness::missing));
};
Completeness completeness_of(std::span<const GradedRow* const> rows);
Completeness completeness_of(const std::vector<GradedRow>& rows);

// [{id, zh, en, group}] in the order of the guide.
Json list_columns();
// A header and one line of texts a row, for spreadsheets and print.
std::vector<std::vector<std::string>> list_table(const std::vector<GradedRow>& rows);
// .json, .csv, .xlsx, .dcat (JSON-LD) or .pdf by name of the format; "list.unknown_format", "pdf.no_font".
struct ListFile {
  std::string content, type, ending;
};
Result<ListFile> list_file(const std::vector<GradedRow>& rows, std::string_view format, const std::string& title, TimeMs at);

// {cells: [{category, level, fields, rows, open}], fields, confirmed}
Json heat_map(const std::vector<GradedRow>& rows);

// The content of an issued version, and what differs between two.
std::string list_content(const std::vector<GradedRow>& rows);
Result<std::vector<GradedRow>> rows_of_content(std::string_view content);
Json list_difference(const std::vector<GradedRow>& before, const std::vector<GradedRow>& after);

}  // namespace sluice::node
