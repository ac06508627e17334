// What is asked about the level of data in a flow, and what the answer is made of (level.h computes it). Without the state,
// so that events can keep the answer that they rest on.
#pragma once

#include <vector>

#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

struct FlowPart {
  DatasetId dataset;
  VersionId version;                 // empty: the dataset in general
  std::vector<std::string> columns;  // empty: all
  static constexpr auto fields = field_list(field("dataset", &FlowPart::dataset), field("version", &FlowPart::version), field("columns", &FlowPart::columns));
};
struct FlowAsk {
  std::vector<FlowPart> parts;
  int64_t rows = 0;  // 0: the rows of the largest part
  std::string scenario = "internal";
  bool fine_grained = false;
  static constexpr auto fields = field_list(field("parts", &FlowAsk::parts), field("rows", &FlowAsk::rows), field("scenario", &FlowAsk::scenario),
                                            field("fine_grained", &FlowAsk::fine_grained));
};
struct FlowColumn {
  DatasetId dataset;
  std::string column;
  int level = 1, base = 1;
  std::string zh, en;
  static constexpr auto fields = field_list(field("dataset", &FlowColumn::dataset), field("column", &FlowColumn::column), field("level", &FlowColumn::level),
                                            field("base", &FlowColumn::base), field("zh", &FlowColumn::zh), field("en", &FlowColumn::en));
};
struct FlowReason {
  std::string rule;  // id of the rule, or "highest", "measured", "not_measured", "level5_rows"
  int level = 1;
  std::vector<std::string> columns;
  std::string zh, en;
  static constexpr auto fields = field_list(field("rule", &FlowReason::rule), field("level", &FlowReason::level), field("columns", &FlowReason::columns),
                                            field("zh", &FlowReason::zh), field("en", &FlowReason::en));
};
struct FlowLevel {
  int level = 1;
  int64_t rows = 0;
  std::string national;
  std::vector<FlowColumn> columns;
  std::vector<FlowReason> reasons;  // in the order in which they were weighed
  static constexpr auto fields = field_list(field("level", &FlowLevel::level), field("rows", &FlowLevel::rows), field("national", &FlowLevel::national),
                                            field("columns", &FlowLevel::columns), field("reasons", &FlowLevel::reasons));
};

// The level of a flow as product, contract and release keep it: what it is, what its columns stand at one by one, and the rules
// that decided, each with the combination that triggered it. Small enough for an entry (at most eight reasons of twelve columns).
struct FlowGrade {
  int level = 1, columns_level = 1;
  int64_t rows = 0;  // the most that the flow may hold
  std::string scenario, national;
  std::vector<FlowReason> reasons;
  bool raised() const { return level > columns_level; }
  static constexpr auto fields = field_list(field("level", &FlowGrade::level), field("columns_level", &FlowGrade::columns_level), field("rows", &FlowGrade::rows),
                                            field("scenario", &FlowGrade::scenario), field("national", &FlowGrade::national),
                                            field("reasons", &FlowGrade::reasons));
};

}  // namespace sluice::space
