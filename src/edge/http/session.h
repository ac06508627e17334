// Sign-in sessions in cookies, and the throttle in front of the password check.
//
// A session is a 256-bit random token in the cookie "__Host-sluice" (HttpOnly, Secure, SameSite=Strict, Path=/); the
// server keeps its SM3 digest only, in memory: a restart signs everybody out. It ends after an idle time, after an
// absolute time, when closed, and when all sessions of its account are closed (revocation). Each session has a CSRF
// token, which every unsafe method must bring in the header X-CSRF-Token. A step-up marks that the second factor was
// shown a moment ago; votes, signatures and key operations demand it. All calls are thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"
#include "edge/http/server.h"

namespace sluice::http {

struct SessionLimits {
  TimeMs idle_ms = 30 * kMinuteMs;
  TimeMs absolute_ms = 12 * kHourMs;
  TimeMs step_up_ms = 5 * kMinuteMs;
  size_t sessions_max = 10'000;      // the one longest idle gives way
  size_t per_account_max = 10;       // the same, within an account
};

struct Session {
  Digest key{};            // digest of the token: names the session inside the server
  std::string account{};   // opaque id of the account
  std::string csrf{};
  TimeMs opened_at = 0;
  TimeMs stepped_up_at = 0;  // 0: never
  // What opened it, and what the last step-up was shown with, where that may end before the session does ("certificate:ID", "oidc:NAME"); empty:
  // a password, a one-time code. Who keeps such things looks at every request whether they still count.
  std::string opened_by{}, stepped_by{};
};

class Sessions {
 public:
  Sessions(Clock& clock, RandomSource& random, SessionLimits limits = {});

  struct Opened {
    Session session;
    std::string set_cookie;  // value for the Set-Cookie header; the token appears nowhere else
  };
  Opened open(std::string_view account, std::string opened_by = {});

  // The session of a request; touches its idle time. "session.absent" without a cookie, "session.expired" when it is
  // unknown or over. For unsafe methods also "session.csrf" (forbidden) when the header is missing or differs.
  Result<Session> of(const Request& request);

  // "session.step_up_needed" (forbidden) unless the second factor was shown within the step-up time.
  Status demand_step_up(const Session& session);
  void mark_step_up(const Session& session, std::string with = {});

  void close(const Session& session);
  void close_account(std::string_view account);
  // All of its account but this one: after a change of password.
  void close_others(const Session& session);
  size_t size();
  static std::string clearing_cookie();

 private:
  struct Record {
    Session session;
    TimeMs seen_at = 0;
  };
  void evict_for(std::string_view account);

  Clock& clock_;
  RandomSource& random_;
  SessionLimits limits_;
  std::mutex mutex_;
  std::map<Digest, Record> records_;
};

// Slows guessing down: after `free_failures` wrong tries, an account or an address waits, twice as long each time.
// An address gets ten times the tries of an account, since an office shares one. Bounded memory. Thread-safe.
class SignInThrottle {
 public:
  struct Limits {
    unsigned free_failures = 5;
    TimeMs first_wait_ms = 30 * kSecondMs;
    TimeMs wait_max_ms = kHourMs;
    TimeMs forget_ms = kDayMs;
    size_t names_max = 100'000;
  };
  explicit SignInThrottle(Clock& clock);
  SignInThrottle(Clock& clock, Limits limits);

  // Ask before the password is looked at: "session.locked_out" (exhausted; detail: seconds to wait). The answer is
  // the same for accounts that exist and those that do not.
  Status allow(std::string_view account, std::string_view address);
  void failed(std::string_view account, std::string_view address);
  void succeeded(std::string_view account, std::string_view address);

  // The same for what names no account (tokens, cookies): only the address is looked at and counted, apart from its sign-ins: an
  // office whose browsers still show the cookies of yesterday can sign in.
  Status allow_address(std::string_view address);
  void failed_address(std::string_view address);

 private:
  struct Tries {
    unsigned failures = 0;
    TimeMs last_at = 0;
    TimeMs until = 0;
  };
  Status allow_names(std::initializer_list<std::string> names);
  void make_room();
  void count(const std::string& name, unsigned free_failures);

  Clock& clock_;
  Limits limits_;
  std::mutex mutex_;
  std::map<std::string, Tries> tries_;
};

}  // namespace sluice::http
