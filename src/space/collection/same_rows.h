// Datasets of one owner that hold the same rows, whatever their sources, plans and columns are called: to the windows of operations they are one.
//
//   (no word) ──ReportSameRows (node)──▶ same ◀──DecideSameRows (security officer, second factor)──▶ apart
//
// A finding is a task of the security officer until somebody decided on it, either way; until then it holds.
// The node compares samples that it keeps sealed (node/row_marks.h); the ledger has the finding alone. A person may decide otherwise, and where the node
// found nothing, too: what a person decided stands until a person decides again, the node reports that pair no more.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

struct ReportSameRows {
  static constexpr std::string_view kind = "collection.report_same_rows";
  DatasetId dataset, other;
  int64_t permille = 0;  // of the smaller one's sampled rows stand in the other
  static constexpr auto fields = field_list(field("dataset", &ReportSameRows::dataset), field("other", &ReportSameRows::other), field("permille", &ReportSameRows::permille));
};
struct DecideSameRows {
  static constexpr std::string_view kind = "collection.decide_same_rows";
  DatasetId dataset, other;
  bool same = false;
  std::string reason;
  static constexpr auto fields = field_list(field("dataset", &DecideSameRows::dataset), field("other", &DecideSameRows::other), field("same", &DecideSameRows::same),
                                            field("reason", &DecideSameRows::reason));
};

struct SameRowsFound {
  static constexpr std::string_view kind = "collection.same_rows_found";
  DatasetId dataset, other;
  int64_t permille = 0;
  static constexpr auto fields = field_list(field("dataset", &SameRowsFound::dataset), field("other", &SameRowsFound::other), field("permille", &SameRowsFound::permille));
};
struct SameRowsDecided {
  static constexpr std::string_view kind = "collection.same_rows_decided";
  DatasetId dataset, other;
  bool same = false;
  std::string reason;
  static constexpr auto fields = field_list(field("dataset", &SameRowsDecided::dataset), field("other", &SameRowsDecided::other), field("same", &SameRowsDecided::same),
                                            field("reason", &SameRowsDecided::reason));
};

struct SameRows {
  DatasetId dataset, other;  // as the first word about them named them
  bool same = false;         // what holds
  std::optional<int64_t> permille{};  // of the node's finding
  TimeMs at_ms = 0;                   // of the last word
  std::optional<PersonId> decided_by{};
  std::optional<std::string> reason{};
  static constexpr auto fields = field_list(field("dataset", &SameRows::dataset), field("other", &SameRows::other), field("same", &SameRows::same),
                                            field("permille", &SameRows::permille), field("at_ms", &SameRows::at_ms), field("decided_by", &SameRows::decided_by),
                                            field("reason", &SameRows::reason));
};
// The pair's key, whichever is named first.
inline std::string same_rows_key(const DatasetId& a, const DatasetId& b) { return std::min(a.str(), b.str()) + ":" + std::max(a.str(), b.str()); }

}  // namespace sluice::space
