// A space for benchmarks of the whole program: the story of the demo told in a folder, silently, with a contract that allows the
// load. The program that calls this must answer to the hidden verbs, since the story's workers are itself.
#pragma once

#include <cstdint>
#include <string>

#include "edge/demo/story.h"

namespace sluice::bench {

struct DemoSpace {
  std::string space;  // its folder; it unlocks itself
  std::string token;  // of the open API release
  space::ReleaseId api_release;
  int64_t rows = 0;   // of the released version
};

// Ends the program with a word on stderr when the story cannot be told.
DemoSpace make_demo_space(const std::string& dir, demo::StoryOptions options);

}  // namespace sluice::bench
