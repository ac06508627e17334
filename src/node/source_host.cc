#include "node/source_host.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace sluice::node {

using namespace space;

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return text;
}

bool is_inner_v4(uint32_t a) {
  auto within = [&](uint32_t net, int bits) { return (a >> (32 - bits)) == (net >> (32 - bits)); };
  // Loopback, "this network", local link (where clouds keep their metadata), multicast and above; 100.100.100.200 and 168.63.129.16 are clouds' own.
  return within(0x7f000000, 8) || within(0, 8) || within(0xa9fe0000, 16) || a >= 0xe0000000 || a == 0x646464c8 || a == 0xa83f8110;
}

bool is_inner_v6(const in6_addr& a) {
  if (IN6_IS_ADDR_V4MAPPED(&a) || IN6_IS_ADDR_V4COMPAT(&a)) {
    uint32_t v4 = 0;
    std::memcpy(&v4, &a.s6_addr[12], 4);
    return is_inner_v4(ntohl(v4));
  }
  in6_addr metadata{};
  inet_pton(AF_INET6, "fd00:ec2::254", &metadata);
  return IN6_IS_ADDR_LOOPBACK(&a) || IN6_IS_ADDR_UNSPECIFIED(&a) || IN6_IS_ADDR_LINKLOCAL(&a) || IN6_IS_ADDR_MULTICAST(&a) || std::memcmp(&a, &metadata, sizeof a) == 0;
}

// The host of an entry without its port and brackets.
std::string_view bare_host(std::string_view entry) {
  if (entry.starts_with('[')) return entry.substr(1, entry.find(']') - 1);
  size_t colon = entry.find(':');
  bool one_colon = colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos;
  return one_colon ? entry.substr(0, colon) : entry;
}

bool is_listed(const State& s, const std::string& host, int64_t port) {
  std::string bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return s.source_hosts.contains(host) || s.source_hosts.contains(bracketed) || s.source_hosts.contains(bracketed + ":" + std::to_string(port));
}

// Every address that a name leads to, as text.
Result<std::vector<std::string>> addresses_of(const std::string& host) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return fail(Errc::not_found, "source.unreachable");
  std::vector<std::string> out;
  for (const addrinfo* one = found; one; one = one->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0) out.emplace_back(text);
  }
  ::freeaddrinfo(found);
  return out;
}

}  // namespace

bool is_inner_address(std::string_view address) {
  std::string text(address.substr(0, address.find('%')));  // without the zone of a local link
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return is_inner_v4(ntohl(v4.s_addr));
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && is_inner_v6(v6);
}

bool is_inner_host(std::string_view entry) {
  std::string_view host = bare_host(entry);
  return host == "localhost" || host.ends_with(".localhost") || is_inner_address(host);
}

std::optional<SourceHost> host_of(const SourceAsk& ask) {
  if (ask.database) return SourceHost{ask.database->host, ask.database->port};
  if (ask.sftp) return SourceHost{ask.sftp->host, ask.sftp->port};
  return std::nullopt;
}

std::optional<SourceHost> host_of(const Source& source) {
  auto json = parse_json(source.place);
  if (!json) return std::nullopt;
  if (source.source_kind == SourceKind::database)
    if (auto place = decode<DatabasePlace>(*json)) return SourceHost{place->description.host, place->description.port};
  if (source.source_kind == SourceKind::sftp)
    if (auto place = decode<SftpPlace>(*json)) return SourceHost{place->host, place->port};
  return std::nullopt;
}

Status check_host_from_afar(Node& node, const SourceHost& asked) {
  std::string host = lower(asked.host);
  auto listed = [&](const std::string& one) { return node.space().read([&](const State& s) { return is_listed(s, one, asked.port); }); };
  if (!listed(host)) return fail(Errc::refused, "source.host_not_allowed");
  for (const std::string& address : TRY(addresses_of(host)))
    if (is_inner_address(address) && !listed(address)) return fail(Errc::refused, "source.host_inner");
  return {};
}

Status allow_source_host(Node& node, const Principal& by, AllowSourceHost command, AskedFrom from) {
  command.host = lower(std::move(command.host));
  if (from == AskedFrom::afar && is_inner_host(command.host)) return fail(Errc::forbidden, "source.host_local_only");
  TRY(node.space().execute(by, command));
  return {};
}

}  // namespace sluice::node
