#include "space/snapshot.h"

#include "crypto/hash.h"

namespace sluice::space {

namespace {

// The number goes up whenever folding the same entries makes another state than before, also where the members stay the same: a snapshot of an older
// program is then folded anew, so that an upgraded space and a fresh fold agree.
constexpr std::string_view kSnapshotFormat = "sluice-state/7";

tl::unexpected<Error> bad_snapshot() { return fail(Errc::corrupt, "space.snapshot_format"); }

template <class T>
constexpr bool is_state_map = record_detail::is_map<T>::value;

template <class T>
void lines_of(std::string& out, int64_t& lines, std::string_view name, const T& member) {
  auto line = [&](Json json) {
    canonical_to(out, json);
    out += '\n';
    lines++;
  };
  if constexpr (is_state_map<T>) {
    for (const auto& [key, value] : member) {
      Json json = Json::array();
      json.push(Json(name)), json.push(Json(key)), json.push(encode(value));
      line(std::move(json));
    }
  } else {
    Json json = Json::array();
    json.push(Json(name)), json.push(encode(member));
    line(std::move(json));
  }
}

template <class T>
Status take_value(std::string_view name, const Json::Array& line, T& member) {
  if constexpr (is_state_map<T>) {
    if (line.size() != 3 || !line[1].is_string()) return bad_snapshot();
    member.insert_or_assign(member.end(), line[1].as_string(), TRY(decode<typename T::mapped_type>(line[2], name)));
  } else {
    if (line.size() != 2) return bad_snapshot();
    member = TRY(decode<T>(line[1], name));
  }
  return {};
}

Status take_line(const Json& json, State& state) {
  if (!json.is_array() || json.as_array().empty() || !json.as_array()[0].is_string()) return bad_snapshot();
  const auto& line = json.as_array();
  Status taken = bad_snapshot();
  State::fields.each([&](const auto& field) {
    if (field.name == line[0].as_string()) taken = take_value(field.name, line, state.*field.member);
  });
  return taken;
}

struct Head {
  SnapshotHead head;
  int64_t lines = 0;
  std::string_view rest;
};

Result<Head> read_head(std::string_view text) {
  size_t end = text.find('\n');
  if (end == std::string_view::npos) return bad_snapshot();
  Head out;
  Json json = TRY(parse_json(text.substr(0, end)));
  if (TRY(json.get_string("format")) != kSnapshotFormat) return bad_snapshot();
  out.head = {static_cast<uint64_t>(TRY(json.get_int("seq"))), TRY(json.get_string("sm3_root"))};
  out.lines = TRY(json.get_int("lines"));
  out.rest = text.substr(end + 1);
  return out;
}

}  // namespace

std::string snapshot_text(const SnapshotHead& head, const State& state) {
  std::string body;
  int64_t lines = 0;
  State::fields.each([&](const auto& field) { lines_of(body, lines, field.name, state.*field.member); });
  Json first = Json::object({{"format", kSnapshotFormat}, {"lines", lines}, {"seq", static_cast<int64_t>(head.seq)}, {"sm3_root", head.sm3_root}});
  body.insert(0, canonical(first) + "\n");
  return body;
}

Result<SnapshotHead> snapshot_head(std::string_view text) { return TRY(read_head(text)).head; }

Result<State> snapshot_state(std::string_view text) {
  Head head = TRY(read_head(text));
  State state;
  std::string_view rest = head.rest;
  for (; head.lines > 0; head.lines--) {
    size_t end = rest.find('\n');
    if (end == std::string_view::npos) return bad_snapshot();
    TRY(take_line(TRY(parse_json(rest.substr(0, end))), state));
    rest.remove_prefix(end + 1);
  }
  if (!rest.empty()) return bad_snapshot();
  return state;
}

namespace {

// SHA-256 first: processors have instructions for it, and a snapshot of a million entries is read at every start.
std::string mac_line(std::string_view text, const SecretBytes& key) {
  Digest mac = hmac_sm3(key.reveal("the snapshot's mac"), sha256(view(text)));
  return canonical(Json::object({{"mac", hex(mac)}})) + "\n";
}

}  // namespace

void seal_snapshot(std::string& text, const SecretBytes& key) {
  if (!text.ends_with('\n')) text += '\n';
  text += mac_line(text, key);
}

Result<SealedSnapshot> split_snapshot(std::string_view text) {
  size_t before = text.size() < 2 ? std::string_view::npos : text.rfind('\n', text.size() - 2);
  if (before == std::string_view::npos) return fail(Errc::corrupt, "space.snapshot_mac");
  return SealedSnapshot{text.substr(0, before + 1), text.substr(before + 1)};
}

Status check_snapshot(const SealedSnapshot& sealed, const SecretBytes& key) {
  if (!equal_const_time(view(sealed.mac_line), view(mac_line(sealed.content, key)))) return fail(Errc::corrupt, "space.snapshot_mac");
  return {};
}

}  // namespace sluice::space
