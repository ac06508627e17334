#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/owned_fd.h"
#include "edge/http/wire.h"
#include "edge/notify/ways.h"

namespace sluice::notify {

using namespace space;

namespace {

constexpr int kFacility = 13;  // log audit
constexpr size_t kDatagramBytesMax = 2048;

int level_of(const node::AlarmMessage& m) {
  if (m.stage != "raised") return 5;  // notice
  return m.severity == "high" ? 2 : m.severity == "medium" ? 4 : 5;
}

std::string quoted_value(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\' || c == ']') out += '\\';
    out += c;
  }
  return out;
}

std::string host_word() {
  char name[256] = "";
  if (::gethostname(name, sizeof name - 1) != 0) return "-";
  std::string out(name);
  for (char& c : out)
    if (c <= ' ' || c > '~') c = '-';
  return out.empty() ? "-" : out;
}

// Cut between characters.
void cut_to(std::string& text, size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) end--;
  text.resize(end);
}

struct AddressesFree {
  void operator()(addrinfo* p) const { ::freeaddrinfo(p); }
};

Status send_datagram(const AlarmChannel& c, const std::string& line) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(c.host.c_str(), std::to_string(c.port).c_str(), &wanted, &found) != 0) return fail(Errc::unreachable, "fetch.no_such_host");
  std::unique_ptr<addrinfo, AddressesFree> all(found);
  for (const addrinfo* a = found; a; a = a->ai_next) {
    OwnedFd fd(::socket(a->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (fd && ::sendto(fd.get(), line.data(), line.size(), MSG_NOSIGNAL, a->ai_addr, a->ai_addrlen) == static_cast<ssize_t>(line.size())) return {};
  }
  return fail(Errc::unreachable, "fetch.unreachable");
}

}  // namespace

std::string syslog_line(const node::AlarmMessage& m, TimeMs now) {
  std::string data = "[alarm@32473";  // RFC 5612: a number for examples; we have none of our own
  auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) data += " " + std::string(name) + "=\"" + quoted_value(value) + "\"";
  };
  add("id", m.alarm), add("rule", m.rule), add("stage", m.stage), add("severity", m.severity), add("subject", m.subject), add("reason", m.reason);
  add("count", m.count > 0 ? std::to_string(m.count) : ""), add("entry", m.seq > 0 ? std::to_string(m.seq) : ""), add("origin", m.origin);
  data += "]";
  return "<" + std::to_string(kFacility * 8 + level_of(m)) + ">1 " + rfc3339(now) + " " + host_word() + " sluice " + std::to_string(::getpid()) + " " + (m.rule.empty() ? "-" : m.rule.substr(0, 32)) + " " + data +
         " \xEF\xBB\xBF" + node::message_title(m);
}

// Over UDP nobody says that it arrived: sent is all that is known.
Status send_syslog(const node::AlarmParcel& p) {
  std::string line = syslog_line(p.message, p.now);
  if (p.channel.udp) {
    cut_to(line, kDatagramBytesMax);
    return send_datagram(p.channel, line);
  }
  auto wire = TRY(http::Wire::open(p.channel.host, std::to_string(p.channel.port), http::WireReach::anywhere, std::chrono::steady_clock::now() + kSendTime));
  if (p.channel.security == AlarmSecurity::tls) TRY(wire.secure(p.channel.host, p.secret.ca_pem));
  return wire.send(std::to_string(line.size()) + " " + line);
}

}  // namespace sluice::notify
