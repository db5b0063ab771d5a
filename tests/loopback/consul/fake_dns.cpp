#include "loopback/consul/fake_dns.hpp"

#include <optional>
#include <utility>

namespace glusterconsul::loopback {
namespace {

constexpr std::size_t kLengthSize = 2;
constexpr std::size_t kHeaderSize = 12;

unsigned number_at(const std::string& bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes.at(at)) * 256U +
         static_cast<std::uint8_t>(bytes.at(at + 1));
}

/// The question of a message whose name is not compressed, as c-ares sends it.
DnsQuestion parse_question(const std::string& message) {
  DnsQuestion question;
  question.id = static_cast<std::uint16_t>(number_at(message, 0));
  std::size_t at = kHeaderSize;
  while (message.at(at) != 0) {
    const auto length = static_cast<std::uint8_t>(message.at(at));
    if (!question.name.empty()) question.name += '.';
    question.name += message.substr(at + 1, length);
    at += 1U + length;
  }
  question.type = static_cast<RecordType>(number_at(message, at + 1));
  return question;
}

std::optional<DnsQuestion> read_question(Connection& connection, std::string& rest) {
  for (;;) {
    const bool has_length = rest.size() >= kLengthSize;
    const std::size_t whole = has_length ? kLengthSize + number_at(rest, 0) : 0;
    if (has_length && rest.size() >= whole) {
      auto question = parse_question(rest.substr(kLengthSize, whole - kLengthSize));
      rest.erase(0, whole);
      return question;
    }
    const auto part = connection.receive();
    if (!part) return std::nullopt;
    rest += *part;
  }
}

}  // namespace

Bytes framed(const DnsMessage& message) {
  Bytes bytes = {static_cast<std::uint8_t>(message.bytes().size() >> 8U),
                 static_cast<std::uint8_t>(message.bytes().size() & 0xFFU)};
  bytes.insert(bytes.end(), message.bytes().begin(), message.bytes().end());
  return bytes;
}

DnsBehaviour replies(const DnsMessage& message) {
  return [bytes = framed(message)](Connection& connection) {
    return connection.send(std::string(bytes.begin(), bytes.end()));
  };
}

DnsBehaviour replies_and_closes(const DnsMessage& message) {
  return sends_raw(framed(message));
}

DnsBehaviour sends_raw(Bytes bytes) {
  return [=](Connection& connection) {
    connection.send(std::string(bytes.begin(), bytes.end()));
    return false;
  };
}

DnsBehaviour does_not_respond() {
  return [](Connection& connection) {
    connection.wait_for_close();
    return false;
  };
}

FakeDns::FakeDns(Decide decide)
    : decide_(std::move(decide)), server_([this](Connection& c) { serve(c); }) {}

FakeDns::FakeDns(Decide decide, const IpAddress& address, Port port)
    : decide_(std::move(decide)), server_([this](Connection& c) { serve(c); }, address, port) {}

std::vector<DnsQuestion> FakeDns::questions() const {
  const std::lock_guard lock(mutex_);
  return questions_;
}

void FakeDns::serve(Connection& connection) {
  std::string rest;
  while (const auto question = read_question(connection, rest)) {
    {
      const std::lock_guard lock(mutex_);
      questions_.push_back(*question);
    }
    if (!decide_(*question)(connection)) return;
  }
}

}  // namespace glusterconsul::loopback
