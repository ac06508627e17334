// Operators' log: one JSON object a line on stderr. Never a data value, a person or a secret: ids, counts, reasons.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sluice {

enum class LogLevel { debug, info, warn, error };

// Thread-safe. `event` is a stable id such as "server.started"; fields are written in the given order.
void log(LogLevel level, std::string_view event, std::initializer_list<std::pair<std::string_view, std::string>> fields = {});
// Lines below `level` are dropped; default info.
void log_threshold(LogLevel level);

}  // namespace sluice
