// Exported ledgers are read by Go's sumdb/tlog and sumdb/note (Debian: golang-go, golang-golang-x-mod-dev).
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "ledger/export.h"
#include "tests/unit/ledger/fixture.h"

namespace sluice::ledger {
namespace {

std::string c2sp_dir() { return testing::TempDir() + "/sluice_c2sp_" + std::to_string(getpid()); }

TEST(C2sp, GoReadsOurTilesNotesAndProofs) {
  const std::string library = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";
  if (std::system("command -v go >/dev/null") != 0 || !std::filesystem::exists(library)) GTEST_SKIP() << "golang-golang-x-mod-dev is not installed";
  std::string dir = c2sp_dir();
  std::filesystem::create_directories(dir + "/cache");
  std::string go = "cd " + dir + " && GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=" + dir + "/cache GOFLAGS= ";
  ASSERT_EQ(std::system((go + "go build -o reader " SLUICE_ROOT "/tests/conformance/c2sp/main.go").c_str()), 0);
  for (uint64_t size : {2u, 255u, 256u, 257u, 700u}) {
    TestLedger t;
    t.append(size - 1, 50);
    ASSERT_TRUE(t.ledger->sign_now(test_signer()));
    std::string out = dir + "/" + std::to_string(size);
    ASSERT_TRUE(export_tiles(*t.ledger, out));
    std::string proofs;
    for (uint64_t i = 0; i < size; i += 1 + size / 9) {
      proofs += std::to_string(i) + " ";
      Proof proof = *t.ledger->inclusion_proof(i, size);
      for (const Digest& d : proof.sha256) proofs += hex(d) + ",";
      proofs.back() = '\n';
    }
    ASSERT_TRUE(write_file(out + "/proofs", view(proofs)));
    EXPECT_EQ(std::system((dir + "/reader " + out + " >/dev/null").c_str()), 0) << size;
    // The same reader notices a changed tile.
    std::string tile = out + "/tile/0/000" + (size < 256 ? ".p/" + std::to_string(size) : "");
    Bytes bytes = *read_file(tile, 1 << 20);
    bytes[5] ^= 1;
    ASSERT_TRUE(write_file(tile, bytes));
    EXPECT_NE(std::system((dir + "/reader " + out + " >/dev/null 2>&1").c_str()), 0) << size;
  }
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace sluice::ledger
