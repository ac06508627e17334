// The sidecar FILE.manifest.json (docs/formats/batch-manifest.md, C6.1.2): the source answers for count, sums and bytes.
//
// Signed bytes: the canonical JSON (RFC 8785) of the manifest without the member "signature"; SM2 over them.
// A batch is taken only when digest, row count and control totals agree with the file and the signature is the source's;
// otherwise the whole batch is held with one of: "manifest.missing", "manifest.malformed", "manifest.wrong_plan",
// "manifest.wrong_source", "manifest.wrong_file", "manifest.unknown_key", "manifest.forged", "manifest.digest_differs",
// "manifest.rows_differ", "manifest.totals_differ". Details give counts and column names, never values of rows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "collect/plan.h"
#include "crypto/hash.h"
#include "crypto/sign.h"

namespace sluice::collect {

struct BatchManifest {
  std::string format;       // "sluice-batch-manifest/1"
  std::string source_uscc;
  std::string plan;
  std::string batch;        // the source's own number of the batch
  std::string file;         // file name without folder
  int64_t rows = 0;         // records without the header
  std::map<std::string, int64_t> control_totals;  // column → sum in minor units (10^-scale)
  Digest sm3{};             // of the file's bytes
  std::string made_at;      // RFC 3339
  std::string key_id;       // hex of the first 8 bytes of SM3(public key)
  std::optional<Bytes> signature;
  static constexpr auto fields = field_list(
      field("format", &BatchManifest::format), field("source_uscc", &BatchManifest::source_uscc),
      field("plan", &BatchManifest::plan), field("batch", &BatchManifest::batch), field("file", &BatchManifest::file),
      field("rows", &BatchManifest::rows), field("control_totals", &BatchManifest::control_totals),
      field("sm3", &BatchManifest::sm3), field("made_at", &BatchManifest::made_at),
      field("key_id", &BatchManifest::key_id), field("signature", &BatchManifest::signature));
};

// What the pipeline counted in the file: the other side of the comparison, and the identity of the batch. The same
// digest again is the same batch.
struct BatchFacts {
  Digest digest{};  // SM3 of the file's bytes
  int64_t rows = 0;
  int64_t accepted = 0;  // without warnings
  int64_t warned = 0;    // accepted with warnings
  int64_t held = 0;
  std::map<std::string, int64_t> control_totals;  // over all readable rows, held ones too
  static constexpr auto fields =
      field_list(field("digest", &BatchFacts::digest), field("rows", &BatchFacts::rows),
                 field("accepted", &BatchFacts::accepted), field("warned", &BatchFacts::warned),
                 field("held", &BatchFacts::held), field("control_totals", &BatchFacts::control_totals));
};

std::string key_id_of(const Sm2PublicKey& key);

// Fills key id and signature.
BatchManifest sign_manifest(BatchManifest manifest, const Sm2PrivateKey& key);
bool signature_fits(const BatchManifest& manifest, const Sm2PublicKey& key);

std::string manifest_path(const std::string& file);  // FILE.manifest.json
Result<BatchManifest> load_manifest(const std::string& path);
Status save_manifest(const std::string& path, const BatchManifest& manifest);

// Before the file is read: plan, source, file name, key and signature. `source_keys` are the keys that the space knows of
// this source.
Status check_manifest(const BatchManifest& manifest, const Plan& plan, std::string_view file_name,
                      std::span<const Sm2PublicKey> source_keys);
// What the source itself counted, in the moment of which the rows are: the manifest of a database.
struct Stated {
  int64_t rows = 0;
  std::map<std::string, int64_t> control_totals;
  static constexpr auto fields = field_list(field("rows", &Stated::rows), field("control_totals", &Stated::control_totals));
};
Status reconcile(const Stated& stated, const BatchFacts& facts);
// After it: digest, count, totals.
Status reconcile(const BatchManifest& manifest, const BatchFacts& facts);

// Where a source cannot sign: a named person of the agency received the file and reconciled it with what the source
// stated (a letter, a telephone call). Recorded as such, never as a signature.
struct Receipt {
  std::string format;         // "sluice-receipt/1"
  std::string source_uscc;
  std::string plan;
  std::string batch;
  std::string received_by;    // opaque id of the person
  std::string received_at;    // RFC 3339
  std::string how;            // how the stated figures came
  int64_t rows = 0;
  std::map<std::string, int64_t> control_totals;
  static constexpr auto fields =
      field_list(field("format", &Receipt::format), field("source_uscc", &Receipt::source_uscc),
                 field("plan", &Receipt::plan), field("batch", &Receipt::batch),
                 field("received_by", &Receipt::received_by), field("received_at", &Receipt::received_at),
                 field("how", &Receipt::how), field("rows", &Receipt::rows),
                 field("control_totals", &Receipt::control_totals));
};
// "receipt.malformed", "receipt.wrong_plan", "receipt.wrong_source", and the manifest's reasons for figures.
Status reconcile(const Receipt& receipt, const Plan& plan, const BatchFacts& facts);

}  // namespace sluice::collect
