// The release passport (流通凭证): made from the ledger for one release, verified by anyone offline (docs/formats/passport.md).
#pragma once

#include "ledger/evidence.h"
#include "ledger/ledger.h"
#include "space/state.h"

namespace sluice::space {

constexpr std::string_view kPassportFormat = "sluice-passport/1";
constexpr std::array<std::string_view, 8> kStations = {"source",   "grading",  "deidentification", "product",
                                                       "approval", "contract", "delivery",         "ledger"};

// "release.not_found"; "passport.not_delivered" for a file that was never delivered; "ledger.not_yet_signed" when the
// last checkpoint is older than the release: sign first.
Result<Json> make_passport(const State& state, const ledger::Ledger& ledger, const ReleaseId& release, TimeMs now);

enum class Verdict { verified, not_pinned, failed };
constexpr std::array<std::string_view, 3> enum_names(Verdict) { return {"verified", "not_pinned", "failed"}; }

struct StationVerdict {
  std::string station;
  bool ok = false;
  std::vector<std::string> problems;
  static constexpr auto fields =
      field_list(field("station", &StationVerdict::station), field("ok", &StationVerdict::ok), field("problems", &StationVerdict::problems));
};

struct PassportVerdict {
  Verdict verdict = Verdict::failed;
  std::string origin, issuer_name, issuer_uscc, release, product_number, provider, recipient;
  int64_t checkpoint_size = 0, rows = 0, k = 0;
  int level = 0;
  std::optional<FlowGrade> grade{};  // why the release stands at `level`; absent in passports of old
  std::vector<std::string> columns;
  TimeMs expires_ms = 0;
  bool expired = false, pinned = false;
  std::string revocation = "unknown";
  std::string file;  // "matches", "differs", or "not_given"
  std::optional<std::string> unmarked{};         // the strategy asks for marks and the copy bears none: why
  std::optional<int64_t> level5_rows_left_out{};  // rows with level-5 content that masking, and by its contract the delivery, left out
  std::vector<StationVerdict> stations;
  std::vector<std::string> problems;  // every problem, stable reason first
  static constexpr auto fields = field_list(
      field("verdict", &PassportVerdict::verdict), field("origin", &PassportVerdict::origin), field("issuer_name", &PassportVerdict::issuer_name),
      field("issuer_uscc", &PassportVerdict::issuer_uscc), field("release", &PassportVerdict::release),
      field("product_number", &PassportVerdict::product_number), field("provider", &PassportVerdict::provider),
      field("recipient", &PassportVerdict::recipient), field("checkpoint_size", &PassportVerdict::checkpoint_size),
      field("rows", &PassportVerdict::rows), field("k", &PassportVerdict::k), field("level", &PassportVerdict::level), field("grade", &PassportVerdict::grade),
      field("columns", &PassportVerdict::columns), field("expires_ms", &PassportVerdict::expires_ms), field("expired", &PassportVerdict::expired),
      field("pinned", &PassportVerdict::pinned), field("revocation", &PassportVerdict::revocation), field("file", &PassportVerdict::file), field("unmarked", &PassportVerdict::unmarked),
      field("level5_rows_left_out", &PassportVerdict::level5_rows_left_out),
      field("stations", &PassportVerdict::stations), field("problems", &PassportVerdict::problems));
};

// Pure. "passport.malformed" when the bundle cannot be read; else a verdict. `file_digest` is SM3 of a file that was
// delivered, `now` only for telling that a contract has expired.
Result<PassportVerdict> verify_passport(const Json& bundle, const ledger::Trust* trust, const std::optional<Digest>& file_digest, TimeMs now);

}  // namespace sluice::space
