// Second factor: time-based one-time codes (RFC 6238 with HMAC-SHA-1, 30 s steps, 6 digits: what authenticator apps
// do). Codes of the steps before and after the current one are accepted for clocks that are off.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/restricted.h"
#include "base/result.h"

namespace sluice {

SecretBytes new_totp_seed(RandomSource& random);  // 20 bytes

std::string totp_code(const SecretBytes& seed, TimeMs now);

// The step of the accepted code, to be stored as the next call's `last_step`: a code works once.
// "totp.wrong_code", "totp.replayed". Start with last_step 0.
Result<int64_t> totp_check(const SecretBytes& seed, std::string_view code, TimeMs now, int64_t last_step);

// otpauth://totp/ISSUER:ACCOUNT?secret=… for a QR code. Holds the seed.
SecretText totp_uri(const SecretBytes& seed, std::string_view issuer, std::string_view account);

// RFC 4648 base32 without padding.
std::string base32(ByteView bytes);

}  // namespace sluice
