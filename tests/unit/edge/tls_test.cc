#include "base/file.h"
#include "crypto/tls_identity.h"
#include "edge/http/local_client.h"
#include "tests/unit/edge/live_server.h"

namespace sluice::http {
namespace {

Response hello(const Request& request) { return text_response(200, "text/plain", "hello " + request.peer.address); }

Tls fresh_tls() {
  SystemClock clock;
  auto identity = make_tls_identity({"localhost", "127.0.0.1"}, clock.now());
  EXPECT_TRUE(identity);
  return Tls{identity->certificate_pem, identity->key_pem, {}};
}

struct TlsServer {
  TempDir dir;
  std::unique_ptr<Server> server;
  std::string certificate = dir / "cert.pem";
  std::string connect;

  TlsServer() {
    ServerOptions options;
    options.tls = fresh_tls();
    EXPECT_TRUE(write_file(certificate, view(options.tls->certificate_pem)));
    server = start_server(hello, std::move(options));
    connect = "127.0.0.1:" + std::to_string(server->port());
  }
};

TEST(Tls, ServesItsOwnCertificateToAClientThatPinsIt) {
  TlsServer tls;
  Ran ran = shell("curl -sS --cacert " + tls.certificate + " https://localhost:" + std::to_string(tls.server->port()) +
                  "/ --resolve localhost:" + std::to_string(tls.server->port()) + ":127.0.0.1");
  EXPECT_EQ(ran.output, "hello 127.0.0.1");
  Ran by_address = shell("curl -sS --cacert " + tls.certificate + " https://" + tls.connect + "/");
  EXPECT_EQ(by_address.output, "hello 127.0.0.1");
  EXPECT_NE(shell("curl -sS https://" + tls.connect + "/").code, 0);
}

TEST(Tls, RefusesVersion12AndBelow) {
  TlsServer tls;
  Ran old = shell("echo | timeout 10 openssl s_client -connect " + tls.connect + " -tls1_2");
  EXPECT_NE(old.code, 0) << old.output;
  EXPECT_EQ(old.output.find("Cipher is TLS_AES"), std::string::npos) << old.output;
  Ran now = shell("echo | timeout 10 openssl s_client -connect " + tls.connect + " -tls1_3");
  EXPECT_NE(now.output.find("TLSv1.3"), std::string::npos) << now.output;
}

TEST(Tls, ClosesPlainTextOnTheTlsPort) {
  TlsServer tls;
  RawClient client(tls.server->port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  std::string answer = client.read_all();
  EXPECT_TRUE(client.closed);
  EXPECT_EQ(answer.find("hello"), std::string::npos);
}

TEST(Tls, RefusesAKeyThatDoesNotBelongToTheCertificate) {
  ServerOptions options;
  options.tls = fresh_tls();
  options.tls->private_key_pem = fresh_tls().private_key_pem;
  auto server = Server::start(std::move(options), hello);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().reason, "http.bad_certificate");
}

TEST(LocalSocket, ServesTheSameUserAndIsClosedToOthersByMode) {
  TempDir dir;
  ServerOptions options;
  options.address = "";
  options.socket_path = dir / "control.sock";
  auto server = start_server([](const Request& r) { return text_response(r.peer.local ? 200 : 500, "text/plain", r.body); },
                             options);
  auto mode = std::filesystem::status(options.socket_path).permissions();
  EXPECT_EQ(mode & std::filesystem::perms::mask, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_TRUE(server_listens(options.socket_path));
  Request request;
  request.method = Method::post;
  request.target = "/x";
  request.body = "body";
  auto answer = call_local(options.socket_path, request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "body");
}

TEST(LocalSocket, ReplacesAStaleSocketButNeverALiveOne) {
  TempDir dir;
  ServerOptions options;
  options.address = "";
  options.socket_path = dir / "control.sock";
  auto server = start_server(hello, options);
  auto second = Server::start(options, hello);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "http.socket_in_use");
  server.reset();
  EXPECT_FALSE(server_listens(options.socket_path));
  // What a killed server leaves: a socket file that nobody listens on.
  int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  options.socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
  auto third = Server::start(options, hello);
  EXPECT_TRUE(third);
}

TEST(LocalClient, SaysThatNobodyListens) {
  TempDir dir;
  auto answer = call_local(dir / "nothing.sock", Request{.target = "/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "http.server_away");
}

TEST(LocalClient, GivesUpAtItsTimeout) {
  TempDir dir;
  ServerOptions options;
  options.address = "";
  options.socket_path = dir / "control.sock";
  auto server = start_server(
      [](const Request&) {
        ::usleep(400'000);
        return text_response(200, "text/plain", "late");
      },
      options);
  auto answer = call_local(options.socket_path, Request{.target = "/"}, std::chrono::milliseconds(50));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "http.server_silent");
}

}  // namespace
}  // namespace sluice::http
