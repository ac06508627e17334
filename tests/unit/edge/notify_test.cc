// What leaves over the channels of alarms, byte for byte where a standard says so.
#include <gtest/gtest.h>

#include "edge/notify/send.h"

namespace sluice::notify {
namespace {

node::AlarmMessage an_alarm() {
  node::AlarmMessage m;
  m.space = "测试医疗保障局", m.origin = "sluice/test", m.alarm = "al_1", m.rule = "refused_requests", m.zh = "同一人员的请求多次被拒绝", m.en = "many refused requests of one person";
  m.next_zh = "询问当事人", m.next_en = "ask", m.severity = "medium", m.subject = "ps_\"]\\", m.reason = "duty.missing", m.stage = "raised", m.count = 15, m.seq = 42;
  m.since_ms = m.at_ms = 1'700'000'000'000;
  return m;
}

TEST(AlarmMail, HasLinesThatServersTakeAndNoCharacterOutsideAscii) {
  space::AlarmChannel c{.name = "mail", .channel_kind = space::AlarmChannelKind::smtp, .host = "h", .port = 25, .security = space::AlarmSecurity::none, .least = {}, .sender = "a@b.c", .to = {"d@e.f", "g@h.i"}};
  std::string mail = mail_of(c, an_alarm(), 1'700'000'000'000);
  EXPECT_NE(mail.find("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"), std::string::npos);
  EXPECT_NE(mail.find("To: <d@e.f>,\r\n <g@h.i>\r\n"), std::string::npos);
  size_t begin = 0;
  for (size_t end = mail.find("\r\n"); end != std::string::npos; begin = end + 2, end = mail.find("\r\n", begin)) {
    EXPECT_LE(end - begin, 78u) << mail.substr(begin, end - begin);
    EXPECT_NE(mail[begin], '.') << "no line can end the content";
  }
  EXPECT_EQ(begin, mail.size());
  for (unsigned char ch : mail) EXPECT_TRUE(ch < 0x80);
  for (size_t at = mail.find('\n'); at != std::string::npos; at = mail.find('\n', at + 1)) EXPECT_EQ(mail[at - 1], '\r');
}

TEST(AlarmSyslog, IsOneLineOfRfc5424WithItsValuesEscaped) {
  std::string line = syslog_line(an_alarm(), 1'700'000'000'000);
  EXPECT_TRUE(line.starts_with("<108>1 2023-11-14T22:13:20")) << line;
  EXPECT_NE(line.find(" refused_requests [alarm@32473 id=\"al_1\" rule=\"refused_requests\" stage=\"raised\" severity=\"medium\" subject=\"ps_\\\"\\]\\\\\" reason=\"duty.missing\" count=\"15\" entry=\"42\" origin=\"sluice/test\"] \xEF\xBB\xBF"),
            std::string::npos) << line;
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(AlarmWebhook, IsSignedOverTimeAndBody) {
  std::string one = webhook_signature("key", "17", "{}");
  EXPECT_TRUE(one.starts_with("hmac-sm3=") && one.size() == 9 + 64) << one;
  EXPECT_NE(one, webhook_signature("key", "18", "{}"));
  EXPECT_NE(one, webhook_signature("key", "17", "{ }"));
  EXPECT_NE(one, webhook_signature("kez", "17", "{}"));
}

}  // namespace
}  // namespace sluice::notify
