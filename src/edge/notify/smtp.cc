#include <cstdio>
#include <ctime>

#include "crypto/hash.h"
#include "edge/http/wire.h"
#include "edge/notify/ways.h"

namespace sluice::notify {

using namespace space;

namespace {

constexpr size_t kReplyBytesMax = 64u << 10, kBase64LineBytes = 76, kEncodedWordBytes = 42;

// The lines of a conversation: what is sent, and the server's answer, which may have several lines.
class Mail {
 public:
  explicit Mail(http::Wire& wire) : wire_(wire) {}

  struct Reply {
    int code = 0;
    std::vector<std::string> lines;
    bool offers(std::string_view word) const {
      for (const std::string& line : lines) {
        std::string upper = line.substr(0, word.size());
        for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        if (upper == word && (line.size() == word.size() || line[word.size()] == ' ')) return true;
      }
      return false;
    }
  };

  Result<Reply> reply() {
    Reply out;
    while (true) {
      std::string line = TRY(next_line());
      bool digits = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && line[1] >= '0' && line[1] <= '9' && line[2] >= '0' && line[2] <= '9';
      if (!digits || (line.size() > 3 && line[3] != ' ' && line[3] != '-')) return fail(Errc::refused, "mail.malformed");
      out.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
      out.lines.push_back(line.size() > 4 ? line.substr(4) : std::string());
      if (line.size() == 3 || line[3] == ' ') return out;
    }
  }
  // The words of a server are its own: only its code is told.
  Result<Reply> say(const std::string& line, std::string_view what, int wanted) {
    TRY(wire_.send(line + "\r\n"));
    Reply answer = TRY(reply());
    if (answer.code / 100 != wanted) return fail(Errc::refused, "mail.refused", std::string(what) + " " + std::to_string(answer.code));
    return answer;
  }
  bool nothing_left() const { return buffer_.empty(); }

 private:
  Result<std::string> next_line() {
    for (size_t end = buffer_.find('\n'); end == std::string::npos; end = buffer_.find('\n')) {
      std::string more = TRY(wire_.receive());
      if (more.empty()) return fail(Errc::unreachable, "fetch.unreachable");
      buffer_ += more;
      told_ += more.size();
      if (told_ > kReplyBytesMax) return fail(Errc::refused, "mail.malformed");
    }
    size_t end = buffer_.find('\n');
    std::string line = buffer_.substr(0, end > 0 && buffer_[end - 1] == '\r' ? end - 1 : end);
    buffer_.erase(0, end + 1);
    return line;
  }

  http::Wire& wire_;
  std::string buffer_;
  size_t told_ = 0;
};

// UTF-8 in a header (RFC 2047): words of at most 75 bytes, cut between characters.
std::string encoded_header(std::string_view text) {
  std::string out, word;
  auto flush = [&] {
    if (!word.empty()) out += (out.empty() ? "" : "\r\n ") + std::string("=?UTF-8?B?") + base64(view(word)) + "?=";
    word.clear();
  };
  for (size_t i = 0; i < text.size();) {
    size_t n = 1;
    while (i + n < text.size() && (static_cast<unsigned char>(text[i + n]) & 0xc0) == 0x80) n++;
    if (word.size() + n > kEncodedWordBytes) flush();
    word += text.substr(i, n);
    i += n;
  }
  flush();
  return out;
}

std::string base64_lines(std::string_view text) {
  std::string all = base64(view(text)), out;
  for (size_t i = 0; i < all.size(); i += kBase64LineBytes) out += all.substr(i, kBase64LineBytes) + "\r\n";
  return out;
}

std::string mail_date(TimeMs ms) {
  std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[128];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0000", kDays[utc.tm_wday], utc.tm_mday, kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text;
}

Result<Mail::Reply> hello(Mail& mail) { return mail.say("EHLO sluice.invalid", "EHLO", 2); }

Status sign_in(Mail& mail, const http::Wire& wire, const Mail::Reply& offered, const node::ChannelSecret& secret) {
  if (secret.user.empty()) return {};
  bool plain = false;
  for (const std::string& line : offered.lines) plain = plain || (line.starts_with("AUTH ") && (" " + line.substr(5) + " ").find(" PLAIN ") != std::string::npos);
  if (!plain || !wire.secured()) return fail(Errc::refused, "mail.no_auth");
  std::string token = std::string(1, '\0') + secret.user + std::string(1, '\0') + secret.password;
  TRY(mail.say("AUTH PLAIN " + base64(view(token)), "AUTH", 2));
  return {};
}

}  // namespace

std::string mail_of(const AlarmChannel& channel, const node::AlarmMessage& m, TimeMs now) {
  std::string to;
  for (const std::string& one : channel.to) to += (to.empty() ? "" : ",\r\n ") + ("<" + one + ">");
  Digest id = sm3(view(m.alarm + m.stage + std::to_string(m.at_ms)));
  std::string domain = channel.sender.substr(channel.sender.find('@') + 1);
  std::string out = "From: <" + channel.sender + ">\r\nTo: " + to + "\r\nSubject: " + encoded_header(node::message_title(m)) + "\r\nDate: " + mail_date(now) + "\r\nMessage-ID: <" + hex(id).substr(0, 32) + "@" +
                    domain + ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\nX-Sluice-Alarm: " + m.rule +
                    "\r\n\r\n";
  // Base64 has no line that begins with a full stop.
  return out + base64_lines(node::message_text(m));
}

Status send_mail(const node::AlarmParcel& p) {
  const AlarmChannel& c = p.channel;
  auto reach = c.security == AlarmSecurity::none ? http::WireReach::this_machine : http::WireReach::anywhere;
  auto wire = TRY(http::Wire::open(c.host, std::to_string(c.port), reach, std::chrono::steady_clock::now() + kSendTime));
  if (c.security == AlarmSecurity::tls) TRY(wire.secure(c.host, p.secret.ca_pem));
  Mail mail(wire);
  auto greeting = TRY(mail.reply());
  if (greeting.code != 220) return fail(Errc::refused, "mail.refused", "greeting " + std::to_string(greeting.code));
  auto offered = TRY(hello(mail));
  if (c.security == AlarmSecurity::starttls) {
    if (!offered.offers("STARTTLS")) return fail(Errc::refused, "mail.no_starttls");
    TRY(mail.say("STARTTLS", "STARTTLS", 2));
    // What was sent in the clear after the answer was never the server's.
    if (!mail.nothing_left()) return fail(Errc::refused, "mail.malformed");
    TRY(wire.secure(c.host, p.secret.ca_pem));
    offered = TRY(hello(mail));
  }
  TRY(sign_in(mail, wire, offered, p.secret));
  TRY(mail.say("MAIL FROM:<" + c.sender + ">", "MAIL", 2));
  for (const std::string& to : c.to) TRY(mail.say("RCPT TO:<" + to + ">", "RCPT", 2));
  TRY(mail.say("DATA", "DATA", 3));
  TRY(mail.say(mail_of(c, p.message, p.now) + ".", "content", 2));
  (void)wire.send("QUIT\r\n");  // taken is taken
  return {};
}

}  // namespace sluice::notify
