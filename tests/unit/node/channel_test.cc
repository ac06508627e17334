#include "node/process/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

namespace sluice::node {
namespace {

TEST(Channel, FramesCarryJsonPayloadAndDescriptorsInOrder) {
  auto [a, b] = *Channel::pair();
  OwnedFd file(::open("/dev/null", O_RDWR));
  int fds[] = {file.get(), file.get()};
  ASSERT_TRUE(a.send(Json::object({{"n", 1}}), Bytes{1, 2, 3}, fds));
  ASSERT_TRUE(a.send(Json::object({{"n", 2}})));
  auto first = b.receive(1000), second = b.receive(1000);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->payload, (Bytes{1, 2, 3}));
  ASSERT_EQ(first->fds.size(), 2u);
  EXPECT_GE(::fcntl(first->fds[0].get(), F_GETFD), 0);
  EXPECT_EQ(::fcntl(first->fds[0].get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  EXPECT_EQ(*second->body.get_int("n"), 2);
}

TEST(Channel, PayloadsLargerThanTheSocketBufferPass) {
  auto [a, b] = *Channel::pair();
  Bytes big(10u << 20, 7);
  std::thread sender([&] { EXPECT_TRUE(a.send(Json(), big)); });
  auto frame = b.receive(10000);
  sender.join();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->payload, big);
}

TEST(Channel, SilenceTimesOutAndClosureIsTold) {
  auto [a, b] = *Channel::pair();
  EXPECT_EQ(b.receive(20).error().reason, "channel.timeout");
  ASSERT_TRUE(a.send(Json(1)));
  a.close();
  EXPECT_TRUE(b.receive(20));
  EXPECT_EQ(b.receive(20).error().reason, "channel.closed");
  EXPECT_EQ(b.send(Json(1)).error().reason, "channel.closed");
}

TEST(Channel, AFullPeerDoesNotBlockForever) {
  auto [a, b] = *Channel::pair();
  EXPECT_EQ(a.send(Json(), Bytes(10u << 20), {}, 50).error().reason, "channel.timeout");
}

TEST(Channel, BoundsAreCheckedOnBothSides) {
  auto [a, b] = *Channel::pair();
  EXPECT_EQ(a.send(Json(), Bytes(kFramePayloadBytesMax + 1)).error().reason, "channel.too_large");
  Bytes claims = to_bytes("SLf1");
  put_u32(claims, 0xffffffff);
  put_u32(claims, 0);
  put_u32(claims, 0);
  ASSERT_EQ(::send(a.fd(), claims.data(), claims.size(), 0), static_cast<ssize_t>(claims.size()));
  EXPECT_EQ(b.receive(100).error().reason, "channel.too_large");
}

TEST(Channel, ForeignBytesAreMalformed) {
  for (std::string_view bad : {std::string_view("GET / HTTP/1.1\r\n\r\n"), std::string_view("SLf1\0\0\0\x02\0\0\0\0\0\0\0\0{x", 18),
                               std::string_view("SLf1\0\0\0\x02\0\0\0\0\0\0\0\x01{}", 18), std::string_view("SLf1\0\0", 6)}) {
    auto [a, b] = *Channel::pair();
    ASSERT_GT(::send(a.fd(), bad.data(), bad.size(), 0), 0);
    a.close();
    EXPECT_EQ(b.receive(100).error().reason, "channel.malformed");
  }
}

TEST(Channel, ErrorsCrossWithTheirReasonAndNothingElseDoes) {
  auto error = frame_error(error_frame({Errc::refused, "contract.expired", "ct_1"}));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Errc::refused);
  EXPECT_EQ(error->reason, "contract.expired");
  EXPECT_EQ(error->detail, "ct_1");
  EXPECT_FALSE(frame_error(Json::object({{"result", 1}})));
  Json bad = Json::object({{"error", Json::object({{"code", "refused"}, {"reason", "<script>"}, {"detail", ""}})}});
  EXPECT_EQ(frame_error(bad)->reason, "channel.malformed");
}

}  // namespace
}  // namespace sluice::node
