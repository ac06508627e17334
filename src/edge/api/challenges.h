// Challenges to sign: each for one account or person, good for two minutes, once. Handed out for accounts that do not exist as well.
// Thread-safe; bounded.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/random.h"

namespace sluice::api {

class Challenges {
 public:
  static constexpr TimeMs kChallengeMs = 2 * kMinuteMs;
  static constexpr size_t kChallengesMax = 10'000;

  Challenges(Clock& clock, RandomSource& random) : clock_(clock), random_(random) {}

  std::string issue(const std::string& account) {
    std::lock_guard lock(mutex_);
    TimeMs now = clock_.now();
    std::erase_if(open_, [&](const auto& item) { return now >= item.second.expires_ms; });
    if (open_.size() >= kChallengesMax) open_.erase(open_.begin());
    std::string challenge = base64url(random_bytes(random_, 32));
    open_[challenge] = {account, now + kChallengeMs};
    return challenge;
  }
  bool take(const std::string& challenge, const std::string& account) {
    std::lock_guard lock(mutex_);
    auto it = open_.find(challenge);
    if (it == open_.end()) return false;
    bool good = it->second.account == account && clock_.now() < it->second.expires_ms;
    open_.erase(it);
    return good;
  }

 private:
  struct Open {
    std::string account;
    TimeMs expires_ms = 0;
  };
  Clock& clock_;
  RandomSource& random_;
  std::mutex mutex_;
  std::map<std::string, Open> open_;
};

}  // namespace sluice::api
