// The story of the demo: an agency's space does its main job on synthetic data, with real commands of real accounts. Every
// step is a use case of the node under the state machine's rules; nothing is written around it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "crypto/sign.h"
#include "node/node.h"
#include "space/passport/passport.h"

namespace sluice::demo {

struct DemoAccount {
  std::string account, display_name, password;
  std::string totp_secret;  // base32, to be typed into an authenticator
  std::vector<std::string> duties;
  space::PersonId person;
  SecretBytes totp_seed;
  int64_t totp_step = 0;    // the last half minute whose code was used
};

// What the story hands over when it is told.
struct Told {
  std::vector<DemoAccount> accounts;
  space::ReleaseId file_release, api_release;
  std::string api_token;
  std::string passport_file, delivered_file, opened_file;
  space::PassportVerdict verdict;
  int64_t fields_graded = 0, rows_collected = 0, rows_held = 0, rows_released = 0;
};

struct StoryOptions {
  std::string dir;           // DIR/source, DIR/parties, DIR/recipient beside DIR/space
  uint64_t rows = 20000;     // fee rows
  uint64_t seed = 1;
  int64_t api_calls = 1000, api_calls_per_minute = 600;  // what the contract of the API allows
};

// Prints each step on stdout as it is done.
Result<Told> tell_story(node::Node& node, const std::vector<node::FirstAccount>& first, const StoryOptions& options);

}  // namespace sluice::demo
