// What is read out of OpenSSL's certificates and lists, whichever kind they are: their bytes, moments and names. Types are named by their tags, as in
// openssl_owned.h.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"

struct asn1_string_st;
struct X509_name_st;

namespace sluice {

// What the library wrote, which is freed.
Bytes taken_der(unsigned char* der, int size);
// The bytes of an object, by the i2d function that belongs to it: openssl_der(certificate, i2d_X509). Empty: the library could not write it.
template <class T, class Write>
Bytes openssl_der(const T* object, Write write) {
  unsigned char* der = nullptr;
  int size = write(object, &der);
  return taken_der(der, size);
}

// Absent: there is none, or it is no time.
std::optional<TimeMs> x509_moment(const asn1_string_st* time);
// As RFC 2253 writes names, letters beyond ASCII as they are.
std::string x509_name_text(const X509_name_st* name);

}  // namespace sluice
