// Releases: data leave under a contract, and the grants of column keys that all work on data needs (C5.2, C7.1.1, C7.1.2).
//
//   grant    KeysGranted is durable before the key agent hands any column key to a worker; KeysGrantEnded closes it.
//   release  file: PrepareRelease → prepared ──ReportDelivery──▶ delivered | ReportReleaseFailure ──▶ failed
//            api:  OpenApi → open ──LeaseQuota / SettleLease …
//            any:  RevokeRelease ──▶ revoked
// A release is checked against the contract term by term; a refusal names the term ("contract.expired",
// "contract.column_not_agreed", "contract.count_used_up", …). It is durable in the ledger before its first byte leaves.
#pragma once

#include <vector>

#include "codec/record.h"
#include "space/contract/contract.h"
#include "space/release/destruction.h"
#include "space/tracing/tracing.h"

namespace sluice::space {

// correct: reading and re-submitting held rows (the version is a batch's held_version); merge: several versions into one.
// operate: an operation inside the agency that was asked for and decided. trace, reverse: space/tracing, space/reversal.
enum class Work { collect, classify, mask, check, release, operate, correct, merge, trace, reverse, find_person };
constexpr std::array<std::string_view, 11> enum_names(Work) {
  return {"collect", "classify", "mask", "check", "release", "operate", "correct", "merge", "trace", "reverse", "find_person"};
}

struct GrantKeys {
  static constexpr std::string_view kind = "keys.grant";
  DatasetId dataset;
  VersionId version;
  std::vector<std::string> columns;
  Work work = Work::classify;
  int64_t valid_ms = 0;
  // Values of held rows that people will see: from which row on, and how many at most.
  std::optional<int64_t> first_row{}, rows{};
  std::optional<bool> download{};  // they go into a file: under an approved download_held alone
  static constexpr auto fields = field_list(field("download", &GrantKeys::download), field("dataset", &GrantKeys::dataset), field("version", &GrantKeys::version),
                                            field("columns", &GrantKeys::columns), field("work", &GrantKeys::work), field("valid_ms", &GrantKeys::valid_ms),
                                            field("first_row", &GrantKeys::first_row), field("rows", &GrantKeys::rows));
};
struct EndGrant {
  static constexpr std::string_view kind = "keys.end_grant";
  GrantId grant;
  std::string outcome;
  static constexpr auto fields = field_list(field("grant", &EndGrant::grant), field("outcome", &EndGrant::outcome));
};
struct PrepareRelease {
  static constexpr std::string_view kind = "release.prepare";
  ContractId contract;
  std::vector<std::string> columns;  // empty: all that the contract names
  std::string purpose;               // must be the contract's
  static constexpr auto fields = field_list(field("contract", &PrepareRelease::contract), field("columns", &PrepareRelease::columns),
                                            field("purpose", &PrepareRelease::purpose));
};
struct ReportDelivery {
  static constexpr std::string_view kind = "release.report_delivery";
  ReleaseId release;
  int64_t rows = 0, bytes = 0;
  Digest file_digest, envelope_digest;  // SM3 of the plain file and of the sealed envelope
  std::string format;                   // csv or parquet
  std::optional<Digest> content_digest{};  // of a Parquet file: SM3 of its rows written as CSV, whatever wrote the file
  std::optional<int64_t> level5_rows_left_out{};  // where the contract wants such rows left out
  static constexpr auto fields = field_list(field("content_digest", &ReportDelivery::content_digest), field("level5_rows_left_out", &ReportDelivery::level5_rows_left_out), field("release", &ReportDelivery::release), field("rows", &ReportDelivery::rows),
                                            field("bytes", &ReportDelivery::bytes), field("file_digest", &ReportDelivery::file_digest),
                                            field("envelope_digest", &ReportDelivery::envelope_digest), field("format", &ReportDelivery::format));
};
struct ReportReleaseFailure {
  static constexpr std::string_view kind = "release.report_failure";
  ReleaseId release;
  std::string reason;
  static constexpr auto fields = field_list(field("release", &ReportReleaseFailure::release), field("reason", &ReportReleaseFailure::reason));
};
struct OpenApi {
  static constexpr std::string_view kind = "release.open_api";
  ContractId contract;
  Digest token_digest;  // SM3 of the bearer token; the token itself is shown once and never stored
  std::string purpose;
  static constexpr auto fields = field_list(field("contract", &OpenApi::contract), field("token_digest", &OpenApi::token_digest),
                                            field("purpose", &OpenApi::purpose));
};
struct LeaseQuota {
  static constexpr std::string_view kind = "release.lease_quota";
  ReleaseId release;
  int64_t calls = 0;
  static constexpr auto fields = field_list(field("release", &LeaseQuota::release), field("calls", &LeaseQuota::calls));
};
struct SettleLease {
  static constexpr std::string_view kind = "release.settle_lease";
  LeaseId lease;
  int64_t used_calls = 0, rows = 0;
  static constexpr auto fields =
      field_list(field("lease", &SettleLease::lease), field("used_calls", &SettleLease::used_calls), field("rows", &SettleLease::rows));
};
struct RevokeRelease {
  static constexpr std::string_view kind = "release.revoke";
  ReleaseId release;
  std::string reason;
  static constexpr auto fields = field_list(field("release", &RevokeRelease::release), field("reason", &RevokeRelease::reason));
};

// Destroys the registry's values of all identifying queries of a release; the access records keep their commitments.
struct EraseQueries {
  static constexpr std::string_view kind = "release.erase_queries";
  ReleaseId release;
  std::string reason;
  static constexpr auto fields = field_list(field("release", &EraseQueries::release), field("reason", &EraseQueries::reason));
};
// The columns of a version of held rows: row number and reasons, then each cell as it stood.
inline constexpr std::string_view kHeldRowNumber = "row_number", kHeldReasons = "held_reasons", kHeldCellPrefix = "cell_";

struct KeysGranted {
  static constexpr std::string_view kind = "keys.granted";
  GrantId grant;
  DatasetId dataset;
  VersionId version;
  std::vector<std::string> columns;
  Work work = Work::classify;
  ReleaseId release;  // of work for a release
  TimeMs expires_ms = 0;
  static constexpr auto fields = field_list(field("grant", &KeysGranted::grant), field("dataset", &KeysGranted::dataset),
                                            field("version", &KeysGranted::version), field("columns", &KeysGranted::columns),
                                            field("work", &KeysGranted::work), field("release", &KeysGranted::release),
                                            field("expires_ms", &KeysGranted::expires_ms));
};
struct KeysGrantEnded {
  static constexpr std::string_view kind = "keys.grant_ended";
  GrantId grant;
  std::string outcome;
  static constexpr auto fields = field_list(field("grant", &KeysGrantEnded::grant), field("outcome", &KeysGrantEnded::outcome));
};
struct ReleasePrepared {
  static constexpr std::string_view kind = "release.prepared";
  ReleaseId release;
  ContractId contract;
  DatasetId dataset;
  VersionId version;
  OpenForm form = OpenForm::file;
  std::vector<std::string> columns;
  std::vector<RowCondition> row_filter;
  std::string purpose, recipient_key_id;
  Bytes recipient_key;
  std::vector<PolicyReason> policy;
  int level = 1;
  Digest token_digest;  // of API releases; zero for files
  TimeMs expires_ms = 0;
  std::optional<FlowGrade> grade{};  // `level` with its reasons
  static constexpr auto fields = field_list(
      field("grade", &ReleasePrepared::grade),
      field("release", &ReleasePrepared::release), field("contract", &ReleasePrepared::contract), field("dataset", &ReleasePrepared::dataset),
      field("version", &ReleasePrepared::version), field("form", &ReleasePrepared::form), field("columns", &ReleasePrepared::columns),
      field("row_filter", &ReleasePrepared::row_filter), field("purpose", &ReleasePrepared::purpose),
      field("recipient_key_id", &ReleasePrepared::recipient_key_id), field("recipient_key", &ReleasePrepared::recipient_key),
      field("policy", &ReleasePrepared::policy), field("level", &ReleasePrepared::level), field("token_digest", &ReleasePrepared::token_digest),
      field("expires_ms", &ReleasePrepared::expires_ms));
};
struct ReleaseDelivered {
  static constexpr std::string_view kind = "release.delivered";
  ReleaseId release;
  int64_t rows = 0, bytes = 0;
  Digest file_digest, envelope_digest;
  std::string format;
  std::optional<Digest> content_digest{};
  std::optional<int64_t> level5_rows_left_out{};
  static constexpr auto fields = field_list(field("content_digest", &ReleaseDelivered::content_digest), field("level5_rows_left_out", &ReleaseDelivered::level5_rows_left_out), field("release", &ReleaseDelivered::release), field("rows", &ReleaseDelivered::rows),
                                            field("bytes", &ReleaseDelivered::bytes), field("file_digest", &ReleaseDelivered::file_digest),
                                            field("envelope_digest", &ReleaseDelivered::envelope_digest), field("format", &ReleaseDelivered::format));
};
struct ReleaseFailed {
  static constexpr std::string_view kind = "release.failed";
  ReleaseId release;
  std::string reason;
  static constexpr auto fields = field_list(field("release", &ReleaseFailed::release), field("reason", &ReleaseFailed::reason));
};
struct QuotaLeased {
  static constexpr std::string_view kind = "release.quota_leased";
  LeaseId lease;
  ReleaseId release;
  int64_t calls = 0;
  static constexpr auto fields = field_list(field("lease", &QuotaLeased::lease), field("release", &QuotaLeased::release), field("calls", &QuotaLeased::calls));
};
struct LeaseSettled {
  static constexpr std::string_view kind = "release.lease_settled";
  LeaseId lease;
  ReleaseId release;
  int64_t used_calls = 0, rows = 0;
  static constexpr auto fields = field_list(field("lease", &LeaseSettled::lease), field("release", &LeaseSettled::release),
                                            field("used_calls", &LeaseSettled::used_calls), field("rows", &LeaseSettled::rows));
};
struct ReleaseRevoked {
  static constexpr std::string_view kind = "release.revoked";
  ReleaseId release;
  std::string reason;
  static constexpr auto fields = field_list(field("release", &ReleaseRevoked::release), field("reason", &ReleaseRevoked::reason));
};

struct QueriesErased {
  static constexpr std::string_view kind = "release.queries_erased";
  ReleaseId release;
  std::string reason;
  static constexpr auto fields = field_list(field("release", &QueriesErased::release), field("reason", &QueriesErased::reason));
};

enum class ReleaseStatus { prepared, delivered, open, failed, revoked };
constexpr std::array<std::string_view, 5> enum_names(ReleaseStatus) { return {"prepared", "delivered", "open", "failed", "revoked"}; }

struct Grant {
  GrantId id;
  DatasetId dataset;
  VersionId version;
  std::vector<std::string> columns;
  Work work = Work::classify;
  ReleaseId release;
  TimeMs expires_ms = 0;
  bool ended = false;
  uint64_t seq = 0;
  static constexpr auto fields =
      field_list(field("id", &Grant::id), field("dataset", &Grant::dataset), field("version", &Grant::version), field("columns", &Grant::columns),
                 field("work", &Grant::work), field("release", &Grant::release), field("expires_ms", &Grant::expires_ms),
                 field("ended", &Grant::ended), field("seq", &Grant::seq));
};
struct Lease {
  LeaseId id;
  ReleaseId release;
  int64_t calls = 0;
  static constexpr auto fields = field_list(field("id", &Lease::id), field("release", &Lease::release), field("calls", &Lease::calls));
};
struct Release {
  ReleaseId id;
  ContractId contract;
  DatasetId dataset;
  VersionId version;
  GrantId grant;
  OpenForm form = OpenForm::file;
  std::vector<std::string> columns;
  std::vector<RowCondition> row_filter;
  std::string recipient_key_id;
  Bytes recipient_key;
  ReleaseStatus status = ReleaseStatus::prepared;
  int level = 1;
  int64_t rows = 0, bytes = 0, calls = 0;
  Digest file_digest{}, envelope_digest{}, token_digest{};
  std::string format, reason;
  std::vector<PolicyReason> policy;
  PersonId released_by;
  TimeMs at_ms = 0, expires_ms = 0;
  uint64_t prepared_seq = 0, delivered_seq = 0, recipient_key_seq = 0;
  std::optional<Destruction> destruction{};  // by the recipient, certified
  std::optional<ReleaseMarks> marks{};       // of the recipient, in every copy; or why there are none
  std::optional<Digest> content_digest{};
  std::optional<FlowGrade> grade{};  // `level` with its reasons
  bool bears_marks() const { return marks && !marks->unmarked; }
  static constexpr auto fields = field_list(
      field("content_digest", &Release::content_digest), field("grade", &Release::grade), field("destruction", &Release::destruction), field("marks", &Release::marks), field("id", &Release::id), field("contract", &Release::contract), field("dataset", &Release::dataset), field("version", &Release::version),
      field("grant", &Release::grant), field("form", &Release::form), field("columns", &Release::columns), field("row_filter", &Release::row_filter),
      field("recipient_key_id", &Release::recipient_key_id), field("recipient_key", &Release::recipient_key), field("status", &Release::status),
      field("level", &Release::level), field("rows", &Release::rows), field("bytes", &Release::bytes), field("calls", &Release::calls),
      field("file_digest", &Release::file_digest), field("envelope_digest", &Release::envelope_digest),
      field("token_digest", &Release::token_digest), field("format", &Release::format), field("reason", &Release::reason),
      field("policy", &Release::policy), field("released_by", &Release::released_by), field("at_ms", &Release::at_ms),
      field("expires_ms", &Release::expires_ms), field("prepared_seq", &Release::prepared_seq), field("delivered_seq", &Release::delivered_seq),
      field("recipient_key_seq", &Release::recipient_key_seq));
};

}  // namespace sluice::space
