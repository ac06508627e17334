// The writing half of the ledger: one batch, one durable transaction.
#include <algorithm>
#include <cstring>

#include "crypto/hash.h"
#include "ledger/commitment.h"
#include "ledger/ledger.h"
#include "ledger/pending.h"

namespace sluice::ledger {

namespace {

template <class Buffer>
ByteView part(const Buffer& buffer, const Extent& e) {
  return {reinterpret_cast<const uint8_t*>(buffer.data()) + e.at, e.size};
}

// Writes the canonical body and notes where each field's value lies.
void render_body(const Json& body, std::string& out, std::vector<Extent>& values) {
  out += '{';
  for (const auto& [name, value] : body.as_object()) {
    if (out.back() != '{') out += ',';
    json_quote_to(out, name);
    out += ':';
    size_t at = out.size();
    canonical_to(out, value);
    values.push_back({at, out.size() - at});
  }
  out += '}';
}

bool is_erased_salt(const uint8_t* salt) { return std::memcmp(salt, kErasedSalt.data(), kSaltBytes) == 0; }

tl::unexpected<Error> is_read_only() { return fail(Errc::io, "ledger.read_only", "an earlier write failed; restart to recover"); }

}  // namespace

Status Ledger::start(Pending& pending, std::span<const NewEntry> entries, TimeMs time) const {
  if (read_only()) return is_read_only();
  if (time < 0) return fail(Errc::invalid, "entry.bad_time");
  pending.base = sm3_.size();
  pending.time = std::max(time, last_time_);
  pending.segment = segment_;
  pending.entries.reserve(entries.size() + 1);
  for (const NewEntry& entry : entries) {
    TRY(check_new_entry(entry));
    pending.entries.push_back(&entry);
  }
  return {};
}

Status Ledger::take_records(Pending& pending, std::span<const Json> records) const {
  for (const Json& record : records) {
    if (!record.is_object()) return fail(Errc::invalid, "segment.record_not_object");
    const std::string& line = pending.record_texts.emplace_back(canonical(record));
    if (line.size() > kSegmentRecordBytesMax) return fail(Errc::invalid, "segment.record_too_large");
    pending.records.push_back({pending.segment.id, pending.segment.count++, line});
    pending.segment.head = segment_next(pending.segment.head, line);
    pending.segment_leaves.push_back(leaf_hash(TreeHash::sm3, view(line)));
    if (pending.segment.count >= kSegmentRecordsMax) TRY(close_open_segment(pending));
  }
  if (!pending.records.empty() && pending.segment.count > 0) pending.segments.push_back(pending.segment);
  return {};
}

Status Ledger::close_open_segment(Pending& pending) const {
  // Leaves of the segment that was open before this batch come first.
  std::vector<Digest> leaves;
  if (pending.segment.id == segment_.id) leaves = segment_leaves_;
  leaves.insert(leaves.end(), pending.segment_leaves.begin(), pending.segment_leaves.end());
  SegmentRow& s = pending.segment;
  SegmentClosed closed{s.id, s.count, s.head, root_of(TreeHash::sm3, std::move(leaves))};
  s.entry = pending.base + pending.entries.size();
  pending.segments.push_back(s);
  pending.own.push_back({std::string(kSegmentClosedKind), 1, "", {}, closed.body()});
  pending.entries.push_back(&pending.own.back());
  pending.segment_leaves.clear();
  s = SegmentRow{s.id + 1, 0, segment_opening(s.id + 1, s.head), {}};
  return {};
}

// Bodies, salts, commitments, entry bytes.
Status Ledger::render(Pending& p) {
  for (const NewEntry* entry : p.entries) {
    size_t at = p.bodies.size();
    render_body(entry->body, p.bodies, p.value);
    if (p.bodies.size() - at > kBodyBytesMax) return fail(Errc::invalid, "entry.body_too_large");
    p.body.push_back({at, p.bodies.size() - at});
  }
  p.salts.resize(p.value.size() * kSaltBytes);
  random_.fill(p.salts);
  for (size_t i = 0; i < p.salts.size(); i += kSaltBytes)
    while (is_erased_salt(&p.salts[i])) random_.fill({&p.salts[i], kSaltBytes});

  Bytes messages;
  messages.reserve(p.value.size() * 64 + p.bodies.size());
  std::vector<Extent> message;
  message.reserve(p.value.size());
  for (size_t field = 0, i = 0; i < p.entries.size(); i++) {
    for (const auto& member : p.entries[i]->body.as_object()) {
      size_t at = messages.size();
      commitment_message_to(messages, {&p.salts[field * kSaltBytes], kSaltBytes}, member.first, text(part(p.bodies, p.value[field])));
      message.push_back({at, messages.size() - at});
      field++;
    }
  }
  std::vector<ByteView> views;
  views.reserve(message.size());
  for (const Extent& e : message) views.push_back(part(messages, e));
  std::vector<Digest> commitments(views.size());
  sm3_many(views, commitments);

  p.leaves.reserve(p.entries.size() * 128 + p.value.size() * 48);
  for (size_t field = 0, i = 0; i < p.entries.size(); i++) {
    size_t at = p.leaves.size();
    p.leaves.push_back(0);
    EntryWriter writer(p.leaves, p.base + i, p.time, *p.entries[i]);
    for (const auto& member : p.entries[i]->body.as_object()) writer.field(member.first, commitments[field++]);
    p.leaf.push_back({at, p.leaves.size() - at});
    if (p.leaf.back().size - 1 > kEntrySizeMax) return fail(Errc::invalid, "entry.too_large");
  }
  return {};
}

// Grows the trees, commits, publishes. From growing on there is no way back: an error makes the ledger read-only.
Status Ledger::finish(Pending& p, std::span<const EntryRow> rewrites) {
  std::vector<ByteView> views;
  std::vector<EntryRow> rows;
  views.reserve(p.leaf.size());
  rows.reserve(p.leaf.size());
  size_t field = 0;
  for (size_t i = 0; i < p.leaf.size(); i++) {
    ByteView leaf = part(p.leaves, p.leaf[i]);
    size_t fields = p.entries[i]->body.as_object().size();
    views.push_back(leaf);
    rows.push_back({p.base + i, leaf.subspan(1), text(part(p.bodies, p.body[i])),
                    ByteView(p.salts).subspan(field * kSaltBytes, fields * kSaltBytes)});
    field += fields;
    if (p.entries[i]->kind == kGenesisKind || p.entries[i]->kind == kKeyRotatedKind) p.key_entries.push_back(p.base + i);
  }
  std::vector<Digest> hashes(views.size());
  sm3_many(views, hashes);
  sm3_.grow(hashes, p.tiles);
  sha256_many(views, hashes);
  sha256_.grow(hashes, p.tiles);
  TRY(commit({.head = HeadRow{sm3_.size(), sm3_.root(), sha256_.root()},
              .entries = rows,
              .rewrites = rewrites,
              .tiles = p.tiles,
              .segments = p.segments,
              .records = p.records,
              .key_entries = p.key_entries}));
  last_time_ = p.entries.empty() ? last_time_ : p.time;
  if (p.segment.id != segment_.id) segment_leaves_.clear();
  segment_leaves_.insert(segment_leaves_.end(), p.segment_leaves.begin(), p.segment_leaves.end());
  segment_ = p.segment;
  publish();
  return {};
}

Status Ledger::commit(const Batch& batch) {
  auto done = store_.commit(batch);
  if (!done) read_only_.store(true, std::memory_order_release);
  return done;
}

void Ledger::publish() {
  Head head{sm3_.size(), sm3_.root(), sha256_.root()};
  std::lock_guard lock(read_mutex_);
  published_sm3_ = sm3_;
  published_sha256_ = sha256_;
  published_head_ = head;
  published_size_.store(head.size, std::memory_order_release);
}

Result<Appended> Ledger::append(std::span<const NewEntry> entries, std::span<const Json> records, TimeMs time) {
  std::lock_guard lock(write_mutex_);
  for (const NewEntry& entry : entries)
    if (is_structural(entry.kind)) return fail(Errc::invalid, "entry.reserved_kind");
  Pending pending;
  TRY(start(pending, entries, time));
  Appended out{pending.base, segment_.id, segment_.count};
  TRY(take_records(pending, records));
  TRY(render(pending));
  TRY(finish(pending, {}));
  return out;
}

Result<std::optional<uint64_t>> Ledger::close_segment(TimeMs time) {
  std::lock_guard lock(write_mutex_);
  if (segment_.count == 0) return std::optional<uint64_t>{};
  Pending pending;
  TRY(start(pending, {}, time));
  uint64_t id = segment_.id;
  TRY(close_open_segment(pending));
  TRY(render(pending));
  TRY(finish(pending, {}));
  return std::optional<uint64_t>(id);
}

Result<uint64_t> Ledger::erase(uint64_t seq, std::span<const std::string> fields, std::string_view actor, TimeMs time) {
  std::lock_guard lock(write_mutex_);
  Entry entry;
  std::string body;
  Bytes salts;
  auto visited = visit_rows(seq, 1, [&](const EntryRow& row) -> Status {
    entry = TRY(decode_entry(row.entry));
    salts.assign(row.salts.begin(), row.salts.end());
    Json kept = TRY(parse_json(row.body));
    for (const std::string& name : fields) {
      if (!kept.find(name)) return fail(Errc::not_found, "ledger.no_such_field");
      kept.erase(name);
      for (size_t i = 0; i < entry.fields.size(); i++)
        if (entry.fields[i].name == name) std::fill_n(salts.begin() + static_cast<ptrdiff_t>(i * kSaltBytes), kSaltBytes, 0);
    }
    body = canonical(kept);
    return {};
  });
  TRY(std::move(visited));
  if (is_structural(entry.kind)) return fail(Errc::refused, "ledger.not_erasable");
  if (fields.empty()) return fail(Errc::invalid, "ledger.no_such_field");
  Json names = Json::array();
  for (const std::string& name : fields) names.push(name);
  NewEntry record{std::string(kErasedKind), 1, std::string(actor), entry.objects, Json::object({{"fields", names}, {"seq", seq}})};
  Pending pending;
  TRY(start(pending, {&record, 1}, time));
  TRY(render(pending));
  EntryRow rewrite{seq, {}, body, salts};
  TRY(finish(pending, {&rewrite, 1}));
  return pending.base;
}

Result<Digest> Ledger::put_blob(ByteView content) {
  std::lock_guard lock(write_mutex_);
  if (read_only()) return is_read_only();
  BlobRow row{sm3(content), content};
  TRY(commit({.blobs = {&row, 1}}));
  return row.digest;
}

Status Ledger::erase_blob(const Digest& digest) {
  std::lock_guard lock(write_mutex_);
  if (read_only()) return is_read_only();
  return commit({.dropped_blobs = {&digest, 1}});
}

Result<uint64_t> Ledger::rotate_keys(LogSigner& old_signer, LogSigner& new_signer, TimeMs time) {
  std::scoped_lock lock(sign_mutex_, write_mutex_);  // no signature between the entry and its keys
  uint64_t seq = sm3_.size();
  NewEntry entry{std::string(kKeyRotatedKind), 1, "", {}, TRY(make_rotation_body(origin_, seq, old_signer, new_signer))};
  KeyHistory grown = keys();
  TRY(grown.add(kKeyRotatedKind, seq, entry.body));
  Pending pending;
  TRY(start(pending, {&entry, 1}, time));
  TRY(render(pending));
  TRY(finish(pending, {}));
  std::lock_guard read_lock(read_mutex_);
  keys_ = std::move(grown);
  return seq;
}

Result<SignedCheckpoint> Ledger::sign_now(LogSigner& signer) {
  std::lock_guard lock(sign_mutex_);
  if (read_only()) return is_read_only();
  Head durable = head();
  auto last = last_checkpoint();
  if (last && last->checkpoint.size == durable.size) return last;
  Checkpoint checkpoint{origin_, durable.size, durable.sha256_root, durable.sm3_root};
  LogKeys in_force = keys().at_size(durable.size);
  LogKeys offered = TRY(signer.keys());
  if (!(offered == in_force)) return fail(Errc::forbidden, "ledger.wrong_signer");
  SignaturePair signatures = TRY(signer.sign(checkpoint_text(checkpoint)));
  SignedCheckpoint note = TRY(SignedCheckpoint::parse(make_note(checkpoint, in_force, signatures)));
  if (!check_signatures(note, in_force).both()) return fail(Errc::forbidden, "ledger.wrong_signer");
  CheckpointRow row{durable.size, note.note};
  std::vector<uint64_t> dropped;
  if (last && last->checkpoint.size / 1000 == durable.size / 1000) dropped.push_back(last->checkpoint.size);
  std::lock_guard write_lock(write_mutex_);
  if (read_only()) return is_read_only();
  TRY(commit({.checkpoints = {&row, 1}, .dropped_checkpoints = dropped}));
  return note;
}

Result<std::unique_ptr<Ledger>> Ledger::create(Store& store, const Genesis& genesis, LogSigner& signer, TimeMs time,
                                               RandomSource& random) {
  if (TRY(store.size()) != 0) return fail(Errc::conflict, "ledger.exists");
  std::unique_ptr<Ledger> ledger(new Ledger(store, random));
  ledger->origin_ = genesis.origin;
  NewEntry entry{std::string(kGenesisKind), 1, "", {}, TRY(make_genesis_body(genesis, signer))};
  TRY(ledger->keys_.add(kGenesisKind, 0, entry.body));
  ledger->segment_.head = segment_opening(0, Digest{});
  Pending pending;
  TRY(ledger->start(pending, {&entry, 1}, time));
  TRY(ledger->render(pending));
  TRY(ledger->finish(pending, {}));
  TRY(ledger->sign_now(signer));
  return ledger;
}

Ledger::~Ledger() = default;

}  // namespace sluice::ledger
