// How an alarm leaves over a channel (docs/formats/alarm.md): SMTP (RFC 5321, STARTTLS RFC 3207, AUTH PLAIN RFC 4954), syslog (RFC 5424 over UDP RFC 5426, TCP RFC 6587 with octet
// counts, TLS RFC 5425), or an HTTP POST signed with HMAC-SM3. Each at most eight seconds and 64 KiB of what the other side says. Thread-safe.
//
// Errors: those of http/wire.h and http/fetch.h; "mail.no_starttls", "mail.no_auth", "mail.refused" (detail: the command and the server's code, never its words), "mail.malformed",
// "webhook.refused" (detail: the status). Nothing is sent in the clear to another machine but what a channel over syslog says so about.
#pragma once

#include "node/alarm_channel.h"

namespace sluice::notify {

Status send_alarm(const node::AlarmParcel& parcel);

// The bytes of each form, for tests.
std::string mail_of(const space::AlarmChannel& channel, const node::AlarmMessage& message, TimeMs now);
std::string syslog_line(const node::AlarmMessage& message, TimeMs now);
// "hmac-sm3=HEX" over the timestamp, a full stop and the body.
std::string webhook_signature(std::string_view key, std::string_view timestamp, std::string_view body);

}  // namespace sluice::notify
