#include "crypto/hash.h"
#include "edge/http/fetch.h"
#include "edge/notify/ways.h"

namespace sluice::notify {

using namespace space;

std::string webhook_signature(std::string_view key, std::string_view timestamp, std::string_view body) {
  std::string signed_text = std::string(timestamp) + "." + std::string(body);
  return "hmac-sm3=" + hex(hmac_sm3(view(key), view(signed_text)));
}

Status send_webhook(const node::AlarmParcel& p) {
  const AlarmChannel& c = p.channel;
  std::string body = canonical(encode(p.message).set("format", "sluice-alarm/1")), stamp = std::to_string(p.now);
  bool literal = c.host.find(':') != std::string::npos;
  node::WebAsk ask;
  ask.url = std::string(c.security == AlarmSecurity::tls ? "https://" : "http://") + (literal ? "[" + c.host + "]" : c.host) + ":" + std::to_string(c.port) + c.path;
  ask.ca_pem = p.secret.ca_pem;
  ask.headers = {{"X-Sluice-Timestamp", stamp}, {"X-Sluice-Signature", webhook_signature(p.secret.key, stamp, body)}};
  ask.json = std::move(body);
  auto answer = TRY(http::fetch(ask));
  if (answer.status < 200 || answer.status > 299) return fail(Errc::refused, "webhook.refused", std::to_string(answer.status));
  return {};
}

Status send_alarm(const node::AlarmParcel& parcel) {
  switch (parcel.channel.channel_kind) {
    case AlarmChannelKind::smtp: return send_mail(parcel);
    case AlarmChannelKind::syslog: return send_syslog(parcel);
    case AlarmChannelKind::webhook: return send_webhook(parcel);
  }
  return fail(Errc::internal, "alarm.bad_channel");
}

}  // namespace sluice::notify
