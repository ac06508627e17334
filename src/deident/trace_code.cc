#include "deident/trace_code.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "crypto/hash.h"

namespace sluice::deident {

namespace {

constexpr double kCut = 0.02;
constexpr double kTermMax = 7.0;  // √((1−0.02)/0.02)
constexpr size_t kDrawsPerMac = 4;

SecretBytes code_key(const SecretBytes& key, std::string_view what) { return SecretBytes(hkdf_sm3(key.reveal("derive a tracing key"), {}, what, 32)); }

// Uniform in [0, 1) from eight bytes of a MAC.
double unit_draw(const Digest& mac, size_t which) {
  uint64_t v = 0;
  for (size_t i = 0; i < 8; i++) v = v << 8 | mac[8 * which + i];
  return static_cast<double>(v >> 11) * 0x1p-53;
}

std::vector<double> draws(const HmacSm3Key& key, std::string_view name) {
  std::vector<std::string> messages;
  for (size_t i = 0; i < kTraceCodeLength / kDrawsPerMac; i++) messages.push_back(std::to_string(i) + "\n" + std::string(name));
  std::vector<ByteView> views;
  for (const auto& m : messages) views.push_back(view(m));
  std::vector<Digest> macs(views.size());
  key.many(views, macs);
  std::vector<double> out;
  for (const Digest& mac : macs)
    for (size_t k = 0; k < kDrawsPerMac; k++) out.push_back(unit_draw(mac, k));
  return out;
}

}  // namespace

TraceCode::TraceCode(const SecretBytes& key) : recipients_(code_key(key, "sluice trace/1 recipients")) {
  const double low = std::asin(std::sqrt(kCut)), high = std::acos(-1.0) / 2 - low;
  for (double u : draws(HmacSm3Key(code_key(key, "sluice trace/1 biases")), "")) {
    double s = std::sin(low + u * (high - low));
    bias_.push_back(s * s);
  }
}

std::vector<uint8_t> TraceCode::bits_of(std::string_view recipient) const {
  std::vector<double> u = draws(recipients_, recipient);
  std::vector<uint8_t> bits(kTraceCodeLength);
  for (size_t i = 0; i < bits.size(); i++) bits[i] = u[i] < bias_[i];
  return bits;
}

TraceCode::Score TraceCode::score(std::string_view recipient, const std::vector<double>& weights) const {
  std::vector<uint8_t> bits = bits_of(recipient);
  Score out;
  double variance = 0, widest = 0;
  for (size_t i = 0; i < bits.size(); i++) {
    double p = bias_[i];
    out.score += weights[i] * (bits[i] ? std::sqrt((1 - p) / p) : -std::sqrt(p / (1 - p)));
    variance += weights[i] * weights[i];
    widest = std::max(widest, std::abs(weights[i]));
  }
  if (variance == 0) return out;
  out.deviations = out.score / std::sqrt(variance);
  if (out.score > 0) out.false_accusation = std::exp(-out.score * out.score / 2 / (variance + kTermMax * widest * out.score / 3));
  return out;
}

}  // namespace sluice::deident
