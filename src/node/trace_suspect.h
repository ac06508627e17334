// Use case: whose copy was a found file made from (issue 5 §4). A security officer asks; the candidates are the recipients of marked
// releases of the dataset, by the space's own records: codes from the registry, checked against their commitments in the ledger.
// The file goes to a worker through a folder in memory and is not kept; the ledger has its SM3 and who was named.
//
// Errors: "trace.nothing_marked", "trace.no_carrier" (the file has neither row key nor carrier), "trace.too_large", "trace.code_changed",
// those of reading CSV.
#pragma once

#include "codec/record.h"
#include "node/memory_folder.h"
#include "node/node.h"

namespace sluice::node {

constexpr size_t kSuspectBytesMax = size_t{1} << 30;

struct TraceAsk {
  space::DatasetId dataset;
  std::string text, file, reason;     // one of text, file and upload; `file` is a path of this machine
  std::optional<std::string> upload;  // sent before in parts
  static constexpr auto fields = field_list(field("dataset", &TraceAsk::dataset), field("text", &TraceAsk::text), field("file", &TraceAsk::file),
                                            field("reason", &TraceAsk::reason), field("upload", &TraceAsk::upload));
};
// {trace, dataset, rows, symbols, carriers, bound, candidates, recipients: [{party, name, accused, deviations_permille, false_accusation_bound,
// releases}], seq}
// `uploaded`: a folder with the file as suspect.csv, instead of text and file (node/suspect_parts.h).
Result<Json> trace_suspect(Node& node, const space::Principal& by, const TraceAsk& ask, const ProgressFn& progress = {}, MemoryFolder* uploaded = nullptr);

// What a worker is asked: one strategy with the codes of its candidates.
struct TraceReading {
  std::string strategy, key_name;
  std::vector<std::string> codes;
  static constexpr auto fields =
      field_list(field("strategy", &TraceReading::strategy), field("key_name", &TraceReading::key_name), field("codes", &TraceReading::codes));
};

// Traces and reversals that a crash left running have failed; at the opening of a space.
Status settle_interrupted(Node& node);

}  // namespace sluice::node
