#include "loopback/consul/dns_message.hpp"

#include <arpa/inet.h>

#include <array>

#include "util/text.hpp"

namespace glusterconsul::loopback {
namespace {

constexpr std::size_t kFlagsAt = 2;
constexpr std::size_t kFirstCountAt = 6;  // of answers; those of authorities and additionals follow

void put(Bytes& bytes, unsigned value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8U));
  bytes.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

void put(Bytes& bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

}  // namespace

Bytes encoded_name(std::string_view name) {
  Bytes bytes;
  for (const auto label : split(name, '.')) {
    bytes.push_back(static_cast<std::uint8_t>(label.size()));
    bytes.insert(bytes.end(), label.begin(), label.end());
  }
  bytes.push_back(0);
  return bytes;
}

DnsMessage::DnsMessage(std::string_view question, RecordType type, std::uint16_t id) {
  constexpr unsigned kResponse = 0x8400;
  for (const unsigned field : {unsigned{id}, kResponse, 1U, 0U, 0U, 0U}) put(bytes_, field);
  put(bytes_, encoded_name(question));
  put(bytes_, static_cast<unsigned>(type));
  put(bytes_, 1);
}

DnsMessage& DnsMessage::code(unsigned rcode) {
  bytes_[kFlagsAt + 1] = static_cast<std::uint8_t>(rcode);
  return *this;
}

DnsMessage& DnsMessage::truncated() {
  bytes_[kFlagsAt] |= 0x02U;
  return *this;
}

DnsMessage& DnsMessage::record(Section section, std::string_view owner, RecordType type,
                               const Bytes& data) {
  return raw_record(section, encoded_name(owner), type, data);
}

DnsMessage& DnsMessage::raw_record(Section section, const Bytes& owner, RecordType type,
                                   const Bytes& data) {
  const std::size_t count_at = kFirstCountAt + 2 * static_cast<std::size_t>(section);
  const unsigned count = (bytes_[count_at] * 256U + bytes_[count_at + 1]) + 1;
  bytes_[count_at] = static_cast<std::uint8_t>(count >> 8U);
  bytes_[count_at + 1] = static_cast<std::uint8_t>(count & 0xFFU);
  put(bytes_, owner);
  put(bytes_, static_cast<unsigned>(type));
  for (const unsigned field : {1U, 0U, 0U, static_cast<unsigned>(data.size())}) put(bytes_, field);
  put(bytes_, data);
  return *this;
}

DnsMessage& DnsMessage::srv(std::string_view owner, std::uint16_t weight, std::uint16_t port,
                            std::string_view target) {
  Bytes data;
  for (const unsigned field : {1U, unsigned{weight}, unsigned{port}}) put(data, field);
  put(data, encoded_name(target));
  return record(Section::kAnswer, owner, RecordType::kSrv, data);
}

DnsMessage& DnsMessage::address(Section section, std::string_view owner,
                                const std::string& address) {
  const bool is_v6 = address.find(':') != std::string::npos;
  std::array<std::uint8_t, 16> data{};
  ::inet_pton(is_v6 ? AF_INET6 : AF_INET, address.c_str(), data.data());
  return record(section, owner, is_v6 ? RecordType::kAaaa : RecordType::kA,
                Bytes(data.begin(), data.begin() + (is_v6 ? 16 : 4)));
}

DnsMessage& DnsMessage::cname(std::string_view owner, std::string_view target) {
  return record(Section::kAnswer, owner, RecordType::kCname, encoded_name(target));
}

}  // namespace glusterconsul::loopback
