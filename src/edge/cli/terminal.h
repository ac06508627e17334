// What the person at the terminal sees besides data: progress and colour on stderr, both only on a terminal.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::cli {

// True when stderr is a terminal that shows colours and NO_COLOR is not set.
bool colour_on_stderr();

// "label 42 % 1234567 rows", rewritten in place at most five times a second; silent when stderr is no terminal.
// One thread at a time.
class Progress {
 public:
  explicit Progress(std::string_view label);
  // `done` of `total` units; an unknown total is 0 and shows the count only.
  void update(uint64_t done, uint64_t total);
  // Erases the line.
  ~Progress();

 private:
  std::string_view label_;
  int64_t shown_at_ms_ = 0;
  bool active_;
};

}  // namespace sluice::cli
