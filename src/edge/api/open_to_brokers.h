// The routes that people of broker organisations may call (space/mandate/broker.h): a closed list, whatever duties somebody was given. A new route
// is closed to them until it stands here. Internal to this folder.
#pragma once

#include "edge/http/router.h"

namespace sluice::api {

bool route_open_to_brokers(http::Method method, std::string_view pattern);

}  // namespace sluice::api
