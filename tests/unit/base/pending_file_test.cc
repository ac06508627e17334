#include "base/pending_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace sluice {
namespace {

TEST(PendingFile, APipeOrFolderOfThatNameIsNotReplaced) {
  const std::string folder = testing::TempDir() + "/pending_" + std::to_string(::getpid());
  std::filesystem::create_directories(folder + "/folder");
  ASSERT_EQ(::mkfifo((folder + "/pipe").c_str(), 0600), 0);
  for (const char* name : {"/pipe", "/folder"}) {
    auto file = PendingFile::create(folder + name);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().reason, "file.not_regular");
  }
  EXPECT_TRUE(std::filesystem::is_fifo(folder + "/pipe"));
  auto file = PendingFile::create(folder + "/file");
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->write("x") && file->commit());
  EXPECT_TRUE(PendingFile::create(folder + "/file")) << "an ordinary file is replaced";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sluice
