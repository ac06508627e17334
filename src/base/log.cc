#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "base/clock.h"

namespace sluice {

namespace {

std::atomic<LogLevel> threshold{LogLevel::info};
constexpr const char* kNames[] = {"debug", "info", "warn", "error"};

void quote(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
      out += escaped;
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void log_threshold(LogLevel level) { threshold = level; }

void log(LogLevel level, std::string_view event,
         std::initializer_list<std::pair<std::string_view, std::string>> fields) {
  if (level < threshold.load(std::memory_order_relaxed)) return;
  SystemClock clock;
  std::string line = "{\"time\":\"" + rfc3339(clock.now()) + "\",\"level\":\"" + kNames[static_cast<int>(level)] + "\",\"event\":";
  quote(line, event);
  for (const auto& [key, value] : fields) {
    line += ',';
    quote(line, key);
    line += ':';
    quote(line, value);
  }
  line += "}\n";
  // One write keeps lines of several threads and processes apart; a lost log line must not stop the node.
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

}  // namespace sluice
