#include "base/folder.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Folder, LiesInItselfAndBelowByNamesNotByLetters) {
  EXPECT_TRUE(lies_in("/a/b", "/a/b"));
  EXPECT_TRUE(lies_in("/a/b/c", "/a/b"));
  EXPECT_TRUE(lies_in("/a/b/c", "/a/b/"));
  EXPECT_TRUE(lies_in("/a/b/", "/a/b"));
  EXPECT_FALSE(lies_in("/a/bc", "/a/b"));
  EXPECT_FALSE(lies_in("/a", "/a/b"));
  EXPECT_FALSE(lies_in("", "/a"));
  EXPECT_FALSE(lies_in("/a", ""));
}

}  // namespace
}  // namespace sluice
