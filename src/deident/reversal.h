// A restoration outside a space: only what two people signed (issue 5 §1: dual control, the reason on record).
//
// An approval names one masked file (by its block digest), the receipt of its masking, the columns, the reason and the last day
// (`sluice deident reversal-approval` writes it). Two parties sign exactly this document with keys of their own (`sluice sign`). Whoever restores
// names the public keys whose signatures count; two signatures by one key are one. What was restored is told by a record: digests, columns,
// reason and the keys' ids, never a value. Inside a space none of this is used: there the key agent keeps the keys and the ledger the reason.
//
// Formats "sluice-deident-reversal-approval/1" and "sluice-deident-reversal/1": docs/formats/deident-receipt.md.
// Errors: "deident.approval_malformed" (detail: the member), "deident.approval_of_other" (refused; detail: receipt or file),
// "deident.approval_expired" (refused), "deident.not_approved" (refused; detail: the column), "deident.two_approvals_wanted" (refused; detail: how many
// there are), those of verify_document and of reading. Pure but for reading the masked file; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/record.h"
#include "crypto/document_signature.h"
#include "deident/receipt.h"

namespace sluice::deident {

inline constexpr std::string_view kReversalApprovalFormat = "sluice-deident-reversal-approval/1";
inline constexpr std::string_view kReversalFormat = "sluice-deident-reversal/1";
constexpr size_t kReversalReasonBytesMax = 1000;

struct ReversalApproval {
  std::string format{kReversalApprovalFormat};
  std::string strategy, strategy_version;
  Digest receipt_sm3{};  // of the canonical form of the masking receipt
  std::string digest_kind;
  Digest file_digest{};  // of the masked file, or of an excerpt that the signers saw
  std::vector<std::string> columns;
  std::string reason;
  std::string not_after;  // YYYY-MM-DD, the last day
  static constexpr auto fields =
      field_list(field("format", &ReversalApproval::format), field("strategy", &ReversalApproval::strategy), field("strategy_version", &ReversalApproval::strategy_version),
                 field("receipt_sm3", &ReversalApproval::receipt_sm3), field("digest_kind", &ReversalApproval::digest_kind), field("file_digest", &ReversalApproval::file_digest),
                 field("columns", &ReversalApproval::columns), field("reason", &ReversalApproval::reason), field("not_after", &ReversalApproval::not_after));
};

struct ReversalRecord {
  std::string format{kReversalFormat};
  Digest approval_sm3{};  // of the canonical form of the approval
  ReversalApproval approval;
  std::vector<std::string> approved_by;  // ids of the keys whose signatures were verified, at least two
  std::vector<std::string> columns;      // restored; among those of the approval
  std::string key_id;                    // of the masking key
  std::string performed_by, performed_at;
  uint64_t rows = 0;
  Digest output_digest{};                // of the restored file, of the approval's digest kind
  static constexpr auto fields =
      field_list(field("format", &ReversalRecord::format), field("approval_sm3", &ReversalRecord::approval_sm3), field("approval", &ReversalRecord::approval),
                 field("approved_by", &ReversalRecord::approved_by), field("columns", &ReversalRecord::columns), field("key_id", &ReversalRecord::key_id),
                 field("performed_by", &ReversalRecord::performed_by), field("performed_at", &ReversalRecord::performed_at), field("rows", &ReversalRecord::rows),
                 field("output_digest", &ReversalRecord::output_digest));
};

// The columns that the strategy has a way back for.
std::vector<std::string> reversible_columns(const Strategy& strategy);

// The document to be signed. `columns` empty: all that can be restored ("deident.not_reversible" without any, or for a column that cannot).
Result<ReversalApproval> draft_approval(const Strategy& strategy, std::string_view receipt_json, const std::string& masked_path, std::vector<std::string> columns,
                                        std::string reason, std::string not_after);

struct ApprovalEvidence {
  std::string document;
  std::vector<Json> signatures;
  std::vector<Sm2PublicKey> approvers;  // whose signatures count
};
struct Approved {
  ReversalApproval approval;
  Digest approval_sm3{};
  std::vector<std::string> approved_by;
};
// `today`: YYYY-MM-DD.
Result<Approved> check_approval(const ApprovalEvidence& evidence, std::string_view receipt_json, const std::string& masked_path, const std::vector<std::string>& columns,
                                const std::string& today);

}  // namespace sluice::deident
