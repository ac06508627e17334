#include "deident/reversal.h"

#include <algorithm>
#include <set>

#include "base/clock.h"
#include "crypto/block_digest.h"
#include "crypto/hash.h"
#include "crypto/keyfile.h"

namespace sluice::deident {

namespace {

constexpr size_t kApprovalBytesMax = 1u << 20;
constexpr size_t kApproversMin = 2;

Result<Digest> canonical_digest(std::string_view json, size_t bytes_max) { return sm3(view(canonical(TRY(parse_json(json, bytes_max))))); }

bool is_day_text(const std::string& day) { return day.size() == 10 && from_rfc3339(day + "T00:00:00Z").has_value(); }

Status check_members(const ReversalApproval& approval) {
  auto malformed = [](std::string_view member) { return fail(Errc::invalid, "deident.approval_malformed", std::string(member)); };
  if (approval.format != kReversalApprovalFormat) return malformed("format");
  if (approval.digest_kind != kBlockDigestKind) return malformed("digest_kind");
  if (approval.columns.empty()) return malformed("columns");
  if (approval.reason.find_first_not_of(" \t\r\n") == std::string::npos || approval.reason.size() > kReversalReasonBytesMax) return malformed("reason");
  if (!is_day_text(approval.not_after)) return malformed("not_after");
  return {};
}

bool has_way_back(const FieldRule& rule) { return rule.technique == Technique::encrypt || rule.technique == Technique::format_preserving; }

}  // namespace

std::vector<std::string> reversible_columns(const Strategy& strategy) {
  std::vector<std::string> out;
  for (const FieldRule& rule : strategy.rules)
    if (has_way_back(rule)) out.push_back(rule.column);
  return out;
}

Result<ReversalApproval> draft_approval(const Strategy& strategy, std::string_view receipt_json, const std::string& masked_path, std::vector<std::string> columns,
                                        std::string reason, std::string not_after) {
  Json json = TRY(parse_json(receipt_json));
  json.erase("marks");  // of a marked copy; the digest below is of the whole receipt
  auto receipt = TRY(decode<Receipt>(json));
  if (receipt.strategy != strategy.id || receipt.strategy_version != strategy.version) return fail(Errc::invalid, "deident.approval_of_other", "receipt");
  const std::vector<std::string> reversible = reversible_columns(strategy);
  if (columns.empty()) columns = reversible;
  if (columns.empty()) return fail(Errc::invalid, "deident.not_reversible");
  for (const std::string& name : columns)
    if (std::find(reversible.begin(), reversible.end(), name) == reversible.end()) return fail(Errc::invalid, "deident.not_reversible", name.substr(0, 80));
  ReversalApproval out;
  out.strategy = strategy.id;
  out.strategy_version = strategy.version;
  out.receipt_sm3 = TRY(canonical_digest(receipt_json, kJsonBytesMax));
  out.digest_kind = std::string(kBlockDigestKind);
  out.file_digest = TRY(block_digest_of_file(masked_path));
  out.columns = std::move(columns);
  out.reason = std::move(reason);
  out.not_after = std::move(not_after);
  TRY(check_members(out));
  return out;
}

Result<Approved> check_approval(const ApprovalEvidence& evidence, std::string_view receipt_json, const std::string& masked_path, const std::vector<std::string>& columns,
                                const std::string& today) {
  Json json = TRY(parse_json(evidence.document, kApprovalBytesMax));
  auto approval = decode<ReversalApproval>(json);
  if (!approval) return fail(Errc::invalid, "deident.approval_malformed", approval.error().detail);
  TRY(check_members(*approval));
  std::set<std::string> signers;
  for (const Json& signature : evidence.signatures) {
    Sm2PublicKey signer = TRY(verify_document(view(evidence.document), signature));
    if (std::find(evidence.approvers.begin(), evidence.approvers.end(), signer) != evidence.approvers.end()) signers.insert(sm2_key_id(signer));
  }
  if (signers.size() < kApproversMin) return fail(Errc::refused, "deident.two_approvals_wanted", std::to_string(signers.size()));
  if (today > approval->not_after) return fail(Errc::refused, "deident.approval_expired", approval->not_after);
  if (TRY(canonical_digest(receipt_json, kJsonBytesMax)) != approval->receipt_sm3) return fail(Errc::refused, "deident.approval_of_other", "receipt");
  if (TRY(block_digest_of_file(masked_path)) != approval->file_digest) return fail(Errc::refused, "deident.approval_of_other", "file");
  for (const std::string& name : columns)
    if (std::find(approval->columns.begin(), approval->columns.end(), name) == approval->columns.end()) return fail(Errc::refused, "deident.not_approved", name.substr(0, 80));
  return Approved{.approval = *std::move(approval), .approval_sm3 = sm3(view(canonical(json))), .approved_by = {signers.begin(), signers.end()}};
}

}  // namespace sluice::deident
