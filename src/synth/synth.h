// Synthetic claims data: eight linked tables with the invariants of real ones, belonging to nobody.
//
// Deterministic: the same options give the same tables and plans (the manifests differ: their key is fresh). Streaming: memory does not grow with `rows`. Tables, written to
// DIR as NAME.csv: psn_info_b, fixmedins_b, dr_info_b, mdtrt_d, setl_d, fee_list_d, rx_d, hilist_b.
// Invariants (domain facts 2.3): fee = cnt × pric; settlement = sum of its fee rows = own + over-limit + prepaid + in scope =
// fund + person; person = account + cash; sex and birth fit the ID number; begin ≤ end ≤ settlement; refunds are negative
// and name their origin.
// ID numbers carry a right check character, and a division code PP98NN (PP a real province): GB/T 2260 numbers cities
// 01–20 and 51–70, prefectures 21–50 and directly administered counties 90, so that 98 was never assigned and the number
// is nobody's. Mobile numbers use the prefix 100, which no operator assigns.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/sign.h"

namespace sluice::synth {

struct Options {
  uint64_t rows = 100'000;         // fee rows
  uint64_t seed = 1;
  unsigned dirty_permille = 0;     // share of dirty rows in each of the tables that can be dirty
  bool gb18030 = false;            // write the tables in GB18030
  TimeMs made_at = 1'767'225'600'000;  // 2026-01-01: stamps the manifests, bounds the dates
};

// What was made dirty, exactly: per table, per defect, how many rows. Each dirty row has exactly one defect.
struct Summary {
  std::map<std::string, uint64_t> rows;                              // table → rows written
  std::map<std::string, std::map<std::string, uint64_t>> defects;    // table → defect → rows
  std::vector<std::string> files;                                    // names in the folder
  Bytes source_public_key;                                           // that signed the manifests
};

// Writes tables, signed manifests (FILE.manifest.json), the collection plans (plans/TABLE.yaml) and the source's public
// key (source.pub, hex) into `dir`, which is made when absent. The signing key is made at that moment and thrown away.
// "synth.too_many_rows", "file.*".
Result<Summary> generate(const Options& options, const std::string& dir);

// The collection plans of the eight tables, as text: the files of rules/plans.
struct PlanText {
  std::string_view table, yaml;
};
const std::vector<PlanText>& plan_texts();

}  // namespace sluice::synth
