#include "base/random.h"

#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sluice {

namespace {

struct RandomBuffer {
  uint8_t bytes[512];
  size_t left = 0;
  pid_t owner = 0;  // a forked child must not repeat its parent's bytes
};

void system_fill(uint8_t* out, size_t n) {
  while (n > 0) {
    ssize_t got = getrandom(out, n, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();
    out += got;
    n -= static_cast<size_t>(got);
  }
}

uint64_t splitmix(uint64_t& x) {
  uint64_t z = (x += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

uint64_t rotl(uint64_t x, int k) { return x << k | x >> (64 - k); }

}  // namespace

void SystemRandom::fill(std::span<uint8_t> out) {
  thread_local RandomBuffer buffer;
  if (out.size() > sizeof buffer.bytes / 2) return system_fill(out.data(), out.size());
  if (buffer.left < out.size() || buffer.owner != getpid()) {
    system_fill(buffer.bytes, sizeof buffer.bytes);
    buffer.left = sizeof buffer.bytes;
    buffer.owner = getpid();
  }
  uint8_t* from = buffer.bytes + sizeof buffer.bytes - buffer.left;
  std::memcpy(out.data(), from, out.size());
  wipe(from, out.size());
  buffer.left -= out.size();
}

SeededRandom::SeededRandom(uint64_t seed) {
  for (auto& word : s_) word = splitmix(seed);
}

uint64_t SeededRandom::next() {
  uint64_t result = rotl(s_[1] * 5, 7) * 9, t = s_[1] << 17;
  s_[2] ^= s_[0];
  s_[3] ^= s_[1];
  s_[1] ^= s_[2];
  s_[0] ^= s_[3];
  s_[2] ^= t;
  s_[3] = rotl(s_[3], 45);
  return result;
}

uint64_t SeededRandom::below(uint64_t n) { return static_cast<uint64_t>((static_cast<__uint128_t>(next()) * n) >> 64); }

void SeededRandom::fill(std::span<uint8_t> out) {
  for (size_t i = 0; i < out.size();) {
    uint64_t v = next();
    for (int b = 0; b < 8 && i < out.size(); b++, v >>= 8) out[i++] = static_cast<uint8_t>(v);
  }
}

Bytes random_bytes(RandomSource& random, size_t n) {
  Bytes out(n);
  random.fill(out);
  return out;
}

std::string random_name(RandomSource& random, std::string_view prefix) {
  constexpr char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  uint8_t raw[16];
  random.fill(raw);
  std::string out(prefix);
  out += '_';
  for (uint8_t b : raw) out += alphabet[b & 31];
  return out;
}

}  // namespace sluice
