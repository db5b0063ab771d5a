#include "admin/smb_probe.hpp"

#include <gtest/gtest.h>

#include "loopback/consul/loopback_server.hpp"

namespace glusterconsul::admin {
namespace {

using loopback::Connection;
using loopback::LoopbackServer;
using State = SmbAnswer::State;

/// The smallest reply to NEGOTIATE: its frame, header and body (MS-SMB2 2.2.4).
std::string reply(unsigned status_byte = 0) {
  std::string message(64 + 65, '\0');
  message.replace(0, 5, "\xFESMB\x40");
  message[8] = static_cast<char>(status_byte);
  message[16] = 1;
  message[64] = 65;
  message.replace(68, 2, "\x11\x03");
  return std::string("\0\0\0", 3) + static_cast<char>(message.size()) + message;
}

SmbAnswer probe(Port port, milliseconds span = milliseconds(10'000)) {
  const Cancel cancel;
  const auto answer = probe_smb({*Host::parse("127.0.0.1"), port}, Deadline::after(span), cancel);
  return answer.value_or(SmbAnswer{State::kUnresolved, "error"});
}

SmbAnswer probe(const LoopbackServer::Serve& serve, milliseconds span = milliseconds(10'000)) {
  const LoopbackServer server(serve);
  return probe(server.port(), span);
}

LoopbackServer::Serve sends(const std::string& bytes) {
  return [bytes](Connection& connection) {
    static_cast<void>(connection.receive());
    connection.send(bytes);
    connection.wait_for_close();
  };
}

TEST(SmbProbe, Answers) {
  EXPECT_EQ(probe(sends(reply())).state, State::kAnswers);
}

TEST(SmbProbe, AnswersByteByByte) {
  const auto answer = probe([](Connection& connection) {
    static_cast<void>(connection.receive());
    for (const char byte : reply()) connection.send({&byte, 1});
    connection.wait_for_close();
  });
  EXPECT_EQ(answer.state, State::kAnswers);
}

TEST(SmbProbe, Rejects) {
  const auto answer = probe(sends(reply(0xBB)));
  EXPECT_EQ(answer.state, State::kRejects);
  EXPECT_EQ(answer.detail, "status 0x000000bb");
}

TEST(SmbProbe, AnotherProtocol) {
  EXPECT_EQ(probe(sends("HTTP/1.1 400 Bad Request\r\n\r\n")).state, State::kBadReply);
}

TEST(SmbProbe, HugeReply) {
  EXPECT_EQ(probe(sends(std::string("\0\xFF\xFF\xFF", 4))).state, State::kBadReply);
}

TEST(SmbProbe, Closes) {
  EXPECT_EQ(probe([](Connection&) {}).state, State::kClosed);
}

TEST(SmbProbe, ClosesAfterHalfAReply) {
  EXPECT_EQ(probe([](Connection& connection) {
              static_cast<void>(connection.receive());
              connection.send(reply().substr(0, 50));
            }).state,
            State::kClosed);
}

TEST(SmbProbe, DoesNotRespond) {
  EXPECT_EQ(
      probe([](Connection& connection) { connection.wait_for_close(); }, milliseconds(200)).state,
      State::kNoResponse);
}

TEST(SmbProbe, Refuses) {
  const auto answer = probe(loopback::closed_port());
  EXPECT_EQ(answer.state, State::kRefused);
  EXPECT_EQ(answer.detail, "Connection refused");
}

TEST(SmbProbe, NameThatDoesNotResolve) {
  const Cancel cancel;
  const auto answer = probe_smb({*Host::parse("no-such-host.invalid"), 445},
                                Deadline::after(milliseconds(2000)), cancel);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, State::kUnresolved);
}

TEST(SmbProbe, EndsOnInterrupt) {
  Cancel cancel;
  const LoopbackServer server([&](Connection& connection) {
    cancel.request();
    connection.wait_for_close();
  });
  const auto answer = probe_smb({*Host::parse("127.0.0.1"), server.port()},
                                Deadline::after(milliseconds(10'000)), cancel);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace glusterconsul::admin
