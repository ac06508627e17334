#include <algorithm>
#include <initializer_list>

#include "edge/http/session.h"

namespace sluice::http {
namespace {

// Accounts and addresses share one table; the prefixes keep them apart.
std::string account_name(std::string_view account) { return "a:" + std::string(account); }
std::string address_name(std::string_view address) { return "p:" + std::string(address); }
std::string stranger_name(std::string_view address) { return "s:" + std::string(address); }

constexpr unsigned kAddressFactor = 10;

}  // namespace

SignInThrottle::SignInThrottle(Clock& clock) : SignInThrottle(clock, Limits()) {}
SignInThrottle::SignInThrottle(Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}

Status SignInThrottle::allow(std::string_view account, std::string_view address) { return allow_names({account_name(account), address_name(address)}); }
Status SignInThrottle::allow_address(std::string_view address) { return allow_names({stranger_name(address)}); }

Status SignInThrottle::allow_names(std::initializer_list<std::string> names) {
  TimeMs now = clock_.now();
  TimeMs until = 0;
  std::lock_guard lock(mutex_);
  for (const std::string& name : names) {
    auto found = tries_.find(name);
    if (found != tries_.end()) until = std::max(until, found->second.until);
  }
  if (until <= now) return {};
  return fail(Errc::exhausted, "session.locked_out", std::to_string((until - now + kSecondMs - 1) / kSecondMs));
}

void SignInThrottle::count(const std::string& name, unsigned free_failures) {
  TimeMs now = clock_.now();
  Tries& tries = tries_[name];
  if (now - tries.last_at > limits_.forget_ms) tries.failures = 0;
  tries.failures++;
  tries.last_at = now;
  if (tries.failures < free_failures) return;
  unsigned doublings = std::min(tries.failures - free_failures, 20u);
  tries.until = now + std::min(limits_.first_wait_ms << doublings, limits_.wait_max_ms);
}

// Forgets those who wait no longer; when all still wait, the one whose wait ends first.
void SignInThrottle::make_room() {
  if (tries_.size() + 2 <= limits_.names_max) return;
  TimeMs now = clock_.now();
  std::erase_if(tries_, [&](const auto& item) { return item.second.until <= now; });
  while (!tries_.empty() && tries_.size() + 2 > limits_.names_max)
    tries_.erase(std::min_element(tries_.begin(), tries_.end(), [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
}

void SignInThrottle::failed_address(std::string_view address) {
  std::lock_guard lock(mutex_);
  make_room();
  count(stranger_name(address), limits_.free_failures * kAddressFactor);
}

void SignInThrottle::failed(std::string_view account, std::string_view address) {
  std::lock_guard lock(mutex_);
  make_room();
  count(account_name(account), limits_.free_failures);
  count(address_name(address), limits_.free_failures * kAddressFactor);
}

void SignInThrottle::succeeded(std::string_view account, std::string_view) {
  // The address keeps its count: one known password must not buy free guesses at others.
  std::lock_guard lock(mutex_);
  tries_.erase(account_name(account));
}

}  // namespace sluice::http
