// From a file to typed columns: parse → validate → columns → sink, in bounded memory, on several threads (C6.1, C6.5.4).
//
//   MemoryTable or vault::SealedWriter accepted(specs_of(plan)); HeldSink held;
//   auto outcome = TRY(collect_file(plan, "fee_list_d.csv", options, accepted, held));
//   if (auto differs = reconcile(manifest, outcome.facts); !differs) … drop the sink: the whole batch is held
//   TRY(accepted.finish());
//
// collect_* never calls finish() of a sink: what becomes visible is decided by the caller, who has compared the manifest.
// Rows reach the sinks in file order from one thread. Held rows carry their text as it stood (UTF-8), so that they can be
// corrected and sent again through this same function; they are personal data, the sink seals them.
// A malformed file (csv.*, jsonl.*, xlsx.*, zip.*, table.bad_parquet) fails as a whole; rows that break rules are held one by one.
// Errors besides: "collect.unknown_field", "collect.missing_field" (detail: the column), "collect.too_few_columns",
// "collect.interrupted", "file.*", and those of the sinks.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/restricted.h"
#include "collect/code_tables.h"
#include "collect/manifest.h"
#include "collect/plan.h"
#include "collect/quality.h"
#include "collect/refunds.h"
#include "standard/codes.h"
#include "table/column.h"

namespace sluice::collect {

struct HeldReason {
  std::string subject;  // field or cross rule
  std::string rule;
  static constexpr auto fields = field_list(field("subject", &HeldReason::subject), field("rule", &HeldReason::rule));
};

struct HeldRow {
  uint64_t row = 0;  // 1-based, header not counted
  std::vector<HeldReason> reasons;
  std::vector<restricted<std::string>> cells;  // plan order
};

class HeldSink {
 public:
  virtual ~HeldSink() = default;
  virtual Status hold(HeldRow row) = 0;
};

// Keeps them in memory: tests, small batches.
class HeldRows final : public HeldSink {
 public:
  Status hold(HeldRow row) override {
    rows.push_back(std::move(row));
    return {};
  }
  std::vector<HeldRow> rows;
};

// Written by the pipeline, read by whoever shows progress; `stop` set by anyone ends it with "collect.interrupted".
struct Progress {
  std::atomic<uint64_t> bytes{0}, rows{0}, held{0};
  std::atomic<bool> stop{false};
};

struct CollectOptions {
  unsigned threads = 2;
  const Membership* membership = nullptr;
  CivilDate today{9999, 12, 31};
  std::span<const Sm2PublicKey> message_keys{};  // who signs the envelopes of messages
  const CodeTables* tables = nullptr;             // what the plan's references name; "reference.no_table" where one is missing
  RefundBook* refunds = nullptr;                  // origins of earlier versions; absent: those of the file alone
  size_t block_bytes = 1u << 20;
  size_t batch_rows = table::kBatchRows;
};

struct Outcome {
  BatchFacts facts;
  QualityReport quality;
  Bytes message_marks;  // of national messages (block_source.h)
};

Result<Outcome> collect_stream(const Plan& plan, ByteSource& source, const CollectOptions& options,
                               table::BatchSink& accepted, HeldSink& held, Progress& progress);
// Any format of the plan; a stream is any of them but Parquet.
Result<Outcome> collect_file(const Plan& plan, const std::string& path, const CollectOptions& options,
                             table::BatchSink& accepted, HeldSink& held, Progress& progress);

// Corrected rows as a file of the same plan (header, UTF-8 CSV), for collecting them again. `rows` as they were held, with
// corrections put in.
std::string resubmission(const Plan& plan, std::span<const HeldRow> rows);

}  // namespace sluice::collect
