// The agent's side: one loop over requests of the server.
#include <optional>

#include "base/file.h"
#include "base/log.h"
#include "crypto/root_device.h"
#include "crypto/root_shares.h"
#include "node/process/key_agent.h"
#include "node/process/key_files.h"
#include "node/process/sandbox.h"
#include "node/process/signed_state.h"
#include "node/process/worker.h"

namespace sluice::node {

namespace {

constexpr int kHandOverMs = 10000;

class AgentProcess {
 public:
  explicit AgentProcess(OpenGrantCheck open_grants) : open_grants_(open_grants) {}

  // Until the server closes the channel or asks for the end.
  int run(Channel& server) {
    while (true) {
      auto frame = server.receive();
      if (!frame) return 0;
      auto what = frame->body.get_string("do");
      if (what && *what == "shutdown") {
        (void)server.send(Json::object({{"ok", true}}));
        return 0;
      }
      auto answer = what ? answer_to(*what, *frame) : Result<Reply>(tl::unexpected(what.error()));
      Status sent = answer ? server.send(answer->body, answer->payload) : server.send(error_frame(answer.error()));
      if (answer) wipe(answer->payload.data(), answer->payload.size());
      if (!sent) return 1;
    }
  }

 private:
  struct Reply {
    Json body = Json::object({{"ok", true}});
    Bytes payload{};
  };

  Result<Reply> answer_to(const std::string& what, Frame& frame) {
    if (what == "open" || what == "create") return unlock(frame, what == "create");
    if (what == "epoch_key_of_file") return epoch_key_of_file(frame);
    if (!keys_) return fail(Errc::conflict, "key_agent.locked");
    if (what == "keys") return log_keys();
    if (what == "sign") return sign(frame);
    if (what == "last_signed") return last_signed();
    if (what == "registry_key") return Reply{.payload = keys_->registry.reveal("the server's registry")};
    if (what == "new_dataset_keys") return new_dataset(frame);
    if (what == "open_columns") return open_columns(frame);
    if (what == "pseudonym_keys") return pseudonyms(frame);
    if (what == "new_epoch_key") return new_epoch_key(frame);
    if (what == "epoch_key") return epoch_key(frame);
    if (what == "rewrap_dataset") return rewrap_dataset(frame);
    if (what == "propose_root") return propose_root(frame);
    if (what == "propose_passphrase_root") return propose_passphrase_root(frame);
    if (what == "propose_device_root") return propose_device_root(frame);
    if (what == "adopt_root") return adopt_root(frame);
    if (what == "next_ledger_keys") return next_ledger_keys(frame);
    if (what == "sign_handover") return sign_handover(frame);
    if (what == "adopt_ledger_keys") return adopt_ledger_keys();
    if (what == "waiting_ledger_keys") return waiting_ledger_keys();
    if (what == "rotate_space") return rotate_space(frame);
    if (what == "space_rotation") return space_rotation();
    if (what == "settle_space") return settle_space();
    if (what == "registry_rotation") return registry_rotation();
    if (what == "rotate_registry") return rotate_registry(frame);
    if (what == "settle_registry") return settle_registry();
    if (what == "rotate_pseudonyms") return rotate_pseudonyms(frame);
    if (what == "current_wraps") return current_wraps(frame);
    if (what == "current_epoch_wrap") return current_epoch_wrap(frame);
    if (what == "check_share") return check_share(frame);
    if (what == "forget_root") return forget_root();
    return fail(Errc::invalid, "key_agent.unknown_request");
  }

  Result<Reply> unlock(Frame& frame, bool fresh) {
    if (keys_) return fail(Errc::conflict, "key_agent.unlocked_already");
    if (frame.fds.size() != 1) return fail(Errc::invalid, "key_agent.no_passphrase");
    SecretText passphrase = TRY(passphrase_from(frame.fds[0].get()));
    space_dir_ = TRY(frame.body.get_string("space_dir"));
    std::string dir = space_dir_ + "/keys";
    OpenedKeys opened = TRY(fresh ? make_key_files(dir, passphrase, random_) : open_key_files(dir, passphrase));
    signed_ = TRY(fresh ? SignedState::create(dir, opened.keys.space) : load_signed_state(dir, opened.keys));
    root_ = std::move(opened.root);
    take_keys(std::move(opened.keys));
    return Reply{};
  }

  void take_keys(SpaceKeys keys) {
    keys_ = std::move(keys);
    const SecretBytes* secrets[] = {&root_, &keys_->space, &keys_->registry, &keys_->pseudonym, &keys_->ledger_ed25519.seed(), &keys_->ledger_sm2.scalar()};
    for (const SecretBytes* secret : secrets) lock_secret(*secret);
    if (keys_->before) lock_secret(*keys_->before);
    if (keys_->registry_next) lock_secret(*keys_->registry_next);
    for (const SecretBytes& later : keys_->pseudonym_later) lock_secret(later);
  }

  Result<Reply> log_keys() {
    return Reply{.body = Json::object({{"ed25519", Json(base64(keys_->ledger_ed25519.public_key().bytes()))},
                                       {"sm2", Json(base64(keys_->ledger_sm2.public_key().bytes()))}})};
  }

  Result<Reply> sign(Frame& frame) {
    TRY(signed_->admit(text(frame.payload)));
    return Reply{.body = Json::object({{"ed25519", Json(base64(keys_->ledger_ed25519.sign(frame.payload)))},
                                       {"sm2", Json(base64(keys_->ledger_sm2.sign(frame.payload)))}})};
  }

  Result<Reply> last_signed() {
    if (signed_->last().size == 0) return Reply{};
    return Reply{.body = Json::object({{"checkpoint", ledger::checkpoint_text(signed_->last())}})};
  }

  Result<Reply> new_dataset(Frame& frame) {
    auto columns = TRY(names_member(frame.body, "columns"));
    std::string dataset = TRY(frame.body.get_string("dataset")), version = TRY(frame.body.get_string("version"));
    NewDatasetKeys fresh = TRY(create_dataset_keys(keys_->space, dataset, version, columns, random_));
    TRY(hand_over(frame, {"new_dataset", dataset, version, std::move(fresh.keys)}));
    return Reply{.body = Json::object({{"wraps", encode(fresh.wraps)}})};
  }

  Result<Reply> open_columns(Frame& frame) {
    const Json* wraps_json = frame.body.find("wraps");
    auto wraps = TRY(decode<DatasetWraps>(wraps_json ? *wraps_json : Json(), "wraps"));
    auto columns = TRY(names_member(frame.body, "columns"));
    std::string grant = TRY(frame.body.get_string("grant"));
    if (!grants_) grants_ = TRY(open_grants_(space_dir_));
    TRY(grants_->allows(grant, wraps.dataset, wraps.version, columns, clock_.now()));
    ColumnKeys keys = TRY(under_either([&](const SecretBytes& space) { return open_dataset_keys(space, wraps, columns); }));
    TRY(hand_over(frame, {"columns", wraps.dataset, wraps.version, std::move(keys)}));
    return Reply{};
  }

  Result<Reply> rewrap_dataset(Frame& frame) {
    const Json* wraps_json = frame.body.find("wraps");
    auto wraps = TRY(decode<DatasetWraps>(wraps_json ? *wraps_json : Json(), "wraps"));
    if (keys_->before) wraps = TRY(move_dataset_wraps(keys_->space, *keys_->before, wraps));
    const Json* tier = frame.body.find("tier");
    std::optional<int64_t> to_tier = tier && tier->is_int() ? std::optional(tier->as_int()) : std::nullopt;
    DatasetWraps fresh = TRY(rewrap_dataset_keys(keys_->space, wraps, to_tier, random_));
    return Reply{.body = Json::object({{"wraps", encode(fresh)}})};
  }

  std::string root_path() const { return space_dir_ + "/keys/root.json"; }
  std::string space_path() const { return space_dir_ + "/keys/space.json"; }
  Status write_space_file(const SpaceKeysFile& file) const { return write_file(space_path(), view(pretty(encode(file)) + "\n"), 0600); }

  Result<Reply> propose_root(Frame& frame) {
    if (frame.fds.size() != 1) return fail(Errc::invalid, "key_agent.no_passphrase");
    SecretText line = TRY(passphrase_from(frame.fds[0].get()));
    int64_t needed = TRY(frame.body.get_int("needed"));
    auto json = parse_json(line.reveal("officers"));
    if (!json || !json->is_array() || needed < 0) return fail(Errc::invalid, "shares.bad_threshold");
    std::vector<Officer> officers;
    for (const Json& item : json->as_array())
      officers.push_back({TRY(item.get_string("name")), SecretText(TRY(item.get_string("passphrase")))});
    NewSpaceRoot fresh = TRY(new_root_over(keys_->space, random_));
    SplitRoot split = TRY(split_root(fresh.root, static_cast<unsigned>(needed), officers, random_));
    Json shares = Json::array();
    for (const RootShareFile& share : split.shares) shares.push(encode(share));
    Json root = encode(split.file);
    proposed_.emplace(ProposedRoot{std::move(fresh), root});
    return Reply{.body = Json::object({{"root", std::move(root)}, {"shares", std::move(shares)}})};
  }

  Result<Reply> propose_passphrase_root(Frame& frame) {
    if (frame.fds.size() != 1) return fail(Errc::invalid, "key_agent.no_passphrase");
    SecretText passphrase = TRY(passphrase_from(frame.fds[0].get()));
    NewSpaceRoot fresh = TRY(new_root_over(keys_->space, random_));
    Json root = encode(TRY(seal_root_key(fresh.root, passphrase, random_)));
    proposed_.emplace(ProposedRoot{std::move(fresh), root});
    return Reply{.body = Json::object({{"root", std::move(root)}})};
  }

  Result<Reply> propose_device_root(Frame& frame) {
    if (frame.fds.size() != 1) return fail(Errc::invalid, "key_agent.no_passphrase");
    SecretText pin = TRY(passphrase_from(frame.fds[0].get()));
    const Json* address = frame.body.find("device");
    auto device = TRY(decode<DeviceAddress>(address ? *address : Json(), "device"));
    NewSpaceRoot fresh = TRY(new_root_over(keys_->space, random_));
    Json root = encode(TRY(seal_root_in_device(fresh.root, device, pin, random_)));
    proposed_.emplace(ProposedRoot{std::move(fresh), root});
    return Reply{.body = Json::object({{"root", std::move(root)}})};
  }

  // In three durable steps, each of which leaves files that open: the new box beside the old one, the new root, the old box gone.
  Result<Reply> adopt_root(Frame& frame) {
    if (!proposed_) return fail(Errc::conflict, "key_agent.no_root_proposed");
    if (frame.fds.size() != 1) return fail(Errc::invalid, "key_agent.no_passphrase");
    SecretText line = TRY(passphrase_from(frame.fds[0].get()));
    SecretBytes opened = TRY(open_root_file(proposed_->file, line));
    if (opened.reveal("compare") != proposed_->fresh.root.reveal("compare")) return fail(Errc::internal, "shares.wrong_share");
    SpaceKeysFile file = TRY(read_key_record<SpaceKeysFile>(space_path()));
    file.space_next = proposed_->fresh.space;
    TRY(write_space_file(file));
    TRY(write_file(root_path(), view(pretty(proposed_->file) + "\n"), 0600));
    file.space = proposed_->fresh.space;
    file.space_next.reset();
    TRY(write_space_file(file));
    root_ = std::move(proposed_->fresh.root);
    lock_secret(root_);
    proposed_.reset();
    return Reply{};
  }

  // What was dealt and not adopted opens nothing, now or later.
  Result<Reply> forget_root() {
    proposed_.reset();
    return Reply{};
  }

  // Whether a share is whole and its officer's: of the root that is proposed, or of the root as it stands.
  Result<Reply> check_share(Frame& frame) {
    if (frame.fds.size() != 1) return fail(Errc::invalid, "key_agent.no_passphrase");
    SecretText passphrase = TRY(passphrase_from(frame.fds[0].get()));
    bool of_proposed = TRY(frame.body.get_bool("proposed"));
    if (of_proposed && !proposed_) return fail(Errc::conflict, "key_agent.no_root_proposed");
    auto file = decode<RootSharesFile>(of_proposed ? proposed_->file : TRY(read_key_json(root_path())));
    if (!file || file->format != kRootSharesFormat) return fail(Errc::conflict, "shares.not_split");
    const Json* given = frame.body.find("share");
    auto share = decode<RootShareFile>(given ? *given : Json());
    if (!share) return fail(Errc::invalid, "custody.malformed", "share");
    TRY(check_presented(*file, {std::move(*share), std::move(passphrase)}));
    return Reply{};
  }

  // Boxes lie under the space key, or under the one before it while that is being replaced.
  template <class Open>
  auto under_either(const Open& open) -> decltype(open(std::declval<const SecretBytes&>())) {
    auto opened = open(keys_->space);
    if (opened || !keys_->before || opened.error().reason != "custody.tampered") return opened;
    return open(*keys_->before);
  }

  // One durable write makes the fresh space key count; what lies under the one before is moved by the server, box by box. For the same
  // work once: asked again, the key that it made stays.
  Result<Reply> rotate_space(Frame& frame) {
    std::string key_work = TRY(frame.body.get_string("key_work"));
    if (!grants_) grants_ = TRY(open_grants_(space_dir_));
    TRY(grants_->approves(key_work, "rotate_space"));
    SpaceKeysFile file = TRY(read_key_record<SpaceKeysFile>(space_path()));
    if (file.space_work == key_work) return Reply{};
    SpaceKeysFile rotated = TRY(rotate_space_key(root_, file, key_work, random_));
    SpaceKeys fresh = TRY(open_space_keys(root_, rotated));
    TRY(write_space_file(rotated));
    take_keys(std::move(fresh));
    TRY(signed_->rekey(keys_->space));
    return Reply{};
  }

  Result<Reply> space_rotation() {
    SpaceKeysFile file = TRY(read_key_record<SpaceKeysFile>(space_path()));
    return Reply{.body = Json::object({{"key_work", file.space_work.value_or("")}, {"unfinished", file.space_before.has_value()}})};
  }

  // The file forgets the key before. This process remembers it until it ends: work that began before the rotation still hands in its wraps.
  Result<Reply> settle_space() {
    SpaceKeysFile file = TRY(read_key_record<SpaceKeysFile>(space_path()));
    TRY(signed_->rekey(keys_->space));  // nothing may be left under the key that is forgotten
    if (file.space_before) TRY(write_space_file(without_former_space_key(std::move(file))));
    return Reply{};
  }

  // What the ledger shows as witnessed, and the file as it stands: the two kinds of work below change it and nothing else.
  Result<SpaceKeysFile> file_for_work(const std::string& key_work, std::string_view work) {
    if (!grants_) grants_ = TRY(open_grants_(space_dir_));
    TRY(grants_->approves(key_work, work));
    return read_key_record<SpaceKeysFile>(space_path());
  }
  Status change_keys(const SpaceKeysFile& file) {
    std::optional<SecretBytes> before = keys_->before;  // remembered longer than the file does
    SpaceKeys fresh = TRY(open_space_keys(root_, file));
    TRY(write_space_file(file));
    if (!fresh.before) fresh.before = std::move(before);
    take_keys(std::move(fresh));
    return {};
  }

  Result<Reply> registry_rotation() {
    SpaceKeysFile file = TRY(read_key_record<SpaceKeysFile>(space_path()));
    Reply out{.body = Json::object({{"key_work", file.registry_work.value_or("")}})};
    if (keys_->registry_next) out.payload = keys_->registry_next->reveal("the server's registry");
    return out;
  }

  Result<Reply> rotate_registry(Frame& frame) {
    std::string key_work = TRY(frame.body.get_string("key_work"));
    SpaceKeysFile file = TRY(file_for_work(key_work, "rotate_registry"));
    if (file.registry_work != key_work) TRY(change_keys(TRY(with_next_registry_key(keys_->space, file, key_work, random_))));
    return Reply{};
  }

  Result<Reply> settle_registry() {
    TRY(change_keys(with_registry_settled(TRY(read_key_record<SpaceKeysFile>(space_path())))));
    return Reply{};
  }

  Result<Reply> rotate_pseudonyms(Frame& frame) {
    std::string key_work = TRY(frame.body.get_string("key_work"));
    SpaceKeysFile file = TRY(file_for_work(key_work, "rotate_pseudonyms"));
    if (file.pseudonym_work != key_work) TRY(change_keys(TRY(with_later_pseudonym_root(keys_->space, file, key_work, random_))));
    return Reply{.body = Json::object({{"number", keys_->pseudonym_later.size()}})};
  }

  Result<Reply> current_wraps(Frame& frame) {
    const Json* given = frame.body.find("wraps");
    auto wraps = TRY(decode<DatasetWraps>(given ? *given : Json(), "wraps"));
    if (keys_->before) wraps = TRY(move_dataset_wraps(keys_->space, *keys_->before, wraps));
    return Reply{.body = Json::object({{"wraps", encode(wraps)}})};
  }

  Result<Reply> current_epoch_wrap(Frame& frame) {
    std::string epoch = TRY(frame.body.get_string("epoch"));
    if (!keys_->before) return Reply{.payload = frame.payload};
    return Reply{.payload = TRY(move_epoch_key(keys_->space, *keys_->before, epoch, frame.payload))};
  }

  static Json public_json(const NewLedgerKeys& keys) {
    return Json::object({{"ed25519", base64(keys.ed25519.public_key().bytes())}, {"sm2", base64(keys.sm2.public_key().bytes())}});
  }

  Result<std::optional<NewLedgerKeys>> waiting_keys() {
    SpaceKeysFile file = TRY(read_key_record<SpaceKeysFile>(space_path()));
    if (!file.ledger_ed25519_next || !file.ledger_sm2_next) return std::optional<NewLedgerKeys>{};
    return std::optional<NewLedgerKeys>(TRY(open_ledger_keys(keys_->space, *file.ledger_ed25519_next, *file.ledger_sm2_next)));
  }

  Result<Reply> waiting_ledger_keys() {
    auto waiting = TRY(waiting_keys());
    return waiting ? Reply{.body = public_json(*waiting)} : Reply{};
  }

  Result<Reply> next_ledger_keys(Frame& frame) {
    std::string key_work = TRY(frame.body.get_string("key_work"));
    if (!grants_) grants_ = TRY(open_grants_(space_dir_));
    TRY(grants_->approves(key_work, "rotate_ledger"));
    if (auto waiting = TRY(waiting_keys())) return Reply{.body = public_json(*waiting)};
    NewLedgerKeys fresh = TRY(create_ledger_keys(keys_->space));
    SpaceKeysFile file = TRY(read_key_record<SpaceKeysFile>(space_path()));
    file.ledger_ed25519_next = fresh.ed25519_box;
    file.ledger_sm2_next = fresh.sm2_box;
    TRY(write_space_file(file));
    return Reply{.body = public_json(fresh)};
  }

  // Only the statement that hands this ledger over to the keys that wait here.
  Result<Reply> sign_handover(Frame& frame) {
    std::string_view statement = text(frame.payload);
    auto waiting = TRY(waiting_keys());
    bool ours = waiting && hands_over_to(statement, *waiting, signed_->origin());
    if (!ours) return fail(Errc::refused, "key_agent.not_a_log_text");
    return Reply{.body = Json::object({{"new_ed25519", base64(waiting->ed25519.sign(frame.payload))}, {"new_sm2", base64(waiting->sm2.sign(frame.payload))},
                                       {"old_ed25519", base64(keys_->ledger_ed25519.sign(frame.payload))},
                                       {"old_sm2", base64(keys_->ledger_sm2.sign(frame.payload))}})};
  }

  Result<Reply> adopt_ledger_keys() {
    auto waiting = TRY(waiting_keys());
    if (!waiting) return fail(Errc::conflict, "key_agent.no_keys_waiting");
    SpaceKeysFile file = TRY(read_key_record<SpaceKeysFile>(space_path()));
    file.ledger_ed25519 = waiting->ed25519_box;
    file.ledger_sm2 = waiting->sm2_box;
    file.ledger_ed25519_next.reset();
    file.ledger_sm2_next.reset();
    TRY(write_space_file(file));
    keys_->ledger_ed25519 = std::move(waiting->ed25519);
    keys_->ledger_sm2 = std::move(waiting->sm2);
    lock_secret(keys_->ledger_ed25519.seed());
    lock_secret(keys_->ledger_sm2.scalar());
    return Reply{};
  }

  Result<Reply> new_epoch_key(Frame& frame) {
    std::string epoch = TRY(frame.body.get_string("epoch"));
    NewEpochKey fresh = TRY(create_epoch_key(keys_->space, epoch, random_));
    return Reply{.body = Json::object({{"wrap", Json(base64(fresh.wrap))}}), .payload = fresh.key.reveal("the backup's writer")};
  }

  Result<Reply> epoch_key(Frame& frame) {
    std::string epoch = TRY(frame.body.get_string("epoch"));
    SecretBytes key = TRY(under_either([&](const SecretBytes& space) { return open_epoch_key(space, epoch, frame.payload); }));
    return Reply{.payload = key.reveal("the backup's writer")};
  }

  Result<Reply> epoch_key_of_file(Frame& frame) {
    if (frame.fds.size() != 1) return fail(Errc::invalid, "key_agent.no_passphrase");
    SecretText passphrase = TRY(passphrase_from(frame.fds[0].get()));
    const Json* file = frame.body.find("file");
    SecretBytes key = TRY(key_of_epoch_file(file ? *file : Json(), passphrase));
    return Reply{.payload = key.reveal("the restore")};
  }

  Result<Reply> pseudonyms(Frame& frame) {
    auto names = TRY(names_member(frame.body, "names"));
    std::string grant = TRY(frame.body.get_string("grant")), dataset = TRY(frame.body.get_string("dataset"));
    static constexpr std::string_view kMaskingWorks[] = {"mask", "reverse", "find_person"}, kMarkWorks[] = {"release", "trace", "check", "mask"};
    if (!grants_) grants_ = TRY(open_grants_(space_dir_));
    HandedKeys handed{"pseudonyms", {}, {}, {}};
    for (const std::string& name : names) {
      bool masking = kind_of_pseudonym_name(name) == "masking" && name.find('/') != std::string::npos;
      if (!masking && !name.starts_with("marks/")) return fail(Errc::forbidden, "key_agent.not_granted", name);
      TRY(grants_->allows_work(grant, dataset, masking ? std::span<const std::string_view>(kMaskingWorks) : std::span<const std::string_view>(kMarkWorks), clock_.now()));
    }
    for (const std::string& name : names) handed.keys.insert_or_assign(name, TRY(pseudonym_key_of(*keys_, name)));
    TRY(hand_over(frame, handed));
    return Reply{};
  }

  Status hand_over(Frame& frame, const HandedKeys& keys) {
    if (frame.fds.size() != 1) return fail(Errc::invalid, "key_agent.no_key_end");
    Channel key_end(std::move(frame.fds[0]));
    return hand_keys(key_end, keys, kHandOverMs);
  }

  OpenGrantCheck open_grants_;
  std::string space_dir_;
  SystemRandom random_;
  SystemClock clock_;
  SecretBytes root_;
  std::optional<SpaceKeys> keys_;
  struct ProposedRoot {
    NewSpaceRoot fresh;
    Json file;  // root.json as it would be
  };
  std::optional<ProposedRoot> proposed_;
  std::optional<SignedState> signed_;
  std::unique_ptr<GrantCheck> grants_;
};

}  // namespace

int run_key_agent(OpenGrantCheck open_grants) {
  Channel server{OwnedFd(kChannelFd)};
  if (Status shut = enter_sandbox(SandboxProfile::key_agent); !shut) {
    log(LogLevel::error, "key_agent.not_started", {{"reason", std::string(shut.error().reason)}, {"detail", shut.error().detail}});
    return 1;
  }
  AgentProcess process(open_grants);
  return process.run(server);
}

}  // namespace sluice::node
