#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "crypto/hash.h"
#include "vault/backup/backup_set.h"

namespace sluice::vault {
namespace {

class BackupFolder : public testing::Test {
 protected:
  void SetUp() override {
    char made[] = "/tmp/sluice_backup_XXXXXX";
    ASSERT_TRUE(::mkdtemp(made));
    dir_ = made;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  std::unique_ptr<ObjectFolder> objects(ObjectFolder::Access access = ObjectFolder::Access::write) {
    auto opened = ObjectFolder::open(dir_, access);
    EXPECT_TRUE(opened) << opened.error().reason;
    return std::move(*opened);
  }
  std::string dir_;
};

Bytes content_of(int n) { return Bytes(static_cast<size_t>(100 + n * 37), static_cast<uint8_t>(n)); }

TEST_F(BackupFolder, WhatIsFlushedIsFoundAgainAndWhatIsNotLeavesNothing) {
  {
    auto folder = objects();
    for (int n = 0; n < 20; n++) ASSERT_TRUE(folder->put(sm3(content_of(n)), sm3(content_of(n)), content_of(n)));
    EXPECT_EQ(*folder->read(sm3(content_of(3))), content_of(3));  // also before the pack is finished
    ASSERT_TRUE(folder->flush());
    ASSERT_TRUE(folder->put(sm3(content_of(90)), sm3(content_of(90)), content_of(90)));
  }
  auto again = objects();
  EXPECT_EQ(again->packs(), 1u);
  EXPECT_FALSE(again->has(sm3(content_of(90))));
  for (int n = 0; n < 20; n++) EXPECT_EQ(*again->read(sm3(content_of(n))), content_of(n));
  ASSERT_TRUE(again->put(sm3(content_of(5)), sm3(content_of(5)), content_of(5)));
  EXPECT_EQ(again->stored_bytes(), 0u) << "stored once is enough";
  EXPECT_EQ(again->read(sm3(content_of(91))).error().reason, "backup.object_missing");
}

TEST_F(BackupFolder, AnyChangedByteOfAPackIsFoundWithoutAKey) {
  Bytes content = content_of(1);
  {
    auto folder = objects();
    ASSERT_TRUE(folder->put(sm3(content), sm3(content), content));
    ASSERT_TRUE(folder->flush());
  }
  auto path = std::filesystem::directory_iterator(dir_ + "/packs")->path();
  size_t size = std::filesystem::file_size(path);
  for (size_t at = 0; at < size; at++) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    char c = static_cast<char>(file.get());
    auto put_char = [&](char v) {
      file.seekp(static_cast<std::streamoff>(at));
      file.put(v);
      file.flush();
    };
    put_char(static_cast<char>(c ^ 1));
    auto opened = ObjectFolder::open(dir_, ObjectFolder::Access::read);
    bool found = !opened || !(*opened)->read(sm3(content));
    EXPECT_TRUE(found) << at;
    put_char(c);
  }
  std::filesystem::resize_file(path, size - 1);
  EXPECT_EQ(ObjectFolder::open(dir_, ObjectFolder::Access::read).error().reason, "backup.pack_damaged");
}

TEST_F(BackupFolder, BlocksAreStoredOnceAnEpochAndOpenUnderItsKeyOnly) {
  auto folder = objects();
  auto mine = *EpochCipher::create(SecretBytes(Bytes(16, 7))), other = *EpochCipher::create(SecretBytes(Bytes(16, 8)));
  Bytes plain = to_bytes("a block of the registry");
  Digest name = *mine.put_block(*folder, plain);
  EXPECT_EQ(*mine.put_block(*folder, plain), name);
  EXPECT_EQ(folder->stored_objects(), 1u);
  EXPECT_NE(*other.put_block(*folder, plain), name) << "names tell nothing across epochs";
  EXPECT_EQ(*mine.read_block(*folder, name), plain);
  EXPECT_EQ(other.read_block(*folder, name).error().reason, "backup.tampered");
  Bytes stored = *folder->read(name);
  EXPECT_EQ(text(stored).find("registry"), std::string_view::npos);
}

TEST_F(BackupFolder, AnIndexOpensUnderItsOwnHeaderOnly) {
  auto cipher = *EpochCipher::create(SecretBytes(Bytes(16, 7)));
  BackupSnapshot snapshot{std::string(kBackupFormat), "bk_1", "origin", "be_1", 5, {}};
  BackupIndex index;
  index.files.push_back({"trust.txt", 3, {}});
  ASSERT_TRUE(cipher.seal_index(snapshot, index));
  auto back = parse_snapshot(snapshot_text(snapshot));
  ASSERT_TRUE(back);
  EXPECT_EQ(cipher.open_index(*back)->files.at(0).path, "trust.txt");
  for (auto change : {+[](BackupSnapshot& s) { s.backup = "bk_2"; }, +[](BackupSnapshot& s) { s.origin = "x"; },
                      +[](BackupSnapshot& s) { s.epoch = "be_2"; }, +[](BackupSnapshot& s) { s.made_ms++; }}) {
    BackupSnapshot other = snapshot;
    change(other);
    EXPECT_EQ(cipher.open_index(other).error().reason, "backup.tampered");
  }
}

TEST_F(BackupFolder, BelongsToOneSpaceAndOneWriter) {
  std::string out = dir_ + "/out";
  {
    auto set = BackupSet::open_for_writing(out, "space/a", "trust");
    ASSERT_TRUE(set) << set.error().reason;
    EXPECT_EQ(BackupSet::open_for_writing(out, "space/a", "trust").error().reason, "backup.locked");
    // Before the first one's head is written, too.
    std::filesystem::rename(out + "/backup.json", out + "/backup.json.part");
    EXPECT_EQ(BackupSet::open_for_writing(out, "space/a", "trust").error().reason, "backup.locked");
    std::filesystem::rename(out + "/backup.json.part", out + "/backup.json");
    EXPECT_EQ(set->find("").error().reason, "backup.nothing_finished");
    BackupSnapshot snapshot{std::string(kBackupFormat), "bk_1", "space/a", "be_1", 5, {}};
    ASSERT_TRUE(set->keep(snapshot));
    EXPECT_EQ(set->find("bk_1").error().reason, "backup.unfinished");
    EXPECT_TRUE(set->list()->empty()) << "a backup without its proof does not exist";
    set->remove_unfinished();
    EXPECT_EQ(set->find("bk_1").error().reason, "backup.no_such_backup");
    EXPECT_EQ(set->find("").error().reason, "backup.nothing_finished") << "content alone is no backup";
  }
  EXPECT_EQ(BackupSet::open_for_writing(out, "space/b", "trust").error().reason, "backup.foreign");
  std::ofstream(dir_ + "/file") << "x";
  EXPECT_EQ(BackupSet::open_for_writing(dir_, "space/a", "trust").error().reason, "backup.not_a_backup");
  EXPECT_EQ(BackupSet::open_for_reading(dir_).error().reason, "backup.not_a_backup");
}

}  // namespace
}  // namespace sluice::vault
