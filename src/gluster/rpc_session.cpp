#include "gluster/rpc_session.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "gluster/tls_greeting.hpp"
#include "util/socket_address.hpp"

namespace glusterconsul::gluster {
namespace {

using Kind = SessionEnd::Kind;

/// The mark in front of a call.
constexpr std::size_t kMarkSize = 4;

/// What an error of AddressBook::find() says about the server.
Kind end_of_lookup(ErrorCode code) {
  if (code == ErrorCode::kSystem) return Kind::kNotAsked;
  return code == ErrorCode::kUnreachable ? Kind::kUnresolved : Kind::kLookupFailed;
}

/// The kernel may report a host that does not respond, or only after our time is over.
Kind end_of_connecting(int problem) {
  return is_host_unreachable(problem) ? Kind::kNoConnection : Kind::kRefused;
}

}  // namespace

RpcSession::RpcSession(Endpoint server, std::vector<Record> calls, NextCalls next)
    : server_(std::move(server)), calls_(std::move(calls)), next_(std::move(next)) {}

RpcSession RpcSession::with_tls_greeting(Endpoint server) {
  RpcSession session(std::move(server), {tls_greeting()});
  session.is_tls_ = true;
  return session;
}

RpcSession RpcSession::with_replies_up_to(std::size_t bytes) && {
  max_reply_ = bytes;
  reader_ = RecordReader(bytes);
  return std::move(*this);
}

const RpcSession::Record* RpcSession::reply(std::uint32_t xid) const {
  const auto found = replies_.find(xid);
  return found == replies_.end() ? nullptr : &found->second;
}

void RpcSession::finish(Kind kind, std::string detail) {
  if (!end_) end_ = SessionEnd{kind, std::move(detail)};
  socket_.reset();
}

void RpcSession::begin(std::vector<IpAddress> addresses) {
  addresses_ = std::move(addresses);
  connect_to_next();
}

void RpcSession::connect_to_next() {
  const auto target = socket_address(addresses_.at(next_address_++), server_.port);
  socket_.reset(::socket(target.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return finish(Kind::kNotAsked, errno_text(errno));
  has_progress_ = true;
  const auto* raw = reinterpret_cast<const sockaddr*>(&target.storage);
  if (::connect(socket_.get(), raw, target.size) == 0) return;
  // An interrupted connect(2) continues in the background too.
  if (errno == EINPROGRESS || errno == EINTR) return;
  const int problem = errno;
  if (next_address_ < addresses_.size()) return connect_to_next();
  finish(end_of_connecting(problem), errno_text(problem));
}

pollfd RpcSession::watched() const {
  const bool writes = !is_connected_ || !to_send_.empty();
  return {socket_.get(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0};
}

void RpcSession::advance() {
  if (!is_connected_) finish_connecting();
  if (!is_connected_ || end_) return;
  send_some();
  if (!end_) receive_some();
  if (!end_) send_some();
}

void RpcSession::finish_connecting() {
  int problem = 0;
  socklen_t size = sizeof problem;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
  if (problem == 0) {
    is_connected_ = has_progress_ = true;
    top_up();
  } else if (problem == ETIMEDOUT) {
    finish(Kind::kNoConnection, errno_text(problem));
  } else if (next_address_ < addresses_.size()) {
    connect_to_next();
  } else {
    finish(end_of_connecting(problem), errno_text(problem));
  }
}

void RpcSession::top_up() {
  while (sent_calls_ < calls_.size() && pending_.size() < kInFlight) {
    const auto& call = calls_[sent_calls_++];
    pending_.insert(xid_of(std::span(call).subspan(std::min(kMarkSize, call.size()))).value_or(0));
    to_send_.insert(to_send_.end(), call.begin(), call.end());
  }
}

void RpcSession::send_some() {
  if (to_send_.empty()) return;
  const auto count = ::send(socket_.get(), to_send_.data(), to_send_.size(), MSG_NOSIGNAL);
  if (count > 0) to_send_.erase(to_send_.begin(), to_send_.begin() + count);
  if (count < 0 && errno != EAGAIN && errno != EINTR) finish(Kind::kClosed, errno_text(errno));
}

void RpcSession::receive_some() {
  std::array<std::byte, 16384> part{};
  const auto count = ::recv(socket_.get(), part.data(), part.size(), 0);
  if (count > 0) {
    read(std::span(part).first(static_cast<std::size_t>(count)));
  } else if (count == 0) {
    finish(Kind::kClosed, received_ == 0 ? "closed the connection without an answer"
                                         : "closed the connection before its answer was complete");
  } else if (errno != EAGAIN && errno != EINTR) {
    finish(Kind::kClosed, errno_text(errno));
  }
}

void RpcSession::read(std::span<const std::byte> bytes) {
  if (is_tls_) {
    return is_tls_answer(bytes.front()) ? finish(Kind::kAnswered, "")
                                        : finish(Kind::kBadReply, "the answer is not TLS");
  }
  received_ += bytes.size();
  if (received_ > kMaxReceived) return finish(Kind::kBadReply, "the answers are too large");
  while (!bytes.empty() && !end_) {
    const auto rest = reader_.add(bytes);
    if (!rest) return finish(Kind::kBadReply, rest.error().message);
    bytes = *rest;
    const auto record = reader_.record();
    if (!record) return;
    Record reply(record->begin(), record->end());
    reader_ = RecordReader(max_reply_);
    take_reply(std::move(reply));
  }
}

void RpcSession::take_reply(Record record) {
  if (is_call(record)) return;
  const auto xid = xid_of(record);
  if (!xid || pending_.erase(*xid) == 0) {
    return finish(Kind::kBadReply, "the answer is for another call");
  }
  replies_.emplace(*xid, std::move(record));
  has_progress_ = true;
  const auto is_done = [&] { return pending_.empty() && sent_calls_ == calls_.size(); };
  if (is_done() && next_) {
    const auto more = next_(replies_);
    calls_.insert(calls_.end(), more.begin(), more.end());
  }
  if (is_done()) return finish(Kind::kAnswered, "");
  top_up();
}

void RpcSession::time_out() {
  if (addresses_.empty()) {
    finish(Kind::kLookupFailed, "the name was not resolved in time");
  } else if (is_connected_) {
    finish(Kind::kNoAnswer, "connected, but no answer");
  } else {
    finish(Kind::kNoConnection, "no connection");
  }
}

class SessionRun {
 public:
  SessionRun(std::span<RpcSession> sessions, AddressBook& addresses, const SessionLimits& limits,
             const Cancel& cancel)
      : sessions_(sessions), addresses_(addresses), limits_(limits), cancel_(cancel) {}

  void run();

 private:
  struct Running {
    RpcSession* session;
    Deadline until;  ///< the end of its step, which may be after the deadline
  };

  void start_more();
  /// Connects those whose names are known now, and ends those whose step took too long.
  void look_at_each();
  void wait();
  void give_up();

  std::span<RpcSession> sessions_;
  AddressBook& addresses_;
  const SessionLimits& limits_;
  const Cancel& cancel_;
  std::vector<Running> running_;
  std::size_t next_ = 0;
};

void SessionRun::run() {
  for (;;) {
    look_at_each();
    start_more();
    if (running_.empty() && next_ == sessions_.size()) return;
    if (limits_.deadline.expired() || cancel_.requested()) return give_up();
    wait();
  }
}

void SessionRun::start_more() {
  if (limits_.deadline.expired()) return;
  while (next_ < sessions_.size() && running_.size() < kMaxSessionsAtOnce) {
    running_.push_back({&sessions_[next_++], Deadline::after(limits_.step)});
  }
  look_at_each();
}

void SessionRun::look_at_each() {
  addresses_.collect();
  for (auto& [session, until] : running_) {
    if (session->addresses_.empty()) {
      auto found = addresses_.find(session->server_.host);
      if (found && *found) {
        session->begin(*std::move(*found));
      } else if (found) {
        session->finish(end_of_lookup(found->error().code), found->error().message);
      }
    }
    if (std::exchange(session->has_progress_, false)) until = Deadline::after(limits_.step);
    if (until.expired()) session->time_out();
  }
  std::erase_if(running_, [](const Running& each) { return each.session->end().has_value(); });
}

void SessionRun::wait() {
  std::vector<pollfd> watched;
  Deadline next = limits_.deadline;
  for (const auto& [session, until] : running_) {
    watched.push_back(session->watched());
    if (until.at() < next.at()) next = until;
  }
  watched.push_back({cancel_.fd(), POLLIN, 0});
  addresses_.watch(watched);
  // One that has ended, or has just made room for others, must not wait.
  if (running_.empty()) return;
  if (::poll(watched.data(), watched.size(), next.poll_timeout()) <= 0) return;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    if (watched[i].revents != 0) running_[i].session->advance();
  }
}

void SessionRun::give_up() {
  constexpr const char* kNoTime = "there was too little time to ask it";
  for (auto& [session, until] : running_) {
    until.expired() ? session->time_out() : session->finish(Kind::kNotAsked, kNoTime);
  }
  for (auto& session : sessions_.subspan(next_)) session.finish(Kind::kNotAsked, kNoTime);
}

void run_sessions(std::span<RpcSession> sessions, AddressBook& addresses,
                  const SessionLimits& limits, const Cancel& cancel) {
  SessionRun(sessions, addresses, limits, cancel).run();
}

}  // namespace glusterconsul::gluster
