#include "node/key_work.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <mutex>

#include "base/log.h"
#include "crypto/hash.h"
#include "node/tombstones.h"
#include "node/rotate_ledger.h"
#include "node/row_marks.h"
#include "node/rotate_registry.h"
#include "node/rotate_space.h"
#include "node/destruction_certificate.h"
#include "node/subject_links.h"
#include "node/subjects.h"
#include "node/work.h"
#include "space/guard.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::chrono::seconds kWaitForAnother{20};
constexpr std::string_view kWrapItem = "wraps", kWorkSubjectItem = "key_work_subject", kEpochKeyItem = "backup_epoch";

Result<KeyWorkItem> item_of(Node& node, const KeyWorkId& id) {
  return node.space().read([&](const State& s) -> Result<KeyWorkItem> {
    const KeyWorkItem* item = find(s.key_works, id);
    if (!item) return fail(Errc::not_found, "keys.no_such_work");
    return *item;
  });
}

// The wraps of these columns, or all of them, are gone from the registry when this returns.
Status erase_wraps(Node& node, const VersionId& version, const DestroyedKeys& gone) {
  std::lock_guard lock(node.wraps_mutex());
  auto wraps = node.wraps_of(version);
  if (gone.whole) {
    // Also where there are none any more: a crash may have come before the folder went.
    if (Status erased = node.registry().erase(kWrapItem, version.str()); !erased && wraps) return erased;
    remove_version_folders(node, version);
    return {};
  }
  if (!wraps) return {};
  bool changed = false;
  for (const std::string& column : gone.columns) changed = wraps->columns.erase(column) > 0 || changed;
  return changed ? node.keep_wraps(*wraps) : Status{};
}

Status erase_destroyed(Node& node, const VersionId& version) {
  auto gone = node.space().read([&](const State& s) {
    const DestroyedKeys* keys = find(s.destroyed, version);
    return keys ? std::optional(*keys) : std::nullopt;
  });
  return gone ? erase_wraps(node, version, *gone) : Status{};
}

KeyWorkAnswer answer_about(const KeyWorkItem& item) {
  KeyWorkAnswer out;
  out.key_work = item.id.str();
  return out;
}

void forget_subject(Node& node, const KeyWorkId& id) { (void)node.registry().erase(kWorkSubjectItem, id.str()); }

Result<KeyWorkAnswer> destroy_keys(Node& node, const Principal& by, const KeyWorkItem& item) {
  if (!item.carried_out) TRY(node.space().execute(as_node(by), DestroyKeys{item.id}));
  TRY(erase_destroyed(node, item.version));
  VersionId held = node.space().read([&](const State& s) {
    const DatasetVersion* version = find(s.versions, item.version);
    const Batch* batch = version ? find(s.batches, version->batch) : nullptr;
    return batch ? batch->held_version : VersionId();
  });
  if (!held.empty()) TRY(erase_destroyed(node, held));
  return answer_about(item);
}

// All versions of the dataset, and the held rows of its batches; what an interrupted run left is found again by what the ledger says is destroyed.
Result<KeyWorkAnswer> destroy_dataset(Node& node, const Principal& by, const KeyWorkItem& item, const ProgressFn& progress) {
  if (!item.carried_out) TRY(node.space().execute(as_node(by), DestroyKeys{item.id}));
  auto versions = node.space().read([&](const State& s) {
    std::vector<VersionId> out = s.datasets.at(item.dataset.str()).versions;
    for (const auto& [id, batch] : s.batches)
      if (batch.dataset == item.dataset && !batch.held_version.empty()) out.push_back(batch.held_version);
    return out;
  });
  const auto total = static_cast<int64_t>(versions.size());
  for (int64_t done = 0; done < total; done++) {
    if (progress) progress(Json::object({{"done", done}, {"total", total}}));
    TRY(erase_destroyed(node, versions[static_cast<size_t>(done)]));
  }
  KeyWorkAnswer out = answer_about(item);
  out.versions_destroyed = item.whole ? item.whole->versions : 0;
  return out;
}

struct Rewritten {
  VersionId version;
  DatasetWraps wraps;
  Digest manifest{};
  int64_t rows = 0, removed = 0;
};

// Whose rows do not go into the version that is written: known by which of the numbers in which columns. None: all rows stay.
struct WithoutPerson {
  struct Known {
    std::string column;
    size_t number = 0;
  };
  std::vector<Known> known{};
  std::vector<SecretText> numbers{};
  bool none_is_fine = false;  // another work may have taken them out before
};

// The same rows under fresh column keys, without those of one person where the work is about one.
Result<Rewritten> rewrite_rows(Node& node, const Principal& by, const VersionId& version, const WithoutPerson& person, const ProgressFn& progress) {
  Rewritten out;
  out.version = VersionId::make(node.random());
  auto [dataset, columns] = node.space().read([&](const State& s) {
    const DatasetVersion& of = s.versions.at(version.str());
    return std::pair(of.dataset, columns_with_keys(s, of));
  });
  // A new version of the same dataset without some rows: the duty and the grant are those of collecting it.
  SealedWork work{.job = "rewrite", .work = Work::collect, .version = version, .columns = columns, .more_folders = {},
                  .request = Json::object({{"columns", encode(columns)}, {"dataset", dataset.str()}, {"new_version", out.version.str()}})};
  Json known = Json::array(), numbers = Json::array();
  for (const auto& one : person.known) known.push(Json::object({{"column", one.column}, {"number", static_cast<int64_t>(one.number)}}));
  for (const SecretText& one : person.numbers) numbers.push(Json(one.reveal("the worker that takes the rows out")));
  if (!person.known.empty()) work.request.set("none_is_fine", person.none_is_fine).set("person", std::move(known));
  SecretText payload(person.known.empty() ? std::string() : canonical(numbers));
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  auto worked = [&]() -> Result<WorkerAnswer> {
    OwnedFd fresh_end = TRY(granted.worker.key_end());
    out.wraps = TRY(node.agent().new_dataset_keys(dataset.str(), out.version.str(), columns, std::move(fresh_end)));
    return granted.worker.run(granted.request, view(payload.reveal("the worker that takes the rows out")), progress);
  }();
  end_grant(node, by, granted.grant, worked ? "done" : std::string(worked.error().reason));
  if (!worked) {
    (void)vault::remove_unfinished(node.vault_dir(), out.version.str());
    return tl::unexpected(worked.error());
  }
  out.manifest = sm3(view(TRY(worked->result.get_string("manifest"))));
  out.rows = TRY(worked->result.get_int("rows"));
  out.removed = TRY(worked->result.get_int("removed"));
  return out;
}

// The written version is kept and takes the place of the old one, whose keys go.
Status take_its_place(Node& node, const Principal& by, const KeyWorkItem& item, const VersionId& old, const Rewritten& fresh) {
  TRY(node.keep_wraps(fresh.wraps));
  ReportRowsDestroyed report{.key_work = item.id, .new_version = fresh.version, .new_manifest = fresh.manifest, .rows = fresh.rows, .rows_removed = fresh.removed};
  if (item.work == KeyWork::destroy_person) report.version = old;
  if (auto reported = node.space().execute(as_node(by), std::move(report)); !reported) {
    std::error_code ec;
    std::filesystem::remove_all(node.version_dir(fresh.version), ec);
    (void)node.registry().erase(kWrapItem, fresh.version.str());
    return tl::unexpected(reported.error());
  }
  return erase_destroyed(node, old);
}

Result<KeyWorkAnswer> destroy_rows(Node& node, const Principal& by, const KeyWorkItem& item, const ProgressFn& progress) {
  if (!item.carried_out) {
    WithoutPerson person;
    if (item.work == KeyWork::destroy_rows) {
      auto subject = node.registry().get(kWorkSubjectItem, item.id.str());
      if (!subject) return fail(Errc::not_found, "keys.subject_missing");
      person.known.push_back({item.columns.at(0), 0});
      person.numbers.emplace_back(std::string(text(subject->reveal("the worker that takes the rows out"))));
    }
    TRY(take_its_place(node, by, item, item.version, TRY(rewrite_rows(node, by, item.version, person, progress))));
  }
  TRY(erase_destroyed(node, item.version));
  KeyWorkItem now = TRY(item_of(node, item.id));
  KeyWorkAnswer out = answer_about(item);
  out.new_version = now.new_version.str();
  out.rows_removed = now.rows_removed;
  return out;
}

// The number that the request names, or one of the person's others that was confirmed.
Result<SecretText> number_of(Node& node, const SubjectRequest& request, const std::optional<SubjectId>& linked) {
  return linked ? confirmed_number(node, request.id, *linked) : identifier_of(node, request.subject);
}

Result<WithoutPerson> known_in(Node& node, const SubjectRequest& request, const PersonPlace& place) {
  WithoutPerson out{.none_is_fine = true};
  std::vector<std::optional<SubjectId>> taken;
  for (const FoundAt& at : place.by) {
    auto before = std::find(taken.begin(), taken.end(), at.linked);
    auto number = static_cast<size_t>(before - taken.begin());
    if (before == taken.end()) {
      out.numbers.push_back(TRY(number_of(node, request, at.linked)));
      taken.push_back(at.linked);
    }
    out.known.push_back({at.column, number});
  }
  return out;
}

// What is wrong with the machine and not with one version: the work is carried out again when it is mended.
bool of_the_machine(Errc code) { return code == Errc::exhausted || code == Errc::io || code == Errc::unreachable; }

// Version by version, each durable by itself: killed in between, it goes on with those that are left. One that cannot be written again does not hold up the others.
Result<KeyWorkAnswer> destroy_person(Node& node, const Principal& by, const KeyWorkItem& item, const ProgressFn& progress) {
  struct Left {
    SubjectRequest request;
    std::vector<PersonPlace> places;
  };
  KeyWorkAnswer out = answer_about(item);
  if (!item.carried_out) {
    Left left = TRY(node.space().read([&](const State& s) -> Result<Left> {
      const SubjectRequest* request = item.request ? find(s.subject_requests, *item.request) : nullptr;
      if (!request) return fail(Errc::refused, "keys.no_granted_request");
      return Left{*request, places_of_person(s, *request, node.clock().now())};
    }));
    std::erase_if(left.places, [](const PersonPlace& place) { return place.kept; });
    int64_t done = item.versions_done.value_or(0);
    const int64_t total = done + static_cast<int64_t>(left.places.size());
    auto written_again = [&](const PersonPlace& place) -> Status {
      Rewritten fresh = TRY(rewrite_rows(node, by, place.version, TRY(known_in(node, left.request, place)), {}));
      return take_its_place(node, by, item, place.version, fresh);
    };
    for (const PersonPlace& place : left.places) {
      if (progress) progress(Json::object({{"done", done++}, {"total", total}}));
      auto written = written_again(place);
      if (written || written.error().reason == "keys.kept_longer") continue;  // decided since the work began
      if (of_the_machine(written.error().code)) return tl::unexpected(written.error());
      log(LogLevel::warn, "keys.version_not_rewritten", {{"key_work", item.id.str()}, {"version", place.version.str()}, {"reason", std::string(written.error().reason)}});
      out.versions_left.push_back({place.version, std::string(written.error().reason)});
    }
    const auto count = static_cast<int64_t>(out.versions_left.size());
    if (count > 0 && TRY(item_of(node, item.id)).versions_done.value_or(0) == 0) {
      const VersionLeft& first = out.versions_left.front();
      TRY(node.space().execute(as_node(by), CloseKeyWork{item.id, {}, first.reason}));
      return fail(Errc::refused, "keys.person_nothing_written", first.version.str() + " " + first.reason);
    }
    TRY(node.space().execute(as_node(by), ReportPersonDestroyed{item.id, count > 0 ? std::optional(count) : std::nullopt}));
  }
  struct Gone {
    std::vector<Rewrite> rewrites;
    std::vector<DatasetId> datasets;
  };
  Gone gone = node.space().read([&](const State& s) {
    Gone out{rewritten_by(s, item), {}};
    for (const Rewrite& one : out.rewrites) out.datasets.push_back(s.versions.at(one.version.str()).dataset);
    return out;
  });
  for (const Rewrite& one : gone.rewrites) TRY(erase_destroyed(node, one.version));
  for (const DatasetId& dataset : gone.datasets) forget_row_marks(node, dataset);
  KeyWorkItem now = TRY(item_of(node, item.id));
  out.rows_removed = now.rows_removed;
  out.versions_rewritten = now.versions_done.value_or(0);
  out.versions_kept = now.versions_kept.value_or(0);
  return out;
}

Result<KeyWorkAnswer> destroy_epoch(Node& node, const Principal& by, const KeyWorkItem& item) {
  if (!item.carried_out) TRY(node.space().execute(as_node(by), ReportEpochDestroyed{item.id}));
  if (node.registry().get(kEpochKeyItem, item.epoch.str())) TRY(node.registry().erase(kEpochKeyItem, item.epoch.str()));
  return answer_about(item);
}

// A new dataset key for each version; the column keys under it stay what they are, and so do the data.
Result<KeyWorkAnswer> rotate_datasets(Node& node, const Principal& by, const KeyWorkItem& item) {
  int64_t count = 0;
  for (const std::string& version : TRY(node.registry().ids(kWrapItem))) {
    auto id = VersionId::parse(version);
    std::lock_guard lock(node.wraps_mutex());
    auto wraps = id ? node.wraps_of(*id) : Result<DatasetWraps>(tl::unexpected(id.error()));
    if (!wraps) continue;  // destroyed meanwhile
    TRY(node.keep_wraps(TRY(node.agent().rewrap_dataset(*wraps, wraps->tier))));
    count += 1 + static_cast<int64_t>(wraps->columns.size());
  }
  if (!item.carried_out) TRY(node.space().execute(as_node(by), ReportKeysRotated{item.id, count}));
  KeyWorkAnswer out = answer_about(item);
  out.wraps = count;
  return out;
}

// A key of the agent's that is replaced at once, with every wrap below it; `rotate` gives their number.
Result<KeyWorkAnswer> rotate_agent_key(Node& node, const Principal& by, const KeyWorkItem& item, Result<int64_t> (*rotate)(Node&, const std::string&)) {
  KeyWorkAnswer out = answer_about(item);
  out.wraps = item.wraps;
  if (item.carried_out) return out;
  out.wraps = TRY(rotate(node, item.id.str()));
  TRY(node.space().execute(as_node(by), ReportKeysRotated{item.id, out.wraps}));
  return out;
}

// The entry makes later maskings use the fresh root; its number is how many such entries there are.
Result<KeyWorkAnswer> rotate_pseudonyms(Node& node, const Principal& by, const KeyWorkItem& item) {
  KeyWorkAnswer out = answer_about(item);
  out.wraps = 1;
  if (item.carried_out) return out;
  TRY(node.agent().rotate_pseudonyms(item.id.str()));
  TRY(node.space().execute(as_node(by), ReportKeysRotated{item.id, 1}));
  return out;
}

Result<KeyWorkAnswer> rotate_ledger(Node& node, const Principal& by, const KeyWorkItem& item) {
  if (!item.carried_out) {
    TRY(rotate_ledger_keys(node, item.id.str()));
    TRY(node.space().execute(as_node(by), ReportKeysRotated{item.id, 2}));
  }
  KeyWorkAnswer out = answer_about(item);
  out.wraps = 2;
  return out;
}

Result<KeyWorkAnswer> do_work(Node& node, const Principal& by, const KeyWorkItem& item, const ProgressFn& progress) {
  switch (item.work) {
    case KeyWork::destroy_columns:
    case KeyWork::destroy_version: return destroy_keys(node, by, item);
    case KeyWork::destroy_dataset: return destroy_dataset(node, by, item, progress);
    case KeyWork::destroy_person: return destroy_person(node, by, item, progress);
    case KeyWork::destroy_rows:
    case KeyWork::rotate_columns: return destroy_rows(node, by, item, progress);
    case KeyWork::destroy_epoch: return destroy_epoch(node, by, item);
    case KeyWork::rotate_datasets: return rotate_datasets(node, by, item);
    case KeyWork::rotate_ledger: return rotate_ledger(node, by, item);
    case KeyWork::rotate_space: return rotate_agent_key(node, by, item, rotate_space_key);
    case KeyWork::rotate_registry: return rotate_agent_key(node, by, item, rotate_registry_key);
    case KeyWork::rotate_pseudonyms: return rotate_pseudonyms(node, by, item);
    case KeyWork::rotate_root: return fail(Errc::refused, "keys.needs_ceremony");
  }
  return fail(Errc::internal, "keys.other_work");
}

}  // namespace

namespace {

// Whose rows the person's request lets go: that person's and nobody else's.
Result<std::string> subject_of_request(Node& node, const SubjectRequestId& id, const std::optional<SubjectId>& linked, const std::string& given) {
  if (linked) {
    SecretText number = TRY(confirmed_number(node, id, *linked));
    const std::string& person = number.reveal("kept in the registry until the rows are gone");
    if (!given.empty() && given != person) return fail(Errc::refused, "keys.subject_of_another");
    return person;
  }
  auto subject = node.space().read([&](const State& s) {
    const SubjectRequest* request = find(s.subject_requests, id);
    return request ? request->subject : SubjectId();
  });
  if (subject.empty()) return fail(Errc::refused, "keys.no_granted_request");
  SecretText identifier = TRY(identifier_of(node, subject));
  const std::string& person = identifier.reveal("kept in the registry until the rows are gone");
  if (!given.empty() && given != person) return fail(Errc::refused, "keys.subject_of_another");
  return person;
}

}  // namespace

Result<KeyWorkId> propose_key_work(Node& node, const Principal& by, const ProposeKeyWork& proposal, const std::string& subject) {
  bool wants_subject = proposal.work == KeyWork::destroy_rows;
  std::string named = subject;
  if (wants_subject && proposal.request) named = TRY(subject_of_request(node, *proposal.request, proposal.linked, subject));
  if (wants_subject && (named.empty() || named.size() > 4096)) return fail(Errc::invalid, "keys.subject_missing");
  auto outcome = TRY(node.space().execute(by, proposal));
  KeyWorkId id = outcome.get<KeyWorkProposed>().key_work;
  if (wants_subject) TRY(node.registry().put(kWorkSubjectItem, id.str(), SecretBytes(to_bytes(named))));
  wipe(named.data(), named.size());
  return id;
}

Result<KeyWorkAnswer> carry_out_key_work(Node& node, const Principal& by, const KeyWorkId& id, const ProgressFn& progress) {
  // One at a time: wraps that one work writes anew must not be those that another is erasing.
  static std::timed_mutex one_at_a_time;
  std::unique_lock lock(one_at_a_time, kWaitForAnother);
  if (!lock.owns_lock()) return fail(Errc::conflict, "keys.another_in_hand");
  KeyWorkItem item = TRY(item_of(node, id));
  if (item.status != KeyWorkStatus::approved) return fail(Errc::conflict, "keys.work_not_approved");
  bool version_by_version = item.work == KeyWork::destroy_person;
  // What a run before this one destroyed, and was killed before it told the backups.
  if (version_by_version && item.versions_done.value_or(0) > 0) (void)spread_tombstones(node, by);
  auto done = do_work(node, by, item, progress);
  if (!done) {
    log(LogLevel::warn, "keys.work_not_carried_out", {{"key_work", id.str()}, {"reason", std::string(done.error().reason)}});
    // Other data than were decided about: it can never be carried out, and its paper is free for the next proposal.
    if (version_by_version) (void)spread_tombstones(node, by);
    if (done.error().reason == "keys.dataset_changed") TRY(node.space().execute(as_node(by), CloseKeyWork{id, {}, "keys.dataset_changed"}));
    return done;
  }
  CloseKeyWork close{id, {}, {}};
  if (is_destruction(item.work)) {
    if (!item.dataset.empty()) forget_row_marks(node, item.dataset);
    auto reach = spread_tombstones(node, by);
    if (reach) {
      done->tombstones_written = reach->reached;
      done->tombstones_missed = reach->missed;
      done->epoch_files_removed = reach->epoch_files_removed;
      done->epoch_copies_left = reach->epoch_copies_left;
    }
    TRY(node.checkpoint());
    done->certificate = TRY(node.space().read([&](const State& s) { return make_destruction_certificate(s, node.ledger(), id, node.clock().now()); }));
    close.certificate = TRY(node.space().put_blob(view(canonical(done->certificate))));
  }
  TRY(node.space().execute(as_node(by), close));
  forget_subject(node, id);
  return done;
}

Status finish_key_works(Node& node) {
  auto versions = node.space().read([](const State& s) {
    std::vector<VersionId> out;
    for (const auto& [id, gone] : s.destroyed) out.push_back(gone.version);
    return out;
  });
  for (const VersionId& version : versions) TRY(erase_destroyed(node, version));
  auto epochs = node.space().read([](const State& s) {
    std::vector<std::string> out;
    for (const auto& [id, epoch] : s.epochs)
      if (epoch.destroyed) out.push_back(id);
    return out;
  });
  for (const std::string& epoch : epochs)
    if (node.registry().get(kEpochKeyItem, epoch)) TRY(node.registry().erase(kEpochKeyItem, epoch));
  return {};
}

}  // namespace sluice::node
