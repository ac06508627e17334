// Owners of OpenSSL's objects: OpensslOwned<EVP_PKEY> frees with the function that belongs to the type; numbers and parameters, which may hold
// secrets, are cleansed first. The types are named by their tags, so that no header of OpenSSL is needed here.
#pragma once

#include <memory>

struct bignum_st;
struct bio_st;
struct ec_group_st;
struct ec_point_st;
struct ECDSA_SIG_st;
struct evp_md_ctx_st;
struct evp_pkey_ctx_st;
struct evp_pkey_st;
struct ossl_param_bld_st;
struct ossl_param_st;
struct X509_crl_st;
struct X509_extension_st;
struct x509_st;

namespace sluice {

struct OpensslFree {
  void operator()(bignum_st* p) const;
  void operator()(bio_st* p) const;  // the whole chain
  void operator()(ec_group_st* p) const;
  void operator()(ec_point_st* p) const;
  void operator()(ECDSA_SIG_st* p) const;
  void operator()(evp_md_ctx_st* p) const;
  void operator()(evp_pkey_ctx_st* p) const;
  void operator()(evp_pkey_st* p) const;
  void operator()(ossl_param_bld_st* p) const;
  void operator()(ossl_param_st* p) const;
  void operator()(X509_crl_st* p) const;
  void operator()(X509_extension_st* p) const;
  void operator()(x509_st* p) const;
};

template <class T>
using OpensslOwned = std::unique_ptr<T, OpensslFree>;

}  // namespace sluice
