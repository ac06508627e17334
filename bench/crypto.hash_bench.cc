// Hashing and sealing on one core, each beside its peer or limit in the same run.
//
//   sm3_many of 65-byte tree nodes  against libgcrypt's SM3, one at a time
//   sm3 of a long message           against libgcrypt's own bulk speed (the same code: what our wrapper costs)
//   SM4-GCM, 1 MiB chunks           against AES-128-GCM of OpenSSL (hardware) and against memcpy
#include <gcrypt.h>
#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <vector>

#include "base/random.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/sm3_lanes.h"

namespace {

using namespace sluice;

// Units a second: the best of several rounds, since the machine is shared.
double rate(double units, const std::function<void()>& work) {
  double best = 0;
  auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(600);
  while (std::chrono::steady_clock::now() < end) {
    auto start = std::chrono::steady_clock::now();
    work();
    best = std::max(best, units / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

void report(const char* name, double ours, double peer, const char* unit, double goal, double floor, const char* note) {
  std::printf("{\"name\":\"%s\",\"ours\":%.1f,\"peer\":%.1f,\"unit\":\"%s\",\"ratio\":%.3f,\"goal\":%.2f,\"floor\":%.2f,\"note\":\"%s\"}\n",
              name, ours, peer, unit, ours / peer, goal, floor, note);
}

void bench_nodes() {
  constexpr size_t count = 16384, node_bytes = 65;
  SeededRandom random(1);
  Bytes data = random_bytes(random, count * node_bytes);
  std::vector<ByteView> in;
  for (size_t i = 0; i < count; i++) in.push_back(ByteView(data).subspan(i * node_bytes, node_bytes));
  std::vector<Digest> out(count);
  double peer = rate(count / 1e6, [&] {
    for (size_t i = 0; i < count; i++) gcry_md_hash_buffer(GCRY_MD_SM3, out[i].data(), in[i].data(), in[i].size());
  });
  double ours = rate(count / 1e6, [&] { sm3_many(in, out); });
  report("sm3 of tree nodes (65 bytes)", ours, peer, "M hashes/s", 4, 1, "libgcrypt one at a time; 16 lanes with AVX-512, 8 with AVX2");
  for (const Sm3Kernel& kernel : sm3_kernels()) {
    char name[64];
    std::snprintf(name, sizeof name, "sm3 of tree nodes, kernel of %zu lanes", kernel.lanes);
    double lanes = rate(count / 1e6, [&] { sm3_many_with(kernel, in, out); });
    report(name, lanes, peer, "M hashes/s", kernel.lanes == 1 ? 0.2 : 2, 0, kernel.lanes == 1 ? "the kernels' reference, never chosen: without wide lanes libgcrypt hashes" : "chosen at run time");
  }
  double sha = rate(count / 1e6, [&] { sha256_many(in, out); });
  double evp = rate(count / 1e6, [&] {
    unsigned size = 0;
    for (size_t i = 0; i < count; i++) EVP_Digest(in[i].data(), in[i].size(), out[i].data(), &size, EVP_sha256(), nullptr);
  });
  report("sha256 of tree nodes (65 bytes)", sha, evp, "M hashes/s", 1.5, 1, "EVP_Digest one at a time");
}

void bench_long() {
  SeededRandom random(2);
  Bytes data = random_bytes(random, 1 << 20);
  Digest out;
  double peer = rate(data.size() / 1e6, [&] { gcry_md_hash_buffer(GCRY_MD_SM3, out.data(), data.data(), data.size()); });
  double ours = rate(data.size() / 1e6, [&] { out = sm3(data); });
  report("sm3 of 1 MiB", ours, peer, "MB/s", 1, 0.9, "libgcrypt, the same code without our wrapper");
}

void bench_sealing() {
  constexpr size_t bytes = 1 << 20;
  SeededRandom random(3);
  Bytes plain = random_bytes(random, bytes), copy(bytes), nonce(12), sealed;
  auto cipher = Sm4Gcm::create(SecretBytes(random_bytes(random, 16)));
  double ours = rate(bytes / 1e6, [&] { sealed = cipher->seal(nonce, {}, plain); });
  double opens = rate(bytes / 1e6, [&] { (void)cipher->open_into(nonce, {}, sealed, copy); });
  Bytes key(16), tag(16);
  EVP_CIPHER_CTX* aes = EVP_CIPHER_CTX_new();
  double peer = rate(bytes / 1e6, [&] {
    int n = 0;
    EVP_EncryptInit_ex(aes, EVP_aes_128_gcm(), nullptr, key.data(), nonce.data());
    EVP_EncryptUpdate(aes, copy.data(), &n, plain.data(), static_cast<int>(bytes));
    EVP_EncryptFinal_ex(aes, tag.data(), &n);
    EVP_CIPHER_CTX_ctrl(aes, EVP_CTRL_GCM_GET_TAG, 16, tag.data());
  });
  EVP_CIPHER_CTX_free(aes);
  double copies = rate(bytes / 1e6, [&] { std::memcpy(copy.data(), plain.data(), bytes); });
  report("SM4-GCM seal 1 MiB", ours, peer, "MB/s", 0.3, 0.05, "AES-128-GCM of OpenSSL with AES-NI; GFNI with AVX-512 where the processor has them, else libgcrypt");
  report("SM4-GCM open 1 MiB", opens, peer, "MB/s", 0.3, 0.05, "AES-128-GCM of OpenSSL with AES-NI");
  report("SM4-GCM seal against memory", ours, copies, "MB/s", 0.1, 0.01, "memcpy of the same bytes");
}

}  // namespace

int main() {
  (void)sm3({});  // initialises libgcrypt
  bench_nodes();
  bench_long();
  bench_sealing();
}
