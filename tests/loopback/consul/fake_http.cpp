#include "loopback/consul/fake_http.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "util/text.hpp"

namespace glusterconsul::loopback {
namespace {

std::size_t content_length(const std::string& head) {
  constexpr std::string_view kName = "content-length:";
  const auto folded = to_lower(head);
  const auto at = folded.find(kName);
  if (at == std::string::npos) return 0;
  const auto value = std::string_view(folded).substr(at + kName.size());
  return parse_number(trim(value.substr(0, value.find('\r'))), 0, 1'000'000).value_or(0);
}

/// The next request of a persistent connection; `rest` was received after the last one.
std::optional<HttpRequest> read_request(Connection& connection, std::string& rest) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const auto grow = [&] {
    const auto part = connection.receive();
    if (part) rest += *part;
    return part.has_value();
  };
  std::size_t end = rest.find(kEnd);
  for (; end == std::string::npos; end = rest.find(kEnd)) {
    if (!grow()) return std::nullopt;
  }
  HttpRequest request;
  request.head = rest.substr(0, end + 2);
  const std::size_t length = content_length(request.head);
  while (rest.size() < end + kEnd.size() + length) {
    if (!grow()) return std::nullopt;
  }
  request.body = rest.substr(end + kEnd.size(), length);
  rest.erase(0, end + kEnd.size() + length);
  const auto words = split(std::string_view(request.head).substr(0, request.head.find('\r')), ' ');
  request.method = words.front();
  request.target = words.size() > 1 ? words[1] : "";
  return request;
}

}  // namespace

HttpBehaviour answers(int status, std::string body, std::string header_lines) {
  return [=](Connection& connection) {
    return connection.send("HTTP/1.1 " + std::to_string(status) +
                           " Said\r\nContent-Type: application/json\r\nContent-Length: " +
                           std::to_string(body.size()) + "\r\n" + header_lines + "\r\n" + body);
  };
}

HttpBehaviour sends(std::string bytes) {
  return [=](Connection& connection) {
    connection.send(bytes);
    return false;
  };
}

HttpBehaviour drips(std::string bytes, milliseconds pause) {
  return [=](Connection& connection) {
    return std::all_of(bytes.begin(), bytes.end(), [&](const char& byte) {
      return connection.pause(pause) && connection.send({&byte, 1});
    });
  };
}

HttpBehaviour floods(std::string start, std::string part) {
  return [=](Connection& connection) {
    bool is_open = connection.send(start);
    while (is_open) is_open = connection.send(part);
    return false;
  };
}

HttpBehaviour never_responds() {
  return [](Connection& connection) {
    connection.wait_for_close();
    return false;
  };
}

HttpBehaviour closes() {
  return [](Connection&) { return false; };
}

FakeHttp::FakeHttp(Decide decide)
    : decide_(std::move(decide)), server_([this](Connection& c) { serve(c); }) {}

FakeHttp::FakeHttp(Decide decide, const std::string& unix_path)
    : decide_(std::move(decide)), server_([this](Connection& c) { serve(c); }, unix_path) {}

FakeHttp::FakeHttp(HttpBehaviour behaviour)
    : FakeHttp(Decide([=](const HttpRequest&) { return behaviour; })) {}

std::vector<HttpRequest> FakeHttp::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void FakeHttp::serve(Connection& connection) {
  std::string rest;
  while (const auto request = read_request(connection, rest)) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(*request);
    }
    if (!decide_(*request)(connection)) return;
  }
}

}  // namespace glusterconsul::loopback
