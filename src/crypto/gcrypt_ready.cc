#include "crypto/gcrypt_ready.h"

#include <gcrypt.h>

#include <cstdlib>

namespace sluice {

void gcrypt_ready() {
  // Its locked-memory pool is not used: key bytes are held by our own types, and the key agent locks its whole memory.
  static const bool ready = [] {
    if (!gcry_check_version("1.9.0")) std::abort();  // SM3 with SM4-GCM needs 1.9
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    return true;
  }();
  (void)ready;
}

}  // namespace sluice
