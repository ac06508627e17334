#include "node/process/key_agent.h"

#include "node/process/signed_state.h"

namespace sluice::node {

namespace {

constexpr int kUnlockMs = 60000;   // argon2id over 256 MiB on a busy machine
constexpr int kAgentCallMs = 30000;
constexpr int kAgentEndMs = 5000;

tl::unexpected<Error> agent_gone(std::string detail) { return fail(Errc::unreachable, "key_agent.gone", std::move(detail)); }

// One request and its answer. Anything but an answer or the agent's own error means that the agent is of no use any more.
Result<Frame> agent_call(Child& child, const Json& request, ByteView payload, std::span<const int> fds, int timeout_ms) {
  if (!child.running()) return agent_gone("ended");
  Status sent = child.channel().send(request, payload, fds, timeout_ms);
  if (!sent && sent.error().reason == "channel.too_large") return tl::unexpected(sent.error());
  auto frame = sent ? child.channel().receive(timeout_ms) : Result<Frame>(tl::unexpected(sent.error()));
  if (!frame) {
    child.kill();
    return agent_gone(std::string(frame.error().reason));
  }
  if (auto error = frame_error(frame->body)) return tl::unexpected(std::move(*error));
  return frame;
}

Result<Bytes> bytes_member(const Json& body, std::string_view name) {
  auto text = body.get_string(name);
  auto bytes = text ? from_base64(*text) : Result<Bytes>(tl::unexpected(text.error()));
  if (!bytes) return agent_gone("malformed answer");
  return bytes;
}

Json names_json(std::span<const std::string> names) {
  Json out = Json::array();
  for (const std::string& name : names) out.push(Json(name));
  return out;
}

}  // namespace

Result<std::unique_ptr<KeyAgent>> KeyAgent::start(Start start) {
  SpawnRequest request;
  request.arguments = {"key-agent"};
  request.program = std::move(start.program);
  Child child = TRY(spawn(std::move(request)));
  std::unique_ptr<KeyAgent> agent(new KeyAgent(std::move(child)));
  Json unlock = Json::object({{"do", start.keys == Keys::fresh ? "create" : "open"}, {"space_dir", Json(start.space_dir)}});
  int passphrase[] = {start.passphrase.get()};
  TRY(agent_call(agent->child_, unlock, {}, passphrase, kUnlockMs));
  return agent;
}

KeyAgent::~KeyAgent() = default;

Result<Frame> KeyAgent::call(const Json& request, ByteView payload, std::span<const int> fds) {
  std::lock_guard lock(mutex_);
  return agent_call(child_, request, payload, fds, kAgentCallMs);
}

Result<ledger::LogKeys> KeyAgent::keys() {
  Frame frame = TRY(call(Json::object({{"do", "keys"}})));
  Bytes ed25519_bytes = TRY(bytes_member(frame.body, "ed25519")), sm2_bytes = TRY(bytes_member(frame.body, "sm2"));
  auto ed25519 = Ed25519PublicKey::from_bytes(ed25519_bytes);
  auto sm2 = Sm2PublicKey::from_bytes(sm2_bytes);
  if (!ed25519 || !sm2) return agent_gone("malformed answer");
  return ledger::LogKeys{std::move(*ed25519), std::move(*sm2)};
}

Result<ledger::SignaturePair> KeyAgent::sign(std::string_view message) {
  Frame frame = TRY(call(Json::object({{"do", "sign"}}), view(message)));
  return ledger::SignaturePair{TRY(bytes_member(frame.body, "ed25519")), TRY(bytes_member(frame.body, "sm2"))};
}

Result<SecretBytes> KeyAgent::registry_key() {
  Frame frame = TRY(call(Json::object({{"do", "registry_key"}})));
  return SecretBytes(std::move(frame.payload));
}

Result<KeyAgent::RegistryRotation> KeyAgent::registry_rotation() {
  Frame frame = TRY(call(Json::object({{"do", "registry_rotation"}})));
  RegistryRotation out{frame.body.get_string_or("key_work", "").value_or("")};
  if (!frame.payload.empty()) out.next = SecretBytes(std::move(frame.payload));
  return out;
}

Status KeyAgent::rotate_registry(const std::string& key_work) {
  TRY(call(Json::object({{"do", "rotate_registry"}, {"key_work", key_work}})));
  return {};
}

Status KeyAgent::settle_registry() {
  TRY(call(Json::object({{"do", "settle_registry"}})));
  return {};
}

Result<int64_t> KeyAgent::rotate_pseudonyms(const std::string& key_work) {
  Frame frame = TRY(call(Json::object({{"do", "rotate_pseudonyms"}, {"key_work", key_work}})));
  auto number = frame.body.get_int("number");
  if (!number) return agent_gone("malformed answer");
  return *number;
}

Result<DatasetWraps> KeyAgent::new_dataset_keys(const std::string& dataset, const std::string& version,
                                                std::span<const std::string> columns, OwnedFd key_end) {
  Json request = Json::object({{"do", "new_dataset_keys"}, {"dataset", Json(dataset)}, {"version", Json(version)}, {"columns", names_json(columns)}});
  int fds[] = {key_end.get()};
  Frame frame = TRY(call(request, {}, fds));
  const Json* wraps = frame.body.find("wraps");
  auto decoded = wraps ? decode<DatasetWraps>(*wraps) : fail(Errc::invalid, "json.field");
  if (!decoded) return agent_gone("malformed answer");
  return *std::move(decoded);
}

Status KeyAgent::open_columns(const std::string& grant, const DatasetWraps& wraps, std::span<const std::string> columns, OwnedFd key_end) {
  Json request = Json::object({{"do", "open_columns"}, {"grant", Json(grant)}, {"wraps", encode(wraps)}, {"columns", names_json(columns)}});
  int fds[] = {key_end.get()};
  TRY(call(request, {}, fds));
  return {};
}

Result<KeyAgent::EpochKey> KeyAgent::new_epoch_key(const std::string& epoch) {
  Frame frame = TRY(call(Json::object({{"do", "new_epoch_key"}, {"epoch", Json(epoch)}})));
  Bytes wrap = TRY(bytes_member(frame.body, "wrap"));
  return EpochKey{std::move(wrap), SecretBytes(std::move(frame.payload))};
}

Result<SecretBytes> KeyAgent::epoch_key(const std::string& epoch, ByteView wrap) {
  Frame frame = TRY(call(Json::object({{"do", "epoch_key"}, {"epoch", Json(epoch)}}), wrap));
  return SecretBytes(std::move(frame.payload));
}

Result<SecretBytes> KeyAgent::epoch_key_of_file(const Json& file, OwnedFd passphrase, const std::string& program) {
  SpawnRequest request;
  request.arguments = {"key-agent"};
  request.program = program;
  Child child = TRY(spawn(std::move(request)));
  int fds[] = {passphrase.get()};
  Frame frame = TRY(agent_call(child, Json::object({{"do", "epoch_key_of_file"}, {"file", file}}), {}, fds, kUnlockMs));
  child.kill();
  return SecretBytes(std::move(frame.payload));
}

Result<DatasetWraps> KeyAgent::rewrap_dataset(const DatasetWraps& wraps, std::optional<int64_t> tier) {
  Frame frame = TRY(call(Json::object({{"do", "rewrap_dataset"}, {"tier", tier ? Json(*tier) : Json()}, {"wraps", encode(wraps)}})));
  const Json* fresh = frame.body.find("wraps");
  auto decoded = fresh ? decode<DatasetWraps>(*fresh) : fail(Errc::invalid, "json.field");
  if (!decoded) return agent_gone("malformed answer");
  return *std::move(decoded);
}

Result<Json> KeyAgent::propose_root(int64_t needed, OwnedFd officers) {
  int fds[] = {officers.get()};
  Frame frame = TRY(call(Json::object({{"do", "propose_root"}, {"needed", needed}}), {}, fds));
  return std::move(frame.body);
}

Result<Json> KeyAgent::propose_passphrase_root(OwnedFd passphrase) {
  int fds[] = {passphrase.get()};
  Frame frame = TRY(call(Json::object({{"do", "propose_passphrase_root"}}), {}, fds));
  const Json* root = frame.body.find("root");
  if (!root) return agent_gone("malformed answer");
  return *root;
}

Result<Json> KeyAgent::propose_device_root(const DeviceAddress& device, OwnedFd pin) {
  int fds[] = {pin.get()};
  Frame frame = TRY(call(Json::object({{"do", "propose_device_root"}, {"device", encode(device)}}), {}, fds));
  const Json* root = frame.body.find("root");
  if (!root) return agent_gone("malformed answer");
  return *root;
}

Status KeyAgent::adopt_root(OwnedFd presented) {
  int fds[] = {presented.get()};
  TRY(call(Json::object({{"do", "adopt_root"}}), {}, fds));
  return {};
}

namespace {

Result<ledger::LogKeys> log_keys_in(const Json& body) {
  Bytes ed25519_bytes = TRY(bytes_member(body, "ed25519")), sm2_bytes = TRY(bytes_member(body, "sm2"));
  auto ed25519 = Ed25519PublicKey::from_bytes(ed25519_bytes);
  auto sm2 = Sm2PublicKey::from_bytes(sm2_bytes);
  if (!ed25519 || !sm2) return agent_gone("malformed answer");
  return ledger::LogKeys{std::move(*ed25519), std::move(*sm2)};
}

}  // namespace

Result<ledger::LogKeys> KeyAgent::next_ledger_keys(const std::string& key_work) {
  Frame frame = TRY(call(Json::object({{"do", "next_ledger_keys"}, {"key_work", key_work}})));
  return log_keys_in(frame.body);
}

Result<KeyAgent::Handover> KeyAgent::sign_handover(std::string_view statement) {
  Frame frame = TRY(call(Json::object({{"do", "sign_handover"}}), view(statement)));
  return Handover{{TRY(bytes_member(frame.body, "old_ed25519")), TRY(bytes_member(frame.body, "old_sm2"))},
                  {TRY(bytes_member(frame.body, "new_ed25519")), TRY(bytes_member(frame.body, "new_sm2"))}};
}

Status KeyAgent::adopt_ledger_keys() {
  TRY(call(Json::object({{"do", "adopt_ledger_keys"}})));
  return {};
}

Result<std::optional<ledger::LogKeys>> KeyAgent::waiting_ledger_keys() {
  Frame frame = TRY(call(Json::object({{"do", "waiting_ledger_keys"}})));
  if (!frame.body.find("ed25519")) return std::optional<ledger::LogKeys>{};
  return std::optional<ledger::LogKeys>(TRY(log_keys_in(frame.body)));
}

Status KeyAgent::rotate_space(const std::string& key_work) {
  TRY(call(Json::object({{"do", "rotate_space"}, {"key_work", key_work}})));
  return {};
}

Result<KeyAgent::SpaceRotation> KeyAgent::space_rotation() {
  Frame frame = TRY(call(Json::object({{"do", "space_rotation"}})));
  return SpaceRotation{TRY(frame.body.get_string("key_work")), TRY(frame.body.get_bool("unfinished"))};
}

Status KeyAgent::settle_space() {
  TRY(call(Json::object({{"do", "settle_space"}})));
  return {};
}

Result<DatasetWraps> KeyAgent::current_wraps(const DatasetWraps& wraps) {
  Frame frame = TRY(call(Json::object({{"do", "current_wraps"}, {"wraps", encode(wraps)}})));
  const Json* current = frame.body.find("wraps");
  auto decoded = current ? decode<DatasetWraps>(*current) : fail(Errc::invalid, "json.field");
  if (!decoded) return agent_gone("malformed answer");
  return *std::move(decoded);
}

Result<Bytes> KeyAgent::current_epoch_wrap(const std::string& epoch, ByteView wrap) {
  Frame frame = TRY(call(Json::object({{"do", "current_epoch_wrap"}, {"epoch", epoch}}), wrap));
  return std::move(frame.payload);
}

Status KeyAgent::check_share(Root of, const Json& share, OwnedFd passphrase) {
  int fds[] = {passphrase.get()};
  TRY(call(Json::object({{"do", "check_share"}, {"proposed", of == Root::proposed}, {"share", share}}), {}, fds));
  return {};
}

Status KeyAgent::forget_root() {
  TRY(call(Json::object({{"do", "forget_root"}})));
  return {};
}

Result<std::optional<ledger::Checkpoint>> KeyAgent::last_signed() {
  Frame frame = TRY(call(Json::object({{"do", "last_signed"}})));
  if (!frame.body.find("checkpoint")) return std::optional<ledger::Checkpoint>{};
  std::string text = TRY(frame.body.get_string("checkpoint"));
  return std::optional(TRY(parse_checkpoint_text(text)));
}

Status KeyAgent::pseudonym_keys(const std::string& grant, const std::string& dataset, std::span<const std::string> names, OwnedFd key_end) {
  int fds[] = {key_end.get()};
  TRY(call(Json::object({{"dataset", dataset}, {"do", "pseudonym_keys"}, {"grant", grant}, {"names", names_json(names)}}), {}, fds));
  return {};
}

Status KeyAgent::shutdown() {
  TRY(call(Json::object({{"do", "shutdown"}})));
  std::lock_guard lock(mutex_);
  child_.wait(kAgentEndMs);
  child_.kill();
  return {};
}

bool KeyAgent::running() {
  std::lock_guard lock(mutex_);
  return child_.running();
}

pid_t KeyAgent::pid() const { return child_.pid(); }

}  // namespace sluice::node
