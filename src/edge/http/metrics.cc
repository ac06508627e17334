#include "edge/http/metrics.h"

#include <fmt/format.h>

namespace sluice::http {

void Metrics::observe(std::string_view pattern, Method method, int status, int64_t took_us) {
  std::string route(pattern.empty() ? "unmatched" : pattern);
  std::string labels = fmt::format("route=\"{}\",method=\"{}\",status=\"{}xx\"", route, name_of(method), status / 100);
  size_t bucket = 0;
  while (bucket < kBucketsUs.size() && took_us > kBucketsUs[bucket]) bucket++;
  std::lock_guard lock(mutex_);
  requests_[labels]++;
  Latency& latency = latencies_[route];
  latency.counts[bucket]++;
  latency.sum_us += static_cast<uint64_t>(std::max<int64_t>(took_us, 0));
}

void Metrics::gauge(std::string_view name, std::string_view help, std::function<int64_t()> read) {
  std::lock_guard lock(mutex_);
  gauges_.push_back({std::string(name), std::string(help), std::move(read)});
}

std::string Metrics::text() {
  std::string out;
  auto to = std::back_inserter(out);
  std::lock_guard lock(mutex_);
  out += "# HELP sluice_http_requests_total Requests answered.\n# TYPE sluice_http_requests_total counter\n";
  for (const auto& [labels, n] : requests_) fmt::format_to(to, "sluice_http_requests_total{{{}}} {}\n", labels, n);
  out +=
      "# HELP sluice_http_request_seconds Time from the whole request to the start of the answer.\n"
      "# TYPE sluice_http_request_seconds histogram\n";
  for (const auto& [route, latency] : latencies_) {
    uint64_t total = 0;
    for (size_t i = 0; i < latency.counts.size(); i++) {
      total += latency.counts[i];
      std::string le = i < kBucketsUs.size() ? fmt::format("{}", static_cast<double>(kBucketsUs[i]) / 1e6) : "+Inf";
      fmt::format_to(to, "sluice_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route, le, total);
    }
    fmt::format_to(to, "sluice_http_request_seconds_sum{{route=\"{}\"}} {:.6f}\n", route,
                   static_cast<double>(latency.sum_us) / 1e6);
    fmt::format_to(to, "sluice_http_request_seconds_count{{route=\"{}\"}} {}\n", route, total);
  }
  for (const Gauge& gauge : gauges_)
    fmt::format_to(to, "# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", gauge.name, gauge.help, gauge.read());
  return out;
}

}  // namespace sluice::http
