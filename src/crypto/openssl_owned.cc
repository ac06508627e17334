#include "crypto/openssl_owned.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509v3.h>

namespace sluice {

void OpensslFree::operator()(BIGNUM* p) const { BN_clear_free(p); }
void OpensslFree::operator()(BIO* p) const { BIO_free_all(p); }
void OpensslFree::operator()(EC_GROUP* p) const { EC_GROUP_free(p); }
void OpensslFree::operator()(EC_POINT* p) const { EC_POINT_free(p); }
void OpensslFree::operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
void OpensslFree::operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
void OpensslFree::operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
void OpensslFree::operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
void OpensslFree::operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
void OpensslFree::operator()(OSSL_PARAM* p) const {
  for (OSSL_PARAM* one = p; one && one->key; one++) OPENSSL_cleanse(one->data, one->data_size);
  OSSL_PARAM_free(p);
}
void OpensslFree::operator()(X509_CRL* p) const { X509_CRL_free(p); }
void OpensslFree::operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
void OpensslFree::operator()(X509* p) const { X509_free(p); }

}  // namespace sluice
