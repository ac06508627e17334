#include <atomic>
#include <thread>

#include "base/file.h"
#include "edge/http/local_client.h"
#include "edge/http/problem.h"
#include "edge/http/router.h"
#include "tests/unit/edge/live_server.h"

namespace sluice::http {
namespace {

Response echo(const Request& request) {
  std::string body = std::string(name_of(request.method)) + " " + request.path + " " + std::to_string(request.body.size());
  for (const auto& [name, value] : request.query) body += " " + name + "=" + value;
  return text_response(200, "text/plain", body);
}

ServerOptions quick() {
  ServerOptions options;
  options.header_timeout = std::chrono::milliseconds(400);
  options.body_timeout = std::chrono::milliseconds(600);
  options.idle_timeout = std::chrono::milliseconds(400);
  options.write_timeout = std::chrono::milliseconds(800);
  return options;
}

TEST(Server, AnswersOnePlainRequestOnLoopback) {
  auto server = start_server(echo);
  std::string answer = exchange(server->port(), "GET /a/b%20c?x=1&y=%E6%95%B0 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_NE(answer.find("GET /a/b c 0 x=1 y=数"), std::string::npos) << answer;
  EXPECT_NE(answer.find("X-Content-Type-Options: nosniff"), std::string::npos);
}

TEST(Server, KeepsAConnectionForPipelinedRequestsAndAnswersInOrder) {
  auto server = start_server(echo);
  std::string answer = exchange(server->port(),
                                "GET /first HTTP/1.1\r\nHost: h\r\n\r\nPOST /second HTTP/1.1\r\nHost: h\r\nContent-Length: "
                                "3\r\n\r\nabcGET /third HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  size_t first = answer.find("GET /first 0"), second = answer.find("POST /second 3"), third = answer.find("GET /third 0");
  ASSERT_NE(third, std::string::npos) << answer;
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST(Server, RefusesMalformedRequestsWithAProblemAndCloses) {
  auto server = start_server(echo);
  for (std::string_view bytes :
       {"NONSENSE\r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n"}) {
    RawClient client(server->port());
    client.send(bytes);
    std::string answer = client.read_all();
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 4")) << bytes << "→" << answer;
    EXPECT_TRUE(client.closed) << bytes;
    EXPECT_EQ(answer.find("HTTP/1.1 200"), std::string::npos) << bytes;
  }
}

TEST(Server, RefusesAHeaderOf64Kilobytes) {
  auto server = start_server(echo);
  std::string answer =
      exchange(server->port(), "GET / HTTP/1.1\r\nHost: h\r\nX-Long: " + std::string(64 << 10, 'a') + "\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431")) << answer.substr(0, 200);
  EXPECT_NE(answer.find("http.header_too_large"), std::string::npos);
}

TEST(Server, RefusesABodyAboveEightMebibytesBeforeReadingIt) {
  std::atomic<int> calls = 0;
  auto server = start_server([&](const Request& request) {
    calls++;
    return echo(request);
  });
  std::string answer = exchange(server->port(), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8388609\r\n\r\nabc");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer;
  std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 9; i++) chunked += "100000\r\n" + std::string(1 << 20, 'x') + "\r\n";
  EXPECT_TRUE(exchange(server->port(), chunked).starts_with("HTTP/1.1 413"));
  EXPECT_EQ(calls, 0);
}

TEST(Server, TakesABodyOfExactlyEightMebibytes) {
  auto server = start_server(echo);
  std::string answer = exchange(server->port(), "POST /big HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 8388608\r\n\r\n" +
                                                    std::string(8 << 20, 'x'));
  EXPECT_NE(answer.find("POST /big 8388608"), std::string::npos) << answer.substr(0, 300);
}

TEST(Server, ClosesAPeerThatDripsItsHeaderAtTheDeadlineWhateverItSends) {
  auto server = start_server(echo, quick());
  RawClient client(server->port());
  auto started = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\n");
  // One byte each 50 ms would keep a timeout per read alive for ever.
  std::string answer;
  for (int i = 0; i < 60 && !client.closed; i++) {
    client.send("X");
    answer += client.read_all(50);
  }
  EXPECT_TRUE(client.closed);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(3));
  EXPECT_EQ(answer.find("200 OK"), std::string::npos);
}

TEST(Server, ClosesAnIdleConnectionAndOneThatNeverSpeaks) {
  auto server = start_server(echo, quick());
  RawClient silent(server->port());
  RawClient once(server->port());
  once.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  once.read_all();
  silent.read_all();
  EXPECT_TRUE(once.closed);
  EXPECT_TRUE(silent.closed);
}

TEST(Server, CutsAPeerThatDoesNotReadItsAnswer) {
  auto server = start_server(
      [](const Request&) {
        Response response;
        response.stream = []() -> Result<Chunk> { return Chunk{.bytes = std::string(1 << 20, 'x')}; };
        return response;
      },
      quick());
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  for (int i = 0; i < 100 && server->connections() == 0; i++) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  for (int i = 0; i < 500 && server->connections() > 0; i++) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(server->connections(), 0u);
}

TEST(Server, ClosesConnectionsAboveTheLimitAndRecovers) {
  ServerOptions options;
  options.connections_max = 2;
  auto server = start_server(echo, options);
  auto a = std::make_unique<RawClient>(server->port());
  auto b = std::make_unique<RawClient>(server->port());
  for (int i = 0; i < 100 && server->connections() < 2; i++) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  RawClient c(server->port());
  EXPECT_EQ(c.read_all(), "");
  EXPECT_TRUE(c.closed);
  a.reset();
  b.reset();
  for (int i = 0; i < 300 && server->connections() > 0; i++) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(exchange(server->port(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST(Server, StreamsChunksWithPausesAndMarksATornBodyByLeavingOutTheLastChunk) {
  auto server = start_server([](const Request& request) {
    Response response = text_response(200, "text/event-stream", "");
    bool tears = request.path == "/torn";
    response.stream = [tears, n = 0]() mutable -> Result<Chunk> {
      if (tears && n == 2) return fail(Errc::io, "file.unreadable");
      n++;
      return Chunk{.bytes = "event " + std::to_string(n) + "\n",
                   .last = !tears && n == 3,
                   .ask_again_in = std::chrono::milliseconds(5)};
    };
    return response;
  });
  std::string whole = exchange(server->port(), "GET /whole HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(whole.find("event 3"), std::string::npos) << whole;
  EXPECT_TRUE(whole.ends_with("0\r\n\r\n"));
  std::string torn = exchange(server->port(), "GET /torn HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(torn.find("event 2"), std::string::npos);
  EXPECT_FALSE(torn.ends_with("0\r\n\r\n"));
}

TEST(Server, TurnsAThrowingHandlerInto500WithoutItsText) {
  auto server = start_server([](const Request&) -> Response { throw std::runtime_error("secret-of-a-row"); });
  std::string answer = exchange(server->port(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500")) << answer;
  EXPECT_EQ(answer.find("secret-of-a-row"), std::string::npos);
}

TEST(Server, DropsAResponseHeaderThatWouldSplitTheResponse) {
  auto server = start_server([](const Request&) {
    Response response = text_response(200, "text/plain", "ok");
    response.headers.emplace("X-Name", "a\r\nSet-Cookie: planted=1");
    return response;
  });
  std::string answer = exchange(server->port(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.find("planted"), std::string::npos) << answer;
}

TEST(Server, RefusesPathsThatClimbBeforeAnyHandlerSeesThem) {
  std::atomic<int> calls = 0;
  auto server = start_server([&](const Request& request) {
    calls++;
    return echo(request);
  });
  for (std::string path : {"/../etc/passwd", "/%2e%2e/etc/passwd", "/a/%2E./b", "/a%2f..%2fb", "/a//b", "/a\\b", "/%00",
                           "/a/%zz", "/%c3%28", "http://other/"}) {
    std::string answer = exchange(server->port(), "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << path << answer;
  }
  EXPECT_EQ(calls, 0);
}

TEST(Server, LetsARunningRequestFinishWhenItStops) {
  std::atomic<bool> inside = false;
  auto server = start_server([&](const Request& request) {
    inside = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return echo(request);
  });
  RawClient client(server->port());
  client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  while (!inside) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  server->stop(std::chrono::seconds(5));
  std::string answer = client.read_all();
  EXPECT_NE(answer.find("GET /slow 0"), std::string::npos) << answer;
  EXPECT_TRUE(client.closed);
}

TEST(Server, RefusesPlainHttpBeyondLoopbackAndBadAddresses) {
  ServerOptions options;
  options.address = "0.0.0.0";
  auto plain = Server::start(options, echo);
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().reason, "http.plain_beyond_loopback");
  options.address = "localhost; rm";
  auto bad = Server::start(options, echo);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().reason, "http.bad_address");
}

TEST(Server, NamesAPortThatIsTaken) {
  auto first = start_server(echo);
  ServerOptions options;
  options.port = first->port();
  auto second = Server::start(options, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "http.address_in_use");
}

}  // namespace
}  // namespace sluice::http
