// Bundles of evidence: made by the ledger, checked by anyone (docs/formats/evidence.md).
#include "ledger/evidence.h"

#include <algorithm>
#include <cstring>

#include "ledger/commitment.h"
#include "ledger/ledger.h"

namespace sluice::ledger {

namespace {

constexpr size_t kProvenMax = 10000;
constexpr size_t kPathMax = 64;

Json path_json(std::span<const Digest> path) {
  Json out = Json::array();
  for (const Digest& d : path) out.push(hex(d));
  return out;
}

tl::unexpected<Error> bad_bundle(std::string_view where) {
  return fail(Errc::invalid, "evidence.malformed", std::string(where));
}

Result<std::vector<Digest>> path_from(const Json& json, std::string_view name) {
  const Json* path = json.find(name);
  if (!path || !path->is_array() || path->as_array().size() > kPathMax) return bad_bundle(name);
  std::vector<Digest> out;
  for (const Json& item : path->as_array()) {
    if (!item.is_string()) return bad_bundle(name);
    auto digest = digest_from_hex(item.as_string());
    if (!digest) return bad_bundle(name);
    out.push_back(*digest);
  }
  return out;
}

struct RevealedField {
  std::string name;
  Json value;
  Salt salt;
};

struct ProvenEntry {
  uint64_t seq = 0;
  Bytes bytes;
  std::vector<RevealedField> reveal;
  std::vector<Digest> sm3_path, sha256_path;
};

Result<RevealedField> reveal_from(const std::string& name, const Json& json) {
  const Json* value = json.find("value");
  auto salt_text = json.get_string("salt");
  if (!value || !salt_text || json.as_object().size() != 2) return bad_bundle("reveal");
  auto salt = from_hex(*salt_text);
  if (!salt || salt->size() != kSaltBytes) return bad_bundle("salt");
  RevealedField out{name, *value, {}};
  std::memcpy(out.salt.data(), salt->data(), kSaltBytes);
  return out;
}

Result<ProvenEntry> proven_from(const Json& json) {
  ProvenEntry out;
  auto seq = json.get_int("seq");
  auto entry = json.get_string("entry");
  const Json* reveal = json.find("reveal");
  if (!seq || *seq < 0 || !entry || !reveal || !reveal->is_object() || json.as_object().size() != 5) return bad_bundle("entry");
  out.seq = static_cast<uint64_t>(*seq);
  auto bytes = from_base64(*entry);
  if (!bytes) return bad_bundle("entry");
  out.bytes = *std::move(bytes);
  for (const auto& [name, field] : reveal->as_object()) out.reveal.push_back(TRY(reveal_from(name, field)));
  out.sm3_path = TRY(path_from(json, "sm3_path"));
  out.sha256_path = TRY(path_from(json, "sha256_path"));
  return out;
}

Result<std::vector<ProvenEntry>> proven_list(const Json& bundle, std::string_view name) {
  const Json* list = bundle.find(name);
  if (!list || !list->is_array() || list->as_array().size() > kProvenMax) return bad_bundle(name);
  std::vector<ProvenEntry> out;
  for (const Json& item : list->as_array()) {
    out.push_back(TRY(proven_from(item)));
    if (out.size() > 1 && out[out.size() - 2].seq >= out.back().seq) return bad_bundle("order of entries");
  }
  return out;
}

struct ConsistencyPath {
  uint64_t from = 0;
  std::vector<Digest> sm3, sha256;
};

Result<std::optional<ConsistencyPath>> consistency_from_json(const Json& bundle) {
  const Json* json = bundle.find("consistency");
  if (!json) return std::optional<ConsistencyPath>{};
  auto from = json->get_int("from");
  if (!from || *from < 0 || json->as_object().size() != 3) return bad_bundle("consistency");
  ConsistencyPath out{static_cast<uint64_t>(*from), {}, {}};
  out.sm3 = TRY(path_from(*json, "sm3_path"));
  out.sha256 = TRY(path_from(*json, "sha256_path"));
  return std::optional<ConsistencyPath>(std::move(out));
}

// One run of verification: collects problems and goes on where it can.
class EvidenceCheck {
 public:
  EvidenceCheck(EvidenceVerdict& verdict, const SignedCheckpoint& note) : v_(verdict), note_(note) {}

  EntryVerdict entry(const ProvenEntry& proven) {
    EntryVerdict out;
    out.seq = proven.seq;
    auto decoded = decode_entry(proven.bytes);
    const Checkpoint& c = note_.checkpoint;
    if (!decoded || decoded->seq != proven.seq || proven.seq >= c.size) {
      problem("evidence.entry", proven.seq);
      return out;
    }
    out.entry = *std::move(decoded);
    out.included =
        verify_inclusion(TreeHash::sm3, out.seq, c.size, leaf_hash(TreeHash::sm3, proven.bytes), proven.sm3_path, c.sm3_root) &&
        verify_inclusion(TreeHash::sha256, out.seq, c.size, leaf_hash(TreeHash::sha256, proven.bytes), proven.sha256_path,
                         c.sha256_root);
    if (!out.included) problem("evidence.not_included", proven.seq);
    out.fields_match = true;
    for (const RevealedField& field : proven.reveal) {
      auto named = std::find_if(out.entry.fields.begin(), out.entry.fields.end(), [&](const auto& f) { return f.name == field.name; });
      if (named != out.entry.fields.end() && field.salt != kErasedSalt &&
          commitment(field.salt, field.name, canonical(field.value)) == named->commitment) {
        out.revealed.set(field.name, field.value);
      } else {
        out.fields_match = false;
      }
    }
    if (!out.fields_match) problem("evidence.field", proven.seq);
    return out;
  }

  void keys(const std::vector<ProvenEntry>& proven) {
    v_.keys_ok = !proven.empty();
    for (const ProvenEntry& p : proven) {
      EntryVerdict e = entry(p);
      bool added = e.ok() && e.revealed.as_object().size() == e.entry.fields.size() &&
                   history_.add(e.entry.kind, e.seq, e.revealed).has_value();
      if (!added) v_.keys_ok = false;
      if (!added) break;
    }
    if (v_.keys_ok && history_.genesis().origin != v_.origin) v_.keys_ok = false;
    if (!v_.keys_ok) problem("evidence.keys");
    v_.issuer_name = history_.genesis().name;
    v_.issuer_uscc = history_.genesis().uscc;
    v_.checkpoint_ok = v_.keys_ok && note_.checkpoint.size > 0 &&
                       check_signatures(note_, history_.at_size(note_.checkpoint.size)).both();
    if (!v_.checkpoint_ok) problem("evidence.checkpoint_signature");
  }

  void trust(const Trust& trust, const std::optional<ConsistencyPath>& path) {
    v_.pinning = Pinning::not_pinned;
    if (!v_.keys_ok) return;
    if (trust.seen()) return seen(*trust.seen(), path);
    for (const auto& period : history_.periods())
      if (trust.pins(v_.origin, period.keys)) v_.pinning = Pinning::pinned;
  }

 private:
  void problem(std::string_view reason, std::optional<uint64_t> seq = {}) {
    v_.problems.push_back(std::string(reason) + (seq ? " seq=" + std::to_string(*seq) : ""));
  }

  void seen(const SignedCheckpoint& seen, const std::optional<ConsistencyPath>& path) {
    const Checkpoint& t = seen.checkpoint;
    const Checkpoint& c = note_.checkpoint;
    if (t.origin != v_.origin || t.size == 0) return;
    if (check_signatures(seen, history_.at_size(t.size)).both()) v_.pinning = Pinning::pinned;
    v_.consistency = Consistency::unknown;
    bool same_size = t.size == c.size;
    if (!same_size && !(path && path->from == t.size && t.size < c.size)) return;
    bool proven = same_size ? t.sm3_root == c.sm3_root && t.sha256_root == c.sha256_root
                            : verify_consistency(TreeHash::sm3, t.size, c.size, path->sm3, t.sm3_root, c.sm3_root) &&
                                  verify_consistency(TreeHash::sha256, t.size, c.size, path->sha256, t.sha256_root, c.sha256_root);
    v_.consistency = proven ? Consistency::proven : Consistency::contradicted;
    if (!proven) problem("evidence.fork");
  }

  EvidenceVerdict& v_;
  const SignedCheckpoint& note_;
  KeyHistory history_;
};

}  // namespace

const EntryVerdict* EvidenceVerdict::find(std::string_view kind) const {
  for (const EntryVerdict& e : entries)
    if (e.entry.kind == kind) return &e;
  return nullptr;
}

Result<EvidenceVerdict> verify_evidence(const Json& bundle, const Trust* trust) {
  if (!bundle.is_object()) return bad_bundle("bundle");
  for (const auto& [name, value] : bundle.as_object()) {
    constexpr std::string_view known[] = {"format", "origin", "checkpoint", "keys", "entries", "consistency"};
    if (std::find(std::begin(known), std::end(known), name) == std::end(known)) return bad_bundle("unknown member");
  }
  auto format = bundle.get_string("format"), origin = bundle.get_string("origin"), text = bundle.get_string("checkpoint");
  if (!format || *format != kEvidenceFormat) return bad_bundle("format");
  if (!origin || !text) return bad_bundle("checkpoint");
  auto note = SignedCheckpoint::parse(*text);
  if (!note) return bad_bundle("checkpoint");
  auto keys = TRY(proven_list(bundle, "keys"));
  auto entries = TRY(proven_list(bundle, "entries"));
  auto consistency = TRY(consistency_from_json(bundle));

  EvidenceVerdict verdict;
  verdict.origin = *origin;
  verdict.checkpoint = note->checkpoint;
  if (note->checkpoint.origin != *origin) verdict.problems.emplace_back("evidence.origin");
  EvidenceCheck check(verdict, *note);
  check.keys(keys);
  for (const ProvenEntry& p : entries) verdict.entries.push_back(check.entry(p));
  if (trust) check.trust(*trust, consistency);
  return verdict;
}

Result<Json> Ledger::evidence_entry(const Reveal& reveal, uint64_t at_size) const {
  Json out = Json::object({{"seq", reveal.seq}, {"reveal", Json::object()}});
  Json shown = Json::object();
  auto visited = visit_rows(reveal.seq, 1, [&](const EntryRow& row) -> Status {
    Entry entry = TRY(decode_entry(row.entry));
    auto slices = TRY(slice_body(entry, row.body, row.salts));
    out.set("entry", base64(row.entry));
    for (const std::string& name : reveal.fields) {
      auto slice = std::find_if(slices.begin(), slices.end(), [&](const auto& s) { return entry.fields[s.field].name == name; });
      if (slice == slices.end()) return fail(Errc::not_found, "ledger.no_such_field");
      shown.set(name, Json::object({{"value", TRY(parse_json(slice->value))}, {"salt", hex(slice->salt)}}));
    }
    return {};
  });
  TRY(std::move(visited));
  out.set("reveal", std::move(shown));
  Proof proof = TRY(inclusion_proof(reveal.seq, at_size));
  out.set("sm3_path", path_json(proof.sm3));
  out.set("sha256_path", path_json(proof.sha256));
  return out;
}

Result<Json> Ledger::evidence(std::span<const Reveal> reveals, std::optional<uint64_t> consistency_from) const {
  SignedCheckpoint note = TRY(last_checkpoint());
  uint64_t signed_size = note.checkpoint.size;
  std::vector<Reveal> sorted(reveals.begin(), reveals.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
  Json keys_json = Json::array(), entries = Json::array();
  const KeyHistory history = keys();
  for (const auto& period : history.periods()) {
    if (period.from >= signed_size) break;
    Reveal whole{period.from, {}};
    LedgerEntry brings = TRY(entry(period.from));
    for (const auto& field : brings.entry.fields) whole.fields.push_back(field.name);
    keys_json.push(TRY(evidence_entry(whole, signed_size)));
  }
  for (size_t i = 0; i < sorted.size(); i++) {
    if (sorted[i].seq >= signed_size) return fail(Errc::conflict, "ledger.not_yet_signed");
    if (i > 0 && sorted[i].seq == sorted[i - 1].seq) return fail(Errc::invalid, "ledger.entry_twice");
    entries.push(TRY(evidence_entry(sorted[i], signed_size)));
  }
  Json out = Json::object({{"format", kEvidenceFormat}, {"origin", origin_}, {"checkpoint", note.note}});
  out.set("keys", std::move(keys_json));
  out.set("entries", std::move(entries));
  if (consistency_from) {
    Proof proof = TRY(consistency_proof(*consistency_from, signed_size));
    out.set("consistency", Json::object({{"from", *consistency_from},
                                         {"sm3_path", path_json(proof.sm3)},
                                         {"sha256_path", path_json(proof.sha256)}}));
  }
  return out;
}

}  // namespace sluice::ledger
