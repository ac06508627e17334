#include "crypto/x509_parts.h"

#include <openssl/x509.h>

#include <algorithm>
#include <ctime>

#include "crypto/openssl_owned.h"

namespace sluice {

Bytes taken_der(unsigned char* der, int size) {
  Bytes out(der, der + std::max(size, 0));
  OPENSSL_free(der);
  return out;
}

std::optional<TimeMs> x509_moment(const ASN1_TIME* time) {
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return static_cast<TimeMs>(timegm(&parts)) * kSecondMs;
}

std::string x509_name_text(const X509_NAME* name) {
  OpensslOwned<BIO> out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB)) < 0) return {};
  char* data = nullptr;
  long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<size_t>(std::max(size, 0L)));
}

}  // namespace sluice
