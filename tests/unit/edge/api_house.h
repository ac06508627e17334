// A real node in a fresh folder with its API, people with accounts, and a client that keeps a session as a browser does.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

#include "adapter/sqlite/ledger_store.h"
#include "adapter/sqlite/registry_store.h"
#include "crypto/password.h"
#include "crypto/totp.h"
#include "edge/api/api.h"
#include "edge/http/target.h"
#include "node/people.h"
#include "tests/unit/space/walk.h"

namespace sluice::api {

inline constexpr const char* kTestPassword = "correct horse battery";

inline OwnedFd passphrase_fd() {
  OwnedFd fd(::memfd_create("passphrase", 0));
  EXPECT_EQ(::write(fd.get(), "test passphrase\n", 16), 16);
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

inline node::Stores stores_in(const std::string& dir, adapter::OpenMode mode) {
  return {std::move(*adapter::SqliteLedgerStore::open(dir + "/ledger.sqlite", mode)),
          std::move(*adapter::SqliteRegistryStore::open(dir + "/registry.sqlite", mode))};
}

class NodeGround final : public space::Ground {
 public:
  explicit NodeGround(node::Node& node) : node_(node) {}
  Result<space::Events> ask(const space::Principal& who, const space::Command& command) override {
    auto outcome = node_.space().execute(who, command);
    if (!outcome) return tl::unexpected(outcome.error());
    return outcome->events;
  }
  void begin(const space::Events&) override {}
  space::State state() override {
    return node_.space().read([](const space::State& s) { return s; });
  }
  TimeMs now() override { return node_.clock().now(); }

 private:
  node::Node& node_;
};

// The walk, on the parties and administrators that the space was made with.
class NodeWalk final : public space::Walk {
 public:
  NodeWalk(space::Ground& ground, std::vector<node::FirstAccount> first) : Walk(ground), first_(std::move(first)) {}
  void found() override {
    agency = ground.state().parties.begin()->second.id;
    system_admin = first_[0].person;
    security_admin = first_[1].person;
  }

 private:
  std::vector<node::FirstAccount> first_;
};

class ApiHouse {
 public:
  ApiHouse() : dir_(testing::TempDir() + "/sluice_api_" + std::to_string(::getpid()) + "_" + std::to_string(counter()++)) {
    std::filesystem::create_directories(dir_);
    node::NodeOptions making{.dir = dir_, .passphrase = passphrase_fd(), .threads = 1, .program = "/proc/self/exe"};
    auto first = node::Node::init(std::move(making), stores_in(dir_, adapter::OpenMode::create), {"某医保局", space::test_uscc(1)});
    EXPECT_TRUE(first) << first.error().reason << " " << first.error().detail;
    open();
    walk = std::make_unique<NodeWalk>(*ground, *first);
    first_accounts = *first;
  }
  ~ApiHouse() {
    api.reset();
    node.reset();
    std::filesystem::remove_all(dir_);
  }

  // The node as another start of the program finds it. The walk is over.
  void open_again() {
    walk.reset();
    ground.reset();
    api.reset();
    node.reset();
    open();
  }

  // An account for a person of the walk, with password and second factor.
  void give_account(const space::PersonId& person, const std::string& account) {
    static const std::string hash = *password_hash(SecretText(kTestPassword));
    node::PersonItem item;
    item.account = account;
    item.display_name = "姓名 " + account;
    item.password_hash = hash;
    item.totp_seed = Bytes(20, 7);
    item.totp_confirmed = true;
    ASSERT_TRUE(node->registry().put("person", person.str(), SecretBytes(to_bytes(canonical(encode(item))))));
  }

  std::string dir_;
  http::Metrics metrics;
  std::unique_ptr<node::Node> node;
  std::unique_ptr<NodeGround> ground;
  std::unique_ptr<NodeWalk> walk;
  std::vector<node::FirstAccount> first_accounts;
  std::unique_ptr<Api> api;

 private:
  void open() {
    node::NodeOptions opening{.dir = dir_, .passphrase = passphrase_fd(), .threads = 1, .program = "/proc/self/exe"};
    auto opened = node::Node::open(std::move(opening), stores_in(dir_, adapter::OpenMode::read_write));
    ASSERT_TRUE(opened) << opened.error().reason;
    node = std::move(*opened);
    ground = std::make_unique<NodeGround>(*node);
    api = std::make_unique<Api>(*node, metrics);
  }
  static int& counter() {
    static int n = 0;
    return n;
  }
};

class Browser {
 public:
  explicit Browser(ApiHouse& house) : house_(house) {}

  http::Response send(http::Method method, const std::string& target, const std::string& body = {}, std::multimap<std::string, std::string> headers = {}) {
    http::Request request;
    request.method = method;
    request.target = "/api/v1" + target;
    auto parsed = *http::parse_target(request.target);
    request.path = parsed.path;
    request.query = parsed.query;
    request.headers = std::move(headers);
    request.peer.address = "192.0.2.7";
    request.peer.local = local;
    if (!body.empty()) request.headers.emplace("content-type", "application/json");
    if (!cookie_.empty()) request.headers.emplace("cookie", cookie_);
    if (!csrf_.empty()) request.headers.emplace("x-csrf-token", csrf_);
    request.body = body;
    return house_.api->handle(request);
  }
  http::Response get(const std::string& target) { return send(http::Method::get, target); }
  http::Response post(const std::string& target, const Json& body = Json::object()) { return send(http::Method::post, target, canonical(body)); }
  Json read(const std::string& target) { return json(get(target)); }

  static Json json(const http::Response& response) {
    auto parsed = parse_json(response.body);
    return parsed ? *parsed : Json();
  }
  static std::string code(const http::Response& response) { return json(response).get_string_or("code", "").value_or(""); }

  int sign_in(const std::string& account, const std::string& password = kTestPassword) {
    auto response = post("/session", Json::object({{"account", account}, {"password", password}}));
    if (response.status != 200) return response.status;
    std::string cookie = response.headers.find("Set-Cookie")->second;
    cookie_ = cookie.substr(0, cookie.find(';'));
    csrf_ = json(response).get_string("csrf").value_or("");
    return 200;
  }
  int step_up() {
    std::string code = totp_code(SecretBytes(Bytes(20, 7)), house_.node->clock().now());
    return post("/session/step-up", Json::object({{"code", code}})).status;
  }

  bool local = false;
  std::string cookie_, csrf_;

 private:
  ApiHouse& house_;
};

}  // namespace sluice::api
