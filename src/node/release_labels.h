// Labels that travel with a delivered file (C6.2.1, docs/formats/labels.md): its level with the rules that decided, whether it is masked or
// aggregated, and of each column type, category, level and technique. Names of columns and rules, never a value.
//
// They lie in the envelope's header, sealed for the recipient, and in the footer of a Parquet file under kLabelsKey, where they stay once
// the envelope is opened.
#pragma once

#include "node/node.h"
#include "space/catalog/flow_level.h"

namespace sluice::node {

inline constexpr std::string_view kLabelsFormat = "sluice-labels/1";
inline constexpr const char* kLabelsKey = "sluice.labels";

struct LabelledColumn {
  std::string column, title, type, category, technique;
  int level = 5;
  static constexpr auto fields = field_list(field("column", &LabelledColumn::column), field("title", &LabelledColumn::title), field("type", &LabelledColumn::type),
                                            field("category", &LabelledColumn::category), field("technique", &LabelledColumn::technique), field("level", &LabelledColumn::level));
};
struct FileLabels {
  std::string format{kLabelsFormat};
  std::string owner, dataset, title, version;  // of the owner: its name and credit code are in the passport
  int level = 5;
  std::string national, scenario;
  bool masked = false, aggregated = false;
  std::optional<int64_t> k{};
  std::vector<space::FlowReason> reasons;
  std::vector<LabelledColumn> columns;
  std::optional<int64_t> columns_left_out{};  // where the header had no room for them
  static constexpr auto fields = field_list(
      field("format", &FileLabels::format), field("owner", &FileLabels::owner), field("dataset", &FileLabels::dataset), field("title", &FileLabels::title),
      field("version", &FileLabels::version), field("level", &FileLabels::level), field("national", &FileLabels::national), field("scenario", &FileLabels::scenario),
      field("masked", &FileLabels::masked), field("aggregated", &FileLabels::aggregated), field("k", &FileLabels::k), field("reasons", &FileLabels::reasons),
      field("columns", &FileLabels::columns), field("columns_left_out", &FileLabels::columns_left_out));
};

// `grade` is that of the flow where one was decided on (release, provision); absent: that of the columns together, inside the agency.
Result<Json> labels_of(Node& node, const space::VersionId& version, const std::vector<std::string>& columns, const std::optional<space::FlowGrade>& grade);
// As they fit into an envelope's header: without the columns of a table that is too wide.
Json labels_for_header(const Json& labels);

}  // namespace sluice::node
