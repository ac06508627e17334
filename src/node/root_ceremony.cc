#include "node/root_ceremony.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "crypto/hash.h"
#include "crypto/root_device.h"
#include "node/people.h"
#include "node/root_change.h"
#include "node/sign_in_key.h"
#include "node/work.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr TimeMs kCeremonyMs = 2 * kHourMs;
constexpr size_t kOfficersMax = 16, kOfficerPassphraseBytesMax = 1000;
constexpr Duty kCeremonyDuties[] = {Duty::security_admin, Duty::system_admin, Duty::security_officer};

Result<OwnedFd> line_for_agent(const SecretText& line) {
  OwnedFd fd(::memfd_create("ceremony", MFD_CLOEXEC));
  std::string bytes = line.reveal("handed to the key agent") + "\n";
  bool written = fd && ::write(fd.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::lseek(fd.get(), 0, SEEK_SET) == 0;
  wipe(bytes.data(), bytes.size());
  if (!written) return fail(Errc::io, "file.unwritable", "officers");
  return fd;
}

// A line ends a passphrase for the agent: what holds one could never be typed at the next start.
Status typeable(const SecretText& passphrase) {
  const std::string& words = passphrase.reveal("look for line ends");
  if (words.size() > kOfficerPassphraseBytesMax || words.find_first_of("\r\n") != std::string::npos || !is_utf8(words))
    return fail(Errc::invalid, "ceremony.bad_passphrase");
  return {};
}

Status may_begin(const State& s, const Context& c, const CeremonyAsk& ask) {
  const Person* person = TRY(acting(s, c));
  TRY(stepped_up(c));
  bool duty = std::any_of(std::begin(kCeremonyDuties), std::end(kCeremonyDuties), [&](Duty d) { return person->has(d, c.now); });
  if (!duty) return fail(Errc::forbidden, "duty.missing", std::string(name_of(kCeremonyDuties[0])));
  const KeyWorkItem* item = find(s.key_works, ask.key_work);
  const Person* proposer = item ? find(s.persons, item->proposed_by) : nullptr;
  if (!item || !proposer || proposer->party != person->party) return fail(Errc::not_found, "keys.no_such_work");
  if (item->work != KeyWork::rotate_root) return fail(Errc::conflict, "keys.other_work");
  if (item->status != KeyWorkStatus::approved) return fail(Errc::conflict, "keys.work_not_approved");
  if (ask.needed < 2 || ask.officers.size() > kOfficersMax || ask.needed > static_cast<int64_t>(ask.officers.size()))
    return fail(Errc::invalid, "shares.bad_threshold");
  return officers_fit(s, *person, ask.officers, c.now);
}

}  // namespace

Status RootCeremony::begin(const Principal& by, const CeremonyAsk& ask) {
  std::lock_guard lock(mutex_);
  lapse();
  if (seen_.state == CeremonyState::joining || seen_.state == CeremonyState::dealt) return fail(Errc::conflict, "ceremony.under_way");
  TimeMs now = node_.clock().now();
  TRY(node_.space().read([&](const State& s) { return may_begin(s, Context{now, node_.random(), node_.rules(), by}, ask); }));
  std::vector<Seat> seats;
  for (const PersonId& id : ask.officers) {
    PersonItem item = TRY(person_item(node_, id));
    for (const Seat& seat : seats)
      if (same_person(node_, seat.shown.person, id)) return fail(Errc::conflict, "shares.officer_twice", id.str());
    seats.push_back(Seat{.shown = {.person = id}, .name = item.account});
  }
  seats_ = std::move(seats);
  seen_ = CeremonySeen{.state = CeremonyState::joining, .key_work = ask.key_work, .begun_by = by.person, .needed = ask.needed, .begun_ms = now,
                       .lapses_ms = now + kCeremonyMs, .reason = {}, .officers = {}};
  return {};
}

void RootCeremony::lapse() {
  bool open = seen_.state == CeremonyState::joining || seen_.state == CeremonyState::dealt;
  if (open && node_.clock().now() >= seen_.lapses_ms) end(CeremonyState::abandoned, "ceremony.lapsed");
}

void RootCeremony::end(CeremonyState how, std::string reason) {
  if (how == CeremonyState::abandoned) (void)node_.agent().forget_root();
  seen_.state = how;
  seen_.reason = std::move(reason);
  for (Seat& seat : seats_) {
    seat.passphrase = SecretText();
    seat.share.reset();
    seat.presented.reset();
  }
}

// The officer who asks, present and with a second factor, in a ceremony that is open.
Result<RootCeremony::Seat*> RootCeremony::seat_of(const Principal& by) {
  lapse();
  if (seen_.state == CeremonyState::abandoned && seen_.reason == "ceremony.lapsed") return fail(Errc::conflict, "ceremony.lapsed");
  if (seen_.state != CeremonyState::joining && seen_.state != CeremonyState::dealt) return fail(Errc::conflict, "ceremony.none");
  auto seat = std::find_if(seats_.begin(), seats_.end(), [&](const Seat& s) { return s.shown.person == by.person; });
  if (seat == seats_.end()) return fail(Errc::forbidden, "ceremony.not_an_officer");
  TimeMs now = node_.clock().now();
  Context c{now, node_.random(), node_.rules(), by};
  TRY(node_.space().read([&](const State& s) -> Status {
    TRY(acting(s, c));
    return stepped_up(c);
  }));
  return &*seat;
}

Status RootCeremony::join(const Principal& by, SecretText passphrase) {
  std::lock_guard lock(mutex_);
  Seat* seat = TRY(seat_of(by));
  if (seat->shown.joined) return fail(Errc::conflict, "ceremony.joined_already");
  TRY(typeable(passphrase));
  if (passphrase.reveal("measure its length").size() < 8) return fail(Errc::invalid, "custody.passphrase_too_short");
  for (const Seat& other : seats_)
    if (other.shown.joined && other.passphrase.reveal("compare") == passphrase.reveal("compare")) return fail(Errc::conflict, "shares.officer_twice");
  seat->passphrase = std::move(passphrase);
  seat->shown.joined = true;
  if (!std::all_of(seats_.begin(), seats_.end(), [](const Seat& s) { return s.shown.joined; })) return {};
  Status dealt = deal();
  if (!dealt) {
    seat->shown.joined = false;
    seat->passphrase = SecretText();
  }
  return dealt;
}

Status RootCeremony::deal() {
  Json officers = Json::array();
  for (const Seat& seat : seats_)
    officers.push(Json::object({{"name", seat.name}, {"passphrase", seat.passphrase.reveal("handed to the key agent")}}));
  Json dealt = TRY(node_.agent().propose_root(seen_.needed, TRY(line_for_agent(SecretText(canonical(officers))))));
  const Json *root = dealt.find("root"), *shares = dealt.find("shares");
  if (!root || !shares) return fail(Errc::unreachable, "key_agent.gone", "malformed answer");
  auto files = TRY(decode<std::vector<RootShareFile>>(*shares, "shares"));
  if (files.size() != seats_.size()) return fail(Errc::unreachable, "key_agent.gone", "malformed answer");
  root_file_ = *root;
  for (size_t i = 0; i < seats_.size(); i++) {
    seats_[i].share = std::move(files[i]);
    seats_[i].passphrase = SecretText();
  }
  seen_.state = CeremonyState::dealt;
  return {};
}

Result<Json> RootCeremony::take_share(const Principal& by) {
  std::lock_guard lock(mutex_);
  Seat* seat = TRY(seat_of(by));
  if (seen_.state != CeremonyState::dealt) return fail(Errc::conflict, "ceremony.not_dealt");
  if (!seat->share) return fail(Errc::conflict, "ceremony.share_taken");
  Json out = encode(*seat->share);
  seat->share.reset();
  seat->shown.taken = true;
  return out;
}

Status RootCeremony::confirm(const Principal& by, const Json& share, SecretText passphrase) {
  std::lock_guard lock(mutex_);
  Seat* seat = TRY(seat_of(by));
  if (seen_.state != CeremonyState::dealt) return fail(Errc::conflict, "ceremony.not_dealt");
  if (!seat->shown.taken) return fail(Errc::conflict, "ceremony.share_not_taken");
  if (seat->shown.confirmed) return fail(Errc::conflict, "ceremony.confirmed_already");
  TRY(typeable(passphrase));
  auto file = decode<RootShareFile>(share);
  if (!file) return fail(Errc::invalid, "custody.malformed", "share");
  if (file->name != seat->name) return fail(Errc::refused, "shares.wrong_share", file->name);
  TRY(node_.agent().check_share(KeyAgent::Root::proposed, share, TRY(line_for_agent(passphrase))));
  seat->presented = PresentedShare{std::move(*file), std::move(passphrase)};
  seat->shown.confirmed = true;
  if (!std::all_of(seats_.begin(), seats_.end(), [](const Seat& s) { return s.shown.confirmed; })) return {};
  Status adopted = adopt();
  if (!adopted) {
    seat->shown.confirmed = false;
    seat->presented.reset();
  }
  return adopted;
}

Status RootCeremony::adopt() {
  std::vector<PresentedShare> all;
  ReportRootChanged change{RootKeeper::officers, seen_.needed, static_cast<int64_t>(seats_.size()), sm3(view(pretty(root_file_) + "\n")), seen_.key_work, std::vector<PersonId>()};
  for (const Seat& seat : seats_) {
    all.push_back(*seat.presented);
    change.present->push_back(seat.shown.person);
  }
  // Asked before the fresh root counts, since afterwards it does, whatever is on record.
  TRY(would_take(node_, as_node({}), change));
  TRY(node_.agent().adopt_root(TRY(line_for_agent(unlock_line(all)))));
  // From here the fresh root counts, whatever else fails: the ceremony is over.
  end(CeremonyState::done, "");
  std::error_code ec;
  std::filesystem::remove(node_.dir() + "/keys/passphrase", ec);  // it opens nothing any more
  return record_root_change(node_, seen_.begun_by, change);
}

Status RootCeremony::abandon(const Principal& by, const std::string& reason) {
  std::lock_guard lock(mutex_);
  if (reason.empty() || reason.size() > kNameBytesMax || !is_utf8(reason)) return fail(Errc::invalid, "form.text_missing", "reason");
  lapse();
  if (seen_.state != CeremonyState::joining && seen_.state != CeremonyState::dealt) return fail(Errc::conflict, "ceremony.none");
  bool officer = std::any_of(seats_.begin(), seats_.end(), [&](const Seat& s) { return s.shown.person == by.person; });
  if (!officer && by.person != seen_.begun_by) return fail(Errc::forbidden, "ceremony.not_an_officer");
  end(CeremonyState::abandoned, reason);
  return {};
}

CeremonySeen RootCeremony::seen() {
  std::lock_guard lock(mutex_);
  lapse();
  CeremonySeen out = seen_;
  for (const Seat& seat : seats_) out.officers.push_back(seat.shown);
  return out;
}

Status RootCeremony::check_share(const Principal& by, const Json& share, SecretText passphrase) {
  TRY(node_.space().read([&](const State& s) -> Status {
    TRY(acting(s, Context{node_.clock().now(), node_.random(), node_.rules(), by}));
    return {};
  }));
  TRY(typeable(passphrase));
  return node_.agent().check_share(KeyAgent::Root::standing, share, TRY(line_for_agent(passphrase)));
}

Result<Json> root_keeper(Node& node) {
  Json root = TRY(parse_json(TRY(read_text_file(node.dir() + "/keys/root.json", 64u << 10))));
  std::string format = root.get_string_or("format", "").value_or("");
  Json officers = Json::array();
  if (format == kRootDeviceFormat) return Json::object({{"keeper", "device"}, {"needed", 1}, {"officers", std::move(officers)}, {"total", 1}});
  if (format != kRootSharesFormat) return Json::object({{"keeper", "passphrase"}, {"needed", 1}, {"officers", std::move(officers)}, {"total", 1}});
  auto file = TRY(decode<RootSharesFile>(root));
  for (const RootHolder& holder : file.holders) officers.push(Json::object({{"index", holder.index}, {"name", holder.name}}));
  return Json::object({{"keeper", "officers"}, {"needed", file.needed}, {"officers", std::move(officers)}, {"total", file.holders.size()}});
}

}  // namespace sluice::node
