// People of broker organisations at the API (C5.5): every route but a closed list is shut to them, and what that list answers is what a mandate covers.
#include <set>

#include "edge/api/open_to_brokers.h"
#include "tests/unit/edge/api_house.h"

namespace sluice::api {
namespace {

using namespace space;

class BrokerLaws : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    house = new ApiHouse;
    NodeWalk& w = *house->walk;
    w.until_delivered();
    PartyId broker = w.party("某数据经纪公司", PartyRole::broker, 51);
    agent = w.enrol(broker, {Duty::broker});
    PersonId idle = w.enrol(w.party("另一经纪公司", PartyRole::broker, 52), {Duty::broker});
    MandateForm form{.broker = broker, .acts = {MandateAct::draft_application, MandateAct::chase}, .products = {w.product}, .datasets = {}, .purposes = {w.purpose}, .from_ms = 0,
                     .until_ms = house->node->clock().now() + 30 * kDayMs, .number = "委字1号", .note = {}, .digest = test_digest(7)};
    mandate = w.made<MandateProposed>(as(w.user), ProposeMandate{form}).mandate;
    w.must(as(w.insurer_signer), ConfirmMandate{mandate, true, ""});
    w.must(as(agent), AcceptMandate{mandate, true, ""});
    house->give_account(agent, "agent");
    house->give_account(idle, "idle");
    house->give_account(w.user, "user");
    house->give_account(w.supervisor, "supervisor");
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
  // The path of a route with real ids where the walk has them.
  static std::string path_of(const http::Route& route) {
    NodeWalk& w = *house->walk;
    std::string path = route.pattern.substr(7);
    std::map<std::string, std::string> ids{{"datasets", w.dataset.str()}, {"products", w.product.str()}, {"applications", w.application.str()}, {"contracts", w.contract.str()},
                                           {"releases", w.release.str()}, {"versions", w.masked.str()}, {"plans", w.plan.str()}, {"people", w.manager.str()}, {"parties", w.insurer.str()},
                                           {"strategies", w.strategy.str()}, {"mandates", mandate.str()}, {"flow", w.release.str()}};
    std::string first = path.substr(1, path.find('/', 1) - 1);
    for (size_t at; (at = path.find('{')) != std::string::npos;) {
      std::string name = path.substr(at + 1, path.find('}') - at - 1);
      path.replace(at, name.size() + 2, name == "version" ? w.masked.str() : name == "id" && ids.contains(first) ? ids[first] : "x");
    }
    return path;
  }
  static ApiHouse* house;
  static PersonId agent;
  static MandateId mandate;
};
ApiHouse* BrokerLaws::house = nullptr;
PersonId BrokerLaws::agent;
MandateId BrokerLaws::mandate;

TEST_F(BrokerLaws, EveryRouteButAClosedListIsShutToThem) {
  Browser broker = as_account("agent");
  size_t shut = 0;
  for (const http::Route& route : house->api->router().routes()) {
    std::string_view p = route.pattern;
    // What needs no session: who signs in, a contract's program, an insured person.
    if (!p.starts_with("/api/v1/") || p == "/api/v1/data" || p.starts_with("/api/v1/my") || p.starts_with("/api/v1/session")) continue;
    if (route_open_to_brokers(route.method, route.pattern)) continue;
    auto answer = broker.send(route.method, path_of(route), route.method == http::Method::post ? "{}" : "");
    EXPECT_EQ(answer.status, 403) << http::name_of(route.method) << " " << p;
    EXPECT_EQ(Browser::code(answer), "broker.mandate_only") << http::name_of(route.method) << " " << p;
    shut++;
  }
  EXPECT_GT(shut, 200u);
  // By name: nothing that is open gives rows, files, samples, profiles, keys or decides for a party.
  for (const http::Route& route : house->api->router().routes()) {
    if (!route_open_to_brokers(route.method, route.pattern)) continue;
    for (const char* word : {"dataset", "version", "release", "batch", "held", "sample", "preview", "profile", "passport", "file", "reveal", "operations", "law", "vote", "storage", "key-works", "scan/"})
      EXPECT_EQ(route.pattern.find(word), std::string::npos) << route.pattern;
  }
}

TEST_F(BrokerLaws, WhatIsOpenShowsWhatAMandateCoversAndNoMore) {
  NodeWalk& w = *house->walk;
  std::vector<std::string> never{w.version.str(), w.plan.str(), w.strategy.str(), "某医院", "姓名 user", "\"person_name\""};
  for (const char* account : {"agent", "idle"}) {
    Browser broker = as_account(account);
    for (const http::Route& route : house->api->router().routes()) {
      if (route.method != http::Method::get || !route_open_to_brokers(route.method, route.pattern)) continue;
      auto answer = broker.get(path_of(route));
      for (const std::string& secret : never) EXPECT_EQ(answer.body.find(secret), std::string::npos) << account << " " << route.pattern << " " << secret;
      if (std::string(account) != "idle") continue;
      for (const std::string& covered : {w.product.str(), w.application.str(), w.contract.str(), mandate.str(), std::string("某保险公司")})
        EXPECT_EQ(answer.body.find(covered), std::string::npos) << route.pattern << " " << covered;
    }
  }
  Browser broker = as_account("agent");
  for (const std::string& path : {"/products/" + w.product.str(), "/applications/" + w.application.str(), "/contracts/" + w.contract.str(), "/mandates/" + mandate.str()})
    EXPECT_EQ(broker.get(path).status, 200) << path;
  EXPECT_EQ(broker.read("/contracts/" + w.contract.str()).find("can")->as_array().size(), 0u);
  EXPECT_EQ(broker.read("/products").get_int("total").value_or(-1), 1);
  EXPECT_EQ(as_account("idle").read("/products").get_int("total").value_or(-1), 0);
}

TEST_F(BrokerLaws, ThePrincipalAndSupervisionSeeWhatWasDone) {
  Browser broker = as_account("agent");
  NodeWalk& w = *house->walk;
  Json drafted = Browser::json(broker.post("/mandates/" + mandate.str() + "/applications", Json::object({{"product", w.product.str()}, {"form", encode(w.application_form())}})));
  ASSERT_TRUE(drafted.find("drafts")) << canonical(drafted);
  EXPECT_EQ(drafted.find("drafts")->as_array().size(), 1u);
  for (const char* account : {"user", "supervisor"}) {
    Json seen = as_account(account).read("/mandates/" + mandate.str());
    ASSERT_TRUE(seen.find("deeds")) << account;
    EXPECT_EQ(seen.find("deeds")->as_array().size(), 1u) << account;
    Json entries = as_account(account).read("/ledger/entries?kind=mandate.acted");
    EXPECT_EQ(entries.find("items")->as_array().size(), 1u) << account;
  }
}

}  // namespace
}  // namespace sluice::api
