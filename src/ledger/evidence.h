// Evidence: proof of chosen fields of chosen entries for someone who has neither the ledger nor a network.
//
// A bundle (docs/formats/evidence.md) carries a signed checkpoint, the key history with proofs, and entries with revealed
// fields and proofs in both trees. verify_evidence is pure: bundle in, verdict out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/json.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/trust.h"

namespace sluice::ledger {

constexpr std::string_view kEvidenceFormat = "sluice-evidence/1";

struct EntryVerdict {
  uint64_t seq = 0;
  Entry entry;
  Json revealed = Json::object();  // the fields whose commitments match
  bool included = false;           // in both trees, under the checkpoint
  bool fields_match = false;       // every revealed field matches its commitment
  bool ok() const { return included && fields_match; }
};

// Pinned: the key history contains keys that the trust pins, or that signed the checkpoint it holds.
enum class Pinning { not_asked, pinned, not_pinned };
// Against a checkpoint seen before: proven, or contradicted (a fork: the issuer showed two histories), or the bundle
// brings no proof.
enum class Consistency { not_asked, proven, unknown, contradicted };

struct EvidenceVerdict {
  std::string origin;
  std::string issuer_name;
  std::string issuer_uscc;
  Checkpoint checkpoint;
  bool keys_ok = false;        // every hand-over is signed and proven
  bool checkpoint_ok = false;  // signed by both keys in force
  Pinning pinning = Pinning::not_asked;
  Consistency consistency = Consistency::not_asked;
  std::vector<EntryVerdict> entries;
  std::vector<std::string> problems;  // stable reasons, with the entry: "evidence.not_included seq=12"

  // Everything checks; what is not pinned is for the caller to judge.
  bool ok() const { return problems.empty(); }
  const EntryVerdict* find(std::string_view kind) const;
};

// "evidence.malformed" (detail: where) when the bundle cannot be read; else a verdict. Bundles are bounded:
// at most 10,000 entries.
Result<EvidenceVerdict> verify_evidence(const Json& bundle, const Trust* trust);

}  // namespace sluice::ledger
