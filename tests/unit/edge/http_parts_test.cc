#include <gtest/gtest.h>

#include "codec/json.h"
#include "edge/http/conditional.h"
#include "edge/http/idempotency.h"
#include "edge/http/metrics.h"
#include "edge/http/problem.h"
#include "edge/http/router.h"
#include "edge/http/static_files.h"
#include "edge/http/target.h"

namespace sluice::http {
namespace {

Request get(std::string path) { return Request{.method = Method::get, .target = path, .path = path}; }

TEST(Target, DecodesSegmentsOnceAndDropsATrailingSlash) {
  EXPECT_EQ(parse_target("/")->path, "/");
  EXPECT_EQ(parse_target("/a/")->path, "/a");
  EXPECT_EQ(parse_target("/a%2520b")->path, "/a%20b");
  EXPECT_EQ(parse_target("/%E6%95%B0")->path, "/数");
  EXPECT_EQ(parse_target("/a?x=%31+2&x=3")->query.count("x"), 2u);
}

TEST(Target, RefusesWhatCouldClimbOrHide) {
  for (std::string_view target : {"", "a", "//", "//a", "/a//b", "/.", "/..", "/a/../b", "/%2e%2e", "/%2E%2e/x", "/a%2fb",
                                  "/a%5cb", "/a\\b", "/%00", "/%0a", "/%", "/%1", "/%g0", "/%ff", "/a#b", "/?=v", "/?%zz=1"})
    EXPECT_FALSE(parse_target(target)) << target;
}

TEST(Router, WordsWinOverParametersInAnyOrderOfAdding) {
  Router router;
  auto answer = [](std::string name) {
    return [name](const Request&, const Params& p) {
      return text_response(200, "text/plain", name + (p.contains("id") ? p.at("id") : ""));
    };
  };
  router.add(Method::get, "/things/{id}", answer("one:"));
  router.add(Method::get, "/things/new", answer("new"));
  router.add(Method::get, "/files/{id...}", answer("rest:"));
  EXPECT_EQ(router.route(get("/things/7")).body, "one:7");
  EXPECT_EQ(router.route(get("/things/new")).body, "new");
  EXPECT_EQ(router.route(get("/files/a/b")).body, "rest:a/b");
  EXPECT_EQ(router.route(get("/things")).status, 404);
  EXPECT_EQ(router.route(get("/things/7/8")).status, 404);
}

TEST(Router, NamesTheAllowedMethodsAndKeepsApiPathsFromTheConsole) {
  Router router;
  router.add(Method::post, "/api/v1/x", [](const Request&, const Params&) { return Response{}; });
  router.otherwise([](const Request&, const Params&) { return text_response(200, "text/html", "console"); });
  Response wrong = router.route(get("/api/v1/x"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.find("Allow")->second, "POST");
  EXPECT_EQ(router.route(get("/api/v1/none")).status, 404);
  EXPECT_EQ(router.route(get("/inbox")).body, "console");
}

TEST(Problem, SpeaksTheClientsLanguageWithAStableCode) {
  Request request = get("/");
  request.headers.emplace("accept-language", "en-GB,en;q=0.9,zh;q=0.1");
  Json english = *parse_json(problem({Errc::forbidden, "session.csrf"}, request).body);
  EXPECT_EQ(*english.get_string("code"), "session.csrf");
  EXPECT_EQ(*english.get_int("status"), 403);
  EXPECT_EQ(*english.get_string("title"), "the cross-site token is missing or wrong");
  request.headers.clear();
  Json chinese = *parse_json(problem({Errc::forbidden, "session.csrf"}, request).body);
  EXPECT_EQ(*chinese.get_string("title"), "缺少或错误的防跨站令牌");
}

TEST(Problem, KeepsDetailsOfServerFaultsFromTheClient) {
  EXPECT_EQ(problem({Errc::io, "file.unreadable", "/var/space/x"}, get("/")).body.find("/var/space"), std::string::npos);
  Response locked = problem({Errc::exhausted, "session.locked_out", "30"}, get("/"));
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(locked.headers.find("Retry-After")->second, "30");
}

struct Idempotent {
  ManualClock clock{1'000'000};
  int done = 0;
  Request post(std::string body, std::string key) {
    Request r{.method = Method::post, .target = "/x", .path = "/x"};
    r.body = std::move(body);
    r.headers.emplace("idempotency-key", std::move(key));
    return r;
  }
  std::function<Response()> work = [this] { return text_response(201, "text/plain", std::to_string(++done)); };
};

TEST(Idempotency, SameKeyAndBodyIsDoneOnceAndAnsweredTwice) {
  Idempotent i;
  IdempotentAnswers answers(i.clock);
  EXPECT_EQ(answers.once(i.post("a", "k"), "p", i.work).body, "1");
  EXPECT_EQ(answers.once(i.post("a", "k"), "p", i.work).body, "1");
  EXPECT_EQ(answers.once(i.post("a", "k"), "other", i.work).body, "2");
  i.clock.advance(kDayMs + 1);
  EXPECT_EQ(answers.once(i.post("a", "k"), "p", i.work).body, "3");
}

TEST(Idempotency, SameKeyWithAnotherBodyOrWhileRunningIsAConflict) {
  Idempotent i;
  IdempotentAnswers answers(i.clock);
  answers.once(i.post("a", "k"), "p", i.work);
  EXPECT_EQ(answers.once(i.post("b", "k"), "p", i.work).status, 409);
  int inner = 0;
  answers.once(i.post("c", "running"), "p", [&] {
    inner = answers.once(i.post("c", "running"), "p", i.work).status;
    return Response{};
  });
  EXPECT_EQ(inner, 409);
  EXPECT_EQ(i.done, 1);
  EXPECT_EQ(answers.once(i.post("a", "bad key"), "p", i.work).status, 400);
}

TEST(Idempotency, AFailedOrThrowingRunFreesItsKey) {
  Idempotent i;
  IdempotentAnswers answers(i.clock);
  EXPECT_EQ(answers.once(i.post("a", "k"), "p", [] { return text_response(503, "text/plain", ""); }).status, 503);
  EXPECT_THROW(answers.once(i.post("a", "k"), "p", []() -> Response { throw std::runtime_error("x"); }), std::runtime_error);
  EXPECT_EQ(answers.once(i.post("a", "k"), "p", i.work).status, 201);
}

TEST(Idempotency, TheOldestAnswersGiveWay) {
  Idempotent i;
  IdempotentAnswers answers(i.clock, {.answers_max = 3});
  for (int n = 0; n < 5; n++) {
    i.clock.advance(1);
    answers.once(i.post("a", "k" + std::to_string(n)), "p", i.work);
  }
  EXPECT_EQ(answers.once(i.post("a", "k4"), "p", i.work).body, "5");
  EXPECT_EQ(answers.once(i.post("a", "k0"), "p", i.work).body, "6");
}

TEST(Conditional, ChangesDemandTheVersionThatWasRead) {
  std::string etag = etag_of("v1");
  Request r = get("/");
  EXPECT_EQ(status_of(demand_if_match(r, etag).error()), 428);
  r.headers.emplace("if-match", "\"other\", " + etag);
  EXPECT_TRUE(demand_if_match(r, etag));
  EXPECT_EQ(status_of(demand_if_match(r, etag_of("v2")).error()), 412);
}

TEST(Page, CursorsRoundTripAndBadOnesAreNamed) {
  Request r = get("/");
  EXPECT_EQ(page_of(r)->limit, 50u);
  r.query = {{"limit", "500"}, {"cursor", cursor_of("seq:42")}};
  EXPECT_EQ(page_of(r)->after, "seq:42");
  for (std::string_view limit : {"0", "501", "-1", "1x", "", "99999999999999999999"}) {
    r.query = {{"limit", std::string(limit)}};
    EXPECT_FALSE(page_of(r)) << limit;
  }
  r.query = {{"cursor", "!"}};
  EXPECT_EQ(page_of(r).error().detail, "cursor");
}

TEST(Metrics, ShowPatternsNeverPaths) {
  Metrics metrics;
  metrics.observe("/api/v1/people/{id}", Method::get, 200, 700);
  metrics.observe("", Method::get, 404, 10);
  metrics.gauge("sluice_sessions", "Open sessions.", [] { return 3; });
  std::string text = metrics.text();
  EXPECT_NE(text.find("sluice_http_requests_total{route=\"/api/v1/people/{id}\",method=\"GET\",status=\"2xx\"} 1"), std::string::npos);
  EXPECT_NE(text.find("bucket{route=\"/api/v1/people/{id}\",le=\"0.0005\"} 0"), std::string::npos);
  EXPECT_NE(text.find("bucket{route=\"/api/v1/people/{id}\",le=\"0.001\"} 1"), std::string::npos);
  EXPECT_NE(text.find("route=\"unmatched\""), std::string::npos);
  EXPECT_NE(text.find("sluice_sessions 3"), std::string::npos);
}

struct Console {
  StaticFiles files = StaticFiles::of({{"index.html", "<html><script src=\"/assets/a.js\"></script></html>"},
                                       {"verify.html", "<script>let a = 1;</script>"},
                                       {"assets/a.js", "let b;"},
                                       {"assets/a.js.gz", "zipped"},
                                       {"lonely.js.gz", "zipped"}});
};

TEST(StaticFiles, PagesCarryAPolicyThatForbidsInlineScriptsOtherThanTheirOwn) {
  Console c;
  Response page = c.files.answer(get("/index.html"));
  std::string policy = page.headers.find("Content-Security-Policy")->second;
  EXPECT_NE(policy.find("script-src 'self';"), std::string::npos) << policy;
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  std::string offline = c.files.answer(get("/verify.html")).headers.find("Content-Security-Policy")->second;
  EXPECT_NE(offline.find("script-src 'self' 'sha256-"), std::string::npos) << offline;
}

TEST(StaticFiles, RoutesOfTheConsoleGetItsIndexAndMissingFilesAre404) {
  Console c;
  EXPECT_NE(c.files.answer(get("/releases/rel_1")).body.find("<html>"), std::string::npos);
  EXPECT_NE(c.files.answer(get("/")).body.find("<html>"), std::string::npos);
  EXPECT_EQ(c.files.answer(get("/assets/none.js")).status, 404);
  EXPECT_EQ(c.files.answer(get("/lonely.js")).status, 404);
}

TEST(StaticFiles, HashedAssetsAreImmutableAndUnchangedOnesAnswer304) {
  Console c;
  Request r = get("/assets/a.js");
  Response first = c.files.answer(r);
  EXPECT_NE(first.headers.find("Cache-Control")->second.find("immutable"), std::string::npos);
  r.headers.emplace("accept-encoding", "gzip, br");
  EXPECT_EQ(c.files.answer(r).body, "zipped");
  r.headers.emplace("if-none-match", first.headers.find("ETag")->second);
  EXPECT_EQ(c.files.answer(r).status, 304);
}

}  // namespace
}  // namespace sluice::http
