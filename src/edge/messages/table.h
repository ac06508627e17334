// The catalogue's rows, sorted by reason id.
#pragma once

#include <span>

#include "edge/messages/catalogue.h"

namespace sluice {

std::span<const Message> message_table();

}  // namespace sluice
