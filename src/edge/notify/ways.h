// The ways out, one message each. Internal to this folder.
#pragma once

#include "edge/notify/send.h"

namespace sluice::notify {

Status send_mail(const node::AlarmParcel& parcel);
Status send_syslog(const node::AlarmParcel& parcel);
Status send_webhook(const node::AlarmParcel& parcel);

constexpr std::chrono::seconds kSendTime{8};

}  // namespace sluice::notify
