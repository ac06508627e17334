// Tiers: a version is found wherever it lies, moves whole or not at all, and what an interrupted move left is cleared up.
#include "vault/tier.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/random.h"
#include "tests/support/random_table.h"
#include "vault/sealed_file.h"
#include "vault/sealed_writer.h"

namespace sluice::vault {
namespace {

namespace fs = std::filesystem;

class Tiers : public ::testing::Test {
 protected:
  void SetUp() override {
    vault_ = fs::temp_directory_path() / ("sluice_tiers_" + std::to_string(::getpid()) + "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(vault_);
    fs::create_directories(vault_);
    seal("dv_one");
  }
  void TearDown() override { fs::remove_all(vault_); }

  void seal(const std::string& name) {
    SeededRandom random(3);
    SealRequest request{.dataset = "ds_1", .version = name, .specs = sluice::testing::every_type(), .keys = {}};
    for (size_t i = 0; i < request.specs.size(); i++) request.keys.emplace_back(random_bytes(random, 16));
    auto writer = SealedWriter::create(vault_ + "/" + name, std::move(request));
    ASSERT_TRUE(writer) << writer.error().reason;
    ASSERT_TRUE((*writer)->append(sluice::testing::random_batch(sluice::testing::every_type(), random, 500, 7)));
    ASSERT_TRUE((*writer)->finish());
    manifest_ = (*writer)->manifest();
  }
  Status move(int to, const std::function<bool()>& stop = {}) { return move_version(vault_, "dv_one", to, manifest_, stop); }
  bool whole(int tier) { return bool(verify_version(tier_dir(vault_, tier) + "/dv_one", manifest_)); }
  size_t hidden() {
    size_t n = 0;
    for (const auto& entry : fs::recursive_directory_iterator(vault_)) n += entry.path().filename().string().starts_with(".");
    return n;
  }

  std::string vault_;
  Manifest manifest_;
};

TEST_F(Tiers, AVersionIsFoundAndOpenedWhereverItLies) {
  for (int tier : {4, 2, 5, kIntake}) {
    ASSERT_TRUE(move(tier));
    EXPECT_EQ(find_tier(vault_, "dv_one"), tier);
    EXPECT_TRUE(whole(tier));
    int parent = ::open(vault_.c_str(), O_RDONLY | O_DIRECTORY);
    int fd = open_version(parent, "dv_one");
    EXPECT_GE(fd, 0);
    ::close(fd);
    ::close(parent);
    ASSERT_EQ(versions_below(vault_).size(), 1u);
    EXPECT_EQ(versions_below(vault_)[0].tier, tier);
  }
  EXPECT_FALSE(find_tier(vault_, "dv_none"));
  EXPECT_FALSE(find_tier(vault_, "../dv_one"));
  EXPECT_FALSE(find_tier(vault_, "level-4")) << "a tier is no version";
  EXPECT_EQ(move_version(vault_, "dv_none", 1, manifest_).error().reason, "vault.file_missing");
  EXPECT_EQ(move(9).error().reason, "vault.bad_tier");
}

TEST_F(Tiers, WhoeverHasItOpenReadsOnWhileItMoves) {
  int parent = ::open(vault_.c_str(), O_RDONLY | O_DIRECTORY), fd = open_version(parent, "dv_one");
  ASSERT_TRUE(move(3));
  auto file = SealedFile::open(fd, 0);
  EXPECT_TRUE(file);
  ::close(fd);
  ::close(parent);
}

// As after a crash between the two steps of a move to another file system: whole in both places.
TEST_F(Tiers, WholeInBothPlacesIsSettledByTheNextMove) {
  fs::create_directories(tier_dir(vault_, 4));
  fs::copy(vault_ + "/dv_one", tier_dir(vault_, 4) + "/dv_one", fs::copy_options::recursive);
  EXPECT_EQ(find_tier(vault_, "dv_one"), 4);
  EXPECT_FALSE(lies_only_in(vault_, "dv_one", 4)) << "or nobody would move it again";
  ASSERT_TRUE(move(4));
  EXPECT_TRUE(lies_only_in(vault_, "dv_one", 4));
  EXPECT_FALSE(lies_only_in(vault_, "dv_one", kIntake));
  EXPECT_FALSE(fs::exists(vault_ + "/dv_one"));
  EXPECT_TRUE(whole(4));
  EXPECT_EQ(hidden(), 0u);
}

TEST_F(Tiers, WhatAnInterruptedMoveLeftIsNobodysVersionAndGoes) {
  fs::create_directories(tier_dir(vault_, 5) + "/.dv_one.tmp_0123");
  std::ofstream(tier_dir(vault_, 5) + "/.dv_one.tmp_0123/0000.col") << "half";
  fs::create_directories(vault_ + "/.dv_two.tmp_moved");
  EXPECT_EQ(find_tier(vault_, "dv_one"), kIntake);
  EXPECT_EQ(settle_tiers(vault_), 2u);
  EXPECT_EQ(hidden(), 0u);
  EXPECT_TRUE(whole(kIntake));
}

TEST_F(Tiers, BytesOfAFolderAreItsFiles) {
  int64_t chunks = 0;
  for (const ManifestColumn& column : manifest_.columns)
    for (const ManifestChunk& chunk : column.chunks) chunks += chunk.size;
  EXPECT_GE(folder_bytes(vault_ + "/dv_one"), chunks);
  EXPECT_EQ(folder_bytes(vault_ + "/nothing"), 0);
}

}  // namespace
}  // namespace sluice::vault
