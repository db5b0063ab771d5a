#include "gluster/volume_info.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "gluster/command_line.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

tl::unexpected<Error> incomplete(std::string_view what) {
  return fail(ErrorCode::kBadReply,
              fmt::format("its description of a volume has no valid {}", what));
}

/// The keys of `volume0`.
class Keys {
 public:
  explicit Keys(const Dictionary& dictionary) : dictionary_(dictionary) {}

  [[nodiscard]] Result<std::string> text(std::string_view name) const {
    const auto value = dictionary_.text(key(name));
    if (!value) return incomplete(name);
    return std::string(*value);
  }
  /// Older versions of glusterd do not send every count.
  [[nodiscard]] Result<std::uint32_t> count(std::string_view name, std::uint32_t if_missing) const {
    if (!dictionary_.has(key(name))) return if_missing;
    return count(name);
  }
  [[nodiscard]] Result<std::uint32_t> count(std::string_view name) const {
    const auto value = dictionary_.number(key(name));
    if (!value || *value > std::numeric_limits<std::uint32_t>::max()) return incomplete(name);
    return static_cast<std::uint32_t>(*value);
  }
  [[nodiscard]] Result<VolumeInfo::Brick> brick(const std::string& name) const {
    TRY_ASSIGN(const auto where, text(name));
    // The host may be an IPv6 address, which contains colons.
    const auto colon = where.find(":/");
    if (colon == std::string::npos || colon == 0) return incomplete(name);
    return VolumeInfo::Brick{where.substr(0, colon), where.substr(colon + 1),
                             std::string(dictionary_.text(key(name + ".uuid")).value_or(""))};
  }
  [[nodiscard]] std::map<std::string, std::string, std::less<>> options() const {
    return dictionary_.texts_below(key("option."));
  }

 private:
  [[nodiscard]] static std::string key(std::string_view name) {
    return fmt::format("volume0.{}", name);
  }

  const Dictionary& dictionary_;
};

VolumeInfo::Type type_of(std::uint32_t number) {
  for (const auto type :
       {VolumeInfo::Type::kDistribute, VolumeInfo::Type::kReplicate, VolumeInfo::Type::kDisperse}) {
    if (number == static_cast<std::uint32_t>(type)) return type;
  }
  return VolumeInfo::Type::kOther;
}

VolumeInfo::Status status_of(std::uint32_t number) {
  for (const auto status :
       {VolumeInfo::Status::kCreated, VolumeInfo::Status::kStarted, VolumeInfo::Status::kStopped}) {
    if (number == static_cast<std::uint32_t>(status)) return status;
  }
  return VolumeInfo::Status::kOther;
}

/// The number of bricks of a set, and what glusterd calls it.
struct SetSize {
  std::string_view name;
  std::uint32_t bricks;
};

/// `dist_count` is not used: it is the number of bricks of a set up to GlusterFS 10, and the number
/// of sets from 11.0 on.
SetSize set_size_of(const VolumeInfo& info, std::uint32_t brick_count) {
  switch (info.type) {
    case VolumeInfo::Type::kDistribute:
      return {"brick_count", 1};
    case VolumeInfo::Type::kReplicate:
      return {"replica_count", info.replica_count};
    case VolumeInfo::Type::kDisperse:
      return {"disperse_count", info.disperse_count};
    case VolumeInfo::Type::kOther:
      break;
  }
  return {"brick_count", brick_count};
}

}  // namespace

Result<VolumeInfo> read_volume_info(const Dictionary& reply) {
  const Keys keys(reply);
  VolumeInfo info;
  TRY_ASSIGN(info.name, keys.text("name"));
  TRY_ASSIGN(info.id, keys.text("volume_id"));
  TRY_ASSIGN(const auto type, keys.count("type"));
  TRY_ASSIGN(const auto status, keys.count("status"));
  info.type = type_of(type);
  info.status = status_of(status);
  TRY_ASSIGN(info.replica_count, keys.count("replica_count", 1));
  TRY_ASSIGN(info.arbiter_count, keys.count("arbiter_count", 0));
  TRY_ASSIGN(const auto thin_arbiter_count, keys.count("thin_arbiter_count", 0));
  TRY_ASSIGN(info.disperse_count, keys.count("disperse_count", 0));
  TRY_ASSIGN(info.redundancy_count, keys.count("redundancy_count", 0));
  TRY_ASSIGN(const auto brick_count, keys.count("brick_count"));
  if (brick_count == 0 || brick_count > kMaxBricks) return incomplete("brick_count");
  const auto set_size = set_size_of(info, brick_count);
  if (set_size.bricks == 0 || brick_count % set_size.bricks != 0) return incomplete(set_size.name);
  info.set_count = brick_count / set_size.bricks;
  for (std::size_t number = 1; number <= brick_count; ++number) {
    TRY_ASSIGN(auto brick, keys.brick(fmt::format("brick{}", number)));
    info.bricks.push_back(std::move(brick));
  }
  if (thin_arbiter_count > 0) {
    TRY_ASSIGN(info.thin_arbiter, keys.brick("thin_arbiter_brick"));
  }
  info.options = keys.options();
  return info;
}

Port thin_arbiter_port(const VolumeInfo& volume) {
  const auto set = volume.options.find("client.ta-brick-port");
  const auto port =
      set == volume.options.end() ? std::nullopt : parse_number(set->second, 1, 65535);
  return port ? static_cast<Port>(*port) : kGlusterdPort;
}

}  // namespace glusterconsul::gluster
