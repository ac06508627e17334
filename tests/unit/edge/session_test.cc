#include <gtest/gtest.h>

#include "edge/http/session.h"

namespace sluice::http {
namespace {

struct SignedIn {
  ManualClock clock{1'000'000};
  SeededRandom random{7};
  Sessions sessions{clock, random};
  Sessions::Opened opened = sessions.open("person_a");

  Request request(Method method, bool with_csrf) {
    Request r;
    r.method = method;
    r.headers.emplace("cookie", "theme=dark; " + opened.set_cookie.substr(0, opened.set_cookie.find(';')));
    if (with_csrf) r.headers.emplace("x-csrf-token", opened.session.csrf);
    return r;
  }
};

TEST(Sessions, CookieIsHttpOnlySecureStrictAndBoundToTheHost) {
  SignedIn s;
  EXPECT_TRUE(s.opened.set_cookie.starts_with("__Host-sluice="));
  for (std::string_view flag : {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"})
    EXPECT_NE(s.opened.set_cookie.find(flag), std::string::npos) << flag;
}

TEST(Sessions, UnsafeMethodsDemandTheCsrfTokenOfThisSession) {
  SignedIn s;
  EXPECT_TRUE(s.sessions.of(s.request(Method::get, false)));
  for (Method method : {Method::post, Method::put, Method::patch, Method::remove, Method::other}) {
    auto refused = s.sessions.of(s.request(method, false));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "session.csrf");
    EXPECT_TRUE(s.sessions.of(s.request(method, true)));
  }
  Request other = s.request(Method::post, false);
  other.headers.emplace("x-csrf-token", s.sessions.open("person_b").session.csrf);
  EXPECT_FALSE(s.sessions.of(other));
}

TEST(Sessions, EndAfterIdleTimeAndAfterAbsoluteTimeHoweverBusy) {
  SignedIn s;
  s.clock.advance(29 * kMinuteMs);
  EXPECT_TRUE(s.sessions.of(s.request(Method::get, false)));
  s.clock.advance(31 * kMinuteMs);
  auto idle = s.sessions.of(s.request(Method::get, false));
  ASSERT_FALSE(idle);
  EXPECT_EQ(idle.error().reason, "session.expired");
  SignedIn busy;
  bool over = false;
  for (int i = 0; i < 60 && !over; i++) {
    busy.clock.advance(20 * kMinuteMs);
    over = !busy.sessions.of(busy.request(Method::get, false));
    EXPECT_FALSE(over && i < 35);
  }
  EXPECT_TRUE(over);
}

TEST(Sessions, ClosingAnAccountEndsItsOpenSessionsOnTheNextRequest) {
  SignedIn s;
  auto other = s.sessions.open("person_b");
  s.sessions.close_account("person_a");
  EXPECT_FALSE(s.sessions.of(s.request(Method::get, false)));
  EXPECT_EQ(s.sessions.size(), 1u);
}

TEST(Sessions, ACookieGivenTwiceCountsAsNone) {
  SignedIn s;
  Request r = s.request(Method::get, false);
  std::string twice = r.headers.find("cookie")->second + "; __Host-sluice=planted";
  r.headers.clear();
  r.headers.emplace("cookie", twice);
  auto refused = s.sessions.of(r);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "session.absent");
}

TEST(Sessions, StepUpLastsFiveMinutes) {
  SignedIn s;
  EXPECT_EQ(s.sessions.demand_step_up(s.opened.session).error().reason, "session.step_up_needed");
  s.sessions.mark_step_up(s.opened.session);
  s.clock.advance(5 * kMinuteMs);
  EXPECT_TRUE(s.sessions.demand_step_up(s.opened.session));
  s.clock.advance(1);
  EXPECT_FALSE(s.sessions.demand_step_up(s.opened.session));
}

TEST(Sessions, AnAccountKeepsAtMostTenAndTheLongestIdleGivesWay) {
  SignedIn s;
  for (int i = 0; i < 10; i++) {
    s.clock.advance(1000);
    s.sessions.open("person_a");
  }
  EXPECT_EQ(s.sessions.size(), 10u);
  EXPECT_FALSE(s.sessions.of(s.request(Method::get, false)));
}

TEST(SignInThrottle, WaitsTwiceAsLongAfterEachFailureUpToTheBound) {
  ManualClock clock(1'000'000);
  SignInThrottle throttle(clock);
  for (int i = 0; i < 5; i++) {
    EXPECT_TRUE(throttle.allow("a", "192.0.2.1"));
    throttle.failed("a", "192.0.2.1");
  }
  auto locked = throttle.allow("a", "192.0.2.1");
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().reason, "session.locked_out");
  EXPECT_EQ(locked.error().detail, "30");
  clock.advance(30 * kSecondMs);
  EXPECT_TRUE(throttle.allow("a", "192.0.2.1"));
  throttle.failed("a", "192.0.2.1");
  EXPECT_EQ(throttle.allow("a", "192.0.2.1").error().detail, "60");
  for (int i = 0; i < 40; i++) throttle.failed("a", "192.0.2.1");
  EXPECT_EQ(throttle.allow("a", "192.0.2.9").error().detail, "3600");
}

TEST(SignInThrottle, LocksTheAddressThatTriesManyAccountsAndNotTheOthers) {
  ManualClock clock(1'000'000);
  SignInThrottle throttle(clock);
  for (int i = 0; i < 50; i++) throttle.failed("account" + std::to_string(i), "192.0.2.1");
  EXPECT_FALSE(throttle.allow("fresh", "192.0.2.1"));
  EXPECT_TRUE(throttle.allow("fresh", "192.0.2.2"));
}

TEST(SignInThrottle, CookiesOfYesterdayDoNotKeepAnOfficeFromSigningIn) {
  ManualClock clock(1'000'000);
  SignInThrottle throttle(clock);
  for (int i = 0; i < 200; i++) throttle.failed_address("192.0.2.1");
  EXPECT_FALSE(throttle.allow_address("192.0.2.1"));
  EXPECT_TRUE(throttle.allow("a", "192.0.2.1"));
}

TEST(SignInThrottle, SuccessFreesTheAccountButNotTheAddress) {
  ManualClock clock(1'000'000);
  SignInThrottle throttle(clock);
  for (int i = 0; i < 49; i++) throttle.failed("b" + std::to_string(i), "192.0.2.1");
  for (int i = 0; i < 4; i++) throttle.failed("a", "192.0.2.7");
  throttle.succeeded("a", "192.0.2.7");
  throttle.failed("a", "192.0.2.7");
  EXPECT_TRUE(throttle.allow("a", "192.0.2.7"));
  throttle.succeeded("b1", "192.0.2.1");
  throttle.failed("c", "192.0.2.1");
  EXPECT_FALSE(throttle.allow("d", "192.0.2.1"));
}

TEST(SignInThrottle, MemoryIsBoundedUnderAFloodOfNames) {
  ManualClock clock(1'000'000);
  SignInThrottle throttle(clock, {.names_max = 100});
  for (int i = 0; i < 5; i++) throttle.failed("kept", "192.0.2.200");
  for (int i = 0; i < 5000; i++) throttle.failed("n" + std::to_string(i), "192.0.2." + std::to_string(i % 50));
  EXPECT_FALSE(throttle.allow("kept", "192.0.2.201"));
}

}  // namespace
}  // namespace sluice::http
