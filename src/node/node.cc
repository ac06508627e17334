#include "node/node.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <future>

#include "base/file.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "node/key_work.h"
#include "node/people.h"
#include "node/rehearse_restore.h"
#include "node/rules_in_force.h"
#include "node/release_file.h"
#include "node/secret_filter.h"
#include "node/alarm_channel.h"
#include "node/source_secret.h"
#include "node/trace_suspect.h"
#include "node/rotate_ledger.h"
#include "node/rotate_registry.h"
#include "node/rotate_space.h"
#include "node/row_correction.h"
#include "node/subject_links.h"
#include "node/settle_leases.h"
#include "standard/codes.h"
#include "vault/sealed_writer.h"
#include "vault/tier.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kOperatorItem = "local_operator";

struct FirstPerson {
  std::string_view account, display_name;
  Duty duty;
};
constexpr FirstPerson kFirstPeople[] = {
    {"sysadmin", "系统管理员", Duty::system_admin},
    {"secadmin", "安全管理员", Duty::security_admin},
    {"auditadmin", "审计管理员", Duty::audit_admin},
};

Result<OwnedFd> open_with(const std::string& path, int flags) {
  OwnedFd fd(::open(path.c_str(), flags | O_CLOEXEC));
  if (!fd) return fail(errno == ENOENT ? Errc::not_found : Errc::io, errno == ENOENT ? "file.not_found" : "file.unreadable", path);
  return fd;
}

}  // namespace

Result<OwnedFd> open_folder(const std::string& path) { return open_with(path, O_RDONLY | O_DIRECTORY); }
Result<OwnedFd> open_input(const std::string& path) { return open_with(path, O_RDONLY); }
Status Node::start_agent(KeyAgent::Keys keys) {
  KeyAgent::Start start;
  start.space_dir = options_.dir;
  start.passphrase = std::move(options_.passphrase);
  start.keys = keys;
  start.program = options_.program;
  agent_ = TRY(KeyAgent::start(std::move(start)));
  SecretBytes key = TRY(agent_->registry_key());
  snapshot_key_ = SecretBytes(hkdf_sm3(key.reveal("the snapshot's key comes from it"), {}, "sluice/state-snapshot/v1", 32));
  registry_ = std::make_unique<ledger::Registry>(TRY(open_registry(*stores_.registry, *agent_)));
  return {};
}

Status Node::open_ledger(std::shared_future<Status> unlocking) {
  ledger_ = TRY(ledger::Ledger::open(*stores_.ledger, random_));
  return open_space(std::move(unlocking));
}

Status Node::open_space(std::shared_future<Status> unlocking) {
  auto key = [this, unlocking]() -> Result<SecretBytes> {
    TRY(Status(unlocking.get()));
    return snapshot_key_;
  };
  space_ = TRY(Space::open(*ledger_, clock_, random_, rules(), options_.dir + "/projections/state.json", key));
  space_->use_own_rules([this](const Digest& content) { return rules_of_content(*this, content); });
  space_->use_same_person([this](const PersonId& a, const PersonId& b) { return same_person(*this, a, b); });
  return {};
}

Result<std::vector<FirstAccount>> Node::init(NodeOptions options, Stores stores, const NewSpace& fresh) {
  if (!check_uscc(fresh.uscc).valid) return fail(Errc::invalid, "space.bad_uscc");
  if (fresh.name.empty() || fresh.name.size() > kNameBytesMax || !is_utf8(fresh.name)) return fail(Errc::invalid, "space.bad_name");
  for (const char* folder : {"/keys", "/vault", "/releases", "/projections"}) TRY(make_dirs(options.dir + folder, 0700));
  std::unique_ptr<Node> node(new Node(std::move(options), std::move(stores)));
  std::promise<Status> unlocked;
  unlocked.set_value(node->start_agent(KeyAgent::Keys::fresh));
  std::shared_future<Status> unlocking = unlocked.get_future().share();
  TRY(Status(unlocking.get()));
  node->ledger_ = TRY(ledger::Ledger::create(*node->stores_.ledger, {"sluice/" + fresh.uscc, fresh.name, fresh.uscc}, *node->agent_,
                                             node->clock_.now(), node->random_));
  TRY(node->open_space(unlocking));
  PartyId self = PartyId::make(node->random_);
  Events events{PartyRegistered{self, fresh.name, fresh.uscc, PartyRole::agency, "operating organisation, named when the space was made"},
                PartyVerified{self, "named when the space was made"}};
  std::vector<FirstAccount> accounts;
  for (const FirstPerson& first : kFirstPeople) {
    PersonId person = PersonId::make(node->random_);
    std::string password = TRY(store_new_account(*node, person, std::string(first.account), std::string(first.display_name)));
    events.push_back(PersonEnrolled{person, self});
    events.push_back(DutyGranted{person, first.duty, 0});
    accounts.push_back({std::string(first.account), person, password});
  }
  PersonId local = PersonId::make(node->random_);
  TRY(store_local_operator(*node, local));
  TRY(node->registry_->put("node", kOperatorItem, SecretBytes(to_bytes(local.str()))));
  events.push_back(PersonEnrolled{local, self});
  events.push_back(DutyGranted{local, Duty::data_manager, 0});
  TRY(node->space_->bootstrap(events));
  TRY(node->checkpoint());
  TRY(write_file(node->dir() + "/trust.txt", view(node->trust_text())));
  return accounts;
}

Result<std::unique_ptr<Node>> Node::open(NodeOptions options, Stores stores) {
  for (const char* folder : {"/vault", "/releases", "/projections"}) TRY(make_dirs(options.dir + folder, 0700));
  std::unique_ptr<Node> node(new Node(std::move(options), std::move(stores)));
  // Deriving the root key from the passphrase takes most of a second by intent: the ledger is opened meanwhile.
  auto unlocking = std::async(std::launch::async, [raw = node.get()] { return raw->start_agent(KeyAgent::Keys::existing); }).share();
  Status opened = node->open_ledger(unlocking);
  TRY(Status(unlocking.get()));
  TRY(std::move(opened));
  TRY(node->check_signed());
  node->remove_orphans();
  remove_rehearsal(*node);
  TRY(finish_key_works(*node));
  TRY(settle_ledger_keys(*node));
  TRY(settle_space_key(*node));
  TRY(settle_registry_key(*node));
  TRY(node->note_restore());
  TRY(settle_interrupted_releases(*node));
  TRY(settle_orphaned_leases(*node, *node->stores_.ledger));
  TRY(sweep_filters(*node));
  TRY(settle_source_secrets(*node));
  TRY(settle_channel_secrets(*node));
  TRY(settle_row_corrections(*node));
  TRY(settle_linked_numbers(*node));
  TRY(settle_interrupted(*node));
  node->started_ms_ = node->clock_.now();
  node->signer_ = std::thread([raw = node.get()] { raw->sign_loop(); });
  return node;
}

Node::~Node() {
  {
    std::lock_guard lock(sign_mutex_);
    stopping_ = true;
  }
  sign_stop_.notify_all();
  if (signer_.joinable()) signer_.join();
  space_.reset();
  if (!agent_) return;
  if (ledger_ && !ledger_->read_only()) (void)checkpoint();
  (void)agent_->shutdown();
}

// The ledger must go on from what its keys signed last. Before anything is taken away or written: on an older ledger that was put back,
// the versions of the newer one would look like nobody's.
Status Node::check_signed() {
  auto last = TRY(agent_->last_signed());
  if (!last) return {};
  std::string size = "signed size " + std::to_string(last->size);
  if (last->size > ledger_->size()) return fail(Errc::corrupt, "ledger.shorter_than_signed", size);
  ledger::Head then = TRY(ledger_->head_at(last->size));
  bool same = last->origin == ledger_->origin() && then.sm3_root == last->sm3_root && then.sha256_root == last->sha256_root;
  return same ? Status{} : fail(Errc::corrupt, "ledger.differs_from_signed", size);
}

// What a crash between sealing and the ledger's word left behind is not part of the space: nobody can hold a key to it.
void Node::remove_orphans() {
  vault::settle_tiers(vault_dir());
  std::error_code ec;
  for (const vault::PlacedVersion& placed : vault::versions_below(vault_dir())) {
    const std::string& name = placed.version;
    bool known = space_->read([&](const State& s) {
      if (s.versions.contains(name)) return true;
      return std::any_of(s.batches.begin(), s.batches.end(), [&](const auto& b) { return b.second.held_version.str() == name; });
    });
    if (known || !is_id_text(name, VersionTag::prefix)) continue;
    std::filesystem::remove_all(vault::tier_dir(vault_dir(), placed.tier) + "/" + name, ec);
    log(LogLevel::info, "vault.orphan_removed", {{"version", name}});
  }
}

// A space that came out of a backup says so in its first entry: what the old one recorded after the backup is not here, and
// whoever holds a later checkpoint of it will find two histories.
Status Node::note_restore() {
  std::string path = options_.dir + "/restored.json";
  auto content = read_text_file(path, 1u << 20);
  if (!content) return {};
  auto note = TRY(parse_json(*content));
  auto backup = TRY(BackupId::parse(TRY(note.get_string("backup"))));
  Digest snapshot = TRY(digest_from_hex(TRY(note.get_string("snapshot"))));
  ReportRestore restored{backup, snapshot};
  if (const Json* gone = note.find("destroyed")) restored.destroyed = TRY(decode<std::vector<DatasetId>>(*gone, "destroyed"));
  TRY(space_->execute(Principal{.person = {}, .system = true, .stepped_up = false}, std::move(restored)));
  std::error_code ec;
  std::filesystem::remove(path, ec);
  return {};
}

// About once a second while there is something new to sign; acknowledgements never wait for it.
void Node::sign_loop() {
  std::unique_lock lock(sign_mutex_);
  uint64_t signed_size = 0;
  bool agent_seen = true;
  while (!stopping_) {
    sign_stop_.wait_for(lock, std::chrono::seconds(1), [&] { return stopping_; });
    // Not restarted: only the operator has the passphrase. Said once here, and at /healthz as long as it lasts.
    if (!stopping_ && agent_seen && !agent_->running()) {
      agent_seen = false;
      log(LogLevel::error, "key_agent.gone", {{"operator", "stop the server, then: sluice serve --space DIR --passphrase-file FILE"}});
    }
    if (!agent_seen || stopping_ || ledger_->size() == signed_size || ledger_->read_only()) continue;
    lock.unlock();
    auto note = checkpoint();
    signing_refused_ = !note;
    if (note) {
      signed_size = note->checkpoint.size;
    } else {
      log(LogLevel::error, "ledger.not_signed", {{"reason", std::string(note.error().reason)}});
    }
    lock.lock();
  }
}

Result<Principal> Node::local_operator() {
  auto item = TRY(registry_->get("node", kOperatorItem));
  PersonId person = TRY(PersonId::parse(text(item.reveal("the operator's opaque id"))));
  return Principal{.person = person, .system = false, .stepped_up = false};
}

Result<Worker> Node::start_worker(std::string job, std::vector<OwnedFd> folders, std::vector<OwnedFd> files) {
  Worker::Start start;
  start.job = std::move(job);
  start.folders = std::move(folders);
  start.files = std::move(files);
  start.program = options_.program;
  return Worker::start(std::move(start));
}

std::string Node::trust_text() const {
  std::string out = "# sluice trust anchor: the first keys of " + ledger_->origin() + "\n";
  for (const auto& key : ledger::verifier_keys(ledger_->origin(), ledger_->keys().periods().front().keys)) out += key.line() + "\n";
  return out;
}

std::string Node::version_dir(const VersionId& version) const {
  auto tier = vault::find_tier(vault_dir(), version.str());
  return vault::tier_dir(vault_dir(), tier.value_or(vault::kIntake)) + "/" + version.str();
}

// Under the space key that counts now: it may have been replaced since the wraps were made.
Status Node::keep_wraps(const DatasetWraps& wraps) {
  DatasetWraps current = TRY(agent_->current_wraps(wraps));
  return registry_->put("wraps", wraps.version, SecretBytes(to_bytes(canonical(encode(current)))));
}

Result<DatasetWraps> Node::wraps_of(const VersionId& version) {
  auto item = registry_->get("wraps", version.str());
  if (!item) return fail(Errc::not_found, "keys.version_destroyed", version.str());
  Json json = TRY(parse_json(text(item->reveal("sealed wraps, not keys"))));
  return decode<DatasetWraps>(json);
}

}  // namespace sluice::node
