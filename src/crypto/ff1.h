// Format-preserving encryption: FF1 of NIST SP 800-38G (Rev. 1 draft: domains of at least 10⁶) with SM4 or AES, and a cipher
// on integers [0, N) made of it. FF3 and FF3-1 are withdrawn and absent.
//
// Ff1 enciphers strings of `length` numerals of one radix. Both halves must fit 64 bits: radix^⌈length/2⌉ ≤ 2^63; that
// covers 36 decimal digits and all samples of the standard. Many strings at once cost a tenth of one at a time: the
// rounds of all run side by side through the block cipher's bulk code.
//
// IntegerCipher permutes [0, N). N ≥ 10⁶: FF1 over the radix whose square, fourth or sixth power … is next above N, walking
// the cycle until the result is below N. N < 10⁶: a keyed permutation, drawn once by Fisher and Yates from an SM4
// keystream; it holds no promise of SP 800-38G and says so (`is_small_domain`): who knows part of the table, or can count
// values, learns as much as from any substitution. N ≤ 2^100.
//
// Thread rule: all calls are const and thread-safe. Errors: "fpe.bad_key" (SM4: 16 bytes; AES: 16, 24 or 32),
// "fpe.bad_domain" (radix outside 2…65536, length below 2, halves too long, domain below 10⁶ for Ff1, 0 for IntegerCipher).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/restricted.h"
#include "base/result.h"

namespace sluice {

enum class BlockCipher { sm4, aes };
constexpr std::array<std::string_view, 2> enum_names(BlockCipher) { return {"sm4", "aes"}; }

__extension__ using Wide = unsigned __int128;

class Ff1 {
 public:
  static Result<Ff1> create(BlockCipher cipher, const SecretBytes& key, uint32_t radix, size_t length);
  Ff1(Ff1&&) noexcept;
  Ff1& operator=(Ff1&&) noexcept;
  ~Ff1();

  // `numerals` holds any number of strings of `length` numerals below the radix, one after another; in place. All share
  // the tweak (at most 255 bytes).
  void encrypt(std::span<uint16_t> numerals, ByteView tweak = {}) const;
  void decrypt(std::span<uint16_t> numerals, ByteView tweak = {}) const;

  // The same on numbers below radix^length, most significant numeral first.
  void encrypt_numbers(std::span<Wide> numbers, ByteView tweak = {}) const;
  void decrypt_numbers(std::span<Wide> numbers, ByteView tweak = {}) const;
  Wide domain() const;

 private:
  struct State;
  explicit Ff1(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class IntegerCipher {
 public:
  static Result<IntegerCipher> create(BlockCipher cipher, const SecretBytes& key, Wide size);
  // Every number is below the size; in place.
  void encrypt(std::span<Wide> numbers) const;
  void decrypt(std::span<Wide> numbers) const;
  bool is_small_domain() const { return !ff1_; }
  Wide size() const { return size_; }

 private:
  void walk(std::span<Wide> numbers, void (Ff1::*step)(std::span<Wide>, ByteView) const) const;
  Wide size_ = 0;
  std::optional<Ff1> ff1_;
  std::vector<uint32_t> table_, inverse_;
};

}  // namespace sluice
