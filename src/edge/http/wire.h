// A connection to somebody else's server: plain or TLS, never longer than its deadline. What fetch.h and the channels of alarms share.
//
// TLS 1.2 or later, the certificate checked against the machine's list of authorities (or one that is given) and the name. Errors: "fetch.no_such_host",
// "fetch.unreachable", "fetch.untrusted" (the server's certificate), "fetch.too_slow", "fetch.bad_url" (plain where only this machine may be). Not thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/owned_fd.h"
#include "base/restricted.h"
#include "base/result.h"

namespace sluice::http {

// What this node shows to servers that ask for a client certificate; given before anything is asked of anybody (serve), and not changed after.
// "http.bad_certificate" (certificate or key does not parse, or they do not fit).
Status show_as_client(std::string_view certificate_pem, const SecretText& key_pem);

enum class WireReach { this_machine, anywhere };

class Wire {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static Result<Wire> open(const std::string& host, const std::string& port, WireReach reach, Time end);
  Wire(Wire&&) noexcept;
  Wire& operator=(Wire&&) noexcept;
  ~Wire();

  // TLS from here on; `ca_pem` empty: the machine's list.
  Status secure(const std::string& host, const std::string& ca_pem);
  bool secured() const;
  Status send(std::string_view bytes);
  // What came next; empty at the end. Over TLS a cut connection is an end too: whether something is whole, its own length says.
  Result<std::string> receive();

 private:
  struct Tls;
  Wire(OwnedFd fd, Time end);
  Status wait(short events);

  OwnedFd fd_;
  Time end_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace sluice::http
