#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"

namespace sluice {
namespace {

TEST(Bytes, Base64RoundTripsAndIsStrict) {
  for (size_t n = 0; n < 40; n++) {
    Bytes bytes(n, static_cast<uint8_t>(n * 37));
    EXPECT_EQ(*from_base64(base64(bytes)), bytes);
    EXPECT_EQ(*from_base64url(base64url(bytes)), bytes);
  }
  for (const char* bad : {"A", "AA", "AAA", "AB==", "A===", "AA=A", "====", "AA*=", "AA==AA=="}) EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(Bytes, ReaderStopsAtTheEnd) {
  Bytes out;
  put_u16(out, 0x0102);
  put_u64(out, 0x1122334455667788);
  ByteReader reader(out);
  EXPECT_EQ(*reader.u16(), 0x0102);
  EXPECT_EQ(*reader.u64(), 0x1122334455667788u);
  EXPECT_EQ(reader.u8().error().reason, "bytes.truncated");
}

TEST(Time, Rfc3339RoundTrips) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(*from_rfc3339("2026-11-22T04:17:00.123Z"), *from_rfc3339("2026-11-22T12:17:00.123+08:00"));
  EXPECT_EQ(rfc3339(*from_rfc3339("2024-02-29T23:59:59.5Z")), "2024-02-29T23:59:59.500Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999Z");
  for (const char* bad : {"", "2023-02-29T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01", "2023-01-01T00:00:00", "2023-01-01T00:00:00.Z",
                          "2023-01-01T00:00:00+8:00"})
    EXPECT_FALSE(from_rfc3339(bad)) << bad;
}

struct ThingTag {
  static constexpr std::string_view prefix = "th";
};

TEST(Id, OnlyItsOwnFormParses) {
  SystemRandom random;
  auto id = Id<ThingTag>::make(random);
  EXPECT_EQ(*Id<ThingTag>::parse(id.str()), id);
  for (const char* bad : {"", "th", "th_", "ds_abc", "th_ABC", "th_a/b", "th_..", "TH_a"}) EXPECT_FALSE(Id<ThingTag>::parse(bad)) << bad;
}

TEST(File, WriteLeavesOldOrNewAndReadIsBounded) {
  std::string path = testing::TempDir() + "/sluice_base_file";
  ASSERT_TRUE(write_file(path, view("abc")));
  EXPECT_EQ(*read_text_file(path, 10), "abc");
  EXPECT_EQ(read_file(path, 2).error().reason, "file.too_large");
  EXPECT_EQ(read_file(path + ".none", 2).error().reason, "file.not_found");
}

TEST(Random, AForkedChildDoesNotRepeatItsParent) {
  SeededRandom a(7), b(7);
  EXPECT_EQ(random_bytes(a, 33), random_bytes(b, 33));
}

}  // namespace
}  // namespace sluice
