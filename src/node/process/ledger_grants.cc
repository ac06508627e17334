#include "node/process/ledger_grants.h"

#include <algorithm>

#include "codec/json.h"
#include "ledger/commitment.h"
#include "ledger/entry.h"

namespace sluice::node {

namespace {

// Where the kind begins in an entry: version(1), sequence(8), time(8), then its length.
constexpr size_t kKindAt = 17;

// Most entries are not about keys: looks at the kind without decoding.
bool is_about_grants(ByteView entry) {
  if (entry.size() <= kKindAt || entry.size() < kKindAt + 1 + entry[kKindAt]) return true;  // malformed: let decoding say so
  std::string_view kind = text(entry.subspan(kKindAt + 1, entry[kKindAt]));
  for (std::string_view ours : {kKeysGrantedKind, kKeysGrantEndedKind, kKeysDestroyedKind, kWorkProposedKind, kWorkWitnessedKind, kWorkClosedKind})
    if (kind == ours) return true;
  return false;
}

Result<Json> committed_body(const ledger::Entry& entry, const ledger::EntryRow& row) {
  auto slices = TRY(ledger::slice_body(entry, row.body, row.salts));
  Json body = Json::object();
  for (const ledger::BodySlice& slice : slices) {
    const ledger::FieldCommitment& field = entry.fields[slice.field];
    ledger::Salt salt{};
    std::copy(slice.salt.begin(), slice.salt.end(), salt.begin());
    if (ledger::commitment(salt, field.name, slice.value) != field.commitment) return fail(Errc::corrupt, "key_agent.bad_grant_entry");
    body.set(field.name, TRY(parse_json(slice.value)));
  }
  return body;
}

}  // namespace

Status LedgerGrants::take(const ledger::EntryRow& row) {
  if (!is_about_grants(row.entry)) return {};
  auto bad = [&] { return fail(Errc::corrupt, "key_agent.bad_grant_entry", "seq=" + std::to_string(row.seq)); };
  auto entry = ledger::decode_entry(row.entry);
  if (!entry || entry->seq != row.seq) return bad();
  auto body = committed_body(*entry, row);
  if (!body) return bad();
  if (entry->kind == kKeysGrantedKind) {
    take_grant(*body);
  } else if (entry->kind == kKeysDestroyedKind) {
    take_destroyed(*body);
  } else if (entry->kind == kKeysGrantEndedKind) {
    auto id = body->get_string("grant");
    if (!id) return {};
    open_.erase(*id);
    ended_.insert(*id);
  } else {
    take_work(entry->kind, *body);
  }
  return {};
}

void LedgerGrants::take_destroyed(const Json& body) {
  auto version = body.get_string("version");
  const Json* columns = body.find("columns");
  if (!version || !columns || !columns->is_array()) return;
  for (const Json& column : columns->as_array())
    if (column.is_string()) destroyed_[*version].insert(column.as_string());
}

void LedgerGrants::take_work(std::string_view kind, const Json& body) {
  auto id = body.get_string("key_work");
  if (!id) return;
  if (kind == kWorkProposedKind) works_[*id] = {body.get_string_or("work", "").value_or(""), false};
  if (kind == kWorkWitnessedKind && works_.contains(*id) && body.get_bool_or("approves", false).value_or(false)) works_[*id].approved = true;
  if (kind == kWorkClosedKind) works_.erase(*id);
}

Status LedgerGrants::approves(const std::string& key_work, std::string_view work) {
  TRY(catch_up());
  auto found = works_.find(key_work);
  if (found == works_.end() || !found->second.approved || found->second.work != work) return fail(Errc::forbidden, "key_agent.no_key_work");
  return {};
}

void LedgerGrants::take_grant(const Json& body) {
  auto id = body.get_string("grant");
  if (!id) return;  // erased, or refused: a grant without its id grants nothing
  auto dataset = body.get_string("dataset"), version = body.get_string("version");
  auto expires_ms = body.get_int("expires_ms");
  const Json* columns = body.find("columns");
  if (!dataset || !version || !expires_ms || !columns || !columns->is_array() || ended_.contains(*id)) return;
  Grant grant{*dataset, *version, {}, *expires_ms, body.get_string_or("work", "").value_or("")};
  for (const Json& column : columns->as_array())
    if (column.is_string()) grant.columns.push_back(column.as_string());
  open_.insert_or_assign(*id, std::move(grant));
}

Status LedgerGrants::catch_up() {
  uint64_t size = TRY(store_->size());
  if (size <= next_) return {};
  // An entry that cannot be believed stops the reading there for good: what comes after it may be the end of a grant.
  return store_->entries(next_, size - next_, [this](const ledger::EntryRow& row) -> Status {
    TRY(take(row));
    next_ = row.seq + 1;
    return {};
  });
}

Status LedgerGrants::allows(const std::string& grant, const std::string& dataset, const std::string& version,
                            std::span<const std::string> columns, TimeMs now) {
  TRY(catch_up());
  if (ended_.contains(grant)) return fail(Errc::forbidden, "key_agent.grant_ended");
  auto found = open_.find(grant);
  if (found == open_.end() || found->second.dataset != dataset || found->second.version != version)
    return fail(Errc::forbidden, "key_agent.no_grant");
  if (now >= found->second.expires_ms) return fail(Errc::forbidden, "key_agent.grant_expired");
  auto gone = destroyed_.find(version);
  for (const std::string& column : columns)
    if (gone != destroyed_.end() && gone->second.contains(column)) return fail(Errc::forbidden, "keys.column_destroyed", column);
  for (const std::string& column : columns)
    if (std::find(found->second.columns.begin(), found->second.columns.end(), column) == found->second.columns.end())
      return fail(Errc::forbidden, "key_agent.not_granted", column);
  return {};
}

Status LedgerGrants::allows_work(const std::string& grant, const std::string& dataset, std::span<const std::string_view> works, TimeMs now) {
  TRY(catch_up());
  if (ended_.contains(grant)) return fail(Errc::forbidden, "key_agent.grant_ended");
  auto found = open_.find(grant);
  if (found == open_.end() || found->second.dataset != dataset) return fail(Errc::forbidden, "key_agent.no_grant");
  if (now >= found->second.expires_ms) return fail(Errc::forbidden, "key_agent.grant_expired");
  if (std::find(works.begin(), works.end(), found->second.work) == works.end()) return fail(Errc::forbidden, "key_agent.other_work");
  return {};
}

}  // namespace sluice::node
