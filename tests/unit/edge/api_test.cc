// Laws of the API, on a real node: who sees what, sessions and revocation, the rules' own refusals as problems.
#include <yaml-cpp/yaml.h>

#include <set>

#include "crypto/hash.h"
#include "ledger/trust.h"
#include "space/passport/passport.h"
#include "tests/unit/edge/api_house.h"

namespace sluice::api {
namespace {

using namespace space;

// One house for the tests of this file: making a node costs a second.
class ApiLaws : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    house = new ApiHouse;
    NodeWalk& w = *house->walk;
    w.until_delivered();
    house->give_account(w.manager, "manager");
    house->give_account(w.officer, "officer");
    house->give_account(w.members[4], "member");
    house->give_account(w.user, "user");
    house->give_account(w.rival_manager, "rivalmanager");
    house->give_account(w.rival_user, "rivaluser");
    house->give_account(w.supervisor, "supervisor");
    house->give_account(w.security_admin, "security");
    house->give_account(w.system_admin, "system");
  }
  static void TearDownTestSuite() {
    delete house;
    house = nullptr;
  }
  static Browser as_account(const std::string& account) {
    Browser browser(*house);
    EXPECT_EQ(browser.sign_in(account), 200) << account;
    return browser;
  }
  static bool can(const Json& object, std::string_view action) {
    for (const Json& one : object.find("can")->as_array())
      if (one.as_string() == action) return true;
    return false;
  }
  static ApiHouse* house;
};
ApiHouse* ApiLaws::house = nullptr;

TEST_F(ApiLaws, NobodyIsAnsweredWithoutASession) {
  Browser stranger(*house);
  for (const http::Route& route : house->api->router().routes()) {
    if (!route.pattern.starts_with("/api/v1/") || route.pattern == "/api/v1/data") continue;
    // What signs in needs no session: by password, by an own key's challenge and answer, or by a provider that the page offers.
    if (route.pattern == "/api/v1/session" && route.method == http::Method::post) continue;
    if (route.pattern.starts_with("/api/v1/session/key/") || route.pattern.starts_with("/api/v1/session/oidc/")) continue;
    if (route.pattern == "/api/v1/session/providers") continue;
    std::string path = route.pattern.substr(7);
    for (size_t at; (at = path.find('{')) != std::string::npos;) path.replace(at, path.find('}') - at + 1, "x");
    EXPECT_EQ(stranger.send(route.method, path, route.method == http::Method::post ? "{}" : "").status, 401) << route.pattern;
  }
}

// What the other organisation's people must never read.
std::vector<std::string> secrets_of(const NodeWalk& w) {
  std::vector<std::string> out{"某保险公司", "结算明细", "某医院", "姓名 manager", "姓名 user"};
  for (const std::string& id : {w.insurer.str(), w.dataset.str(), w.version.str(), w.masked.str(), w.plan.str(), w.strategy.str(), w.application.str(),
                                w.contract.str(), w.release.str(), w.manager.str(), w.officer.str(), w.user.str(), w.registrar.str()})
    out.push_back(id);
  return out;
}

TEST_F(ApiLaws, AnotherOrganisationSeesNoNamesCountsOrIds) {
  NodeWalk& w = *house->walk;
  for (const char* account : {"rivalmanager", "rivaluser"}) {
    Browser rival = as_account(account);
    for (const char* list : {"/datasets", "/plans", "/applications", "/contracts", "/releases"}) {
      Json answer = rival.read(list);
      EXPECT_EQ(answer.find("items")->as_array().size(), 0u) << list;
      EXPECT_EQ(answer.get_int("total").value_or(-1), 0) << list;
    }
    EXPECT_EQ(rival.read("/people").get_int("total").value_or(-1), std::string(account) == "rivalmanager" ? 2 : 1);
    for (const char* target : {"/datasets", "/plans", "/products", "/applications", "/contracts", "/releases", "/parties", "/people", "/inbox",
                               "/search?q=%E7%BB%93%E7%AE%97", "/search?q=%E4%BF%9D%E9%99%A9", "/ledger/entries?limit=500", "/node", "/session"}) {
      std::string body = rival.get(target).body;
      for (const std::string& secret : secrets_of(w)) EXPECT_EQ(body.find(secret), std::string::npos) << account << " " << target << " " << secret;
    }
    EXPECT_EQ(rival.get("/products/" + w.product.str()).status, 200);
    std::string product = rival.get("/products/" + w.product.str()).body;
    for (const std::string& secret : secrets_of(w)) EXPECT_EQ(product.find(secret), std::string::npos) << secret;
  }
}

TEST_F(ApiLaws, TheOwnerDoesSeeThem) {
  Browser manager = as_account("manager");
  std::string all;
  for (const char* target : {"/datasets", "/products", "/applications", "/contracts", "/releases", "/people"}) all += manager.get(target).body;
  for (const std::string& secret : secrets_of(*house->walk)) {
    if (secret == "姓名 user") continue;  // of the insurer's person: not the agency's to know
    EXPECT_NE(all.find(secret), std::string::npos) << secret;
  }
}

TEST_F(ApiLaws, WhatMayNotBeSeenAnswersAsIfItDidNotExist) {
  NodeWalk& w = *house->walk;
  SeededRandom random(99);
  struct Case {
    std::string before, real, made_up, after;
  };
  std::vector<Case> reads, writes;
  auto both = [&](std::vector<Case>& list, std::string before, const auto& id, std::string after) {
    list.push_back({before, id.str(), std::decay_t<decltype(id)>::make(random).str(), after});
  };
  both(reads, "/datasets/", w.dataset, "");
  both(reads, "/plans/", w.plan, "");
  both(reads, "/applications/", w.application, "");
  both(reads, "/contracts/", w.contract, "");
  both(reads, "/releases/", w.release, "");
  both(reads, "/releases/", w.release, "/passport");
  both(reads, "/releases/", w.release, "/file");
  both(reads, "/versions/", w.masked, "/receipt");
  both(reads, "/parties/", w.insurer, "");
  both(reads, "/people/", w.manager, "");
  both(writes, "/datasets/", w.dataset, "/confirm");
  both(writes, "/datasets/", w.dataset, "/strategies");
  both(writes, "/strategies/", w.strategy, "/apply");
  both(writes, "/applications/", w.application, "/vote");
  both(writes, "/applications/", w.application, "/recuse");
  both(writes, "/applications/", w.application, "/close-vote");
  both(writes, "/applications/", w.application, "/withdraw");
  both(writes, "/applications/", w.application, "/contract");
  for (const char* action : {"/sign", "/suspend", "/resume", "/terminate", "/release"}) both(writes, "/contracts/", w.contract, action);
  both(writes, "/releases/", w.release, "/revoke");
  both(writes, "/people/", w.manager, "/suspend");
  both(writes, "/parties/", w.insurer, "/suspend");
  const Json body = Json::object({{"approve", true}, {"reason", "x"}});
  for (const char* account : {"rivalmanager", "rivaluser"}) {
    Browser rival = as_account(account);
    for (const Case& c : reads) {
      auto real = rival.get(c.before + c.real + c.after), made_up = rival.get(c.before + c.made_up + c.after);
      EXPECT_EQ(real.status, 404) << c.before << c.after;
      EXPECT_EQ(real.body, made_up.body) << c.before << c.after;
    }
    for (const Case& c : writes) {
      auto real = rival.post(c.before + c.real + c.after, body), made_up = rival.post(c.before + c.made_up + c.after, body);
      EXPECT_GE(real.status, 400) << c.before << c.after;
      EXPECT_EQ(real.body, made_up.body) << c.before << c.after;
    }
  }
}

TEST_F(ApiLaws, ObjectsShowWhatTheirPersonMayDoNow) {
  NodeWalk& w = *house->walk;
  Json for_manager = as_account("manager").read("/contracts/" + w.contract.str());
  EXPECT_TRUE(can(for_manager, "release"));
  EXPECT_TRUE(can(for_manager, "suspend"));
  EXPECT_FALSE(can(for_manager, "sign"));
  Json for_user = as_account("user").read("/contracts/" + w.contract.str());
  EXPECT_FALSE(can(for_user, "release"));
  EXPECT_EQ(for_user.get_string("digest").value_or(""), hex(sm3(view(*for_user.get_string("document")))));
  Json for_supervisor = as_account("supervisor").read("/contracts/" + w.contract.str());
  EXPECT_EQ(for_supervisor.find("can")->as_array().size(), 0u);
  EXPECT_TRUE(can(as_account("user").read("/products/" + w.product.str()), "apply"));
  EXPECT_FALSE(can(as_account("manager").read("/products/" + w.product.str()), "apply"));
}

TEST_F(ApiLaws, AReleaseShowsItsEightStationsAndItsPassportVerifies) {
  NodeWalk& w = *house->walk;
  Browser user = as_account("user");
  Json release = user.read("/releases/" + w.release.str());
  ASSERT_TRUE(release.find("stations"));
  EXPECT_EQ(release.find("stations")->as_array().size(), 8u);
  for (const Json& station : release.find("stations")->as_array()) EXPECT_TRUE(station.get_bool("ok").value_or(false)) << canonical(station);
  EXPECT_EQ(release.get_string("seal").value_or(""), "valid");
  auto trust = ledger::Trust::parse(house->node->trust_text());
  auto verdict = verify_passport(user.read("/releases/" + w.release.str() + "/passport"), &*trust, {}, house->node->clock().now());
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->verdict, space::Verdict::verified);
}

TEST_F(ApiLaws, ListsComeInPagesWithoutGapsOrRepeats) {
  Browser security = as_account("security");
  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  for (; pages < 50; pages++) {
    Json page = security.read("/people?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const Json& person : page.find("items")->as_array()) EXPECT_TRUE(seen.insert(*person.get_string("id")).second);
    const Json* next = page.find("next");
    if (!next || next->is_null()) break;
    cursor = next->as_string();
  }
  EXPECT_EQ(static_cast<int64_t>(seen.size()), security.read("/people").get_int("total").value_or(-1));
  EXPECT_GT(pages, 3);
}

TEST_F(ApiLaws, UnsafeMethodsNeedTheCsrfTokenAndVotesTheSecondFactor) {
  Browser officer = as_account("officer");
  std::string token = std::exchange(officer.csrf_, "");
  EXPECT_EQ(Browser::code(officer.post("/products/" + house->walk->product.str() + "/review", Json::object({{"approve", true}}))), "session.csrf");
  officer.csrf_ = token;
  house->walk->draft_product();
  house->walk->check_product();
  std::string path = "/products/" + house->walk->product.str() + "/review";
  Json body = Json::object({{"approve", true}, {"reason", "同意 <script>alert(1)</script>'; DROP TABLE x;--"}});
  EXPECT_EQ(Browser::code(officer.post(path, body)), "session.step_up_needed");
  EXPECT_EQ(officer.step_up(), 200);
  auto reviewed = officer.post(path, body);
  EXPECT_EQ(reviewed.status, 200) << reviewed.body;
  EXPECT_EQ(Browser::json(reviewed).get_string("reason").value_or(""), *body.get_string("reason"));
  EXPECT_EQ(Browser::code(officer.post(path, body)), "product.not_awaiting_review");
}

TEST_F(ApiLaws, ARequestSentAgainUnderItsKeyIsDoneOnce) {
  Browser system = as_account("system");
  Json body = Json::object({{"name", "幂等公司"}, {"uscc", test_uscc(40)}, {"role", "data_user"}, {"evidence", "执照"}});
  auto first = system.send(http::Method::post, "/parties", canonical(body), {{"idempotency-key", "k1"}});
  auto again = system.send(http::Method::post, "/parties", canonical(body), {{"idempotency-key", "k1"}});
  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(first.body, again.body);
  EXPECT_EQ(system.send(http::Method::post, "/parties", "{}", {{"idempotency-key", "k1"}}).status, 409);
}

TEST_F(ApiLaws, AnUnchangedObjectIsNotSentAgainAndAStaleChangeIsRefused) {
  Browser manager = as_account("manager");
  std::string path = "/contracts/" + house->walk->contract.str();
  std::string etag = manager.get(path).headers.find("ETag")->second;
  EXPECT_EQ(manager.send(http::Method::get, path, "", {{"if-none-match", etag}}).status, 304);
  auto stale = manager.send(http::Method::post, path + "/suspend", "{\"reason\":\"x\"}", {{"if-match", "\"other\""}});
  EXPECT_EQ(stale.status, 412);
  EXPECT_EQ(manager.send(http::Method::post, path + "/suspend", "{\"reason\":\"x\"}", {{"if-match", etag}}).status, 200);
  EXPECT_EQ(manager.post(path + "/resume", Json::object({{"reason", "y"}})).status, 200);
}

TEST_F(ApiLaws, BadInputIsRefusedWithAStableCode) {
  Browser manager = as_account("manager");
  std::string path = "/contracts/" + house->walk->contract.str() + "/suspend";
  EXPECT_EQ(Browser::code(manager.send(http::Method::post, path, std::string(10000, '[') + std::string(10000, ']'))), "json.too_deep");
  EXPECT_EQ(Browser::code(manager.post(path, Json::object({{"reason", std::string(1 << 20, 'x')}}))), "form.text_too_long");
  EXPECT_EQ(Browser::code(manager.post(path, Json::object({{"reason", ""}}))), "form.text_missing");
  EXPECT_EQ(Browser::code(manager.post(path, Json::object({{"bogus", 1}}))), "record.unknown_field");
  EXPECT_EQ(manager.send(http::Method::post, path, "{", {}).status, 400);
  EXPECT_EQ(Browser::code(manager.get("/datasets?limit=0")), "http.bad_page");
  EXPECT_EQ(Browser::code(as_account("user").post("/collections", Json::object({{"plan", house->walk->plan.str()}, {"file", "/x"}}))), "collection.local_only");
  EXPECT_EQ(Browser::code(manager.get("/data")), "api.bad_token");
}

TEST_F(ApiLaws, AWrongPasswordIsSlowedDownAndRecordedWithoutTheName) {
  uint64_t before = house->node->ledger().size();
  Browser stranger(*house);
  int last = 0;
  for (int i = 0; i < 6; i++) last = stranger.sign_in("no-such-account", "wrong wrong wrong");
  EXPECT_EQ(last, 429);
  auto store = adapter::SqliteLedgerStore::open(house->dir_ + "/ledger.sqlite", adapter::OpenMode::read_only);
  auto segment = (*store)->last_segment();
  ASSERT_TRUE(segment && *segment);
  int found = 0;
  ASSERT_TRUE((*store)->records((*segment)->id, 0, 1000, [&](const ledger::SegmentRecordRow& row) -> Status {
    found += row.record.find("sign_in.failed") != std::string_view::npos ? 1 : 0;
    EXPECT_EQ(row.record.find("no-such-account"), std::string_view::npos);
    return {};
  }));
  EXPECT_EQ(found, 5);
  EXPECT_EQ(house->node->ledger().size(), before);
}

TEST_F(ApiLaws, RevocationAndSuspensionCountOnTheNextRequestOfAnOpenSession) {
  NodeWalk& w = *house->walk;
  PersonId leaver = w.enrol(w.agency, {Duty::data_manager});
  house->give_account(leaver, "leaver");
  Browser session = as_account("leaver");
  EXPECT_TRUE(can(session.read("/contracts/" + w.contract.str()), "release"));
  Browser security = as_account("security");
  auto revoked = security.send(http::Method::remove, "/people/" + leaver.str() + "/duties/data_manager?reason=left");
  EXPECT_EQ(revoked.status, 200) << revoked.body;
  EXPECT_FALSE(can(session.read("/contracts/" + w.contract.str()), "release"));
  EXPECT_EQ(security.post("/people/" + leaver.str() + "/suspend", Json::object({{"reason", "left"}})).status, 200);
  EXPECT_EQ(session.get("/contracts").status, 401);
  EXPECT_EQ(Browser(*house).sign_in("leaver"), 401);
}

TEST_F(ApiLaws, AnInitialPasswordOpensOnlyItsOwnChange) {
  Browser system = as_account("system");
  auto made = Browser::json(system.post("/people", Json::object({{"party", house->walk->agency.str()}, {"account", "fresh"}, {"display_name", "新人"}})));
  std::string password = made.get_string("password").value_or("");
  Browser fresh(*house);
  ASSERT_EQ(fresh.sign_in("fresh", password), 200);
  EXPECT_EQ(Browser::code(fresh.get("/inbox")), "session.password_change_needed");
  EXPECT_EQ(fresh.read("/session").get_bool("must_change_password").value_or(false), true);
  EXPECT_EQ(fresh.post("/session/password", Json::object({{"old", password}, {"new", "a much better one"}})).status, 204);
  EXPECT_EQ(fresh.get("/inbox").status, 200);
  EXPECT_EQ(fresh.send(http::Method::remove, "/session").status, 204);
  EXPECT_EQ(fresh.get("/inbox").status, 401);
}

TEST_F(ApiLaws, TheLocalSocketActsAsTheOperatorWithoutASecondFactor) {
  Browser local(*house);
  local.local = true;
  Json me = local.read("/session");
  EXPECT_EQ(me.get_string("account").value_or(""), "local.operator");
  EXPECT_EQ(local.post("/plans", Json::object({{"plan", "not a plan"}})).status, 400);
}

TEST_F(ApiLaws, VerificationRunsInTheBackgroundAndBelongsToWhoAsked) {
  Browser manager = as_account("manager");
  auto started = manager.post("/ledger/verification");
  ASSERT_EQ(started.status, 202);
  std::string target = started.headers.find("Location")->second.substr(7);
  EXPECT_EQ(as_account("user").get(target).status, 404);
  Json state;
  for (int i = 0; i < 200; i++) {
    state = manager.read(target);
    if (state.get_string("state").value_or("") != "running") break;
    ::usleep(50'000);
  }
  EXPECT_EQ(state.get_string("state").value_or(""), "ok") << canonical(state);
}

TEST_F(ApiLaws, EntriesAreSearchedInPagesAndTheSupervisorSeesAllOfThem) {
  Browser supervisor = as_account("supervisor");
  std::set<int64_t> seen;
  std::string cursor;
  for (int pages = 0; pages < 100; pages++) {
    Json page = supervisor.read("/ledger/entries?limit=7" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const Json& entry : page.find("items")->as_array()) EXPECT_TRUE(seen.insert(*entry.get_int("seq")).second);
    const Json* next = page.find("next");
    if (!next || next->is_null()) break;
    cursor = next->as_string();
  }
  EXPECT_EQ(seen.size(), house->node->ledger().size());
  Json signed_entries = supervisor.read("/ledger/entries?kind=contract.signed&object=" + house->walk->contract.str());
  EXPECT_EQ(signed_entries.find("items")->as_array().size(), 2u);
  EXPECT_EQ(as_account("rivaluser").read("/ledger/entries?kind=contract.signed").find("items")->as_array().size(), 0u);
  EXPECT_EQ(as_account("user").read("/ledger/entries?kind=contract.signed&limit=1").find("items")->as_array().size(), 1u);
}

TEST_F(ApiLaws, TheDocumentListsExactlyTheRoutesThatTheServerHas) {
  std::set<std::string> documented, served;
  YAML::Node document = YAML::LoadFile(SLUICE_ROOT "/web/openapi.yaml");
  for (const auto& path : document["paths"])
    for (const auto& operation : path.second) {
      std::string method = operation.first.as<std::string>();
      if (method == "parameters" || method == "summary") continue;
      for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
      documented.insert(method + " " + path.first.as<std::string>());
    }
  for (const http::Route& route : house->api->router().routes()) {
    std::string pattern = route.pattern;
    if (size_t at = pattern.find("...}"); at != std::string::npos) pattern.erase(at, 3);
    served.insert(std::string(http::name_of(route.method)) + " " + pattern);
  }
  EXPECT_EQ(documented, served);
}

}  // namespace
}  // namespace sluice::api
