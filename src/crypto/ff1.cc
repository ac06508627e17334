#include "crypto/ff1.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <optional>

#include "crypto/aead.h"
#include "crypto/block_batch.h"

namespace sluice {

namespace {

constexpr size_t kRowsAtOnce = 128;
constexpr Wide kDomainMin = 1'000'000;
constexpr int kRounds = 10;

uint64_t load_be(const uint8_t* p, size_t n) {
  uint64_t v = 0;
  for (size_t i = 0; i < n; i++) v = v << 8 | p[i];
  return v;
}

struct FeistelHalves {
  uint64_t a, b;
};

}  // namespace

struct Ff1::State {
  std::unique_ptr<BlockBatch> cipher;
  uint32_t radix;
  size_t length, u, v;        // numerals in all, in the left and in the right half
  uint64_t radix_u, radix_v;  // radix^u, radix^v
  size_t b, d;                // bytes of NUM(B), bytes of the round's number: SP 800-38G, algorithm 7, steps 3 and 4

  enum class Direction { encrypt, decrypt };
  void run(std::span<FeistelHalves> rows, ByteView tweak, Direction direction) const;
  uint64_t reduced(const uint8_t* r, uint64_t modulus) const {
    if (d == 8) return load_be(r, 8) % modulus;
    return static_cast<uint64_t>(((static_cast<Wide>(load_be(r, 8)) << 32) | load_be(r + 8, 4)) % modulus);
  }
};

void Ff1::State::run(std::span<FeistelHalves> rows, ByteView tweak, Direction direction) const {
  assert(tweak.size() <= 255 && rows.size() <= kRowsAtOnce);
  const size_t t = tweak.size();
  uint8_t start[16] = {1, 2, 1, static_cast<uint8_t>(radix >> 16), static_cast<uint8_t>(radix >> 8), static_cast<uint8_t>(radix), 10,
                       static_cast<uint8_t>(u), 0, 0, 0, static_cast<uint8_t>(length), 0, 0, 0, static_cast<uint8_t>(t)};
  cipher->encrypt(start);
  const size_t q_bytes = (t + 1 + b + 15) / 16 * 16;
  uint8_t q[16 * 18] = {};
  if (t) std::memcpy(q, tweak.data(), t);
  // The blocks of Q that hold nothing but tweak are the same for every row and round.
  for (size_t at = 0; at + 16 < q_bytes && at + 16 <= q_bytes - 1 - b; at += 16) {
    for (size_t i = 0; i < 16; i++) start[i] ^= q[at + i];
    cipher->encrypt(start);
  }
  const size_t fixed = (q_bytes - 1 - b) / 16 * 16;
  uint8_t blocks[16 * kRowsAtOnce];
  for (int step = 0; step < kRounds; step++) {
    int i = direction == Direction::encrypt ? step : kRounds - 1 - step;
    uint64_t modulus = i % 2 == 0 ? radix_u : radix_v;
    for (size_t r = 0; r < rows.size(); r++) std::memcpy(blocks + 16 * r, start, 16);
    for (size_t at = fixed; at < q_bytes; at += 16) {
      for (size_t r = 0; r < rows.size(); r++) {
        uint64_t source = direction == Direction::encrypt ? rows[r].b : rows[r].a;
        q[q_bytes - 1 - b] = static_cast<uint8_t>(i);
        for (size_t k = 0; k < b; k++) q[q_bytes - 1 - k] = static_cast<uint8_t>(k < 8 ? source >> (8 * k) : 0);
        for (size_t k = 0; k < 16; k++) blocks[16 * r + k] ^= q[at + k];
      }
      cipher->encrypt(std::span(blocks, 16 * rows.size()));
    }
    for (size_t r = 0; r < rows.size(); r++) {
      uint64_t y = reduced(blocks + 16 * r, modulus);
      FeistelHalves& h = rows[r];
      if (direction == Direction::encrypt) {
        uint64_t c = h.a + y;
        h = {h.b, c >= modulus ? c - modulus : c};
      } else {
        h = {h.b >= y ? h.b - y : h.b + (modulus - y), h.a};
      }
    }
  }
}

Ff1::Ff1(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ff1::Ff1(Ff1&&) noexcept = default;
Ff1& Ff1::operator=(Ff1&&) noexcept = default;
Ff1::~Ff1() = default;

Result<Ff1> Ff1::create(BlockCipher cipher, const SecretBytes& key, uint32_t radix, size_t length) {
  if (radix < 2 || radix > 65536 || length < 2 || length > 126) return fail(Errc::invalid, "fpe.bad_domain");
  auto state = std::make_unique<State>();
  state->radix = radix;
  state->length = length;
  state->u = length / 2;
  state->v = length - state->u;
  Wide power = 1;
  for (size_t i = 0; i < state->v; i++) {
    power *= radix;
    if (power > (Wide{1} << 63)) return fail(Errc::invalid, "fpe.bad_domain");
    if (i + 1 == state->u) state->radix_u = static_cast<uint64_t>(power);
  }
  state->radix_v = static_cast<uint64_t>(power);
  if (static_cast<Wide>(state->radix_u) * state->radix_v < kDomainMin) return fail(Errc::invalid, "fpe.bad_domain");
  size_t bits = 0;
  while (bits < 64 && (Wide{1} << bits) < power) bits++;
  state->b = (bits + 7) / 8;
  state->d = 4 * ((state->b + 3) / 4) + 4;
  state->cipher = TRY(BlockBatch::create(cipher, key));
  return Ff1(std::move(state));
}

Wide Ff1::domain() const { return static_cast<Wide>(state_->radix_u) * state_->radix_v; }

namespace {

template <class Run>
void in_batches(std::span<Wide> numbers, uint64_t radix_v, Run run) {
  FeistelHalves rows[kRowsAtOnce];
  for (size_t from = 0; from < numbers.size(); from += kRowsAtOnce) {
    size_t n = std::min(kRowsAtOnce, numbers.size() - from);
    for (size_t i = 0; i < n; i++) {
      Wide x = numbers[from + i];
      if (x >> 64 == 0) {
        rows[i] = {static_cast<uint64_t>(x) / radix_v, static_cast<uint64_t>(x) % radix_v};
      } else {
        rows[i] = {static_cast<uint64_t>(x / radix_v), static_cast<uint64_t>(x % radix_v)};
      }
    }
    run(std::span(rows, n));
    for (size_t i = 0; i < n; i++) numbers[from + i] = static_cast<Wide>(rows[i].a) * radix_v + rows[i].b;
  }
}

// Strings of numerals to numbers and back, by the same batches.
template <class Run>
void through_numbers(std::span<uint16_t> numerals, size_t length, uint32_t radix, Run run) {
  assert(numerals.size() % length == 0);
  std::vector<Wide> numbers(numerals.size() / length);
  for (size_t r = 0; r < numbers.size(); r++)
    for (size_t i = 0; i < length; i++) numbers[r] = numbers[r] * radix + numerals[r * length + i];
  run(std::span(numbers));
  for (size_t r = 0; r < numbers.size(); r++) {
    for (size_t i = length; i-- > 0; numbers[r] /= radix) numerals[r * length + i] = static_cast<uint16_t>(numbers[r] % radix);
  }
}

}  // namespace

void Ff1::encrypt_numbers(std::span<Wide> numbers, ByteView tweak) const {
  in_batches(numbers, state_->radix_v, [&](std::span<FeistelHalves> rows) { state_->run(rows, tweak, State::Direction::encrypt); });
}
void Ff1::decrypt_numbers(std::span<Wide> numbers, ByteView tweak) const {
  in_batches(numbers, state_->radix_v, [&](std::span<FeistelHalves> rows) { state_->run(rows, tweak, State::Direction::decrypt); });
}
void Ff1::encrypt(std::span<uint16_t> numerals, ByteView tweak) const {
  through_numbers(numerals, state_->length, state_->radix, [&](std::span<Wide> n) { encrypt_numbers(n, tweak); });
}
void Ff1::decrypt(std::span<uint16_t> numerals, ByteView tweak) const {
  through_numbers(numerals, state_->length, state_->radix, [&](std::span<Wide> n) { decrypt_numbers(n, tweak); });
}

}  // namespace sluice
